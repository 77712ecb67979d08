//! The recovery code, its sheet of paper, and the question.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Sheet},
    state::{
        event::Event,
        setup::{Making, Setup, confirm::Confirm},
        sheet::Sheet as Facts,
        start,
    },
    texts::fill,
};
use leptos::prelude::*;
use zeroize::Zeroizing;

fn code(setup: &Setup) -> Option<String> {
    match &setup.making {
        Making::Made { code, .. } | Making::Publishing { code, .. } => Some(code.to_string()),
        _ => None,
    }
}

fn confirm(setup: &Setup) -> Option<&Confirm> {
    match &setup.making {
        Making::Made { confirm, .. } | Making::Publishing { confirm, .. } => Some(confirm),
        _ => None,
    }
}

/// Shown once.
#[component]
pub(super) fn Code() -> impl IntoView {
    let app = use_app();
    view! {
        <section class="card" aria-labelledby="code-title">
            <h2 id="code-title" tabindex="-1">{tr(|t| &t.code_title)}</h2>
            <p>{tr(|t| &t.code_lead)}</p>
            <Groups />
            <button class="button no-print" on:click=move |_| app.emit(Event::SetupPrint)>
                <Icon of=Glyph::Printer /><span>{tr(|t| &t.code_print)}</span>
            </button>
        </section>
        <Question />
        {sheet(app).map(|of| view! { <Sheet of /> })}
    }
}

/// Nine numbered groups.
#[component]
fn Groups() -> impl IntoView {
    let app = use_app();
    let groups = move || {
        let code = app.setup.with_untracked(code).unwrap_or_default();
        let groups: Vec<_> = code.split('-').map(str::to_owned).collect();
        groups.into_iter().map(|group| view! { <li><code>{group}</code></li> }).collect_view()
    };
    view! { <ol class="groups">{groups()}</ol> }
}

/// Asked back, before anything is published.
#[component]
fn Question() -> impl IntoView {
    let app = use_app();
    let publishing = move || app.setup.with(|setup| matches!(setup.making, Making::Publishing { .. }));
    let wrong = move || app.setup.with(|setup| confirm(setup).is_some_and(|confirm| confirm.wrong));
    let words = move || app.text(if publishing() { |t| &t.keys_publishing } else { |t| &t.keys_publish });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::SetupPublish);
    };
    view! {
        <form class="no-print" on:submit=submit novalidate>
            <p id="code-ask">{tr(|t| &t.code_ask)}</p>
            <div class="pair"><Group index=0 /><Group index=1 /></div>
            <p class="field-fault" id="code-wrong" role="alert">
                {move || wrong().then(|| app.text(|t| &t.code_wrong))}
            </p>
            <div class="buttons">
                <button class="button button-main" class:busy=publishing>
                    <span aria-live="polite">{words}</span>
                </button>
                <button type="button" class="button" on:click=move |_| app.emit(Event::SetupBack)>
                    {tr(|t| &t.common_back)}
                </button>
            </div>
            <p class="hint">{tr(|t| &t.code_back_hint)}</p>
        </form>
    }
}

/// One group to type.
#[component]
fn Group(index: usize) -> impl IntoView {
    let app = use_app();
    let number = app.setup.with_untracked(|setup| {
        confirm(setup).and_then(|confirm| confirm.asked.get(index)).map_or(0, |group| group + 1)
    });
    let label = move || app.with_texts(|t| fill(&t.code_group, &[("n", &number.to_string())]));
    let wrong = move || app.setup.with(|setup| confirm(setup).is_some_and(|confirm| confirm.wrong));
    let id = format!("group-{index}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="12"
                aria-invalid=move || wrong().then_some("true") aria-describedby="code-ask code-wrong"
                on:input=move |event| typed(app, index, event_target_value(&event)) />
        </div>
    }
}

fn typed(app: App, index: usize, text: String) {
    app.setup.update(|setup| {
        if let Making::Made { confirm, .. } = &mut setup.making {
            confirm.wrong = false;
            if let Some(typed) = confirm.typed.get_mut(index) {
                *typed = text;
            }
        }
    });
}

fn sheet(app: App) -> Option<Facts> {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone())?;
    app.setup.with_untracked(|setup| {
        let link = start::link(&app.relay.get_value(), None, &site, &setup.site_key?);
        Some(Facts {
            company: setup.answers.company.trim().to_owned(),
            code: Zeroizing::new(code(setup)?),
            link: format!("{link}&recover"),
            by: setup.answers.name.trim().to_owned(),
        })
    })
}
