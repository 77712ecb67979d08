//! Publishing: what was checked is stored in one step, and who is in the roster, and who not, follows from it.

use super::{
    Here, Reply,
    live::{self, Told},
    people,
    session::{Member, closed},
    site, upkeep,
};
use crate::{
    body,
    durable::{
        now,
        sql::{Sql, atomically, blob, int, json},
        terms,
    },
    fault::Fault,
    publication::{self, Before, Checked, Offer, check_recovery, is_kept, key_name},
    terms::Terms,
    vault::What,
};
use einwurf_protocol::{
    api::{
        admin::Publish,
        login::{RecoveryCheck, SealedKey},
    },
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    limits::CLOCK_SKEW_SECONDS,
    notice,
    problem::Code,
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// `PUT /v1/inbox/publication`.
///
/// 1. `sign`, and a fresh login: 403.
/// 2. The body: 400.
/// 3. Nobody published in the meantime: 409.
/// 4. Documents, keys and certificates fit each other, this relay and what was published before: 400, naming the field;
///    429 after too many site keys.
/// 5. Everything is stored in one transaction; 409 if somebody new in the roster has no account and no open answer.
/// 6. What others keep of the terms is old; everybody is told, whoever is out loses the connection; the alarm for its dates: 204.
///
/// The body was read before the session was looked at; nothing is awaited from there to the end of the transaction.
pub(super) async fn publish(here: &Here<'_>, member: &Member, bytes: &[u8]) -> Result<Reply, Fault> {
    // 1
    member.must_sign_afresh(here)?;
    // 2
    let publish: Publish = body::json(bytes)?;
    body::version(publish.v)?;
    publish.recovery.as_ref().map_or(Ok(()), |check| check_recovery(check, "recovery"))?;
    // 3
    let before = Before { by: Some(member.id), ..before(&here.sql)? };
    if publish.base != before.serial {
        return Err(Code::Conflict.into());
    }
    // 4
    let Publish { publication, sealed, certificates, .. } = &publish;
    let offer = Offer { publication, sealed, certificates };
    let checked = check(here, &offer, &before)?;
    // 5
    atomically(here.state, |sql| {
        store(here, sql, &offer, &checked)?;
        people::follow(sql, &checked.roster, &before)?;
        publish.recovery.as_ref().map_or(Ok(()), |check| recovery(sql, check))
    })?;
    // 6
    terms::changed(here.id);
    live::tell(here, Told::Site);
    upkeep::wake(here).await?;
    Ok(Reply::empty())
}

/// What was published before; nothing before the set-up.
pub(super) fn before(sql: &Sql) -> Result<Before, Fault> {
    let Some(row) = sql.row("SELECT site, roster, serial FROM published", Vec::new())? else {
        return Ok(Before::default());
    };
    let last = last(sql)?.ok_or(Fault::Internal("stock"))?;
    let roster = site::roster_of(sql)?;
    let succession = site::manifest_of(&last)?.succession;
    let mut before = Before {
        site: Some(Thumbprint(row.array(0)?)),
        next: succession.next,
        serial: row.int(2)?,
        roster: row.text(1)?.to_owned(),
        roster_serial: roster.serial,
        inbox_keys: inbox_keys(sql)?,
        unused: unused(sql)?,
        former: succession.former,
        ..Before::default()
    };
    before.members.extend(roster.members.iter().map(|member| (member.id, member.kind)));
    for row in sql.rows("SELECT member, what FROM sealed", Vec::new())? {
        before.sealed.insert((Thumbprint(row.array(0)?), row.text(1)?.to_owned()));
    }
    Ok(before)
}

/// The manifest of highest serial.
fn last(sql: &Sql) -> Result<Option<String>, Fault> {
    let row = sql.row("SELECT manifest FROM stock ORDER BY serial DESC LIMIT 1", Vec::new())?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// [`publication::check`] against this relay.
pub(super) fn check(here: &Here<'_>, offer: &Offer<'_>, before: &Before) -> Result<Checked, Fault> {
    let row = here.sql.row("SELECT log_key FROM site", Vec::new())?.ok_or(Fault::Internal("site"))?;
    let relay = publication::Here {
        origin: &here.config.origin,
        profile: here.config.profile,
        host_name: &here.config.host_name,
        country: &here.config.country,
        log_key: PublicKey::from_bytes(row.array(0)?),
        now: now(),
    };
    publication::check(offer, before, |digest| site::document(&here.sql, digest), &relay)
}

/// Stores a publication in place of the one before. To be called inside a transaction.
pub(super) fn store(here: &Here<'_>, sql: &Sql, offer: &Offer<'_>, checked: &Checked) -> Result<(), Fault> {
    let publication = offer.publication;
    for document in &publication.notices {
        let digest = notice::digest(document.as_bytes());
        let insert = "INSERT OR IGNORE INTO notices (digest, document) VALUES (?, ?)";
        sql.run(insert, vec![blob(&digest.0), document.as_str().into()])?;
    }
    if let Some(last) = last(sql)?.filter(|_| checked.succeeds) {
        sql.run("INSERT INTO former (manifest) VALUES (?)", vec![last.into()])?;
    }
    replaced(sql, checked)?;
    forget_unused(sql, checked)?;
    stock(sql, &publication.manifests, checked)?;
    keys(here, sql, offer.sealed)?;
    sql.run("DELETE FROM certificates", Vec::new())?;
    for certificate in &checked.certificates {
        let values = vec![
            blob(&certificate.member.0),
            int(certificate.nbf.0),
            int(certificate.exp.0),
            certificate.compact.as_str().into(),
        ];
        sql.run("INSERT OR REPLACE INTO certificates VALUES (?, ?, ?, ?)", values)?;
    }
    let serial = checked.stock.iter().map(|manifest| manifest.serial).max().unwrap_or_default();
    sql.run(
        "INSERT OR REPLACE INTO published VALUES (1, ?, ?, ?, ?)",
        vec![
            blob(&checked.site().0),
            publication.roster.as_str().into(),
            json(&publication.facts)?,
            int(serial),
        ],
    )
}

/// From when on each notice is in no manifest any more. The upkeep deletes those that no proof needs either.
fn replaced(sql: &Sql, checked: &Checked) -> Result<(), Fault> {
    let update = "UPDATE notices SET replaced = ? WHERE replaced IS NULL";
    sql.run(update, vec![int(now().0)])?;
    for notice in &checked.notices {
        let update = "UPDATE notices SET replaced = NULL WHERE digest = ?";
        sql.run(update, vec![blob(&notice.digest.0)])?;
    }
    Ok(())
}

/// Keys of the former stock that are unused and in no month of the new one: nobody will ever need them.
fn forget_unused(sql: &Sql, checked: &Checked) -> Result<(), Fault> {
    for inbox_key in unused(sql)? {
        if !checked.stock.iter().any(|manifest| manifest.inbox_key.id == inbox_key) {
            sql.run("DELETE FROM inbox_keys WHERE id = ?", vec![blob(&inbox_key.0)])?;
            sql.run("DELETE FROM sealed WHERE what = ?", vec![format!("inbox:{inbox_key}").into()])?;
        }
    }
    Ok(())
}

/// Keys of months that began for nobody, however far ahead a visitor's clock is: nobody ever sealed to them.
fn unused(sql: &Sql) -> Result<BTreeSet<Digest>, Fault> {
    let query = "SELECT terms FROM stock WHERE nbf > ?";
    let rows = sql.rows(query, vec![int(now().plus(CLOCK_SKEW_SECONDS).0)])?;
    let mut unused = BTreeSet::new();
    for row in &rows {
        unused.insert(row.json::<Terms>(0)?.inbox_key);
    }
    Ok(unused)
}

fn stock(sql: &Sql, manifests: &[String], checked: &Checked) -> Result<(), Fault> {
    let proof = sql.row("SELECT proof FROM site", Vec::new())?.ok_or(Fault::Internal("site"))?;
    let proof = proof.text(0)?;
    sql.run("DELETE FROM stock", Vec::new())?;
    for (compact, manifest) in manifests.iter().zip(&checked.stock) {
        sql.run(
            "INSERT INTO stock VALUES (?, ?, ?, ?, ?)",
            vec![
                int(manifest.serial),
                int(manifest.nbf.0),
                int(manifest.exp.0),
                compact.as_str().into(),
                json(&checked.terms(manifest, proof.to_owned()))?,
            ],
        )?;
        sql.run(
            "INSERT INTO inbox_keys VALUES (?, ?)
             ON CONFLICT DO UPDATE SET destroyed = MAX(destroyed, excluded.destroyed)",
            vec![blob(&manifest.inbox_key.id.0), int(manifest.inbox_key.destroyed.0)],
        )?;
    }
    Ok(())
}

/// To be called after [`stock`], which says which inbox keys there are from now on.
fn keys(here: &Here<'_>, sql: &Sql, sealed: &[SealedKey]) -> Result<(), Fault> {
    let known = inbox_keys(sql)?;
    for key in sealed.iter().filter(|key| is_kept(&key.what, |id| known.contains_key(id))) {
        let sealed = closed(here, What::SealedKey, key)?;
        let values = vec![blob(&key.member.0), key_name(&key.what).into(), sealed];
        sql.run("INSERT OR REPLACE INTO sealed VALUES (?, ?, ?)", values)?;
    }
    Ok(())
}

/// Inbox keys that are not destroyed, and when they are.
fn inbox_keys(sql: &Sql) -> Result<BTreeMap<Digest, Timestamp>, Fault> {
    let mut keys = BTreeMap::new();
    for row in sql.rows("SELECT id, destroyed FROM inbox_keys", Vec::new())? {
        keys.insert(Digest(row.array(0)?), Timestamp(row.int(1)?));
    }
    Ok(keys)
}

/// How the recovery code is asked for from now on; whoever made it has just confirmed it.
pub(super) fn recovery(sql: &Sql, check: &RecoveryCheck) -> Result<(), Fault> {
    let update = "UPDATE site SET recovery_check = ?, recovery_checked = ?";
    sql.run(update, vec![json(check)?, int(now().0)])
}
