//! Making, changing, trying and removing webhooks.

use super::{
    super::{
        Here, Reply,
        session::{Member, closed, opened},
        upkeep,
    },
    FORWARD,
    deliver::{Target, send},
    news, seconds, tried_of,
};
use crate::{
    body,
    durable::{
        now, now_ms,
        sql::{Row, atomically, blob, int, json},
    },
    fault::Fault,
    random,
    vault::What,
    webhook::{payload::Happened, place::Refused, sign::Secrets},
};
use einwurf_protocol::{
    api::webhooks::{Occasion, OneWebhook, Outcome, PutWebhook, Standing, Webhook, Webhooks},
    ids::{MessageId, Secret},
    limits::WEBHOOKS,
    problem::Code,
    roster::Capability,
    time::Timestamp,
};

/// `GET /v1/inbox/webhooks`: 200, 403 without `sign`.
pub(in crate::durable::inbox) fn list(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let query = "SELECT id, url, types, active, secrets, gone, hooks.tried, paused,
                   (SELECT COUNT(*) FROM deliveries WHERE hook = hooks.id AND due IS NOT NULL),
                   (SELECT MIN(due) FROM deliveries WHERE hook = hooks.id AND due IS NOT NULL) FROM hooks ORDER BY n";
    let rows = here.sql.rows(query, Vec::new())?;
    let webhooks = rows.iter().map(|row| shown(here, row)).collect::<Result<_, _>>()?;
    Reply::json(200, &Webhooks { webhooks })
}

fn shown(here: &Here<'_>, row: &Row) -> Result<Webhook, Fault> {
    let paused = row.int(7)?;
    Ok(Webhook {
        id: MessageId(row.array(0)?),
        url: row.text(1)?.to_owned(),
        types: row.json(2)?,
        on: row.int(3)? != 0,
        former_until: opened::<Secrets>(here, What::Webhook, row.blob(4)?)?.former_until(now()),
        gone: if row.is_null(5) { None } else { Some(Timestamp(row.int(5)?)) },
        waiting: u32::try_from(row.int(8)?).unwrap_or(u32::MAX),
        next: if row.is_null(9) { None } else { Some(seconds(row.int(9)?.max(paused))) },
        tried: tried_of(row, 6)?,
    })
}

/// `PUT /v1/inbox/webhooks`.
///
/// 1. `sign`, and a fresh login: 403. Whoever adds a receiver says who learns that somebody writes.
/// 2. The body, address and types: 400, naming the field.
/// 3. A known one is changed: 204. What waits goes to the new address at once; what it is no longer told, to nobody.
/// 4. A new one, if there is room: 201 with its secret, 429.
pub(in crate::durable::inbox) async fn put(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    // 1
    member.must_sign_afresh(here)?;
    // 2
    let put: PutWebhook = body::json(bytes)?;
    body::version(put.v)?;
    check(here, &put)?;
    // 3
    if here.sql.row("SELECT 1 FROM hooks WHERE id = ?", vec![blob(&put.id.0)])?.is_some() {
        change(here, &put)?;
        upkeep::wake(here).await?;
        return Ok(Reply::empty());
    }
    // 4
    let count =
        here.sql.row("SELECT COUNT(*) FROM hooks", Vec::new())?.ok_or(Fault::Internal("hooks"))?.int(0)?;
    if count >= u64::try_from(WEBHOOKS).unwrap_or(u64::MAX) {
        return Err(Code::LimitReached.into());
    }
    let secrets = Secrets::new(Secret(random::bytes()));
    let insert = "INSERT INTO hooks (id, url, types, active, secrets) VALUES (?, ?, ?, ?, ?)";
    let (url, on) = (put.url.as_str().into(), int(u64::from(put.on)));
    here.sql.run(
        insert,
        vec![blob(&put.id.0), url, json(&put.types)?, on, closed(here, What::Webhook, &secrets)?],
    )?;
    Reply::json(201, &secrets.shown())
}

fn check(here: &Here<'_>, put: &PutWebhook) -> Result<(), Fault> {
    let hosts = &here.config.webhooks;
    hosts.check(&put.url).map_err(|Refused(reason)| Fault::malformed("url", reason))?;
    let once = |(place, occasion): (usize, &Occasion)| {
        Occasion::CHOICE.contains(occasion) && !put.types.iter().take(place).any(|other| other == occasion)
    };
    if put.types.is_empty() || !put.types.iter().enumerate().all(once) {
        return Err(Fault::malformed("types", "not one or more of the types, each once"));
    }
    Ok(())
}

fn change(here: &Here<'_>, put: &PutWebhook) -> Result<(), Fault> {
    atomically(here.state, |sql| {
        let update =
            "UPDATE hooks SET url = ?1, types = ?2, active = ?3, failures = 0, paused = 0, failing = NULL,
                      gone = CASE WHEN ?3 = 1 THEN NULL ELSE gone END WHERE id = ?4";
        let (on, id) = (int(u64::from(put.on)), || blob(&put.id.0));
        sql.run(update, vec![put.url.as_str().into(), json(&put.types)?, on, id()])?;
        for occasion in Occasion::CHOICE.iter().filter(|occasion| !put.types.contains(occasion)) {
            let drop = "DELETE FROM deliveries WHERE hook = ? AND occasion = ? AND due IS NOT NULL";
            sql.run(drop, vec![id(), json(occasion)?])?;
        }
        sql.run(FORWARD, vec![int(now_ms()), id()])
    })
}

/// `POST /v1/inbox/webhooks/end`: 204 with its deliveries, 400, 403 without `sign` and a fresh login, 404.
pub(in crate::durable::inbox) fn end(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    member.must_sign_afresh(here)?;
    let OneWebhook { id } = body::json(bytes)?;
    atomically(here.state, |sql| {
        let removed = sql.row("DELETE FROM hooks WHERE id = ? RETURNING 1", vec![blob(&id.0)])?;
        removed.ok_or(Code::NotFound)?;
        sql.run("DELETE FROM deliveries WHERE hook = ?", vec![blob(&id.0)])
    })?;
    Ok(Reply::empty())
}

/// `POST /v1/inbox/webhooks/secret`: 200 with the new secret, 400, 403 without `sign` and a fresh login, 404.
pub(in crate::durable::inbox) fn secret(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    member.must_sign_afresh(here)?;
    let OneWebhook { id } = body::json(bytes)?;
    let row =
        here.sql.row("SELECT secrets FROM hooks WHERE id = ?", vec![blob(&id.0)])?.ok_or(Code::NotFound)?;
    let secrets: Secrets = opened(here, What::Webhook, row.blob(0)?)?;
    let secrets = secrets.replaced(Secret(random::bytes()), now());
    let update = "UPDATE hooks SET secrets = ? WHERE id = ?";
    here.sql.run(update, vec![closed(here, What::Webhook, &secrets)?, blob(&id.0)])?;
    Reply::json(200, &secrets.shown())
}

/// `POST /v1/inbox/webhooks/test`: one try, of one that is off, too. It stands in the log and is not tried again. 200 with
/// how it ended, 400, 403 without `sign`, 404.
pub(in crate::durable::inbox) async fn test(
    here: &Here<'_>,
    member: &Member,
    bytes: &[u8],
) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let OneWebhook { id } = body::json(bytes)?;
    let query = "SELECT id, url, secrets FROM hooks WHERE id = ?";
    let row = here.sql.row(query, vec![blob(&id.0)])?.ok_or(Code::NotFound)?;
    let target = Target::read(here, &row)?;
    let happened = Happened { occasion: Occasion::TestPing, cid: None, seq: None, detail: None, at: now() };
    let message = happened.id(here.id, u64::from_le_bytes(random::bytes()));
    let tried = send(here, &target, &message, &happened.body(None)).await?;
    let standing = if tried.outcome == Outcome::Delivered { Standing::Delivered } else { Standing::Failed };
    atomically(here.state, |sql| {
        if sql.row("SELECT 1 FROM hooks WHERE id = ?", vec![blob(&id.0)])?.is_none() {
            return Ok(());
        }
        news::insert(sql, blob(&id.0), &message, None, &happened)?;
        let update = "UPDATE deliveries SET standing = ?, attempts = 1, due = NULL, tried = ? WHERE hook = ? AND id = ?";
        sql.run(update, vec![json(&standing)?, json(&tried)?, blob(&id.0), message.as_str().into()])?;
        sql.run("UPDATE hooks SET tried = ? WHERE id = ?", vec![json(&tried)?, blob(&id.0)])?;
        if tried.outcome == Outcome::Delivered {
            let update = "UPDATE hooks SET failures = 0, paused = 0, failing = NULL WHERE id = ?";
            sql.run(update, vec![blob(&id.0)])?;
            sql.run(FORWARD, vec![int(now_ms()), blob(&id.0)])?;
        }
        Ok(())
    })?;
    upkeep::wake(here).await?;
    Reply::json(200, &tried)
}
