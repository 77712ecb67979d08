//! A courier and a relay that keeps what it posts: retries, reloads, other tabs, hostile answers.

mod between;
mod leave;
mod papers;
mod unsent;
mod work;

use super::*;
use crate::{
    fixtures::{self, DELETED, Kind, NOW},
    state::{
        Effect, End, Ending, Event as Happened,
        Kept::{Newer, Talk},
        Look, Model, News,
    },
};
use einwurf_protocol::{
    api::{
        path,
        staff::StoredGrant,
        visitor::{Events, Kept, Receipt, StoredEvent},
    },
    codec::from_base64url,
    event::Direction,
    manifest::{Former, Manifest},
    notice::Register,
    work::Parameters,
};
use getrandom::SysRng;
use rand_core::UnwrapErr;

const FIRST: Thumbprint = Thumbprint([1; 32]);
const BUILD: Digest = Digest([3; 32]);
const NEXT: Thumbprint = Thumbprint([2; 32]);

fn order(site: Thumbprint, key: u8, again: bool) -> Order {
    let mut model = Model::new(fixtures::site(Kind::usual(Register::En)).unwrap());
    fixtures::write(&mut model, "The window jams.");
    let effects = model.on(Happened::Send);
    let seal = effects.into_iter().find_map(|effect| match effect {
        Effect::Seal(order) => Some(*order),
        _ => None,
    });
    Order { site, inbox: fixtures::inbox_key(key), again, ..seal.unwrap() }
}

fn courier() -> Courier {
    Courier::new(SiteAddress("address".to_owned()), BUILD)
}

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

fn sealed(courier: &mut Courier, site: Thumbprint, key: u8, again: bool) -> Event {
    courier.seal(&order(site, key, again), &mut rng()).unwrap();
    Event::read(courier.parcel.as_ref().unwrap().envelope.clone()).unwrap()
}

/// The relay has stored what was sealed last.
fn accept(courier: &mut Courier, event: &Event) {
    let accepted = Accepted { seq: event.header.seq, digest: event.digest, at: NOW, deleted: NOW };
    let reply = Reply { status: 201, body: serde_json::to_vec(&accepted).unwrap() };
    assert!(matches!(courier.posted(&reply), Answer::Accepted { .. }));
}

#[test]
fn what_the_relay_never_took_begins_anew_under_the_next_site_key() {
    let mut courier = courier();
    let first = sealed(&mut courier, FIRST, 0, false);
    let again = sealed(&mut courier, NEXT, 1, true);
    assert_eq!((first.header.site, again.header.site), (FIRST, NEXT));
    assert_ne!(first.header.cid, again.header.cid);
    assert_eq!(first.header.message, again.header.message, "it is the same message");
}

#[test]
fn what_the_relay_took_goes_on_under_the_key_that_it_began_with() {
    let mut courier = courier();
    let first = sealed(&mut courier, FIRST, 0, false);
    accept(&mut courier, &first);
    let second = sealed(&mut courier, NEXT, 1, false);
    assert_eq!((second.header.site, second.header.cid), (FIRST, first.header.cid));
    assert_eq!(second.header.prev, first.digest);
}

#[test]
fn another_inbox_key_of_the_same_site_keeps_the_conversation() {
    let mut courier = courier();
    let first = sealed(&mut courier, FIRST, 0, false);
    assert_eq!(sealed(&mut courier, FIRST, 1, true).header.cid, first.header.cid);
}

/// A relay that keeps what one visitor posts.
#[derive(Default)]
struct Relay {
    grants: Vec<StoredGrant>,
    events: Vec<StoredEvent>,
}

impl Relay {
    fn store(&mut self, courier: &mut Courier) -> Event {
        let Next::Post(request) = courier.step() else { panic!("nothing to post") };
        let body = request.body.unwrap();
        let (grant, event) = match serde_json::from_str::<Open>(&body) {
            Ok(Open { grant, event, .. }) => (grant, event),
            Err(_) => serde_json::from_str::<Append>(&body).map(|body| (body.grant, body.event)).unwrap(),
        };
        self.grants.extend(grant.map(|grant| StoredGrant { grant, at: NOW }));
        self.events.push(StoredEvent { kept: Kept::Whole(event.clone()), at: NOW });
        Event::read(event).unwrap()
    }

    fn look(&self, courier: &mut Courier) -> Look {
        let (_, position) = courier.look().unwrap();
        let events = if courier.whole {
            self.events.clone()
        } else {
            self.events.iter().skip(position.try_into().unwrap()).cloned().collect()
        };
        let body =
            Events { grants: self.grants.clone(), events, deleted: DELETED, restricted: None, hold: None };
        courier.looked(&manifest(), position, &reply(200, serde_json::to_vec(&body)))
    }
}

fn manifest() -> Manifest {
    let site = fixtures::site(Kind::usual(Register::En)).unwrap().manifest;
    Manifest { site: FIRST, ..site }
}

fn reply(status: u16, body: serde_json::Result<Vec<u8>>) -> Reply {
    Reply { status, body: body.unwrap() }
}

fn problem(code: Code) -> Reply {
    let problem = Problem::new(code);
    reply(problem.status, serde_json::to_vec(&problem))
}

fn ticket() -> Reply {
    ticket_for(14)
}

/// A ticket that asks for so much work.
fn ticket_for(bits: u8) -> Reply {
    let ticket = Ticket {
        ticket: "ticket".into(),
        conversation: "somewhere".into(),
        expires: NOW,
        work: challenge(bits),
        text_only: false,
    };
    reply(201, serde_json::to_vec(&ticket))
}

fn challenge(bits: u8) -> Challenge {
    Challenge { parameters: Parameters::new(bits, NOW, [1; 32]), signature: "00".into() }
}

/// With a ticket, and what it asks for.
fn ticketed(courier: &mut Courier) {
    assert_eq!(courier.ticket(&ticket()), Ok(false));
    let work = courier.work().unwrap();
    courier.worked(&work, Some("solution".into()));
}

/// Sealed, with a ticket, and stored; whether the answer came is the test's.
fn posted(relay: &mut Relay) -> (Courier, Event) {
    let mut courier = courier();
    sealed(&mut courier, FIRST, 0, false);
    ticketed(&mut courier);
    let event = relay.store(&mut courier);
    (courier, event)
}

fn open(relay: &mut Relay) -> Courier {
    let (mut courier, event) = posted(relay);
    accept(&mut courier, &event);
    courier
}

/// What the keeper gives back after the tab was loaded again.
fn reloaded(courier: &Courier) -> Courier {
    let mut again = self::courier();
    assert_eq!(again.restore(&courier.bundle(3).unwrap(), &manifest()), Some(Talk));
    again
}

fn news(look: Look) -> News {
    let Look::News(news) = look else { panic!("{look:?}") };
    *news
}

#[test]
fn what_was_kept_is_read_again_with_its_consent_and_written_on_without_another_grant() {
    let mut relay = Relay::default();
    let mut courier = reloaded(&open(&mut relay));
    let news = news(relay.look(&mut courier));
    assert_eq!(news.shown[0].text.as_deref(), Some("The window jams."));
    assert_eq!(news.consent.as_ref(), Some(order(FIRST, 0, false).message.consent()));
    let second = sealed(&mut courier, FIRST, 0, false);
    assert_eq!((second.header.seq, second.header.opening), (1, None));
    relay.store(&mut courier);
    assert_eq!(relay.grants.len(), 1);
}

#[test]
fn a_conversation_whose_first_answer_was_lost_opens_after_a_reload() {
    let mut relay = Relay::default();
    let (courier, _) = posted(&mut relay);
    let mut courier = reloaded(&courier);
    assert_eq!(news(relay.look(&mut courier)).shown.len(), 1);
}

#[test]
fn rec_01_a_grant_by_another_key_is_no_consent_of_this_visitor() {
    let (mut relay, mut other) = (Relay::default(), Relay::default());
    let mut courier = reloaded(&open(&mut relay));
    open(&mut other);
    relay.grants = other.grants;
    assert_eq!(news(relay.look(&mut courier)).consent, None);
    relay.grants.clear();
    courier.from_start();
    assert_eq!(news(relay.look(&mut courier)).consent, None);
}

#[test]
fn a_relay_that_takes_back_what_was_read_is_not_believed() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    sealed(&mut courier, FIRST, 0, false);
    let second = relay.store(&mut courier);
    accept(&mut courier, &second);
    relay.events.pop();
    assert_eq!(relay.look(&mut courier), Look::Untrusted);
    assert!(courier.adopt(&courier.bundle(3).unwrap()));
    assert_eq!(relay.look(&mut courier), Look::Untrusted, "nor after the keeper was asked");
    relay.events.clear();
    assert_eq!(relay.look(&mut courier), Look::Untrusted);
}

#[test]
fn an_answer_to_a_look_of_before_is_no_fault() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    relay.look(&mut courier);
    let (_, position) = courier.look().unwrap();
    sealed(&mut courier, FIRST, 0, false);
    let second = relay.store(&mut courier);
    accept(&mut courier, &second);
    assert_eq!(courier.looked(&manifest(), position, &problem(Code::Internal)), Look::Lost);
}

#[test]
fn a_bundle_of_another_site_or_none_at_all_restores_nothing_and_a_newer_one_says_so() {
    let bundle = open(&mut Relay::default()).bundle(3).unwrap();
    let elsewhere = Manifest { site: NEXT, ..manifest() };
    assert_eq!(courier().restore(&bundle, &elsewhere), None);
    assert_eq!(courier().restore(b"einwurf", &manifest()), None);
    let former = Former { site: FIRST, until: NOW };
    let succession =
        einwurf_protocol::manifest::Succession { former: vec![former], ..elsewhere.succession.clone() };
    let followed = Manifest { succession, ..elsewhere };
    assert_eq!(courier().restore(&bundle, &followed), Some(Talk));
    for (serial, kept) in [(2, Newer), (3, Talk), (4, Talk)] {
        assert_eq!(courier().restore(&bundle, &Manifest { serial, ..manifest() }), Some(kept));
    }
}

#[test]
fn another_tabs_epoch_is_adopted_and_a_foreign_conversation_is_not() {
    let mut relay = Relay::default();
    let mut here = open(&mut relay);
    let mut there = reloaded(&here);
    relay.look(&mut there);
    sealed(&mut there, FIRST, 1, false);
    let second = relay.store(&mut there);
    accept(&mut there, &second);
    assert_eq!(relay.look(&mut here), Look::Untrusted, "an epoch of unknown keys");
    assert!(!here.adopt(&open(&mut Relay::default()).bundle(3).unwrap()));
    let older = here.bundle(3).unwrap();
    assert!(here.adopt(&there.bundle(3).unwrap()) && !here.adopt(&older), "one that knows fewer keys");
    assert_eq!(news(relay.look(&mut here)).shown.len(), 2);
    assert_eq!(sealed(&mut here, FIRST, 1, false).header.prev, second.digest);
}

#[test]
fn another_tabs_keys_are_taken_over_before_anything_is_kept_over_them() {
    let mut relay = Relay::default();
    let mut here = open(&mut relay);
    let mut there = reloaded(&here);
    relay.look(&mut there);
    assert!(!here.overtaken(&there.bundle(3).unwrap()), "it knows no more than this tab");
    sealed(&mut there, FIRST, 1, false);
    let second = relay.store(&mut there);
    accept(&mut there, &second);
    let newer = there.bundle(3).unwrap();
    assert!(!there.overtaken(&here.bundle(3).unwrap()), "it knows less");
    assert!(!open(&mut Relay::default()).overtaken(&newer), "another conversation");
    // Here something is sealed already, under the key of before.
    sealed(&mut here, FIRST, 0, false);
    assert!(here.is_fresh() && !here.is_fresh(), "what was posted is posted again as it is");
    assert!(here.overtaken(&newer) && !here.overtaken(&newer));
    assert_eq!(news(relay.look(&mut here)).shown.len(), 2);
    assert_eq!(sealed(&mut here, FIRST, 1, true).header.prev, second.digest);
}

#[test]
fn ret_04_forgetting_drops_keys_and_token() {
    let mut courier = open(&mut Relay::default());
    courier.forget();
    assert!(courier.conversation.is_none() && courier.at.is_none() && courier.bundle(3).is_none());
    assert_eq!(courier.leave(&mut rng()), Leave::Done(Ending::Done(End::Dropped)));
}

#[test]
fn what_another_tab_wrote_is_read_when_the_relay_names_nothing_that_is_missing() {
    let mut relay = Relay::default();
    let mut here = open(&mut relay);
    let mut there = reloaded(&here);
    relay.look(&mut there);
    sealed(&mut there, FIRST, 0, false);
    let second = relay.store(&mut there);
    sealed(&mut here, FIRST, 0, false);
    assert_eq!(here.posted(&problem(Code::ChainConflict)), Answer::Refused("chain-conflict"));
    assert_eq!(news(relay.look(&mut here)).shown.len(), 2);
    assert_eq!(sealed(&mut here, FIRST, 0, true).header.prev, second.digest);
}
