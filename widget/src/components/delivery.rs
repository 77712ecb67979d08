//! Sealing and sending: the envelope closes once; when nobody answers, nothing is lost.

use super::letter::envelope;
use crate::{
    desk::Desk,
    format,
    state::{Event, Phase},
    texts::fill,
};
use leptos::prelude::*;

pub(super) fn delivery(desk: Desk) -> impl IntoView {
    let pause = Memo::new(move |_| {
        desk.see(|model| if let Phase::Waiting(_, pause) = &model.phase { Some(pause.seconds) } else { None })
    });
    view! {
        <div class="scroll middle">
            {envelope()}
            <h1 data-start="" tabindex="-1">{move || super::voice(desk)}</h1>
            {move || pause.get().map(|seconds| waiting(desk, seconds))}
        </div>
    }
}

fn waiting(desk: Desk, seconds: u32) -> impl IntoView {
    let texts = desk.texts;
    let seconds = format::number(desk.register, seconds);
    view! {
        <p>{fill(texts.waiting_body(), &[("seconds", &seconds)])}</p>
        <div class="pair">
            <button class="main" on:click=move |_| desk.emit(Event::Retry)>{texts.retry()}</button>
            <button class="quiet" on:click=move |_| desk.emit(Event::Edit)>{texts.edit()}</button>
        </div>
    }
}
