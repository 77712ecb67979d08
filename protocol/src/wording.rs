//! Rendering notices: reviewed wording and a site's legal facts become one document per register.
//! Contact ways stay placeholders, since they may change without fresh consent.

use crate::{
    notice::{Fact, Link, Mode, Notice, Purpose, Register, Statement, TYP, Withdrawal},
    settings::{LegalFacts, Missing, Profile, Team},
};
use serde::Deserialize;

const DE_FORMAL: &str = include_str!("../wording/de-formal.json");
const DE_INFORMAL: &str = include_str!("../wording/de-informal.json");
const EN: &str = include_str!("../wording/en.json");

/// The wording of one register, with placeholders.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    register: Register,
    title: String,
    lead: String,
    summary: Vec<String>,
    facts: Vec<Fact>,
    transfer: Transfer,
    residual_cloudflare: String,
    details_label: String,
    details: Vec<Fact>,
    privacy_label: String,
    imprint_label: String,
    answer: String,
    accept: String,
    decline: String,
    withdrawal: Withdrawal,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Transfer {
    self_hosted: String,
    cloudflare_own_proxy: String,
    cloudflare_direct: String,
}

/// Why a notice could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Mandatory facts are missing (PRE-07); the form names them.
    #[error("mandatory facts are missing: {0:?}")]
    Missing(Vec<Missing>),
    /// The wording file is broken: a fault of this build, caught by its tests.
    #[error("the wording of {0} is malformed")]
    Wording(Register),
}

/// The notice document of `register` for a site with these facts: its exact bytes.
pub fn render(register: Register, facts: &LegalFacts) -> Result<Vec<u8>, RenderError> {
    let missing = facts.missing();
    if !missing.is_empty() {
        return Err(RenderError::Missing(missing));
    }
    let wording = wording(register).ok_or(RenderError::Wording(register))?;
    serde_json::to_vec(&Filler { wording: &wording, facts }.notice())
        .map_err(|_| RenderError::Wording(register))
}

fn wording(register: Register) -> Option<Wording> {
    let text = match register {
        Register::DeFormal => DE_FORMAL,
        Register::DeInformal => DE_INFORMAL,
        Register::En => EN,
    };
    serde_json::from_str(text).ok().filter(|wording: &Wording| wording.register == register)
}

struct Filler<'a> {
    wording: &'a Wording,
    facts: &'a LegalFacts,
}

impl Filler<'_> {
    fn notice(&self) -> Notice {
        let Self { wording, facts } = self;
        let link = |label: &str, url: &str| Link { label: label.to_owned(), url: url.to_owned() };
        Notice {
            typ: TYP.to_owned(),
            register: wording.register,
            mode: Mode::Consent,
            profile: facts.profile,
            company: facts.company.clone(),
            days: facts.days,
            title: self.fill(&wording.title),
            lead: self.fill(&wording.lead),
            summary: wording.summary.iter().map(|line| self.fill(line)).collect(),
            facts: self.fill_all(&wording.facts),
            details_label: wording.details_label.clone(),
            details: self.fill_all(&wording.details),
            links: vec![
                link(&wording.privacy_label, &facts.privacy_url),
                link(&wording.imprint_label, &facts.imprint_url),
            ],
            statements: vec![Statement {
                purpose: Purpose::Answer,
                text: self.fill(&wording.answer),
                required: true,
            }],
            accept: wording.accept.clone(),
            decline: wording.decline.clone(),
            age: None,
            withdrawal: wording.withdrawal.clone(),
        }
    }

    fn fill_all(&self, facts: &[Fact]) -> Vec<Fact> {
        facts.iter().map(|fact| Fact { text: self.fact(fact), ..fact.clone() }).collect()
    }

    fn fact(&self, fact: &Fact) -> String {
        let text = self.fill(&fact.text);
        let residual = fact.field == "retention" && self.facts.profile != Profile::SelfHosted;
        if residual { format!("{text} {}", self.wording.residual_cloudflare) } else { text }
    }

    fn fill(&self, text: &str) -> String {
        let Self { wording, facts } = self;
        let transfer = match facts.profile {
            Profile::SelfHosted => &wording.transfer.self_hosted,
            Profile::CloudflareOwnProxy => &wording.transfer.cloudflare_own_proxy,
            Profile::CloudflareDirect => &wording.transfer.cloudflare_direct,
        };
        text.replace("{transfer}", transfer)
            .replace("{company}", &facts.company)
            .replace("{address}", &facts.address)
            .replace("{team}", self.phrase(&facts.team))
            .replace("{days}", &facts.days.to_string())
            .replace("{authority}", &facts.authority)
            .replace("{dpo}", &facts.dpo)
            .replace("{host_name}", &facts.host_name)
            .replace("{country}", self.phrase(&facts.country))
    }

    fn phrase<'t>(&self, team: &'t Team) -> &'t str {
        if self.wording.register == Register::En { &team.en } else { &team.de }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{notice, settings::tests::facts};

    fn every(profile: Profile) -> Vec<(Register, Notice)> {
        let facts = LegalFacts { profile, ..facts() };
        Register::ALL
            .into_iter()
            .map(|register| {
                let document = render(register, &facts).unwrap();
                (register, notice::read(&document, &notice::digest(&document)).unwrap())
            })
            .collect()
    }

    fn texts(notice: &Notice) -> Vec<&str> {
        let facts = notice.facts.iter().chain(&notice.details);
        let mut texts: Vec<&str> = facts.flat_map(|fact| [fact.heading.as_str(), &fact.text]).collect();
        texts.extend([notice.title.as_str(), &notice.lead, &notice.accept, &notice.decline]);
        texts.extend(notice.summary.iter().map(String::as_str));
        texts.extend(notice.statements.iter().map(|statement| statement.text.as_str()));
        texts
    }

    #[test]
    fn con_01_every_fact_is_present_in_every_register() {
        let fields = [
            "controller",
            "purpose",
            "data",
            "recipients",
            "transfer",
            "retention",
            "withdraw",
            "voluntary",
            "rights",
        ];
        for (register, notice) in every(Profile::SelfHosted) {
            let found: Vec<_> = notice.facts.iter().map(|fact| fact.field.as_str()).collect();
            assert_eq!(found, fields, "{register}");
            assert!(notice.facts.iter().all(|fact| !fact.text.is_empty() && !fact.heading.is_empty()));
            assert_eq!(notice.links.len(), 2);
        }
    }

    #[test]
    fn a_notice_names_no_button_that_the_widget_does_not_have() {
        for (register, notice) in every(Profile::SelfHosted) {
            let withdraw = notice.facts.iter().find(|fact| fact.field == "withdraw").unwrap();
            assert!(withdraw.text.contains("{phone}") && withdraw.text.contains("{email}"), "{register}");
            let all = texts(&notice).join(" ");
            assert!(!all.contains("Knopf") && !all.contains("button"), "{register}");
        }
    }

    #[test]
    fn only_contact_ways_stay_placeholders() {
        for profile in [Profile::SelfHosted, Profile::CloudflareOwnProxy, Profile::CloudflareDirect] {
            for (register, notice) in every(profile) {
                for text in texts(&notice) {
                    let rest = text.replace("{phone}", "").replace("{email}", "");
                    assert!(!rest.contains(['{', '}']), "{register}: {text}");
                }
            }
        }
    }

    #[test]
    fn loc_03_only_the_edge_profiles_speak_of_cloudflare_and_the_usa() {
        for (profile, spoken) in [
            (Profile::SelfHosted, false),
            (Profile::CloudflareOwnProxy, true),
            (Profile::CloudflareDirect, true),
        ] {
            for (register, notice) in every(profile) {
                let all = texts(&notice).join(" ");
                assert_eq!(all.contains("Cloudflare"), spoken, "{register}");
                assert_eq!(all.contains("USA") || all.contains("US company"), spoken, "{register}");
            }
        }
    }

    #[test]
    fn con_08_registers_do_not_mix() {
        let words = |notice: &Notice| -> Vec<String> {
            let all = texts(notice).join(" ");
            all.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect()
        };
        for (register, notice) in every(Profile::SelfHosted) {
            let words = words(&notice);
            let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            match register {
                Register::DeFormal => {
                    assert!(!has(&["du", "dir", "dich", "dein", "deine", "deiner", "deinen", "deinem"]));
                }
                Register::DeInformal => assert!(!has(&["Ihnen", "Ihre", "Ihren", "Ihrem", "Ihr"])),
                Register::En => assert!(!has(&["und", "Sie", "wir"])),
            }
        }
    }

    #[test]
    fn con_09_one_changed_fact_is_another_digest() {
        let before = notice::digest(&render(Register::En, &facts()).unwrap());
        let after = notice::digest(&render(Register::En, &LegalFacts { days: 91, ..facts() }).unwrap());
        assert_ne!(before, after);
    }

    #[test]
    fn pre_07_nothing_is_rendered_while_a_fact_is_missing() {
        let facts = LegalFacts { authority: String::new(), ..facts() };
        assert_eq!(render(Register::En, &facts), Err(RenderError::Missing(vec![Missing::Authority])));
    }
}
