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
    /// Site keys before it.
    pub former: Vec<Thumbprint>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, grant, terms};

    #[test]
    fn ret_01_nothing_is_kept_longer_than_the_sites_days_or_its_inbox_key() {
        for (days, destroyed, kept) in [(90, 400, 90), (365, 400, 365), (90, 30, 30), (1, 1, 1)] {
            let terms = Terms { days, destroyed: NOW.plus(destroyed * DAY), ..terms() };
            assert_eq!(terms.deleted(NOW), NOW.plus(kept * DAY), "{days} {destroyed}");
        }
    }

    #[test]
    fn con_09_only_a_notice_in_force_is_current() {
        assert!(terms().current_notice(&Digest([7; 32])).is_ok());
        assert_eq!(terms().current_notice(&Digest([6; 32])), Err(Code::ConsentStale.into()));
    }

    #[test]
    fn a_grant_says_of_its_notice_what_it_is() {
        assert_eq!(terms().current_grant(&grant(&terms())), Ok(()));
        let other = Grant { register: Register::DeFormal, ..grant(&terms()) };
        assert_eq!(terms().current_grant(&other).unwrap_err().problem().field.as_deref(), Some("grant"));
        let other = Grant { mode: Mode::Request, ..grant(&terms()) };
        assert!(terms().current_grant(&other).is_err());
    }

    #[test]
    fn an_epoch_is_sealed_to_the_key_in_force() {
        let key = terms().inbox_key;
        let opening = |inbox_key| Opening { inbox_key, enc: vec![], commitment: [0; 32] };
        assert_eq!(terms().current_key(Some(&opening(key)), None), Ok(key));
        assert_eq!(terms().current_key(None, Some(key)), Ok(key));
        let retired = Err(Code::KeyRetired.into());
        assert_eq!(terms().current_key(Some(&opening(Digest([1; 32]))), Some(key)), retired);
        assert_eq!(terms().current_key(None, Some(Digest([1; 32]))), retired);
        assert_eq!(terms().current_key(None, None), retired);
    }
}
