//! The composer below a conversation.

use super::{canned::CannedReplies, files::Picker};
use crate::{
    app::{App, tr, use_app},
    components::{Alert, Glyph, Icon, Tone},
    effects::dom,
    state::{
        answer::{Deed, Lack, Notice, Stage, colleagues, identity::button, notice_address},
        desk::{letter::Letter, work},
        event::Event,
        rights::offer::{No, Now},
    },
    texts::{Pick, fill},
};
use einwurf_protocol::{ids::Cid, message::Wish, time::Timestamp};
use leptos::prelude::*;

/// What is known of the conversation; it changes below what somebody types.
type Known = Memo<Option<Letter>>;

/// The composer, or why there is none.
#[component]
pub(super) fn Answer(cid: Cid, letter: Known) -> impl IntoView {
    let app = use_app();
    let no = Memo::new(move |_| letter.with(|letter| letter.as_ref().map(|letter| offer(app, letter))));
    let shown = move || match no.get() {
        None => None,
        Some(Ok(())) => Some(view! { <Composer cid letter /> }.into_any()),
        Some(Err(no)) => Some(view! { <p class="answer-no hint">{tr(no.sentence())}</p> }.into_any()),
    };
    view! { <section class="answer" aria-label=tr(|t| &t.answer_title)>{shown}</section> }
}

fn offer(app: App, letter: &Letter) -> Result<(), No> {
    Now { letter, certified: app.certified.get(), at: app.now.get() }.may_answer()
}

#[component]
fn Composer(cid: Cid, letter: Known) -> impl IntoView {
    let app = use_app();
    let stage = Memo::new(move |_| app.answers.with(|answers| answers.stage(cid)));
    let arrived = Memo::new(move |_| stage.get() == Stage::Arrived);
    let body = move || {
        if arrived.get() {
            view! { <Arrived cid /> }.into_any()
        } else {
            view! { <Field cid letter stage /> }.into_any()
        }
    };
    view! {
        <Unverified cid letter />
        {body}
        <Told cid />
    }
}

/// Whom this goes to is not known, and how the answer is wished for.
#[component]
fn Unverified(cid: Cid, letter: Known) -> impl IntoView {
    let app = use_app();
    let wish = move || letter.with(|letter| letter.as_ref().and_then(|letter| wish(app, letter)));
    let line = move |(glyph, words): (Glyph, String)| {
        let copy = (glyph == Glyph::Phone).then(|| {
            view! {
                <button type="button" class="quiet" on:click=move |_| app.emit(Event::Answer(Deed::CopyPhone(cid)))>
                    <Icon of=Glyph::Copy /><span>{tr(|t| &t.common_copy)}</span>
                </button>
            }
        });
        view! { <p class="answer-wish"><Icon of=glyph /><span>{words}</span>{copy}</p> }
    };
    view! {
        <Identity cid />
        {move || wish().map(line)}
    }
}

/// An answer that is wished for elsewhere than here.
fn wish(app: App, letter: &Letter) -> Option<(Glyph, String)> {
    let contact = &letter.contact;
    match contact.wish? {
        Wish::Phone => {
            let phone = contact.phone.as_ref()?;
            Some((Glyph::Phone, app.with_texts(|t| fill(&t.answer_wish_phone, &[("phone", phone)]))))
        }
        Wish::Email => {
            let email = contact.email.as_ref()?;
            Some((Glyph::Mail, app.with_texts(|t| fill(&t.answer_wish_email, &[("email", email)]))))
        }
        Wish::Notice => notice_address(letter).map(|_| (Glyph::Mail, app.text(|t| &t.answer_notice_will))),
        Wish::Here => None,
    }
}

#[component]
fn Field(cid: Cid, letter: Known, stage: Memo<Stage>) -> impl IntoView {
    let app = use_app();
    let busy = Memo::new(move |_| stage.get() == Stage::Sending);
    let asked = move || stage.get() == Stage::Colleague || asks_for_call(stage.get());
    let send = move || app.emit(Event::Answer(Deed::Send(cid)));
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        // A slash at the beginning asks for a canned reply, where there are any.
        if text == "/" {
            dom::focus("canned-choice");
        }
        letter.with_untracked(|letter| {
            app.answers.update(|answers| answers.write(cid, text, letter.as_ref()));
        });
    };
    // What is written stays; the reply comes after it.
    let insert = move |reply: String| {
        letter.with_untracked(|letter| {
            app.answers.update(|answers| {
                let written =
                    Some(answers.text(cid).trim_end()).filter(|text| *text != "/").unwrap_or_default();
                let text = if written.is_empty() { reply } else { format!("{written}\n\n{reply}") };
                answers.write(cid, text, letter.as_ref());
            });
        });
        dom::focus("answer");
    };
    view! {
        <form class="answer-form" on:submit=move |event| { event.prevent_default(); send(); }>
            <CannedReplies cid insert=Callback::new(insert) />
            <label class="visually-hidden" for="answer">{tr(|t| &t.answer_label)}</label>
            <textarea id="answer" name="answer" rows="3" dir="auto" aria-describedby="answer-keys"
                placeholder=tr(|t| &t.answer_label)
                prop:value=move || app.answers.with(|answers| answers.text(cid).to_owned())
                prop:readOnly=busy on:input=typed
                on:keydown=move |event| if sends(&event) { event.prevent_default(); send(); }></textarea>
            <Care stage />
            <Colleague cid letter stage />
            <Callback cid stage />
            <div class="answer-foot">
                <button id="answer-send" class="button button-main" hidden=asked aria-disabled=move || busy.get().then_some("true")>
                    <Icon of=Glyph::Lock /><span>{tr(|t| &t.answer_send)}</span>
                </button>
                <span class="hint" id="answer-keys" hidden=asked>{tr(|t| &t.answer_keys)}</span>
            </div>
            <Picker cid />
        </form>
    }
}

/// Enter with Ctrl, or with Command on a Mac.
fn sends(event: &leptos::ev::KeyboardEvent) -> bool {
    event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing()
}

/// What happened to it, if it did not arrive.
#[component]
fn Care(stage: Memo<Stage>) -> impl IntoView {
    let busy =
        Signal::derive(move || (stage.get() == Stage::Sending).then_some((|t| &t.answer_sending) as Pick));
    let lost = Signal::derive(move || {
        matches!(stage.get(), Stage::Failed(_)).then_some((|t| &t.answer_failed) as Pick)
    });
    let why = Signal::derive(move || match stage.get() {
        Stage::Lacks(lack) => Some(lack.sentence()),
        Stage::Failed(fault) => Some(fault.sentence()),
        _ => None,
    });
    view! {
        <Alert id="answer-busy" tone=Tone::Calm text=busy />
        <Alert id="answer-lost" tone=Tone::Care text=lost />
        <Alert id="answer-care" tone=Tone::Care text=why />
    }
}

/// A colleague was quicker: the member reads it and decides.
#[component]
fn Colleague(cid: Cid, letter: Known, stage: Memo<Stage>) -> impl IntoView {
    let app = use_app();
    let title = move || {
        let draft = app.answers.with(|answers| answers.of(cid));
        let names = letter.with(|letter| letter.as_ref().map(|letter| colleagues(letter, &draft)));
        let names = names.unwrap_or_default().join(", ");
        if names.is_empty() {
            return app.text(|t| &t.answer_colleague_some);
        }
        app.with_texts(|t| fill(&t.answer_colleague_one, &[("name", &names)]))
    };
    let question = move || {
        view! {
            <div class="alert alert-care">
                <Icon of=Glyph::Warning />
                <div>
                    <strong>{title}</strong>
                    <p>{tr(|t| &t.answer_colleague_lead)}</p>
                    <button id="answer-anyway" type="button" class="button"
                        on:click=move |_| app.emit(Event::Answer(Deed::Anyway(cid)))>
                        {tr(|t| &t.answer_anyway)}
                    </button>
                </div>
            </div>
        }
    };
    view! {
        <div id="answer-colleague" role="alert" tabindex="-1">
            {move || (stage.get() == Stage::Colleague).then(question)}
        </div>
    }
}

/// Whether the question is open; it stays while its answer lacks something.
fn asks_for_call(stage: Stage) -> bool {
    matches!(stage, Stage::Callback | Stage::Lacks(Lack::Number))
}

/// It looks as if it were for one person alone.
#[component]
fn Callback(cid: Cid, stage: Memo<Stage>) -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| asks_for_call(stage.get()));
    let empty = Memo::new(move |_| app.answers.with(|answers| answers.text(cid).trim().is_empty()));
    let record = move || app.text(app.answers.with(|answers| button(answers.text(cid))));
    let second = move || {
        let (words, deed): (Pick, Deed) = if empty.get() {
            (|t| &t.common_back, Deed::Callback(cid, false))
        } else {
            (|t| &t.callback_without, Deed::Uncalled(cid))
        };
        view! {
            <button id="callback-without" type="button" class="button" on:click=move |_| app.emit(Event::Answer(deed))>
                {tr(words)}
            </button>
        }
    };
    let question = move || {
        view! {
            <div class="alert callback">
                <Icon of=Glyph::Phone />
                <div>
                    <strong>{tr(|t| &t.callback_title)}</strong>
                    <p>{tr(|t| &t.callback_lead)}</p>
                    <label for="callback-number">{tr(|t| &t.callback_number)}</label>
                    <input id="callback-number" type="text" autocomplete="off"
                        prop:value=move || app.answers.with(|answers| answers.of(cid).called)
                        on:input=move |event| {
                            let number = event_target_value(&event);
                            app.answers.update(|answers| answers.call(cid, number));
                        } />
                    <div class="answer-foot">
                        <button id="callback-done" type="button" class="button button-main"
                            on:click=move |_| app.emit(Event::Answer(Deed::CalledBack(cid)))>{record}</button>
                        {second}
                    </div>
                </div>
            </div>
        }
    };
    view! { <div id="answer-callback" role="group" tabindex="-1">{move || open.get().then(question)}</div> }
}

/// Whether anybody made sure whom this goes to.
#[component]
fn Identity(cid: Cid) -> impl IntoView {
    let app = use_app();
    let known = Memo::new(move |_| {
        app.desk.with(|desk| {
            let identified = desk.sheets.sheet(cid)?.identified.clone()?;
            let name = desk.members.iter().find(|(id, _)| *id == identified.by).map(|(_, name)| name.clone());
            Some((identified.at, name.unwrap_or_default(), identified.how.to_string()))
        })
    });
    let by = move |(at, name, how): (Timestamp, String, String)| {
        let day = app.date(|dates| dates.day(at));
        app.with_texts(|t| fill(&t.callback_by, &[("day", &day), ("name", &name), ("how", &how)]))
    };
    let button = move || {
        let known = known.with(Option::is_some);
        let (words, deed): (Pick, Deed) = if known {
            (|t| &t.callback_undo, Deed::Unidentify(cid))
        } else {
            (|t| &t.callback_note, Deed::Callback(cid, true))
        };
        view! { <button id="callback" type="button" class="quiet" on:click=move |_| app.emit(Event::Answer(deed))>{tr(words)}</button> }
    };
    let line = move || known.get().map_or_else(|| app.text(|t| &t.details_unverified), by);
    view! {
        <p class="answer-identity">
            <Icon of=Glyph::Person />
            <strong>{line}</strong>
            {button}
        </p>
    }
}

/// It arrived: what comes next.
#[component]
fn Arrived(cid: Cid) -> impl IntoView {
    let app = use_app();
    let done = Memo::new(move |_| app.desk.with(|desk| desk.row(cid).is_some_and(|row| row.entry.done)));
    let close = move || {
        view! {
            <button id="answer-done" class="button" on:click=move |_| app.emit(Event::Done(cid, true))>
                <Icon of=Glyph::Check /><span>{tr(|t| &t.answer_done)}</span>
            </button>
        }
    };
    let wait = move || {
        view! {
            <button id="answer-waiting" class="button"
                on:click=move |_| app.emit(Event::Work(work::Deed::Status(cid, work::Status::Waiting)))>
                <Icon of=Glyph::Clock /><span>{tr(|t| &t.answer_waiting)}</span>
            </button>
        }
    };
    view! {
        <Alert id="answer-good" tone=Tone::Good text=Signal::derive(|| Some((|t| &t.answer_arrived) as Pick)) />
        <div class="answer-foot">
            {move || (!done.get()).then(close)}
            {move || (!done.get()).then(wait)}
            <button id="answer-another" class="quiet"
                on:click=move |_| app.emit(Event::Answer(Deed::Another(cid)))>
                {tr(|t| &t.answer_another)}
            </button>
        </div>
    }
}

/// The mail that tells the visitor.
#[component]
fn Told(cid: Cid) -> impl IntoView {
    let app = use_app();
    let notice = Memo::new(move |_| app.answers.with(|answers| answers.notice(cid)));
    let why = move |fault: crate::state::fault::Fault| view! { <span>" " {tr(fault.sentence())}</span> };
    let line = move |notice: Notice| {
        let failed = match notice {
            Notice::Failed(fault) => Some(fault),
            _ => None,
        };
        view! {
            <p class="hint answer-told">
                <span>{tr(notice.sentence())} {failed.map(why)}</span>
                {failed.map(|_| view! {
                    <button type="button" class="quiet" on:click=move |_| app.emit(Event::Answer(Deed::Notify(cid)))>
                        <Icon of=Glyph::Retry /><span>{tr(|t| &t.common_retry)}</span>
                    </button>
                })}
            </p>
        }
    };
    view! { <div id="answer-told" role="status">{move || notice.get().map(line)}</div> }
}
