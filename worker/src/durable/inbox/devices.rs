//! The devices of an account, and its password.

use super::{
    Here, Reply, live,
    session::{Member, closed, forget},
    setup::login_server,
};
use crate::{
    body,
    durable::sql::{Row, atomically, blob, int},
    fault::Fault,
    login::record,
    publication::check_wrapped,
    vault::What,
};
use einwurf_protocol::{
    api::{
        admin::{Device, Devices, EndDevice, Password, PasswordStart, Registering, Rewrap},
        login::Wrapped,
    },
    ids::Thumbprint,
    problem::Code,
    time::Timestamp,
};

/// `GET /v1/inbox/devices`: 200; none after a login by recovery code.
pub(super) fn list(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    let query = "SELECT device, first, last, (SELECT COUNT(*) FROM sessions
                   WHERE sessions.member = devices.member AND sessions.device = devices.device AND expires > ?2)
                 FROM devices WHERE member = ?1 ORDER BY last DESC, device";
    let rows = here.sql.rows(query, vec![blob(&member.id.0), int(crate::durable::now().0)])?;
    let device = |row: &Row| {
        let id = Thumbprint(row.array(0)?);
        Ok(Device {
            id,
            first: Timestamp(row.int(1)?),
            last: Timestamp(row.int(2)?),
            sessions: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
            current: id == member.device,
        })
    };
    Reply::json(200, &Devices { devices: rows.iter().map(device).collect::<Result<_, Fault>>()? })
}

/// `POST /v1/inbox/devices/end`: 204, 400, 404. The device that asks may end itself.
pub(super) fn end(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    let EndDevice { id } = body::json(bytes)?;
    atomically(
        here.state,
        |sql| {
            if forget(sql, member.id, id)? { Ok(()) } else { Err(Code::NotFound.into()) }
        },
    )?;
    live::sweep(here);
    Ok(Reply::empty())
}

/// `POST /v1/inbox/password/start`. Keeps nothing.
///
/// 1. A fresh login by password: 403.
/// 2. The body: 400.
/// 3. OPAQUE's answer: 200.
pub(super) fn password_start(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    // 1
    let account = member.must_have_account()?;
    member.must_be_fresh()?;
    // 2
    let start: PasswordStart = body::json(bytes)?;
    // 3
    let registration = login_server(here)?.register(account, &start.registration)?;
    Reply::json(200, &Registering { registration })
}

/// `PUT /v1/inbox/password`.
///
/// 1. A fresh login by password: 403.
/// 2. The body, with the member's own keys: 400.
/// 3. The new password; every other session and device of the account, and every open login, ends: 204.
pub(super) fn put_password(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    // 1
    let account = member.must_have_account()?;
    member.must_be_fresh()?;
    // 2
    let put: Password = body::json(bytes)?;
    body::version(put.v)?;
    own(member, &put.wrapped)?;
    // 3
    let record = here.close(What::LoginRecord, &record(&put.registration)?)?;
    let wrapped = closed(here, What::Wrapped, &put.wrapped)?;
    atomically(here.state, |sql| {
        let update = "UPDATE accounts SET record = ?, wrapped = ? WHERE name = ?";
        sql.run(update, vec![blob(&record), wrapped, account.into()])?;
        let (id, device) = (blob(&member.id.0), blob(&member.device.0));
        let others = "DELETE FROM sessions WHERE member = ? AND hash <> ?";
        sql.run(others, vec![id.clone(), member.hash()])?;
        sql.run("DELETE FROM devices WHERE member = ? AND device <> ?", vec![id, device])?;
        sql.run("DELETE FROM logins WHERE account = ?", vec![account.into()])
    })?;
    live::sweep(here);
    Ok(Reply::empty())
}

/// `PUT /v1/inbox/wrapped`: the member's keys for the site's new key. 204, 400, 403 for a recovery code and without a
/// fresh login: a session that somebody left open could lock its member out for ever.
pub(super) fn rewrap(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    let account = member.must_have_account()?;
    member.must_be_fresh()?;
    let Rewrap { wrapped } = body::json(bytes)?;
    own(member, &wrapped)?;
    let wrapped = closed(here, What::Wrapped, &wrapped)?;
    here.sql.run("UPDATE accounts SET wrapped = ? WHERE name = ?", vec![wrapped, account.into()])?;
    Ok(Reply::empty())
}

fn own(member: &Member, wrapped: &Wrapped) -> Result<(), Fault> {
    if wrapped.member != member.id {
        return Err(Fault::malformed("wrapped.member", "not the keys of this session's member"));
    }
    check_wrapped(wrapped, "wrapped")
}
