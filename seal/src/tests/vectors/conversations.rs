//! Conversations as staff get them, good and bad, with the keys that open them.

use super::{Files, file, read};
use crate::{
    Beside, Fault, InboxSecret, MemberKeys, Opened, Place, VisitorConversation, cipher,
    tests::pen::ines,
    tests::support::{
        BUILD, NOW, Talk, choosing, consent, envelope, erase, flipped, follow, message, open_as, talk,
        whole_mut,
    },
};
use einwurf_protocol::{
    api::staff::Conversation,
    codec::{base64url, to_base64url},
    consent::{Age, Choices},
    event::{Event, Header, digest, signing_input},
    ids::{Digest, MessageId, Thumbprint},
    message::{Act, Draft, Message, Payload, Reason as Why, Wish},
    padding,
};
use serde::{Deserialize, Serialize};

/// `expect` is `mine`, `broken` or `not-mine`; `shown` holds what is read, `faults` what is told, in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    site: Thumbprint,
    inbox_keys: Vec<Key>,
    conversation: Conversation,
    /// What the visitor's side exported, by epoch.
    epochs: Vec<Epoch>,
    expect: String,
    shown: Vec<Shown>,
    faults: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    id: Digest,
    #[serde(with = "base64url")]
    public: Vec<u8>,
    #[serde(with = "base64url")]
    seed: Vec<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Epoch {
    to_staff: String,
    to_visitor: String,
    commitment: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    seq: u64,
    /// None of what is erased, and of a withdrawal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    choices: Option<Choices>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
}

fn vector(name: &str, expect: &str, talk: &Talk) -> Vector {
    let (answer, shown, faults) = told(talk.open());
    assert_eq!(answer, expect, "{name}: {faults:?}");
    let key = |key: &InboxSecret| Key { id: key.id(), public: key.public(), seed: key.seed().to_vec() };
    Vector {
        name: name.into(),
        site: talk.site.thumbprint(),
        inbox_keys: talk.inbox.iter().map(key).collect(),
        conversation: talk.stored.clone(),
        epochs: talk
            .visitor
            .exports()
            .map(|[to_staff, to_visitor, commitment]| Epoch {
                to_staff: to_base64url(&to_staff),
                to_visitor: to_base64url(&to_visitor),
                commitment: to_base64url(&commitment),
            })
            .collect(),
        expect: expect.into(),
        shown,
        faults,
    }
}

fn told(opened: Opened) -> (&'static str, Vec<Shown>, Vec<String>) {
    let fault = |fault: &Fault| match fault.place {
        Place::Grant(index) => format!("grant {index}: {}", fault.reason),
        Place::Event(index) => format!("event {index}: {}", fault.reason),
    };
    match opened {
        Opened::NotMine => ("not-mine", Vec::new(), Vec::new()),
        Opened::Broken(first) => ("broken", Vec::new(), vec![fault(&first)]),
        Opened::Mine(thread) => {
            let shown = thread.entries.iter().map(|entry| Shown {
                seq: entry.seq,
                message: entry
                    .payload
                    .as_ref()
                    .map(|payload| serde_json::to_value(&payload.message).expect("JSON")),
                choices: entry.payload.as_ref().and_then(|payload| payload.choices),
                act: entry.payload.as_ref().and_then(|payload| payload.act.clone()),
            });
            ("mine", shown.collect(), thread.faults.iter().map(fault).collect())
        }
    }
}

fn seeded() -> Talk {
    talk("vectors: conversation")
}

fn three() -> Talk {
    let mut talk = seeded();
    for text in ["Guten Tag", "Wann haben Sie Zeit?", "Am liebsten vormittags."] {
        talk.write(text);
    }
    talk
}

fn good() -> Vec<Vector> {
    let mut one = seeded();
    one.write("Guten Tag");
    let mut full = seeded();
    let draft = Draft {
        text: "Zwei Fenster, bitte: 1,20 m \u{d7} 1,40 m. \"Dreifach\"\n\u{1f60a}".into(),
        name: "J\u{fc}rgen Gro\u{df}".into(),
        email: "juergen@gross.example".into(),
        phone: "+49 (0)30 123-45".into(),
        wish: Some(Wish::Phone),
    };
    let sealed = full.visitor.seal(
        &consent().cover(draft.check().expect("a draft")),
        &Beside::default(),
        MessageId([1; 16]),
        &mut full.rng,
    );
    full.store(sealed.expect("short"));
    let mut long = seeded();
    long.write(&"x".repeat(32_000));
    let mut months = three();
    months.rekey();
    months.write("Ein neuer Monat");
    months.rekey();
    months.write("Noch einer");
    let all = vector("good-every-key", "mine", &months);
    months.inbox.drain(..2);
    let mut answered = three();
    let member = MemberKeys::generate(&mut answered.rng);
    let certificate = answered.certificate(&member);
    let answer = answered.answer(&member, Some(&certificate), "Dienstag um neun?");
    answered.store(answer);
    vec![
        vector("good", "mine", &one),
        vector("good-every-field", "mine", &full),
        vector("good-longest-text", "mine", &long),
        vector("good-three", "mine", &three()),
        vector("good-newest-key", "mine", &months),
        all,
        vector("good-answered", "mine", &answered),
    ]
}

/// Acts, choices, a withdrawal, and what erasing leaves.
fn ended() -> Vec<Vector> {
    let mut chosen = seeded();
    let consent = choosing(true, Some(Age::Parents));
    chosen.stored.grants[0].grant = chosen.visitor.sign_grant(&consent, BUILD);
    let words: Message = message("Darf ich fragen?").inner().clone();
    let sealed =
        chosen.visitor.seal(&consent.cover(words), &Beside::default(), MessageId([1; 16]), &mut chosen.rng);
    chosen.store(sealed.expect("short"));
    let mut other = seeded();
    other.stored.grants[0].grant = other.visitor.sign_grant(&choosing(false, None), BUILD);
    other.write("Ohne Angabe");
    let mut acts = three();
    let ines = ines(&mut acts);
    let until = NOW.plus(90 * 86_400);
    ines.writes(&mut acts, "Aufbewahrt.", Some(Act::Hold { reason: Why::Claim, until }));
    ines.writes(&mut acts, "Wir haben eine Frage.", Some(Act::Ask));
    let mut parts = three();
    erase(&mut parts.stored.events[1]);
    let mut withdrawn = three();
    let withdrawal = withdrawn.visitor.withdraw(MessageId([7; 16]), &mut withdrawn.rng).expect("begun");
    withdrawn.visitor.accepted(&withdrawal).expect("our own event");
    withdrawn.store(withdrawal);
    let open = vector("good-withdrawn", "mine", &withdrawn);
    withdrawn.stored.events[..3].iter_mut().for_each(erase);
    let mut after = seeded();
    after.write("Guten Tag");
    let last = after.visitor.withdraw(MessageId([7; 16]), &mut after.rng).expect("begun");
    after.store(last.clone());
    let key = after.visitor.keys(0).expect("an epoch").to_staff;
    let payload = Payload::of(message("Doch nicht").inner().clone());
    let more = envelope(&follow(&last), [1; 24], &key, &payload, |bytes| after.visitor.sign(bytes));
    after.store(more);
    vec![
        vector("good-choices", "mine", &chosen),
        vector("choices-of-no-grant", "mine", &other),
        vector("good-acts", "mine", &acts),
        vector("good-erased-part", "mine", &parts),
        open,
        vector("good-withdrawn-and-erased", "mine", &withdrawn),
        vector("event-after-withdrawal", "mine", &after),
    ]
}

/// What a relay can do to bytes and lists.
fn by_relay() -> Vec<Vector> {
    let with = |name: &str, expect: &str, change: fn(&mut Talk)| {
        let mut talk = three();
        change(&mut talk);
        vector(name, expect, &talk)
    };
    let flip = |field: fn(&mut Talk) -> &mut Vec<u8>, bit: usize| {
        let mut talk = seeded();
        talk.write("Guten Tag");
        let bytes = field(&mut talk);
        *bytes = flipped(bytes, bit);
        talk
    };
    vec![
        vector("flipped-header", "broken", &flip(|t| &mut whole_mut(&mut t.stored.events[0]).header, 8 * 90)),
        vector("flipped-enc", "broken", &flip(|t| &mut whole_mut(&mut t.stored.events[0]).header, 8 * 300)),
        vector(
            "flipped-commitment",
            "broken",
            &flip(|t| &mut whole_mut(&mut t.stored.events[0]).header, 8 * 1330),
        ),
        vector(
            "flipped-inbox-key-id",
            "not-mine",
            &flip(|t| &mut whole_mut(&mut t.stored.events[0]).header, 8 * 180),
        ),
        vector("flipped-nonce", "broken", &flip(|t| &mut whole_mut(&mut t.stored.events[0]).nonce, 0)),
        vector(
            "flipped-ciphertext",
            "broken",
            &flip(|t| &mut whole_mut(&mut t.stored.events[0]).ciphertext, 77),
        ),
        with("flipped-later", "mine", |t| whole_mut(&mut t.stored.events[1]).ciphertext[5] ^= 1),
        with("flipped-signature", "mine", |t| whole_mut(&mut t.stored.events[2]).signature.0[5] ^= 1),
        with("dropped", "mine", |t| drop(t.stored.events.remove(1))),
        with("dropped-first", "broken", |t| drop(t.stored.events.remove(0))),
        with("reordered", "mine", |t| t.stored.events.swap(1, 2)),
        with("duplicated", "mine", |t| {
            let twice = t.stored.events[1].clone();
            t.stored.events.insert(1, twice);
        }),
        with("spliced-from-another-site", "mine", |t| {
            *whole_mut(&mut t.stored.events[1]) = talk("vectors: other site").write("fremd");
        }),
        with("spliced-from-another-conversation", "mine", |t| {
            let (site, inbox) = (t.site.thumbprint(), t.inbox[0].entry(NOW));
            t.visitor = VisitorConversation::begin(site, &inbox, &mut t.rng).expect("an inbox key");
            *whole_mut(&mut t.stored.events[1]) = t.seal("fremd");
            t.visitor = seeded().visitor;
        }),
        with("grant-missing", "broken", |t| t.stored.grants.clear()),
        with("grant-of-another-conversation", "broken", |t| {
            t.stored.grants = talk("vectors: other site").stored.grants;
        }),
        with("events-missing", "broken", |t| t.stored.events.clear()),
        with("wrong-key", "not-mine", |t| t.inbox = vec![InboxSecret::generate(&mut t.rng)]),
        with("no-key", "not-mine", |t| t.inbox.clear()),
    ]
}

/// What a visitor with an app of another make can do: everything is rightly signed.
fn by_visitor() -> Vec<Vector> {
    let second = |change: fn(&mut Header), padded: fn(Vec<u8>) -> Vec<u8>| {
        let mut talk = seeded();
        let first = talk.write("Guten Tag");
        let mut header = follow(&first);
        change(&mut header);
        let header = header.encode();
        let json = serde_json::to_vec(&Payload::of(message("Nachtrag").inner().clone())).expect("JSON");
        let key = talk.visitor.keys(0).expect("an epoch").to_staff;
        let ciphertext = cipher::encrypt(&key, &[1; 24], &header, &padded(json)).expect("short");
        let signature = talk.visitor.sign(&signing_input(&digest(&header, &[1; 24], &ciphertext)));
        let nonce = vec![1; 24];
        talk.store(einwurf_protocol::event::Envelope { header, nonce, ciphertext, signature });
        talk
    };
    let same = |_: &mut Header| ();
    let pad = |json: Vec<u8>| padding::pad(&json);
    let mut commitment = seeded();
    let sealed = commitment.seal("Guten Tag");
    let mut header = Event::read(sealed).expect("an event").header;
    header.opening.as_mut().expect("an opening").commitment = [0; 32];
    let key = commitment.visitor.keys(0).expect("an epoch").to_staff;
    let payload = Payload::of(message("Guten Tag").inner().clone());
    let forged = envelope(&header, [1; 24], &key, &payload, |bytes| commitment.visitor.sign(bytes));
    commitment.store(forged);
    vec![
        vector("commitment-of-other-keys", "broken", &commitment),
        vector(
            "padding-not-zero",
            "mine",
            &second(same, |json| {
                let mut padded = padding::pad(&json);
                padded[511] = 1;
                padded
            }),
        ),
        vector(
            "padding-of-a-larger-class",
            "mine",
            &second(same, |json| {
                let mut padded = padding::pad(&json);
                padded.resize(1024, 0);
                padded
            }),
        ),
        vector("padding-none", "mine", &second(same, |json| json)),
        vector(
            "payload-version-2",
            "mine",
            &second(same, |json| padding::pad(&[br#"{"v":2"#, &json[6..]].concat())),
        ),
        vector(
            "payload-unknown-member",
            "mine",
            &second(same, |json| padding::pad(&[br#"{"more":1,"#, &json[1..]].concat())),
        ),
        vector(
            "payload-empty-text",
            "mine",
            &second(same, |_| padding::pad(br#"{"v":1,"message":{"text":" "}}"#)),
        ),
        vector("site-of-another", "mine", &second(|header| header.site.0[0] ^= 1, pad)),
        vector("epoch-not-opened", "mine", &second(|header| header.epoch = 1, pad)),
        vector("prev-of-nothing", "mine", &second(|header| header.prev = Digest([0; 32]), pad)),
        vector("author-of-another-key", "mine", &second(|header| header.author = Thumbprint([0; 32]), pad)),
    ]
}

pub(super) fn made() -> Files {
    let all = [good(), ended(), by_relay(), by_visitor()].concat();
    all.iter().map(|vector| file("seal", &vector.name, vector)).collect()
}

#[test]
fn enc_02_every_vector_of_conversations_gets_its_answer() {
    for vector in read::<Vector>("seal") {
        let keys: Vec<_> = vector
            .inbox_keys
            .iter()
            .map(|key| InboxSecret::from_seed(&key.seed.as_slice().try_into().expect("32 bytes")))
            .collect();
        for (key, written) in keys.iter().zip(&vector.inbox_keys) {
            assert_eq!((key.id(), key.public()), (written.id, written.public.clone()));
        }
        let told = told(open_as(vector.site, &vector.conversation, &keys));
        let expected = (vector.expect.as_str(), vector.shown, vector.faults);
        assert_eq!(told, expected, "{}", vector.name);
    }
}
