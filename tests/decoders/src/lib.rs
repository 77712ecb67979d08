//! What must hold for every input of every decoder, one function for each. `tests/fuzz` looks for inputs for which it does
//! not; the tests here replay the corpus, so that what was found once is looked at in every run.
//!
//! A function takes any bytes and ends: what is refused is refused, and what is read has a property besides, such as to be
//! written as the same bytes. A property that does not hold is an assertion that fails.
//!
//! What the command line reads and writes has its properties beside it (`einwurf_cli::properties`): it is a program, and
//! shows nothing else of itself.
//!
//! Left out on purpose: what only a browser reads (texts of the apps) has its tests there.

mod event;
mod files;
mod inbox;
mod jws;
mod keys;
mod mail;
mod relay;
mod texts;
mod wire;

/// A property of a decoder, by the name of its target and of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 35] = [
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
    ("sealed_file", files::sealed_file),
    ("push", inbox::push),
    ("wishes", inbox::wishes),
    ("counters", inbox::counters),
    ("login", inbox::login),
    ("proof", einwurf_cli::properties::proof),
    ("answer", einwurf_cli::properties::answer),
    ("letter", einwurf_cli::properties::letter),
    ("kept", einwurf_cli::properties::kept),
    ("typed", einwurf_cli::properties::typed),
    ("page", einwurf_cli::properties::page),
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
