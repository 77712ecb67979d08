//! A moment as somebody names it: tests hold on any day, and so each of them can be begun on another one.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::time::{DAY, Date};

/// Seconds since 1970 of `2027-02-28` or `2027-02-28T23:59:50Z`.
pub(super) fn read(text: &str) -> Result<u64> {
    let named = || format!("`{text}` is no moment; one is 2027-02-28 or 2027-02-28T23:59:50Z");
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, time.strip_suffix('Z').with_context(named)?),
        None => (text, "00:00:00"),
    };
    let [year, month, of_month] = numbers(day, '-').with_context(named)?;
    let [hour, minute, second] = numbers(time, ':').with_context(named)?;
    let date = Date { year, month, day: of_month };
    ensure!((1970..=9999).contains(&year) && of_month > 0, named());
    ensure!(Date::of_days(date.days()) == date, named());
    ensure!(hour < 24 && minute < 60 && second < 60, named());
    Ok(date.days() * DAY + hour * 3_600 + minute * 60 + second)
}

/// Three numbers with a sign between them.
fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let numbers: Option<Vec<u64>> = text.split(between).map(|number| number.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_moment_is_a_day_or_a_second_of_one_and_nothing_else() {
        assert_eq!(read("1970-01-01").unwrap(), 0);
        assert_eq!(read("2028-02-29T23:59:50Z").unwrap(), 1_835_481_590);
        for text in [
            "",
            "2027-02-29",
            "2027-02",
            "2027-13-01",
            "2027-03-00",
            "2027-00-01",
            "2027-01-01T24:00:00Z",
            "2027-01-01T00:00:00",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
