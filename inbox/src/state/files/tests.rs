use super::*;
use crate::testing::NOW;

const CID: Cid = Cid([1; 32]);
const ID: MessageId = MessageId([2; 16]);

fn found(length: u64) -> Found {
    Found { name: "bild-1.jpg".into(), length, picture: true, preview: None }
}

fn stored(missing: Vec<u32>) -> Attachments {
    Attachments { attachments: vec![AttachmentState { id: ID, seq: 1, bytes: 2_500_000, missing }] }
}

#[test]
fn msg_04_a_name_cannot_look_like_another_one() {
    for (name, shown) in [
        ("angebot.pdf", "angebot.pdf"),
        ("rechnung\u{202e}fdp.exe", "rechnungfdp.exe"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32.dll", "system32.dll"),
        ("a\r\nContent-Type: text/html", "html"),
        ("a\r\nBcc: x", "aBcc: x"),
        ("\u{200b}\u{feff}b\u{2066}ild.png\0", "bild.png"),
        (" ..  ", "-"),
        ("", "-"),
        ("...htaccess", "htaccess"),
    ] {
        assert_eq!(plain(name), shown, "{name:?}");
    }
    for (length, shown) in [(79, 79), (80, 80), (81, 80)] {
        assert_eq!(plain(&"ä".repeat(length)).chars().count(), shown);
    }
}

#[test]
fn msg_04_the_frame_of_a_picture_has_no_way_out_of_its_attributes_and_no_network() {
    let page =
        frame("data:image/png;base64,AAAA", "\"><script>alert(1)</script><img src=https://evil.example>");
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("default-src 'none'; img-src data:"));
    assert!(page.contains("href=\"data:image/png;base64,AAAA\""));
    for kind in ["jpeg", "png", "web-p", "gif", "avif"] {
        assert!(is_shown(kind));
    }
    for kind in ["pdf", "svg", "html", "heic", "mp4", "text", "docx", ""] {
        assert!(!is_shown(kind), "{kind}");
    }
}

#[test]
fn a_message_takes_as_many_files_and_bytes_as_it_may_have() {
    let mut files = Files::default();
    for number in 1..=ATTACHMENTS {
        assert_eq!(files.pick(CID, "a.jpg"), u32::try_from(number).ok());
    }
    assert_eq!(files.pick(CID, "a.jpg"), None);
    for (length, fits) in
        [(ATTACHMENTS_BYTES - 101, true), (ATTACHMENTS_BYTES - 100, true), (ATTACHMENTS_BYTES - 99, false)]
    {
        let mut files = Files::default();
        let (one, other) = (files.pick(CID, "a").unwrap(), files.pick(CID, "b").unwrap());
        assert!(files.ready(CID, one, found(100)) && files.ready(CID, other, found(length)));
        assert_eq!(files.is_ready(CID), fits, "{length}");
        let refused = files.picked(CID)[1].stage == Preparing::Refused(Refusal::TooLarge);
        assert_eq!(refused, !fits);
    }
}

#[test]
fn nothing_goes_while_a_file_is_read_or_refused_and_what_was_removed_stays_away() {
    let mut files = Files::default();
    let number = files.pick(CID, "a.jpg").unwrap();
    files.prepares(CID, number, 0.5);
    assert!(!files.is_ready(CID));
    files.refuse(CID, number, Refusal::of("polyglot"));
    assert!(!files.is_ready(CID));
    files.remove(CID, number);
    assert!(files.is_ready(CID) && files.picked(CID).is_empty());
    assert!(!files.ready(CID, number, found(1)), "nobody waits for it");
    assert!(files.picked(CID).is_empty());
}

#[test]
fn every_word_of_the_module_has_its_sentence_and_only_office_and_protected_files_may_go_as_they_are() {
    let words =
        ["empty", "broken", "polyglot", "unknown", "office", "protected", "too-large", "location", "changed"];
    let refusals: Vec<_> = words.into_iter().map(Refusal::of).collect();
    assert!(refusals.iter().all(|one| *one != Refusal::Failed));
    let may: Vec<_> = words.into_iter().filter(|word| Refusal::of(word).may_go()).collect();
    assert_eq!(may, ["office", "protected"]);
    assert_eq!(Refusal::of("failed"), Refusal::Failed);
    assert_eq!(fault("relay:gone"), Fault::Erased);
    assert_eq!(fault("network"), Fault::Offline);
    assert_eq!(fault("failed"), Fault::Device);
}

#[test]
fn a_file_is_there_is_coming_or_never_came() {
    let mut files = Files::default();
    assert_eq!(files.there(ID, NOW, NOW), There::Unknown);
    files.take(stored(vec![1]));
    assert_eq!(files.there(ID, NOW, NOW), There::Partly(2_500_000 - 1_048_576, 2_500_000));
    for (late, there) in [(DAY - 1, false), (DAY, false), (DAY + 1, true)] {
        assert_eq!(files.there(ID, NOW, NOW.plus(late)) == There::Never, there, "{late}");
    }
    files.take(stored(Vec::new()));
    assert_eq!(files.there(ID, NOW, NOW.plus(9 * DAY)), There::Whole);
}

#[test]
fn what_goes_out_is_watched_until_all_of_it_is_there() {
    let mut files = Files::default();
    assert!(!files.is_pending());
    files.goes(ID, Going::At(1, 2));
    assert!(files.is_pending());
    files.goes(ID, Going::Failed(Fault::Offline));
    assert!(files.is_pending(), "it is still only here");
    files.take(stored(vec![2]));
    assert_eq!(files.going(ID), Some(Going::Failed(Fault::Offline)));
    files.arrived(ID);
    assert_eq!((files.going(ID), files.there(ID, NOW, NOW)), (None, There::Whole));
    assert!(!files.is_pending());
}

#[test]
fn stf_04_the_end_of_a_session_leaves_of_files_only_where_some_did_not_arrive() {
    let mut files = Files::default();
    let number = files.pick(CID, "Angebot Müller.pdf").unwrap();
    files.ready(CID, number, Found { preview: Some("data:image/png;base64,AAAA".into()), ..found(9) });
    files.describe(CID, number, "Der Rahmen.");
    files.looks(ID, Look::Shown("<img>".into()));
    files.goes(ID, Going::At(1, 2));
    assert_eq!(files.all_picked().map(|(cid, one)| (cid, one.number)).collect::<Vec<_>>(), [(CID, number)]);
    files.suspend([CID].into());
    assert!(files.picked(CID).is_empty() && files.look(ID).is_none() && files.going(ID).is_none());
    assert!(files.is_pending() && files.is_interrupted() && files.is_interrupted_in(CID));
    assert!(!files.is_interrupted_in(Cid([9; 32])));
    files.take_up(CID);
    assert!(!files.is_pending() && !files.is_interrupted());
    files.suspend(std::collections::BTreeSet::new());
    assert!(!files.is_pending(), "nothing was interrupted");
}

#[test]
fn a11_06_a_description_is_kept_as_far_as_it_fits() {
    let mut files = Files::default();
    let number = files.pick(CID, "a.jpg").unwrap();
    for (length, kept) in [(999, 999), (1_000, 1_000), (1_001, 1_000)] {
        files.describe(CID, number, &"a".repeat(length));
        assert_eq!(files.picked(CID)[0].description.len(), kept);
    }
    files.describe(CID, number, &format!("{}ä", "a".repeat(999)));
    assert_eq!(files.picked(CID)[0].description.len(), 999, "no half letter");
}

#[test]
fn sizes_are_read_by_people() {
    let texts = crate::texts::tests::de();
    for (bytes, number, unit) in [
        (999, 999, "Byte"),
        (1_000, 1, "kB"),
        (999_499, 999, "kB"),
        (999_500, 1, "MB"),
        (25_000_000, 25, "MB"),
    ] {
        let (shown, pick) = size(bytes);
        assert_eq!((shown, pick(&texts).as_str()), (number, unit), "{bytes}");
    }
}
