//! Answering: the answer itself, and the mail that tells of it.

use super::{Access, Call};
use einwurf_protocol::api::{
    header, path,
    staff::{Notify, PostAnswer},
    visitor::{Accepted, Attachments},
};
use serde::de::IgnoredAny;

/// An answer by a member.
pub fn answer(access: &Access, address: &str, body: &PostAnswer) -> Call<Accepted> {
    Call::post(path::INBOX_ANSWERS).session(access).with(header::CONVERSATION, address).json(body)
}

/// What the relay has of the files of a conversation.
pub fn attachments(access: &Access, address: &str) -> Call<Attachments> {
    Call::get(path::INBOX_ATTACHMENTS).session(access).with(header::CONVERSATION, address)
}

/// One mail without content to the visitor; the relay forgets the address.
pub fn notify(access: &Access, address: &str, body: &Notify) -> Call<IgnoredAny> {
    Call::post(path::INBOX_NOTIFY).session(access).with(header::CONVERSATION, address).json(body)
}
