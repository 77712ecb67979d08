//! What must hold for every input of every decoder, one function for each. `tests/fuzz` looks for inputs for which it does
//! not; the tests here replay the corpus, so that what was found once is looked at in every run.
//!
//! A function takes any bytes and ends: what is refused is refused, and what is read has a property besides, such as to be
//! written as the same bytes. A property that does not hold is an assertion that fails.
//!
//! Left out on purpose: what only a browser or the command line reads (texts of the apps, pages that `einwurf doctor`
//! looks at) has its tests there.

mod event;
mod files;
mod jws;
mod keys;
mod mail;
mod relay;
mod texts;
mod wire;

/// A property of a decoder, by the name of its target and of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 24] = [
    ("json", wire::json),
    ("wire", wire::wire),
    ("bodies", wire::bodies),
    ("header", event::header),
    ("envelope", event::envelope),
    ("padding", event::padding),
    ("jws", jws::jws),
    ("grant", jws::grant),
    ("notice", jws::notice),
    ("codec", texts::codec),
    ("colour", texts::colour),
    ("links", texts::links),
    ("policy", texts::policy),
    ("language", texts::language),
    ("fragment", texts::fragment),
    ("bundle", keys::bundle),
    ("recovery", keys::recovery),
    ("sealed_key", keys::sealed_key),
    ("smtp", mail::smtp),
    ("address", relay::address),
    ("credentials", relay::credentials),
    ("posted", relay::posted),
    ("webhook", relay::webhook),
    ("file", files::file),
];

/// Runs the target of this name.
///
/// # Panics
/// If there is none, or if its property does not hold.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(known, _)| *known == name);
    assert!(target.is_some(), "no target {name}");
    if let Some((_, property)) = target {
        property(bytes);
    }
}

/// The text that an input is; none if it is none.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
