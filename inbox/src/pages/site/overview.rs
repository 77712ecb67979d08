//! All parts of the website with a line each.

use super::{Do, Say, fact, facts, release::Release};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        site::{Deed, Facts, Month, Screen},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::notice::Mode;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Overview(loaded: bool) -> impl IntoView {
    let app = use_app();
    let administers = Memo::new(move |_| app.admin.site.with(|site| site.administers));
    let parts = move || {
        view! {
            {move || (!administers.get()).then(|| view! {
                <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.admin_not_signer)}</span></p>
            })}
            <Notice />
            <Display />
            <Appearance />
            <Page />
            <Stock />
            <Release />
            <Door />
            <Keys />
            <Place />
            <Webhooks />
        }
    };
    view! {
        <h1 id="title" tabindex="-1">{tr(|t| &t.site_title)}</h1>
        <p class="lead">{tr(|t| &t.site_lead)}</p>
        <Say />
        {if loaded { parts().into_any() } else {
            view! { <p class="hint" role="status">{tr(|t| &t.admin_loading)}</p> }.into_any()
        }}
        <p><button class="link" on:click=move |_| app.emit(Event::Site(Deed::Show(Screen::Lost)))>
            {tr(|t| &t.lost_title)}
        </button></p>
    }
}

/// A button to another screen, for those who may sign.
#[component]
fn To(screen: Screen, words: Pick) -> impl IntoView {
    let app = use_app();
    let administers = Memo::new(move |_| app.admin.site.with(|site| site.administers));
    let button = move || {
        view! {
            <button class="button" on:click=move |_| app.emit(Event::Site(Deed::Show(screen)))>{tr(words)}</button>
        }
    };
    move || administers.get().then(button)
}

#[component]
fn Stock() -> impl IntoView {
    let app = use_app();
    let all = facts();
    let until = move || {
        let day = all.get().map(|facts| app.date(|dates| dates.day(facts.until))).unwrap_or_default();
        app.with_texts(|t| fill(&t.site_until, &[("day", &day)]))
    };
    let months = fact(app, |facts| facts.months.clone());
    let rows = move || months.get().into_iter().map(|month| view! { <Row month /> }).collect_view();
    let administers = Memo::new(move |_| app.admin.site.with(|site| site.administers));
    view! {
        <section class="card" aria-labelledby="stock-title">
            <h2 id="stock-title">{until}</h2>
            <p class="hint">{tr(|t| &t.site_stock_lead)}</p>
            <details>
                <summary>{tr(|t| &t.site_months)}</summary>
                <ol class="months">{rows}</ol>
            </details>
            <div class="buttons">
                {move || administers.get().then(|| view! { <Do deed=Deed::Renew words=|t| &t.site_renew /> })}
            </div>
        </section>
    }
}

#[component]
fn Row(month: Month) -> impl IntoView {
    let app = use_app();
    let Month { from, to, key, current } = month;
    let span = move || {
        let (from, to) = (app.date(|dates| dates.day(from)), app.date(|dates| dates.day(to)));
        app.with_texts(|t| fill(&t.site_month, &[("from", &from), ("to", &to)]))
    };
    view! {
        <li>
            <span>{span}{current.then(|| view! { " "<span class="tag">{tr(|t| &t.site_month_now)}</span> })}</span>
            <code>{key}</code>
        </li>
    }
}

/// What visitors read, in a line; whether it is still true of the relay.
#[component]
fn Notice() -> impl IntoView {
    let app = use_app();
    let in_force = Memo::new(move |_| app.admin.site.with(|site| site.editing.in_force.clone()));
    let line = move || {
        let facts = in_force.get()?.facts;
        let mode: Pick = match facts.mode {
            Mode::Consent => |t| &t.mode_consent_name,
            Mode::Request => |t| &t.mode_request_name,
        };
        let mode = app.text(mode);
        let values = [("mode", mode.as_str()), ("days", &facts.days.to_string())];
        Some(app.with_texts(|t| fill(&t.notice_line, &values)))
    };
    let elsewhere = Memo::new(move |_| app.admin.site.with(|site| site.editing.is_elsewhere()));
    let warning = move || {
        view! { <p class="alert alert-care"><Icon of=Glyph::Warning /><span>{tr(|t| &t.notice_elsewhere)}</span></p> }
    };
    view! {
        <section class="card" aria-labelledby="notice-card">
            <h2 id="notice-card">{tr(|t| &t.notice_title)}</h2>
            <p>{line}</p>
            {move || elsewhere.get().then(warning)}
            <div class="buttons"><To screen=Screen::Notice words=|t| &t.notice_to /></div>
        </section>
    }
}

#[component]
fn Display() -> impl IntoView {
    let app = use_app();
    let line = fact(app, |facts| [facts.display.phone.as_str(), &facts.display.email].join(" · "));
    view! {
        <section class="card" aria-labelledby="display-card">
            <h2 id="display-card">{tr(|t| &t.display_title)}</h2>
            <p class="wrap">{line}</p>
            <div class="buttons"><To screen=Screen::Display words=|t| &t.display_to /></div>
        </section>
    }
}

/// What the company's page carries, and what stands for it elsewhere.
#[component]
fn Page() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="page-card">
            <h2 id="page-card">{tr(|t| &t.snippet_title)}</h2>
            <p>{tr(|t| &t.page_line)}</p>
            <div class="buttons">
                <To screen=Screen::Snippet words=|t| &t.snippet_show />
                <To screen=Screen::Policy words=|t| &t.csp_to />
                <To screen=Screen::Instead words=|t| &t.instead_title />
            </div>
        </section>
    }
}

#[component]
fn Appearance() -> impl IntoView {
    let app = use_app();
    let accent = fact(app, |facts| facts.display.accent.clone());
    view! {
        <section class="card" aria-labelledby="look-card">
            <h2 id="look-card">{tr(|t| &t.look_title)}</h2>
            <p class="look-line"><i class="swatch" aria-hidden="true" style:background-color=accent></i><code>{accent}</code></p>
            <div class="buttons"><To screen=Screen::Appearance words=|t| &t.look_to /></div>
        </section>
    }
}

#[component]
fn Door() -> impl IntoView {
    let app = use_app();
    let door = fact(app, |facts| facts.door.clone());
    let line = move || match door.get() {
        Some(address) => app.with_texts(|t| fill(&t.door_set, &[("address", &address)])),
        None => app.text(|t| &t.door_none),
    };
    let to = move || match door.get() {
        Some(_) => view! { <To screen=Screen::Door words=|t| &t.door_to_change /> },
        None => view! { <To screen=Screen::Door words=|t| &t.door_to /> },
    };
    view! {
        <section class="card" aria-labelledby="door-title">
            <h2 id="door-title">{tr(|t| &t.door_title)}</h2>
            <p class="wrap">{line}</p>
            <div class="buttons">{to}</div>
        </section>
    }
}

#[component]
fn Keys() -> impl IntoView {
    let app = use_app();
    let pins = fact(app, |facts: &Facts| facts.pins.clone());
    let row = |(number, pin): (usize, einwurf_protocol::ids::Thumbprint)| {
        let label: Pick = if number == 0 { |t| &t.key_pin } else { |t| &t.key_next };
        view! { <div class="fact"><dt>{tr(label)}</dt><dd><code>{pin.to_string()}</code></dd></div> }
    };
    view! {
        <section class="card" aria-labelledby="key-title">
            <h2 id="key-title">{tr(|t| &t.key_title)}</h2>
            <dl>{move || pins.get().into_iter().enumerate().map(row).collect_view()}</dl>
            <div class="buttons">
                <To screen=Screen::Next words=|t| &t.key_to_next />
            </div>
        </section>
    }
}

/// Other programs that are told that something happened.
#[component]
fn Webhooks() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="hooks-card">
            <h2 id="hooks-card">{tr(|t| &t.hooks_title)}</h2>
            <p>{tr(|t| &t.hooks_line)}</p>
            <div class="buttons"><To screen=Screen::Webhooks words=|t| &t.hooks_to /></div>
        </section>
    }
}

#[component]
fn Place() -> impl IntoView {
    let app = use_app();
    let origins = fact(app, |facts| facts.origins.clone());
    let moved = fact(app, |facts| facts.moved_to.clone());
    let moved_line = move |origin: String| {
        let text = move || app.with_texts(|t| fill(&t.place_moved, &[("origin", &origin)]));
        view! { <p class="alert alert-care"><Icon of=Glyph::Warning /><span class="wrap">{text}</span></p> }
    };
    view! {
        <section class="card" aria-labelledby="place-title">
            <h2 id="place-title">{tr(|t| &t.place_title)}</h2>
            {move || moved.get().map(moved_line)}
            <ul>{move || origins.get().into_iter().map(|one| view! { <li class="wrap"><code>{one}</code></li> }).collect_view()}</ul>
            <div class="buttons"><To screen=Screen::Relays words=|t| &t.place_to /></div>
        </section>
    }
}
