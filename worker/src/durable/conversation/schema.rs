//! Tables of a conversation object.
//!
//! `contents` lies apart from `events` so that erasing overwrites it in place: the new bytes have the length of the old
//! ones, and no other column changes. Its first rows are fillers without meaning. With them its tree has two levels before
//! the first ciphertext comes, and rows that are only ever appended are not moved any more: no copy is left in a page where
//! they once were. `parts` is built the same way. Its tables are made with the first attachment, since most conversations
//! have none. `unread` counts the bytes of the visitor's that no member has fetched, `answered` the events up to the newest by
//! a member.

use crate::durable::tables::Tables;

/// What builds before this one left.
pub(crate) const TABLES: Tables =
    Tables { class: "a conversation", steps: &[|tables, sql| tables.first(sql, &SCHEMA)] };

/// Every table, and their version.
pub(crate) const SCHEMA: [&str; 7] = [
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), inbox BLOB NOT NULL, proof BLOB NOT NULL,
       site BLOB NOT NULL, cid BLOB NOT NULL, key BLOB NOT NULL, token BLOB NOT NULL, epochs INTEGER NOT NULL,
       inbox_key BLOB NOT NULL, notice BLOB NOT NULL, head INTEGER NOT NULL, digest BLOB NOT NULL,
       opened INTEGER NOT NULL, newest INTEGER NOT NULL, deleted INTEGER NOT NULL, destroyed INTEGER NOT NULL,
       restricted INTEGER, hold TEXT, withdrawn INTEGER, erased INTEGER, rewrite INTEGER,
       unread INTEGER NOT NULL, answered INTEGER NOT NULL)",
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, message BLOB NOT NULL UNIQUE, digest BLOB NOT NULL,
       content BLOB NOT NULL, header BLOB NOT NULL, signature BLOB NOT NULL, at INTEGER NOT NULL,
       deleted INTEGER NOT NULL)",
    "CREATE TABLE contents (seq INTEGER PRIMARY KEY, nonce BLOB NOT NULL, ciphertext BLOB NOT NULL)",
    "CREATE TABLE erased (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL)",
    "CREATE TABLE grants (n INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, grant_jws TEXT NOT NULL,
       at INTEGER NOT NULL)",
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, parcel TEXT NOT NULL,
       attempts INTEGER NOT NULL, due INTEGER NOT NULL)",
    "CREATE VIEW version AS SELECT 1",
];

/// Tables of attachments. A part whose attachment is not declared any more was erased; `blank` says that its bytes are
/// overwritten, and takes no room in its row, so that they are overwritten where they are.
pub(crate) const FILES: [&str; 2] = [
    "CREATE TABLE attachments (n INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL,
       side INTEGER NOT NULL, bytes INTEGER NOT NULL)",
    "CREATE TABLE parts (id INTEGER PRIMARY KEY, attachment INTEGER NOT NULL, n INTEGER NOT NULL,
       blank INTEGER NOT NULL, ciphertext BLOB NOT NULL, UNIQUE (attachment, n))",
];

/// As for `contents`.
pub(super) const FILE_FILLERS: &str =
    "INSERT INTO parts VALUES (-2, 0, 0, 1, zeroblob(3000)), (-1, 0, 1, 1, zeroblob(3000))";

/// Two rows of `contents` that do not fit one page of 4,096 bytes together.
pub(super) const FILLERS: &str =
    "INSERT INTO contents VALUES (-2, x'', zeroblob(3000)), (-1, x'', zeroblob(3000))";
