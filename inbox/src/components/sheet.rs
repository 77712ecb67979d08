//! The emergency sheet: what is on paper when the page is printed; nothing else is. One A4 page, black on white.

use crate::{
    app::{App, tr, use_app},
    state::sheet::{Sheet as Facts, picture},
    texts::{Pick, fill},
};
use einwurf_protocol::notice::Register;
use leptos::prelude::*;

/// The three steps.
const STEPS: [Pick; 3] = [|t| &t.sheet_step_1, |t| &t.sheet_step_2, |t| &t.sheet_step_3];

/// The sheet; on the screen it is not shown.
#[component]
pub fn Sheet(
    /// What stands on it.
    of: Facts,
) -> impl IntoView {
    let app = use_app();
    let company = of.company.clone();
    let title = move || app.with_texts(|t| fill(&t.sheet_for, &[("company", &company)]));
    let groups = of.groups().into_iter().map(|group| view! { <li><code>{group}</code></li> }).collect_view();
    let languages =
        sheet_languages(use_app()).into_iter().map(|register| view! { <Steps register /> }).collect_view();
    view! {
        <section class="emergency" aria-hidden="true">
            <header>
                <h1>{tr(|t| &t.sheet_title)}</h1>
                <p class="emergency-for">{title}</p>
                <p>{tr(|t| &t.sheet_for_what)}</p>
            </header>
            <ol class="groups">{groups}</ol>
            <div class="emergency-scan">
                <Scan text=of.code.to_string() name=|t| &t.sheet_scan_code />
                <Scan text=of.link.clone() name=|t| &t.sheet_scan_link />
            </div>
            <Lines of />
            <div class="emergency-do">{languages}</div>
            <p class="emergency-keep">{tr(|t| &t.sheet_keep)}</p>
        </section>
    }
}

#[component]
fn Lines(of: Facts) -> impl IntoView {
    let app = use_app();
    let day = move || app.date(|dates| dates.day(app.now.get_untracked()));
    view! {
        <dl>
            <div class="fact"><dt>{tr(|t| &t.sheet_link)}</dt><dd class="emergency-link">{of.link}</dd></div>
            <div class="emergency-made">
                <div class="fact"><dt>{tr(|t| &t.sheet_by)}</dt><dd>{of.by}</dd></div>
                <div class="fact"><dt>{tr(|t| &t.sheet_date)}</dt><dd>{day}</dd></div>
            </div>
        </dl>
    }
}

/// A pattern for a phone's camera.
#[component]
fn Scan(text: String, name: Pick) -> impl IntoView {
    let drawn = picture(&text).map(|picture| {
        let size = picture.size;
        view! {
            <svg viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges">
                <path d=picture.path />
            </svg>
        }
    });
    view! { <figure>{drawn}<figcaption>{tr(name)}</figcaption></figure> }
}

/// Whoever finds the sheet may read only one of them.
fn sheet_languages(app: App) -> Vec<Register> {
    let own = app.prefs.with_untracked(|prefs| prefs.language);
    let mut languages = vec![Register::DeFormal, Register::En];
    if languages.iter().all(|known| known.lang() != own.lang()) {
        languages.push(own);
    }
    languages
}

#[component]
fn Steps(register: Register) -> impl IntoView {
    let app: App = use_app();
    let line = move |pick: Pick| view! { <li>{app.text_in(register, pick)}</li> };
    view! {
        <div lang=register.lang() dir=register.dir()>
            <h2>{app.text_in(register, |t| &t.sheet_what_to_do)}</h2>
            <ol>{STEPS.map(line).collect_view()}</ol>
        </div>
    }
}
