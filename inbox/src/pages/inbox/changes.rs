//! Readers are told who may do what now, until somebody here has read it.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        seen::{Change, Person},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::roster::Capability;
use leptos::prelude::*;

/// The banner; nothing while nothing has changed.
#[component]
pub(super) fn Changes() -> impl IntoView {
    let app = use_app();
    let line = move |change: Change| view! { <li>{move || sentence(app, &change)}</li> };
    let banner = move |changes: Vec<Change>| {
        view! {
            <section class="changes" aria-labelledby="changes-title">
                <Icon of=Glyph::Shield />
                <div>
                    <h2 id="changes-title">{tr(|t| &t.changes_title)}</h2>
                    <ul>{changes.into_iter().map(line).collect_view()}</ul>
                </div>
                <button class="button" on:click=move |_| app.emit(Event::ConfirmChanges)>
                    {tr(|t| &t.changes_confirm)}
                </button>
            </section>
        }
    };
    move || Some(app.changes.get()).filter(|changes| !changes.is_empty()).map(banner)
}

fn short(capability: Capability) -> Pick {
    match capability {
        Capability::Read => |t| &t.may_read_short,
        Capability::Sign => |t| &t.may_sign_short,
        Capability::Audit => |t| &t.may_audit_short,
    }
}

fn sentence(app: App, change: &Change) -> String {
    let said = |pick: Pick, values: &[(&str, &str)]| fill(&app.text(pick), values);
    let list = |person: &Person| {
        let words: Vec<_> = person.may.iter().map(|may| app.text(short(*may))).collect();
        words.join(", ")
    };
    match change {
        Change::Came(person) if person.sheet => app.text(|t| &t.changes_came_sheet),
        Change::Left(person) if person.sheet => app.text(|t| &t.changes_left_sheet),
        Change::Came(person) => said(|t| &t.changes_came, &[("name", &person.name), ("may", &list(person))]),
        Change::Left(person) => said(|t| &t.changes_left, &[("name", &person.name)]),
        Change::May(person, capability, true) => {
            said(|t| &t.changes_may, &[("name", &person.name), ("may", &app.text(short(*capability)))])
        }
        Change::May(person, capability, false) => {
            said(|t| &t.changes_may_not, &[("name", &person.name), ("may", &app.text(short(*capability)))])
        }
        Change::Renamed(person, former) => {
            said(|t| &t.changes_renamed, &[("name", &person.name), ("former", former)])
        }
    }
}
