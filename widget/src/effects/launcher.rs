//! The port to the launcher: a closed set of words, no text, no address.

use crate::state::Tell;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::{MessageEvent, MessagePort};

thread_local! {
    /// Also reachable from the panic hook, which can be handed nothing.
    static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
    /// Whether the page asked for what only some pages are told.
    static TOLD: Cell<bool> = const { Cell::new(false) };
}

/// What the launcher says.
#[derive(Clone, Copy)]
pub(crate) enum Heard {
    /// It shows the frame.
    Open,
    /// The page names another register.
    Locale,
}

/// Keeps the port and calls `heard` at each word of the launcher's. `told`: the page asked for words of what happens.
pub(crate) fn connect(port: MessagePort, told: bool, heard: impl Fn(Heard) + 'static) {
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match event.data().as_string().as_deref() {
            Some("open") => heard(Heard::Open),
            Some("locale") => heard(Heard::Locale),
            _ => {}
        }
    });
    port.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget();
    PORT.with_borrow_mut(|kept| *kept = Some(port));
    TOLD.set(told);
}

/// Says one word.
pub(crate) fn tell(tell: Tell) {
    if tell.is_asked_for() && !TOLD.get() {
        return;
    }
    let word = match tell {
        Tell::Close => "close",
        Tell::Fail => "fail",
        Tell::Again => "again",
        Tell::ConsentGiven => "consent-given",
        Tell::ConsentWithdrawn => "consent-withdrawn",
        Tell::MessageSent => "message-sent",
        Tell::MessageReceived => "message-received",
    };
    PORT.with_borrow(|port| {
        if let Some(port) = port {
            // A closed port means that the launcher is gone: nobody is left to tell.
            let _ = port.post_message(&word.into());
        }
    });
}

/// A fault of ours must not leave a dead frame: the launcher shows the ordinary contact ways instead.
pub(crate) fn fail_on_panic() {
    std::panic::set_hook(Box::new(|_| tell(Tell::Fail)));
}
