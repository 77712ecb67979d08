//! The answers of the set-up.

use super::ask::Ask;
use einwurf_protocol::notice::Register;
use serde::{Deserialize, Serialize};

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
