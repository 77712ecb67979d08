//! Notifications of staff's devices by Web Push (`docs/protocol.md` section 26). With a staff session; nothing of it is for
//! visitors, and nothing of a message is in it. Off until somebody with `sign` allows it.

use crate::codec::base64url;
use serde::{Deserialize, Serialize};

/// Answer to `GET /v1/push`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Push {
    /// Whether the site allows it.
    pub allowed: bool,
    /// What a browser needs to subscribe (RFC 8292, `applicationServerKey`): the site's public key, 65 bytes, an uncompressed
    /// point of P-256.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub key: Vec<u8>,
    /// Whether this session has a subscription. It ends with the session, and when the push service says so.
    pub subscribed: bool,
}

/// Body of `PUT /v1/push` (`sign`; fresh): 204. Off removes every subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AllowPush {
    /// Whether members may subscribe.
    pub allowed: bool,
}

/// Body of `PUT /v1/push/subscription` (`read`), in the form of `PushSubscription.toJSON()` without `expirationTime`: 204, in
/// place of the session's former one, and of others of the same device. 403 `push-off` if the site does not allow it,
/// `push-service` if the endpoint is of no service that this relay sends to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PushSubscription {
    /// `https`, no port, at most [`crate::limits::PUSH_ENDPOINT_BYTES`].
    pub endpoint: String,
    /// What messages for it are encrypted to.
    pub keys: PushKeys,
}

/// The keys of a subscription (RFC 8291).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// The browser's public key, 65 bytes, an uncompressed point of P-256.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub p256dh: Vec<u8>,
    /// The authentication secret, 16 bytes.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub auth: Vec<u8>,
}

impl std::fmt::Debug for PushSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushSubscription(hidden)")
    }
}

impl std::fmt::Debug for PushKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PushKeys(hidden)")
    }
}
