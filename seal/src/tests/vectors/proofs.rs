//! Receipt files and exports, good and bad (`docs/protocol.md` section 7.4): each file is what a person would hand in.
//! `expect.json` says of each what a checker has to find: `ok`, the step that fails, or `unreadable`.

mod exports;
mod receipts;

use super::{
    Files,
    manifests::{manifest, site},
};
use crate::{
    Beside, MemberKeys, SiteKey, VisitorConversation,
    signer::Signer,
    tests::{
        rng::{Drawn, drawn},
        support::{BUILD, NOW, asking, choosing, claim, erase, message, notice},
    },
};
use einwurf_protocol::{
    api::visitor::{Kept, StoredEvent},
    consent::{Age, Choices, Consent, ShownNotice, Ticks},
    event::{Direction, Envelope, Event, Header},
    ids::{Digest, MessageId},
    jws,
    manifest::Manifest,
    message::{Message, Payload},
    notice::{self as notices, Mode, Notice},
    record::{Record, What, grant_digest, record_digest},
    time::Timestamp,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a checker has to find, by file.
type Expected = BTreeMap<String, String>;

/// A proof in the making: everything that stands in it, and the keys that it is signed with.
struct Proof {
    rng: Drawn,
    log: Signer,
    visitor: VisitorConversation,
    manifest: Option<String>,
    notices: Vec<String>,
    grants: Vec<String>,
    /// What is recorded, and when.
    log_of: Vec<(What, Timestamp)>,
    choices: Option<Choices>,
    events: Vec<StoredEvent>,
}

fn document(notice: &Notice) -> String {
    serde_json::to_string(notice).expect("JSON")
}

/// The manifest that names the log key and, as its program, the one that showed the notice.
fn named() -> Manifest {
    manifest()
}

impl Proof {
    /// Nothing is agreed to yet.
    fn blank(name: &str) -> Self {
        let mut rng = drawn(&format!("vectors: proof {name}"));
        let inbox = crate::InboxSecret::generate(&mut drawn("vectors: inbox"));
        let site = site().thumbprint();
        let visitor = VisitorConversation::begin(site, &inbox.entry(NOW), &mut rng).expect("an inbox key");
        Self {
            rng,
            log: SiteKey::generate(&mut drawn("vectors: log")).0,
            visitor,
            manifest: Some(site_manifest(&named())),
            notices: Vec::new(),
            grants: Vec::new(),
            log_of: Vec::new(),
            choices: None,
            events: Vec::new(),
        }
    }

    /// Consent, a message, an answer, fresh consent with special categories, another message.
    fn usual() -> Self {
        Self::usual_as("usual")
    }

    fn usual_as(name: &str) -> Self {
        let mut proof = Self::blank(name);
        proof.notices.push(document(&asking(true)));
        proof.agree(&choosing(false, Some(Age::OldEnough)), 0);
        proof.write(&choosing(false, Some(Age::OldEnough)), "Guten Tag", 0);
        proof.answer("Darf ich nach Ihrer Gesundheit fragen?", 600);
        proof.agree(&choosing(true, Some(Age::OldEnough)), 900);
        proof.write(&choosing(true, Some(Age::OldEnough)), "Ja", 900);
        proof
    }

    /// The same, withdrawn and erased.
    fn withdrawn() -> Self {
        Self::withdrawn_as("usual")
    }

    fn withdrawn_as(name: &str) -> Self {
        let mut proof = Self::usual_as(name);
        let digest = proof.withdraw(1_200);
        proof.log_of.push((What::Withdrawal(digest), NOW.plus(1_200)));
        proof.events.iter_mut().take(3).for_each(erase);
        proof
    }

    fn agree(&mut self, consent: &Consent, after: u64) {
        let build = if after == 0 { named().code.digest() } else { BUILD };
        let grant = self.visitor.sign_grant(consent, build);
        self.log_of.push((What::Grant(grant_digest(&grant)), NOW.plus(after)));
        self.grants.push(grant);
        self.choices = consent.choices(self.visitor.salt());
    }

    fn id(&self) -> MessageId {
        MessageId([u8::try_from(self.events.len()).expect("few"); 16])
    }

    fn write(&mut self, consent: &Consent, text: &str, after: u64) {
        let (id, words): (_, Message) = (self.id(), message(text).inner().clone());
        let sealed =
            self.visitor.seal(&consent.cover(words), &Beside::default(), id, &mut self.rng).expect("short");
        self.store(sealed, after);
    }

    fn withdraw(&mut self, after: u64) -> Digest {
        let id = self.id();
        let withdrawal = self.visitor.withdraw(id, &mut self.rng).expect("begun");
        let digest = Event::read(withdrawal.clone()).expect("an event").digest;
        self.store(withdrawal, after);
        digest
    }

    fn answer(&mut self, text: &str, after: u64) {
        let member = MemberKeys::generate(&mut drawn("vectors: proof member"));
        let before = self.events.last().expect("something to answer").read().expect("an event");
        let header = Header {
            direction: Direction::ToVisitor,
            author: member.id(),
            message: self.id(),
            ..crate::tests::support::follow(&before.envelope)
        };
        let certificate = Some(site().sign_certificate(&claim(&member, &site())));
        let payload = Payload { certificate, ..Payload::of(message(text).inner().clone()) };
        let key = self.visitor.keys(0).expect("an epoch").to_visitor;
        let sealed = crate::tests::support::envelope(&header, [1; 24], &key, &payload, |bytes| {
            member.signing.sign(bytes)
        });
        self.store(sealed, after);
    }

    fn store(&mut self, envelope: Envelope, after: u64) {
        self.visitor.accepted(&envelope).expect("joins");
        self.events.push(StoredEvent { kept: Kept::Whole(envelope), at: NOW.plus(after) });
    }

    /// The log, but for what `change` does to a record before it is signed.
    fn records_but(&self, change: impl Fn(usize, &mut Record)) -> Vec<String> {
        let mut prev = Digest([0; 32]);
        let record = |(index, (what, at)): (usize, &(What, Timestamp))| {
            let (site, cid, seq) = (site().thumbprint(), self.visitor.cid(), index as u64);
            let mut record = Record { site, cid, what: *what, at: *at, seq, prev };
            change(index, &mut record);
            let compact = self.log.sign_json(jws::RECORD, &record);
            prev = record_digest(&compact);
            compact
        };
        self.log_of.iter().enumerate().map(record).collect()
    }

    fn records(&self) -> Vec<String> {
        self.records_but(|_, _| ())
    }

    /// A grant with another payload, rightly signed by the conversation key, in place of one of those there.
    fn grant_but(&mut self, index: usize, change: impl FnOnce(&mut Value)) {
        let verified = jws::verify_json::<Value>(&self.grants[index], jws::GRANT).expect("our own grant");
        let mut payload = verified.payload;
        change(&mut payload);
        let input = jws::signing_input(&verified.key, jws::GRANT, payload.to_string().as_bytes());
        let grant = jws::assemble(&input, &self.visitor.sign(input.as_bytes()));
        let names =
            |(what, _): &&mut (What, Timestamp)| *what == What::Grant(grant_digest(&self.grants[index]));
        self.log_of.iter_mut().find(names).expect("recorded").0 = What::Grant(grant_digest(&grant));
        self.grants[index] = grant;
    }

    fn receipt(&self) -> Value {
        self.receipt_with(&self.records())
    }

    fn receipt_with(&self, records: &[String]) -> Value {
        let mut file = json!({
            "typ": "einwurf-receipt/1",
            "site": site().thumbprint(),
            "notices": self.notices,
            "grants": self.grants,
            "records": records,
            "events": self.events,
        });
        if let Some(manifest) = &self.manifest {
            file["manifest"] = manifest.as_str().into();
        }
        if let Some(choices) = &self.choices {
            file["choices"] = serde_json::to_value(choices).expect("JSON");
        }
        file
    }
}

fn site_manifest(manifest: &Manifest) -> String {
    site().sign_manifest(manifest)
}

/// Another character in the middle of a text.
fn flipped(text: &str, place: usize) -> String {
    let mut text = text.to_owned();
    let other = if text.as_bytes()[place] == b'A' { "B" } else { "A" };
    text.replace_range(place..=place, other);
    text
}

/// Flips a character of a text in the file.
fn flip(file: &mut Value, pointer: &str, place: usize) {
    let text = file.pointer_mut(pointer).expect("a member");
    *text = flipped(text.as_str().expect("a text"), place).into();
}

/// In request mode: no box, only the button.
fn requested() -> (Notice, Consent) {
    let notice = Notice { mode: Mode::Request, statements: Vec::new(), ..notice() };
    let text = document(&notice);
    let shown = ShownNotice::read(text.as_bytes(), notices::digest(text.as_bytes())).expect("a notice");
    let consent = shown.agree(&Ticks::default()).expect("the button alone agrees");
    (notice, consent)
}

pub(super) fn made() -> Files {
    let mut files = Files::new();
    let mut expected = Expected::new();
    for (name, expect, file) in receipts::all().into_iter().chain(exports::all()) {
        let json = serde_json::to_string_pretty(&file).expect("JSON") + "\n";
        expected.insert(format!("{name}.json"), expect.to_owned());
        files.insert(format!("proofs/{name}.json"), json);
    }
    // As V8 and others write it: the proof as one line in a page, every `<` escaped.
    let json = Proof::withdrawn().receipt().to_string().replace('<', r"\u003c");
    let script = format!(r#"<script type="application/json" id="einwurf-proof">{json}</script>"#);
    let page =
        format!("<!DOCTYPE html><html lang=\"de\"><head><meta charset=\"utf-8\">{script}</head><body>");
    files.insert("proofs/good-page.html".into(), format!("{page}<h1>Nachweis</h1></body></html>\n"));
    files.insert("proofs/page-with-two-proofs.html".into(), format!("{page}{script}</body></html>\n"));
    expected.insert("good-page.html".into(), "ok".into());
    expected.insert("page-with-two-proofs.html".into(), "unreadable".into());
    let json = serde_json::to_string_pretty(&expected).expect("JSON") + "\n";
    files.insert("proofs/expect.json".into(), json);
    files
}
