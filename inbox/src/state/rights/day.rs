//! Dates as the browser's field writes them, and how long the law has papers kept.

use einwurf_protocol::time::{DAY, Date, Timestamp};

/// Noon (UTC) of a date written `YYYY-MM-DD`: the same day in every time zone where somebody may read it.
pub fn noon(text: &str) -> Option<Timestamp> {
    let mut parts = text.trim().splitn(3, '-').map(|part| part.parse::<u64>().ok());
    let mut next = || parts.next().flatten();
    let date = Date { year: next()?, month: next()?, day: next()? };
    let plausible = (1_970..=9_999).contains(&date.year) && (1..=12).contains(&date.month) && date.day > 0;
    // A day that its month does not have is another date when it is read back.
    let is_date = plausible && Date::of_days(date.days()) == date;
    is_date.then(|| Timestamp(date.days() * DAY + DAY / 2))
}

/// A date as the browser's field writes it.
pub fn written(at: Timestamp) -> String {
    at.date().to_string()
}

/// For how many years papers are kept: commercial letters (HGB 257(4), AO 147(3)), vouchers, books. As of 2025, since the
/// Fourth Bureaucracy Relief Act made ten years of vouchers eight.
pub const YEARS: [u64; 3] = [6, 8, 10];

/// The last day of such a period that begins with what happens `now`: it is counted from the end of the year.
pub fn kept_until(now: Timestamp, years: u64) -> String {
    Date { year: now.date().year + years, month: 12, day: 31 }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    #[test]
    fn a_date_is_noon_of_its_day_and_what_is_none_is_refused() {
        assert_eq!(noon(" 1970-01-02 "), Some(Timestamp(DAY + DAY / 2)));
        assert_eq!(noon(&written(NOW)).unwrap().date(), NOW.date());
        assert!(noon("2028-02-29").is_some());
        for wrong in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "2027-02-29",
            "0000-01-01",
            "2026-00-10",
            "2026-01-00",
            "a-b-c",
            "2026-1-1-1",
        ] {
            assert_eq!(noon(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ret_03_periods_of_commercial_and_tax_law_end_with_their_year() {
        let ends = YEARS.map(|years| kept_until(NOW, years));
        assert_eq!(ends, ["2032-12-31", "2034-12-31", "2036-12-31"]);
    }
}
