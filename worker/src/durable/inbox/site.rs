//! What the site published: for visitors, for whoever checks a message, and for those who administer it.

use super::{Here, Incoming, Reply, invitations, mail, session::Member, webhooks};
use crate::{
    durable::{
        argument, now,
        sql::{Row, Sql, blob, int},
    },
    fault::Fault,
    headers,
    publication::Place,
    terms::{Answer, Terms},
};
use einwurf_protocol::{
    api::{
        admin::{Account, RecoveryState, SiteState},
        header,
        staff::Health,
    },
    ids::{Digest, Thumbprint},
    json, jws,
    manifest::Manifest,
    problem::Code,
    roster::{Capability, Roster},
    settings::LegalFacts,
    time::Timestamp,
};

/// Columns of what is published: 404 before the set-up.
pub(super) fn published(sql: &Sql, columns: &str) -> Result<Row, Fault> {
    if !sql.has("published")? {
        return Err(Code::NotFound.into());
    }
    sql.row(&format!("SELECT {columns} FROM published"), Vec::new())?.ok_or(Code::NotFound.into())
}

/// Columns of the manifest in force: the highest serial among those that have begun. A first one whose signer's clock is
/// ahead of ours counts as begun; at its publication it verified for today.
pub(super) fn served(sql: &Sql, columns: &str) -> Result<Row, Fault> {
    published(sql, "id")?;
    let query = format!(
        "SELECT {columns} FROM stock WHERE nbf <= MAX(?, (SELECT MIN(nbf) FROM stock)) ORDER BY serial DESC LIMIT 1"
    );
    sql.row(&query, vec![int(now().0)])?.ok_or(Code::NotFound.into())
}

/// The roster in force. It was verified when it was published.
pub(super) fn roster_of(sql: &Sql) -> Result<Roster, Fault> {
    let row = published(sql, "roster")?;
    let stored = || Fault::Internal("stored roster");
    let roster = jws::read(row.text(0)?, jws::ROSTER).map_err(|_| stored())?;
    json::typed(&roster.payload).map_err(|_| stored())
}

/// What a stored manifest says. It was verified when it was published.
pub(super) fn manifest_of(compact: &str) -> Result<Manifest, Fault> {
    let stored = || Fault::Internal("stored manifest");
    let manifest = jws::read(compact, jws::MANIFEST).map_err(|_| stored())?;
    json::from_slice(&manifest.payload).map_err(|_| stored())
}

/// What the site tells its visitors of place and recipients is what this relay is deployed with (LOC-03). Otherwise
/// nobody is shown a notice that is not true: 503, and the log names the binding. Staff can log in and publish again. What
/// this relay is deployed with does not change while the object is in memory, and every publication has a serial of its
/// own: each is looked at once.
fn as_deployed(here: &Here<'_>) -> Result<(), Fault> {
    let serial = published(&here.sql, "serial")?.int(0)?;
    if here.memory.deployed.get() == Some(serial) {
        return Ok(());
    }
    let facts: LegalFacts = published(&here.sql, "facts")?.json(0)?;
    let config = &here.config;
    let place = Place { profile: config.profile, host_name: &config.host_name, country: &config.country };
    if let Some(other) = place.differs(&facts) {
        return Err(Fault::Configuration(format!("{} is not what a site's notices say", other.binding)));
    }
    here.memory.deployed.set(Some(serial));
    Ok(())
}

/// For whoever checks a message. 503 while the notices do not fit the deployment. The terms are passed on as they are
/// stored: they are asked for with every message.
pub(super) fn terms(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    as_deployed(here)?;
    let row = served(&here.sql, "terms")?;
    let known = match request.header(argument::CONVERSATION) {
        Some(id) => here.sql.row("SELECT 1 FROM conversations WHERE id = ?", vec![id.into()])?.is_some(),
        None => false,
    };
    let demand = super::abuse::demand(here, request, known)?;
    Ok(Reply::document(headers::JSON, &Answer::written(row.text(0)?, known, demand)))
}

/// `GET /v1/manifest`: 200, 404, 503
pub(super) fn manifest(here: &Here<'_>) -> Result<Reply, Fault> {
    as_deployed(here)?;
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
    let document = document(&here.sql, &digest)?.ok_or(Code::NotFound)?;
    Ok(Reply::document(headers::JSON, &document))
}

/// A notice document that is or was in force.
pub(super) fn document(sql: &Sql, digest: &Digest) -> Result<Option<String>, Fault> {
    let row = sql.row("SELECT document FROM notices WHERE digest = ?", vec![blob(&digest.0)])?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}

/// What a session and `GET /v1/inbox/site` carry.
pub(super) struct Documents {
    /// The manifest in force and those signed ahead.
    pub(super) stock: Vec<String>,
    /// The roster.
    pub(super) roster: String,
    /// Manifests by former site keys.
    pub(super) former: Vec<String>,
}

/// Reads them.
pub(super) fn documents(sql: &Sql) -> Result<Documents, Fault> {
    let from = served(sql, "serial")?.int(0)?;
    let texts = |query: &str, values| {
        let rows = sql.rows(query, values)?;
        rows.iter().map(|row| row.text(0).map(str::to_owned)).collect::<Result<Vec<_>, Fault>>()
    };
    Ok(Documents {
        stock: texts("SELECT manifest FROM stock WHERE serial >= ? ORDER BY serial", vec![int(from)])?,
        roster: published(sql, "roster")?.text(0)?.to_owned(),
        former: texts("SELECT manifest FROM former ORDER BY n", Vec::new())?,
    })
}

/// `GET /v1/inbox/health`: 200. Webhooks are told of to those who may see to them.
pub(super) fn health(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    let terms: Terms = served(&here.sql, "terms")?.json(0)?;
    let until = here.sql.row("SELECT MAX(exp) FROM stock", Vec::new())?.ok_or(Code::NotFound)?;
    let newest = here.sql.row("SELECT MAX(newest) FROM conversations", Vec::new())?;
    let newest = newest.filter(|row| !row.is_null(0)).map(|row| row.int(0)).transpose()?;
    Reply::json(
        200,
        &Health {
            mail: mail::health(here)?,
            stock_until: Timestamp(until.int(0)?),
            inbox_key: terms.inbox_key,
            newest: newest.map(Timestamp),
            webhooks: match member.must(here, Capability::Sign) {
                Ok(()) => webhooks::failing(&here.sql)?,
                Err(_) => None,
            },
        },
    )
}

/// `GET /v1/inbox/site`: 200, 403 without `sign`.
pub(super) fn state(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    let Documents { stock, roster, former } = documents(&here.sql)?;
    let query = "SELECT member, name, since, seen FROM accounts ORDER BY since, name";
    let accounts = here.sql.rows(query, Vec::new())?.iter().map(account).collect::<Result<_, _>>()?;
    let recovery = here.sql.row("SELECT recovery_check, recovery_checked FROM site", Vec::new())?;
    let recovery = recovery.ok_or(Fault::Internal("site"))?;
    Reply::json(
        200,
        &SiteState {
            stock,
            roster,
            former,
            facts: published(&here.sql, "facts")?.json(0)?,
            accounts,
            invitations: invitations::open(&here.sql)?,
            recovery: RecoveryState { check: recovery.json(0)?, checked: Timestamp(recovery.int(1)?) },
        },
    )
}

fn account(row: &Row) -> Result<Account, Fault> {
    Ok(Account {
        member: Thumbprint(row.array(0)?),
        account: row.text(1)?.to_owned(),
        since: Timestamp(row.int(2)?),
        seen: if row.is_null(3) { None } else { Some(Timestamp(row.int(3)?)) },
    })
}

/// `POST /v1/inbox/recovery`: the code was asked for and was right. 204, 403 without `sign`.
pub(super) fn recovery_checked(here: &Here<'_>, member: &Member) -> Result<Reply, Fault> {
    member.must(here, Capability::Sign)?;
    here.sql.run("UPDATE site SET recovery_checked = ?", vec![int(now().0)])?;
    Ok(Reply::empty())
}
