//! What a page learns that asked for it (`docs/protocol.md` section 16.2): that something happened, and nothing else of it.

use super::{Answer, Effect, End, Event, Look, Model, Phase, Tell};
use einwurf_protocol::{
    event::{Direction, Kind},
    message::Draft,
};
use einwurf_seal::Shown;

/// What an event may lead to in a state.
enum Turn {
    Agrees,
    Arrives,
    /// With so many messages by staff.
    Looks(usize),
    Leaves,
    Nothing,
}

impl Model {
    /// The next state as [`Model::on`] makes it, with the words for whoever asked for them.
    pub fn on_telling(&mut self, event: Event) -> Vec<Effect> {
        let turn = self.turn(&event);
        let mut effects = self.on(event);
        effects.extend(self.telling(&turn).map(Effect::Tell));
        effects
    }

    fn turn(&self, event: &Event) -> Turn {
        match (event, &self.phase) {
            // What arrives while somebody withdraws is erased at once.
            (_, Phase::Leaving(_)) => Turn::Leaves,
            (Event::Agree, Phase::Notice(_)) if self.over.is_none() => Turn::Agrees,
            (Event::Answered(Answer::Accepted { .. }), _) if self.is_busy() => Turn::Arrives,
            // What was there when the window opened is no news.
            (Event::Looked(Look::News(_)), Phase::Opening { .. }) => Turn::Nothing,
            (Event::Looked(Look::News(_)), _) => Turn::Looks(self.messages()),
            _ => Turn::Nothing,
        }
    }

    fn telling(&self, turn: &Turn) -> Option<Tell> {
        let (happened, word) = match *turn {
            Turn::Agrees => (self.has_agreed(), Tell::ConsentGiven),
            Turn::Arrives => (true, Tell::MessageSent),
            Turn::Looks(before) => (self.messages() > before, Tell::MessageReceived),
            Turn::Leaves => {
                let done =
                    matches!(self.phase, Phase::Ended(End::Withdrawn(_) | End::Held(..) | End::Dropped));
                (done, Tell::ConsentWithdrawn)
            }
            Turn::Nothing => return None,
        };
        happened.then_some(word)
    }

    /// Whether the button led on; a child whose parents were not asked only reads on.
    fn has_agreed(&self) -> bool {
        let reads = matches!(self.phase, Phase::Notice(_) | Phase::TooYoung);
        !reads && self.talk.as_ref().is_some_and(|talk| !talk.young)
    }

    /// How many messages are by staff.
    fn messages(&self) -> usize {
        let by_staff =
            |shown: &&Shown| shown.direction == Direction::ToVisitor && shown.kind == Kind::Message;
        self.talk.as_ref().map_or(0, |talk| talk.thread.iter().filter(by_staff).count())
    }

    /// Whether the window may be made anew, in another register: nothing was agreed to, nothing typed, nothing begun.
    pub fn may_begin_anew(&self) -> bool {
        let undecided = match &self.phase {
            Phase::Notice(reading) => !reading.changed,
            Phase::Declined { changed } => !changed,
            phase => matches!(phase, Phase::Moved),
        };
        undecided && self.talk.is_none() && self.over.is_none() && self.draft == Draft::default()
    }
}
