//! What arrives at the relay before anybody is known: addresses, tickets, credentials, bodies.

use crate::text;
use einwurf_protocol::{
    api::visitor::Append, event::Kind as Sort, json, limits::DECLARED_BYTES, message::is_email,
    time::Timestamp,
};
use einwurf_worker::{
    address::{AddressKey, Cursor, Kind, ObjectId},
    admit::{FollowUp, Opening},
    challenge::work_of,
    live::credentials as of_protocols,
    possession::Proof,
    route,
    vault::{Vault, What},
    webhook::place::Hosts,
};
use std::net::IpAddr;

const SITE: ObjectId = ObjectId([1; 32]);

/// Nothing leads anywhere that this relay did not make, and each thing has one form.
pub(crate) fn address(bytes: &[u8]) {
    let vault = Vault::new(&[9; 32]);
    assert!(vault.open(What::Mail, b"owner", bytes).is_err(), "opened what nobody closed");
    let Some(text) = text(bytes) else { return };
    let key = AddressKey::new([7; 32]);
    for kind in [Kind::Site, Kind::Conversation] {
        assert!(key.resolve(kind, text).is_none_or(|id| key.address(kind, id) == text));
    }
    let ticket = key.check_ticket(SITE, text, Timestamp(1_000));
    assert!(ticket.is_none_or(|ticket| key.ticket(SITE, ticket) == text));
    assert!(Cursor::from_text(text).is_none_or(|cursor| cursor.to_text() == text));
    assert!(ObjectId::from_hex(text).is_none_or(|id| id.to_hex() == text), "two forms of one id");
    // Whatever is asked for, something answers.
    for method in ["GET", "POST", "PUT", "DELETE"] {
        let _ = route::target(method, text);
    }
}

/// As many credentials as asked for, each a token of its own, behind our subprotocol.
pub(crate) fn credentials(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Ok(read) = of_protocols::<2>(Some("websocket"), Some(text)) {
        let written = format!("einwurf.1, {}", read.join(", "));
        assert_eq!(of_protocols::<2>(Some("WebSocket"), Some(&written)), Ok(read));
        assert!(of_protocols::<3>(Some("websocket"), Some(text)).is_err(), "of two lengths");
    }
    if let Ok(proof) = Proof::read(Some(text)) {
        assert_eq!(Proof::read(Some(text)), Ok(proof));
    }
    if let Some(work) = work_of(text) {
        let derivation = work.derivation();
        assert!(derivation.is_none_or(|it| it.salt.len() == 16 && it.password.len() == 20));
    }
    let _ = is_email(text);
}

/// What a visitor posts: its parts fit each other, or it is refused.
pub(crate) fn posted(bytes: &[u8]) {
    if let Ok(opening) = Opening::parse(bytes) {
        let coming = opening.coming(bytes.len(), 0);
        assert!(coming.opens && coming.bytes >= u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        assert_eq!(opening.event.header.kind, Sort::Message);
    }
    let Ok(follow_up) = FollowUp::parse(bytes) else { return };
    let Ok(append) = json::typed::<Append>(bytes) else {
        assert!(bytes.is_empty(), "taken without being read");
        return;
    };
    let declared = append.attachments.iter().fold(0_u64, |sum, one| sum.saturating_add(one.bytes));
    assert!(declared <= DECLARED_BYTES);
    assert!(!follow_up.withdraws() || (append.grant.is_none() && append.attachments.is_empty()));
}

/// Where a webhook may point is a name, to every reader of addresses the same one.
pub(crate) fn webhook(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(host) = Hosts::default().check(text) else { return };
    let read = url::Url::parse(text);
    // The tables of Unicode are not in this reader: it knows no name beyond ASCII.
    assert!(read.is_ok() || host.contains("xn--"), "taken, and no address");
    let Ok(read) = read else { return };
    assert_eq!((read.scheme(), read.host_str()), ("https", Some(host)));
    assert!(read.username().is_empty() && read.password().is_none() && read.fragment().is_none());
    assert!(host.parse::<IpAddr>().is_err() && read.domain().is_some(), "a number");
}
