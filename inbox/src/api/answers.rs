//! Answering: the answer itself, and the mail that tells of it.

use super::{Access, Call};
use einwurf_protocol::api::{
    header, path,
    staff::{Notify, PostAnswer},
    visitor::Accepted,
};
use serde::de::IgnoredAny;

/// An answer by a member.
pub fn answer(access: &Access, address: &str, body: &PostAnswer) -> Call<Accepted> {
    Call::post(path::INBOX_ANSWERS).session(access).with(header::CONVERSATION, address).json(body)
}

/// One mail without content to the visitor; the relay forgets the address.
pub fn notify(access: &Access, address: &str, body: &Notify) -> Call<IgnoredAny> {
    Call::post(path::INBOX_NOTIFY).session(access).with(header::CONVERSATION, address).json(body)
}
