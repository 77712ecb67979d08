//! What a recovery code stands for, and how keys are wrapped and sealed.

use super::{Files, file, read};
use crate::{
    InboxSecret, MemberKeys, OpenedKey, RecoveryCode, SiteKey, SiteSecret as _, seal_key_for,
    tests::{rng::drawn, support::flipped},
};
use einwurf_protocol::{
    api::login::{SealedKey, Wrapped},
    codec::base64url,
    ids::Thumbprint,
    roster::{Capability, MemberKind},
};
use serde::{Deserialize, Serialize};

/// `expect` is `ok` or what does not open: `wrapped`, `sealed`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    site: Thumbprint,
    recovery_code: String,
    #[serde(with = "base64url")]
    signing_scalar: Vec<u8>,
    #[serde(with = "base64url")]
    sealing_seed: Vec<u8>,
    #[serde(with = "base64url")]
    export_key: Vec<u8>,
    wrapped: Wrapped,
    sealed: Vec<SealedKey>,
    /// Of each sealed key, in its order.
    secrets: Vec<String>,
    expect: String,
}

fn good() -> Vector {
    let mut rng = drawn("vectors: member");
    let code = RecoveryCode::generate(&mut rng);
    let keys = MemberKeys::from_recovery(&code);
    let (site, inbox) = (SiteKey::generate(&mut rng), InboxSecret::generate(&mut rng));
    let entry = keys.member("", MemberKind::Recovery, &[Capability::Sign, Capability::Read]);
    let of = site.thumbprint();
    let export_key = vec![7; 64];
    Vector {
        name: "good".into(),
        site: of,
        recovery_code: code.to_text().to_string(),
        signing_scalar: keys.signing.to_bytes().to_vec(),
        sealing_seed: keys.sealing_seed().to_vec(),
        wrapped: keys.wrap(&export_key, &mut rng),
        export_key,
        sealed: vec![
            seal_key_for(&entry, &site, of, &mut rng).expect("a sealing key"),
            seal_key_for(&entry, &inbox, of, &mut rng).expect("a sealing key"),
        ],
        secrets: [site.secret(), inbox.secret()]
            .map(|key| einwurf_protocol::codec::to_base64url(&*key))
            .into(),
        expect: "ok".into(),
    }
}

fn all() -> Vec<Vector> {
    let bad = |name: &str, expect: &str| Vector { name: name.into(), expect: expect.into(), ..good() };
    let other = MemberKeys::generate(&mut drawn("vectors: other member")).id();
    let mut vectors = vec![good()];
    let mut vector = bad("wrapped-flipped", "wrapped");
    vector.wrapped.ciphertext = flipped(&vector.wrapped.ciphertext, 800);
    vectors.push(vector);
    let mut vector = bad("wrapped-of-another-member", "wrapped");
    vector.wrapped.member = other;
    vectors.push(vector);
    vectors.push(Vector { export_key: vec![8; 64], ..bad("wrapped-under-another-export-key", "wrapped") });
    let mut vector = bad("sealed-flipped", "sealed");
    vector.sealed[0].ciphertext = flipped(&vector.sealed[0].ciphertext, 0);
    vectors.push(vector);
    let mut vector = bad("sealed-misnamed", "sealed");
    (vector.sealed[0].what, vector.sealed[1].what) = (vector.sealed[1].what, vector.sealed[0].what);
    vectors.push(vector);
    vectors.push(Vector { site: other, ..bad("sealed-for-another-site", "sealed") });
    vectors
}

pub(super) fn made() -> Files {
    all().iter().map(|vector| file("keys", &vector.name, vector)).collect()
}

fn answer(vector: &Vector) -> &'static str {
    let code = RecoveryCode::from_text(&vector.recovery_code).expect("a code");
    let keys = MemberKeys::from_recovery(&code);
    assert_eq!(*keys.signing.to_bytes(), *vector.signing_scalar);
    assert_eq!(*keys.sealing_seed(), *vector.sealing_seed);
    if MemberKeys::unwrap(&vector.wrapped, &vector.export_key).map(|keys| keys.id()) != Ok(keys.id()) {
        return "wrapped";
    }
    for (sealed, expected) in vector.sealed.iter().zip(&vector.secrets) {
        let secret = match keys.open_key(sealed, vector.site) {
            Ok(OpenedKey::Site(key)) => key.secret(),
            Ok(OpenedKey::Inbox(key)) => key.secret(),
            Err(_) => return "sealed",
        };
        assert_eq!(einwurf_protocol::codec::to_base64url(&*secret), *expected);
    }
    "ok"
}

#[test]
fn every_vector_of_member_keys_gets_its_answer() {
    for vector in read::<Vector>("keys") {
        assert_eq!(answer(&vector), vector.expect, "{}", vector.name);
    }
}
