//! What every component has at hand: the state to show, the texts, and a place to drop events.

use crate::{
    effects,
    later::Later,
    scope::Scope,
    state::{Effect, Event, Model, Screen, Talk, Words},
    texts::Texts,
};
use einwurf_protocol::{notice::Register, time::Timestamp};
use std::{
    cell::{Cell, OnceCell, RefCell},
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
    later: OnceCell<Box<dyn Later>>,
    /// What waits for the second part.
    waits: RefCell<Vec<Waits>>,
    /// The second part could not be loaded.
    lost: Cell<bool>,
    /// Asks for the second part.
    fetch: Box<dyn Fn()>,
}

/// What only the second part can do.
pub(crate) enum Waits {
    /// Answer this.
    Event(Event),
    /// Open what a private link or the keeper brings.
    Resume,
}

/// How far the second part is, when something waits for it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// On its way.
    Coming,
    /// It could not be loaded.
    Lost,
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
    /// `fetch` asks for the second part.
    pub(crate) fn new(model: Model, texts: Texts, place: Place, fetch: Box<dyn Fn()>) -> Self {
        let Place { register, door, now } = place;
        let held = Held {
            model: RefCell::new(model),
            turns: Cell::new(0),
            scope: Rc::default(),
            later: OnceCell::new(),
            waits: RefCell::default(),
            lost: Cell::new(false),
            fetch,
        };
        Self {
            held: Box::leak(Box::new(held)),
            texts: Box::leak(Box::new(texts)),
            register,
            door: door.leak(),
            now,
        }
    }

    /// What files are called; the second part says it.
    pub(crate) fn learn(self, words: Words) {
        self.held.model.borrow_mut().words = words;
    }

    /// Builds what follows the state as long as the frame lives.
    pub(crate) fn within<T>(self, build: impl FnOnce() -> T) -> T {
        self.held.scope.within(build)
    }

    /// Something happened.
    pub(crate) fn emit(self, event: Event) {
        let before = self.see(Model::screen);
        let effects = self.answer(event);
        if self.see(Model::screen) != before {
            self.held.turns.set(self.turn().wrapping_add(1));
        }
        self.held.scope.run();
        for effect in effects {
            match self.held.later.get() {
                Some(later) => later.act(self, effect),
                None => effects::early(&effect),
            }
        }
    }

    fn answer(self, event: Event) -> Vec<Effect> {
        let mut model = self.held.model.borrow_mut();
        if let Some(later) = self.held.later.get() {
            return later.on(&mut model, event);
        }
        let answered = model.early(event);
        drop(model);
        answered.unwrap_or_else(|event| {
            self.wait(Waits::Event(event));
            Vec::new()
        })
    }

    /// Keeps for the second part what only it can do, and asks for it.
    pub(crate) fn wait(self, what: Waits) {
        if let Some(later) = self.held.later.get() {
            match what {
                Waits::Event(event) => self.emit(event),
                Waits::Resume => later.resume(self),
            }
            return;
        }
        let agrees = |what: &Waits| matches!(what, Waits::Event(Event::Agree));
        let mut waits = self.held.waits.borrow_mut();
        // Pressed again and again, the button agrees once.
        if !agrees(&what) || !waits.iter().any(agrees) {
            waits.push(what);
        }
        drop(waits);
        self.fetch();
    }

    /// Asks for the second part, and says so.
    pub(crate) fn fetch(self) {
        self.held.lost.set(false);
        self.held.scope.run();
        (self.held.fetch)();
    }

    /// The second part is there: what waited goes on.
    pub(crate) fn join(self, later: Box<dyn Later>) {
        if self.held.later.set(later).is_ok() {
            let waited = self.held.waits.take();
            self.held.scope.run();
            for what in waited {
                self.wait(what);
            }
        }
    }

    /// The second part could not be loaded; said if something waits for it.
    pub(crate) fn lose(self) {
        self.held.lost.set(true);
        self.held.scope.run();
    }

    /// What is missing for what somebody waits for.
    pub(crate) fn missing(self) -> Option<Missing> {
        let lost = if self.held.lost.get() { Missing::Lost } else { Missing::Coming };
        (!self.held.waits.borrow().is_empty()).then_some(lost)
    }

    /// Something of the second part, once it is there.
    pub(crate) fn later<T: Default>(self, take: impl FnOnce(&dyn Later) -> T) -> T {
        self.held.later.get().map(|later| take(&**later)).unwrap_or_default()
    }

    /// Whether the second part is there.
    pub(crate) fn has_later(self) -> bool {
        self.held.later.get().is_some()
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

    /// Whether the frame may be made anew in another register: nothing is begun, and nothing waits to be.
    pub(crate) fn may_begin_anew(self) -> bool {
        self.missing().is_none() && self.see(Model::may_begin_anew)
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
