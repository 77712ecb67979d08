//! The live connections of a conversation's visitor. The runtime keeps them while this object is out of memory, and answers
//! a ping without waking it; nothing of them is stored.

use super::{alive, store::Store, token};
use crate::{durable::call::Incoming, fault::Fault, set::lowest};
use einwurf_protocol::{
    limits::LIVE_VISITORS,
    live::{CLOSE_CREDENTIALS, CLOSE_FORM, CLOSE_REPLACED, LOOK, PING, PONG},
};
use worker::{Response, State, WebSocket, WebSocketPair, WebSocketRequestResponsePair};

/// `GET /v1/live`.
///
/// 1. The token: 401. After the end there is nothing to look at: 410.
/// 2. One more than allowed ends the oldest.
/// 3. 101
pub(super) fn open(state: &State, request: &Incoming) -> Result<Response, Fault> {
    // 1
    alive(&Store::of(state).opened_by(&token(request)?)?)?;
    let away = |_: worker::Error| Fault::Unavailable("a connection".to_owned());
    // 2
    let mut others: Vec<_> =
        state.get_websockets().into_iter().map(|socket| (number(state, &socket), socket)).collect();
    let next = others.iter().map(|(number, _)| number.saturating_add(1)).max().unwrap_or(0);
    for (_, oldest) in lowest(&mut others, LIVE_VISITORS - 1, |(number, _)| *number) {
        close(&oldest, CLOSE_REPLACED);
    }
    // 3
    let WebSocketPair { client, server } = WebSocketPair::new().map_err(away)?;
    state.accept_websocket_with_tags(&server, &[&next.to_string()]);
    let answers = WebSocketRequestResponsePair::new(PING, PONG).map_err(|error| away(error.into()))?;
    state.set_websocket_auto_response(&answers);
    Response::from_websocket(client).map_err(away)
}

/// Connections are numbered in their order.
fn number(state: &State, socket: &WebSocket) -> u64 {
    state.get_tags(socket).first().and_then(|tag| tag.parse().ok()).unwrap_or(0)
}

/// There is something to look at.
pub(super) fn look(state: &State) {
    for socket in state.get_websockets() {
        // One that is closing hears of nothing, and asks when it is opened again.
        drop(socket.send_with_str(LOOK));
    }
}

/// There is something to look at for the last time.
pub(super) fn end(state: &State) {
    look(state);
    for socket in state.get_websockets() {
        close(&socket, CLOSE_CREDENTIALS);
    }
}

/// A visitor's app says nothing but a ping, which the runtime answers.
pub(super) fn said(socket: &WebSocket) {
    close(socket, CLOSE_FORM);
}

/// The other side has closed.
pub(super) fn closed(socket: &WebSocket) {
    drop(socket.close::<&str>(None, None));
}

fn close(socket: &WebSocket, code: u16) {
    // It may be closed already.
    drop(socket.close(Some(code), Some("")));
}
