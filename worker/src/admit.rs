//! The checks between a visitor's bytes and storage. Each step takes the value of the step before, named by the check
//! that it still owes; only [`Admitted`] can be stored.

use crate::{attachments::Declaration, body, fault::Fault, load::Coming, terms::Terms};
use einwurf_protocol::{
    api::visitor::{Append, Declared, Open},
    chain::{Chain, JoinError},
    consent::{Grant, GrantError, read_grant},
    es256::PublicKey,
    event::{Direction, Envelope, EnvelopeError, Event, Kind, TAG_BYTES, signing_input},
    ids::{Digest, Signature, Thumbprint},
    jws::{self, JwsError, Unverified},
    padding,
    problem::Code,
    record::grant_digest,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Ciphertext of no content: the smallest padding class and a tag.
const EMPTY: usize = padding::SMALLEST + TAG_BYTES;

/// A signature that is claimed: whoever calls says how it is checked. The runtime has a faster way than this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Whose.
    pub key: PublicKey,
    /// Over what.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: Signature,
}

/// A first message of sound form. It owes its signatures, its place and the current terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The event.
    pub event: Event,
    grant: String,
    key: PublicKey,
    attachments: Declaration,
}

/// A first message whose two signatures are the conversation key's. It owes its place and the current terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOpening {
    event: Event,
    grant: SignedGrant,
    key: PublicKey,
    attachments: Declaration,
}

/// A first message with everything checked that can be checked without the conversation's object, which therefore is
/// not made for messages that are refused. It owes that nobody opened the conversation before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    /// The event.
    pub event: Envelope,
    /// The grant.
    pub grant: CheckedGrant,
    /// The conversation's key, which signed both.
    pub key: PublicKey,
    /// What it was checked against.
    pub terms: Terms,
    /// What comes with it.
    pub attachments: Vec<Declared>,
}

/// A follow-up of sound form: a message, or the withdrawal of consent. It owes its signatures, its place and, unless it
/// withdraws, the current terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// The event.
    pub event: Event,
    grant: Option<String>,
    attachments: Declaration,
}

/// A follow-up signed by the conversation's key. It owes its place and the current terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedFollowUp {
    /// The event.
    pub event: Event,
    grant: Option<SignedGrant>,
    key: PublicKey,
    attachments: Declaration,
}

/// A grant whose signature was checked. It owes its content.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SignedGrant {
    compact: String,
    payload: Vec<u8>,
}

/// A grant whose signature and content were checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedGrant {
    /// Compact JWS.
    pub compact: String,
    /// Its name in the proof.
    pub digest: Digest,
    /// The notice it was given on.
    pub notice: Digest,
}

/// An event that may be stored, if there is room for its attachments: every other check is passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The event.
    pub event: Event,
    /// Consent that came with it.
    pub grant: Option<CheckedGrant>,
    /// The chain with the event at its end.
    pub chain: Chain,
    /// The conversation's key.
    pub key: PublicKey,
    /// The inbox key that its epoch is sealed to.
    pub inbox_key: Digest,
    /// The notice that the conversation stands on.
    pub notice: Digest,
    /// When the conversation is deleted if nothing more is written.
    pub deleted: Timestamp,
    /// When that inbox key is destroyed.
    pub destroyed: Timestamp,
    /// What comes with it.
    pub attachments: Declaration,
}

/// A withdrawal of consent that may be stored: every check is passed, and there are few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The event.
    pub event: Event,
    /// The chain with the event at its end: nothing follows.
    pub chain: Chain,
}

/// What a conversation knows when its next event is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The chain so far.
    pub chain: Chain,
    /// The conversation's key.
    pub key: PublicKey,
    /// The inbox key of the current epoch.
    pub inbox_key: Digest,
    /// The notice of the newest grant.
    pub notice: Digest,
}

impl Opening {
    /// Version, grant present, event and attachments of sound form, in this order.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let open: Open = body::json(bytes)?;
        body::version(open.v)?;
        let grant = open.grant.ok_or(Code::ConsentRequired)?;
        let event = visitors(Event::read(open.event)?, &[Kind::Message])?;
        let key = jws::read(&grant, jws::GRANT).map_err(GrantError::from)?.key;
        Ok(Self { event, grant, key, attachments: Declaration::read(open.attachments)? })
    }

    /// Grant and event are signed by one key.
    pub async fn verify(self, check: impl AsyncFn(Claim) -> bool) -> Result<SignedOpening, Fault> {
        let Self { event, grant, key, attachments } = self;
        let grant = verify_grant(grant, &key, &check).await?;
        verify_event(&event, &key, &check).await?;
        Ok(SignedOpening { event, grant, key, attachments })
    }
}

impl Opening {
    /// What it is for the site, as a body of so many bytes, for which somebody worked.
    pub fn coming(&self, length: usize, bits: u8) -> Coming {
        coming(&self.attachments, length, Coming { opens: true, bits, ..Coming::default() })
    }
}

impl SignedFollowUp {
    /// The same of a follow-up.
    pub fn coming(&self, length: usize, bits: u8) -> Coming {
        coming(&self.attachments, length, Coming { bits, ..Coming::default() })
    }
}

fn coming(attachments: &Declaration, length: usize, of: Coming) -> Coming {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    Coming { bytes: length.saturating_add(attachments.bytes()), files: !attachments.is_empty(), ..of }
}

impl SignedOpening {
    /// Grant for this site, event in first place, notice and inbox key in force.
    pub fn check(self, terms: &Terms) -> Result<Verified, Fault> {
        let Self { event, grant, key, attachments } = self;
        // Its author loaded the page before the site key changed: the manifest that is served now leads on.
        if terms.former.contains(&event.header.site) {
            return Err(Code::KeyRetired.into());
        }
        let (grant, said) = grant.check(&terms.site)?;
        join(&Chain::new(terms.site, key.cid()), &event)?;
        terms.current_grant(&said)?;
        terms.current_key(event.header.opening.as_ref(), None)?;
        let attachments = attachments.into();
        Ok(Verified { event: event.envelope, grant, key, terms: terms.clone(), attachments })
    }
}

impl Verified {
    /// The first place of a conversation that nobody opened yet.
    pub fn admit(self, now: Timestamp) -> Result<Admitted, Fault> {
        let Self { event, grant, key, terms, attachments } = self;
        let event = Event::read(event)?;
        let chain = join(&Chain::new(terms.site, key.cid()), &event)?;
        let (notice, deleted) = (grant.notice, terms.deleted(now));
        let inbox_key = terms.inbox_key;
        let destroyed = terms.destroyed;
        let attachments = Declaration::read(attachments)?;
        let grant = Some(grant);
        Ok(Admitted { event, grant, chain, key, inbox_key, notice, deleted, destroyed, attachments })
    }
}

impl FollowUp {
    /// Version, event and attachments of sound form. A withdrawal has no content, no grant and no attachments.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let append: Append = body::json(bytes)?;
        body::version(append.v)?;
        let event = visitors(Event::read(append.event)?, &[Kind::Message, Kind::Withdrawal])?;
        let attachments = Declaration::read(append.attachments)?;
        let follow_up = Self { event, grant: append.grant, attachments };
        if follow_up.withdraws() {
            if follow_up.grant.is_some() {
                return Err(Fault::malformed("grant", "a withdrawal brings no consent"));
            }
            if !follow_up.attachments.is_empty() {
                return Err(Fault::malformed("attachments", "a withdrawal brings none"));
            }
            if follow_up.event.envelope.ciphertext.len() != EMPTY {
                return Err(Fault::malformed("event.ciphertext", "a withdrawal has no content"));
            }
        }
        Ok(follow_up)
    }

    /// Whether it withdraws consent.
    pub fn withdraws(&self) -> bool {
        self.event.header.kind == Kind::Withdrawal
    }

    /// Grant and event are signed by the conversation's key.
    pub async fn verify(
        self,
        key: PublicKey,
        check: impl AsyncFn(Claim) -> bool,
    ) -> Result<SignedFollowUp, Fault> {
        let Self { event, grant, attachments } = self;
        let grant = match grant {
            Some(grant) => Some(verify_grant(grant, &key, &check).await?),
            None => None,
        };
        verify_event(&event, &key, &check).await?;
        Ok(SignedFollowUp { event, grant, key, attachments })
    }
}

impl SignedFollowUp {
    /// A withdrawal in its place. Notice, key and terms of the site do not matter, nor whether the conversation is full or
    /// restricted: withdrawing is as easy as agreeing (GDPR 7(3)).
    pub fn withdraw(self, known: &Known) -> Result<Withdrawal, Fault> {
        let Self { event, key, .. } = self;
        if key != known.key || event.header.kind != Kind::Withdrawal {
            return Err(Fault::Internal("not this conversation's withdrawal"));
        }
        Ok(Withdrawal { chain: join(&known.chain, &event)?, event })
    }

    /// Grant for the site key that the conversation began under, which may be a former one; event in next place; notice
    /// and inbox key in force. A [`Fault::Behind`] comes without the
    /// missing events; whoever has the storage adds them.
    pub fn admit(self, known: &Known, terms: &Terms, now: Timestamp) -> Result<Admitted, Fault> {
        let Self { event, grant, key, attachments } = self;
        if key != known.key || event.header.kind != Kind::Message {
            return Err(Fault::Internal("not this conversation's message"));
        }
        let grant = grant.map(|grant| grant.check(&known.chain.site)).transpose()?;
        let chain = join(&known.chain, &event)?;
        match &grant {
            Some((_, said)) => terms.current_grant(said)?,
            None => terms.current_notice(&known.notice).map(drop)?,
        }
        let inbox_key = terms.current_key(event.header.opening.as_ref(), Some(known.inbox_key))?;
        let grant = grant.map(|(grant, _)| grant);
        let notice = grant.as_ref().map_or(known.notice, |grant| grant.notice);
        let (deleted, destroyed) = (terms.deleted(now), terms.destroyed);
        Ok(Admitted { event, grant, chain, key, inbox_key, notice, deleted, destroyed, attachments })
    }
}

impl SignedGrant {
    fn check(self, site: &Thumbprint) -> Result<(CheckedGrant, Grant), Fault> {
        let Self { compact, payload } = self;
        let grant = read_grant(&payload, site)?;
        Ok((CheckedGrant { digest: grant_digest(&compact), notice: grant.notice, compact }, grant))
    }
}

async fn verify_grant(
    compact: String,
    key: &PublicKey,
    check: &impl AsyncFn(Claim) -> bool,
) -> Result<SignedGrant, Fault> {
    let Unverified { key: signer, payload, input, signature } =
        jws::read(&compact, jws::GRANT).map_err(GrantError::from)?;
    if signer != *key {
        return Err(GrantError::Key.into());
    }
    if !check(Claim { key: signer, message: input.as_bytes().to_vec(), signature }).await {
        return Err(GrantError::from(JwsError::Signature).into());
    }
    Ok(SignedGrant { compact, payload })
}

async fn verify_event(
    event: &Event,
    key: &PublicKey,
    check: &impl AsyncFn(Claim) -> bool,
) -> Result<(), Fault> {
    let message = signing_input(&event.digest);
    let claim = Claim { key: *key, message, signature: event.envelope.signature };
    let fits = key.thumbprint() == event.header.author && check(claim).await;
    if fits { Ok(()) } else { Err(EnvelopeError::Signature.into()) }
}

/// What comes from visitors goes to staff. Acts have their own way.
fn visitors(event: Event, kinds: &[Kind]) -> Result<Event, Fault> {
    if event.header.direction == Direction::ToStaff && kinds.contains(&event.header.kind) {
        Ok(event)
    } else {
        Err(Fault::malformed("event.header", "not what a visitor sends here"))
    }
}

/// The chain with `event` at its end. A [`Fault::Behind`] comes without the missing events.
pub(crate) fn join(chain: &Chain, event: &Event) -> Result<Chain, Fault> {
    chain.join(event).map_err(|error| match error {
        JoinError::Position => Fault::Behind(Vec::new()),
        JoinError::Full => Code::LimitReached.into(),
        JoinError::Ended => Code::Gone.into(),
        JoinError::Conversation | JoinError::Epoch | JoinError::Signature => {
            Fault::malformed("event.header", error.to_string())
        }
    })
}

/// A message id that was accepted before: the same event is answered again, another one is refused.
pub fn repeated(stored: &Digest, event: &Event) -> Result<(), Fault> {
    if *stored == event.digest { Ok(()) } else { Err(Code::MessageConflict.into()) }
}

#[cfg(test)]
mod tests;
