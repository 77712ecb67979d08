//! The list with search and filter.

use super::{
    bulk::Bulk, changes::Changes, filter::NarrowField, health::Health, moved::Moved, row::Row,
    summary::Summary,
};
use crate::{
    app::{App, tr, use_app},
    components::{Alert, Choice, Choices, Glyph, Icon, Tone},
    effects::dom,
    state::{
        desk::{Desk, Filter, Finding, Loading, Narrow, code, work},
        event::Event,
        fault::Fault,
        rights::Deed,
    },
    texts::{Pick, PickPlural},
};
use leptos::prelude::*;

/// The left column.
#[component]
pub(super) fn List() -> impl IntoView {
    let app = use_app();
    let ids =
        Memo::new(move |_| app.desk.with(|desk| desk.shown().map(|row| row.entry.cid).collect::<Vec<_>>()));
    let fault = Signal::derive(move || app.desk.with(|desk| desk.fault.map(Fault::sentence)));
    view! {
        <section class="list" aria-label=tr(|t| &t.inbox_list) on:scroll=move |event| {
            if dom::is_near_end(&event) && app.desk.with_untracked(Desk::scrolls) {
                app.emit(Event::More);
            }
        }>
            <div class="list-head">
                <Changes />
                <Moved />
                <Summary />
                <Health />
                <Tools />
                <Bulk />
                <Alert id="list-fault" tone=Tone::Care text=fault />
            </div>
            <Above />
            <ul class="rows">
                <For each=move || ids.get() key=|cid| *cid let:cid>
                    <Row cid />
                </For>
            </ul>
            <Nothing />
            <Everything />
            <More />
        </section>
    }
}

#[component]
fn Tools() -> impl IntoView {
    let app = use_app();
    let filters = Choices {
        id: "filter",
        label: |t| &t.inbox_filter,
        options: vec![
            (Filter::Open, |t| &t.inbox_filter_open),
            (Filter::Done, |t| &t.inbox_filter_done),
            (Filter::All, |t| &t.inbox_filter_all),
        ],
    };
    view! {
        <div class="tools">
            <label class="search">
                <Icon of=Glyph::Search />
                <span class="visually-hidden">{tr(|t| &t.inbox_search)}</span>
                <input id="search" type="search" autocomplete="off" placeholder=tr(|t| &t.inbox_search_hint)
                    prop:value=move || app.desk.with(|desk| desk.query.clone())
                    on:input=move |event| app.desk.update(|desk| desk.search(event_target_value(&event)))
                    on:keydown=move |event| if event.key() == "Enter" { search(app) } />
            </label>
            <Choice of=filters value=Signal::derive(move || app.desk.with(|desk| desk.filter))
                set=Callback::new(move |filter| app.desk.update(|desk| desk.filter = filter)) />
            <NarrowField />
        </div>
    }
}

/// A code means one conversation; anything else is looked for in all of them.
fn search(app: App) {
    let coded = app.desk.with_untracked(|desk| code::read(&desk.query).is_some());
    if coded {
        app.emit(Event::Rights(Deed::Find));
    } else if app.desk.with_untracked(Desk::may_hunt) {
        app.emit(Event::Work(work::Deed::Hunt));
    }
}

/// Back to newer rows, which were taken out of the page.
#[component]
fn Above() -> impl IntoView {
    let app = use_app();
    let above = Memo::new(move |_| app.desk.with(Desk::has_above));
    let button = move || {
        view! {
            <div class="more">
                <button class="button" on:click=move |_| app.emit(Event::Work(work::Deed::Up))>
                    {tr(|t| &t.inbox_newer)}
                </button>
            </div>
        }
    };
    move || above.get().then(button)
}

/// Search and filters look at what is loaded; this looks at the rest.
#[component]
fn Everything() -> impl IntoView {
    let app = use_app();
    let running = Memo::new(move |_| app.desk.with(|desk| desk.hunt.is_running()));
    let done = Memo::new(move |_| app.desk.with(|desk| desk.hunt.is_done()));
    let may = Memo::new(move |_| app.desk.with(Desk::may_hunt));
    let count = Memo::new(move |_| app.desk.with(Desk::hunted));
    let said = move |pick: PickPlural| app.with_texts(|t| pick(t).of(count.get()));
    let button = move |deed: work::Deed, words: Pick| {
        view! { <button class="button" on:click=move |_| app.emit(Event::Work(deed))>{tr(words)}</button> }
    };
    let offer = move || {
        view! { <p>{move || said(|t| &t.hunt_loaded)}</p>{button(work::Deed::Hunt, |t| &t.hunt_begin)} }
    };
    let progress = move || {
        view! { <p>{move || said(|t| &t.hunt_running)}</p>{button(work::Deed::StopHunt, |t| &t.hunt_stop)} }
    };
    let end = move || view! { <p>{move || said(|t| &t.hunt_done)}</p> };
    view! {
        <div class="hunt" role="status">
            {move || match (running.get(), done.get(), may.get()) {
                (true, ..) => progress().into_any(),
                (_, true, _) => end().into_any(),
                (.., true) => offer().into_any(),
                _ => ().into_any(),
            }}
        </div>
    }
}

/// Instead of rows: a friendly sentence.
#[component]
fn Nothing() -> impl IntoView {
    let app = use_app();
    let sentence = Memo::new(move |_| app.desk.with(|desk| nothing(desk).map(app_text(app))));
    let coded = Memo::new(move |_| {
        app.desk.with(|desk| desk.visible().next().is_none() && code::read(&desk.query).is_some())
    });
    let first = move || app.desk.with(Desk::is_empty) && app.desk.with(|desk| desk.loading == Loading::Idle);
    view! {
        <div class="nothing" aria-live="polite">
            {move || first().then(|| view! { <h2>{tr(|t| &t.inbox_empty_title)}</h2> })}
            {move || sentence.get().map(|text| view! { <p>{text}</p> })}
            {move || coded.get().then(|| view! { <ByCode /> })}
        </div>
    }
}

/// What is typed may be the code of a conversation that is not among the loaded ones.
#[component]
fn ByCode() -> impl IntoView {
    let app = use_app();
    let finding = Memo::new(move |_| app.desk.with(|desk| desk.finding));
    let words = move || {
        app.text(match finding.get() {
            Finding::Idle => |t| &t.find_code_button,
            Finding::Looking => |t| &t.admin_loading,
            Finding::Nothing => |t| &t.find_nothing,
            Finding::Failed(fault) => fault.sentence(),
        })
    };
    let said = move || view! { <p role="status">{words}</p> };
    let ask = move || {
        view! {
            <button class="button" on:click=move |_| app.emit(Event::Rights(Deed::Find))>
                <Icon of=Glyph::Search /><span>{words}</span>
            </button>
        }
    };
    move || if finding.get() == Finding::Idle { ask().into_any() } else { said().into_any() }
}

fn app_text(app: App) -> impl Fn(Pick) -> String {
    move |pick| app.text(pick)
}

fn nothing(desk: &Desk) -> Option<Pick> {
    if desk.fault.is_some() || desk.visible().next().is_some() {
        return None;
    }
    Some(match (desk.loading, desk.filter) {
        (Loading::First, _) => |t| &t.inbox_loading,
        _ if desk.is_empty() => |t| &t.inbox_empty,
        _ if !desk.query.trim().is_empty() => |t| &t.inbox_empty_search,
        _ if desk.narrow != Narrow::All => |t| &t.inbox_empty_narrow,
        (_, Filter::Done) => |t| &t.inbox_empty_done,
        _ => |t| &t.inbox_empty_open,
    })
}

#[component]
fn More() -> impl IntoView {
    let app = use_app();
    let more = move || app.desk.with(|desk| desk.has_below() || desk.after().is_some());
    let busy = move || app.desk.with(|desk| desk.loading == Loading::More);
    let failed = move || app.desk.with(|desk| desk.fault.is_some());
    let button = move |event: Event, words: Pick| {
        view! {
            <button class="button" aria-disabled=move || busy().to_string() on:click=move |_| app.emit(event)>
                {tr(words)}
            </button>
        }
    };
    view! {
        <div class="more">
            {move || failed().then(|| button(Event::Retry, |t| &t.common_retry))}
            {move || (more() && !failed()).then(|| button(Event::More, |t| &t.inbox_more))}
        </div>
    }
}
