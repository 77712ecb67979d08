//! What the relay holds of one conversation (GDPR 15): each object names its values by `store.table.column`, several
//! rows in their order.

use std::collections::BTreeMap;

/// An object's answer to `disclose`. Binary values are base64url, empty columns are left out.
pub type Disclosed = BTreeMap<String, Vec<String>>;

/// Where a column of a conversation object is disclosed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In [`einwurf_protocol::api::visitor::Data::stored`], under its own name.
    Stored,
    /// As a member of `conversation`, or as part of one.
    Conversation,
    /// Its length in bytes, in [`einwurf_protocol::api::visitor::Data::stored`]: the visitor reads the ciphertext itself by
    /// `GET /v1/attachment`, a part at a time.
    Length,
    /// Not; for this reason.
    Nothing(&'static str),
}

/// A table and its columns.
pub type Table = (&'static str, &'static [(&'static str, How)]);

/// Every column of a conversation object.
pub const CONVERSATION: &[Table] = &[
    (
        "meta",
        &[
            ("id", How::Nothing("1 in every conversation")),
            ("inbox", How::Stored),
            ("proof", How::Stored),
            ("site", How::Stored),
            ("cid", How::Stored),
            ("key", How::Stored),
            // The hash of the visitor's own token; the token itself is not stored.
            ("token", How::Stored),
            ("epochs", How::Stored),
            ("inbox_key", How::Stored),
            ("notice", How::Stored),
            ("head", How::Stored),
            ("digest", How::Stored),
            ("opened", How::Stored),
            ("newest", How::Stored),
            ("deleted", How::Stored),
            ("destroyed", How::Stored),
            ("restricted", How::Stored),
            ("hold", How::Stored),
            ("withdrawn", How::Stored),
            ("erased", How::Stored),
            ("rewrite", How::Stored),
            ("unread", How::Stored),
            ("answered", How::Stored),
        ],
    ),
    (
        "events",
        &[
            ("seq", How::Conversation),
            ("message", How::Conversation),
            ("digest", How::Conversation),
            ("content", How::Conversation),
            ("header", How::Conversation),
            ("signature", How::Conversation),
            ("at", How::Conversation),
            ("deleted", How::Stored),
        ],
    ),
    (
        "contents",
        &[("seq", How::Conversation), ("nonce", How::Conversation), ("ciphertext", How::Conversation)],
    ),
    ("erased", &[("seq", How::Stored), ("at", How::Stored)]),
    (
        "grants",
        &[
            ("n", How::Conversation),
            ("digest", How::Conversation),
            ("grant_jws", How::Conversation),
            ("at", How::Conversation),
        ],
    ),
    (
        "outbox",
        &[
            ("id", How::Stored),
            ("kind", How::Stored),
            ("parcel", How::Stored),
            ("attempts", How::Stored),
            ("due", How::Stored),
        ],
    ),
];

/// Every column of the tables that a conversation object has once there are attachments.
pub const FILES: &[Table] = &[
    (
        "attachments",
        &[
            ("n", How::Stored),
            ("id", How::Stored),
            ("seq", How::Stored),
            ("side", How::Stored),
            ("bytes", How::Stored),
        ],
    ),
    (
        "parts",
        &[
            ("id", How::Stored),
            ("attachment", How::Stored),
            ("n", How::Stored),
            ("blank", How::Stored),
            ("ciphertext", How::Length),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::{CONVERSATION_FILES, CONVERSATION_SCHEMA};

    /// Tables and their columns, as the statements create them.
    fn created<'s>(statements: impl IntoIterator<Item = &'s str>) -> BTreeMap<String, Vec<String>> {
        let mut tables = BTreeMap::new();
        for statement in statements {
            let Some(rest) = statement.trim_start().strip_prefix("CREATE TABLE ") else { continue };
            let (name, rest) = rest.split_once('(').unwrap();
            let body = &rest[..rest.rfind(')').unwrap()];
            let (mut depth, mut parts) = (0, vec![String::new()]);
            for character in body.chars() {
                match character {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    ',' if depth == 0 => parts.push(String::new()),
                    _ => (),
                }
                if character != ',' || depth > 0 {
                    parts.last_mut().unwrap().push(character);
                }
            }
            let first = |part: &String| part.split_whitespace().next().unwrap().to_owned();
            let columns = parts.iter().map(first);
            let columns =
                columns.filter(|word| !["PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].contains(&&**word));
            tables.insert(name.trim().to_owned(), columns.collect());
        }
        tables
    }

    #[test]
    fn rgt_05_every_column_of_the_schema_is_disclosed() {
        let disclosed = CONVERSATION.iter().chain(FILES).map(|(table, columns)| {
            ((*table).to_owned(), columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>())
        });
        let created = created(CONVERSATION_SCHEMA.into_iter().chain(CONVERSATION_FILES));
        assert_eq!(created, disclosed.collect());
    }

    #[test]
    fn rgt_05_what_is_not_disclosed_has_a_reason() {
        let columns = CONVERSATION.iter().chain(FILES).flat_map(|(_, columns)| columns.iter());
        let reasons: Vec<_> = columns
            .filter_map(|(name, how)| match how {
                How::Nothing(reason) => Some((*name, *reason)),
                _ => None,
            })
            .collect();
        assert_eq!(reasons, [("id", "1 in every conversation")]);
    }

    #[test]
    fn the_reader_of_schemas_sees_what_is_new() {
        let statements = [
            "CREATE INDEX x ON t (a)",
            "CREATE TABLE t (a INTEGER PRIMARY KEY CHECK (a = 1, 2), b BLOB,\n c TEXT, UNIQUE (a, b)) WITHOUT ROWID",
        ];
        let columns = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(created(statements), BTreeMap::from([("t".to_owned(), columns)]));
    }
}
