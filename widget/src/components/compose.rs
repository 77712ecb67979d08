//! Writing. Only the text is mandatory (MSG-01).

use super::reply::reply;
use crate::{
    desk::Desk,
    format,
    state::{Event, Field, Model, Phase},
    texts::{Texts, fill},
};
use einwurf_protocol::{limits::TEXT_BYTES, message::DraftError};
use leptos::prelude::*;

/// From here on the room that is left is shown.
const SHOWN_BELOW: usize = 2_000;

pub(super) fn compose(desk: Desk) -> impl IntoView {
    let texts = desk.texts;
    view! {
        <div class="scroll sheet">
            <h1><label for="text">{texts.compose_title()}</label></h1>
            <textarea
                id="text"
                class="letter"
                data-start=""
                required
                prop:value=desk.glance(|model| model.draft.text.clone())
                aria-invalid=move || invalid(desk, Field::Text)
                aria-describedby="hint fault-text"
                on:input=move |event| desk.emit(Event::Input(Field::Text, event_target_value(&event)))
            ></textarea>
            <p class="hint room" role="status">{move || room(desk)}</p>
            {fault(desk, Field::Text)}
            <p class="hint" id="hint">{texts.composer_hint()}</p>
            {reply(desk)}
            <p class="hint">{emergency(desk)}</p>
        </div>
        <div class="foot">
            <button class="main" on:click=move |_| desk.emit(Event::Send)>{texts.send()}</button>
        </div>
    }
}

/// What is wrong with a field, next to it.
pub(super) fn fault(desk: Desk, field: Field) -> impl IntoView {
    let shown = move || desk.see(fault_of).filter(|fault| Field::of(*fault) == field);
    view! {
        <p class="fault" id=field.fault_id() role="alert">{move || shown().map(|fault| sentence(desk.texts, fault))}</p>
    }
}

pub(super) fn invalid(desk: Desk, field: Field) -> Option<&'static str> {
    let fault = desk.see(fault_of)?;
    (Field::of(fault) == field).then_some("true")
}

pub(super) fn fault_of(model: &Model) -> Option<DraftError> {
    if let Phase::Compose(composing) = &model.phase { composing.fault } else { None }
}

fn sentence(texts: &'static Texts, fault: DraftError) -> &'static str {
    match fault {
        DraftError::TextEmpty => texts.fault_empty(),
        DraftError::TextTooLong => texts.fault_long(),
        DraftError::NameTooLong => texts.fault_name(),
        DraftError::Email => texts.fault_email(),
        DraftError::Phone => texts.fault_phone(),
        DraftError::WishNeedsEmail => texts.fault_wish_email(),
        DraftError::WishNeedsPhone => texts.fault_wish_phone(),
    }
}

/// Counted in hundreds, so that it is not said aloud with every letter.
fn room(desk: Desk) -> Option<String> {
    let left = desk.see(|model| TEXT_BYTES.saturating_sub(model.draft.text.len()));
    let hundreds = u32::try_from(left / 100).ok().filter(|_| left < SHOWN_BELOW)?;
    let count = format::number(desk.register, hundreds * 100);
    Some(fill(desk.texts.room_left(), &[("count", &count)]))
}

fn emergency(desk: Desk) -> String {
    desk.glance(|model| match response_time(desk, model) {
        Some(time) => fill(desk.texts.emergency(), &[("response_time", time)]),
        None => desk.texts.emergency_only().to_owned(),
    })
}

/// "one working day", if the site says so in this language.
pub(super) fn response_time(desk: Desk, model: &Model) -> Option<&str> {
    let times = &model.site.manifest.display.response_time;
    times.get(desk.register.lang()).map(String::as_str).filter(|time| !time.is_empty())
}
