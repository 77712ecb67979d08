//! A colour: typed or picked, with its contrast, and the nearest that can be read where it cannot.

use super::{set, with};
use crate::{
    app::{App, tr, use_app},
    effects::dom,
    state::site::appearance::{Fault, Part, Weak},
    texts::{Pick, fill},
};
use einwurf_protocol::colour::Rgb;
use leptos::prelude::*;

/// The field.
#[component]
pub(super) fn Shade(part: Part) -> impl IntoView {
    let app = use_app();
    let dark = part == Part::Dark;
    let label: Pick = if dark { |t| &t.look_dark } else { |t| &t.ask_accent };
    let hint: Pick = if dark { |t| &t.look_dark_hint } else { |t| &t.ask_accent_hint };
    let id = part.id();
    let faulty = Memo::new(move |_| with(app, |form| form.fault_of(part).is_some()));
    view! {
        <div class="field" class:field-faulty=faulty>
            <label for=id>{tr(label)}
                {dark.then(|| view! { <span class="optional">{tr(|t| &t.common_optional)}</span> })}
            </label>
            <div class="shade">
                <input id=id type="text" maxlength="7" autocomplete="off" spellcheck="false" autocapitalize="off"
                    aria-required=(!dark).then_some("true")
                    aria-invalid=move || faulty.get().then_some("true")
                    aria-describedby=format!("{id}-fault {id}-hint")
                    prop:value=move || with(app, |form| form.typed.get(part).to_owned())
                    on:input=move |event| set(app, part, event_target_value(&event)) />
                <Picker part />
            </div>
            <Told part />
            <p class="hint" id=format!("{id}-hint")>{tr(hint)}</p>
        </div>
    }
}

/// The browser's own picker. It knows no empty colour: it shows the one that is seen.
#[component]
fn Picker(part: Part) -> impl IntoView {
    let app = use_app();
    let name: Pick = if part == Part::Dark { |t| &t.look_pick_dark } else { |t| &t.look_pick };
    let seen = move || {
        with(app, |form| {
            let shown =
                || if part == Part::Dark { form.typed.shown().dark } else { form.typed.shown().accent };
            form.typed.colour(part).map_or_else(shown, Rgb::hex)
        })
    };
    view! {
        <input type="color" aria-label=tr(name) prop:value=seen
            on:input=move |event| set(app, part, event_target_value(&event)) />
    }
}

/// What is wrong, or how well it can be read.
#[component]
fn Told(part: Part) -> impl IntoView {
    let app = use_app();
    let fault = Memo::new(move |_| with(app, |form| form.fault_of(part)));
    let sentence = move || {
        Some(match fault.get()? {
            Fault::Weak(weak) => weakness(app, part, weak),
            _ => app.text(|t| &t.field_colour),
        })
    };
    let good = move || {
        let tenths = with(app, |form| form.typed.strength(part))?;
        Some(app.with_texts(|t| ratio(&t.look_good, &[], tenths)))
    };
    let offer = move || match fault.get() {
        Some(Fault::Weak(weak)) => Some(view! { <Nearest part weak /> }),
        _ => None,
    };
    view! {
        <p class="field-fault" id=format!("{}-fault", part.id())>{sentence}</p>
        {offer}
        <p class="hint">{good}</p>
    }
}

/// A sentence with a ratio. Its decimal mark stands in the sentence, which is of a language.
fn ratio(sentence: &str, values: &[(&str, &str)], tenths: u32) -> String {
    let (whole, tenth) = ((tenths / 10).to_string(), (tenths % 10).to_string());
    let ratio = [("whole", whole.as_str()), ("tenth", tenth.as_str())];
    fill(sentence, &values.iter().copied().chain(ratio).collect::<Vec<_>>())
}

fn weakness(app: App, part: Part, weak: Weak) -> String {
    let (colour, ground) = (weak.colour.hex(), weak.ground.hex());
    app.with_texts(|t| {
        let sentence = if part == Part::Dark { &t.look_weak_dark } else { &t.look_weak_light };
        ratio(sentence, &[("colour", &colour), ("ground", &ground)], weak.tenths)
    })
}

/// The nearest colour that can be read, for one click.
#[component]
fn Nearest(part: Part, weak: Weak) -> impl IntoView {
    let app = use_app();
    let colour = weak.nearest.hex();
    let (swatch, taken) = (colour.clone(), colour.clone());
    let words = move || app.with_texts(|t| fill(&t.look_take, &[("colour", &colour)]));
    let take = move |_| {
        set(app, part, taken.clone());
        // The button goes with what was wrong.
        dom::focus(part.id());
    };
    view! {
        <button type="button" class="button nearest" id=format!("{}-nearest", part.id()) on:click=take>
            <i class="swatch" aria-hidden="true" style:background-color=swatch></i><span>{words}</span>
        </button>
    }
}
