//! Everything that this object holds of one conversation, for its visitor (RGT-05).

use super::{Here, Incoming, Reply, sheets};
use crate::{
    disclosure::Disclosed,
    durable::{
        argument,
        sql::{add, blob},
    },
    fault::Fault,
};
use einwurf_protocol::ids::{Cid, MessageId};

/// A table whose rows of one conversation are found by a column.
struct Table {
    name: &'static str,
    by: By,
    columns: &'static [&'static str],
}

/// What names the conversation in a table.
enum By {
    /// Its object, in this column.
    Object(&'static str),
    /// Its id, in the column `cid`.
    Cid,
}

/// All of them but the mails, which are found by what they are about.
const TABLES: [Table; 7] = [
    Table {
        name: "conversations",
        by: By::Object("id"),
        columns: &[
            "id",
            "cid",
            "code",
            "opened",
            "newest",
            "events",
            "read",
            "done",
            "deleted",
            "waiting",
            "reminded",
            "answered",
            "notified",
            "restricted",
            "hold",
            "hold_until",
            "erased",
            "eraser",
            "copies_until",
            "copies_deleted",
            "unread",
        ],
    },
    Table {
        name: "conversation_keys",
        by: By::Object("conversation"),
        columns: &["conversation", "inbox_key"],
    },
    Table {
        name: "sheets",
        by: By::Object("conversation"),
        columns: &["conversation", "version", "inbox_key", "n", "length"],
    },
    Table { name: "log", by: By::Cid, columns: &["n", "at", "member", "cid", "deed"] },
    Table {
        name: "rights",
        by: By::Cid,
        columns: &["id", "cid", "asked", "received", "due", "remind", "closed", "outcome"],
    },
    Table {
        name: "hook_news",
        by: By::Cid,
        columns: &["conversation", "cid", "seen", "events", "attempts", "due"],
    },
    Table {
        name: "deliveries",
        by: By::Cid,
        columns: &[
            "n",
            "hook",
            "id",
            "occasion",
            "conversation",
            "cid",
            "seq",
            "detail",
            "at",
            "queued",
            "standing",
            "attempts",
            "due",
            "tried",
        ],
    },
];

/// Of a mail that waits. Recipients are the company's own addresses, and no part of the conversation: `remaining` names
/// those who have not got it yet, `recipient` whom it is for alone.
const MAIL: [&str; 7] = ["id", "kind", "about", "queued", "attempts", "due", "reason"];

/// By `inbox.<table>.<column>`.
pub(super) fn disclose(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    let object = request.id(argument::CONVERSATION)?.to_hex();
    let cid = request.cid()?;
    let mut stored = Disclosed::new();
    for Table { name, by, columns } in &TABLES {
        let (column, value) = match by {
            By::Object(column) => (*column, object.as_str().into()),
            By::Cid => ("cid", blob(&cid.0)),
        };
        let query = format!("SELECT {} FROM {name} WHERE {column} = ? ORDER BY 1, 2", columns.join(", "));
        add(&mut stored, &format!("inbox.{name}"), columns, &here.sql.rows(&query, vec![value])?);
    }
    add(&mut stored, "inbox.sheets", &["sealed"], &sheets::sealed(&here.sql, &object)?);
    let mut mails = Vec::new();
    for about in about(here, object, cid)? {
        let query = format!("SELECT {} FROM queue WHERE about = ? ORDER BY queued", MAIL.join(", "));
        mails.extend(here.sql.rows(&query, vec![about.into()])?);
    }
    add(&mut stored, "inbox.queue", &MAIL, &mails);
    Reply::json(200, &stored)
}

/// What mails are about that are about a conversation.
fn about(here: &Here<'_>, object: String, cid: Cid) -> Result<Vec<String>, Fault> {
    let mut about = vec![object];
    for row in here.sql.rows("SELECT id FROM rights WHERE cid = ?", vec![blob(&cid.0)])? {
        about.push(MessageId(row.array(0)?).to_string());
    }
    Ok(about)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::inbox::schema;

    /// Name and columns of every table.
    fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
        let tables =
            schema::statements().filter_map(|sql| sql.strip_prefix("CREATE TABLE ")?.split_once(" ("));
        let column = |part: &'static str| part.trim().split([' ', ')']).next().unwrap();
        let is_column = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        tables.map(|(name, rest)| (name, rest.split(',').map(column).filter(is_column).collect())).collect()
    }

    #[test]
    fn rgt_05_every_column_about_a_conversation_is_disclosed() {
        let tables = tables();
        for Table { name, columns, .. } in &TABLES {
            let (_, all) = tables.iter().find(|(table, _)| table == name).unwrap();
            let missing: Vec<_> = all.iter().filter(|column| !columns.contains(column)).collect();
            // `PRIMARY KEY (a, b)` names columns again.
            assert!(missing.is_empty(), "{name}: {missing:?}");
        }
        let (_, queue) = tables.iter().find(|(table, _)| *table == "queue").unwrap();
        let missing: Vec<_> = queue.iter().filter(|column| !MAIL.contains(column)).collect();
        assert_eq!(missing, [&"remaining", &"recipient"]);
    }

    #[test]
    fn rgt_05_no_other_table_is_about_a_conversation() {
        let disclosed = |name: &str| name == "queue" || TABLES.iter().any(|table| table.name == name);
        for (name, columns) in tables().into_iter().filter(|(name, _)| !disclosed(name)) {
            for column in ["cid", "conversation", "about"] {
                assert!(!columns.contains(&column), "{name}.{column}");
            }
        }
    }
}
