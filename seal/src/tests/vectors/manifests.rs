//! Manifests, good and bad. The launcher replays the same files.

use super::{Files, file, headers, read};
use crate::{InboxSecret, SiteKey, signer::Signer, tests::rng::drawn};
use einwurf_protocol::{
    ids::{Digest, Thumbprint},
    jws,
    manifest::{
        App, Asset, Code, Display, Expected, InboxKey, Manifest, ManifestError, NoticeRef, RelayRef,
        RosterRef, Succession,
    },
    notice::Register,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub(super) const RELAY: &str = "https://relay.example";
const NBF: u64 = 1_795_000_000;
const EXP: u64 = NBF + 38 * 86_400;
const SKEW: u64 = 86_400;
const SERIAL: u64 = 7;

/// What a verifier knows, what it got, and what it must say: `ok` or the first check that fails.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) jws: String,
    pub(super) pins: Vec<Thumbprint>,
    pub(super) relay: String,
    pub(super) now: u64,
    pub(super) serial: u64,
    pub(super) expect: String,
    /// The launcher does not check this (protocol §4.3, step 8, and the form of what it does not use).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) apps_only: bool,
}

pub(super) fn site() -> SiteKey {
    SiteKey::generate(&mut drawn("vectors: site"))
}

fn stranger() -> SiteKey {
    SiteKey::generate(&mut drawn("vectors: stranger"))
}

pub(super) fn signer() -> Signer {
    site().0
}

pub(super) fn manifest() -> Manifest {
    let inbox = InboxSecret::generate(&mut drawn("vectors: inbox"));
    Manifest {
        v: 1,
        site: site().thumbprint(),
        serial: SERIAL,
        nbf: Timestamp(NBF),
        exp: Timestamp(EXP),
        code: Code {
            version: "0.1.0".into(),
            widget: app("widget"),
            inbox: app("inbox"),
            door: asset("door", "html"),
            launcher: asset("launcher", "js"),
            keeper: asset("keeper", "js"),
            papers: asset("papers", "js"),
            widget_rest: asset("widget_rest", "wasm"),
            attach: asset("attach", "js"),
            attach_wasm: asset("attach_wasm", "wasm"),
            attach_pdf: asset("attach_pdf", "wasm"),
            check: asset("check", "html"),
        },
        inbox_key: inbox.entry(Timestamp(EXP + 90 * 86_400)),
        notices: vec![NoticeRef { register: Register::DeFormal, digest: Digest([3; 32]) }],
        roster: RosterRef { digest: Digest([4; 32]), serial: 1, readers: 1, revoked: Vec::new() },
        relay: RelayRef {
            origins: vec![RELAY.into(), "https://second.example:8443".into()],
            log_key: log_key(),
            door: None,
        },
        succession: Succession::default(),
        display: Display {
            name: "Beispiel Fensterbau GmbH".into(),
            phone: "+49 30 0000000".into(),
            email: "post@fensterbau.example".into(),
            hours: "Mo\u{2013}Fr 8\u{2013}17 Uhr".into(),
            response_time: [("de", "eines Werktags"), ("en", "one working day")]
                .map(|(lang, text)| (lang.to_owned(), text.to_owned()))
                .into(),
            accent: "#0f5c5c".into(),
            theme: None,
        },
    }
}

fn log_key() -> einwurf_protocol::es256::PublicKey {
    SiteKey::generate(&mut drawn("vectors: log")).public()
}

fn asset(name: &str, end: &str) -> Asset {
    Asset { path: format!("/r/0.1.0/{name}.{end}"), sri: format!("sha384-{}", "A".repeat(64)) }
}

fn app(name: &str) -> App {
    let asset = |end: &str| asset(name, end);
    let texts = Register::ALL.map(|register| (register, asset(&format!("{register}.json"))));
    App { script: asset("js"), wasm: asset("wasm"), style: asset("css"), texts: texts.into() }
}

/// A vector in which all is well so far.
fn vector(name: &str, jws: String) -> Vector {
    Vector {
        name: name.to_owned(),
        jws,
        pins: vec![site().thumbprint()],
        relay: RELAY.to_owned(),
        now: NBF + 10 * 86_400,
        serial: SERIAL,
        expect: "ok".to_owned(),
        apps_only: false,
    }
}

fn signed(manifest: &Manifest) -> String {
    site().sign_manifest(manifest)
}

/// A JWS by the site key over any payload.
fn over(payload: &[u8]) -> String {
    let signer = signer();
    let input = jws::signing_input(&signer.public(), jws::MANIFEST, payload);
    jws::assemble(&input, &signer.sign(input.as_bytes()))
}

fn without(member: &str) -> String {
    let mut json = serde_json::to_value(manifest()).expect("JSON");
    json.as_object_mut().expect("an object").remove(member);
    over(json.to_string().as_bytes())
}

fn good() -> Vec<Vector> {
    let jws = signed(&manifest());
    let at = |name: &str, now: u64| Vector { now, ..vector(name, jws.clone()) };
    let pins = vec![stranger().thumbprint(), site().thumbprint()];
    vec![
        vector("good", jws.clone()),
        Vector { pins, ..vector("good-second-pin", jws.clone()) },
        Vector { relay: "https://second.example:8443".into(), ..vector("good-second-relay", jws.clone()) },
        Vector { serial: 0, ..vector("good-serial-above-floor", jws.clone()) },
        at("good-at-nbf-minus-skew", NBF - SKEW),
        at("good-at-exp-plus-skew", EXP + SKEW),
    ]
}

fn wrong_circumstances() -> Vec<Vector> {
    let jws = signed(&manifest());
    let expect = |name: &str, expect: &str| Vector { expect: expect.into(), ..vector(name, jws.clone()) };
    let relay = |relay: &str, name: &str| Vector { relay: relay.into(), ..expect(name, "relay") };
    vec![
        Vector { now: NBF - SKEW - 1, ..expect("future-by-a-second", "future") },
        Vector { now: NBF - 40 * 86_400, ..expect("future", "future") },
        Vector { now: EXP + SKEW + 1, ..expect("expired-by-a-second", "expired") },
        Vector { now: EXP + 400 * 86_400, ..expect("expired", "expired") },
        Vector { serial: SERIAL + 1, ..expect("serial-below-floor", "serial") },
        relay("https://other.example", "relay-other"),
        relay("https://relay.example/", "relay-with-slash"),
        relay("http://relay.example", "relay-without-tls"),
        Vector { pins: vec![stranger().thumbprint()], ..expect("pin-of-another-site", "pin") },
        Vector { pins: Vec::new(), ..expect("pin-missing", "pin") },
    ]
}

fn wrong_content() -> Vec<Vector> {
    let expect =
        |name: &str, expect: &str, jws: String| Vector { expect: expect.into(), ..vector(name, jws) };
    let other_site = Manifest { site: stranger().thumbprint(), ..manifest() };
    let other_key = InboxKey { id: Digest([5; 32]), ..manifest().inbox_key };
    let mut unknown = serde_json::to_value(manifest()).expect("JSON");
    unknown["more"] = true.into();
    let apps_only = |vector: Vector| Vector { apps_only: true, ..vector };
    let mut vectors = vec![
        expect("site-signed-by-a-stranger", "pin", stranger().sign_manifest(&manifest())),
        expect("payload-of-another-site", "pin", signed(&other_site)),
        expect("payload-version-2", "version", signed(&Manifest { v: 2, ..manifest() })),
        expect("payload-no-json", "jws", over(b"manifest")),
        expect("payload-empty", "jws", over(b"")),
        expect("payload-list", "jws", over(b"[]")),
        apps_only(expect("payload-unknown-member", "jws", over(unknown.to_string().as_bytes()))),
        apps_only(expect(
            "payload-inbox-key-misnamed",
            "inbox-key",
            signed(&Manifest { inbox_key: other_key, ..manifest() }),
        )),
    ];
    for member in ["v", "site", "serial", "nbf", "exp", "relay"] {
        vectors.push(expect(&format!("payload-without-{member}"), "jws", without(member)));
    }
    vectors
}

fn wrong_form() -> Vec<Vector> {
    headers::faulty()
        .into_iter()
        .map(|(name, jws)| Vector { expect: "jws".into(), ..vector(&name, jws) })
        .collect()
}

/// A key whose point is not on the curve, pinned: nothing may verify under it.
fn off_curve() -> Vector {
    let key = einwurf_protocol::es256::PublicKey::from_bytes([1; 64]);
    let payload = serde_json::to_vec(&Manifest { site: key.thumbprint(), ..manifest() }).expect("JSON");
    let input = jws::signing_input(&key, jws::MANIFEST, &payload);
    let jws = jws::assemble(&input, &signer().sign(input.as_bytes()));
    Vector { pins: vec![key.thumbprint()], expect: "jws".into(), ..vector("key-off-the-curve", jws) }
}

/// Of the longest length that is read, and of one more.
fn lengths() -> Vec<Vector> {
    let of = |hours: usize| {
        let display = Display { hours: "x".repeat(hours), ..manifest().display };
        signed(&Manifest { display, ..manifest() })
    };
    let base = of(0).len();
    let fits = (0..16)
        .map(|hours| of((jws_limit() - base) / 4 * 3 - 4 + hours))
        .take_while(|jws| jws.len() <= jws_limit())
        .last();
    let too_long = of((jws_limit() - base) / 4 * 3 + 8);
    vec![
        vector("good-longest", fits.expect("a manifest below the limit")),
        Vector { expect: "jws".into(), ..vector("too-long", too_long) },
    ]
}

fn jws_limit() -> usize {
    einwurf_protocol::limits::JWS_BYTES
}

fn all() -> Vec<Vector> {
    [good(), wrong_circumstances(), wrong_content(), wrong_form(), vec![off_curve()], lengths()].concat()
}

pub(super) fn made() -> Files {
    all().iter().map(|vector| file("jws", &vector.name, vector)).collect()
}

fn answer(vector: &Vector) -> &'static str {
    let expected = Expected {
        pins: &vector.pins,
        relay: &vector.relay,
        now: Timestamp(vector.now),
        serial: vector.serial,
    };
    match Manifest::verify(&vector.jws, &expected) {
        Ok(_) => "ok",
        Err(ManifestError::Jws(_)) => "jws",
        Err(ManifestError::Version) => "version",
        Err(ManifestError::Pin) => "pin",
        Err(ManifestError::Relay) => "relay",
        Err(ManifestError::Future) => "future",
        Err(ManifestError::Expired) => "expired",
        Err(ManifestError::Serial) => "serial",
        Err(ManifestError::InboxKey) => "inbox-key",
    }
}

#[test]
fn enc_03_every_manifest_vector_gets_its_answer() {
    let vectors: Vec<Vector> = read("jws");
    for vector in &vectors {
        assert_eq!(answer(vector), vector.expect, "{}", vector.name);
    }
    assert!(vectors.len() > 50, "{} vectors", vectors.len());
}

#[test]
fn every_faulty_form_differs_from_the_good_manifest() {
    let good = signed(&manifest());
    assert!(headers::faulty().iter().all(|(_, jws)| *jws != good));
}
