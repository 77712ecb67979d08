//! A message that nobody consented to.

use einwurf_protocol::{event::Envelope, ids::MessageId, message::Message};
use einwurf_seal::{Beside, CryptoRng, SealError, VisitorConversation};

fn seal(
    conversation: &VisitorConversation,
    message: &Message,
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    conversation.seal(message, &Beside::default(), MessageId([0; 16]), rng)
}

fn main() {}
