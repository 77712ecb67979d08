//! When somebody is there: said by a member, handed to visitors (`docs/protocol.md` section 22).

use super::{
    Here, Reply,
    live::{self, Told},
    session::Member,
    site,
};
use crate::{
    durable::{
        now,
        sql::{atomically, blob, int},
    },
    fault::Fault,
    headers,
    status::{Says, put as read_put},
};
use einwurf_protocol::{problem::Code, roster::Capability};

/// Its table. It goes with its member (`people`), or at its end (`upkeep`).
pub(super) const SCHEMA: [&str; 1] = [
    "CREATE TABLE status (id INTEGER PRIMARY KEY CHECK (id = 1), member BLOB NOT NULL, exp INTEGER NOT NULL,
       jws TEXT NOT NULL)",
];

/// `GET /v1/status`: 200, 404 if nobody says anything, or it has ended.
pub(super) fn show(here: &Here<'_>) -> Result<Reply, Fault> {
    site::published(&here.sql, "id")?;
    let row = here.sql.row("SELECT jws FROM status WHERE exp > ?", vec![int(now().0)])?;
    Ok(Reply::document(headers::JOSE, row.ok_or(Code::NotFound)?.text(0)?))
}

/// `PUT /v1/inbox/status`.
///
/// 1. `read`: 403.
/// 2. The body, by the member whose session it is, for now: 400.
/// 3. In place of the one before, and everybody told: 204.
pub(super) fn put(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    // 1
    member.must(here, Capability::Read)?;
    // 2
    let manifest = site::manifest_of(site::served(&here.sql, "manifest")?.text(0)?)?;
    let says = Says {
        member: &member.id,
        site: &manifest.site,
        former: &manifest.succession.former,
        revoked: &manifest.roster.revoked,
    };
    let status = read_put(bytes, &says, now())?;
    // 3
    atomically(here.state, |sql| {
        sql.run("DELETE FROM status", Vec::new())?;
        let Some((compact, exp)) = &status else { return Ok(()) };
        let values = vec![blob(&member.id.0), int(exp.0), compact.as_str().into()];
        sql.run("INSERT INTO status VALUES (1, ?, ?, ?)", values)
    })?;
    live::tell(here, Told::Site);
    Ok(Reply::empty())
}
