//! What is chosen, not typed: basis, sector, further boxes, children, promises.

use super::advice::{Topic, advise};
use einwurf_protocol::{
    notice::{Mode, Purpose},
    settings::{Confirmed, LegalFacts, Sector},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// From which age children write without their parents, until somebody chooses: Germany's.
pub const DEFAULT_AGE: u8 = 16;

/// The choices of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// What people mostly write about; it is only advice and never published.
    pub topic: Option<Topic>,
    /// On which basis messages are taken.
    pub mode: Mode,
    /// What the company does.
    pub sector: Sector,
    /// Boxes that are offered besides.
    pub offers: BTreeSet<Purpose>,
    /// Children may write; below this age parents decide.
    pub children: Option<u8>,
    /// What was promised.
    pub confirmed: Confirmed,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            topic: None,
            mode: Mode::Consent,
            sector: Sector::General,
            offers: BTreeSet::new(),
            children: None,
            confirmed: Confirmed::default(),
        }
    }
}

/// Something that only the controller can promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// Staff delete their copies after a withdrawal.
    Copies,
    /// An impact assessment was made.
    Dpia,
    /// Whoever reads is bound to secrecy.
    Secrecy,
}

impl Terms {
    /// Those of a site that is published.
    pub fn of(facts: &LegalFacts) -> Self {
        Self {
            topic: None,
            mode: facts.mode,
            sector: facts.sector,
            offers: facts.offers.clone(),
            children: facts.children,
            confirmed: facts.confirmed,
        }
    }

    /// Takes the advice for a topic. What else was offered stays.
    pub fn ask_about(&mut self, topic: Topic) {
        let advice = advise(topic);
        self.topic = Some(topic);
        self.mode = advice.basis.mode();
        if advice.special {
            self.offers.insert(Purpose::Special);
        }
    }

    /// Takes a sector with what it forces (KID-03). What was promised for another one is promised no more.
    pub fn bind(&mut self, sector: Sector) {
        self.sector = sector;
        (self.confirmed.dpia, self.confirmed.secrecy) = (false, false);
        if sector == Sector::Health {
            self.offers.insert(Purpose::Special);
            self.offers.remove(&Purpose::Context);
        }
    }

    /// Whether the sector leaves no choice about a box.
    pub fn is_forced(&self, purpose: Purpose) -> bool {
        self.sector == Sector::Health && matches!(purpose, Purpose::Special | Purpose::Context)
    }

    /// Offers a box or takes it away, unless the sector decides.
    pub fn offer(&mut self, purpose: Purpose, offered: bool) {
        if self.is_forced(purpose) {
            return;
        }
        if offered {
            self.offers.insert(purpose);
        } else {
            self.offers.remove(&purpose);
        }
    }

    /// Lets children write or not.
    pub fn admit_children(&mut self, admitted: bool) {
        self.children = admitted.then(|| self.children.unwrap_or(DEFAULT_AGE));
    }

    /// What was promised.
    pub fn promised(&self, promise: Promise) -> bool {
        match promise {
            Promise::Copies => self.confirmed.copies,
            Promise::Dpia => self.confirmed.dpia,
            Promise::Secrecy => self.confirmed.secrecy,
        }
    }

    /// Promises, or takes it back.
    pub fn promise(&mut self, promise: Promise, given: bool) {
        *match promise {
            Promise::Copies => &mut self.confirmed.copies,
            Promise::Dpia => &mut self.confirmed.dpia,
            Promise::Secrecy => &mut self.confirmed.secrecy,
        } = given;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_brings_its_basis_and_takes_nothing_away() {
        let mut terms = Terms::default();
        terms.offer(Purpose::Remember, true);
        terms.ask_about(Topic::Applications);
        assert_eq!(terms.mode, Mode::Request);
        assert_eq!(terms.offers, [Purpose::Special, Purpose::Remember].into());
        terms.ask_about(Topic::Control);
        assert_eq!((terms.mode, terms.offers.len()), (Mode::Consent, 2));
    }

    #[test]
    fn kid_03_secrecy_offers_the_explicit_statement_and_no_page_whatever_is_clicked() {
        let mut terms = Terms { offers: [Purpose::Context, Purpose::Remember].into(), ..Terms::default() };
        terms.bind(Sector::Health);
        terms.offer(Purpose::Context, true);
        terms.offer(Purpose::Special, false);
        assert_eq!(terms.offers, [Purpose::Special, Purpose::Remember].into());
        terms.offer(Purpose::Remember, false);
        assert_eq!(terms.offers, [Purpose::Special].into(), "what is not forced is free");
        terms.bind(Sector::General);
        terms.offer(Purpose::Special, false);
        assert!(terms.offers.is_empty());
    }

    #[test]
    fn kid_03_what_was_promised_for_one_sector_is_not_taken_over_to_another() {
        let mut terms = Terms::default();
        for promise in [Promise::Copies, Promise::Dpia, Promise::Secrecy] {
            terms.promise(promise, true);
            assert!(terms.promised(promise));
        }
        terms.bind(Sector::Health);
        assert_eq!(terms.confirmed, Confirmed { copies: true, ..Confirmed::default() });
    }

    #[test]
    fn kid_01_children_are_admitted_with_the_age_of_germany_until_another_is_chosen() {
        let mut terms = Terms::default();
        terms.admit_children(true);
        assert_eq!(terms.children, Some(16));
        terms.children = Some(14);
        terms.admit_children(true);
        assert_eq!(terms.children, Some(14), "a second click changes nothing");
        terms.admit_children(false);
        assert_eq!(terms.children, None);
    }
}
