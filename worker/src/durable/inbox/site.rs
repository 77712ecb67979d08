//! The site's row and what it published.

use super::{Here, Incoming, Reply, mail};
use crate::{
    durable::{
        argument,
        sql::{Row, Sql, blob},
    },
    fault::Fault,
    headers,
    terms::{Answer, Terms},
};
use einwurf_protocol::{
    api::{header, staff::Health},
    ids::Digest,
    problem::Code,
    time::Timestamp,
};

/// Tables of an inbox object.
pub(super) const SCHEMA: [&str; 10] = [
    "CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1), proof TEXT NOT NULL, log_key BLOB NOT NULL,
       setup BLOB, setup_expires INTEGER NOT NULL, login BLOB NOT NULL)",
    "CREATE TABLE published (id INTEGER PRIMARY KEY CHECK (id = 1), manifest TEXT NOT NULL, roster TEXT NOT NULL,
       facts TEXT NOT NULL, terms TEXT NOT NULL, until INTEGER NOT NULL)",
    "CREATE TABLE mail (id INTEGER PRIMARY KEY CHECK (id = 1), recipients TEXT NOT NULL, register TEXT NOT NULL,
       sender BLOB, sent INTEGER, failed INTEGER, reason TEXT)",
    "CREATE TABLE notices (digest BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE accounts (name TEXT PRIMARY KEY, record BLOB NOT NULL, member BLOB NOT NULL, wrapped BLOB NOT NULL)
       WITHOUT ROWID",
    "CREATE TABLE sealed (n INTEGER PRIMARY KEY, member BLOB NOT NULL, sealed BLOB NOT NULL)",
    "CREATE TABLE logins (id BLOB PRIMARY KEY, account TEXT, state BLOB NOT NULL, expires INTEGER NOT NULL)
       WITHOUT ROWID",
    "CREATE INDEX logins_by_end ON logins (expires)",
    "CREATE TABLE sessions (hash BLOB PRIMARY KEY, account TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE queue (id TEXT PRIMARY KEY, queued INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
       remaining TEXT, reason TEXT NOT NULL) WITHOUT ROWID",
];

fn published(sql: &Sql, column: &str) -> Result<Row, Fault> {
    if !sql.has("published")? {
        return Err(Code::NotFound.into());
    }
    sql.row(&format!("SELECT {column} FROM published"), Vec::new())?.ok_or(Code::NotFound.into())
}

/// For whoever checks a message.
pub(super) fn terms(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let terms = published(&here.sql, "terms")?.json(0)?;
    let known = match request.header(argument::CONVERSATION) {
        Some(id) => here.sql.row("SELECT 1 FROM conversations WHERE id = ?", vec![id.into()])?.is_some(),
        None => false,
    };
    Reply::json(200, &Answer { terms, known })
}

/// `GET /v1/manifest`: 200, 404
pub(super) fn manifest(here: &Here<'_>) -> Result<Reply, Fault> {
    Ok(Reply::document(headers::JOSE, published(&here.sql, "manifest")?.text(0)?))
}

/// `GET /v1/roster`: 200, 404
pub(super) fn roster(here: &Here<'_>) -> Result<Reply, Fault> {
    Ok(Reply::document(headers::JOSE, published(&here.sql, "roster")?.text(0)?))
}

/// `GET /v1/notice`: a notice that is or was in force. 200, 400, 404
pub(super) fn notice(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let digest = request.header(header::NOTICE).and_then(|text| text.parse::<Digest>().ok());
    let digest = digest.ok_or_else(|| Fault::header(header::NOTICE))?;
    published(&here.sql, "id")?;
    let row = here.sql.row("SELECT document FROM notices WHERE digest = ?", vec![blob(&digest.0)])?;
    Ok(Reply::document(headers::JSON, row.ok_or(Code::NotFound)?.text(0)?))
}

/// Manifest and roster, as a session carries them.
pub(super) fn documents(here: &Here<'_>) -> Result<(String, String), Fault> {
    let row = published(&here.sql, "manifest, roster")?;
    Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))
}

/// `GET /v1/inbox/health`: 200
pub(super) fn health(here: &Here<'_>) -> Result<Reply, Fault> {
    let row = published(&here.sql, "terms, until")?;
    let terms: Terms = row.json(0)?;
    let newest = here.sql.row("SELECT MAX(newest) FROM conversations", Vec::new())?;
    let newest = newest.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()?;
    Reply::json(
        200,
        &Health {
            mail: mail::health(here)?,
            manifest_until: Timestamp(row.int(1)?),
            inbox_key: terms.inbox_key,
            newest: newest.map(Timestamp),
        },
    )
}
