//! The questions of the set-up: on which screen, and how they are asked.

use super::Step;
use crate::state::field::{Rule, Spec};

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
            Step::Purpose | Step::Keys | Step::Published => &[],
        }
    }

    /// How it is asked.
    pub fn spec(self) -> Spec {
        match self {
            Self::Company => Spec::new("company", |t| &t.ask_company, Rule::Text)
                .hint(|t| &t.ask_company_hint)
                .autocomplete("organization"),
            Self::Address => Spec::new("address", |t| &t.ask_address, Rule::Text)
                .hint(|t| &t.ask_address_hint)
                .autocomplete("street-address"),
            Self::Phone => Spec::new("phone", |t| &t.ask_phone, Rule::Phone).autocomplete("tel"),
            Self::Email => Spec::new("email", |t| &t.ask_email, Rule::Email).autocomplete("email"),
            Self::Hours => Spec::new("hours", |t| &t.ask_hours, Rule::Optional).hint(|t| &t.ask_hours_hint),
            Self::TeamDe => Spec::new("team-de", |t| &t.ask_team_de, Rule::Text).hint(|t| &t.ask_team_hint),
            Self::TeamEn => Spec::new("team-en", |t| &t.ask_team_en, Rule::Text),
            Self::Days => Spec::new("days", |t| &t.ask_days, Rule::Days).hint(|t| &t.ask_days_hint),
            Self::Authority => Spec {
                list: Some(AUTHORITIES),
                ..Spec::new("authority", |t| &t.ask_authority, Rule::Text).hint(|t| &t.ask_authority_hint)
            },
            Self::Dpo => Spec::new("dpo", |t| &t.ask_dpo, Rule::Text).hint(|t| &t.ask_dpo_hint),
            Self::PrivacyUrl => Spec::new("privacy-url", |t| &t.ask_privacy_url, Rule::Url),
            Self::ImprintUrl => Spec::new("imprint-url", |t| &t.ask_imprint_url, Rule::Url),
            Self::Name => {
                Spec::new("name", |t| &t.ask_name, Rule::Text).hint(|t| &t.ask_name_hint).autocomplete("name")
            }
            Self::Account => Spec::new("account", |t| &t.ask_account, Rule::Email).autocomplete("username"),
            Self::Password => Spec::new("password", |t| &t.ask_password, Rule::Password)
                .hint(|t| &t.ask_password_hint)
                .autocomplete("new-password"),
            Self::Recipients => Spec::new("recipients", |t| &t.ask_recipients, Rule::Recipients)
                .hint(|t| &t.ask_recipients_hint),
        }
    }
}
