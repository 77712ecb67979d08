//! Which site a conversation is begun under when the site's key changes.

use super::*;
use crate::{
    fixtures::{self, Kind, NOW},
    state::{Effect, Event as Happened, Model},
};
use einwurf_protocol::{api::visitor::Accepted, notice::Register};
use getrandom::SysRng;
use rand_core::UnwrapErr;

const FIRST: Thumbprint = Thumbprint([1; 32]);
const NEXT: Thumbprint = Thumbprint([2; 32]);

fn message() -> Consented<Message> {
    let mut model = Model::new(fixtures::site(Kind::usual(Register::En)).unwrap());
    fixtures::write(&mut model, "The window jams.");
    let effects = model.on(Happened::Send);
    effects
        .into_iter()
        .find_map(|effect| match effect {
            Effect::Seal { message, .. } => Some(*message),
            _ => None,
        })
        .unwrap()
}

fn sealed(courier: &mut Courier, site: Thumbprint, key: u8, again: bool) -> Event {
    let inbox = fixtures::inbox_key(key);
    courier.seal(&message(), (site, &inbox), again, &mut UnwrapErr(SysRng)).unwrap();
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
    let mut courier = Courier::new(SiteAddress("address".to_owned()));
    let first = sealed(&mut courier, FIRST, 0, false);
    let again = sealed(&mut courier, NEXT, 1, true);
    assert_eq!((first.header.site, again.header.site), (FIRST, NEXT));
    assert_ne!(first.header.cid, again.header.cid);
    assert_eq!(first.header.message, again.header.message, "it is the same message");
}

#[test]
fn what_the_relay_took_goes_on_under_the_key_that_it_began_with() {
    let mut courier = Courier::new(SiteAddress("address".to_owned()));
    let first = sealed(&mut courier, FIRST, 0, false);
    accept(&mut courier, &first);
    let second = sealed(&mut courier, NEXT, 1, false);
    assert_eq!((second.header.site, second.header.cid), (FIRST, first.header.cid));
    assert_eq!(second.header.prev, first.digest);
}

#[test]
fn another_inbox_key_of_the_same_site_keeps_the_conversation() {
    let mut courier = Courier::new(SiteAddress("address".to_owned()));
    let first = sealed(&mut courier, FIRST, 0, false);
    assert_eq!(sealed(&mut courier, FIRST, 1, true).header.cid, first.header.cid);
}
