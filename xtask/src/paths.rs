//! Where things lie. Everything that is made lies under `target/`.

use std::path::PathBuf;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// `target/`, shared with cargo's host builds.
pub fn target() -> PathBuf {
    root().join("target")
}

/// Programs that set-up installed.
pub fn tools() -> PathBuf {
    target().join("tools")
}

/// Static files as the relay serves them.
pub fn dist() -> PathBuf {
    target().join("dist")
}

/// The apps with every state from fixtures.
pub fn gallery() -> PathBuf {
    target().join("gallery")
}

/// The demo company's pages, served from an origin of their own.
pub fn demo() -> PathBuf {
    target().join("demo")
}

/// The built relay: `index.js` and `index_bg.wasm`.
pub fn relay() -> PathBuf {
    target().join("relay")
}

/// What wasm-bindgen made of an app (`widget` or `inbox`).
pub fn app(name: &str) -> PathBuf {
    target().join("apps").join(name)
}

/// A program of an npm package (`node_modules/.bin`).
pub fn npm_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}
