//! The program itself, over the test vectors and over what an attacker would change in them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/proofs")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn file(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// Runs the program on these bytes.
fn run(bytes: &[u8], more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_einwurf"));
    command.args(["verify", "-"]).args(more).env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    child.wait_with_output().unwrap()
}

fn code(bytes: &[u8]) -> i32 {
    run(bytes, &["--json"]).status.code().unwrap()
}

fn report(bytes: &[u8], more: &[&str]) -> Value {
    serde_json::from_slice(&run(bytes, &[more, &["--json"]].concat()).stdout).unwrap()
}

/// What was found: `ok`, the step that fails, or `unreadable`.
fn found(bytes: &[u8]) -> String {
    if code(bytes) == 2 {
        return "unreadable".to_owned();
    }
    let report = report(bytes, &[]);
    let conversations = report["conversations"].as_array().unwrap().iter();
    let mut faults = std::iter::once(&report["fault"]).chain(conversations.map(|told| &told["fault"]));
    let step = faults.find_map(|fault| fault["step"].as_str()).unwrap_or("ok");
    assert_eq!(step == "ok", report["holds"] == true);
    assert_eq!(step == "ok", code(bytes) == 0);
    step.to_owned()
}

fn said(name: &str, more: &[&str]) -> String {
    String::from_utf8(run(text(name).as_bytes(), more).stdout).unwrap()
}

#[test]
fn rec_06_every_vector_gets_its_answer() {
    let expected: BTreeMap<String, String> = serde_json::from_str(&text("expect.json")).unwrap();
    assert!(expected.len() > 60);
    let files = std::fs::read_dir(folder()).unwrap().count();
    assert_eq!(files, expected.len() + 1, "every file has an answer");
    for (name, expected) in expected {
        assert_eq!(found(text(&name).as_bytes()), expected, "{name}");
    }
}

/// One bit of one byte of a base64url text.
fn flipped(text: &str, place: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = text.as_bytes().to_vec();
    let value = ALPHABET.iter().position(|byte| *byte == bytes[place]).unwrap();
    bytes[place] = ALPHABET[value ^ 4];
    String::from_utf8(bytes).unwrap()
}

/// At two dozen places of a text, and at its end.
fn fails_when_flipped(good: &Value, pointer: &str) {
    let text = good.pointer(pointer).unwrap().as_str().unwrap();
    // The last character may hold fewer than six bits: then the change is refused as another form.
    let places = (0..text.len()).step_by(1 + text.len() / 24).chain([text.len() - 1]);
    for place in places.filter(|place| text.as_bytes()[*place] != b'.') {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = flipped(text, place).into();
        assert_ne!(code(changed.to_string().as_bytes()), 0, "{pointer} at {place}");
    }
}

#[test]
fn rec_04_one_flipped_byte_in_consent_or_message_fails() {
    let good = file("good.json");
    assert_eq!(found(good.to_string().as_bytes()), "ok");
    let consents = (0..2).map(|index| format!("/grants/{index}"));
    let parts = ["header", "nonce", "ciphertext", "signature"];
    let messages =
        [0, 2].into_iter().flat_map(|index| parts.map(|part| format!("/events/{index}/event/{part}")));
    for pointer in consents.chain(messages) {
        fails_when_flipped(&good, &pointer);
    }
}

#[test]
fn rec_04_one_flipped_byte_of_an_erased_event_fails() {
    let good = file("good-withdrawn.json");
    // Of an answer everything but its signature: whose it is was in its content.
    let parts =
        [(0, "header"), (0, "content"), (0, "signature"), (1, "header"), (1, "content"), (2, "content")];
    for (index, part) in parts {
        let pointer = format!("/events/{index}/erased/{part}");
        fails_when_flipped(&good, &pointer);
    }
}

#[test]
fn rec_06_one_flipped_byte_in_the_log_fails() {
    for name in ["good-withdrawn.json", "good-export.json"] {
        let good = file(name);
        let log = if name.contains("export") { "/proofs/0/records" } else { "/records" };
        for index in 0..good.pointer(log).unwrap().as_array().unwrap().len() {
            let pointer = format!("{log}/{index}");
            fails_when_flipped(&good, &pointer);
        }
    }
}

#[test]
fn rec_04_a_proof_without_anything_that_names_a_person_holds() {
    let file = text("good-all-erased.json");
    for word in ["\"name\"", "\"email\"", "\"phone\"", "\"ip\"", "\"ciphertext\"", "\"data\""] {
        assert!(!file.contains(word), "{word}");
    }
    assert_eq!(found(file.as_bytes()), "ok");
}

#[test]
fn rec_04_the_report_says_which_consent_covers_which_message() {
    let report = report(text("good.json").as_bytes(), &[]);
    let told = &report["conversations"][0];
    let covered: Vec<_> =
        told["messages"].as_array().unwrap().iter().map(|it| (&it["seq"], &it["covered"])).collect();
    assert_eq!(covered, [(&0.into(), &0.into()), (&2.into(), &1.into())]);
    assert_eq!(told["agreed"][0]["text"]["title"], "Before you write");
    assert_eq!(told["agreed"][0]["text"]["company"], "Beispiel Fensterbau GmbH");
    assert_eq!(
        (&told["agreed"][0]["version"], &told["agreed"][1]["version"]),
        (&"0.1.0".into(), &Value::Null)
    );
    assert_eq!((&told["choices"]["special"], &told["choices"]["by"]), (&true.into(), &"self".into()));
    assert_eq!(told["end"], Value::Null);
}

#[test]
fn rgt_03_the_report_says_how_it_ended() {
    for (name, how, why) in [
        ("good-withdrawn.json", "withdrawn", Value::Null),
        ("good-withdrawal-not-recorded-yet.json", "withdrawing", Value::Null),
        ("good-expired.json", "ended", "expired".into()),
        ("good-invalidated.json", "ended", "invalidated".into()),
    ] {
        let report = report(text(name).as_bytes(), &[]);
        let end = &report["conversations"][0]["end"];
        assert_eq!((end["how"].as_str(), &end["why"]), (Some(how), &why), "{name}");
    }
}

#[test]
fn whose_word_the_log_key_is_is_said() {
    let good = text("good.json");
    let site = file("good.json")["site"].as_str().unwrap().to_owned();
    let pinned = report(good.as_bytes(), &["--pin", &site]);
    assert_eq!(
        (&pinned["trust"]["pinned"], &pinned["trust"]["signer"]),
        (&true.into(), &site.as_str().into())
    );
    let wrong = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    assert_eq!(report(good.as_bytes(), &["--pin", wrong])["fault"]["step"], "pin");
    assert_eq!(report(good.as_bytes(), &["--pin", wrong, "--pin", &site])["holds"], true);
    // One in 64 thumbprints begins with a hyphen, and is no option.
    let hyphen = format!("-{}", "A".repeat(42));
    assert_eq!(report(good.as_bytes(), &["--pin", &hyphen])["fault"]["step"], "pin");
    // Without a manifest nobody vouches: that is said, and whoever asks for more is refused.
    let bare = text("good-without-manifest.json");
    assert_eq!(report(bare.as_bytes(), &[])["trust"]["signer"], Value::Null);
    assert_eq!(report(bare.as_bytes(), &["--pin", &site])["fault"]["step"], "pin");
    assert!(
        said("good-without-manifest.json", &["--lang", "en"]).contains("Only the file itself names this key")
    );
}

#[test]
fn a_key_that_alone_claims_to_follow_the_sites_is_said_to_be_one() {
    let name = "good-later-site-key.json";
    let later = report(text(name).as_bytes(), &[]);
    let signer = later["trust"]["signer"].as_str().unwrap();
    assert_ne!(later["trust"]["signer"], later["site"]);
    for (language, claims, names) in [
        ("de", "gibt an, auf den Schlüssel dieser Website zu folgen", "Ihn nennt die Website"),
        ("en", "claims to follow the key of this website", "The website names it"),
    ] {
        let alone = said(name, &["--lang", language]);
        assert!(alone.contains(claims) && !alone.contains(names), "{alone}");
        let pinned = said(name, &["--lang", language, "--pin", signer]);
        assert!(!pinned.contains(claims) && pinned.contains(names), "{pinned}");
        let own = said("good.json", &["--lang", language]);
        assert!(!own.contains(claims) && own.contains(names), "{own}");
    }
}

#[test]
fn a_log_and_a_manifest_that_an_attacker_made_do_not_pass_a_pin() {
    // Everything fits but nobody known signed it: the pin is what tells.
    let site = file("good.json")["site"].as_str().unwrap().to_owned();
    let mut forged = file("good.json");
    forged["manifest"] = file("good-later-site-key.json")["manifest"].clone();
    assert_eq!(report(forged.to_string().as_bytes(), &["--pin", &site])["fault"]["step"], "pin");
}

#[test]
fn an_export_names_each_conversation_and_one_fault_hides_no_other() {
    let good = report(text("good-export.json").as_bytes(), &[]);
    assert_eq!(good["conversations"].as_array().unwrap().len(), 2);
    assert_eq!((&good["head"]["agrees"], &good["head"]["count"]), (&true.into(), &5.into()));
    assert_eq!(report(text("good-export-head-of-more.json").as_bytes(), &[])["head"]["agrees"], false);
    // What came after the day of the head is not in it, also if it came before the head was signed.
    assert_eq!(
        report(text("good-export-head-of-the-day-before.json").as_bytes(), &[])["head"]["agrees"],
        true
    );
    assert_eq!(report(text("good-export-later-site-key.json").as_bytes(), &[])["head"]["agrees"], true);
    let bad = report(text("export-record-flipped.json").as_bytes(), &[]);
    let faults: Vec<_> =
        bad["conversations"].as_array().unwrap().iter().map(|it| !it["fault"].is_null()).collect();
    assert_eq!(faults, [true, false]);
}

#[test]
fn people_read_sentences_in_their_language() {
    let german = said("good-withdrawn.json", &["--lang", "de"]);
    assert!(
        german.starts_with("Der Nachweis ist in Ordnung.") && german.contains("Widerrufen am 2026-11-18")
    );
    let english = said("good-withdrawn.json", &[]);
    assert!(english.starts_with("The proof holds.") && english.contains("Withdrawn on 2026-11-18"));
    let broken = said("message-flipped-ciphertext.json", &["--lang", "de"]);
    assert!(broken.starts_with("Der Nachweis ist nicht in Ordnung."));
    assert!(broken.contains("Das Ereignis 1 wurde verändert"));
    for name in ["good.json", "good-request-mode.json", "good-export.json", "good-later-site-key.json"] {
        for language in ["de", "en"] {
            let said = said(name, &["--lang", language]);
            assert!(!said.contains('{') && !said.contains("purpose_"), "{said}");
        }
    }
}

#[test]
fn the_systems_language_is_used() {
    let spoken = |variable: &str, value: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_einwurf"));
        command.args(["verify"]).arg(folder().join("good.json"));
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(name);
        }
        String::from_utf8(command.env(variable, value).output().unwrap().stdout).unwrap()
    };
    assert!(spoken("LANG", "de_AT.UTF-8").starts_with("Der Nachweis"));
    assert!(spoken("LC_ALL", "de_DE").starts_with("Der Nachweis"));
    assert!(spoken("LANG", "fr_FR.UTF-8").starts_with("The proof"));
}

#[test]
fn what_cannot_be_read_is_told_and_ends_with_2() {
    for bytes in [&b""[..], b"{}", b"{", b"\xff\xfe", b"<html></html>"] {
        let output = run(bytes, &[]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(String::from_utf8(output.stderr).unwrap().starts_with("The file cannot be read as a proof."));
    }
    let missing =
        Command::new(env!("CARGO_BIN_EXE_einwurf")).args(["verify", "no-such-file"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    let usage = Command::new(env!("CARGO_BIN_EXE_einwurf")).arg("verify").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}
