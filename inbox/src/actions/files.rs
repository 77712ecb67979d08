//! Files: chosen, read and cleaned, sealed with their answer, sent after it; and those that came, fetched, checked, shown
//! or saved.

mod again;
mod fetch;

use super::{
    desk::{address, letter},
    lock::{access, during, failed, goes_on, is_current},
};
use crate::{
    api,
    app::App,
    effects::{
        attach::{self, Headers, Prepared, Sealed, Stop, Way, Word},
        device, dom, http,
    },
    state::{
        answer::sealing,
        event::Toast,
        files::{self, Deed, Found, Going, Refusal},
        login::Generation,
    },
    texts::Pick,
};
use einwurf_protocol::{
    api::{header, path, visitor::Declared},
    ids::{Cid, MessageId},
    manifest::Code,
    notice::Register,
    possession::Request,
};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, rc::Rc};
use wasm_bindgen::JsValue;

use again::Again;
pub(super) use again::{returned, suspend};
pub(super) use fetch::contents;

/// What the module holds for this page.
#[derive(Default)]
pub struct Held {
    /// As they were chosen, until they are ready.
    chosen: BTreeMap<u32, JsValue>,
    /// Files of answers being written.
    prepared: BTreeMap<u32, Prepared>,
    /// Those that were sealed, with what they show: sealed again only if that has changed.
    sealed: BTreeMap<u32, (String, Sealed)>,
    /// Those that go out, by their attachment's id.
    going: BTreeMap<MessageId, Sent>,
    /// Those that the end of a session interrupted.
    again: BTreeMap<Cid, Vec<Again>>,
}

/// A file on its way.
struct Sent {
    sealed: Sealed,
    stop: Stop,
    cid: Cid,
    again: Again,
}

/// Answers what somebody does.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Pick(cid) => pick(app, cid, dom::take_files(&format!("files-{cid}"))),
        Deed::Remove(cid, number) => remove(app, cid, number),
        Deed::Unclean(cid, number) => read(app, cid, number, true),
        Deed::Show(cid, id) => fetch::fetch(app, cid, id, true),
        Deed::Save(cid, id) => fetch::fetch(app, cid, id, false),
        Deed::Hide(id) => app.files.update(|files| files.hide(id)),
        Deed::Stop(id) => stop(app, id),
        Deed::Resume(cid, id) => send(app, cid, id),
    }
}

/// Files were dropped or pasted anywhere on the page: they are for the answer in sight.
pub(super) fn given(app: App, given: Vec<JsValue>) {
    let open = app.desk.with_untracked(|desk| desk.open);
    if let Some(cid) = open.filter(|_| dom::is_there("answer")) {
        pick(app, cid, given);
    }
}

fn pick(app: App, cid: Cid, chosen: Vec<JsValue>) {
    let mut many = false;
    for file in chosen {
        let mut number = None;
        app.files.update(|files| number = files.pick(cid, &dom::file_name(&file)));
        let Some(number) = number else {
            many = true;
            break;
        };
        app.held.update_value(|held| drop(held.chosen.insert(number, file)));
        read(app, cid, number, false);
    }
    if many {
        app.toast.set(Some(Toast { text: |t| &t.file_many, undo: None }));
    }
}

/// Reads and cleans a chosen file.
fn read(app: App, cid: Cid, number: u32, unclean: bool) {
    let Some(file) = app.held.with_value(|held| held.chosen.get(&number).cloned()) else { return };
    let words = words(app, cid);
    app.files.update(|files| files.prepares(cid, number, 0.0));
    let place = app.files.with_untracked(|files| files.place(cid, number));
    let act = async move |began| -> Result<Prepared, Word> {
        loaded(app).await?;
        let progress = move |done| {
            if goes_on(app, began) {
                app.files.update(|files| files.prepares(cid, number, done));
            }
        };
        let words = [words[0].as_str(), words[1].as_str(), words[2].as_str()];
        attach::prepare(&file, unclean, place, words, progress).await
    };
    let then = move |prepared: Result<Prepared, Word>| match prepared {
        Ok(prepared) => ready(app, cid, number, prepared),
        Err(word) => app.files.update(|files| files.refuse(cid, number, Refusal::of(&word))),
    };
    during(app, act, then);
}

fn ready(app: App, cid: Cid, number: u32, prepared: Prepared) {
    let found = Found {
        name: prepared.name.clone(),
        length: prepared.length,
        picture: prepared.picture,
        preview: prepared.preview.clone(),
    };
    let mut waits = false;
    app.files.update(|files| waits = files.ready(cid, number, found));
    if waits {
        app.held.update_value(|held| drop(held.prepared.insert(number, prepared)));
    } else {
        attach::release(&prepared);
    }
}

fn remove(app: App, cid: Cid, number: u32) {
    app.files.update(|files| files.remove(cid, number));
    forget(app, number);
}

fn forget(app: App, number: u32) {
    app.held.update_value(|held| {
        held.chosen.remove(&number);
        held.sealed.remove(&number);
        if let Some(prepared) = held.prepared.remove(&number) {
            attach::release(&prepared);
        }
    });
}

/// Neutral names are in the visitor's language.
fn words(app: App, cid: Cid) -> [String; 3] {
    let register = letter(app, cid).map_or(Register::DeFormal, |letter| letter.register());
    let picks: [Pick; 3] = [|t| &t.file_word_picture, |t| &t.file_word_video, |t| &t.file_word_document];
    picks.map(|pick| app.text_in(register, pick))
}

fn code(app: App) -> Option<Code> {
    app.vault.with_value(|vault| vault.staff.as_ref().map(|staff| staff.manifest().code.clone()))
}

async fn loaded(app: App) -> Result<(), Word> {
    let code = code(app).ok_or("failed")?;
    attach::load(&app.relay.get_value(), &code).await
}

/// What an answer says that has files and no text.
pub(super) fn instead(app: App, cid: Cid) -> Option<String> {
    let count = app.files.with_untracked(|files| files.picked(cid).len());
    let register = letter(app, cid).map(|letter| letter.register())?;
    (count > 0).then(|| app.date_in(register, |dates| dates.texts.file_text.of(count)))
}

/// Seals the files of an answer. The same files are sealed once, however often their answer is tried.
pub(super) async fn seal(app: App, cid: Cid) -> Result<sealing::Files, Word> {
    let picked = app.files.with_untracked(|files| files.picked(cid).to_vec());
    let mut sealed = sealing::Files::default();
    for one in picked {
        let before = app.held.with_value(|held| {
            let (description, sealed) = held.sealed.get(&one.number)?;
            (*description == one.description).then(|| sealed.clone())
        });
        let file = if let Some(sealed) = before {
            sealed
        } else {
            let prepared =
                app.held.with_value(|held| held.prepared.get(&one.number).cloned()).ok_or("failed")?;
            let file = attach::seal(&prepared, cid, &one.description).await?;
            let kept = (one.description.clone(), file.clone());
            app.held.update_value(|held| drop(held.sealed.insert(one.number, kept)));
            file
        };
        sealed.declared.push(Declared { id: file.attachment.id, bytes: file.bytes });
        sealed.attachments.push(file.attachment);
    }
    Ok(sealed)
}

/// Their answer has arrived: now they go after it.
pub(super) fn follow(app: App, cid: Cid) {
    let mut picked = Vec::new();
    app.files.update(|files| picked = files.sent(cid));
    for one in picked {
        let held = app.held.with_value(|held| {
            let (_, sealed) = held.sealed.get(&one.number)?;
            Some((sealed.clone(), held.chosen.get(&one.number)?.clone()))
        });
        forget(app, one.number);
        let Some((sealed, file)) = held else { continue };
        let (id, again) = (sealed.attachment.id, Again { file, description: one.description });
        let sent = Sent { sealed, stop: Stop::new(), cid, again };
        app.held.update_value(|held| drop(held.going.insert(id, sent)));
        send(app, cid, id);
    }
}

/// Sends what is missing of a file.
fn send(app: App, cid: Cid, id: MessageId) {
    let Some(address) = address(app, cid) else { return };
    let stop = Stop::new();
    let sealed = app.held.try_update_value(|held| {
        let sent = held.going.get_mut(&id)?;
        sent.stop = stop.clone();
        Some(sent.sealed.clone())
    });
    let Some(sealed) = sealed.flatten() else { return };
    let missing = app.files.with_untracked(|files| files.stored(id).map(|state| state.missing.clone()));
    app.files.update(|files| files.goes(id, Going::At(0, sealed.bytes)));
    let act = async move |began| {
        let way = way(app, began, address, ("PUT", path::INBOX_ATTACHMENT));
        let progress = move |done, all| {
            if goes_on(app, began) {
                app.files.update(|files| files.goes(id, Going::At(done, all)));
            }
        };
        attach::upload(&sealed, &way, missing.as_deref(), &stop, progress).await
    };
    let then = move |sent: Result<(), Word>| {
        match sent {
            Ok(()) => {
                app.held.update_value(|held| drop(held.going.remove(&id)));
                app.files.update(|files| files.arrived(id));
            }
            Err(word) if word == "aborted" => app.files.update(|files| files.goes(id, Going::Stopped)),
            Err(word) => app.files.update(|files| files.goes(id, Going::Failed(files::fault(&word)))),
        }
        look(app, cid);
    };
    during(app, act, then);
}

fn stop(app: App, id: MessageId) {
    app.held.with_value(|held| {
        if let Some(sent) = held.going.get(&id) {
            sent.stop.stop();
        }
    });
}

/// Each request carries a proof of its own.
fn way(app: App, began: Generation, address: String, asked: (&'static str, &'static str)) -> Way {
    let relay = app.relay.get_value();
    let (method, path) = asked;
    let headers = move || -> Headers {
        let (relay, address) = (app.relay.get_value(), address.clone());
        Box::pin(async move {
            let access = access(app).filter(|_| goes_on(app, began))?;
            let (url, token) = (format!("{relay}{path}"), access.secret.to_string());
            let request = Request { method, url: &url, token: Some(&token) };
            let proof = device::prove(&relay, &access.site, &request).await?;
            Some(vec![
                (header::SITE, access.site),
                (header::AUTHORIZATION, format!("Bearer {token}")),
                (header::CONVERSATION, address),
                (header::POSSESSION, proof),
            ])
        })
    };
    Way { relay, path, headers: Rc::new(headers) }
}

/// Asks what the relay has of the files of a conversation, if it has any.
pub(super) fn look(app: App, cid: Cid) {
    let Some(letter) = letter(app, cid) else { return };
    if app.files.with_untracked(|files| files.is_interrupted_in(cid)) {
        again::take_up(app, cid);
    }
    let has = letter.items.iter().any(|item| !item.files.is_empty());
    let (Some(access), Some(address), true) = (access(app), address(app, cid), has) else { return };
    spawn_local(async move {
        let states = http::send(&app.relay.get_value(), api::attachments(&access, &address)).await;
        if !is_current(app, &access) {
            return;
        }
        match states {
            Ok(states) => app.files.update(|files| files.take(states)),
            // What is shown of the files stays as it is; a session that ended ends.
            Err(failure) => drop(failed(app, &failure)),
        }
    });
}

/// Somebody else is in, or nobody: nothing stays.
pub(super) fn clear(app: App) {
    app.held.update_value(|held| {
        held.prepared.values().for_each(attach::release);
        held.going.values().for_each(|sent| sent.stop.stop());
        *held = Held::default();
    });
    app.files.set(files::Files::default());
}

/// Now and then the page has to be asked whether files are there.
pub(super) fn look_at_open(app: App) {
    if let Some(cid) = app.desk.with_untracked(|desk| desk.open) {
        look(app, cid);
    }
}
