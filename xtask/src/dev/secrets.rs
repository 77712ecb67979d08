//! Secrets of the demo, drawn once and kept beside its data.

use anyhow::{Context, Result};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// What the operator of the demo knows.
pub(super) struct Secrets {
    /// Allows creating sites.
    pub(super) operator_token: String,
    /// Encrypts at rest.
    pub(super) storage: String,
    /// Makes addresses and tickets.
    pub(super) address: String,
}

/// Reads the secrets, or draws them at the first start.
pub(super) fn load(file: &Path) -> Result<Secrets> {
    if !file.exists() {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let drawn = json!({ "operator_token": random()?, "storage": random()?, "address": random()? });
        fs::write(file, drawn.to_string())?;
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
    }
    let kept: Value = serde_json::from_slice(&fs::read(file)?)?;
    let text = |key: &str| {
        let value = kept.get(key).and_then(Value::as_str).map(str::to_owned);
        value.with_context(|| format!("{} lacks {key}; run: cargo xtask dev --fresh", file.display()))
    };
    Ok(Secrets {
        operator_token: text("operator_token")?,
        storage: text("storage")?,
        address: text("address")?,
    })
}

fn random() -> Result<String> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}
