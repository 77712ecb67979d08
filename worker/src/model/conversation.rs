//! A conversation from its first message to its end: what it owes the inbox and the proof object, and what is erased when.

use super::{
    Model, explore,
    object::{Object, Owed, seconds},
};
use crate::{
    lifetime::{end, next_alarm},
    outbox::{Note, Parcel, latest},
    proof::{self, Last},
};
use einwurf_protocol::{
    api::staff::Eraser,
    ids::Digest,
    message::Reason,
    precedence::{Facts, Hold, Standing},
    record::{Ended, What, grant_digest},
    time::{DAY, Timestamp},
};

const BEGIN: u64 = 20_000 * DAY * 1_000;

/// Whether a parcel arrives, and whether its sender hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Net {
    Well,
    Lost,
    AnswerLost,
    InboxAway,
    ProofAway,
}

/// How far an alarm gets before the process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Until {
    Dates,
    Delivered,
    Cleaned,
    End,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Post,
    Withdraw,
    Erase,
    Hold,
    Release,
    Restrict,
    Alarm(Net, Until),
    /// An alarm during whose first delivery the visitor withdraws.
    WithdrawDuring(Net),
    ToAlarm,
    Hours,
    Back,
}

/// The inbox object's row about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Entry {
    events: u64,
    erased: bool,
    held: bool,
}

#[derive(Debug, Clone)]
struct World {
    now: u64,
    object: Option<Object>,
    entry: Option<Entry>,
    forgotten: bool,
    copies: u32,
    last: Option<Last>,
    ends: u32,
}

impl World {
    fn first() -> Self {
        Self { now: BEGIN, object: None, entry: None, forgotten: false, copies: 0, last: None, ends: 0 }
    }

    fn at(&self) -> Timestamp {
        seconds(self.now)
    }

    /// What staff or the visitor do, and the alarm with it. Whoever asks in vain after the end has it carried out, as
    /// `outbox::over` does.
    fn write(&self, change: impl FnOnce(&mut Object, Timestamp) -> bool) -> Option<Self> {
        let (mut world, now) = (self.clone(), self.at());
        let object = world.object.as_mut()?;
        let noticed = |object: &mut Object| {
            let noticed = now >= end(&object.facts) && object.events > 0;
            object.dates(now);
            noticed
        };
        if !change(object, now) && !noticed(object) {
            return None;
        }
        object.wake(self.now);
        Some(world)
    }

    fn post(&self) -> Option<Self> {
        let now = self.at();
        if self.object.is_none() && self.entry.is_none() && self.last.is_none() && !self.forgotten {
            let facts = Facts {
                withdrawn: None,
                hold: None,
                restricted: None,
                deleted: now.plus(2 * DAY),
                destroyed: now.plus(5 * DAY),
            };
            let (by, rewrite, outbox) = (None, None, Vec::new());
            let mut object =
                Object { facts, by, events: 1, readable: true, rewrite, outbox, written: 0, alarm: None };
            object.record(now, What::Grant(grant_digest("a.b.c")));
            object.announce(now);
            object.wake(self.now);
            return Some(Self { object: Some(object), ..self.clone() });
        }
        self.write(|object, now| {
            let may = object.facts.decide(now).open && object.events < 2;
            if may {
                object.events += 1;
                object.announce(now);
            }
            may
        })
    }

    /// What the inbox or the proof object does with a parcel: `index::announce`, `tombstone`, `proof::next`.
    fn take(&mut self, parcel: &Parcel) -> bool {
        match parcel {
            Parcel::Announce(summary) => {
                let entry = self.entry.get_or_insert_default();
                if !entry.erased && entry.events <= summary.events {
                    *entry = Entry { events: summary.events, erased: false, held: summary.hold.is_some() };
                }
                assert!(!self.forgotten, "announced after its end");
            }
            Parcel::Erased(erased) => {
                assert!(!self.forgotten, "a tombstone after its end");
                let told = self.entry.as_ref().is_some_and(|entry| entry.erased && !entry.held);
                let held = erased.hold.is_some();
                assert!(!(told && held), "held after it was erased");
                self.entry = Some(Entry { events: 0, erased: true, held });
                self.copies += u32::from(!told && !held);
            }
            Parcel::Forget { .. } => (self.entry, self.forgotten) = (None, true),
            Parcel::Record(note) => match proof::next(note, self.last.as_ref()) {
                // What was recorded already is told from what is new by its digest, in `durable::proof`.
                Ok(_) if self.knows(note) => {}
                Ok(Some(record)) => {
                    let ended = !matches!(record.what, What::Grant(_));
                    self.ends += u32::from(ended);
                    let digest = Digest([u8::try_from(record.seq).unwrap(); 32]);
                    self.last = Some(Last { seq: record.seq, digest, at: record.at, ended });
                }
                Ok(None) => {}
                Err(_) => return false,
            },
        }
        true
    }

    fn knows(&self, note: &Note) -> bool {
        matches!(note.what, What::Grant(_)) && self.last.is_some()
    }

    /// As `outbox::send`: whether its answer came.
    fn sends(&mut self, net: Net, parcel: &Parcel) -> bool {
        let to_proof = matches!(parcel, Parcel::Record(_));
        let away =
            net == Net::Lost || (net == Net::InboxAway && !to_proof) || (net == Net::ProofAway && to_proof);
        !away && self.take(parcel) && net != Net::AnswerLost
    }

    /// As `outbox::deliver`.
    fn alarm(&self, net: Net, until: Until, withdraws: bool) -> Option<Self> {
        let (mut world, now) = (self.clone(), self.at());
        let mut object = world.object.take()?;
        object.alarm.filter(|alarm| *alarm <= self.now)?;
        // Killed, the runtime carries it out again.
        object.alarm = Some(self.now);
        object.dates(now);
        let is_due = |it: &Owed, now| it.due <= now || it.due > latest(now);
        let due = object.outbox.iter().any(|it| is_due(it, self.now));
        if until > Until::Dates && due {
            let (mut withdraws, mut behind, mut fates) = (withdraws, false, Vec::new());
            for owed in object.outbox.clone() {
                let ordered = owed.parcel.is_ordered();
                let tried = is_due(&owed, self.now) && !(ordered && behind);
                let taken = tried && world.sends(net, &owed.parcel);
                behind |= ordered && !taken;
                fates.push((owed, tried, taken));
                if tried && std::mem::take(&mut withdraws) && object.facts.decide(now).open {
                    object.withdraw(now);
                }
            }
            for (owed, tried, taken) in fates {
                object.settle(&owed, tried, taken, self.now);
            }
        }
        if until > Until::Delivered {
            if now >= end(&object.facts) && object.outbox.is_empty() {
                return Some(world);
            }
            let readable = object.facts.decide(now).standing != Standing::Erase;
            if object.rewrite.is_some_and(|by| readable || object.outbox.is_empty() || now >= by) {
                object.rewrite = None;
            }
        }
        if until == Until::End {
            object.alarm =
                Some(next_alarm(object.owed_at(self.now), object.rewrite, &object.facts, now).max(self.now));
        }
        assert!(
            object.facts.decide(now).standing != Standing::Erase || !object.readable,
            "content after erasure"
        );
        world.object = Some(object);
        Some(world)
    }

    /// Everything is repaired: alarm after alarm goes well, until nothing is left.
    fn repaired(&self, way: &[Action]) {
        let mut world = self.clone();
        for alarms in 0.. {
            assert!(alarms < 40, "alarm after alarm: {way:?}");
            let Some(object) = &world.object else { break };
            let Some(alarm) = object.alarm else { panic!("nothing wakes it: {way:?}") };
            if alarms > 0 && object.outbox.is_empty() && !world.forgotten {
                let erased = object.facts.withdrawn.is_some();
                let entry = world.entry.as_ref();
                assert_eq!(entry.map(|it| it.erased), Some(erased), "the inbox was not told: {way:?}");
                assert!(erased || entry.map(|it| it.events) == Some(object.events), "lost: {way:?}");
                assert_eq!(world.ends, u32::from(erased), "the proof was not told: {way:?}");
            }
            world.now = world.now.max(alarm);
            world = world.alarm(Net::Well, Until::End, false).unwrap_or_else(|| panic!("no alarm: {way:?}"));
        }
        assert!(world.forgotten && world.entry.is_none(), "something is left of it: {way:?}");
        assert_eq!(world.ends, 1, "consent ended once: {way:?}");
        let erased = self.object.as_ref().is_some_and(|object| object.facts.withdrawn.is_some());
        assert!(!erased || world.copies <= 1, "asked twice for copies: {way:?}");
    }
}

impl Model for World {
    type Action = Action;
    type Key = String;

    fn actions() -> Vec<Action> {
        let mut all = vec![
            Action::Post,
            Action::Withdraw,
            Action::Erase,
            Action::Hold,
            Action::Release,
            Action::Restrict,
            Action::ToAlarm,
            Action::Hours,
            Action::Back,
        ];
        all.extend(
            [Net::Well, Net::Lost, Net::AnswerLost, Net::InboxAway, Net::ProofAway]
                .map(|net| Action::Alarm(net, Until::End)),
        );
        all.extend(
            [Until::Dates, Until::Delivered, Until::Cleaned].map(|until| Action::Alarm(Net::Well, until)),
        );
        all.extend([Net::Well, Net::AnswerLost].map(Action::WithdrawDuring));
        all
    }

    fn after(&self, action: Action) -> Option<Self> {
        let jump = |now: u64| Some(Self { now, ..self.clone() });
        match action {
            Action::Post => self.post(),
            Action::Withdraw => self.write(|object, now| {
                let may =
                    object.facts.withdrawn.is_none() && object.facts.decide(now).standing != Standing::Erase;
                may.then(|| object.withdraw(now)).is_some()
            }),
            Action::Erase => self.write(|object, now| {
                let may = object.facts.withdrawn.is_none()
                    && object.facts.decide(now).standing == Standing::InUse
                    && object.facts.hold.is_none();
                if may {
                    (object.facts.withdrawn, object.by) = (Some(now), Some(Eraser::Staff));
                    object.record(now, What::Ended(Ended::Invalidated));
                    object.end(now);
                }
                may
            }),
            Action::Hold => self.write(|object, now| {
                let may = object.facts.withdrawn.is_none()
                    && object.facts.decide(now).standing != Standing::Erase
                    && object.facts.hold.is_none();
                if may {
                    object.facts.hold =
                        Some(Hold { reason: Reason::Claim, since: now, until: now.plus(3 * DAY) });
                    object.announce(now);
                }
                may
            }),
            Action::Release => self.write(|object, now| {
                let may = object.facts.withdrawn.is_none() && object.facts.hold.take().is_some();
                may.then(|| object.announce(now)).is_some()
            }),
            Action::Restrict => self.write(|object, now| {
                let may =
                    object.facts.restricted.is_none() && object.facts.decide(now).standing == Standing::InUse;
                if may {
                    object.facts.restricted = Some(now);
                    object.announce(now);
                }
                may
            }),
            Action::Alarm(net, until) => self.alarm(net, until, false),
            Action::WithdrawDuring(net) => self.alarm(net, Until::End, true),
            Action::ToAlarm => jump(self.object.as_ref()?.alarm.filter(|alarm| *alarm > self.now)?),
            Action::Hours => jump(self.now + 3_600_000),
            Action::Back => self.object.as_ref().and_then(|_| jump(self.now.checked_sub(86_400_000)?)),
        }
    }

    /// Times from now on, since that is how the rules read them.
    fn key(&self) -> String {
        let object = self.object.as_ref().map(|object| {
            let ms = |at: Option<Timestamp>| at.map(|at| i128::from(at.0 * 1_000) - i128::from(self.now));
            let Facts { withdrawn, hold, restricted, deleted, .. } = object.facts;
            let owed = object.outbox.iter().map(|it| {
                let held = matches!(&it.parcel, Parcel::Erased(erased) if erased.hold.is_some());
                (it.parcel.kind(), held, it.attempts, it.due.saturating_sub(self.now))
            });
            let dates = [
                withdrawn,
                hold.map(|it| it.since),
                hold.map(|it| it.until),
                restricted,
                Some(deleted),
                object.rewrite,
            ]
            .map(ms);
            let alarm = object.alarm.map(|at| at.saturating_sub(self.now));
            (dates, object.events, object.readable, owed.collect::<Vec<_>>(), alarm)
        });
        format!(
            "{object:?}{:?}{}{}{:?}",
            self.entry,
            self.forgotten,
            self.copies,
            self.last.map(|last| (last.seq, last.ended))
        )
    }

    fn check(&self, way: &[Action]) {
        assert!(self.ends <= 1, "consent ended twice: {way:?}");
        if let Some(object) = &self.object {
            assert!(object.alarm.is_some(), "nothing wakes it: {way:?}");
            let now = self.at();
            let withdrawn = object.facts.withdrawn.is_some();
            assert!(!withdrawn || !object.facts.decide(now).open, "no way back: {way:?}");
            let kept = object
                .facts
                .hold
                .is_some_and(|hold| object.facts.withdrawn.is_none_or(|at| hold.since <= at));
            assert!(!withdrawn || kept || !object.readable, "content after a withdrawal: {way:?}");
            self.repaired(way);
        }
    }
}

#[test]
fn rgt_03_what_is_acknowledged_arrives_and_what_is_erased_stays_so_whatever_fails() {
    let states = explore(World::first(), 7);
    assert!(states > 10_000, "{states}");
}
