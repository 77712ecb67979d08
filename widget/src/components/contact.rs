//! The ordinary contact ways, in the same form wherever they appear (A11-06).

use super::icon::{MAIL, PHONE, icon};
use crate::desk::Desk;
use leptos::prelude::*;

pub(super) fn contact(desk: Desk) -> impl IntoView {
    let (phone, email) = desk.glance(|model| {
        let display = &model.site.manifest.display;
        (display.phone.clone(), display.email.clone())
    });
    let dial: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    view! {
        <ul class="contact">
            {way(PHONE, desk.texts.by_phone(), ["tel:", &dial].concat(), phone)}
            {way(MAIL, desk.texts.by_email(), ["mailto:", &email].concat(), email)}
        </ul>
    }
}

/// In a new window: a mail program that is a web page must not replace the frame.
fn way(picture: &'static str, name: &'static str, url: String, shown: String) -> Option<impl IntoView> {
    let stated = !shown.is_empty();
    stated.then(|| {
        view! {
            <li>
                <a href=url target="_blank" rel="noopener noreferrer">
                    {icon(picture)}
                    <span class="name">{name}</span>
                    <span>{shown}</span>
                </a>
            </li>
        }
    })
}
