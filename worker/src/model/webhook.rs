//! Deliveries of a webhook, and the receiver that they are for.

use super::{Model, explore};
use crate::{
    backoff::latest,
    webhook::{Next, Waiting, after, outcome},
};
use std::collections::BTreeMap;

const BEGIN: u64 = 20_000 * 86_400_000;
const DRAW: u32 = u32::MAX / 3;
/// As many deliveries as there can be here: one that is not liked, and one behind it.
const MOST: usize = 2;
/// The alarms that one repair may need.
const ALARMS: usize = 6;

/// What a receiver does with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Receiver {
    Takes,
    /// All but the first delivery.
    DislikesFirst,
    Down,
    Gone,
    /// It has the delivery, and its answer gets lost.
    TakesAndHangsUp,
    /// It has the delivery, and the relay dies before it has stored so.
    TakesAndRelayDies,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Happens,
    Alarm(Receiver),
    Tested,
    SwitchedOn,
    SwitchedOff,
    ToNext,
    Days,
    Back,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Standing {
    Waiting,
    Delivered,
    Failed,
}

#[derive(Debug, Clone)]
struct Delivery {
    queued: u64,
    attempts: u32,
    due: Option<u64>,
    standing: Standing,
}

/// A webhook with its deliveries by number.
#[derive(Debug, Clone)]
struct Hook {
    now: u64,
    on: bool,
    failures: u32,
    paused: u64,
    deliveries: BTreeMap<usize, Delivery>,
    /// How often the receiver has each.
    has: BTreeMap<usize, u32>,
    /// Which of them it may have without an acknowledgement that was stored.
    unsure: BTreeMap<usize, u32>,
}

impl Hook {
    fn first() -> Self {
        Self {
            now: BEGIN,
            on: true,
            failures: 0,
            paused: 0,
            deliveries: BTreeMap::new(),
            has: BTreeMap::new(),
            unsure: BTreeMap::new(),
        }
    }

    /// As `webhooks::NEXT`.
    fn next(&self) -> Option<u64> {
        let due = self.deliveries.values().filter_map(|one| one.due).min()?;
        self.on.then(|| due.max(self.paused))
    }

    /// As `news::insert`.
    fn happens(&self) -> Option<Self> {
        let number = self.deliveries.len();
        let mut hook = self.clone();
        let new =
            Delivery { queued: self.now, attempts: 0, due: Some(self.now), standing: Standing::Waiting };
        hook.deliveries.insert(number, new);
        (self.on && number < MOST).then_some(hook)
    }

    /// As `deliver::deliver`.
    fn alarm(&self, receiver: Receiver) -> Option<Self> {
        let mut hook = self.clone();
        hook.straighten();
        hook.next().filter(|next| *next <= hook.now)?;
        while let Some(number) = hook.due() {
            if !hook.attempt(number, receiver) {
                break;
            }
        }
        Some(hook)
    }

    /// As `deliver::STRAIGHT`.
    fn straighten(&mut self) {
        let now = self.now;
        for one in self.deliveries.values_mut() {
            if let Some(due) = &mut one.due
                && (*due > latest(now) || one.queued > now)
            {
                (*due, one.queued) = ((*due).min(now), one.queued.min(now));
            }
        }
        if self.paused > latest(now) {
            self.paused = now;
        }
    }

    fn due(&self) -> Option<usize> {
        let due = |one: &Delivery| one.due.filter(|due| *due <= self.now);
        let due = self.deliveries.iter().filter_map(|(number, one)| Some((due(one)?, *number)));
        due.min().map(|(_, number)| number)
    }

    /// One try; whether it was taken, and the next one follows.
    fn attempt(&mut self, number: usize, receiver: Receiver) -> bool {
        let status = match receiver {
            Receiver::DislikesFirst if number == 0 => 422,
            Receiver::Takes | Receiver::DislikesFirst => 204,
            Receiver::Down => 503,
            Receiver::Gone => 410,
            Receiver::TakesAndHangsUp | Receiver::TakesAndRelayDies => 0,
        };
        if matches!(status, 0 | 204) {
            *self.has.entry(number).or_default() += 1;
        }
        if status == 0 {
            *self.unsure.entry(number).or_default() += 1;
        }
        if receiver != Receiver::TakesAndRelayDies {
            self.settle(number, status);
        }
        status == 204
    }

    /// As `deliver::settle`.
    fn settle(&mut self, number: usize, status: u16) {
        let Some(one) = self.deliveries.get_mut(&number) else { return };
        let waiting = Waiting { queued: one.queued, attempts: one.attempts, failures: self.failures };
        let next = after(waiting, outcome(status), self.now, DRAW);
        (one.standing, one.due) = match next {
            Next::Delivered { .. } => (Standing::Delivered, None),
            Next::Retry { due, .. } => (Standing::Waiting, Some(due)),
            Next::Failed { .. } | Next::Off => (Standing::Failed, None),
        };
        one.attempts += 1;
        match next {
            Next::Delivered { back } => self.well(back),
            Next::Retry { pause, .. } | Next::Failed { pause } => {
                assert!(pause > self.now && pause <= latest(self.now));
                (self.failures, self.paused) = (self.failures + 1, pause);
            }
            Next::Off => {
                (self.on, self.failures, self.paused) = (false, 0, 0);
                for one in self.deliveries.values_mut().filter(|one| one.due.is_some()) {
                    (one.standing, one.due) = (Standing::Failed, None);
                }
            }
        }
    }

    fn well(&mut self, forward: bool) {
        (self.failures, self.paused) = (0, 0);
        for one in self.deliveries.values_mut().filter(|one| forward && one.due.is_some()) {
            one.due = Some(self.now);
        }
    }

    /// As `settings::change`.
    fn switched(&self, on: bool) -> Option<Self> {
        let mut hook = Self { on, ..self.clone() };
        hook.well(true);
        (self.on != on).then_some(hook)
    }

    /// As `settings::test`, of a receiver that takes it.
    fn tested(&self) -> Self {
        let mut hook = self.clone();
        hook.well(true);
        hook
    }
}

impl Model for Hook {
    type Action = Action;
    type Key = String;

    fn actions() -> Vec<Action> {
        use Receiver::{DislikesFirst, Down, Gone, Takes, TakesAndHangsUp, TakesAndRelayDies};
        let alarms = [Takes, DislikesFirst, Down, Gone, TakesAndHangsUp, TakesAndRelayDies];
        let others = [
            Action::Happens,
            Action::Tested,
            Action::SwitchedOn,
            Action::SwitchedOff,
            Action::ToNext,
            Action::Days,
            Action::Back,
        ];
        alarms.map(Action::Alarm).into_iter().chain(others).collect()
    }

    fn after(&self, action: Action) -> Option<Self> {
        let jump = |now: u64| Some(Self { now, ..self.clone() });
        match action {
            Action::Happens => self.happens(),
            Action::Alarm(receiver) => self.alarm(receiver),
            Action::Tested => Some(self.tested()),
            Action::SwitchedOn => self.switched(true),
            Action::SwitchedOff => self.switched(false),
            Action::ToNext => jump(self.next().filter(|next| *next > self.now)?),
            Action::Days => jump(self.now + 2 * 86_400_000),
            Action::Back => jump(self.now - 86_400_000),
        }
    }

    fn key(&self) -> String {
        let since = |at: u64| i128::from(at) - i128::from(self.now);
        let deliveries: Vec<_> = self
            .deliveries
            .values()
            .map(|one| (since(one.queued), one.attempts, one.due.map(since), one.standing))
            .collect();
        let paused = since(self.paused).max(0);
        format!("{}{}{paused}{deliveries:?}{:?}{:?}", self.on, self.failures, self.has, self.unsure)
    }

    /// What is said to be delivered was, and once if its acknowledgement was stored at the first time. Repaired and switched
    /// on, everything that waits goes out within a few alarms, none of which is further away than the longest wait; what
    /// was given up stands as failed, where staff can send it again.
    fn check(&self, way: &[Action]) {
        let mut hook = self.switched(true).unwrap_or_else(|| self.clone());
        for alarms in 0.. {
            assert!(alarms < ALARMS, "it is not tried: {way:?}");
            // The daily upkeep comes before what a clock put off.
            let Some(next) = hook.next() else { break };
            let soon = next.min(latest(hook.now));
            hook.now = hook.now.max(soon);
            hook = hook.alarm(Receiver::Takes).unwrap_or(hook);
        }
        for (number, one) in &hook.deliveries {
            let (has, unsure) = (hook.has.get(number), hook.unsure.get(number));
            let (has, unsure) = (has.copied().unwrap_or_default(), unsure.copied().unwrap_or_default());
            match one.standing {
                Standing::Waiting => panic!("it still waits: {way:?}"),
                Standing::Delivered => assert_eq!(has, unsure + 1, "lost, or twice: {way:?}"),
                Standing::Failed => assert_eq!(has, unsure, "it failed, and is there: {way:?}"),
            }
        }
    }
}

#[test]
fn a_delivery_arrives_once_its_receiver_is_back_or_stands_as_failed() {
    let states = explore(Hook::first(), 7);
    assert!(states > 10_000, "{states}");
}
