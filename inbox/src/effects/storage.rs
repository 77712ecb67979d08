//! What is kept: choices on this device, answers of an unfinished set-up in this tab. Never a secret, never content.

use super::window;
use crate::state::{prefs::Prefs, seen::Seen, setup::Kept};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use web_sys::Storage;

const PREFS: &str = "einwurf";
const SEEN: &str = "einwurf-seen";
const SETUP: &str = "einwurf-setup";

/// Choices, if there are any.
pub fn prefs() -> Option<Prefs> {
    read(&device()?, PREFS)
}

/// Keeps choices.
pub fn keep_prefs(prefs: &Prefs) {
    write(device(), PREFS, prefs);
}

/// What this device remembers of a site.
pub fn seen(site: &str) -> Seen {
    all_seen().remove(site).unwrap_or_default()
}

/// Remembers it, so that a relay cannot go back to an older manifest or roster.
pub fn keep_seen(site: &str, seen: Seen) {
    let mut all = all_seen();
    all.insert(site.to_owned(), seen);
    write(device(), SEEN, &all);
}

fn all_seen() -> BTreeMap<String, Seen> {
    device().and_then(|storage| read(&storage, SEEN)).unwrap_or_default()
}

/// Answers of an unfinished set-up.
pub fn setup() -> Option<Kept> {
    read(&tab()?, SETUP)
}

/// Keeps the answers for this tab.
pub fn keep_setup(kept: &Kept) {
    write(tab(), SETUP, kept);
}

/// Forgets them.
pub fn forget_setup() {
    if let Some(storage) = tab() {
        // Where it cannot be removed it was not stored.
        let _ = storage.remove_item(SETUP);
    }
}

/// None where the person has switched storage off; then nothing is kept.
fn device() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn tab() -> Option<Storage> {
    window()?.session_storage().ok().flatten()
}

fn read<T: DeserializeOwned>(storage: &Storage, key: &str) -> Option<T> {
    serde_json::from_str(&storage.get_item(key).ok().flatten()?).ok()
}

fn write(storage: Option<Storage>, key: &str, value: &impl Serialize) {
    if let (Some(storage), Ok(text)) = (storage, serde_json::to_string(value)) {
        // A full or forbidden storage means only that nothing is remembered.
        let _ = storage.set_item(key, &text);
    }
}
