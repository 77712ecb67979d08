//! The answers of the set-up.

use super::ask::Ask;
use crate::state::{field, notice::terms::Terms};
use einwurf_protocol::{
    limits::SECRECY_DAYS,
    manifest::Display,
    notice::Register,
    settings::{LegalFacts, Sector},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the button of a site looks like until its owner chooses.
pub const ACCENT: &str = "#0f5c5c";

/// How long an answer usually takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// A few hours.
    Hours,
    /// One working day.
    #[default]
    Day,
    /// Two working days.
    TwoDays,
    /// A week.
    Week,
}

impl Response {
    /// All, shortest first.
    pub const ALL: [Self; 4] = [Self::Hours, Self::Day, Self::TwoDays, Self::Week];

    /// For "innerhalb von …", "within …": German and English.
    pub fn phrases(self) -> (&'static str, &'static str) {
        match self {
            Self::Hours => ("wenigen Stunden", "a few hours"),
            Self::Day => ("einem Werktag", "one working day"),
            Self::TwoDays => ("zwei Werktagen", "two working days"),
            Self::Week => ("einer Woche", "a week"),
        }
    }

    /// As a manifest states it.
    pub fn stated(self) -> BTreeMap<String, String> {
        let (de, en) = self.phrases();
        [("de", de), ("en", en)].map(|(language, text)| (language.to_owned(), text.to_owned())).into()
    }

    fn of(stated: &BTreeMap<String, String>) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.stated() == *stated)
    }
}

/// All answers but the password: no secret, so they may be kept in the tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// [`Ask::Company`].
    pub company: String,
    /// [`Ask::Address`].
    pub address: String,
    /// [`Ask::Phone`].
    pub phone: String,
    /// [`Ask::Email`].
    pub email: String,
    /// [`Ask::Hours`].
    pub hours: String,
    /// How long an answer usually takes.
    pub response: Response,
    /// Brand colour. The look is chosen once the site is published.
    pub accent: String,
    /// What is chosen, not typed.
    pub terms: Terms,
    /// [`Ask::TeamDe`].
    pub team_de: String,
    /// [`Ask::TeamEn`].
    pub team_en: String,
    /// [`Ask::Days`].
    pub days: String,
    /// [`Ask::Authority`].
    pub authority: String,
    /// [`Ask::Dpo`].
    pub dpo: String,
    /// [`Ask::PrivacyUrl`].
    pub privacy_url: String,
    /// [`Ask::ImprintUrl`].
    pub imprint_url: String,
    /// [`Ask::Name`].
    pub name: String,
    /// [`Ask::Account`].
    pub account: String,
    /// [`Ask::Recipients`].
    pub recipients: String,
    /// Register of the relay mail.
    pub mail_register: Register,
    /// Register of the snippet: what visitors read.
    pub register: Register,
    /// Words on the button; empty: the register's default.
    pub label: String,
}

impl Default for Answers {
    fn default() -> Self {
        let none = String::new;
        Self {
            company: none(),
            address: none(),
            phone: none(),
            email: none(),
            hours: none(),
            response: Response::default(),
            accent: ACCENT.into(),
            terms: Terms::default(),
            team_de: "das Büro".into(),
            team_en: "the office".into(),
            days: "90".into(),
            authority: none(),
            dpo: none(),
            privacy_url: none(),
            imprint_url: none(),
            name: none(),
            account: none(),
            recipients: none(),
            mail_register: Register::DeFormal,
            register: Register::DeFormal,
            label: none(),
        }
    }
}

impl Answers {
    /// What a published site says of itself; accounts and mail are not part of that.
    pub fn of(facts: &LegalFacts, display: &Display) -> Self {
        Self {
            company: facts.company.clone(),
            address: facts.address.clone(),
            phone: display.phone.clone(),
            email: display.email.clone(),
            hours: display.hours.clone(),
            response: Response::of(&display.response_time).unwrap_or_default(),
            accent: display.accent.clone(),
            terms: Terms::of(facts),
            team_de: facts.team.de.clone(),
            team_en: facts.team.en.clone(),
            days: facts.days.to_string(),
            authority: facts.authority.clone(),
            dpo: facts.dpo.clone(),
            privacy_url: facts.privacy_url.clone(),
            imprint_url: facts.imprint_url.clone(),
            ..Self::default()
        }
    }

    /// Takes a sector with what it forces. Fewer days than secrecy allows stay as they are.
    pub fn bind(&mut self, sector: Sector) {
        self.terms.bind(sector);
        if sector == Sector::Health && field::days(&self.days).is_some_and(|days| days > SECRECY_DAYS) {
            self.days = SECRECY_DAYS.to_string();
        }
    }

    /// An answer. The password is not among them.
    pub fn get(&self, ask: Ask) -> &str {
        match ask {
            Ask::Company => &self.company,
            Ask::Address => &self.address,
            Ask::Phone => &self.phone,
            Ask::Email => &self.email,
            Ask::Hours => &self.hours,
            Ask::TeamDe => &self.team_de,
            Ask::TeamEn => &self.team_en,
            Ask::Days => &self.days,
            Ask::Authority => &self.authority,
            Ask::Dpo => &self.dpo,
            Ask::PrivacyUrl => &self.privacy_url,
            Ask::ImprintUrl => &self.imprint_url,
            Ask::Name => &self.name,
            Ask::Account => &self.account,
            Ask::Recipients => &self.recipients,
            Ask::Password => "",
        }
    }

    /// Takes an answer.
    pub fn set(&mut self, ask: Ask, text: String) {
        *match ask {
            Ask::Company => &mut self.company,
            Ask::Address => &mut self.address,
            Ask::Phone => &mut self.phone,
            Ask::Email => &mut self.email,
            Ask::Hours => &mut self.hours,
            Ask::TeamDe => &mut self.team_de,
            Ask::TeamEn => &mut self.team_en,
            Ask::Days => &mut self.days,
            Ask::Authority => &mut self.authority,
            Ask::Dpo => &mut self.dpo,
            Ask::PrivacyUrl => &mut self.privacy_url,
            Ask::ImprintUrl => &mut self.imprint_url,
            Ask::Name => &mut self.name,
            Ask::Account => &mut self.account,
            Ask::Recipients => &mut self.recipients,
            Ask::Password => return,
        } = text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures::admin,
        state::setup::founding,
        testing::{answers, relay_info},
    };

    #[test]
    fn what_is_published_comes_back_as_it_was_answered() {
        let mut answers = answers();
        answers.bind(Sector::Health);
        answers.response = Response::Week;
        let facts = founding::facts(&answers, &relay_info());
        let display = Display {
            response_time: Response::Week.stated(),
            accent: "#123456".into(),
            ..admin::stock()[0].display.clone()
        };
        let back = Answers::of(&facts, &display);
        assert_eq!(founding::facts(&back, &relay_info()), facts);
        assert_eq!((back.response, back.accent.as_str()), (Response::Week, "#123456"));
        assert!(back.name.is_empty() && back.account.is_empty() && back.recipients.is_empty());
    }

    #[test]
    fn kid_03_secrecy_shortens_what_is_kept_longer_and_nothing_else() {
        for (typed, then) in [("29", "29"), ("30", "30"), ("31", "30"), ("90", "30"), ("", ""), ("x", "x")] {
            let mut answers = Answers { days: typed.into(), ..answers() };
            answers.bind(Sector::Health);
            assert_eq!(answers.days, then, "{typed}");
        }
        let mut answers = answers();
        answers.bind(Sector::General);
        assert_eq!(answers.days, "90");
    }

    #[test]
    fn answers_that_an_earlier_app_kept_in_the_tab_still_open() {
        let kept: Answers = serde_json::from_str(r#"{"company":"A","days":"7"}"#).unwrap();
        assert_eq!((kept.days.as_str(), kept.terms, kept.accent.as_str()), ("7", Terms::default(), ACCENT));
    }
}
