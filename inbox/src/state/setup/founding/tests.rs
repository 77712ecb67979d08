//! A complete body from answers, verified as a visitor's browser, the relay and a member's device would.

use super::*;
use crate::{
    state::notice::advice::Topic,
    testing::{NOW, ORIGIN, answers, founded, relay_info},
};
use einwurf_protocol::{
    limits::{MANIFEST_SECONDS, PUBLICATION_BODY_BYTES},
    manifest::{Expected, Manifest},
    notice::{Mode, Purpose},
    roster::{self, MemberCertificate, Roster},
    settings::Profile,
    stock,
};
use einwurf_seal::OpenedKey;

const DAY: u64 = 86_400;

type Weaken = fn(&mut Answers, &mut RelayInfo);

fn verified(keys: &Keys, body: &Setup) -> Manifest {
    let expected = Expected { pins: &[keys.site.thumbprint()], relay: ORIGIN, now: NOW, serial: 1 };
    Manifest::verify(&body.publication.manifests[0], &expected).unwrap()
}

#[test]
fn the_first_manifest_verifies_by_the_pin_that_the_snippet_gets() {
    let (keys, body) = founded(1);
    let manifest = verified(&keys, &body);
    assert_eq!(manifest.exp, NOW.plus(MANIFEST_SECONDS));
    assert_eq!(manifest.inbox_key.destroyed, NOW.plus(MANIFEST_SECONDS + 90 * DAY));
    assert_eq!(manifest.display.response_time["en"], "one working day");
}

#[test]
fn half_a_year_is_signed_ahead_with_a_certificate_for_each_month() {
    let (keys, body) = founded(1);
    let (site, pins) = (keys.site.thumbprint(), [keys.site.thumbprint()]);
    let months: Vec<_> = stock::months(NOW).collect();
    let manifests = body.publication.manifests.iter().zip(&months).map(|(compact, (nbf, _))| {
        Manifest::verify(compact, &Expected { pins: &pins, relay: ORIGIN, now: *nbf, serial: 1 }).unwrap()
    });
    assert_eq!(stock::check(&manifests.collect::<Vec<_>>()), Ok(()));
    assert_eq!(body.certificates.len(), 6);
    for (compact, (nbf, _)) in body.certificates.iter().zip(&months) {
        let certificate = MemberCertificate::verify(compact, (&site, &[]), *nbf, &[]).unwrap();
        assert_eq!((certificate.nbf, certificate.name.as_str()), (*nbf, "Anna Beispiel"));
    }
}

#[test]
fn two_groups_of_the_sheet_can_be_asked_for_later() {
    let (keys, body) = founded(1);
    let code = keys.recovery.to_text();
    let words = body.recovery.groups.map(|group| code.split('-').nth(group.into()).unwrap());
    assert_eq!(keys.site.fits(&body.recovery, words), Ok(true));
}

#[test]
fn every_digest_in_the_manifest_is_that_of_the_document_sent_with_it() {
    let (keys, body) = founded(2);
    let manifest = verified(&keys, &body);
    assert_eq!(manifest.notices.len(), 3);
    for (named, document) in manifest.notices.iter().zip(&body.publication.notices) {
        let notice = notice::read(document.as_bytes(), &named.digest).unwrap();
        assert_eq!((notice.register, notice.mode), (named.register, Mode::Consent));
    }
    assert_eq!(roster::digest(&body.publication.roster), manifest.roster.digest);
}

#[test]
fn the_roster_names_the_first_member_and_the_recovery_code() {
    use Capability::{Audit, Read, Sign};
    let (keys, body) = founded(3);
    let roster = Roster::verify(&body.publication.roster, &keys.site.thumbprint(), 1).unwrap();
    let found: Vec<_> = roster.members.iter().map(|member| (member.kind, member.may.as_slice())).collect();
    assert_eq!(
        found,
        [(MemberKind::Person, &[Sign, Read, Audit][..]), (MemberKind::Recovery, &[Sign, Read][..])]
    );
}

#[test]
fn the_printed_code_alone_opens_the_sites_keys() {
    let (keys, body) = founded(4);
    let typed = keys.recovery.to_text().to_lowercase().replace('-', " ");
    let recovered = MemberKeys::from_recovery(&RecoveryCode::from_text(&typed).unwrap());
    let site = keys.site.thumbprint();
    let opened: Vec<_> = body
        .sealed
        .iter()
        .filter(|sealed| sealed.member == recovered.id())
        .map(|sealed| recovered.open_key(sealed, site).unwrap())
        .collect();
    let (sites, inboxes): (Vec<_>, Vec<_>) =
        opened.into_iter().partition(|key| matches!(key, OpenedKey::Site(_)));
    assert!(matches!(sites.as_slice(), [OpenedKey::Site(key)] if key.thumbprint() == site));
    assert_eq!(inboxes.len(), 6, "one for each month");
}

#[test]
fn pre_07_a_missing_fact_publishes_nothing_and_is_named() {
    let answers = Answers { authority: " ".into(), dpo: String::new(), ..answers() };
    let error = write(&answers, &relay_info()).unwrap_err();
    assert_eq!(error, FoundingError::Missing(vec![Missing::Authority, Missing::Dpo]));
}

#[test]
fn con_07_words_that_no_notice_may_have_are_not_published() {
    let answers = Answers { team_de: "unser Newsletter-Team".into(), ..answers() };
    let error = write(&answers, &relay_info()).unwrap_err();
    let FoundingError::Said(found) = error else { panic!("{error:?}") };
    assert!(found.iter().all(|finding| finding.said == "newsletter"), "{found:?}");
}

#[test]
fn kid_03_each_weaker_setting_publishes_nothing() {
    let mut bound = answers();
    bound.bind(Sector::Health);
    bound.terms.confirmed = Confirmed { dpia: true, secrecy: true, copies: true };
    assert!(write(&bound, &relay_info()).is_ok());
    let cases: [(Missing, Weaken); 6] = [
        (Missing::SectorProfile, |_, relay| relay.profile = Profile::CloudflareDirect),
        (Missing::SectorDays, |answers, _| answers.days = "31".into()),
        (Missing::SectorContext, |answers, _| {
            answers.terms.offers.insert(Purpose::Context);
        }),
        (Missing::SectorSpecial, |answers, _| {
            answers.terms.offers.remove(&Purpose::Special);
        }),
        (Missing::SectorDpia, |answers, _| answers.terms.confirmed.dpia = false),
        (Missing::SectorSecrecy, |answers, _| answers.terms.confirmed.secrecy = false),
    ];
    for (missing, weaken) in cases {
        let (mut answers, mut relay) = (bound.clone(), relay_info());
        weaken(&mut answers, &mut relay);
        assert_eq!(write(&answers, &relay), Err(FoundingError::Missing(vec![missing])));
    }
}

#[test]
fn con_06_a_request_is_founded_as_a_request_in_every_register() {
    let mut answers = answers();
    answers.terms.ask_about(Topic::Orders);
    let written = write(&answers, &relay_info()).unwrap();
    assert_eq!(written.facts.mode, Mode::Request);
    for (_, document) in &written.documents {
        assert_eq!(notice::parse(document.as_bytes()).unwrap().mode, Mode::Request);
    }
}

#[test]
fn loc_03_profile_host_and_country_are_the_relays_own_words() {
    let (_, body) = founded(6);
    let facts = &body.publication.facts;
    assert_eq!((facts.profile, facts.host_name.as_str()), (Profile::SelfHosted, "Beispiel Hosting GmbH"));
    assert!(body.publication.notices[2].contains("Beispiel Hosting GmbH"));
}

#[test]
fn enc_02_no_private_key_stands_in_the_body() {
    use einwurf_seal::SiteSecret as _;
    let (keys, body) = founded(7);
    let sent = serde_json::to_string(&body).unwrap();
    let unlocked = crate::testing::staff(7);
    let inbox = unlocked.inbox_keys.iter().map(einwurf_seal::SiteSecret::secret);
    for secret in inbox.chain([keys.site.secret()]) {
        assert!(!sent.contains(&einwurf_protocol::codec::to_base64url(secret.as_ref())));
    }
    assert!(!sent.contains(keys.recovery.to_text().as_str()));
}

#[test]
fn the_body_fits_the_relays_limit() {
    let (_, body) = founded(8);
    let size = serde_json::to_vec(&body).unwrap().len();
    assert!(size < PUBLICATION_BODY_BYTES, "{size}");
}
