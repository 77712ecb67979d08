//! Problem documents (RFC 9457): what an API caller meets. Codes are stable; texts for people are looked up by code.

use crate::{event::Envelope, work::Challenge};
use serde::{Deserialize, Serialize};

/// Media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:literal, $title:literal;)*) => {
        /// A stable code with its HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code { $($(#[$doc])* #[serde(rename = $code)] $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// The code as text.
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $code,)* } }
            /// HTTP status.
            pub fn status(self) -> u16 { match self { $(Self::$name => $status,)* } }
            /// A short English title for developers.
            pub fn title(self) -> &'static str { match self { $(Self::$name => $title,)* } }
        }
    };
}

codes! {
    /// JSON, base64url, version or a field is not of this protocol; `field` names the place.
    Malformed = "malformed", 400, "The request does not have the form of this protocol.";
    /// The credential is missing, unknown or used up. Says nothing about what exists.
    Unauthorized = "unauthorized", 401, "No access with these credentials.";
    /// No grant came with the message.
    ConsentRequired = "consent-required", 403, "A message needs a consent grant.";
    /// An administrative act needs a login that is not older than [`crate::limits::FRESH_SECONDS`].
    ReauthenticationRequired = "reauthentication-required", 403, "Log in again to do this.";
    /// The member may not do this.
    Forbidden = "forbidden", 403, "This member may not do this.";
    /// No site, route or resource of this name. Says nothing about what exists.
    NotFound = "not-found", 404, "Nothing here.";
    /// The route knows other methods.
    MethodNotAllowed = "method-not-allowed", 405, "This method is not known here.";
    /// The grant is on a notice that is no longer in force.
    ConsentStale = "consent-stale", 409, "The notice has changed; show the current one.";
    /// The inbox key is not, or no longer, the site's.
    KeyRetired = "key-retired", 409, "The inbox key has changed; fetch the manifest and seal again.";
    /// The event does not join; `events` holds what the author did not know.
    ChainConflict = "chain-conflict", 409, "The conversation has newer events; seal again after them.";
    /// This message id was accepted with other bytes.
    MessageConflict = "message-conflict", 409, "This message id belongs to another message.";
    /// Something with this name exists, or the step was already done.
    Conflict = "conflict", 409, "Already done.";
    /// The conversation was erased.
    Gone = "gone", 410, "This conversation was erased.";
    /// The body is longer than the route allows.
    TooLarge = "too-large", 413, "The request is too large.";
    /// The conversation is restricted (GDPR 18): it is stored, and not used or deleted otherwise.
    Restricted = "restricted", 423, "This conversation is restricted.";
    /// The site takes no files at the moment.
    TextOnly = "text-only", 403, "This site takes no attachments at the moment.";
    /// The site does not allow notifications of devices.
    PushOff = "push-off", 403, "This site does not notify devices.";
    /// The endpoint of a subscription is of no push service that the relay sends to.
    PushService = "push-service", 403, "This relay does not send to this push service.";
    /// Some work comes before a message is taken, or before an unknown device may try a password; `work` says what.
    WorkRequired = "work-required", 428, "Solve the attached work and send it along.";
    /// A limit of the conversation or the site is reached.
    LimitReached = "limit-reached", 429, "A limit is reached.";
    /// A fault of the relay. The log has the cause.
    Internal = "internal", 500, "The relay failed.";
    /// The mail server did not take the test mail; `detail` says what it answered.
    MailFailed = "mail-failed", 502, "The mail server did not take the mail.";
    /// Storage or a part of the relay is away for a moment.
    Unavailable = "unavailable", 503, "The relay is not available at the moment.";
}

/// A problem document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Problem {
    /// `about:blank` is not used: each code has its own URN, `urn:einwurf:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code alone.
    pub code: Code,
    /// HTTP status.
    pub status: u16,
    /// Short English title.
    pub title: String,
    /// What is wrong in this case, without content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The field that is malformed, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// With `chain-conflict`: the events after the `prev` that the author named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Envelope>>,
    /// With `work-required`: what to solve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Challenge>,
    /// With `limit-reached`, if it passes, and with `unavailable`: in how many seconds to come again. The header `Retry-After` says the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem without details.
    pub fn new(code: Code) -> Self {
        Self {
            kind: format!("urn:einwurf:problem:{}", code.as_str()),
            code,
            status: code.status(),
            title: code.title().to_owned(),
            detail: None,
            field: None,
            events: None,
            work: None,
            retry_after: None,
        }
    }

    /// A malformed field.
    pub fn malformed(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), detail: Some(detail.into()), ..Self::new(Code::Malformed) }
    }

    /// With a sentence for developers.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// With the events that the author did not know.
    #[must_use]
    pub fn events(self, events: Vec<Envelope>) -> Self {
        Self { events: Some(events), ..self }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
