//! Files: what is cleaned stays clean, and what was sealed is opened whole or not at all.

use einwurf_clean::{Kind, as_it_is, clean, kind};
use einwurf_protocol::{
    ids::{Cid, Digest, MessageId},
    message::{Attachment, Label},
};
use einwurf_seal::file::{FileOpener, SEGMENT_BYTES};

/// Of pictures longer than this the fuzzer learns nothing.
const LONGEST: usize = 65_536;

/// Cleaning what is clean changes nothing, and what a file is does not change with it.
pub(crate) fn file(bytes: &[u8]) {
    if bytes.len() > LONGEST {
        return;
    }
    let before = kind(bytes);
    let Ok(cleaned) = clean(bytes.to_vec()) else {
        let refused = clean(bytes.to_vec()).err();
        let may = refused.is_some_and(einwurf_clean::Refused::may_go_as_it_is);
        assert!(may || as_it_is(bytes.to_vec()).is_err(), "what is refused went as it is");
        return;
    };
    assert_eq!(before, Ok(cleaned.kind));
    assert_eq!(kind(&cleaned.bytes), Ok(cleaned.kind));
    assert!(cleaned.kind == Kind::Pdf || cleaned.bytes.len() <= bytes.len(), "longer than before");
    let again = clean(cleaned.bytes.clone());
    assert!(again.is_ok_and(|again| again.bytes == cleaned.bytes), "cleaned twice it is another file");
}

/// Whatever comes in place of a sealed file does not open, in pieces or whole, and is never kept longer than announced. The
/// first two bytes are its length.
pub(crate) fn sealed_file(bytes: &[u8]) {
    let Some((length, sealed)) = bytes.split_first_chunk() else { return };
    let length = u64::from(u16::from_be_bytes(*length));
    let Ok(name) = Label::try_from("file.bin".to_owned()) else { return };
    let file = Attachment {
        id: MessageId([1; 16]),
        key: vec![7; 32],
        length,
        name: name.clone(),
        media_type: name,
        description: None,
        digest: Digest([9; 32]),
    };
    for pieces in [sealed.len().max(1), 7, SEGMENT_BYTES] {
        let Ok(mut opener) = FileOpener::new(&Cid([2; 32]), &file) else { return };
        let mut out = Vec::new();
        let whole = sealed.chunks(pieces).try_for_each(|piece| opener.update(piece, &mut out));
        assert!(u64::try_from(out.len()).is_ok_and(|out| out <= length), "longer than announced");
        assert!(whole.is_err() || opener.finish().is_err(), "opened what nobody sealed");
    }
}
