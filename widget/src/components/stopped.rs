//! It cannot go on by itself: what happened, that the text is still there, and what to do.

use super::contact::contact;
use crate::{
    desk::Desk,
    state::{Event, Phase, Trouble},
    texts::Texts,
};
use leptos::prelude::*;

pub(super) fn stopped(desk: Desk) -> Option<impl IntoView> {
    let texts = desk.texts;
    let trouble = desk.glance(|model| match &model.phase {
        Phase::Stopped(stop) => Some(stop.trouble),
        _ => None,
    })?;
    let (sentence, code) = words(texts, trouble);
    Some(view! {
        <div class="scroll">
            <h1 data-start="" tabindex="-1">{texts.stopped_title()}</h1>
            <p>{desk.named(sentence)}</p>
            <p>{texts.stopped_keep()}</p>
            {contact(desk)}
            <textarea
                class="letter"
                readonly
                aria-label=texts.your_text()
                prop:value=desk.glance(|model| model.draft.text.clone())
            ></textarea>
            <details>
                <summary>{texts.detail()}</summary>
                <p><code>{code}</code></p>
            </details>
        </div>
        <div class="foot">
            <button class="quiet" on:click=move |_| desk.emit(Event::Edit)>{texts.edit()}</button>
        </div>
    })
}

fn words(texts: &'static Texts, trouble: Trouble) -> (&'static str, &'static str) {
    match trouble {
        Trouble::Access => (texts.stopped_access(), "unauthorized"),
        Trouble::Trust => (texts.stopped_trust(), "manifest"),
        Trouble::Limit => (texts.stopped_limit(), "limit-reached"),
        Trouble::Refused(code) => (texts.stopped_refused(), code),
        Trouble::Sealing => (texts.stopped_sealing(), "sealing"),
    }
}
