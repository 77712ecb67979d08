//! The project's release key: an ES256 pair in a file, as JWK or as the 32 bytes of its scalar in base64url.

use crate::paths;
use anyhow::{Context, Result, bail};
use base64ct::{Base64UrlUnpadded, Encoding};
use einwurf_protocol::{
    es256::PublicKey,
    ids::{Signature, Thumbprint},
    jws,
    release::Release,
};
use p256::ecdsa::{self, SigningKey, signature::Signer as _};
use serde_json::{Value, json};
use std::{
    env, fmt,
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Names the thumbprint of the key whose releases the staff's app accepts, when it is built.
pub const VARIABLE: &str = "EINWURF_RELEASE_KEY";

/// Signs releases.
pub struct Key(SigningKey);

impl Key {
    /// This checkout's own key, made when it is first needed: what builds sign with that nobody publishes.
    pub fn development() -> Result<Self> {
        let file = development_file();
        if !file.is_file() {
            fs::create_dir_all(paths::target())?;
            // Two processes may start at once: only one of them makes the file, whole from its beginning.
            let own = file.with_extension(format!("{}.jwk", std::process::id()));
            Self::generate()?.write(&own)?;
            let linked = fs::hard_link(&own, &file);
            fs::remove_file(&own)?;
            if !file.is_file() {
                linked.with_context(|| format!("cannot make {}", file.display()))?;
            }
        }
        Self::read(&file)
    }

    /// Draws one.
    pub fn generate() -> Result<Self> {
        let mut random = File::open("/dev/urandom")?;
        let mut scalar = [0; 32];
        loop {
            random.read_exact(&mut scalar)?;
            // All but one of 2^32 candidates are scalars of the group.
            if let Ok(key) = SigningKey::from_slice(&scalar) {
                return Ok(Self(key));
            }
        }
    }

    /// From a file.
    pub fn read(file: &Path) -> Result<Self> {
        let make = "make one with: cargo xtask release --new-key <file>";
        let text = fs::read_to_string(file)
            .with_context(|| format!("no release key in {}; {make}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} holds no release key; {make}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let jwk: Option<Value> = serde_json::from_str(text).ok();
        let scalar = match &jwk {
            Some(jwk) => jwk.get("d").and_then(Value::as_str).context("the JWK lacks d")?,
            None => text.trim(),
        };
        let mut bytes = [0; 32];
        // The reason would quote the secret's length at most, but nothing of it belongs on a screen.
        let decoded = Base64UrlUnpadded::decode(scalar, &mut bytes).map(<[u8]>::len);
        if decoded != Ok(bytes.len()) {
            bail!("neither a JWK nor 32 bytes in base64url");
        }
        let key = Self(SigningKey::from_slice(&bytes).ok().context("not a scalar of P-256")?);
        for coordinate in ["kty", "crv", "x", "y"] {
            let ours = serde_json::to_value(key.public())?;
            if jwk.as_ref().is_some_and(|jwk| jwk.get(coordinate) != ours.get(coordinate)) {
                bail!("{coordinate} does not fit the private key");
            }
        }
        Ok(key)
    }

    /// Into a new file that only its owner reads; never over another key.
    pub fn write(&self, file: &Path) -> Result<()> {
        let mut jwk = serde_json::to_value(self.public())?;
        if let Some(fields) = jwk.as_object_mut() {
            fields.insert("d".to_owned(), json!(Base64UrlUnpadded::encode_string(&self.0.to_bytes())));
        }
        let mut out = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(file)
            .with_context(|| format!("cannot make {}", file.display()))?;
        writeln!(out, "{jwk}").context("cannot write the key")
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        let point = self.0.verifying_key().to_sec1_point(false);
        let mut xy = [0; 64];
        xy.copy_from_slice(point.as_bytes().split_at(1).1);
        PublicKey::from_bytes(xy)
    }

    /// What apps know it by.
    pub fn thumbprint(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    /// The compact JWS of a release.
    pub fn sign(&self, release: &Release) -> Result<String> {
        let input = jws::signing_input(&self.public(), jws::RELEASE, &serde_json::to_vec(release)?);
        let signature: ecdsa::Signature = self.0.sign(input.as_bytes());
        Ok(jws::assemble(&input, &Signature(signature.to_bytes().into())))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({}, private half hidden)", self.thumbprint())
    }
}

fn development_file() -> PathBuf {
    paths::target().join("development-release-key.jwk")
}

/// Whose releases an app accepts that is built now: the variable's, else the development key's.
pub fn trusted() -> Result<Thumbprint> {
    match env::var(VARIABLE) {
        Ok(text) => text.parse().ok().with_context(|| {
            format!("{VARIABLE} is not the thumbprint of a key (43 characters of base64url)")
        }),
        Err(_) => Ok(Key::development()?.thumbprint()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_never_overwritten() {
        let file = env::temp_dir().join(format!("einwurf-key-{}.jwk", std::process::id()));
        let key = Key::generate().unwrap();
        key.write(&file).unwrap();
        assert_eq!(Key::read(&file).unwrap().thumbprint(), key.thumbprint());
        assert!(Key::generate().unwrap().write(&file).is_err(), "a key must not be lost");
        assert_eq!(Key::read(&file).unwrap().thumbprint(), key.thumbprint());
        fs::remove_file(&file).unwrap();
        let missing = format!("{:#}", Key::read(&file).unwrap_err());
        assert!(missing.contains("--new-key"), "{missing}");
    }

    #[test]
    fn a_bare_scalar_is_a_key_and_other_texts_are_none() {
        let key = Key::generate().unwrap();
        let scalar = Base64UrlUnpadded::encode_string(&key.0.to_bytes());
        assert_eq!(Key::parse(&format!("{scalar}\n")).unwrap().thumbprint(), key.thumbprint());
        let zero = Base64UrlUnpadded::encode_string(&[0; 32]);
        let other = serde_json::to_value(Key::generate().unwrap().public()).unwrap();
        let mut mixed = other.clone();
        mixed.as_object_mut().unwrap().insert("d".to_owned(), json!(scalar));
        for bad in ["", "x", "{}", &zero, &scalar[1..], &other.to_string(), &mixed.to_string()] {
            let error = format!("{:#}", Key::parse(bad).unwrap_err());
            assert!(!error.contains(&scalar), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_private_half() {
        let key = Key::generate().unwrap();
        let shown = format!("{key:?}");
        assert!(shown.contains("hidden") && shown.contains(&key.thumbprint().to_string()));
        assert!(!shown.contains(&Base64UrlUnpadded::encode_string(&key.0.to_bytes())));
    }
}
