//! A form field with its label, hint and fault.

use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::field::{FieldFault, Kind, Spec},
};
use leptos::prelude::*;

/// One field. What is wrong stands below it and belongs to it.
#[component]
pub fn Ask(
    /// What is asked.
    spec: Spec,
    /// What is typed.
    #[prop(into)]
    value: Signal<String>,
    /// What is wrong.
    #[prop(into)]
    fault: Signal<Option<FieldFault>>,
    /// Somebody typed.
    set: Callback<String>,
) -> impl IntoView {
    let app = use_app();
    let optional = !spec.rule.is_required();
    let sentence = move || fault.get().map(|fault| app.text(fault.sentence()));
    view! {
        <div class="field" class:field-faulty=move || fault.get().is_some()>
            <label for=spec.id>
                {tr(spec.label)}
                {optional.then(|| view! { " " <span class="optional">{tr(|t| &t.common_optional)}</span> })}
            </label>
            {control(spec, value, fault, set)}
            <p class="field-fault" id=fault_id(spec.id)>{sentence}</p>
            {spec.hint.map(|hint| view! { <p class="hint" id=hint_id(spec.id)>{tr(hint)}</p> })}
        </div>
    }
}

fn fault_id(id: &str) -> String {
    format!("{id}-fault")
}

fn hint_id(id: &str) -> String {
    format!("{id}-hint")
}

/// Names of the sentences that belong to the field.
fn described(spec: Spec) -> String {
    let fault = fault_id(spec.id);
    if spec.hint.is_some() { format!("{fault} {}", hint_id(spec.id)) } else { fault }
}

fn control(
    spec: Spec,
    value: Signal<String>,
    fault: Signal<Option<FieldFault>>,
    set: Callback<String>,
) -> AnyView {
    match spec.kind {
        Kind::Line => view! { <Line spec kind="text" value fault set /> }.into_any(),
        Kind::Typed(kind) => view! { <Line spec kind value fault set /> }.into_any(),
        Kind::Password => view! { <Password spec value fault set /> }.into_any(),
        Kind::Area => view! { <Area spec value fault set /> }.into_any(),
    }
}

#[component]
fn Line(
    spec: Spec,
    #[prop(into)] kind: Signal<&'static str>,
    value: Signal<String>,
    fault: Signal<Option<FieldFault>>,
    set: Callback<String>,
) -> impl IntoView {
    view! {
        <input
            id=spec.id
            name=spec.id
            type=kind
            list=spec.list
            autocomplete=spec.autocomplete
            inputmode=(spec.id == "days" || spec.id == "mail-port").then_some("numeric")
            aria-required=spec.rule.is_required().then_some("true")
            aria-invalid=move || fault.get().map(|_| "true")
            aria-describedby=described(spec)
            prop:value=value
            on:input=move |event| set.run(event_target_value(&event))
        />
    }
}

#[component]
fn Password(
    spec: Spec,
    value: Signal<String>,
    fault: Signal<Option<FieldFault>>,
    set: Callback<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let kind = Signal::derive(move || if shown.get() { "text" } else { "password" });
    let app = use_app();
    let word = move || app.text(if shown.get() { |t| &t.common_hide } else { |t| &t.common_show });
    view! {
        <div class="password">
            <Line spec kind value fault set />
            <button type="button" class="quiet" aria-pressed=move || shown.get().to_string()
                aria-controls=spec.id on:click=move |_| shown.update(|shown| *shown = !*shown)>
                {move || view! { <Icon of=if shown.get() { Glyph::EyeOff } else { Glyph::Eye } /> }}
                <span>{word}</span>
            </button>
        </div>
    }
}

#[component]
fn Area(
    spec: Spec,
    value: Signal<String>,
    fault: Signal<Option<FieldFault>>,
    set: Callback<String>,
) -> impl IntoView {
    view! {
        <textarea
            id=spec.id
            name=spec.id
            rows="2"
            aria-required=spec.rule.is_required().then_some("true")
            aria-invalid=move || fault.get().map(|_| "true")
            aria-describedby=described(spec)
            prop:value=value
            on:input=move |event| set.run(event_target_value(&event))
        ></textarea>
    }
}
