//! Sheets: only who holds the inbox key reads them, each in its own place.

use super::rng::drawn;
use crate::{InboxSecret, SealError, open_sheet, seal_sheet};
use einwurf_protocol::{VERSION, ids::Cid, sheet::Sheet};

fn sheet(cid: Cid) -> Sheet {
    Sheet {
        v: VERSION,
        cid,
        changes: 1,
        waiting: true,
        hidden: false,
        assigned: None,
        topic: None,
        labels: Vec::new(),
        notes: Vec::new(),
        identified: None,
    }
}

#[test]
fn a_sheet_opens_in_its_own_conversation_under_its_own_key_alone() {
    let rng = &mut drawn("sheet");
    let (ours, other) = (InboxSecret::generate(rng), InboxSecret::generate(rng));
    let cid = Cid([7; 32]);
    let sealed = seal_sheet(&ours, Some(cid), &sheet(cid), rng).unwrap();
    assert_eq!(open_sheet::<Sheet>(&ours, Some(cid), &sealed), Ok(sheet(cid)));
    let refused = |secret, cid, sealed: &[u8]| open_sheet::<Sheet>(secret, cid, sealed).unwrap_err();
    assert_eq!(refused(&other, Some(cid), &sealed), SealError::Content);
    assert_eq!(refused(&ours, Some(Cid([8; 32])), &sealed), SealError::Content);
    assert_eq!(refused(&ours, None, &sealed), SealError::Content);
    for place in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[place] ^= 1;
        assert_eq!(refused(&ours, Some(cid), &flipped), SealError::Content, "byte {place}");
    }
    for length in [0, 23, 24, 39, 40] {
        assert_eq!(refused(&ours, Some(cid), &sealed[..length]), SealError::Content, "{length} bytes");
    }
}

#[test]
fn the_length_of_a_sheet_tells_little() {
    let rng = &mut drawn("sheet length");
    let ours = InboxSecret::generate(rng);
    let cid = Cid([7; 32]);
    let labelled = Sheet { labels: vec!["dringend".to_owned().try_into().unwrap()], ..sheet(cid) };
    let [one, two] = [sheet(cid), labelled].map(|it| seal_sheet(&ours, Some(cid), &it, rng).unwrap().len());
    assert_eq!(one, two);
}
