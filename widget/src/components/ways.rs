//! "How you learn of our answer": large, plain choices. Nothing is chosen before, nothing is asked twice.

use super::{button, reply::field};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, ticked},
    state::{Event, Field, Model, Private, Way},
    texts::Texts,
};

const WAYS: [Way; 5] = [Way::Link, Way::Remember, Way::Notice, Way::Phone, Way::Email];

/// What the buttons and messages of a way say.
struct Words {
    title: &'static str,
    body: &'static str,
    /// The message that says it to staff.
    message: &'static str,
}

fn words(texts: &'static Texts, way: Way) -> Words {
    let (title, body, message) = match way {
        Way::Link => (texts.way_link(), texts.link_warning(), ""),
        Way::Remember => (texts.way_remember(), "", texts.say_remember()),
        Way::Notice => (texts.way_notice(), texts.way_notice_body(), texts.say_notice()),
        Way::Phone => (texts.way_phone(), "", texts.say_phone()),
        Way::Email => (texts.way_email(), texts.way_email_body(), texts.say_email()),
    };
    Words { title, body, message }
}

/// All ways that are there.
pub(super) fn ways(desk: Desk) -> El {
    let texts = desk.texts;
    let done = move || desk.see(|model| model.ways.done.is_some());
    let items = WAYS.into_iter().map(move |way| item(desk, way));
    classed("section", "choices").attr("aria-label", texts.ways_title()).kids([
        classed("p", "hint")
            .attr("role", "status")
            .says(move || if done() { texts.way_done().to_owned() } else { String::new() }),
        classed("ul", "choices").kids(items),
    ])
}

fn item(desk: Desk, way: Way) -> El {
    let open = move || desk.see(|model| model.ways.open == Some(way));
    let version = move || {
        desk.see(|model| u32::from(model.ways.open == Some(way)) + 2 * u32::from(model.ways.link.is_some()))
    };
    let choose = button(desk, "quiet", words(desk.texts, way).title, move || Event::Way(way))
        .has("aria-expanded", move || Some(if open() { "true" } else { "false" }));
    let panel = classed("div", "choice").has("hidden", move || (!open()).then_some(""));
    let panel = panel.shows(version, move || if open() { inside(desk, way) } else { Vec::new() });
    el("li").has("hidden", move || (!desk.see(|model| model.offers(way))).then_some("")).kids([choose, panel])
}

fn inside(desk: Desk, way: Way) -> Vec<El> {
    let Words { body, message, .. } = words(desk.texts, way);
    let body = (!body.is_empty()).then(|| classed("p", "hint").text(body));
    if way == Way::Link {
        return body.into_iter().chain(desk.see(|model| link(desk, model.ways.link.as_ref()))).collect();
    }
    let asks = match way {
        Way::Phone => Some(field(desk, Field::Phone, desk.texts.way_number(), ("tel", "tel"))),
        Way::Notice | Way::Email => {
            Some(field(desk, Field::Email, desk.texts.way_address(), ("email", "email")))
        }
        Way::Link | Way::Remember => None,
    };
    let tick = way.has_box().then(|| desk.see(|model| agrees(desk, model, way)));
    let nudge = move || if desk.see(|model| model.ways.nudge) { desk.texts.way_tick() } else { "" };
    let nudge =
        classed("p", "fault").attr("id", "fault-way").attr("role", "alert").says(move || nudge().to_owned());
    let send = button(desk, "main", desk.texts.way_send(), move || Event::Want(message.to_owned()));
    body.into_iter().chain(asks).chain(tick).chain([nudge, send]).collect()
}

/// The box, with the notice's own words where it is a consent.
fn agrees(desk: Desk, model: &Model, way: Way) -> El {
    let statements = &model.site.notice.notice().statements;
    let statement = statements.iter().find(|statement| Some(statement.purpose) == way.purpose());
    let text = statement.map_or(desk.texts.way_email_box(), |statement| &statement.text);
    let input = el("input")
        .attr("type", "checkbox")
        .attr("required", "")
        .attr("aria-describedby", "fault-way")
        .live(move |input| input.tick(desk.see(|model| model.ways.ticked)))
        .on("change", move |event| desk.emit(Event::Box(ticked(event))));
    classed("label", "tick").kids([input, said("span", text)])
}

fn link(desk: Desk, private: Option<&Private>) -> Vec<El> {
    let texts = desk.texts;
    let Some(private) = private else {
        return vec![classed("p", "hint").attr("role", "status").text(texts.gathering())];
    };
    let copied = move |model: &Model| model.ways.link.as_ref().and_then(|private| private.copied);
    let said_copied = move || match desk.see(copied) {
        Some(true) => texts.copied(),
        Some(false) => texts.link_keep(),
        None => "",
    };
    let field = classed("textarea", "letter")
        .attr("readonly", "")
        .attr("rows", "3")
        .attr("aria-label", texts.link_title())
        .value(&private.link);
    let picture = private.picture.as_deref();
    let picture = picture.map(|url| classed("img", "code").attr("src", url).attr("alt", texts.link_code()));
    let share = private.share.then(|| button(desk, "quiet", texts.link_share(), || Event::Share));
    let copy = button(desk, "quiet", texts.link_copy(), || Event::Copy { link: true });
    let voice = classed("p", "hint copied").attr("role", "status").says(move || said_copied().to_owned());
    [field, classed("div", "pair").kids([copy]).kids(share), voice].into_iter().chain(picture).collect()
}
