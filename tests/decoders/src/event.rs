//! Events: layouts of bytes, in which nothing may be said twice.

use einwurf_protocol::{
    event::{ENC_BYTES, Envelope, Event, Header, NONCE_BYTES, TAG_BYTES},
    json,
    limits::CIPHERTEXT_BYTES,
    padding as padded,
};

/// What is read is written as the same bytes: no two headers are the same to a reader and another to a signature.
pub(crate) fn header(bytes: &[u8]) {
    let Ok(header) = Header::decode(bytes) else { return };
    assert_eq!(header.encode(), bytes);
    assert!(header.opening.is_none_or(|opening| opening.enc.len() == ENC_BYTES));
}

/// An event is as long as it may be, and has the same digest when its content is gone.
pub(crate) fn envelope(bytes: &[u8]) {
    let Ok(envelope) = json::typed::<Envelope>(bytes) else { return };
    let Ok(event) = Event::read(envelope.clone()) else { return };
    assert_eq!(event.header.encode(), envelope.header);
    assert_eq!(envelope.nonce.len(), NONCE_BYTES);
    let length = envelope.ciphertext.len();
    assert!((padded::SMALLEST + TAG_BYTES..=CIPHERTEXT_BYTES).contains(&length));
    assert!(!event.is_erased());
    let erased = Event::of_remains(&event.remains());
    assert!(erased.is_ok_and(|erased| erased.digest == event.digest && erased.is_erased()));
}

/// What was padded is taken off again, and padding that is none is refused.
pub(crate) fn padding(bytes: &[u8]) {
    if let Some(content) = padded::unpad(bytes) {
        assert_eq!(padded::pad(content), bytes, "padded in two ways");
    }
    let whole = padded::pad(bytes);
    assert_eq!(padded::class(whole.len()), whole.len());
    assert_eq!(padded::unpad(&whole), Some(bytes));
}
