//! The member's own access: password and devices.

use crate::{
    app::{App, tr, use_app},
    components::{Ask, Glyph, Icon, Meter, Saying},
    state::{
        account::{Changing, Deed, Gadget, PASSWORD},
        event::Event,
        site::short,
    },
    texts::{Pick, fill},
};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// The part.
#[component]
pub(super) fn Account() -> impl IntoView {
    let app = use_app();
    let recovering = Memo::new(move |_| app.admin.account.with(|account| account.recovering));
    let name = move || app.admin.account.with(|account| account.name.clone());
    let password = move || {
        if recovering.get() {
            view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.account_recovering)}</span></p> }
                .into_any()
        } else {
            view! { <Password /> }.into_any()
        }
    };
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.account_title)}</h1>
        <p class="lead">{name}</p>
        {password}
        <Devices />
    }
}

#[component]
fn Password() -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.account.with(|account| account.changing != Changing::Idle);
    let words = move || {
        app.text(match app.admin.account.with(|account| account.changing) {
            Changing::Idle => |t| &t.account_change,
            Changing::Asking => |t| &t.account_asking,
            Changing::Deriving => |t| &t.account_deriving,
        })
    };
    let judged = Memo::new(move |_| {
        let company = app.company.get();
        app.admin.account.with(|account| account.strength(&[&company, &account.name]))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Account(Deed::Change));
    };
    view! {
        <form class="card" on:submit=submit novalidate aria-labelledby="password-title">
            <h2 id="password-title">{tr(|t| &t.account_password_title)}</h2>
            <p class="hint">{tr(|t| &t.account_password_lead)}</p>
            <Saying ids=["account-calm", "account-good", "account-care"]
                said=Signal::derive(move || app.admin.account.with(|account| account.said)) />
            // Password managers file the new password under it.
            <input class="visually-hidden" type="text" name="username" autocomplete="username" readonly tabindex="-1"
                aria-hidden="true" prop:value=move || app.admin.account.with(|account| account.name.clone()) />
            <Ask spec=PASSWORD value=Signal::derive(move || app.admin.account.with(|account| account.password.to_string()))
                fault=Signal::derive(move || app.admin.account.with(crate::state::account::Account::fault))
                set=Callback::new(move |text| app.admin.account.update(|account| account.password = Zeroizing::new(text))) />
            <Meter judged />
            <div class="buttons">
                <button class="button button-main" class:busy=busy aria-disabled=move || busy().to_string()>
                    <span aria-live="polite">{words}</span>
                </button>
            </div>
        </form>
    }
}

#[component]
fn Devices() -> impl IntoView {
    let app = use_app();
    let devices = Memo::new(move |_| app.admin.account.with(|account| account.devices.clone()));
    let list = move || match devices.get() {
        None => view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> }.into_any(),
        Some(all) => {
            let alone = all.len() < 2;
            let rows = all.into_iter().map(|device| view! { <Row device /> }).collect_view();
            view! {
                <ul class="entries">{rows}</ul>
                {alone.then(|| view! { <p class="hint">{tr(|t| &t.devices_none)}</p> })}
            }
            .into_any()
        }
    };
    view! {
        <section class="card" aria-labelledby="devices-title">
            <h2 id="devices-title" tabindex="-1">{tr(|t| &t.devices_title)}</h2>
            <p class="hint">{tr(|t| &t.devices_lead)}</p>
            <Saying ids=["devices-calm", "devices-good", "devices-care"]
                said=Signal::derive(move || app.admin.account.with(|account| account.said_devices)) />
            {list}
        </section>
    }
}

#[component]
fn Row(device: Gadget) -> impl IntoView {
    let app = use_app();
    let id = device.id;
    let key = short(&id.to_string());
    let (shown, named) = (key.clone(), key);
    let current = device.current;
    let name = move || {
        app.with_texts(|t| {
            if current { t.devices_this.clone() } else { fill(&t.devices_other, &[("id", &shown)]) }
        })
    };
    let open = device.sessions > 0;
    let end_of = move || {
        app.with_texts(|t| {
            fill(if open { &t.devices_end_of } else { &t.devices_forget_of }, &[("id", &named)])
        })
    };
    let words: Pick = if open { |t| &t.devices_end } else { |t| &t.devices_forget };
    let end = move || {
        view! {
            <div class="entry-acts">
                <button class="quiet quiet-grave" aria-label=end_of
                    on:click=move |_| app.emit(Event::Account(Deed::End(id)))>{tr(words)}</button>
            </div>
        }
    };
    view! {
        <li class="entry">
            <h3>{name}</h3>
            <p class="hint">{move || times(app, &device)}</p>
            {(!current).then(end)}
        </li>
    }
}

fn times(app: App, device: &Gadget) -> String {
    let first = app.date(|dates| dates.day(device.first));
    let last = app.date(|dates| dates.moment(device.last));
    app.with_texts(|t| {
        let open = if device.sessions > 0 { &t.devices_open } else { &t.devices_closed };
        let (first, last) =
            (fill(&t.devices_first, &[("day", &first)]), fill(&t.devices_last, &[("when", &last)]));
        format!("{first}, {last} · {open}")
    })
}
