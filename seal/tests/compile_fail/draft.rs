//! What stands in the fields, unchecked and without consent.

use einwurf_protocol::{event::Envelope, ids::MessageId, message::Draft};
use einwurf_seal::{Beside, CryptoRng, SealError, VisitorConversation};

fn seal(
    conversation: &VisitorConversation,
    message: &Draft,
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    conversation.seal(message, &Beside::default(), MessageId([0; 16]), rng)
}

fn main() {}
