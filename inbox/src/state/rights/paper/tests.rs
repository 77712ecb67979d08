use super::*;
use crate::testing::{
    NOW, ORIGIN,
    talk::{Talk, document},
};
use einwurf_protocol::message::Act;

fn entry(talk: &Talk) -> Entry {
    Entry {
        conversation: "address".into(),
        cid: talk.visitor.cid(),
        opened: NOW,
        newest: NOW,
        events: 2,
        read: 2,
        done: false,
        answered: None,
        deleted: talk.stored.deleted,
        restricted: None,
        hold: None,
        erasure: None,
    }
}

fn talk() -> Talk {
    let mut talk = Talk::begin(Some(true));
    talk.write("Bestellung");
    talk.write("Mein Kind ist krank");
    talk.act(Act::Ask);
    talk
}

fn bag_of(talk: &Talk, parts: Option<&BTreeSet<u64>>) -> Value {
    let (thread, entry) = (talk.thread(), entry(talk));
    let source = Source {
        conversation: &talk.stored,
        thread: &thread,
        entry: &entry,
        proof: None,
        manifest: Some("manifest"),
        files: &BTreeMap::new(),
        notices: &[document(Some(true))],
        reading: talk.staff.reading(),
        check: "https://relay.example/check",
        now: NOW,
    };
    bag(&source, parts).unwrap()
}

#[test]
fn rgt_06_a_copy_has_everything_that_was_written_and_agreed_to() {
    let talk = talk();
    let bag = bag_of(&talk, None);
    let lines = bag["thread"].as_array().unwrap();
    let said: Vec<_> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["Bestellung", "Mein Kind ist krank", "Gesagt."]);
    assert_eq!((lines[2]["from"].as_str(), lines[2]["act"].as_str()), (Some("staff"), Some("ask")));
    assert_eq!(lines[2]["name"].as_str(), Some(talk.staff.member.name.as_str()));
    assert_eq!(bag["choices"]["special"], json!(true));
    assert_eq!(bag["site"], json!(talk.staff.site.key));
    assert_eq!(bag["receipt"]["grants"].as_array().unwrap().len(), 1);
    assert_eq!(bag["data"]["conversation"]["events"].as_array().unwrap().len(), 3);
    assert_eq!(bag["data"]["stored"]["inbox.index.read"], json!(["2"]));
    // What goes out is of the protocol's own forms.
    let data: Data = serde_json::from_value(bag["data"].clone()).unwrap();
    assert_eq!(data.receipt.events, talk.stored.events);
}

#[test]
fn ret_03_a_hand_over_takes_exactly_the_ticked_messages_out() {
    let talk = talk();
    let bag = bag_of(&talk, Some(&BTreeSet::from([0])));
    let text = bag.to_string();
    assert!(text.contains("Bestellung") && !text.contains("krank"));
    let lines = bag["thread"].as_array().unwrap();
    assert_eq!((lines.len(), lines[0]["seq"].as_u64()), (1, Some(0)));
    let events = &bag["receipt"]["events"];
    assert!(
        events[0]["event"].is_object() && events[1]["erased"].is_object() && events[2]["erased"].is_object()
    );
    assert!(bag.get("choices").is_none(), "nothing of health that is not in the parts");
    // The ciphertext of what is erased here does not live on in the file.
    let Kept::Whole(other) = &talk.stored.events[1].kept else { panic!("it is whole") };
    let ciphertext = serde_json::to_value(other).unwrap()["ciphertext"].as_str().unwrap().to_owned();
    assert!(!text.contains(&ciphertext));
}

#[test]
fn rec_06_proofs_are_said_to_hold_only_if_the_log_key_made_them() {
    let talk = talk();
    let log_key = talk.staff.site.manifest.relay.log_key;
    let proof = Proof {
        cid: talk.visitor.cid(),
        grants: vec![talk.stored.grants[0].grant.clone()],
        records: Vec::new(),
        withdrawal: None,
        until: NOW,
    };
    let all = |log_key, proofs| Proofs { log_key, proofs, head: None, after: None };
    assert!(is_sound(&all(log_key, vec![]), &talk.staff.site));
    assert!(!is_sound(&all(log_key, vec![proof.clone()]), &talk.staff.site), "a proof without records");
    let foreign = einwurf_seal::SiteKey::generate(&mut crate::testing::Dice::new(4)).public();
    assert!(!is_sound(&all(foreign, vec![]), &talk.staff.site));
    let file = proofs(&all(log_key, vec![proof]), talk.staff.site.key, None, &["{}".to_owned()]);
    assert_eq!(
        (file["typ"].as_str(), file["notices"].as_array().unwrap().len()),
        (Some("einwurf-proofs/1"), 1)
    );
    assert!(file.get("manifest").is_none() && file.get("head").is_none());
}

#[test]
fn rec_06_a_relay_that_repeats_pages_of_proofs_makes_no_endless_export() {
    let log_key = talk().staff.site.manifest.relay.log_key;
    let page = |numbers: &[u8], after: Option<&str>| Proofs {
        log_key,
        proofs: numbers
            .iter()
            .map(|number| Proof {
                cid: Cid([*number; 32]),
                grants: Vec::new(),
                records: Vec::new(),
                withdrawal: None,
                until: NOW,
            })
            .collect(),
        head: None,
        after: after.map(str::to_owned),
    };
    let mut all = page(&[1, 2], Some("a"));
    assert!(join(&mut all, page(&[3], Some("b"))));
    assert_eq!((all.proofs.len(), all.after.as_deref()), (3, Some("b")));
    for again in [page(&[3], None), page(&[], None), page(&[5, 4], None)] {
        assert!(!join(&mut all, again));
    }
    assert_eq!(all.proofs.len(), 3);
}

#[test]
fn rec_06_notices_are_asked_for_once_and_a_foreign_manifest_is_left_out() {
    let talk = talk();
    let grant = talk.stored.grants[0].grant.as_str();
    let named = notices([grant, grant, "no grant"]);
    assert_eq!(named, BTreeSet::from([einwurf_protocol::notice::digest(document(Some(true)).as_bytes())]));
    let own = &crate::testing::session_of(1).stock[0];
    let foreign = &crate::testing::session_of(2).stock[0];
    assert!(is_manifest(own, &talk.staff.site, ORIGIN));
    assert!(!is_manifest(foreign, &talk.staff.site, ORIGIN));
    assert!(!is_manifest(own, &talk.staff.site, "https://other.example"));
    assert!(!is_manifest("", &talk.staff.site, ORIGIN));
}
