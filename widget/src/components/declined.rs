//! Not agreed: nothing was stored or sent, and there are other ways (CON-04).

use super::{button, contact::contact, title};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
    state::{Event, Phase},
};

pub(super) fn declined(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let changed = desk.see(|model| matches!(model.phase, Phase::Declined { changed: true }));
    let sentence = if changed { texts.declined_changed() } else { texts.declined() };
    vec![
        classed("div", "scroll").kids([title(texts.declined_title()), said("p", sentence), contact(desk)]),
        classed("div", "foot").kids([button(desk, "quiet", texts.reconsider(), || Event::Reconsider)]),
    ]
}
