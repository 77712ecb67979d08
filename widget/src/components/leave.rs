//! Withdrawing: one screen that says what it does, two equal buttons, the dated confirmation (RGT-04, DP-09, DP-20).

use super::{button, contact::contact, title, unsent};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
    format,
    state::{End, Event, Model, Paper, Phase},
    texts::fill,
};
use einwurf_protocol::{limits::COPIES_DAYS, time::DAY};

pub(super) fn leave(desk: Desk) -> Vec<El> {
    desk.see(|model| {
        let words = &model.site.notice.notice().withdrawal;
        // The first moment after the period; its last day stands on the screen.
        let until = format::date(desk.register, desk.now().proof_until().minus(DAY / 2));
        let talk = model.talk.as_ref();
        let handed = talk.filter(|talk| talk.handed_over()).map(|_| desk.texts.handed_over());
        let ask = match talk.and_then(|talk| talk.hold) {
            // That everything is erased at once, as the notice says, would not be so.
            Some(hold) => {
                let date = format::date(desk.register, hold.until);
                fill(desk.texts.held_still(), &[("date", &date), ("proof_until", &until)])
            }
            None => fill(&words.ask, &[("proof_until", &until)]),
        };
        vec![
            classed("div", "scroll")
                .kids([title(&words.label), said("p", &ask)])
                .kids(handed.map(|sentence| classed("p", "note").text(sentence))),
            classed("div", "foot pair").kids([
                button(desk, "equal", &words.yes, || Event::Yes),
                button(desk, "equal", &words.no, || Event::Back),
            ]),
        ]
    })
}

/// On its way. While the relay does not answer, it says so, and how else it can be done.
pub(super) fn leaving(desk: Desk) -> Vec<El> {
    let pending = move || desk.see(is_pending);
    let sentence = move || {
        let words = |model: &Model| model.site.notice.notice().withdrawal.pending.clone();
        if pending() { desk.see(words) } else { desk.texts.leaving().to_owned() }
    };
    let label = desk.see(|model| model.site.notice.notice().withdrawal.label.clone());
    let ways = classed("div", "ways").has("hidden", move || (!pending()).then_some("")).kids([
        button(desk, "main", desk.texts.retry(), || Event::Retry),
        said("p", desk.texts.leaving_ways()),
        contact(desk),
    ]);
    let spoken = classed("p", "spoken").attr("role", "status").says(sentence);
    vec![classed("div", "scroll").kids([title(&label), spoken, ways])]
}

fn is_pending(model: &Model) -> bool {
    matches!(&model.phase, Phase::Leaving(leaving) if leaving.is_pending())
}

pub(super) fn ended(desk: Desk) -> Vec<El> {
    desk.see(|model| match model.phase {
        Phase::Ended(end) => over(desk, model, end),
        _ => Vec::new(),
    })
}

fn over(desk: Desk, model: &Model, end: End) -> Vec<El> {
    let texts = desk.texts;
    let (heading, sentence) = match end {
        End::Withdrawn(at) => {
            let copies = format::date(desk.register, at.plus(COPIES_DAYS * DAY));
            let times = [("time", format::moment(desk.register, at)), ("date", copies)];
            let times = times.each_ref().map(|(name, value)| (*name, value.as_str()));
            (texts.ended_title(), fill(&model.site.notice.notice().withdrawal.done, &times))
        }
        End::Held(at, until) => {
            let times =
                [("time", format::moment(desk.register, at)), ("date", format::date(desk.register, until))];
            let times = times.each_ref().map(|(name, value)| (*name, value.as_str()));
            (texts.ended_title(), fill(texts.ended_held(), &times))
        }
        End::Dropped => (texts.ended_title(), texts.dropped().to_owned()),
        End::Gone | End::Past => (texts.gone_title(), texts.gone().to_owned()),
        End::Void => (texts.void_title(), texts.void().to_owned()),
        End::Forgotten => (texts.forgotten_title(), texts.forgotten().to_owned()),
    };
    let ways = (end == End::Void).then(|| contact(desk));
    let anew = (end != End::Void).then(|| classed("p", "hint").text(texts.anew()));
    let receipt = || {
        classed("div", "foot").kids([button(desk, "quiet", texts.receipt(), || Event::Show(Paper::Receipt))])
    };
    let scroll = classed("div", "scroll")
        .kids([title(heading), said("p", &sentence)])
        .kids(unsent(desk, model))
        .kids(ways)
        .kids(anew);
    [scroll].into_iter().chain(end.proves().then(receipt)).collect()
}
