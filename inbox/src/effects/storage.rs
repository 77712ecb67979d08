//! What is kept: choices on this device, answers of an unfinished set-up in this tab. Never a secret, never content.

use super::window;
use crate::state::{prefs::Prefs, setup::Kept};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use web_sys::Storage;

const PREFS: &str = "einwurf";
const SERIALS: &str = "einwurf-serials";
const SETUP: &str = "einwurf-setup";

/// Choices, if there are any.
pub fn prefs() -> Option<Prefs> {
    read(&device()?, PREFS)
}

/// Keeps choices.
pub fn keep_prefs(prefs: &Prefs) {
    write(device(), PREFS, prefs);
}

/// The highest manifest serial seen for a site on this device; 0 if none.
pub fn serial(site: &str) -> u64 {
    serials().get(site).copied().unwrap_or_default()
}

/// Remembers a serial, so that a relay cannot go back to an older manifest.
pub fn keep_serial(site: &str, serial: u64) {
    let mut serials = serials();
    serials.insert(site.to_owned(), serial);
    write(device(), SERIALS, &serials);
}

fn serials() -> BTreeMap<String, u64> {
    device().and_then(|storage| read(&storage, SERIALS)).unwrap_or_default()
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
