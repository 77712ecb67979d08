//! The conversation object: what `durable::conversation::{keep, outbox}` write, with the real rules.

use crate::{
    lifetime::{OVER, REWRITE_SECONDS, copies_until, end, erased},
    outbox::{Erased, Note, Parcel, Summary, backoff_ms, latest},
};
use einwurf_protocol::{
    api::{staff::Eraser, visitor::Remains},
    event::digest_over,
    ids::{Cid, Digest, Signature, Thumbprint},
    precedence::{Facts, Standing},
    record::{Ended, What},
    time::Timestamp,
};

const SOON_MS: u64 = 50;

/// A parcel in the outbox.
#[derive(Debug, Clone)]
pub(super) struct Owed {
    pub(super) id: u64,
    pub(super) parcel: Parcel,
    pub(super) attempts: u32,
    pub(super) due: u64,
}

/// The conversation object.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) facts: Facts,
    pub(super) by: Option<Eraser>,
    pub(super) events: u64,
    pub(super) readable: bool,
    pub(super) rewrite: Option<Timestamp>,
    pub(super) outbox: Vec<Owed>,
    pub(super) written: u64,
    pub(super) alarm: Option<u64>,
}

pub(super) fn seconds(ms: u64) -> Timestamp {
    Timestamp(ms / 1_000)
}

pub(super) fn remains() -> (Remains, Digest) {
    let remains = Remains { header: vec![1], content: Digest([3; 32]), signature: Signature([4; 64]) };
    let digest = digest_over(&remains.header, &remains.content);
    (remains, digest)
}

impl Object {
    /// As `keep::owe`.
    pub(super) fn owe(&mut self, parcel: Parcel) {
        if parcel.replaces() == [parcel.kind()]
            && let Some(owed) = self.outbox.iter_mut().find(|owed| owed.parcel.kind() == parcel.kind())
        {
            (owed.parcel, owed.attempts, owed.due) = (parcel, 0, 0);
            return;
        }
        self.outbox.retain(|owed| !parcel.replaces().contains(&owed.parcel.kind()));
        self.outbox.push(Owed { id: self.written, parcel, attempts: 0, due: 0 });
        self.written += 1;
    }

    /// As `outbox::settle`: what was replaced meanwhile is still owed.
    pub(super) fn settle(&mut self, sent: &Owed, tried: bool, taken: bool, now: u64) {
        let same = |it: &Owed| it.id == sent.id && it.parcel == sent.parcel;
        if taken {
            self.outbox.retain(|it| !same(it));
            return;
        }
        let older = self.outbox.iter().filter(|it| it.parcel.kind() == sent.parcel.kind() && it.id < sent.id);
        let older = older.map(|it| it.due).max();
        let Some(owed) = self.outbox.iter_mut().find(|it| same(it)) else { return };
        if tried {
            owed.attempts += 1;
            owed.due = now + backoff_ms(owed.attempts);
        } else if owed.due <= now || owed.due > latest(now) {
            owed.due = older.unwrap_or(owed.due);
        }
    }

    pub(super) fn record(&mut self, now: Timestamp, what: What) {
        let grant = matches!(what, What::Grant(_)).then(|| "a.b.c".to_owned());
        let withdrawal = matches!(what, What::Withdrawal(_)).then(|| remains().0);
        let (site, cid) = (Thumbprint([1; 32]), Cid([2; 32]));
        self.owe(Parcel::Record(Note { site, cid, what, grant, withdrawal, at: now }));
    }

    pub(super) fn announce(&mut self, now: Timestamp) {
        self.owe(Parcel::Announce(Summary {
            conversation: "a5".into(),
            cid: Cid([2; 32]),
            opened: now,
            newest: now,
            events: self.events,
            deleted: end(&self.facts),
            restricted: self.facts.restricted,
            hold: self.facts.hold,
            keys: Vec::new(),
            unread: 0,
        }));
    }

    /// As `keep::end`.
    pub(super) fn end(&mut self, now: Timestamp) {
        let hold = self.facts.hold.filter(|_| self.facts.decide(now).standing != Standing::Erase);
        if hold.is_none() {
            self.readable = false;
            self.rewrite = Some(now.plus(REWRITE_SECONDS));
        }
        let at = self.facts.withdrawn.unwrap_or(now);
        self.owe(Parcel::Erased(Erased {
            conversation: "a5".into(),
            cid: Cid([2; 32]),
            opened: now,
            by: self.by.unwrap_or(Eraser::Staff),
            at,
            deleted: end(&self.facts),
            copies_until: copies_until(erased(&self.facts).unwrap_or(at)),
            hold,
            keys: Vec::new(),
        }));
    }

    pub(super) fn withdraw(&mut self, now: Timestamp) {
        self.facts.withdrawn = Some(now);
        self.by = Some(Eraser::Visitor);
        self.record(now, What::Withdrawal(remains().1));
        self.end(now);
    }

    /// As `outbox::dates`.
    pub(super) fn dates(&mut self, now: Timestamp) {
        if now >= end(&self.facts) {
            if self.events > 0 {
                (self.readable, self.events) = (false, 0);
                if self.facts.withdrawn.is_none() {
                    self.record(now, What::Ended(Ended::Expired));
                }
                (self.facts, self.rewrite) = (OVER, Some(now.plus(REWRITE_SECONDS)));
                self.owe(Parcel::Forget { conversation: "a5".into() });
            }
        } else if self.facts.decide(now).standing == Standing::Erase && self.readable {
            self.end(now);
        }
    }

    /// As `outbox::owed_at`.
    pub(super) fn owed_at(&self, now: u64) -> Option<u64> {
        self.outbox.iter().map(|owed| if owed.due > latest(now) { 0 } else { owed.due }).min()
    }

    /// As `Wake::soon`.
    pub(super) fn wake(&mut self, now: u64) {
        let soon = now + SOON_MS;
        self.alarm = Some(self.alarm.map_or(soon, |alarm| alarm.min(soon)));
    }
}
