//! Whether pushes are allowed, and which devices want them.

use super::{
    super::{Here, Reply, session::Member},
    forget_ended, key,
};
use crate::{
    body,
    durable::{
        now_ms,
        sql::{Sql, blob, int},
    },
    fault::Fault,
    push::subscription::{Misread, Subscription},
    vault::What,
};
use einwurf_protocol::{
    api::push::{AllowPush, Push, PushSubscription},
    limits::PUSH_DEVICES,
    problem::Code,
    roster::Capability,
};

/// `GET /v1/push`: 200.
pub(in crate::durable::inbox) fn show(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    let key = key(here)?.public();
    let query = "SELECT 1 FROM push_devices WHERE session = ?";
    let subscribed = here.sql.row(query, vec![member.hash()])?.is_some();
    Reply::json(200, &Push { allowed: is_allowed(&here.sql)?, key, subscribed })
}

fn is_allowed(sql: &Sql) -> Result<bool, Fault> {
    Ok(sql.row("SELECT 1 FROM push WHERE allowed = 1", Vec::new())?.is_some())
}

/// `PUT /v1/push`.
///
/// 1. `sign`, and a fresh login: 403. Other companies learn from pushes when somebody writes.
/// 2. The body: 400.
/// 3. Stored. No more: every subscription ends with it. 204
pub(in crate::durable::inbox) fn allow(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must_sign_afresh(here)?;
    // 2
    let AllowPush { allowed } = body::json(bytes)?;
    // 3
    key(here)?;
    if !allowed {
        here.sql.run("DELETE FROM push_devices", Vec::new())?;
    }
    here.sql.run("UPDATE push SET allowed = ?", vec![int(allowed.into())])?;
    Ok(Reply::empty())
}

/// `PUT /v1/push/subscription`.
///
/// 1. `read`: 403.
/// 2. The body, endpoint and keys: 400, naming the field.
/// 3. Pushes are allowed: 403 `push-off`. The endpoint is of a service that the relay sends to: 403 `push-service`.
/// 4. In place of the session's former one and of others of the same browser; one too many ends the member's oldest: 204.
pub(in crate::durable::inbox) fn subscribe(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let body: PushSubscription = body::json(bytes)?;
    let read = Subscription::read(&body).map_err(|Misread(field, why)| Fault::malformed(field, why))?;
    // 3
    if !is_allowed(&here.sql)? {
        return Err(Code::PushOff.into());
    }
    read.host(&here.config.push).ok_or(Code::PushService)?;
    // 4
    let closed = here.close(What::PushSubscription, &read.to_bytes())?;
    let (id, device) = (|| blob(&member.id.0), blob(&member.device.0));
    forget_ended(&here.sql)?;
    let put = "INSERT OR REPLACE INTO push_devices (session, member, device, subscription, at) VALUES (?, ?, ?, ?, ?)";
    here.sql.run(put, vec![member.hash(), id(), device.clone(), blob(&closed), int(now_ms())])?;
    let others = "DELETE FROM push_devices WHERE member = ?1 AND session <> ?2 AND (device = ?3 OR session NOT IN
                  (SELECT session FROM push_devices WHERE member = ?1 AND device <> ?3 ORDER BY at DESC LIMIT ?4))";
    let most = int(u64::try_from(PUSH_DEVICES - 1).unwrap_or(u64::MAX));
    here.sql.run(others, vec![id(), member.hash(), device, most])?;
    Ok(Reply::empty())
}

/// `DELETE /v1/push/subscription`: 204.
pub(in crate::durable::inbox) fn end(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    here.sql.run("DELETE FROM push_devices WHERE session = ?", vec![member.hash()])?;
    Ok(Reply::empty())
}
