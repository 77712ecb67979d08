//! Choosing one of a few.

use crate::{
    app::{tr, use_app},
    texts::Pick,
};
use einwurf_protocol::notice::Register;
use leptos::prelude::*;

/// A label and what can be chosen.
#[derive(Debug, Clone)]
pub struct Choices<T: 'static> {
    /// Id; options get it with their number.
    pub id: &'static str,
    /// What is chosen.
    pub label: Pick,
    /// In order, with their names.
    pub options: Vec<(T, Pick)>,
}

/// Radio buttons in a row, each 44 pixels high.
#[component]
pub fn Choice<T: Copy + PartialEq + Send + Sync + 'static>(
    /// Label and options.
    of: Choices<T>,
    /// What is chosen.
    #[prop(into)]
    value: Signal<T>,
    /// Somebody chose.
    set: Callback<T>,
) -> impl IntoView {
    let app = use_app();
    let Choices { id, label, options } = of;
    let option = move |(number, (one, name)): (usize, (T, Pick))| {
        let input = radio(id, number, move || value.get() == one, move || set.run(one));
        view! { <label class="choice-option">{input}<span>{move || app.text(name)}</span></label> }
    };
    row(label, options.into_iter().enumerate().map(option).collect_view())
}

fn row(label: Pick, options: impl IntoView) -> impl IntoView {
    view! {
        <fieldset class="choice">
            <legend>{tr(label)}</legend>
            <div class="choice-row">{options}</div>
        </fieldset>
    }
}

fn radio(
    id: &'static str,
    number: usize,
    chosen: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + Send + 'static,
) -> impl IntoView {
    view! {
        <input type="radio" name=id id=format!("{id}-{number}") prop:checked=chosen on:change=move |_| choose() />
    }
}

/// The registers by their own names.
#[component]
pub fn Registers(
    /// Id; options get it with their number.
    id: &'static str,
    /// What is chosen.
    label: Pick,
    /// The chosen one.
    #[prop(into)]
    value: Signal<Register>,
    /// Somebody chose.
    set: Callback<Register>,
) -> impl IntoView {
    let option = move |(number, one): (usize, Register)| {
        let input = radio(id, number, move || value.get() == one, move || set.run(one));
        view! {
            <label class="choice-option" lang=one.lang() dir=one.dir()>{input}<span>{one.own_name()}</span></label>
        }
    };
    row(label, Register::ALL.into_iter().enumerate().map(option).collect_view())
}
