//! Which legal basis is honest for what people mostly write about. A recommendation with its reason: the owner decides.

use crate::texts::Pick;
use einwurf_protocol::notice::Mode;
use serde::{Deserialize, Serialize};

/// What people mostly write about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Offers, appointments, orders.
    Orders,
    /// Complaints and what was bought.
    Complaints,
    /// General questions, press, suppliers.
    General,
    /// Applications for a job.
    Applications,
    /// Health, religion and what else is specially protected (GDPR 9).
    Special,
    /// Something else, and visitors shall decide over all of it.
    Control,
}

/// A legal basis, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// GDPR 6(1)(a).
    Consent,
    /// GDPR 6(1)(b).
    Contract,
    /// GDPR 6(1)(f).
    Interest,
}

/// What is recommended, and why.
#[derive(Debug, Clone, Copy)]
pub struct Advice {
    /// The basis of the message itself.
    pub basis: Basis,
    /// A box for special categories belongs to it (GDPR 9(2)(a)), in either mode.
    pub special: bool,
    /// One sentence.
    pub why: Pick,
}

impl Basis {
    /// The mode that states it.
    pub fn mode(self) -> Mode {
        match self {
            Self::Consent => Mode::Consent,
            Self::Contract | Self::Interest => Mode::Request,
        }
    }
}

impl Topic {
    /// All, as they are asked.
    pub const ALL: [Self; 6] =
        [Self::Orders, Self::Complaints, Self::General, Self::Applications, Self::Special, Self::Control];

    /// Its name.
    pub fn name(self) -> Pick {
        match self {
            Self::Orders => |t| &t.topic_orders,
            Self::Complaints => |t| &t.topic_complaints,
            Self::General => |t| &t.topic_general,
            Self::Applications => |t| &t.topic_applications,
            Self::Special => |t| &t.topic_special,
            Self::Control => |t| &t.topic_control,
        }
    }
}

/// What is honest for a topic.
pub fn advise(topic: Topic) -> Advice {
    let advice = |basis, special, why: Pick| Advice { basis, special, why };
    match topic {
        Topic::Orders => advice(Basis::Contract, false, |t| &t.advice_orders),
        Topic::Complaints => advice(Basis::Contract, false, |t| &t.advice_complaints),
        Topic::General => advice(Basis::Interest, false, |t| &t.advice_general),
        // An application often tells of health or faith without being asked.
        Topic::Applications => advice(Basis::Contract, true, |t| &t.advice_applications),
        Topic::Special => advice(Basis::Consent, true, |t| &t.advice_special),
        Topic::Control => advice(Basis::Consent, false, |t| &t.advice_control),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::tests::{de, en};

    #[test]
    fn con_06_each_topic_gets_the_basis_that_the_law_has_for_it() {
        for (topic, basis, special) in [
            (Topic::Orders, Basis::Contract, false),
            (Topic::Complaints, Basis::Contract, false),
            (Topic::General, Basis::Interest, false),
            (Topic::Applications, Basis::Contract, true),
            (Topic::Special, Basis::Consent, true),
            (Topic::Control, Basis::Consent, false),
        ] {
            let advice = advise(topic);
            assert_eq!((advice.basis, advice.special), (basis, special), "{topic:?}");
        }
        assert_eq!(Topic::ALL.len(), 6, "and no topic is left out above");
    }

    #[test]
    fn con_06_only_consent_is_called_consent() {
        assert_eq!(Basis::Consent.mode(), Mode::Consent);
        assert_eq!([Basis::Contract, Basis::Interest].map(Basis::mode), [Mode::Request; 2]);
    }

    #[test]
    fn every_recommendation_has_a_reason_of_its_own() {
        for texts in [de, en].map(|read| Box::new(read())) {
            let mut reasons = Topic::ALL.map(|topic| (advise(topic).why)(&texts));
            reasons.sort_unstable();
            assert!(reasons.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
