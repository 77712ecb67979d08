//! Webhooks: servers of the company that the relay tells, after Standard Webhooks, that something happened
//! (`docs/protocol.md` section 24). With a staff session and `sign`; nothing of it is for visitors.

use crate::{ids::MessageId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// What a webhook tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Occasion {
    /// A visitor's message was stored.
    #[serde(rename = "message.created")]
    MessageCreated,
    /// A member's answer was stored.
    #[serde(rename = "message.answered")]
    MessageAnswered,
    /// A visitor consented.
    #[serde(rename = "consent.given")]
    ConsentGiven,
    /// A visitor withdrew.
    #[serde(rename = "consent.withdrawn")]
    ConsentWithdrawn,
    /// A conversation was erased, or reached its deletion date.
    #[serde(rename = "conversation.erased")]
    ConversationErased,
    /// Somebody tried whether the way is open. Every webhook gets it.
    #[serde(rename = "test.ping")]
    TestPing,
}

impl Occasion {
    /// Those that a webhook chooses from.
    pub const CHOICE: [Self; 5] = [
        Self::MessageCreated,
        Self::MessageAnswered,
        Self::ConsentGiven,
        Self::ConsentWithdrawn,
        Self::ConversationErased,
    ];

    /// The type as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MessageCreated => "message.created",
            Self::MessageAnswered => "message.answered",
            Self::ConsentGiven => "consent.given",
            Self::ConsentWithdrawn => "consent.withdrawn",
            Self::ConversationErased => "conversation.erased",
            Self::TestPing => "test.ping",
        }
    }
}

/// How a try to deliver ended. Nothing of what the server said is kept but its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema), schemars(rename = "Try"))]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 2xx
    Delivered,
    /// 3xx: the relay follows no redirect.
    Redirect,
    /// 4xx other than 410.
    Refused,
    /// 5xx, or a status that HTTP does not know.
    Failing,
    /// 410: the webhook is switched off by that.
    Gone,
    /// No answer in time.
    TimedOut,
    /// No connection: no such host, an address that the relay may not reach, a certificate that does not hold.
    Unreachable,
}

/// Answer to `GET /v1/inbox/webhooks` (`sign`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// At most [`crate::limits::WEBHOOKS`], in the order in which they were made.
    pub webhooks: Vec<Webhook>,
}

/// A webhook, and how it does. Its secret is never shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Drawn by whoever made it.
    pub id: MessageId,
    /// Where it is.
    pub url: String,
    /// What it is told.
    pub types: Vec<Occasion>,
    /// Whether it is told anything.
    pub on: bool,
    /// Until when the secret before signs beside the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_until: Option<Timestamp>,
    /// When its server said that it is gone, which switched it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<Timestamp>,
    /// Deliveries that wait.
    pub waiting: u32,
    /// When the next of them is tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// The last try of any, tests included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
}

/// A try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status, if there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// Body of `PUT /v1/inbox/webhooks` (`sign`; fresh): 201 with [`WebhookSecret`] for an id that is new, 204 for one that is
/// known. 429 `limit-reached` above [`crate::limits::WEBHOOKS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PutWebhook {
    /// Format version, 1.
    pub v: u8,
    /// Drawn by whoever makes it.
    pub id: MessageId,
    /// `https`, a name of the public internet, no user, no fragment; at most [`crate::limits::WEBHOOK_URL_BYTES`].
    pub url: String,
    /// One or more of [`Occasion::CHOICE`], each once.
    pub types: Vec<Occasion>,
    /// Whether it is told anything. Switching it on again forgets that its server was gone.
    pub on: bool,
}

/// What signatures are checked with. Shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookSecret {
    /// `whsec_` and 32 bytes in base64.
    pub secret: String,
}

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(hidden)")
    }
}

/// Body of `POST /v1/inbox/webhooks/end` (`sign`; fresh): 204 with what waits for it, of
/// `POST /v1/inbox/webhooks/secret` (the same): 200 with a new [`WebhookSecret`], and of
/// `POST /v1/inbox/webhooks/test` (`sign`): 200 with [`Tried`], after one try. 404
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OneWebhook {
    /// Which.
    pub id: MessageId,
}

/// Answer to `GET /v1/inbox/webhooks/log` (`sign`): a page, the newest first, at most [`crate::limits::PAGE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Deliveries {
    /// Deliveries of all webhooks.
    pub deliveries: Vec<Delivery>,
    /// For the header [`super::header::AFTER`] of the next page; none on the last.
    pub after: Option<String>,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It waits for its next try.
    Waiting,
    /// The server took it.
    Delivered,
    /// It was given up.
    Failed,
}

/// A delivery to one webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Its number.
    pub n: u64,
    /// The webhook.
    pub webhook: MessageId,
    /// What it tells.
    #[serde(rename = "type")]
    pub occasion: Occasion,
    /// Number of the conversation ([`crate::ids::Cid::code`]), if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// Tries so far.
    pub attempts: u32,
    /// The last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
    /// When the next one is, if it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
}

/// Body of `POST /v1/inbox/webhooks/again` (`sign`): 204, and it is tried at once under the same id. 404; 409 `conflict` if
/// its webhook is off or it was a test; 410 `gone` if its message was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Redeliver {
    /// Number of the delivery.
    pub n: u64,
}
