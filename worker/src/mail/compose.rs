//! The relay's mails in RFC 5322 form. Nothing of a message, nothing of a visitor; what they say is in `wording`.

use super::{
    duty::Deed,
    wording::{Rule, Words},
};
use einwurf_protocol::{notice::Register, time::Timestamp};
use mail_builder::{
    MessageBuilder,
    headers::{date::Date, raw::Raw},
};

/// A mail.
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
    /// What it says.
    pub says: Says<'a>,
    /// Which form its numbers take.
    pub rule: Rule,
}

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says<'a> {
    /// Conversations wait.
    Waiting(Waiting),
    /// Nobody read them for working days.
    Unread(Waiting),
    /// To a visitor: there is an answer.
    Answer(Answer<'a>),
    /// Sending works.
    Test,
    /// The site's stock of manifests ends.
    StockEnd(StockEnd<'a>),
    /// What is owed to the storage secret.
    Secret(Secret<'a>),
    /// Copies of an erased conversation are to be deleted.
    Copies(Copies<'a>),
    /// A request about rights is due.
    Due(Due<'a>),
    /// The daily head of the consent records.
    Head(Head<'a>),
}

/// What waits for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Conversations with unread messages.
    pub conversations: u32,
    /// When the oldest of these messages was stored.
    pub since: Timestamp,
}

/// An answer that a visitor asked to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The company's own door.
    pub door: Option<&'a str>,
}

/// The end of a stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockEnd<'a> {
    /// The company's name as its visitors know it. The company wrote it: it may hold anything.
    pub company: &'a str,
    /// When the last manifest ends.
    pub until: Timestamp,
}

/// What is owed to the storage secret, for a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secret<'a> {
    /// The company's name. The company wrote it: it may hold anything.
    pub company: &'a str,
    /// What is to be done.
    pub deed: Deed,
}

/// What is asked after an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copies<'a> {
    /// The conversation's code.
    pub code: &'a str,
    /// Until when copies are deleted.
    pub until: Timestamp,
}

/// A request that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due<'a> {
    /// The conversation's code.
    pub code: &'a str,
    /// Until when it is answered.
    pub due: Timestamp,
}

/// A daily head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// The company's name. The company wrote it: it may hold anything.
    pub company: &'a str,
    /// `YYYY-MM-DD`, UTC.
    pub day: &'a str,
    /// Records so far.
    pub count: u64,
    /// In base64url.
    pub root: &'a str,
    /// Compact JWS.
    pub signed: &'a str,
}

/// The message; none if it cannot be written.
pub fn message(mail: &Mail<'_>) -> Option<Vec<u8>> {
    let words = Words::of(mail.register, mail.rule)?;
    let recipients: Vec<&str> = mail.to.iter().map(String::as_str).collect();
    MessageBuilder::new()
        .from(("Einwurf", mail.from))
        .to(recipients)
        .subject(words.subject(mail.says))
        .date(Date::new(i64::try_from(mail.date.0).ok()?))
        .message_id(mail.message_id)
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .text_body(words.body(mail.says, mail.link))
        .write_to_vec()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(register: Register, says: Says<'_>) -> String {
        let to = ["office@fensterbau.example".to_owned(), "meike@fensterbau.example".to_owned()];
        let bytes = message(&Mail {
            from: "relay@fensterbau.example",
            to: &to,
            register,
            message_id: "abc@relay.example",
            date: Timestamp(1_795_455_720),
            link: "https://relay.example/inbox#site=x",
            says,
            rule: crate::mail::wording::tests::one,
        });
        String::from_utf8(bytes.unwrap()).unwrap()
    }

    fn end(company: &str) -> Says<'_> {
        Says::StockEnd(StockEnd { company, until: Timestamp(1_795_455_720) })
    }

    /// A daily head of any length.
    fn head(signed: &str) -> Says<'_> {
        Says::Head(Head { company: "Fensterbau", day: "2026-11-23", count: 1, root: "r", signed })
    }

    const TWO: Says<'static> = Says::Waiting(Waiting { conversations: 2, since: Timestamp(1_795_455_720) });

    fn headers(text: &str) -> Vec<&str> {
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect()
    }

    #[test]
    fn the_headers_are_complete_and_the_text_is_ascii_on_the_wire() {
        for register in Register::ALL {
            for says in [TWO, Says::Test, end("Fensterbau Müller & Söhne"), head(&"j".repeat(2_000))] {
                let text = mail(register, says);
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
    }

    #[test]
    fn the_subject_is_the_same_whatever_waits() {
        let line = |text: String| text.lines().find(|line| line.starts_with("Subject:")).unwrap().to_owned();
        let many = Says::Waiting(Waiting { conversations: 99, since: Timestamp(0) });
        for register in Register::ALL {
            assert_eq!(line(mail(register, TWO)), line(mail(register, many)));
            assert_ne!(line(mail(register, Says::Test)), line(mail(register, TWO)));
        }
    }

    #[test]
    fn a_companys_name_adds_no_header_and_no_recipient() {
        let plain = mail(Register::En, end("Fensterbau"));
        let names = |text: &str| -> Vec<String> {
            headers(text).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect()
        };
        for company in [
            "x\r\nBcc: everybody@mail.example",
            "x\nBcc: everybody@mail.example",
            "x\r\n\r\nAn evil text",
            "x\r\n.\r\nQUIT",
            "x\u{2028}Bcc: y",
        ] {
            let text = mail(Register::En, end(company));
            assert_eq!(names(&text), names(&plain), "{company:?}");
            assert!(!text.contains("\r\nBcc") && !text.contains("\nBcc"), "{company:?}");
        }
    }

    #[test]
    fn lines_of_64_kilobytes_and_of_eight_bits_are_short_and_ascii_on_the_wire() {
        for name in ["\u{e4}\u{1f426}".repeat(10_000), "x".repeat(65_536), "=\t".repeat(32_768)] {
            for says in [end(&name), head(&"j".repeat(65_536)), head(&name)] {
                let text = mail(Register::DeInformal, says);
                assert!(text.is_ascii());
                assert!(text.lines().all(|line| line.len() <= 998), "{says:?}");
                assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
            }
        }
    }

    #[test]
    fn a_long_name_makes_no_long_mail() {
        let name = "ä".repeat(20_000);
        assert!(mail(Register::DeFormal, end(&name)).len() < 4_000);
    }
}
