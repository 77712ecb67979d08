//! The consent screen: every fact of CON-01, empty boxes, two equal buttons (CON-02, CON-04).

use super::{button, folded, title};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, ticked},
    state::{Event, Model, Phase},
    texts::fill,
};
use einwurf_protocol::{
    manifest::Display,
    notice::{Fact, Link, Notice, Purpose, Statement},
};

pub(super) fn notice(desk: Desk) -> Vec<El> {
    desk.glance(|model| {
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
            .kids([classed("ul", "links").kids(notice.links.iter().map(|link| outside(desk, link)))]);
        vec![scroll, decision(desk, notice)]
    })
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

fn outside(desk: Desk, link: &Link) -> El {
    let hint = [" (", desk.texts.new_window(), ")"].concat();
    let link = said("a", &link.label)
        .attr("href", &link.url)
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .kids([classed("span", "voice").text(&hint)]);
    el("li").kids([link])
}

/// Both buttons are the same kind of element in the same class (CON-04).
fn decision(desk: Desk, notice: &Notice) -> El {
    let nudge = move || if desk.see(nudged) { desk.texts.tick_missing() } else { "" };
    classed("div", "foot").kids([
        classed("div", "boxes").kids(notice.statements.iter().map(|statement| tick(desk, statement))),
        classed("p", "fault").attr("id", "fault-tick").attr("role", "alert").says(move || nudge().to_owned()),
        classed("div", "pair").kids([
            button(desk, "equal", &notice.accept, || Event::Agree),
            button(desk, "equal", &notice.decline, || Event::Decline),
        ]),
    ])
}

fn tick(desk: Desk, statement: &Statement) -> El {
    let purpose = statement.purpose;
    let mut input = el("input").attr("type", "checkbox");
    if statement.required {
        input = input.attr("required", "").attr("aria-describedby", "fault-tick");
    }
    let input = input
        .live(move |input| input.tick(desk.see(|model| has_tick(model, purpose))))
        .on("change", move |event| desk.emit(Event::Tick(purpose, ticked(event))));
    classed("label", "tick").kids([input, said("span", &statement.text)])
}

fn nudged(model: &Model) -> bool {
    matches!(&model.phase, Phase::Notice(reading) if reading.nudge)
}

fn has_tick(model: &Model, purpose: Purpose) -> bool {
    matches!(&model.phase, Phase::Notice(reading) if reading.ticks.has(purpose))
}
