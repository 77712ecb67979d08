//! The conversation as this device knows it: opened again after a reload, read again while the frame is on the screen,
//! and gone on with.

use super::{
    Delivery, Effect, End, Event, Field, Focus, Hello, Kept, Look, Model, News, Phase, Reading, Step, Talk,
};
use einwurf_protocol::{
    consent::Consent,
    event::{Direction, Kind},
    ids::MessageId,
    notice::Purpose,
    time::Timestamp,
};
use einwurf_seal::Shown;

/// Seconds between two looks at the relay, while the frame is on the screen and no connection says when: at first, and
/// when nothing was said for a while.
const CALM: [u32; 2] = [30, 60];
/// So many looks without news, and the pauses are the longer ones.
const QUIET: u32 = 6;
/// The same while nobody answers and a visitor waits for a kept conversation.
const LOST: u32 = 5;

impl Model {
    /// A conversation that was kept comes before the notice, unless the visitor has begun another one already.
    pub(super) fn hello(&mut self, hello: Hello) -> Vec<Effect> {
        self.page = hello.page;
        let effects = if self.may_open() { self.go_back_to(hello.kept) } else { Vec::new() };
        if let Some(unsent) = hello.unsent {
            self.put_back(*unsent);
        }
        effects
    }

    fn go_back_to(&mut self, kept: Kept) -> Vec<Effect> {
        match kept {
            Kept::Nothing => Vec::new(),
            Kept::Void => {
                self.phase = Phase::Ended(End::Void);
                Vec::new()
            }
            Kept::Talk | Kept::Linked | Kept::Both => {
                let (linked, own) = (kept != Kept::Talk, kept == Kept::Both);
                self.talk = Some(Talk { linked, own, ..Talk::default() });
                self.phase = Phase::Opening { lost: false };
                let mut effects = self.look();
                effects.extend(self.ask_house());
                effects
            }
            Kept::Leaving => {
                self.talk = Some(Talk::default());
                self.phase = Phase::Leaving(super::Leaving::default());
                vec![Effect::Withdraw]
            }
            Kept::Newer => {
                self.talk = Some(Talk { fault: true, ..Talk::default() });
                self.phase = Phase::Talk(None);
                Vec::new()
            }
        }
    }

    /// Whether what was kept may still open: nothing was begun, nothing refused.
    pub fn may_open(&self) -> bool {
        self.talk.is_none() && matches!(self.phase, Phase::Notice(_) | Phase::Moved)
    }

    /// "Try now" while a kept conversation is fetched.
    pub(super) fn opening(&mut self, lost: bool, event: &Event) -> Step {
        let effects = if matches!(event, Event::Retry) { self.look() } else { Vec::new() };
        (Phase::Opening { lost }, effects)
    }

    /// The pause before a look ended; one that belongs to a message on its way is somebody else's.
    pub(super) fn polls(&self, timer: u32) -> bool {
        self.talk.as_ref().is_some_and(|talk| talk.poll == timer && timer > 0)
    }

    pub(super) fn look_again(&mut self) -> Vec<Effect> {
        if self.is_hidden() { Vec::new() } else { self.look_now() }
    }

    /// A look, or when it must not come between a message and its answer, a pause.
    pub(super) fn look_now(&mut self) -> Vec<Effect> {
        let going = self.talk.as_ref().is_some_and(|talk| talk.outbox.is_going());
        let looks = match self.phase {
            Phase::Opening { .. } => self.talk.as_ref().is_some_and(|talk| !talk.looking),
            Phase::Talk(_) | Phase::Arrived(_) | Phase::Notice(_) => self.begun() && !going,
            _ => false,
        };
        match (looks, self.begun()) {
            (true, _) => self.look(),
            (false, true) => self.pause_calmly(),
            (false, false) => Vec::new(),
        }
    }

    fn look(&mut self) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            (talk.looking, talk.due) = (true, false);
        }
        vec![Effect::Look]
    }

    /// A look as soon as none is on its way, nor a message: what the relay says has to follow what was read.
    pub(super) fn look_soon(&mut self) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            talk.due = true;
        }
        self.look_if_due()
    }

    pub(super) fn look_if_due(&mut self) -> Vec<Effect> {
        let Some(talk) = &self.talk else { return Vec::new() };
        let waits = talk.looking || talk.outbox.is_going() || !talk.due;
        if waits || !self.begun() { Vec::new() } else { self.look() }
    }

    /// Whether there is anything to look at.
    pub(super) fn looks(&self) -> bool {
        self.talk.is_some() && !self.phase.is_final() && !matches!(self.phase, Phase::Leaving(_))
    }

    /// The next look, unless the relay says when.
    pub(super) fn pause_calmly(&mut self) -> Vec<Effect> {
        let quiet = self.talk.as_ref().map_or(0, |talk| talk.quiet);
        let [soon, later] = CALM;
        if self.wire.is_open() {
            return Vec::new();
        }
        self.pause_look(if quiet < QUIET { soon } else { later })
    }

    /// The next look, if there is anything to look at.
    fn pause_look(&mut self, seconds: u32) -> Vec<Effect> {
        if !self.looks() {
            return Vec::new();
        }
        let pause = self.wait(seconds);
        if let Some(talk) = &mut self.talk {
            talk.poll = pause.timer;
        }
        vec![Effect::Wait { seconds, timer: pause.timer }]
    }

    /// A message arrived: it stands in the thread, and the first look comes later.
    pub(super) fn wrote(
        &mut self,
        delivery: &Delivery,
        seq: u64,
        (at, deleted): (Timestamp, Timestamp),
    ) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            let message = delivery.message.inner();
            talk.deleted = Some(deleted);
            talk.reachable |= message.email().is_some() || message.phone().is_some();
            talk.quiet = 0;
            // What its files are called is read back.
            talk.due |= !delivery.files.is_empty();
            // A look may have brought it before its acknowledgement came.
            if talk.thread.last().is_none_or(|last| last.seq < seq) {
                talk.thread.push(written(delivery, seq, at));
            }
            talk.version += 1;
        }
        self.pause_calmly()
    }

    pub(super) fn looked(&mut self, look: Look) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            talk.looking = false;
        }
        let opening = matches!(self.phase, Phase::Opening { .. });
        if let (Phase::Leaving(_), Look::News(news), Some(talk)) = (&self.phase, &look, &mut self.talk) {
            // What is held is not erased: the confirmation must not say so.
            talk.hold = news.hold;
        }
        if !self.looks() {
            return Vec::new();
        }
        match look {
            Look::News(news) => self.news(*news, opening),
            Look::Lost if opening => {
                self.phase = Phase::Opening { lost: true };
                self.pause_look(LOST)
            }
            // What was told is still to be looked at, also by who is told when.
            Look::Lost => self.pause_look(CALM[0]),
            Look::Nothing if opening && self.talk.as_ref().is_some_and(|talk| talk.linked) => {
                self.end(End::Void)
            }
            // Kept before anything arrived, or past its date: there is nothing to go on with.
            Look::Nothing if opening => self.begin_again().unwrap_or_else(|| {
                self.talk = None;
                self.phase = Phase::Notice(Reading::default());
                vec![Effect::Forget]
            }),
            // Asked before the first message was on its way again.
            Look::Nothing if !self.begun() => Vec::new(),
            Look::Gone => self.end(End::Gone),
            Look::Nothing => self.end(End::Past),
            Look::Untrusted => self.distrust(),
        }
    }

    /// Nothing more is written: the fault is shown instead of the form. What was typed stays.
    fn distrust(&mut self) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            talk.fault = true;
            talk.version += 1;
        }
        if matches!(
            self.phase,
            Phase::Opening { .. } | Phase::Talk(_) | Phase::Compose(_) | Phase::Arrived(_)
        ) {
            self.phase = Phase::Talk(None);
        }
        Vec::new()
    }

    fn news(&mut self, news: News, opening: bool) -> Vec<Effect> {
        let News { whole, shown, deleted, restricted, hold, consent } = news;
        let heard = self.heard();
        if let Some(talk) = &mut self.talk {
            talk.take(whole, shown);
            let standing = (Some(deleted), restricted, hold);
            if (talk.deleted, talk.restricted, talk.hold) != standing {
                (talk.deleted, talk.restricted, talk.hold) = standing;
                talk.version += 1;
            }
            if opening {
                talk.remember = consent.as_ref().is_some_and(|consent| consent.grants(Purpose::Remember));
                if consent.as_ref().is_some_and(|consent| consent.grants(Purpose::Special)) {
                    talk.answered = Some(u64::MAX);
                }
            }
        }
        let answered = self.heard() > heard;
        if let Some(talk) = &mut self.talk {
            talk.fresh = answered && !opening;
            talk.quiet = if answered { 0 } else { talk.quiet.saturating_add(1) };
        }
        // Somebody who looks at the postmark waits for an answer.
        self.phase = match std::mem::replace(&mut self.phase, Phase::Moved) {
            Phase::Opening { .. } => Phase::Talk(consent.filter(|consent| self.in_force(consent))),
            Phase::Arrived(arrival) if answered => Phase::Talk(Some(arrival.consent)),
            phase => phase,
        };
        let mut effects = if opening { self.leave_again() } else { Vec::new() };
        // Whoever answers may have said that somebody is there, or that files are taken again.
        effects.extend(if answered && !opening { self.ask_house() } else { Vec::new() });
        let due = self.look_if_due();
        effects.extend(if due.is_empty() { self.pause_calmly() } else { due });
        effects
    }

    /// How many events are by staff.
    fn heard(&self) -> usize {
        let by_staff = |shown: &&Shown| shown.direction == Direction::ToVisitor;
        self.talk.as_ref().map_or(0, |talk| talk.thread.iter().filter(by_staff).count())
    }

    fn in_force(&self, consent: &Consent) -> bool {
        let manifest = &self.site.manifest;
        manifest.succession.moved_to.is_none() && manifest.names_notice(&consent.notice())
    }

    /// Whether the conversation can be gone on with.
    pub fn may_write(&self) -> bool {
        let moved = self.site.manifest.succession.moved_to.is_some();
        self.talk.as_ref().is_some_and(|talk| !talk.fault && !talk.young) && !moved
    }

    pub(super) fn talking(&mut self, consent: Option<Consent>, event: Event) -> Step {
        let effects = match (event, &consent) {
            (Event::Another, None) if self.may_write() => {
                return (Phase::Notice(Reading::default()), Vec::new());
            }
            (Event::Another, Some(_)) => vec![Effect::Focus(Focus::Field(Field::Text))],
            (Event::Input(field, text), Some(_)) => {
                self.typed(field, text);
                Vec::new()
            }
            (Event::Send, Some(consent)) if self.may_write() => self.write(consent),
            (Event::Tick(Purpose::Special, ticked), _) => {
                if let Some(talk) = &mut self.talk {
                    talk.special = ticked;
                }
                Vec::new()
            }
            (Event::Agree, Some(given)) if self.may_write() => match self.special(given) {
                Some(fresh) => {
                    return (Phase::Talk(Some(fresh)), vec![Effect::Focus(Focus::Field(Field::Text))]);
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        (Phase::Talk(consent), effects)
    }

    /// Consent to special categories, given when a member asked for it. It goes along with the next message.
    fn special(&mut self, consent: &Consent) -> Option<Consent> {
        let talk = self.talk.as_ref()?;
        let asked = talk.question().filter(|_| talk.special)?.seq;
        let fresh = self.with(consent, Purpose::Special)?;
        let talk = self.talk.as_mut()?;
        (talk.answered, talk.special) = (Some(asked), false);
        talk.version += 1;
        Some(fresh)
    }
}

/// What this tab wrote, until the next look reads it back.
fn written(delivery: &Delivery, seq: u64, at: Timestamp) -> Shown {
    Shown {
        seq,
        at,
        direction: Direction::ToStaff,
        kind: Kind::Message,
        message: MessageId([0; MessageId::LENGTH]),
        text: Some(delivery.message.inner().text().to_owned()),
        sealed: None,
        name: None,
        asks: false,
        act: None,
        until: None,
        choices: None,
        attachments: Vec::new(),
        told: delivery.told.clone(),
    }
}
