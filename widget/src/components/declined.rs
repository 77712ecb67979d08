//! Not agreed: nothing was stored or sent, and there are other ways (CON-04).

use super::contact::contact;
use crate::{
    desk::Desk,
    state::{Event, Phase},
};
use leptos::prelude::*;

pub(super) fn declined(desk: Desk) -> impl IntoView {
    let texts = desk.texts;
    let changed = desk.glance(|model| matches!(model.phase, Phase::Declined { changed: true }));
    view! {
        <div class="scroll">
            <h1 data-start="" tabindex="-1">{texts.declined_title()}</h1>
            <p>{if changed { texts.declined_changed() } else { texts.declined() }}</p>
            {contact(desk)}
        </div>
        <div class="foot">
            <button class="quiet" on:click=move |_| desk.emit(Event::Reconsider)>{texts.reconsider()}</button>
        </div>
    }
}
