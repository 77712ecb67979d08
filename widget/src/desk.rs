//! What every component has at hand: the state to show, the texts, and a place to drop events.

use crate::{
    state::{Effect, Event, Model, Screen, Talk},
    texts::Texts,
};
use einwurf_protocol::{notice::Register, time::Timestamp};
use reactive_graph::{
    owner::{LocalStorage, StoredValue},
    signal::RwSignal,
    traits::{
        Get as _, GetUntracked as _, GetValue as _, Set as _, Update as _, With as _, WithUntracked as _,
    },
};
use std::rc::Rc;

/// Handed from component to component.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    model: RwSignal<Model>,
    screen: RwSignal<Screen>,
    act: StoredValue<Rc<dyn Fn(Desk, Effect)>, LocalStorage>,
    /// Texts of the register.
    pub(crate) texts: &'static Texts,
    /// Language and form of address.
    pub(crate) register: Register,
    /// Where the widget opens in a window of its own.
    pub(crate) door: &'static str,
    /// What changed in the conversation.
    news: RwSignal<u32>,
    now: fn() -> Timestamp,
}

/// Where and when the widget is shown.
pub(crate) struct Place {
    /// Language and form of address.
    pub(crate) register: Register,
    /// Address of the door.
    pub(crate) door: String,
    /// The clock, for dates on the screen.
    pub(crate) now: fn() -> Timestamp,
}

impl Desk {
    /// `act` is the only one who does anything.
    pub(crate) fn new(model: Model, texts: Texts, place: Place, act: Rc<dyn Fn(Self, Effect)>) -> Self {
        let texts = Box::leak(Box::new(texts));
        let Place { register, door, now } = place;
        let news = RwSignal::new(0);
        let screen = RwSignal::new(model.screen());
        Self {
            model: RwSignal::new(model),
            screen,
            act: StoredValue::new_local(act),
            texts,
            register,
            door: door.leak(),
            news,
            now,
        }
    }

    /// Something happened.
    pub(crate) fn emit(self, event: Event) {
        let effects = self.model.try_update(|model| model.on(event)).unwrap_or_default();
        let screen = self.glance(Model::screen);
        if self.screen.get_untracked() != screen {
            self.screen.set(screen);
        }
        let news = self.glance(|model| model.talk.as_ref().map_or(0, |talk| talk.version));
        if self.news.get_untracked() != news {
            self.news.set(news);
        }
        let act = self.act.get_value();
        for effect in effects {
            act(self, effect);
        }
    }

    /// What is shown; runs again when it is another.
    pub(crate) fn screen(self) -> Screen {
        self.screen.get()
    }

    /// The conversation; runs again when there is news, and not with every keystroke.
    pub(crate) fn talk<T>(self, look: impl FnOnce(&Talk) -> T) -> Option<T> {
        self.news.get();
        self.glance(|model| model.talk.as_ref().map(look))
    }

    /// Now.
    pub(crate) fn now(self) -> Timestamp {
        (self.now)()
    }

    /// Looks at the state; runs again when it changed.
    pub(crate) fn see<T>(self, look: impl FnOnce(&Model) -> T) -> T {
        self.model.with(look)
    }

    /// Looks at the state once.
    pub(crate) fn glance<T>(self, look: impl FnOnce(&Model) -> T) -> T {
        self.model.with_untracked(look)
    }

    /// The company's name as visitors know it.
    pub(crate) fn company(self) -> String {
        self.glance(|model| model.site.manifest.display.name.clone())
    }

    /// `text` with the company's name in it.
    pub(crate) fn named(self, text: &str) -> String {
        crate::texts::fill(text, &[("company", &self.company())])
    }
}
