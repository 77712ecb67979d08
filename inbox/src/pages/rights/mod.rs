//! The rights of the person behind a conversation: the panel beside it, a page for each thing to do, what is left of an
//! erased one; the page of requests, the log.

mod copies;
mod decide;
mod keep;
mod log;
mod panel;
mod parts;
mod request;
mod requests;
mod tombstone;

use crate::{
    app::{App, tr, use_app},
    components::{Glyph, Icon, Saying},
    state::{
        desk::letter::Letter,
        event::Event,
        rights::{
            Deed, View,
            words::{self, Lifting},
        },
    },
    texts::Pick,
};
use einwurf_protocol::{ids::Cid, message::Act};
use leptos::prelude::*;

pub(super) use log::Log;
pub(super) use panel::{Panel, special};
pub(super) use requests::Requests;
pub(super) use tombstone::{Tombstone, title as tombstone_title};

/// The open conversation, as it changes.
type Open = Memo<Option<Letter>>;

/// The page that is open for a conversation, in the place of its messages.
#[component]
pub(super) fn Task(cid: Cid, view: View, letter: Open) -> impl IntoView {
    let app = use_app();
    let part = match view {
        View::Export => view! { <copies::Export /> }.into_any(),
        View::Handover => view! { <parts::Handover letter /> }.into_any(),
        View::Parts => view! { <parts::EraseParts letter /> }.into_any(),
        View::Restrict | View::Lift | View::Release => view! { <decide::Plain view letter /> }.into_any(),
        View::Object => view! { <decide::Object letter /> }.into_any(),
        View::Hold => view! { <keep::Hold letter /> }.into_any(),
        View::Erase => view! { <decide::Erase /> }.into_any(),
        View::Request => view! { <request::TakeDown /> }.into_any(),
    };
    view! {
        <section class="reading" aria-labelledby="reading">
            <header class="reading-head">
                <button class="quiet task-back" on:click=move |_| app.emit(Event::Rights(Deed::Back))>
                    <Icon of=Glyph::Back /><span>{tr(|t| &t.rights_back)}</span>
                </button>
                <h2 id="reading" tabindex="-1">{tr(title(view))}</h2>
                <code class="task-code">{cid.code()}</code>
            </header>
            <div class="task">
                <Saying ids=["rights-calm", "rights-good", "rights-care"] said=said() />
                {part}
            </div>
        </section>
    }
}

fn said() -> Signal<crate::state::admin::Said> {
    let app = use_app();
    Signal::derive(move || app.rights.with(|rights| rights.said))
}

/// A page's heading, and its name in the panel.
fn title(view: View) -> Pick {
    match view {
        View::Export => |t| &t.rights_export,
        View::Handover => |t| &t.rights_handover,
        View::Parts => |t| &t.rights_parts,
        View::Restrict => |t| &t.rights_restrict,
        View::Lift => |t| &t.rights_lift,
        View::Object => |t| &t.rights_object,
        View::Hold => |t| &t.rights_hold,
        View::Release => |t| &t.rights_release,
        View::Erase => |t| &t.rights_erase,
        View::Request => |t| &t.rights_request,
    }
}

/// What the person will read of it, in the language of the conversation.
#[component]
fn Preview(letter: Open) -> impl IntoView {
    let app = use_app();
    let told = Memo::new(move |_| letter.with(|letter| letter.as_ref().and_then(|letter| told(app, letter))));
    view! { <div aria-live="polite">{move || told.get().map(quote)}</div> }
}

fn quote((lang, sentence): (&'static str, String)) -> impl IntoView {
    view! {
        <figure class="told">
            <figcaption>{tr(|t| &t.rights_told)}</figcaption>
            <blockquote lang=lang>{sentence}</blockquote>
        </figure>
    }
}

fn told(app: App, letter: &Letter) -> Option<(&'static str, String)> {
    let mut rights = app.rights.get();
    // Whether the file was saved already changes nothing about the sentence.
    rights.save();
    let act = rights.act(letter, app.now.get()).ok().flatten()?;
    let reasons = (rights.view == Some(View::Object)).then(|| rights.given_reasons().ok()).flatten();
    Some(telling(app, letter, &act, reasons.map_or(Lifting::Over, Lifting::GoOn)))
}

fn telling(app: App, letter: &Letter, act: &Act, lifting: Lifting<'_>) -> (&'static str, String) {
    let register = letter.register();
    let company = app.company.get();
    let sentence = |dates: &crate::state::dates::Dates<'_>| {
        words::Telling { dates: *dates, company: &company, lifting }.sentence(act)
    };
    (register.lang(), app.date_in(register, sentence))
}

/// The button that does what the page is about, named by its effect.
#[component]
fn Do(
    words: Pick,
    deed: Deed,
    #[prop(optional)] grave: bool,
    #[prop(optional)] glyph: Option<Glyph>,
) -> impl IntoView {
    let app = use_app();
    let busy = move || app.rights.with(|rights| rights.said.is_busy());
    view! {
        <div class="buttons">
            <button type="button" class="button" class:button-main=!grave class:button-grave=grave
                class:button-grave-main=grave class:busy=busy aria-disabled=move || busy().to_string()
                on:click=move |_| if !busy() { app.emit(Event::Rights(deed)) }>
                {glyph.map(|glyph| view! { <Icon of=glyph /> })}
                <span>{tr(words)}</span>
            </button>
        </div>
    }
}

/// Points of a list, each with its mark.
#[component]
fn Points(all: Vec<(Pick, Glyph)>) -> impl IntoView {
    let line = |(text, glyph): (Pick, Glyph)| view! { <li><Icon of=glyph /><span>{tr(text)}</span></li> };
    view! { <ul class="effects">{all.into_iter().map(line).collect_view()}</ul> }
}
