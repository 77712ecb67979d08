//! Files of a message, and those of the answer being written.

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon},
    state::{
        event::Event,
        files::{Deed, Going, Look, Picked, Preparing, There, plain, size},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{
    ids::{Cid, MessageId},
    message::Attachment,
    time::Timestamp,
};
use leptos::prelude::*;

/// Percent of `all` that `done` is.
fn percent(done: u64, all: u64) -> String {
    done.saturating_mul(100).checked_div(all).unwrap_or(0).min(100).to_string()
}

fn of(app: App, pick: Pick, (name, value): (&str, &str)) -> String {
    app.with_texts(|t| fill(pick(t), &[(name, value)]))
}

fn sized(app: App, bytes: u64) -> String {
    let (number, unit) = size(bytes);
    format!("{number} {}", app.text(unit))
}

/// Files that came with a message, or went with an answer.
#[component]
pub(super) fn Files(cid: Cid, files: Vec<Attachment>, at: Timestamp) -> impl IntoView {
    let one = move |file: Attachment| view! { <File cid file at /> };
    view! { <ul class="files" aria-label=tr(|t| &t.file_list)>{files.into_iter().map(one).collect_view()}</ul> }
}

#[component]
fn File(cid: Cid, file: Attachment, at: Timestamp) -> impl IntoView {
    let app = use_app();
    let (id, length) = (file.id, file.length);
    let name = StoredValue::new(plain(&file.name));
    let there = Memo::new(move |_| app.files.with(|files| files.there(id, at, app.now.get())));
    let whole = Memo::new(move |_| there.get() == There::Whole);
    let buttons = move || {
        whole.get().then(|| view! { <Buttons cid id name picture=file.media_type.starts_with("image/") /> })
    };
    view! {
        <li class="file">
            <Icon of=Glyph::Clip />
            <p class="file-name">
                <bdi>{name.get_value()}</bdi> " " <span class="hint">{move || sized(app, length)}</span>
            </p>
            {file.description.clone().map(|words| view! { <p class="hint file-words">{words}</p> })}
            {buttons}
            <State cid id there />
            <Seen id name />
        </li>
    }
}

#[component]
fn Buttons(cid: Cid, id: MessageId, name: StoredValue<String>, picture: bool) -> impl IntoView {
    let app = use_app();
    let label = move |pick: Pick| name.with_value(|name| of(app, pick, ("name", name)));
    let show = move || {
        view! {
            <button type="button" class="quiet file-show" aria-label=move || label(|t| &t.file_show)
                on:click=move |_| app.emit(Event::Files(Deed::Show(cid, id)))>
                <Icon of=Glyph::Eye /><span>{tr(|t| &t.file_show_short)}</span>
            </button>
        }
    };
    view! {
        <div class="file-buttons">
            {picture.then(show)}
            <button type="button" class="quiet file-save" aria-label=move || label(|t| &t.file_save)
                on:click=move |_| app.emit(Event::Files(Deed::Save(cid, id)))>
                <Icon of=Glyph::Download /><span>{tr(|t| &t.file_save_short)}</span>
            </button>
        </div>
    }
}

/// Begin and end are said aloud, and not every percent between them (A11-03).
fn hushed(under_way: bool) -> Option<&'static str> {
    under_way.then_some("off")
}

/// How much of it is there, and what is under way.
#[component]
fn State(cid: Cid, id: MessageId, there: Memo<There>) -> impl IntoView {
    let app = use_app();
    let going = Memo::new(move |_| app.files.with(|files| files.going(id)));
    let line = move || match (going.get(), there.get()) {
        (Some(Going::At(done, all)), _) => Some(of(app, |t| &t.file_going, ("n", &percent(done, all)))),
        (Some(Going::Stopped), _) => Some(app.text(|t| &t.file_stopped)),
        (Some(Going::Failed(fault)), _) => Some(app.text(fault.sentence())),
        (None, There::Partly(done, all)) => Some(of(app, |t| &t.file_partly, ("n", &percent(done, all)))),
        (None, There::Never) => Some(app.text(|t| &t.file_never)),
        (None, There::Whole | There::Unknown) => None,
    };
    let button = move |pick: Pick, deed: Deed| {
        view! { <button type="button" class="quiet" on:click=move |_| app.emit(Event::Files(deed))>{tr(pick)}</button> }
    };
    let act = move || match going.get()? {
        Going::At(..) => Some(button(|t| &t.file_stop, Deed::Stop(id))),
        Going::Stopped | Going::Failed(_) => Some(button(|t| &t.file_resume, Deed::Resume(cid, id))),
    };
    let hush = move || match (going.get(), there.get()) {
        (Some(Going::At(done, _)), _) => hushed(done > 0),
        (None, There::Partly(..)) => hushed(true),
        _ => None,
    };
    view! { <p class="hint file-state" role="status" aria-live=hush>{line}</p> {act} }
}

/// What came of looking at it.
#[component]
fn Seen(id: MessageId, name: StoredValue<String>) -> impl IntoView {
    let app = use_app();
    let look = Memo::new(move |_| app.files.with(|files| files.look(id).cloned()));
    let said = move |look: &Look| match look {
        Look::Fetching(done, all) => Some(of(app, |t| &t.file_fetching, ("n", &percent(*done, *all)))),
        Look::Saved => Some(app.text(|t| &t.file_saved)),
        Look::Unshown => Some(app.text(|t| &t.file_unshown)),
        Look::Broken => Some(app.text(|t| &t.file_tampered)),
        Look::Failed(fault) => Some(app.text(fault.sentence())),
        Look::Shown(_) => None,
    };
    let frame = move || match look.get()? {
        Look::Shown(page) => Some(view! { <Frame id name page /> }),
        _ => None,
    };
    let hush = move || hushed(matches!(look.get(), Some(Look::Fetching(done, _)) if done > 0));
    view! {
        <p class="hint file-said" role="status" aria-live=hush>{move || look.with(|look| look.as_ref().and_then(said))}</p>
        {frame}
    }
}

/// A picture, in a frame of its own origin without scripts and without a network.
#[component]
fn Frame(id: MessageId, name: StoredValue<String>, page: String) -> impl IntoView {
    let app = use_app();
    let title = move || name.with_value(|name| of(app, |t| &t.file_frame, ("name", name)));
    view! {
        <div class="file-frame">
            <iframe sandbox="" referrerpolicy="no-referrer" title=title srcdoc=page></iframe>
            <button type="button" class="quiet" on:click=move |_| app.emit(Event::Files(Deed::Hide(id)))>
                <Icon of=Glyph::Close /><span>{tr(|t| &t.file_hide)}</span>
            </button>
        </div>
    }
}

/// Files of the answer being written, and the way to choose more.
#[component]
pub(super) fn Picker(cid: Cid) -> impl IntoView {
    let app = use_app();
    let field = format!("files-{cid}");
    let numbers = Memo::new(move |_| {
        app.files.with(|files| files.picked(cid).iter().map(|one| one.number).collect::<Vec<_>>())
    });
    view! {
        <div class="picker">
            <label class="quiet picker-label" for=field.clone()>
                <Icon of=Glyph::Clip /><span>{tr(|t| &t.file_pick)}</span>
            </label>
            <input id=field class="visually-hidden" type="file" multiple
                on:change=move |_| app.emit(Event::Files(Deed::Pick(cid))) />
        </div>
        <ul class="files files-picked" aria-label=tr(|t| &t.file_picked) hidden=move || numbers.get().is_empty()>
            <For each=move || numbers.get() key=|number| *number let:number>
                <One cid number />
            </For>
        </ul>
    }
}

#[component]
fn One(cid: Cid, number: u32) -> impl IntoView {
    let app = use_app();
    let one = Memo::new(move |_| {
        app.files.with(|files| files.picked(cid).iter().find(|one| one.number == number).cloned())
    });
    let read =
        move |pick: fn(&Picked) -> String| move || one.with(|one| one.as_ref().map(pick).unwrap_or_default());
    let name = read(|one| one.name.clone());
    let preview = move || one.with(|one| one.as_ref()?.preview.clone());
    let state = move || one.with(|one| one.as_ref().map(|one| said(app, one)).unwrap_or_default());
    let hush = move || {
        hushed(one.with(|one| {
            one.as_ref().is_some_and(|one| matches!(one.stage, Preparing::At(done) if done > 0.0))
        }))
    };
    let unclean = Memo::new(move |_| one.with(|one| one.as_ref().is_some_and(may_go)));
    let picture = Memo::new(move |_| one.with(|one| one.as_ref().is_some_and(|one| one.picture)));
    view! {
        <li class="file">
            {move || preview().map(|address| view! { <img class="file-preview" src=address alt="" /> })}
            <p class="file-name"><bdi>{name}</bdi></p>
            <button type="button" class="quiet file-remove"
                aria-label=move || of(app, |t| &t.file_remove, ("name", &name()))
                on:click=move |_| app.emit(Event::Files(Deed::Remove(cid, number)))>
                <Icon of=Glyph::Close />
            </button>
            <p class="hint file-state" role="status" aria-live=hush>{state}</p>
            {move || picture.get().then(|| view! { <Words cid number /> })}
            {move || unclean.get().then(|| view! {
                <button type="button" class="button" on:click=move |_| app.emit(Event::Files(Deed::Unclean(cid, number)))>
                    {tr(|t| &t.file_unclean)}
                </button>
            })}
        </li>
    }
}

fn may_go(one: &Picked) -> bool {
    matches!(one.stage, Preparing::Refused(refusal) if refusal.may_go())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn said(app: App, one: &Picked) -> String {
    match one.stage {
        Preparing::At(done) => of(app, |t| &t.file_reading, ("n", &((done * 100.0) as u64).to_string())),
        Preparing::Ready => format!("{} · {}", sized(app, one.length), app.text(|t| &t.file_ready)),
        Preparing::Refused(refusal) => app.text(refusal.sentence()),
    }
}

/// What a picture shows, for those who do not see it.
#[component]
fn Words(cid: Cid, number: u32) -> impl IntoView {
    let app = use_app();
    let id = format!("file-words-{number}");
    view! {
        <label class="hint" for=id.clone()>
            {tr(|t| &t.file_describe)} " " <span class="optional">{tr(|t| &t.common_optional)}</span>
        </label>
        <input id=id class="file-describe" type="text" autocomplete="off"
            on:input=move |event| {
                let words = event_target_value(&event);
                app.files.update(|files| files.describe(cid, number, &words));
            } />
    }
}
