//! Live connections (`docs/protocol.md` section 23): a WebSocket that only says that there is something to look at. What it
//! is, is asked by the same requests as without it, so that nothing has two ways.

/// The subprotocol that both sides name first; the credentials follow it in `Sec-WebSocket-Protocol`, since a browser
/// sends no other header and an address must hold no secret.
pub const SUBPROTOCOL: &str = "einwurf.1";
/// Visitors are told this, staff [`crate::api::staff::Changed`] as JSON.
pub const LOOK: &str = "look";
/// A connection that is still there says this now and then, and nothing else,
pub const PING: &str = "ping";
/// and is answered without waking the object.
pub const PONG: &str = "pong";
/// Close code: the credentials do not hold any more. Log in, or look and be told.
pub const CLOSE_CREDENTIALS: u16 = 4_401;
/// Close code: something else was said than [`PING`].
pub const CLOSE_FORM: u16 = 4_400;
/// Close code: a newer connection took the place.
pub const CLOSE_REPLACED: u16 = 4_409;
