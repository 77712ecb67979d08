//! The operating system's keyring. It holds a random key and nothing else: the file in the folder is sealed under it, so that
//! neither opens anything without the other. On a desktop that is the Secret Service, which the login unlocks and which
//! outlives a restart; where there is none, the kernel's keyring of the user, which forgets when the machine restarts.

use super::{Stop, vault::Key};
use serde::{Deserialize, Serialize};

/// Which keyring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ring {
    /// The Secret Service of a desktop session (GNOME Keyring, KWallet, KeePassXC).
    Desktop,
    /// The kernel's.
    Kernel,
}

/// Where a key lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) ring: Ring,
    /// Drawn for each key, so that no login takes another's place.
    name: String,
}

#[cfg(target_os = "linux")]
mod system {
    use super::{Ring, Slot, Stop};
    use crate::desk::vault::Key;
    use einwurf_protocol::codec::to_base64url;
    use getrandom::{SysRng, rand_core::UnwrapErr};
    use keyring_core::{Entry, Error, api::CredentialStoreApi as _};
    use rand_core::Rng as _;
    use std::collections::HashMap;
    use zeroize::Zeroizing;

    /// By which it is found, with the name.
    const SERVICE: &str = "einwurf";

    fn entry(slot: &Slot) -> Result<Entry, Error> {
        match slot.ring {
            Ring::Desktop => {
                let label = HashMap::from([("label", "Einwurf")]);
                zbus_secret_service_keyring_store::Store::new()?.build(SERVICE, &slot.name, Some(&label))
            }
            Ring::Kernel => linux_keyutils_keyring_store::Store::new()?.build(SERVICE, &slot.name, None),
        }
    }

    fn read(slot: &Slot) -> Result<Option<Key>, Error> {
        let bytes = match entry(slot)?.get_secret() {
            Err(Error::NoEntry) => return Ok(None),
            read => Zeroizing::new(read?),
        };
        Ok(bytes.as_slice().try_into().map(Zeroizing::new).ok())
    }

    /// Read again: a keyring that takes everything and gives nothing back is none.
    fn put(slot: &Slot, key: &Key) -> Result<bool, Error> {
        entry(slot)?.set_secret(key.as_ref())?;
        Ok(read(slot)?.is_some_and(|kept| kept == *key))
    }

    pub(super) fn keep(key: &Key) -> Result<Slot, Stop> {
        let mut drawn = [0; 16];
        UnwrapErr(SysRng).fill_bytes(&mut drawn);
        let mut refused = String::new();
        for ring in [Ring::Desktop, Ring::Kernel] {
            let slot = Slot { ring, name: to_base64url(&drawn) };
            match put(&slot, key) {
                Ok(true) => return Ok(slot),
                Ok(false) => forget(&slot),
                Err(cause) => refused = cause.to_string(),
            }
        }
        Err(Stop::wrong("no-keyring").with("cause", refused))
    }

    pub(super) fn fetch(slot: &Slot) -> Result<Key, Stop> {
        let read = read(slot).map_err(|cause| Stop::wrong("keyring").with("cause", cause))?;
        read.ok_or(Stop::access("keyring-empty"))
    }

    /// What cannot be removed opens nothing once the file is gone.
    pub(super) fn forget(slot: &Slot) {
        let _ = entry(slot).and_then(|entry| entry.delete_credential());
    }
}

/// Other systems: not built in yet.
#[cfg(not(target_os = "linux"))]
mod system {
    use super::{Slot, Stop};
    use crate::desk::vault::Key;

    pub(super) fn keep(_: &Key) -> Result<Slot, Stop> {
        Err(Stop::wrong("no-keyring").with("cause", std::env::consts::OS))
    }

    pub(super) fn fetch(_: &Slot) -> Result<Key, Stop> {
        Err(Stop::access("keyring-empty"))
    }

    pub(super) fn forget(_: &Slot) {}
}

impl Slot {
    /// Keeps a key in the first keyring that takes it.
    pub(crate) fn keep(key: &Key) -> Result<Self, Stop> {
        system::keep(key)
    }

    /// The key.
    pub(crate) fn fetch(&self) -> Result<Key, Stop> {
        system::fetch(self)
    }

    /// Removes the key.
    pub(crate) fn forget(&self) {
        system::forget(self);
    }
}
