//! What the relay's mails say: that conversations wait and since when, that a stock ends and what to do, and where.
//! Plain text, lines end in CRLF.

mod answer;
mod rights;
mod unread;

use super::{
    compose::{Says, Secret, StockEnd, Waiting},
    dates::{day, utc},
    duty::Deed,
};
use einwurf_protocol::notice::Register;

/// A subject in German and in English.
type Subject = (&'static str, &'static str);

/// The subject: always the same for what waits and for all about rights, the same for one end of a stock.
pub(super) fn subject(register: Register, says: Says<'_>) -> String {
    let german = register != Register::En;
    match says {
        Says::Waiting(_) if german => "Neue Nachricht im Einwurf-Postfach".to_owned(),
        Says::Waiting(_) => "New message in your Einwurf inbox".to_owned(),
        Says::Unread(_) => either(german, unread::SUBJECT),
        Says::Answer(_) => either(german, answer::SUBJECT),
        Says::Test if german => "Testmail vom Einwurf-Postfach".to_owned(),
        Says::Test => "Test mail from your Einwurf inbox".to_owned(),
        Says::StockEnd(end) => ends(register, &end),
        Says::Secret(secret) => owed(german, &secret),
        Says::Copies(_) => either(german, rights::COPIES),
        Says::Due(_) => either(german, rights::DUE),
        Says::Head(_) => either(german, rights::HEAD),
    }
}

fn either(german: bool, (de, en): Subject) -> String {
    if german { de.to_owned() } else { en.to_owned() }
}

/// The body.
pub(super) fn text(register: Register, says: Says<'_>, link: &str) -> String {
    match says {
        Says::Waiting(waiting) => waiting_text(register, waiting, link),
        Says::Unread(waiting) => unread::text(register, waiting, link),
        Says::Answer(answer) => answer::text(register, answer),
        Says::Test => test_text(register, link),
        Says::StockEnd(end) => end_text(register, &end, link),
        Says::Secret(secret) => secret_text(register != Register::En, &secret),
        Says::Copies(copies) => rights::copies(register, &copies, link),
        Says::Due(due) => rights::due(register, &due, link),
        Says::Head(head) => rights::head(register, &head),
    }
}

fn waiting_text(register: Register, waiting: Waiting, link: &str) -> String {
    let Waiting { conversations, since } = waiting;
    let since = utc(register, since);
    let one = conversations == 1;
    let german = if one {
        "Eine Unterhaltung wartet".to_owned()
    } else {
        format!("{conversations} Unterhaltungen warten")
    };
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\n{german} auf Sie, seit {since}.\r\n\r\nIhr Postfach öffnen:\r\n{link}\r\n\r\n\
             Der Inhalt steht nicht in dieser E-Mail: Er ist verschlüsselt und nur im Postfach zu lesen.\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\n{german} auf dich, seit {since}.\r\n\r\nDein Postfach öffnen:\r\n{link}\r\n\r\n\
             Der Inhalt steht nicht in dieser E-Mail: Er ist verschlüsselt und nur im Postfach zu lesen.\r\n"
        ),
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

/// Longest name in a sentence, in characters.
const NAME: usize = 80;

/// A company's name for a line of text: without line ends and other characters that are not to be seen.
fn shown(company: &str) -> String {
    let unseen = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let name: String = company.chars().map(|c| if unseen(c) { ' ' } else { c }).take(NAME).collect();
    name.trim().to_owned()
}

/// Subject and first sentence.
fn ends(register: Register, end: &StockEnd<'_>) -> String {
    let (company, day) = (shown(end.company), day(register, end.until));
    match register {
        Register::DeFormal | Register::DeInformal => format!(
            "Der Nachrichten-Knopf von {company} endet am {day}, wenn sich niemand anmeldet, der unterschreiben darf"
        ),
        Register::En => {
            format!("The message button of {company} stops on {day} unless somebody who may sign logs in")
        }
    }
}

/// For those who may sign and for the operator, who cannot log in.
fn end_text(register: Register, end: &StockEnd<'_>, link: &str) -> String {
    let ends = ends(register, end);
    match register {
        Register::DeFormal => format!(
            "Guten Tag,\r\n\r\n{ends}. Danach sehen Besucher der Website nur noch die üblichen Kontaktwege.\r\n\r\n\
             Das ist zu tun: Wenn Sie unterschreiben dürfen, melden Sie sich einmal im Postfach an. \
             Alles andere geschieht dabei von selbst.\r\n\r\nDas Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::DeInformal => format!(
            "Hallo,\r\n\r\n{ends}. Danach sehen Besucher der Website nur noch die üblichen Kontaktwege.\r\n\r\n\
             Das ist zu tun: Wenn du unterschreiben darfst, melde dich einmal im Postfach an. \
             Alles andere geschieht dabei von selbst.\r\n\r\nDas Postfach öffnen:\r\n{link}\r\n"
        ),
        Register::En => format!(
            "Hello,\r\n\r\n{ends}. From then on, visitors of the website see the ordinary contact ways only.\r\n\r\n\
             What to do: if you may sign, log in to the inbox once. \
             Everything else happens by itself then.\r\n\r\nOpen the inbox:\r\n{link}\r\n"
        ),
    }
}

/// Subject and first sentence.
fn owed(german: bool, secret: &Secret<'_>) -> String {
    let company = shown(secret.company);
    match (secret.deed, german) {
        (Deed::Replace, true) => {
            format!("Der Speicherschlüssel ist älter als die Frist, nach der {company} Nachrichten löscht")
        }
        (Deed::Replace, false) => {
            format!("The storage secret is older than the time after which {company} deletes messages")
        }
        (Deed::Destroy, true) => "Der alte Speicherschlüssel ist noch eingetragen".to_owned(),
        (Deed::Destroy, false) => "The old storage secret is still set".to_owned(),
    }
}

/// For the operator alone, who knows the names of the configuration.
fn secret_text(german: bool, secret: &Secret<'_>) -> String {
    let owed = owed(german, secret);
    let (why, what) = match (secret.deed, german) {
        (Deed::Replace, true) => (
            "Aus alten Sicherungen wäre lesbar, was schon gelöscht ist",
            "Ersetzen Sie EINWURF_STORAGE_SECRET, wie es das Betriebshandbuch beschreibt",
        ),
        (Deed::Replace, false) => (
            "What has been deleted could be read from old backups",
            "Replace EINWURF_STORAGE_SECRET as the operating manual describes",
        ),
        (Deed::Destroy, true) => (
            "Solange es ihn gibt, wäre aus alten Sicherungen lesbar, was schon gelöscht ist",
            "Entfernen Sie EINWURF_STORAGE_SECRET_OLD und vernichten Sie den alten Schlüssel überall",
        ),
        (Deed::Destroy, false) => (
            "While it exists, what has been deleted could be read from old backups",
            "Remove EINWURF_STORAGE_SECRET_OLD and destroy the old secret everywhere",
        ),
    };
    if german {
        format!("Guten Tag,\r\n\r\n{owed}. {why}.\r\n\r\nDas ist zu tun: {what}.\r\n")
    } else {
        format!("Hello,\r\n\r\n{owed}. {why}.\r\n\r\nWhat to do: {what}.\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::compose::{Answer, Copies, Due, Head},
        *,
    };
    use einwurf_protocol::time::Timestamp;

    const TWO: Waiting = Waiting { conversations: 2, since: Timestamp(1_795_455_720) };

    const END: Says<'static> =
        Says::StockEnd(StockEnd { company: "Fensterbau Kern", until: Timestamp(1_795_455_720) });

    const CODE: &str = "7K3M-0000-ABCD";
    const DAY: Timestamp = Timestamp(1_795_455_720);
    const COPIES: Says<'static> = Says::Copies(Copies { code: CODE, until: DAY });
    const DUE: Says<'static> = Says::Due(Due { code: CODE, due: DAY });
    const HEAD: Says<'static> = Says::Head(Head {
        company: "Fensterbau Kern",
        day: "2026-11-23",
        count: 17,
        root: "ROOT",
        signed: "a.b.c",
    });

    fn all() -> impl Iterator<Item = (Register, Says<'static>)> {
        let secret = |deed| Says::Secret(Secret { company: "Fensterbau Kern", deed });
        let (replace, destroy) = (secret(Deed::Replace), secret(Deed::Destroy));
        let answer = Says::Answer(Answer { door: Some("https://kern.example/post") });
        let says = [
            Says::Waiting(TWO),
            Says::Unread(TWO),
            answer,
            Says::Test,
            END,
            replace,
            destroy,
            COPIES,
            DUE,
            HEAD,
        ];
        Register::ALL.into_iter().flat_map(move |register| says.map(|says| (register, says)))
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
    fn the_end_of_a_stock_is_said_with_name_date_deed_and_link() {
        let sentence = "Der Nachrichten-Knopf von Fensterbau Kern endet am 23.11.2026, \
                        wenn sich niemand anmeldet, der unterschreiben darf";
        assert_eq!(subject(Register::DeFormal, END), sentence);
        let text = text(Register::DeFormal, END, "https://relay.example/inbox#site=x");
        assert!(text.contains(sentence) && text.contains("melden Sie sich einmal im Postfach an."));
        assert!(text.contains("\r\nhttps://relay.example/inbox#site=x\r\n"));
        let english = subject(Register::En, END);
        assert_eq!(
            english,
            "The message button of Fensterbau Kern stops on 2026-11-23 unless somebody who may sign logs in"
        );
        assert!(super::text(Register::En, END, "l").contains("if you may sign, log in to the inbox once"));
    }

    #[test]
    fn rgt_03_copies_are_asked_for_by_code_and_date_alone() {
        let text = text(Register::DeFormal, COPIES, "https://relay.example/inbox#site=x");
        assert!(text.contains("die Unterhaltung 7K3M-0000-ABCD wurde gelöscht"), "{text}");
        assert!(text.contains("löschen Sie bis zum 23.11.2026 auch, was Sie daraus kopiert"), "{text}");
        assert!(text.contains("\r\nhttps://relay.example/inbox#site=x\r\n"));
        let other = Says::Copies(Copies { code: "AAAA-BBBB-CCCC", until: Timestamp(0) });
        for register in Register::ALL {
            assert_eq!(subject(register, COPIES), subject(register, other));
        }
    }

    #[test]
    fn rgt_06_a_reminder_names_the_due_date_and_no_right() {
        for register in Register::ALL {
            let text = text(register, DUE, "l");
            assert!(text.contains(CODE) && text.contains(&day(register, DAY)), "{text}");
            for right in ["Löschung", "Auskunft", "erasure", "access", "17"] {
                assert!(!text.contains(right), "{right}: {text}");
            }
        }
    }

    #[test]
    fn rec_06_the_mailed_head_has_everything_to_check_it_with() {
        for register in Register::ALL {
            let text = text(register, HEAD, "https://relay.example/inbox#site=x");
            for part in ["Fensterbau Kern", "2026-11-23", "17 E", "\r\nROOT\r\n", "\r\na.b.c\r\n"] {
                assert!(
                    text.contains(part) || (part == "17 E" && text.contains("17 entries")),
                    "{part}: {text}"
                );
            }
            assert!(!text.contains("relay.example"), "whoever keeps it has no inbox");
        }
    }

    #[test]
    fn a_name_is_one_line_and_not_longer_than_it_may_be() {
        assert_eq!(shown(" Kern\r\nBcc: x\u{0}\u{2028} "), "Kern  Bcc: x");
        for (length, kept) in [(NAME - 1, NAME - 1), (NAME, NAME), (NAME + 1, NAME)] {
            assert_eq!(shown(&"ö".repeat(length)).chars().count(), kept);
        }
    }

    #[test]
    fn no_text_shouts_mixes_sie_and_du_or_breaks_lines_otherwise() {
        for (register, says) in all() {
            let text = text(register, says, "l");
            assert!(!text.contains('!'), "{text}");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
            let formal = text.contains("Sie ") || text.contains("Ihr");
            let informal =
                ["dich", "dein", "Dein", "melde ", " du ", "Bewahre "].iter().any(|word| text.contains(word));
            assert!(!(formal && informal), "{text}");
        }
    }
}
