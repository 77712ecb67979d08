//! What the relay encrypts before it stores it: login records, sealed keys, mail passwords, the log key.
//! XChaCha20-Poly1305 under a key derived from the storage secret, which lies outside storage and backups.

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
        }
    }
}

/// Another secret sealed it, or it was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stored data do not open under this storage secret")]
pub struct VaultError;

/// Encrypts and decrypts at rest.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
    id: [u8; 8],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(hidden)")
    }
}

impl Vault {
    /// From the deployment's storage secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        let key = Writer::labelled(KEY).fixed(secret).sha256();
        let digest = Writer::labelled(KEY_ID).fixed(secret).sha256();
        let (id, _) = digest.split_first_chunk().unwrap_or((&[0; 8], &[]));
        Self { cipher: XChaCha20Poly1305::new(&key.into()), id: *id }
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
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
            .map_err(|_| VaultError)?;
        Ok(Writer::labelled(BLOB).fixed(&self.id).fixed(&nonce).fixed(&sealed).finish())
    }

    /// Decrypts what [`Vault::close`] made of the same kind for the same owner.
    pub fn open(&self, what: What, owner: &[u8], blob: &[u8]) -> Result<Vec<u8>, VaultError> {
        let aad = Writer::labelled(what.label()).var(owner).finish();
        let (nonce, sealed) = self.split(blob).ok_or(VaultError)?;
        self.cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad }).map_err(|_| VaultError)
    }

    fn split<'b>(&self, blob: &'b [u8]) -> Option<([u8; 24], &'b [u8])> {
        let mut reader = Reader::labelled(blob, BLOB).ok()?;
        let id: [u8; 8] = reader.array().ok()?;
        let nonce = reader.array().ok()?;
        let head = 2 + 8 + 24;
        (id == self.id).then_some((nonce, blob.get(head..)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed() -> Vec<u8> {
        Vault::new(&[1; 32]).close(What::Mail, b"owner", b"secret", [9; 24]).unwrap()
    }

    #[test]
    fn what_was_closed_opens_again() {
        assert_eq!(Vault::new(&[1; 32]).open(What::Mail, b"owner", &closed()).unwrap(), b"secret");
    }

    #[test]
    fn another_secret_kind_or_owner_opens_nothing() {
        assert!(Vault::new(&[2; 32]).open(What::Mail, b"owner", &closed()).is_err());
        assert!(Vault::new(&[1; 32]).open(What::LogKey, b"owner", &closed()).is_err());
        assert!(Vault::new(&[1; 32]).open(What::Mail, b"other", &closed()).is_err());
    }

    #[test]
    fn any_altered_byte_is_noticed() {
        for index in 0..closed().len() {
            let mut blob = closed();
            blob[index] ^= 1;
            assert!(Vault::new(&[1; 32]).open(What::Mail, b"owner", &blob).is_err(), "byte {index}");
        }
        assert!(Vault::new(&[1; 32]).open(What::Mail, b"owner", &[]).is_err());
    }

    #[test]
    fn the_plaintext_is_not_in_the_blob_and_debug_hides_the_key() {
        assert!(!closed().windows(6).any(|window| window == b"secret"));
        assert_eq!(format!("{:?}", Vault::new(&[1; 32])), "Vault(hidden)");
    }
}
