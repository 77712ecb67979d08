//! The notice: boxes, the question of age, and the two buttons.

use super::{Effect, Event, Field, Focus, Model, Phase, Reading, Step, Talk};
use einwurf_protocol::{
    consent::{Consent, NotAgreed},
    notice::{Mode, Purpose},
};

impl Model {
    pub(super) fn read(&mut self, mut reading: Reading, event: &Event) -> Step {
        match event {
            Event::Tick(purpose, ticked) => {
                reading.ticks.set(*purpose, *ticked);
                reading.nudge = None;
            }
            Event::Age(age) => {
                reading.ticks.age = Some(*age);
                reading.nudge = None;
            }
            Event::Decline => return self.decline(reading.changed),
            Event::Agree => return self.agree(reading),
            Event::Talk if self.begun() => return (Phase::Talk(None), self.look_soon()),
            _ => {}
        }
        (Phase::Notice(reading), Vec::new())
    }

    fn agree(&mut self, mut reading: Reading) -> Step {
        match self.site.notice.agree(&reading.ticks) {
            // What was typed is there; the conversation goes on where it was.
            Ok(consent) if self.begun() => {
                (self.agreed(consent), vec![Effect::Focus(Focus::Field(Field::Text))])
            }
            Ok(consent) => (self.agreed(consent), self.ask_house()),
            // What was written before stays readable, and can be withdrawn.
            Err(NotAgreed::NotAsked) if self.begun() => {
                if let Some(talk) = &mut self.talk {
                    talk.young = true;
                    talk.version += 1;
                }
                (Phase::Talk(None), Vec::new())
            }
            Err(NotAgreed::NotAsked) => (Phase::TooYoung, Vec::new()),
            Err(missing) => {
                reading.nudge = Some(missing);
                (Phase::Notice(reading), vec![Effect::Focus(Focus::Box)])
            }
        }
    }

    /// From here on the visitor can withdraw.
    pub(super) fn agreed(&mut self, consent: Consent) -> Phase {
        let talk = self.talk.get_or_insert_with(Talk::default);
        talk.remember = consent.grants(Purpose::Remember);
        if self.begun() { Phase::Talk(Some(consent)) } else { Phase::compose(consent) }
    }

    /// What says "Close" closes (DP-10); what says "Do not agree" answers with other ways.
    fn decline(&mut self, changed: bool) -> Step {
        let closes = self.site.notice.notice().mode == Mode::Request;
        let effects = if closes { self.close() } else { Vec::new() };
        // What was said before still stands: nothing was refused but to go on.
        let back = self.begun() && !changed;
        (if back { Phase::Talk(None) } else { Phase::Declined { changed } }, effects)
    }

    pub(super) fn declined(changed: bool, event: &Event) -> Step {
        match event {
            Event::Reconsider => (Phase::Notice(Reading { changed, ..Reading::default() }), Vec::new()),
            _ => (Phase::Declined { changed }, Vec::new()),
        }
    }
}
