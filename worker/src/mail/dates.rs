//! Points in time as mails write them.

use einwurf_protocol::{
    notice::Register,
    time::{Date, Timestamp},
};

/// In universal time: the relay does not know where staff are.
pub(super) fn utc(register: Register, time: Timestamp) -> String {
    let seconds = time.0 % 86_400;
    let (hour, minute) = (seconds / 3_600, seconds % 3_600 / 60);
    let day = day(register, time);
    match register {
        Register::DeFormal | Register::DeInformal => format!("{day}, {hour:02}:{minute:02} Uhr (UTC)"),
        Register::En => format!("{day} {hour:02}:{minute:02} UTC"),
    }
}

/// The day alone.
pub(super) fn day(register: Register, time: Timestamp) -> String {
    let Date { year, month, day } = time.date();
    match register {
        Register::DeFormal | Register::DeInformal => format!("{day:02}.{month:02}.{year:04}"),
        Register::En => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days_and_turns_of_years() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_709_251_199, "2024-02-29 23:59 UTC"),
            (1_735_689_600, "2025-01-01 00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(utc(Register::En, Timestamp(seconds)), text);
            assert!(text.starts_with(&day(Register::En, Timestamp(seconds))));
        }
    }
}
