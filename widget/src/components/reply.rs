//! "How may we answer you? (optional)": sealed along with the text.

use super::compose::{fault, fault_of, invalid};
use crate::{
    desk::Desk,
    state::{Event, Field},
};
use einwurf_protocol::message::Wish;
use leptos::prelude::*;

pub(super) fn reply(desk: Desk) -> impl IntoView {
    let texts = desk.texts;
    let wrong = move || desk.see(fault_of).is_some_and(|fault| Field::of(fault) != Field::Text);
    let begun = desk.glance(|model| {
        let draft = &model.draft;
        draft.wish.is_some()
            || [&draft.name, &draft.email, &draft.phone].iter().any(|field| !field.is_empty())
    });
    // Opens for a fault inside and stays as the visitor left it otherwise.
    let open = Memo::new(move |was: Option<&bool>| was.copied().unwrap_or(begun) || wrong());
    view! {
        <details class="reply" prop:open=move || open.get()>
            <summary>{texts.reply_title()}</summary>
            <p class="hint">{texts.reply_hint()}</p>
            {field(desk, Field::Name, texts.name(), ("text", "name"))}
            {field(desk, Field::Email, texts.email(), ("email", "email"))}
            {field(desk, Field::Phone, texts.phone(), ("tel", "tel"))}
            <fieldset>
                <legend>{texts.wish()}</legend>
                {choice(desk, None, texts.wish_any())}
                {choice(desk, Some(Wish::Email), texts.wish_email())}
                {choice(desk, Some(Wish::Phone), texts.wish_phone())}
            </fieldset>
        </details>
    }
}

fn value(desk: Desk, field: Field) -> String {
    desk.glance(|model| match field {
        Field::Text => model.draft.text.clone(),
        Field::Name => model.draft.name.clone(),
        Field::Email => model.draft.email.clone(),
        Field::Phone => model.draft.phone.clone(),
    })
}

fn field(
    desk: Desk,
    field: Field,
    label: &'static str,
    (kind, token): (&'static str, &'static str),
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=field.id()>{label}</label>
            <input
                id=field.id()
                type=kind
                autocomplete=token
                prop:value=value(desk, field)
                aria-invalid=move || invalid(desk, field)
                aria-describedby=field.fault_id()
                on:input=move |event| desk.emit(Event::Input(field, event_target_value(&event)))
            />
            {fault(desk, field)}
        </div>
    }
}

fn choice(desk: Desk, wish: Option<Wish>, label: &'static str) -> impl IntoView {
    view! {
        <label class="tick">
            <input
                type="radio"
                name="wish"
                prop:checked=desk.glance(|model| model.draft.wish == wish)
                on:change=move |_| desk.emit(Event::Wish(wish))
            />
            <span>{label}</span>
        </label>
    }
}
