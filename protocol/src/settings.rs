//! What a site owner says about the site: the legal facts that a notice is rendered from, and what keeps a site from
//! being published (PRE-07).

use crate::limits::{LABEL_BYTES, RETENTION_DAYS};
use serde::{Deserialize, Serialize};

/// Where and by whom the relay runs. Decides the sentence on place and transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// `workerd` on a server of the company or of a provider in the EEA.
    SelfHosted,
    /// Cloudflare behind the company's own proxy.
    CloudflareOwnProxy,
    /// Cloudflare, reached directly.
    CloudflareDirect,
}

/// Legal facts. A change of any of them is a new notice, and needs fresh consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A phrase in the languages of the notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
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
}

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
        .into_iter()
        .filter_map(|(field, present)| (!present).then_some(field))
        .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn facts() -> LegalFacts {
        let both = |de: &str, en: &str| Team { de: de.into(), en: en.into() };
        LegalFacts {
            company: "Beispiel Fensterbau GmbH".into(),
            address: "Musterweg 1, 12345 Musterstadt".into(),
            team: both("das Büro", "the office"),
            days: 90,
            authority: "Aufsichtsbehörde Musterland".into(),
            dpo: "datenschutz@fensterbau.example".into(),
            privacy_url: "https://fensterbau.example/datenschutz".into(),
            imprint_url: "https://fensterbau.example/impressum".into(),
            profile: Profile::SelfHosted,
            host_name: "Beispiel Fensterbau GmbH".into(),
            country: both("Deutschland", "Germany"),
        }
    }

    type Clear = fn(&mut LegalFacts);

    #[test]
    fn pre_07_each_missing_fact_is_named() {
        assert_eq!(facts().missing(), []);
        let blank: [(Missing, Clear); 10] = [
            (Missing::Company, |f| f.company = "  ".into()),
            (Missing::Address, |f| f.address.clear()),
            (Missing::Team, |f| f.team.en.clear()),
            (Missing::Days, |f| f.days = 0),
            (Missing::Authority, |f| f.authority.clear()),
            (Missing::Dpo, |f| f.dpo = "{dpo}".into()),
            (Missing::PrivacyUrl, |f| f.privacy_url = "http://fensterbau.example".into()),
            (Missing::ImprintUrl, |f| f.imprint_url = "javascript:alert(1)".into()),
            (Missing::HostName, |f| f.host_name.clear()),
            (Missing::Country, |f| f.country.de.clear()),
        ];
        for (field, clear) in blank {
            let mut facts = facts();
            clear(&mut facts);
            assert_eq!(facts.missing(), [field]);
        }
    }

    #[test]
    fn ret_01_retention_one_below_at_and_one_above_its_limits() {
        for (days, ok) in [(0, false), (1, true), (364, true), (365, true), (366, false)] {
            let facts = LegalFacts { days, ..facts() };
            assert_eq!(facts.missing().is_empty(), ok, "{days}");
        }
    }

    #[test]
    fn only_plain_https_urls_stand_in_a_notice() {
        for good in ["https://a.example", "https://a.example:8443/x?y#z"] {
            assert!(is_https_url(good), "{good}");
        }
        for bad in
            ["https://", "https://a", "https://a.example/\"x", "https://a.example/ x", "https://u@a.example"]
        {
            assert!(!is_https_url(bad), "{bad}");
        }
    }
}
