//! Webhooks: what leaves the relay, to whom, and how that goes.

mod form;
mod log;

use super::Opening;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Saying},
    state::{
        event::Event,
        webhooks::{Deed, Health, occasion, outcome},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{
    api::webhooks::{Tried, Webhook},
    ids::MessageId,
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Page() -> impl IntoView {
    let app = use_app();
    let list = Memo::new(move |_| app.admin.webhooks.with(|all| all.list.clone()));
    let form = Memo::new(move |_| app.admin.webhooks.with(|all| all.form.is_some()));
    let rows = move || match list.get() {
        None => view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> }.into_any(),
        Some(all) if all.is_empty() => view! { <p>{tr(|t| &t.hooks_none)}</p> }.into_any(),
        Some(all) => all.into_iter().map(|webhook| view! { <One webhook /> }).collect_view().into_any(),
    };
    view! {
        <Opening title=|t| &t.hooks_title lead=|t| &t.hooks_lead />
        <p class="alert"><Icon of=Glyph::Lock /><span>{tr(|t| &t.hooks_leaves)}</span></p>
        <Secret />
        <h2 id="hooks-title" tabindex="-1">{tr(|t| &t.hooks_list)}</h2>
        <Saying ids=["hooks-calm", "hooks-good", "hooks-care"]
            said=Signal::derive(move || app.admin.webhooks.with(|all| all.said)) />
        {rows}
        {move || if form.get() { view! { <form::Form /> }.into_any() } else { view! { <Add /> }.into_any() }}
        <log::Log />
    }
}

/// The way to another one, as long as there is room.
#[component]
fn Add() -> impl IntoView {
    let app = use_app();
    let room = Memo::new(move |_| app.admin.webhooks.with(crate::state::webhooks::Webhooks::has_room));
    let add = move || {
        view! {
            <div class="buttons">
                <button type="button" id="hook-add" class="button"
                    on:click=move |_| app.emit(Event::Webhooks(Deed::New))>
                    {tr(|t| &t.hooks_add)}
                </button>
            </div>
        }
    };
    move || room.get().then(add)
}

/// A secret, once.
#[component]
fn Secret() -> impl IntoView {
    let app = use_app();
    let secret = Memo::new(move |_| app.admin.webhooks.with(|all| all.secret.clone()));
    let card = move |secret: zeroize::Zeroizing<String>| {
        view! {
            <section class="card" aria-labelledby="hook-secret-title">
                <h2 id="hook-secret-title" tabindex="-1">{tr(|t| &t.hooks_secret)}</h2>
                <p>{tr(|t| &t.hooks_secret_lead)}</p>
                <p class="wrap"><code>{secret.to_string()}</code></p>
                <div class="buttons">
                    <Act deed=Deed::CopySecret words=|t| &t.common_copy />
                    <Act deed=Deed::HideSecret words=|t| &t.hooks_secret_kept />
                </div>
            </section>
        }
    };
    move || secret.get().map(card)
}

/// A button that does something; while anything is under way it waits.
#[component]
fn Act(
    deed: Deed,
    words: Pick,
    #[prop(optional)] id: Option<&'static str>,
    #[prop(optional)] grave: bool,
) -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.webhooks.with(|all| all.said.is_busy());
    view! {
        <button type="button" id=id class="button" class:button-grave=grave class:busy=busy aria-disabled=move || busy().to_string()
            on:click=move |_| app.emit(Event::Webhooks(deed))>{tr(words)}</button>
    }
}

#[component]
fn One(webhook: Webhook) -> impl IntoView {
    let app = use_app();
    let (id, on, health) = (webhook.id, webhook.on, Health::of(&webhook));
    let url = webhook.url.clone();
    let types = webhook.types.clone();
    let told = move || {
        let names: Vec<_> = types.iter().map(|one| app.text(occasion(*one))).collect();
        names.join("\u{a0}· ")
    };
    let former = webhook.former_until.map(|until| {
        let line = move || {
            let when = app.date(|dates| dates.moment(until));
            app.with_texts(|t| fill(&t.hooks_former, &[("when", &when)]))
        };
        view! { <p class="hint">{line}</p> }
    });
    let state = move || state(app, &webhook);
    view! {
        <section class="card" aria-label=url.clone()>
            <h3 class="wrap">{url.clone()}</h3>
            <p class="alert" class:alert-care=health.is_grave() class:alert-good=health == Health::Good>
                <Icon of=glyph(health) /><span>{state}</span>
            </p>
            <p class="hint">{told}</p>
            {former}
            <Acts id on />
        </section>
    }
}

fn glyph(health: Health) -> Glyph {
    match health {
        Health::Good => Glyph::Good,
        _ if health.is_grave() => Glyph::Warning,
        _ => Glyph::Help,
    }
}

/// What can be done with one. Removing is asked once.
#[component]
fn Acts(id: MessageId, on: bool) -> impl IntoView {
    let app = use_app();
    let removing = Memo::new(move |_| app.admin.webhooks.with(|all| all.removing == Some(id)));
    let switch: Pick = if on { |t| &t.hooks_switch_off } else { |t| &t.hooks_switch_on };
    let acts = move || {
        view! {
            <Act deed=Deed::Test(id) words=|t| &t.hooks_test />
            <Act deed=Deed::Edit(id) words=|t| &t.hooks_edit />
            <Act deed=Deed::Switch(id, !on) words=switch />
            <Act deed=Deed::Renew(id) words=|t| &t.hooks_renew />
            <Act deed=Deed::Remove(id) words=|t| &t.hooks_remove />
        }
    };
    let sure = move || {
        view! {
            <p>{tr(|t| &t.hooks_remove_lead)}</p>
            <Act id="hook-remove" grave=true deed=Deed::Remove(id) words=|t| &t.hooks_remove_yes />
            <Act deed=Deed::Keep words=|t| &t.hooks_keep />
        }
    };
    view! {
        <div class="buttons hook-acts">
            {move || if removing.get() { sure().into_any() } else { acts().into_any() }}
        </div>
    }
}

/// How it does, in a line.
fn state(app: App, webhook: &Webhook) -> String {
    let moment = |at| app.date(|dates| dates.moment(at));
    let health = Health::of(webhook);
    let when = match (health, webhook.gone, webhook.tried) {
        (Health::Gone, Some(at), _) => moment(at),
        (_, _, Some(tried)) => moment(tried.at),
        _ => String::new(),
    };
    let next = webhook.next.map(moment).unwrap_or_default();
    let answer = webhook.tried.map(|tried| answer(app, tried)).unwrap_or_default();
    let waiting = webhook.waiting.to_string();
    let values = [("when", when.as_str()), ("next", &next), ("answer", &answer), ("n", &waiting)];
    fill(&app.text(health.sentence()), &values)
}

/// How a try ended.
fn answer(app: App, tried: Tried) -> String {
    let status = tried.status.map(|status| status.to_string()).unwrap_or_default();
    fill(&app.text(outcome(tried.outcome)), &[("status", &status)])
}
