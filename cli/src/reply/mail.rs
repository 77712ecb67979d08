//! An answer that comes as a mail, from a ticket system or a mail program: what it answers, and what is new in it.

use crate::{desk::Stop, pull::DOMAIN};
use einwurf_protocol::{
    codec::{Writer, unhex},
    ids::{Cid, MessageId},
};
use mail_parser::{HeaderValue, Message, MessageParser};

const LABEL: &str = "einwurf/1 command line reply";

/// What a mail answers.
pub(crate) struct Reply {
    pub(crate) cid: Cid,
    /// Above the quotation.
    pub(crate) text: String,
    /// The same for the same mail, so that it is sent once however often it is delivered.
    pub(crate) id: MessageId,
}

/// Reads it.
pub(crate) fn read(bytes: &[u8]) -> Result<Reply, Stop> {
    let mail = MessageParser::default().parse(bytes).ok_or(Stop::wrong("no-mail"))?;
    let automatic = mail.header("Auto-Submitted").and_then(HeaderValue::as_text);
    if automatic.is_some_and(|value| !value.trim().eq_ignore_ascii_case("no")) {
        return Err(Stop::left("automatic"));
    }
    let cid = ids(mail.in_reply_to()).chain(ids(mail.references())).find_map(|id| conversation(&id));
    let cid = cid.ok_or(Stop::wrong("no-reference"))?;
    let text = written(&mail).ok_or(Stop::wrong("empty"))?;
    let named = mail.message_id().map_or(bytes, str::as_bytes);
    let hash = Writer::labelled(LABEL).fixed(&cid.0).var(named).sha256();
    let mut id = [0; MessageId::LENGTH];
    id.iter_mut().zip(hash).for_each(|(place, byte)| *place = byte);
    Ok(Reply { cid, text, id: MessageId(id) })
}

fn ids(value: &HeaderValue<'_>) -> impl Iterator<Item = String> {
    let list: Vec<String> = match value {
        HeaderValue::Text(text) => vec![text.to_string()],
        HeaderValue::TextList(list) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    list.into_iter()
}

/// The conversation that a Message-ID of ours names.
fn conversation(id: &str) -> Option<Cid> {
    let (stem, domain) = id.trim_matches(['<', '>', ' ']).split_once('@')?;
    let (cid, place) = stem.split_once('.')?;
    let ours = domain.eq_ignore_ascii_case(DOMAIN) && place.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let cid = unhex(&cid.to_ascii_lowercase()).filter(|_| ours)?;
    cid.try_into().ok().map(Cid)
}

/// The plain text alone: what is written as HTML only, is read as text.
fn written(mail: &Message<'_>) -> Option<String> {
    let text = mail.body_text(0)?;
    // Half a line end is one, too: a quotation must not hide behind it.
    let own = own(&text.replace("\r\n", "\n").replace('\r', "\n"));
    (!own.is_empty()).then_some(own)
}

/// What stands above the first quotation, without a signature.
fn own(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let quoted = lines.iter().enumerate().position(|(number, line)| ends(line, lines.get(number + 1)));
    let mut kept: Vec<&str> = lines.iter().take(quoted.unwrap_or(lines.len())).copied().collect();
    // The line that says who wrote when goes with its quotation; it may be broken in two.
    if quoted.is_some_and(|at| lines.get(at).is_some_and(|line| is_quoted(line))) {
        while kept.last().is_some_and(|line| line.trim().is_empty()) {
            kept.pop();
        }
        if kept.last().is_some_and(|line| line.trim_end().ends_with(':')) {
            let last = kept.pop().unwrap_or_default();
            if !begins(last) && kept.last().is_some_and(|line| begins(line)) {
                kept.pop();
            }
        }
    }
    kept.join("\n").trim().to_owned()
}

/// Whether somebody else's words, or a signature, begin here.
fn ends(line: &str, next: Option<&&str>) -> bool {
    let plain = line.trim();
    let dashes = plain.starts_with("-----") && plain.ends_with("-----") && plain.len() > 10;
    let rule = plain.len() >= 20 && plain.bytes().all(|byte| byte == b'_');
    let head = |line: &str, names: [&str; 2]| names.iter().any(|name| line.trim().starts_with(name));
    let outlook =
        head(plain, ["From: ", "Von: "]) && next.is_some_and(|next| head(next, ["Sent: ", "Gesendet: "]));
    is_quoted(line) || line == "-- " || line == "--" || dashes || rule || outlook
}

/// Somebody else's line, however far it is indented.
fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// The usual beginnings of "On Monday somebody wrote:".
fn begins(line: &str) -> bool {
    ["On ", "Am "].iter().any(|word| line.trim_start().starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::codec::hex;

    fn mail(headers: &str, body: &str) -> Vec<u8> {
        format!(
            "From: agent@firma.example\r\nTo: einwurf@firma.example\r\nMessage-ID: <1@firma.example>\r\n{headers}\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{body}"
        )
        .into_bytes()
    }

    fn reference() -> String {
        format!("In-Reply-To: <{}.3@{DOMAIN}>\r\n", hex(&[7; 32]))
    }

    fn refused(bytes: &[u8]) -> Option<Stop> {
        read(bytes).err()
    }

    #[test]
    fn an_answer_finds_its_conversation_and_leaves_the_quotation() {
        let body = "Gern, morgen um acht.\r\n\r\nAm Do., 26. Nov. 2026 um 11:00 schrieb Anna\r\n<x@einwurf.invalid>:\r\n\r\n> Wann haben Sie offen?\r\n";
        let reply = read(&mail(&reference(), body)).unwrap();
        assert_eq!((reply.cid, reply.text.as_str()), (Cid([7; 32]), "Gern, morgen um acht."));
        // Some systems write ids in capitals, and name only the beginning of the thread.
        let root = format!(
            "References: <other@x.example>\r\n <{}.0@EINWURF.invalid>\r\n",
            hex(&[7; 32]).to_uppercase()
        );
        assert_eq!(read(&mail(&root, "Ja.")).unwrap().cid, Cid([7; 32]));
    }

    #[test]
    fn the_same_mail_is_the_same_message_and_another_is_not() {
        let one = read(&mail(&reference(), "Ja.")).unwrap().id;
        assert_eq!(read(&mail(&reference(), "Ja.")).unwrap().id, one);
        let other = String::from_utf8(mail(&reference(), "Ja.")).unwrap().replace("<1@", "<2@");
        assert_ne!(read(other.as_bytes()).unwrap().id, one);
    }

    #[test]
    fn notes_of_machines_and_mails_about_nothing_are_refused() {
        let automatic = format!("{}Auto-Submitted: auto-replied\r\n", reference());
        assert_eq!(refused(&mail(&automatic, "Wir sind im Urlaub.")), Some(Stop::left("automatic")));
        let manual = format!("{}Auto-Submitted: no\r\n", reference());
        assert!(read(&mail(&manual, "Ja.")).is_ok());
        for headers in [
            String::new(),
            "In-Reply-To: <x@y.example>\r\n".to_owned(),
            format!("In-Reply-To: <{}.3@evil.example>\r\n", hex(&[7; 32])),
            format!("In-Reply-To: <{}.3@{DOMAIN}>\r\n", hex(&[7; 31])),
        ] {
            assert_eq!(refused(&mail(&headers, "Ja.")), Some(Stop::wrong("no-reference")), "{headers}");
        }
        assert_eq!(refused(&mail(&reference(), "> nur Zitat")), Some(Stop::wrong("empty")));
        assert_eq!(read(&mail(&reference(), "Ja.\r\r\n\r> Zitat\r")).unwrap().text, "Ja.");
    }

    #[test]
    fn only_what_is_new_is_sent() {
        for (text, expected) in [
            ("Eins\n\nZwei", "Eins\n\nZwei"),
            ("Ja.\n-- \nFirma GmbH", "Ja."),
            ("Ja.\n\n-----Original Message-----\nFrom: x", "Ja."),
            ("Ja.\n________________________________\nVon: x", "Ja."),
            ("Ja.\n\nVon: Anna\nGesendet: heute\nAn: uns", "Ja."),
            ("Folgendes:\n- a\n- b", "Folgendes:\n- a\n- b"),
            ("Von: hier bis dort", "Von: hier bis dort"),
            ("On Mon someone wrote:\n> x\nunten", ""),
            ("2 > 1, ja", "2 > 1, ja"),
            ("Ja.\n\t> nein", "Ja."),
            (" > nein", ""),
        ] {
            assert_eq!(own(text), expected, "{text}");
        }
    }

    #[test]
    fn html_alone_becomes_text_and_nonsense_is_no_crash() {
        let html =
            String::from_utf8(mail(&reference(), "<p>Ja.</p>")).unwrap().replace("text/plain", "text/html");
        assert_eq!(read(html.as_bytes()).unwrap().text, "Ja.");
        for nonsense in [&b""[..], b"\0\0", b"x", &[0xff; 300]] {
            assert!(read(nonsense).is_err());
        }
    }
}
