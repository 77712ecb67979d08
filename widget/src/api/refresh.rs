//! A manifest and its notice, fetched again while the widget is open: the same rules as at its start, and never back.

#[cfg(test)]
mod tests;

use super::{Reply, SiteAddress};
use crate::state::{RefreshFault, Site};
use einwurf_protocol::{
    consent::ShownNotice,
    ids::{Digest, Thumbprint},
    limits::JWS_BYTES,
    manifest::{Expected, Manifest},
    notice::Register,
    time::Timestamp,
};

/// What a fetched manifest is held against.
#[derive(Debug, Clone)]
pub struct Known {
    /// Origin of the relay.
    pub relay: String,
    /// How the relay knows the site.
    pub address: SiteAddress,
    /// Language and form of address on the screen.
    pub register: Register,
}

/// What the manifest said that is in force until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    site: Thumbprint,
    next: Option<Thumbprint>,
    serial: u64,
}

impl From<&Manifest> for Before {
    fn from(manifest: &Manifest) -> Self {
        Self { site: manifest.site, next: manifest.succession.next, serial: manifest.serial }
    }
}

/// A verified manifest and which notice to fetch for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halfway {
    manifest: Manifest,
    /// To be fetched.
    pub digest: Digest,
}

impl Known {
    /// Verifies a fetched manifest: signed by the key of the manifest before or by the one that it announced, for this
    /// relay, in force, not older (protocol.md, 4.3 and 4.5).
    pub fn manifest(&self, reply: &Reply, before: &Before, now: Timestamp) -> Result<Halfway, RefreshFault> {
        let body = body(reply)?;
        let compact = std::str::from_utf8(body).map_err(|_| RefreshFault::Untrusted)?;
        if compact.len() > JWS_BYTES {
            return Err(RefreshFault::Untrusted);
        }
        let pins: Vec<_> = [before.site].into_iter().chain(before.next).collect();
        let expected = Expected { pins: &pins, relay: &self.relay, now, serial: before.serial };
        let manifest = Manifest::verify(compact.trim(), &expected).map_err(|_| RefreshFault::Untrusted)?;
        if manifest.succession.moved_to.is_some() {
            return Err(RefreshFault::Moved);
        }
        let digest = manifest.notice(self.register).ok_or(RefreshFault::Untrusted)?;
        Ok(Halfway { manifest, digest })
    }
}

impl Halfway {
    /// Checks the fetched notice against the manifest.
    pub fn notice(self, reply: &Reply) -> Result<Site, RefreshFault> {
        let notice = ShownNotice::read(body(reply)?, self.digest).map_err(|_| RefreshFault::Untrusted)?;
        Ok(Site { manifest: self.manifest, notice })
    }
}

fn body(reply: &Reply) -> Result<&[u8], RefreshFault> {
    match reply.status {
        200 => Ok(&reply.body),
        404 => Err(RefreshFault::Untrusted),
        _ => Err(RefreshFault::Lost),
    }
}
