//! Points in time and dates. Nothing in this crate reads a clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// For this many years after the year of the last event a proof of consent is kept: civil claims lapse then.
pub const PROOF_YEARS: u64 = 3;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds (the JWT `NumericDate`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Timestamp(pub u64);

/// A date of the Gregorian calendar from 1970 on, in the time zone that whoever makes it chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Year.
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    /// 1 to 31.
    pub day: u64,
}

impl Timestamp {
    /// `seconds` later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// `seconds` earlier.
    #[must_use]
    pub fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// Its date in UTC.
    pub fn date(self) -> Date {
        Date::of_days(self.0 / DAY)
    }

    /// One month later, as GDPR 12(3) counts (Regulation 1182/71, Article 3): the same day of the next month, or its
    /// last day; the time of day stays.
    #[must_use]
    pub fn month_later(self) -> Self {
        let Date { year, month, day } = self.date();
        let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let day = day.min(Date::length(year, month));
        Self(Date { year, month, day }.days() * DAY + self.0 % DAY)
    }

    /// Until when the proof of an event is kept: the end of the third year after it.
    #[must_use]
    pub fn proof_until(self) -> Self {
        let year = self.date().year + PROOF_YEARS + 1;
        Self(Date { year, month: 1, day: 1 }.days() * DAY)
    }
}

impl Date {
    /// Days since 1970-01-01 as a date (Howard Hinnant's `civil_from_days`: eras of 400 years, years that begin in
    /// March).
    pub fn of_days(days: u64) -> Self {
        let days = days + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march = (5 * of_year + 2) / 153;
        let month = if march < 10 { march + 3 } else { march - 9 };
        Self {
            year: year + 400 * era + u64::from(month <= 2),
            month,
            day: of_year - (153 * march + 2) / 5 + 1,
        }
    }

    /// Days since 1970-01-01 (`days_from_civil`).
    pub fn days(self) -> u64 {
        let Self { year, month, day } = self;
        let year = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (year / 400, year % 400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).saturating_sub(719_468)
    }

    /// Days of a month.
    fn length(year: u64, month: u64) -> u64 {
        let (after, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        Self { year: after, month: next, day: 1 }.days() - Self { year, month, day: 1 }.days()
    }
}

impl fmt::Display for Date {
    /// `YYYY-MM-DD` (ISO 8601).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: u64, month: u64, day: u64) -> Timestamp {
        Timestamp(Date { year, month, day }.days() * DAY + 3_600)
    }

    #[test]
    fn dates_and_days_are_each_others_way_back() {
        for days in (0..60_000).step_by(7).chain(59_990..60_100) {
            assert_eq!(Date::of_days(days).days(), days);
        }
        assert_eq!(Timestamp(1_795_651_200).date().to_string(), "2026-11-26");
    }

    #[test]
    fn rgt_06_a_month_ends_on_the_same_day_or_on_the_months_last() {
        for (from, to) in [
            ((2026, 11, 25), (2026, 12, 25)),
            ((2026, 12, 31), (2027, 1, 31)),
            ((2027, 1, 28), (2027, 2, 28)),
            ((2027, 1, 31), (2027, 2, 28)),
            ((2028, 1, 31), (2028, 2, 29)),
            ((2026, 3, 31), (2026, 4, 30)),
        ] {
            assert_eq!(at(from.0, from.1, from.2).month_later(), at(to.0, to.1, to.2));
        }
    }

    #[test]
    fn rec_06_a_proof_is_kept_to_the_end_of_the_third_year_after() {
        let end = Timestamp(Date { year: 2030, month: 1, day: 1 }.days() * DAY);
        for day in [at(2026, 1, 1), at(2026, 11, 25), at(2026, 12, 31)] {
            assert_eq!(day.proof_until(), end);
        }
        assert_eq!(at(2027, 1, 1).proof_until().date().year, 2031);
    }
}
