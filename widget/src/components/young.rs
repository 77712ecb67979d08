//! Younger, and the parents were not asked: a calm word, and nothing was sent or stored (KID-01).

use super::title;
use crate::{
    desk::Desk,
    dom::{El, classed, said},
};

pub(super) fn young(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    vec![classed("div", "scroll").kids([
        title(texts.young_title()),
        said("p", texts.young()),
        said("p", texts.anew()),
    ])]
}
