//! The rules of the mail queue: when a mail is tried, when it is given up, and what staff are told.

use super::{
    dialogue::{Outcome, Refused},
    duty::Duty,
    target::Target,
};
use crate::{address::ObjectId, backoff, reminders::Reminder};
use einwurf_protocol::{
    api::staff::{MailCause, MailHealth},
    codec::{Writer, to_base64url},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What a queued mail is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Conversations wait. All that are told of are gathered into one mail.
    Waiting,
    /// The site's stock of manifests ends. Each announcement is a mail of its own.
    StockEnd(Warning),
    /// The operator owes something to the storage secret.
    Secret(Duty),
    /// Copies of an erased conversation are to be deleted. About the conversation object.
    Copies,
    /// A request about rights is due. About the request.
    Due,
    /// A daily head of the consent records. About its day.
    Head,
    /// Nobody read for working days.
    Unread(Reminder),
}

/// Label of what ids of mails are made from.
const ABOUT: &str = "einwurf/1 mail about";

impl Kind {
    /// The id of a mail about something, the same whenever it is asked for: queued twice it is one mail, sent twice it has
    /// one Message-ID, which does not give away what it is about. `round` tells several mails about one thing apart.
    pub fn id(self, site: ObjectId, about: &str, round: u64) -> String {
        let kind = match self {
            Self::Waiting => 0,
            Self::StockEnd(_) => 1,
            Self::Secret(_) => 2,
            Self::Copies => 3,
            Self::Due => 4,
            Self::Head => 5,
            Self::Unread(_) => 6,
        };
        let id = Writer::labelled(ABOUT).fixed(&site.0).u8(kind).u64(round).var(about.as_bytes()).sha256();
        to_base64url(id.get(..16).unwrap_or(&id))
    }
}

/// An announcement of the end of a stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// When the stock ends.
    pub until: Timestamp,
    /// Which of the announcements, in days before the end.
    pub days: u64,
}

impl Warning {
    /// Its id, the same whenever it is asked for: queued twice it is one mail, sent twice it has one Message-ID.
    pub fn id(&self, site: ObjectId) -> String {
        let Self { until, days } = *self;
        let digest = Writer::labelled("einwurf/1 stock end").fixed(&site.0).u64(until.0).u64(days).sha256();
        to_base64url(digest.get(..16).unwrap_or(&digest))
    }

    /// Whether it is still to be told: the stock ends when it says, and not before `now`.
    pub fn holds(&self, until: Option<Timestamp>, now: Timestamp) -> bool {
        until == Some(self.until) && now < self.until
    }
}

/// A mail that waits. One mail speaks for every message that arrives before it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// When it was queued, in milliseconds.
    pub queued: u64,
    /// Failed tries.
    pub attempts: u32,
    /// Who has not got it yet; none: everyone.
    pub remaining: Option<Vec<String>>,
}

/// What becomes of a mail after a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Whoever can be reached has it.
    Done {
        /// Whether somebody got it just now.
        sent: bool,
        /// Who never will.
        refused: Vec<Refused>,
    },
    /// Another try.
    Retry {
        /// When, in milliseconds.
        due: u64,
        /// Who has not got it yet; none: everyone.
        remaining: Option<Vec<String>>,
        /// Whether somebody got it just now.
        sent: bool,
        /// Who never will.
        refused: Vec<Refused>,
        /// What the server answered.
        reason: String,
    },
    /// The server has to be there first; the mail waits as it is.
    Held {
        /// Whether the settings are wrong.
        wrong: bool,
        /// What the server answered.
        reason: String,
    },
    /// Given up for everybody who has not got it.
    Failed {
        /// What the server answered.
        reason: String,
    },
}

/// Applies the outcome of a try at `now` (milliseconds); `draw` is any random number.
pub fn after(mail: &Waiting, outcome: Outcome, now: u64, draw: u32) -> Next {
    let due = backoff::next(mail.queued, mail.attempts.saturating_add(1), now, draw);
    let (sent, refused) = match outcome {
        Outcome::Unreachable(reason) => return Next::Held { wrong: false, reason },
        Outcome::Wrong(reason) => return Next::Held { wrong: true, reason },
        Outcome::Never(reason) => return Next::Failed { reason },
        Outcome::Later(reason) => {
            let remaining = mail.remaining.clone();
            return match due {
                Some(due) => Next::Retry { due, remaining, sent: false, refused: Vec::new(), reason },
                None => Next::Failed { reason },
            };
        }
        Outcome::Sent(refused) => (true, refused),
        Outcome::Nobody(refused) => (false, refused),
    };
    let reason = refused.iter().find(|one| one.later).map(|one| one.reason.clone());
    match (due, reason) {
        (Some(due), Some(reason)) => {
            let (later, refused): (Vec<_>, Vec<_>) = refused.into_iter().partition(|one| one.later);
            let remaining = Some(later.into_iter().map(|one| one.recipient).collect());
            Next::Retry { due, remaining, sent, refused, reason }
        }
        _ => Next::Done { sent, refused },
    }
}

/// What the queue looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many mails there are whose time has come.
    pub held: Option<u32>,
    /// The server, if it did not let the relay in when it was last tried.
    pub target: Option<Target>,
    /// Mails that were tried and wait for the next try: how many, since when, next try, the newest answer.
    pub waiting: Option<(u32, Timestamp, Timestamp, String)>,
    /// When the last mail went out.
    pub sent: Option<Timestamp>,
    /// When somebody was last refused for good, why, and who.
    pub failed: Option<(Timestamp, String, Vec<String>)>,
}

/// What staff are told: what holds up everything first.
pub fn health(configured: bool, queue: Queue) -> MailHealth {
    let newer = |at: Timestamp| queue.sent.is_none_or(|sent| sent <= at);
    match queue {
        _ if !configured => MailHealth::Off,
        Queue { target: Some(target), held: Some(mails), .. } => MailHealth::Waiting {
            mails,
            since: target.since(),
            next: target.next(),
            cause: if target.wrong { MailCause::Account } else { MailCause::Server },
            reason: target.reason,
        },
        Queue { failed: Some((at, reason, recipients)), .. } if newer(at) => {
            MailHealth::Failed { at, reason, recipients }
        }
        Queue { waiting: Some((mails, since, next, reason)), .. } => {
            MailHealth::Waiting { mails, since, next, cause: MailCause::Mails, reason }
        }
        Queue { sent, .. } => MailHealth::Idle { sent },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::dialogue::Refused;

    const DAY: u64 = 86_400_000;
    const MIDDLE: u32 = u32::MAX / 2;

    fn mail(attempts: u32) -> Waiting {
        Waiting { queued: 0, attempts, remaining: None }
    }

    fn refused(recipient: &str, later: bool) -> Refused {
        Refused { recipient: recipient.into(), later, reason: "550 no".into() }
    }

    fn later() -> Outcome {
        Outcome::Later("451 busy".into())
    }

    #[test]
    fn a_mail_that_is_not_taken_now_waits_longer_every_time() {
        let wait = |attempts| match after(&mail(attempts), later(), 1_000, MIDDLE) {
            Next::Retry { due, .. } => due - 1_000,
            other => panic!("{other:?}"),
        };
        assert_eq!([0, 1, 7, 1_000].map(wait), [1, 2, 8, 1_001].map(|failed| backoff::wait(failed, MIDDLE)));
    }

    #[test]
    fn after_five_days_it_is_given_up_with_the_last_answer() {
        let next = |now| after(&mail(30), later(), now, MIDDLE);
        assert!(matches!(next(5 * DAY - 1), Next::Retry { due, .. } if due == 5 * DAY));
        for now in [5 * DAY, 5 * DAY + 1] {
            assert_eq!(next(now), Next::Failed { reason: "451 busy".into() });
        }
        let partly = Outcome::Sent(vec![refused("a@b.example", true)]);
        let done = Next::Done { sent: true, refused: vec![refused("a@b.example", true)] };
        assert_eq!(after(&mail(30), partly, 5 * DAY, MIDDLE), done);
    }

    #[test]
    fn a_permanent_refusal_is_final_at_once() {
        let next = after(&mail(0), Outcome::Never("554 no".into()), 0, MIDDLE);
        assert_eq!(next, Next::Failed { reason: "554 no".into() });
    }

    #[test]
    fn a_server_that_lets_nobody_in_costs_no_mail_a_try() {
        for (outcome, wrong) in
            [(Outcome::Unreachable("gone".into()), false), (Outcome::Wrong("gone".into()), true)]
        {
            let next = after(&mail(3), outcome, 9 * DAY, MIDDLE);
            assert_eq!(next, Next::Held { wrong, reason: "gone".into() });
        }
    }

    #[test]
    fn only_those_who_have_not_got_it_are_tried_again_and_the_others_are_named() {
        for (outcome, was_sent) in [(Outcome::Sent as fn(_) -> _, true), (Outcome::Nobody, false)] {
            let outcome = outcome(vec![refused("a@b.example", true), refused("c@d.example", false)]);
            let Next::Retry { remaining, refused: never, sent, .. } = after(&mail(0), outcome, 0, MIDDLE)
            else {
                panic!("no retry")
            };
            assert_eq!(remaining.unwrap(), ["a@b.example"]);
            assert_eq!((never, sent), (vec![refused("c@d.example", false)], was_sent));
        }
    }

    #[test]
    fn a_recipient_refused_for_good_is_told() {
        let done = |sent, refused| Next::Done { sent, refused };
        assert_eq!(after(&mail(0), Outcome::Sent(vec![]), 0, MIDDLE), done(true, vec![]));
        let never = || vec![refused("c@d.example", false)];
        assert_eq!(after(&mail(0), Outcome::Sent(never()), 0, MIDDLE), done(true, never()));
        assert_eq!(after(&mail(0), Outcome::Nobody(never()), 0, MIDDLE), done(false, never()));
    }

    const WARNING: Warning = Warning { until: Timestamp(1_000), days: 14 };

    #[test]
    fn every_announcement_has_an_id_of_its_own_that_stays() {
        let site = ObjectId([1; 32]);
        let others = [
            Warning { until: Timestamp(1_001), ..WARNING }.id(site),
            Warning { days: 3, ..WARNING }.id(site),
            WARNING.id(ObjectId([2; 32])),
        ];
        assert_eq!(WARNING.id(site), WARNING.id(site));
        assert_eq!(WARNING.id(site).len(), 22);
        assert!(!others.contains(&WARNING.id(site)));
        let distinct: std::collections::BTreeSet<_> = others.iter().collect();
        assert_eq!(distinct.len(), others.len());
    }

    #[test]
    fn an_announcement_that_a_fresh_stock_overtook_is_not_sent() {
        let until = Some(WARNING.until);
        assert!(WARNING.holds(until, Timestamp(999)));
        assert!(!WARNING.holds(until, Timestamp(1_000)));
        assert!(!WARNING.holds(Some(Timestamp(9_000)), Timestamp(0)));
        assert!(!WARNING.holds(None, Timestamp(0)));
    }

    #[test]
    fn every_mail_about_something_has_an_id_of_its_own_that_stays() {
        let (here, there) = (ObjectId([1; 32]), ObjectId([2; 32]));
        let ids = [
            Kind::Copies.id(here, "a", 0),
            Kind::Copies.id(here, "b", 0),
            Kind::Copies.id(here, "a", 1),
            Kind::Copies.id(there, "a", 0),
            Kind::Due.id(here, "a", 0),
            Kind::Head.id(here, "a", 0),
        ];
        assert_eq!(ids[0], Kind::Copies.id(here, "a", 0));
        assert!(ids.iter().all(|id| id.len() == 22));
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn a_kind_is_stored_as_text_that_queries_can_name() {
        assert_eq!(serde_json::to_string(&Kind::Waiting).unwrap(), "\"waiting\"");
        let text = serde_json::to_string(&Kind::StockEnd(WARNING)).unwrap();
        assert_eq!(serde_json::from_str::<Kind>(&text).unwrap(), Kind::StockEnd(WARNING));
    }

    #[test]
    fn health_tells_what_holds_up_everything_then_the_worst_that_is_still_true() {
        let at = Timestamp;
        let waiting = Some((2, at(1), at(9), "451".to_owned()));
        let failed = Some((at(5), "550".to_owned(), vec!["a@b.example".to_owned()]));
        let queue =
            |sent| Queue { waiting: waiting.clone(), sent, failed: failed.clone(), ..Queue::default() };
        assert_eq!(health(false, queue(None)), MailHealth::Off);
        let told =
            MailHealth::Failed { at: at(5), reason: "550".into(), recipients: vec!["a@b.example".into()] };
        assert_eq!(health(true, queue(None)), told);
        let MailHealth::Waiting { mails: 2, cause: MailCause::Mails, .. } = health(true, queue(Some(at(6))))
        else {
            panic!("they wait")
        };
        let target =
            |wrong| Target { failed: 1, since_ms: 3_999, next_ms: 8_001, wrong, reason: "gone".into() };
        for (wrong, cause) in [(false, MailCause::Server), (true, MailCause::Account)] {
            let held = Queue { held: Some(3), target: Some(target(wrong)), ..queue(None) };
            let reason = "gone".to_owned();
            let told = MailHealth::Waiting { mails: 3, since: at(3), next: at(9), cause, reason };
            assert_eq!(health(true, held), told);
        }
        let idle = Queue { sent: Some(at(6)), failed, target: Some(target(false)), ..Queue::default() };
        assert_eq!(
            health(true, idle),
            MailHealth::Idle { sent: Some(at(6)) },
            "nothing waits for the server"
        );
        assert_eq!(health(true, Queue::default()), MailHealth::Idle { sent: None });
    }
}
