//! Whose letterbox this is, who can read what is written, other ways to reach them, and the way out: the same in every
//! state, so that help is found where it was before (A11-06).

use super::{
    button,
    contact::contact,
    icon::{CLOSE, DOWN, LOCK, icon},
};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    format::{form, number},
    state::{Event, Model, Paper, Phase},
    texts::fill,
};
use einwurf_protocol::codec::readable;

pub(super) fn header(desk: Desk) -> El {
    let texts = desk.texts;
    let open = move || desk.see(|model| model.readers);
    el("header").kids([
        classed("p", "company").text(&desk.company()),
        classed("button", "close")
            .attr("aria-label", texts.close())
            .kids([icon(CLOSE)])
            .on("click", move |_| desk.emit(Event::Close)),
        classed("button", "readers")
            .attr("aria-controls", "who")
            .has("aria-expanded", move || Some(if open() { "true" } else { "false" }))
            .kids([icon(LOCK), said("span", &desk.named(texts.readers())), icon(DOWN)])
            .on("click", move |_| desk.emit(Event::Readers)),
        el("section")
            .attr("id", "who")
            .attr("aria-label", texts.who_title())
            .has("hidden", move || (!open()).then_some(""))
            // Made when it is read: the first form of a number costs a fresh process milliseconds.
            .shows(move || open().into(), move || if open() { who(desk) } else { Vec::new() }),
    ])
}

/// The way to withdraw, and what belongs to the visitor: there in every state from consent on (RGT-01, DP-12).
pub(super) fn rights(desk: Desk) -> El {
    let texts = desk.texts;
    el("nav")
        .attr("aria-label", texts.rights())
        .has("hidden", move || (!desk.see(has_rights)).then_some(""))
        .shows(move || desk.has_later().into(), move || desk.later(|later| later.rights(desk)))
}

/// Its buttons.
pub(crate) fn buttons(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    vec![
        button(desk, "withdraw", "", || Event::Withdraw).says(move || {
            // Another notice has the same label, unless the site changed its mode.
            desk.see(|model| model.site.notice.notice().withdrawal.label.clone())
        }),
        button(desk, "", texts.my_data(), || Event::Show(Paper::Data)),
        button(desk, "", texts.receipt(), || Event::Show(Paper::Receipt)),
    ]
}

fn has_rights(model: &Model) -> bool {
    model.talk.is_some() && !matches!(model.phase, Phase::Leaving(_))
}

/// "Who can read this?": how many, in words; the check values that others can compare; and how else they are reached.
fn who(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    desk.see(|model| {
        let manifest = &model.site.manifest;
        let (roster, code) = (&manifest.roster, &manifest.code);
        let count = fill(
            texts.who_persons(&form(desk.register, roster.readers)),
            &[("count", &number(desk.register, roster.readers)), ("company", &manifest.display.name)],
        );
        let pairs = [
            (texts.who_roster(), readable(&roster.digest.0)),
            (texts.who_key(), readable(&manifest.inbox_key.id.0)),
            (texts.who_version(), code.version.clone()),
            (texts.who_release(), code.check_value()),
        ];
        let values = pairs.iter().flat_map(|(name, value)| [said("dt", name), said("dd", value)]);
        vec![
            said("h2", texts.who_title()),
            classed("p", "persons").text(&count),
            said("p", &desk.named(texts.who_body())),
            el("dl").kids(values),
            said("h2", texts.opening_other()),
            contact(desk),
        ]
    })
}
