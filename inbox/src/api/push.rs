//! Notifications of devices.

use super::{Access, Call};
use einwurf_protocol::api::{
    path,
    push::{AllowPush, Push, PushSubscription},
};
use serde::de::IgnoredAny;

/// Whether the site has them, and whether this session does.
pub fn push(access: &Access) -> Call<Push> {
    Call::get(path::PUSH).session(access)
}

/// Allows them for the site, or ends them on every device.
pub fn allow_push(access: &Access, allowed: bool) -> Call<IgnoredAny> {
    Call::new("PUT", path::PUSH).session(access).json(&AllowPush { allowed })
}

/// This session's device wants them.
pub fn subscribe_push(access: &Access, subscription: &PushSubscription) -> Call<IgnoredAny> {
    Call::new("PUT", path::PUSH_SUBSCRIPTION).session(access).json(subscription)
}

/// It does not any more.
pub fn unsubscribe_push(access: &Access) -> Call<IgnoredAny> {
    Call::new("DELETE", path::PUSH_SUBSCRIPTION).session(access)
}
