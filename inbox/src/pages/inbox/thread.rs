//! What was written. Plain text: nothing in it becomes a link or is loaded.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::letter::{Body, Item, Letter, Trouble},
        event::Event,
        rights::{Deed, offer::Now},
    },
    texts::fill,
};
use einwurf_protocol::{event::Direction, ids::Cid};
use leptos::prelude::*;

/// All messages, oldest first, with whatever did not fit in front.
#[component]
pub(super) fn Thread(cid: Cid, letter: Letter) -> impl IntoView {
    let app = use_app();
    let erasable: Vec<_> = letter.items.iter().map(|item| erase(app, cid, &letter, item)).collect();
    let Letter { items, troubles, .. } = letter;
    let line = |(item, erase)| view! { <Written item erase /> };
    let lines = items.into_iter().zip(erasable).map(line).collect_view();
    view! {
        <div class="thread">
            {(!troubles.is_empty()).then(|| view! { <Troubles troubles /> })}
            <ol class="items">{lines}</ol>
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
fn Written(item: Item, erase: Option<Event>) -> impl IntoView {
    let app = use_app();
    let Item { at, direction, body, missing, .. } = item;
    let by_staff = direction == Direction::ToVisitor;
    let author = move || app.text(if by_staff { |t| &t.read_from_staff } else { |t| &t.read_from_visitor });
    let body = match body {
        Body::Text(text) => view! { <p class="item-text">{text}</p> }.into_any(),
        Body::Did(_, sentence) => view! { <p class="item-text item-did">{sentence}</p> }.into_any(),
        Body::Erased => view! { <p class="item-note">{tr(|t| &t.read_erased)}</p> }.into_any(),
        Body::Withdrawal => view! { <p class="item-note">{tr(|t| &t.read_withdrawn)}</p> }.into_any(),
    };
    let button = move |event: Event| {
        view! {
            <button class="quiet quiet-grave item-erase" on:click=move |_| app.emit(event)>
                {tr(|t| &t.special_erase)}
            </button>
        }
    };
    view! {
        {(missing > 0).then(|| view! { <li class="item-gap">{move || gap(app, missing)}</li> })}
        <li class="item" class:item-staff=by_staff>
            <p class="item-head">
                <span>{author}</span>
                <time>{move || app.date(|dates| dates.moment(at))}</time>
            </p>
            {body}
            {erase.map(button)}
        </li>
    }
}

/// One click erases a message that may tell of what nobody consented to (KID-02); where consent is not asked for, the
/// panel does it.
fn erase(app: App, cid: Cid, letter: &Letter, item: &Item) -> Option<Event> {
    let now = Now { letter, certified: app.certified.get_untracked(), at: app.now.get_untracked() };
    let may = letter.special() == Some(false) && now.may_erase_one().is_ok();
    let theirs = item.is_message() && item.direction == Direction::ToStaff;
    (may && theirs).then_some(Event::Rights(Deed::EraseOne(cid, item.seq)))
}

fn gap(app: App, missing: u64) -> String {
    app.with_texts(|t| match missing {
        1 => t.read_missing_one.clone(),
        _ => fill(&t.read_missing_many, &[("n", &missing.to_string())]),
    })
}
