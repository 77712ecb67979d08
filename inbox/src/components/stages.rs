//! Steps of something that takes a while. No invented percentages.

use crate::{app::tr, texts::Pick};
use leptos::prelude::*;
use std::cmp::Ordering;

/// What is done, what is under way, what is to come.
#[component]
pub fn Stages<S: Copy + Ord + 'static, const N: usize>(
    /// All, in order.
    all: [S; N],
    /// The one that is under way.
    now: S,
    /// Their names.
    name: fn(S) -> Pick,
) -> impl IntoView {
    let line = move |stage: S| {
        let (class, state): (_, Pick) = match stage.cmp(&now) {
            Ordering::Less => ("stage stage-done", |t| &t.keys_stage_done),
            Ordering::Equal => ("stage stage-now", |t| &t.keys_stage_now),
            Ordering::Greater => ("stage", |t| &t.keys_stage_later),
        };
        view! { <li class=class><span>{tr(name(stage))}</span><span class="stage-state">{tr(state)}</span></li> }
    };
    view! { <ol class="stages">{all.map(line).collect_view()}</ol> }
}
