//! Sealing and sending: the envelope closes once; when nobody answers, nothing is lost.

use super::{button, contact::contact, letter::envelope, title, write::warning};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    format,
    state::{Event, Phase},
    texts::fill,
};
use einwurf_protocol::time::Timestamp;

pub(super) fn delivery(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    // Stays once it is there, so that a button does not vanish under the finger while it is tried again.
    let waiting = el("div").has("hidden", move || (!lost(desk)).then_some("")).kids([
        el("p").says(move || pause(desk)),
        classed("div", "pair").kids([
            button(desk, "main", texts.retry(), || Event::Retry),
            button(desk, "quiet", texts.edit(), || Event::Edit)
                .has("aria-disabled", move || leaves(desk).then_some("true")),
        ]),
    ]);
    let heading = title("").says(move || super::voice(desk).to_owned());
    // It goes on by itself; whose device takes long has other ways.
    let working = el("div")
        .has("hidden", move || (!works(desk)).then_some(""))
        .kids([said("p", texts.working_body()), contact(desk)]);
    vec![classed("div", "scroll middle").kids([envelope(), heading, working, waiting]), warning(desk)]
}

fn lost(desk: Desk) -> bool {
    desk.see(|model| match &model.phase {
        Phase::Sending(delivery) | Phase::Waiting(delivery, _) | Phase::Refreshing(delivery) => {
            delivery.tries.lost > 0 || delivery.tries.busy.is_some()
        }
        _ => false,
    })
}

fn leaves(desk: Desk) -> bool {
    desk.see(|model| match &model.phase {
        Phase::Sending(delivery) | Phase::Refreshing(delivery) => delivery.tries.leaves,
        _ => false,
    })
}

fn works(desk: Desk) -> bool {
    desk.see(|model| matches!(&model.phase, Phase::Sending(delivery) if delivery.tries.working))
}

/// When there is room, in words.
pub(super) fn busy(desk: Desk, until: Timestamp) -> String {
    fill(desk.texts.busy_body(), &[("time", &format::time(desk.register, until))])
}

/// The last pause stays on the screen while the next attempt is made.
fn pause(desk: Desk) -> String {
    let busy_until = desk.see(|model| match &model.phase {
        Phase::Waiting(delivery, _) | Phase::Sending(delivery) => delivery.tries.busy,
        _ => None,
    });
    if let Some(until) = busy_until {
        return busy(desk, until);
    }
    let seconds = desk.see(|model| match &model.phase {
        Phase::Waiting(_, pause) => pause.seconds,
        Phase::Sending(delivery) | Phase::Refreshing(delivery) => delivery.tries.last_pause(),
        _ => 0,
    });
    fill(desk.texts.waiting_body(), &[("seconds", &format::number(desk.register, seconds))])
}
