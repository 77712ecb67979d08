//! From "Send" to the relay's acknowledgement. Whatever goes wrong, the draft stays in the model until then.

use super::{
    Answer, Arrival, Composing, Effect, End, Event, Field, Focus, Model, Order, Phase, Reading, RefreshFault,
    SealFault, Site, Step, Stop, Trouble,
};
use einwurf_protocol::{
    consent::{Consent, Consented},
    message::{DraftError, Label, Message},
    time::Timestamp,
};

/// Seconds of the pauses; the last repeats.
const PAUSES: [u32; 6] = [1, 2, 4, 8, 15, 30];
/// Conflicts in one delivery: staff answer while the visitor writes, but not a dozen times within a second.
const CONFLICTS: u8 = 12;

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What is being delivered.
    pub message: Consented<Message>,
    /// What it is about.
    pub topic: Option<Label>,
    /// The automatic answer that was on the screen.
    pub told: Option<String>,
    /// Numbers of its files.
    pub files: Vec<u32>,
    /// What was tried.
    pub tries: Tries,
}

/// What was tried in one delivery. Each cure is tried once, waiting without end.
#[allow(clippy::struct_excessive_bools, reason = "any of them with any other, each for itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// Attempts that nobody answered.
    pub lost: u32,
    /// Whether it is sealed: what a retry sends again.
    pub sealed: bool,
    /// A second ticket was asked for.
    pub ticket: bool,
    /// The manifest was fetched again.
    pub refreshed: bool,
    /// Conflicts with newer events.
    pub conflicts: u8,
    /// Too much is coming in: when there is room again.
    pub busy: Option<Timestamp>,
    /// The work before it takes longer than a moment.
    pub working: bool,
    /// Back to the text, unless the attempt that is under way succeeds.
    pub leaves: bool,
}

/// Nobody answered; the next attempt comes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// How long.
    pub seconds: u32,
    /// Its number.
    pub timer: u32,
}

impl Tries {
    /// Seconds of the pause after the last attempt that nobody answered.
    pub fn last_pause(&self) -> u32 {
        let index = usize::try_from(self.lost).unwrap_or(PAUSES.len()).saturating_sub(1);
        PAUSES.get(index).or(PAUSES.last()).copied().unwrap_or(1)
    }
}

impl Delivery {
    /// A message with these files, of which nothing was tried yet.
    pub(super) fn of(message: Consented<Message>, files: Vec<u32>) -> Self {
        Self { message, topic: None, told: None, files, tries: Tries::default() }
    }

    fn consent(&self) -> Consent {
        self.message.consent().clone()
    }

    fn stop(&self, trouble: Trouble) -> Step {
        (Phase::Stopped(Stop { consent: self.consent(), trouble }), Vec::new())
    }
}

impl Model {
    /// "Send": the draft becomes a message, or the fault is shown where it is.
    pub(super) fn send(&mut self, consent: Consent) -> Step {
        if let Some(step) = self.hindered(&consent) {
            return step;
        }
        let files = self.files.ready();
        match self.worded(&files).check() {
            Ok(message) => {
                self.files.queue(&files);
                let (topic, told) = (self.topic.clone(), self.told().map(str::to_owned));
                self.seal(Delivery { topic, told, ..Delivery::of(consent.cover(message), files) }, false)
            }
            Err(fault) => Self::fault(consent, fault),
        }
    }

    fn fault(consent: Consent, fault: DraftError) -> Step {
        let focus = Effect::Focus(Focus::Field(Field::of(fault)));
        (Phase::Compose(Composing { consent, fault: Some(fault) }), vec![focus])
    }

    pub(super) fn seal(&self, mut delivery: Delivery, again: bool) -> Step {
        delivery.tries.sealed = false;
        let Site { manifest, .. } = &self.site;
        let order = Order {
            message: delivery.message.clone(),
            page: self.page.clone(),
            topic: delivery.topic.clone(),
            told: delivery.told.clone(),
            site: manifest.site,
            inbox: manifest.inbox_key.clone(),
            again,
            files: self.files.outgoing(&delivery.files, &self.words),
            attachments: Vec::new(),
            declared: Vec::new(),
        };
        let effect = Effect::Seal(Box::new(order));
        (Phase::Sealing(delivery), vec![effect])
    }

    /// Sealing, sending, waiting and refreshing.
    pub(super) fn deliver(&mut self, phase: Phase, event: Event) -> Step {
        match (phase, event) {
            (Phase::Sealing(delivery), Event::Sealed(result)) => self.sealed(delivery, result),
            (Phase::Sending(delivery), Event::Answered(answer)) => self.answered(delivery, answer),
            (Phase::Sending(mut delivery), Event::Working) => {
                delivery.tries.working = true;
                (Phase::Sending(delivery), Vec::new())
            }
            (Phase::Refreshing(delivery), Event::Refreshed(result)) => self.refreshed(delivery, result),
            (Phase::Waiting(delivery, pause), Event::TimeUp(timer)) if timer == pause.timer => {
                resume(delivery)
            }
            (Phase::Waiting(delivery, _), Event::Retry) => resume(delivery),
            (Phase::Waiting(delivery, _), Event::Edit) => (Phase::compose(delivery.consent()), Vec::new()),
            (mut phase, Event::Edit) => {
                if let Phase::Sending(delivery) | Phase::Refreshing(delivery) = &mut phase {
                    delivery.tries.leaves = true;
                }
                (phase, Vec::new())
            }
            (phase, _) => (phase, Vec::new()),
        }
    }

    fn sealed(&mut self, mut delivery: Delivery, result: Result<(), SealFault>) -> Step {
        match result {
            Ok(()) => {
                delivery.tries.sealed = true;
                (Phase::Sending(delivery), vec![Effect::Send { fresh_ticket: false }])
            }
            Err(SealFault::TooLong) => Self::fault(delivery.consent(), DraftError::TextTooLong),
            Err(SealFault::Full) => delivery.stop(Trouble::Limit),
            Err(SealFault::Broken) => delivery.stop(Trouble::Sealing),
            Err(SealFault::File(number, refusal)) => self.unsealed(delivery.consent(), number, refusal),
        }
    }

    fn answered(&mut self, mut delivery: Delivery, answer: Answer) -> Step {
        let tries = &mut delivery.tries;
        (tries.busy, tries.working) = (None, false);
        match answer {
            Answer::Accepted { seq, at, deleted } => self.accepted(&delivery, seq, (at, deleted)),
            Answer::Lost => self.pause(delivery),
            Answer::Behind if tries.conflicts < CONFLICTS => {
                tries.conflicts += 1;
                self.seal(delivery, true)
            }
            Answer::Stale | Answer::Retired if !tries.refreshed => {
                tries.refreshed = true;
                tries.sealed = false;
                (Phase::Refreshing(delivery), vec![Effect::Refresh])
            }
            Answer::NoAccess if !tries.ticket => {
                tries.ticket = true;
                (Phase::Sending(delivery), vec![Effect::Send { fresh_ticket: true }])
            }
            Answer::TooLarge => Self::fault(delivery.consent(), DraftError::TextTooLong),
            // The text stays, to be taken elsewhere.
            Answer::Gone => {
                let effects = self.end(End::Gone);
                (Phase::Ended(End::Gone), effects)
            }
            Answer::Stale | Answer::Retired => delivery.stop(Trouble::Trust),
            Answer::Limit if !delivery.files.is_empty() => self.no_room(delivery.consent()),
            Answer::Limit => delivery.stop(Trouble::Limit),
            Answer::Busy { seconds, until } => {
                tries.busy = Some(until);
                self.wait_for(delivery, seconds)
            }
            Answer::TextOnly => self.no_files(delivery.consent()),
            Answer::NoAccess => delivery.stop(Trouble::Access),
            Answer::Behind => delivery.stop(Trouble::Refused("chain-conflict")),
            Answer::Refused(code) => delivery.stop(Trouble::Refused(code)),
        }
    }

    fn accepted(&mut self, delivery: &Delivery, seq: u64, (at, deleted): (Timestamp, Timestamp)) -> Step {
        let message = delivery.message.inner().clone();
        let mut effects = self.wrote(delivery, seq, (at, deleted));
        effects.extend(self.follow_up(&delivery.files));
        let told = delivery.told.clone();
        let arrival = Arrival { consent: delivery.consent(), at, deleted, message, told };
        (Phase::Arrived(arrival), effects)
    }

    fn pause(&mut self, mut delivery: Delivery) -> Step {
        delivery.tries.lost = delivery.tries.lost.saturating_add(1);
        let seconds = delivery.tries.last_pause();
        self.wait_for(delivery, seconds)
    }

    fn wait_for(&mut self, delivery: Delivery, seconds: u32) -> Step {
        if delivery.tries.leaves {
            return (Phase::compose(delivery.consent()), Vec::new());
        }
        let pause = self.wait(seconds);
        (Phase::Waiting(delivery, pause), vec![Effect::Wait { seconds, timer: pause.timer }])
    }

    /// Another notice needs another consent; the same notice needs sealing again.
    fn refreshed(&mut self, delivery: Delivery, result: Result<Box<Site>, RefreshFault>) -> Step {
        match result {
            Err(RefreshFault::Lost) => self.pause(delivery),
            Err(RefreshFault::Untrusted) => delivery.stop(Trouble::Trust),
            Err(RefreshFault::Moved) => delivery.stop(Trouble::Moved),
            Ok(site) => {
                self.site = *site;
                if delivery.message.consent().notice() == self.site.notice.digest() {
                    return self.seal(delivery, true);
                }
                let reading = Reading { changed: true, ..Reading::default() };
                (Phase::Notice(reading), Vec::new())
            }
        }
    }
}

/// What is sealed is sent again as it is; what is not owes a manifest.
pub(super) fn resume(delivery: Delivery) -> Step {
    if delivery.tries.sealed {
        (Phase::Sending(delivery), vec![Effect::Send { fresh_ticket: false }])
    } else {
        (Phase::Refreshing(delivery), vec![Effect::Refresh])
    }
}
