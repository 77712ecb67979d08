//! When somebody is there, and what one is told who writes while nobody is (`docs/protocol.md` section 22).

use super::{Effect, Model};
use einwurf_protocol::{event::Direction, message::Label, status::Presence};

/// What a status that holds says of this moment, in the register of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct House {
    /// Whether somebody is there.
    pub presence: Presence,
    /// What a message may be about.
    pub topics: Vec<Label>,
    /// What one is told who writes while nobody is there.
    pub automatic: Option<String>,
}

impl Model {
    /// Asked from consent on: before that nothing is fetched but what the notice needs (PRE-03).
    pub(super) fn ask_house(&self) -> Vec<Effect> {
        let asks = self.talk.is_some() && !self.phase.is_final();
        if asks { vec![Effect::House] } else { Vec::new() }
    }

    pub(super) fn house(&mut self, house: Option<House>) -> Vec<Effect> {
        let topics = house.as_ref().map_or(&[][..], |house| &house.topics);
        self.topic = self.topic.take().filter(|topic| topics.contains(topic));
        self.house = house;
        Vec::new()
    }

    pub(super) fn choose_topic(&mut self, at: Option<usize>) -> Vec<Effect> {
        let topics = self.house.as_ref().map(|house| &house.topics);
        self.topic = topics.and_then(|topics| topics.get(at?)).cloned();
        Vec::new()
    }

    /// The automatic answer that is on the screen: while nobody is there, and once since somebody was heard of.
    pub fn told(&self) -> Option<&str> {
        let house = self.house.as_ref()?;
        let told = house.automatic.as_deref()?;
        let closed = matches!(house.presence, Presence::Closed(_));
        (closed && !self.was_told()).then_some(told)
    }

    fn was_told(&self) -> bool {
        let Some(talk) = &self.talk else { return false };
        let since = talk.thread.iter().rev().take_while(|shown| shown.direction == Direction::ToStaff);
        since.into_iter().any(|shown| shown.told.is_some())
            || talk.outbox.queue.iter().any(|delivery| delivery.told.is_some())
    }
}
