//! What is written in the conversation leaves one message after the other, while the visitor goes on. Sealed is the first
//! alone: each joins the one before, and that one has no place yet.

use super::{Delivery, Effect, Event, Model, Phase, Tries, Trouble};
use einwurf_protocol::{
    consent::Consent,
    message::{Draft, DraftError},
};

/// Messages that have not arrived yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outbox {
    /// In the order in which they leave; the first is on its way.
    pub queue: Vec<Delivery>,
    /// Why the first does not leave by itself.
    pub trouble: Option<Trouble>,
    /// What keeps the draft from being a message.
    pub fault: Option<DraftError>,
    /// How far the first has come.
    pub(super) way: Option<Box<Phase>>,
}

impl Outbox {
    /// Whether nobody answered for the first one.
    pub fn is_lost(&self) -> bool {
        match self.way.as_deref() {
            Some(Phase::Sending(delivery) | Phase::Refreshing(delivery)) => delivery.tries.lost > 0,
            Some(Phase::Waiting(..)) => true,
            _ => false,
        }
    }

    /// What was tried with the first one.
    pub fn tries(&self) -> super::Tries {
        match self.way.as_deref() {
            Some(Phase::Sending(way) | Phase::Waiting(way, _) | Phase::Refreshing(way)) => way.tries,
            _ => super::Tries::default(),
        }
    }

    /// Whether it is sealed or posted right now: its answer comes first.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.way.as_deref(), Some(Phase::Sealing(_) | Phase::Sending(_)))
    }

    /// Whether something leaves by itself.
    pub(super) fn is_going(&self) -> bool {
        self.way.is_some()
    }

    /// Whether the first one is sealed as it is to be posted.
    pub(super) fn is_sealed(&self) -> bool {
        match (self.way.as_deref(), self.queue.first()) {
            (Some(Phase::Sending(way) | Phase::Waiting(way, _) | Phase::Refreshing(way)), _) => {
                way.tries.sealed
            }
            // As it was before the page was loaded again.
            (None, Some(first)) => self.trouble.is_none() && first.tries.sealed,
            _ => false,
        }
    }

    fn hears(&self, event: &Event) -> bool {
        match (self.way.as_deref(), event) {
            (Some(Phase::Waiting(_, pause)), Event::TimeUp(timer)) => pause.timer == *timer,
            (
                Some(_),
                Event::Sealed(_) | Event::Answered(_) | Event::Working | Event::Refreshed(_) | Event::Retry,
            ) => true,
            (None, Event::Retry) => self.trouble.is_some(),
            _ => false,
        }
    }

    /// Every text, in order.
    fn texts(&self) -> String {
        let texts: Vec<_> = self.queue.iter().map(|delivery| delivery.message.inner().text()).collect();
        texts.join("\n\n")
    }
}

impl Model {
    /// "Send" in the conversation. The field is free at once.
    pub(super) fn write(&mut self, consent: &Consent) -> Vec<Effect> {
        if let Some((_, effects)) = self.hindered(consent) {
            return effects;
        }
        let files = self.files.ready();
        let draft = Draft { text: self.worded(&files).text, ..Draft::default() };
        let effects = self.put(&draft, consent, files.clone());
        if self.unfit().is_none() {
            self.files.queue(&files);
            self.draft.text.clear();
        }
        effects
    }

    /// What keeps the draft from being a message, in the conversation.
    pub fn unfit(&self) -> Option<DraftError> {
        self.talk.as_ref()?.outbox.fault
    }

    /// A draft to the end of what leaves, or what keeps it from that.
    pub(super) fn put(&mut self, draft: &Draft, consent: &Consent, files: Vec<u32>) -> Vec<Effect> {
        let checked = draft.check();
        let told = self.told().map(str::to_owned);
        let Some(talk) = &mut self.talk else { return Vec::new() };
        talk.outbox.fault = checked.as_ref().err().copied();
        match checked {
            Err(fault) => vec![Effect::Focus(super::Focus::Field(super::Field::of(fault)))],
            Ok(message) => {
                talk.outbox.queue.push(Delivery { told, ..Delivery::of(consent.cover(message), files) });
                talk.version += 1;
                if talk.outbox.queue.len() == 1 { self.next_out() } else { Vec::new() }
            }
        }
    }

    /// The next one, or when all are gone a look at what was said meanwhile.
    fn next_out(&mut self) -> Vec<Effect> {
        let Some(talk) = &self.talk else { return Vec::new() };
        let Some(first) = talk.outbox.queue.first().cloned() else { return self.look_if_due() };
        let (phase, effects) = self.seal(first, false);
        self.set_way(phase);
        effects
    }

    pub(super) fn set_way(&mut self, phase: Phase) {
        if let Some(talk) = &mut self.talk {
            talk.outbox.way = Some(Box::new(phase));
        }
    }

    /// Whether an event belongs to what leaves by itself.
    pub(super) fn carries(&self, event: &Event) -> bool {
        let leaves = matches!(self.phase, Phase::Leaving(_));
        !leaves && self.talk.as_ref().is_some_and(|talk| talk.outbox.hears(event))
    }

    /// One step of the first message.
    pub(super) fn carry(&mut self, event: Event) -> Vec<Effect> {
        let Some(talk) = &mut self.talk else { return Vec::new() };
        let told = |outbox: &Outbox| (outbox.is_lost(), outbox.tries().busy, outbox.tries().working);
        let before = told(&talk.outbox);
        let (phase, effects) = match talk.outbox.way.take() {
            Some(way) => self.deliver(*way, event),
            None => self.once_more(),
        };
        let mut effects = effects;
        effects.extend(self.settle(phase));
        if let Some(talk) = &mut self.talk {
            talk.version += u32::from(told(&talk.outbox) != before);
        }
        effects
    }

    /// "Try again": what may have been stored goes as it is, anything else under a fresh manifest.
    fn once_more(&mut self) -> (Phase, Vec<Effect>) {
        let nothing = || (Phase::Talk(None), Vec::new());
        let Some(talk) = &mut self.talk else { return nothing() };
        let Some(first) = talk.outbox.queue.first().cloned() else { return nothing() };
        let posted =
            matches!(talk.outbox.trouble, Some(Trouble::Access | Trouble::Limit | Trouble::Refused(_)));
        (talk.outbox.trouble, talk.version) = (None, talk.version + 1);
        super::delivery::resume(Delivery { tries: Tries { sealed: posted, ..Tries::default() }, ..first })
    }

    /// What a step came to.
    fn settle(&mut self, phase: Phase) -> Vec<Effect> {
        match phase {
            way @ (Phase::Sealing(_) | Phase::Sending(_) | Phase::Waiting(..) | Phase::Refreshing(_)) => {
                self.set_way(way);
                Vec::new()
            }
            Phase::Arrived(_) => {
                self.take_first();
                self.next_out()
            }
            Phase::Stopped(stop) => {
                if let Some(talk) = &mut self.talk {
                    (talk.outbox.trouble, talk.version) = (Some(stop.trouble), talk.version + 1);
                }
                self.look_if_due()
            }
            Phase::Compose(composing) => {
                self.back_to_the_field();
                if let Some(talk) = &mut self.talk {
                    talk.outbox.fault = composing.fault;
                }
                self.next_out()
            }
            notice @ Phase::Notice(_) => {
                self.rescue();
                self.phase = notice;
                Vec::new()
            }
            // Over, and said so already.
            _ => Vec::new(),
        }
    }

    fn take_first(&mut self) -> Option<Delivery> {
        let talk = self.talk.as_mut()?;
        talk.version += 1;
        (!talk.outbox.queue.is_empty()).then(|| talk.outbox.queue.remove(0))
    }

    /// Too long to be sealed with all that belongs to it: it can be shortened.
    fn back_to_the_field(&mut self) {
        if let Some(first) = self.take_first() {
            self.before_the_draft(first.message.inner().text());
        }
    }

    pub(super) fn before_the_draft(&mut self, text: &str) {
        let parts = [text, &self.draft.text];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        self.draft.text = parts.join("\n\n");
    }

    /// What has not arrived stands in the field again, before what was typed: nothing of it leaves by itself any more.
    pub(super) fn rescue(&mut self) {
        let Some(talk) = &mut self.talk else { return };
        talk.version += 1;
        let unsent = std::mem::take(&mut talk.outbox).texts();
        self.before_the_draft(&unsent);
    }
}
