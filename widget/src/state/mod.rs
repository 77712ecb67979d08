//! What the widget knows and does next, without a browser: a state, an event, the next state and effects as data.
//! A [`Consent`] is made in one place, by the visitor's tick and button, and every state after it owns one: no event
//! leads to a message field or a request without it.

mod delivery;
mod event;
#[cfg(test)]
mod tests;

use einwurf_protocol::{
    consent::{Consent, ShownNotice, Ticks},
    ids::Digest,
    manifest::Manifest,
    message::{Draft, DraftError, Message},
    time::Timestamp,
};
use std::mem;

pub use delivery::{Delivery, Pause, Tries};
pub use event::{Answer, Effect, Event, Field, Focus, RefreshFault, SealFault};

/// Everything on the screen follows from this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What the site says about itself, verified.
    pub site: Site,
    /// What stands in the fields; lost only when it has arrived.
    pub draft: Draft,
    /// Where the visitor is.
    pub phase: Phase,
    /// Whether "Who can read this?" is open.
    pub readers: bool,
    /// Number of the last pause; older ones no longer count.
    timer: u32,
}

/// A verified manifest and the notice that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Verified by the launcher or by `effects`.
    pub manifest: Manifest,
    /// Checked against the manifest.
    pub notice: ShownNotice,
}

/// A word to the launcher. Nothing else ever goes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// The first screen is usable.
    Ready,
    /// Hide the frame; the draft stays.
    Close,
    /// Destroy the frame and show the ordinary contact ways.
    Fail,
}

/// Where the visitor is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Reading the notice; owes a decision.
    Notice(Reading),
    /// The site moved to another relay: nothing is taken here, and nothing leads out of this.
    Moved,
    /// Did not agree.
    Declined {
        /// The notice had changed while a message was on its way.
        changed: bool,
    },
    /// Writing; owes "Send".
    Compose(Composing),
    /// Being sealed on this device.
    Sealing(Delivery),
    /// On its way; owes the relay's answer.
    Sending(Delivery),
    /// Nobody answered; owes the end of the pause.
    Waiting(Delivery, Pause),
    /// The site changed something; owes a verified manifest.
    Refreshing(Delivery),
    /// Acknowledged by the relay.
    Arrived(Arrival),
    /// Cannot go on by itself.
    Stopped(Stop),
}

/// The notice on the screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// All empty at first (CON-02).
    pub ticks: Ticks,
    /// The button was pressed without the tick.
    pub nudge: bool,
    /// The notice changed while a message was on its way.
    pub changed: bool,
}

/// The form on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composing {
    /// What was agreed to.
    pub consent: Consent,
    /// What keeps the draft from being a message.
    pub fault: Option<DraftError>,
}

/// A message that has arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Holds for the conversation.
    pub consent: Consent,
    /// When the relay stored it.
    pub at: Timestamp,
    /// When it will be deleted.
    pub deleted: Timestamp,
    /// What was written.
    pub message: Message,
}

impl Arrival {
    /// Whether staff can answer: an address or a number was given.
    pub fn answerable(&self) -> bool {
        self.message.email().is_some() || self.message.phone().is_some()
    }
}

/// Nothing more happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Still holds: the visitor may go back to the text.
    pub consent: Consent,
    /// Why.
    pub trouble: Trouble,
}

/// Why a delivery stopped. Each is one sentence in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The conversation is not, or no longer, known to the relay.
    Access,
    /// The manifest or the notice does not hold.
    Trust,
    /// The site moved to another relay.
    Moved,
    /// Too many messages.
    Limit,
    /// Refused, with this code.
    Refused(&'static str),
    /// This browser could not seal.
    Sealing,
}

/// What is shown: changes exactly when the focus must move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// The notice with this digest.
    Notice(Digest),
    /// Contact ways, since nothing is taken here.
    Moved,
    /// Contact ways.
    Declined,
    /// The form.
    Compose,
    /// Sealing, sending, waiting, refreshing.
    Delivery,
    /// The postmark.
    Arrived,
    /// Trouble and contact ways.
    Stopped,
}

type Step = (Phase, Vec<Effect>);

impl Model {
    /// The notice, with an empty box; at a site that moved, no notice either, since nothing may follow it.
    pub fn new(site: Site) -> Self {
        let moved = site.manifest.succession.moved_to.is_some();
        let phase = if moved { Phase::Moved } else { Phase::Notice(Reading::default()) };
        Self { site, draft: Draft::default(), phase, readers: false, timer: 0 }
    }

    /// What is shown.
    pub fn screen(&self) -> Screen {
        match self.phase {
            Phase::Notice(_) => Screen::Notice(self.site.notice.digest()),
            Phase::Moved => Screen::Moved,
            Phase::Declined { .. } => Screen::Declined,
            Phase::Compose(_) => Screen::Compose,
            Phase::Sealing(_) | Phase::Sending(_) | Phase::Waiting(..) | Phase::Refreshing(_) => {
                Screen::Delivery
            }
            Phase::Arrived(_) => Screen::Arrived,
            Phase::Stopped(_) => Screen::Stopped,
        }
    }

    /// The next state. An event that means nothing in this state changes nothing.
    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        let before = self.screen();
        let mut effects = match event {
            Event::Readers => self.toggle_readers(),
            Event::Escape if self.readers => self.toggle_readers(),
            Event::Escape | Event::Close => vec![Effect::Tell(Tell::Close)],
            Event::Opened => self.opened(),
            event => self.step(event),
        };
        if self.screen() != before && !effects.iter().any(|effect| matches!(effect, Effect::Focus(_))) {
            effects.push(Effect::Focus(Focus::Start));
        }
        effects
    }

    fn toggle_readers(&mut self) -> Vec<Effect> {
        self.readers = !self.readers;
        Vec::new()
    }

    /// Reopened: an undecided or refused notice starts again with empty boxes (CON-02).
    fn opened(&mut self) -> Vec<Effect> {
        if let Phase::Notice(Reading { changed, .. }) | Phase::Declined { changed } = self.phase {
            self.phase = Phase::Notice(Reading { changed, ..Reading::default() });
        }
        vec![Effect::Focus(Focus::Start)]
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        let phase = mem::replace(&mut self.phase, Phase::Declined { changed: false });
        let (phase, effects) = match phase {
            Phase::Notice(reading) => self.read(reading, &event),
            Phase::Declined { changed } => Self::declined(changed, &event),
            Phase::Compose(composing) => self.compose(composing, event),
            Phase::Arrived(arrival) => Self::arrived(arrival, &event),
            Phase::Stopped(stop) => Self::stopped(stop, &event),
            delivering => self.deliver(delivering, event),
        };
        self.phase = phase;
        effects
    }

    fn read(&self, mut reading: Reading, event: &Event) -> Step {
        match event {
            Event::Tick(purpose, ticked) => {
                reading.ticks.set(*purpose, *ticked);
                reading.nudge = false;
            }
            Event::Decline => return (Phase::Declined { changed: reading.changed }, Vec::new()),
            Event::Agree => {
                if let Ok(consent) = self.site.notice.agree(&reading.ticks) {
                    return (Phase::Compose(Composing { consent, fault: None }), Vec::new());
                }
                reading.nudge = true;
                return (Phase::Notice(reading), vec![Effect::Focus(Focus::Box)]);
            }
            _ => {}
        }
        (Phase::Notice(reading), Vec::new())
    }

    fn declined(changed: bool, event: &Event) -> Step {
        match event {
            Event::Reconsider => (Phase::Notice(Reading { changed, ..Reading::default() }), Vec::new()),
            _ => (Phase::Declined { changed }, Vec::new()),
        }
    }

    fn compose(&mut self, mut composing: Composing, event: Event) -> Step {
        match event {
            Event::Input(field, text) => {
                *self.field(field) = text;
                composing.fault = None;
            }
            Event::Wish(wish) => {
                self.draft.wish = wish;
                composing.fault = None;
            }
            Event::Send => return self.send(composing.consent),
            _ => {}
        }
        (Phase::Compose(composing), Vec::new())
    }

    fn field(&mut self, field: Field) -> &mut String {
        match field {
            Field::Text => &mut self.draft.text,
            Field::Name => &mut self.draft.name,
            Field::Email => &mut self.draft.email,
            Field::Phone => &mut self.draft.phone,
        }
    }

    fn arrived(arrival: Arrival, event: &Event) -> Step {
        match event {
            Event::Another => {
                (Phase::Compose(Composing { consent: arrival.consent, fault: None }), Vec::new())
            }
            _ => (Phase::Arrived(arrival), Vec::new()),
        }
    }

    fn stopped(stop: Stop, event: &Event) -> Step {
        match event {
            Event::Edit => (Phase::Compose(Composing { consent: stop.consent, fault: None }), Vec::new()),
            _ => (Phase::Stopped(stop), Vec::new()),
        }
    }
}
