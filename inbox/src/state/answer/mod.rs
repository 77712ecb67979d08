//! Answering: a composer for each conversation. Pure; sealing and sending happen in `actions`.
//!
//! What somebody typed outlives the conversation that is open, a failure, and the end of a session: it is dropped when it
//! arrived, when its author logs out, or when somebody else logs in. It is kept nowhere but in memory.

pub mod identity;
pub mod sealing;

use crate::{
    state::{
        desk::letter::{Item, Letter},
        fault::Fault,
    },
    texts::Pick,
};
use einwurf_protocol::{
    ids::{Cid, MessageId, Thumbprint},
    message::{Draft as Typed, DraftError, Message, Wish},
    notice::Purpose,
};
use std::collections::BTreeMap;

/// What somebody does about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Seals and sends what is typed.
    Send(Cid),
    /// Sends it although a colleague answered meanwhile.
    Anyway(Cid),
    /// Tries once more to have the visitor told by mail.
    Notify(Cid),
    /// Wants the visitor's number in the clipboard.
    CopyPhone(Cid),
    /// Wants to record that the visitor was called back, or not any more.
    Callback(Cid, bool),
    /// Records it, and sends what is typed.
    CalledBack(Cid),
    /// Sends without it.
    Uncalled(Cid),
    /// What was recorded does not hold.
    Unidentify(Cid),
    /// Goes on to write another one.
    Another(Cid),
}

/// Where an answer stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// It is written, or nothing is.
    #[default]
    Writing,
    /// It is sealed and on its way.
    Sending,
    /// A colleague answered meanwhile; the member decides.
    Colleague,
    /// It looks as if it were for one person alone: was that person called back?
    Callback,
    /// It was not sent, and why.
    Lacks(Lack),
    /// It did not arrive.
    Failed(Fault),
    /// It arrived.
    Arrived,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// Nothing is written.
    Text,
    /// Too much is written.
    Length,
    /// A file is not ready, or was refused.
    Files,
    /// It was not said which number was called, or too much.
    Number,
}

impl Lack {
    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Text => |t| &t.answer_empty,
            Self::Length => |t| &t.answer_long,
            Self::Files => |t| &t.file_wait,
            Self::Number => |t| &t.callback_lacks,
        }
    }
}

/// Whether the visitor was told by mail that there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It is on its way.
    Going,
    /// A mail server took it.
    Gone,
    /// One went out within the last hour, which tells of this answer, too.
    Lately,
    /// It did not go out.
    Failed(Fault),
}

impl Notice {
    /// What came of asking the relay.
    pub fn of(answer: Result<(), Fault>) -> Self {
        match answer {
            Ok(()) => Self::Gone,
            Err(Fault::Limit) => Self::Lately,
            Err(fault) => Self::Failed(fault),
        }
    }

    /// What is said of it.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Going => |t| &t.answer_notice_going,
            Self::Gone => |t| &t.answer_notice_gone,
            Self::Lately => |t| &t.answer_notice_lately,
            Self::Failed(_) => |t| &t.answer_notice_failed,
        }
    }
}

/// What is written to one visitor.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// As typed.
    pub text: String,
    /// Where it stands.
    pub stage: Stage,
    /// Which number was called.
    pub called: String,
    /// The member decided to send it without a call.
    uncalled: bool,
    /// The newest position when somebody began to write: an answer after it was not known then.
    begun: Option<u64>,
    /// The position of what this member sent last: its own answer surprises nobody.
    own: u64,
    /// What went out, and under which id: the same again keeps it, so that it arrives once.
    sending: Option<(Words, MessageId)>,
}

/// What an answer says, and which files go with it, by their numbers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// As typed, or what stands for it if there are only files.
    pub text: String,
    /// Files, by their numbers.
    pub files: Vec<u32>,
}

impl std::fmt::Debug for Draft {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({:?}, text hidden)", self.stage)
    }
}

/// An answer that is to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// What is sent.
    pub words: Message,
    /// Under which id.
    pub id: MessageId,
    /// The newest position that the member has seen.
    pub seen: u64,
}

/// All composers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    drafts: BTreeMap<Cid, Draft>,
    notices: BTreeMap<Cid, Notice>,
    /// Whose they are.
    owner: Option<Thumbprint>,
}

impl Answers {
    /// A member is in: what somebody else typed is forgotten. Whether it is the same as before.
    pub fn claim(&mut self, member: Thumbprint) -> bool {
        let same = self.owner == Some(member);
        if !same {
            *self = Self { owner: Some(member), ..Self::default() };
        }
        same
    }

    /// The session is over: what is typed stays for its author, what was under way is not known any more.
    pub fn suspend(&mut self) {
        self.notices.clear();
        self.drafts.retain(|_, draft| !draft.text.is_empty());
        for draft in self.drafts.values_mut() {
            draft.stage = Stage::Writing;
        }
    }

    /// The composer of a conversation.
    pub fn of(&self, cid: Cid) -> Draft {
        self.drafts.get(&cid).cloned().unwrap_or_default()
    }

    /// What is typed for a conversation.
    pub fn text(&self, cid: Cid) -> &str {
        self.drafts.get(&cid).map_or("", |draft| &draft.text)
    }

    /// Where an answer stands.
    pub fn stage(&self, cid: Cid) -> Stage {
        self.drafts.get(&cid).map(|draft| draft.stage).unwrap_or_default()
    }

    /// What is known of the mail to the visitor.
    pub fn notice(&self, cid: Cid) -> Option<Notice> {
        self.notices.get(&cid).copied()
    }

    /// Whether anything is written that did not arrive: closing the page would lose it.
    pub fn is_pending(&self) -> bool {
        self.drafts.values().any(|draft| !draft.text.trim().is_empty())
    }

    /// Somebody typed. What is under way is not changed by it: the field is closed meanwhile.
    pub fn write(&mut self, cid: Cid, text: String, letter: Option<&Letter>) {
        let draft = self.drafts.entry(cid).or_default();
        if draft.stage == Stage::Sending {
            return;
        }
        let empty = draft.text.trim().is_empty();
        draft.text = text;
        if draft.text.trim().is_empty() {
            draft.begun = None;
        } else if empty || draft.begun.is_none() {
            draft.begun = letter.map(|letter| letter.last().max(draft.own));
        }
        // A question stays until it is answered; what was wrong is not wrong any more.
        if !matches!(draft.stage, Stage::Colleague | Stage::Callback) {
            draft.stage = Stage::Writing;
        }
        self.notices.remove(&cid);
    }

    /// Which number was called, as typed.
    pub fn call(&mut self, cid: Cid, number: String) {
        self.drafts.entry(cid).or_default().called = number;
    }

    /// Whether to ask first if the visitor was called back. The question takes the place of sending.
    pub fn asks_for_call(&mut self, cid: Cid, words: &Words, identified: bool) -> bool {
        let draft = self.drafts.entry(cid).or_default();
        let asks = !identified
            && !draft.uncalled
            && draft.stage != Stage::Sending
            && identity::is_sensitive(&words.text, words.files.len());
        if asks {
            draft.stage = Stage::Callback;
        }
        asks
    }

    /// Opens or closes the question by itself.
    pub fn callback(&mut self, cid: Cid, open: bool) {
        self.set(cid, if open { Stage::Callback } else { Stage::Writing });
    }

    /// The member sends it without a call; until it has arrived nobody asks again.
    pub fn uncalled(&mut self, cid: Cid) {
        self.drafts.entry(cid).or_default().uncalled = true;
    }

    /// "Send": what goes out, with an id that is `fresh` unless the same went out before. None if nothing may go now; the
    /// stage says why.
    pub fn send(&mut self, cid: Cid, letter: &Letter, words: Words, fresh: MessageId) -> Option<Going> {
        let draft = self.drafts.entry(cid).or_default();
        if draft.stage == Stage::Sending {
            return None;
        }
        let seen = draft.begun.unwrap_or_else(|| letter.last().max(draft.own));
        if answered_after(letter, seen).next().is_some() && !draft.went_out(&words) {
            draft.stage = Stage::Colleague;
            return None;
        }
        draft.go(seen, words, fresh)
    }

    /// "Send all the same": what came until now was seen.
    pub fn anyway(&mut self, cid: Cid, letter: &Letter, words: Words, fresh: MessageId) -> Option<Going> {
        let draft = self.drafts.entry(cid).or_default();
        let seen = letter.last().max(draft.own);
        draft.begun = Some(seen);
        draft.go(seen, words, fresh)
    }

    /// Something is missing.
    pub fn lacks(&mut self, cid: Cid, lack: Lack) {
        self.set(cid, Stage::Lacks(lack));
    }

    /// A colleague was quicker, by what the relay delivered.
    pub fn outrun(&mut self, cid: Cid) {
        self.set(cid, Stage::Colleague);
    }

    /// It did not arrive; what was typed is still there.
    pub fn failed(&mut self, cid: Cid, fault: Fault) {
        self.set(cid, Stage::Failed(fault));
    }

    /// It arrived, at this position.
    pub fn arrived(&mut self, cid: Cid, own: u64) {
        self.drafts.insert(cid, Draft { stage: Stage::Arrived, own, ..Draft::default() });
    }

    /// The member writes on.
    pub fn another(&mut self, cid: Cid) {
        self.set(cid, Stage::Writing);
    }

    /// What is known of the mail to the visitor.
    pub fn told(&mut self, cid: Cid, notice: Notice) {
        self.notices.insert(cid, notice);
    }

    fn set(&mut self, cid: Cid, stage: Stage) {
        self.drafts.entry(cid).or_default().stage = stage;
    }
}

impl Draft {
    /// Whether just this went out before, so that its own arrival is no colleague's answer.
    fn went_out(&self, words: &Words) -> bool {
        self.sending.as_ref().is_some_and(|(before, _)| before == words)
    }

    fn go(&mut self, seen: u64, said: Words, fresh: MessageId) -> Option<Going> {
        let words = match (Typed { text: said.text.clone(), ..Typed::default() }).check() {
            Ok(words) => words,
            Err(DraftError::TextTooLong) => {
                self.stage = Stage::Lacks(Lack::Length);
                return None;
            }
            Err(_) => {
                self.stage = Stage::Lacks(Lack::Text);
                return None;
            }
        };
        let id = match &self.sending {
            Some((_, id)) if self.went_out(&said) => *id,
            _ => fresh,
        };
        self.sending = Some((said, id));
        self.stage = Stage::Sending;
        Some(Going { words, id, seen })
    }
}

/// Answers by members after a position.
fn answered_after(letter: &Letter, seen: u64) -> impl Iterator<Item = &Item> {
    letter.items.iter().filter(move |item| item.is_answer() && item.seq > seen)
}

/// Who answered since somebody began to write, each once.
pub fn colleagues(letter: &Letter, draft: &Draft) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in answered_after(letter, draft.begun.unwrap_or(0)).filter_map(|item| item.author.clone()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The address to which the visitor wants to be told that there is an answer: only with a consent to that, as last given.
pub fn notice_address(letter: &Letter) -> Option<&str> {
    let consented = letter.consents.last().is_some_and(|given| given.purposes.contains(&Purpose::Notify));
    let wished = letter.contact.wish == Some(Wish::Notice);
    letter.contact.email.as_deref().filter(|_| consented && wished)
}

#[cfg(test)]
mod tests;
