//! Requests that were sealed beforehand, so that only the relay's time counts.

use crate::{
    http::Http,
    random,
    seed::bearer,
    visitor::{Address, Visitor},
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{header, path, visitor::Append},
    ids::MessageId,
    notice::Register,
};
use einwurf_seal::VisitorConversation;

/// One of them.
pub(super) struct Parcel {
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Parcel {
    /// Has it accepted.
    pub(super) fn send(&self, http: &Http) -> Result<()> {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let reply = http.send("POST", self.path, &headers, Some(&self.body))?;
        ensure!(reply.status == 201, "{}: {}", reply.status, reply.text());
        Ok(())
    }
}

/// What each of them says: 1 KB.
pub(super) fn text() -> String {
    "Wir hätten gern ein Angebot für vier Fenster. ".repeat(22)
}

/// Somebody who agreed.
pub(super) fn agreed(http: &Http, site: &Address) -> Result<Visitor> {
    Visitor::agree(http, site, Register::DeFormal)
}

/// First messages with their tickets, each of a conversation of its own, for so many clients.
pub(super) fn openings(
    http: &Http,
    site: &Address,
    (clients, each): (usize, usize),
) -> Result<Vec<Vec<Parcel>>> {
    let mut visitor = agreed(http, site)?;
    let mut rng = random::system();
    let mut parcel = || -> Result<Parcel> {
        let inbox = visitor.manifest.inbox_key.clone();
        visitor.conversation = VisitorConversation::begin(site.pin, &inbox, &mut rng)?;
        let ticket = visitor.ticket()?.ticket;
        let body = serde_json::to_vec(&visitor.opening(visitor.seal(&text())?))?;
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            (header::SITE, site.site.clone()),
            (header::TICKET, ticket),
            (header::WORK, visitor.work.clone().context("no work")?),
            (header::AUTHORIZATION, bearer(visitor.conversation.token())),
        ];
        Ok(Parcel { path: path::CONVERSATIONS, headers, body })
    };
    (0..clients).map(|_| (0..each).map(|_| parcel()).collect()).collect()
}

/// Follow-ups, each client's in a conversation of its own, in the order of the chain.
pub(super) fn follow_ups(
    http: &Http,
    site: &Address,
    (clients, each): (usize, usize),
) -> Result<Vec<Vec<Parcel>>> {
    let chain = || -> Result<Vec<Parcel>> {
        let mut visitor = agreed(http, site)?;
        visitor.open(&text())?;
        (0..each).map(|_| follow_up(&mut visitor)).collect()
    };
    (0..clients).map(|_| chain()).collect()
}

fn follow_up(visitor: &mut Visitor) -> Result<Parcel> {
    let event = visitor.seal_as(&text(), MessageId(random::bytes()))?;
    let body = serde_json::to_vec(&Append {
        v: VERSION,
        event: event.clone(),
        grant: None,
        attachments: Vec::new(),
    })?;
    visitor.conversation.accepted(&event)?;
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        (header::SITE, visitor.site.site.clone()),
        (header::CONVERSATION, visitor.address.clone().context("no address")?),
        (header::AUTHORIZATION, bearer(visitor.conversation.token())),
    ];
    Ok(Parcel { path: path::EVENTS, headers, body })
}

/// The same bytes for bare objects, with headers for each client.
pub(super) fn bare_twins(
    work: &[Vec<Parcel>],
    headers: impl Fn(usize) -> Vec<(&'static str, String)>,
) -> Vec<Vec<Parcel>> {
    let twin = |index: usize, parcel: &Parcel| Parcel {
        path: "/",
        headers: headers(index),
        body: parcel.body.clone(),
    };
    work.iter()
        .enumerate()
        .map(|(index, parcels)| parcels.iter().map(|parcel| twin(index, parcel)).collect())
        .collect()
}
