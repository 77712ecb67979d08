//! A WebSocket: opened, heard, ended. Dropping it ends it, which is the last that is heard.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What a connection brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It is open.
    Open,
    /// A text came.
    Text(String),
    /// It has ended, with this code.
    Closed(u16),
}

/// A connection.
pub struct Connection {
    socket: WebSocket,
    dropped: Box<dyn Fn()>,
    // The socket calls them as long as it lives.
    _open: Closure<dyn FnMut()>,
    _text: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl std::fmt::Debug for Connection {
    /// Its subprotocols hold a session.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connection")
    }
}

impl Connection {
    /// Opens one at an `http` or `https` origin; none where the browser refuses.
    pub fn open(
        origin: &str,
        path: &str,
        protocols: &[String],
        said: impl Fn(Said) + Clone + 'static,
    ) -> Option<Self> {
        // `https` becomes `wss`, `http` becomes `ws`.
        let address = format!("ws{}{path}", origin.strip_prefix("http")?);
        let offered: js_sys::Array =
            protocols.iter().map(|one| wasm_bindgen::JsValue::from_str(one)).collect();
        let socket = WebSocket::new_with_str_sequence(&address, &offered).ok()?;
        let (opened, texts, ended, dropped) = (said.clone(), said.clone(), said.clone(), said);
        let open = Closure::<dyn FnMut()>::new(move || opened(Said::Open));
        let text = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            texts(Said::Text(event.data().as_string().unwrap_or_default()));
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            ended(Said::Closed(event.code()));
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(text.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        let dropped = Box::new(move || dropped(Said::Closed(0)));
        Some(Self { socket, dropped, _open: open, _text: text, _closed: closed })
    }

    /// Says something; what cannot be said shows at the next beat.
    pub fn say(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }

    /// Ends it; the other side's silence is heard as its end.
    pub fn end(&self) {
        let _ = self.socket.close();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Refused only for a code or reason that is not allowed; there is none.
        let _ = self.socket.close();
        (self.dropped)();
    }
}
