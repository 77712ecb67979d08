//! When members are reminded of conversations that nobody read: after two working days all recipients of the relay's
//! mails, after the double those whom the site named for it.

use einwurf_protocol::{
    limits::REMINDER_WORKING_DAYS,
    time::{DAY, Timestamp},
};
use serde::{Deserialize, Serialize};

/// Conversations that come due this soon after another one are in the same mail, in seconds: half a day.
pub const TOGETHER_SECONDS: u64 = 43_200;

/// A reminder. Each conversation has one of each kind, as long as it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// To all recipients.
    First,
    /// To those who are told when that did not help.
    Escalated,
}

impl Reminder {
    /// In their order.
    pub const ALL: [Self; 2] = [Self::First, Self::Escalated];

    /// How many reminders a conversation has had with this one.
    pub fn count(self) -> u64 {
        match self {
            Self::First => 1,
            Self::Escalated => 2,
        }
    }

    /// After how many working days.
    pub fn days(self) -> u64 {
        self.count() * REMINDER_WORKING_DAYS
    }

    /// When it is due for what waits since then.
    pub fn due(self, since: Timestamp) -> Timestamp {
        after_working_days(since, self.days())
    }

    /// What has waited since then or longer is due at `now`.
    pub fn is_due(self, since: Timestamp, now: Timestamp) -> bool {
        self.due(since) <= now
    }
}

/// So many working days later, at the same time of the day; what comes on a weekend counts from Monday. In universal
/// time, since the relay does not know where staff are, and without holidays, which it does not know either.
pub fn after_working_days(since: Timestamp, days: u64) -> Timestamp {
    (0..days).fold(workday(since), |at, _| {
        let next = at.plus(DAY);
        // From Friday to Monday.
        if is_weekend(next) { next.plus(2 * DAY) } else { next }
    })
}

/// Itself, or the beginning of the next Monday.
fn workday(at: Timestamp) -> Timestamp {
    let midnight = Timestamp(at.0 - at.0 % DAY);
    match weekday(at) {
        5 => midnight.plus(2 * DAY),
        6 => midnight.plus(DAY),
        _ => at,
    }
}

fn is_weekend(at: Timestamp) -> bool {
    weekday(at) >= 5
}

/// From 0, Monday; 1970 began on a Thursday.
fn weekday(at: Timestamp) -> u64 {
    (at.0 / DAY + 3) % 7
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600;
    /// Monday, 23 November 2026, 00:00.
    const MONDAY: Timestamp = Timestamp(1_795_392_000);

    fn day(day: u64, hour: u64) -> Timestamp {
        MONDAY.plus(day * DAY + hour * HOUR)
    }

    #[test]
    fn that_monday_was_one() {
        assert_eq!((0..7).map(|days| weekday(day(days, 23))).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(weekday(Timestamp(0)), 3);
    }

    #[test]
    fn two_working_days_leave_out_the_weekend() {
        for (since, due) in [
            (day(0, 9), day(2, 9)),
            (day(1, 0), day(3, 0)),
            (day(2, 9), day(4, 9)),
            // Thursday, Friday: over the weekend.
            (day(3, 9), day(7, 9)),
            (day(4, 23), day(8, 23)),
            // Saturday and Sunday count from Monday.
            (day(5, 0), day(9, 0)),
            (day(6, 23), day(9, 0)),
            (day(7, 0), day(9, 0)),
        ] {
            assert_eq!(Reminder::First.due(since), due, "{since:?}");
        }
    }

    #[test]
    fn the_double_leaves_out_every_weekend() {
        for (since, due) in [(day(0, 9), day(4, 9)), (day(1, 9), day(7, 9)), (day(5, 12), day(11, 0))] {
            assert_eq!(Reminder::Escalated.due(since), due, "{since:?}");
        }
        assert_eq!(after_working_days(day(4, 1), 10), day(18, 1));
        assert_eq!(after_working_days(day(2, 5), 0), day(2, 5));
    }

    #[test]
    fn it_is_due_in_its_second() {
        for (since, due) in [(day(0, 9), day(2, 9)), (day(4, 12), day(8, 12)), (day(6, 3), day(9, 0))] {
            assert!(!Reminder::First.is_due(since, due.minus(1)));
            assert!(Reminder::First.is_due(since, due));
            assert!(Reminder::First.is_due(since, due.plus(1)));
        }
    }

    #[test]
    fn what_waits_longer_is_never_due_later() {
        let hours: Vec<_> = (0..400).map(|hour| Reminder::Escalated.due(MONDAY.plus(hour * HOUR))).collect();
        assert!(hours.is_sorted());
    }
}
