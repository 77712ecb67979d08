//! Text as it travels in a mail: headers, dates and bodies in ASCII, in lines that no server has to break.

use einwurf_protocol::time::{DAY, Timestamp};

/// Longest line that a mail should have (RFC 5322, 2.1.1).
const LINE: usize = 78;
/// Longest line of a body in quoted-printable, without its soft break (RFC 2045, 6.7).
const SOFT: usize = 75;
/// Bytes that one encoded word takes: it may have 75 characters, 12 of them are not text (RFC 2047, 2).
const WORD: usize = 45;

/// The value of a header, from whatever it is to say. What is not plain travels as encoded words, so that no line can end
/// and no header can begin in it.
pub(super) fn header(text: &str) -> String {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && !text.contains("=?");
    if plain && text.len() + "Subject: ".len() <= LINE { text.to_owned() } else { encoded(text) }
}

fn encoded(text: &str) -> String {
    use base64ct::{Base64, Encoding};
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // A character is never divided between two words.
        let (word, after) = rest.split_at(rest.floor_char_boundary(WORD));
        words.push(format!("=?utf-8?B?{}?=", Base64::encode_string(word.as_bytes())));
        rest = after;
    }
    words.join("\r\n ")
}

/// A date of RFC 5322, 3.3, in UTC.
pub(super) fn date(time: Timestamp) -> String {
    // 1970 began on a Thursday.
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let date = time.date();
    let name = |names: &[&'static str], n: u64| {
        usize::try_from(n).ok().and_then(|n| names.get(n).copied()).unwrap_or_default()
    };
    let (weekday, month) = (name(&days, time.0 / DAY % 7), name(&months, date.month - 1));
    let (hour, minute, second) = (time.0 % DAY / 3_600, time.0 % 3_600 / 60, time.0 % 60);
    format!("{weekday}, {} {month} {:04} {hour:02}:{minute:02}:{second:02} +0000", date.day, date.year)
}

/// A body in quoted-printable. Its lines end in CRLF.
pub(super) fn body(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive("\r\n") {
        let (line, end) = line.strip_suffix("\r\n").map_or((line, ""), |line| (line, "\r\n"));
        quote(line.as_bytes(), &mut written);
        written.push_str(end);
    }
    written
}

fn quote(line: &[u8], written: &mut String) {
    let mut length = 0;
    for (place, byte) in line.iter().enumerate() {
        let last = place + 1 == line.len();
        // A space at the end of a line may be lost on the way.
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (*byte == b' ' && !last);
        let width = if plain { 1 } else { 3 };
        if length + width > SOFT {
            written.push_str("=\r\n");
            length = 0;
        }
        length += width;
        if plain {
            written.push(char::from(*byte));
        } else {
            written.push('=');
            written.extend(
                [byte >> 4, byte & 15].map(|nibble| {
                    char::from_digit(nibble.into(), 16).unwrap_or_default().to_ascii_uppercase()
                }),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64, Encoding};

    fn decoded(header: &str) -> String {
        header
            .split("\r\n ")
            .map(|word| {
                assert!(word.len() <= 75, "{word}");
                let inner = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
                String::from_utf8(Base64::decode_vec(inner).unwrap()).unwrap()
            })
            .collect()
    }

    fn unquoted(body: &str) -> String {
        let joined = body.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(if byte == b'=' {
                let hex = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
            } else {
                byte
            });
        }
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_plain_header_stays_as_it_is_while_it_fits_a_line() {
        let fits = "x".repeat(LINE - "Subject: ".len());
        assert_eq!((header("New message"), header(&fits)), ("New message".to_owned(), fits.clone()));
        let long = format!("{fits}x");
        assert_eq!(decoded(&header(&long)), long);
    }

    #[test]
    fn what_is_not_plain_is_encoded_and_nothing_of_it_is_read_as_mail() {
        for text in [
            "Müller & Söhne",
            "x\r\nBcc: everybody@mail.example",
            "=?utf-8?B?QmNj?=",
            "\u{0}\t\u{7f}",
            &"€🚪ä".repeat(40),
            &format!("{}€", "x".repeat(WORD - 1)),
        ] {
            let header = header(text);
            assert!(header.is_ascii() && header.lines().all(|line| line.len() <= LINE), "{header}");
            assert!(header.lines().skip(1).all(|line| line.starts_with(" =?")), "{header}");
            assert_eq!(decoded(&header), text);
        }
    }

    #[test]
    fn a_date_is_written_as_mails_write_it() {
        for (seconds, text) in [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (951_827_696, "Tue, 29 Feb 2000 12:34:56 +0000"),
            (1_795_455_720, "Mon, 23 Nov 2026 17:42:00 +0000"),
            (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
        ] {
            assert_eq!(date(Timestamp(seconds)), text);
        }
    }

    #[test]
    fn a_body_is_ascii_in_short_lines_and_comes_back_as_it_was() {
        let longest = "x".repeat(SOFT);
        for text in [
            "",
            "Guten Tag,\r\n\r\nIhr Postfach öffnen:\r\nhttps://relay.example/inbox#site=x\r\n",
            "ends in spaces  \r\n \r\n.\r\n",
            "a tab\t and = and \u{0} and a lone \r or \n",
            &"ä".repeat(400),
            &longest,
            &format!("{longest}x"),
            &format!("{}ä", "x".repeat(SOFT - 5)),
        ] {
            let written = body(text);
            assert!(
                written.is_ascii() && written.split("\r\n").all(|line| line.len() <= SOFT + 1),
                "{written}"
            );
            assert!(written.split("\r\n").all(|line| !line.ends_with(' ') && !line.contains(['\r', '\n'])));
            assert_eq!(unquoted(&written), text);
        }
        assert_eq!(body(&longest), longest);
        assert_eq!(body(&format!("{longest}x")), format!("{longest}=\r\nx"));
    }
}
