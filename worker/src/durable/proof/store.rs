//! What the proof object keeps: grants, records, what is left of a withdrawal.

use super::{
    super::{
        Reply, now,
        sql::{Row, Sql, Value, add, atomically, blob, int, json},
    },
    Here, countersign,
};
use crate::{
    disclosure::Disclosed,
    fault::Fault,
    outbox::Note,
    proof::{self, Last, next},
};
use einwurf_protocol::{
    api::staff::Proof,
    consent::Grant,
    ids::{Cid, Digest},
    json, jws,
    record::{Record, What, record_digest},
    time::Timestamp,
};

/// Keeps a record. Taking the same note again, or anything after the end, changes nothing. 503 for an end whose grant is
/// still on its way.
///
/// While it is signed, another of the conversation may be kept: then it names that one, and is signed once more.
pub(super) async fn record(here: &Here<'_>, note: &Note) -> Result<Reply, Fault> {
    while let Some(record) = pending(&here.sql, note)? {
        let compact = countersign(here, &record).await?;
        let kept = atomically(here.state, |sql| {
            let still = pending(sql, note)?.as_ref() == Some(&record);
            if still { insert(sql, note, &record, &compact).map(|()| true) } else { Ok(false) }
        })?;
        if kept {
            break;
        }
    }
    Ok(Reply::empty())
}

/// What a note adds to what is kept, if anything.
fn pending(sql: &Sql, note: &Note) -> Result<Option<Record>, Fault> {
    if let What::Grant(digest) = note.what {
        let known = "SELECT 1 FROM records WHERE cid = ? AND grant_digest = ?";
        if sql.row(known, vec![blob(&note.cid.0), blob(&digest.0)])?.is_some() {
            return Ok(None);
        }
    }
    next(note, last(sql, note.cid)?.as_ref())
}

fn insert(sql: &Sql, note: &Note, record: &Record, compact: &str) -> Result<(), Fault> {
    let (grant, ended) = match record.what {
        What::Grant(digest) => (blob(&digest.0), false),
        What::Withdrawal(_) | What::Ended(_) => (Value::Null, true),
    };
    let notice = note.grant.as_deref().map(notice_of).transpose()?;
    // Whose day has its head already, since the clock went back, is in the next one.
    sql.run(
        "INSERT INTO records VALUES (?, ?, ?, ?,
           MAX(?, COALESCE((SELECT MAX(day) + 1 FROM heads), 0) * 86400), ?, ?, ?, ?, ?)",
        vec![
            blob(&record.cid.0),
            int(record.seq),
            blob(&record_digest(compact).0),
            int(record.at.0),
            int(now().0),
            int(u64::from(ended)),
            grant,
            notice.map_or(Value::Null, |notice| blob(&notice.0)),
            note.grant.clone().into(),
            compact.into(),
        ],
    )?;
    sql.run("UPDATE log SET count = count + 1", Vec::new())?;
    let until = if ended { int(record.at.proof_until().0) } else { Value::Null };
    let withdrawal = note.withdrawal.as_ref().map(json).transpose()?.unwrap_or(Value::Null);
    sql.run("INSERT OR REPLACE INTO proofs VALUES (?, ?, ?)", vec![blob(&record.cid.0), until, withdrawal])
}

/// The notice that a grant names. The conversation object checked the grant.
fn notice_of(compact: &str) -> Result<Digest, Fault> {
    let stored = || Fault::Internal("grant");
    let grant = jws::read(compact, jws::GRANT).map_err(|_| stored())?;
    json::typed::<Grant>(&grant.payload).map(|grant| grant.notice).map_err(|_| stored())
}

fn last(sql: &Sql, cid: Cid) -> Result<Option<Last>, Fault> {
    let query = "SELECT seq, digest, at, ended FROM records WHERE cid = ? ORDER BY seq DESC LIMIT 1";
    let read = |row: Row| {
        let (digest, at) = (Digest(row.array(1)?), Timestamp(row.int(2)?));
        Ok(Last { seq: row.int(0)?, digest, at, ended: row.int(3)? != 0 })
    };
    sql.row(query, vec![blob(&cid.0)])?.map(read).transpose()
}

/// The proof of a conversation; empty while its first grant is on the way.
pub(super) fn proof(sql: &Sql, cid: Cid) -> Result<Proof, Fault> {
    let (mut grants, mut records) = (Vec::new(), Vec::new());
    let query = "SELECT grant_jws, record FROM records WHERE cid = ? ORDER BY seq";
    for row in sql.rows(query, vec![blob(&cid.0)])? {
        if !row.is_null(0) {
            grants.push(row.text(0)?.to_owned());
        }
        records.push(row.text(1)?.to_owned());
    }
    let row = sql.row("SELECT withdrawal FROM proofs WHERE cid = ?", vec![blob(&cid.0)])?;
    let withdrawal = row.filter(|row| !row.is_null(0)).map(|row| row.json(0)).transpose()?;
    let now = now();
    let until = last(sql, cid)?.map_or(now.proof_until(), |last| proof::until(&last, now));
    Ok(Proof { cid, grants, records, withdrawal, until })
}

/// Notices that any grant names: they are kept as long (REC-03).
pub(super) fn referenced(sql: &Sql) -> Result<Vec<Digest>, Fault> {
    let rows = sql.rows("SELECT DISTINCT notice FROM records WHERE notice IS NOT NULL", Vec::new())?;
    rows.iter().map(|row| row.array(0).map(Digest)).collect()
}

/// When the next proof is to be deleted.
pub(super) fn end(sql: &Sql) -> Result<Option<Timestamp>, Fault> {
    let row = sql.row("SELECT MIN(until) FROM proofs", Vec::new())?;
    row.filter(|row| !row.is_null(0)).map(|row| row.int(0).map(Timestamp)).transpose()
}

/// Proofs whose period is over are gone (REC-06).
pub(super) fn delete_ended(here: &Here<'_>) -> Result<(), Fault> {
    let now = now();
    if end(&here.sql)?.is_none_or(|end| now < end) {
        return Ok(());
    }
    atomically(here.state, |sql| {
        let over = "DELETE FROM records WHERE cid IN (SELECT cid FROM proofs WHERE until <= ?)";
        sql.run(over, vec![int(now.0)])?;
        sql.run("DELETE FROM proofs WHERE until <= ?", vec![int(now.0)])
    })
}

/// Columns of a conversation that are disclosed to its visitor, in this order (RGT-05). Grants, records and what is left
/// of the withdrawal are in the receipt already, byte for byte.
const DISCLOSED: [(&str, &[&str]); 2] = [
    ("proofs", &["cid", "until", "withdrawal"]),
    (
        "records",
        &["cid", "seq", "digest", "at", "stored", "ended", "grant_digest", "notice", "grant_jws", "record"],
    ),
];

/// Everything that lies here of a conversation, by `proof.<table>.<column>`.
pub(super) fn disclose(sql: &Sql, cid: Cid) -> Result<Disclosed, Fault> {
    let mut stored = Disclosed::new();
    for (table, columns) in DISCLOSED {
        let query = format!("SELECT {} FROM {table} WHERE cid = ? ORDER BY 1, 2", columns.join(", "));
        let rows = sql.rows(&query, vec![blob(&cid.0)])?;
        add(&mut stored, &format!("proof.{table}"), columns, &rows);
    }
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::proof::SCHEMA;

    /// Names of a table's columns.
    fn columns(table: &str) -> Vec<String> {
        let start = format!("CREATE TABLE {table} (");
        let sql = SCHEMA.into_iter().find_map(|sql| sql.strip_prefix(&start)).unwrap();
        let parts = sql.split(',').map(|part| part.trim().split(' ').next().unwrap().to_owned());
        parts.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect()
    }

    #[test]
    fn rgt_05_every_column_of_a_proof_is_disclosed() {
        for (table, disclosed) in DISCLOSED {
            let missing: Vec<_> =
                columns(table).into_iter().filter(|column| !disclosed.contains(&column.as_str())).collect();
            assert!(missing.is_empty() && !disclosed.is_empty(), "{table}: {missing:?}");
        }
    }

    #[test]
    fn rgt_05_what_is_not_disclosed_is_of_no_conversation() {
        let tables = SCHEMA.iter().filter_map(|sql| sql.strip_prefix("CREATE TABLE ")?.split(' ').next());
        let others: Vec<_> = tables.filter(|table| DISCLOSED.iter().all(|(name, _)| name != table)).collect();
        // The log key with its counter, and heads over the digests of all conversations together.
        assert_eq!(others, ["log", "heads"]);
        assert!(others.iter().all(|table| !columns(table).contains(&"cid".to_owned())));
    }

    #[test]
    fn met_01_a_proof_has_no_column_for_a_person_or_a_choice() {
        let allowed = [
            "cid",
            "seq",
            "digest",
            "at",
            "stored",
            "ended",
            "grant_digest",
            "notice",
            "grant_jws",
            "record",
        ];
        assert_eq!(columns("records"), allowed);
        assert_eq!(columns("proofs"), ["cid", "until", "withdrawal"]);
    }
}
