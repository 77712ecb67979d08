//! The snippet, with everything that is in force.

use super::Opening;
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Glyph, Icon, Registers},
    state::{
        event::Event,
        site::{Deed, snippet::snippet},
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Page() -> impl IntoView {
    view! {
        <Opening title=|t| &t.snippet_title lead=|t| &t.snippet_page_lead />
        <section class="card"><Snippet /></section>
        <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.look_snippet)}</span></p>
    }
}

/// How it is to look, and the snippet.
#[component]
pub(super) fn Snippet() -> impl IntoView {
    let app = use_app();
    let words = Signal::derive(move || app.admin.site.with(|site| site.look.words().to_owned()));
    let set_label = move |event| app.admin.site.update(|site| site.look.label = event_target_value(&event));
    view! {
        <Registers id="register" label=|t| &t.snippet_register
            value=Signal::derive(move || app.admin.site.with(|site| site.look.register))
            set=Callback::new(move |to| app.admin.site.update(|site| site.look.register = to)) />
        <div class="field">
            <label for="label">{tr(|t| &t.snippet_label)}</label>
            <input id="label" type="text" maxlength="40" placeholder=words
                prop:value=move || app.admin.site.with(|site| site.look.label.clone()) on:input=set_label />
        </div>
        <Text />
    }
}

#[component]
fn Text() -> impl IntoView {
    let app = use_app();
    let text = Memo::new(move |_| {
        app.admin.site.with(|site| site.facts.as_ref().and_then(|facts| snippet(facts, &site.look)))
    });
    let file = Memo::new(move |_| app.admin.site.with(|site| site.look.file));
    let missing = Memo::new(move |_| app.admin.site.with(|site| site.look.missing));
    let forms = Choices {
        id: "form",
        label: |t| &t.snippet_form,
        options: vec![(false, |t| &t.snippet_inline), (true, |t| &t.snippet_file)],
    };
    view! {
        <Choice of=forms value=file
            set=Callback::new(move |file| app.admin.site.update(|site| site.look.file = file)) />
        <p id="snippet-lead">{tr(|t| &t.snippet_lead)}</p>
        {move || file.get().then(|| view! { <File /> })}
        {move || missing.get().then(|| view! { <p class="alert" role="alert">{tr(|t| &t.snippet_missing)}</p> })}
        <textarea class="snippet" readonly rows="5" aria-label=tr(|t| &t.snippet_title) aria-describedby="snippet-lead"
            prop:value=move || text.get().unwrap_or_default()></textarea>
        <div class="buttons">
            <button type="button" class="button" on:click=move |_| app.emit(Event::Site(Deed::CopySnippet))>
                <Icon of=Glyph::Copy /><span>{tr(|t| &t.snippet_copy)}</span>
            </button>
        </div>
    }
}

/// The launcher as a file.
#[component]
fn File() -> impl IntoView {
    let app = use_app();
    let none = move || app.admin.site.with(|site| site.look.launcher.is_empty());
    view! {
        <p>{tr(|t| &t.snippet_file_lead)}</p>
        <div class="buttons">
            <button type="button" class="button" disabled=none
                on:click=move |_| app.emit(Event::Site(Deed::SaveLauncher))>
                <Icon of=Glyph::Download /><span>{tr(|t| &t.snippet_download)}</span>
            </button>
        </div>
    }
}
