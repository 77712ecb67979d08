//! Replacing the storage secret: everything that lies under the old one is encrypted anew, in one transaction, as soon
//! as this object is asked for anything or does its daily upkeep. What was deleted before, and is left in backups or in
//! free pages of the disk, opens for nobody once the operator has destroyed the old secret.

use super::Here;
use crate::{
    durable::{
        now,
        sql::{Sql, Value, atomically, blob, int},
    },
    fault::Fault,
    random,
    vault::{What, closed},
};

/// A column that holds something under the vault.
struct Closed {
    table: &'static str,
    /// Columns of the table's key.
    key: &'static str,
    column: &'static str,
    what: What,
}

const fn column(table: &'static str, key: &'static str, column: &'static str, what: What) -> Closed {
    Closed { table, key, column, what }
}

/// All of them. The first one says under which secret the others lie, because they are only ever renewed together.
const CLOSED: [Closed; 11] = [
    column("site", "id", "login", What::LoginSetup),
    column("accounts", "name", "record", What::LoginRecord),
    column("accounts", "name", "wrapped", What::Wrapped),
    column("sealed", "member, what", "sealed", What::SealedKey),
    column("logins", "id", "state", What::LoginState),
    column("mail", "id", "sender", What::Mail),
    column("invitations", "id", "record", What::LoginRecord),
    column("invitations", "id", "wrapped", What::Wrapped),
    column("hooks", "id", "secrets", What::Webhook),
    column("push", "id", "key", What::PushKey),
    column("push_devices", "session", "subscription", What::PushSubscription),
];

/// Makes sure that everything lies under the present storage secret, and says whether it did not before. 503 if no
/// secret of the deployment opens it: then nothing is changed, and the log names the bindings.
pub(super) fn renew(here: &Here<'_>) -> Result<bool, Fault> {
    if here.memory.renewed.get() || !here.sql.has("site")? {
        return Ok(false);
    }
    let Some(row) = here.sql.row("SELECT login FROM site", Vec::new())? else { return Ok(false) };
    let present = here.vault().is_present(row.blob(0)?).map_err(closed)?;
    if !present {
        // All or nothing: a blob that does not open, or a crash, leaves all of them under the old secret.
        atomically(here.state, |sql| {
            CLOSED.iter().try_for_each(|closed| closed.renew(here, sql))?;
            // The proof object has to follow: upkeep is due at once.
            let seen = "UPDATE site SET upkept = NULL, secret_seen = ?, secret_told = 0";
            sql.run(seen, vec![int(now().0)])
        })?;
    }
    // The deployment's secrets do not change while the object is in memory.
    here.memory.renewed.set(true);
    Ok(!present)
}

impl Closed {
    fn renew(&self, here: &Here<'_>, sql: &Sql) -> Result<(), Fault> {
        let Self { table, key, column, what } = self;
        let query = format!("SELECT {column}, {key} FROM {table} WHERE {column} IS NOT NULL");
        let keys = key.split(',').count();
        let places = vec!["?"; keys].join(", ");
        let update = format!("UPDATE {table} SET {column} = ? WHERE ({key}) = ({places})");
        for row in sql.rows(&query, Vec::new())? {
            let renewed = here.vault().renew(*what, &here.id.0, row.blob(0)?, random::bytes());
            let renewed = blob(&renewed.map_err(closed)?);
            let values = std::iter::once(renewed).chain((1..=keys).map(|column| row.value(column)));
            sql.run(&update, values.collect::<Vec<Value>>())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::inbox::schema;

    fn table(name: &str) -> &'static str {
        let start = format!("CREATE TABLE {name} (");
        schema::statements().find(|sql| sql.starts_with(&start)).unwrap()
    }

    #[test]
    fn every_column_is_one_of_its_table_and_stands_once() {
        for closed in &CLOSED {
            let sql = table(closed.table);
            assert!(sql.contains(&format!("{} BLOB", closed.column)), "{}.{}", closed.table, closed.column);
            for key in closed.key.split(", ") {
                assert!(sql.contains(&format!("{key} ")), "{}.{key}", closed.table);
            }
        }
        let names: std::collections::BTreeSet<_> = CLOSED.iter().map(|c| (c.table, c.column)).collect();
        assert_eq!(names.len(), CLOSED.len());
    }

    /// Whoever adds a column of bytes has to say here what it is, or above that it is renewed.
    #[test]
    fn every_other_column_of_bytes_is_known_to_be_no_secret() {
        let open = [
            "site.log_key",
            "site.setup",
            "published.site",
            "notices.digest",
            "inbox_keys.id",
            "sealed.member",
            "accounts.member",
            "certificates.member",
            "devices.member",
            "devices.device",
            "hooks.id",
            "hook_news.cid",
            "deliveries.hook",
            "deliveries.cid",
            "sessions.hash",
            "sessions.member",
            "sessions.device",
            "logins.id",
            "logins.member",
            "logins.device",
            "tries.account",
            "spent.challenge",
            "invitations.id",
            "invitations.token",
            "invitations.replaces",
            "invitations.by",
            "invitations.mac",
            "conversations.cid",
            "conversation_keys.inbox_key",
            "log.member",
            "log.cid",
            "rights.id",
            "rights.cid",
            // Sealed by staff, under keys that the relay never has.
            "sheet_bytes.bytes",
            "sheet_bytes.filler",
            "sheets.inbox_key",
            "status.member",
            "mail_wishes.member",
            "push_devices.session",
            "push_devices.member",
            "push_devices.device",
        ];
        let closed: Vec<_> = CLOSED.iter().map(|c| format!("{}.{}", c.table, c.column)).collect();
        for sql in schema::statements() {
            let Some((name, columns)) =
                sql.strip_prefix("CREATE TABLE ").and_then(|sql| sql.split_once(" ("))
            else {
                continue;
            };
            for column in columns.split(',').filter(|column| column.contains(" BLOB")) {
                let column = format!("{name}.{}", column.trim().split(' ').next().unwrap());
                assert!(closed.contains(&column) || open.contains(&column.as_str()), "{column}");
            }
        }
    }
}
