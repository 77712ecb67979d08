//! Who it is from, what was agreed to, and how long it stays: visible without opening anything.

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, register_name},
    state::desk::letter::{Contact, Given, Letter},
    texts::Pick,
};
use einwurf_protocol::{
    ids::Cid,
    message::Wish,
    notice::{Mode, Purpose},
    time::Timestamp,
};
use leptos::prelude::*;

/// The right column.
#[component]
pub(super) fn Details(cid: Cid, letter: Letter) -> impl IntoView {
    let Letter { contact, consents, deleted, .. } = letter;
    view! {
        <aside class="details" aria-label=tr(|t| &t.details_title)>
            <Reach contact />
            <Times cid deleted />
            {consents.into_iter().map(|given| view! { <Agreed given /> }).collect_view()}
        </aside>
    }
}

#[component]
fn Fact(label: Pick, children: Children) -> impl IntoView {
    view! { <div class="fact"><dt>{tr(label)}</dt><dd>{children()}</dd></div> }
}

/// How to reach the visitor, as the visitor said.
#[component]
fn Reach(contact: Contact) -> impl IntoView {
    let nothing = contact == Contact::default();
    let email = contact.mailto().zip(contact.email.clone());
    let phone = contact.tel().zip(contact.phone.clone());
    let link = |(to, shown): (String, String)| view! { <a href=to>{shown}</a> };
    view! {
        <section class="card">
            <h3>{tr(|t| &t.details_contact)}</h3>
            {nothing.then(|| view! { <p class="hint">{tr(|t| &t.details_none)}</p> })}
            <dl>
                {contact.name.map(|name| view! { <Fact label=|t| &t.details_name>{name}</Fact> })}
                {email.map(|email| view! { <Fact label=|t| &t.details_email>{link(email)}</Fact> })}
                {phone.map(|phone| view! { <Fact label=|t| &t.details_phone>{link(phone)}</Fact> })}
                {contact.wish.map(|wish| view! { <Fact label=|t| &t.details_wish>{tr(wish_name(wish))}</Fact> })}
            </dl>
            <p class="unverified"><Icon of=Glyph::Person /><strong>{tr(|t| &t.details_unverified)}</strong></p>
            <p class="hint">{tr(|t| &t.details_unverified_hint)}</p>
        </section>
    }
}

fn wish_name(wish: Wish) -> Pick {
    match wish {
        Wish::Here => |t| &t.wish_here,
        Wish::Email => |t| &t.wish_email,
        Wish::Phone => |t| &t.wish_phone,
    }
}

#[component]
fn Times(cid: Cid, deleted: Timestamp) -> impl IntoView {
    let app = use_app();
    let opened = app.desk.with_untracked(|desk| desk.row(cid).map(|row| row.entry.opened)).unwrap_or(deleted);
    view! {
        <section class="card">
            <h3>{tr(|t| &t.details_times)}</h3>
            <dl>
                <Fact label=|t| &t.details_received>{move || app.date(|dates| dates.moment(opened))}</Fact>
                <Fact label=|t| &t.details_deleted>{move || app.date(|dates| dates.day(deleted))}</Fact>
            </dl>
        </section>
    }
}

/// One consent record.
#[component]
fn Agreed(given: Given) -> impl IntoView {
    let app = use_app();
    let Given { at, register, mode, purposes, digest } = given;
    let mode: Pick = if mode == Mode::Consent { |t| &t.mode_consent } else { |t| &t.mode_request };
    let purposes =
        purposes.into_iter().map(|purpose| view! { <li>{tr(purpose_name(purpose))}</li> }).collect_view();
    view! {
        <section class="card">
            <h3>{tr(|t| &t.details_consent)}</h3>
            <dl>
                <Fact label=|t| &t.details_consent_at>{move || app.date(|dates| dates.moment(at))}</Fact>
                <Fact label=|t| &t.details_consent_register>{tr(register_name(register))}</Fact>
                <Fact label=|t| &t.details_consent_mode>{tr(mode)}</Fact>
                <Fact label=|t| &t.details_consent_purposes><ul>{purposes}</ul></Fact>
                <Fact label=|t| &t.details_consent_digest><code>{digest}</code></Fact>
            </dl>
        </section>
    }
}

fn purpose_name(purpose: Purpose) -> Pick {
    match purpose {
        Purpose::Answer => |t| &t.purpose_answer,
        Purpose::Special => |t| &t.purpose_special,
        Purpose::Remember => |t| &t.purpose_remember,
        Purpose::Notify => |t| &t.purpose_notify,
        Purpose::Context => |t| &t.purpose_context,
        Purpose::Guest => |t| &t.purpose_guest,
    }
}
