//! What a site's manifest says at this moment about taking messages: the conversation object asks the inbox object for
//! it with every event, so that a retired key or an old notice is refused from the moment of publication.

use crate::fault::Fault;
use einwurf_protocol::{
    consent::Grant,
    event::Opening,
    ids::{Digest, Thumbprint},
    notice::{Mode, Register},
    problem::Code,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

const DAY: u64 = 86_400;

/// A notice in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTerms {
    /// Its digest.
    pub digest: Digest,
    /// Language and form of address.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
}

/// The site's terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Thumbprint of the site key.
    pub site: Thumbprint,
    /// Notices in force.
    pub notices: Vec<NoticeTerms>,
    /// The inbox key in force.
    pub inbox_key: Digest,
    /// When its private half is destroyed; nothing is kept longer.
    pub destroyed: Timestamp,
    /// Days until deletion.
    pub days: u32,
    /// Object id of the site's proof object, in hexadecimal.
    pub proof: String,
}

/// The inbox object's answer to whoever has to check a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The site's terms.
    pub terms: Terms,
    /// Whether the conversation that was named is in the index.
    pub known: bool,
}

impl Terms {
    /// When an event stored now is deleted.
    pub fn deleted(&self, now: Timestamp) -> Timestamp {
        now.plus(u64::from(self.days) * DAY).min(self.destroyed)
    }

    /// Whether a notice is in force.
    pub fn current_notice(&self, notice: &Digest) -> Result<&NoticeTerms, Fault> {
        self.notices.iter().find(|known| known.digest == *notice).ok_or(Code::ConsentStale.into())
    }

    /// Whether a grant is on a notice in force and says of it what it is.
    pub fn current_grant(&self, grant: &Grant) -> Result<(), Fault> {
        let notice = self.current_notice(&grant.notice)?;
        if notice.register == grant.register && notice.mode == grant.mode {
            Ok(())
        } else {
            Err(Fault::malformed("grant", "register or mode is not the notice's"))
        }
    }

    /// Whether an epoch's key is the one in force.
    pub fn current_key(&self, opening: Option<&Opening>, epoch: Option<Digest>) -> Result<Digest, Fault> {
        match opening.map(|opening| opening.inbox_key).or(epoch) {
            Some(key) if key == self.inbox_key => Ok(key),
            _ => Err(Code::KeyRetired.into()),
        }
    }
}
