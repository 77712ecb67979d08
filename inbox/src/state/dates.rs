//! Points in time as people read them. The time zone is an argument, since only the browser knows it.

use crate::texts::{Texts, fill};
use einwurf_protocol::time::{Date, Timestamp};

/// Minutes east of UTC at a point in time.
pub type Offset = fn(Timestamp) -> i32;

const DAY: u64 = 86_400;

/// A calendar date with time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Days since 1970-01-01.
    pub days: i64,
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: usize,
    /// Day of the month.
    pub day: i64,
    /// Hour.
    pub hour: i64,
    /// Minute.
    pub minute: i64,
}

impl Civil {
    /// The date at `at` in a zone.
    pub fn of(at: Timestamp, offset: Offset) -> Self {
        let seconds = i64::try_from(at.0).unwrap_or(i64::MAX / 2).saturating_add(i64::from(offset(at)) * 60);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = date(days);
        Self { days, year, month, day, hour: rest / 3_600, minute: rest % 3_600 / 60 }
    }

    /// Days since Monday, 0 to 6.
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday; the remainder lies in 0..7.
        usize::try_from((self.days + 3).rem_euclid(7)).unwrap_or_default()
    }
}

/// As a date. Nothing that people are shown lies before 1970.
fn date(days: i64) -> (i64, usize, i64) {
    let Date { year, month, day } = Date::of_days(u64::try_from(days).unwrap_or_default());
    let signed = |number: u64| i64::try_from(number).unwrap_or_default();
    (signed(year), usize::try_from(month).unwrap_or(1), signed(day))
}

/// Writes dates in one language and zone.
#[derive(Debug, Clone, Copy)]
pub struct Dates<'a> {
    /// Texts of the language.
    pub texts: &'a Texts,
    /// The zone.
    pub offset: Offset,
}

impl Dates<'_> {
    fn word(list: &str, index: usize) -> &str {
        list.split(' ').nth(index).unwrap_or_default()
    }

    /// `14:05`.
    pub fn time(&self, at: Timestamp) -> String {
        let civil = Civil::of(at, self.offset);
        format!("{:02}:{:02}", civil.hour, civil.minute)
    }

    /// `12. August 2026`, `12 August 2026`.
    pub fn day(&self, at: Timestamp) -> String {
        let civil = Civil::of(at, self.offset);
        let month = Self::word(&self.texts.date_months, civil.month - 1);
        fill(
            &self.texts.date_long,
            &[("day", &civil.day.to_string()), ("month", month), ("year", &civil.year.to_string())],
        )
    }

    /// `12. August 2026, 14:05 Uhr`.
    pub fn moment(&self, at: Timestamp) -> String {
        fill(&self.texts.date_moment, &[("day", &self.day(at)), ("time", &self.time(at))])
    }

    /// As short as the distance allows: `14:05` today, `Mo` within a week, else `12. Aug`.
    pub fn short(&self, at: Timestamp, now: Timestamp) -> String {
        let (civil, today) = (Civil::of(at, self.offset), Civil::of(now, self.offset));
        match today.days - civil.days {
            0 => self.time(at),
            1..7 => Self::word(&self.texts.date_weekdays, civil.weekday()).to_owned(),
            _ => fill(
                &self.texts.date_short,
                &[
                    ("day", &civil.day.to_string()),
                    ("month", Self::word(&self.texts.date_months_short, civil.month - 1)),
                ],
            ),
        }
    }

    /// How long ago: `seit 3 Tagen`, `for 3 days`.
    pub fn since(&self, at: Timestamp, now: Timestamp) -> String {
        let seconds = now.0.saturating_sub(at.0);
        let t = self.texts;
        let (text, count) = match seconds {
            0..3_600 => (&t.since_minutes, seconds / 60),
            3_600..DAY => (&t.since_hours, seconds / 3_600),
            _ => (&t.since_days, seconds / DAY),
        };
        text.of(count.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::tests::{de, en};

    const BERLIN_SUMMER: Offset = |_| 120;
    /// 2026-08-12T12:05:00Z, a Wednesday.
    const NOON: Timestamp = Timestamp(1_786_536_300);

    #[test]
    fn a_leap_day_a_new_year_and_the_epoch() {
        for (days, expected) in [
            (0, (1970, 1, 1)),
            (19_782, (2024, 2, 29)),
            (19_783, (2024, 3, 1)),
            (20_453, (2025, 12, 31)),
            (20_454, (2026, 1, 1)),
        ] {
            assert_eq!(date(days), expected, "{days}");
        }
    }

    #[test]
    fn german_and_english_write_the_same_moment_their_own_way() {
        let (de, en) = (de(), en());
        let german = Dates { texts: &de, offset: BERLIN_SUMMER };
        let english = Dates { texts: &en, offset: BERLIN_SUMMER };
        assert_eq!(german.moment(NOON), "12. August 2026, 14:05 Uhr");
        assert_eq!(english.moment(NOON), "12 August 2026, 14:05");
    }

    #[test]
    fn the_zone_decides_which_day_it_is() {
        let de = de();
        let late = NOON.plus(10 * 3_600); // 22:05 UTC
        let utc = Dates { texts: &de, offset: |_| 0 };
        let berlin = Dates { offset: BERLIN_SUMMER, ..utc };
        assert_eq!(utc.short(late, late), "22:05");
        assert_eq!(berlin.day(late), "13. August 2026");
    }

    #[test]
    fn the_list_says_time_weekday_or_date() {
        let de = de();
        let dates = Dates { texts: &de, offset: BERLIN_SUMMER };
        for (ago, shown) in [(0, "14:05"), (DAY, "Di"), (6 * DAY, "Do"), (7 * DAY, "5. Aug")] {
            assert_eq!(dates.short(NOON.minus(ago), NOON), shown);
        }
    }

    #[test]
    fn waiting_is_counted_in_the_largest_whole_unit() {
        let en = en();
        let dates = Dates { texts: &en, offset: BERLIN_SUMMER };
        for (ago, shown) in [
            (5, "for a minute"),
            (600, "for 10 minutes"),
            (3_600, "for an hour"),
            (7_300, "for 2 hours"),
            (DAY, "for a day"),
            (3 * DAY, "for 3 days"),
        ] {
            assert_eq!(dates.since(NOON.minus(ago), NOON), shown);
        }
    }
}
