//! Files: what is cleaned stays clean.

use einwurf_clean::{Kind, as_it_is, clean, kind};

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
