//! The conversation as this device knows it: opened again after a reload, read again while the frame is on the screen,
//! and gone on with.

use super::{Effect, End, Event, Hello, Kept, Look, Model, News, Phase, Reading, Step, Talk};
use einwurf_protocol::{
    consent::{Age, By, Consent, Ticks},
    event::{Direction, Kind},
    ids::MessageId,
    message::Message,
    notice::Purpose,
    time::Timestamp,
};
use einwurf_seal::Shown;

/// Seconds between two looks at the relay, while the frame is on the screen.
const CALM: u32 = 20;
/// The same while nobody answers and a visitor waits for a kept conversation.
const LOST: u32 = 5;

impl Model {
    /// A conversation that was kept comes before the notice, unless the visitor has begun another one already.
    pub(super) fn hello(&mut self, hello: Hello) -> Vec<Effect> {
        self.page = hello.page;
        if !self.may_open() {
            return Vec::new();
        }
        match hello.kept {
            Kept::Nothing => Vec::new(),
            Kept::Void => {
                self.phase = Phase::Ended(End::Void);
                Vec::new()
            }
            Kept::Talk | Kept::Linked | Kept::Both => {
                let (linked, own) = (hello.kept != Kept::Talk, hello.kept == Kept::Both);
                self.talk = Some(Talk { linked, own, ..Talk::default() });
                self.phase = Phase::Opening { lost: false };
                vec![Effect::Look]
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
    pub(super) fn opening(lost: bool, event: &Event) -> Step {
        let effects = if matches!(event, Event::Retry) { vec![Effect::Look] } else { Vec::new() };
        (Phase::Opening { lost }, effects)
    }

    /// The pause before a look ended; one that belongs to a message on its way is somebody else's.
    pub(super) fn polls(&self, timer: u32) -> bool {
        self.talk.as_ref().is_some_and(|talk| talk.poll == timer && timer > 0)
    }

    pub(super) fn look_again(&mut self) -> Vec<Effect> {
        if self.hidden { Vec::new() } else { self.look_now() }
    }

    /// A look, or when it must not come between a message and its answer, a pause.
    pub(super) fn look_now(&mut self) -> Vec<Effect> {
        let looks = match self.phase {
            Phase::Opening { .. } => true,
            Phase::Talk(_) | Phase::Arrived(_) | Phase::Compose(_) => self.begun(),
            _ => false,
        };
        match (looks, self.begun()) {
            (true, _) => vec![Effect::Look],
            (false, true) => self.pause_look(CALM),
            (false, false) => Vec::new(),
        }
    }

    /// Whether there is anything to look at.
    fn looks(&self) -> bool {
        self.talk.is_some() && !self.phase.is_final() && !matches!(self.phase, Phase::Leaving(_))
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
    pub(super) fn wrote(&mut self, message: &Message, at: Timestamp, deleted: Timestamp) -> Vec<Effect> {
        if let Some(talk) = &mut self.talk {
            talk.deleted = Some(deleted);
            talk.thread.push(written(talk.thread.last(), message, at));
            talk.version += 1;
        }
        self.pause_look(CALM)
    }

    pub(super) fn looked(&mut self, look: Look) -> Vec<Effect> {
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
            Look::Lost => self.pause_look(CALM),
            Look::Nothing if opening && self.talk.as_ref().is_some_and(|talk| talk.linked) => {
                self.end(End::Void)
            }
            // Kept before anything arrived, or past its date: there is nothing to go on with.
            Look::Nothing if opening => {
                self.talk = None;
                self.phase = Phase::Notice(Reading::default());
                vec![Effect::Forget]
            }
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
        }
        // Somebody who looks at the postmark waits for an answer.
        self.phase = match std::mem::replace(&mut self.phase, Phase::Moved) {
            Phase::Opening { .. } => Phase::Talk(consent.filter(|consent| self.in_force(consent))),
            Phase::Arrived(arrival) if answered => Phase::Talk(Some(arrival.consent)),
            phase => phase,
        };
        self.pause_look(CALM)
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

    pub(super) fn talking(&mut self, consent: Option<Consent>, event: &Event) -> Step {
        match event {
            Event::Another if self.may_write() => {
                let notice = || Phase::Notice(Reading::default());
                return (consent.map_or_else(notice, Phase::compose), Vec::new());
            }
            Event::Tick(Purpose::Special, ticked) => {
                if let Some(talk) = &mut self.talk {
                    talk.special = *ticked;
                }
            }
            Event::Agree if self.may_write() => {
                if let Some(phase) = self.special(consent.as_ref()) {
                    return (phase, Vec::new());
                }
            }
            _ => {}
        }
        (Phase::Talk(consent), Vec::new())
    }

    /// Consent to special categories, given when a member asked for it: the same choices as before, and this one. It goes
    /// along with the next message.
    fn special(&mut self, consent: Option<&Consent>) -> Option<Phase> {
        let (consent, talk) = (consent?, self.talk.as_mut()?);
        let asked = talk.question()?.seq;
        if !talk.special || consent.notice() != self.site.notice.digest() {
            return None;
        }
        let mut ticks = Ticks::default();
        ticks.age = consent.by().map(age);
        let statements = &self.site.notice.notice().statements;
        for statement in statements {
            ticks.set(statement.purpose, consent.grants(statement.purpose));
        }
        ticks.set(Purpose::Special, true);
        let fresh = self.site.notice.agree(&ticks).ok()?;
        (talk.answered, talk.special) = (Some(asked), false);
        talk.version += 1;
        fresh.grants(Purpose::Special).then(|| Phase::compose(fresh))
    }
}

/// What this tab wrote, until the next look reads it back.
fn written(last: Option<&Shown>, message: &Message, at: Timestamp) -> Shown {
    Shown {
        seq: last.map_or(0, |last| last.seq.saturating_add(1)),
        at,
        direction: Direction::ToStaff,
        kind: Kind::Message,
        message: MessageId([0; MessageId::LENGTH]),
        text: Some(message.text().to_owned()),
        sealed: None,
        name: None,
        asks: false,
        act: None,
        until: None,
        choices: None,
        attachments: Vec::new(),
        told: None,
    }
}

fn age(by: By) -> Age {
    match by {
        By::Visitor => Age::OldEnough,
        By::Parent => Age::Parents,
    }
}
