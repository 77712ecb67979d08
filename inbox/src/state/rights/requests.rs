//! Requests by visitors about their rights: what is open, until when, and how it ended.

use crate::{state::admin::Said, texts::Pick};
use einwurf_protocol::{
    api::staff::{Outcome, Right, RightsRequest},
    ids::MessageId,
    time::Timestamp,
};

/// The page.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    /// In the order of the relay: open ones by due date, then closed ones. None: not fetched yet.
    pub list: Option<Vec<RightsRequest>>,
    /// A code that is looked for.
    pub code: String,
    /// Whose closing is on its way.
    pub closing: Option<MessageId>,
    /// What the page says.
    pub said: Said,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Some time is left.
    Open,
    /// A week or less is left.
    Soon,
    /// The month is over.
    Overdue,
    /// It is closed.
    Closed,
}

/// From here on a request is marked.
const SOON_SECONDS: u64 = 7 * einwurf_protocol::time::DAY;

impl Due {
    /// At `now`.
    pub fn of(request: &RightsRequest, now: Timestamp) -> Self {
        match request {
            RightsRequest { closed: Some(_), .. } => Self::Closed,
            RightsRequest { due, .. } if *due <= now => Self::Overdue,
            RightsRequest { due, .. } if *due <= now.plus(SOON_SECONDS) => Self::Soon,
            _ => Self::Open,
        }
    }
}

impl Requests {
    /// How many are open.
    pub fn open(&self) -> usize {
        self.list.iter().flatten().filter(|request| request.closed.is_none()).count()
    }
}

/// Rights, in the order of the law.
pub const RIGHTS: [(Right, Pick); 6] = [
    (Right::Access, |t| &t.right_access),
    (Right::Rectification, |t| &t.right_rectification),
    (Right::Erasure, |t| &t.right_erasure),
    (Right::Restriction, |t| &t.right_restriction),
    (Right::Portability, |t| &t.right_portability),
    (Right::Objection, |t| &t.right_objection),
];

/// A right's name.
pub fn name(right: Right) -> Pick {
    RIGHTS.iter().find(|(one, _)| *one == right).map_or(|t| &t.right_access, |(_, name)| *name)
}

/// How a request can end.
pub const OUTCOMES: [(Outcome, Pick); 3] = [
    (Outcome::Done, |t| &t.outcome_done),
    (Outcome::Refused, |t| &t.outcome_refused),
    (Outcome::Withdrawn, |t| &t.outcome_withdrawn),
];

/// How a request ended.
pub fn ended(outcome: Outcome) -> Pick {
    match outcome {
        Outcome::Done => |t| &t.ended_done,
        Outcome::Refused => |t| &t.ended_refused,
        Outcome::Withdrawn => |t| &t.ended_withdrawn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;
    use einwurf_protocol::{api::staff::Closed, ids::Cid, time::DAY};

    fn request(received: Timestamp) -> RightsRequest {
        RightsRequest {
            id: MessageId([1; 16]),
            cid: Cid([2; 32]),
            right: Right::Access,
            received,
            due: received.month_later(),
            closed: None,
        }
    }

    #[test]
    fn rgt_06_a_request_is_marked_a_week_before_its_month_ends_and_from_its_end_on() {
        let request = request(NOW);
        let due = request.due;
        assert_eq!(due.date().to_string(), "2026-09-12");
        for (now, wanted) in [
            (NOW, Due::Open),
            (due.minus(7 * DAY + 1), Due::Open),
            (due.minus(7 * DAY), Due::Soon),
            (due.minus(1), Due::Soon),
            (due, Due::Overdue),
            (due.plus(1), Due::Overdue),
        ] {
            assert_eq!(Due::of(&request, now), wanted);
        }
    }

    #[test]
    fn rgt_06_a_closed_request_is_not_overdue_and_not_open() {
        let closed = Some(Closed { at: NOW, outcome: Outcome::Done });
        let closed = RightsRequest { closed, ..request(NOW.minus(90 * DAY)) };
        assert_eq!(Due::of(&closed, NOW), Due::Closed);
        let requests = Requests { list: Some(vec![request(NOW), closed]), ..Requests::default() };
        assert_eq!(requests.open(), 1);
    }
}
