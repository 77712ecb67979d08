//! Receipts of visitors.

use super::{Proof, document, flip, named, requested, site_manifest};
use crate::{
    SiteKey,
    signer::Signer,
    tests::{
        rng::drawn,
        support::{NOW, asking, choosing, erase, whole_mut},
    },
};
use einwurf_protocol::{
    consent::{Age, Choices},
    ids::{Cid, Digest, Thumbprint},
    jws,
    manifest::Former,
    message::Payload,
    record::{Ended, What},
    time::Timestamp,
};
use serde_json::Value;

type Case = (&'static str, &'static str, Value);

pub(super) fn all() -> Vec<Case> {
    [good(), manifests(), events(), grants(), records(), texts(), forms()].concat()
}

/// A usual proof with a change to it before it is written.
fn with(name: &'static str, expect: &'static str, change: impl FnOnce(&mut Proof)) -> Case {
    let mut proof = Proof::usual();
    change(&mut proof);
    (name, expect, proof.receipt())
}

/// A withdrawn proof with a change to the file.
fn written(name: &'static str, expect: &'static str, change: impl FnOnce(&mut Value)) -> Case {
    let mut file = Proof::withdrawn().receipt();
    change(&mut file);
    (name, expect, file)
}

fn list<'v>(file: &'v mut Value, member: &str) -> &'v mut Vec<Value> {
    file[member].as_array_mut().expect("a list")
}

fn good() -> Vec<Case> {
    let mut request = Proof::blank("request");
    let (notice, consent) = requested();
    request.notices.push(document(&notice));
    request.agree(&consent, 0);
    request.write(&consent, "Guten Tag", 0);
    let next = SiteKey::generate(&mut drawn("vectors: next site"));
    let later = |proof: &mut Proof| {
        let former = vec![Former { site: super::site().thumbprint(), until: NOW }];
        let mut manifest = named();
        (manifest.site, manifest.serial) = (next.thumbprint(), manifest.serial + 1);
        manifest.succession.former = former;
        proof.manifest = Some(next.sign_manifest(&manifest));
    };
    let end = |why| move |proof: &mut Proof| proof.log_of.push((What::Ended(why), NOW.plus(90 * 86_400)));
    vec![
        with("good", "ok", |_| ()),
        written("good-withdrawn", "ok", |_| ()),
        with("good-withdrawal-not-recorded-yet", "ok", |proof| {
            proof.withdraw(1_200);
        }),
        with("good-all-erased", "ok", |proof| proof.events.iter_mut().for_each(erase)),
        with("good-expired", "ok", end(Ended::Expired)),
        with("good-invalidated", "ok", end(Ended::Invalidated)),
        with("good-without-manifest", "ok", |proof| proof.manifest = None),
        with("good-without-choices", "ok", |proof| proof.choices = None),
        with("good-later-site-key", "ok", later),
        written("good-with-data", "ok", |file| file["data"] = serde_json::json!({ "name": "Erika" })),
        ("good-request-mode", "ok", request.receipt()),
    ]
}

fn manifests() -> Vec<Case> {
    let stranger = SiteKey::generate(&mut drawn("vectors: stranger"));
    let mut claims = named();
    claims.site = stranger.thumbprint();
    let by_stranger = stranger.sign_manifest(&claims);
    let as_site = stranger.sign_manifest(&named());
    let mut other_log = named();
    other_log.relay.log_key = stranger.public();
    vec![
        written("manifest-flipped", "manifest", |file| flip(file, "/manifest", 900)),
        with("manifest-of-another-site", "manifest", |proof| proof.manifest = Some(by_stranger)),
        with("manifest-signed-by-a-stranger", "manifest", |proof| proof.manifest = Some(as_site)),
        with("manifest-names-another-log-key", "record", |proof| {
            proof.manifest = Some(site_manifest(&other_log));
        }),
        with("site-of-another", "manifest", |_| ()).change(|file| {
            file["site"] = Thumbprint([3; 32]).to_string().into();
        }),
    ]
}

trait Change {
    fn change(self, change: impl FnOnce(&mut Value)) -> Self;
}

impl Change for Case {
    fn change(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.2);
        self
    }
}

fn events() -> Vec<Case> {
    let after = |proof: &mut Proof| {
        let digest = proof.withdraw(1_200);
        proof.log_of.push((What::Withdrawal(digest), NOW.plus(1_200)));
        let last = proof.events.last().expect("events").read().expect("an event").envelope;
        let payload = Payload::of(crate::tests::support::message("Doch nicht").inner().clone());
        let key = proof.visitor.keys(0).expect("an epoch").to_staff;
        let header = crate::tests::support::follow(&last);
        let visitor = &proof.visitor;
        let more =
            crate::tests::support::envelope(&header, [1; 24], &key, &payload, |bytes| visitor.sign(bytes));
        let at = NOW.plus(1_300);
        proof.events.push(super::StoredEvent { kept: super::Kept::Whole(more), at });
    };
    vec![
        with("message-flipped-ciphertext", "event", |p| whole_mut(&mut p.events[0]).ciphertext[99] ^= 1),
        with("message-flipped-nonce", "event", |p| whole_mut(&mut p.events[0]).nonce[3] ^= 1),
        with("message-flipped-header", "event", |p| whole_mut(&mut p.events[3 - 1]).header[90] ^= 1),
        with("message-flipped-signature", "event", |p| whole_mut(&mut p.events[0]).signature.0[5] ^= 1),
        with("answer-flipped-ciphertext", "event", |p| whole_mut(&mut p.events[1]).ciphertext[99] ^= 1),
        with("event-dropped", "event", |p| drop(p.events.remove(1))),
        with("event-dropped-first", "event", |p| drop(p.events.remove(0))),
        with("event-reordered", "event", |p| p.events.swap(1, 2)),
        with("event-repeated", "event", |p| p.events.insert(1, p.events[0].clone())),
        with("event-missing", "event", |p| p.events.clear()),
        with("event-of-another-conversation", "event", |p| {
            p.events[2] = {
                let mut other = Proof::blank("another");
                other.write(&choosing(false, None), "fremd", 900);
                other.events.remove(0)
            };
        }),
        with("event-after-withdrawal", "event", after),
        written("erased-content-flipped", "event", |file| flip(file, "/events/0/erased/content", 5)),
        written("erased-answer-content-flipped", "event", |file| flip(file, "/events/1/erased/content", 5)),
        written("erased-header-flipped", "event", |file| flip(file, "/events/0/erased/header", 130)),
        written("erased-signature-flipped", "event", |file| flip(file, "/events/2/erased/signature", 5)),
        with("message-before-consent", "consent", |p| p.events[0].at = NOW.minus(1)),
    ]
}

fn grants() -> Vec<Case> {
    let stranger = |p: &mut Proof| {
        let visitor = Proof::blank("another").visitor;
        p.grants[1] = visitor.sign_grant(&choosing(true, Some(Age::OldEnough)), Digest([1; 32]));
    };
    vec![
        written("consent-flipped", "grant", |file| flip(file, "/grants/0", 300)),
        written("consent-flipped-later", "grant", |file| flip(file, "/grants/1", 300)),
        written("grant-missing", "grant", |file| list(file, "grants").clear()),
        with("grant-of-another-conversation", "grant", stranger),
        with("grant-of-another-site", "grant", |p| {
            p.grant_but(0, |grant| grant["site"] = Thumbprint([3; 32]).to_string().into());
        }),
        with("grant-tells-special", "grant", |p| p.grant_but(1, |g| g["grants"]["special"] = true.into())),
        with("grant-without-answer", "grant", |p| p.grant_but(0, |g| g["grants"]["answer"] = false.into())),
        with("grant-by-button-alone", "grant", |p| p.grant_but(0, |g| g["how"] = "button".into())),
        with("grant-unknown-member", "grant", |p| p.grant_but(0, |g| g["ip"] = "203.0.113.7".into())),
    ]
}

fn records() -> Vec<Case> {
    let but = |name: &'static str, change: fn(usize, &mut einwurf_protocol::record::Record)| -> Case {
        let proof = Proof::withdrawn();
        (name, "record", proof.receipt_with(&proof.records_but(change)))
    };
    let foreign = {
        let mut proof = Proof::withdrawn();
        let records = proof.records();
        proof.log = Signer::generate(&mut drawn("vectors: stranger"));
        let mut file = proof.receipt();
        file["records"][0] = records[0].as_str().into();
        ("record-by-another-key", "record", file)
    };
    vec![
        written("record-flipped", "record", |file| flip(file, "/records/1", 400)),
        written("record-dropped", "record", |file| drop(list(file, "records").remove(1))),
        written("record-dropped-first", "record", |file| drop(list(file, "records").remove(0))),
        written("record-reordered", "record", |file| list(file, "records").swap(0, 1)),
        written("record-missing", "record", |file| list(file, "records").clear()),
        foreign,
        but("record-of-another-conversation", |index, record| {
            record.cid = if index == 1 { Cid([3; 32]) } else { record.cid };
        }),
        but("record-time-goes-back", |index, record| {
            record.at = Timestamp(record.at.0 - if index == 1 { 901 } else { 0 });
        }),
        but("record-of-another-grant", |index, record| {
            record.what = if index == 1 { What::Grant(Digest([3; 32])) } else { record.what };
        }),
        with("record-after-the-end", "record", |p| {
            p.log_of.insert(1, (What::Ended(Ended::Expired), NOW.plus(800)));
        }),
        with("record-of-a-missing-grant", "record", |p| drop(p.grants.pop())),
        with("grant-not-recorded", "record", |p| p.log_of.truncate(1)),
        written("withdrawal-missing", "withdrawal", |file| drop(list(file, "events").pop())),
        with("withdrawal-and-another-end", "withdrawal", |p| {
            p.withdraw(1_200);
            p.log_of.push((What::Ended(Ended::Expired), NOW.plus(1_300)));
        }),
        with("withdrawal-of-another-digest", "withdrawal", |p| {
            p.withdraw(1_200);
            p.log_of.push((What::Withdrawal(Digest([3; 32])), NOW.plus(1_200)));
        }),
    ]
}

/// The newest grant is on a notice that requires the box for special categories; signed all the same if it is empty.
fn required(proof: &mut Proof, special: bool) {
    let mut notice = asking(true);
    notice.statements.iter_mut().for_each(|statement| statement.required = true);
    let text = document(&notice);
    let digest = einwurf_protocol::notice::digest(text.as_bytes());
    proof.notices.push(text);
    let choices = proof.choices.map(|choices| Choices { special: Some(special), ..choices });
    proof.choices = choices;
    proof.grant_but(1, |grant| {
        grant["notice"] = digest.to_string().into();
        grant["choices"] = choices.expect("asked").digest().to_string().into();
    });
}

fn texts() -> Vec<Case> {
    vec![
        written("notice-flipped", "notice", |file| flip(file, "/notices/0", 300)),
        written("notice-missing", "notice", |file| list(file, "notices").clear()),
        with("notice-of-another-mode", "notice", |p| {
            p.grant_but(0, |grant| {
                (grant["mode"], grant["how"]) = ("request".into(), "button".into());
            });
        }),
        with("notice-of-another-language", "notice", |p| {
            p.grant_but(0, |grant| grant["register"] = "de-formal".into());
        }),
        with("grant-of-a-box-not-shown", "notice", |p| {
            p.grant_but(0, |grant| grant["grants"]["remember"] = true.into());
        }),
        with("grant-without-choices", "notice", |p| {
            p.grant_but(0, |grant| drop(grant.as_object_mut().expect("an object").remove("choices")));
        }),
        with("notice-that-is-none", "notice", |p| {
            let text = document(&asking(true)).replace("einwurf-notice/1", "einwurf-notice/2");
            let digest = einwurf_protocol::notice::digest(text.as_bytes());
            p.notices.push(text);
            p.grant_but(1, |grant| grant["notice"] = digest.to_string().into());
        }),
        with("choices-without-the-box-that-is-required", "choices", |p| required(p, false)),
        with("good-required-box-ticked", "ok", |p| required(p, true)),
        written("choices-special-flipped", "choices", |file| file["choices"]["special"] = false.into()),
        written("choices-by-flipped", "choices", |file| file["choices"]["by"] = "parent".into()),
        written("choices-salt-flipped", "choices", |file| flip(file, "/choices/salt", 5)),
    ]
}

fn forms() -> Vec<Case> {
    let foreign = Signer::generate(&mut drawn("vectors: stranger"));
    let typ = foreign.sign_json(jws::MEMBER, &serde_json::json!({}));
    vec![
        written("unreadable-typ", "unreadable", |file| file["typ"] = "einwurf-receipt/2".into()),
        written("unreadable-unknown-member", "unreadable", |file| file["more"] = 1.into()),
        written("unreadable-event-whole-and-erased", "unreadable", |file| {
            file["events"][0]["event"] = file["events"][3]["event"].clone();
        }),
        written("grant-typ-member", "grant", |file| file["grants"][0] = typ.as_str().into()),
    ]
}
