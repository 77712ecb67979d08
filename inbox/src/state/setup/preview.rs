//! The notice as it grows with the answers. What is still missing shows as a gap.

use super::{answers::Answers, founding};
use einwurf_protocol::{
    api::visitor::RelayInfo,
    limits::SECRECY_DAYS,
    notice::{self, Notice, Purpose, Register},
    settings::{LegalFacts, Missing, OFFERED, Profile, Team},
    wording,
};

/// What stands where an answer is still missing.
pub const GAP: &str = "…";

/// A notice, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The notice with gaps.
    pub notice: Notice,
    /// Facts that are still missing.
    pub missing: Vec<Missing>,
}

/// The notice of `register` as far as the answers go; none only if this build's wording is broken.
pub fn preview(answers: &Answers, relay: Option<&RelayInfo>, register: Register) -> Option<Preview> {
    let mut facts = facts(answers, relay);
    let missing = facts.missing();
    for fact in &missing {
        fill_gap(&mut facts, *fact);
    }
    let document = wording::render(register, &facts).ok()?;
    let mut notice = notice::parse(&document).ok()?;
    let contact =
        |text: &str, gap: &str| if text.trim().is_empty() { gap.to_owned() } else { text.to_owned() };
    let (phone, email) = (contact(&answers.phone, GAP), contact(&answers.email, GAP));
    for fact in notice.facts.iter_mut().chain(&mut notice.details) {
        fact.text = fact.text.replace("{phone}", &phone).replace("{email}", &email);
    }
    Some(Preview { notice, missing })
}

fn facts(answers: &Answers, relay: Option<&RelayInfo>) -> LegalFacts {
    let unknown = || RelayInfo {
        version: String::new(),
        profile: Profile::SelfHosted,
        host_name: String::new(),
        country: Team { de: String::new(), en: String::new() },
    };
    founding::facts(answers, &relay.cloned().unwrap_or_else(unknown))
}

fn fill_gap(facts: &mut LegalFacts, missing: Missing) {
    let gap = || GAP.to_owned();
    let both = || Team { de: gap(), en: gap() };
    match missing {
        Missing::Company => facts.company = gap(),
        Missing::Address => facts.address = gap(),
        Missing::Team => facts.team = both(),
        Missing::Days => facts.days = 90,
        Missing::Authority => facts.authority = gap(),
        Missing::Dpo => facts.dpo = gap(),
        Missing::PrivacyUrl => facts.privacy_url = "https://www.example".into(),
        Missing::ImprintUrl => facts.imprint_url = "https://www.example".into(),
        Missing::HostName => facts.host_name = gap(),
        Missing::Country => facts.country = both(),
        Missing::Offers => facts.offers.retain(|purpose| OFFERED.contains(purpose)),
        Missing::SectorContext => facts.offers.retain(|purpose| *purpose != Purpose::Context),
        Missing::Children => facts.children = None,
        Missing::Copies => facts.confirmed.copies = true,
        Missing::SectorProfile => facts.profile = Profile::SelfHosted,
        Missing::SectorDays => facts.days = SECRECY_DAYS,
        Missing::SectorSpecial => facts.offers.extend([Purpose::Special]),
        Missing::SectorDpia => facts.confirmed.dpia = true,
        Missing::SectorSecrecy => facts.confirmed.secrecy = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{answers, relay_info};

    #[test]
    fn an_empty_form_already_shows_the_notice_with_gaps() {
        for register in Register::ALL {
            let preview = preview(&Answers::default(), None, register).unwrap();
            assert!(preview.notice.facts[0].text.contains(GAP));
            assert!(preview.missing.contains(&Missing::Company));
        }
    }

    #[test]
    fn a_complete_form_has_no_gap_and_no_placeholder() {
        for register in Register::ALL {
            let preview = preview(&answers(), Some(&relay_info()), register).unwrap();
            assert_eq!(preview.missing, []);
            let texts: Vec<_> = preview.notice.facts.iter().map(|fact| fact.text.as_str()).collect();
            assert!(!texts.join(" ").contains(['…', '{', '}']), "{texts:?}");
        }
    }
}
