//! Exports by staff.

use super::{Proof, flip, site};
use crate::{SiteKey, tests::rng::drawn};
use einwurf_protocol::{
    ids::{Digest, Thumbprint},
    jws,
    manifest::Former,
    record::{Ended, Head, What, record_digest, root},
    time::{DAY, Timestamp},
};
use serde_json::{Value, json};

/// One conversation in use and one that was withdrawn, with the head of their day.
fn export() -> Value {
    let (usual, withdrawn) = (Proof::usual(), Proof::withdrawn_as("withdrawn"));
    let proof = |proof: &Proof| {
        let withdrawal = proof.events.last().and_then(|event| event.read().ok()).map(|event| event.remains());
        let ended = proof.log_of.len() > proof.grants.len();
        let mut value = json!({
            "cid": proof.visitor.cid(),
            "grants": proof.grants,
            "records": proof.records(),
            "until": super::NOW.proof_until(),
        });
        if ended {
            value["withdrawal"] = serde_json::to_value(withdrawal).expect("JSON");
        }
        (proof.visitor.cid().0, value, proof.records().last().map(|record| record_digest(record)))
    };
    let mut proofs = [proof(&usual), proof(&withdrawn)];
    proofs.sort_by_key(|(cid, ..)| *cid);
    let root = root(proofs.iter().filter_map(|(_, _, digest)| *digest));
    let at = super::NOW.plus(2_000);
    let head = Head { v: 1, site: site().thumbprint(), day: at.date().to_string(), count: 5, root, at };
    json!({
        "typ": "einwurf-proofs/1",
        "site": site().thumbprint(),
        "manifest": usual.manifest,
        "notices": usual.notices,
        "log_key": usual.log.public(),
        "proofs": proofs.map(|(_, value, _)| value),
        "head": usual.log.sign_json(jws::HEAD, &head),
    })
}

fn with(
    name: &'static str,
    expect: &'static str,
    change: impl FnOnce(&mut Value),
) -> (&'static str, &'static str, Value) {
    let mut file = export();
    change(&mut file);
    (name, expect, file)
}

/// Where the withdrawn conversation stands.
fn ended(file: &Value) -> usize {
    let proofs = file["proofs"].as_array().expect("a list");
    proofs.iter().position(|proof| !proof["withdrawal"].is_null()).expect("one was withdrawn")
}

/// The head with another content, signed by the log key.
fn reseal(file: &mut Value, change: impl FnOnce(&mut Head)) {
    let compact = file["head"].as_str().expect("a text");
    let mut head = jws::verify_json::<Head>(compact, jws::HEAD).expect("our own").payload;
    change(&mut head);
    file["head"] = Proof::usual().log.sign_json(jws::HEAD, &head).into();
}

/// The site key was changed since: conversations, records and the head are of the former one.
fn later(file: &mut Value) {
    let next = SiteKey::generate(&mut drawn("vectors: next site"));
    let mut manifest = super::named();
    (manifest.site, manifest.serial) = (next.thumbprint(), manifest.serial + 1);
    manifest.succession.former = vec![Former { site: site().thumbprint(), until: super::NOW }];
    file["manifest"] = next.sign_manifest(&manifest).into();
    file["site"] = next.thumbprint().to_string().into();
}

/// The head was signed a minute after its day, and half a minute after another record.
fn newer(file: &mut Value) {
    let midnight = Timestamp((super::NOW.0 / DAY + 1) * DAY);
    reseal(file, |head| head.at = midnight.plus(60));
    let mut usual = Proof::usual();
    usual.log_of.push((What::Ended(Ended::Invalidated), midnight.plus(30)));
    let cid = serde_json::to_value(usual.visitor.cid()).expect("JSON");
    for proof in file["proofs"].as_array_mut().expect("a list") {
        if proof["cid"] == cid {
            proof["records"] = json!(usual.records());
        }
    }
}

pub(super) fn all() -> Vec<(&'static str, &'static str, Value)> {
    let stranger = SiteKey::generate(&mut drawn("vectors: stranger"));
    let jwk = serde_json::to_value(stranger.public()).expect("JSON");
    let head = |file: &mut Value| {
        let head = jws::verify_json::<Value>(file["head"].as_str().expect("a text"), jws::HEAD);
        file["head"] = stranger.0.sign_json(jws::HEAD, &head.expect("our own").payload).into();
    };
    let old = |file: &mut Value| {
        let head = Head {
            v: 1,
            site: site().thumbprint(),
            day: super::NOW.date().to_string(),
            count: 4,
            root: Digest([9; 32]),
            at: super::NOW.plus(2_000),
        };
        file["head"] = Proof::usual().log.sign_json(jws::HEAD, &head).into();
    };
    vec![
        with("good-export", "ok", |_| ()),
        with("good-export-without-texts", "ok", |file| file["notices"] = json!([])),
        with("good-export-without-manifest", "ok", |file| file["manifest"] = Value::Null),
        with("good-export-head-of-more", "ok", old),
        with("good-export-later-site-key", "ok", later),
        with("good-export-head-of-the-day-before", "ok", newer),
        with("export-head-of-another-site", "head", |file| {
            reseal(file, |head| head.site = Thumbprint([3; 32]));
        }),
        with("good-export-empty", "ok", |file| {
            (file["proofs"], file["head"]) = (json!([]), Value::Null);
        }),
        with("export-record-flipped", "record", |file| flip(file, "/proofs/0/records/0", 400)),
        with("export-record-dropped", "record", |file| {
            file["proofs"][0]["records"].as_array_mut().expect("a list").remove(0);
        }),
        with("export-grant-flipped", "grant", |file| flip(file, "/proofs/1/grants/0", 300)),
        with("export-grants-of-another-conversation", "grant", |file| {
            file["proofs"][0]["grants"] = file["proofs"][1]["grants"].clone();
        }),
        with("export-withdrawal-missing", "withdrawal", |file| {
            let place = ended(file);
            file["proofs"][place]["withdrawal"] = Value::Null;
        }),
        with("export-withdrawal-flipped", "withdrawal", |file| {
            let place = ended(file);
            flip(file, &format!("/proofs/{place}/withdrawal/signature"), 5);
        }),
        with("export-withdrawal-that-nobody-recorded", "withdrawal", |file| {
            let place = ended(file);
            file["proofs"][place]["records"].as_array_mut().expect("a list").pop();
        }),
        with("export-log-key-of-another", "manifest", |file| file["log_key"] = jwk),
        with("export-head-of-another-key", "head", head),
        with("export-notice-of-another-mode", "notice", |file| {
            let text = file["notices"][0].as_str().expect("a text").to_owned();
            let mut proof = Proof::usual();
            let change = |grant: &mut Value| {
                (grant["mode"], grant["how"]) = ("request".into(), "button".into());
            };
            proof.grant_but(0, change);
            let cid = serde_json::to_value(proof.visitor.cid()).expect("JSON");
            file["notices"] = json!([text]);
            for entry in file["proofs"].as_array_mut().expect("a list") {
                if entry["cid"] == cid {
                    (entry["grants"], entry["records"]) = (json!(proof.grants), json!(proof.records()));
                }
            }
        }),
    ]
}
