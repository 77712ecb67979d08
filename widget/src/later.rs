//! The second part of the app: everything from consent on. The first part shows the notice and holds what it was asked
//! for until this one is there (`docs/protocol.md` section 16.8).
//!
//! Both are one program. The build cuts it at [`later`]: what only that function leads to goes into a file of its own.

use crate::{
    components,
    desk::Desk,
    dom::El,
    effects::{Given, Hands},
    format,
    state::{Effect, Event, Model},
};
use std::rc::Rc;

/// What the first part knows of the second.
pub(crate) trait Later {
    /// The next state.
    fn on(&self, model: &mut Model, event: Event) -> Vec<Effect>;
    /// Begins an effect.
    fn act(&self, desk: Desk, effect: Effect);
    /// Takes what a private link or the keeper brings.
    fn resume(&self, desk: Desk);
    /// A screen that the first part has not.
    fn screen(&self, desk: Desk) -> Vec<El>;
    /// The row of rights.
    fn rights(&self, desk: Desk) -> Vec<El>;
    /// What is said aloud.
    fn voice(&self, desk: Desk) -> &'static str;
    /// What is said below the screen.
    fn bar(&self, desk: Desk) -> Vec<El>;
}

/// All of it.
pub(crate) struct Whole {
    /// None in the gallery, where nothing is done.
    pub(crate) hands: Option<Rc<Hands>>,
}

impl Later for Whole {
    fn on(&self, model: &mut Model, event: Event) -> Vec<Effect> {
        model.on_telling(event)
    }

    fn act(&self, desk: Desk, effect: Effect) {
        if let Some(hands) = &self.hands {
            hands.act(desk, effect);
        }
    }

    fn resume(&self, desk: Desk) {
        if let Some(hands) = &self.hands {
            hands.resume(desk);
        }
    }

    fn screen(&self, desk: Desk) -> Vec<El> {
        components::later(desk)
    }

    fn rights(&self, desk: Desk) -> Vec<El> {
        components::rights(desk)
    }

    fn voice(&self, desk: Desk) -> &'static str {
        components::voice(desk)
    }

    fn bar(&self, desk: Desk) -> Vec<El> {
        components::bar(desk)
    }
}

/// Where the build cuts.
#[allow(clippy::boxed_local, reason = "across the cut goes what fits into registers")]
#[cfg_attr(all(target_family = "wasm", not(feature = "gallery")), wasm_split_helpers::wasm_split(later))]
fn later(desk: Desk, given: Box<Given>) -> Box<dyn Later> {
    desk.learn(format::words(desk.register, desk.texts));
    let hands = Hands::new(*given);
    hands.attend(desk);
    Box::new(Whole { hands: Some(hands) })
}

/// The second part, once it is loaded.
#[cfg(all(target_family = "wasm", not(feature = "gallery")))]
pub(crate) fn join(desk: Desk, given: Box<Given>) -> Option<Box<dyn Later>> {
    use std::{
        future::Future as _,
        pin::pin,
        task::{Context, Poll, Waker},
    };
    // Loaded before: it is there after it was asked twice.
    let mut joined = pin!(later(desk, given));
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        if let Poll::Ready(later) = joined.as_mut().poll(&mut context) {
            return Some(later);
        }
    }
    None
}

/// The second part, where nothing was cut.
#[allow(clippy::unnecessary_wraps, reason = "the same as where it was")]
#[cfg(not(all(target_family = "wasm", not(feature = "gallery"))))]
pub(crate) fn join(desk: Desk, given: Box<Given>) -> Option<Box<dyn Later>> {
    Some(later(desk, given))
}
