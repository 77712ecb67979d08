//! The door: one page of instructions, the file, and its address.

use super::{Do, Field, Opening, fact};
use crate::{
    app::{tr, use_app},
    components::{Glyph, Icon, Registers},
    state::{
        event::Event,
        field::{Kind, Rule, Spec},
        site::{Deed, Place},
    },
    texts::Pick,
};
use leptos::prelude::*;

const ADDRESS: Spec = Spec {
    kind: Kind::Typed("url"),
    ..Spec::new("door-address", |t| &t.door_address, Rule::Optional).hint(|t| &t.door_address_hint)
};

/// The page.
#[component]
pub(super) fn Door() -> impl IntoView {
    let app = use_app();
    let none = fact(app, |facts| facts.door.is_none());
    view! {
        <Opening title=|t| &t.door_title lead=|t| &t.door_page_lead />
        {move || none.get().then(|| view! {
            <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.door_none)}</span></p>
        })}
        <ol class="steps">
            <Step number=1 title=|t| &t.door_step_1 lead=|t| &t.door_step_1_lead><File /></Step>
            <Step number=2 title=|t| &t.door_step_2 lead=|t| &t.door_step_2_lead />
            <Step number=3 title=|t| &t.door_step_3 lead=|t| &t.door_step_3_lead><Address /></Step>
            <Step number=4 title=|t| &t.door_step_4 lead=|t| &t.door_step_4_lead />
        </ol>
    }
}

#[component]
fn Step(number: u8, title: Pick, lead: Pick, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <li class="card">
            <h2>{number}". "{tr(title)}</h2>
            <p>{tr(lead)}</p>
            {children.map(|children| children())}
        </li>
    }
}

#[component]
fn File() -> impl IntoView {
    let app = use_app();
    view! {
        <Registers id="door-register" label=|t| &t.door_register
            value=Signal::derive(move || app.admin.site.with(|site| site.look.register))
            set=Callback::new(move |to| app.admin.site.update(|site| site.look.register = to)) />
        <div class="buttons">
            <button type="button" class="button button-main" on:click=move |_| app.emit(Event::Site(Deed::Download))>
                <Icon of=Glyph::Download /><span>{tr(|t| &t.door_download)}</span>
            </button>
        </div>
    }
}

#[component]
fn Address() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::PublishDoor));
    };
    view! {
        <form on:submit=submit novalidate>
            <Field place=Place::Door spec=ADDRESS />
            <div class="buttons"><Do deed=Deed::PublishDoor words=|t| &t.door_publish /></div>
        </form>
    }
}
