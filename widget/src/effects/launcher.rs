//! The port to the launcher: a closed set of words, no text, no address.

use crate::state::Tell;
use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, prelude::Closure};
use web_sys::{MessageEvent, MessagePort};

thread_local! {
    /// Also reachable from the panic hook, which can be handed nothing.
    static PORT: RefCell<Option<MessagePort>> = const { RefCell::new(None) };
}

/// Keeps the port and calls `opened` each time the launcher shows the frame.
pub(crate) fn connect(port: MessagePort, opened: impl Fn() + 'static) {
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if event.data().as_string().as_deref() == Some("open") {
            opened();
        }
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    PORT.with_borrow_mut(|kept| *kept = Some(port));
}

/// Says one word.
pub(crate) fn tell(word: Tell) {
    let word = match word {
        Tell::Close => "close",
        Tell::Fail => "fail",
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
