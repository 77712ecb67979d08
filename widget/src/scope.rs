//! What belongs to a screen: listeners, and closures that follow the state. They end together when the screen is replaced.
//!
//! Signals of a library would run fewer of these closures; there are at most a few dozen, and its code weighs a tenth of
//! what a visitor may load.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::Rc,
};

thread_local! {
    static CURRENT: RefCell<Rc<Scope>> = RefCell::default();
}

/// A screen, or a part of one that is replaced as a whole.
#[derive(Default)]
pub(crate) struct Scope {
    follows: RefCell<Vec<Rc<dyn Fn()>>>,
    kept: RefCell<Vec<Box<dyn Any>>>,
}

impl Scope {
    /// Builds something whose listeners and followers belong to this scope.
    pub(crate) fn within<T>(self: &Rc<Self>, build: impl FnOnce() -> T) -> T {
        let outer = CURRENT.replace(Rc::clone(self));
        let made = build();
        CURRENT.set(outer);
        made
    }

    /// The state changed.
    pub(crate) fn run(&self) {
        // Taken out first: what a follower builds belongs to a scope of its own.
        let follows = self.follows.borrow().clone();
        for follow in follows {
            follow();
        }
    }

    fn clear(&self) {
        self.follows.take();
        self.kept.take();
    }
}

/// Keeps a value as long as the current scope.
pub(crate) fn keep(value: impl Any) {
    CURRENT.with_borrow(|scope| scope.kept.borrow_mut().push(Box::new(value)));
}

/// Runs now and whenever the state has changed, as long as the current scope.
pub(crate) fn follow(act: Rc<dyn Fn()>) {
    act();
    CURRENT.with_borrow(|scope| scope.follows.borrow_mut().push(act));
}

/// Builds anew whenever `version` is another; in between, what was built follows the state by itself.
pub(crate) fn rebuild(version: Box<dyn Fn() -> u32>, build: Box<dyn Fn()>) {
    let (scope, last) = (Rc::new(Scope::default()), Cell::new(None));
    follow(Rc::new(move || {
        let version = Some(version());
        if last.replace(version) == version {
            return scope.run();
        }
        scope.clear();
        scope.within(&build);
    }));
}
