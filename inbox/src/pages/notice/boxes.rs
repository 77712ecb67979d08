//! Further boxes on the consent screen, and children.

use super::form::{Fault, use_form};
use crate::{
    app::{tr, use_app},
    state::notice::faults::Spot,
    texts::{Pick, fill},
};
use einwurf_protocol::{
    limits::CHILD_AGES,
    notice::Purpose,
    settings::{AGES, OFFERED},
};
use leptos::prelude::*;

fn id(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Special => "offer-special",
        Purpose::Remember => "offer-remember",
        Purpose::Notify => "offer-notify",
        _ => "offer-context",
    }
}

fn texts(purpose: Purpose) -> (Pick, Pick) {
    match purpose {
        Purpose::Special => (|t| &t.box_special, |t| &t.box_special_hint),
        Purpose::Remember => (|t| &t.box_remember, |t| &t.box_remember_hint),
        Purpose::Notify => (|t| &t.box_notify, |t| &t.box_notify_hint),
        _ => (|t| &t.box_context, |t| &t.box_context_hint),
    }
}

/// All that can be offered, folded up: nobody needs any of it to begin.
#[component]
pub(in crate::pages) fn Boxes() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let count = Memo::new(move |_| form.with(app, |answers| answers.terms.offers.len()));
    let chosen = move || app.with_texts(|t| t.boxes_chosen.of(count.get()));
    view! {
        <details class="boxes">
            <summary>{tr(|t| &t.boxes_title)}" "<span class="hint">{chosen}</span></summary>
            <p class="hint">{tr(|t| &t.boxes_lead)}</p>
            {OFFERED.map(|purpose| view! { <Offer purpose /> }).collect_view()}
            <Children />
        </details>
        <Fault spot=Spot::Boxes id="boxes" />
    }
}

#[component]
fn Offer(purpose: Purpose) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let offered = move || form.with(app, |answers| answers.terms.offers.contains(&purpose));
    let forced = Memo::new(move |_| form.with(app, |answers| answers.terms.is_forced(purpose)));
    let set =
        move |event| form.update(app, |answers| answers.terms.offer(purpose, event_target_checked(&event)));
    let (words, hint) = texts(purpose);
    view! {
        <div class="option">
            <label class="tick" for=id(purpose)>
                <input id=id(purpose) type="checkbox" aria-describedby=format!("{}-hint", id(purpose))
                    prop:disabled=forced prop:checked=offered on:change=set />
                <span>{tr(words)}</span>
            </label>
            <p class="hint" id=format!("{}-hint", id(purpose))>
                {tr(hint)}{move || forced.get().then(|| view! { " "<strong>{tr(|t| &t.box_forced)}</strong> })}
            </p>
        </div>
    }
}

/// Whether children may write, and from which age without their parents.
#[component]
fn Children() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let admitted = Memo::new(move |_| form.with(app, |answers| answers.terms.children.is_some()));
    let set =
        move |event| form.update(app, |answers| answers.terms.admit_children(event_target_checked(&event)));
    view! {
        <div class="option">
            <label class="tick" for="children">
                <input id="children" type="checkbox" aria-describedby="children-hint" prop:checked=admitted on:change=set />
                <span>{tr(|t| &t.children_admit)}</span>
            </label>
            <p class="hint" id="children-hint">{tr(|t| &t.children_hint)}</p>
        </div>
        {move || admitted.get().then(|| view! { <Ages /> })}
    }
}

#[component]
fn Ages() -> impl IntoView {
    view! {
        <fieldset class="ages">
            <legend>{tr(|t| &t.children_age)}</legend>
            {CHILD_AGES.rev().map(|age| view! { <Age age /> }).collect_view()}
            <p class="hint">{tr(|t| &t.children_check)}</p>
            <Fault spot=Spot::Age id="children-age" />
        </fieldset>
    }
}

#[component]
fn Age(age: u8) -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let id = format!("age-{age}");
    let chosen = move || form.with(app, |answers| answers.terms.children == Some(age));
    let choose = move |_| form.update(app, |answers| answers.terms.children = Some(age));
    let words = move || {
        app.with_texts(|t| {
            let countries = countries(&t.countries, age).join(", ");
            fill(&t.children_years, &[("age", &age.to_string()), ("countries", &countries)])
        })
    };
    view! {
        <label class="tick" for=id.clone()>
            <input id=id.clone() type="radio" name="age" prop:checked=chosen on:change=choose />
            <span>{words}</span>
        </label>
    }
}

/// Names of the countries with this age. `names` is a list like `AT=Austria; BE=Belgium`.
fn countries(names: &str, age: u8) -> Vec<&str> {
    let of = |code: &str| {
        names.split(';').filter_map(|one| one.trim().split_once('=')).find(|(known, _)| *known == code)
    };
    let mut found: Vec<_> = AGES
        .iter()
        .filter(|(_, of)| *of == age)
        .filter_map(|(code, _)| of(code))
        .map(|(_, name)| name)
        .collect();
    found.sort_unstable_by_key(|name| name.replace('Ö', "O"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::tests::{de, en};

    #[test]
    fn kid_01_every_country_is_named_with_its_age_in_both_languages() {
        for texts in [de, en].map(|read| Box::new(read())) {
            let named: usize = CHILD_AGES.map(|age| countries(&texts.countries, age).len()).sum();
            assert_eq!(named, AGES.len());
        }
        assert!(countries(&de().countries, 16).contains(&"Deutschland"));
        assert!(countries(&en().countries, 14).contains(&"Austria"));
    }
}
