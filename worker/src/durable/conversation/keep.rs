//! Writing: what a message, a withdrawal, an act or a date changes, and what is owed for it. Everything here is to be
//! called inside a transaction.

use super::{
    super::sql::{Sql, blob, int, json},
    files::Files,
    meta::Meta,
    schema::{FILLERS, SCHEMA},
    store::{keys, last_message},
};
use crate::{
    acts::{AdmittedAct, Effect},
    admit::{Admitted, Withdrawal},
    answers::AdmittedAnswer,
    fault::Fault,
    lifetime::{REWRITE_SECONDS, copies_until, erased},
    outbox::{Erased, Note, Parcel, Summary},
};
use einwurf_protocol::{
    api::visitor::{Accepted, Remains},
    chain::Chain,
    event::{Envelope, Event},
    precedence::Hold,
    record::{Ended, What},
    time::Timestamp,
};

/// A conversation object that writes.
pub(super) struct Keeper<'a> {
    /// The tables, inside a transaction.
    pub(super) sql: &'a Sql,
    /// The object's id, in hexadecimal.
    pub(super) id: &'a str,
    /// Now.
    pub(super) now: Timestamp,
}

impl Keeper<'_> {
    /// A visitor's message with its grant. If an announcement is owed and due, it will tell of this one, too.
    pub(super) fn message(
        &self,
        meta: &Meta,
        admitted: &Admitted,
        announced: bool,
    ) -> Result<Accepted, Fault> {
        let Admitted { event, grant, attachments, .. } = admitted;
        if event.header.seq == 0 {
            // In one call, since it is what a first message waits for longest.
            self.sql.run(&[&SCHEMA.join("; "), FILLERS].join("; "), Vec::new())?;
        }
        meta.write(self.sql)?;
        let accepted = self.event(meta, event)?;
        self.content(event)?;
        Files(self.sql).declare(event, attachments, self.now)?;
        if let Some(grant) = grant {
            let insert = "INSERT OR IGNORE INTO grants (digest, grant_jws, at) VALUES (?, ?, ?)";
            let values = vec![blob(&grant.digest.0), grant.compact.as_str().into(), int(self.now.0)];
            self.sql.run(insert, values)?;
            self.record(meta, What::Grant(grant.digest), Some(grant.compact.clone()), None)?;
        }
        if !announced {
            self.announce(meta)?;
        }
        Ok(accepted)
    }

    /// The withdrawal of consent: in the same step everything readable is erased, unless a hold keeps it.
    pub(super) fn withdrawal(&self, meta: Meta, withdrawal: &Withdrawal) -> Result<Accepted, Fault> {
        let mut meta = meta;
        meta.known.chain = withdrawal.chain.clone();
        (meta.newest, meta.withdrawn) = (self.now, Some(self.now));
        let accepted = self.event(&meta, &withdrawal.event)?;
        self.blank("events.seq = ?", vec![int(withdrawal.event.header.seq)])?;
        let remains = Some(withdrawal.event.remains());
        self.record(&meta, What::Withdrawal(withdrawal.event.digest), None, remains)?;
        self.end(meta)?;
        Ok(accepted)
    }

    /// Staff erase the conversation, or what a hold keeps of one that has ended: its end is recorded already, and the hold
    /// is over now.
    pub(super) fn erasure(&self, meta: Meta) -> Result<(), Fault> {
        let mut meta = meta;
        if meta.ended().is_some() {
            meta.hold = meta.hold.map(|hold| Hold { until: hold.until.min(self.now), ..hold });
        } else {
            meta.erased = Some(self.now);
            self.record(&meta, What::Ended(Ended::Invalidated), None, None)?;
        }
        self.end(meta)
    }

    /// An act with its effect.
    pub(super) fn act(&self, meta: Meta, admitted: &AdmittedAct) -> Result<Accepted, Fault> {
        let AdmittedAct { event, chain, effect } = admitted;
        let mut meta = meta;
        meta.known.chain = chain.clone();
        (meta.newest, meta.answered) = (self.now, chain.head.next);
        match effect {
            Effect::Tell => (),
            Effect::Erase(parts) => {
                for part in parts {
                    self.blank("events.seq = ?", vec![int(*part)])?;
                }
                meta.rewrite = Some(self.now);
            }
            Effect::Hold(hold) => meta.hold = Some(*hold),
            Effect::Release => meta.hold = None,
            Effect::Restrict(since) => meta.restricted = Some(*since),
            Effect::Lift => meta.restricted = None,
        }
        meta.write(self.sql)?;
        let accepted = self.event(&meta, event)?;
        self.content(event)?;
        self.announce(&meta)?;
        Ok(accepted)
    }

    /// A member's answer.
    pub(super) fn answer(&self, meta: Meta, admitted: &AdmittedAnswer) -> Result<Accepted, Fault> {
        let AdmittedAnswer { event, chain, attachments } = admitted;
        let last = last_message(self.sql)?.unwrap_or(meta.newest);
        let mut meta = meta.answered(last, self.now);
        meta.known.chain = chain.clone();
        meta.answered = chain.head.next;
        meta.write(self.sql)?;
        let accepted = self.event(&meta, event)?;
        self.content(event)?;
        Files(self.sql).declare(event, attachments, self.now)?;
        self.announce(&meta)?;
        Ok(accepted)
    }

    /// The conversation has ended before its date, or the hold that kept it after its end is over.
    pub(super) fn end(&self, meta: Meta) -> Result<(), Fault> {
        let Some((by, at)) = meta.ended() else { return Err(Fault::Internal("not ended")) };
        let hold = meta.hold.filter(|_| meta.is_readable(self.now));
        let mut meta = meta;
        if hold.is_none() {
            self.blank("TRUE", Vec::new())?;
            self.sql.run("DELETE FROM grants", Vec::new())?;
            meta.rewrite = Some(self.now.plus(REWRITE_SECONDS));
        }
        meta.write(self.sql)?;
        self.owe(&Parcel::Erased(Erased {
            conversation: self.id.to_owned(),
            cid: meta.known.chain.cid,
            opened: meta.opened,
            by,
            at,
            deleted: meta.end(),
            copies_until: copies_until(erased(&meta.facts()).unwrap_or(at)),
            hold,
            keys: if hold.is_some() { keys(self.sql, meta.known.chain.epochs)? } else { Vec::new() },
        }))
    }

    /// The deletion date came: nothing is left but what is owed, and it stays so if the clock is set back. An end before it
    /// was recorded already.
    pub(super) fn expire(&self, meta: Meta) -> Result<(), Fault> {
        Files(self.sql).erase("SELECT seq FROM events", Vec::new())?;
        for table in ["events", "contents", "erased", "grants"] {
            self.sql.run(&format!("DELETE FROM {table}"), Vec::new())?;
        }
        if meta.ended().is_none() {
            self.record(&meta, What::Ended(Ended::Expired), None, None)?;
        }
        let mut meta = meta.over();
        meta.rewrite = Some(self.now.plus(REWRITE_SECONDS));
        meta.write(self.sql)?;
        self.owe(&Parcel::Forget { conversation: self.id.to_owned() })
    }

    fn event(&self, meta: &Meta, event: &Event) -> Result<Accepted, Fault> {
        let deleted = meta.end();
        let Envelope { header, signature, .. } = &event.envelope;
        self.sql.run(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                int(event.header.seq),
                blob(&event.header.message.0),
                blob(&event.digest.0),
                blob(&event.content.0),
                blob(header),
                blob(&signature.0),
                int(self.now.0),
                int(deleted.0),
            ],
        )?;
        Ok(Accepted { seq: event.header.seq, digest: event.digest, at: self.now, deleted })
    }

    fn content(&self, event: &Event) -> Result<(), Fault> {
        let Envelope { nonce, ciphertext, .. } = &event.envelope;
        let insert = "INSERT INTO contents VALUES (?, ?, ?)";
        self.sql.run(insert, vec![int(event.header.seq), blob(nonce), blob(ciphertext)])
    }

    /// Overwrites contents in place, with as many zeros, and says of the events that they are erased. The zeros stay: a
    /// deleted row would only be marked as free space, with its bytes in it.
    fn blank(&self, which: &str, values: Vec<super::super::sql::Value>) -> Result<(), Fault> {
        let chosen = format!(
            "SELECT events.seq FROM events LEFT JOIN erased USING (seq) WHERE erased.seq IS NULL AND {which}"
        );
        self.sql.run(
            &format!(
                "UPDATE contents SET nonce = zeroblob(length(nonce)), ciphertext = zeroblob(length(ciphertext))
                 WHERE seq IN ({chosen})"
            ),
            values.clone(),
        )?;
        Files(self.sql).erase(&chosen, values.clone())?;
        let insert = format!("INSERT INTO erased SELECT seq, {} FROM ({chosen})", self.now.0);
        self.sql.run(&insert, values)
    }

    fn record(
        &self,
        meta: &Meta,
        what: What,
        grant: Option<String>,
        withdrawal: Option<Remains>,
    ) -> Result<(), Fault> {
        let Chain { site, cid, .. } = meta.known.chain;
        self.owe(&Parcel::Record(Note { site, cid, what, grant, withdrawal, at: self.now }))
    }

    fn announce(&self, meta: &Meta) -> Result<(), Fault> {
        self.owe(&Parcel::Announce(summary(self.sql, self.id, meta)?))
    }

    /// Puts something into the outbox, due at once, in place of what it makes needless: an announcement where the one before
    /// lies, since there is one for every message.
    fn owe(&self, parcel: &Parcel) -> Result<(), Fault> {
        let kind = parcel.kind();
        if parcel.replaces() == [kind] {
            let update = "UPDATE outbox SET parcel = ?, attempts = 0, due = 0 WHERE kind = ? RETURNING id";
            if self.sql.row(update, vec![json(parcel)?, kind.into()])?.is_some() {
                return Ok(());
            }
        }
        for needless in parcel.replaces() {
            self.sql.run("DELETE FROM outbox WHERE kind = ?", vec![(*needless).into()])?;
        }
        let insert = "INSERT INTO outbox (kind, parcel, attempts, due) VALUES (?, ?, 0, 0)";
        self.sql.run(insert, vec![kind.into(), json(parcel)?])
    }
}

/// What an announcement says of the conversation with this object's id.
pub(super) fn summary(sql: &Sql, id: &str, meta: &Meta) -> Result<Summary, Fault> {
    Ok(Summary {
        conversation: id.to_owned(),
        cid: meta.known.chain.cid,
        opened: meta.opened,
        newest: meta.newest,
        events: meta.known.chain.head.next,
        deleted: meta.end(),
        restricted: meta.restricted,
        hold: meta.hold,
        keys: keys(sql, meta.known.chain.epochs)?,
        unread: meta.unread,
    })
}
