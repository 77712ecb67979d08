//! What a site owner says about the site: the legal facts that a notice is rendered from, and what keeps a site from
//! being published (PRE-07).

mod ages;

pub use ages::AGES;

use crate::{
    limits::{CHILD_AGES, LABEL_BYTES, RETENTION_DAYS, SECRECY_DAYS},
    notice::{Mode, Notice, Purpose, Register},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where and by whom the relay runs. Decides the sentence on place and transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// `workerd` on a server of the company or of a provider in the EEA.
    SelfHosted,
    /// Cloudflare behind the company's own proxy.
    CloudflareOwnProxy,
    /// Cloudflare, reached directly.
    CloudflareDirect,
}

/// What the company does, as far as the law asks for more (KID-03).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sector {
    /// Nothing special.
    General,
    /// Health, or a profession bound to secrecy (section 203 of the German Criminal Code).
    Health,
}

/// What the controller has confirmed. No machine can check it; a notice promises it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Confirmed {
    /// A data protection impact assessment was made (GDPR 35).
    pub dpia: bool,
    /// Everybody who reads is bound to secrecy.
    pub secrecy: bool,
    /// Staff delete their own copies after a withdrawal (GDPR 17, 19).
    pub copies: bool,
}

/// Legal facts. A change of any of them is a new notice, and needs fresh consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LegalFacts {
    /// The controller's full name (GDPR 13(1)(a)).
    pub company: String,
    /// The controller's postal address.
    pub address: String,
    /// Who reads, as a phrase: "the office".
    pub team: Team,
    /// Days until deletion, 1 to [`RETENTION_DAYS`].
    pub days: u32,
    /// The competent supervisory authority (GDPR 13(2)(d)).
    pub authority: String,
    /// Data protection officer or contact.
    pub dpo: String,
    /// `https` URL of the privacy policy.
    pub privacy_url: String,
    /// `https` URL of the legal notice.
    pub imprint_url: String,
    /// Deployment profile of the relay.
    pub profile: Profile,
    /// Who runs the relay.
    pub host_name: String,
    /// Country where the relay runs, in German and English.
    pub country: Team,
    /// On which legal basis messages are taken.
    pub mode: Mode,
    /// What the company does.
    pub sector: Sector,
    /// Further purposes, each with its own empty box (CON-03).
    pub offers: BTreeSet<Purpose>,
    /// Age below which parents decide, where children may write (GDPR 8); see [`AGES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub children: Option<u8>,
    /// What the controller has confirmed.
    pub confirmed: Confirmed,
}

/// A phrase in the languages of the notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Team {
    /// In the language of a register; in English where it has none of its own.
    pub fn of(&self, register: Register) -> &str {
        if register.lang() == Register::DeFormal.lang() { &self.de } else { &self.en }
    }
}

/// A field that keeps a site from being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// [`LegalFacts::company`].
    Company,
    /// [`LegalFacts::address`].
    Address,
    /// [`LegalFacts::team`].
    Team,
    /// [`LegalFacts::days`] out of range.
    Days,
    /// [`LegalFacts::authority`].
    Authority,
    /// [`LegalFacts::dpo`].
    Dpo,
    /// [`LegalFacts::privacy_url`].
    PrivacyUrl,
    /// [`LegalFacts::imprint_url`].
    ImprintUrl,
    /// [`LegalFacts::host_name`].
    HostName,
    /// [`LegalFacts::country`].
    Country,
    /// [`LegalFacts::offers`] names a purpose that no box can be offered for.
    Offers,
    /// [`LegalFacts::children`] out of range.
    Children,
    /// [`Confirmed::copies`] is not confirmed.
    Copies,
    /// [`Sector::Health`] does not allow this profile.
    SectorProfile,
    /// [`Sector::Health`] allows at most [`SECRECY_DAYS`].
    SectorDays,
    /// [`Sector::Health`] does not allow to offer [`Purpose::Context`].
    SectorContext,
    /// [`Sector::Health`] needs [`Purpose::Special`].
    SectorSpecial,
    /// [`Sector::Health`] needs [`Confirmed::dpia`].
    SectorDpia,
    /// [`Sector::Health`] needs [`Confirmed::secrecy`].
    SectorSecrecy,
}

/// Purposes that a site can offer a box for. The box to answer is no offer: it goes with the mode.
pub const OFFERED: [Purpose; 4] = [Purpose::Special, Purpose::Remember, Purpose::Notify, Purpose::Context];

/// Whether `url` is an absolute `https` URL that can stand in a notice.
pub fn is_https_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    url.len() <= 2_000
        && host.contains('.')
        && host.split(':').next().is_some_and(|name| {
            name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        })
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>'))
}

impl LegalFacts {
    /// Every mandatory fact that is missing or out of range; empty when a notice can be rendered.
    pub fn missing(&self) -> Vec<Missing> {
        let unmet = |(field, met): (Missing, bool)| (!met).then_some(field);
        let sector = (self.sector == Sector::Health).then(|| self.secrecy());
        let all = self.stated().into_iter().chain(self.chosen()).chain(sector.into_iter().flatten());
        all.filter_map(unmet).collect()
    }

    /// Whether a notice says what these facts say, as far as a machine can tell: a relay publishes no other. So no
    /// device can ask for consent where the facts say request, or leave out a box that the sector needs.
    pub fn stated_by(&self, notice: &Notice) -> bool {
        let boxes = notice.statements.iter().filter(|statement| statement.purpose != Purpose::Answer);
        let mut special = boxes.clone().filter(|statement| statement.purpose == Purpose::Special);
        let mut offers = BTreeSet::new();
        offers.extend(boxes.map(|statement| statement.purpose));
        (notice.mode, notice.profile, notice.days) == (self.mode, self.profile, self.days)
            && notice.company == self.company
            && offers == self.offers
            && special.all(|statement| statement.required == (self.sector == Sector::Health))
            && notice.age.as_ref().map(|choice| choice.age) == self.children
    }

    fn stated(&self) -> [(Missing, bool); 10] {
        let stated =
            |text: &str| !text.trim().is_empty() && text.len() <= LABEL_BYTES && !text.contains(['{', '}']);
        let both = |phrase: &Team| stated(&phrase.de) && stated(&phrase.en);
        [
            (Missing::Company, stated(&self.company)),
            (Missing::Address, stated(&self.address)),
            (Missing::Team, both(&self.team)),
            (Missing::Days, (1..=RETENTION_DAYS).contains(&self.days)),
            (Missing::Authority, stated(&self.authority)),
            (Missing::Dpo, stated(&self.dpo)),
            (Missing::PrivacyUrl, is_https_url(&self.privacy_url)),
            (Missing::ImprintUrl, is_https_url(&self.imprint_url)),
            (Missing::HostName, stated(&self.host_name)),
            (Missing::Country, both(&self.country)),
        ]
    }

    fn chosen(&self) -> [(Missing, bool); 3] {
        [
            (Missing::Offers, self.offers.iter().all(|purpose| OFFERED.contains(purpose))),
            (Missing::Children, self.children.is_none_or(|age| CHILD_AGES.contains(&age))),
            (Missing::Copies, self.confirmed.copies),
        ]
    }

    /// What secrecy asks for besides (KID-03).
    fn secrecy(&self) -> [(Missing, bool); 6] {
        [
            (Missing::SectorProfile, self.profile != Profile::CloudflareDirect),
            (Missing::SectorDays, self.days <= SECRECY_DAYS),
            (Missing::SectorContext, !self.offers.contains(&Purpose::Context)),
            (Missing::SectorSpecial, self.offers.contains(&Purpose::Special)),
            (Missing::SectorDpia, self.confirmed.dpia),
            (Missing::SectorSecrecy, self.confirmed.secrecy),
        ]
    }
}

#[cfg(test)]
pub(crate) mod tests;
