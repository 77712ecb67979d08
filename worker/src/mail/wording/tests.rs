//! Every mail in every register.

use super::{
    super::compose::{Copies, Due, Head, Secret, StockEnd},
    *,
};

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

/// The rule of German and English.
pub(in super::super) fn one(_: Register, number: u64) -> String {
    if number == 1 { "one".to_owned() } else { "other".to_owned() }
}

fn words(register: Register) -> Words {
    Words::of(register, one).unwrap()
}

fn subject(register: Register, says: Says<'_>) -> String {
    words(register).subject(says)
}

fn body(register: Register, says: Says<'_>, link: &str) -> String {
    words(register).body(says, link)
}

fn all() -> impl Iterator<Item = (Register, Says<'static>)> {
    let secret = |deed| Says::Secret(Secret { company: "Fensterbau Kern", deed });
    let (replace, destroy) = (secret(Deed::Replace), secret(Deed::Destroy));
    let answer = Says::Answer(Answer { door: Some("https://kern.example/post") });
    let says =
        [Says::Waiting(TWO), Says::Unread(TWO), answer, Says::Test, END, replace, destroy, COPIES, DUE, HEAD];
    Register::ALL.into_iter().flat_map(move |register| says.map(|says| (register, says)))
}

#[test]
fn it_says_how_many_and_since_when() {
    let german = body(Register::DeFormal, Says::Waiting(TWO), "l");
    assert!(
        german.contains("2 Unterhaltungen warten auf Sie, seit 23.11.2026, 17:42 Uhr (UTC)."),
        "{german}"
    );
    let one = Waiting { conversations: 1, ..TWO };
    assert!(
        body(Register::DeInformal, Says::Waiting(one), "l").contains("Eine Unterhaltung wartet auf dich")
    );
    assert!(body(Register::En, Says::Waiting(one), "l").contains("One conversation is waiting"));
}

#[test]
fn the_end_of_a_stock_is_said_with_name_date_deed_and_link() {
    let sentence = "Der Nachrichten-Knopf von Fensterbau Kern endet am 23.11.2026, \
                    wenn sich niemand anmeldet, der unterschreiben darf";
    assert_eq!(subject(Register::DeFormal, END), sentence);
    let text = body(Register::DeFormal, END, "https://relay.example/inbox#site=x");
    assert!(text.contains(sentence) && text.contains("melden Sie sich einmal im Postfach an."));
    assert!(text.contains("\r\nhttps://relay.example/inbox#site=x\r\n"));
    let english = subject(Register::En, END);
    assert_eq!(
        english,
        "The message button of Fensterbau Kern stops on 2026-11-23 unless somebody who may sign logs in"
    );
    assert!(body(Register::En, END, "l").contains("if you may sign, log in to the inbox once"));
}

#[test]
fn rgt_03_copies_are_asked_for_by_code_and_date_alone() {
    let text = body(Register::DeFormal, COPIES, "https://relay.example/inbox#site=x");
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
        let text = body(register, DUE, "l");
        assert!(text.contains(CODE) && text.contains(&words(register).day(DAY)), "{text}");
        for right in ["Löschung", "Auskunft", "erasure", "access", "17"] {
            assert!(!text.contains(right), "{right}: {text}");
        }
    }
}

#[test]
fn rec_06_the_mailed_head_has_everything_to_check_it_with() {
    for register in Register::ALL {
        let text = body(register, HEAD, "https://relay.example/inbox#site=x");
        for part in ["Fensterbau Kern", "2026-11-23", "17 E", "\r\nROOT\r\n", "\r\na.b.c\r\n"] {
            assert!(text.contains(part) || (part == "17 E" && text.contains("17 entries")), "{part}: {text}");
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
        let text = body(register, says, "l");
        assert!(!text.contains('!'), "{text}");
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
        let formal = text.contains("Sie ") || text.contains("Ihr");
        let informal =
            ["dich", "dein", "Dein", "melde ", " du ", "Bewahre "].iter().any(|word| text.contains(word));
        assert!(!(formal && informal), "{text}");
    }
}

#[test]
fn every_mail_has_its_words_in_every_register_and_no_place_stays_open() {
    for (register, says) in all() {
        let (subject, body) = (subject(register, says), body(register, says, "LINK"));
        assert!(!subject.is_empty() && !body.is_empty(), "{register} {says:?}");
        assert!(!subject.contains(['{', '}', '\n']) && !body.contains(['{', '}']), "{register} {says:?}");
    }
}

#[test]
fn what_a_company_calls_itself_is_never_read_for_places() {
    let end = Says::StockEnd(StockEnd { company: "{link} {day}", until: DAY });
    assert!(subject(Register::En, end).contains("{link} {day}"));
}

#[test]
fn met_05_the_mail_about_an_answer_is_the_same_for_everybody() {
    for register in Register::ALL {
        let (plain, with) = (Answer { door: None }, Answer { door: Some("https://kern.example/post") });
        let (plain, with) = (body(register, Says::Answer(plain), ""), body(register, Says::Answer(with), ""));
        assert!(with.contains("\r\nhttps://kern.example/post\r\n") && !plain.contains("http"), "{with}");
        assert_eq!(with.lines().count(), plain.lines().count() + 3);
    }
}

#[test]
fn a_reminder_says_how_many_since_when_and_where_and_nothing_else() {
    let since = Timestamp(1_795_455_720);
    for register in Register::ALL {
        for conversations in [1, 2] {
            let text = body(register, Says::Unread(Waiting { conversations, since }), "LINK");
            assert!(text.contains("\r\nLINK\r\n"), "{text}");
            assert!(text.contains(&words(register).moment(since)), "{text}");
            let number = if conversations == 1 {
                ["Eine Unterhaltung", "one conversation"]
            } else {
                ["2 Unterhaltungen", "2 conversations"]
            };
            assert!(number.iter().any(|words| text.contains(words)), "{text}");
        }
    }
}

#[test]
fn dates_are_right_around_leap_days_and_turns_of_years() {
    let words = words(Register::En);
    for (seconds, text) in [
        (0, "1970-01-01 00:00 UTC"),
        (951_782_400, "2000-02-29 00:00 UTC"),
        (1_709_251_199, "2024-02-29 23:59 UTC"),
        (1_735_689_600, "2025-01-01 00:00 UTC"),
        (4_107_542_400, "2100-03-01 00:00 UTC"),
    ] {
        assert_eq!(words.moment(Timestamp(seconds)), text);
        assert!(text.starts_with(&words.day(Timestamp(seconds))));
    }
}
