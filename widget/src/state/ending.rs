//! Withdrawing consent, forgetting, and whatever else ends a conversation. Nothing leads back from here.

use super::{Effect, Event, Model, Pause, Phase, Step, Tries};
use einwurf_protocol::{message::Draft, precedence::Hold, time::Timestamp};
use std::mem;

/// A withdrawal on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leaving {
    /// A message was on its way; its answer comes first.
    pub busy: bool,
    /// It is being noted on this device; that comes first, too.
    pub noting: bool,
    /// Nobody answered; the next attempt comes by itself.
    pub pause: Option<Pause>,
    /// Attempts that nobody answered.
    lost: u32,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Withdrawn, and erased by the relay at this time.
    Withdrawn(Timestamp),
    /// Withdrawn at the first time, and kept for a claim until the second.
    Held(Timestamp, Timestamp),
    /// Withdrawn before the relay had anything.
    Dropped,
    /// Withdrawn elsewhere, or erased by staff: the receipt is still there.
    Gone,
    /// The relay knows nothing of it any more, not even that it was.
    Past,
    /// A private link that opens nothing.
    Void,
    /// Forgotten on this device, and nowhere else.
    Forgotten,
}

/// What came of an attempt to withdraw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It is over.
    Done(End),
    /// Nobody answered, or not as it should be: to be tried again.
    Lost,
}

impl Model {
    /// Over: what this device held is dropped.
    pub(super) fn end(&mut self, end: End) -> Vec<Effect> {
        self.rescue();
        self.phase = Phase::Ended(end);
        self.talk = None;
        let mut effects = self.lay_aside();
        effects.push(Effect::Forget);
        effects
    }

    /// "Withdraw now" (RGT-01): what was typed goes at once; a message on its way is waited for, since its answer says
    /// what there is to erase.
    pub(super) fn withdraw(&mut self) -> Vec<Effect> {
        self.over = None;
        self.draft = Draft::default();
        let busy = self.is_busy();
        if let Some(talk) = &mut self.talk {
            mem::take(&mut talk.outbox);
        }
        self.phase = Phase::Leaving(Leaving { busy, noting: true, ..Leaving::default() });
        // Noted first: a tab that is loaded again goes on from here.
        vec![Effect::Note]
    }

    /// Whether a message is sealed or posted right now.
    pub(super) fn is_busy(&self) -> bool {
        let posted = matches!(self.phase, Phase::Sealing(_) | Phase::Sending(_));
        posted || self.talk.as_ref().is_some_and(|talk| talk.outbox.is_busy())
    }

    pub(super) fn leave(&mut self, mut leaving: Leaving, event: &Event) -> Step {
        match event {
            Event::Sealed(_) | Event::Answered(_) if leaving.busy => {
                leaving.busy = false;
                return leaving.begin();
            }
            Event::Noted if leaving.noting => {
                leaving.noting = false;
                return leaving.begin();
            }
            Event::Ended(Ending::Done(end)) => {
                let hold = self.talk.as_ref().and_then(|talk| talk.hold);
                let end = if let End::Withdrawn(at) = *end { End::withdrawn(at, hold) } else { *end };
                let effects = self.end(end);
                return (self.phase.clone(), effects);
            }
            Event::Ended(Ending::Lost) if leaving.pause.is_none() => {
                leaving.lost = leaving.lost.saturating_add(1);
                let seconds = Tries { lost: leaving.lost, ..Tries::default() }.last_pause();
                let pause = self.wait(seconds);
                leaving.pause = Some(pause);
                return (Phase::Leaving(leaving), vec![Effect::Wait { seconds, timer: pause.timer }]);
            }
            Event::TimeUp(timer) if leaving.pause.is_some_and(|pause| pause.timer == *timer) => {
                leaving.pause = None;
                return (Phase::Leaving(leaving), vec![Effect::Withdraw]);
            }
            Event::Retry if leaving.pause.is_some() => {
                leaving.pause = None;
                return (Phase::Leaving(leaving), vec![Effect::Withdraw]);
            }
            _ => {}
        }
        (Phase::Leaving(leaving), Vec::new())
    }
}

impl End {
    /// Withdrawn at this time: what is held then is erased later.
    pub fn withdrawn(at: Timestamp, hold: Option<Hold>) -> Self {
        match hold {
            Some(hold) if at < hold.until => Self::Held(at, hold.until),
            _ => Self::Withdrawn(at),
        }
    }

    /// Whether the keys of its receipt are still there.
    pub fn proves(self) -> bool {
        matches!(self, Self::Withdrawn(_) | Self::Held(..) | Self::Gone)
    }
}

impl Leaving {
    /// Asks the relay, as soon as nothing comes first.
    fn begin(self) -> Step {
        let begins = !self.busy && !self.noting && self.pause.is_none();
        (Phase::Leaving(self), begins.then_some(Effect::Withdraw).into_iter().collect())
    }

    /// Whether the relay does not answer.
    pub fn is_pending(&self) -> bool {
        self.lost > 0
    }
}
