//! Each step makes what the next one takes: notice, consent, message, consented message, envelope.

use einwurf_protocol::{
    consent::{Consent, Consented, NotAgreed, ShownNotice, Ticks},
    event::Envelope,
    ids::{Digest, MessageId},
    message::{Draft, DraftError, Message},
    notice::NoticeError,
};
use einwurf_seal::{Beside, CryptoRng, SealError, VisitorConversation};

fn show(document: &[u8], digest: Digest) -> Result<ShownNotice, NoticeError> {
    ShownNotice::read(document, digest)
}

fn agree(shown: &ShownNotice, ticks: &Ticks) -> Result<Consent, NotAgreed> {
    shown.agree(ticks)
}

fn check(draft: &Draft) -> Result<Message, DraftError> {
    draft.check()
}

fn cover(consent: &Consent, message: Message) -> Consented<Message> {
    consent.cover(message)
}

#[allow(dead_code, reason = "compiled for any generator, run by the other tests")]
fn seal(
    conversation: &VisitorConversation,
    message: &Consented<Message>,
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    conversation.seal(message, &Beside::default(), MessageId([0; 16]), rng)
}

pub(crate) fn main() {
    let _ = (show, agree, check, cover);
}
