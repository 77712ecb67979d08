//! The secrets of a login, sealed under a passphrase: Argon2id (RFC 9106), then XChaCha20-Poly1305. What stands beside
//! them in the file is associated data.

use super::{Place, Stop, folder::Login, folder::private};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use einwurf_protocol::codec::{Writer, base64url};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use std::{env, fs, path::Path};
use zeroize::{Zeroize as _, Zeroizing};

const LABEL: &str = "einwurf/1 command line secrets";
/// RFC 9106, second recommended option: 64 MiB, three passes; one lane, since nothing is computed in parallel.
const KIB: u32 = 65_536;
const PASSES: u32 = 3;
/// What a file may ask for at most: whoever changes it must not fill the memory.
const KIB_MOST: u32 = 1_048_576;
const PASSES_MOST: u32 = 16;
/// Shortest passphrase that is taken.
pub(crate) const SHORTEST: usize = 12;
/// Longest file with a passphrase or password that is read.
const LONGEST: usize = 4_096;

/// What only this device has.
pub(crate) struct Secrets {
    /// The account's password: OPAQUE has no other way in.
    pub(crate) password: Zeroizing<String>,
    /// The device's ES256 key.
    pub(crate) device: Zeroizing<[u8; 32]>,
}

/// [`Secrets`] under a passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sealed {
    kib: u32,
    passes: u32,
    #[serde(with = "base64url")]
    salt: Vec<u8>,
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

impl Secrets {
    /// Seals them for this login.
    pub(crate) fn seal(&self, passphrase: &str, login: &Login, rng: &mut impl CryptoRng) -> Option<Sealed> {
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let plain = Plain { password: self.password.to_string(), device: self.device.to_vec() };
        let json = serde_json::to_vec(&plain).map(Zeroizing::new).ok()?;
        wipe(plain);
        let key = stretch(passphrase, &salt, KIB, PASSES)?;
        let aad = associated(login);
        let payload = Payload { msg: &json, aad: &aad };
        let ciphertext =
            XChaCha20Poly1305::new(&(*key).into()).encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(Sealed { kib: KIB, passes: PASSES, salt: salt.to_vec(), nonce: nonce.to_vec(), ciphertext })
    }
}

impl Sealed {
    /// Opens them, if passphrase and every bit of the login fit.
    pub(crate) fn open(&self, passphrase: &str, login: &Login) -> Option<Secrets> {
        if self.kib > KIB_MOST || self.passes > PASSES_MOST {
            return None;
        }
        let key = stretch(passphrase, &self.salt, self.kib, self.passes)?;
        let nonce: [u8; 24] = self.nonce.as_slice().try_into().ok()?;
        let aad = associated(login);
        let payload = Payload { msg: &self.ciphertext, aad: &aad };
        let json = XChaCha20Poly1305::new(&(*key).into()).decrypt(&XNonce::from(nonce), payload).ok()?;
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

fn stretch(passphrase: &str, salt: &[u8], kib: u32, passes: u32) -> Option<Zeroizing<[u8; 32]>> {
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

/// The passphrase: from the file, from systemd, or from whoever sits there. A new one is asked for twice.
pub(crate) fn passphrase(place: &Place, new: bool) -> Result<Zeroizing<String>, Stop> {
    let credential = || {
        let file = Path::new(&env::var_os("CREDENTIALS_DIRECTORY")?).join("einwurf");
        file.exists().then_some(file)
    };
    let given = match (&place.passphrase_file, credential()) {
        (Some(file), _) => {
            private(file)?;
            line(file)?
        }
        // systemd lets nobody else read it.
        (None, Some(file)) => line(&file)?,
        (None, None) => {
            let first = prompt(place, if new { "ask-new-passphrase" } else { "ask-passphrase" })?;
            if new && *prompt(place, "ask-again")? != *first {
                return Err(Stop::wrong("differs"));
            }
            first
        }
    };
    let short = new && given.chars().count() < SHORTEST;
    if short { Err(Stop::wrong("short").with("least", SHORTEST)) } else { Ok(given) }
}

/// The first line of a file.
pub(crate) fn line(path: &Path) -> Result<Zeroizing<String>, Stop> {
    let text = fs::read(path).map(Zeroizing::new).map_err(|cause| Stop::file(path, &cause))?;
    first(&text).ok_or_else(|| Stop::wrong("no-line").with("file", path.display()))
}

/// The first line of what was given.
pub(crate) fn first(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)?;
    let line = text.lines().next().filter(|line| !line.is_empty())?;
    Some(Zeroizing::new(line.to_owned()))
}

/// Asks at the terminal, without showing what is typed.
pub(crate) fn prompt(place: &Place, key: &str) -> Result<Zeroizing<String>, Stop> {
    let question = crate::texts::Texts::of_desk(place.language()).say(key, &[]);
    rpassword::prompt_password(format!("{question} "))
        .map(Zeroizing::new)
        .map_err(|_| Stop::wrong("no-terminal"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::ids::Thumbprint;
    use getrandom::{SysRng, rand_core::UnwrapErr};

    fn login() -> Login {
        Login {
            v: 1,
            relay: "https://relay.example".into(),
            site: "abc".into(),
            pin: Thumbprint([1; 32]),
            account: "a@firma.example".into(),
        }
    }

    fn sealed() -> Sealed {
        let secrets = Secrets {
            password: Zeroizing::new("correct horse battery".into()),
            device: Zeroizing::new([7; 32]),
        };
        secrets.seal("a long passphrase", &login(), &mut UnwrapErr(SysRng)).unwrap()
    }

    #[test]
    fn enc_01_a_stolen_folder_opens_with_the_passphrase_alone_and_shows_nothing() {
        let sealed = sealed();
        let opened = sealed.open("a long passphrase", &login()).unwrap();
        assert_eq!((opened.password.as_str(), *opened.device), ("correct horse battery", [7; 32]));
        assert!(sealed.open("a long passphrasf", &login()).is_none());
        assert!(sealed.open("", &login()).is_none());
        let file = serde_json::to_string(&sealed).unwrap();
        assert!(!file.contains("horse") && !file.contains("BwcHBwcH"));
    }

    #[test]
    fn whoever_changes_the_file_cannot_lead_the_password_elsewhere() {
        let sealed = sealed();
        for other in [
            Login { relay: "https://evil.example".into(), ..login() },
            Login { site: "abd".into(), ..login() },
            Login { pin: Thumbprint([2; 32]), ..login() },
            Login { account: "b@firma.example".into(), ..login() },
        ] {
            assert!(sealed.open("a long passphrase", &other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn a_file_that_asks_for_all_the_memory_is_not_obeyed() {
        for (kib, passes) in [(KIB_MOST + 1, 1), (u32::MAX, 1), (64, PASSES_MOST + 1)] {
            assert!(Sealed { kib, passes, ..sealed() }.open("a long passphrase", &login()).is_none());
        }
    }

    #[test]
    fn a_passphrase_is_the_first_line_and_never_empty() {
        assert_eq!(first(b"one two\r\nthree").as_deref().map(String::as_str), Some("one two"));
        assert!(first(b"").is_none() && first(b"\nx").is_none() && first(&[0xff]).is_none());
        assert!(first(&[b'a'; LONGEST]).is_some() && first(&[b'a'; LONGEST + 1]).is_none());
    }
}
