//! The keys are made, the recovery code is shown once and asked back.

use super::{Opening, code::Code};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, Stages},
    state::{
        event::Event,
        setup::{Making, Stage},
    },
    texts::Pick,
};
use leptos::prelude::*;

/// The screen.
#[component]
pub(super) fn Keys() -> impl IntoView {
    let app = use_app();
    // Typing into the question must not build the screen anew.
    let phase = Memo::new(move |_| {
        app.setup.with(|setup| match setup.making {
            Making::Idle => (0, None),
            Making::At(stage) => (1, Some(stage)),
            Making::Made { .. } | Making::Publishing { .. } => (2, None),
        })
    });
    let part = move || match phase.get() {
        (0, _) => view! { <Make /> }.into_any(),
        (_, Some(now)) => view! {
            <div role="status">
                <p>{tr(|t| &t.keys_making)}</p>
                <Stages all=Stage::ALL now name />
            </div>
        }
        .into_any(),
        _ => view! { <Code /> }.into_any(),
    };
    view! {
        <Opening title=|t| &t.step_keys lead=|t| &t.step_keys_lead />
        {part}
    }
}

#[component]
fn Make() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="buttons">
            <button class="button button-main" on:click=move |_| app.emit(Event::SetupMake)>
                <Icon of=Glyph::Key /><span>{tr(|t| &t.keys_make)}</span>
            </button>
            <button class="button" on:click=move |_| app.emit(Event::SetupBack)>{tr(|t| &t.common_back)}</button>
        </div>
    }
}

fn name(stage: Stage) -> Pick {
    match stage {
        Stage::Keys => |t| &t.keys_stage_keys,
        Stage::Password => |t| &t.keys_stage_password,
        Stage::Signing => |t| &t.keys_stage_signing,
        Stage::Sealing => |t| &t.keys_stage_sealing,
    }
}
