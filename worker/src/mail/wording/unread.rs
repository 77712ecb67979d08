//! The mail that reminds of conversations that nobody read for working days.

use super::{
    super::{compose::Waiting, dates::utc},
    Subject,
};
use einwurf_protocol::notice::Register;

/// Always the same.
pub(super) const SUBJECT: Subject =
    ("Ungelesene Nachrichten im Einwurf-Postfach", "Unread messages in your Einwurf inbox");

pub(super) fn text(register: Register, waiting: Waiting, link: &str) -> String {
    let Waiting { conversations, since } = waiting;
    let since = utc(register, since);
    let one = conversations == 1;
    let german = if one {
        format!("Eine Unterhaltung wartet ungelesen, seit {since}.")
    } else {
        format!("{conversations} Unterhaltungen warten ungelesen, die älteste seit {since}.")
    };
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\n{german}\r\n\r\nIhr Postfach öffnen:\r\n{link}\r\n\r\n\
             Diese Erinnerung endet, sobald jemand liest, antwortet oder sie als erledigt vermerkt.\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\n{german}\r\n\r\nDein Postfach öffnen:\r\n{link}\r\n\r\n\
             Diese Erinnerung endet, sobald jemand liest, antwortet oder sie als erledigt vermerkt.\r\n"
        ),
        Register::En => {
            let english = if one {
                format!("Nobody has read one conversation yet. It has been waiting since {since}.")
            } else {
                format!(
                    "Nobody has read {conversations} conversations yet. The oldest has been waiting since {since}."
                )
            };
            format!(
                "Hello,\r\n\r\n{english}\r\n\r\nOpen your inbox:\r\n{link}\r\n\r\n\
                 This reminder ends as soon as somebody reads them, answers or marks them as done.\r\n"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::time::Timestamp;

    #[test]
    fn it_says_how_many_since_when_and_where_and_nothing_else() {
        let since = Timestamp(1_795_455_720);
        for register in Register::ALL {
            for conversations in [1, 2] {
                let text = text(register, Waiting { conversations, since }, "LINK");
                assert!(text.contains("\r\nLINK\r\n"), "{text}");
                assert!(text.contains(&utc(register, since)), "{text}");
                let number = if conversations == 1 {
                    ["Eine Unterhaltung", "one conversation"]
                } else {
                    ["2 Unterhaltungen", "2 conversations"]
                };
                assert!(number.iter().any(|words| text.contains(words)), "{text}");
            }
        }
    }
}
