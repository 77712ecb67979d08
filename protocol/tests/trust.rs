//! The trust chain: what a verifier accepts, and in which order it refuses.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW, RELAY, manifest};
use einwurf_protocol::{
    codec::to_base64url,
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    jws::{self, JwsError},
    limits::{CLOCK_SKEW_SECONDS, JWS_BYTES, MEMBERS, NAME_BYTES, ROSTER_BYTES},
    manifest::{Expected, Manifest, ManifestError},
    roster::{self, Capability, Member, MemberKind, Roster, RosterError},
};

fn verify(
    manifest: &Manifest,
    by: &Key,
    change: impl FnOnce(&mut Expected<'_>),
) -> Result<(), ManifestError> {
    let pins = [Key::new(1).public().thumbprint()];
    let mut expected = Expected { pins: &pins, relay: RELAY, now: NOW, serial: 7 };
    change(&mut expected);
    Manifest::verify(&by.jws(jws::MANIFEST, manifest), &expected).map(drop)
}

#[test]
fn a_manifest_by_a_pinned_key_is_accepted() {
    let site = Key::new(1);
    assert_eq!(verify(&manifest(&site), &site, |_| ()), Ok(()));
}

#[test]
fn enc_03_a_foreign_key_is_refused_even_if_it_names_the_site() {
    let site = Key::new(1);
    assert_eq!(verify(&manifest(&site), &Key::new(2), |_| ()), Err(ManifestError::Pin));
    assert_eq!(verify(&manifest(&Key::new(2)), &site, |_| ()), Err(ManifestError::Pin));
}

#[test]
fn validity_one_second_inside_at_and_outside_the_tolerated_skew() {
    let site = Key::new(1);
    let given = manifest(&site);
    let early = given.nbf.minus(CLOCK_SKEW_SECONDS);
    let late = given.exp.plus(CLOCK_SKEW_SECONDS);
    for (now, expected) in [
        (early.minus(1), Err(ManifestError::Future)),
        (early, Ok(())),
        (early.plus(1), Ok(())),
        (late.minus(1), Ok(())),
        (late, Ok(())),
        (late.plus(1), Err(ManifestError::Expired)),
    ] {
        assert_eq!(verify(&given, &site, |e| e.now = now), expected, "{now:?}");
    }
}

#[test]
fn the_serial_one_below_at_and_one_above_the_lowest_known() {
    let site = Key::new(1);
    for (lowest, expected) in [(6, Ok(())), (7, Ok(())), (8, Err(ManifestError::Serial))] {
        assert_eq!(verify(&manifest(&site), &site, |e| e.serial = lowest), expected);
    }
}

#[test]
fn another_relay_version_or_inbox_key_id_is_refused() {
    let site = Key::new(1);
    assert_eq!(
        verify(&manifest(&site), &site, |e| e.relay = "https://evil.example"),
        Err(ManifestError::Relay)
    );
    let other_version = Manifest { v: 2, ..manifest(&site) };
    assert_eq!(verify(&other_version, &site, |_| ()), Err(ManifestError::Version));
    let mut swapped = manifest(&site);
    swapped.inbox_key.public[0] ^= 1;
    assert_eq!(verify(&swapped, &site, |_| ()), Err(ManifestError::InboxKey));
}

#[test]
fn a_type_is_not_another_type() {
    let compact = Key::new(1).jws(jws::ROSTER, &manifest(&Key::new(1)));
    assert_eq!(jws::verify(&compact, jws::MANIFEST), Err(JwsError::Header));
    assert!(jws::verify(&compact, jws::ROSTER).is_ok());
}

#[test]
fn a_header_that_says_the_same_in_other_bytes_is_refused() {
    let key = Key::new(1);
    let header = key.public().jws_header(jws::MANIFEST);
    for changed in [
        header.replace("\"ES256\"", "\"none\""),
        header.replace("\"ES256\"", "\"HS256\""),
        header.replace("{\"alg\"", "{ \"alg\""),
        header.replace("\"typ\"", "\"kid\":\"1\",\"typ\""),
        header.replace("{\"alg\":\"ES256\",", "{").replace("}}", "},\"alg\":\"ES256\"}"),
        header.replace("\"alg\":", "\"alg\":\"ES256\",\"alg\":"),
    ] {
        assert_ne!(changed, header);
        let input = format!("{}.{}", to_base64url(changed.as_bytes()), to_base64url(b"{}"));
        let compact = jws::assemble(&input, &key.sign(input.as_bytes()));
        assert_eq!(jws::verify(&compact, jws::MANIFEST), Err(JwsError::Header), "{changed}");
    }
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let compact = Key::new(1).jws(jws::MANIFEST, &serde_json::json!({"v": 1}));
    for index in 0..compact.len() {
        let mut bytes = compact.clone().into_bytes();
        bytes[index] ^= 1;
        let flipped = String::from_utf8(bytes).unwrap();
        assert!(jws::verify(&flipped, jws::MANIFEST).is_err(), "byte {index}");
    }
}

#[test]
fn a_jws_one_byte_below_at_and_one_above_its_limit() {
    let key = Key::new(1);
    let fixed = key.jws(jws::MANIFEST, &"").len();
    let mut seen = Vec::new();
    for payload in (JWS_BYTES - fixed) / 4 * 3 - 8..(JWS_BYTES - fixed) / 4 * 3 + 8 {
        let compact = key.jws(jws::MANIFEST, &"x".repeat(payload));
        let result = jws::verify(&compact, jws::MANIFEST).map(drop);
        let expected = if compact.len() > JWS_BYTES { Err(JwsError::TooLong) } else { Ok(()) };
        assert_eq!(result, expected, "{}", compact.len());
        seen.push(compact.len());
    }
    assert!(seen.contains(&JWS_BYTES) && seen.iter().any(|length| *length > JWS_BYTES));
}

fn roster(site: &Key) -> Roster {
    let member = Key::new(5);
    Roster {
        v: 1,
        site: site.public().thumbprint(),
        serial: 3,
        members: vec![Member {
            id: member.public().thumbprint(),
            kind: MemberKind::Person,
            name: "Büro".into(),
            may: vec![Capability::Read],
            signing: member.public(),
            sealing: vec![1; 1216],
        }],
    }
}

#[test]
fn a_roster_is_accepted_from_its_site_key_only() {
    let site = Key::new(1);
    let thumbprint = site.public().thumbprint();
    let compact = site.jws(jws::ROSTER, &roster(&site));
    assert_eq!(Roster::verify(&compact, &thumbprint, 3).unwrap().readers().count(), 1);
    assert_eq!(Roster::verify(&compact, &thumbprint, 4), Err(RosterError::Other));
    assert_eq!(Roster::verify(&compact, &Thumbprint([0; 32]), 3), Err(RosterError::Site));
    let foreign = Key::new(2).jws(jws::ROSTER, &roster(&site));
    assert_eq!(Roster::verify(&foreign, &thumbprint, 3), Err(RosterError::Site));
}

#[test]
fn a_roster_one_below_at_and_one_above_its_members_and_the_length_of_a_name() {
    let site = Key::new(1);
    let crowd = |count: usize, name: usize| {
        let mut given = roster(&site);
        let entry = |index: usize| {
            let mut xy = [0; 64];
            xy[0] = u8::try_from(index).unwrap();
            let signing = PublicKey::from_bytes(xy);
            let may = vec![Capability::Sign, Capability::Read, Capability::Audit];
            let name = "x".repeat(name);
            Member { id: signing.thumbprint(), signing, name, may, ..given.members[0].clone() }
        };
        given.members = (0..count).map(entry).collect();
        let compact = site.jws(jws::ROSTER, &given);
        Roster::verify(&compact, &site.public().thumbprint(), 0).map(|roster| roster.members.len())
    };
    for (count, name, expected) in [
        (MEMBERS - 1, NAME_BYTES, Ok(MEMBERS - 1)),
        (MEMBERS, NAME_BYTES, Ok(MEMBERS)),
        (MEMBERS + 1, 1, Err(RosterError::Member)),
        (1, NAME_BYTES - 1, Ok(1)),
        (1, NAME_BYTES + 1, Err(RosterError::Member)),
    ] {
        assert_eq!(crowd(count, name), expected, "{count} {name}");
    }
    let long = site.raw(jws::ROSTER, &vec![b' '; ROSTER_BYTES]);
    assert_eq!(jws::verify(&long, jws::ROSTER), Err(JwsError::TooLong));
}

#[test]
fn a_member_who_stands_twice_is_refused() {
    let site = Key::new(1);
    let mut given = roster(&site);
    given.members.push(Member { sealing: vec![2; 1216], ..given.members[0].clone() });
    let compact = site.jws(jws::ROSTER, &given);
    assert_eq!(Roster::verify(&compact, &site.public().thumbprint(), 0), Err(RosterError::Member));
}

#[test]
fn a_member_whose_id_is_not_its_keys_is_refused() {
    let site = Key::new(1);
    let mut given = roster(&site);
    given.members[0].id = Thumbprint([7; 32]);
    let compact = site.jws(jws::ROSTER, &given);
    assert_eq!(Roster::verify(&compact, &site.public().thumbprint(), 0), Err(RosterError::Member));
    assert_ne!(roster::digest(&compact), Digest([0; 32]));
}
