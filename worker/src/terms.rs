//! What a site's manifest says at this moment about taking messages. The inbox object is asked for it with every first
//! message and with every one that is not light; for others it is leased (`lease.rs`), so that a retired key or an old notice
//! is refused two seconds after the publication at the latest.

use crate::{fault::Fault, load::Demand, set::set};
use einwurf_protocol::{
    consent::Grant,
    event::Opening,
    ids::{Digest, Thumbprint},
    notice::{Mode, Notice, Purpose, Register},
    problem::Code,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A notice in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTerms {
    /// Its digest.
    pub digest: Digest,
    /// Language and form of address.
    pub register: Register,
    /// Legal basis.
    pub mode: Mode,
    /// The purposes that a grant on it names: `answer`, and each that has a box, but `special`.
    pub boxes: BTreeSet<Purpose>,
    /// Whether it asks for something that only the sealed choices tell: special categories, or who consents.
    pub choices: bool,
}

impl NoticeTerms {
    /// What a grant on this notice has to say.
    pub fn of(digest: Digest, notice: &Notice) -> Self {
        let Notice { register, mode, ref statements, ref age, .. } = *notice;
        let mut boxes = set(statements.iter().map(|statement| statement.purpose));
        let special = boxes.remove(&Purpose::Special);
        // In request mode it has no box: the button says it.
        boxes.insert(Purpose::Answer);
        Self { digest, register, mode, boxes, choices: special || age.is_some() }
    }
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
    /// What comes before it is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<Demand>,
}

impl Answer {
    /// As JSON, from terms that are JSON already.
    pub fn written(terms: &str, known: bool, demand: Option<Demand>) -> String {
        let known = if known { "true" } else { "false" };
        let demand = demand.and_then(|demand| serde_json::to_string(&demand).ok());
        let (name, demand) = demand.as_deref().map_or(("", ""), |demand| (",\"demand\":", demand));
        ["{\"terms\":", terms, ",\"known\":", known, name, demand, "}"].concat()
    }
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
        if notice.register != grant.register || notice.mode != grant.mode {
            return Err(Fault::malformed("grant", "register or mode is not the notice's"));
        }
        if !grant.grants.keys().eq(&notice.boxes) || grant.choices.is_some() != notice.choices {
            return Err(Fault::malformed("grant", "other boxes than the notice has"));
        }
        Ok(())
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
    use crate::testing::{NOW, facts, grant, terms};
    use einwurf_protocol::{consent::How, notice, settings::LegalFacts, wording};
    use std::collections::BTreeMap;

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
    fn an_answer_from_stored_terms_is_read_as_one() {
        for (known, demand) in
            [(true, None), (false, Some(Demand::Work(17))), (false, Some(Demand::TextOnly))]
        {
            let answer = Answer { terms: terms(), known, demand };
            let written = Answer::written(&serde_json::to_string(&answer.terms).unwrap(), known, demand);
            assert_eq!(written, serde_json::to_string(&answer).unwrap());
            assert_eq!(einwurf_protocol::json::typed::<Answer>(written.as_bytes()), Ok(answer));
        }
    }

    /// Terms whose one notice states these facts.
    fn stating(facts: &LegalFacts) -> Terms {
        let document = wording::render(Register::En, facts).unwrap();
        let notice = notice::parse(&document).unwrap();
        Terms { notices: vec![NoticeTerms::of(notice::digest(&document), &notice)], ..terms() }
    }

    #[test]
    fn rec_01_a_grant_names_the_boxes_of_its_notice_and_no_others() {
        let offers = BTreeSet::from([Purpose::Remember, Purpose::Context]);
        let terms = stating(&LegalFacts { offers, ..facts() });
        let all = [(Purpose::Answer, true), (Purpose::Remember, false), (Purpose::Context, true)];
        let with = |change: &dyn Fn(&mut BTreeMap<Purpose, bool>)| {
            let mut grants = BTreeMap::from(all);
            change(&mut grants);
            terms.current_grant(&Grant { grants, ..grant(&terms) })
        };
        assert_eq!(with(&|_| ()), Ok(()));
        // Which of them were ticked is the visitor's business.
        assert_eq!(with(&|grants| _ = grants.insert(Purpose::Remember, true)), Ok(()));
        let field = |refused: Result<(), Fault>| refused.unwrap_err().problem().field;
        for purpose in [Purpose::Answer, Purpose::Remember, Purpose::Context] {
            let left_out = with(&|grants| _ = grants.remove(&purpose));
            assert_eq!(field(left_out).as_deref(), Some("grant"), "{purpose:?}");
        }
        for purpose in [Purpose::Special, Purpose::Notify, Purpose::Guest] {
            for ticked in [true, false] {
                let made_up = with(&|grants| _ = grants.insert(purpose, ticked));
                assert_eq!(field(made_up).as_deref(), Some("grant"), "{purpose:?}");
            }
        }
    }

    #[test]
    fn rec_01_a_grant_has_choices_exactly_if_its_notice_asks_for_them() {
        let special = LegalFacts { offers: BTreeSet::from([Purpose::Special]), ..facts() };
        let children = LegalFacts { children: Some(16), ..facts() };
        for (facts, asked) in [(facts(), false), (special, true), (children, true)] {
            let terms = stating(&facts);
            for choices in [None, Some(Digest([5; 32]))] {
                let said = Grant { choices, ..grant(&terms) };
                assert_eq!(terms.current_grant(&said).is_ok(), choices.is_some() == asked, "{facts:?}");
            }
        }
    }

    #[test]
    fn rec_01_in_request_mode_the_button_alone_answers() {
        let facts = LegalFacts { mode: Mode::Request, ..facts() };
        let terms = stating(&facts);
        assert_eq!(terms.notices[0].boxes, BTreeSet::from([Purpose::Answer]));
        let said = Grant { how: How::Button, ..grant(&terms) };
        assert_eq!(terms.current_grant(&said), Ok(()));
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
