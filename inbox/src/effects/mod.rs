//! The only place that touches the browser: one capability, one file. Everything here is thin; what is decided is
//! decided in `state`.

pub mod address;
pub mod attach;
pub mod clipboard;
pub mod clock;
pub mod device;
pub mod dom;
pub mod download;
pub mod history;
pub mod http;
pub mod listen;
pub mod live;
pub mod papers;
pub mod pause;
pub mod plural;
pub mod print;
pub mod push;
pub mod random;
pub mod stay;
pub mod storage;
pub mod zone;

/// The window. There is always one where this app runs.
fn window() -> Option<web_sys::Window> {
    web_sys::window()
}
