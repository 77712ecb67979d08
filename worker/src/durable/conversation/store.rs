//! Tables of a conversation object.

use super::super::{
    now,
    sql::{Row, Sql, blob, int, json},
};
use crate::{
    access::SecretHash,
    address::ObjectId,
    admit::{Admitted, Known},
    fault::Fault,
    outbox::{ConsentNote, Parcel, Summary},
    terms::Terms,
};
use einwurf_protocol::{
    api::{staff, visitor},
    chain::{Chain, Head},
    es256::PublicKey,
    event::Envelope,
    ids::{Cid, Digest, MessageId, Secret, Signature, Thumbprint},
    problem::Code,
    time::Timestamp,
};
use worker::State;

const SCHEMA: [&str; 4] = [
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), inbox BLOB NOT NULL, proof BLOB NOT NULL,
       site BLOB NOT NULL, cid BLOB NOT NULL, key BLOB NOT NULL, token BLOB NOT NULL, epochs INTEGER NOT NULL,
       inbox_key BLOB NOT NULL, notice BLOB NOT NULL, head INTEGER NOT NULL, digest BLOB NOT NULL,
       opened INTEGER NOT NULL, newest INTEGER NOT NULL, deleted INTEGER NOT NULL)",
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, message BLOB NOT NULL UNIQUE, digest BLOB NOT NULL,
       header BLOB NOT NULL, nonce BLOB NOT NULL, ciphertext BLOB NOT NULL, signature BLOB NOT NULL,
       at INTEGER NOT NULL, deleted INTEGER NOT NULL)",
    "CREATE TABLE grants (n INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, grant_jws TEXT NOT NULL,
       at INTEGER NOT NULL)",
    "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, parcel TEXT NOT NULL,
       attempts INTEGER NOT NULL, due INTEGER NOT NULL)",
];

/// At most so many missing events travel with a conflict; the client comes again for more.
const MISSING: u64 = 20;

/// The row that every other hangs on.
#[derive(Debug, Clone)]
pub(super) struct Meta {
    /// The site's inbox object.
    pub(super) inbox: ObjectId,
    /// The site's proof object.
    pub(super) proof: ObjectId,
    /// What the next event is checked against.
    pub(super) known: Known,
    /// Hash of the visitor's token.
    pub(super) token: SecretHash,
    opened: Timestamp,
    newest: Timestamp,
    /// When everything here is deleted.
    pub(super) deleted: Timestamp,
}

impl Meta {
    /// Of a conversation that is opened now.
    pub(super) fn first(
        admitted: &Admitted,
        inbox: ObjectId,
        token: SecretHash,
        terms: &Terms,
        now: Timestamp,
    ) -> Self {
        // The inbox object wrote this id itself; zeros lead nowhere.
        let proof = ObjectId::from_hex(&terms.proof).unwrap_or(ObjectId([0; 32]));
        let known = known_after(admitted);
        Self { inbox, proof, known, token, opened: now, newest: now, deleted: admitted.deleted }
    }

    /// After a follow-up.
    pub(super) fn with(self, admitted: &Admitted, terms: &Terms, now: Timestamp) -> Self {
        let proof = ObjectId::from_hex(&terms.proof).unwrap_or(self.proof);
        Self { known: known_after(admitted), proof, newest: now, deleted: admitted.deleted, ..self }
    }

    fn read(row: &Row) -> Result<Self, Fault> {
        let head = Head { next: row.int(8)?, digest: Digest(row.array(9)?) };
        let epochs = u32::try_from(row.int(5)?).map_err(|_| Fault::Internal("epochs"))?;
        let chain = Chain { site: Thumbprint(row.array(2)?), cid: Cid(row.array(3)?), head, epochs };
        let known = Known {
            chain,
            key: PublicKey::from_bytes(row.array(4)?),
            inbox_key: Digest(row.array(6)?),
            notice: Digest(row.array(7)?),
        };
        Ok(Self {
            inbox: ObjectId(row.array(0)?),
            proof: ObjectId(row.array(1)?),
            known,
            token: SecretHash(row.array(10)?),
            opened: Timestamp(row.int(11)?),
            newest: Timestamp(row.int(12)?),
            deleted: Timestamp(row.int(13)?),
        })
    }

    fn write(&self, sql: &Sql) -> Result<(), Fault> {
        let Known { chain, key, inbox_key, notice } = &self.known;
        sql.run(
            "INSERT OR REPLACE INTO meta (id, inbox, proof, site, cid, key, epochs, inbox_key, notice, head, digest,
             token, opened, newest, deleted) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                blob(&self.inbox.0),
                blob(&self.proof.0),
                blob(&chain.site.0),
                blob(&chain.cid.0),
                blob(key.as_bytes()),
                int(u64::from(chain.epochs)),
                blob(&inbox_key.0),
                blob(&notice.0),
                int(chain.head.next),
                blob(&chain.head.digest.0),
                blob(&self.token.0),
                int(self.opened.0),
                int(self.newest.0),
                int(self.deleted.0),
            ],
        )
    }

    fn summary(&self, conversation: &str) -> Summary {
        Summary {
            conversation: conversation.to_owned(),
            cid: self.known.chain.cid,
            opened: self.opened,
            newest: self.newest,
            events: self.known.chain.head.next,
            deleted: self.deleted,
        }
    }
}

fn known_after(admitted: &Admitted) -> Known {
    let Admitted { chain, key, inbox_key, notice, .. } = admitted;
    Known { chain: chain.clone(), key: *key, inbox_key: *inbox_key, notice: *notice }
}

/// Writes an event, its grant and what is owed for both. To be called inside a transaction.
pub(super) fn keep(
    sql: &Sql,
    id: &str,
    meta: &Meta,
    admitted: &Admitted,
) -> Result<visitor::Accepted, Fault> {
    let Admitted { event, grant, deleted, .. } = admitted;
    let at = meta.newest;
    if event.header.seq == 0 {
        SCHEMA.iter().try_for_each(|statement| sql.run(statement, Vec::new()))?;
    }
    meta.write(sql)?;
    let Envelope { header, nonce, ciphertext, signature } = &event.envelope;
    sql.run(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        vec![
            int(event.header.seq),
            blob(&event.header.message.0),
            blob(&event.digest.0),
            blob(header),
            blob(nonce),
            blob(ciphertext),
            blob(&signature.0),
            int(at.0),
            int(deleted.0),
        ],
    )?;
    if let Some(grant) = grant {
        let insert = "INSERT OR IGNORE INTO grants (digest, grant_jws, at) VALUES (?, ?, ?)";
        sql.run(insert, vec![blob(&grant.digest.0), grant.compact.as_str().into(), int(at.0)])?;
        let Chain { site, cid, .. } = meta.known.chain;
        let note = ConsentNote { site, cid, digest: grant.digest, grant: grant.compact.clone(), at };
        owe(sql, &Parcel::Record(note))?;
    }
    owe(sql, &Parcel::Announce(meta.summary(id)))?;
    Ok(visitor::Accepted { seq: event.header.seq, digest: event.digest, at, deleted: *deleted })
}

/// Puts something into the outbox, due at once. A newer announcement says everything that an older one would.
pub(super) fn owe(sql: &Sql, parcel: &Parcel) -> Result<(), Fault> {
    let kind = parcel.kind();
    if matches!(parcel, Parcel::Announce(_)) {
        sql.run("DELETE FROM outbox WHERE kind = ?", vec![kind.into()])?;
    }
    let insert = "INSERT INTO outbox (kind, parcel, attempts, due) VALUES (?, ?, 0, 0)";
    sql.run(insert, vec![kind.into(), json(parcel)?])
}

/// Reading what was kept.
pub(super) struct Store(Sql);

impl Store {
    pub(super) fn of(state: &State) -> Self {
        Self(Sql::of(state))
    }

    /// The first row, if the conversation was ever opened and not erased.
    pub(super) fn meta(&self) -> Result<Option<Meta>, Fault> {
        if !self.0.has("meta")? {
            return Ok(None);
        }
        let query =
            "SELECT inbox, proof, site, cid, key, epochs, inbox_key, notice, head, digest, token, opened,
                     newest, deleted FROM meta";
        self.0.row(query, Vec::new())?.map(|row| Meta::read(&row)).transpose()
    }

    /// The first row, if this token opened the conversation. The same answer whether it exists or not.
    pub(super) fn opened_by(&self, token: &Secret) -> Result<Meta, Fault> {
        let alive = |meta: &Meta| meta.token.accepts(token) && now() < meta.deleted;
        self.meta()?.filter(alive).ok_or(Code::Unauthorized.into())
    }

    /// Digest and answer of an accepted message id.
    pub(super) fn accepted(&self, message: &MessageId) -> Result<Option<(Digest, visitor::Accepted)>, Fault> {
        let query = "SELECT seq, digest, at, deleted FROM events WHERE message = ?";
        let Some(row) = self.0.row(query, vec![blob(&message.0)])? else { return Ok(None) };
        let digest = Digest(row.array(1)?);
        let (seq, at, deleted) = (row.int(0)?, Timestamp(row.int(2)?), Timestamp(row.int(3)?));
        Ok(Some((digest, visitor::Accepted { seq, digest, at, deleted })))
    }

    /// The events after the one with this digest; from the first if it is unknown.
    pub(super) fn after(&self, prev: &Digest) -> Result<Vec<Envelope>, Fault> {
        let known = self.0.row("SELECT seq FROM events WHERE digest = ?", vec![blob(&prev.0)])?;
        let from = known.map(|row| row.int(0)).transpose()?.map_or(0, |seq| seq + 1);
        let stored = self.select("WHERE seq >= ? ORDER BY seq LIMIT ?", from, MISSING)?;
        Ok(stored.into_iter().map(|stored| stored.event).collect())
    }

    fn select(&self, clause: &str, from: u64, limit: u64) -> Result<Vec<visitor::StoredEvent>, Fault> {
        let query = format!("SELECT header, nonce, ciphertext, signature, at FROM events {clause}");
        self.0.rows(&query, vec![int(from), int(limit)])?.iter().map(stored_event).collect()
    }

    /// Events after a position, or all.
    pub(super) fn events(&self, after: Option<u64>, deleted: Timestamp) -> Result<visitor::Events, Fault> {
        let from = after.map_or(0, |seq| seq.saturating_add(1));
        let events = self.select("WHERE seq >= ? ORDER BY seq LIMIT ?", from, u64::MAX)?;
        Ok(visitor::Events { events, deleted })
    }

    /// Everything that staff need.
    pub(super) fn conversation(&self, deleted: Timestamp) -> Result<staff::Conversation, Fault> {
        let grants = self.0.rows("SELECT grant_jws, at FROM grants ORDER BY n", Vec::new())?;
        let grant =
            |row: &Row| Ok(staff::StoredGrant { grant: row.text(0)?.to_owned(), at: Timestamp(row.int(1)?) });
        let grants = grants.iter().map(grant).collect::<Result<_, Fault>>()?;
        let visitor::Events { events, deleted } = self.events(None, deleted)?;
        Ok(staff::Conversation { grants, events, deleted })
    }
}

fn stored_event(row: &Row) -> Result<visitor::StoredEvent, Fault> {
    let event = Envelope {
        header: row.blob(0)?.to_vec(),
        nonce: row.blob(1)?.to_vec(),
        ciphertext: row.blob(2)?.to_vec(),
        signature: Signature(row.array(3)?),
    };
    Ok(visitor::StoredEvent { event, at: Timestamp(row.int(4)?) })
}
