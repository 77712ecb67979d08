//! The rules of the mail queue: when a mail is tried, when it is given up, and what staff are told.

use super::{dialogue::Outcome, duty::Duty};
use crate::{address::ObjectId, reminders::Reminder};
use einwurf_protocol::{
    api::staff::MailHealth,
    codec::{Writer, to_base64url},
    limits::QUEUE_DAYS,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// RFC 5321, 4.5.4.1: at least 4 to 5 days. Visitors read this number in the notice.
const GIVE_UP_MS: u64 = QUEUE_DAYS * 86_400_000;
/// Waits after the first failures, in milliseconds; then every four hours.
const WAITS_MS: [u64; 8] = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000];

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
    /// Gone out to everyone.
    Sent,
    /// Gone out, but never to all of them.
    SentInPart {
        /// What the server answered.
        reason: String,
    },
    /// Another try.
    Retry {
        /// When, in milliseconds.
        due: u64,
        /// Who has not got it yet; none: everyone.
        remaining: Option<Vec<String>>,
        /// What the server answered.
        reason: String,
    },
    /// Given up.
    Failed {
        /// What the server answered.
        reason: String,
    },
}

/// Applies the outcome of a try at `now` (milliseconds).
pub fn after(mail: &Waiting, outcome: Outcome, now: u64) -> Next {
    match outcome {
        Outcome::Never(reason) => Next::Failed { reason },
        Outcome::Later(reason) => retry(mail, mail.remaining.clone(), reason, now),
        Outcome::Sent(refused) => {
            let reason = refused.first().map(|refused| refused.reason.clone());
            let later = refused.into_iter().filter(|refused| refused.later);
            let later: Vec<String> = later.map(|refused| refused.recipient).collect();
            match (reason, later.is_empty()) {
                (None, _) => Next::Sent,
                (Some(reason), true) => Next::SentInPart { reason },
                (Some(reason), false) => retry(mail, Some(later), reason, now),
            }
        }
    }
}

fn retry(mail: &Waiting, remaining: Option<Vec<String>>, reason: String, now: u64) -> Next {
    let attempt = usize::try_from(mail.attempts).unwrap_or(usize::MAX).min(WAITS_MS.len() - 1);
    let due = now.saturating_add(WAITS_MS.get(attempt).copied().unwrap_or(GIVE_UP_MS));
    if due > mail.queued.saturating_add(GIVE_UP_MS) {
        Next::Failed { reason }
    } else {
        Next::Retry { due, remaining, reason }
    }
}

/// What the queue looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queue {
    /// Mails that were tried and wait for the next try: how many, since when, next try, the newest answer.
    pub waiting: Option<(u32, Timestamp, Timestamp, String)>,
    /// When the last mail went out.
    pub sent: Option<Timestamp>,
    /// When the last mail failed for good, and why.
    pub failed: Option<(Timestamp, String)>,
}

/// What staff are told.
pub fn health(configured: bool, queue: Queue) -> MailHealth {
    let newer = |at: Timestamp| queue.sent.is_none_or(|sent| sent <= at);
    match queue {
        _ if !configured => MailHealth::Off,
        Queue { failed: Some((at, reason)), .. } if newer(at) => MailHealth::Failed { at, reason },
        Queue { waiting: Some((mails, since, next, reason)), .. } => {
            MailHealth::Waiting { mails, since, next, reason }
        }
        Queue { sent, .. } => MailHealth::Idle { sent },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::dialogue::Refused;

    const DAY: u64 = 86_400_000;

    fn mail(attempts: u32) -> Waiting {
        Waiting { queued: 0, attempts, remaining: None }
    }

    fn refused(recipient: &str, later: bool) -> Refused {
        Refused { recipient: recipient.into(), later, reason: "550 no".into() }
    }

    fn later() -> Outcome {
        Outcome::Later("421 busy".into())
    }

    #[test]
    fn waits_grow_up_to_four_hours() {
        let due = |attempts| match after(&mail(attempts), later(), 1_000) {
            Next::Retry { due, .. } => due - 1_000,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            [0, 1, 2, 7, 8, 1_000].map(due),
            [5_000, 30_000, 120_000, 14_400_000, 14_400_000, 14_400_000]
        );
    }

    #[test]
    fn after_five_days_it_is_given_up_with_the_last_answer() {
        let next = after(&mail(30), later(), 5 * DAY - 14_400_000);
        assert!(matches!(next, Next::Retry { due, .. } if due == 5 * DAY));
        assert_eq!(
            after(&mail(30), later(), 5 * DAY - 14_399_999),
            Next::Failed { reason: "421 busy".into() }
        );
    }

    #[test]
    fn a_permanent_refusal_is_final_at_once() {
        assert_eq!(
            after(&mail(0), Outcome::Never("535 no".into()), 0),
            Next::Failed { reason: "535 no".into() }
        );
    }

    #[test]
    fn only_those_who_have_not_got_it_are_tried_again() {
        let outcome = Outcome::Sent(vec![refused("a@b.example", true), refused("c@d.example", false)]);
        let Next::Retry { remaining, .. } = after(&mail(0), outcome, 0) else { panic!("no retry") };
        assert_eq!(remaining.unwrap(), ["a@b.example"]);
    }

    #[test]
    fn a_recipient_refused_for_good_is_told() {
        assert_eq!(after(&mail(0), Outcome::Sent(vec![]), 0), Next::Sent);
        let outcome = Outcome::Sent(vec![refused("c@d.example", false)]);
        assert_eq!(after(&mail(0), outcome, 0), Next::SentInPart { reason: "550 no".into() });
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
    fn health_tells_the_worst_that_is_still_true() {
        let at = Timestamp;
        let waiting = Some((2, at(1), at(9), "421".to_owned()));
        let failed = Some((at(5), "550".to_owned()));
        let queue = |sent| Queue { waiting: waiting.clone(), sent, failed: failed.clone() };
        assert_eq!(health(false, queue(None)), MailHealth::Off);
        assert_eq!(health(true, queue(None)), MailHealth::Failed { at: at(5), reason: "550".into() });
        assert!(matches!(health(true, queue(Some(at(6)))), MailHealth::Waiting { mails: 2, .. }));
        let idle = Queue { sent: Some(at(6)), failed, waiting: None };
        assert_eq!(health(true, idle), MailHealth::Idle { sent: Some(at(6)) });
        assert_eq!(health(true, Queue::default()), MailHealth::Idle { sent: None });
    }
}
