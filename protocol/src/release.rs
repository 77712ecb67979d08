//! A release of this software, signed by the project: what the staff's app checks before it offers new code
//! (`docs/protocol.md` section 4.6).

use crate::{
    ids::Thumbprint,
    jws::{self, JwsError},
    limits::CHANGES,
    manifest::Code,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Payload of a JWS of type [`jws::RELEASE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Format version, 1.
    pub v: u8,
    /// When it was signed.
    pub at: Timestamp,
    /// The files, as a manifest will name them.
    pub code: Code,
    /// What changed, by language (`de`, `en`), one sentence each, at most [`CHANGES`].
    #[serde(deserialize_with = "crate::codec::unique")]
    pub changes: BTreeMap<String, Vec<String>>,
}

/// Why a release is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseError {
    /// Not a release by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Not by the project.
    #[error("not signed by the project")]
    Signer,
    /// Another version of the format, or longer lists than it may have.
    #[error("not a release of this format")]
    Form,
}

impl Release {
    /// A release by the key of this thumbprint.
    pub fn verify(compact: &str, project: &Thumbprint) -> Result<Self, ReleaseError> {
        let raw = jws::verify(compact, jws::RELEASE)?;
        if raw.key.thumbprint() != *project {
            return Err(ReleaseError::Signer);
        }
        let release: Self = serde_json::from_slice(&raw.payload).map_err(|_| JwsError::Payload)?;
        let sound = release.v == crate::VERSION && release.changes.values().all(|list| list.len() <= CHANGES);
        if sound { Ok(release) } else { Err(ReleaseError::Form) }
    }
}
