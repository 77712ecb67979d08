//! Many conversations at once, always with a way back; and a wave of spam.

use super::work::{LabelField, Whose};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon},
    state::{
        desk::{Narrow, work::Deed},
        event::Event,
    },
    texts::Pick,
};
use leptos::prelude::*;

/// What can be done with all that are picked; a button to begin while nobody picks.
#[component]
pub(super) fn Bulk() -> impl IntoView {
    let app = use_app();
    let picking = Memo::new(move |_| app.desk.with(|desk| desk.work.picked.is_some()));
    let wave = Memo::new(move |_| app.desk.with(|desk| desk.work.wave.is_some()));
    let any = Memo::new(move |_| app.desk.with(|desk| !desk.is_empty()));
    let begin = move || {
        view! {
            <div class="bulk-begin">
                <button class="quiet" id="picking" on:click=move |_| app.emit(Event::Work(Deed::Picking(true)))>
                    <Icon of=Glyph::Check /><span>{tr(|t| &t.bulk_begin)}</span>
                </button>
                <button class="quiet" id="wave-open" on:click=move |_| app.emit(Event::Work(Deed::Wave(true)))>
                    <Icon of=Glyph::EyeOff /><span>{tr(|t| &t.wave_begin)}</span>
                </button>
            </div>
        }
    };
    move || match (any.get(), picking.get(), wave.get()) {
        (false, ..) => ().into_any(),
        (_, true, _) => view! { <Picked /> }.into_any(),
        (_, _, true) => view! { <Wave /> }.into_any(),
        _ => begin().into_any(),
    }
}

#[component]
fn Picked() -> impl IntoView {
    let app = use_app();
    let count = Memo::new(move |_| app.desk.with(|desk| desk.picked().len()));
    let title = move || app.with_texts(|t| t.bulk_count.of(count.get()));
    let hidden = Memo::new(move |_| app.desk.with(|desk| desk.narrow == Narrow::Hidden));
    let label = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Work(Deed::ManyLabel));
    };
    let act = move |deed: Deed, words: Pick| {
        view! { <button class="button" on:click=move |_| app.emit(Event::Work(deed))>{tr(words)}</button> }
    };
    let with_some = move || {
        view! {
            <div class="buttons">
                {act(Deed::ManyDone, |t| &t.read_done)}
                {move || {
                    let hide = !hidden.get();
                    act(Deed::ManyHide(hide), if hide { |t| &t.work_hide } else { |t| &t.work_show })
                }}
            </div>
            <Whose id="bulk-assignee" label=|t| &t.work_assigned who=Signal::derive(|| None) asks=true
                set=Callback::new(move |who| app.emit(Event::Work(Deed::ManyAssign(who)))) />
            <form class="work-label" on:submit=label><LabelField id="bulk-label" /></form>
        }
    };
    let any = Memo::new(move |_| count.get() > 0);
    view! {
        <section class="bulk" aria-labelledby="bulk">
            <h2 id="bulk" tabindex="-1" aria-live="polite">{title}</h2>
            <div class="buttons">
                {act(Deed::PickAll, |t| &t.bulk_all)}
                {act(Deed::Picking(false), |t| &t.bulk_end)}
            </div>
            {move || any.get().then(with_some)}
        </section>
    }
}

#[component]
fn Wave() -> impl IntoView {
    let app = use_app();
    let unfit = move || app.desk.with(|desk| desk.work.wave.as_ref().is_some_and(|wave| wave.unfit));
    let counted = Memo::new(move |_| {
        app.desk.with(|desk| {
            desk.work.wave.as_ref()?.is_read().then(|| (desk.wave().len(), desk.may_have_more_of_wave()))
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Work(Deed::CountWave));
    };
    let found = move |(count, more): (usize, bool)| {
        let words = move || app.with_texts(|t| if more { &t.wave_counting } else { &t.wave_count }.of(count));
        let hide = move || {
            view! {
                <button type="button" class="button button-main" on:click=move |_| app.emit(Event::Work(Deed::HideWave))>
                    {tr(|t| &t.wave_hide)}
                </button>
            }
        };
        view! { <p role="status" id="wave-count">{words}</p>{(count > 0 && !more).then(hide)} }
    };
    view! {
        <section class="bulk" aria-labelledby="wave-title">
            <h2 id="wave-title">{tr(|t| &t.wave_title)}</h2>
            <p class="hint">{tr(|t| &t.wave_lead)}</p>
            <form class="wave" on:submit=submit novalidate>
                <Moment id="wave-from" label=|t| &t.wave_from until=false />
                <Moment id="wave-until" label=|t| &t.wave_until until=true />
                <p class="field-fault" role="alert">{move || unfit().then(|| app.text(|t| &t.wave_unfit))}</p>
                <div class="buttons">
                    <button class="button">{tr(|t| &t.wave_look)}</button>
                    <button type="button" class="button" on:click=move |_| app.emit(Event::Work(Deed::Wave(false)))>
                        {tr(|t| &t.reauth_cancel)}
                    </button>
                </div>
                {move || counted.get().map(found)}
            </form>
        </section>
    }
}

#[component]
fn Moment(id: &'static str, label: Pick, until: bool) -> impl IntoView {
    let app = use_app();
    let value = move || {
        let of = |wave: &crate::state::desk::wave::Wave| {
            if until { wave.until.clone() } else { wave.from.clone() }
        };
        app.desk.with(|desk| desk.work.wave.as_ref().map(of))
    };
    let set = move |event| {
        app.desk.update(|desk| {
            if let Some(wave) = &mut desk.work.wave {
                wave.set(until, event_target_value(&event));
            }
        });
    };
    view! {
        <div class="field">
            <label for=id>{tr(label)}</label>
            <input id=id type="datetime-local" prop:value=value on:input=set />
        </div>
    }
}
