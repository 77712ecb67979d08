//! The Content-Security-Policy of the company's page: made for it, or its own with what it lacks.

use super::{Opening, fact};
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Glyph, Icon, Tick},
    state::{
        event::Event,
        site::{
            Copied, Deed,
            policy::{Added, Fault, Form, Outcome, Place, Warning, policy},
        },
    },
    texts::{Pick, fill},
};
use einwurf_protocol::policy::needs::Need;
use leptos::prelude::*;

/// What came of what is typed; none before anything is known of the site.
type Known = Option<Result<Outcome, Fault>>;

/// The page.
#[component]
pub(super) fn Page() -> impl IntoView {
    let app = use_app();
    let made: Memo<Known> = Memo::new(move |_| {
        app.admin.site.with(|site| Some(policy(&site.policy, site.facts.as_ref()?, &site.look)))
    });
    let said = move || match made.get() {
        Some(Ok(outcome)) => view! { <Notes outcome /> }.into_any(),
        Some(Err(fault)) => view! { <Refused fault /> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <Opening title=|t| &t.csp_title lead=|t| &t.csp_lead />
        <section class="card" aria-labelledby="csp-page"><h2 id="csp-page">{tr(|t| &t.csp_page)}</h2><Present /></section>
        <section class="card" aria-labelledby="csp-result">
            <h2 id="csp-result">{tr(|t| &t.csp_result)}</h2>
            <Lead made />
            {said}
            <Written made />
        </section>
        <section class="card" aria-labelledby="csp-link"><h2 id="csp-link">{tr(|t| &t.csp_link_title)}</h2><Link /></section>
    }
}

fn set(app: App, change: impl FnOnce(&mut Form)) {
    app.admin.site.update(|site| change(&mut site.policy));
}

/// What the page has and how it carries the button.
#[component]
fn Present() -> impl IntoView {
    let app = use_app();
    let forms = Choices {
        id: "form",
        label: |t| &t.csp_form,
        options: vec![(false, |t| &t.snippet_inline), (true, |t| &t.snippet_file)],
    };
    let file = Memo::new(move |_| app.admin.site.with(|site| site.look.file));
    let own = Memo::new(move |_| app.admin.site.with(|site| !site.policy.present.trim().is_empty()));
    view! {
        <Choice of=forms value=file
            set=Callback::new(move |file| app.admin.site.update(|site| site.look.file = file)) />
        <div class="field">
            <label for="csp-present">{tr(|t| &t.csp_present)} " " <span class="optional">{tr(|t| &t.common_optional)}</span></label>
            <textarea id="csp-present" class="snippet" rows="4" autocomplete="off" autocapitalize="off" spellcheck="false"
                aria-describedby="csp-present-hint"
                prop:value=move || app.admin.site.with(|site| site.policy.present.clone())
                on:input=move |event| set(app, |form| form.present = event_target_value(&event))></textarea>
            <p class="hint" id="csp-present-hint">{tr(|t| &t.csp_present_hint)}</p>
        </div>
        {move || (!own.get()).then(|| view! { <Begins /> })}
    }
}

/// What cannot be read from a policy that is not there.
#[component]
fn Begins() -> impl IntoView {
    let app = use_app();
    let of =
        move |read: fn(&Form) -> bool| Signal::derive(move || app.admin.site.with(|site| read(&site.policy)));
    view! {
        <Tick id="csp-nonce" label=|t| &t.csp_nonce ticked=of(|form| form.nonce)
            set=Callback::new(move |to| set(app, |form| form.nonce = to)) />
        <Tick id="csp-types" label=|t| &t.csp_types ticked=of(|form| form.types)
            set=Callback::new(move |to| set(app, |form| form.types = to)) />
    }
}

#[component]
fn Refused(fault: Fault) -> impl IntoView {
    let app = use_app();
    let sentence = move || match fault {
        Fault::Long => app.text(|t| &t.csp_fault_long),
        Fault::Letter(letter) => {
            app.with_texts(|t| fill(&t.csp_fault_letter, &[("letter", &letter.escape_default().to_string())]))
        }
        Fault::Nothing => app.text(|t| &t.csp_fault_nothing),
        Fault::Launcher => app.text(|t| &t.snippet_missing),
    };
    view! { <p class="alert" role="alert"><Icon of=Glyph::Help /><span class="wrap">{sentence}</span></p> }
}

/// What was done, in a sentence that is spoken when it changes.
#[component]
fn Lead(made: Memo<Known>) -> impl IntoView {
    let app = use_app();
    let sentence = move || {
        let Some(Ok(outcome)) = made.get() else { return String::new() };
        let own = app.admin.site.with(|site| !site.policy.present.trim().is_empty());
        app.text(match (own, outcome.added.is_empty()) {
            (false, _) => |t| &t.csp_made,
            (true, true) => |t| &t.csp_complete,
            (true, false) => |t| &t.csp_added,
        })
    };
    view! { <p role="status">{sentence}</p> }
}

/// The policy as a server reads it. It stays in its place while somebody types or chooses, and so does the focus.
#[component]
fn Written(made: Memo<Known>) -> impl IntoView {
    let app = use_app();
    let place = Memo::new(move |_| app.admin.site.with(|site| site.policy.place));
    let text = move || made.with(|made| Some(made.as_ref()?.as_ref().ok()?.text.clone())).unwrap_or_default();
    view! {
        <div class="csp-written" hidden=move || made.with(|made| !matches!(made, Some(Ok(_))))>
            <Choice of=places() value=place set=Callback::new(move |to| set(app, |form| form.place = to)) />
            <textarea class="snippet" readonly rows="6" aria-labelledby="csp-result" prop:value=text></textarea>
            {move || (place.get() == Place::Meta).then(|| view! { <p class="hint">{tr(|t| &t.csp_meta)}</p> })}
            <Copy what=Copied::Policy words=|t| &t.csp_copy />
        </div>
    }
}

fn places() -> Choices<Place> {
    Choices {
        id: "csp-place",
        label: |t| &t.csp_place,
        options: vec![
            (Place::Header, |t| &t.csp_place_header),
            (Place::Nginx, |t| &t.csp_place_nginx),
            (Place::Apache, |t| &t.csp_place_apache),
            (Place::Caddy, |t| &t.csp_place_caddy),
            (Place::Meta, |t| &t.csp_place_meta),
        ],
    }
}

/// What one source is for.
fn reason(need: Need) -> Pick {
    match need {
        Need::Button => |t| &t.csp_need_button,
        Need::Window => |t| &t.csp_need_window,
        Need::Wasm => |t| &t.csp_need_wasm,
        Need::Messages => |t| &t.csp_need_messages,
        Need::Live => |t| &t.csp_need_live,
        Need::Icons => |t| &t.csp_need_icons,
        Need::Photos => |t| &t.csp_need_photos,
        Need::Types => |t| &t.csp_need_types,
    }
}

#[component]
fn Item(one: Added) -> impl IntoView {
    let Added { directive, sources, need } = one;
    view! { <li><code>{directive}" "{sources.join(" ")}</code><span class="hint">{tr(reason(need))}</span></li> }
}

fn told(warning: Warning) -> (Pick, &'static str, Glyph) {
    let (care, plain) = (("alert alert-care", Glyph::Warning), ("alert", Glyph::Help));
    let (text, (class, glyph)): (Pick, _) = match warning {
        Warning::Sandbox => (|t| &t.csp_sandbox, care),
        Warning::LacksNonce => (|t| &t.csp_nonce_lacks, care),
        Warning::Nonce => (|t| &t.csp_nonce_needed, plain),
        Warning::Reports => (|t| &t.csp_reports, plain),
    };
    (text, class, glyph)
}

/// What was added, and everything else to know before this stands on a server.
#[component]
fn Notes(outcome: Outcome) -> impl IntoView {
    let app = use_app();
    let added = outcome.added.into_iter().map(|one| view! { <Item one /> }).collect_view();
    let left_out = outcome.left_out.iter().map(ToString::to_string).collect::<Vec<_>>();
    let named: [(Vec<String>, Pick); 3] = [
        (outcome.repeated, |t| &t.csp_repeated),
        (outcome.unknown, |t| &t.csp_unknown),
        (left_out, |t| &t.csp_left_out),
    ];
    let name = move |(names, text): (Vec<String>, Pick)| {
        let names = names.join(", ");
        let sentence = move || app.with_texts(|t| fill(text(t), &[("names", &names)]));
        view! { <p class="alert"><Icon of=Glyph::Help /><span class="wrap">{sentence}</span></p> }
    };
    let said = |warning| {
        let (text, class, glyph) = told(warning);
        view! { <p class=class><Icon of=glyph /><span class="wrap">{tr(text)}</span></p> }
    };
    view! {
        <ul class="csp-added">{added}</ul>
        {outcome.warnings.into_iter().map(said).collect_view()}
        {named.into_iter().filter(|(names, _)| !names.is_empty()).map(name).collect_view()}
    }
}

/// An ordinary link for pages that allow nothing of this.
#[component]
fn Link() -> impl IntoView {
    let app = use_app();
    let text = move || app.admin.site.with(|site| site.text(Copied::Link).unwrap_or_default());
    let door = fact(app, |facts| facts.door.is_some());
    view! {
        <p>{tr(|t| &t.csp_link_lead)}</p>
        <textarea class="snippet" readonly rows="3" aria-labelledby="csp-link" prop:value=text></textarea>
        <Copy what=Copied::Link words=|t| &t.csp_link_copy />
        {move || door.get().then(|| view! { <p class="hint">{tr(|t| &t.csp_link_door)}</p> })}
    }
}

/// A button that copies; what came of it is said.
#[component]
pub(super) fn Copy(what: Copied, words: Pick) -> impl IntoView {
    let app = use_app();
    view! {
        <div class="buttons">
            <button type="button" class="button" on:click=move |_| app.emit(Event::Site(Deed::Copy(what)))>
                <Icon of=Glyph::Copy /><span>{tr(words)}</span>
            </button>
        </div>
    }
}
