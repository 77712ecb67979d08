//! What was written. Plain text: nothing in it becomes a link or is loaded.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::desk::letter::{Item, Letter, Trouble},
    texts::fill,
};
use einwurf_protocol::event::{Direction, Kind};
use leptos::prelude::*;

/// All messages, oldest first, with whatever did not fit in front.
#[component]
pub(super) fn Thread(letter: Letter) -> impl IntoView {
    let Letter { items, troubles, .. } = letter;
    view! {
        <div class="thread">
            {(!troubles.is_empty()).then(|| view! { <Troubles troubles /> })}
            <ol class="items">
                {items.into_iter().map(|item| view! { <Written item /> }).collect_view()}
            </ol>
        </div>
    }
}

#[component]
fn Troubles(troubles: Vec<Trouble>) -> impl IntoView {
    let line = |trouble: Trouble| view! { <li>{tr(trouble.sentence())}</li> };
    view! {
        <div class="alert alert-care" role="alert">
            <Icon of=Glyph::Warning />
            <div>
                <strong>{tr(|t| &t.trouble_title)}</strong>
                <ul>{troubles.into_iter().map(line).collect_view()}</ul>
            </div>
        </div>
    }
}

#[component]
fn Written(item: Item) -> impl IntoView {
    let app = use_app();
    let Item { at, direction, kind, text, missing, .. } = item;
    let by_staff = direction == Direction::ToVisitor;
    let author = move || app.text(if by_staff { |t| &t.read_from_staff } else { |t| &t.read_from_visitor });
    let body = match kind {
        Kind::Message => view! { <p class="item-text">{text}</p> }.into_any(),
        Kind::Withdrawal => view! { <p class="item-note">{tr(|t| &t.read_withdrawn)}</p> }.into_any(),
        Kind::Handover => view! { <p class="item-note">{tr(|t| &t.read_handover)}</p> }.into_any(),
    };
    view! {
        {(missing > 0).then(|| view! { <li class="item-gap">{move || gap(app, missing)}</li> })}
        <li class="item" class:item-staff=by_staff>
            <p class="item-head">
                <span>{author}</span>
                <time>{move || app.date(|dates| dates.moment(at))}</time>
            </p>
            {body}
        </li>
    }
}

fn gap(app: App, missing: u64) -> String {
    app.with_texts(|t| match missing {
        1 => t.read_missing_one.clone(),
        _ => fill(&t.read_missing_many, &[("n", &missing.to_string())]),
    })
}
