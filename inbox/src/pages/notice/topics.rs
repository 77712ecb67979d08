//! What people mostly write about, and what follows from it.

use super::form::use_form;
use crate::{
    app::{tr, use_app},
    components::{Choice, Choices, Glyph, Icon},
    state::notice::advice::{Topic, advise},
};
use leptos::prelude::*;

/// The question, and the recommendation with its reason.
#[component]
pub(in crate::pages) fn Topics() -> impl IntoView {
    let (app, form) = (use_app(), use_form());
    let topic = Memo::new(move |_| form.with(app, |answers| answers.terms.topic));
    let topics = Choices {
        id: "topic",
        label: |t| &t.topic_ask,
        options: Topic::ALL.map(|topic| (Some(topic), topic.name())).into(),
    };
    let set = Callback::new(move |topic: Option<Topic>| {
        if let Some(topic) = topic {
            form.update(app, |answers| answers.terms.ask_about(topic));
        }
    });
    let why = move |topic| {
        view! { <p class="alert"><Icon of=Glyph::Help /><span>{tr(advise(topic).why)}</span></p> }
    };
    view! {
        <div class="topics"><Choice of=topics value=topic set /></div>
        <div role="status">{move || topic.get().map(why)}</div>
    }
}
