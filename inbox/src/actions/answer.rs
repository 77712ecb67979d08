//! Answering: read the conversation anew, seal after its newest event, post; after a conflict the same once more, unless
//! a colleague answered. Then the visitor is told by mail, if that is what the visitor wished for.

use super::{
    copy,
    desk::{self, address, letter},
    files, focus_soon,
    lock::{during, goes_on},
    reauth::{fresh, keyed},
    work,
};
use crate::{
    api,
    app::App,
    effects::{clock, random},
    state::{
        answer::{
            Deed, Going, Lack, Notice, Stage, Words,
            identity::how,
            notice_address,
            sealing::{Step, step},
        },
        event::Toast,
        fault::Fault,
        login::Generation,
        rights::offer::Now,
        sheets::Op,
    },
    texts::Pick,
};
use einwurf_protocol::{
    VERSION,
    api::staff::Notify,
    ids::{Cid, MessageId},
    sheet::Identified,
};
use leptos::prelude::*;
use rand_core::Rng as _;

/// Conflicts after which a conversation counts as too busy.
const TRIES: usize = 5;

/// How an answer ended that did not fail.
enum Outcome {
    /// It is stored at this position.
    Arrived(u64),
    /// A colleague was quicker.
    Colleague,
}

/// Answers what somebody does.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Send(cid) => send(app, cid, false),
        Deed::Anyway(cid) => send(app, cid, true),
        Deed::Notify(cid) => notify(app, cid),
        Deed::Callback(cid, open) => {
            app.answers.update(|answers| answers.callback(cid, open));
            focus_soon(if open { "callback-number" } else { "answer" });
        }
        Deed::CalledBack(cid) => called_back(app, cid),
        Deed::Uncalled(cid) => {
            app.answers.update(|answers| answers.uncalled(cid));
            send(app, cid, false);
        }
        Deed::Unidentify(cid) => work::one(app, cid, &Op::Identify(None), |t| &t.callback_undone),
        Deed::CopyPhone(cid) => {
            if let Some(phone) = letter(app, cid).and_then(|letter| letter.contact.phone) {
                copy(app, phone);
            }
        }
        Deed::Another(cid) => {
            app.answers.update(|answers| answers.another(cid));
            focus_soon("answer");
        }
    }
}

fn send(app: App, cid: Cid, anyway: bool) {
    let (Some(letter), Some(address)) = (letter(app, cid), address(app, cid)) else { return };
    let now = Now { letter: &letter, certified: app.certified.get_untracked(), at: clock::relay_now() };
    if now.may_answer().is_err() {
        return;
    }
    let mut id = MessageId([0; 16]);
    random::rng().fill_bytes(&mut id.0);
    if !app.files.with_untracked(|files| files.is_ready(cid)) {
        app.answers.update(|answers| answers.lacks(cid, Lack::Files));
        return focus_soon("answer-care");
    }
    let (words, mut going) = (words(app, cid), None);
    let called = app.desk.with_untracked(|desk| desk.sheets.sheet(cid).is_some_and(is_identified));
    let mut asks = false;
    app.answers.update(|answers| asks = answers.asks_for_call(cid, &words, called));
    if asks {
        return focus_soon("answer-callback");
    }
    app.answers.update(|answers| {
        going = if anyway {
            answers.anyway(cid, &letter, words, id)
        } else {
            answers.send(cid, &letter, words, id)
        };
    });
    let Some(going) = going else { return focus_soon(said(app, cid)) };
    let then = move |outcome| settled(app, cid, &outcome);
    let act = async move |began| keyed(app, async || deliver(app, began, cid, &address, &going).await).await;
    during(app, act, then);
}

fn is_identified(sheet: &einwurf_protocol::sheet::Sheet) -> bool {
    sheet.identified.is_some()
}

/// Records that somebody called, and sends what is typed, if anything is.
fn called_back(app: App, cid: Cid) {
    let typed = app.answers.with_untracked(|answers| answers.of(cid));
    let me = app.desk.with_untracked(|desk| desk.me);
    let (Some(how), Some(by)) = (how(&typed.called), me) else {
        app.answers.update(|answers| answers.lacks(cid, Lack::Number));
        return focus_soon("answer-care");
    };
    let identified = Identified { at: clock::now(), by, how };
    work::one(app, cid, &Op::Identify(Some(identified)), |t| &t.callback_done);
    app.answers.update(|answers| answers.callback(cid, false));
    let empty = words(app, cid).text.trim().is_empty();
    if empty {
        focus_soon("answer");
    } else {
        // What was just recorded counts, even before the relay has it.
        app.answers.update(|answers| answers.uncalled(cid));
        send(app, cid, false);
    }
}

fn words(app: App, cid: Cid) -> Words {
    let typed = app.answers.with_untracked(|answers| answers.text(cid).to_owned());
    let text = if typed.trim().is_empty() { files::instead(app, cid).unwrap_or(typed) } else { typed };
    let picked = app.files.with_untracked(|files| files.picked(cid).iter().map(|one| one.number).collect());
    Words { text, files: picked }
}

/// Where the composer says what happened.
fn said(app: App, cid: Cid) -> &'static str {
    match app.answers.with_untracked(|answers| answers.stage(cid)) {
        Stage::Colleague => "answer-colleague",
        Stage::Lacks(_) | Stage::Failed(_) => "answer-care",
        Stage::Arrived => "answer-good",
        Stage::Callback => "answer-callback",
        Stage::Writing | Stage::Sending => "answer",
    }
}

async fn deliver(
    app: App,
    began: Generation,
    cid: Cid,
    address: &str,
    going: &Going,
) -> Result<Outcome, Fault> {
    let files = files::seal(app, cid).await.map_err(|_| Fault::Device)?;
    for _ in 0..TRIES {
        let conversation = fresh(app, began, |access| api::conversation(access, address)).await?;
        let step = app.vault.with_value(|vault| {
            let staff = vault.staff.as_ref().filter(|_| goes_on(app, began)).ok_or(Fault::Refused)?;
            step(staff, &conversation, cid, (going, &files), (clock::relay_now(), &mut random::rng()))
        })?;
        let (body, seq) = match step {
            Step::Post(body, seq) => (body, seq),
            Step::There(seq) => return Ok(Outcome::Arrived(seq)),
            Step::Colleague => return Ok(Outcome::Colleague),
        };
        match fresh(app, began, |access| api::answer(access, address, &body)).await {
            Ok(_) => return Ok(Outcome::Arrived(seq)),
            Err(Fault::Newer) => {}
            Err(Fault::Limit) => return Err(Fault::Full),
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Newer)
}

fn settled(app: App, cid: Cid, outcome: &Result<Outcome, Fault>) {
    let arrived = matches!(outcome, Ok(Outcome::Arrived(_)));
    app.answers.update(|answers| match outcome {
        Ok(Outcome::Arrived(seq)) => answers.arrived(cid, *seq),
        Ok(Outcome::Colleague) => answers.outrun(cid),
        Err(fault) => answers.failed(cid, *fault),
    });
    tell(app, cid);
    if arrived {
        files::follow(app, cid);
        notify(app, cid);
    }
    // Whatever it was, there is something to see: the answer, a colleague's, or why there can be none.
    app.desk.update(|desk| desk.outdate(cid));
    desk::refresh(app);
}

/// On the screen if the conversation is still open, else in a line at the bottom.
fn tell(app: App, cid: Cid) {
    if app.desk.with_untracked(|desk| desk.open) == Some(cid) {
        return focus_soon(said(app, cid));
    }
    let arrived = app.answers.with_untracked(|answers| answers.stage(cid)) == Stage::Arrived;
    let text: Pick = if arrived { |t| &t.answer_arrived } else { |t| &t.answer_failed };
    app.toast.set(Some(Toast { text, undo: None }));
}

/// Has the visitor told by mail that there is an answer.
fn notify(app: App, cid: Cid) {
    let (Some(letter), Some(address)) = (letter(app, cid), address(app, cid)) else { return };
    let Some(email) = notice_address(&letter).map(str::to_owned) else { return };
    let body = Notify { v: VERSION, email, register: letter.register() };
    app.answers.update(|answers| answers.told(cid, Notice::Going));
    let act =
        async move |began| fresh(app, began, |access| api::notify(access, &address, &body)).await.map(drop);
    let then = move |answer: Result<(), Fault>| {
        app.answers.update(|answers| answers.told(cid, Notice::of(answer)));
    };
    during(app, act, then);
}
