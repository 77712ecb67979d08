//! Who gets mails that messages wait, and when: members say it themselves, those who may sign for addresses that nobody logs
//! in with.

use super::{
    said::{Said, said},
    wish::{ADDRESS, Arrival, Of},
};
use crate::{
    app::{tr, use_app},
    state::{event::Event, wish::clock},
    texts::{Texts, fill},
};
use einwurf_protocol::api::staff::{Arrives, MailReader};
use leptos::prelude::*;

/// Who gets mails, for those who answer for the site.
#[component]
pub(super) fn Everybody() -> impl IntoView {
    let app = use_app();
    let readers = Memo::new(move |_| app.wish.with(|form| form.readers.clone()));
    let address = Memo::new(move |_| app.reader.with(|form| form.own.clone()));
    let form = move || address.get().map(|address| view! { <Form address /> });
    let list = move || {
        let lines = readers.get().into_iter().enumerate();
        let lines = lines.map(|(place, reader)| view! { <Line place reader /> }).collect_view();
        view! {
            <section class="card" aria-labelledby="readers-title">
                <h2 id="readers-title" tabindex="-1">{tr(|t| &t.wish_everybody)}</h2>
                <dl>{lines}</dl>
                {form}
            </section>
        }
    };
    move || (!readers.with(Vec::is_empty)).then(list)
}

#[component]
fn Line(place: usize, reader: MailReader) -> impl IntoView {
    let app = use_app();
    let (address, shared) = (reader.address.clone(), !reader.member);
    let wish = move || app.with_texts(|texts| wish_of(texts, &reader));
    let change = {
        let address = address.clone();
        let name = move || app.with_texts(|t| fill(&t.reader_change_of, &[("address", &address)]));
        shared.then(|| {
            view! {
                " "
                <button type="button" class="link" id=format!("reader-{place}") aria-label=name
                    on:click=move |_| app.emit(Event::EditReader(place))>
                    {tr(|t| &t.reader_change)}
                </button>
            }
        })
    };
    view! { <div class="fact"><dt>{address}</dt><dd>{wish}{change}</dd></div> }
}

/// When mails arrive at one address.
#[component]
fn Form(address: String) -> impl IntoView {
    let app = use_app();
    let said =
        Signal::derive(move || app.reader.with(|form| said(&form.status, Some(|t| &t.reader_refused))));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SaveReader);
    };
    view! {
        <form on:submit=submit novalidate aria-labelledby="reader-title">
            <h3 id="reader-title" class="wrap" tabindex="-1">
                {move || app.with_texts(|t| fill(&t.reader_title, &[("address", &address)]))}
            </h3>
            <p class="lead">{tr(|t| &t.reader_lead)}</p>
            <Arrival of=Of { form: app.reader, ids: ADDRESS } />
            <Said ids=["reader-calm", "reader-good", "reader-care"] said />
            <div class="buttons">
                <button class="button button-main">{tr(|t| &t.common_save)}</button>
                <button type="button" class="button" on:click=move |_| app.emit(Event::LeaveReader)>
                    {tr(|t| &t.reauth_cancel)}
                </button>
            </div>
        </form>
    }
}

fn wish_of(texts: &Texts, reader: &MailReader) -> String {
    let Some(wish) = &reader.wish else { return texts.wish_at_once.clone() };
    let arrives = match wish.arrives {
        Arrives::AtOnce => texts.wish_at_once.clone(),
        Arrives::Digest { minutes: 15 } => texts.wish_quarter.clone(),
        Arrives::Digest { minutes: 60 } => texts.wish_hour.clone(),
        Arrives::Digest { minutes } => fill(&texts.wish_minutes_of, &[("minutes", &minutes.to_string())]),
        Arrives::Never => texts.wish_never.clone(),
    };
    let quiet = wish.quiet.as_ref().map(|quiet| {
        let (from, until) = (clock(quiet.from), clock(quiet.until));
        fill(&texts.wish_quiet_of, &[("from", &from), ("until", &until), ("zone", &quiet.zone)])
    });
    [Some(arrives), quiet].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
