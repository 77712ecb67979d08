//! `einwurf export`: conversations as files, opened, with the proofs of consent as `einwurf verify` reads them.

use crate::{
    desk::{
        Desk, Place, Stop,
        folder::{make, replace},
        relay::Call,
        stop,
    },
    pull::{self, Item},
    reply::{code, find},
    texts::Texts,
};
use clap::Args;
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{Entry, Exported, Proofs},
    },
    consent::Grant,
    ids::Digest,
    jws,
    record::verify_records,
    time::Timestamp,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is written where.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The conversation: its code, or its id; all if none is named.
    #[arg(value_name = "CONVERSATION", allow_hyphen_values = true)]
    conversation: Option<String>,
    /// Folder for the files: CODE.json, and CODE.proof.json for `einwurf verify`.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    stop::end(options.place.language(), export(options))
}

fn export(options: &Options) -> Result<u8, Stop> {
    let named = options.conversation.as_deref().map(code).transpose()?;
    make(&options.out).map_err(|cause| Stop::file(&options.out, &cause))?;
    let (_folder, desk) = Desk::open(&options.place)?;
    let outcome = write_all(&desk, named.as_deref(), options);
    desk.leave();
    outcome
}

fn write_all(desk: &Desk, named: Option<&str>, options: &Options) -> Result<u8, Stop> {
    let entries = match named {
        Some(code) => vec![find(desk, code)?],
        None => all(desk)?,
    };
    let language = options.place.language();
    let (mut written, mut worst) = (0_usize, 0);
    for entry in &entries {
        match write(desk, entry, &options.out) {
            Ok(()) => written += 1,
            Err(stop) if stop.is_general() => return Err(stop),
            Err(stop) => {
                worst = worst.max(stop.code());
                stop::say(&stop.sentence(language));
            }
        }
    }
    stop::say(&Texts::of_desk(language).say("exported", &[("count", &written.to_string())]));
    Ok(worst)
}

/// The whole list, without what is erased.
fn all(desk: &Desk) -> Result<Vec<Entry>, Stop> {
    let mut entries = desk.list(Timestamp(0))?;
    entries.retain(|entry| entry.erasure.is_none());
    Ok(entries)
}

fn write(desk: &Desk, entry: &Entry, out: &Path) -> Result<(), Stop> {
    let code = entry.cid.code();
    if entry.erasure.is_some() {
        return Err(Stop::left("gone").with("code", code));
    }
    if entry.restricted.is_some() {
        return Err(Stop::left("restricted").with("code", code));
    }
    let clean = pull::read(desk, entry)?;
    let mut items = Vec::new();
    for event in &clean.thread.entries {
        items.extend(pull::gather(desk, entry, event, |_| true)?.as_ref().map(Item::json));
    }
    let file = json!({
        "typ": "einwurf-conversation/1",
        "site": desk.staff.site.key,
        "cid": entry.cid,
        "entry": entry,
        "items": items,
        "conversation": clean.conversation,
    });
    put(&out.join(format!("{code}.json")), &file)?;
    if let Some(proof) = proof(desk, entry)? {
        put(&out.join(format!("{code}.proof.json")), &proof)?;
    }
    // The staff log says that it left the relay.
    let told = Call::json(path::INBOX_EXPORTED, &Exported { v: VERSION });
    desk.ask(told.about(entry)).map(|_| ())
}

fn put(path: &Path, value: &Value) -> Result<(), Stop> {
    let json = serde_json::to_vec_pretty(value).map_err(|cause| Stop::file(path, &cause.into()))?;
    replace(path, &json).map_err(|cause| Stop::file(path, &cause))
}

/// The proof in the form of `docs/protocol.md` section 7.4; none while it is on its way to where proofs are kept.
fn proof(desk: &Desk, entry: &Entry) -> Result<Option<Value>, Stop> {
    let proofs: Proofs = desk.ask(Call::get(path::INBOX_PROOF).about(entry))?.json()?;
    if proofs.proofs.is_empty() {
        return Ok(None);
    }
    let (site, key) = (&desk.staff.site, desk.staff.site.manifest.relay.log_key);
    let sound = proofs.log_key == key
        && proofs.proofs.iter().all(|proof| {
            let records = || proof.records.iter().map(String::as_str);
            proof.cid == entry.cid
                && site.reads.iter().any(|site| verify_records(records(), &key, (site, &proof.cid)).is_ok())
        });
    if !sound {
        return Err(Stop::trust("forged").with("code", entry.cid.code()));
    }
    let mut notices = Vec::new();
    for digest in named(&proofs) {
        let call = Call::get(path::NOTICE).header(header::NOTICE, &digest.to_string());
        // A notice that nobody has any more is no reason to keep the rest back.
        if let Some(text) = desk.relay.ask(&call).ok().and_then(|answer| String::from_utf8(answer.0).ok()) {
            notices.push(text);
        }
    }
    let mut file = json!({
        "typ": "einwurf-proofs/1",
        "site": site.key,
        "notices": notices,
        "log_key": proofs.log_key,
        "proofs": proofs.proofs,
    });
    let manifest = desk.relay.ask(&Call::get(path::MANIFEST)).ok();
    let manifest = manifest.and_then(|answer| String::from_utf8(answer.0).ok());
    for (name, value) in [("manifest", manifest), ("head", proofs.head)] {
        if let (Some(value), Some(members)) = (value, file.as_object_mut()) {
            members.insert(name.to_owned(), Value::from(value));
        }
    }
    Ok(Some(file))
}

/// Digests of the notices that grants name, each once.
fn named(proofs: &Proofs) -> BTreeSet<Digest> {
    let grants = proofs.proofs.iter().flat_map(|proof| &proof.grants);
    grants
        .filter_map(|grant| Some(jws::verify_json::<Grant>(grant, jws::GRANT).ok()?.payload.notice))
        .collect()
}
