//! The site moved to another relay: nothing is taken here, and there are other ways.

use super::{contact::contact, title};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
};

pub(super) fn moved(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let sentence = said("p", &desk.named(texts.moved()));
    vec![classed("div", "scroll").kids([title(texts.moved_title()), sentence, contact(desk)])]
}
