//! What is signed: one form for each signature, and nothing behind it that its reader does not know.

use crate::text;
use einwurf_protocol::{
    consent::{Grant, read_grant},
    ids::{Digest, Thumbprint},
    json,
    jws::{self, GRANT, HEAD, MANIFEST, MEMBER, POSSESSION, RECORD, RELEASE, ROSTER, STATUS},
    limits::{JWS_BYTES, NOTICE_BYTES, ROSTER_BYTES},
    notice::{self, Purpose},
};

/// A JWS that is read is of one type, and is written again letter by letter. One that verifies is one that is read.
pub(crate) fn jws(bytes: &[u8]) {
    let Some(compact) = text(bytes) else { return };
    let mut types = 0;
    for typ in [MANIFEST, ROSTER, MEMBER, GRANT, RECORD, HEAD, STATUS, RELEASE, POSSESSION] {
        let Ok(read) = jws::read(compact, typ) else {
            assert!(jws::verify(compact, typ).is_err(), "verified without being read");
            continue;
        };
        types += 1;
        let input = jws::signing_input(&read.key, typ, &read.payload);
        assert_eq!(jws::assemble(&input, &read.signature), compact, "two forms of one signature");
        assert!(compact.len() <= if typ == ROSTER { ROSTER_BYTES } else { JWS_BYTES });
        if let Ok(verified) = jws::verify(compact, typ) {
            assert!(read.key.verifies(read.input.as_bytes(), &read.signature));
            assert_eq!(verified.payload, read.payload);
        }
    }
    assert!(types <= 1, "of two types");
}

/// A grant's payload is the site's own, and says the same when it is written again.
pub(crate) fn grant(bytes: &[u8]) {
    let Ok(known) = json::from_slice::<Grant>(bytes) else {
        assert!(read_grant(bytes, &Thumbprint([0; 32])).is_err());
        return;
    };
    let mut other = known.site;
    other.0[0] ^= 1;
    assert!(read_grant(bytes, &other).is_err(), "taken for another site");
    let Ok(grant) = read_grant(bytes, &known.site) else { return };
    let written = serde_json::to_vec(&grant).unwrap_or_default();
    assert!(read_grant(&written, &known.site).is_ok_and(|again| again == grant));
}

/// No notice forces a consent that the protocol does not let it force, and none is taken for another's digest.
pub(crate) fn notice(bytes: &[u8]) {
    let Ok(read) = notice::parse(bytes) else { return };
    assert!(bytes.len() <= NOTICE_BYTES);
    let forced = |purpose| !matches!(purpose, Purpose::Answer | Purpose::Special);
    assert!(!read.statements.iter().any(|statement| statement.required && forced(statement.purpose)));
    let digest = notice::digest(bytes);
    assert!(notice::read(bytes, &digest).is_ok());
    let Digest(mut other) = digest;
    other[0] ^= 1;
    assert!(notice::read(bytes, &Digest(other)).is_err());
    let written = serde_json::to_vec(&read).unwrap_or_default();
    assert!(notice::parse(&written).is_ok_and(|again| again == read));
}
