//! When an inbox object has something to do by itself. It has one alarm, and no cron looks after it: the alarm is for the
//! earliest of everything that has a date, and at the latest for a day after the last upkeep.

use einwurf_protocol::{stock, time::Timestamp};

/// From one upkeep to the next, in seconds: keys of replaced storage secrets are gone everywhere within two days.
pub const EVERY_SECONDS: u64 = 86_400;

/// What is known to be coming.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calendar {
    /// When the next mail is due, in milliseconds.
    pub mail: Option<u64>,
    /// When the next call of a webhook is due, in milliseconds.
    pub webhook: Option<u64>,
    /// When the next push is due, in milliseconds.
    pub push: Option<u64>,
    /// When the stock of manifests ends.
    pub until: Option<Timestamp>,
    /// The last announcement of an end: of which end, and which, in days before it.
    pub warned: Option<(Timestamp, u64)>,
    /// When the next inbox key is destroyed.
    pub destroyed: Option<Timestamp>,
    /// When staff are reminded of the next request about rights.
    pub request: Option<Timestamp>,
    /// When they are reminded of what nobody read.
    pub unread: Option<Timestamp>,
    /// When the next session ends, as long as there are live connections.
    pub session: Option<Timestamp>,
    /// Whether something that was erased is to leave the raw storage.
    pub blanked: bool,
    /// The last upkeep.
    pub upkept: Option<Timestamp>,
}

impl Calendar {
    /// Which announcement of the stock's end is to be sent now, in days before it. A fresh stock begins anew.
    pub fn warning(&self, now: Timestamp) -> Option<(Timestamp, u64)> {
        let until = self.until.filter(|until| now < *until)?;
        let sent = self.warned.filter(|(end, _)| *end == until).map(|(_, days)| days);
        stock::warning(until, now, sent).map(|days| (until, days))
    }

    /// Whether upkeep is to be done now: a day has passed, however many were missed, or something has its date.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let due = [self.destroyed, self.request, self.unread].into_iter().flatten().any(|at| at <= now);
        self.daily(now) <= now || due || self.warning(now).is_some()
    }

    /// When the alarm has to go off, in milliseconds; never before `now`, so that what was missed is done at once.
    ///
    /// An announcement or a reminder that is due but cannot be sent, because no sender is configured, is asked for again
    /// with the daily upkeep and not before: its date has passed and would set one alarm after the other.
    pub fn alarm(&self, now: u64) -> u64 {
        if self.blanked {
            return now;
        }
        let seconds = Timestamp(now / 1_000);
        let announced = self.until.and_then(|until| stock::next_warning(until, seconds));
        let reminders = [self.request, self.unread].map(|due| due.filter(|at| seconds < *at));
        let dates = [Some(self.daily(seconds)), announced, self.destroyed, self.session];
        let dates = dates.into_iter().chain(reminders).flatten().map(|at| at.0.saturating_mul(1_000));
        dates.chain(self.mail).chain(self.webhook).chain(self.push).min().unwrap_or(now).max(now)
    }

    /// A day after the last upkeep; at once if there was none, or if the clock was wrong and it lies ahead.
    fn daily(&self, now: Timestamp) -> Timestamp {
        self.upkept.filter(|last| *last <= now).map_or(now, |last| last.plus(EVERY_SECONDS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;
    const NOW: Timestamp = Timestamp(1_000 * DAY);
    const NOW_MS: u64 = NOW.0 * 1_000;

    /// Nothing but the daily upkeep, which was done right now.
    fn quiet() -> Calendar {
        Calendar { upkept: Some(NOW), ..Calendar::default() }
    }

    fn ends(days: u64) -> Calendar {
        Calendar { until: Some(NOW.plus(days * DAY)), ..quiet() }
    }

    #[test]
    fn with_nothing_coming_the_alarm_is_a_day_after_the_last_upkeep() {
        assert_eq!(quiet().alarm(NOW_MS), NOW_MS + DAY * 1_000);
        // Mails in between do not push it away.
        assert_eq!(quiet().alarm(NOW_MS + 5_000), NOW_MS + DAY * 1_000);
        assert!(!quiet().is_due(NOW.plus(DAY - 1)));
        assert!(quiet().is_due(NOW.plus(DAY)));
        assert!(quiet().is_due(NOW.plus(DAY + 1)));
    }

    #[test]
    fn the_earliest_of_all_dates_is_the_next_alarm() {
        let hour = NOW.plus(3_600);
        let cases = [
            (Calendar { mail: Some(NOW_MS + 7), destroyed: Some(hour), ..quiet() }, NOW_MS + 7),
            (Calendar { mail: Some(NOW_MS + 7_200_000), destroyed: Some(hour), ..quiet() }, hour.0 * 1_000),
            (Calendar { webhook: Some(NOW_MS + 9), push: Some(NOW_MS + 8), ..quiet() }, NOW_MS + 8),
            (Calendar { until: Some(hour.plus(60 * DAY)), ..quiet() }, hour.0 * 1_000),
            (Calendar { until: Some(hour.plus(61 * DAY)), ..quiet() }, NOW_MS + DAY * 1_000),
        ];
        for (calendar, alarm) in cases {
            assert_eq!(calendar.alarm(NOW_MS), alarm, "{calendar:?}");
        }
    }

    #[test]
    fn what_was_missed_is_done_at_once_and_once() {
        let calendar = Calendar { destroyed: Some(NOW), until: Some(NOW.plus(100 * DAY)), ..quiet() };
        let late = NOW.plus(90 * DAY);
        assert_eq!(calendar.alarm(late.0 * 1_000), late.0 * 1_000);
        assert!(calendar.is_due(late));
        assert_eq!(
            calendar.warning(late),
            Some((NOW.plus(100 * DAY), 14)),
            "60 and 30 were missed: one mail"
        );
    }

    #[test]
    fn a_new_site_is_kept_up_at_once() {
        assert!(Calendar::default().is_due(NOW));
        assert_eq!(Calendar::default().alarm(NOW_MS), NOW_MS);
    }

    #[test]
    fn a_key_is_destroyed_in_its_second_and_not_before() {
        let calendar = Calendar { destroyed: Some(NOW), upkept: Some(NOW.minus(1)), ..quiet() };
        assert!(!calendar.is_due(NOW.minus(1)));
        assert!(calendar.is_due(NOW));
        assert_eq!(calendar.alarm(NOW_MS - 1), NOW_MS);
    }

    #[test]
    fn each_announcement_is_due_on_its_day_and_once() {
        for days in stock::WARNING_DAYS {
            let due = Calendar { upkept: Some(NOW), ..ends(days) };
            let until = NOW.plus(days * DAY);
            assert_eq!(due.warning(NOW), Some((until, days)));
            assert_ne!(due.warning(NOW.minus(1)), Some((until, days)), "one second before");
            assert!(due.is_due(NOW));
            let sent = Calendar { warned: Some((until, days)), ..due };
            assert_eq!(sent.warning(NOW), None);
            assert!(!sent.is_due(NOW));
        }
    }

    #[test]
    fn a_fresh_stock_begins_anew_and_an_ended_one_is_silent() {
        let until = NOW.plus(14 * DAY);
        let told = Calendar { warned: Some((until, 14)), ..ends(14) };
        assert_eq!(told.warning(NOW), None);
        let fresh = Calendar { until: Some(NOW.plus(193 * DAY)), ..told };
        assert_eq!(fresh.warning(NOW), None);
        assert_eq!(fresh.warning(NOW.plus(133 * DAY)), Some((NOW.plus(193 * DAY), 60)));
        assert!(ends(14).warning(until.minus(1)).is_some());
        assert_eq!(ends(14).warning(until), None);
        assert_eq!(ends(14).warning(until.plus(DAY)), None);
    }

    #[test]
    fn an_announcement_without_a_sender_does_not_set_alarm_after_alarm() {
        let unsent = ends(10);
        assert!(unsent.warning(NOW).is_some());
        assert_eq!(unsent.alarm(NOW_MS), NOW_MS + DAY * 1_000);
    }

    #[test]
    fn rgt_06_a_reminder_is_due_in_its_second_and_sets_no_alarm_after_alarm_if_it_cannot_be_sent() {
        let calendar = Calendar { request: Some(NOW.plus(60)), ..quiet() };
        assert_eq!(calendar.alarm(NOW_MS), NOW_MS + 60_000);
        assert!(!calendar.is_due(NOW.plus(59)));
        assert!(calendar.is_due(NOW.plus(60)));
        assert_eq!(
            calendar.alarm(NOW_MS + 60_000),
            NOW_MS + DAY * 1_000,
            "unsent, it waits for the next upkeep"
        );
    }

    #[test]
    fn what_nobody_read_is_due_in_its_second_and_sets_no_alarm_after_alarm_either() {
        let calendar = Calendar { unread: Some(NOW.plus(60)), ..quiet() };
        assert_eq!(calendar.alarm(NOW_MS), NOW_MS + 60_000);
        assert!(!calendar.is_due(NOW.plus(59)));
        assert!(calendar.is_due(NOW.plus(60)));
        assert_eq!(calendar.alarm(NOW_MS + 60_000), NOW_MS + DAY * 1_000);
    }

    #[test]
    fn what_was_erased_leaves_the_raw_storage_at_once() {
        let calendar = Calendar { blanked: true, ..quiet() };
        assert_eq!(calendar.alarm(NOW_MS + 7), NOW_MS + 7);
        assert!(!calendar.is_due(NOW.plus(1)));
    }

    #[test]
    fn the_end_of_a_session_with_a_connection_wakes_and_is_no_upkeep() {
        let calendar = Calendar { session: Some(NOW.plus(60)), ..quiet() };
        assert_eq!(calendar.alarm(NOW_MS), NOW_MS + 60_000);
        assert!(!calendar.is_due(NOW.plus(61)));
    }

    #[test]
    fn a_clock_that_was_ahead_puts_nothing_off() {
        let calendar = Calendar { upkept: Some(NOW.plus(1)), ..Calendar::default() };
        assert!(calendar.is_due(NOW));
        assert_eq!(calendar.alarm(NOW_MS), NOW_MS);
        assert!(!quiet().is_due(NOW));
    }
}
