//! Which release runs, and a newer one to approve.

use super::fact;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        site::{
            Deed,
            release::{Offer, changes},
        },
    },
    texts::fill,
};
use einwurf_protocol::release::Release as Signed;
use leptos::prelude::*;

/// The card.
#[component]
pub(super) fn Release() -> impl IntoView {
    let app = use_app();
    let present = fact(app, |facts| (facts.code.version.clone(), facts.code.check_value()));
    let version = move || app.with_texts(|t| fill(&t.release_present, &[("version", &present.get().0)]));
    let value = move || app.with_texts(|t| fill(&t.release_check, &[("value", &present.get().1)]));
    let offer = Memo::new(move |_| app.admin.site.with(|site| site.offer.clone()));
    let administers = Memo::new(move |_| app.admin.site.with(|site| site.administers));
    let offered = move || match offer.get() {
        Offer::Newer(release) => view! { <Newer release=*release /> }.into_any(),
        other => view! { <Verdict offer=other /> }.into_any(),
    };
    view! {
        <section class="card" aria-labelledby="release-title">
            <h2 id="release-title">{tr(|t| &t.release_title)}</h2>
            <p>{version}<br /><span class="hint">{value}</span></p>
            {move || administers.get().then(offered)}
        </section>
    }
}

/// Nothing to approve, and why; a relay that offers what it must not is a warning.
#[component]
fn Verdict(offer: Offer) -> impl IntoView {
    let app = use_app();
    let grave = matches!(offer, Offer::Forged | Offer::Older(_) | Offer::Differs(_));
    let text = move || sentence(app, &offer);
    if grave {
        view! { <p class="alert alert-care" role="alert"><Icon of=Glyph::Warning /><span>{text}</span></p> }
            .into_any()
    } else {
        view! { <p class="hint" role="status">{text}</p> }.into_any()
    }
}

fn sentence(app: App, offer: &Offer) -> String {
    app.with_texts(|t| match offer {
        Offer::Unknown => t.release_unknown.clone(),
        Offer::Away => t.release_away.clone(),
        Offer::NoKey => t.release_no_key.clone(),
        Offer::Forged => t.release_forged.clone(),
        Offer::Older(version) => fill(&t.release_older, &[("version", version)]),
        Offer::Differs(version) => fill(&t.release_differs, &[("version", version)]),
        Offer::Current | Offer::Newer(_) => t.release_current.clone(),
    })
}

/// A newer release with everything that somebody needs to decide.
#[component]
fn Newer(release: Signed) -> impl IntoView {
    let app = use_app();
    let (version, at, value) = (release.code.version.clone(), release.at, release.code.check_value());
    let for_title = version.clone();
    let title = move || app.with_texts(|t| fill(&t.release_new, &[("version", &for_title)]));
    let lead = move || {
        let day = app.date(|dates| dates.day(at));
        app.with_texts(|t| fill(&t.release_new_lead, &[("day", &day)]))
    };
    let list = move || {
        let language = app.prefs.with(|prefs| prefs.language.lang());
        changes(&release, language).iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view()
    };
    view! {
        <div class="offer">
            <h3>{title}</h3>
            <p>{lead}</p>
            <dl><div class="fact"><dt>{tr(|t| &t.release_value)}</dt><dd><code>{value}</code></dd></div></dl>
            <p class="hint">{tr(|t| &t.release_value_hint)}</p>
            <h4>{tr(|t| &t.release_changes)}</h4>
            <ul class="release-changes">{list}</ul>
            <Approve version />
        </div>
    }
}

#[component]
fn Approve(version: String) -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.site.with(|site| site.said.is_busy());
    let words = move || app.with_texts(|t| fill(&t.release_approve, &[("version", &version)]));
    view! {
        <div class="buttons">
            <button class="button button-main" class:busy=busy
                on:click=move |_| app.emit(Event::Site(Deed::Approve))>{words}</button>
        </div>
    }
}
