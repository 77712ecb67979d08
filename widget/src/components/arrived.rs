//! Acknowledged: a postmark with date and time, and what happens next.

use super::{
    button,
    compose::response_time,
    folded,
    letter::postmarked,
    thread::automatic,
    title,
    ways::ways,
    write::{unsent, warning},
};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    format,
    state::{Arrival, Event, Phase},
    texts::fill,
};

pub(super) fn arrived(desk: Desk) -> Vec<El> {
    desk.see(|model| match &model.phase {
        Phase::Arrived(arrival) => screen(desk, arrival),
        _ => Vec::new(),
    })
}

fn screen(desk: Desk, arrival: &Arrival) -> Vec<El> {
    let (texts, register) = (desk.texts, desk.register);
    let time = format::time(register, arrival.at);
    let gone = format::date(register, arrival.deleted);
    let letter = classed("p", "letter").text(arrival.message.text());
    vec![
        classed("div", "scroll middle").kids([
            postmarked(&format::short_date(register, arrival.at), &time),
            title(&fill(texts.arrived(), &[("time", &time)])),
            said("p", &[&desk.named(texts.arrived_body()), " ", &answer(desk)].concat()),
            el("div").kids(arrival.told.as_deref().map(|told| automatic(desk, told))),
            el("div").kids([
                said("h2", texts.ways_title()),
                said("p", texts.ways_body()),
                ways(desk),
                unsent(desk),
            ]),
            classed("p", "hint").text(&fill(texts.deleted(), &[("date", &gone)])),
            folded(texts.your_text(), [letter]),
        ]),
        warning(desk),
        classed("div", "foot pair").kids([
            button(desk, "quiet", texts.another(), || Event::Another),
            button(desk, "quiet", texts.see_talk(), || Event::Talk),
        ]),
    ]
}

fn answer(desk: Desk) -> String {
    desk.see(|model| {
        let time = response_time(desk, model);
        time.map_or(String::new(), |time| fill(desk.texts.reply_within(), &[("response_time", time)]))
    })
}
