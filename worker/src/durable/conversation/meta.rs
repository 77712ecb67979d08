//! The row that every other of a conversation object hangs on.

use super::super::sql::{Row, Sql, Value, blob, int, json};
use crate::{
    access::SecretHash,
    address::ObjectId,
    admit::{Admitted, Known},
    answers,
    fault::Fault,
    lifetime,
    terms::Terms,
};
use einwurf_protocol::{
    api::staff::Eraser,
    chain::{Chain, Head},
    es256::PublicKey,
    ids::{Cid, Digest, Secret, Thumbprint},
    precedence::{Facts, Hold, Standing},
    time::Timestamp,
};

/// What is known of the conversation as a whole.
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
    /// When the first event was stored.
    pub(super) opened: Timestamp,
    /// When the newest event was stored.
    pub(super) newest: Timestamp,
    /// The deletion date, hold and restriction aside.
    deleted: Timestamp,
    /// When the inbox key of the newest epoch is destroyed, holds aside.
    destroyed: Timestamp,
    /// Since when it is restricted.
    pub(super) restricted: Option<Timestamp>,
    /// What it is held for.
    pub(super) hold: Option<Hold>,
    /// When consent was withdrawn.
    pub(super) withdrawn: Option<Timestamp>,
    /// When staff erased it.
    pub(super) erased: Option<Timestamp>,
    /// Something was erased whose bytes are still in the raw storage: by when at the latest they leave it.
    pub(super) rewrite: Option<Timestamp>,
    /// Bytes of the visitor's that no member has fetched.
    pub(super) unread: u64,
    /// Events up to the newest by a member.
    pub(super) answered: u64,
}

const COLUMNS: &str =
    "inbox, proof, site, cid, key, epochs, inbox_key, notice, head, digest, token, opened, newest,
    deleted, destroyed, restricted, hold, withdrawn, erased, rewrite, unread, answered";

impl Meta {
    /// Of a conversation that is opened now.
    pub(super) fn first(
        admitted: &Admitted,
        inbox: ObjectId,
        token: SecretHash,
        terms: &Terms,
        now: Timestamp,
    ) -> Self {
        Self {
            inbox,
            // The inbox object wrote this id itself; zeros lead nowhere.
            proof: ObjectId::from_hex(&terms.proof).unwrap_or(ObjectId([0; 32])),
            known: known_after(admitted),
            token,
            opened: now,
            newest: now,
            deleted: admitted.deleted,
            destroyed: admitted.destroyed,
            restricted: None,
            hold: None,
            withdrawn: None,
            erased: None,
            rewrite: None,
            unread: size(admitted),
            answered: 0,
        }
    }

    /// After a visitor's message.
    pub(super) fn with(self, admitted: &Admitted, terms: &Terms, now: Timestamp) -> Self {
        let proof = ObjectId::from_hex(&terms.proof).unwrap_or(self.proof);
        let (deleted, destroyed) = (admitted.deleted, admitted.destroyed);
        let unread = self.unread.saturating_add(size(admitted));
        Self { known: known_after(admitted), proof, newest: now, deleted, destroyed, unread, ..self }
    }

    /// After a member's answer. `last` is when the message before it was stored.
    pub(super) fn answered(self, last: Timestamp, now: Timestamp) -> Self {
        let deleted = answers::deleted(self.deleted, last, self.destroyed, now);
        Self { newest: now, deleted, ..self }
    }

    /// Whether this token opened the conversation, and it is not over yet.
    pub(super) fn opened_by(&self, token: &Secret, now: Timestamp) -> bool {
        self.token.accepts(token) && now < self.end()
    }

    /// The first row of the table.
    pub(super) fn read(sql: &Sql) -> Result<Option<Self>, Fault> {
        if !sql.has("meta")? {
            return Ok(None);
        }
        let row = sql.row(&format!("SELECT {COLUMNS} FROM meta"), Vec::new())?;
        row.map(|row| Self::of(&row)).transpose()
    }

    fn of(row: &Row) -> Result<Self, Fault> {
        let head = Head { next: row.int(8)?, digest: Digest(row.array(9)?) };
        let epochs = u32::try_from(row.int(5)?).map_err(|_| Fault::Internal("epochs"))?;
        let withdrawn = time(row, 17)?;
        let (site, cid) = (Thumbprint(row.array(2)?), Cid(row.array(3)?));
        let known = Known {
            chain: Chain { site, cid, head, epochs, ended: withdrawn.is_some() },
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
            destroyed: Timestamp(row.int(14)?),
            restricted: time(row, 15)?,
            hold: if row.is_null(16) { None } else { Some(row.json(16)?) },
            withdrawn,
            erased: time(row, 18)?,
            rewrite: time(row, 19)?,
            unread: row.int(20)?,
            answered: row.int(21)?,
        })
    }

    /// Puts the row in place of the one before.
    pub(super) fn write(&self, sql: &Sql) -> Result<(), Fault> {
        let Known { chain, key, inbox_key, notice } = &self.known;
        let optional = |time: Option<Timestamp>| time.map_or(Value::Null, |time| int(time.0));
        let marks = ["?"; 22].join(", ");
        sql.run(
            &format!("INSERT OR REPLACE INTO meta (id, {COLUMNS}) VALUES (1, {marks})"),
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
                int(self.destroyed.0),
                optional(self.restricted),
                self.hold.as_ref().map_or(Ok(Value::Null), json)?,
                optional(self.withdrawn),
                optional(self.erased),
                optional(self.rewrite),
                int(self.unread),
                int(self.answered),
            ],
        )
    }

    /// Who ended it before its date, and when.
    pub(super) fn ended(&self) -> Option<(Eraser, Timestamp)> {
        let by = |eraser, at: Option<Timestamp>| at.map(|at| (eraser, at));
        by(Eraser::Visitor, self.withdrawn).or(by(Eraser::Staff, self.erased))
    }

    /// What decides over it.
    pub(super) fn facts(&self) -> Facts {
        let Self { hold, restricted, deleted, destroyed, .. } = *self;
        let withdrawn = self.ended().map(|(_, at)| at);
        Facts { withdrawn, hold, restricted, deleted, destroyed }
    }

    /// After its end was noticed: whatever the clock says from now on, it is over.
    pub(super) fn over(self) -> Self {
        let Facts { hold, restricted, deleted, destroyed, .. } = lifetime::OVER;
        Self { hold, restricted, deleted, destroyed, withdrawn: None, erased: None, ..self }
    }

    /// When nothing of it is left.
    pub(super) fn end(&self) -> Timestamp {
        lifetime::end(&self.facts())
    }

    /// Whether staff may read it: it is there, or it is kept for a claim although it was withdrawn.
    pub(super) fn is_readable(&self, now: Timestamp) -> bool {
        self.facts().decide(now).standing != Standing::Erase
    }
}

fn time(row: &Row, column: usize) -> Result<Option<Timestamp>, Fault> {
    if row.is_null(column) { Ok(None) } else { row.int(column).map(|time| Some(Timestamp(time))) }
}

/// What it takes of the room for what nobody has fetched.
pub(super) fn size(admitted: &Admitted) -> u64 {
    let text = u64::try_from(admitted.event.envelope.ciphertext.len()).unwrap_or(u64::MAX);
    text.saturating_add(admitted.attachments.bytes())
}

fn known_after(admitted: &Admitted) -> Known {
    let Admitted { chain, key, inbox_key, notice, .. } = admitted;
    Known { chain: chain.clone(), key: *key, inbox_key: *inbox_key, notice: *notice }
}
