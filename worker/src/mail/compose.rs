//! The relay mail's text: that conversations wait and since when, and where to read them. Nothing of a message, nothing
//! of a visitor, the same subject always.

use einwurf_protocol::{notice::Register, time::Timestamp};
use mail_builder::{
    MessageBuilder,
    headers::{date::Date, raw::Raw},
};

/// What a mail says.
#[derive(Debug, Clone)]
pub struct Mail<'a> {
    /// Address of the sender.
    pub from: &'a str,
    /// Recipients.
    pub to: &'a [String],
    /// Form of address and language.
    pub register: Register,
    /// Stays the same over every try: `id@host` without angle brackets.
    pub message_id: &'a str,
    /// Now.
    pub date: Timestamp,
    /// Link to the inbox.
    pub link: &'a str,
    /// What waits; none: a test mail.
    pub waiting: Option<Waiting>,
}

/// What waits for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Conversations with unread messages.
    pub conversations: u32,
    /// When the oldest of these messages was stored.
    pub since: Timestamp,
}

/// The constant subject.
pub fn subject(register: Register) -> &'static str {
    match register {
        Register::DeFormal | Register::DeInformal => "Neue Nachricht im Einwurf-Postfach",
        Register::En => "New message in your Einwurf inbox",
    }
}

fn test_subject(register: Register) -> &'static str {
    match register {
        Register::DeFormal | Register::DeInformal => "Testmail vom Einwurf-Postfach",
        Register::En => "Test mail from your Einwurf inbox",
    }
}

/// The message in RFC 5322 form; none if it cannot be written.
pub fn message(mail: &Mail<'_>) -> Option<Vec<u8>> {
    let recipients: Vec<&str> = mail.to.iter().map(String::as_str).collect();
    let (subject, text) = match mail.waiting {
        Some(waiting) => (subject(mail.register), waiting_text(mail.register, waiting, mail.link)),
        None => (test_subject(mail.register), test_text(mail.register, mail.link)),
    };
    MessageBuilder::new()
        .from(("Einwurf", mail.from))
        .to(recipients)
        .subject(subject)
        .date(Date::new(i64::try_from(mail.date.0).ok()?))
        .message_id(mail.message_id)
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .text_body(text)
        .write_to_vec()
        .ok()
}

fn waiting_text(register: Register, waiting: Waiting, link: &str) -> String {
    let Waiting { conversations, since } = waiting;
    let since = utc(register, since);
    let one = conversations == 1;
    match register {
        Register::DeFormal => {
            let what = if one {
                "Eine Unterhaltung wartet".to_owned()
            } else {
                format!("{conversations} Unterhaltungen warten")
            };
            format!(
                "Guten Tag,\r\n\r\n{what} auf Sie, seit {since}.\r\n\r\nIhr Postfach öffnen:\r\n{link}\r\n\r\n\
                 Der Inhalt steht nicht in dieser E-Mail: Er ist verschlüsselt und nur im Postfach zu lesen.\r\n"
            )
        }
        Register::DeInformal => {
            let what = if one {
                "Eine Unterhaltung wartet".to_owned()
            } else {
                format!("{conversations} Unterhaltungen warten")
            };
            format!(
                "Hallo,\r\n\r\n{what} auf dich, seit {since}.\r\n\r\nDein Postfach öffnen:\r\n{link}\r\n\r\n\
                 Der Inhalt steht nicht in dieser E-Mail: Er ist verschlüsselt und nur im Postfach zu lesen.\r\n"
            )
        }
        Register::En => {
            let what = if one {
                "One conversation is".to_owned()
            } else {
                format!("{conversations} conversations are")
            };
            format!(
                "Hello,\r\n\r\n{what} waiting for you since {since}.\r\n\r\nOpen your inbox:\r\n{link}\r\n\r\n\
                 The content is not in this mail: it is encrypted and can be read in the inbox only.\r\n"
            )
        }
    }
}

fn test_text(register: Register, link: &str) -> String {
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\ndas ist die Testmail Ihres Postfachs. Der Versand läuft.\r\n\r\nIhr Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\ndas ist die Testmail deines Postfachs. Der Versand läuft.\r\n\r\nDein Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::En => format!(
            "Hello,\r\n\r\nthis is the test mail of your inbox. Sending works.\r\n\r\nOpen your inbox:\r\n{link}\r\n"
        ),
    }
}

/// In universal time: the relay does not know where staff are.
fn utc(register: Register, time: Timestamp) -> String {
    let (days, seconds) = (time.0 / 86_400, time.0 % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute) = (seconds / 3_600, seconds % 3_600 / 60);
    match register {
        Register::DeFormal | Register::DeInformal => {
            format!("{day:02}.{month:02}.{year:04}, {hour:02}:{minute:02} Uhr (UTC)")
        }
        Register::En => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC"),
    }
}

/// Days since 1970-01-01 as a date of the Gregorian calendar (Howard Hinnant's `civil_from_days`, years from 1970).
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(register: Register, waiting: Option<Waiting>) -> String {
        let to = ["office@fensterbau.example".to_owned(), "meike@fensterbau.example".to_owned()];
        let bytes = message(&Mail {
            from: "relay@fensterbau.example",
            to: &to,
            register,
            message_id: "abc@relay.example",
            date: Timestamp(1_795_455_720),
            link: "https://relay.example/inbox#site=x",
            waiting,
        });
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    const TWO: Waiting = Waiting { conversations: 2, since: Timestamp(1_795_455_720) };

    #[test]
    fn the_headers_are_complete_and_the_text_is_ascii_on_the_wire() {
        for register in Register::ALL {
            let text = mail(register, Some(TWO));
            for header in [
                "From: \"Einwurf\" <relay@fensterbau.example>\r\n",
                "Date: Mon, 23 Nov 2026 17:42:00 +0000\r\n",
                "Message-ID: <abc@relay.example>\r\n",
                "Auto-Submitted: auto-generated\r\n",
                "MIME-Version: 1.0\r\n",
            ] {
                assert!(text.contains(header), "{header} in {text}");
            }
            assert!(text.is_ascii(), "{text}");
            assert!(text.lines().all(|line| line.len() <= 998));
        }
    }

    #[test]
    fn it_says_how_many_and_since_when() {
        let german = waiting_text(Register::DeFormal, TWO, "l");
        assert!(
            german.contains("2 Unterhaltungen warten auf Sie, seit 23.11.2026, 17:42 Uhr (UTC)."),
            "{german}"
        );
        let one = Waiting { conversations: 1, ..TWO };
        assert!(waiting_text(Register::DeInformal, one, "l").contains("Eine Unterhaltung wartet auf dich"));
        assert!(waiting_text(Register::En, one, "l").contains("One conversation is waiting"));
    }

    #[test]
    fn the_subject_is_the_same_whatever_waits() {
        let line = |text: String| text.lines().find(|line| line.starts_with("Subject:")).unwrap().to_owned();
        let many = Waiting { conversations: 99, since: Timestamp(0) };
        for register in Register::ALL {
            assert_eq!(line(mail(register, Some(TWO))), line(mail(register, Some(many))));
            assert_ne!(line(mail(register, None)), line(mail(register, Some(TWO))));
        }
    }

    #[test]
    fn no_text_shouts() {
        for register in Register::ALL {
            assert!(!waiting_text(register, TWO, "").contains('!') && !test_text(register, "").contains('!'));
        }
    }

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
        }
    }
}
