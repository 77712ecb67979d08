//! A relay that offers what the project did not sign, or what is older.

use super::*;
use crate::testing::{Dice, NOW, code};
use einwurf_protocol::{es256::PublicKey, jws};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use rand_core::Rng as _;

struct Project(SigningKey);

impl Project {
    fn new(seed: u64) -> Self {
        let mut scalar = [0; 32];
        Dice::new(seed).fill_bytes(&mut scalar);
        Self(SigningKey::from_slice(&scalar).unwrap())
    }

    fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        PublicKey::from_bytes(point.as_bytes()[1..].try_into().unwrap())
    }

    fn sign(&self, typ: &str, release: &Release) -> String {
        let input = jws::signing_input(&self.public(), typ, &serde_json::to_vec(release).unwrap());
        let signature: Signature = self.0.sign(input.as_bytes());
        jws::assemble(&input, &einwurf_protocol::ids::Signature(signature.to_bytes().into()))
    }
}

fn release(version: &str) -> Release {
    let changes = [("de".to_owned(), vec!["Neu.".to_owned()]), ("en".to_owned(), vec!["New.".to_owned()])];
    Release { v: 1, at: NOW, code: Code { version: version.into(), ..code() }, changes: changes.into() }
}

fn judged(version: &str) -> Offer {
    let project = Project::new(1);
    let compact = project.sign(jws::RELEASE, &release(version));
    judge(&compact, Some(&project.public().thumbprint()), &code())
}

#[test]
fn a_newer_release_is_offered_and_the_present_one_is_current() {
    assert_eq!(judged("0.2.0"), Offer::Newer(Box::new(release("0.2.0"))));
    assert_eq!(judged("0.1.0"), Offer::Current);
}

#[test]
fn an_older_release_is_never_offered_even_if_the_project_signed_it() {
    for older in ["0.0.9", "0.1.0-rc.1", "0.1.0-alpha"] {
        assert_eq!(judged(older), Offer::Older(older.into()));
    }
}

#[test]
fn versions_are_compared_as_numbers_and_not_as_text() {
    let present = Code { version: "0.9.0".into(), ..code() };
    let project = Project::new(1);
    let compact = project.sign(jws::RELEASE, &release("0.10.0"));
    let offer = judge(&compact, Some(&project.public().thumbprint()), &present);
    assert!(matches!(offer, Offer::Newer(_)), "{offer:?}");
}

#[test]
fn other_files_under_the_present_version_are_not_taken() {
    let project = Project::new(1);
    let mut other = release("0.1.0");
    other.code.widget.script.sri = "sha384-BBBB".into();
    let compact = project.sign(jws::RELEASE, &other);
    assert_eq!(
        judge(&compact, Some(&project.public().thumbprint()), &code()),
        Offer::Differs("0.1.0".into())
    );
    assert!(
        matches!(judged("0.1.0+rebuilt"), Offer::Differs(_)),
        "what follows a plus sign is no precedence"
    );
}

#[test]
fn what_another_key_signed_what_was_changed_and_another_document_are_forged() {
    let (project, stranger) = (Project::new(1), Project::new(2));
    let key = project.public().thumbprint();
    let genuine = project.sign(jws::RELEASE, &release("0.2.0"));
    let changed = genuine.replacen("eyJ2Ijox", "eyJ2Ijoy", 1);
    assert_ne!(changed, genuine);
    for compact in [
        stranger.sign(jws::RELEASE, &release("0.2.0")),
        project.sign(jws::MANIFEST, &release("0.2.0")),
        project.sign(jws::RELEASE, &release("newest")),
        changed,
        String::new(),
        "<!doctype html>".into(),
    ] {
        assert_eq!(judge(&compact, Some(&key), &code()), Offer::Forged, "{compact}");
    }
}

#[test]
fn a_build_without_a_release_key_offers_nothing() {
    let compact = Project::new(1).sign(jws::RELEASE, &release("0.2.0"));
    assert_eq!(judge(&compact, None, &code()), Offer::NoKey);
}

#[test]
fn changes_are_read_in_the_language_of_the_app_or_in_english() {
    let mut release = release("0.2.0");
    assert_eq!(changes(&release, "de"), ["Neu."]);
    release.changes.remove("de");
    assert_eq!(changes(&release, "de"), ["New."]);
    release.changes.clear();
    assert!(changes(&release, "de").is_empty());
}
