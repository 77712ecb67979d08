//! Who it is from, what was agreed to, and how long it stays: visible without opening anything.

use super::super::rights::{Panel, special};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::letter::{Contact, Given, Letter, Terms},
        event::Event,
        rights::Deed,
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{
    consent::By,
    ids::Cid,
    message::{Reason, Wish},
    notice::{Mode, Purpose},
    precedence::Hold,
    time::Timestamp,
};
use leptos::prelude::*;

/// The right column.
#[component]
pub(super) fn Details(cid: Cid, letter: Letter) -> impl IntoView {
    let app = use_app();
    let Letter { contact, consents, terms, .. } = letter.clone();
    view! {
        <aside class="details" aria-label=tr(|t| &t.details_title)>
            <Reach cid contact />
            <Times cid terms />
            {special(app, cid, &letter)}
            {consents.into_iter().map(|given| view! { <Agreed given /> }).collect_view()}
            <Panel cid letter />
        </aside>
    }
}

#[component]
fn Fact(label: Pick, children: Children) -> impl IntoView {
    view! { <div class="fact"><dt>{tr(label)}</dt><dd>{children()}</dd></div> }
}

/// How to reach the visitor, as the visitor said.
#[component]
fn Reach(cid: Cid, contact: Contact) -> impl IntoView {
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
            <Code cid />
        </section>
    }
}

fn wish_name(wish: Wish) -> Pick {
    match wish {
        Wish::Here => |t| &t.wish_here,
        Wish::Email => |t| &t.wish_email,
        Wish::Phone => |t| &t.wish_phone,
        Wish::Notice => |t| &t.wish_notice,
    }
}

/// What the conversation is called on the phone and in letters.
#[component]
fn Code(cid: Cid) -> impl IntoView {
    let app = use_app();
    view! {
        <div class="code-line">
            <span class="hint">{tr(|t| &t.details_code)}</span>
            <code id="code">{cid.code()}</code>
            <button class="quiet" on:click=move |_| app.emit(Event::Rights(Deed::CopyCode(cid)))>
                <Icon of=Glyph::Copy /><span>{tr(|t| &t.common_copy)}</span>
            </button>
        </div>
    }
}

#[component]
fn Times(cid: Cid, terms: Terms) -> impl IntoView {
    let app = use_app();
    let Terms { deleted, restricted, hold, withdrawn } = terms;
    let opened = app.desk.with_untracked(|desk| desk.row(cid).map(|row| row.entry.opened)).unwrap_or(deleted);
    let day = move |at: Timestamp| move || app.date(|dates| dates.day(at));
    view! {
        <section class="card">
            <h3>{tr(|t| &t.details_times)}</h3>
            <dl>
                <Fact label=|t| &t.details_received>{move || app.date(|dates| dates.moment(opened))}</Fact>
                {withdrawn.map(|at| view! { <Fact label=|t| &t.details_withdrawn>{day(at)}</Fact> })}
                <Fact label=|t| &t.details_deleted>{day(deleted)}</Fact>
                {restricted.map(|at| view! { <Fact label=|t| &t.details_restricted>{day(at)}</Fact> })}
                {hold.map(|hold| view! { <Held hold /> })}
            </dl>
        </section>
    }
}

#[component]
fn Held(hold: Hold) -> impl IntoView {
    let app = use_app();
    let why: Pick = match hold.reason {
        Reason::Claim => |t| &t.reason_claim,
        Reason::Authority => |t| &t.reason_authority,
    };
    let words = move || {
        let day = app.date(|dates| dates.day(hold.until));
        app.with_texts(|t| fill(&t.details_held_until, &[("day", &day), ("why", why(t))]))
    };
    view! { <Fact label=|t| &t.details_held>{words}</Fact> }
}

/// One consent record.
#[component]
fn Agreed(given: Given) -> impl IntoView {
    let app = use_app();
    let Given { at, register, mode, purposes, special, by, digest } = given;
    let mode: Pick = if mode == Mode::Consent { |t| &t.mode_consent } else { |t| &t.mode_request };
    let purposes =
        purposes.into_iter().map(|purpose| view! { <li>{tr(purpose_name(purpose))}</li> }).collect_view();
    view! {
        <section class="card">
            <h3>{tr(|t| &t.details_consent)}</h3>
            <dl>
                <Fact label=|t| &t.details_consent_at>{move || app.date(|dates| dates.moment(at))}</Fact>
                <Fact label=|t| &t.details_consent_register>{register.own_name()}</Fact>
                <Fact label=|t| &t.details_consent_mode>{tr(mode)}</Fact>
                <Fact label=|t| &t.details_consent_purposes><ul>{purposes}</ul></Fact>
                {(special == Some(false)).then(|| view! {
                    <Fact label=|t| &t.purpose_special>{tr(|t| &t.special_not)}</Fact>
                })}
                {by.map(|by| view! { <Fact label=|t| &t.details_by>{tr(by_name(by))}</Fact> })}
                <Fact label=|t| &t.details_consent_digest><code>{digest}</code></Fact>
            </dl>
        </section>
    }
}

fn by_name(by: By) -> Pick {
    match by {
        By::Visitor => |t| &t.by_self,
        By::Parent => |t| &t.by_parent,
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
