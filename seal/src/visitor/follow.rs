//! Reading the conversation in the visitor's browser: what the relay delivers joins the chain, and is opened and shown.

use super::VisitorConversation;
use crate::{SealError, cipher};
use einwurf_protocol::{
    VERSION,
    api::visitor::StoredEvent,
    consent::Choices,
    es256::PublicKey,
    event::{Direction, Event, Kind},
    ids::{MessageId, Thumbprint},
    json::{self, Malformed, Object},
    manifest::{Former, Revocation},
    message::Attachment,
    roster::MemberCertificate,
    time::Timestamp,
};

/// What the manifest in force says about who may answer.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'a> {
    /// The present site key.
    pub site: &'a Thumbprint,
    /// Those that it followed.
    pub former: &'a [Former],
    /// Members whose certificates are void.
    pub revoked: &'a [Revocation],
}

/// An event as the visitor sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown {
    /// Position in the conversation.
    pub seq: u64,
    /// When the relay stored it. Only the relay's word.
    pub at: Timestamp,
    /// Who wrote to whom.
    pub direction: Direction,
    /// What it is.
    pub kind: Kind,
    /// Drawn by the author.
    pub message: MessageId,
    /// What was written; none if it is erased.
    pub text: Option<String>,
    /// Whether the text came with more: name and reply wishes of the visitor, as JSON that was sealed.
    pub sealed: Option<String>,
    /// The name in the member's certificate.
    pub name: Option<String>,
    /// Whether a member asks for consent to special categories.
    pub asks: bool,
    /// What a member did, by the name in [`einwurf_protocol::message::Act`].
    pub act: Option<String>,
    /// Until when, if the act says it.
    pub until: Option<Timestamp>,
    /// What the grant covers without saying it.
    pub choices: Option<Choices>,
    /// Files that belong to it.
    pub attachments: Vec<Attachment>,
    /// The automatic answer that was shown when this was written.
    pub told: Option<String>,
}

impl VisitorConversation {
    /// Takes what `GET /v1/events` delivers after the head: it joins, is by this visitor or by a member whose certificate
    /// holds, and opens no epoch of foreign keys; else nothing changes, since a relay that cheats is not shown as if it
    /// did not.
    pub fn follow(&mut self, trust: &Trust<'_>, stored: &[StoredEvent]) -> Result<Vec<Shown>, SealError> {
        let events = stored.iter().map(StoredEvent::read).collect::<Result<Vec<_>, _>>()?;
        let mut members = Vec::new();
        let shown = stored.iter().zip(&events);
        let shown = shown.map(|(stored, event)| self.show(trust, event, stored.at, &mut members));
        let shown = shown.collect::<Result<Vec<_>, _>>()?;
        self.join(&events, &members)?;
        let accepted = usize::try_from(self.chain.epochs).unwrap_or(usize::MAX);
        // From a bundle: what was never accepted cannot be opened any more.
        if self.epochs.get(accepted).is_some_and(|(_, opening)| opening.is_none()) {
            self.epochs.truncate(accepted);
        }
        Ok(shown)
    }

    fn show(
        &self,
        trust: &Trust<'_>,
        event: &Event,
        at: Timestamp,
        members: &mut Vec<PublicKey>,
    ) -> Result<Shown, SealError> {
        let header = &event.header;
        let mut shown = Shown {
            seq: header.seq,
            at,
            direction: header.direction,
            kind: header.kind,
            message: header.message,
            text: None,
            sealed: None,
            name: None,
            asks: false,
            act: None,
            until: None,
            choices: None,
            attachments: Vec::new(),
            told: None,
        };
        if event.is_erased() || header.kind == Kind::Withdrawal {
            return Ok(shown);
        }
        let index = usize::try_from(header.epoch).ok();
        let (keys, _) = index.and_then(|index| self.epochs.get(index)).ok_or(SealError::Epoch)?;
        let content = cipher::content(keys.of(header.direction), event).ok_or(SealError::Content)?;
        let member = read(&content, &mut shown, trust).map_err(|_| SealError::Content)?;
        members.extend(member);
        Ok(shown)
    }
}

/// Of a payload, what the visitor sees. A member's certificate has to hold for the time of storing; answers its key.
fn read(content: &[u8], shown: &mut Shown, trust: &Trust<'_>) -> Result<Option<PublicKey>, Malformed> {
    let mut payload: Object = json::from_slice(content).map_err(|_| Malformed)?;
    if payload.take::<u8>("v")? != VERSION {
        return Err(Malformed);
    }
    shown.text = Some(payload.take::<Object>("message")?.take("text")?);
    shown.attachments = payload.take::<Option<_>>("attachments")?.unwrap_or_default();
    if shown.direction == Direction::ToStaff {
        shown.told = payload.take("told")?;
        shown.sealed = String::from_utf8(content.to_vec()).ok();
        shown.choices = payload.take("choices")?;
        return Ok(None);
    }
    let certificate: String = payload.take("certificate")?;
    let sites = (trust.site, trust.former);
    let certificate = MemberCertificate::verify(&certificate, sites, shown.at, trust.revoked);
    let certificate = certificate.map_err(|_| Malformed)?;
    let act = payload.take::<Option<Object>>("act")?;
    if act.is_some() != (shown.kind == Kind::Act) {
        return Err(Malformed);
    }
    if let Some(mut act) = act {
        shown.act = Some(act.take("act")?);
        shown.until = act.take("until")?;
    }
    shown.name = Some(certificate.name);
    shown.asks = shown.act.as_deref() == Some("ask");
    Ok(Some(certificate.key))
}

impl std::fmt::Debug for Shown {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shown({}, {:?}, {:?}, content hidden)", self.seq, self.direction, self.kind)
    }
}
