//! A lost password: first the colleagues, then the emergency sheet.

use crate::{
    app::{tr, use_app},
    components::{Alert, Ask, Glyph, Icon, Look, Meter, Slot, Stages, Tone},
    state::{
        event::Event,
        fault::Fault,
        field::Spec,
        join::{ACCOUNT, PASSWORD},
        recover::{CODE, LINK, NAME, Recover as State, Stage},
        setup::strength::strength,
    },
    texts::{Pick, fill},
};
use leptos::prelude::*;
use zeroize::Zeroizing;

/// The page.
#[component]
pub(super) fn Recover() -> impl IntoView {
    let app = use_app();
    let busy = Memo::new(move |_| app.recover.with(|recover| recover.stage.is_some()));
    view! {
        <main id="main" class="gate">
            <div class="gate-card gate-wide">
                <Slot />
                <h1 id="title" tabindex="-1">{tr(|t| &t.recover_title)}</h1>
                <section>
                    <h2>{tr(|t| &t.recover_colleague_title)}</h2>
                    <p>{tr(|t| &t.recover_colleague)}</p>
                </section>
                <section>
                    <h2>{tr(|t| &t.recover_sheet_title)}</h2>
                    <p>{tr(|t| &t.recover_sheet)}</p>
                    <Form />
                </section>
                {move || (!busy.get()).then(|| view! { <Back /> })}
            </div>
            <footer class="gate-foot"><Look /></footer>
        </main>
    }
}

#[component]
fn Back() -> impl IntoView {
    let app = use_app();
    view! {
        <button class="link" on:click=move |_| app.emit(Event::ToLogin)>{tr(|t| &t.recover_back)}</button>
    }
}

#[component]
fn Form() -> impl IntoView {
    let app = use_app();
    let fault = Signal::derive(move || app.recover.with(|recover| recover.fault.map(Fault::sentence)));
    let stage = Memo::new(move |_| app.recover.with(|recover| recover.stage));
    let replaces = Memo::new(move |_| app.recover.with(|recover| recover.replaces.clone()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Recover);
    };
    view! {
        <Alert id="recover-fault" tone=Tone::Care text=fault />
        <form on:submit=submit novalidate hidden=move || stage.get().is_some()>
            <Fields />
            <button class="button button-main button-wide">{tr(|t| &t.recover_submit)}</button>
        </form>
        {move || stage.get().map(|now| view! {
            <div role="status"><Stages all=Stage::ALL now name /></div>
        })}
        {move || replaces.get().map(|name| view! { <Replace name /> })}
    }
}

/// Whose access would end. The name is the roster's; whose account it is says only the relay.
#[component]
fn Replace(name: String) -> impl IntoView {
    let app = use_app();
    let (shown, named) = (name.clone(), name);
    let text = move || app.with_texts(|t| fill(&t.recover_replace, &[("name", &shown)]));
    let yes = move || app.with_texts(|t| fill(&t.recover_replace_yes, &[("name", &named)]));
    view! {
        <div class="alert alert-care" id="recover-replace" tabindex="-1">
            <Icon of=Glyph::Warning />
            <span>{text}</span>
        </div>
        <div class="buttons">
            <button class="button button-grave" on:click=move |_| app.emit(Event::RecoverReplace(true))>{yes}</button>
            <button class="button" on:click=move |_| app.emit(Event::RecoverReplace(false))>
                {tr(|t| &t.recover_replace_no)}
            </button>
        </div>
    }
}

#[component]
fn Fields() -> impl IntoView {
    let app = use_app();
    let unknown = !crate::actions::knows_site(app);
    let judged = Signal::derive(move || {
        app.recover.with(|recover| {
            let typed = !recover.password.is_empty();
            typed.then(|| strength(&recover.password, &[&recover.name, &recover.account]))
        })
    });
    let password = Spec { label: |t| &t.recover_password, ..PASSWORD };
    view! {
        {unknown.then(|| view! { <Field spec=LINK set=|recover, text| recover.link = text /> })}
        <Field spec=CODE set=|recover, text| recover.code = Zeroizing::new(text) />
        <Field spec=NAME set=|recover, text| recover.name = text />
        <Field spec=ACCOUNT set=|recover, text| recover.account = text />
        <Field spec=password set=|recover, text| recover.password = Zeroizing::new(text) />
        <Meter judged />
    }
}

#[component]
fn Field(spec: Spec, set: fn(&mut State, String)) -> impl IntoView {
    let app = use_app();
    let value = Signal::derive(move || app.recover.with(|recover| recover.value(&spec).to_owned()));
    let fault = Signal::derive(move || app.recover.with(|recover| recover.fault_of(&spec)));
    let set = Callback::new(move |text| app.recover.update(|recover| set(recover, text)));
    view! { <Ask spec value fault set /> }
}

fn name(stage: Stage) -> Pick {
    match stage {
        Stage::Entering => |t| &t.recover_stage_entering,
        Stage::Account => |t| &t.recover_stage_account,
        Stage::Admitting => |t| &t.recover_stage_admitting,
        Stage::Login => |t| &t.recover_stage_login,
    }
}
