//! From one site key to the next: a manifest by the old key that names the new one (`docs/protocol.md` section 4.5).

use crate::{
    ids::Thumbprint,
    jws::{self, JwsError},
    limits::FORMER,
    manifest::Manifest,
};

/// Why a line of site keys is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SuccessionError {
    /// Not a manifest by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Not by the key before, or naming no key after it.
    #[error("not a line from one site key to the next")]
    Line,
    /// More than [`FORMER`].
    #[error("more former keys than a site may have")]
    Long,
}

/// The site keys from `root` on, in order, `root` first: each manifest is by the key before and names the next. Whoever
/// trusts `root` may trust them all. Validity in time does not matter here: it is history.
pub fn line(root: Thumbprint, former: &[String]) -> Result<Vec<Thumbprint>, SuccessionError> {
    if former.len() > FORMER {
        return Err(SuccessionError::Long);
    }
    let mut keys = vec![root];
    let mut current = root;
    // What lies before the root is not this verifier's history.
    for compact in former {
        let (signer, next) = step(compact)?;
        if signer != current && keys.len() == 1 {
            continue;
        }
        if signer != current || keys.contains(&next) {
            return Err(SuccessionError::Line);
        }
        keys.push(next);
        current = next;
    }
    Ok(keys)
}

/// Who signed a manifest, and whom it names as next.
pub fn step(compact: &str) -> Result<(Thumbprint, Thumbprint), SuccessionError> {
    let verified = jws::verify_read::<Manifest>(compact, jws::MANIFEST)?;
    let signer = verified.key.thumbprint();
    let next = verified.payload.succession.next.filter(|_| verified.payload.site == signer);
    next.map(|next| (signer, next)).ok_or(SuccessionError::Line)
}
