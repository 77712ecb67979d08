//! Webhooks.

use super::{Access, Call};
use einwurf_protocol::{
    api::{
        header, path,
        webhooks::{Deliveries, OneWebhook, PutWebhook, Redeliver, Tried, WebhookSecret, Webhooks},
    },
    ids::MessageId,
};
use serde::de::IgnoredAny;

/// The webhooks.
pub fn webhooks(access: &Access) -> Call<Webhooks> {
    Call::get(path::INBOX_WEBHOOKS).session(access)
}

/// Makes one; its secret comes back once.
pub fn make_webhook(access: &Access, body: &PutWebhook) -> Call<WebhookSecret> {
    Call::new("PUT", path::INBOX_WEBHOOKS).session(access).json(body)
}

/// Changes one.
pub fn change_webhook(access: &Access, body: &PutWebhook) -> Call<IgnoredAny> {
    Call::new("PUT", path::INBOX_WEBHOOKS).session(access).json(body)
}

/// Removes one.
pub fn end_webhook(access: &Access, id: MessageId) -> Call<IgnoredAny> {
    Call::post(path::INBOX_WEBHOOKS_END).session(access).json(&OneWebhook { id })
}

/// Another secret for one.
pub fn renew_webhook(access: &Access, id: MessageId) -> Call<WebhookSecret> {
    Call::post(path::INBOX_WEBHOOKS_SECRET).session(access).json(&OneWebhook { id })
}

/// One try.
pub fn test_webhook(access: &Access, id: MessageId) -> Call<Tried> {
    Call::post(path::INBOX_WEBHOOKS_TEST).session(access).json(&OneWebhook { id })
}

/// A page of the log.
pub fn deliveries(access: &Access, after: Option<&str>) -> Call<Deliveries> {
    let mut call = Call::get(path::INBOX_WEBHOOKS_LOG).session(access);
    call.headers.extend(after.map(|after| (header::AFTER, after.to_owned())));
    call
}

/// Delivers something again.
pub fn redeliver(access: &Access, n: u64) -> Call<IgnoredAny> {
    Call::post(path::INBOX_WEBHOOKS_AGAIN).session(access).json(&Redeliver { n })
}
