//! Reading what a conversation object keeps.

use super::{
    super::{
        now,
        sql::{Row, Sql, blob, int},
    },
    meta::Meta,
};
use crate::{acts::Present, fault::Fault};
use einwurf_protocol::{
    api::{
        staff,
        visitor::{Accepted, Events, Kept, Remains, StoredEvent},
    },
    event::{Envelope, Header},
    ids::{Digest, MessageId, Secret, Signature},
    problem::Code,
    time::Timestamp,
};
use std::collections::BTreeSet;
use worker::State;

/// At most so many missing events travel with a conflict; the client comes again for more.
const MISSING: u64 = 20;

/// Byte of a header that tells the kind (`docs/protocol.md` section 9.1), as SQL counts, from 1.
const KIND: &str = "substr(events.header, 95, 1)";

/// The tables.
pub(super) struct Store(Sql);

impl Store {
    pub(super) fn of(state: &State) -> Self {
        Self(Sql::of(state))
    }

    /// Of an object that is known to have been opened and not removed since, or is not.
    pub(super) fn made(state: &State, made: bool) -> Self {
        Self(Sql::of(state).made(made))
    }

    /// The first row, if the conversation was ever opened and is not forgotten.
    pub(super) fn meta(&self) -> Result<Option<Meta>, Fault> {
        Meta::read(&self.0)
    }

    /// The first row, if this token opened the conversation. The same answer whether it exists or not.
    pub(super) fn opened_by(&self, token: &Secret) -> Result<Meta, Fault> {
        self.meta()?.filter(|meta| meta.opened_by(token, now())).ok_or(Code::Unauthorized.into())
    }

    /// A member has everything that is there.
    pub(super) fn fetched(&self) -> Result<(), Fault> {
        self.0.run("UPDATE meta SET unread = 0", Vec::new())
    }

    /// When the event at this position was stored.
    pub(super) fn at(&self, seq: u64) -> Result<Option<Timestamp>, Fault> {
        let row = self.0.row("SELECT at FROM events WHERE seq = ?", vec![int(seq)])?;
        row.map(|row| row.int(0).map(Timestamp)).transpose()
    }

    /// Digest and answer of an accepted message id.
    pub(super) fn accepted(&self, message: &MessageId) -> Result<Option<(Digest, Accepted)>, Fault> {
        let query = "SELECT seq, digest, at, deleted FROM events WHERE message = ?";
        let Some(row) = self.0.row(query, vec![blob(&message.0)])? else { return Ok(None) };
        let digest = Digest(row.array(1)?);
        let (seq, at, deleted) = (row.int(0)?, Timestamp(row.int(2)?), Timestamp(row.int(3)?));
        Ok(Some((digest, Accepted { seq, digest, at, deleted })))
    }

    /// The events after the one with this digest; from the first if it is unknown. They end before one that is erased:
    /// whoever needs it reads the conversation.
    pub(super) fn after(&self, prev: &Digest) -> Result<Vec<Envelope>, Fault> {
        let known = self.0.row("SELECT seq FROM events WHERE digest = ?", vec![blob(&prev.0)])?;
        let from = known.map(|row| row.int(0)).transpose()?.map_or(0, |seq| seq + 1);
        let stored = self.select(from, MISSING)?.into_iter();
        let whole = |stored: StoredEvent| match stored.kept {
            Kept::Whole(event) => Some(event),
            Kept::Erased(_) => None,
        };
        Ok(stored.map_while(whole).collect())
    }

    fn select(&self, from: u64, limit: u64) -> Result<Vec<StoredEvent>, Fault> {
        let query = "SELECT header, content, signature, events.at, nonce, ciphertext, erased.at IS NOT NULL FROM events
                     LEFT JOIN contents USING (seq) LEFT JOIN erased USING (seq)
                     WHERE events.seq >= ? ORDER BY events.seq LIMIT ?";
        self.0.rows(query, vec![int(from), int(limit)])?.iter().map(stored).collect()
    }

    /// Grants in order.
    fn grants(&self) -> Result<Vec<staff::StoredGrant>, Fault> {
        let rows = self.0.rows("SELECT grant_jws, at FROM grants ORDER BY n", Vec::new())?;
        let grant =
            |row: &Row| Ok(staff::StoredGrant { grant: row.text(0)?.to_owned(), at: Timestamp(row.int(1)?) });
        rows.iter().map(grant).collect()
    }

    /// Everything after a position, or all, for the visitor.
    pub(super) fn events(&self, meta: &Meta, after: Option<u64>) -> Result<Events, Fault> {
        Ok(Events {
            grants: self.grants()?,
            events: self.select(after.map_or(0, |seq| seq.saturating_add(1)), u64::MAX)?,
            deleted: meta.end(),
            restricted: meta.restricted,
            hold: meta.hold.filter(|hold| now() < hold.until),
        })
    }

    /// Events from a position on, at most so many, for members and whoever tells of them.
    pub(super) fn page(&self, meta: &Meta, from: u64, limit: u64) -> Result<staff::Conversation, Fault> {
        Ok(staff::Conversation {
            grants: self.grants()?,
            events: self.select(from, limit)?,
            deleted: meta.end(),
            restricted: meta.restricted,
            hold: meta.hold.filter(|hold| now() < hold.until),
        })
    }

    /// What would be left of the events if they were erased.
    pub(super) fn remains(&self) -> Result<Vec<StoredEvent>, Fault> {
        let query = "SELECT header, content, signature, at FROM events ORDER BY seq";
        let remains =
            |row: &Row| Ok(StoredEvent { kept: Kept::Erased(remains(row)?), at: Timestamp(row.int(3)?) });
        self.0.rows(query, Vec::new())?.iter().map(remains).collect()
    }

    /// What an act is checked against.
    pub(super) fn present(&self, meta: &Meta) -> Result<Present, Fault> {
        let query = format!(
            "SELECT events.seq FROM events LEFT JOIN erased USING (seq)
             WHERE {KIND} = x'00' AND erased.seq IS NULL"
        );
        let rows = self.0.rows(&query, Vec::new())?;
        let mut messages = BTreeSet::new();
        for row in &rows {
            messages.insert(row.int(0)?);
        }
        Ok(Present { chain: meta.known.chain.clone(), facts: meta.facts(), messages })
    }
}

/// When the newest message of either side was stored.
pub(super) fn last_message(sql: &Sql) -> Result<Option<Timestamp>, Fault> {
    let row = sql.row(&format!("SELECT MAX(at) FROM events WHERE {KIND} = x'00'"), Vec::new())?;
    row.filter(|row| !row.is_null(0)).map(|row| row.int(0).map(Timestamp)).transpose()
}

/// The inbox keys of so many epochs, each once: the openings stay in the headers.
pub(super) fn keys(sql: &Sql, epochs: u32) -> Result<Vec<Digest>, Fault> {
    // A header with an opening is the longer one. Who looks for no more than there are does not read what follows; a limit
    // that is bound would have the statement prepared for every message.
    let query = format!("SELECT header FROM events WHERE length(header) > 176 ORDER BY seq LIMIT {epochs}");
    let rows = sql.rows(&query, Vec::new())?;
    let mut keys = Vec::new();
    for row in &rows {
        let header = Header::decode(row.blob(0)?).map_err(|_| Fault::Internal("stored header"))?;
        let key = header.opening.map(|opening| opening.inbox_key);
        keys.extend(key.filter(|key| !keys.contains(key)));
    }
    Ok(keys)
}

fn remains(row: &Row) -> Result<Remains, Fault> {
    Ok(Remains {
        header: row.blob(0)?.to_vec(),
        content: Digest(row.array(1)?),
        signature: Signature(row.array(2)?),
    })
}

fn stored(row: &Row) -> Result<StoredEvent, Fault> {
    let at = Timestamp(row.int(3)?);
    if row.int(6)? != 0 {
        return Ok(StoredEvent { kept: Kept::Erased(remains(row)?), at });
    }
    let event = Envelope {
        header: row.blob(0)?.to_vec(),
        nonce: row.blob(4)?.to_vec(),
        ciphertext: row.blob(5)?.to_vec(),
        signature: Signature(row.array(2)?),
    };
    Ok(StoredEvent { kept: Kept::Whole(event), at })
}
