//! Language and theme.

use crate::{
    app::{tr, use_app},
    components::{Choice, Choices},
    state::{event::Event, prefs::Theme},
};
use einwurf_protocol::notice::Register;
use leptos::prelude::*;

/// Both choices.
#[component]
pub fn Look() -> impl IntoView {
    let app = use_app();
    let theme = Choices {
        id: "theme",
        label: |t| &t.theme,
        options: vec![
            (Theme::Auto, |t| &t.theme_auto),
            (Theme::Light, |t| &t.theme_light),
            (Theme::Dark, |t| &t.theme_dark),
        ],
    };
    view! {
        <Speak />
        <Choice
            of=theme
            value=Signal::derive(move || app.prefs.with(|prefs| prefs.theme))
            set=Callback::new(move |theme| app.emit(Event::Wear(theme)))
        />
    }
}

/// The languages by their own names.
#[component]
fn Speak() -> impl IntoView {
    let app = use_app();
    let option = move |language: Register| {
        view! {
            <label class="choice-option" lang=language.lang() dir=language.dir()>
                <input
                    type="radio"
                    name="language"
                    prop:checked=move || app.prefs.with(|prefs| prefs.language == language)
                    on:change=move |_| app.emit(Event::Speak(language))
                />
                <span>{language.own_name()}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{tr(|t| &t.language)}</legend>
            <div class="choice-row">{Register::ALL.map(option).collect_view()}</div>
        </fieldset>
    }
}
