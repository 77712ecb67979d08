//! Replies of an SMTP server (RFC 5321, 4.2), put together from bytes as they arrive.

/// A reply: its code and the text of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200 to 559.
    pub code: u16,
    /// Text of each line, without code and line end.
    pub lines: Vec<String>,
}

/// What a server's first digit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// 2yz
    Done,
    /// 3yz
    Continue,
    /// 4yz: try again later.
    Transient,
    /// 5yz: do not try again.
    Permanent,
}

impl Reply {
    /// What its first digit means.
    pub fn class(&self) -> Class {
        match self.code / 100 {
            2 => Class::Done,
            3 => Class::Continue,
            4 => Class::Transient,
            _ => Class::Permanent,
        }
    }

    /// Code and text for people: control characters removed, at most 300 characters.
    pub fn shown(&self) -> String {
        shown(&format!("{} {}", self.code, self.lines.join(" ")))
    }
}

/// A text from outside made fit for showing: nothing that controls, that is not seen, that breaks a line or turns the
/// direction of what stands around it; at most 300 characters.
pub fn shown(text: &str) -> String {
    let hidden = |c: &char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    text.chars().filter(|c| !hidden(c)).take(300).collect()
}

/// The server does not speak SMTP, or without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server's reply is not SMTP")]
pub struct ReplyError;

/// A line may have 512 octets (RFC 5321, 4.5.3.1.5); servers write more, but not this much.
const LINE_BYTES: usize = 4_096;
/// More lines than any server's list of extensions.
const LINES: usize = 100;

/// Collects bytes until a reply is whole.
#[derive(Debug, Default)]
pub struct Replies {
    bytes: Vec<u8>,
    code: Option<u16>,
    lines: Vec<String>,
}

impl Replies {
    /// More bytes from the server.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole reply, if its last line is there.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            if let Some(reply) = self.line(&line)? {
                return Ok(Some(reply));
            }
        }
        if self.bytes.len() > LINE_BYTES { Err(ReplyError) } else { Ok(None) }
    }

    /// Whether bytes lie here that no command asked for. After STARTTLS that would be injected plaintext.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.code.is_none()
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<Reply>, ReplyError> {
        if line.len() > LINE_BYTES {
            return Err(ReplyError);
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\r', '\n']);
        let (code, rest) = text.split_at_checked(3).ok_or(ReplyError)?;
        let digits = code.bytes().all(|byte| byte.is_ascii_digit());
        let code: u16 = code.parse().map_err(|_| ReplyError)?;
        let continues = self.code.is_none_or(|first| first == code);
        if !digits || !(200..600).contains(&code) || !continues || self.lines.len() >= LINES {
            return Err(ReplyError);
        }
        let last = match rest.bytes().next() {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return Err(ReplyError),
        };
        self.code = Some(code);
        self.lines.push(rest.get(1..).unwrap_or_default().to_owned());
        if !last {
            return Ok(None);
        }
        self.code = None;
        Ok(Some(Reply { code, lines: std::mem::take(&mut self.lines) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Reply>, ReplyError> {
        let mut replies = Replies::default();
        replies.push(bytes);
        replies.next_reply()
    }

    #[test]
    fn one_line_and_several_are_one_reply() {
        assert_eq!(read(b"220 mail ready\r\n").unwrap().unwrap().lines, ["mail ready"]);
        let reply = read(b"250-mail.example\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n").unwrap().unwrap();
        assert_eq!(reply.lines, ["mail.example", "SIZE 1000", "AUTH PLAIN LOGIN"]);
        assert_eq!(read(b"250\r\n").unwrap().unwrap().lines, [""]);
    }

    #[test]
    fn bytes_may_arrive_in_any_pieces() {
        let mut replies = Replies::default();
        for byte in b"250-a\r\n250 b\r" {
            replies.push(&[*byte]);
            assert_eq!(replies.next_reply(), Ok(None));
        }
        replies.push(b"\n354 go\r\n");
        assert_eq!(replies.next_reply().unwrap().unwrap().code, 250);
        assert!(!replies.is_empty());
        assert_eq!(replies.next_reply().unwrap().unwrap().code, 354);
        assert!(replies.is_empty());
    }

    #[test]
    fn every_class_is_known() {
        for (line, class) in [
            ("250 x\r\n", Class::Done),
            ("354 x\r\n", Class::Continue),
            ("421 x\r\n", Class::Transient),
            ("550 x\r\n", Class::Permanent),
        ] {
            assert_eq!(read(line.as_bytes()).unwrap().unwrap().class(), class);
        }
    }

    #[test]
    fn what_is_not_smtp_is_refused() {
        for bad in [
            "HTTP/1.1 400\r\n",
            "25\r\n",
            "+50 x\r\n",
            "199 x\r\n",
            "600 x\r\n",
            "250_x\r\n",
            "250-a\r\n251 b\r\n",
        ] {
            assert_eq!(read(bad.as_bytes()), Err(ReplyError), "{bad}");
        }
    }

    #[test]
    fn a_reply_without_end_is_refused() {
        for (length, sound) in [(LINE_BYTES - 1, true), (LINE_BYTES, true), (LINE_BYTES + 1, false)] {
            assert_eq!(read(&vec![b'2'; length]), if sound { Ok(None) } else { Err(ReplyError) }, "{length}");
            let line = format!("250 {}\r\n", "x".repeat(length - 6));
            assert_eq!(read(line.as_bytes()).is_ok(), sound, "{length}, whole");
        }
        for (lines, sound) in [(LINES - 1, true), (LINES, true), (LINES + 1, false)] {
            let reply = format!("{}250 end\r\n", "250-x\r\n".repeat(lines - 1));
            assert_eq!(read(reply.as_bytes()).is_ok(), sound, "{lines}");
        }
        assert_eq!(read("250-x\r\n".repeat(LINES + 1).as_bytes()), Err(ReplyError), "and it need not end");
    }

    #[test]
    fn a_banner_cannot_play_tricks_on_whoever_reads_it() {
        let reply = Reply { code: 550, lines: vec!["\u{1b}[31mno\u{202e}\u{0}".into(), "x".repeat(1_000)] };
        assert!(reply.shown().starts_with("550 [31mno xxx"));
        assert_eq!(reply.shown().chars().count(), 300);
        // What turns the direction, is not seen, or breaks a line, of whatever age.
        let odd = "\u{61c}\u{200b}\u{200f}\u{2028}\u{2029}\u{202e}\u{2060}\u{2064}\u{2069}\u{206f}\u{feff}\u{85}\u{7f}";
        assert_eq!(shown(&format!("a{odd}b")), "ab");
        assert_eq!(shown("Grüße \u{201e}\u{5d0}\u{201c}"), "Grüße \u{201e}\u{5d0}\u{201c}");
    }
}
