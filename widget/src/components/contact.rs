//! The ordinary contact ways, in the same form wherever they appear (A11-06).

use super::{
    icon::{MAIL, PHONE, icon},
    outward,
};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
};

pub(super) fn contact(desk: Desk) -> El {
    desk.see(|model| {
        let display = &model.site.manifest.display;
        let dial: String = display.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        classed("ul", "contact")
            .kids(way(PHONE, desk.texts.by_phone(), &["tel:", &dial].concat(), &display.phone))
            .kids(way(MAIL, desk.texts.by_email(), &["mailto:", &display.email].concat(), &display.email))
    })
}

/// In a new window: a mail program that is a web page must not replace the frame.
fn way(picture: &str, name: &str, url: &str, shown: &str) -> Option<El> {
    let stated = !shown.is_empty();
    stated.then(|| {
        let words = [icon(picture), classed("span", "name").text(name), said("span", shown)];
        el("li").kids([outward(url).kids(words)])
    })
}
