//! What was written. Plain text: nothing in it is loaded, and only an address that stands there in full can be followed.

use super::files::Files;
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::letter::{Body, Item, Letter, Trouble, item_id},
        event::Event,
        rights::{Deed, offer::Now},
    },
    texts::fill,
};
use einwurf_protocol::{
    event::Direction,
    ids::Cid,
    links::{Span, spans},
};
use leptos::prelude::*;

/// All messages, oldest first, with whatever did not fit in front. What comes is added below and spoken once; nothing that
/// is there is drawn anew.
#[component]
pub(super) fn Thread(cid: Cid, letter: Memo<Option<Letter>>) -> impl IntoView {
    let troubles = Memo::new(move |_| of(letter, |letter| letter.troubles.clone()));
    let ids = Memo::new(move |_| of(letter, |letter| letter.items.iter().map(|item| item.seq).collect()));
    view! {
        <div class="thread">
            {move || Some(troubles.get()).filter(|all| !all.is_empty()).map(|troubles| view! { <Troubles troubles /> })}
            <div role="log" aria-label=tr(|t| &t.read_log)>
                <ol class="items">
                    <For each=move || ids.get() key=|seq: &u64| *seq let:seq>
                        <Placed cid letter seq />
                    </For>
                </ol>
            </div>
        </div>
    }
}

fn of<T>(letter: Memo<Option<Letter>>, read: impl FnOnce(&Letter) -> Vec<T>) -> Vec<T> {
    letter.with(|letter| letter.as_ref().map(read).unwrap_or_default())
}

/// One message at its place; drawn again when something about it has changed.
#[component]
fn Placed(cid: Cid, letter: Memo<Option<Letter>>, seq: u64) -> impl IntoView {
    let app = use_app();
    let item = Memo::new(move |_| {
        letter.with(|letter| {
            let letter = letter.as_ref()?;
            let item = letter.items.iter().find(|item| item.seq == seq)?;
            Some((item.clone(), erase(app, cid, letter, item)))
        })
    });
    move || item.get().map(|(item, erase)| view! { <Written cid item erase /> })
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
fn Written(cid: Cid, item: Item, erase: Option<Event>) -> impl IntoView {
    let app = use_app();
    let Item { seq, at, direction, author, body, files, told, missing, .. } = item;
    let by_staff = direction == Direction::ToVisitor;
    let author = move || sender(app, by_staff, author.as_deref());
    let body = match body {
        Body::Text(text) => view! { <p class="item-text">{linked(&text)}</p> }.into_any(),
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
        <li class="item" id=item_id(seq) class:item-staff=by_staff>
            <p class="item-head">
                <span>{author}</span>
                <time>{move || app.date(|dates| dates.moment(at))}</time>
            </p>
            {body}
            {(!files.is_empty()).then(|| view! { <Files cid files at /> })}
            {told.map(|told| view! { <Automatic told /> })}
            {erase.map(button)}
        </li>
    }
}

/// A text with its addresses as links. A page opens beside this one and learns nothing of it.
fn linked(text: &str) -> Vec<AnyView> {
    let piece = |span: Span<'_>| {
        let page = span.is_page();
        let text = span.text.to_owned();
        match span.href {
            None => text.into_any(),
            Some(href) if page => {
                view! { <a href=href target="_blank" rel="noopener noreferrer nofollow">{text}</a> }
                    .into_any()
            }
            Some(href) => view! { <a href=href>{text}</a> }.into_any(),
        }
    };
    spans(text).into_iter().map(piece).collect()
}

/// Whoever wrote: a member by name, as the visitor reads it.
fn sender(app: App, by_staff: bool, member: Option<&str>) -> String {
    match member {
        Some(name) => {
            let company = app.company.get();
            app.with_texts(|t| fill(&t.read_from_member, &[("name", name), ("company", &company)]))
        }
        None if by_staff => app.text(|t| &t.read_from_staff),
        None => app.text(|t| &t.read_from_visitor),
    }
}

/// What the visitor was told automatically, labelled as such.
#[component]
fn Automatic(told: String) -> impl IntoView {
    view! {
        <p class="item-told">
            <span class="item-told-label">{tr(|t| &t.read_told)}</span>
            <span class="item-text-told">{told}</span>
        </p>
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
    app.with_texts(|t| t.read_missing.of(missing))
}
