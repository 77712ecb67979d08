//! What is asked, on which screen, and the answers.

use super::Step;
use crate::state::field::{Kind, Rule, Spec};
use einwurf_protocol::notice::Register;
use serde::{Deserialize, Serialize};

/// Id of the list of supervisory authorities.
pub const AUTHORITIES: &str = "authorities";

/// A question of the set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The controller's full name.
    Company,
    /// Postal address.
    Address,
    /// Phone.
    Phone,
    /// E-mail.
    Email,
    /// Opening hours.
    Hours,
    /// Who reads, in German.
    TeamDe,
    /// Who reads, in English.
    TeamEn,
    /// Retention in days.
    Days,
    /// Supervisory authority.
    Authority,
    /// Data protection officer or contact.
    Dpo,
    /// Privacy policy.
    PrivacyUrl,
    /// Legal notice.
    ImprintUrl,
    /// The first member's name.
    Name,
    /// The first member's account.
    Account,
    /// The password.
    Password,
    /// Who gets the relay mail.
    Recipients,
}

impl Ask {
    /// The questions of a screen, in order.
    pub fn of(step: Step) -> &'static [Self] {
        match step {
            Step::Company => &[Self::Company, Self::Address, Self::Phone, Self::Email, Self::Hours],
            Step::Privacy => &[
                Self::TeamDe,
                Self::TeamEn,
                Self::Days,
                Self::Authority,
                Self::Dpo,
                Self::PrivacyUrl,
                Self::ImprintUrl,
            ],
            Step::Account => &[Self::Name, Self::Account, Self::Password, Self::Recipients],
            Step::Keys | Step::Published => &[],
        }
    }

    /// How it is asked.
    pub fn spec(self) -> Spec {
        let line = |id, rule| Spec {
            id,
            label: |t| &t.common_optional,
            hint: None,
            kind: Kind::Line,
            autocomplete: "off",
            list: None,
            rule,
        };
        match self {
            Self::Company => Spec {
                label: |t| &t.ask_company,
                hint: Some(|t| &t.ask_company_hint),
                autocomplete: "organization",
                ..line("company", Rule::Text)
            },
            Self::Address => Spec {
                label: |t| &t.ask_address,
                hint: Some(|t| &t.ask_address_hint),
                autocomplete: "street-address",
                ..line("address", Rule::Text)
            },
            Self::Phone => Spec {
                label: |t| &t.ask_phone,
                kind: Kind::Typed("tel"),
                autocomplete: "tel",
                ..line("phone", Rule::Phone)
            },
            Self::Email => Spec {
                label: |t| &t.ask_email,
                kind: Kind::Typed("email"),
                autocomplete: "email",
                ..line("email", Rule::Email)
            },
            Self::Hours => Spec {
                label: |t| &t.ask_hours,
                hint: Some(|t| &t.ask_hours_hint),
                ..line("hours", Rule::Optional)
            },
            Self::TeamDe => Spec {
                label: |t| &t.ask_team_de,
                hint: Some(|t| &t.ask_team_hint),
                ..line("team-de", Rule::Text)
            },
            Self::TeamEn => Spec { label: |t| &t.ask_team_en, ..line("team-en", Rule::Text) },
            Self::Days => Spec {
                label: |t| &t.ask_days,
                hint: Some(|t| &t.ask_days_hint),
                kind: Kind::Typed("number"),
                ..line("days", Rule::Days)
            },
            Self::Authority => Spec {
                label: |t| &t.ask_authority,
                hint: Some(|t| &t.ask_authority_hint),
                list: Some(AUTHORITIES),
                ..line("authority", Rule::Text)
            },
            Self::Dpo => {
                Spec { label: |t| &t.ask_dpo, hint: Some(|t| &t.ask_dpo_hint), ..line("dpo", Rule::Text) }
            }
            Self::PrivacyUrl => Spec {
                label: |t| &t.ask_privacy_url,
                kind: Kind::Typed("url"),
                ..line("privacy-url", Rule::Url)
            },
            Self::ImprintUrl => Spec {
                label: |t| &t.ask_imprint_url,
                kind: Kind::Typed("url"),
                ..line("imprint-url", Rule::Url)
            },
            Self::Name => Spec {
                label: |t| &t.ask_name,
                hint: Some(|t| &t.ask_name_hint),
                autocomplete: "name",
                ..line("name", Rule::Text)
            },
            Self::Account => Spec {
                label: |t| &t.ask_account,
                kind: Kind::Typed("email"),
                autocomplete: "username",
                ..line("account", Rule::Email)
            },
            Self::Password => Spec {
                label: |t| &t.ask_password,
                hint: Some(|t| &t.ask_password_hint),
                kind: Kind::Password,
                autocomplete: "new-password",
                ..line("password", Rule::Password)
            },
            Self::Recipients => Spec {
                label: |t| &t.ask_recipients,
                hint: Some(|t| &t.ask_recipients_hint),
                kind: Kind::Area,
                ..line("recipients", Rule::Recipients)
            },
        }
    }
}

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
