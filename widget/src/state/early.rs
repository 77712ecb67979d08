//! What the app's first part can answer: everything until somebody agrees. It answers as [`Model::on`] does, or not at all.

use super::{Effect, Event, Focus, Hello, Kept, Model, Phase};
use std::mem;

impl Model {
    /// The next state, or the event again if only the second part can answer it.
    pub fn early(&mut self, event: Event) -> Result<Vec<Effect>, Event> {
        if !self.is_early() {
            return Err(event);
        }
        let before = self.screen();
        let mut effects = match event {
            Event::Readers => self.toggle_readers(),
            Event::Escape if self.readers => self.toggle_readers(),
            Event::Escape | Event::Close => self.close(),
            Event::Opened => self.opened(),
            Event::Hello(Hello { page, kept: Kept::Nothing, unsent: None }) => {
                self.page = page;
                Vec::new()
            }
            Event::Network(there) => {
                self.offline = !there;
                Vec::new()
            }
            Event::Retry => Vec::new(),
            Event::Agree if self.agrees() => return Err(event),
            Event::Tick(..) | Event::Age(_) | Event::Agree | Event::Decline | Event::Reconsider => {
                self.decide(&event)
            }
            event => return Err(event),
        };
        if self.screen() != before && !effects.iter().any(|effect| matches!(effect, Effect::Focus(_))) {
            effects.push(Effect::Focus(Focus::Start));
        }
        Ok(effects)
    }

    fn is_early(&self) -> bool {
        let phase =
            matches!(self.phase, Phase::Notice(_) | Phase::Declined { .. } | Phase::TooYoung | Phase::Moved);
        phase && self.talk.is_none() && self.over.is_none()
    }

    /// Whether the button now makes a consent.
    fn agrees(&self) -> bool {
        matches!(&self.phase, Phase::Notice(reading) if self.site.notice.agree(&reading.ticks).is_ok())
    }

    fn decide(&mut self, event: &Event) -> Vec<Effect> {
        let (phase, effects) = match mem::replace(&mut self.phase, Phase::TooYoung) {
            Phase::Notice(reading) => self.read(reading, event),
            Phase::Declined { changed } => Self::declined(changed, event),
            phase => (phase, Vec::new()),
        };
        self.phase = phase;
        effects
    }
}
