//! What a site of the journeys is like: what its owner would say at the set-up.

use crate::seed::{COMPANY, EMAIL, PHONE};
use einwurf_protocol::{
    api::visitor::RelayInfo,
    manifest::Display,
    notice::{Mode, Purpose, Register},
    settings::{Confirmed, LegalFacts, Sector, Team},
};
use std::collections::BTreeSet;

/// What a site is made with.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
    /// Recipients of the relay mail.
    pub recipients: Vec<String>,
    /// Register of the relay mail.
    pub mail_register: Register,
    /// Days until deletion.
    pub days: u32,
    /// Legal basis.
    pub mode: Mode,
    /// What the company does.
    pub sector: Sector,
    /// Further purposes with a box.
    pub offers: BTreeSet<Purpose>,
    /// Age below which parents decide, where children may write.
    pub children: Option<u8>,
    /// Registers that have a notice.
    pub registers: Vec<Register>,
    /// Where the company's own door is.
    pub door: Option<String>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            account: "buero@fensterbau.example".to_owned(),
            password: "vier Fenster im Erdgeschoss".to_owned(),
            recipients: vec!["buero@fensterbau.example".to_owned()],
            mail_register: Register::DeFormal,
            days: 90,
            mode: Mode::Consent,
            sector: Sector::General,
            offers: BTreeSet::new(),
            children: None,
            registers: Register::ALL.to_vec(),
            door: None,
        }
    }
}

impl Plan {
    /// Every further box of the consent screen. A mail about an answer is asked about after the first message.
    pub fn all_boxes() -> Self {
        let offers = [Purpose::Special, Purpose::Remember, Purpose::Context].into();
        Self { offers, ..Self::default() }
    }

    /// The same in `mode`, and children may write.
    pub fn everything(mode: Mode) -> Self {
        Self { mode, children: Some(16), ..Self::all_boxes() }
    }

    /// Messages are taken on another basis than consent.
    pub fn request() -> Self {
        Self { mode: Mode::Request, ..Self::default() }
    }

    /// A practice: the strict set.
    pub fn health() -> Self {
        Self { sector: Sector::Health, days: 30, offers: [Purpose::Special].into(), ..Self::default() }
    }

    /// Children may write.
    pub fn children() -> Self {
        Self { children: Some(16), ..Self::default() }
    }

    /// What the notices state, on this relay.
    pub(crate) fn facts(&self, info: &RelayInfo) -> LegalFacts {
        let strict = self.sector == Sector::Health;
        LegalFacts {
            company: COMPANY.to_owned(),
            address: "Musterweg 1, 12345 Musterstadt".to_owned(),
            team: Team { de: "das Büro".to_owned(), en: "the office".to_owned() },
            days: self.days,
            authority: "Aufsichtsbehörde Musterland".to_owned(),
            dpo: "datenschutz@fensterbau.example".to_owned(),
            privacy_url: "https://fensterbau.example/datenschutz".to_owned(),
            imprint_url: "https://fensterbau.example/impressum".to_owned(),
            profile: info.profile,
            host_name: info.host_name.clone(),
            country: info.country.clone(),
            mode: self.mode,
            sector: self.sector,
            offers: self.offers.clone(),
            children: self.children,
            confirmed: Confirmed { copies: true, dpia: strict, secrecy: strict },
        }
    }
}

/// What may change without fresh consent.
pub(crate) fn display() -> Display {
    let time = [("de", "einem Werktag"), ("en", "one working day")];
    Display {
        name: COMPANY.to_owned(),
        phone: PHONE.to_owned(),
        email: EMAIL.to_owned(),
        hours: String::new(),
        response_time: time.map(|(language, text)| (language.to_owned(), text.to_owned())).into(),
        accent: "#1f5f5b".to_owned(),
        theme: None,
    }
}
