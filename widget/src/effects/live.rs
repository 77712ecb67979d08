//! The live connection, which `live.js` holds, and what a member says of when somebody is there.

use super::{Hands, now, timer};
use crate::{
    desk::Desk,
    state::{Event, House, Live},
};
use einwurf_protocol::{
    status::{Presence, Status},
    time::Timestamp,
};
use js_sys::Function;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, prelude::Closure};

/// What is said of a moment is looked at again after so many seconds, if not before.
const HOUR: u64 = 3_600;

/// What is told of the connection; heard as long as the frame.
pub(super) fn ear(desk: Desk) -> Function {
    let heard = Closure::<dyn Fn(String)>::new(move |word: String| {
        let live = match word.as_str() {
            "open" => Live::Open,
            "look" => Live::Look,
            _ => Live::Closed,
        };
        desk.emit(Event::Live(live));
    });
    heard.into_js_value().unchecked_into()
}

impl Hands {
    /// Begins the connection, if there is anything to show for it.
    pub(super) fn connect(&self, desk: Desk, seconds: u32) {
        let words = self.courier.borrow().live();
        let mut kept = self.ear.borrow_mut();
        self.outside.live(words, seconds, kept.get_or_insert_with(|| ear(desk)));
    }

    pub(super) fn disconnect(&self) {
        self.outside.live(None, 0, &Function::default());
    }

    /// Asks when somebody is there. Whatever does not hold is not shown.
    pub(super) async fn ask_house(self: Rc<Self>, desk: Desk) {
        let reply = self.carry(&self.known.address.status()).await;
        let status = desk.see(|model| crate::api::status(reply.as_ref()?, &model.site.manifest));
        *self.status.borrow_mut() = status;
        self.turn.set(self.turn.get().wrapping_add(1));
        self.say_house(desk);
    }

    /// What it says of now, and again when that ends.
    fn say_house(self: Rc<Self>, desk: Desk) {
        let now = now();
        let house = self.status.borrow().as_ref().map(|status| house(status, desk, now));
        if let Some(House { presence: Presence::Open(until) | Presence::Closed(until), .. }) = house {
            let seconds = until.0.saturating_sub(now.0).clamp(1, HOUR);
            let (turn, hands) = (self.turn.get(), Rc::clone(&self));
            let again = move || {
                if hands.turn.get() == turn {
                    hands.say_house(desk);
                }
            };
            timer::after(u32::try_from(seconds).unwrap_or(u32::MAX).saturating_mul(1000), Box::new(again));
        }
        desk.emit(Event::House(house));
    }
}

fn house(status: &Status, desk: Desk, now: Timestamp) -> House {
    House {
        presence: status.at(now),
        topics: status.topics.clone(),
        automatic: status.automatic.get(&desk.register).cloned(),
    }
}
