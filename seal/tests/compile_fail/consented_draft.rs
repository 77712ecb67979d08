//! Consent to something that was not checked.

use einwurf_protocol::{consent::Consented, event::Envelope, ids::MessageId, message::Draft};
use einwurf_seal::{Beside, CryptoRng, SealError, VisitorConversation};

fn seal(
    conversation: &VisitorConversation,
    message: &Consented<Draft>,
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    conversation.seal(message, &Beside::default(), MessageId([0; 16]), rng)
}

fn main() {}
