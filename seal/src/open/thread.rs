//! From delivered grants and events to a thread.

use super::{Entry, Fault, Pen, Place, Reading, Reason, Thread, ring::Ring};
use crate::cipher;
use einwurf_protocol::{
    api::{staff::Conversation, visitor::StoredEvent},
    chain::{Chain, Head, replay},
    consent::{Grant, GrantError, verify_grant},
    es256::PublicKey,
    event::{Direction, EnvelopeError, Event, Kind, Opening},
    ids::{Digest, Thumbprint},
    jws,
    message::Payload,
    roster::{CertificateError, MemberCertificate},
    time::Timestamp,
};
use zeroize::Zeroize as _;

type Read = Result<Event, EnvelopeError>;
type Grants = (Vec<(Grant, Timestamp)>, Vec<Fault>);

/// The thread, or the first fault if not one entry can be read.
pub(super) fn read(
    reading: &Reading<'_>,
    conversation: &Conversation,
    events: &[Read],
) -> Result<Thread, Fault> {
    let visitor = visitor(conversation)?;
    let site = site(reading, events);
    let (grants, mut faults) = grants(site, conversation, &visitor)?;
    let chain = Chain::new(site, visitor.cid());
    let cid = chain.cid;
    let openings = authentic_openings(&chain, events, &visitor);
    let ring = Ring::collect(site, cid, openings, reading.inbox_keys);
    faults.extend(&ring.faults);
    let choices = grants.iter().map(|(grant, _)| grant.choices).collect();
    let mut reader = Reader { reading, chain, visitor, choices, ring, entries: Vec::new(), faults };
    for (index, (stored, event)) in conversation.events.iter().zip(events).enumerate() {
        if let Err(reason) = reader.take(stored, event) {
            reader.faults.push(Fault { place: Place::Event(index), reason });
        }
    }
    let Reader { entries, faults, chain, ring, .. } = reader;
    if entries.is_empty() {
        let missing = Fault { place: Place::Event(0), reason: Reason::Missing };
        return Err(faults.first().copied().unwrap_or(missing));
    }
    let newest = chain.epochs.checked_sub(1);
    let keys = newest.and_then(|epoch| ring.get(epoch)).cloned();
    Ok(Thread { cid, grants, entries, faults, pen: Pen { chain, keys } })
}

/// The site key that the conversation began under, if it is one of ours; else the present one, which then fits nothing.
fn site(reading: &Reading<'_>, events: &[Read]) -> Thumbprint {
    let first = events.iter().flatten().next().map(|event| event.header.site);
    let former = reading.former.iter().find(|key| Some(key.site) == first);
    former.map_or(reading.site, |key| key.site)
}

/// The conversation's key is the one that signed the first grant: no message goes without a grant.
fn visitor(conversation: &Conversation) -> Result<PublicKey, Fault> {
    let fault = |reason| Fault { place: Place::Grant(0), reason };
    let first = conversation.grants.first().ok_or(fault(Reason::Missing))?;
    let verified = jws::verify(&first.grant, jws::GRANT).map_err(GrantError::from);
    verified.map(|verified| verified.key).map_err(|error| fault(error.into()))
}

/// Every grant that holds; the first must.
fn grants(site: Thumbprint, conversation: &Conversation, visitor: &PublicKey) -> Result<Grants, Fault> {
    let (mut grants, mut faults) = (Vec::new(), Vec::new());
    for (index, stored) in conversation.grants.iter().enumerate() {
        match verify_grant(&stored.grant, &site, visitor) {
            Ok(grant) => grants.push((grant, stored.at)),
            Err(error) => faults.push(Fault { place: Place::Grant(index), reason: error.into() }),
        }
    }
    match faults.first() {
        Some(fault) if fault.place == Place::Grant(0) => Err(*fault),
        _ => Ok((grants, faults)),
    }
}

/// Openings that this conversation's visitor signed; a relay cannot make the reader try others.
fn authentic_openings<'e>(
    chain: &Chain,
    events: &'e [Read],
    visitor: &PublicKey,
) -> impl Iterator<Item = (usize, &'e Event, &'e Opening)> {
    events.iter().enumerate().filter_map(move |(index, event)| {
        let event = event.as_ref().ok()?;
        let opening = event.header.opening.as_ref()?;
        is_by(chain, event, visitor).then_some((index, event, opening))
    })
}

/// Whether `event` is of this conversation and by `author`.
fn is_by(chain: &Chain, event: &Event, author: &PublicKey) -> bool {
    event.header.site == chain.site && event.header.cid == chain.cid && event.verify(author).is_ok()
}

struct Reader<'a> {
    reading: &'a Reading<'a>,
    chain: Chain,
    visitor: PublicKey,
    /// What the grants say of choices.
    choices: Vec<Option<Digest>>,
    ring: Ring,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// Appends one event. An authentic event behind a gap is shown too, with the fault.
    fn take(&mut self, stored: &StoredEvent, event: &Read) -> Result<(), Reason> {
        let event = event.as_ref().map_err(|error| *error)?;
        let bare = event.is_erased() || event.header.kind == Kind::Withdrawal;
        let payload = if bare { Ok(None) } else { self.payload(event).map(Some) };
        let author = match (event.header.direction, &payload) {
            (Direction::ToStaff, _) => Some(self.visitor),
            (Direction::ToVisitor, Ok(Some(payload))) => self.member(payload, stored.at)?,
            (Direction::ToVisitor, _) => None,
        };
        let joined = replay(self.chain.clone(), [event], |_, _| author);
        let (chain, gap) = match joined {
            Ok(chain) => (chain, None),
            Err(fault) => (self.resume(event, author).ok_or(fault.error)?, Some(fault.error)),
        };
        self.chain = chain;
        let entry = entry(stored, event, payload?);
        let fits = self.fits(&entry);
        self.entries.push(entry);
        match gap {
            Some(error) => Err(error.into()),
            None if fits => Ok(()),
            None => Err(Reason::Choices),
        }
    }

    /// What a visitor's message says of the choices is what a grant covers.
    fn fits(&self, entry: &Entry) -> bool {
        let sealed = entry.payload.as_ref().map(|payload| payload.choices.map(|choices| choices.digest()));
        entry.direction == Direction::ToVisitor || sealed.is_none_or(|sealed| self.choices.contains(&sealed))
    }

    /// The chain behind `event`, if it is authentic and not behind what was read already: others before it are missing.
    /// Behind a withdrawal nothing is read.
    fn resume(&self, event: &Event, author: Option<PublicKey>) -> Option<Chain> {
        let (header, chain) = (&event.header, &self.chain);
        let ahead =
            !chain.ended && header.seq >= chain.head.next && header.epoch.checked_add(1)? >= chain.epochs;
        (ahead && is_by(chain, event, &author?)).then(|| Chain {
            head: Head { next: header.seq.saturating_add(1), digest: event.digest },
            epochs: header.epoch.saturating_add(1),
            ended: header.kind == Kind::Withdrawal,
            ..chain.clone()
        })
    }

    /// The certified key of whoever wrote an answer that was stored `at`; none if there is no certificate.
    fn member(&self, payload: &Payload, at: Timestamp) -> Result<Option<PublicKey>, CertificateError> {
        let Some(certificate) = &payload.certificate else { return Ok(None) };
        let Reading { site, former, revoked, .. } = self.reading;
        MemberCertificate::verify(certificate, (site, former), at, revoked)
            .map(|certificate| Some(certificate.key))
    }

    fn payload(&self, event: &Event) -> Result<Payload, Reason> {
        let keys = self.ring.get(event.header.epoch).ok_or(Reason::NoKey)?;
        cipher::open(keys.of(event.header.direction), event).ok_or(Reason::Content)
    }
}

fn entry(stored: &StoredEvent, event: &Event, mut payload: Option<Payload>) -> Entry {
    if let Some(mut former) = payload.as_mut().and_then(|payload| payload.former.take()) {
        former.to_staff.zeroize();
        former.to_visitor.zeroize();
    }
    let header = &event.header;
    Entry {
        seq: header.seq,
        at: stored.at,
        direction: header.direction,
        kind: header.kind,
        message: header.message,
        author: header.author,
        payload,
    }
}
