//! The only part that touches network, clock, randomness, timers, the focus and the launcher. It decides nothing.

mod files;
mod http;
mod keeping;
pub(crate) mod launcher;
mod live;
mod outside;
mod papers;
pub(crate) mod screen;
mod timer;

use crate::{
    api::{
        Reply, Request,
        refresh::{Before, Known},
    },
    courier::{Courier, Leave, Next},
    desk::Desk,
    state::{Answer, Effect, Ending, Event, Look, Order, RefreshFault, SealFault, Site},
};
use einwurf_protocol::{ids::Digest, status::Status, time::Timestamp};
use einwurf_seal::VisitorConversation;
use getrandom::SysRng;
use rand_core::UnwrapErr;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen_futures::spawn_local;

pub(crate) use keeping::label;
pub(crate) use outside::Outside;

/// After the screen is there to write on, before anybody has written.
const REHEARSAL_MS: u32 = 400;
/// Work that takes longer is told.
const MOMENT_MS: u32 = 1_000;
/// Challenges in one attempt: what is asked for may grow meanwhile, but not without end.
const CHALLENGES: u8 = 12;
/// Steps of one attempt to withdraw: staff act meanwhile, but not a dozen times.
const STEPS: u8 = 12;

/// What the first part has for the second.
pub(crate) struct Given {
    pub(crate) known: Known,
    /// The program, by its digest.
    pub(crate) build: Digest,
    pub(crate) outside: Outside,
    /// The manifest as it was signed, and the notice's document.
    pub(crate) papers: (String, String),
    /// Of a private link, in base64url; empty if there is none.
    pub(crate) bundle: String,
    /// Address of the page.
    pub(crate) page: String,
}

/// What is done at once, and needs no second part.
pub(crate) fn early(effect: &Effect) {
    match effect {
        Effect::Tell(word) => launcher::tell(*word),
        Effect::Focus(target) => screen::look_at(*target),
        _ => {}
    }
}

/// Does what the state asks for, and says what came of it.
pub(crate) struct Hands {
    known: Known,
    courier: RefCell<Courier>,
    outside: Outside,
    /// The manifest in force, as it was signed.
    compact: RefCell<String>,
    /// Notice documents that were shown or named by a grant.
    notices: RefCell<Vec<String>>,
    /// Of a private link, in base64url; empty if there is none.
    bundle: String,
    /// A private link opened a conversation that this device does not keep: it stays so, and what is kept stays.
    foreign: Cell<bool>,
    /// Where the page is, for papers.
    page: String,
    /// Hears the live connection.
    ear: RefCell<Option<js_sys::Function>>,
    /// What a member says of when somebody is there.
    status: RefCell<Option<Status>>,
    /// Counts with each of them.
    turn: Cell<u32>,
    /// Whether a message waits for work.
    working: Cell<bool>,
}

impl Hands {
    /// Does nothing yet.
    pub(crate) fn new(given: Given) -> Rc<Self> {
        let Given { known, build, outside, papers: (compact, notice), bundle, page } = given;
        Rc::new(Self {
            courier: RefCell::new(Courier::new(known.address.clone(), build)),
            known,
            outside,
            compact: RefCell::new(compact),
            notices: RefCell::new(vec![notice]),
            bundle,
            foreign: Cell::new(false),
            page,
            ear: RefCell::new(None),
            status: RefCell::new(None),
            turn: Cell::new(0),
            working: Cell::new(false),
        })
    }

    /// Takes what a private link or the keeper brings.
    pub(crate) fn resume(self: &Rc<Self>, desk: Desk) {
        spawn_local(Rc::clone(self).begin(desk));
    }

    /// Begins one effect; its end comes back as an event.
    pub(crate) fn act(self: &Rc<Self>, desk: Desk, effect: Effect) {
        match effect {
            Effect::Tell(_) | Effect::Focus(_) => early(&effect),
            Effect::Wait { seconds, timer } => {
                timer::after(seconds * 1000, Box::new(move || desk.emit(Event::TimeUp(timer))));
            }
            Effect::Seal(order) => {
                let hands = Rc::clone(self);
                let seal = async move { desk.emit(Event::Sealed(hands.seal(desk, *order).await)) };
                // After the screen has changed: sealing takes a few milliseconds of the only thread.
                timer::after(0, Box::new(move || spawn_local(seal)));
            }
            Effect::Connect { seconds } => self.connect(desk, seconds),
            Effect::Disconnect => self.disconnect(),
            // Within the click: later the browser would not let us.
            Effect::Share(link) => self.outside.share(&link),
            Effect::Revoke(urls) => urls.iter().for_each(|url| self.outside.revoke(url)),
            Effect::Forget => {
                // What this device keeps is another conversation's.
                if !self.foreign.get() {
                    // Nobody waits for that.
                    let _ = self.outside.keep(None, None, false);
                }
                self.courier.borrow_mut().forget();
            }
            Effect::File(effect) => spawn_local(Rc::clone(self).file(desk, effect)),
            asks => {
                let hands = Rc::clone(self);
                spawn_local(async move { hands.ask(desk, asks).await });
            }
        }
    }

    /// Effects that wait for an answer.
    async fn ask(self: Rc<Self>, desk: Desk, effect: Effect) {
        match effect {
            Effect::Send { fresh_ticket } => desk.emit(Event::Answered(self.send(desk, fresh_ticket).await)),
            Effect::Refresh => desk.emit(Event::Refreshed(self.refresh(desk).await.map(Box::new))),
            Effect::Copy(text) => desk.emit(Event::Copied(self.outside.copied(&text).await)),
            Effect::Note => {
                self.catch_up(desk).await;
                self.keep(desk).await;
                desk.emit(Event::Noted);
            }
            Effect::Look => self.look(desk).await,
            Effect::House => {
                self.rehearse(desk);
                spawn_local(Rc::clone(&self).ask_site(desk));
                self.ask_house(desk).await;
            }
            Effect::Private => {
                let link = desk.see(|model| self.link(&model.site.manifest));
                let private = match link {
                    Some(link) => Some(self.outside.private(link).await),
                    None => None,
                };
                desk.emit(Event::Private(private));
            }
            Effect::Withdraw => desk.emit(Event::Ended(self.withdraw(desk).await)),
            Effect::Gather(kind) => desk.emit(Event::Gathered((kind, self.gather(desk, kind).await))),
            _ => {}
        }
    }

    /// While the visitor begins to write, once consent is there and no message yet.
    fn rehearse(&self, desk: Desk) {
        if self.courier.borrow().known().is_none() {
            let rehearse = move || {
                desk.see(|model| {
                    let manifest = &model.site.manifest;
                    // If it fails, so will sealing, and says so.
                    let _ = VisitorConversation::rehearse(manifest.site, &manifest.inbox_key, &mut random());
                });
            };
            timer::after(REHEARSAL_MS, Box::new(rehearse));
        }
    }

    /// A ticket, which says whether the site takes files, and the work for the first one, while the visitor begins to write.
    /// It tells the relay no more than the question when somebody is there, which is asked in the same moment. If it fails,
    /// so will sending, and says so.
    async fn ask_site(self: Rc<Self>, desk: Desk) {
        let Some(reply) = self.carry(&self.known.address.ticket()).await else { return };
        // Who was faster than this has another ticket.
        let wanted = self.courier.borrow().early();
        let text_only = self.courier.borrow_mut().ahead(&reply);
        if let Some(text_only) = text_only {
            desk.emit(Event::TextOnly(text_only));
        }
        let work = self.courier.borrow().work().filter(|_| wanted);
        if let Some(work) = work {
            let solution = self.outside.worked(&work).await;
            self.courier.borrow_mut().worked(&work, solution);
        }
    }

    /// The work for a message that waits for it.
    async fn work(self: &Rc<Self>, desk: Desk, work: &str) {
        let hands = Rc::clone(self);
        self.working.set(true);
        let told = move || {
            if hands.working.get() {
                desk.emit(Event::Working);
            }
        };
        timer::after(MOMENT_MS, Box::new(told));
        let solution = self.outside.worked(work).await;
        self.working.set(false);
        self.courier.borrow_mut().worked(work, solution);
    }

    async fn seal(&self, desk: Desk, mut order: Order) -> Result<(), SealFault> {
        self.seal_files(desk, &mut order).await?;
        let Ok(mut courier) = self.courier.try_borrow_mut() else { return Err(SealFault::Broken) };
        courier.seal(&order, &mut random())
    }

    /// Whoever asks the relay knows for how long it wants to be left alone, and here is the clock.
    async fn send(self: &Rc<Self>, desk: Desk, fresh_ticket: bool) -> Answer {
        match self.step(desk, fresh_ticket).await {
            Answer::Busy { seconds, .. } => Answer::Busy { seconds, until: now().plus(u64::from(seconds)) },
            answer => answer,
        }
    }

    async fn step(self: &Rc<Self>, desk: Desk, fresh_ticket: bool) -> Answer {
        if fresh_ticket {
            self.courier.borrow_mut().drop_ticket();
        }
        for _ in 0..CHALLENGES {
            let next = self.courier.borrow_mut().step();
            match next {
                Next::Ticket(request) => {
                    let Some(reply) = self.carry(&request).await else { return Answer::Lost };
                    let taken = self.courier.borrow_mut().ticket(&reply);
                    match taken {
                        Ok(text_only) => desk.emit(Event::TextOnly(text_only)),
                        Err(answer) => return answer,
                    }
                }
                Next::Work(work) => self.work(desk, &work).await,
                Next::Post(request) => {
                    let answer = self.post(desk, request).await;
                    // It is asked for work, or for more of it than before.
                    if self.courier.borrow().work().is_none() {
                        return answer;
                    }
                }
                Next::Nothing => return Answer::Lost,
            }
        }
        Answer::Lost
    }

    async fn post(&self, desk: Desk, request: Request) -> Answer {
        let fresh = self.courier.borrow_mut().is_fresh();
        if fresh {
            if let Some(look) = self.catch_up(desk).await {
                return if matches!(look, Look::News(_)) { Answer::Behind } else { Answer::Lost };
            }
            // Kept before it is posted: a tab that is loaded again before the answer must be able to withdraw.
            self.keep(desk).await;
            self.keep_unsent(desk).await;
        }
        let Some(reply) = self.carry(&request).await else { return Answer::Lost };
        let answer = self.courier.borrow_mut().posted(&reply);
        match answer {
            Answer::Accepted { .. } => self.keep(desk).await,
            // The list of what is missing may be empty, or by keys of another tab: what there is is read.
            Answer::Refused("chain-conflict") => {
                let caught_up = self.catch_up(desk).await;
                let look = if let Some(look) = caught_up { look } else { self.read_between(desk).await };
                match look {
                    Look::News(_) => return Answer::Behind,
                    Look::Lost => return Answer::Lost,
                    _ => {}
                }
            }
            _ => {}
        }
        answer
    }

    /// A look that the state is not told of: the next one brings everything.
    async fn read_between(&self, desk: Desk) -> Look {
        let look = self.read(desk).await;
        self.courier.borrow_mut().from_start();
        look
    }

    async fn refresh(&self, desk: Desk) -> Result<Site, RefreshFault> {
        let before = desk.see(|model| Before::from(&model.site.manifest));
        let manifest = self.carry(&self.known.address.manifest()).await.ok_or(RefreshFault::Lost)?;
        let halfway = self.known.manifest(&manifest, &before, now())?;
        let notice =
            self.carry(&self.known.address.notice(halfway.digest)).await.ok_or(RefreshFault::Lost)?;
        let site = halfway.notice(&notice)?;
        let text = |reply: Reply| String::from_utf8(reply.body).unwrap_or_default();
        text(manifest).trim().clone_into(&mut self.compact.borrow_mut());
        self.notices.borrow_mut().push(text(notice));
        Ok(site)
    }

    /// A look whose outcome the state is told.
    async fn look(&self, desk: Desk) {
        let look = self.read(desk).await;
        desk.emit(Event::Looked(look));
    }

    /// A look; what does not verify may be another tab's epoch.
    async fn read(&self, desk: Desk) -> Look {
        let look = self.read_once(desk).await;
        if look == Look::Untrusted && self.adopt().await { self.read_once(desk).await } else { look }
    }

    async fn read_once(&self, desk: Desk) -> Look {
        let look = self.courier.borrow().look();
        let Some((request, position)) = look else { return Look::Lost };
        let Some(reply) = self.carry(&request).await else { return Look::Lost };
        self.looked(desk, position, &reply)
    }

    fn looked(&self, desk: Desk, position: u64, reply: &Reply) -> Look {
        desk.see(|model| self.courier.borrow_mut().looked(&model.site.manifest, position, reply))
    }

    /// One attempt to withdraw.
    async fn withdraw(&self, desk: Desk) -> Ending {
        self.catch_up(desk).await;
        for _ in 0..STEPS {
            let step = self.courier.borrow_mut().leave(&mut random());
            let ending = match step {
                Leave::Done(ending) => Some(ending),
                Leave::Look(request, position) => {
                    let Some(reply) = self.carry(&request).await else { return Ending::Lost };
                    let look = self.looked(desk, position, &reply);
                    let ending = self.courier.borrow_mut().found(&look);
                    desk.emit(Event::Looked(look));
                    ending
                }
                Leave::Ask(request) => {
                    let Some(reply) = self.carry(&request).await else { return Ending::Lost };
                    self.courier.borrow_mut().left(&reply)
                }
            };
            if let Some(ending) = ending {
                return ending;
            }
        }
        Ending::Lost
    }

    async fn carry(&self, request: &Request) -> Option<Reply> {
        http::carry(&self.known.relay, request).await
    }
}

/// Without randomness there must be no key: the panic ends in the ordinary contact ways.
fn random() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // milliseconds since 1970
pub(crate) fn now() -> Timestamp {
    Timestamp((js_sys::Date::now() / 1000.0) as u64)
}
