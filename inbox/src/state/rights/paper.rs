//! What goes out as a file: a conversation for its person or for the company's records (`docs/protocol.md` section 16.5),
//! and proofs of consent (section 7.4). Only what was opened here goes in; the relay's answers go in as they came.

use crate::state::{fault::Fault, files::plain, keyring::Site};
use einwurf_protocol::{
    api::{
        staff::{Conversation, Entry, Proof, Proofs},
        visitor::{Data, Events, Kept, Receipt, StoredEvent},
    },
    consent::Choices,
    event::Direction,
    ids::{Cid, Digest, MessageId, Thumbprint},
    jws,
    manifest::{Expected, Manifest},
    message::{Attachment, Payload},
    record::verify_records,
    roster::MemberCertificate,
    time::Timestamp,
};
use einwurf_seal::{Reading, Thread};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where a conversation's file comes from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// As the relay answered.
    pub conversation: &'a Conversation,
    /// The same, opened.
    pub thread: &'a Thread,
    /// Its row in the list.
    pub entry: &'a Entry,
    /// Its proof, as far as the relay has it.
    pub proof: Option<&'a Proof>,
    /// The manifest in force (compact JWS), verified.
    pub manifest: Option<&'a str>,
    /// Contents of its files, as far as all of them are there: `data:` addresses of what was checked.
    pub files: &'a BTreeMap<MessageId, String>,
    /// Notices that its grants name.
    pub notices: &'a [String],
    /// What members' certificates are read with.
    pub reading: Reading<'a>,
    /// Address of the page that checks a receipt.
    pub check: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// The bag of section 16.5. With `parts`, their content and no other goes in: of all else only what the chain needs.
pub fn bag(source: &Source<'_>, parts: Option<&BTreeSet<u64>>) -> Result<Value, Fault> {
    let first = source.conversation.events.first().ok_or(Fault::Misunderstood)?;
    let site = first.read().map_err(|_| Fault::Misunderstood)?.header.site;
    let events = limited(&source.conversation.events, parts)?;
    let receipt = receipt(source, &events);
    let data = Data { conversation: conversation(source, events), receipt, stored: stored(source.entry) };
    let mut bag = json!({
        "now": source.now,
        "site": site,
        "cid": source.thread.cid,
        "notices": source.notices,
        "receipt": data.receipt,
        "data": data,
        "thread": thread(source, parts),
        "check": source.check,
    });
    let more = [
        ("manifest", source.manifest.map(Value::from)),
        // What was handed over needs no word of health or belief that is not in it.
        ("choices", choices(source.thread).filter(|_| parts.is_none()).map(|choices| json!(choices))),
    ];
    for (name, value) in more {
        if let (Some(value), Some(members)) = (value, bag.as_object_mut()) {
            members.insert(name.to_owned(), value);
        }
    }
    Ok(bag)
}

/// All else is reduced to what is left of an erased event.
fn limited(events: &[StoredEvent], parts: Option<&BTreeSet<u64>>) -> Result<Vec<StoredEvent>, Fault> {
    let Some(parts) = parts else { return Ok(events.to_vec()) };
    let reduce = |stored: &StoredEvent| {
        let event = stored.read().map_err(|_| Fault::Misunderstood)?;
        let whole = parts.contains(&event.header.seq);
        let kept = if whole { stored.kept.clone() } else { Kept::Erased(event.remains()) };
        Ok(StoredEvent { kept, at: stored.at })
    };
    events.iter().map(reduce).collect()
}

fn receipt(source: &Source<'_>, events: &[StoredEvent]) -> Receipt {
    let (proof, conversation) = (source.proof, source.conversation);
    let grants = conversation.grants.iter().map(|stored| stored.grant.clone()).collect();
    let erasure = source.entry.erasure.map(|erasure| erasure.at);
    Receipt {
        grants: proof.map_or(grants, |proof| proof.grants.clone()),
        records: proof.map(|proof| proof.records.clone()).unwrap_or_default(),
        events: events.to_vec(),
        withdrawn: proof.and_then(|proof| proof.withdrawal.as_ref()).and(erasure),
        erased: None,
        hold: conversation.hold,
        deleted: conversation.deleted,
        proof_until: proof.map_or_else(|| source.entry.newest.proof_until(), |proof| proof.until),
    }
}

fn conversation(source: &Source<'_>, events: Vec<StoredEvent>) -> Events {
    let Conversation { grants, deleted, restricted, hold, .. } = source.conversation;
    Events { grants: grants.clone(), events, deleted: *deleted, restricted: *restricted, hold: *hold }
}

/// What the list knows beside it.
fn stored(entry: &Entry) -> BTreeMap<String, Vec<String>> {
    let values = [
        ("opened", entry.opened.0.to_string()),
        ("newest", entry.newest.0.to_string()),
        ("events", entry.events.to_string()),
        ("read", entry.read.to_string()),
        ("done", entry.done.to_string()),
        ("deleted", entry.deleted.0.to_string()),
    ];
    values.into_iter().map(|(name, value)| (format!("inbox.index.{name}"), vec![value])).collect()
}

/// The newest choices that a grant names.
fn choices(thread: &Thread) -> Option<Choices> {
    let payloads = thread.entries.iter().rev().filter_map(|entry| entry.payload.as_ref());
    let named =
        |choices: &Choices| thread.grants.iter().any(|(grant, _)| grant.choices == Some(choices.digest()));
    payloads.filter_map(|payload| payload.choices).find(named)
}

fn thread(source: &Source<'_>, parts: Option<&BTreeSet<u64>>) -> Vec<Value> {
    let wanted = |seq: &u64| parts.is_none_or(|parts| parts.contains(seq));
    let entries = source.thread.entries.iter().filter(|entry| wanted(&entry.seq));
    entries
        .map(|entry| {
            let mut line = json!({ "seq": entry.seq, "at": entry.at });
            let from = if entry.direction == Direction::ToStaff { "visitor" } else { "staff" };
            set(&mut line, "from", Some(from));
            match &entry.payload {
                None => set(&mut line, "erased", Some(true)),
                Some(payload) => say(&mut line, payload, source, entry.at),
            }
            line
        })
        .collect()
}

fn say(line: &mut Value, payload: &Payload, source: &Source<'_>, at: Timestamp) {
    let message = &payload.message;
    set(line, "name", message.name().map(str::to_owned).or_else(|| member(payload, source, at)));
    set(line, "text", Some(message.text()));
    set(line, "email", message.email());
    set(line, "phone", message.phone());
    set(line, "wish", message.wish());
    set(line, "page", payload.page.clone().map(String::from));
    set(line, "topic", payload.topic.clone().map(String::from));
    set(line, "told", payload.told.as_ref());
    let files: Vec<_> = payload.attachments.iter().map(|file| filed(file, source)).collect();
    set(line, "files", Some(files).filter(|files| !files.is_empty()));
    if let Some(Value::Object(act)) = payload.act.as_ref().map(|act| json!(act)) {
        set(line, "act", act.get("act"));
        set(line, "until", act.get("until"));
    }
}

/// A file, with its content if all of it is there.
fn filed(file: &Attachment, source: &Source<'_>) -> Value {
    let mut line = json!({ "name": plain(&file.name), "type": *file.media_type, "length": file.length });
    set(&mut line, "description", file.description.as_ref());
    set(&mut line, "content", source.files.get(&file.id));
    line
}

fn set(line: &mut Value, name: &str, value: Option<impl serde::Serialize>) {
    if let (Some(value), Some(members)) = (value, line.as_object_mut()) {
        members.insert(name.to_owned(), json!(value));
    }
}

/// The name in a member's certificate.
fn member(payload: &Payload, source: &Source<'_>, at: Timestamp) -> Option<String> {
    let Reading { site, former, revoked, .. } = source.reading;
    let certificate = payload.certificate.as_ref()?;
    let verified = MemberCertificate::verify(certificate, (&site, former), at, revoked).ok()?;
    Some(verified.name)
}

/// The style that stands in a page of ours.
pub fn style(page: &str) -> &str {
    let inner = |page: &'_ str| -> Option<(usize, usize)> {
        let start = page.find("<style>")? + "<style>".len();
        Some((start, start + page.get(start..)?.find("</style>")?))
    };
    inner(page).and_then(|(start, end)| page.get(start..end)).unwrap_or_default()
}

/// An export of proofs, as section 7.4 says.
pub fn proofs(proofs: &Proofs, site: Thumbprint, manifest: Option<&str>, notices: &[String]) -> Value {
    let mut file = json!({
        "typ": "einwurf-proofs/1",
        "site": site,
        "notices": notices,
        "log_key": proofs.log_key,
        "proofs": proofs.proofs,
    });
    set(&mut file, "manifest", manifest);
    set(&mut file, "head", proofs.head.as_deref());
    file
}

/// Whether the proofs are by the site's log key and hold: what is saved is said to hold only then.
pub fn is_sound(proofs: &Proofs, site: &Site) -> bool {
    let key = site.manifest.relay.log_key;
    let holds = |proof: &Proof| {
        let records = || proof.records.iter().map(String::as_str);
        site.reads.iter().any(|site| verify_records(records(), &key, (site, &proof.cid)).is_ok())
    };
    proofs.log_key == key && proofs.proofs.iter().all(holds)
}

/// Adds a further page. False if it does not go on where the one before ended, so that no relay can make it endless.
pub fn join(all: &mut Proofs, page: Proofs) -> bool {
    let last = all.proofs.last().map(|proof| proof.cid);
    let ascends = page.proofs.iter().try_fold(last, |last: Option<Cid>, proof| {
        last.is_none_or(|last| last < proof.cid).then_some(Some(proof.cid))
    });
    let goes_on = ascends.is_some() && !page.proofs.is_empty() && page.log_key == all.log_key;
    if goes_on {
        all.proofs.extend(page.proofs);
        all.after = page.after;
    }
    goes_on
}

/// Digests of the notices that grants name, each once.
pub fn notices<'g>(grants: impl IntoIterator<Item = &'g str>) -> BTreeSet<Digest> {
    let read = |compact: &str| {
        let verified = jws::verify_json::<einwurf_protocol::consent::Grant>(compact, jws::GRANT).ok()?;
        Some(verified.payload.notice)
    };
    grants.into_iter().filter_map(read).collect()
}

/// Whether a manifest that the relay serves is the site's, and not older than the one of the login.
pub fn is_manifest(compact: &str, site: &Site, relay: &str) -> bool {
    let Ok(claimed) = jws::verify_read::<Manifest>(compact, jws::MANIFEST) else { return false };
    let serial = site.manifest.serial;
    let expected = Expected { pins: &[site.key], relay, now: claimed.payload.nbf, serial };
    Manifest::verify(compact, &expected).is_ok()
}

#[cfg(test)]
mod tests;
