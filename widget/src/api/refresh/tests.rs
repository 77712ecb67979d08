//! A relay that answers a second request for the manifest with something else than the site signed.

use super::*;
use crate::fixtures::{self, Kind, NOW};
use einwurf_protocol::{es256::PublicKey, ids::Signature, jws, limits::CLOCK_SKEW_SECONDS};
use p256::ecdsa::{self, SigningKey, signature::Signer as _};

const REGISTER: Register = Register::DeFormal;

/// What a case does to the manifest before it is signed.
type Change = fn(&mut Manifest);

/// A site key by its number.
struct Key(SigningKey);

impl Key {
    fn new(number: u8) -> Self {
        Self(SigningKey::from_slice(&[number; 32]).unwrap())
    }

    fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap())
    }

    fn thumbprint(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    fn signed(&self, typ: &str, payload: &[u8]) -> Reply {
        let input = jws::signing_input(&self.public(), typ, payload);
        let signature: ecdsa::Signature = self.0.sign(input.as_bytes());
        let compact = jws::assemble(&input, &Signature(signature.to_bytes().into()));
        Reply { status: 200, body: compact.into_bytes() }
    }

    /// This site's manifest, changed and then signed.
    fn manifest(&self, change: impl FnOnce(&mut Manifest)) -> (Manifest, Reply) {
        let mut manifest = site().manifest;
        manifest.site = self.thumbprint();
        change(&mut manifest);
        let reply = self.signed(jws::MANIFEST, &serde_json::to_vec(&manifest).unwrap());
        (manifest, reply)
    }
}

fn site() -> Site {
    fixtures::site(Kind::usual(REGISTER)).unwrap()
}

fn known() -> Known {
    Known {
        relay: "https://relay.example".to_owned(),
        address: SiteAddress("address".to_owned()),
        register: REGISTER,
    }
}

/// What was in force is by key 1, which announced key 2.
fn before() -> Before {
    let (manifest, _) = Key::new(1).manifest(|m| m.succession.next = Some(Key::new(2).thumbprint()));
    Before::from(&manifest)
}

fn asked(reply: &Reply) -> Result<Halfway, RefreshFault> {
    known().manifest(reply, &before(), NOW)
}

/// The answer to a manifest of key 1 with this change.
fn changed(change: impl FnOnce(&mut Manifest)) -> Result<Halfway, RefreshFault> {
    asked(&Key::new(1).manifest(change).1)
}

#[test]
fn a_manifest_that_is_not_older_is_taken_with_its_notice() {
    for serial in [3, 4] {
        let halfway = changed(|m| m.serial = serial).unwrap();
        assert_eq!(halfway.manifest.serial, serial);
        assert_eq!(halfway.digest, site().notice.digest());
    }
}

#[test]
fn the_announced_key_and_no_other_is_followed() {
    let next = Key::new(2).manifest(|m| m.serial = 4);
    assert_eq!(asked(&next.1).unwrap().manifest.site, Key::new(2).thumbprint());
    assert_eq!(asked(&Key::new(3).manifest(|_| ()).1), Err(RefreshFault::Untrusted));
    let silent = Before::from(&Key::new(1).manifest(|_| ()).0);
    assert_eq!(known().manifest(&next.1, &silent, NOW), Err(RefreshFault::Untrusted));
}

#[test]
fn once_the_next_key_is_in_force_the_former_one_signs_nothing_more() {
    let now = Before::from(&Key::new(2).manifest(|m| m.serial = 4).0);
    let (_, former) = Key::new(1).manifest(|m| m.serial = 5);
    assert_eq!(known().manifest(&former, &now, NOW), Err(RefreshFault::Untrusted));
}

#[test]
fn what_does_not_hold_is_refused() {
    let cases: [(&str, Change); 7] = [
        ("older", |m| m.serial = 2),
        ("another relay's", |m| m.relay.origins = vec!["https://other.example".to_owned()]),
        ("expired", |m| m.exp = NOW.minus(CLOCK_SKEW_SECONDS + 1)),
        ("of the future", |m| m.nbf = NOW.plus(CLOCK_SKEW_SECONDS + 1)),
        ("of another site", |m| m.site = Key::new(2).thumbprint()),
        ("of another version", |m| m.v = 2),
        ("with another inbox key", |m| m.inbox_key.id = Digest([1; 32])),
    ];
    for (name, change) in cases {
        assert_eq!(changed(change), Err(RefreshFault::Untrusted), "{name}");
    }
    assert_eq!(changed(|m| m.notices.clear()), Err(RefreshFault::Untrusted), "without our register");
}

#[test]
fn a_clock_may_differ_by_a_day_and_no_second_more() {
    for (off, taken) in
        [(CLOCK_SKEW_SECONDS - 1, true), (CLOCK_SKEW_SECONDS, true), (CLOCK_SKEW_SECONDS + 1, false)]
    {
        assert_eq!(changed(|m| m.exp = NOW.minus(off)).is_ok(), taken, "ended {off} s ago");
        assert_eq!(changed(|m| m.nbf = NOW.plus(off)).is_ok(), taken, "begins in {off} s");
    }
}

#[test]
fn other_documents_and_broken_ones_are_refused() {
    let (manifest, reply) = Key::new(1).manifest(|_| ());
    let json = serde_json::to_vec(&manifest).unwrap();
    let mut flipped = reply.clone();
    flipped.body[200] ^= 1;
    let long = Reply { status: 200, body: [&reply.body[..], &vec![b' '; JWS_BYTES]].concat() };
    for bad in [
        Key::new(1).signed(jws::ROSTER, &json),
        Key::new(1).signed(jws::MANIFEST, b"{}"),
        flipped,
        long,
        Reply { status: 200, body: Vec::new() },
        Reply { status: 200, body: vec![0xff] },
        Reply { status: 404, body: Vec::new() },
    ] {
        assert_eq!(asked(&bad), Err(RefreshFault::Untrusted));
    }
}

#[test]
fn a_relay_that_is_away_is_asked_again() {
    for status in [0, 429, 500, 503] {
        assert_eq!(asked(&Reply { status, body: Vec::new() }), Err(RefreshFault::Lost), "{status}");
    }
}

#[test]
fn a_site_that_moved_takes_nothing_here() {
    let moved = |m: &mut Manifest| m.succession.moved_to = Some("https://new.example".to_owned());
    assert_eq!(changed(moved), Err(RefreshFault::Moved));
    // A relay cannot claim it.
    assert_eq!(asked(&Key::new(3).manifest(moved).1), Err(RefreshFault::Untrusted));
}

#[test]
fn another_notice_than_the_manifest_names_is_refused() {
    let document = |days| {
        let facts = Kind { days, ..Kind::usual(REGISTER) };
        serde_json::to_vec(fixtures::site(facts).unwrap().notice.notice()).unwrap()
    };
    let read = |body| changed(|_| ()).unwrap().notice(&Reply { status: 200, body });
    assert_eq!(read(document(30)), Err(RefreshFault::Untrusted));
    assert_eq!(read(b"{}".to_vec()), Err(RefreshFault::Untrusted));
}
