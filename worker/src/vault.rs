//! What the relay encrypts before it stores it: login records, sealed keys, mail passwords, the log key.
//! XChaCha20-Poly1305 under a key derived from the storage secret, which lies outside storage and backups.
//!
//! The secret is replaced from time to time and the old one destroyed: whatever was deleted before, and still lies in a
//! backup or in free pages of the disk, opens for nobody from then on. While both secrets are there, both open and the
//! new one closes.

use crate::fault::Fault;
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use einwurf_protocol::codec::{Reader, Writer};

const KEY: &str = "einwurf/1 storage key";
const KEY_ID: &str = "einwurf/1 storage key id";
const BLOB: &str = "v";

/// What a blob is; a blob of one kind opens as no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// OPAQUE server set-up.
    LoginSetup,
    /// OPAQUE record of an account.
    LoginRecord,
    /// OPAQUE state between the two steps of a login.
    LoginState,
    /// A member's wrapped keys.
    Wrapped,
    /// A sealed private key of the site.
    SealedKey,
    /// Mail settings with the password.
    Mail,
    /// The log key.
    LogKey,
    /// What the calls of a webhook are signed with.
    Webhook,
    /// What pushes are signed with.
    PushKey,
    /// Where a device is sent pushes.
    PushSubscription,
}

impl What {
    fn label(self) -> &'static str {
        match self {
            Self::LoginSetup => "einwurf/1 stored login setup",
            Self::LoginRecord => "einwurf/1 stored login record",
            Self::LoginState => "einwurf/1 stored login state",
            Self::Wrapped => "einwurf/1 stored wrapped keys",
            Self::SealedKey => "einwurf/1 stored sealed key",
            Self::Mail => "einwurf/1 stored mail settings",
            Self::LogKey => "einwurf/1 stored log key",
            Self::Webhook => "einwurf/1 stored webhook secret",
            Self::PushKey => "einwurf/1 stored push key",
            Self::PushSubscription => "einwurf/1 stored push subscription",
        }
    }
}

/// Another secret sealed it, or it was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored data open neither under EINWURF_STORAGE_SECRET nor under EINWURF_STORAGE_SECRET_OLD")]
pub struct VaultError;

/// The operator's to repair: 503, nothing is changed, and the log names the bindings.
#[allow(clippy::needless_pass_by_value, reason = "stands in `map_err`")]
pub fn closed(error: VaultError) -> Fault {
    Fault::Configuration(error.to_string())
}

/// Encrypts and decrypts at rest.
#[derive(Clone)]
pub struct Vault {
    present: Key,
    old: Option<Key>,
}

#[derive(Clone)]
struct Key {
    cipher: XChaCha20Poly1305,
    id: [u8; 8],
}

impl Key {
    fn new(secret: &[u8; 32]) -> Self {
        let key = Writer::labelled(KEY).fixed(secret).sha256();
        let digest = Writer::labelled(KEY_ID).fixed(secret).sha256();
        let (id, _) = digest.split_first_chunk().unwrap_or((&[0; 8], &[]));
        Self { cipher: XChaCha20Poly1305::new(&key.into()), id: *id }
    }
}

/// A blob in its parts.
struct Parts<'b> {
    id: [u8; 8],
    nonce: [u8; 24],
    sealed: &'b [u8],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(hidden)")
    }
}

impl Vault {
    /// From the deployment's storage secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { present: Key::new(secret), old: None }
    }

    /// With the secret that is being replaced: it opens and closes nothing.
    #[must_use]
    pub fn replacing(self, old: &[u8; 32]) -> Self {
        Self { old: Some(Key::new(old)), ..self }
    }

    /// Whether the secret before is still set.
    pub fn has_former(&self) -> bool {
        self.old.is_some()
    }

    /// Encrypts `plain`, bound to its kind and its `owner` (an account, an object id).
    pub fn close(
        &self,
        what: What,
        owner: &[u8],
        plain: &[u8],
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, VaultError> {
        let aad = Writer::labelled(what.label()).var(owner).finish();
        let Key { cipher, id } = &self.present;
        let payload = Payload { msg: plain, aad: &aad };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError)?;
        Ok(Writer::labelled(BLOB).fixed(id).fixed(&nonce).fixed(&sealed).finish())
    }

    /// Decrypts what [`Vault::close`] made of the same kind for the same owner, under the present secret or the old one.
    pub fn open(&self, what: What, owner: &[u8], blob: &[u8]) -> Result<Vec<u8>, VaultError> {
        let aad = Writer::labelled(what.label()).var(owner).finish();
        let Parts { id, nonce, sealed } = split(blob).ok_or(VaultError)?;
        let Key { cipher, .. } = self.key(id).ok_or(VaultError)?;
        cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad }).map_err(|_| VaultError)
    }

    /// The same under the present secret.
    pub fn renew(
        &self,
        what: What,
        owner: &[u8],
        blob: &[u8],
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, VaultError> {
        self.close(what, owner, &self.open(what, owner, blob)?, nonce)
    }

    /// Whether a blob lies under the present secret. One that no secret here opens is an error.
    pub fn is_present(&self, blob: &[u8]) -> Result<bool, VaultError> {
        let id = split(blob).ok_or(VaultError)?.id;
        self.key(id).map(|key| key.id == self.present.id).ok_or(VaultError)
    }

    fn key(&self, id: [u8; 8]) -> Option<&Key> {
        std::iter::once(&self.present).chain(&self.old).find(|key| key.id == id)
    }
}

fn split(blob: &[u8]) -> Option<Parts<'_>> {
    let mut reader = Reader::labelled(blob, BLOB).ok()?;
    let id = reader.array().ok()?;
    let nonce = reader.array().ok()?;
    let head = 2 + 8 + 24;
    Some(Parts { id, nonce, sealed: blob.get(head..)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: [u8; 32] = [1; 32];
    const SECOND: [u8; 32] = [2; 32];
    const ALL: [What; 10] = [
        What::LoginSetup,
        What::LoginRecord,
        What::LoginState,
        What::Wrapped,
        What::SealedKey,
        What::Mail,
        What::LogKey,
        What::Webhook,
        What::PushKey,
        What::PushSubscription,
    ];

    fn closed() -> Vec<u8> {
        Vault::new(&FIRST).close(What::Mail, b"owner", b"secret", [9; 24]).unwrap()
    }

    #[test]
    fn what_was_closed_opens_again() {
        assert_eq!(Vault::new(&FIRST).open(What::Mail, b"owner", &closed()).unwrap(), b"secret");
    }

    #[test]
    fn another_secret_kind_or_owner_opens_nothing() {
        assert!(Vault::new(&SECOND).open(What::Mail, b"owner", &closed()).is_err());
        assert!(Vault::new(&FIRST).open(What::LogKey, b"owner", &closed()).is_err());
        assert!(Vault::new(&FIRST).open(What::Mail, b"other", &closed()).is_err());
    }

    #[test]
    fn any_altered_byte_is_noticed() {
        let vaults = [Vault::new(&FIRST), Vault::new(&SECOND).replacing(&FIRST)];
        for index in 0..closed().len() {
            let mut blob = closed();
            blob[index] ^= 1;
            for vault in &vaults {
                assert!(vault.open(What::Mail, b"owner", &blob).is_err(), "byte {index}");
                assert!(vault.renew(What::Mail, b"owner", &blob, [7; 24]).is_err(), "byte {index}");
            }
        }
        assert!(vaults[0].open(What::Mail, b"owner", &[]).is_err());
    }

    #[test]
    fn every_kind_outlives_the_old_secret_and_the_old_blob_does_not() {
        let both = Vault::new(&SECOND).replacing(&FIRST);
        for what in ALL {
            let old = Vault::new(&FIRST).close(what, b"owner", b"secret", [9; 24]).unwrap();
            assert_eq!(both.open(what, b"owner", &old).unwrap(), b"secret", "{what:?} while both are there");
            assert_eq!(both.is_present(&old), Ok(false));
            let renewed = both.renew(what, b"owner", &old, [8; 24]).unwrap();
            assert_eq!(both.is_present(&renewed), Ok(true));
            let second = Vault::new(&SECOND);
            assert_eq!(second.open(what, b"owner", &renewed).unwrap(), b"secret", "{what:?} afterwards");
            assert_eq!(second.open(what, b"owner", &old), Err(VaultError), "{what:?} is shredded");
            assert_eq!(second.is_present(&old), Err(VaultError));
        }
    }

    #[test]
    fn what_is_new_lies_under_the_present_secret_only() {
        let both = Vault::new(&SECOND).replacing(&FIRST);
        let blob = both.close(What::Mail, b"owner", b"secret", [9; 24]).unwrap();
        assert!(Vault::new(&FIRST).open(What::Mail, b"owner", &blob).is_err());
        assert!(Vault::new(&SECOND).open(What::Mail, b"owner", &blob).is_ok());
    }

    #[test]
    fn a_replacement_can_be_taken_back() {
        let there = Vault::new(&SECOND).replacing(&FIRST);
        let back = Vault::new(&FIRST).replacing(&SECOND);
        let blob = there.renew(What::Mail, b"owner", &closed(), [8; 24]).unwrap();
        let blob = back.renew(What::Mail, b"owner", &blob, [7; 24]).unwrap();
        assert_eq!(Vault::new(&FIRST).open(What::Mail, b"owner", &blob).unwrap(), b"secret");
    }

    #[test]
    fn the_error_names_the_bindings() {
        let text = VaultError.to_string();
        assert!(text.contains("EINWURF_STORAGE_SECRET ") && text.contains("EINWURF_STORAGE_SECRET_OLD"));
    }

    #[test]
    fn the_plaintext_is_not_in_the_blob_and_debug_hides_the_key() {
        assert!(!closed().windows(6).any(|window| window == b"secret"));
        let vault = Vault::new(&FIRST).replacing(&SECOND);
        assert_eq!(format!("{vault:?}"), "Vault(hidden)");
    }
}
