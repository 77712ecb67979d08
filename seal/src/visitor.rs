//! The visitor's side of a conversation: its key, its token, the keys of its epochs, and the head of its chain as far as
//! the relay acknowledged it. [`bundle`] keeps it beyond the tab, [`follow`] reads it again.

mod bundle;
mod follow;

pub use bundle::Bundle;
pub use follow::{Shown, Trust};

use crate::{
    SealError, cipher,
    epoch::{EpochKeys, EpochName},
    signer::Signer,
};
use einwurf_protocol::{
    chain::{Chain, replay},
    consent::{Consent, Consented},
    es256::PublicKey,
    event::{Direction, Envelope, Event, Header, Kind, Opening},
    ids::{Cid, Digest, MessageId, Secret, Thumbprint},
    json::{self, Object},
    jws,
    manifest::InboxKey,
    message::{Attachment, FormerEpoch, Label, Message, Payload},
    notice::Purpose,
    padding,
};
use hpke::rand_core::CryptoRng;
use std::fmt;
use zeroize::{Zeroize as _, Zeroizing};

/// What travels sealed beside a message's own fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// Title of the page; goes along only with its own consent (MSG-05).
    pub page: Option<&'a Label>,
    /// What it is about, of those that the status offers.
    pub topic: Option<&'a Label>,
    /// The automatic answer that is on the screen.
    pub told: Option<&'a str>,
    /// Files that belong to it.
    pub attachments: &'a [Attachment],
}

/// A conversation in the visitor's browser. Everything secret in it is zeroized on drop.
pub struct VisitorConversation {
    signer: Signer,
    token: Secret,
    /// Hides the few choices that a grant could mean.
    salt: Secret,
    chain: Chain,
    /// One more than the chain has, as long as the newest waits for its opening event to be accepted. Without an opening
    /// if it comes from a bundle: then it was accepted.
    epochs: Vec<(EpochKeys, Option<Opening>)>,
}

impl VisitorConversation {
    /// Draws conversation key and token, and opens epoch 0 to `inbox`, which comes from a verified manifest of `site`.
    pub fn begin(site: Thumbprint, inbox: &InboxKey, rng: &mut impl CryptoRng) -> Result<Self, SealError> {
        let signer = Signer::generate(rng);
        let [mut token, mut salt] = [Secret([0; 32]); 2];
        rng.fill_bytes(&mut token.0);
        rng.fill_bytes(&mut salt.0);
        let chain = Chain::new(site, signer.public().cid());
        let mut conversation = Self { signer, token, salt, chain, epochs: Vec::new() };
        conversation.rekey(inbox, rng)?;
        Ok(conversation)
    }

    /// Runs what beginning and sealing run, for nobody, and keeps nothing of it: a browser makes machine code of a function
    /// when it is first called, and the first message would wait for some hundred.
    pub fn rehearse(site: Thumbprint, inbox: &InboxKey, rng: &mut impl CryptoRng) -> Result<(), SealError> {
        let nobody = Self::begin(site, inbox, rng)?;
        let (keys, opening) = nobody.epochs.last().ok_or(SealError::Epoch)?;
        let id = MessageId([0; MessageId::LENGTH]);
        let header = nobody.next_header(Kind::Message, id, opening.clone())?.encode();
        cipher::seal(&keys.to_staff, &nobody.signer, header, &padding::pad(&[]), rng).map(drop)
    }

    /// Id of the conversation.
    pub fn cid(&self) -> Cid {
        self.chain.cid
    }

    /// The site key that it began under, which it keeps.
    pub fn site(&self) -> Thumbprint {
        self.chain.site
    }

    /// Whether consent was withdrawn: nothing can follow.
    pub fn is_ended(&self) -> bool {
        self.chain.ended
    }

    /// Where its next event joins: how many events are known.
    pub fn position(&self) -> u64 {
        self.chain.head.next
    }

    /// The key that signs consent and the visitor's events.
    pub fn public_key(&self) -> PublicKey {
        self.signer.public()
    }

    /// What proves to the relay that this visitor asks. Staff never learn it.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The grant as compact JWS of type [`jws::GRANT`] (REC-01), given in the program of this digest.
    pub fn sign_grant(&self, consent: &Consent, build: Digest) -> String {
        self.signer.sign_json(jws::GRANT, &consent.grant(self.chain.site, build, &self.salt))
    }

    /// What hides the choices of its grants.
    pub fn salt(&self) -> &Secret {
        &self.salt
    }

    /// The next event after the head. Changes nothing, so that it can be made again after a conflict; a retry sends the
    /// first result again.
    ///
    /// A message without consent does not compile: `tests/compile_fail/bare_message.rs`.
    pub fn seal(
        &self,
        message: &Consented<Message>,
        beside: &Beside<'_>,
        id: MessageId,
        rng: &mut impl CryptoRng,
    ) -> Result<Envelope, SealError> {
        let (keys, opening) = self.epochs.last().ok_or(SealError::Epoch)?;
        let opens = self.opens();
        let opening = opens.then(|| opening.clone().ok_or(SealError::Epoch)).transpose()?;
        let header = self.next_header(Kind::Message, id, opening)?.encode();
        let padded = self.padded(message, beside, opens)?;
        cipher::seal(&keys.to_staff, &self.signer, header, &padded, rng)
    }

    /// The withdrawal of consent, after the head: it has no content, opens nothing and needs no current key
    /// (`docs/protocol.md` section 13.1).
    pub fn withdraw(&self, id: MessageId, rng: &mut impl CryptoRng) -> Result<Envelope, SealError> {
        let newest = self.chain.epochs.checked_sub(1).and_then(|epoch| usize::try_from(epoch).ok());
        let (keys, _) = newest.and_then(|epoch| self.epochs.get(epoch)).ok_or(SealError::Epoch)?;
        let header = self.next_header(Kind::Withdrawal, id, None)?.encode();
        cipher::seal(&keys.to_staff, &self.signer, header, &padding::pad(&[]), rng)
    }

    /// The relay acknowledged `envelope`: the next event joins after it.
    pub fn accepted(&mut self, envelope: &Envelope) -> Result<(), SealError> {
        self.catch_up(vec![envelope.clone()])
    }

    /// The relay has newer events, in order after our head: if they join, are by this visitor or by a certified member,
    /// and open no epoch of foreign keys, the head moves behind them; else nothing changes.
    pub fn catch_up(&mut self, missing: Vec<Envelope>) -> Result<(), SealError> {
        let events = missing.into_iter().map(Event::read).collect::<Result<Vec<_>, _>>()?;
        let members: Vec<_> = events.iter().filter_map(|event| self.member(event)).collect();
        self.join(&events, &members)
    }

    /// Moves the head behind `events`, whose answers are by `members`.
    fn join(&mut self, events: &[Event], members: &[PublicKey]) -> Result<(), SealError> {
        let own = self.signer.public();
        let chain = replay(self.chain.clone(), events, |author, direction| match direction {
            Direction::ToStaff => Some(own),
            Direction::ToVisitor => members.iter().find(|key| key.thumbprint() == *author).copied(),
        })
        .map_err(|fault| fault.error)?;
        if !events.iter().all(|event| self.opened(event)) {
            return Err(SealError::Epoch);
        }
        self.chain = chain;
        Ok(())
    }

    /// The inbox key was retired: the next message opens an epoch to `inbox`, epoch 0 if nothing was accepted yet.
    pub fn rekey(&mut self, inbox: &InboxKey, rng: &mut impl CryptoRng) -> Result<(), SealError> {
        let epoch = self.chain.epochs;
        let name = EpochName { site: self.chain.site, cid: self.chain.cid, epoch };
        let fresh = name.open(inbox, rng)?;
        self.epochs.truncate(usize::try_from(epoch).unwrap_or(usize::MAX));
        self.epochs.push((fresh.0, Some(fresh.1)));
        Ok(())
    }

    /// Whether the next event opens an epoch.
    fn opens(&self) -> bool {
        u32::try_from(self.epochs.len()) != Ok(self.chain.epochs)
    }

    fn next_header(
        &self,
        kind: Kind,
        message: MessageId,
        opening: Option<Opening>,
    ) -> Result<Header, SealError> {
        self.chain.takes(kind)?;
        let Chain { site, cid, head, epochs, .. } = self.chain;
        Ok(Header {
            site,
            cid,
            epoch: if opening.is_some() { epochs } else { epochs.saturating_sub(1) },
            seq: head.next,
            direction: Direction::ToStaff,
            kind,
            message,
            author: self.signer.public().thumbprint(),
            prev: head.digest,
            opening,
        })
    }

    /// The padded payload; the first of a later epoch carries the keys of the epoch before. The page goes along only
    /// with its own consent (MSG-05).
    fn padded(
        &self,
        message: &Consented<Message>,
        beside: &Beside<'_>,
        opens: bool,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let consent = message.consent();
        let mut payload = Payload {
            former: opens.then(|| self.former()).flatten(),
            choices: consent.choices(&self.salt),
            page: beside.page.filter(|_| consent.grants(Purpose::Context)).cloned(),
            topic: beside.topic.cloned(),
            told: beside.told.map(str::to_owned),
            attachments: beside.attachments.to_vec(),
            ..Payload::of(message.inner().clone())
        };
        let json = serde_json::to_vec(&payload).map(Zeroizing::new);
        if let Some(former) = &mut payload.former {
            former.to_staff.zeroize();
            former.to_visitor.zeroize();
        }
        cipher::padded(&json.map_err(|_| SealError::TooLong)?)
    }

    fn former(&self) -> Option<FormerEpoch> {
        let epoch = self.chain.epochs.checked_sub(1)?;
        let (keys, _) = self.epochs.get(usize::try_from(epoch).ok()?)?;
        Some(FormerEpoch { epoch, to_staff: keys.to_staff.to_vec(), to_visitor: keys.to_visitor.to_vec() })
    }

    /// The certified key of the member who wrote `event`.
    fn member(&self, event: &Event) -> Option<PublicKey> {
        let header = &event.header;
        let (keys, _) = self.epochs.get(usize::try_from(header.epoch).ok()?)?;
        if header.direction == Direction::ToStaff {
            return None;
        }
        let content = cipher::content(keys.of(header.direction), event)?;
        // The rest of a staff payload is read where it is shown.
        let certificate: String = json::from_slice::<Object>(&content).ok()?.take("certificate").ok()?;
        cipher::certified(&certificate, &self.chain.site)
    }

    /// Whether `event` opens no epoch, or one that this conversation opened.
    fn opened(&self, event: &Event) -> bool {
        let Some(opening) = &event.header.opening else { return true };
        let index = usize::try_from(event.header.epoch).ok();
        index.and_then(|index| self.epochs.get(index)).is_some_and(|(keys, ours)| match ours {
            Some(ours) => ours == opening,
            None => keys.commitment() == opening.commitment,
        })
    }
}

impl Drop for VisitorConversation {
    fn drop(&mut self) {
        self.token.0.zeroize();
        self.salt.0.zeroize();
    }
}

impl fmt::Debug for VisitorConversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VisitorConversation({}, next {}, keys hidden)", self.cid(), self.chain.head.next)
    }
}

/// What tests need to play a hostile relay or visitor.
#[cfg(test)]
#[cfg(feature = "open")]
impl VisitorConversation {
    pub(crate) fn keys(&self, epoch: usize) -> Option<&EpochKeys> {
        self.epochs.get(epoch).map(|(keys, _)| keys)
    }
    pub(crate) fn sign(&self, message: &[u8]) -> einwurf_protocol::ids::Signature {
        self.signer.sign(message)
    }
    pub(crate) fn exports(&self) -> impl Iterator<Item = [[u8; 32]; 3]> {
        self.epochs.iter().map(|(keys, _)| [keys.to_staff, keys.to_visitor, keys.commitment()])
    }
    pub(crate) fn forge_former(&mut self) {
        self.epochs.iter_mut().take(1).for_each(|(keys, _)| keys.to_staff[0] ^= 1);
    }
    pub(crate) fn fill(&mut self) {
        self.chain.head.next = einwurf_protocol::limits::EVENTS_PER_CONVERSATION;
    }
}
