//! Work of unknown devices, proof of possession, releases and their check value.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW, manifest};
use einwurf_protocol::{
    codec::readable,
    ids::MessageId,
    jws::{self, JwsError},
    limits::{CHANGES, POSSESSION_SECONDS},
    possession::{Possession, Request, token_hash},
    release::{Release, ReleaseError},
    work::{Challenge, Parameters, Work, cost},
};

#[test]
fn work_is_found_is_worth_its_bits_and_belongs_to_its_challenge() {
    let challenge =
        |seed| Challenge { parameters: Parameters::new(10, NOW, [seed; 32]), signature: "00".into() };
    let (one, other) = (challenge(7), challenge(8));
    assert_eq!((one.bits(), one.parameters.cost), (10, 2));
    let work = one.solve(0, u64::MAX).unwrap();
    let key = |work: &Work| work.derivation().unwrap().key();
    assert!(work.is_solved(&key(&work)));
    assert!(!work.is_solved(&key(&work)[..31]) && !work.is_solved(&[0; 32]));
    let moved = Work { challenge: other, ..work.clone() };
    assert!(!moved.is_solved(&key(&moved)));
    // In slices it is the same solution.
    let slice = (0..).step_by(64).find_map(|from| one.solve(from, 64)).unwrap();
    assert_eq!(slice, work);
    assert_eq!(one.solve(0, u64::from(work.solution.counter)), None, "it is the first");
    assert_eq!(one.solve(u64::MAX, 5), None, "beyond the last number there is none");
}

#[test]
fn a_challenge_of_another_form_is_not_begun() {
    let changes: [fn(&mut Parameters); 6] = [
        |parameters| parameters.algorithm = "ARGON2ID".into(),
        |parameters| parameters.cost = 3,
        |parameters| parameters.key_length = 16,
        |parameters| parameters.key_prefix = "0".into(),
        |parameters| parameters.nonce = "zz".repeat(16),
        |parameters| parameters.salt = "00".repeat(15),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut parameters = Parameters::new(9, NOW, [1; 32]);
        change(&mut parameters);
        assert_eq!(parameters.derivation(0), None, "{place}");
        assert_eq!(Challenge { parameters, signature: String::new() }.solve(0, u64::MAX), None, "{place}");
    }
    assert_eq!((cost(0), cost(9), cost(10), cost(22), cost(255)), (1, 1, 2, 8_192, u32::MAX));
}

fn request<'a>() -> Request<'a> {
    Request { method: "POST", url: "https://relay.example/v1/inbox/mark", token: Some("secret") }
}

#[test]
fn a_proof_is_about_one_method_address_and_token() {
    let proof = Possession::of(&request(), MessageId([1; 16]), NOW);
    assert!(proof.fits(&request(), NOW, POSSESSION_SECONDS));
    for (what, other) in [
        ("method", Request { method: "GET", ..request() }),
        ("address", Request { url: "https://relay.example/v1/inbox", ..request() }),
        ("origin", Request { url: "https://other.example/v1/inbox/mark", ..request() }),
        ("token", Request { token: Some("other"), ..request() }),
        ("no token", Request { token: None, ..request() }),
    ] {
        assert!(!proof.fits(&other, NOW, POSSESSION_SECONDS), "{what}");
    }
}

#[test]
fn a_proof_holds_for_its_time_one_below_at_and_one_above() {
    let proof = Possession::of(&request(), MessageId([1; 16]), NOW);
    for (seconds, expected) in
        [(POSSESSION_SECONDS - 1, true), (POSSESSION_SECONDS, true), (POSSESSION_SECONDS + 1, false)]
    {
        for now in [NOW.plus(seconds), NOW.minus(seconds)] {
            assert_eq!(proof.fits(&request(), now, POSSESSION_SECONDS), expected, "{seconds}");
        }
    }
}

#[test]
fn the_token_itself_is_not_in_the_proof() {
    let json = serde_json::to_string(&Possession::of(&request(), MessageId([1; 16]), NOW)).unwrap();
    assert!(!json.contains("secret") && json.contains(&token_hash("secret")));
    // RFC 7519's own base64url of a SHA-256, without padding.
    assert_eq!(token_hash("").len(), 43);
}

fn release(change: impl FnOnce(&mut Release)) -> Release {
    let changes = [("en".to_owned(), vec!["Better.".to_owned()])].into();
    let mut release = Release { v: 1, at: NOW, code: manifest(&Key::new(1)).code, changes };
    change(&mut release);
    release
}

#[test]
fn a_release_is_accepted_from_the_project_only() {
    let project = Key::new(40);
    let id = project.public().thumbprint();
    let signed = project.jws(jws::RELEASE, &release(|_| ()));
    assert_eq!(Release::verify(&signed, &id).unwrap(), release(|_| ()));
    let foreign = Key::new(41).jws(jws::RELEASE, &release(|_| ()));
    assert_eq!(Release::verify(&foreign, &id), Err(ReleaseError::Signer));
    let other_type = project.jws(jws::MANIFEST, &release(|_| ()));
    assert_eq!(Release::verify(&other_type, &id), Err(JwsError::Header.into()));
    let version = project.jws(jws::RELEASE, &release(|release| release.v = 2));
    assert_eq!(Release::verify(&version, &id), Err(ReleaseError::Form));
    let more = project.raw(jws::RELEASE, br#"{"v":1,"at":1,"more":true}"#);
    assert_eq!(Release::verify(&more, &id), Err(JwsError::Payload.into()));
}

#[test]
fn a_list_of_changes_one_below_at_and_one_above_its_length() {
    let project = Key::new(40);
    for (count, expected) in [(CHANGES - 1, true), (CHANGES, true), (CHANGES + 1, false)] {
        let list = vec!["x".to_owned(); count];
        let signed = project.jws(jws::RELEASE, &release(|r| drop(r.changes.insert("de".to_owned(), list))));
        assert_eq!(Release::verify(&signed, &project.public().thumbprint()).is_ok(), expected, "{count}");
    }
}

#[test]
fn enc_04_the_check_value_changes_with_every_file_and_the_version() {
    let code = manifest(&Key::new(1)).code;
    let same = code.check_value();
    assert_eq!(same, code.clone().check_value());
    let changes: [fn(&mut einwurf_protocol::manifest::Code); 11] = [
        |code| code.version.push('1'),
        |code| code.widget.script.sri.push('1'),
        |code| code.widget.wasm.sri.push('1'),
        |code| code.inbox.style.sri.push('1'),
        |code| code.inbox.texts.values_mut().for_each(|text| text.sri.push('1')),
        |code| code.door.sri.push('1'),
        |code| code.launcher.sri.push('1'),
        |code| code.widget_rest.sri.push('1'),
        |code| code.attach.sri.push('1'),
        |code| code.attach_wasm.sri.push('1'),
        |code| code.attach_pdf.sri.push('1'),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut code = code.clone();
        change(&mut code);
        assert_ne!(code.check_value(), same, "{index}");
    }
}

#[test]
fn sixty_bits_are_three_groups_of_four_without_letters_that_look_alike() {
    let mut hash = [0; 32];
    assert_eq!(readable(&hash), "0000-0000-0000");
    hash[..8].copy_from_slice(&[0xff; 8]);
    assert_eq!(readable(&hash), "ZZZZ-ZZZZ-ZZZZ");
    hash[..8].copy_from_slice(&[0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x1f]);
    assert_eq!(readable(&hash), "1111-1111-1111");
    // The last four bits of the eighth byte are not shown.
    hash[7] ^= 0x0f;
    assert_eq!(readable(&hash), "1111-1111-1111");
}
