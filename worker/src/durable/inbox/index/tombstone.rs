//! What is left in the index of a conversation that was erased before its date (RGT-03), and its end.

use super::{Here, Incoming, Reply, held, id, keep_keys, own};
use crate::{
    durable::{
        inbox::{
            live::{self, Told},
            log, mail,
            session::Member,
            sheets, upkeep, webhooks,
        },
        now,
        sql::{Row, Sql, atomically, blob, int, json},
    },
    fault::Fault,
    outbox::{Erased, Parcel},
};
use einwurf_protocol::{
    api::staff::{Deed, Erasure},
    problem::Code,
    roster::Capability,
    time::Timestamp,
};

/// A conversation was erased. Taking it again changes nothing but the hold, which may have ended in the meantime.
///
/// 1. Its entry says no more than that, its sheet is gone; nothing of it is unread, so that waiting mails do not speak of it any more. Once,
///    and not while a hold keeps the content, the mail that asks for copies to be deleted. In one transaction.
/// 2. Members are told; the alarm, for the mail and for keys that no hold keeps any more.
pub(in crate::durable::inbox) async fn erased(here: &Here<'_>, erased: &Erased) -> Result<Reply, Fault> {
    // 1
    atomically(here.state, |sql| {
        let query = "SELECT hold IS NULL FROM conversations WHERE id = ? AND erased IS NOT NULL";
        let known = sql.row(query, vec![id(&erased.conversation)])?;
        let known = known.map(|row| row.int(0).map(|whole| whole == 1)).transpose()?;
        let told = known == Some(true);
        webhooks::erased(here, sql, erased, known)?;
        let (hold, until) = held(erased.hold.as_ref())?;
        sql.run(
            "INSERT INTO conversations (id, cid, code, opened, newest, events, read, done, deleted, waiting, hold,
               hold_until, erased, eraser, copies_until) VALUES (?, ?, ?, ?, ?, 0, 0, 1, ?, 0, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET newest = excluded.newest, events = 0, read = 0, done = 1,
               deleted = excluded.deleted, waiting = 0, reminded = 0, answered = NULL, notified = NULL,
               restricted = NULL, unread = 0, hold = excluded.hold,
               hold_until = excluded.hold_until, erased = excluded.erased, eraser = excluded.eraser,
               copies_until = excluded.copies_until",
            vec![
                id(&erased.conversation),
                blob(&erased.cid.0),
                erased.cid.code().into(),
                int(erased.opened.0),
                int(erased.at.0),
                int(erased.deleted.0),
                hold,
                until,
                int(erased.at.0),
                json(&erased.by)?,
                int(erased.copies_until.0),
            ],
        )?;
        keep_keys(sql, &erased.conversation, &erased.keys)?;
        sheets::forget(sql, &erased.conversation)?;
        if told || erased.hold.is_some() {
            return Ok(());
        }
        mail::ask_for_copies(here, sql, &erased.conversation)
    })?;
    // 2
    live::tell(here, Told::Conversation(&erased.conversation));
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// A conversation, or what was left of it, has reached its deletion date.
pub(in crate::durable::inbox) async fn forget(here: &Here<'_>, parcel: &Parcel) -> Result<Reply, Fault> {
    if let Parcel::Forget { conversation } = parcel {
        atomically(here.state, |sql| {
            webhooks::forgotten(here, sql, conversation, now())?;
            keep_keys(sql, conversation, &[])?;
            sheets::forget(sql, conversation)?;
            sql.run("DELETE FROM conversations WHERE id = ?", vec![id(conversation)])
        })?;
        live::tell(here, Told::Conversation(conversation));
        upkeep::wake(here).await?;
    }
    Ok(Reply::empty())
}

/// The erasure of an entry, whose four columns begin at `first`.
pub(super) fn erasure(row: &Row, first: usize) -> Result<Option<Erasure>, Fault> {
    if row.is_null(first) {
        return Ok(None);
    }
    let deleted = first + 3;
    Ok(Some(Erasure {
        at: Timestamp(row.int(first)?),
        by: row.json(first + 1)?,
        copies_until: Timestamp(row.int(first + 2)?),
        copies_deleted: if row.is_null(deleted) { None } else { Some(Timestamp(row.int(deleted)?)) },
    }))
}

/// Code and last day of an erased conversation whose copies nobody has said to be deleted.
pub(in crate::durable::inbox) fn copies_of(
    sql: &Sql,
    conversation: &str,
) -> Result<Option<(String, Timestamp)>, Fault> {
    let query = "SELECT code, copies_until FROM conversations
                 WHERE id = ? AND erased IS NOT NULL AND copies_deleted IS NULL";
    let row = sql.row(query, vec![id(conversation)])?;
    row.map(|row| Ok((row.text(0)?.to_owned(), Timestamp(row.int(1)?)))).transpose()
}

/// `POST /v1/inbox/copies`: copies of an erased conversation are deleted. Saying it again changes nothing. 204, 403
/// without `read`, 404, 409 for one that was not erased, or of which a hold still keeps the content.
pub(in crate::durable::inbox) fn copies(
    here: &Here<'_>,
    request: &Incoming,
    member: &Member,
) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    let own = own(here, request)?;
    if !own.erased || own.held {
        return Err(Code::Conflict.into());
    }
    atomically(here.state, |sql| {
        let update = "UPDATE conversations SET copies_deleted = ?
                      WHERE id = ? AND copies_deleted IS NULL RETURNING 1";
        match sql.row(update, vec![int(now().0), own.row()])? {
            Some(_) => log::did(sql, member, own.cid, Deed::Copies).map(drop),
            None => Ok(()),
        }
    })?;
    Ok(Reply::empty())
}
