//! What the relay's mails say: that conversations wait and since when, that a stock ends and what to do, and where.
//! Plain text, lines end in CRLF. The sentences stand in `languages/`.
//!
//! The mail to a visitor names nobody and nothing, since anybody may read over a shoulder; only the address of the
//! company's own page stands in it, if there is one. Mails about rights name a conversation by its code and say nothing
//! of what is in it.

#[cfg(test)]
pub(super) mod tests;

use super::{
    compose::{Answer, Says, Waiting},
    duty::Deed,
};
use einwurf_protocol::{
    json::{self, Object, Value},
    notice::Register,
    time::{Date, Timestamp},
};

/// Which form of a text a number takes in a register (CLDR): `one`, `other`.
pub type Rule = fn(Register, u64) -> String;

/// The texts of one register.
pub(super) struct Words {
    texts: Object,
    register: Register,
    rule: Rule,
}

/// A place in a text, and what stands there.
type Place = (&'static str, String);

impl Words {
    /// None only if this build's file is broken.
    pub(super) fn of(register: Register, rule: Rule) -> Option<Self> {
        Some(Self { texts: json::from_slice(register.mails().as_bytes()).ok()?, register, rule })
    }

    /// The subject: always the same for what waits and for all about rights, the same for one end of a stock.
    pub(super) fn subject(&self, says: Says<'_>) -> String {
        fill(self.text(&[key(says), "_subject"].concat()), &self.places(says))
    }

    /// The body.
    pub(super) fn body(&self, says: Says<'_>, link: &str) -> String {
        let text = match says {
            Says::Waiting(Waiting { conversations, .. }) | Says::Unread(Waiting { conversations, .. }) => {
                self.counted(key(says), conversations.into())
            }
            _ => self.text(key(says)),
        };
        let mut places = self.places(says);
        places.extend([("link", link.to_owned()), ("subject", self.subject(says))]);
        fill(&text.replace('\n', "\r\n"), &places)
    }

    /// What stands in the places of a mail. The daily head goes to whoever keeps it, who has no inbox and gets no link.
    fn places(&self, says: Says<'_>) -> Vec<Place> {
        match says {
            Says::Waiting(Waiting { conversations, since })
            | Says::Unread(Waiting { conversations, since }) => {
                vec![("n", conversations.to_string()), ("since", self.moment(since))]
            }
            Says::Answer(answer) => vec![("door", self.door(answer))],
            Says::Test => Vec::new(),
            Says::StockEnd(end) => vec![("company", shown(end.company)), ("day", self.day(end.until))],
            Says::Secret(secret) => vec![("company", shown(secret.company))],
            Says::Copies(copies) => vec![("code", copies.code.to_owned()), ("day", self.day(copies.until))],
            Says::Due(due) => vec![("code", due.code.to_owned()), ("day", self.day(due.due))],
            Says::Head(head) => vec![
                ("company", shown(head.company)),
                ("day", head.day.to_owned()),
                ("count", head.count.to_string()),
                ("root", head.root.to_owned()),
                ("signed", head.signed.to_owned()),
            ],
        }
    }

    fn door(&self, answer: Answer<'_>) -> String {
        let door = |door| ["\r\n\r\n", self.text("answer_door"), "\r\n", door].concat();
        answer.door.map(door).unwrap_or_default()
    }

    /// The day alone.
    fn day(&self, time: Timestamp) -> String {
        let Date { year, month, day } = time.date();
        let places =
            [("year", format!("{year:04}")), ("month", format!("{month:02}")), ("day", format!("{day:02}"))];
        fill(self.text("day"), &places)
    }

    /// In universal time: the relay does not know where staff are.
    fn moment(&self, time: Timestamp) -> String {
        let seconds = time.0 % 86_400;
        let clock = format!("{:02}:{:02}", seconds / 3_600, seconds % 3_600 / 60);
        fill(self.text("moment"), &[("date", self.day(time)), ("time", clock)])
    }

    fn text(&self, key: &str) -> &str {
        text(&self.texts, key).unwrap_or_default()
    }

    fn counted(&self, key: &str, number: u64) -> &str {
        let Some(Value::Object(forms)) = self.texts.get(key) else { return "" };
        let form = (self.rule)(self.register, number);
        text(forms, &form).or_else(|| text(forms, "other")).unwrap_or_default()
    }
}

fn text<'a>(of: &'a Object, name: &str) -> Option<&'a str> {
    if let Value::Text(text) = of.get(name)? { Some(text) } else { None }
}

/// Under which name the texts of a mail stand.
fn key(says: Says<'_>) -> &'static str {
    match says {
        Says::Waiting(_) => "waiting",
        Says::Unread(_) => "unread",
        Says::Answer(_) => "answer",
        Says::Test => "test",
        Says::StockEnd(_) => "end",
        Says::Secret(secret) => match secret.deed {
            Deed::Replace => "replace",
            Deed::Destroy => "destroy",
        },
        Says::Copies(_) => "copies",
        Says::Due(_) => "due",
        Says::Head(_) => "head",
    }
}

/// Values are taken as they are, never read for places again.
fn fill(text: &str, places: &[Place]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = from.split_once('}').unwrap_or((from, ""));
        let value = places.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled + rest
}

/// Longest name in a sentence, in characters.
const NAME: usize = 80;

/// A company's name for a line of text: without line ends and other characters that are not to be seen.
fn shown(company: &str) -> String {
    let unseen = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let name: String = company.chars().map(|c| if unseen(c) { ' ' } else { c }).take(NAME).collect();
    name.trim().to_owned()
}
