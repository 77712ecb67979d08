//! Compact JWS that differ from the one form of protocol §3.1. Where a verifier that is less strict could be led astray,
//! the signature is right for the bytes as they stand: then only the form is at fault.

use super::manifests::{manifest, signer};
use crate::{signer::Signer, tests::rng::drawn};
use einwurf_protocol::{codec::to_base64url, ids::Signature, jws};

/// Names and texts.
pub(super) fn faulty() -> Vec<(String, String)> {
    [headers(), jwks(), encodings(), signatures(), parts()]
        .concat()
        .into_iter()
        .map(|(n, j)| (n.into(), j))
        .collect()
}

type Named = Vec<(&'static str, String)>;

fn payload() -> Vec<u8> {
    serde_json::to_vec(&manifest()).expect("JSON")
}

fn coordinates() -> (String, String) {
    let key = signer().public();
    let (x, y) = key.as_bytes().split_at(32);
    (to_base64url(x), to_base64url(y))
}

fn header() -> String {
    signer().public().jws_header(jws::MANIFEST)
}

/// The good payload under any header, rightly signed by the site key.
fn under(header: &str) -> String {
    text_signed(&format!("{}.{}", to_base64url(header.as_bytes()), to_base64url(&payload())))
}

fn text_signed(input: &str) -> String {
    jws::assemble(input, &signer().sign(input.as_bytes()))
}

fn good() -> String {
    under(&header())
}

fn headers() -> Named {
    let (x, y) = coordinates();
    let jwk = format!(r#""jwk":{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}"}}"#);
    let typ = r#""typ":"einwurf-manifest+jwt""#;
    let with = |from: &str, to: &str| under(&header().replacen(from, to, 1));
    let none = format!(
        "{}.{}.",
        to_base64url(header().replacen("ES256", "none", 1).as_bytes()),
        to_base64url(&payload())
    );
    vec![
        ("header-typ-roster", under(&signer().public().jws_header(jws::ROSTER))),
        ("header-typ-upper-case", with("einwurf-manifest+jwt", "EINWURF-MANIFEST+JWT")),
        ("header-typ-missing", under(&format!(r#"{{"alg":"ES256",{jwk}}}"#))),
        ("header-alg-hs256", with("ES256", "HS256")),
        ("header-alg-es384", with("ES256", "ES384")),
        ("header-alg-none", with("ES256", "none")),
        ("header-alg-none-unsigned", none),
        ("header-extra-member", with("{", r#"{"kid":"1","#)),
        ("header-extra-member-last", under(&format!(r#"{{"alg":"ES256",{typ},{jwk},"kid":"1"}}"#))),
        ("header-crit", with("{", r#"{"crit":["b64"],"b64":false,"#)),
        ("header-reordered", under(&format!(r#"{{{typ},"alg":"ES256",{jwk}}}"#))),
        ("header-duplicate-alg", with("{", r#"{"alg":"none","#)),
        ("header-duplicate-jwk", under(&format!(r#"{{"alg":"ES256",{typ},{},{jwk}}}"#, foreign_jwk()))),
        ("header-whitespace", with(":", ": ")),
        ("header-newline-at-end", under(&(header() + "\n"))),
        ("header-escaped", with("ES256", r"ES25\u0036")),
        ("header-without-jwk", under(&format!(r#"{{"alg":"ES256",{typ}}}"#))),
        ("header-no-json", under("header")),
    ]
}

fn stranger() -> Signer {
    Signer::generate(&mut drawn("vectors: stranger"))
}

fn foreign_jwk() -> String {
    let header = stranger().public().jws_header(jws::MANIFEST);
    let start = header.find(r#""jwk""#).expect("a jwk");
    header.get(start..header.len() - 1).expect("ASCII").to_owned()
}

/// The site key's x and y in another encoding of the same numbers, and a foreign key over a signature of the site key.
fn jwks() -> Named {
    let (x, y) = coordinates();
    let with = |from: &str, to: &str| under(&header().replacen(from, to, 1));
    let long = to_base64url(&[&[0], &signer().public().as_bytes()[..32]].concat());
    vec![
        ("jwk-foreign", under(&stranger().public().jws_header(jws::MANIFEST))),
        ("jwk-extra-member", with(r#""kty""#, r#""use":"sig","kty""#)),
        ("jwk-reordered", with(r#""kty":"EC","crv":"P-256""#, r#""crv":"P-256","kty":"EC""#)),
        ("jwk-other-curve", with("P-256", "P-384")),
        ("jwk-coordinate-padded", with(&x, &format!("{x}="))),
        ("jwk-coordinate-long", with(&x, &long)),
        ("jwk-coordinate-short", short_coordinate()),
        ("jwk-coordinate-not-canonical", with(&y, &not_canonical(&y))),
        (
            "jwk-coordinates-swapped",
            with(&format!(r#""x":"{x}","y":"{y}""#), &format!(r#""y":"{y}","x":"{x}""#)),
        ),
    ]
}

/// A key whose x begins with a zero byte, encoded without it, as some libraries do.
fn short_coordinate() -> String {
    let mut rng = drawn("vectors: short coordinate");
    let signer = std::iter::repeat_with(|| Signer::generate(&mut rng))
        .find(|signer| signer.public().as_bytes()[0] == 0)
        .expect("one key of 256");
    let key = signer.public();
    let (full, cut) = (to_base64url(&key.as_bytes()[..32]), to_base64url(&key.as_bytes()[1..32]));
    let header = key.jws_header(jws::MANIFEST).replacen(&full, &cut, 1);
    let input = format!("{}.{}", to_base64url(header.as_bytes()), to_base64url(&payload()));
    jws::assemble(&input, &signer.sign(input.as_bytes()))
}

/// The same bytes for a decoder that ignores unused bits: the last character one up, where it has unused bits.
fn not_canonical(text: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert!(!text.len().is_multiple_of(4), "no unused bits in {} characters", text.len());
    let last = text.chars().last().and_then(|last| ALPHABET.find(last)).expect("base64url");
    format!("{}{}", &text[..text.len() - 1], &ALPHABET[last + 1..last + 2])
}

fn encodings() -> Named {
    let (header, text) = (header(), good());
    let [first, second, third]: [&str; 3] =
        text.split('.').collect::<Vec<_>>().try_into().expect("three parts");
    // Spaces at the end of the payload (which JSON allows) until its length leaves unused bits.
    let mut spaced = payload();
    while spaced.len() % 3 != 1 {
        spaced.push(b' ');
    }
    let spaced = to_base64url(&spaced);
    let standard = to_base64url(&payload()).replace('-', "+").replace('_', "/");
    vec![
        ("base64-payload-not-canonical", text_signed(&format!("{first}.{}", not_canonical(&spaced)))),
        ("base64-payload-padded", text_signed(&format!("{first}.{spaced}=="))),
        ("base64-payload-newline", text_signed(&format!("{first}.{second}\n"))),
        ("base64-payload-standard-alphabet", text_signed(&format!("{first}.{standard}+/+/"))),
        ("base64-header-newline", text_signed(&format!("{first}\n.{second}"))),
        ("base64-header-bare", text_signed(&format!("{header}.{second}"))),
        ("base64-signature-padded", format!("{first}.{second}.{third}==")),
        ("base64-signature-not-canonical", format!("{first}.{second}.{}", not_canonical(third))),
        ("base64-space-before", format!(" {text}")),
        ("base64-newline-after", format!("{text}\n")),
    ]
}

fn signatures() -> Named {
    let text = good();
    let (input, signature) = text.rsplit_once('.').expect("three parts");
    let signature: Signature = signature.parse().expect("a signature");
    let (r, s) = signature.0.split_at(32);
    let flip = |index: usize| {
        let mut bytes = signature.0;
        bytes[index] ^= 1;
        format!("{input}.{}", to_base64url(&bytes))
    };
    let flipped_payload = {
        let mut payload = payload();
        payload[20] ^= 1;
        let header = to_base64url(header().as_bytes());
        format!("{header}.{}.{}", to_base64url(&payload), to_base64url(&signature.0))
    };
    let by_stranger = stranger().sign(input.as_bytes());
    vec![
        ("signature-flipped-first", flip(0)),
        ("signature-flipped-last", flip(63)),
        ("signature-of-a-stranger", format!("{input}.{by_stranger}")),
        ("signature-swapped-halves", format!("{input}.{}", to_base64url(&[s, r].concat()))),
        ("signature-short", format!("{input}.{}", to_base64url(&signature.0[..63]))),
        ("signature-long", format!("{input}.{}", to_base64url(&[&signature.0[..], &[0]].concat()))),
        ("signature-der", format!("{input}.{}", to_base64url(&der(r, s)))),
        ("signature-zero", format!("{input}.{}", to_base64url(&[0; 64]))),
        ("signature-empty", format!("{input}.")),
        ("payload-flipped", flipped_payload),
    ]
}

/// The same signature as ASN.1 DER.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let sign: &[u8] = if number[0] >= 0x80 { &[0] } else { &[] };
        let length = u8::try_from(number.len() + sign.len()).expect("33 at most");
        [&[2, length], sign, number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(body.len()).expect("70 at most")], body.as_slice()].concat()
}

fn parts() -> Named {
    let text = good();
    let (input, signature) = text.rsplit_once('.').expect("three parts");
    vec![
        ("parts-none", String::new()),
        ("parts-one", input.split('.').next().expect("a part").to_owned()),
        ("parts-two", input.to_owned()),
        ("parts-four", format!("{text}.{signature}")),
        ("parts-four-empty", format!("{text}.")),
        ("parts-two-dots", "..".to_owned()),
        ("parts-json", format!(r#"{{"payload":"{}"}}"#, input.split('.').nth(1).expect("a part"))),
    ]
}
