//! Acts: read the conversation anew, seal after its newest event, post; after a conflict the same once more.

use super::{address, api, clock, during, fresh, goes_on, id_of, keyed, letter, missing, say, settled};
use crate::{
    app::App,
    effects::random,
    state::{
        admin::Said,
        desk::letter::Letter,
        event::Toast,
        fault::Fault,
        login::Generation,
        rights::{
            Lack, Sending, View,
            offer::{No, Now},
            sealing::{Plan, Step, step},
            words::{Lifting, Telling, message},
        },
    },
    texts::Pick,
};
use einwurf_protocol::{ids::Cid, message::Act};
use leptos::prelude::*;

/// Conflicts after which a conversation counts as too busy.
const TRIES: usize = 5;

/// Does what the open page is about.
pub(super) fn send(app: App) {
    let now = clock::relay_now();
    let (cid, busy) = app.rights.with_untracked(|rights| (rights.cid, rights.said.is_busy()));
    let Some(cid) = cid.filter(|_| !busy) else { return };
    let Some(letter) = letter(app, cid) else { return };
    let act = app.rights.with_untracked(|rights| rights.act(&letter, now));
    match act {
        Ok(Some(act)) => {
            let reasons = app.rights.with_untracked(|rights| reasons(rights, &act));
            let lifting = reasons.as_deref().map_or(Lifting::Over, Lifting::GoOn);
            post(app, cid, &letter, act, lifting);
        }
        Ok(None) => {}
        Err(lack) => missing(app, lack),
    }
}

/// Only a decision after an objection has reasons.
fn reasons(rights: &crate::state::rights::Rights, act: &Act) -> Option<String> {
    let decides = rights.view == Some(View::Object) && *act == Act::Lift;
    decides.then(|| rights.given_reasons().ok().map(str::to_owned)).flatten()
}

/// Asks for consent to special categories.
pub(super) fn ask(app: App, cid: Cid) {
    if let Some(letter) = letter(app, cid) {
        post(app, cid, &letter, Act::Ask, Lifting::Over);
    }
}

/// Erases one message.
pub(super) fn erase_one(app: App, cid: Cid, seq: u64) {
    if let Some(letter) = letter(app, cid) {
        post(app, cid, &letter, Act::Erase { parts: vec![seq] }, Lifting::Over);
    }
}

fn post(app: App, cid: Cid, letter: &Letter, act: Act, lifting: Lifting<'_>) {
    let sentence = sentence(app, letter, &act, lifting);
    let busy = app.rights.with_untracked(|rights| rights.said.is_busy());
    let (Some(address), Some(words), false) = (address(app, cid), message(&sentence), busy) else { return };
    let id = id_of(app, Sending::Act(act.clone(), sentence));
    app.rights.update(|rights| {
        // What a click beside the messages begins counts for the conversation, too.
        rights.cid = Some(cid);
        rights.said = Said::Busy(|t| &t.rights_sending);
    });
    // A page says up to where it was read; a single click means the message that it stands at.
    let seen = app.rights.with_untracked(|rights| rights.view_of(cid).map_or(letter.last(), |_| rights.seen));
    let done = done(&act);
    let plan = Plan { act, words, id, seen };
    let then = move |outcome| settled(app, cid, outcome, done);
    let act = async move |began| keyed(app, async || deliver(app, began, cid, &address, &plan).await).await;
    during(app, act, then);
}

/// What the visitor reads of it.
pub(super) fn sentence(app: App, letter: &Letter, act: &Act, lifting: Lifting<'_>) -> String {
    let company = app.company.get_untracked();
    app.date_in(letter.register(), |dates| {
        Telling { dates: *dates, company: &company, lifting }.sentence(act)
    })
}

async fn deliver(app: App, began: Generation, cid: Cid, address: &str, plan: &Plan) -> Result<(), Fault> {
    for _ in 0..TRIES {
        let conversation = fresh(app, began, |access| api::conversation(access, address)).await?;
        let step = app.vault.with_value(|vault| {
            let staff = vault.staff.as_ref().filter(|_| goes_on(app, began)).ok_or(Fault::Refused)?;
            step(staff, &conversation, cid, plan, (clock::relay_now(), &mut random::rng()))
        })?;
        let Step::Post(body) = step else { return Ok(()) };
        match fresh(app, began, |access| api::act(access, address, &body)).await {
            Ok(_) => return Ok(()),
            Err(Fault::Newer) => {}
            Err(fault) => return Err(fault),
        }
    }
    Err(Fault::Newer)
}

/// What is said when it is done.
fn done(act: &Act) -> Pick {
    match act {
        Act::Handover { .. } => |t| &t.rights_handed_over,
        Act::Hold { .. } => |t| &t.rights_held,
        Act::Release => |t| &t.rights_released,
        Act::Restrict => |t| &t.rights_restricted,
        Act::Lift => |t| &t.rights_lifted,
        Act::Erase { .. } => |t| &t.rights_erased_parts,
        Act::Ask => |t| &t.rights_asked,
    }
}

/// Erases the whole conversation, after an objection also a restricted one: then the restriction ends first, and the
/// visitor is told.
pub(super) fn erase(app: App) {
    let (cid, aware, busy, view) =
        app.rights.with_untracked(|rights| (rights.cid, rights.aware, rights.said.is_busy(), rights.view));
    let Some(cid) = cid.filter(|_| !busy) else { return };
    if !aware {
        return missing(app, Lack::Aware);
    }
    let (Some(address), Some(letter)) = (address(app, cid), letter(app, cid)) else { return };
    let follows = view == Some(View::Object) && letter.terms.restricted.is_some();
    if follows && let Err(no) = may_agree(app, &letter) {
        return say(app, Said::Care(no.sentence()));
    }
    let lift = follows.then(|| lift(app, &letter)).flatten();
    say(app, Said::Busy(|t| &t.rights_sending));
    let then = move |outcome| settled(app, cid, outcome, |t| &t.rights_erased);
    let act = async move |began| {
        if let Some(plan) = lift {
            // Somebody may have set a hold since: then the erasure is refused, and the restriction must not end for it.
            let conversation = fresh(app, began, |access| api::conversation(access, &address)).await?;
            if conversation.hold.is_some_and(|hold| clock::relay_now() < hold.until) {
                return Err(Fault::Conflict);
            }
            keyed(app, async || deliver(app, began, cid, &address, &plan).await).await?;
        }
        match fresh(app, began, |access| api::erase(access, &address)).await {
            // Somebody was quicker: it is erased.
            Ok(_) | Err(Fault::Erased) => Ok(()),
            Err(fault) => Err(fault),
        }
    };
    during(app, act, then);
}

fn may_agree(app: App, letter: &Letter) -> Result<(), No> {
    Now { letter, certified: app.certified.get_untracked(), at: clock::relay_now() }.may_agree()
}

fn lift(app: App, letter: &Letter) -> Option<Plan> {
    let sentence = sentence(app, letter, &Act::Lift, Lifting::Agree);
    let words = message(&sentence)?;
    let id = id_of(app, Sending::Act(Act::Lift, sentence));
    Some(Plan { act: Act::Lift, words, id, seen: letter.last() })
}

/// Copies of an erased conversation are deleted.
pub(super) fn copies(app: App, cid: Cid) {
    let Some(address) = address(app, cid) else { return };
    let then = move |outcome: Result<(), Fault>| {
        let text: Pick = match outcome {
            Ok(()) => |t| &t.rights_copies_done,
            Err(fault) => fault.sentence(),
        };
        if outcome.is_ok() {
            app.desk.update(|desk| drop(desk.copies(cid, clock::relay_now())));
        }
        app.toast.set(Some(Toast { text, undo: None }));
    };
    during(
        app,
        async move |began| fresh(app, began, |access| api::copies(access, &address)).await.map(drop),
        then,
    );
}
