//! What the proof object keeps, for members; and what it tells this object.

use super::{Here, Incoming, Reply, index::own, mail, session::Member, site, upkeep};
use crate::{
    address::ObjectId,
    durable::{
        Call, Namespace,
        call::{argument, ask, call, succeed},
        now,
        sql::{atomically, blob, int},
    },
    fault::Fault,
    set::set,
    terms::Terms,
};
use einwurf_protocol::{
    api::header,
    ids::{Digest, Thumbprint},
    roster::Capability,
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// A notice that was replaced is looked at after so many days: a grant on it may still be on its way to the proof.
const REPLACED_DAYS: u64 = 7;

/// The site's proof object.
fn object(here: &Here<'_>) -> Result<ObjectId, Fault> {
    let row = here.sql.row("SELECT proof FROM site", Vec::new())?.ok_or(Fault::Internal("site"))?;
    ObjectId::from_hex(row.text(0)?).ok_or(Fault::Internal("object id"))
}

/// `GET /v1/inbox/proof`: of one conversation, or of what is left of it. 200, 403 without `read`, 404
pub(super) async fn of(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Read)?;
    let cid = own(here, request)?.cid;
    let question = Call::new("proof").header(argument::CID, cid.to_string());
    Reply::passed(call(here.env, Namespace::Proof, object(here)?, question).await?).await
}

/// `GET /v1/inbox/proofs`: a page of all. 200, 400, 403 without `audit`
pub(super) async fn all(here: &Here<'_>, request: &Incoming, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Audit)?;
    let question = Call::new("proofs");
    let question = match request.header(header::AFTER) {
        Some(after) => question.header(header::AFTER, after),
        None => question,
    };
    Reply::passed(call(here.env, Namespace::Proof, object(here)?, question).await?).await
}

/// For the proof object: whose daily head it signs.
pub(super) fn pin(here: &Here<'_>) -> Result<Reply, Fault> {
    let row = site::published(&here.sql, "site")?;
    Reply::json(200, &Thumbprint(row.array(0)?))
}

/// A daily head is signed: it is mailed to whom the mail settings name. Taking it again changes nothing.
pub(super) async fn head(here: &Here<'_>, bytes: &[u8]) -> Result<Reply, Fault> {
    let compact = std::str::from_utf8(bytes).map_err(|_| Fault::Internal("head"))?;
    atomically(here.state, |sql| mail::send_head(here, sql, compact))?;
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// Has the proof object follow a replaced storage secret, and tells it whom its heads go to.
pub(super) async fn keep_up(here: &Here<'_>) -> Result<(), Fault> {
    let call = Call::new("renew").header(argument::INBOX, here.id.to_hex());
    succeed(here.env, Namespace::Proof, object(here)?, call).await.map(drop)
}

/// Deletes notices that were replaced and that no grant in the proof names (REC-03).
pub(super) async fn forget_notices(here: &Here<'_>) -> Result<(), Fault> {
    let before = now().minus(REPLACED_DAYS * DAY);
    if replaced(here, before)?.is_empty() {
        return Ok(());
    }
    let referenced: Vec<Digest> =
        ask(here.env, Namespace::Proof, object(here)?, Call::new("referenced")).await?;
    let referenced = set(referenced);
    // Read again: a publication in the meantime may have taken one up again.
    atomically(here.state, |sql| {
        let unnamed = replaced(here, before)?.into_iter().filter(|digest| !referenced.contains(digest));
        for digest in unnamed {
            sql.run("DELETE FROM notices WHERE digest = ?", vec![blob(&digest.0)])?;
        }
        Ok(())
    })
}

/// Notices that were replaced before a moment, and are in no manifest.
fn replaced(here: &Here<'_>, before: Timestamp) -> Result<Vec<Digest>, Fault> {
    let mut named = BTreeSet::new();
    for row in here.sql.rows("SELECT terms FROM stock", Vec::new())? {
        named.extend(row.json::<Terms>(0)?.notices.into_iter().map(|notice| notice.digest));
    }
    let rows = here.sql.rows("SELECT digest FROM notices WHERE replaced <= ?", vec![int(before.0)])?;
    let digests = rows.iter().map(|row| row.array(0).map(Digest)).collect::<Result<Vec<_>, _>>()?;
    Ok(digests.into_iter().filter(|digest| !named.contains(digest)).collect())
}
