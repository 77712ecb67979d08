//! What every component has at hand: the state to show, the texts, and a place to drop events.

use crate::{
    scope::Scope,
    state::{Effect, Event, Model, Screen, Talk},
    texts::Texts,
};
use einwurf_protocol::{notice::Register, time::Timestamp};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Handed from component to component.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// Lives as long as the frame.
    held: &'static Held,
    /// Texts of the register.
    pub(crate) texts: &'static Texts,
    /// Language and form of address.
    pub(crate) register: Register,
    /// Where the widget opens in a window of its own.
    pub(crate) door: &'static str,
    now: fn() -> Timestamp,
}

struct Held {
    model: RefCell<Model>,
    /// How often the screen became another.
    turns: Cell<u32>,
    scope: Rc<Scope>,
    act: Box<dyn Fn(Desk, Effect)>,
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
    pub(crate) fn new(model: Model, texts: Texts, place: Place, act: Box<dyn Fn(Self, Effect)>) -> Self {
        let Place { register, door, now } = place;
        let held = Held { model: RefCell::new(model), turns: Cell::new(0), scope: Rc::default(), act };
        Self {
            held: Box::leak(Box::new(held)),
            texts: Box::leak(Box::new(texts)),
            register,
            door: door.leak(),
            now,
        }
    }

    /// Builds what follows the state as long as the frame lives.
    pub(crate) fn within<T>(self, build: impl FnOnce() -> T) -> T {
        self.held.scope.within(build)
    }

    /// Something happened.
    pub(crate) fn emit(self, event: Event) {
        let before = self.see(Model::screen);
        let effects = self.held.model.borrow_mut().on(event);
        if self.see(Model::screen) != before {
            self.held.turns.set(self.turn().wrapping_add(1));
        }
        self.held.scope.run();
        for effect in effects {
            (self.held.act)(self, effect);
        }
    }

    /// What is shown.
    pub(crate) fn screen(self) -> Screen {
        self.see(Model::screen)
    }

    /// Another number whenever the screen is another.
    pub(crate) fn turn(self) -> u32 {
        self.held.turns.get()
    }

    /// Another number whenever there is news in the conversation.
    pub(crate) fn news(self) -> u32 {
        self.talk(|talk| talk.version).unwrap_or_default()
    }

    /// Looks at the conversation.
    pub(crate) fn talk<T>(self, look: impl FnOnce(&Talk) -> T) -> Option<T> {
        self.see(|model| model.talk.as_ref().map(look))
    }

    /// Now.
    pub(crate) fn now(self) -> Timestamp {
        (self.now)()
    }

    /// Looks at the state.
    pub(crate) fn see<T>(self, look: impl FnOnce(&Model) -> T) -> T {
        look(&self.held.model.borrow())
    }

    /// The company's name as visitors know it.
    pub(crate) fn company(self) -> String {
        self.see(|model| model.site.manifest.display.name.clone())
    }

    /// `text` with the company's name in it.
    pub(crate) fn named(self, text: &str) -> String {
        crate::texts::fill(text, &[("company", &self.company())])
    }
}
