//! Each fact that is missing, and each limit one below, at and one above.

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
        mode: Mode::Consent,
        sector: Sector::General,
        offers: BTreeSet::new(),
        children: None,
        confirmed: Confirmed { copies: true, ..Confirmed::default() },
    }
}

type Change = fn(&mut LegalFacts);

#[test]
fn pre_07_each_missing_fact_is_named() {
    assert_eq!(facts().missing(), []);
    let blank: [(Missing, Change); 10] = [
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

fn offering(offers: &[Purpose]) -> LegalFacts {
    LegalFacts { offers: offers.iter().copied().collect(), ..facts() }
}

/// The strongest setting of the sector: every box that it allows, all confirmed.
pub(crate) fn health() -> LegalFacts {
    LegalFacts {
        sector: Sector::Health,
        days: SECRECY_DAYS,
        confirmed: Confirmed { dpia: true, secrecy: true, copies: true },
        ..offering(&[Purpose::Special, Purpose::Remember])
    }
}

#[test]
fn con_03_only_purposes_that_have_a_box_can_be_offered() {
    use Purpose::{Answer, Context, Guest, Notify, Remember, Special};
    for offers in
        [&[][..], &[Special], &[Remember], &[Notify], &[Context], &[Special, Remember, Notify, Context]]
    {
        assert_eq!(offering(offers).missing(), [], "{offers:?}");
    }
    for refused in [Answer, Guest] {
        assert_eq!(offering(&[Special, refused]).missing(), [Missing::Offers], "{refused:?}");
    }
}

#[test]
fn dp_03_what_can_be_offered_and_the_box_to_answer_are_at_most_five_boxes() {
    assert!(OFFERED.len() < crate::limits::BOXES);
}

#[test]
fn dp_04_nothing_is_offered_unless_the_site_says_so() {
    let silent = serde_json::to_value(facts()).unwrap();
    assert_eq!(silent["offers"], serde_json::json!([]));
    assert!(silent.get("children").is_none());
    assert_eq!(serde_json::from_value::<LegalFacts>(silent).unwrap(), facts());
}

#[test]
fn kid_01_an_age_one_below_at_and_one_above_its_limits() {
    for (children, ok) in
        [(None, true), (Some(12), false), (Some(13), true), (Some(16), true), (Some(17), false)]
    {
        let expected: &[Missing] = if ok { &[] } else { &[Missing::Children] };
        assert_eq!(LegalFacts { children, ..facts() }.missing(), expected, "{children:?}");
    }
}

#[test]
fn rgt_03_without_the_promise_to_delete_copies_nothing_is_published() {
    for mode in [Mode::Consent, Mode::Request] {
        let confirmed = Confirmed { copies: false, ..facts().confirmed };
        assert_eq!(LegalFacts { mode, confirmed, ..facts() }.missing(), [Missing::Copies]);
    }
}

#[test]
fn kid_03_each_weaker_setting_is_named() {
    assert_eq!(health().missing(), []);
    let weaker: [(Missing, Change); 6] = [
        (Missing::SectorProfile, |f| f.profile = Profile::CloudflareDirect),
        (Missing::SectorDays, |f| f.days = SECRECY_DAYS + 1),
        (Missing::SectorContext, |f| f.offers.extend([Purpose::Context])),
        (Missing::SectorSpecial, |f| f.offers.retain(|purpose| *purpose != Purpose::Special)),
        (Missing::SectorDpia, |f| f.confirmed.dpia = false),
        (Missing::SectorSecrecy, |f| f.confirmed.secrecy = false),
    ];
    for mode in [Mode::Consent, Mode::Request] {
        for (field, weaken) in weaker {
            let mut facts = LegalFacts { mode, ..health() };
            weaken(&mut facts);
            assert_eq!(facts.missing(), [field]);
            facts.sector = Sector::General;
            assert_eq!(facts.missing(), [], "only the sector forbids {field:?}");
        }
    }
}

#[test]
fn kid_03_all_weaker_settings_at_once_are_all_named() {
    use Missing::{SectorContext, SectorDays, SectorDpia, SectorProfile, SectorSecrecy, SectorSpecial};
    let facts = LegalFacts { sector: Sector::Health, profile: Profile::CloudflareDirect, ..facts() };
    let facts = LegalFacts { offers: [Purpose::Context].into(), ..facts };
    assert_eq!(
        facts.missing(),
        [SectorProfile, SectorDays, SectorContext, SectorSpecial, SectorDpia, SectorSecrecy]
    );
}

#[test]
fn kid_03_days_one_below_at_and_one_above_what_secrecy_allows() {
    for (days, ok) in [(SECRECY_DAYS - 1, true), (SECRECY_DAYS, true), (SECRECY_DAYS + 1, false)] {
        assert_eq!(LegalFacts { days, ..health() }.missing().is_empty(), ok, "{days}");
    }
}

#[test]
fn kid_03_an_own_proxy_or_an_own_server_keeps_secrecy() {
    for profile in [Profile::SelfHosted, Profile::CloudflareOwnProxy] {
        assert_eq!(LegalFacts { profile, ..health() }.missing(), []);
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
