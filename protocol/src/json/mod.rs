//! Reading JSON (RFC 8259) in a visitor's browser. `serde_json` with the types' derived readers weighs 40 KB brotli
//! there, nearly half of what a visitor may load; this weighs 4. It reads what a browser must read and nothing else,
//! and is laxer than `serde_json` nowhere: tests compare the two.

mod object;
mod parse;
mod typed;
mod wire;

pub use object::{Object, Read};
pub use parse::{Value, parse};
pub use typed::{Fault, Misread, typed};

/// Not JSON, or not of the type. Says no more: whoever needs to know where uses another reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON")]
pub struct Malformed;

/// Exactly one value of the type, with nothing after it.
pub fn from_slice<T: Read>(json: &[u8]) -> Result<T, Malformed> {
    T::read(parse(json)?)
}
