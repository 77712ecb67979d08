//! The mark of consent without consent.

use einwurf_protocol::{
    consent::{Consent, Consented},
    message::Message,
};

fn cover(consent: Consent, inner: Message) -> Consented<Message> {
    Consented { inner, consent }
}

fn main() {}
