//! The log: who did what when. No content.

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, Saying},
    state::{
        event::Event,
        rights::{Deed, log::name},
    },
};
use einwurf_protocol::api::staff::LogEntry;
use leptos::prelude::*;

/// The page.
#[component]
pub(in crate::pages) fn Log() -> impl IntoView {
    let app = use_app();
    let entries = Memo::new(move |_| app.log.with(|log| log.entries.clone()));
    let table = move || match entries.get() {
        None => view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> }.into_any(),
        Some(entries) if entries.is_empty() => view! { <p class="hint">{tr(|t| &t.log_none)}</p> }.into_any(),
        Some(entries) => view! { <Table entries /> }.into_any(),
    };
    view! {
        <main id="main" class="sheet">
            <h1 id="title" tabindex="-1">{tr(|t| &t.log_title)}</h1>
            <p class="lead">{tr(|t| &t.log_lead)}</p>
            <Saying ids=["log-calm", "log-good", "log-care"] said=Signal::derive(move || app.log.with(|log| log.said)) />
            <section class="card" aria-labelledby="log-list">
                <h2 id="log-list">{tr(|t| &t.log_list)}</h2>
                {table}
                <More />
            </section>
            <Proofs />
        </main>
    }
}

#[component]
fn Table(entries: Vec<LogEntry>) -> impl IntoView {
    view! {
        <table class="log">
            <thead>
                <tr>
                    <th scope="col">{tr(|t| &t.log_when)}</th>
                    <th scope="col">{tr(|t| &t.log_who)}</th>
                    <th scope="col">{tr(|t| &t.log_what)}</th>
                    <th scope="col">{tr(|t| &t.log_code)}</th>
                </tr>
            </thead>
            <tbody>{entries.into_iter().map(|entry| view! { <Line entry /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Line(entry: LogEntry) -> impl IntoView {
    let app = use_app();
    let LogEntry { at, member, cid, deed } = entry;
    view! {
        <tr>
            <td>{move || app.date(|dates| dates.moment(at))}</td>
            <td>{move || app.log.with(|log| log.who(&member))}</td>
            <td>{tr(name(deed))}</td>
            <td><code>{cid.code()}</code></td>
        </tr>
    }
}

#[component]
fn More() -> impl IntoView {
    let app = use_app();
    let more = Memo::new(move |_| app.log.with(|log| log.after.is_some()));
    let button = move || {
        view! {
            <div class="buttons">
                <button class="button" on:click=move |_| app.emit(Event::Rights(Deed::LogMore))>
                    {tr(|t| &t.log_more)}
                </button>
            </div>
        }
    };
    move || more.get().then(button)
}

/// All proofs as a file.
#[component]
fn Proofs() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card" aria-labelledby="proofs-title">
            <h2 id="proofs-title">{tr(|t| &t.proofs_title)}</h2>
            <p>{tr(|t| &t.proofs_lead)}</p>
            <div class="buttons">
                <button class="button" on:click=move |_| app.emit(Event::Rights(Deed::ExportProofs))>
                    <Icon of=Glyph::Download /><span>{tr(|t| &t.proofs_button)}</span>
                </button>
            </div>
        </section>
    }
}
