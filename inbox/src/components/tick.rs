//! A box to tick, and two groups of an emergency sheet to type.

use crate::{
    app::{tr, use_app},
    texts::{Pick, fill},
};
use leptos::prelude::*;

/// A box with its words beside it, 44 pixels high.
#[component]
pub fn Tick(
    /// Id.
    id: &'static str,
    /// The words.
    label: Pick,
    /// It is ticked.
    #[prop(into)]
    ticked: Signal<bool>,
    /// Somebody ticked or unticked it.
    set: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="tick" for=id>
            <input id=id type="checkbox" prop:checked=ticked on:change=move |event| set.run(event_target_checked(&event)) />
            <span>{tr(label)}</span>
        </label>
    }
}

/// Two groups of a sheet, named by their numbers.
#[component]
pub fn TwoGroups(
    /// Which, from 0.
    #[prop(into)]
    asked: Signal<[u8; 2]>,
    /// What is typed.
    #[prop(into)]
    typed: Signal<[String; 2]>,
    /// Somebody typed in one of them.
    set: Callback<(usize, String)>,
) -> impl IntoView {
    view! {
        <div class="pair">
            <OneGroup index=0 asked typed set />
            <OneGroup index=1 asked typed set />
        </div>
    }
}

#[component]
fn OneGroup(
    index: usize,
    asked: Signal<[u8; 2]>,
    typed: Signal<[String; 2]>,
    set: Callback<(usize, String)>,
) -> impl IntoView {
    let app = use_app();
    let id = format!("sheet-group-{index}");
    let label = move || {
        let number = asked.get().get(index).map_or(0, |group| group + 1);
        app.with_texts(|t| fill(&t.code_group, &[("n", &number.to_string())]))
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id class="group-input" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false"
                maxlength="12" prop:value=move || typed.get().get(index).cloned().unwrap_or_default()
                on:input=move |event| set.run((index, event_target_value(&event))) />
        </div>
    }
}
