//! The page that an invitation opens.

use crate::{
    app::{tr, use_app},
    components::{Alert, Ask, Look, Meter, Slot, Tone},
    state::{
        event::Event,
        fault::Fault,
        field::Spec,
        join::{ACCOUNT, Join as State, Offer, PASSWORD, Phase},
        setup::strength::strength,
    },
    texts::{Pick, fill},
};
use einwurf_protocol::roster::Capability;
use leptos::prelude::*;
use zeroize::Zeroizing;

/// The page.
#[component]
pub(super) fn Join() -> impl IntoView {
    let app = use_app();
    // Typing must not build the form anew.
    let phase = Memo::new(move |_| app.join.with(|join| join.phase.clone()));
    let busy_or_form = Memo::new(move |_| matches!(phase.get(), Phase::Form | Phase::Working));
    let part = move || {
        if busy_or_form.get() {
            return view! { <Form /> }.into_any();
        }
        match phase.get() {
            Phase::Closed(fault) => view! { <Closed fault /> }.into_any(),
            Phase::Answered(code) => view! { <Compare code /> }.into_any(),
            _ => view! { <p role="status">{tr(|t| &t.join_loading)}</p> }.into_any(),
        }
    };
    view! {
        <main id="main" class="gate">
            <div class="gate-card gate-wide"><Slot />{part}</div>
            <footer class="gate-foot"><Look /></footer>
        </main>
    }
}

/// A capability in plain words.
pub(super) fn may(capability: Capability) -> Pick {
    match capability {
        Capability::Read => |t| &t.may_read,
        Capability::Sign => |t| &t.may_sign,
        Capability::Audit => |t| &t.may_audit,
    }
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let offer = app.join.with_untracked(|join| join.offer.clone());
    let fault = Signal::derive(move || app.join.with(|join| join.fault.map(Fault::sentence)));
    let busy = move || app.join.with(|join| join.phase == Phase::Working);
    let words = move || app.text(if busy() { |t| &t.join_working } else { |t| &t.join_submit });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Join);
    };
    view! {
        {offer.map(|offer| view! { <Offered offer /> })}
        <Alert id="join-fault" tone=Tone::Care text=fault />
        <form on:submit=submit novalidate>
            <Fields />
            <button class="button button-main button-wide" class:busy=busy aria-disabled=move || busy().to_string()>
                <span aria-live="polite">{words}</span>
            </button>
        </form>
    }
}

#[component]
fn Offered(offer: Offer) -> impl IntoView {
    let app = use_app();
    let (name, company) = (offer.name, offer.company);
    let title = move || app.with_texts(|t| fill(&t.join_title, &[("name", &name)]));
    let lead = move || app.with_texts(|t| fill(&t.join_lead, &[("company", &company)]));
    let until = move || {
        let when = app.date(|dates| dates.moment(offer.expires));
        app.with_texts(|t| fill(&t.join_until, &[("when", &when)]))
    };
    let list =
        offer.may.into_iter().map(|capability| view! { <li>{tr(may(capability))}</li> }).collect_view();
    view! {
        <h1 id="title" tabindex="-1">{title}</h1>
        <p class="lead">{lead}</p>
        <div class="join-may"><p>{tr(|t| &t.join_may)}</p><ul>{list}</ul></div>
        <p class="hint">{until}</p>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let app = use_app();
    let read = move |pick: fn(&State) -> String| Signal::derive(move || app.join.with(pick));
    let fault = move |spec: Spec| Signal::derive(move || app.join.with(|join| join.fault_of(&spec)));
    let judged = Signal::derive(move || {
        app.join.with(|join| {
            let offer = join.offer.as_ref();
            let company = offer.map_or("", |offer| offer.company.as_str());
            let name = offer.map_or("", |offer| offer.name.as_str());
            let typed = !join.password.is_empty();
            typed.then(|| strength(&join.password, &[company, name, &join.account]))
        })
    });
    let account = Callback::new(move |text| app.join.update(|join| join.account = text));
    let password = Callback::new(move |text| app.join.update(|join| join.password = Zeroizing::new(text)));
    view! {
        <Ask spec=ACCOUNT value=read(|join| join.account.clone()) fault=fault(ACCOUNT) set=account />
        <Ask spec=PASSWORD value=read(|join| join.password.to_string()) fault=fault(PASSWORD) set=password />
        <Meter judged />
    }
}

/// The code that both persons compare.
#[component]
fn Compare(code: String) -> impl IntoView {
    let app = use_app();
    let groups =
        code.split('-').map(|group| view! { <li><code>{group.to_owned()}</code></li> }).collect_view();
    let then = move || {
        let account = app.join.with(|join| crate::state::login::account(&join.account));
        app.with_texts(|t| fill(&t.join_code_then, &[("account", &account)]))
    };
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.join_code_title)}</h1>
        <p>{tr(|t| &t.join_code_lead)}</p>
        <ol class="groups groups-three">{groups}</ol>
        <p>{then}</p>
        <button class="button button-wide" on:click=move |_| app.emit(Event::ToLogin)>
            {tr(|t| &t.join_to_login)}
        </button>
    }
}

/// A link that opens nothing, or that could not be looked up.
#[component]
fn Closed(fault: Fault) -> impl IntoView {
    let app = use_app();
    let (title, text): (Pick, Pick) = match fault {
        Fault::LinkUsed => (|t| &t.join_closed_title, |t| &t.join_closed),
        other => (|t| &t.join_away_title, other.sentence()),
    };
    let again = move || {
        view! {
            <button class="button button-main" on:click=move |_| app.emit(Event::RetryInvitation)>{tr(|t| &t.common_retry)}</button>
        }
    };
    view! {
        <h1 id="title" tabindex="-1">{tr(title)}</h1>
        <p role="alert">{tr(text)}</p>
        <div class="buttons">
            {fault.passes().then(again)}
            <button class="button" on:click=move |_| app.emit(Event::ToLogin)>{tr(|t| &t.join_to_login)}</button>
        </div>
    }
}
