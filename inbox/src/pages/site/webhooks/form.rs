//! Making or changing a webhook.

use super::Act;
use crate::{
    app::{tr, use_app},
    components::Ask,
    state::{
        event::Event,
        webhooks::{ADDRESS, Deed, Form as State, occasion},
    },
};
use einwurf_protocol::api::webhooks::Occasion;
use leptos::prelude::*;

/// The form.
#[component]
pub(super) fn Form() -> impl IntoView {
    let app = use_app();
    let read = move |pick: fn(&State) -> String| {
        Signal::derive(move || app.admin.webhooks.with(|all| all.form.as_ref().map(pick).unwrap_or_default()))
    };
    let fault = Signal::derive(move || {
        let checked = |form: &State| form.tried.then(|| form.check()).flatten();
        app.admin.webhooks.with(|all| all.form.as_ref().and_then(checked))
    });
    let set = Callback::new(move |url: String| {
        app.admin.webhooks.update(|all| all.form.iter_mut().for_each(|form| form.url.clone_from(&url)));
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Webhooks(Deed::Save));
    };
    view! {
        <form class="card" on:submit=submit novalidate aria-label=tr(|t| &t.hooks_form)>
            <Ask spec=ADDRESS value=read(|form| form.url.clone()) fault set />
            <Types />
            <div class="buttons">
                <button class="button button-main">{tr(|t| &t.common_save)}</button>
                <Act deed=Deed::Drop words=|t| &t.hooks_drop />
            </div>
        </form>
    }
}

#[component]
fn Types() -> impl IntoView {
    let app = use_app();
    let none = Memo::new(move |_| {
        let none = |form: &State| form.tried && form.types.is_empty();
        app.admin.webhooks.with(|all| all.form.as_ref().is_some_and(none))
    });
    view! {
        <fieldset class="choice" aria-describedby="hook-types-fault">
            <legend id="hook-types" tabindex="-1">{tr(|t| &t.hooks_types)}</legend>
            {Occasion::CHOICE.map(|one| view! { <Type one /> }).collect_view()}
            <p class="field-fault" id="hook-types-fault">{move || none.get().then(tr(|t| &t.hooks_types_none))}</p>
        </fieldset>
    }
}

#[component]
fn Type(one: Occasion) -> impl IntoView {
    let app = use_app();
    let id = format!("hook-{}", one.as_str().replace('.', "-"));
    let ticked = move || {
        let told = |form: &State| form.types.contains(&one);
        app.admin.webhooks.with(|all| all.form.as_ref().is_some_and(told))
    };
    let tell = move |event| {
        let yes = event_target_checked(&event);
        app.admin.webhooks.update(|all| all.form.iter_mut().for_each(|form| form.tell(one, yes)));
    };
    view! {
        <label class="tick" for=id.clone()>
            <input id=id.clone() type="checkbox" prop:checked=ticked on:change=tell />
            <span>{tr(occasion(one))}" "<code>{one.as_str()}</code></span>
        </label>
    }
}
