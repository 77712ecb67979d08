//! What visitors will read anew, word by word, and what that means for them.

use super::form::use_form;
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        notice::compare::{Change, Heading, Words},
        site::Deed,
    },
    texts::Pick,
};
use leptos::prelude::*;

/// The comparison in the register of the preview.
#[component]
pub(super) fn Changes() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let changes = Memo::new(move |_| {
        let register = form.view(app).register;
        app.admin.site.with(|site| site.editing.changes(register))
    });
    let away =
        Memo::new(move |_| app.admin.site.with(|site| site.editing.away && !site.editing.is_complete()));
    let complete = Memo::new(move |_| app.admin.site.with(|site| site.editing.is_complete()));
    let lead = |text: Pick| view! { <p class="hint">{tr(text)}</p> }.into_any();
    let list = move || match changes.get() {
        _ if away.get() => view! { <Away /> }.into_any(),
        None if !complete.get() => lead(|t| &t.admin_loading),
        None => lead(|t| &t.notice_incomplete),
        Some(found) if found.is_empty() => lead(|t| &t.notice_unchanged),
        Some(found) => view! { <List found /> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="changes-title">
            <h2 id="changes-title">{tr(|t| &t.notice_changes)}</h2>
            <div role="status">{list}</div>
        </section>
    }
}

#[component]
fn Away() -> impl IntoView {
    let app = use_app();
    view! {
        <p class="alert alert-care"><Icon of=Glyph::Warning /><span>{tr(|t| &t.notice_away)}</span></p>
        <div class="buttons">
            <button type="button" class="button" on:click=move |_| app.emit(Event::Site(Deed::RetryNotice))>
                {tr(|t| &t.common_retry)}
            </button>
        </div>
    }
}

#[component]
fn List(found: Vec<Change>) -> impl IntoView {
    let app = use_app();
    let lang = use_form().view(app).register.lang();
    let one = move |Change { heading, words }: Change| {
        let heading = match heading {
            Heading::Own(text) => view! { <h3 lang=lang>{text}</h3> }.into_any(),
            Heading::Ours(part) => view! { <h3>{tr(part.name())}</h3> }.into_any(),
        };
        view! { <li>{heading}<p lang=lang>{words.into_iter().map(|words| view! { <Run words /> }).collect_view()}</p></li> }
    };
    view! {
        <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.notice_means)}</span></p>
        <ul class="differences">{found.into_iter().map(one).collect_view()}</ul>
    }
}

/// Words that stayed, went or came; told by an element and a line, not by colour alone.
#[component]
fn Run(words: Words) -> impl IntoView {
    match words {
        Words::Same(text) => view! { <span>{text}" "</span> }.into_any(),
        Words::Gone(text) => view! { <del>{text}</del>" " }.into_any(),
        Words::New(text) => view! { <ins>{text}</ins>" " }.into_any(),
    }
}
