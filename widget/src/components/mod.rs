//! What the visitor sees. Components show the state and emit events; they do nothing themselves.
//!
//! No markup here is static through and through: Leptos would set it with `innerHTML`, which pages with Trusted Types
//! forbid. The built module must not contain that word.

mod arrived;
mod compose;
mod contact;
mod declined;
mod delivery;
mod header;
mod icon;
mod letter;
mod notice;
mod reply;
mod stopped;

use crate::{
    desk::Desk,
    state::{Phase, Screen},
};
use leptos::prelude::*;

/// Header, one screen, and a voice for what happens meanwhile.
pub fn app(desk: Desk) -> impl IntoView {
    provide_context(desk);
    let screen = Memo::new(move |_| desk.see(crate::state::Model::screen));
    let show = move || match screen.get() {
        Screen::Notice(_) => notice::notice(desk).into_any(),
        Screen::Declined => declined::declined(desk).into_any(),
        Screen::Compose => compose::compose(desk).into_any(),
        Screen::Delivery => delivery::delivery(desk).into_any(),
        Screen::Arrived => arrived::arrived(desk).into_any(),
        Screen::Stopped => stopped::stopped(desk).into_any(),
    };
    view! {
        {header::header(desk)}
        <main>{show}</main>
        <p class="voice" role="status">{move || voice(desk)}</p>
    }
}

/// Said aloud while the focus rests; arriving and stopping move the focus instead.
fn voice(desk: Desk) -> &'static str {
    let texts = desk.texts;
    desk.see(|model| match model.phase {
        Phase::Sealing(_) => texts.sealing(),
        Phase::Sending(_) => texts.sending(),
        Phase::Refreshing(_) => texts.refreshing(),
        Phase::Waiting(..) => texts.waiting(),
        _ => "",
    })
}
