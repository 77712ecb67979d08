//! Where the set-up stands.

use crate::{
    app::{tr, use_app},
    state::setup::Step,
    texts::{Pick, fill},
};
use leptos::prelude::*;

fn name(step: Step) -> Pick {
    match step {
        Step::Company => |t| &t.step_company,
        Step::Purpose => |t| &t.step_purpose,
        Step::Privacy => |t| &t.step_privacy,
        Step::Account | Step::Keys => |t| &t.step_account_keys,
        Step::Published => |t| &t.step_published,
    }
}

/// Five marks and a sentence.
#[component]
pub(super) fn Progress() -> impl IntoView {
    let app = use_app();
    let step = Memo::new(move |_| app.setup.with(|setup| setup.step));
    let words = move || {
        let number = step.get().number().to_string();
        app.with_texts(|t| fill(&t.setup_progress, &[("n", &number)]))
    };
    let mark = move |one: Step| {
        view! {
            <li class:passed=move || one < step.get().part() aria-current=move || (one == step.get().part()).then_some("step")>
                <span>{tr(name(one))}</span>
            </li>
        }
    };
    view! {
        <div class="progress">
            <p>{words}</p>
            <ol>{Step::PARTS.map(mark).collect_view()}</ol>
        </div>
    }
}
