//! Live connections of staff (`docs/protocol.md` section 23). The object sleeps while nothing happens: whose a connection
//! is stands in its tags, and whether its session holds is looked up whenever something is told.

use super::{Here, Incoming, Reply, session, upkeep};
use crate::{
    address::{Kind, ObjectId},
    durable::{
        argument, log, now, now_ms,
        sql::{Sql, int, invoke},
    },
    fault::Fault,
    push::is_held,
    set::lowest,
};
use einwurf_protocol::{
    api::staff::Changed,
    codec::to_base64url,
    limits::LIVE_STAFF,
    live::{CLOSE_CREDENTIALS, CLOSE_FORM, CLOSE_REPLACED, PING, PONG},
    time::Timestamp,
};
use std::collections::BTreeSet;
use worker::{
    Response, State, WebSocket, WebSocketPair, WebSocketRequestResponsePair, js_sys, wasm_bindgen::JsCast,
};

/// What has changed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Told<'a> {
    /// A conversation, by its object's id in hexadecimal.
    Conversation(&'a str),
    /// A sheet.
    Sheets,
    /// Stock, roster, people, when somebody is there.
    Site,
}

/// `GET /v1/inbox/live`.
///
/// 1. A session: 401.
/// 2. One connection too many ends the oldest.
/// 3. The connection, with its session and when it began: 101.
/// 4. The alarm, for when its session ends.
pub(super) async fn open(here: &Here<'_>, request: &Incoming) -> Result<Response, Fault> {
    upkeep::before(here).await?;
    // 1
    let session = session::member(here, request)?.tag();
    // 2
    make_room(here.state);
    // 3
    let unavailable = |_| Fault::Unavailable("live".to_owned());
    let pair = WebSocketPair::new().map_err(unavailable)?;
    let heartbeat = WebSocketRequestResponsePair::new(PING, PONG);
    here.state.set_websocket_auto_response(&heartbeat.map_err(|_| Fault::Internal("ping"))?);
    let began = format!("{:016}", now_ms());
    here.state.accept_websocket_with_tags(&pair.server, &[&session, &began]);
    // 4
    upkeep::wake(here).await?;
    Response::from_websocket(pair.client).map_err(unavailable)
}

/// Connections that are open, each with its tags: session and beginning. One that was closed stays in the runtime's list
/// until the other side has answered.
fn connections(state: &State) -> impl Iterator<Item = (WebSocket, [String; 2])> {
    let open = |socket: &WebSocket| socket.as_ref().ready_state() == worker::web_sys::WebSocket::OPEN;
    let sockets = state.get_websockets().into_iter().filter(open);
    sockets.filter_map(|socket| {
        let tags = state.get_tags(&socket).try_into().ok()?;
        Some((socket, tags))
    })
}

fn make_room(state: &State) {
    // Reading the tags of hundreds takes its time, and mostly there is room.
    if state.get_websockets().len() < LIVE_STAFF {
        return;
    }
    let mut all: Vec<_> = connections(state).collect();
    let oldest = lowest(&mut all, LIVE_STAFF - 1, |(_, [_, begun])| begun.clone());
    for (socket, _) in &oldest {
        close(socket, CLOSE_REPLACED);
    }
}

/// Whoever is gone already need not hear it.
fn close(socket: &WebSocket, code: u16) {
    drop(socket.close(Some(code), Some("")));
}

/// Sessions that hold, by their tags.
fn sessions(sql: &Sql) -> Result<BTreeSet<String>, Fault> {
    let rows = sql.rows("SELECT hash FROM sessions WHERE expires > ?", vec![int(now().0)])?;
    let mut sessions = BTreeSet::new();
    for row in &rows {
        sessions.insert(to_base64url(row.blob(0)?));
    }
    Ok(sessions)
}

/// When a connection gave its last sign of life, in milliseconds: the runtime remembers when it answered a ping.
fn heard_at(state: &State, socket: &WebSocket, began: &str) -> u64 {
    let answered = invoke(state.as_raw().as_ref(), "getWebSocketAutoResponseTimestamp", socket.as_ref());
    let answered = answered.ok().and_then(|at| at.dyn_into::<js_sys::Date>().ok());
    answered.map(|at| worker::Date::from(at).as_millis()).or_else(|| began.parse().ok()).unwrap_or_default()
}

/// Members who hold a connection, by their ids.
pub(super) fn present(here: &Here<'_>) -> Result<BTreeSet<[u8; 32]>, Fault> {
    let now_ms = now_ms();
    let held = |(socket, [_, began]): &(WebSocket, [String; 2])| {
        is_held(heard_at(here.state, socket, began), now_ms)
    };
    let open: BTreeSet<String> =
        connections(here.state).filter(held).map(|(_, [session, _])| session).collect();
    let mut members = BTreeSet::new();
    if open.is_empty() {
        return Ok(members);
    }
    for row in here.sql.rows("SELECT hash, member FROM sessions WHERE expires > ?", vec![int(now().0)])? {
        if open.contains(&to_base64url(row.blob(0)?)) {
            members.insert(row.array(1)?);
        }
    }
    Ok(members)
}

/// Tells everybody whose session holds, and nobody else: their connections end. That nobody can be told now stops nothing
/// of what was done.
pub(super) fn tell(here: &Here<'_>, told: Told<'_>) {
    let text = match told {
        Told::Conversation(hex) => match ObjectId::from_hex(hex) {
            Some(object) => text(&Changed::Conversation {
                conversation: here.config.addresses.address(Kind::Conversation, object),
            }),
            None => return,
        },
        Told::Sheets => text(&Changed::Sheets),
        Told::Site => text(&Changed::Site),
    };
    each(here, |socket| drop(socket.send_with_str(&text)));
}

fn text(changed: &Changed) -> String {
    serde_json::to_string(changed).unwrap_or_default()
}

/// Ends the connections of sessions that hold no more. To be called after whatever ends sessions.
pub(super) fn sweep(here: &Here<'_>) {
    each(here, |_| ());
}

fn each(here: &Here<'_>, tell: impl Fn(&WebSocket)) {
    let mut connections = connections(here.state).peekable();
    if connections.peek().is_none() {
        return;
    }
    let sessions = match sessions(&here.sql) {
        Ok(sessions) => sessions,
        // Nobody is logged out because a storage was away for a moment.
        Err(fault) => return log(&format!("live: {fault}")),
    };
    for (socket, [session, _]) in connections {
        if sessions.contains(&session) { tell(&socket) } else { close(&socket, CLOSE_CREDENTIALS) }
    }
}

/// When the next session ends, as long as there are connections.
pub(super) fn next_end(here: &Here<'_>) -> Result<Option<Timestamp>, Fault> {
    if here.state.get_websockets().is_empty() {
        return Ok(None);
    }
    let query = "SELECT MIN(expires) FROM sessions WHERE expires > ?";
    let row = here.sql.row(query, vec![int(now().0)])?.filter(|row| !row.is_null(0));
    row.map(|row| row.int(0).map(Timestamp)).transpose()
}

/// From a conversation object: there is something to look at. 204
pub(super) fn changed(here: &Here<'_>, request: &Incoming) -> Result<Reply, Fault> {
    tell(here, Told::Conversation(&request.id(argument::CONVERSATION)?.to_hex()));
    Ok(Reply::empty())
}

/// Something else than [`PING`] was said, which the runtime answers without waking anybody.
pub(super) fn heard(socket: &WebSocket) {
    close(socket, CLOSE_FORM);
}

/// The other side closed it: the runtime waits for the same from here.
pub(super) fn left(socket: &WebSocket) {
    drop(socket.close(None, None::<&str>));
}
