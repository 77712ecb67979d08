//! The last screen: the snippet.

use super::Opening;
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Glyph, Icon, Registers},
    state::{
        event::Event,
        setup::{
            Published as Site,
            snippet::{label, snippet},
        },
    },
};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Published() -> impl IntoView {
    let app = use_app();
    let pin = move || app.setup.with(|setup| setup.published.as_ref().map(|site| site.pin.to_string()));
    view! {
        <Opening title=|t| &t.step_published lead=|t| &t.step_published_lead />
        <section class="card" aria-labelledby="snippet-title">
            <h2 id="snippet-title">{tr(|t| &t.snippet_title)}</h2>
            <Appearance />
            <Snippet />
        </section>
        <dl><div class="fact"><dt>{tr(|t| &t.snippet_pin)}</dt><dd><code>{pin}</code></dd></div></dl>
        <div class="buttons">
            <button class="button button-main" on:click=move |_| app.emit(Event::ToLogin)>
                <Icon of=Glyph::Inbox /><span>{tr(|t| &t.published_to_inbox)}</span>
            </button>
        </div>
    }
}

/// What visitors read, and the button as it will look.
#[component]
fn Appearance() -> impl IntoView {
    let app = use_app();
    let words = Signal::derive(move || app.setup.with(|setup| label(&setup.answers)));
    let set_label = move |event| app.setup.update(|setup| setup.answers.label = event_target_value(&event));
    view! {
        <Registers id="register" label=|t| &t.snippet_register
            value=Signal::derive(move || app.setup.with(|setup| setup.answers.register))
            set=Callback::new(move |to| app.setup.update(|setup| setup.answers.register = to)) />
        <div class="field">
            <label for="label">{tr(|t| &t.snippet_label)}</label>
            <input id="label" type="text" maxlength="40" placeholder=words
                prop:value=move || app.setup.with(|setup| setup.answers.label.clone()) on:input=set_label />
        </div>
        <figure class="stage-page">
            <figcaption>{tr(|t| &t.snippet_preview)}" "<span class="hint">{tr(|t| &t.snippet_preview_note)}</span></figcaption>
            <span class="pill"><Icon of=Glyph::Mail /><span>{words}</span></span>
        </figure>
    }
}

/// The line itself.
#[component]
fn Snippet() -> impl IntoView {
    let app = use_app();
    let text = Memo::new(move |_| {
        app.setup.with(|setup| setup.published.as_ref().and_then(|site| snippet(site, &setup.answers)))
    });
    let file =
        Memo::new(move |_| app.setup.with(|setup| setup.published.as_ref().is_some_and(|site| site.file)));
    let missing = Memo::new(move |_| lacks_launcher(app));
    let choose = move |file| {
        app.setup.update(|setup| {
            if let Some(site) = &mut setup.published {
                *site = Site { file, ..site.clone() };
            }
        });
    };
    let forms = Choices {
        id: "form",
        label: |t| &t.snippet_form,
        options: vec![(false, |t| &t.snippet_inline), (true, |t| &t.snippet_file)],
    };
    view! {
        <Choice of=forms value=file set=Callback::new(choose) />
        <p id="snippet-lead">{tr(|t| &t.snippet_lead)}</p>
        {move || file.get().then(|| view! { <File /> })}
        {move || missing.get().then(|| view! { <p class="alert">{tr(|t| &t.snippet_missing)}</p> })}
        <textarea class="snippet" readonly rows="5" aria-labelledby="snippet-title" aria-describedby="snippet-lead"
            prop:value=move || text.get().unwrap_or_default()></textarea>
        <button class="button" on:click=move |_| app.emit(Event::CopySnippet)>
            <Icon of=Glyph::Copy /><span>{tr(|t| &t.snippet_copy)}</span>
        </button>
    }
}

fn lacks_launcher(app: App) -> bool {
    app.setup.with(|setup| setup.published.as_ref().is_some_and(|site| site.launcher.is_empty()))
}

/// The launcher as a file.
#[component]
fn File() -> impl IntoView {
    let app = use_app();
    view! {
        <p>{tr(|t| &t.snippet_file_lead)}</p>
        <button type="button" class="button" disabled=move || lacks_launcher(app)
            on:click=move |_| app.emit(Event::SaveLauncher)>
            <Icon of=Glyph::Download /><span>{tr(|t| &t.snippet_download)}</span>
        </button>
    }
}
