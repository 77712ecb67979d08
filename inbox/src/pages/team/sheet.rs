//! The emergency sheet: the question whether it is still there, and a new one.

use super::{Back, Say, is_busy};
use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Sheet as Paper, TwoGroups},
    state::{
        event::Event,
        sheet::Sheet as Facts,
        start,
        team::{Deed, Screen, Team, sheet::Drawn},
    },
    texts::fill,
};
use leptos::prelude::*;

/// Asks for the sheet when half a year has passed.
#[component]
pub(super) fn Due() -> impl IntoView {
    let app = use_app();
    let due = Memo::new(move |_| app.admin.team.with(|team| team.is_check_due(app.now.get())));
    let ask = move || {
        view! {
            <div class="alert alert-care">
                <Icon of=Glyph::Warning />
                <p>{tr(|t| &t.recovery_due)}" "
                    <button class="link" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Check)))>
                        {tr(|t| &t.recovery_check)}
                    </button>
                </p>
            </div>
        }
    };
    move || due.get().then(ask)
}

/// The sheet in the list.
#[component]
pub(super) fn Card() -> impl IntoView {
    let app = use_app();
    let checked = Memo::new(move |_| app.admin.team.with(|team| team.checked));
    let since = move || match checked.get() {
        Some(at) => {
            let day = app.date(|dates| dates.day(at));
            app.with_texts(|t| fill(&t.recovery_checked, &[("day", &day)]))
        }
        None => app.text(|t| &t.recovery_none),
    };
    let to_check = move || {
        view! {
            <button class="button" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Check)))>
                {tr(|t| &t.recovery_check)}
            </button>
        }
    };
    view! {
        <section class="card" aria-labelledby="recovery-title">
            <h2 id="recovery-title">{tr(|t| &t.recovery_title)}</h2>
            <p class="hint">{tr(|t| &t.recovery_lead)}</p>
            <p>{since}</p>
            <div class="buttons">
                {move || checked.get().map(|_| to_check())}
                <button class="button" on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Sheet)))>
                    {tr(|t| &t.recovery_new)}
                </button>
            </div>
        </section>
    }
}

/// Two groups of the present sheet.
#[component]
pub(super) fn Check() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Team(Deed::Check));
    };
    view! {
        <Back />
        <h1 id="title" tabindex="-1">{tr(|t| &t.check_title)}</h1>
        <p class="lead">{tr(|t| &t.check_lead)}</p>
        <Say />
        <form class="card" on:submit=submit novalidate>
            <TwoGroups asked=Signal::derive(move || app.admin.team.with(Team::asked))
                typed=Signal::derive(move || app.admin.team.with(|team| team.groups.clone()))
                set=Callback::new(move |(index, text)| typed(app, index, text)) />
            <div class="buttons">
                <button class="button button-main" class:busy=is_busy()>{tr(|t| &t.check_submit)}</button>
                <button type="button" class="button"
                    on:click=move |_| app.emit(Event::Team(Deed::Show(Screen::Sheet)))>{tr(|t| &t.check_lost)}</button>
            </div>
        </form>
    }
}

fn typed(app: App, index: usize, text: String) {
    app.admin.team.update(|team| {
        if let Some(group) = team.groups.get_mut(index) {
            *group = text;
        }
    });
}

/// A new sheet: shown, printed, asked back, then made valid.
#[component]
pub(super) fn Sheet() -> impl IntoView {
    let app = use_app();
    view! {
        <Back />
        <h1 id="title" tabindex="-1">{tr(|t| &t.sheet_new_title)}</h1>
        <p class="lead no-print">{tr(|t| &t.sheet_new_lead)}</p>
        <p class="alert no-print"><Icon of=Glyph::Help /><span>{tr(|t| &t.sheet_new_stranger)}</span></p>
        <div class="no-print"><Say /></div>
        <section class="card no-print" aria-labelledby="code-title">
            <h2 id="code-title" tabindex="-1">{tr(|t| &t.code_title)}</h2>
            <p>{tr(|t| &t.code_lead)}</p>
            <Groups />
            <div class="buttons">
                <button class="button" on:click=move |_| app.emit(Event::Team(Deed::Print))>
                    <Icon of=Glyph::Printer /><span>{tr(|t| &t.code_print)}</span>
                </button>
            </div>
        </section>
        <Question />
        {paper(app).map(|of| view! { <Paper of /> })}
    }
}

/// What is printed.
fn paper(app: App) -> Option<Facts> {
    let code = drawn(app, |drawn| drawn.code.clone())?;
    let by = app.admin.team.with_untracked(|team| {
        let mut persons = team.persons.iter().flatten();
        persons.find(|person| person.you).map(|person| person.name.clone())
    });
    let address = app.admin.site.with_untracked(|site| {
        let facts = site.facts.as_ref()?;
        let pin = facts.pins.first()?;
        Some(app.relay.with_value(|relay| start::link(relay, facts.door.as_deref(), &facts.address, pin)))
    });
    Some(Facts {
        company: app.company.get_untracked(),
        code,
        link: format!("{}&recover", address?),
        by: by.unwrap_or_default(),
    })
}

fn drawn<T>(app: App, read: impl FnOnce(&Drawn) -> T) -> Option<T> {
    app.admin.team.with_untracked(|team| team.drawn.as_ref().map(read))
}

/// Nine numbered groups.
#[component]
fn Groups() -> impl IntoView {
    let app = use_app();
    let groups = drawn(app, |drawn| drawn.code.split('-').map(str::to_owned).collect::<Vec<_>>());
    let line = |group| view! { <li><code>{group}</code></li> };
    view! { <ol class="groups">{groups.unwrap_or_default().into_iter().map(line).collect_view()}</ol> }
}

/// Asked back before it counts.
#[component]
fn Question() -> impl IntoView {
    let app = use_app();
    let asked = drawn(app, |drawn| drawn.confirm.asked).unwrap_or_default();
    let asked = asked.map(|group| u8::try_from(group).unwrap_or_default());
    let wrong =
        move || app.admin.team.with(|team| team.drawn.as_ref().is_some_and(|drawn| drawn.confirm.wrong));
    let words = Signal::derive(move || {
        app.admin
            .team
            .with(|team| team.drawn.as_ref().map(|drawn| drawn.confirm.typed.clone()).unwrap_or_default())
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Team(Deed::PublishSheet));
    };
    view! {
        <form class="card no-print" on:submit=submit novalidate>
            <p>{tr(|t| &t.code_ask)}</p>
            <TwoGroups asked=Signal::derive(move || asked) typed=words
                set=Callback::new(move |(index, text)| answered(app, index, text)) />
            <p class="field-fault" role="alert">{move || wrong().then(|| app.text(|t| &t.code_wrong))}</p>
            <div class="buttons">
                <button class="button button-main" class:busy=is_busy()>{tr(|t| &t.sheet_new_publish)}</button>
            </div>
        </form>
    }
}

fn answered(app: App, index: usize, text: String) {
    app.admin.team.update(|team| {
        let Some(drawn) = &mut team.drawn else { return };
        drawn.confirm.wrong = false;
        if let Some(typed) = drawn.confirm.typed.get_mut(index) {
            *typed = text;
        }
    });
}
