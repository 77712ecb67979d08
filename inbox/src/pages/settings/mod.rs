//! The settings: mail and look, team, website, own access.

mod abuse;
mod mail;
mod office;
mod push;
mod reader;
mod said;
mod wish;

use super::{account::Account, site::Site, team::Team};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        admin::Area,
        event::Event,
        site::{Deed, Screen},
    },
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Settings() -> impl IntoView {
    let app = use_app();
    let area = Memo::new(move |_| app.admin.area.get());
    let part = move || match area.get() {
        Area::Mail => view! { <mail::Mail /> }.into_any(),
        Area::Office => view! { <office::Office /> }.into_any(),
        Area::Team => view! { <Team /> }.into_any(),
        Area::Site => view! { <Site /> }.into_any(),
        Area::Account => view! { <Account /> }.into_any(),
    };
    view! {
        <main id="main" class="sheet">
            <nav class="areas no-print" aria-label=tr(|t| &t.areas)>
                {Area::ALL.map(|one| view! { <Part one /> }).collect_view()}
            </nav>
            {part}
            <Served />
        </main>
    }
}

#[component]
fn Part(one: Area) -> impl IntoView {
    let app = use_app();
    let glyph = match one {
        Area::Mail => Glyph::Settings,
        Area::Office => Glyph::Clock,
        Area::Team => Glyph::People,
        Area::Site => Glyph::Globe,
        Area::Account => Glyph::Key,
    };
    let current = move || (app.admin.area.get() == one).then_some("page");
    // Who does not read has no key to what the team shares.
    let shown = move || one != Area::Office || app.reads.get();
    let button = move || {
        view! {
            <button class="area" aria-current=current on:click=move |_| app.emit(Event::Visit(one))>
                <Icon of=glyph /><span>{tr(one.name())}</span>
            </button>
        }
    };
    move || shown().then(button)
}

/// Whether a door or the relay brought this app: who could have changed it.
#[component]
fn Served() -> impl IntoView {
    let app = use_app();
    let door = app.door.get_value();
    let shown = Memo::new(move |_| {
        let own =
            app.admin.area.get() == Area::Site && app.admin.site.with(|site| site.screen == Screen::Door);
        !door && !own && app.signs.get()
    });
    let set_up = move |_| {
        app.emit(Event::Visit(Area::Site));
        app.emit(Event::Site(Deed::Show(Screen::Door)));
    };
    let link = move || view! { " "<button class="link" on:click=set_up>{tr(|t| &t.served_to_door)}</button> };
    view! {
        <p class="served no-print">
            <Icon of=if door { Glyph::Shield } else { Glyph::Help } />
            <span>{tr(if door { |t| &t.served_door } else { |t| &t.served_relay })}
                {move || shown.get().then(link)}
            </span>
        </p>
    }
}
