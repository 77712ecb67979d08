//! What a roster means for accounts, sessions, devices, keys and invitations.

use crate::{
    access::account,
    durable::{
        now,
        sql::{Sql, Value, blob, int},
    },
    fault::Fault,
    invitation::is_who_answered,
    publication::Before,
};
use einwurf_protocol::{
    ids::Thumbprint,
    problem::Code,
    roster::{Capability, Member, Roster},
};

/// After a publication: who is not in the roster loses everything, who lost a capability loses its keys and does not say
/// any more when somebody is there or want mails and pushes, and whoever answered an invitation and is in it has an account. To be called inside the transaction.
pub(super) fn follow(sql: &Sql, roster: &Roster, before: &Before) -> Result<(), Fault> {
    end_what_could_be_answered(sql, roster, before)?;
    for table in ["accounts", "sessions", "devices", "sealed", "status", "mail_wishes"] {
        for row in sql.rows(&format!("SELECT DISTINCT member FROM {table}"), Vec::new())? {
            let member = Thumbprint(row.array(0)?);
            if roster.member(&member).is_none() {
                remove(sql, table, member)?;
            }
        }
    }
    for member in &roster.members {
        for (capability, keys) in [(Capability::Sign, "site:%"), (Capability::Read, "inbox:%")] {
            if !member.may(capability) {
                let lost = "DELETE FROM sealed WHERE member = ? AND what LIKE ?";
                sql.run(lost, vec![blob(&member.id.0), keys.into()])?;
            }
        }
        if !member.may(Capability::Read) {
            sql.run("DELETE FROM status WHERE member = ?", vec![blob(&member.id.0)])?;
            sql.run("DELETE FROM mail_wishes WHERE member = ?", vec![blob(&member.id.0)])?;
            sql.run("DELETE FROM push_devices WHERE member = ?", vec![blob(&member.id.0)])?;
        }
    }
    let invited = roster.members.iter().filter(|member| member.is_person());
    invited
        .filter(|member| !before.members.contains_key(&member.id))
        .try_for_each(|member| admit(sql, member))
}

/// The secrets of invitations come from the site key: whoever held it, a sheet included, could answer any of them. They
/// end as soon as one of its holders may not sign any more.
fn end_what_could_be_answered(sql: &Sql, roster: &Roster, before: &Before) -> Result<(), Fault> {
    let signs = |id: &Thumbprint| roster.member(id).is_some_and(|member| member.may(Capability::Sign));
    let mut holders = before.sealed.iter().filter(|(_, what)| what.starts_with("site:"));
    if holders.any(|(member, _)| !signs(member)) {
        sql.run("DELETE FROM invitations WHERE account IS NULL", Vec::new())?;
    }
    Ok(())
}

fn remove(sql: &Sql, table: &str, member: Thumbprint) -> Result<(), Fault> {
    let id = || vec![blob(&member.0)];
    if table == "accounts" {
        let logins = "DELETE FROM logins WHERE account IN (SELECT name FROM accounts WHERE member = ?)";
        sql.run(logins, id())?;
    }
    // Whoever is out brings nobody in.
    sql.run("DELETE FROM invitations WHERE by = ? AND account IS NULL", id())?;
    sql.run(&format!("DELETE FROM {table} WHERE member = ?"), id())
}

/// A person who is new in the roster gets the account of the answered invitation: 409 if there is none, or other keys
/// answered, or it ended in the meantime. Without an account nobody could use the entry.
fn admit(sql: &Sql, member: &Member) -> Result<(), Fault> {
    let query = "SELECT id, account, record, wrapped, member FROM invitations
                 WHERE account IS NOT NULL AND expires > ?";
    for row in sql.rows(query, vec![int(now().0)])? {
        let answered: Member = row.json(4)?;
        if !is_who_answered(member, &answered) {
            continue;
        }
        let name = account(row.text(1)?);
        if sql.row("SELECT 1 FROM accounts WHERE name = ?", vec![name.as_str().into()])?.is_some() {
            return Err(Code::Conflict.into());
        }
        sql.run(
            "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, NULL)",
            vec![name.into(), blob(row.blob(2)?), blob(&member.id.0), blob(row.blob(3)?), int(now().0)],
        )?;
        return sql.run("DELETE FROM invitations WHERE id = ?", vec![Value::from(row.blob(0)?.to_vec())]);
    }
    Err(Code::Conflict.into())
}
