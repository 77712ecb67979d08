//! What the widget knows and does next, without a browser: a state, an event, the next state and effects as data.
//! A [`Consent`] is made by the visitor's tick and button, or read from a grant that this conversation's key signed; every
//! state that writes owns one: no event leads to a message field or a sent character without it.

mod delivery;
mod early;
mod ending;
mod event;
mod files;
mod house;
mod known;
mod live;
mod outbox;
mod over;
mod phase;
mod reading;
mod talk;
#[cfg(test)]
mod tests;
mod told;
mod unsent;
mod way;

use einwurf_protocol::{
    consent::{Consent, ShownNotice},
    manifest::Manifest,
    message::{Draft, Label},
};
use std::mem;

pub use delivery::{Delivery, Pause, Tries};
pub use ending::{End, Ending, Leaving};
pub use event::{Answer, Effect, Event, Field, Focus, Order, RefreshFault, SealFault};
pub use files::{
    Bar, Failure, Fault, File, FileEffect, FileEvent, Files, Found, Opened, Outgoing, Refusal, Seen, Sight,
    Stage, Words,
};
pub use house::House;
pub use known::{Hello, Kept, Look, News, Talk};
pub use live::Live;
pub use outbox::Outbox;
pub use over::{Gathered, Over, Paper, Sheet, Sheets};
pub use phase::{Arrival, Composing, Phase, Reading, Screen, Stop, Trouble};
pub use unsent::{Parcel, Unsent};
pub use way::{Private, Warning, Way, Ways};

/// Everything on the screen follows from this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What the site says about itself, verified.
    pub site: Site,
    /// What stands in the fields; lost only when it has arrived, or with consent.
    pub draft: Draft,
    /// Where the visitor is.
    pub phase: Phase,
    /// What lies over the phase, which goes on below.
    pub over: Option<Over>,
    /// The conversation, from the first consent to the end of it: as long, the way to withdraw is on the screen.
    pub talk: Option<Talk>,
    /// Files of the message being written, and of the conversation.
    pub files: Files,
    /// What files are called, in the visitor's language.
    pub words: Words,
    /// Title of the page that the visitor writes from.
    pub page: Option<Label>,
    /// What the message is about, of those that the site offers.
    pub topic: Option<Label>,
    /// When somebody is there, as far as a member said it.
    pub house: Option<House>,
    /// How the visitor learns of an answer.
    pub ways: Ways,
    /// Why closing was answered by a sentence.
    pub warned: Option<Warning>,
    /// The browser says that there is no network.
    pub offline: bool,
    /// Whether "Who can read this?" is open.
    pub readers: bool,
    /// What the launcher does with the frame.
    frame: Frame,
    /// Number of the last pause; older ones no longer count.
    timer: u32,
    /// The live connection.
    wire: live::Wire,
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
    /// Hide the frame; the draft stays.
    Close,
    /// Destroy the frame and show the ordinary contact ways.
    Fail,
    /// Make the frame anew: the page names another register, and nothing was begun.
    Again,
    /// The visitor agreed. This and what follows go only to a page that asked for it.
    ConsentGiven,
    /// A withdrawal is done.
    ConsentWithdrawn,
    /// The relay has a message of the visitor.
    MessageSent,
    /// There is a message by staff that was not there before.
    MessageReceived,
}

impl Tell {
    /// Whether the page must have asked for it.
    pub fn is_asked_for(self) -> bool {
        !matches!(self, Self::Close | Self::Fail | Self::Again)
    }
}

type Step = (Phase, Vec<Effect>);

/// The frame, as the launcher says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// Nothing was said yet: it may be on show in a window that was open before.
    Unheard,
    Shown,
    Hidden,
}

impl Model {
    /// The notice, with empty boxes; at a site that moved, no notice either, since nothing may follow it.
    pub fn new(site: Site) -> Self {
        let moved = site.manifest.succession.moved_to.is_some();
        let phase = if moved { Phase::Moved } else { Phase::Notice(Reading::default()) };
        Self {
            site,
            draft: Draft::default(),
            phase,
            over: None,
            talk: None,
            files: Files::default(),
            words: Words::default(),
            page: None,
            topic: None,
            house: None,
            ways: Ways::default(),
            warned: None,
            offline: false,
            readers: false,
            frame: Frame::Unheard,
            timer: 0,
            wire: live::Wire::default(),
        }
    }

    /// What is shown.
    pub fn screen(&self) -> Screen {
        match &self.over {
            Some(Over::Leave) => Screen::Leave,
            Some(Over::Papers(sheets)) => Screen::Papers(sheets.kind, sheets.gathered.is_some()),
            None => self.phase.screen(&self.site),
        }
    }

    /// The next state. An event that means nothing in this state changes nothing.
    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        let before = self.screen();
        let news = matches!(event, Event::Looked(Look::News(_)));
        let goes_on = self.goes_on(&event);
        // Whoever writes or sends is back from picking.
        self.files.picking &= !matches!(event, Event::Input(..) | Event::Send);
        let mut effects = self.follow(event);
        effects.extend(goes_on.map(Effect::File));
        effects.extend(self.settle_files(news));
        effects.extend(self.wire());
        if self.screen() != before && !effects.iter().any(|effect| matches!(effect, Effect::Focus(_))) {
            effects.push(Effect::Focus(Focus::Start));
        }
        effects
    }

    fn follow(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::File(event) => self.on_file(event).into_iter().map(Effect::File).collect(),
            Event::Readers => self.toggle_readers(),
            Event::Escape if self.readers => self.toggle_readers(),
            Event::Escape if self.over.is_some() => self.lay_aside(),
            Event::Escape | Event::Close => self.close(),
            Event::Opened => self.opened(),
            Event::Hello(hello) => self.hello(hello),
            Event::Looked(look) => self.looked(look),
            Event::Live(live) => self.live(live),
            Event::House(house) => self.house(house),
            Event::TextOnly(text_only) => {
                self.files.told(text_only);
                Vec::new()
            }
            Event::Network(there) => {
                self.offline = !there;
                Vec::new()
            }
            Event::TimeUp(timer) if self.polls(timer) => self.look_again(),
            Event::TimeUp(timer) if self.goes_away(timer) => {
                self.go_away();
                Vec::new()
            }
            event if self.carries(&event) => self.carry(event),
            Event::Withdraw | Event::Show(_) | Event::Back | Event::Yes | Event::Forget => self.aside(&event),
            Event::Gathered(gathered) => self.gathered(gathered),
            Event::Link => self.reveal(),
            Event::Copy { link: true } if self.over.is_none() => self.copy_link(),
            Event::Copy { link } => self.copy(link),
            Event::Private(_) => self.way(event),
            Event::Copied(copied) => self.copied(copied),
            event if self.over.is_none() || !event.is_pressed() => self.step(event),
            _ => Vec::new(),
        }
    }

    fn toggle_readers(&mut self) -> Vec<Effect> {
        self.readers = !self.readers;
        Vec::new()
    }

    /// Hides the frame, unless something has to be said first, once.
    fn close(&mut self) -> Vec<Effect> {
        if self.warn() {
            return Vec::new();
        }
        self.frame = Frame::Hidden;
        let mut effects = vec![Effect::Tell(Tell::Close)];
        effects.extend(self.leave_screen());
        effects
    }

    /// Reopened: an undecided or refused notice starts again with empty boxes (CON-02). A frame that is made anew in an open
    /// window may be in use before it hears the first time that it is shown.
    fn opened(&mut self) -> Vec<Effect> {
        if mem::replace(&mut self.frame, Frame::Shown) != Frame::Unheard
            && let Phase::Notice(Reading { changed, .. }) | Phase::Declined { changed } = self.phase
        {
            self.phase = Phase::Notice(Reading { changed, ..Reading::default() });
        }
        if let Some(talk) = &mut self.talk {
            talk.special = false;
        }
        let mut effects = self.ask_house();
        effects.extend(self.come_back());
        effects.extend(self.look_now());
        effects.push(Effect::Focus(Focus::Start));
        effects
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        if self.begun() && matches!(event, Event::Way(_) | Event::Box(_) | Event::Want(_) | Event::Share) {
            return self.way(event);
        }
        let phase = mem::replace(&mut self.phase, Phase::Declined { changed: false });
        let (phase, effects) = match phase {
            Phase::Notice(reading) => self.read(reading, &event),
            Phase::Declined { changed } => Self::declined(changed, &event),
            Phase::Compose(composing) => self.compose(composing, event),
            Phase::Arrived(arrival) => self.arrived(arrival, event),
            Phase::Stopped(stop) => Self::stopped(stop, &event),
            Phase::Opening { lost } => self.opening(lost, &event),
            Phase::Talk(consent) => self.talking(consent, event),
            Phase::Leaving(leaving) => self.leave(leaving, &event),
            phase @ (Phase::Moved | Phase::TooYoung | Phase::Ended(_)) => (phase, Vec::new()),
            delivering => self.first(delivering, event),
        };
        self.phase = phase;
        effects
    }

    /// The first message: once it has arrived, the fields are empty.
    fn first(&mut self, delivering: Phase, event: Event) -> Step {
        let (phase, mut effects) = self.deliver(delivering, event);
        if matches!(phase, Phase::Arrived(_)) {
            (self.draft, self.topic) = (Draft::default(), None);
            effects.extend(self.look_if_due());
        }
        (phase, effects)
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
            Event::Topic(at) => return (Phase::Compose(composing), self.choose_topic(at)),
            Event::Send if self.may_write() => return self.send(composing.consent),
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

    fn arrived(&mut self, arrival: Arrival, event: Event) -> Step {
        match event {
            Event::Another if self.may_write() => {
                let mut effects = self.look_soon();
                effects.push(Effect::Focus(Focus::Field(Field::Text)));
                (Phase::Talk(Some(arrival.consent)), effects)
            }
            Event::Talk => (Phase::Talk(Some(arrival.consent)), self.look_soon()),
            Event::Input(field @ (Field::Email | Field::Phone), text) => {
                self.typed(field, text);
                (Phase::Arrived(arrival), Vec::new())
            }
            _ => (Phase::Arrived(arrival), Vec::new()),
        }
    }

    /// A field of the conversation.
    fn typed(&mut self, field: Field, text: String) {
        *self.field(field) = text;
        if let Some(talk) = &mut self.talk {
            talk.outbox.fault = None;
        }
    }

    fn stopped(stop: Stop, event: &Event) -> Step {
        match event {
            Event::Edit => (Phase::compose(stop.consent), Vec::new()),
            _ => (Phase::Stopped(stop), Vec::new()),
        }
    }

    /// A pause that ends with [`Event::TimeUp`] of this number.
    fn wait(&mut self, seconds: u32) -> Pause {
        self.timer = self.timer.wrapping_add(1);
        Pause { seconds, timer: self.timer }
    }

    /// Whether the relay took anything of this conversation.
    pub fn begun(&self) -> bool {
        self.talk.as_ref().is_some_and(|talk| talk.deleted.is_some())
    }

    /// Whether the launcher has hidden the frame.
    pub fn is_hidden(&self) -> bool {
        self.frame == Frame::Hidden
    }

    /// What was agreed to, where this phase may write.
    pub fn consent(&self) -> Option<&Consent> {
        match &self.phase {
            Phase::Compose(composing) => Some(&composing.consent),
            Phase::Sealing(delivery)
            | Phase::Sending(delivery)
            | Phase::Waiting(delivery, _)
            | Phase::Refreshing(delivery) => Some(delivery.message.consent()),
            Phase::Arrived(arrival) => Some(&arrival.consent),
            Phase::Stopped(stop) => Some(&stop.consent),
            Phase::Talk(consent) => consent.as_ref(),
            _ => None,
        }
    }
}
