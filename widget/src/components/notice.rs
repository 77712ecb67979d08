//! The consent screen: every fact of CON-01, empty boxes, two equal buttons (CON-02, CON-04).

use super::{button, folded, outward, title};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, ticked},
    state::{Event, Model, Phase},
    texts::fill,
};
use einwurf_protocol::{
    consent::{Age, NotAgreed},
    manifest::Display,
    notice::{AgeChoice, Fact, Link, Notice, Purpose, Statement},
};

pub(super) fn notice(desk: Desk) -> Vec<El> {
    desk.see(|model| {
        let (notice, display) = (model.site.notice.notice(), &model.site.manifest.display);
        let changed = matches!(&model.phase, Phase::Notice(reading) if reading.changed);
        let scroll = classed("div", "scroll fade")
            .attr("tabindex", "0")
            .attr("role", "region")
            .attr("aria-label", &notice.title)
            .kids(changed.then(|| classed("p", "note").text(desk.texts.changed())))
            .kids([title(&notice.title), said("p", &notice.lead)])
            .kids([classed("ul", "summary").kids(notice.summary.iter().map(|line| said("li", line)))])
            .kids(facts(&notice.facts, display))
            .kids([folded(&notice.details_label, facts(&notice.details, display))])
            .kids([classed("ul", "links").kids(links(desk, notice))])
            .kids(notice.age.as_ref().map(|choice| age(desk, choice)))
            .kids([boxes(desk, notice, false)]);
        vec![scroll, decision(desk, notice)]
    })
}

fn links(desk: Desk, notice: &Notice) -> impl Iterator<Item = El> {
    let door = (desk.texts.own_window(), desk.door);
    let stated = notice.links.iter().map(|Link { label, url }| (label.as_str(), url.as_str()));
    stated.chain([door]).map(move |(label, url)| outside(desk, label, url))
}

/// Contact ways may change without fresh consent; the manifest has them.
fn facts(facts: &[Fact], display: &Display) -> impl Iterator<Item = El> {
    let ways = [("phone", display.phone.as_str()), ("email", display.email.as_str())];
    facts.iter().map(move |fact| {
        classed("section", "fact")
            .attr("data-field", &fact.field)
            .kids([said("h2", &fact.heading), said("p", &fill(&fact.text, &ways))])
    })
}

fn outside(desk: Desk, label: &str, url: &str) -> El {
    let hint = [" (", desk.texts.new_window(), ")"].concat();
    el("li").kids([outward(url).text(label).kids([classed("span", "voice").text(&hint)])])
}

/// The question of age (KID-01): nothing is chosen at first.
fn age(desk: Desk, choice: &AgeChoice) -> El {
    let option = |age: Age, label: &str| {
        let chosen = move |model: &Model| matches!(&model.phase, Phase::Notice(reading) if reading.ticks.age == Some(age));
        let input = el("input").attr("type", "radio").attr("name", "age").attr("required", "");
        let input = input
            .live(move |input| input.tick(desk.see(chosen)))
            .on("change", move |_| desk.emit(Event::Age(age)));
        classed("label", "tick").kids([input, said("span", label)])
    };
    classed("fieldset", "boxes").attr("aria-describedby", "fault-tick").kids([
        said("legend", &choice.question),
        option(Age::OldEnough, &choice.old_enough),
        option(Age::Parents, &choice.parents),
        option(Age::NotAsked, &choice.not_asked),
    ])
}

/// What is needed stays in view beside the buttons; what is not stands above them with the facts (CON-03).
fn boxes(desk: Desk, notice: &Notice, required: bool) -> El {
    // A mail about an answer is asked about where the ways to learn of one are.
    let here =
        move |statement: &&Statement| statement.required == required && statement.purpose != Purpose::Notify;
    let statements = notice.statements.iter().filter(here);
    classed("div", "boxes").kids(statements.map(|statement| {
        let purpose = statement.purpose;
        let ticked =
            move |model: &Model| matches!(&model.phase, Phase::Notice(reading) if reading.ticks.has(purpose));
        tick(desk, statement, ticked)
    }))
}

/// Both buttons are the same kind of element in the same class (CON-04).
fn decision(desk: Desk, notice: &Notice) -> El {
    let nudge = move || match desk.see(nudged) {
        Some(NotAgreed::Age | NotAgreed::NotAsked) => desk.texts.age_missing(),
        Some(NotAgreed::Box) => desk.texts.tick_missing(),
        None => "",
    };
    classed("div", "foot").kids([
        boxes(desk, notice, true),
        classed("p", "fault").attr("id", "fault-tick").attr("role", "alert").says(move || nudge().to_owned()),
        classed("div", "pair").kids([
            button(desk, "equal", &notice.accept, || Event::Agree),
            button(desk, "equal", &notice.decline, || Event::Decline),
        ]),
    ])
}

/// A box and what ticking it says. The one for the page names it, and is there only if the page has a name.
pub(super) fn tick(desk: Desk, statement: &Statement, has: impl Fn(&Model) -> bool + Copy + 'static) -> El {
    let purpose = statement.purpose;
    let mut input = el("input").attr("type", "checkbox");
    if statement.required {
        // A browser calls an empty box wrong at once; nobody is told so before they have pressed the button.
        let wrong = move || desk.see(|model| nudged(model).is_some() && !has(model));
        input = input.attr("required", "").attr("aria-describedby", "fault-tick");
        input = input.has("aria-invalid", move || Some(if wrong() { "true" } else { "false" }));
    }
    let input = input
        .live(move |input| input.tick(desk.see(has)))
        .on("change", move |event| desk.emit(Event::Tick(purpose, ticked(event))));
    let label = classed("label", "tick");
    if purpose != Purpose::Context {
        return label.kids([input, said("span", &statement.text)]);
    }
    let (text, page) = (statement.text.clone(), move |model: &Model| model.page.clone().map(String::from));
    let named = move || fill(&text, &[("page_title", &desk.see(page).unwrap_or_default())]);
    label.has("hidden", move || desk.see(page).is_none().then_some("")).kids([input, el("span").says(named)])
}

fn nudged(model: &Model) -> Option<NotAgreed> {
    if let Phase::Notice(reading) = &model.phase { reading.nudge } else { None }
}
