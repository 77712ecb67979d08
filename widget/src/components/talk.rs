//! The conversation: what was written, by whom, and how long it is kept.

use super::{
    button,
    contact::contact,
    folded,
    house::presence,
    notice::tick,
    thread::thread,
    title,
    ways::ways,
    write::{field, unsent, warning},
};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
    format,
    state::{Event, Model, Phase, Talk},
    texts::fill,
};
use einwurf_protocol::notice::{Purpose, Statement};

pub(super) fn talk(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let news = move || desk.news();
    let standing = classed("div", "standing")
        .shows(news, move || desk.talk(|talk| standing(desk, talk)).unwrap_or_default());
    let question = classed("div", "question")
        .shows(news, move || desk.see(|model| question(desk, model)).unwrap_or_default());
    let scroll = classed("div", "scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", texts.talk());
    let learn = folded(texts.ways_title(), [ways(desk)])
        .has("hidden", move || (!desk.see(Model::may_choose)).then_some(""));
    let parts = [title(texts.talk()), standing, thread(desk), unsent(desk), question, presence(desk), learn];
    vec![scroll.kids(parts), warning(desk), field(desk)]
}

/// How long it is kept, and what else holds.
fn standing(desk: Desk, talk: &Talk) -> Vec<El> {
    let texts = desk.texts;
    let date = |at| format::date(desk.register, at);
    let deleted = talk.leaves().map(|at| fill(texts.talk_deleted(), &[("date", &date(at))]));
    let held = talk.hold.map(|hold| {
        let text = if talk.for_authority() { texts.held_authority() } else { texts.held() };
        fill(text, &[("date", &date(hold.until))])
    });
    let restricted = talk.restricted.then(|| texts.restricted().to_owned());
    let linked = talk.linked.then(|| texts.talk_linked().to_owned());
    let young = talk.young.then(|| texts.talk_young().to_owned());
    let fault = talk.fault.then(|| classed("p", "note").attr("role", "alert").text(texts.talk_fault()));
    let hints = [young, linked, deleted, held, restricted].into_iter().flatten();
    let ways = talk.fault.then(|| contact(desk));
    let unsent = (talk.fault || talk.young).then(|| desk.see(|model| super::unsent(desk, model))).flatten();
    fault
        .into_iter()
        .chain(unsent)
        .chain(ways)
        .chain(hints.map(|hint| classed("p", "hint").text(&hint)))
        .collect()
}

/// A member asks for consent to special categories: box and button, as on the consent screen (KID-02).
fn question(desk: Desk, model: &Model) -> Option<Vec<El>> {
    let (Phase::Talk(Some(consent)), Some(talk)) = (&model.phase, &model.talk) else { return None };
    talk.question()?;
    let notice = model.site.notice.notice();
    let offered = |statement: &&Statement| statement.purpose == Purpose::Special;
    let statement = notice.statements.iter().find(offered)?;
    (consent.notice() == model.site.notice.digest()).then(|| {
        vec![
            tick(desk, statement, |model| model.talk.as_ref().is_some_and(|talk| talk.special)),
            button(desk, "equal", &notice.accept, || Event::Agree),
        ]
    })
}

/// A conversation was kept, and the relay is asked for it.
pub(super) fn opening(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let lost = move || desk.see(|model| matches!(model.phase, Phase::Opening { lost: true }));
    let sentence = move || if lost() { texts.opening_lost() } else { texts.opening() }.to_owned();
    let again = button(desk, "main", texts.retry(), || Event::Retry);
    vec![classed("div", "scroll middle").kids([
        title(texts.talk()),
        said("p", "").attr("role", "status").says(sentence),
        again.has("hidden", move || (!lost()).then_some("")),
        folded(texts.opening_other(), [contact(desk)]),
    ])]
}
