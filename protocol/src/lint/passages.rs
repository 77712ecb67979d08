//! The texts of a notice, one by one, without the company's name.

use crate::notice::{Fact, Notice, Purpose, Register};

/// A text that a visitor reads.
pub(super) struct Passage {
    pub(super) field: String,
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// What a text is, as far as rules differ.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Title, first sentence, and facts.
    FirstLayer,
    /// The fact on place and transfer.
    Place,
    /// Facts of the second layer.
    Detail,
    /// What a withdrawal says.
    Withdrawal,
    /// Headings, buttons, links and the summary: no sentences of a passage, or said again in one.
    Label,
    /// A box or the question of age: consents of their own, in both modes.
    Consent,
    /// The box that shows the title of the page.
    Context,
}

impl Kind {
    pub(super) fn is_first_layer(self) -> bool {
        matches!(self, Self::FirstLayer | Self::Place)
    }

    pub(super) fn is_detail(self) -> bool {
        self == Self::Detail
    }

    pub(super) fn is_withdrawal(self) -> bool {
        self == Self::Withdrawal
    }

    pub(super) fn is_consent(self) -> bool {
        matches!(self, Self::Consent | Self::Context)
    }

    /// Placeholders that stay open.
    pub(super) fn open(self) -> &'static [&'static str] {
        match self {
            Self::Withdrawal => &["{phone}", "{email}", "{proof_until}", "{time}", "{date}"],
            Self::Context => &["{phone}", "{email}", "{page_title}"],
            _ => &["{phone}", "{email}"],
        }
    }
}

/// Every text in the order of the document; a heading and its sentences share a field.
pub(super) fn passages(notice: &Notice) -> Vec<Passage> {
    let mut list = List { notice, passages: Vec::new() };
    list.add("title", &notice.title, Kind::FirstLayer);
    list.add("lead", &notice.lead, Kind::FirstLayer);
    for (line, text) in notice.summary.iter().enumerate() {
        list.add(&format!("summary.{line}"), text, Kind::Label);
    }
    list.facts("facts", &notice.facts, Kind::FirstLayer);
    list.add("details_label", &notice.details_label, Kind::Label);
    list.facts("details", &notice.details, Kind::Detail);
    for (nth, link) in notice.links.iter().enumerate() {
        list.add(&format!("links.{nth}"), &link.label, Kind::Label);
    }
    list.consents();
    list.add("accept", &notice.accept, Kind::Label);
    list.add("decline", &notice.decline, Kind::Label);
    list.withdrawal();
    list.passages
}

struct List<'a> {
    notice: &'a Notice,
    passages: Vec<Passage>,
}

impl List<'_> {
    fn add(&mut self, field: &str, text: &str, kind: Kind) {
        let text = without_name(text, &self.notice.company, self.notice.register);
        self.passages.push(Passage { field: field.to_owned(), text, kind });
    }

    fn facts(&mut self, part: &str, facts: &[Fact], kind: Kind) {
        for fact in facts {
            let field = [part, ".", &fact.field].concat();
            let kind = if field == "facts.transfer" { Kind::Place } else { kind };
            self.add(&field, &fact.heading, Kind::Label);
            self.add(&field, &fact.text, kind);
        }
    }

    fn consents(&mut self) {
        for statement in &self.notice.statements {
            let kind = if statement.purpose == Purpose::Context { Kind::Context } else { Kind::Consent };
            self.add(&["statements.", statement.purpose.as_str()].concat(), &statement.text, kind);
        }
        if let Some(age) = &self.notice.age {
            self.add("age.question", &age.question, Kind::Consent);
            self.add("age.old_enough", &age.old_enough, Kind::Consent);
            self.add("age.parents", &age.parents, Kind::Consent);
            self.add("age.not_asked", &age.not_asked, Kind::Consent);
        }
    }

    fn withdrawal(&mut self) {
        let words = &self.notice.withdrawal;
        self.add("withdrawal.label", &words.label, Kind::Label);
        self.add("withdrawal.ask", &words.ask, Kind::Withdrawal);
        self.add("withdrawal.yes", &words.yes, Kind::Label);
        self.add("withdrawal.no", &words.no, Kind::Label);
        self.add("withdrawal.done", &words.done, Kind::Withdrawal);
        self.add("withdrawal.pending", &words.pending, Kind::Withdrawal);
    }
}

/// One plain word stands for the name, so that a name of five words does not make a text too long or too hard either.
/// Only whole words are the name: a company "Du" does not hide "Dupont".
fn without_name(text: &str, name: &str, register: Register) -> String {
    let plain = register.words().example;
    if name.is_empty() {
        return text.to_owned();
    }
    let mut rest = text;
    let mut before = None;
    let mut without = String::with_capacity(text.len());
    while let Some((head, tail)) = rest.split_once(name) {
        without.push_str(head);
        before = head.chars().next_back().or(before);
        let whole = !before.is_some_and(char::is_alphanumeric) && !tail.starts_with(char::is_alphanumeric);
        without.push_str(if whole { plain } else { name });
        before = name.chars().next_back();
        rest = tail;
    }
    without + rest
}
