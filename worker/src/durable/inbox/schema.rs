//! Tables of an inbox object.

use crate::durable::tables::Tables;

/// What builds before this one left.
pub(in crate::durable) const TABLES: Tables =
    Tables { class: "a site", steps: &[|tables, sql| tables.first(sql, statements().as_slice())] };

/// The site, what it published, its mail. `sheets` counts the changes of all of them, `blanked` those
/// that are to leave the raw storage; `replaced` is when a notice left the
/// stock; `about` names what a mail is about.
pub(super) const SCHEMA: [&str; 10] = [
    "CREATE TABLE site (id INTEGER PRIMARY KEY CHECK (id = 1), proof TEXT NOT NULL, log_key BLOB NOT NULL,
       setup BLOB, setup_expires INTEGER NOT NULL, login BLOB NOT NULL, upkept INTEGER, warned INTEGER,
       warned_until INTEGER, recovery_check TEXT, recovery_checked INTEGER,
       secret_seen INTEGER NOT NULL, secret_told INTEGER NOT NULL DEFAULT 0, sheets INTEGER NOT NULL DEFAULT 0,
       blanked INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE published (id INTEGER PRIMARY KEY CHECK (id = 1), site BLOB NOT NULL, roster TEXT NOT NULL,
       facts TEXT NOT NULL, serial INTEGER NOT NULL)",
    "CREATE TABLE stock (serial INTEGER PRIMARY KEY, nbf INTEGER NOT NULL, exp INTEGER NOT NULL,
       manifest TEXT NOT NULL, terms TEXT NOT NULL)",
    "CREATE TABLE former (n INTEGER PRIMARY KEY, manifest TEXT NOT NULL)",
    "CREATE TABLE notices (digest BLOB PRIMARY KEY, document TEXT NOT NULL, replaced INTEGER) WITHOUT ROWID",
    "CREATE TABLE inbox_keys (id BLOB PRIMARY KEY, destroyed INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE sealed (member BLOB NOT NULL, what TEXT NOT NULL, sealed BLOB NOT NULL,
       PRIMARY KEY (member, what)) WITHOUT ROWID",
    "CREATE TABLE mail (id INTEGER PRIMARY KEY CHECK (id = 1), recipients TEXT NOT NULL, register TEXT NOT NULL,
       sender BLOB, heads TEXT, escalation TEXT NOT NULL DEFAULT '[]', wishes TEXT NOT NULL DEFAULT '[]', sent INTEGER, failed INTEGER, reason TEXT, refused TEXT, retried INTEGER)",
    "CREATE TABLE heads (day TEXT PRIMARY KEY, head TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE queue (id TEXT PRIMARY KEY, kind TEXT NOT NULL, about TEXT, queued INTEGER NOT NULL, attempts INTEGER NOT NULL,
       due INTEGER NOT NULL, remaining TEXT, reason TEXT NOT NULL, recipient TEXT) WITHOUT ROWID",
];

/// Who may come in.
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
    "CREATE TABLE logins (id BLOB PRIMARY KEY, account TEXT, state BLOB NOT NULL, expires INTEGER NOT NULL,
       known INTEGER NOT NULL, device BLOB NOT NULL) WITHOUT ROWID",
    "CREATE INDEX logins_by_end ON logins (known, expires)",
    "CREATE TABLE tries (n INTEGER PRIMARY KEY, account BLOB NOT NULL, at INTEGER NOT NULL)",
    "CREATE INDEX tries_at ON tries (account, at)",
    "CREATE TABLE spent (challenge BLOB PRIMARY KEY, expires INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE invitations (id BLOB PRIMARY KEY, token BLOB NOT NULL UNIQUE, name TEXT NOT NULL, may TEXT NOT NULL,
       replaces BLOB, by BLOB NOT NULL, expires INTEGER NOT NULL, account TEXT, record BLOB, wrapped BLOB,
       member TEXT, mac BLOB, starts INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
];

/// Every statement that makes them, and says their version.
pub(in crate::durable) fn statements() -> std::vec::IntoIter<&'static str> {
    [
        &SCHEMA[..],
        &STAFF,
        &super::abuse::SCHEMA,
        &super::index::SCHEMA,
        &super::log::SCHEMA,
        &super::mail::SCHEMA,
        &super::refusals::SCHEMA,
        &super::push::SCHEMA,
        &super::rights::SCHEMA,
        &super::sheets::SCHEMA,
        &super::status::SCHEMA,
        &super::webhooks::SCHEMA,
        &["CREATE VIEW version AS SELECT 1"],
    ]
    .concat()
    .into_iter()
}
