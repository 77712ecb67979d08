//! It cannot go on by itself: what happened, that the text is still there, and what to do.

use super::{button, contact::contact, folded, title, typed};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
    state::{Event, Phase, Trouble},
    texts::Texts,
};

pub(super) fn stopped(desk: Desk) -> Vec<El> {
    desk.see(|model| match &model.phase {
        Phase::Stopped(stop) => screen(desk, stop.trouble, &model.draft.text),
        _ => Vec::new(),
    })
}

fn screen(desk: Desk, trouble: Trouble, text: &str) -> Vec<El> {
    let texts = desk.texts;
    let (sentence, code) = words(texts, trouble);
    vec![
        classed("div", "scroll").kids([
            title(texts.stopped_title()),
            said("p", &desk.named(sentence)),
            said("p", texts.stopped_keep()),
            contact(desk),
            typed(desk, text),
            folded(texts.detail(), [said("code", code)]),
        ]),
        classed("div", "foot").kids([button(desk, "quiet", texts.edit(), || Event::Edit)]),
    ]
}

pub(super) fn words(texts: &'static Texts, trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Access => (texts.stopped_access(), "unauthorized"),
        Trouble::Trust => (texts.stopped_trust(), "manifest"),
        Trouble::Moved => (texts.moved(), "moved"),
        Trouble::Limit => (texts.stopped_limit(), "limit-reached"),
        Trouble::Refused(code) => (texts.stopped_refused(), code),
        Trouble::Sealing => (texts.stopped_sealing(), "sealing"),
    }
}
