//! How the visitor learns of an answer: each way is chosen once, by the visitor, and nothing is ticked before.

use super::{Effect, Event, Model, Phase};
use einwurf_protocol::{
    consent::{Age, By, Consent, Ticks},
    event::Direction,
    message::{Draft, Wish},
    notice::Purpose,
};

/// A way to learn of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The private link, kept elsewhere.
    Link,
    /// This device remembers the conversation.
    Remember,
    /// A short mail without content.
    Notice,
    /// A call.
    Phone,
    /// The answer itself by ordinary, unencrypted mail.
    Email,
}

/// What is chosen and not done yet, and what was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// The way that is open on the screen.
    pub open: Option<Way>,
    /// Its box.
    pub ticked: bool,
    /// The box is missing.
    pub nudge: bool,
    /// The last one that was gone.
    pub done: Option<Way>,
    /// The private link, once it was asked for.
    pub link: Option<Private>,
}

/// The private link: whoever has it can read and withdraw.
#[derive(Clone, PartialEq, Eq)]
pub struct Private {
    /// The link.
    pub link: String,
    /// The picture of it, as an address, if it could be drawn.
    pub picture: Option<String>,
    /// Whether this browser can hand it to another app.
    pub share: bool,
    /// Whether it was copied; none before it was tried.
    pub copied: Option<bool>,
}

impl std::fmt::Debug for Private {
    /// The link never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Private(link hidden)")
    }
}

/// Why closing is answered by a sentence, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Something has not arrived yet.
    Unsent,
    /// Nothing says how an answer is learnt of.
    NoWay,
}

impl Way {
    /// What its box agrees to, if that is a purpose of the notice.
    pub fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Remember => Some(Purpose::Remember),
            Self::Notice => Some(Purpose::Notify),
            _ => None,
        }
    }

    /// Whether it has a box.
    pub fn has_box(self) -> bool {
        matches!(self, Self::Remember | Self::Notice | Self::Email)
    }

    fn wish(self) -> Option<Wish> {
        match self {
            Self::Notice => Some(Wish::Notice),
            Self::Phone => Some(Wish::Phone),
            Self::Email => Some(Wish::Email),
            Self::Link | Self::Remember => None,
        }
    }
}

impl Model {
    /// Whether a way is there: its purpose is offered by the notice that was agreed to, and not agreed to yet.
    pub fn offers(&self, way: Way) -> bool {
        let Some(consent) = self.consent() else { return false };
        way.purpose().is_none_or(|purpose| {
            let mut offered = self.site.notice.notice().statements.iter();
            let linked = self.talk.as_ref().is_some_and(|talk| talk.linked && !talk.own);
            offered.any(|statement| statement.purpose == purpose)
                && consent.notice() == self.site.notice.digest()
                && !consent.grants(purpose)
                && !(linked && way == Way::Remember)
        })
    }

    /// Whether anything may be chosen.
    pub fn may_choose(&self) -> bool {
        self.begun() && self.may_write() && self.consent().is_some()
    }

    /// Events of this part of the screen.
    pub(super) fn way(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Way(way) => return self.open_way(way),
            Event::Box(ticked) => (self.ways.ticked, self.ways.nudge) = (ticked, false),
            Event::Want(words) => return self.want(words),
            Event::Private(link) => self.ways.link = link,
            Event::Share => return self.share(),
            _ => {}
        }
        Vec::new()
    }

    fn open_way(&mut self, way: Way) -> Vec<Effect> {
        let open = (self.ways.open != Some(way)).then_some(way);
        (self.ways.open, self.ways.ticked, self.ways.nudge) = (open, false, false);
        if let Some(talk) = &mut self.talk {
            talk.outbox.fault = None;
        }
        let asks = open == Some(Way::Link) && self.ways.link.is_none() && self.begun();
        if asks { vec![Effect::Private] } else { Vec::new() }
    }

    fn share(&mut self) -> Vec<Effect> {
        let Some(private) = self.ways.link.as_ref().filter(|private| private.share) else {
            return Vec::new();
        };
        let effect = Effect::Share(private.link.clone());
        self.ways.done = Some(Way::Link);
        vec![effect]
    }

    /// To the clipboard.
    pub(super) fn copy_link(&mut self) -> Vec<Effect> {
        let open = self.ways.open == Some(Way::Link);
        let Some(private) = self.ways.link.as_mut().filter(|_| open) else { return Vec::new() };
        private.copied = None;
        vec![Effect::Copy(private.link.clone())]
    }

    /// Whether it went there.
    pub(super) fn link_copied(&mut self, copied: bool) {
        if let Some(private) = &mut self.ways.link {
            private.copied = Some(copied);
        }
        if copied {
            self.ways.done = Some(Way::Link);
        }
    }

    /// The button of the open way: a short message that says it in the visitor's words, under a fresh consent where one is
    /// needed. Staff read it, and the record has the consent.
    fn want(&mut self, words: String) -> Vec<Effect> {
        let (Some(way), Some(consent)) = (self.ways.open, self.consent().cloned()) else { return Vec::new() };
        if !self.may_write() || !self.begun() || !self.offers(way) {
            return Vec::new();
        }
        if way.has_box() && !self.ways.ticked {
            self.ways.nudge = true;
            return vec![Effect::Focus(super::Focus::Box)];
        }
        let fresh =
            way.purpose().map_or_else(|| Some(consent.clone()), |purpose| self.with(&consent, purpose));
        let Some(fresh) = fresh else { return Vec::new() };
        let (email, phone) = match way {
            Way::Phone => (String::new(), self.draft.phone.clone()),
            Way::Remember | Way::Link => Default::default(),
            Way::Notice | Way::Email => (self.draft.email.clone(), String::new()),
        };
        let draft = Draft { text: words, email, phone, wish: way.wish(), ..Draft::default() };
        let effects = self.put(&draft, &fresh, Vec::new());
        if self.unfit().is_none() {
            self.draft.email.clear();
            self.draft.phone.clear();
            self.chosen(way, fresh);
        }
        effects
    }

    fn chosen(&mut self, way: Way, fresh: Consent) {
        self.ways = Ways { done: Some(way), link: self.ways.link.take(), ..Ways::default() };
        if let Some(talk) = &mut self.talk {
            talk.remember |= fresh.grants(Purpose::Remember);
        }
        self.renew(fresh);
    }

    /// Another consent is in force where this phase writes.
    fn renew(&mut self, fresh: Consent) {
        match &mut self.phase {
            Phase::Arrived(arrival) => arrival.consent = fresh,
            Phase::Talk(consent) => *consent = Some(fresh),
            _ => {}
        }
    }

    /// The same choices as before, and this one; none if the notice is another, or has no such box.
    pub(super) fn with(&self, consent: &Consent, purpose: Purpose) -> Option<Consent> {
        if consent.notice() != self.site.notice.digest() {
            return None;
        }
        let mut ticks = Ticks::default();
        ticks.age = consent.by().map(age);
        for statement in &self.site.notice.notice().statements {
            ticks.set(statement.purpose, consent.grants(statement.purpose));
        }
        ticks.set(purpose, true);
        let fresh = self.site.notice.agree(&ticks).ok()?;
        fresh.grants(purpose).then_some(fresh)
    }

    /// What closing would be answered by, if that was not said yet.
    fn warning(&self) -> Option<Warning> {
        let talk = self.talk.as_ref()?;
        let outbox = &talk.outbox;
        if matches!(self.phase, Phase::Waiting(..)) || outbox.is_lost() || outbox.trouble.is_some() {
            return Some(Warning::Unsent);
        }
        let waits =
            matches!(self.phase, Phase::Arrived(_) | Phase::Talk(_)) && self.begun() && self.may_write();
        let heard = talk.thread.iter().any(|shown| shown.direction == Direction::ToVisitor);
        let known = self.ways.done.is_some() || talk.remembers() || talk.linked || talk.reachable;
        (waits && !heard && !known).then_some(Warning::NoWay)
    }

    /// Closing is answered by a sentence once, and then closes.
    pub(super) fn warn(&mut self) -> bool {
        let warning = self.warning();
        let warns = self.over.is_none() && self.warned.is_none() && warning.is_some();
        if warns {
            self.warned = warning;
        }
        warns
    }
}

fn age(by: By) -> Age {
    match by {
        By::Visitor => Age::OldEnough,
        By::Parent => Age::Parents,
    }
}
