use super::*;
use einwurf_protocol::{
    api::visitor::Remains,
    event::digest_over,
    ids::Cid,
    record::{Ended, RecordError, grant_digest, record_digest, root, verify_records},
};

const SITE: Thumbprint = Thumbprint([1; 32]);
const CID: Cid = Cid([2; 32]);

fn note(what: What, at: u64) -> Note {
    Note { site: SITE, cid: CID, what, grant: None, withdrawal: None, at: Timestamp(at) }
}

fn grant(compact: &str, at: u64) -> Note {
    Note { grant: Some(compact.into()), ..note(What::Grant(grant_digest(compact)), at) }
}

fn withdrawal(at: u64) -> Note {
    let remains = Remains { header: vec![1], content: Digest([7; 32]), signature: Signature([0; 64]) };
    let digest = digest_over(&remains.header, &remains.content);
    Note { withdrawal: Some(remains), ..note(What::Withdrawal(digest), at) }
}

fn ended(at: u64) -> Note {
    note(What::Ended(Ended::Expired), at)
}

/// As the proof object does with the runtime's signature.
fn countersign(key: &LogKey, record: &Record) -> String {
    let input = record_input(&key.public().unwrap(), record).unwrap();
    jws::assemble(&input, &key.sign(&input))
}

fn key() -> LogKey {
    LogKey::from_bytes(&[5; 32]).unwrap()
}

/// What a proof object keeps of these notes: the records, as compact JWS.
fn kept(notes: &[Note]) -> Vec<String> {
    let (mut last, mut records) = (None, Vec::new());
    for note in notes {
        let Ok(Some(record)) = next(note, last.as_ref()) else { continue };
        let compact = countersign(&key(), &record);
        let Record { seq, at, what, .. } = record;
        last =
            Some(Last { seq, digest: record_digest(&compact), at, ended: !matches!(what, What::Grant(_)) });
        records.push(compact);
    }
    records
}

fn verified(records: &[String]) -> Result<Vec<Record>, RecordError> {
    verify_records(records.iter().map(String::as_str), &key().public().unwrap(), (&SITE, &CID))
}

#[test]
fn rec_06_records_are_countersigned_and_each_names_the_one_before() {
    let records = verified(&kept(&[grant("a.b.c", 7), grant("d.e.f", 8), withdrawal(9)])).unwrap();
    let times: Vec<_> = records.iter().map(|record| (record.seq, record.at.0)).collect();
    assert_eq!(times, [(0, 7), (1, 8), (2, 9)]);
    assert_eq!(records[2].what, withdrawal(9).what);
}

#[test]
fn rec_06_nothing_follows_after_the_end() {
    for end in [withdrawal(9), ended(9), note(What::Ended(Ended::Invalidated), 9)] {
        let records =
            kept(&[grant("a.b.c", 7), end.clone(), grant("d.e.f", 10), withdrawal(11), ended(12), end]);
        assert_eq!(verified(&records).unwrap().len(), 2);
    }
}

#[test]
fn rec_06_an_end_before_its_grant_waits_for_it() {
    for end in [withdrawal(9), ended(9)] {
        assert!(matches!(next(&end, None), Err(Fault::Unavailable(_))));
    }
    let early = [withdrawal(9), grant("a.b.c", 7), withdrawal(9)];
    assert_eq!(verified(&kept(&early)).unwrap().len(), 2);
}

#[test]
fn rec_06_a_clock_that_went_back_breaks_no_chain() {
    let records = verified(&kept(&[grant("a.b.c", 7), withdrawal(6)])).unwrap();
    assert_eq!(records[1].at, Timestamp(7));
}

#[test]
fn rec_06_one_changed_entry_is_found() {
    let sound = kept(&[grant("a.b.c", 7), grant("d.e.f", 8), withdrawal(9)]);
    let other = kept(&[grant("x.y.z", 7), grant("d.e.f", 8), withdrawal(9)]);
    for place in 0..3 {
        let mut mixed = sound.clone();
        mixed[place].clone_from(&other[place]);
        // Every record names the one before, so whatever is replaced no longer fits what follows or what was before.
        assert!(verified(&mixed).is_err(), "{place}");
        let mut short = sound.clone();
        short.remove(place);
        assert_eq!(verified(&short).is_ok(), place == 2, "{place}: only the newest can be left out");
    }
    let foreign = LogKey::from_bytes(&[6; 32]).unwrap();
    let record = verified(&sound).unwrap().remove(0);
    let forged = [countersign(&foreign, &record)];
    assert_eq!(verified(&forged), Err(RecordError::Signer(0)));
}

#[test]
fn a_note_that_lacks_what_it_names_is_a_fault_of_the_relay() {
    let cases = [
        Note { grant: None, ..grant("a.b.c", 7) },
        Note { grant: Some("d.e.f".into()), ..grant("a.b.c", 7) },
        Note { withdrawal: None, ..withdrawal(7) },
        Note { what: What::Withdrawal(Digest([8; 32])), ..withdrawal(7) },
        Note { grant: Some("a.b.c".into()), ..ended(7) },
    ];
    for note in cases {
        assert_eq!(next(&note, None), Err(Fault::Internal("a note without what it names")), "{note:?}");
    }
}

fn date(year: u64, month: u64, day: u64) -> Timestamp {
    end_of(einwurf_protocol::time::Date { year, month, day }.days()).minus(DAY)
}

#[test]
fn rec_06_the_proof_period_begins_when_the_consent_has_ended() {
    let last = |ended| Last { seq: 0, digest: Digest([0; 32]), at: date(2026, 11, 25), ended };
    let now = date(2031, 5, 1);
    assert_eq!(until(&last(true), now), date(2030, 1, 1));
    // Who still writes can still be asked what was agreed to.
    assert_eq!(until(&last(false), now), date(2035, 1, 1));
    assert_eq!(until(&last(false), date(2026, 11, 25)), date(2030, 1, 1));
}

#[test]
fn rec_06_a_head_is_signed_at_the_first_full_minute_after_its_day() {
    let today = day(date(2026, 11, 25));
    assert_eq!(day(date(2026, 11, 26).minus(1)), today);
    assert_eq!(head_due(today), date(2026, 11, 26).plus(60));
    let digests = [Digest([3; 32]), Digest([4; 32])];
    let head = head(SITE, today, 2, digests, head_due(today));
    assert_eq!((head.day.as_str(), head.count, head.root), ("2026-11-25", 2, root(digests)));
    let compact = key().sign_head(&head).unwrap();
    let signed = jws::verify_json::<Head>(&compact, jws::HEAD).unwrap();
    assert_eq!((signed.key, signed.payload), (key().public().unwrap(), head));
    assert!(jws::verify_json::<Head>(&compact, jws::RECORD).is_err(), "a head is no record");
}

#[test]
fn a_key_survives_storage_and_zero_is_none() {
    assert_eq!(LogKey::from_bytes(&key().to_bytes()).unwrap().public(), key().public());
    assert!(LogKey::from_bytes(&[0; 32]).is_none());
    assert_eq!(format!("{:?}", key()), "LogKey(hidden)");
}
