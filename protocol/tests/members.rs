//! Who may do what: rosters that can go on, certificates and their ends, the line of site keys.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW, manifest};
use einwurf_protocol::{
    ids::Thumbprint,
    jws,
    limits::{CERTIFICATE_SECONDS, CLOCK_SKEW_SECONDS, FORMER, NAME_BYTES},
    manifest::{Former, Manifest, Revocation, Succession},
    roster::{Capability, CertificateError, Member, MemberCertificate, MemberKind, Roster},
    succession::{self, SuccessionError},
};

fn entry(seed: u8, kind: MemberKind, may: &[Capability]) -> Member {
    let signing = Key::new(seed).public();
    let id = signing.thumbprint();
    Member { id, kind, name: format!("M{seed}"), may: may.to_vec(), signing, sealing: vec![seed; 1216] }
}

/// Kinds and capabilities.
type Team = &'static [(MemberKind, &'static [Capability])];

#[test]
fn a_site_goes_on_only_with_a_signer_a_reader_and_a_spare() {
    use Capability::{Read, Sign};
    use MemberKind::{Person, Recovery};
    let cases: [(Team, bool); 8] = [
        (&[(Person, &[Sign, Read]), (Recovery, &[Sign, Read])], true),
        (&[(Person, &[Sign, Read]), (Person, &[Sign])], true),
        (&[(Person, &[Sign]), (Person, &[Read]), (Recovery, &[Sign])], true),
        (&[(Person, &[Sign, Read])], false),
        (&[(Person, &[Sign, Read]), (Recovery, &[Read])], false),
        (&[(Person, &[Read]), (Recovery, &[Sign, Read])], false),
        (&[(Person, &[Sign]), (Recovery, &[Sign, Read])], false),
        (&[], false),
    ];
    for (given, expected) in cases {
        let members = (1..).zip(given).map(|(seed, (kind, may))| entry(seed, *kind, may)).collect();
        let roster = Roster { v: 1, site: Thumbprint([0; 32]), serial: 1, members };
        assert_eq!(roster.can_go_on(), expected, "{given:?}");
    }
}

#[test]
fn visitors_are_told_of_persons_and_not_of_the_recovery_code() {
    use Capability::{Audit, Read, Sign};
    let members = vec![
        entry(1, MemberKind::Person, &[Sign, Read]),
        entry(2, MemberKind::Person, &[Read, Audit]),
        entry(3, MemberKind::Person, &[Sign]),
        entry(4, MemberKind::Recovery, &[Sign, Read]),
    ];
    let roster = Roster { v: 1, site: Thumbprint([0; 32]), serial: 1, members };
    assert_eq!((roster.reading_persons(), roster.readers().count(), roster.signers().count()), (2, 3, 3));
}

fn certificate(change: impl FnOnce(&mut MemberCertificate)) -> String {
    let site = Key::new(1);
    let mut certificate = MemberCertificate {
        v: 1,
        site: site.public().thumbprint(),
        name: "Ines".into(),
        key: Key::new(5).public(),
        nbf: NOW,
        exp: NOW.plus(CERTIFICATE_SECONDS),
    };
    change(&mut certificate);
    site.jws(jws::MEMBER, &certificate)
}

fn verify(compact: &str, at: u64, revoked: &[Revocation]) -> Result<(), CertificateError> {
    let site = Key::new(1).public().thumbprint();
    let at = einwurf_protocol::time::Timestamp(at);
    MemberCertificate::verify(compact, (&site, &[]), at, revoked).map(drop)
}

#[test]
fn a_certificate_holds_from_its_beginning_to_its_end_and_a_day_of_clock_difference() {
    let compact = certificate(|_| ());
    let (begin, end) = (NOW.0 - CLOCK_SKEW_SECONDS, NOW.0 + CERTIFICATE_SECONDS + CLOCK_SKEW_SECONDS);
    for (at, expected) in [
        (begin - 1, Err(CertificateError::Time)),
        (begin, Ok(())),
        (end, Ok(())),
        (end + 1, Err(CertificateError::Time)),
    ] {
        assert_eq!(verify(&compact, at, &[]), expected, "{at}");
    }
}

#[test]
fn a_foreign_misnamed_long_or_other_certificate_is_refused() {
    let stranger = Key::new(2);
    let cases = [
        certificate(|c| c.site = stranger.public().thumbprint()),
        certificate(|c| c.v = 2),
        certificate(|c| c.exp = c.nbf.plus(CERTIFICATE_SECONDS + 1)),
        certificate(|c| c.name = "x".repeat(NAME_BYTES + 1)),
        stranger.jws(
            jws::MEMBER,
            &MemberCertificate {
                v: 1,
                site: stranger.public().thumbprint(),
                name: "Ines".into(),
                key: Key::new(5).public(),
                nbf: NOW,
                exp: NOW,
            },
        ),
    ];
    for compact in cases {
        assert_eq!(verify(&compact, NOW.0, &[]), Err(CertificateError::Site));
    }
    assert_eq!(verify(&certificate(|c| c.name = "x".repeat(NAME_BYTES)), NOW.0, &[]), Ok(()));
    let other_type = Key::new(1).jws(jws::ROSTER, &serde_json::json!({}));
    assert!(matches!(verify(&other_type, NOW.0, &[]), Err(CertificateError::Jws(_))));
}

#[test]
fn stf_05_from_the_revocation_on_a_certificate_that_was_signed_ahead_is_void() {
    let compact = certificate(|_| ());
    let member = Key::new(5).public().thumbprint();
    let revoked = [Revocation { member, since: NOW.plus(100) }];
    assert_eq!(verify(&compact, NOW.0 + 99, &revoked), Ok(()), "what was written before stays theirs");
    assert_eq!(verify(&compact, NOW.0 + 100, &revoked), Err(CertificateError::Revoked));
    let others = [Revocation { member: Thumbprint([9; 32]), since: NOW }];
    assert_eq!(verify(&compact, NOW.0 + 100, &others), Ok(()));
}

#[test]
fn a_former_site_key_certifies_nobody_once_another_followed() {
    let (compact, present) = (certificate(|_| ()), Key::new(2).public().thumbprint());
    let former = [Former { site: Key::new(1).public().thumbprint(), until: NOW.plus(10) }];
    let verify = |at| MemberCertificate::verify(&compact, (&present, &former), NOW.plus(at), &[]).map(drop);
    let end = 10 + CLOCK_SKEW_SECONDS;
    assert_eq!((verify(0), verify(end)), (Ok(()), Ok(())));
    assert_eq!(verify(end + 1), Err(CertificateError::Site));
    assert_eq!(
        MemberCertificate::verify(&compact, (&present, &[]), NOW, &[]).map(drop),
        Err(CertificateError::Site)
    );
}

/// A manifest by one key that names the next.
fn step(from: &Key, to: &Key) -> String {
    let next = Some(to.public().thumbprint());
    from.jws(
        jws::MANIFEST,
        &Manifest { succession: Succession { next, ..Succession::default() }, ..manifest(from) },
    )
}

#[test]
fn a_line_leads_from_the_trusted_key_to_the_present_one() {
    let keys: Vec<_> = (1..=4).map(Key::new).collect();
    let ids: Vec<_> = keys.iter().map(|key| key.public().thumbprint()).collect();
    let former: Vec<_> = keys.windows(2).map(|pair| step(&pair[0], &pair[1])).collect();
    assert_eq!(succession::line(ids[0], &former).unwrap(), ids);
    // Who trusts a later key needs nothing of what was before.
    assert_eq!(succession::line(ids[2], &former).unwrap(), ids[2..]);
    assert_eq!(succession::line(ids[3], &former).unwrap(), ids[3..]);
    assert_eq!(succession::line(ids[1], &[]).unwrap(), [ids[1]]);
}

#[test]
fn a_line_with_a_gap_a_stranger_a_circle_or_no_next_is_refused() {
    let keys: Vec<_> = (1..=4).map(Key::new).collect();
    let root = keys[0].public().thumbprint();
    let [a, b, c, d] = [&keys[0], &keys[1], &keys[2], &keys[3]];
    for (what, former) in [
        ("a gap", vec![step(a, b), step(c, d)]),
        ("a stranger names a key", vec![step(a, b), step(d, c)]),
        ("a circle", vec![step(a, b), step(b, a)]),
    ] {
        assert_eq!(succession::line(root, &former), Err(SuccessionError::Line), "{what}");
    }
    let silent = a.jws(jws::MANIFEST, &manifest(a));
    assert_eq!(succession::line(root, &[silent]), Err(SuccessionError::Line));
    let misnamed = b.jws(
        jws::MANIFEST,
        &Manifest {
            succession: Succession { next: Some(d.public().thumbprint()), ..Succession::default() },
            ..manifest(a)
        },
    );
    assert_eq!(succession::line(b.public().thumbprint(), &[misnamed]), Err(SuccessionError::Line));
    assert!(matches!(succession::line(root, &["x.y.z".to_owned()]), Err(SuccessionError::Jws(_))));
}

#[test]
fn a_line_one_below_at_and_one_above_its_length() {
    let keys: Vec<_> = (1..=12).map(Key::new).collect();
    let root = keys[0].public().thumbprint();
    let former: Vec<_> = keys.windows(2).map(|pair| step(&pair[0], &pair[1])).collect();
    for (length, expected) in
        [(FORMER - 1, Ok(FORMER)), (FORMER, Ok(FORMER + 1)), (FORMER + 1, Err(SuccessionError::Long))]
    {
        assert_eq!(succession::line(root, &former[..length]).map(|keys| keys.len()), expected);
    }
}
