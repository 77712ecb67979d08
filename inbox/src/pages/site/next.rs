//! The next site key in three steps; nothing breaks between them.

use super::{Do, Opening, fact, snippet::Snippet};
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Tick, TwoGroups},
    state::site::{Deed, succession::Stage},
    texts::Pick,
};
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Next() -> impl IntoView {
    let app = use_app();
    let stage = fact(app, |facts| facts.stage);
    let steps = move || match stage.get() {
        Stage::None => view! {
            <Step number=1 title=|t| &t.next_step_1 lead=|t| &t.next_step_1_lead>
                <div class="buttons"><Do deed=Deed::Announce words=|t| &t.next_make main=true /></div>
            </Step>
            <Step number=2 title=|t| &t.next_step_2 lead=|t| &t.next_step_2_lead />
            <Step number=3 title=|t| &t.next_step_3 lead=|t| &t.next_step_3_lead />
        }
        .into_any(),
        Stage::Announced { held } => view! { <Announced held /> }.into_any(),
    };
    view! {
        <Opening title=|t| &t.next_title lead=|t| &t.next_lead />
        <ol class="steps">{steps}</ol>
    }
}

#[component]
fn Step(
    number: u8,
    title: Pick,
    lead: Pick,
    #[prop(optional)] done: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <li class="card" class:step-done=done>
            <h2>{number}". "{tr(title)}{done.then(|| view! { " "<span class="tag">{tr(|t| &t.next_done)}</span> })}</h2>
            {(!done).then(|| view! { <p>{tr(lead)}</p> })}
            {children.map(|children| children())}
        </li>
    }
}

#[component]
fn Announced(held: bool) -> impl IntoView {
    let lacking = || {
        view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.next_not_held)}</span></p> }
    };
    view! {
        <Step number=1 title=|t| &t.next_step_1 lead=|t| &t.next_step_1_lead done=true>
            <div class="buttons"><Do deed=Deed::Withdraw words=|t| &t.next_withdraw /></div>
        </Step>
        <Step number=2 title=|t| &t.next_step_2 lead=|t| &t.next_step_2_lead><Snippet /></Step>
        <Step number=3 title=|t| &t.next_step_3 lead=|t| &t.next_step_3_lead>
            {if held { view! { <Switch /> }.into_any() } else { lacking().into_any() }}
        </Step>
    }
}

/// The last step: the snippet is in the page, and the question for the sheet goes over to the new key.
#[component]
fn Switch() -> impl IntoView {
    let app = use_app();
    let asked = Memo::new(move |_| app.admin.site.with(|site| site.check.as_ref().map(|check| check.groups)));
    view! {
        <Tick id="in-page" label=|t| &t.next_in_page ticked=Signal::derive(move || app.admin.site.with(|site| site.in_page))
            set=Callback::new(move |to| app.admin.site.update(|site| site.in_page = to)) />
        {move || asked.get().map(|asked| view! { <Sheet asked /> })}
        <div class="buttons"><Do deed=Deed::Switch words=|t| &t.next_switch main=true /></div>
    }
}

#[component]
fn Sheet(asked: [u8; 2]) -> impl IntoView {
    let app = use_app();
    view! {
        <p>{tr(|t| &t.next_groups)}</p>
        <TwoGroups asked=Signal::derive(move || asked)
            typed=Signal::derive(move || app.admin.site.with(|site| site.groups.clone()))
            set=Callback::new(move |(index, text)| typed(app, index, text)) />
    }
}

fn typed(app: App, index: usize, text: String) {
    app.admin.site.update(|site| {
        if let Some(group) = site.groups.get_mut(index) {
            *group = text;
        }
    });
}
