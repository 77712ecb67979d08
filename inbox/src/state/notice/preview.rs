//! The notice as it grows with the answers. What is still missing shows as a gap.

use crate::state::setup::{answers::Answers, founding};
use einwurf_protocol::{
    api::visitor::RelayInfo,
    limits::SECRECY_DAYS,
    lint::{Finding, Rule, lint},
    notice::{self, Mode, Notice, Purpose, Register},
    settings::{LegalFacts, Missing, OFFERED, Profile, Team},
    wording,
};

/// What stands where an answer is still missing.
pub const GAP: &str = "…";

/// Which notice is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// In which register.
    pub register: Register,
    /// In the mode that was not chosen, to compare.
    pub other: bool,
}

impl Default for View {
    fn default() -> Self {
        Self { register: Register::DeFormal, other: false }
    }
}

impl View {
    /// The mode that is shown, when this one is chosen.
    pub fn mode(self, chosen: Mode) -> Mode {
        match (self.other, chosen) {
            (false, chosen) => chosen,
            (true, Mode::Consent) => Mode::Request,
            (true, Mode::Request) => Mode::Consent,
        }
    }
}

/// A notice, and what it lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The notice with gaps.
    pub notice: Notice,
    /// Facts that are still missing.
    pub missing: Vec<Missing>,
}

/// The notice that is looked at, as far as the answers go; none only if this build's wording is broken.
pub fn preview(answers: &Answers, relay: Option<&RelayInfo>, view: View) -> Option<Preview> {
    let mut facts = founding::facts_of(answers, relay);
    let missing = facts.missing();
    facts.mode = view.mode(facts.mode);
    let mut notice = filled(facts, view.register)?;
    let contact = |text: &str| if text.trim().is_empty() { GAP.to_owned() } else { text.trim().to_owned() };
    let (phone, email) = (contact(&answers.phone), contact(&answers.email));
    for fact in notice.facts.iter_mut().chain(&mut notice.details) {
        fact.text = fact.text.replace("{phone}", &phone).replace("{email}", &email);
    }
    Some(Preview { notice, missing })
}

/// What no notice may say, in every register of the chosen mode; what stands in many texts is named once. A text with
/// gaps is not judged as a whole.
pub fn findings(answers: &Answers, relay: Option<&RelayInfo>) -> Vec<(Register, Finding)> {
    let facts = founding::facts_of(answers, relay);
    let whole = facts.missing().is_empty();
    let counts = |finding: &Finding| whole || !matches!(finding.rule, Rule::Hard | Rule::TooLong);
    let mut all = Vec::<(Register, Finding)>::new();
    for register in Register::ALL {
        let found = filled(facts.clone(), register).map(|notice| lint(&notice)).unwrap_or_default();
        for finding in found.into_iter().filter(counts) {
            let named = |(known, other): &(Register, Finding)| {
                (*known, other.rule, &other.said) == (register, finding.rule, &finding.said)
            };
            if !all.iter().any(named) {
                all.push((register, finding));
            }
        }
    }
    all
}

/// The notice with a gap for each missing fact.
fn filled(mut facts: LegalFacts, register: Register) -> Option<Notice> {
    for fact in facts.missing() {
        fill_gap(&mut facts, fact);
    }
    notice::parse(&wording::render(register, &facts).ok()?).ok()
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

    fn views() -> impl Iterator<Item = View> {
        let both = |register| [false, true].map(|other| View { register, other });
        Register::ALL.into_iter().flat_map(both)
    }

    #[test]
    fn an_empty_form_already_shows_the_notice_with_gaps() {
        for view in views() {
            let preview = preview(&Answers::default(), None, view).unwrap();
            assert!(preview.notice.facts[0].text.contains(GAP));
            assert!(preview.missing.contains(&Missing::Company));
        }
    }

    #[test]
    fn a_complete_form_has_no_gap_and_no_placeholder_in_any_register_and_mode() {
        for view in views() {
            let preview = preview(&answers(), Some(&relay_info()), view).unwrap();
            assert_eq!(preview.missing, []);
            assert_eq!(
                (preview.notice.register, preview.notice.mode),
                (view.register, view.mode(Mode::Consent))
            );
            let texts: Vec<_> = preview.notice.facts.iter().map(|fact| fact.text.as_str()).collect();
            assert!(!texts.join(" ").contains(['…', '{', '}']), "{texts:?}");
        }
    }

    #[test]
    fn con_06_looking_at_the_other_mode_does_not_choose_it() {
        let answers = answers();
        let view = View { register: Register::En, other: true };
        assert_eq!(preview(&answers, None, view).unwrap().notice.mode, Mode::Request);
        assert_eq!(founding::facts(&answers, &relay_info()).mode, Mode::Consent);
    }

    #[test]
    fn con_08_words_of_a_site_that_no_notice_may_have_are_found_in_every_register_that_says_them() {
        let mut answers = answers();
        assert_eq!(findings(&answers, Some(&relay_info())), []);
        answers.team_de = "unser Team (100 % sicher)".into();
        let found = findings(&answers, Some(&relay_info()));
        let registers: Vec<_> = found.iter().map(|(register, _)| *register).collect();
        let wanted = [Register::DeFormal, Register::DeInformal];
        assert_eq!(
            registers, wanted,
            "once each, though many texts say it; in English something else is said"
        );
        assert!(found.iter().all(|(_, finding)| finding.rule == Rule::Forbidden));
    }

    #[test]
    fn con_08_a_form_with_gaps_is_not_called_hard_to_read() {
        for (_, finding) in findings(&Answers::default(), None) {
            assert!(!matches!(finding.rule, Rule::Hard | Rule::TooLong), "{finding:?}");
        }
    }
}
