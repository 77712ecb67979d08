//! The checks of `docs/protocol.md` section 7.4, in its order. Each step takes what the one before has proven.

mod export;
mod grants;

use crate::{
    file::{File, Receipt},
    report::{Choices, Conversation, End, Fault, Message, Report, Step, Trust},
};
use einwurf_protocol::{
    VERSION,
    chain::{Chain, JoinError},
    consent::GrantError,
    es256::PublicKey,
    event::{Direction, Event, Kind},
    ids::{Digest, Thumbprint},
    jws,
    manifest::Manifest,
    record::{Record, What, grant_digest, verify_records},
    time::Timestamp,
};
use grants::Granted;

/// Checks a file against the pinned site keys, if there are any.
pub(crate) fn check(file: &File, pins: &[Thumbprint]) -> Report {
    match file {
        File::Receipt(file) => receipt(file, pins),
        File::Export(file) => export::check(file, pins),
    }
}

fn receipt(file: &Receipt, pins: &[Thumbprint]) -> Report {
    let mut report = empty(file.site);
    let first = file.records.first().and_then(|record| jws::read(record, jws::RECORD).ok());
    let vouched = vouched(file.manifest.as_deref(), &file.site, pins);
    match vouched.and_then(|manifest| log_key(manifest, first.map(|record| record.key), pins)) {
        Err(fault) => report.fault = Some(fault),
        Ok((manifest, log_key, trust)) => {
            report.trust = Some(trust);
            let conversation = conversation(file, manifest.as_ref(), &log_key);
            report.holds = conversation.fault.is_none();
            report.conversations.push(conversation);
        }
    }
    report
}

fn empty(site: Thumbprint) -> Report {
    Report { holds: false, site, trust: None, fault: None, conversations: Vec::new(), head: None }
}

/// Step 1: the manifest of the file, if there is one, is by a key of the site's line, and by a pinned one if any is.
fn vouched(
    manifest: Option<&str>,
    site: &Thumbprint,
    pins: &[Thumbprint],
) -> Result<Option<Manifest>, Fault> {
    let Some(compact) = manifest else {
        let pinned = !pins.is_empty();
        let fault = Fault::new(Step::Pin, None, "the file has no manifest");
        return if pinned { Err(fault) } else { Ok(None) };
    };
    let verified = jws::verify_json::<Manifest>(compact, jws::MANIFEST)
        .map_err(|error| Fault::new(Step::Manifest, None, error))?;
    let (signer, manifest) = (verified.key.thumbprint(), verified.payload);
    let of_site = signer == *site || manifest.succession.has(site);
    if manifest.v != VERSION || manifest.site != signer || !of_site {
        return Err(Fault::new(Step::Manifest, None, "of another site"));
    }
    if !pins.is_empty() && !pins.contains(&signer) {
        return Err(Fault::new(Step::Pin, None, format!("the manifest is signed by {signer}")));
    }
    Ok(Some(manifest))
}

/// The log key, by the manifest's word or else by the file's own.
fn log_key(
    manifest: Option<Manifest>,
    own: Option<PublicKey>,
    pins: &[Thumbprint],
) -> Result<(Option<Manifest>, PublicKey, Trust), Fault> {
    let named = manifest.as_ref().map(|manifest| manifest.relay.log_key).or(own);
    let key = named.ok_or_else(|| Fault::new(Step::Record, Some(0), "there is no record"))?;
    let signer = manifest.as_ref().map(|manifest| manifest.site);
    Ok((manifest, key, Trust { log_key: key.thumbprint(), signer, pinned: !pins.is_empty() }))
}

/// One conversation: what is proven, and the first thing that is not.
fn conversation(file: &Receipt, manifest: Option<&Manifest>, log_key: &PublicKey) -> Conversation {
    let mut told = Conversation::of(None);
    told.fault = walk(&mut told, file, manifest, log_key).err();
    told
}

fn walk(
    told: &mut Conversation,
    file: &Receipt,
    manifest: Option<&Manifest>,
    log_key: &PublicKey,
) -> Result<(), Fault> {
    let visitor = grants::visitor(&file.grants)?;
    let cid = visitor.cid();
    (told.cid, told.code) = (Some(cid), Some(cid.code()));
    let events = follow(file, &visitor)?;
    let granted = grants::verify(&file.grants, &file.site, &visitor)?;
    let records = records(&file.records, &granted, log_key, (&file.site, &visitor))?;
    told.end = end(&records, events.last(), file)?;
    told.agreed = grants::agreed(&granted, &records, &file.notices, manifest, true)?;
    told.choices = choices(file, &granted)?;
    told.messages = covered(&events, file, &records)?;
    Ok(())
}

/// Step 2: every event joins, and those by the visitor are signed by the key of the conversation. The digest of a whole
/// one is computed from its bytes when it is read, so that a changed byte fits no signature and no successor.
fn follow(file: &Receipt, visitor: &PublicKey) -> Result<Vec<Event>, Fault> {
    let mut chain = Chain::new(file.site, visitor.cid());
    let mut events = Vec::new();
    for (index, stored) in file.events.iter().enumerate() {
        let fault = |error: String| Fault::new(Step::Event, Some(index), error);
        let event = stored.read().map_err(|error| fault(error.to_string()))?;
        chain = chain.join(&event).map_err(|error| fault(error.to_string()))?;
        if event.header.direction == Direction::ToStaff {
            event.verify(visitor).map_err(|error| fault(error.to_string()))?;
        }
        events.push(event);
    }
    if events.is_empty() { Err(Fault::new(Step::Event, None, "there is no event")) } else { Ok(events) }
}

/// Step 3: the log holds and names exactly these grants, in their order.
fn records(
    compacts: &[String],
    granted: &[Granted<'_>],
    log_key: &PublicKey,
    (site, visitor): (&Thumbprint, &PublicKey),
) -> Result<Vec<Record>, Fault> {
    let compact = compacts.iter().map(String::as_str);
    let records = verify_records(compact, log_key, (site, &visitor.cid()))
        .map_err(|error| Fault::new(Step::Record, None, error))?;
    let named: Vec<_> = records.iter().filter_map(granted_by).collect();
    let there: Vec<_> = granted.iter().map(|granted| grant_digest(granted.compact)).collect();
    if named == there {
        Ok(records)
    } else {
        Err(Fault::new(Step::Record, None, "the records name other grants than those in the file"))
    }
}

fn granted_by(record: &Record) -> Option<Digest> {
    match record.what {
        What::Grant(digest) => Some(digest),
        What::Withdrawal(_) | What::Ended(_) => None,
    }
}

/// Step 3, the end: a withdrawal that is recorded is the last event. One that is not recorded yet is signed all the same.
fn end(records: &[Record], last: Option<&Event>, file: &Receipt) -> Result<Option<End>, Fault> {
    let withdrawal = last.filter(|event| event.header.kind == Kind::Withdrawal);
    let stored = file.events.last().map_or(Timestamp(0), |stored| stored.at);
    match records.last().map(|record| (record.what, record.at)) {
        Some((What::Withdrawal(digest), at)) => match withdrawal {
            Some(event) if event.digest == digest => Ok(Some(End::Withdrawn { at })),
            _ => Err(Fault::new(Step::Withdrawal, None, "the last event is not the withdrawal recorded")),
        },
        Some((What::Ended(_), _)) if withdrawal.is_some() => {
            Err(Fault::new(Step::Withdrawal, None, "the log names another end"))
        }
        Some((What::Ended(why), at)) => Ok(Some(End::Ended { why, at })),
        _ => Ok(withdrawal.map(|_| End::Withdrawing { at: stored })),
    }
}

/// Step 5: the choices are those of the newest grant that names any, and answer what its notice asks.
fn choices(file: &Receipt, granted: &[Granted<'_>]) -> Result<Option<Choices>, Fault> {
    let Some(choices) = file.choices else { return Ok(None) };
    let fault = |error| Fault::new(Step::Choices, None, error);
    let newest = granted.iter().rev().find(|granted| granted.grant.choices.is_some());
    let covered = newest.filter(|granted| granted.grant.choices == Some(choices.digest()));
    let covered = covered.ok_or_else(|| fault("the digest in the grant is another"))?;
    let notice = grants::notice(&covered.grant, &file.notices)
        .map_err(|error| Fault::new(Step::Choices, None, error))?;
    if notice.is_some_and(|notice| !grants::answers(&choices, &notice)) {
        return Err(fault("not what the text asks for, or without what it requires"));
    }
    Ok(Some(Choices { special: choices.special, by: choices.by }))
}

/// Step 6: which grant covers which message.
fn covered(events: &[Event], file: &Receipt, records: &[Record]) -> Result<Vec<Message>, Fault> {
    let grants: Vec<_> = records.iter().filter(|record| granted_by(record).is_some()).collect();
    let mut messages = Vec::new();
    for (index, (event, stored)) in events.iter().zip(&file.events).enumerate() {
        let header = &event.header;
        if header.direction == Direction::ToVisitor || header.kind != Kind::Message {
            continue;
        }
        let covered = grants
            .iter()
            .rposition(|record| record.at <= stored.at)
            .ok_or_else(|| Fault::new(Step::Consent, Some(index), "stored before anything was agreed to"))?;
        messages.push(Message { seq: header.seq, at: stored.at, covered, erased: event.is_erased() });
    }
    Ok(messages)
}

/// A remain of a withdrawal: of this conversation, of that kind, and by its key.
fn withdrawal(event: &Event, site: &Thumbprint, visitor: &PublicKey) -> Result<(), JoinError> {
    let header = &event.header;
    if header.site != *site || header.cid != visitor.cid() || header.kind != Kind::Withdrawal {
        return Err(JoinError::Conversation);
    }
    event.verify(visitor).map_err(|_| JoinError::Signature)
}

/// The fault of a grant.
fn of_grant(index: usize) -> impl FnOnce(GrantError) -> Fault {
    move |error| Fault::new(Step::Grant, Some(index), error)
}
