//! The only part that touches network, clock, randomness, timers, the focus and the launcher. It decides nothing.

mod http;
pub(crate) mod launcher;
pub(crate) mod screen;
mod timer;

use crate::{
    api::{
        Reply, Request,
        refresh::{Before, Known},
    },
    courier::{Courier, Next},
    desk::Desk,
    state::{Answer, Effect, Event, RefreshFault, SealFault, Site},
};
use einwurf_protocol::{
    consent::Consented, ids::Thumbprint, manifest::InboxKey, message::Message, time::Timestamp,
};
use getrandom::SysRng;
use rand_core::UnwrapErr;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen_futures::spawn_local;

/// Does what the state asks for, and says what came of it.
pub(crate) struct Hands {
    known: Known,
    courier: RefCell<Courier>,
}

impl Hands {
    /// Does nothing yet.
    pub(crate) fn new(known: Known, courier: Courier) -> Rc<Self> {
        Rc::new(Self { known, courier: RefCell::new(courier) })
    }

    /// Begins one effect; its end comes back as an event.
    pub(crate) fn act(self: &Rc<Self>, desk: Desk, effect: Effect) {
        match effect {
            Effect::Tell(word) => launcher::tell(word),
            Effect::Focus(target) => screen::look_at(target),
            Effect::Wait { seconds, timer } => {
                timer::after(seconds * 1000, Box::new(move || desk.emit(Event::TimeUp(timer))));
            }
            Effect::Seal { message, site, inbox, again } => {
                let hands = Rc::clone(self);
                let seal = move || desk.emit(Event::Sealed(hands.seal(&message, (site, &inbox), again)));
                // After the screen has changed: sealing takes a few milliseconds of the only thread.
                timer::after(0, Box::new(seal));
            }
            Effect::Send { fresh_ticket } => {
                let hands = Rc::clone(self);
                spawn_local(async move { desk.emit(Event::Answered(hands.send(fresh_ticket).await)) });
            }
            Effect::Refresh => {
                let hands = Rc::clone(self);
                spawn_local(
                    async move { desk.emit(Event::Refreshed(hands.refresh(desk).await.map(Box::new))) },
                );
            }
        }
    }

    fn seal(
        &self,
        message: &Consented<Message>,
        to: (Thumbprint, &InboxKey),
        again: bool,
    ) -> Result<(), SealFault> {
        let Ok(mut courier) = self.courier.try_borrow_mut() else { return Err(SealFault::Broken) };
        // Without randomness there must be no key: the panic ends in the ordinary contact ways.
        courier.seal(message, to, again, &mut UnwrapErr(SysRng))
    }

    async fn send(&self, fresh_ticket: bool) -> Answer {
        if fresh_ticket {
            self.courier.borrow_mut().drop_ticket();
        }
        let mut next = self.courier.borrow().next();
        if let Next::Ticket(request) = next {
            let Some(reply) = self.carry(&request).await else { return Answer::Lost };
            if let Err(answer) = self.courier.borrow_mut().ticket(&reply) {
                return answer;
            }
            next = self.courier.borrow().next();
        }
        let Next::Post(request) = next else { return Answer::Lost };
        match self.carry(&request).await {
            Some(reply) => self.courier.borrow_mut().posted(&reply),
            None => Answer::Lost,
        }
    }

    async fn refresh(&self, desk: Desk) -> Result<Site, RefreshFault> {
        let before = desk.glance(|model| Before::from(&model.site.manifest));
        let reply = self.carry(&self.known.address.manifest()).await.ok_or(RefreshFault::Lost)?;
        let halfway = self.known.manifest(&reply, &before, now())?;
        let reply = self.carry(&self.known.address.notice(halfway.digest)).await.ok_or(RefreshFault::Lost)?;
        halfway.notice(&reply)
    }

    async fn carry(&self, request: &Request) -> Option<Reply> {
        http::carry(&self.known.relay, request).await
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // milliseconds since 1970
fn now() -> Timestamp {
    Timestamp((js_sys::Date::now() / 1000.0) as u64)
}
