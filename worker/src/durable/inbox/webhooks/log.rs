//! The log of deliveries, and delivering again by hand.

use super::{
    super::{Here, Incoming, Reply, log::newest_first, session::Member, upkeep},
    seconds, tried_of,
};
use crate::{
    body,
    durable::{
        now_ms,
        sql::{Row, int, json},
    },
    fault::Fault,
};
use einwurf_protocol::{
    api::webhooks::{Deliveries, Delivery, Redeliver, Standing},
    ids::{Cid, MessageId},
    problem::Code,
    roster::Capability,
    time::Timestamp,
};

/// `GET /v1/inbox/webhooks/log`: a page, newest first. 400, 403 without `sign`.
pub(in crate::durable::inbox) fn log(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let query = "SELECT n, hook, occasion, cid, at, standing, attempts, tried, due FROM deliveries
                 WHERE n < ? ORDER BY n DESC LIMIT ?";
    let (rows, after) = newest_first(here, request, query)?;
    Reply::json(200, &Deliveries { deliveries: rows.iter().map(delivery).collect::<Result<_, _>>()?, after })
}

fn delivery(row: &Row) -> Result<Delivery, Fault> {
    Ok(Delivery {
        n: row.int(0)?,
        webhook: MessageId(row.array(1)?),
        occasion: row.json(2)?,
        conversation: if row.is_null(3) { None } else { Some(Cid(row.array(3)?).code()) },
        at: Timestamp(row.int(4)?),
        standing: row.json(5)?,
        attempts: u32::try_from(row.int(6)?).unwrap_or(u32::MAX),
        tried: tried_of(row, 7)?,
        next: if row.is_null(8) { None } else { Some(seconds(row.int(8)?)) },
    })
}

/// `POST /v1/inbox/webhooks/again`: under the same id, for five days more. One that waits is tried now. 204, 400, 403
/// without `sign`, 404, 409 if its webhook is off or it was a test, 410 if its message was erased.
pub(in crate::durable::inbox) async fn again(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let Redeliver { n } = body::json(bytes)?;
    let query = "SELECT active, cid IS NOT NULL, seq IS NOT NULL AND NOT EXISTS
                   (SELECT 1 FROM conversations WHERE id = conversation AND erased IS NULL), hook
                 FROM deliveries JOIN hooks ON hooks.id = hook WHERE deliveries.n = ?";
    let row = here.sql.row(query, vec![int(n)])?.ok_or(Code::NotFound)?;
    if row.int(0)? == 0 || row.int(1)? == 0 {
        return Err(Code::Conflict.into());
    }
    if row.int(2)? != 0 {
        return Err(Code::Gone.into());
    }
    let update = "UPDATE deliveries SET standing = ?1, attempts = 0, queued = ?2, due = ?2 WHERE n = ?3";
    here.sql.run(update, vec![json(&Standing::Waiting)?, int(now_ms()), int(n)])?;
    here.sql.run("UPDATE hooks SET paused = 0 WHERE id = ?", vec![row.value(3)])?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}
