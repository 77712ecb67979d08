//! What the relay holds of the conversation, verified, and what this device keeps of it.

use super::{Courier, Reach};
use crate::{
    api::{
        Reply, Request,
        answer::{self, Read},
    },
    state::{Kept, Look, News},
};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        staff::StoredGrant,
        visitor::{Events, StoredEvent},
    },
    consent::{Consent, Grant},
    event::Direction,
    ids::Digest,
    jws::{self, Verified},
    live,
    manifest::Manifest,
    notice::Purpose,
    problem::Code,
};
use einwurf_seal::{Bundle, SealError, Shown, Trust, VisitorConversation};

impl Courier {
    /// Takes a kept conversation; none if these bytes are none of this site.
    pub fn restore(&mut self, bundle: &[u8], manifest: &Manifest) -> Option<Kept> {
        let Bundle { conversation, address, serial } = Bundle::read(bundle).ok()?;
        let site = conversation.site();
        let ours =
            site == manifest.site || manifest.succession.former.iter().any(|former| former.site == site);
        if !ours {
            return None;
        }
        *self = Self::new(self.address.clone(), self.build);
        (self.conversation, self.at) = (Some(conversation), Some(address));
        (self.reach, self.whole, self.restored) = (Reach::Tried, true, true);
        // A relay does not lead back to a manifest that this conversation has left behind.
        Some(if serial > manifest.serial { Kept::Newer } else { Kept::Talk })
    }

    /// What opens the conversation again, once it has an address.
    pub fn bundle(&self, serial: u64) -> Option<Vec<u8>> {
        let (conversation, at) = (self.conversation.as_ref()?, self.at.as_ref()?);
        (!conversation.is_ended() && self.reach != Reach::Gone)
            .then(|| conversation.bundle(at, serial).to_vec())
    }

    /// Whether these bytes are of the same conversation.
    pub fn is_of(&self, bundle: &[u8]) -> bool {
        let ours = self.conversation.as_ref().map(VisitorConversation::cid);
        ours.is_some() && Bundle::read(bundle).ok().map(|bundle| bundle.conversation.cid()) == ours
    }

    /// Takes what another tab kept of the same conversation: it may have opened an epoch that is not known here.
    pub fn adopt(&mut self, bundle: &[u8]) -> bool {
        let Ok(Bundle { conversation, .. }) = Bundle::read(bundle) else { return false };
        let Some(ours) = &self.conversation else { return false };
        // One that knows fewer keys is older than what is here.
        let same = ours.cid() == conversation.cid()
            && self.bundle(0).is_some_and(|known| known.len() <= bundle.len());
        if same {
            // It has read nothing yet; what was read here stays known.
            self.floor = self.floor.max(ours.position());
            (self.conversation, self.inbox, self.whole) = (Some(conversation), None, true);
        }
        same
    }

    /// Takes it only if it knows more epochs: of one conversation at one address the longer bundle does.
    pub fn overtaken(&mut self, bundle: &[u8]) -> bool {
        self.bundle(0).is_some_and(|known| known.len() < bundle.len()) && self.adopt(bundle)
    }

    /// The words that open the live connection; none before there is anything to look at.
    pub fn live(&self) -> Option<String> {
        let (conversation, at) = (self.conversation.as_ref()?, self.at.as_ref()?);
        Some([live::SUBPROTOCOL, " ", at, " ", &conversation.token().to_string()].concat())
    }

    /// The next look, and the position that it begins at; none if there is nothing to look at.
    pub fn look(&self) -> Option<(Request, u64)> {
        let (conversation, at) = (self.conversation.as_ref()?, self.at.as_ref()?);
        let position = conversation.position();
        let after = position.checked_sub(1).filter(|_| !self.whole);
        Some((self.address.of(path::EVENTS, at, conversation.token(), after), position))
    }

    /// The next look is at everything.
    pub fn from_start(&mut self) {
        self.whole = true;
    }

    /// Takes the relay's answer to [`Courier::look`].
    pub fn looked(&mut self, manifest: &Manifest, position: u64, reply: &Reply) -> Look {
        // Something of ours arrived meanwhile: what was asked is no longer what follows.
        if self.conversation.as_ref().is_none_or(|conversation| conversation.position() != position) {
            return Look::Lost;
        }
        match answer::got::<Events>(reply) {
            Read::Done(events) => self.take(manifest, &events),
            Read::Problem(problem) => match problem.code {
                Code::Gone => {
                    self.reach = Reach::Gone;
                    Look::Gone
                }
                Code::Unauthorized | Code::NotFound => Look::Nothing,
                _ => Look::Lost,
            },
            Read::Lost => Look::Lost,
        }
    }

    fn take(&mut self, manifest: &Manifest, events: &Events) -> Look {
        let whole = self.whole;
        let trust = Trust {
            site: &manifest.site,
            former: &manifest.succession.former,
            revoked: &manifest.roster.revoked,
        };
        let shown =
            if whole { self.reread(&trust, &events.events) } else { self.follow(&trust, &events.events) };
        let Ok(shown) = shown else { return Look::Untrusted };
        if let Some(parcel) = &mut self.parcel {
            parcel.read |=
                shown.iter().any(|shown| shown.message == parcel.id && shown.direction == Direction::ToStaff);
        }
        let consent = self.newest(&events.grants, &shown);
        if !self.opened() {
            self.granted.clone_from(&consent);
        }
        // What a member did may have erased what was shown before.
        self.whole = !whole && shown.iter().any(|shown| shown.act.is_some());
        self.reach = Reach::Opened;
        Look::News(Box::new(News {
            whole,
            shown,
            deleted: events.deleted,
            restricted: events.restricted.is_some(),
            hold: events.hold,
            consent,
        }))
    }

    fn follow(&mut self, trust: &Trust<'_>, stored: &[StoredEvent]) -> Result<Vec<Shown>, SealError> {
        self.conversation.as_mut().ok_or(SealError::Epoch)?.follow(trust, stored)
    }

    /// From the start, in a copy that has read nothing yet; never less than what was read before.
    fn reread(&mut self, trust: &Trust<'_>, stored: &[StoredEvent]) -> Result<Vec<Shown>, SealError> {
        let known = self.conversation.as_ref().ok_or(SealError::Epoch)?;
        let mut fresh: VisitorConversation = Bundle::read(&known.bundle("", 0))?.conversation;
        let shown = fresh.follow(trust, stored)?;
        if fresh.position() < known.position().max(self.floor) || shown.is_empty() {
            return Err(SealError::Content);
        }
        (self.inbox, self.conversation) = (newest_key(stored), Some(fresh));
        Ok(shown)
    }

    /// What the newest grant says, if this conversation's key signed it and its choices are among those that were sealed.
    fn newest(&self, grants: &[StoredGrant], shown: &[Shown]) -> Option<Consent> {
        let grant = self.granted_by(&grants.last()?.grant)?;
        let sealed = shown.iter().rev().filter_map(|shown| shown.choices.as_ref());
        let choices = sealed.into_iter().find(|choices| Some(choices.digest()) == grant.choices);
        let known = choices.is_some() || grant.choices.is_none();
        known.then(|| Consent::of(&grant, choices))
    }

    /// A grant that this conversation's key signed.
    pub(super) fn granted_by(&self, grant: &str) -> Option<Grant> {
        let conversation = self.conversation.as_ref()?;
        let Verified { key, payload: grant } = jws::verify_read::<Grant>(grant, jws::GRANT).ok()?;
        let answers = grant.grants.get(&Purpose::Answer) == Some(&true);
        let ours =
            key == conversation.public_key() && grant.site == conversation.site() && grant.v == VERSION;
        (ours && answers).then_some(grant)
    }
}

/// The inbox key of the newest epoch.
fn newest_key(stored: &[StoredEvent]) -> Option<Digest> {
    let openings = stored.iter().rev().filter_map(|stored| stored.read().ok()?.header.opening);
    openings.map(|opening| opening.inbox_key).next()
}
