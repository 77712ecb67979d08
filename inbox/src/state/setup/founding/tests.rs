//! A complete body from answers, verified as a visitor's browser, the relay and a member's device would.

use super::*;
use crate::{
    state::opaque::ExportKey,
    testing::{Dice, EXPORT_KEY, NOW, ORIGIN, answers, place},
};
use einwurf_protocol::{manifest::Expected, notice::Mode, settings::Profile};
use einwurf_seal::OpenedKey;

fn founded(seed: u64) -> (Keys, Setup) {
    let mut dice = Dice::new(seed);
    let keys = Keys::draw(&mut dice);
    let publication = publication(&answers(), &keys, &place(), NOW).unwrap();
    let registered = Registered { upload: vec![1, 2, 3], export_key: ExportKey::new(EXPORT_KEY.to_vec()) };
    let body = body(&answers(), &keys, publication, &registered, &mut dice).unwrap();
    (keys, body)
}

fn verified(keys: &Keys, body: &Setup) -> Manifest {
    let expected = Expected { pins: &[keys.site.thumbprint()], relay: ORIGIN, now: NOW, serial: 1 };
    Manifest::verify(&body.publication.manifest, &expected).unwrap()
}

#[test]
fn the_manifest_verifies_by_the_pin_that_the_snippet_gets() {
    let (keys, body) = founded(1);
    let manifest = verified(&keys, &body);
    assert_eq!(manifest.exp, NOW.plus(MANIFEST_SECONDS));
    assert_eq!(manifest.inbox_key.destroyed, NOW.plus(MANIFEST_SECONDS + 90 * DAY));
    assert_eq!(manifest.display.response_time["en"], "one working day");
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
    assert!(matches!(&opened[0], OpenedKey::Site(key) if key.thumbprint() == site));
    assert!(matches!(&opened[1], OpenedKey::Inbox(key) if key.id() == keys.inbox.id()));
    assert_eq!(opened.len(), 2);
}

#[test]
fn pre_07_a_missing_fact_publishes_nothing_and_is_named() {
    let keys = Keys::draw(&mut Dice::new(5));
    let answers = Answers { authority: " ".into(), dpo: String::new(), ..answers() };
    let error = publication(&answers, &keys, &place(), NOW).unwrap_err();
    assert_eq!(error, FoundingError::Missing(vec![Missing::Authority, Missing::Dpo]));
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
    for secret in [keys.site.secret(), keys.inbox.secret()] {
        assert!(!sent.contains(&einwurf_protocol::codec::to_base64url(secret.as_ref())));
    }
    assert!(!sent.contains(keys.recovery.to_text().as_str()));
}

#[test]
fn the_body_fits_the_relays_limit() {
    let (_, body) = founded(8);
    let size = serde_json::to_vec(&body).unwrap().len();
    assert!(size < einwurf_protocol::limits::STAFF_BODY_BYTES, "{size}");
}
