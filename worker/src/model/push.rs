//! A device that wants pushes, its member, and the service that they go through.

use super::{Model, explore};
use crate::{
    mail::wishes::free,
    push::{Answer, Next, Waiting, after, due, latest},
    upkeep::{Calendar, EVERY_SECONDS},
};
use einwurf_protocol::{
    api::staff::Quiet,
    time::{DAY, Timestamp},
};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = DAY * 1_000;
/// Noon.
const BEGIN: u64 = 20_000 * DAY_MS + 12 * HOUR_MS;
const DRAW: u32 = u32::MAX / 3;
/// A device that was told and has not looked is left alone for so long (`docs/protocol.md` section 26).
const WINDOW_MS: u64 = 600_000;
/// How long a session lasts.
const SESSION_MS: u64 = 12 * HOUR_MS;
/// The quiet hours of a night.
const NIGHT_MS: u64 = 8 * HOUR_MS;
/// The alarms that one repair may need.
const ALARMS: usize = 8;

/// What a push service does with a push, or what happens meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Service {
    Takes,
    Down,
    /// It wants to hear nothing for two hours.
    Busy,
    /// It wants to hear nothing for a week.
    Peace,
    NotFound,
    Gone,
    /// The device has it, and the answer gets lost.
    TakesAndHangsUp,
    /// The device has it, and the relay dies before it has stored so.
    TakesAndRelayDies,
    /// The member looks while it is on its way.
    Looked,
    /// A message comes while it is on its way.
    Another,
    /// The member looks, and then a message comes, while it is on its way.
    LookedAndAnother,
    /// The device is ended while it is on its way.
    Ended,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Login,
    Subscribe,
    Unsubscribe,
    SessionEnds,
    Withdrawn,
    LosesRead,
    Wish,
    NoWish,
    Opens,
    Leaves,
    Looks,
    Message,
    Alarm(Service),
    ToNext,
    Minutes,
    ToNight,
    Days,
    Back,
}

/// As a row of `push_devices`.
#[derive(Debug, Clone, Default)]
struct Row {
    told: Option<u64>,
    queued: u64,
    attempts: u32,
    due: Option<u64>,
}

#[derive(Debug, Clone)]
struct Device {
    now: u64,
    /// Until when its session holds.
    session: Option<u64>,
    row: Option<Row>,
    quiet: bool,
    open: bool,
    /// The last upkeep.
    upkept: u64,
    /// When it last had a push of which the relay knows, unless its member looked, or the clock went back, since.
    last: Option<u64>,
    /// Whether there is something that it has to be told.
    owed: bool,
}

impl Device {
    fn first() -> Self {
        Self {
            now: BEGIN,
            session: Some(BEGIN + SESSION_MS),
            row: Some(Row::default()),
            quiet: false,
            open: false,
            upkept: BEGIN,
            last: None,
            owed: false,
        }
    }

    /// As `mail::awake`.
    fn awake(&self, at: u64) -> u64 {
        let quiet = Quiet { from: 22 * 60, until: 6 * 60, zone: "Etc/UTC".to_owned() };
        free(Some(&quiet).filter(|_| self.quiet), at, |_, at| u16::try_from(at / 60_000 % 1_440).ok())
    }

    /// As `upkeep::calendar`.
    fn next(&self) -> u64 {
        let due = self.row.as_ref().and_then(|row| row.due);
        let upkept = Some(Timestamp(self.upkept / 1_000));
        Calendar { push: due, upkept, ..Calendar::default() }.alarm(self.now)
    }

    /// As `push::announced`.
    fn message(&mut self) {
        let (now, open) = (self.now, self.open);
        let Some(row) = self.row.as_mut().filter(|row| row.due.is_none() || row.queued > now) else { return };
        if let Some(at) = due(now, row.told, open) {
            (row.queued, row.attempts) = (now, 0);
            let at = self.awake(at);
            self.put_off(at);
            self.owed = true;
        }
    }

    fn put_off(&mut self, at: u64) {
        if let Some(row) = &mut self.row {
            row.due = Some(at);
        }
    }

    /// As `push::looked`.
    fn looks(&mut self) {
        if let Some(row) = &mut self.row {
            (row.due, row.told) = (None, None);
        }
        (self.last, self.owed) = (None, false);
    }

    /// Whatever ends the session, the wish or the permission.
    fn forget(&mut self) {
        (self.row, self.owed) = (None, false);
    }

    /// As `upkeep::alarm`, of what concerns a push.
    fn alarm(&self, service: Service) -> Option<Self> {
        let mut device = self.clone();
        if device.next() > device.now {
            return None;
        }
        let upkept = Timestamp(device.upkept / 1_000);
        if (Calendar { upkept: Some(upkept), ..Calendar::default() }).is_due(Timestamp(device.now / 1_000)) {
            device.upkept = device.now;
        }
        device.deliver(service);
        Some(device)
    }

    /// As `deliver::deliver`.
    fn deliver(&mut self, service: Service) {
        let now = self.now;
        // As `STRAIGHT`.
        if let Some(row) = &mut self.row
            && let Some(due) = row.due.filter(|due| row.queued > now || *due > latest(now))
        {
            (row.queued, row.due) = (row.queued.min(now), Some(due.min(now)));
        }
        let is_due = |row: &Row| row.due.is_some_and(|due| due <= now);
        if !self.row.as_ref().is_some_and(is_due) {
            return;
        }
        if self.session.is_none_or(|expires| expires <= now) {
            return self.forget();
        }
        let free = self.awake(now);
        if free > now {
            return self.put_off(free);
        }
        if let Some(row) = self.row.clone() {
            self.tell(service, &row);
        }
    }

    /// As `deliver::tell`.
    fn tell(&mut self, service: Service, before: &Row) {
        use Service::{
            Another, Busy, Down, Ended, Gone, Looked, LookedAndAnother, NotFound, Peace, Takes,
            TakesAndHangsUp, TakesAndRelayDies,
        };
        self.may_be_told();
        match service {
            Looked => self.looks(),
            LookedAndAnother => {
                self.looks();
                // No two of them come in the same millisecond.
                self.now += 1;
                self.message();
            }
            Another => self.message(),
            Ended => {
                self.session = None;
                self.forget();
            }
            TakesAndRelayDies => return,
            _ => {}
        }
        let (status, not_before) = match service {
            Takes | Looked | Another | LookedAndAnother | Ended => (Some(201), None),
            Down => (Some(503), None),
            Busy => (Some(429), Some(self.now + 2 * HOUR_MS)),
            Peace => (Some(429), Some(self.now + 7 * DAY_MS)),
            NotFound => (Some(404), None),
            Gone => (Some(410), None),
            TakesAndHangsUp | TakesAndRelayDies => (None, None),
        };
        self.settle(before, Answer { status, not_before });
    }

    /// What must hold whenever something leaves: somebody may be told, now, and was not told lately.
    fn may_be_told(&self) {
        let now = self.now;
        assert!(self.session.is_some_and(|expires| now < expires), "told after the end of the session");
        let minute = now / 60_000 % 1_440;
        assert!(
            !self.quiet || (6 * 60..22 * 60).contains(&minute),
            "told in quiet hours, at minute {minute}"
        );
        let lately = self.last.is_some_and(|last| (last..last + WINDOW_MS).contains(&now));
        assert!(!lately, "told twice in ten minutes");
        assert!(self.owed, "told of nothing");
    }

    /// As `deliver::settle`.
    fn settle(&mut self, before: &Row, answer: Answer) {
        let waiting = Waiting { queued: before.queued, attempts: before.attempts };
        let next = after(waiting, answer, self.now, DRAW);
        let now = self.now;
        let still = |row: &&mut Row| row.queued == before.queued && row.due.is_some();
        match next {
            Next::Ended => self.forget(),
            Next::Again(at) => {
                let at = self.awake(at);
                if let Some(row) = self.row.as_mut().filter(still) {
                    (row.attempts, row.due) = (row.attempts + 1, Some(at));
                }
            }
            Next::Told => {
                if let Some(row) = self.row.as_mut().filter(still) {
                    (row.due, row.told) = (None, Some(now));
                    (self.last, self.owed) = (Some(now), false);
                }
            }
            Next::Over => {
                if let Some(row) = self.row.as_mut().filter(still) {
                    row.due = None;
                    self.owed = false;
                }
            }
        }
    }
}

impl Model for Device {
    type Action = Action;
    type Key = String;

    fn actions() -> Vec<Action> {
        use Service::{
            Another, Busy, Down, Ended, Gone, Looked, LookedAndAnother, NotFound, Peace, Takes,
            TakesAndHangsUp, TakesAndRelayDies,
        };
        let alarms = [
            Takes,
            Down,
            Busy,
            Peace,
            NotFound,
            Gone,
            TakesAndHangsUp,
            TakesAndRelayDies,
            Looked,
            Another,
            LookedAndAnother,
            Ended,
        ];
        let others = [
            Action::Login,
            Action::Subscribe,
            Action::Unsubscribe,
            Action::SessionEnds,
            Action::Withdrawn,
            Action::LosesRead,
            Action::Wish,
            Action::NoWish,
            Action::Opens,
            Action::Leaves,
            Action::Looks,
            Action::Message,
            Action::ToNext,
            Action::Minutes,
            Action::ToNight,
            Action::Days,
            Action::Back,
        ];
        others.into_iter().chain(alarms.map(Action::Alarm)).collect()
    }

    fn after(&self, action: Action) -> Option<Self> {
        let mut device = self.clone();
        let holds = device.session.is_some_and(|expires| device.now < expires);
        match action {
            Action::Login if !holds => device.session = Some(device.now + SESSION_MS),
            // Whoever subscribes again has a new row.
            Action::Subscribe if holds => {
                device.forget();
                device.row = Some(Row::default());
                device.last = None;
            }
            Action::SessionEnds if holds => {
                device.session = None;
                device.forget();
            }
            Action::Unsubscribe | Action::Withdrawn | Action::LosesRead if device.row.is_some() => {
                device.forget();
            }
            Action::Wish | Action::NoWish => device.quiet = matches!(action, Action::Wish),
            Action::Opens | Action::Leaves => device.open = matches!(action, Action::Opens),
            Action::Looks if holds => device.looks(),
            Action::Message => device.message(),
            Action::Alarm(service) => return self.alarm(service),
            Action::ToNext => device.now = Some(self.next()).filter(|next| *next > self.now)?,
            Action::Minutes => device.now += 5 * 60_000,
            Action::ToNight => device.now += (23 * HOUR_MS + DAY_MS - device.now % DAY_MS) % DAY_MS,
            Action::Days => device.now += 2 * DAY_MS,
            Action::Back => (device.now, device.last) = (self.now - 2 * DAY_MS, None),
            _ => return None,
        }
        Some(device)
    }

    fn key(&self) -> String {
        let since = |at: u64| i128::from(at) - i128::from(self.now);
        let row = self.row.as_ref().map(|row| {
            let queued = row.due.map(|_| (since(row.queued), row.attempts));
            (row.told.map(since), queued, row.due.map(since))
        });
        let session = self.session.map(|expires| since(expires).max(0));
        let (upkept, last) = (since(self.upkept), self.last.map(since));
        format!(
            "{}{session:?}{row:?}{}{}{upkept}{last:?}{}",
            self.now % DAY_MS,
            self.quiet,
            self.open,
            self.owed
        )
    }

    /// An alarm is set, never later than in a day, and for what waits. Repaired, whoever has to be told is told within a day
    /// and a night, as long as their session holds.
    fn check(&self, way: &[Action]) {
        let waits = self.row.as_ref().and_then(|row| row.due);
        assert!(!self.owed || waits.is_some(), "it is owed, and waits for nothing: {way:?}");
        assert!(waits.is_none_or(|due| self.next() <= due.max(self.now)), "nothing wakes it: {way:?}");
        assert!(self.next() <= self.now + EVERY_SECONDS * 1_000, "nothing wakes it for days: {way:?}");
        let mut device = self.clone();
        // Somebody who stays logged in.
        device.session = device.session.map(|_| self.now + 10 * DAY_MS);
        for alarms in 0.. {
            assert!(alarms < ALARMS, "it is not told: {way:?}");
            if !device.owed {
                break;
            }
            device.now = device.now.max(device.next());
            device = device.alarm(Service::Takes).unwrap_or(device);
        }
        assert!(device.now <= self.now + DAY_MS + NIGHT_MS + WINDOW_MS, "it is told too late: {way:?}");
    }
}

#[test]
fn a_device_is_told_once_and_in_time_and_never_when_it_must_not_be() {
    let states = explore(Device::first(), 6);
    assert!(states > 10_000, "{states}");
}
