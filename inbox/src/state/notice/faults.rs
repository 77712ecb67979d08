//! What keeps a site from being published, each at the place where it is asked for (PRE-07).

use super::terms::Promise;
use crate::state::{
    field::FieldFault,
    setup::{answers::Answers, ask::Ask, founding},
};
use einwurf_protocol::{api::visitor::RelayInfo, settings::Missing};

/// Where something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A field.
    Field(Ask),
    /// A promise to tick.
    Promise(Promise),
    /// The boxes that are offered.
    Boxes,
    /// The age of children.
    Age,
    /// Nothing that is typed: the relay itself.
    Place,
}

impl Spot {
    /// Id of the element that takes the focus.
    pub fn id(self) -> &'static str {
        match self {
            Self::Field(ask) => ask.spec().id,
            Self::Promise(Promise::Copies) => "promise-copies",
            Self::Promise(Promise::Dpia) => "promise-dpia",
            Self::Promise(Promise::Secrecy) => "promise-secrecy",
            Self::Boxes => "boxes",
            Self::Age => "children-age",
            Self::Place => "place-fault",
        }
    }
}

/// Fields whose text stands in notices.
const TYPED: [Ask; 9] = [
    Ask::Company,
    Ask::Address,
    Ask::TeamDe,
    Ask::TeamEn,
    Ask::Days,
    Ask::Authority,
    Ask::Dpo,
    Ask::PrivacyUrl,
    Ask::ImprintUrl,
];

/// Everything that is missing or out of range. What the relay says of itself counts only once it has been asked.
pub fn faults(answers: &Answers, relay: Option<&RelayInfo>) -> Vec<(Spot, FieldFault)> {
    let typed = |ask: Ask| Some((Spot::Field(ask), ask.spec().rule.check(answers.get(ask))?));
    let mut found: Vec<_> = TYPED.into_iter().filter_map(typed).collect();
    for missing in founding::facts_of(answers, relay).missing() {
        let (spot, fault) = of(missing);
        // A phrase in two languages is one fact with two fields, each judged above.
        let known = missing == Missing::Team || found.iter().any(|(other, _)| *other == spot);
        if !known && (spot != Spot::Place || relay.is_some()) {
            found.push((spot, fault));
        }
    }
    found
}

/// Where a fact is asked for, and what is wrong if it is missing.
fn of(missing: Missing) -> (Spot, FieldFault) {
    let field = |ask| (Spot::Field(ask), FieldFault::Unfit);
    let promise = |promise| (Spot::Promise(promise), FieldFault::Unconfirmed);
    match missing {
        Missing::Company => field(Ask::Company),
        Missing::Address => field(Ask::Address),
        Missing::Team => field(Ask::TeamDe),
        Missing::Days => (Spot::Field(Ask::Days), FieldFault::Days),
        Missing::Authority => field(Ask::Authority),
        Missing::Dpo => field(Ask::Dpo),
        Missing::PrivacyUrl => (Spot::Field(Ask::PrivacyUrl), FieldFault::Url),
        Missing::ImprintUrl => (Spot::Field(Ask::ImprintUrl), FieldFault::Url),
        Missing::HostName | Missing::Country => (Spot::Place, FieldFault::Place),
        Missing::SectorProfile => (Spot::Place, FieldFault::SecrecyPlace),
        Missing::SectorDays => (Spot::Field(Ask::Days), FieldFault::SecrecyDays),
        Missing::Offers | Missing::SectorContext | Missing::SectorSpecial => (Spot::Boxes, FieldFault::Boxes),
        Missing::Children => (Spot::Age, FieldFault::Age),
        Missing::Copies => promise(Promise::Copies),
        Missing::SectorDpia => promise(Promise::Dpia),
        Missing::SectorSecrecy => promise(Promise::Secrecy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answers, relay_info};
    use einwurf_protocol::{
        notice::Purpose,
        settings::{Confirmed, Profile, Sector, Team},
    };

    type Weaken = fn(&mut Answers, &mut RelayInfo);

    fn secret() -> Answers {
        let mut answers = answers();
        answers.bind(Sector::Health);
        answers.terms.confirmed = Confirmed { dpia: true, secrecy: true, copies: true };
        answers
    }

    fn found(answers: &Answers, relay: &RelayInfo) -> Vec<(Spot, FieldFault)> {
        faults(answers, Some(relay))
    }

    #[test]
    fn pre_07_each_missing_fact_is_named_at_its_own_field_and_nothing_else_is() {
        assert_eq!(found(&answers(), &relay_info()), []);
        for ask in TYPED {
            let mut answers = answers();
            answers.set(ask, " ".into());
            assert_eq!(found(&answers, &relay_info()), [(Spot::Field(ask), FieldFault::Empty)], "{ask:?}");
        }
        let mut unsaid = answers();
        unsaid.terms.confirmed.copies = false;
        let copies = (Spot::Promise(Promise::Copies), FieldFault::Unconfirmed);
        assert_eq!(found(&unsaid, &relay_info()), [copies]);
    }

    #[test]
    fn pre_07_what_the_relay_does_not_say_of_itself_is_named_too() {
        let nameless = RelayInfo { host_name: String::new(), ..relay_info() };
        let nowhere = RelayInfo { country: Team { de: "X".into(), en: String::new() }, ..relay_info() };
        for relay in [nameless, nowhere] {
            assert_eq!(found(&answers(), &relay), [(Spot::Place, FieldFault::Place)]);
        }
        assert_eq!(faults(&answers(), None), [], "before it was asked nothing is blamed");
    }

    #[test]
    fn kid_03_each_weaker_setting_is_named_at_its_own_field() {
        let cases: [(Spot, FieldFault, Weaken); 6] = [
            (Spot::Place, FieldFault::SecrecyPlace, |_, relay| relay.profile = Profile::CloudflareDirect),
            (Spot::Field(Ask::Days), FieldFault::SecrecyDays, |answers, _| answers.days = "31".into()),
            (Spot::Boxes, FieldFault::Boxes, |answers, _| {
                answers.terms.offers.insert(Purpose::Context);
            }),
            (Spot::Boxes, FieldFault::Boxes, |answers, _| {
                answers.terms.offers.remove(&Purpose::Special);
            }),
            (Spot::Promise(Promise::Dpia), FieldFault::Unconfirmed, |answers, _| {
                answers.terms.confirmed.dpia = false;
            }),
            (Spot::Promise(Promise::Secrecy), FieldFault::Unconfirmed, |answers, _| {
                answers.terms.confirmed.secrecy = false;
            }),
        ];
        assert_eq!(found(&secret(), &relay_info()), []);
        for (spot, fault, weaken) in cases {
            let (mut answers, mut relay) = (secret(), relay_info());
            weaken(&mut answers, &mut relay);
            assert_eq!(found(&answers, &relay), [(spot, fault)]);
        }
    }

    #[test]
    fn kid_03_thirty_days_and_an_own_proxy_are_enough_for_secrecy() {
        for days in ["1", "29", "30"] {
            let answers = Answers { days: days.into(), ..secret() };
            let relay = RelayInfo { profile: Profile::CloudflareOwnProxy, ..relay_info() };
            assert_eq!(found(&answers, &relay), [], "{days}");
        }
    }

    #[test]
    fn an_age_or_a_purpose_that_no_form_offers_is_named() {
        let mut answers = answers();
        for (age, fine) in [(12, false), (13, true), (16, true), (17, false)] {
            answers.terms.children = Some(age);
            let wanted = if fine { vec![] } else { vec![(Spot::Age, FieldFault::Age)] };
            assert_eq!(found(&answers, &relay_info()), wanted, "{age}");
        }
        answers.terms.children = None;
        answers.terms.offers.insert(Purpose::Guest);
        assert_eq!(found(&answers, &relay_info()), [(Spot::Boxes, FieldFault::Boxes)]);
    }
}
