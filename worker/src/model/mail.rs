//! A mail in the queue, and the server that it waits for.

use super::{Model, explore};
use crate::{
    backoff::{GIVE_UP_MS, wait},
    mail::{
        dialogue::{Outcome, Refused},
        queue::{Next, Waiting, after},
        target::Target,
    },
};
use std::collections::BTreeSet;

const BEGIN: u64 = 20_000 * 86_400_000;
/// As in `deliver`.
const AHEAD_MS: u64 = 2 * 86_400_000;
const DRAW: u32 = u32::MAX / 3;
const EVERYBODY: [&str; 2] = ["a@b.example", "c@d.example"];

/// What a server does with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    Takes,
    Away,
    WrongAccount,
    NotNow,
    NotThis,
    OnlyFirst,
    FirstAndNeverSecond,
    TakesAndHangsUp,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Try(Server),
    ToNext,
    Days,
    Back,
}

#[derive(Debug, Clone)]
struct Queue {
    now: u64,
    mail: Option<(Waiting, u64)>,
    target: Option<Target>,
    has: BTreeSet<&'static str>,
    told: BTreeSet<String>,
}

impl Queue {
    fn first() -> Self {
        let mail = Waiting { queued: BEGIN, attempts: 0, remaining: None };
        Self {
            now: BEGIN,
            mail: Some((mail, BEGIN)),
            target: None,
            has: BTreeSet::new(),
            told: BTreeSet::new(),
        }
    }

    /// When the mail is tried next: as `deliver` and `health` ask it.
    fn next(&self) -> Option<u64> {
        let (_, due) = self.mail.as_ref()?;
        let opens = self.target.as_ref().map_or(0, |target| target.opens_ms(self.now));
        Some(opens.max(*due))
    }

    fn recipients(&self) -> Vec<&'static str> {
        let left = self.mail.as_ref().and_then(|(mail, _)| mail.remaining.clone());
        EVERYBODY
            .into_iter()
            .filter(|one| left.as_ref().is_none_or(|left| left.iter().any(|it| it == one)))
            .collect()
    }

    /// As the beginning of `deliver`: a clock that was ahead puts nothing off.
    fn straight(&self) -> Self {
        let mut queue = self.clone();
        if let Some((mail, due)) = &mut queue.mail
            && (*due > self.now + AHEAD_MS || mail.queued > self.now)
        {
            (*due, mail.queued) = ((*due).min(self.now), mail.queued.min(self.now));
        }
        queue
    }

    /// As `deliver::settle`.
    fn attempt(&self, server: Server) -> Option<Self> {
        let mut queue = self.straight();
        queue.next().filter(|next| *next <= self.now)?;
        let (mail, _) = queue.mail.clone()?;
        let recipients = self.recipients();
        assert!(!recipients.is_empty(), "a mail to nobody");
        let outcome = queue.outcome(server, &recipients);
        let unsure = server == Server::TakesAndHangsUp;
        match after(&mail, outcome, self.now, DRAW) {
            Next::Held { wrong, reason } => {
                let failing = Target::failing(queue.target.as_ref(), (wrong, reason), self.now, DRAW);
                assert!(failing.next_ms > self.now && failing.next_ms <= self.now + wait(u32::MAX, u32::MAX));
                queue.target = Some(failing);
                if mail.queued + GIVE_UP_MS <= self.now {
                    queue.give_up(&recipients);
                }
            }
            next => queue.settled(&mail, next, (&recipients, unsure)),
        }
        Some(queue)
    }

    fn settled(&mut self, mail: &Waiting, next: Next, (recipients, unsure): (&[&'static str], bool)) {
        self.target = None;
        match next {
            Next::Retry { due, remaining, refused, .. } => {
                assert!(due > self.now && due <= mail.queued.max(self.now) + GIVE_UP_MS);
                self.told.extend(refused.into_iter().map(|one| one.recipient));
                let left = remaining.clone().or(mail.remaining.clone());
                let again = |one: &&str| left.as_ref().is_none_or(|left| left.iter().any(|it| it == *one));
                assert!(unsure || !self.has.iter().any(again), "somebody gets it twice");
                self.mail = Some((
                    Waiting { attempts: mail.attempts + 1, remaining: left, queued: mail.queued },
                    due,
                ));
            }
            Next::Done { refused, .. } => {
                self.told.extend(refused.into_iter().map(|one| one.recipient));
                self.mail = None;
            }
            Next::Failed { .. } | Next::Held { .. } => self.give_up(recipients),
        }
    }

    fn give_up(&mut self, recipients: &[&'static str]) {
        self.told.extend(recipients.iter().map(|one| (*one).to_owned()));
        self.mail = None;
    }

    fn outcome(&mut self, server: Server, recipients: &[&'static str]) -> Outcome {
        let why = || "said so".to_owned();
        let refused = |one: &&str, later| Refused { recipient: (*one).to_owned(), later, reason: why() };
        let mut some = |later| {
            self.has.extend(recipients.first());
            Outcome::Sent(recipients.iter().skip(1).map(|one| refused(one, later)).collect())
        };
        match server {
            Server::OnlyFirst => some(true),
            Server::FirstAndNeverSecond => some(false),
            Server::Takes => {
                self.has.extend(recipients);
                Outcome::Sent(Vec::new())
            }
            // Nobody can know: it goes again, under the same Message-ID.
            Server::TakesAndHangsUp | Server::NotNow => Outcome::Later(why()),
            Server::Away => Outcome::Unreachable(why()),
            Server::WrongAccount => Outcome::Wrong(why()),
            Server::NotThis => Outcome::Never(why()),
        }
    }
}

impl Model for Queue {
    type Action = Action;
    type Key = String;

    fn actions() -> Vec<Action> {
        use Server::{
            Away, FirstAndNeverSecond, NotNow, NotThis, OnlyFirst, Takes, TakesAndHangsUp, WrongAccount,
        };
        let tries =
            [Takes, Away, WrongAccount, NotNow, NotThis, OnlyFirst, FirstAndNeverSecond, TakesAndHangsUp];
        tries.map(Action::Try).into_iter().chain([Action::ToNext, Action::Days, Action::Back]).collect()
    }

    fn after(&self, action: Action) -> Option<Self> {
        let jump = |now: u64| self.mail.as_ref().map(|_| Self { now, ..self.clone() });
        match action {
            Action::Try(server) => self.attempt(server),
            Action::ToNext => jump(self.next().filter(|next| *next > self.now)?),
            Action::Days => jump(self.now + 2 * 86_400_000),
            Action::Back => jump(self.now - 86_400_000),
        }
    }

    fn key(&self) -> String {
        let mail = self.mail.as_ref().map(|(mail, due)| {
            let since = |at: u64| i128::from(at) - i128::from(self.now);
            (since(mail.queued), mail.attempts, &mail.remaining, since(*due))
        });
        let target = self
            .target
            .as_ref()
            .map(|it| (it.failed, it.wrong, i128::from(it.next_ms) - i128::from(self.now)));
        format!("{mail:?}{target:?}{:?}{:?}", self.has, self.told)
    }

    /// Repaired, it goes out with the next try, which is never further away than the longest wait or a clock that jumped;
    /// whoever has not got it by then was named to staff.
    fn check(&self, way: &[Action]) {
        let mut queue = self.clone();
        for tries in 0.. {
            assert!(tries < 4, "it is not tried: {way:?}");
            let Some(next) = queue.next() else { break };
            // A clock that is right again may find the server's next try still ahead.
            queue.now = queue.now.max(next);
            queue = queue.attempt(Server::Takes).unwrap_or(queue);
        }
        assert!(queue.mail.is_none(), "the queue is not empty after a repair: {way:?}");
        let reached = |one: &&str| queue.has.contains(one) || queue.told.contains(*one);
        assert!(EVERYBODY.iter().all(reached), "nobody hears of it: {way:?}");
    }
}

#[test]
fn a_mail_arrives_once_the_server_is_back_or_staff_are_told_who_did_not_get_it() {
    let states = explore(Queue::first(), 7);
    assert!(states > 1_000, "{states}");
}
