//! How button and window look, with both beside the form as they will be.

mod preview;
mod shade;

use super::{Do, Opening};
use crate::{
    app::{App, tr, use_app},
    components::{Choice, Choices, Glyph, Icon},
    state::{
        event::Event,
        site::{
            Deed,
            appearance::{Appearance as State, Fault, Part},
            snippet::{LIFT, Look},
        },
    },
    texts::{Pick, fill},
};
use einwurf_protocol::theme::{RADIUS, Scheme};
use leptos::prelude::*;
use preview::Preview;
use shade::Shade;

fn with<R>(app: App, read: impl FnOnce(&State) -> R) -> R {
    app.admin.site.with(|site| read(&site.appearance))
}

fn set(app: App, part: Part, text: String) {
    app.admin.site.update(|site| site.appearance.typed.set(part, text));
}

/// The page.
#[component]
pub(super) fn Appearance() -> impl IntoView {
    let app = use_app();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.emit(Event::Site(Deed::PublishLook));
    };
    view! {
        <Opening title=|t| &t.look_title lead=|t| &t.look_lead />
        <div class="look-page">
            <div class="look-forms">
                <form class="card" on:submit=submit novalidate>
                    <div class="pair"><Shade part=Part::Accent /><Shade part=Part::Dark /></div>
                    <SchemeChoice />
                    <div class="pair"><Line part=Part::Radius /><Line part=Part::Font /></div>
                    <Buttons />
                </form>
                <Button />
            </div>
            <Preview />
        </div>
    }
}

#[component]
fn SchemeChoice() -> impl IntoView {
    let app = use_app();
    let of = Choices {
        id: "scheme",
        label: |t| &t.look_scheme,
        options: vec![
            (Scheme::Auto, |t| &t.look_scheme_auto),
            (Scheme::Light, |t| &t.look_scheme_light),
            (Scheme::Dark, |t| &t.look_scheme_dark),
        ],
    };
    let value = Signal::derive(move || with(app, |form| form.typed.scheme));
    let set = Callback::new(move |scheme| {
        app.admin.site.update(|site| site.appearance.typed.scheme = scheme);
    });
    view! { <Choice of value set /> }
}

/// A field that is no colour.
#[component]
fn Line(part: Part) -> impl IntoView {
    let app = use_app();
    let (label, hint, kind): (Pick, Pick, _) = if part == Part::Radius {
        (|t| &t.look_radius, |t| &t.look_radius_hint, "number")
    } else {
        (|t| &t.look_font, |t| &t.look_font_hint, "text")
    };
    let optional =
        (part == Part::Font).then(|| view! { <span class="optional">{tr(|t| &t.common_optional)}</span> });
    let faulty = Memo::new(move |_| with(app, |form| form.fault_of(part).is_some()));
    let sentence = move || {
        let text: Pick = match with(app, |form| form.fault_of(part))? {
            Fault::Radius => |t| &t.look_radius_fault,
            _ => |t| &t.look_font_fault,
        };
        Some(app.with_texts(|t| fill(text(t), &[("most", &RADIUS.to_string())])))
    };
    let value = move || with(app, |form| form.typed.get(part).to_owned());
    view! {
        <div class="field" class:field-faulty=faulty>
            <label for=part.id()>{tr(label)}{optional}</label>
            <input id=part.id() type=kind min="0" max=RADIUS.to_string() autocomplete="off" spellcheck="false"
                aria-invalid=move || faulty.get().then_some("true")
                aria-describedby=format!("{0}-fault {0}-hint", part.id())
                prop:value=value on:input=move |event| set(app, part, event_target_value(&event)) />
            <p class="field-fault" id=format!("{}-fault", part.id())>{sentence}</p>
            <p class="hint" id=format!("{}-hint", part.id())>{tr(hint)}</p>
        </div>
    }
}

/// Publishes; what is typed can be dropped once there is something.
#[component]
fn Buttons() -> impl IntoView {
    let app = use_app();
    let busy = move || app.admin.site.with(|site| site.said.is_busy());
    let changed = Memo::new(move |_| with(app, State::is_changed));
    view! {
        <div class="buttons">
            <button class="button button-main" class:busy=busy aria-disabled=move || busy().to_string()>
                {tr(|t| &t.notice_publish)}
            </button>
            {move || changed.get().then(|| view! { <Do deed=Deed::DropLook words=|t| &t.notice_drop /> })}
        </div>
    }
}

/// What of the button stands in the snippet alone: words and place.
#[component]
fn Button() -> impl IntoView {
    let app = use_app();
    let look = move |read: fn(&Look) -> String| app.admin.site.with(|site| read(&site.look));
    let place = Choices {
        id: "side",
        label: |t| &t.look_side,
        options: vec![(false, |t| &t.look_side_end), (true, |t| &t.look_side_start)],
    };
    let start = Signal::derive(move || app.admin.site.with(|site| site.look.start));
    view! {
        <section class="card" aria-labelledby="look-button">
            <h2 id="look-button">{tr(|t| &t.look_button_title)}</h2>
            <p class="alert"><Icon of=Glyph::Help /><span>{tr(|t| &t.look_snippet)}</span></p>
            <div class="field">
                <label for="label">{tr(|t| &t.snippet_label)}</label>
                <input id="label" type="text" maxlength="40" placeholder=move || look(|look| look.words().to_owned())
                    prop:value=move || look(|look| look.label.clone())
                    on:input=move |event| app.admin.site.update(|site| site.look.label = event_target_value(&event)) />
            </div>
            <Choice of=place value=start
                set=Callback::new(move |start| app.admin.site.update(|site| site.look.start = start)) />
            <Lift />
            <div class="buttons">
                <Do deed=Deed::Show(crate::state::site::Screen::Snippet) words=|t| &t.snippet_show />
            </div>
        </section>
    }
}

#[component]
fn Lift() -> impl IntoView {
    let app = use_app();
    let faulty = Memo::new(move |_| app.admin.site.with(|site| site.look.lifted().is_none()));
    let sentence = move || {
        let most = LIFT.to_string();
        faulty.get().then(|| app.with_texts(|t| fill(&t.look_lift_fault, &[("most", &most)])))
    };
    view! {
        <div class="field" class:field-faulty=faulty>
            <label for="lift">{tr(|t| &t.look_lift)}
                <span class="optional">{tr(|t| &t.common_optional)}</span>
            </label>
            <input id="lift" type="number" min="0" max=LIFT.to_string() autocomplete="off"
                aria-invalid=move || faulty.get().then_some("true") aria-describedby="lift-fault lift-hint"
                prop:value=move || app.admin.site.with(|site| site.look.lift.clone())
                on:input=move |event| app.admin.site.update(|site| site.look.lift = event_target_value(&event)) />
            <p class="field-fault" id="lift-fault">{sentence}</p>
            <p class="hint" id="lift-hint">{tr(|t| &t.look_lift_hint)}</p>
        </div>
    }
}
