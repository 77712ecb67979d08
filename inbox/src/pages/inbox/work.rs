//! What the team knows of the open conversation: where it stands, whose it is, what it is about, labels.

use crate::{
    app::{tr, use_app},
    components::{Alert, Glyph, Icon, Tone},
    state::{
        desk::work::{Deed, Status},
        event::Event,
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{
    ids::{Cid, Thumbprint},
    message::Label,
};
use leptos::prelude::*;

/// A status's name.
pub(super) fn status_name(status: Status) -> Pick {
    match status {
        Status::Open => |t| &t.work_open,
        Status::Waiting => |t| &t.work_waiting,
        Status::Done => |t| &t.work_done,
    }
}

/// The line below the conversation's head.
#[component]
pub(super) fn Work(cid: Cid) -> impl IntoView {
    let app = use_app();
    let older = Signal::derive(move || {
        let older = app.desk.with(|desk| desk.is_sheet_older(cid));
        older.then_some((|t| &t.work_older) as Pick)
    });
    view! {
        <section class="work" aria-label=tr(|t| &t.work_title)>
            <Where cid />
            <Whose id="assignee" label=|t| &t.work_assigned
                who=Signal::derive(move || app.desk.with(|desk| desk.sheets.sheet(cid)?.assigned))
                set=Callback::new(move |who| app.emit(Event::Work(Deed::Assign(cid, who)))) />
            <About cid />
            <Labels cid />
            <Hide cid />
            <Alert id="work-older" tone=Tone::Care text=older />
        </section>
    }
}

#[component]
fn Where(cid: Cid) -> impl IntoView {
    let app = use_app();
    let now = Memo::new(move |_| app.desk.with(|desk| desk.status(cid)));
    let option = move |status: Status| {
        view! {
            <option value=(status as u8).to_string() prop:selected=move || now.get() == status>
                {tr(status_name(status))}
            </option>
        }
    };
    let choose = move |event| {
        let typed = event_target_value(&event);
        if let Some(status) = Status::ALL.into_iter().find(|one| (*one as u8).to_string() == typed) {
            app.emit(Event::Work(Deed::Status(cid, status)));
        }
    };
    view! {
        <label class="work-field">
            <span>{tr(|t| &t.work_status)}</span>
            <select id="status" on:change=choose>{Status::ALL.map(option).collect_view()}</select>
        </label>
    }
}

/// Choosing a member, or nobody.
#[component]
pub(super) fn Whose(
    id: &'static str,
    label: Pick,
    #[prop(into)] who: Signal<Option<Thumbprint>>,
    set: Callback<Option<Thumbprint>>,
    /// Nothing is chosen at the beginning, not even nobody.
    #[prop(default = false)]
    asks: bool,
) -> impl IntoView {
    let app = use_app();
    let members = Memo::new(move |_| app.desk.with(|desk| desk.members.clone()));
    let me = Memo::new(move |_| app.desk.with(|desk| desk.me));
    let option = move |(member, name): (Thumbprint, String)| {
        let words = move || {
            let own = me.get() == Some(member);
            if own { app.with_texts(|t| fill(&t.work_me, &[("name", &name)])) } else { name.clone() }
        };
        view! { <option value=member.to_string() prop:selected=move || who.get() == Some(member)>{words}</option> }
    };
    // Somebody who is not in the team any more still stands on the sheet.
    let former = move || {
        who.get().filter(|who| members.with(|members| members.iter().all(|(id, _)| id != who))).map(|_| {
            view! { <option value="-" selected=true disabled=true>{tr(|t| &t.work_former)}</option> }
        })
    };
    view! {
        <label class="work-field">
            <span>{tr(label)}</span>
            <select id=id on:change=move |event| set.run(event_target_value(&event).parse().ok())>
                {asks.then(|| view! { <option value="?" selected=true disabled=true>{tr(|t| &t.office_choose)}</option> })}
                <option value="" prop:selected=move || !asks && who.get().is_none()>{tr(|t| &t.work_nobody)}</option>
                {move || members.get().into_iter().map(option).collect_view()}
                {former}
            </select>
        </label>
    }
}

/// What it is about: what the visitor chose, unless a member says otherwise.
#[component]
fn About(cid: Cid) -> impl IntoView {
    let app = use_app();
    let topics = Memo::new(move |_| {
        app.desk.with(|desk| {
            desk.sheets.team.view().topics.iter().map(|one| one.name.to_string()).collect::<Vec<_>>()
        })
    });
    let own = Memo::new(move |_| {
        app.desk
            .with(|desk| desk.sheets.sheet(cid).and_then(|sheet| sheet.topic.as_deref().map(str::to_owned)))
    });
    let theirs =
        Memo::new(move |_| app.desk.with(|desk| desk.row(cid).and_then(|row| row.brief()?.topic.clone())));
    let first = move || {
        theirs.get().map_or_else(
            || app.text(|t| &t.work_no_topic),
            |topic| app.with_texts(|t| fill(&t.work_their_topic, &[("topic", &topic)])),
        )
    };
    let option = move |(at, name): (usize, String)| {
        let known = name.clone();
        view! { <option value=at.to_string() prop:selected=move || own.get().as_ref() == Some(&known)>{name}</option> }
    };
    let choose =
        move |event| app.emit(Event::Work(Deed::Topic(cid, event_target_value(&event).parse().ok())));
    let any = move || topics.with(|topics| !topics.is_empty()) || theirs.with(Option::is_some);
    let field = move || {
        view! {
            <label class="work-field">
                <span>{tr(|t| &t.work_topic)}</span>
                <select id="topic" on:change=choose>
                    <option value="" prop:selected=move || own.get().is_none()>{first}</option>
                    {move || topics.get().into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        }
    };
    move || any().then(field)
}

#[component]
fn Labels(cid: Cid) -> impl IntoView {
    let app = use_app();
    let labels = Memo::new(move |_| {
        let text = |label: &Label| label.to_string();
        app.desk.with(|desk| {
            desk.sheets.sheet(cid).map(|sheet| sheet.labels.iter().map(text).collect::<Vec<_>>())
        })
    });
    let chip = move |(at, label): (usize, String)| {
        let away = label.clone();
        let name = move || app.with_texts(|t| fill(&t.work_unlabel, &[("label", &away)]));
        view! {
            <li class="chip">
                <bdi>{label}</bdi>
                <button class="chip-away" aria-label=name on:click=move |_| app.emit(Event::Work(Deed::Unlabel(cid, at)))>
                    <Icon of=Glyph::Close />
                </button>
            </li>
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Work(Deed::Label(cid)));
    };
    view! {
        <div class="work-labels">
            <ul class="chips">{move || labels.get().unwrap_or_default().into_iter().enumerate().map(chip).collect_view()}</ul>
            <form class="work-label" on:submit=submit><LabelField id="label" /></form>
        </div>
    }
}

/// A label with suggestions.
#[component]
pub(super) fn LabelField(id: &'static str) -> impl IntoView {
    let app = use_app();
    let list = format!("{id}-known");
    let known = Memo::new(move |_| app.desk.with(crate::state::desk::Desk::labels));
    view! {
        <label class="visually-hidden" for=id>{tr(|t| &t.work_label)}</label>
        <input id=id type="text" list=list.clone() autocomplete="off" maxlength="100" placeholder=tr(|t| &t.work_label)
            prop:value=move || app.desk.with(|desk| desk.work.label.clone())
            on:input=move |event| app.desk.update(|desk| desk.work.label = event_target_value(&event)) />
        <datalist id=list>{move || suggestions(known.get())}</datalist>
        <button class="quiet">{tr(|t| &t.work_label_add)}</button>
    }
}

fn suggestions(labels: Vec<Label>) -> impl IntoView {
    labels.into_iter().map(|label| view! { <option value=label.to_string()></option> }).collect_view()
}

#[component]
fn Hide(cid: Cid) -> impl IntoView {
    let app = use_app();
    let hidden =
        Memo::new(move |_| app.desk.with(|desk| desk.sheets.sheet(cid).is_some_and(|sheet| sheet.hidden)));
    let words = move || app.text(if hidden.get() { |t| &t.work_show } else { |t| &t.work_hide });
    view! {
        <button class="quiet work-hide" on:click=move |_| app.emit(Event::Work(Deed::Hide(cid, !hidden.get_untracked())))>
            {move || view! { <Icon of=if hidden.get() { Glyph::Eye } else { Glyph::EyeOff } /> }}
            <span>{words}</span>
        </button>
    }
}
