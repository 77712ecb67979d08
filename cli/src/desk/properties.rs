//! What must hold for every file of a login's folder ([`crate::properties`]).

use super::{
    folder::{Seen, Stored},
    passphrase::first,
    vault::Lock,
};
use serde::{Serialize, de::DeserializeOwned};

/// A login and what it saw are written as they were read; a passphrase is one line; what asks for too much memory is not
/// done.
pub(crate) fn kept(bytes: &[u8]) {
    again::<Stored>(bytes);
    again::<Seen>(bytes);
    if let Some(passphrase) = first(bytes) {
        assert!(!passphrase.is_empty() && !passphrase.contains('\n'));
    }
    let Ok(Stored { sealed: Some(sealed), .. }) = serde_json::from_slice(bytes) else { return };
    if let Lock::Passphrase { kib, passes, .. } = sealed.lock {
        let asked = std::cell::Cell::new(false);
        let key = sealed.lock.key(|| {
            asked.set(true);
            Err(super::Stop::access("passphrase"))
        });
        assert!(key.is_err() && asked.get() == (kib <= 1_048_576 && passes <= 16));
    }
}

fn again<T: Serialize + DeserializeOwned>(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_value(&read).ok();
    let again = written.clone().and_then(|written| serde_json::from_value::<T>(written).ok());
    assert!(written.is_some() && again.and_then(|again| serde_json::to_value(again).ok()) == written);
}
