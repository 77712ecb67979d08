//! The site's row and what it published.

use super::{Here, Incoming, Reply, mail};
use crate::{
    durable::{
        argument, now,
        sql::{Row, Sql, blob, int},
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

/// Tables of an inbox object: the site, what it published, its mail.
pub(super) const SCHEMA: [&str; 9] = [
    "CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1), proof TEXT NOT NULL, log_key BLOB NOT NULL,
       setup BLOB, setup_expires INTEGER NOT NULL, login BLOB NOT NULL, vault BLOB, warned INTEGER,
       warned_until INTEGER, recovery_check TEXT, recovery_checked INTEGER)",
    "CREATE TABLE published (id INTEGER PRIMARY KEY CHECK (id = 1), site BLOB NOT NULL, roster TEXT NOT NULL,
       facts TEXT NOT NULL, serial INTEGER NOT NULL)",
    "CREATE TABLE stock (serial INTEGER PRIMARY KEY, nbf INTEGER NOT NULL, exp INTEGER NOT NULL,
       manifest TEXT NOT NULL, terms TEXT NOT NULL)",
    "CREATE TABLE former (n INTEGER PRIMARY KEY, manifest TEXT NOT NULL)",
    "CREATE TABLE notices (digest BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE inbox_keys (id BLOB PRIMARY KEY, destroyed INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sealed (member BLOB NOT NULL, what TEXT NOT NULL, sealed BLOB NOT NULL,
       PRIMARY KEY (member, what)) WITHOUT ROWID",
    "CREATE TABLE mail (id INTEGER PRIMARY KEY CHECK (id = 1), recipients TEXT NOT NULL, register TEXT NOT NULL,
       sender BLOB, sent INTEGER, failed INTEGER, reason TEXT)",
    "CREATE TABLE queue (id TEXT PRIMARY KEY, queued INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL,
       remaining TEXT, reason TEXT NOT NULL) WITHOUT ROWID",
];

/// Tables of an inbox object: who may come in.
pub(super) const STAFF: [&str; 11] = [
    "CREATE TABLE accounts (name TEXT PRIMARY KEY, record BLOB NOT NULL, member BLOB NOT NULL UNIQUE,
       wrapped BLOB NOT NULL, since INTEGER NOT NULL, seen INTEGER) WITHOUT ROWID",
    "CREATE TABLE certificates (member BLOB NOT NULL, nbf INTEGER NOT NULL, exp INTEGER NOT NULL, jws TEXT NOT NULL,
       PRIMARY KEY (member, nbf)) WITHOUT ROWID",
    "CREATE TABLE devices (member BLOB NOT NULL, device BLOB NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
       PRIMARY KEY (member, device)) WITHOUT ROWID",
    "CREATE TABLE sessions (hash BLOB PRIMARY KEY, member BLOB NOT NULL, account TEXT, device BLOB NOT NULL,
       started INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX sessions_of ON sessions (member, device)",
    "CREATE TABLE logins (id BLOB PRIMARY KEY, account TEXT, member BLOB, state BLOB NOT NULL,
       expires INTEGER NOT NULL, known INTEGER NOT NULL, device BLOB) WITHOUT ROWID",
    "CREATE INDEX logins_by_end ON logins (known, expires)",
    "CREATE TABLE tries (n INTEGER PRIMARY KEY, account BLOB NOT NULL, at INTEGER NOT NULL)",
    "CREATE INDEX tries_at ON tries (account, at)",
    "CREATE TABLE spent (challenge BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE invitations (id BLOB PRIMARY KEY, token BLOB NOT NULL UNIQUE, name TEXT NOT NULL, may TEXT NOT NULL,
       replaces BLOB, by BLOB NOT NULL, expires INTEGER NOT NULL, account TEXT, record BLOB, wrapped BLOB,
       member TEXT, mac BLOB) WITHOUT ROWID",
];

fn published(sql: &Sql, column: &str) -> Result<Row, Fault> {
    if !sql.has("published")? {
        return Err(Code::NotFound.into());
    }
    sql.row(&format!("SELECT {column} FROM published"), Vec::new())?.ok_or(Code::NotFound.into())
}

/// Columns of the manifest in force: the highest serial among those that have begun.
pub(super) fn served(sql: &Sql, columns: &str) -> Result<Row, Fault> {
    published(sql, "id")?;
    let query = format!("SELECT {columns} FROM stock WHERE nbf <= ? ORDER BY serial DESC LIMIT 1");
    sql.row(&query, vec![int(now().0)])?.ok_or(Code::NotFound.into())
}

/// For whoever checks a message.
pub(super) fn terms(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let terms = served(&here.sql, "terms")?.json(0)?;
    let known = match request.header(argument::CONVERSATION) {
        Some(id) => here.sql.row("SELECT 1 FROM conversations WHERE id = ?", vec![id.into()])?.is_some(),
        None => false,
    };
    Reply::json(200, &Answer { terms, known })
}

/// `GET /v1/manifest`: 200, 404
pub(super) fn manifest(here: &Here<'_>) -> Result<Reply, Fault> {
    Ok(Reply::document(headers::JOSE, served(&here.sql, "manifest")?.text(0)?))
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

/// Manifests in force and signed ahead, and the roster, as a session carries them.
pub(super) fn documents(here: &Here<'_>) -> Result<(Vec<String>, String), Fault> {
    let from = served(&here.sql, "serial")?.int(0)?;
    let query = "SELECT manifest FROM stock WHERE serial >= ? ORDER BY serial";
    let rows = here.sql.rows(query, vec![int(from)])?;
    let stock = rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<_, _>>()?;
    Ok((stock, published(&here.sql, "roster")?.text(0)?.to_owned()))
}

/// `GET /v1/inbox/health`: 200
pub(super) fn health(here: &Here<'_>) -> Result<Reply, Fault> {
    let terms: Terms = served(&here.sql, "terms")?.json(0)?;
    let until = here.sql.row("SELECT MAX(exp) FROM stock", Vec::new())?.ok_or(Code::NotFound)?.int(0)?;
    let newest = here.sql.row("SELECT MAX(newest) FROM conversations", Vec::new())?;
    let newest = newest.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()?;
    Reply::json(
        200,
        &Health {
            mail: mail::health(here)?,
            stock_until: Timestamp(until),
            inbox_key: terms.inbox_key,
            newest: newest.map(Timestamp),
        },
    )
}
