//! Acknowledged: a postmark with date and time, and what happens next.

use super::{compose::response_time, letter::postmarked};
use crate::{
    desk::Desk,
    format,
    state::{Arrival, Event, Phase},
    texts::fill,
};
use leptos::prelude::*;

pub(super) fn arrived(desk: Desk) -> Option<impl IntoView> {
    let arrival = desk.glance(|model| match &model.phase {
        Phase::Arrived(arrival) => Some(arrival.clone()),
        _ => None,
    })?;
    let (texts, register) = (desk.texts, desk.register);
    let time = format::time(register, arrival.at);
    let gone = format::date(register, arrival.deleted);
    Some(view! {
        <div class="scroll middle">
            {postmarked(&format::short_date(register, arrival.at), &time)}
            <h1 data-start="" tabindex="-1">{fill(texts.arrived(), &[("time", &time)])}</h1>
            <p>{desk.named(texts.arrived_body())}</p>
            <p>{answer(desk, &arrival)}</p>
            <p class="hint">{fill(texts.deleted(), &[("date", &gone)])}</p>
            <details>
                <summary>{texts.your_text()}</summary>
                <p class="letter">{arrival.message.text().to_owned()}</p>
            </details>
        </div>
        <div class="foot pair">
            <button class="quiet" on:click=move |_| desk.emit(Event::Another)>{texts.another()}</button>
            <button class="quiet" on:click=move |_| desk.emit(Event::Close)>{texts.close()}</button>
        </div>
    })
}

fn answer(desk: Desk, arrival: &Arrival) -> Option<String> {
    if !arrival.answerable() {
        return Some(desk.texts.no_reply_way().to_owned());
    }
    desk.glance(|model| {
        response_time(desk, model).map(|time| fill(desk.texts.reply_within(), &[("response_time", time)]))
    })
}
