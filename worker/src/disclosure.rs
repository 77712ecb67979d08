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
    /// Not; for this reason.
    Nothing(&'static str),
}

/// Every column of a conversation object.
pub const CONVERSATION: &[(&str, &[(&str, How)])] = &[
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
        ],
    ),
    (
        "events",
        &[
            ("seq", How::Conversation),
            ("message", How::Conversation),
            ("digest", How::Conversation),
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

/// The name of a column in a disclosure.
pub fn column(store: &str, table: &str, column: &str) -> String {
    format!("{store}.{table}.{column}")
}
