//! What `www/attach/` does with bytes: clean them, seal them, open them, say what they are. Loaded by both apps when
//! somebody picks or opens the first file (`docs/protocol.md` section 16.7).
//!
//! Everything goes through in pieces: JavaScript hands a file over slice by slice and takes the result slice by slice
//! into blobs, which the browser keeps outside the tab's memory. Left out on purpose: reading files, drawing, network,
//! progress and retries, which are JavaScript's; formats (`einwurf-clean`) and ciphertexts (`einwurf-seal`).
//!
//! Every failure is a word that JavaScript passes on; the apps have a sentence for each.

mod raw;
#[cfg(not(feature = "pdf"))]
mod sealing;

pub use raw::{Clean, Kind, Raw};
#[cfg(not(feature = "pdf"))]
pub use sealing::{Opener, Sealed, Sealer};
