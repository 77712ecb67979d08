//! Files that came: fetched when somebody asks for one, and checked as a whole.

use super::{address, letter, loaded, way};
use crate::{
    actions::{
        lock::{during, goes_on},
        reauth::fresh,
    },
    api,
    app::App,
    effects::attach::{self, Opened, Word},
    state::{
        fault::Fault,
        files::{self, Look, SHOWN_BYTES, frame, is_shown},
        login::Generation,
    },
};
use einwurf_protocol::{
    api::path,
    ids::{Cid, MessageId},
    message::Attachment,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

fn attachment(app: App, cid: Cid, id: MessageId) -> Option<Attachment> {
    let letter = letter(app, cid)?;
    letter.items.iter().flat_map(|item| &item.files).find(|file| file.id == id).cloned()
}

/// Fetches a file that came and checks all of it, to show or to save it.
pub(super) fn fetch(app: App, cid: Cid, id: MessageId, show: bool) {
    let (Some(attachment), Some(address)) = (attachment(app, cid, id), address(app, cid)) else { return };
    let busy = app.files.with_untracked(|files| matches!(files.look(id), Some(Look::Fetching(..))));
    let bytes = app.files.with_untracked(|files| files.stored(id).map(|state| state.bytes));
    let (Some(bytes), false) = (bytes, busy) else { return };
    app.files.update(|files| files.looks(id, Look::Fetching(0, bytes)));
    let act = async move |began| open(app, began, (cid, attachment, bytes), address, show).await;
    let then = move |look: Result<Look, Word>| {
        let look = look.unwrap_or_else(|word| match word.as_str() {
            "broken" => Look::Broken,
            other => Look::Failed(files::fault(other)),
        });
        app.files.update(|files| files.looks(id, look));
    };
    during(app, act, then);
}

async fn open(
    app: App,
    began: Generation,
    (cid, attachment, bytes): (Cid, Attachment, u64),
    address: String,
    show: bool,
) -> Result<Look, Word> {
    loaded(app).await?;
    let id = attachment.id;
    let way = way(app, began, address, ("GET", path::INBOX_ATTACHMENT));
    let progress = move |done, all| {
        if goes_on(app, began) {
            app.files.update(|files| files.looks(id, Look::Fetching(done, all)));
        }
    };
    let opened = attach::download(&attachment, bytes, cid, &way, progress).await?;
    if !show {
        let saved = goes_on(app, began) && attach::save(&opened);
        return if saved { Ok(Look::Saved) } else { Err("failed".to_owned()) };
    }
    let fits = is_shown(&opened.kind) && attachment.length <= SHOWN_BYTES;
    let address = if fits { shown(&opened).await } else { None };
    let words = attachment.description.clone().unwrap_or_else(|| files::plain(&attachment.name));
    Ok(address.map_or(Look::Unshown, |address| Look::Shown(frame(&address, &words))))
}

async fn shown(opened: &Opened) -> Option<String> {
    let address = attach::address(&opened.blob).await?;
    // The address names the type that was found by content.
    address.starts_with("data:image/").then_some(address)
}

/// Contents of files as `data:` addresses, for a copy that is taken out: those of which all is there.
pub(in crate::actions) async fn contents(
    app: App,
    began: Generation,
    cid: Cid,
    address: &str,
    wanted: Vec<Attachment>,
) -> Result<BTreeMap<MessageId, String>, Fault> {
    let mut contents = BTreeMap::new();
    if wanted.is_empty() {
        return Ok(contents);
    }
    let states = fresh(app, began, |access| api::attachments(access, address)).await?;
    loaded(app).await.map_err(|_| Fault::Papers)?;
    for file in wanted {
        let state = states.attachments.iter().find(|state| state.id == file.id);
        let Some(state) = state.filter(|state| state.missing.is_empty()) else { continue };
        let way = way(app, began, address.to_owned(), ("GET", path::INBOX_ATTACHMENT));
        match attach::download(&file, state.bytes, cid, &way, |_, _| {}).await {
            Ok(opened) => {
                let content = attach::address(&opened.blob).await.ok_or(Fault::Device)?;
                contents.insert(file.id, content);
            }
            // What is not what was sealed is named and not copied.
            Err(word) if word == "broken" => {}
            Err(word) => return Err(files::fault(&word)),
        }
    }
    Ok(contents)
}
