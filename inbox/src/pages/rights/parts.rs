//! What is about single messages: handing them over to a business matter, or erasing them.

use super::{Do, Open, Preview};
use crate::{
    app::{App, tr, use_app},
    components::{Ask, Choice, Choices, Glyph, Icon},
    state::{
        desk::letter::{Item, Letter},
        field::{Kind, Rule, Spec},
        rights::{
            Deed,
            day::{YEARS, kept_until},
        },
    },
    texts::Pick,
};
use einwurf_protocol::{event::Direction, message::Basis};
use leptos::prelude::*;

/// The date until which something is kept.
const UNTIL: Spec =
    Spec { kind: Kind::Typed("date"), ..Spec::new("rights-until", |t| &t.rights_until, Rule::Text) };

/// "Zum Vorgang übernehmen".
#[component]
pub(super) fn Handover(letter: Open) -> impl IntoView {
    view! {
        <p class="lead">{tr(|t| &t.handover_lead)}</p>
        <section class="card" aria-labelledby="handover-parts">
            <h3 id="handover-parts">"1. "{tr(|t| &t.handover_parts)}</h3>
            <Parts letter />
        </section>
        <section class="card" aria-labelledby="handover-basis">
            <h3 id="handover-basis">"2. "{tr(|t| &t.handover_why)}</h3>
            <Grounds />
            <Until />
            <Periods />
        </section>
        <Save />
        <section class="card card-grave" aria-labelledby="handover-do">
            <h3 id="handover-do">"4. "{tr(|t| &t.handover_do)}</h3>
            <Lost letter />
            <Preview letter />
            <Do words=|t| &t.handover_button deed=Deed::Send grave=true />
        </section>
    }
}

#[component]
fn Grounds() -> impl IntoView {
    let app = use_app();
    let options: Vec<(Basis, Pick)> =
        vec![(Basis::Contract, |t| &t.basis_contract), (Basis::Law, |t| &t.basis_law)];
    view! {
        <Choice of=Choices { id: "basis", label: |t| &t.handover_basis, options }
            value=Signal::derive(move || app.rights.with(|rights| rights.basis))
            set=Callback::new(move |basis| app.rights.update(|rights| rights.basis = basis)) />
    }
}

/// The date.
#[component]
pub(super) fn Until() -> impl IntoView {
    let app = use_app();
    view! {
        <Ask spec=UNTIL value=Signal::derive(move || app.rights.with(|rights| rights.until.clone()))
            fault=Signal::stored(None)
            set=Callback::new(move |until| app.rights.update(|rights| rights.until = until)) />
    }
}

/// Periods of commercial and tax law, one click each.
#[component]
fn Periods() -> impl IntoView {
    let app = use_app();
    let name = |years: u64| -> Pick {
        match years {
            6 => |t| &t.period_letters,
            8 => |t| &t.period_vouchers,
            _ => |t| &t.period_books,
        }
    };
    let button = move |years: u64| {
        let set = move |_| {
            let until = kept_until(app.now.get_untracked(), years);
            app.rights.update(|rights| rights.until = until);
        };
        view! { <li><button type="button" class="link" on:click=set>{tr(name(years))}</button></li> }
    };
    view! {
        <ul class="periods">{YEARS.map(button).collect_view()}</ul>
        <p class="hint">{tr(|t| &t.period_hint)}</p>
    }
}

/// First the file, then the rest goes.
#[component]
fn Save() -> impl IntoView {
    let app = use_app();
    let saved = Memo::new(move |_| app.rights.with(|rights| !rights.parts.is_empty() && rights.is_saved()));
    let line = move || {
        view! { <p class="answered"><Icon of=Glyph::Good /><span>{tr(|t| &t.handover_saved)}</span></p> }
    };
    view! {
        <section class="card" aria-labelledby="handover-save">
            <h3 id="handover-save">"3. "{tr(|t| &t.handover_save)}</h3>
            <p>{tr(|t| &t.handover_save_lead)}</p>
            <div aria-live="polite">{move || saved.get().then(line)}</div>
            <Do words=|t| &t.handover_save_button deed=Deed::Export glyph=Glyph::Download />
        </section>
    }
}

/// What will be gone.
#[component]
fn Lost(letter: Open) -> impl IntoView {
    let app = use_app();
    let lost = Memo::new(move |_| {
        let all = letter.with(|letter| letter.as_ref().map_or(0, |letter| letter.messages().count()));
        all.saturating_sub(app.rights.with(|rights| rights.parts.len()))
    });
    let words = move || {
        let n = lost.get();
        app.with_texts(|t| match n {
            0 => t.handover_lost_none.clone(),
            _ => t.handover_lost.of(n),
        })
    };
    view! { <p>{words}</p> }
}

/// Erasing single messages.
#[component]
pub(super) fn EraseParts(letter: Open) -> impl IntoView {
    view! {
        <p class="lead">{tr(|t| &t.parts_lead)}</p>
        <section class="card" aria-label=tr(|t| &t.handover_parts)><Parts letter /></section>
        <Preview letter />
        <Do words=|t| &t.parts_button deed=Deed::Send grave=true />
    }
}

/// Messages to tick.
#[component]
fn Parts(letter: Open) -> impl IntoView {
    let lines = move || {
        let items: Vec<Item> = letter.with(|letter| {
            letter.as_ref().map_or(Vec::new(), |letter: &Letter| letter.messages().cloned().collect())
        });
        items.into_iter().map(|item| view! { <Part item /> }).collect_view()
    };
    view! { <ul class="parts">{lines}</ul> }
}

#[component]
fn Part(item: Item) -> impl IntoView {
    let app = use_app();
    let Item { seq, at, direction, .. } = item;
    let id = format!("part-{seq}");
    let ticked = move || app.rights.with(|rights| rights.parts.contains(&seq));
    let set = move |event| {
        let ticked = event_target_checked(&event);
        app.rights.update(|rights| rights.tick(seq, ticked));
    };
    view! {
        <li>
            <label class="tick part" for=id.clone()>
                <input id=id.clone() type="checkbox" prop:checked=ticked on:change=set />
                <span>
                    <span class="item-head">{move || head(app, direction, at)}</span>
                    <span class="part-text">{item.text().to_owned()}</span>
                </span>
            </label>
        </li>
    }
}

fn head(app: App, direction: Direction, at: einwurf_protocol::time::Timestamp) -> String {
    let who: Pick = match direction {
        Direction::ToStaff => |t| &t.read_from_visitor,
        Direction::ToVisitor => |t| &t.read_from_staff,
    };
    format!("{} · {}", app.text(who), app.date(|dates| dates.moment(at)))
}
