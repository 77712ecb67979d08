//! The secrets of a login, sealed (XChaCha20-Poly1305) under a passphrase (Argon2id, RFC 9106) or under a key that the
//! system's keyring holds. What stands beside them in the file is associated data.

use super::{
    Stop,
    folder::Login,
    ring::{Ring, Slot},
};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use clap::ValueEnum;
use einwurf_protocol::codec::{Writer, base64url};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

const LABEL: &str = "einwurf/1 command line secrets";
/// RFC 9106, second recommended option: 64 MiB, three passes; one lane, since nothing is computed in parallel.
const KIB: u32 = 65_536;
const PASSES: u32 = 3;
/// What a file may ask for at most: whoever changes it must not fill the memory.
const KIB_MOST: u32 = 1_048_576;
const PASSES_MOST: u32 = 16;

/// What secrets are sealed under.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// What only this device has.
pub(crate) struct Secrets {
    /// The account's password: OPAQUE has no other way in.
    pub(crate) password: Zeroizing<String>,
    /// The device's ES256 key.
    pub(crate) device: Zeroizing<[u8; 32]>,
}

/// What a person chooses between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keys {
    /// In a file, under a passphrase.
    Passphrase,
    /// In a file, under a key in the system's keyring.
    Keyring,
}

/// Where the key comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Lock {
    /// Stretched from a passphrase.
    Passphrase {
        kib: u32,
        passes: u32,
        #[serde(with = "base64url")]
        salt: Vec<u8>,
    },
    /// In a keyring.
    Keyring { slot: Slot },
}

/// [`Secrets`], sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    pub(crate) lock: Lock,
    #[serde(with = "base64url")]
    nonce: Vec<u8>,
    #[serde(with = "base64url")]
    ciphertext: Vec<u8>,
}

/// Form of the plaintext.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    password: String,
    #[serde(with = "base64url")]
    device: Vec<u8>,
}

impl Lock {
    /// A new lock of a passphrase, and its key.
    pub(crate) fn of_passphrase(passphrase: &str, rng: &mut impl CryptoRng) -> Result<(Self, Key), Stop> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let key = stretch(passphrase, &salt, KIB, PASSES).ok_or(Stop::wrong("vault"))?;
        Ok((Self::Passphrase { kib: KIB, passes: PASSES, salt: salt.to_vec() }, key))
    }

    /// A new key in the system's keyring.
    pub(crate) fn of_keyring(rng: &mut impl CryptoRng) -> Result<(Self, Key), Stop> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        Ok((Self::Keyring { slot: Slot::keep(&key)? }, key))
    }

    /// The key; the passphrase is asked for only if it is needed.
    pub(crate) fn key(
        &self,
        passphrase: impl FnOnce() -> Result<Zeroizing<String>, Stop>,
    ) -> Result<Key, Stop> {
        match self {
            Self::Keyring { slot } => slot.fetch(),
            Self::Passphrase { kib, passes, .. } if *kib > KIB_MOST || *passes > PASSES_MOST => {
                Err(Stop::wrong("vault"))
            }
            Self::Passphrase { kib, passes, salt } => {
                stretch(&passphrase()?, salt, *kib, *passes).ok_or(Stop::wrong("vault"))
            }
        }
    }

    /// What says where the key is.
    pub(crate) fn text(&self) -> &'static str {
        match self {
            Self::Passphrase { .. } => "keys-passphrase",
            Self::Keyring { slot } if slot.ring == Ring::Desktop => "keys-desktop",
            Self::Keyring { .. } => "keys-kernel",
        }
    }

    /// Removes what lies outside the file.
    pub(crate) fn forget(&self) {
        if let Self::Keyring { slot } = self {
            slot.forget();
        }
    }
}

impl Secrets {
    /// Seals them for this login.
    pub(crate) fn seal(
        &self,
        (lock, key): (Lock, Key),
        login: &Login,
        rng: &mut impl CryptoRng,
    ) -> Option<Sealed> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let plain = Plain { password: self.password.to_string(), device: self.device.to_vec() };
        let json = serde_json::to_vec(&plain).map(Zeroizing::new).ok()?;
        wipe(plain);
        let aad = associated(login);
        let payload = Payload { msg: &json, aad: &aad };
        let ciphertext =
            XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(Sealed { lock, nonce: nonce.to_vec(), ciphertext })
    }
}

impl Sealed {
    /// Opens them, if the key and every bit of the login fit.
    pub(crate) fn open(&self, key: &Key, login: &Login) -> Option<Secrets> {
        let nonce: [u8; 24] = self.nonce.as_slice().try_into().ok()?;
        let aad = associated(login);
        let payload = Payload { msg: &self.ciphertext, aad: &aad };
        let json = XChaCha20Poly1305::new(&(**key).into()).decrypt(&XNonce::from(nonce), payload).ok()?;
        let json = Zeroizing::new(json);
        let mut plain: Plain = serde_json::from_slice(&json).ok()?;
        let device = plain.device.as_slice().try_into().map(Zeroizing::new).ok();
        let password = Zeroizing::new(std::mem::take(&mut plain.password));
        wipe(plain);
        Some(Secrets { password, device: device? })
    }
}

fn wipe(mut plain: Plain) {
    plain.password.zeroize();
    plain.device.zeroize();
}

fn stretch(passphrase: &str, salt: &[u8], kib: u32, passes: u32) -> Option<Key> {
    let parameters = Params::new(kib, passes, 1, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon2.hash_password_into(passphrase.as_bytes(), salt, key.as_mut()).ok()?;
    Some(key)
}

fn associated(login: &Login) -> Vec<u8> {
    Writer::labelled(LABEL)
        .var(login.relay.as_bytes())
        .var(login.site.as_bytes())
        .fixed(&login.pin.0)
        .var(login.account.as_bytes())
        .finish()
}

#[cfg(test)]
mod tests;
