//! The keys.

use crate::{
    app::{tr, use_app},
    components::Tick,
    effects::dom,
    state::event::Event,
    texts::Pick,
};
use leptos::prelude::*;

const ID: &str = "help";

/// Keys and what they do.
const KEYS: [(&str, Pick); 14] = [
    ("j ↓", |t| &t.help_next),
    ("k ↑", |t| &t.help_previous),
    ("Enter", |t| &t.help_open),
    ("e", |t| &t.help_done),
    ("a", |t| &t.help_take),
    ("w", |t| &t.help_wait),
    ("l", |t| &t.help_label),
    ("n", |t| &t.help_note),
    ("h", |t| &t.help_hide),
    ("x", |t| &t.help_pick),
    ("z", |t| &t.help_undo),
    ("/", |t| &t.help_search),
    ("Esc", |t| &t.help_back),
    ("?", |t| &t.help_help),
];

/// A native dialog with all keys.
#[component]
pub fn Help() -> impl IntoView {
    let app = use_app();
    let line = |(keys, name): (&'static str, Pick)| {
        let keys = keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! { <div><dt>{keys}</dt><dd>{tr(name)}</dd></div> }
    };
    Effect::new(move || dom::dialog(ID, app.help.get()));
    let ticked = Signal::derive(move || app.prefs.with(|prefs| !prefs.letters_off));
    let set = Callback::new(move |on| app.emit(Event::Letters(on)));
    view! {
        <dialog id=ID class="dialog" aria-labelledby="help-title" on:close=move |_| app.emit(Event::CloseHelp)>
            <h2 id="help-title" tabindex="-1" autofocus>{tr(|t| &t.help_title)}</h2>
            <dl class="keys">{KEYS.map(line).collect_view()}</dl>
            <Tick id="letters" label=|t| &t.help_letters ticked set />
            <button class="button" on:click=move |_| app.help.set(false)>{tr(|t| &t.common_close)}</button>
        </dialog>
    }
}
