//! From a root to everything that the relay shows of a site: the line of site keys, the stock, the roster.

use super::{Known, SeenRoster};
use crate::Refusal;
use einwurf_protocol::{
    api::{admin::SiteState, login::Session},
    ids::{Digest, Thumbprint},
    jws,
    limits::CLOCK_SKEW_SECONDS,
    manifest::{Expected, Manifest},
    roster::{self, Roster},
    stock, succession,
    time::Timestamp,
};

/// Signed documents as they came from the relay.
#[derive(Debug, Clone, Copy)]
pub struct Documents<'a> {
    /// The manifest in force and those signed ahead.
    pub stock: &'a [String],
    /// The roster.
    pub roster: &'a str,
    /// Manifests by former site keys.
    pub former: &'a [String],
}

impl<'a> Documents<'a> {
    /// Those of a session.
    pub fn of(session: &'a Session) -> Self {
        Self { stock: &session.stock, roster: &session.roster, former: &session.former }
    }

    /// Those that somebody who may sign administers.
    pub fn administered(state: &'a SiteState) -> Self {
        Self { stock: &state.stock, roster: &state.roster, former: &state.former }
    }
}

/// A site as the relay shows it, verified from a root that the device trusts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The present site key.
    pub key: Thumbprint,
    /// The site keys that conversations may have begun under, oldest first, the present one last: those that the
    /// present key itself names, so that no relay can put one of its own among them.
    pub reads: Vec<Thumbprint>,
    /// The manifest in force.
    pub manifest: Manifest,
    /// The stock has run out: visitors see the ordinary contact ways.
    pub expired: bool,
    /// The manifest in force and those signed ahead.
    pub stock: Vec<Manifest>,
    /// The roster.
    pub roster: Roster,
    /// Its digest.
    pub roster_digest: Digest,
}

impl Site {
    /// What the device remembers of the roster.
    pub fn seen(&self) -> SeenRoster {
        SeenRoster { serial: self.roster.serial, digest: self.roster_digest }
    }

    /// When the stock ends.
    pub fn until(&self) -> Timestamp {
        stock::until(&self.stock).unwrap_or(self.manifest.exp)
    }
}

/// Verifies, in this order: line of site keys, every manifest of the stock and the one in force, roster.
pub fn verify(documents: &Documents<'_>, root: Thumbprint, known: &Known<'_>) -> Result<Site, Refusal> {
    let line = succession::line(root, documents.former).map_err(|_| Refusal::Chain)?;
    let key = *line.last().ok_or(Refusal::Chain)?;
    let stock = documents.stock.iter().map(|compact| month(compact, key, known));
    let stock = stock.collect::<Result<Vec<_>, _>>()?;
    stock::check(&stock).map_err(|_| Refusal::Chain)?;
    let (manifest, expired) = in_force(&stock, known)?;
    let roster = read_roster(documents.roster, &manifest, known)?;
    let reads: Vec<_> = manifest.succession.former.iter().map(|former| former.site).chain([key]).collect();
    if !reads.ends_with(&line) {
        return Err(Refusal::Chain);
    }
    let roster_digest = manifest.roster.digest;
    Ok(Site { key, reads, manifest, expired, stock, roster, roster_digest })
}

/// A look during a session at what the relay publishes now: manifest and roster without the months signed ahead. None
/// if nothing is new, or if another site key has come, which only a login follows.
pub fn glance(site: &Site, manifest: &str, roster: &str, known: &Known<'_>) -> Result<Option<Site>, Refusal> {
    let signer = jws::verify(manifest, jws::MANIFEST).map_err(|_| Refusal::Chain)?.key.thumbprint();
    if signer != site.key && site.manifest.succession.next == Some(signer) {
        return Ok(None);
    }
    let manifest = month(manifest, site.key, known)?;
    let (manifest, expired) = in_force(std::slice::from_ref(&manifest), known)?;
    let roster = read_roster(roster, &manifest, known)?;
    if manifest == site.manifest {
        return Ok(None);
    }
    let roster_digest = manifest.roster.digest;
    Ok(Some(Site { manifest, expired, roster, roster_digest, ..site.clone() }))
}

/// A manifest by the present key for this relay, at its own beginning.
fn month(compact: &str, key: Thumbprint, known: &Known<'_>) -> Result<Manifest, Refusal> {
    let claimed = jws::verify_read::<Manifest>(compact, jws::MANIFEST).map_err(|_| Refusal::Chain)?;
    let expected = Expected { pins: &[key], relay: known.relay, now: claimed.payload.nbf, serial: 0 };
    Manifest::verify(compact, &expected).map_err(|_| Refusal::Chain)
}

/// The one in force by this device's clock. An expired stock is no reason to lock staff out: what was written can still
/// be read, and somebody who may sign can repair it.
fn in_force(stock: &[Manifest], known: &Known<'_>) -> Result<(Manifest, bool), Refusal> {
    let manifest = stock::served(stock, known.now).or(stock.first()).ok_or(Refusal::Chain)?;
    let early = known.now < manifest.nbf.minus(CLOCK_SKEW_SECONDS);
    if early || manifest.serial < known.serial {
        return Err(Refusal::Chain);
    }
    Ok((manifest.clone(), known.now > manifest.exp.plus(CLOCK_SKEW_SECONDS)))
}

/// The roster that the manifest names, not older than and not another than the device has seen.
fn read_roster(compact: &str, manifest: &Manifest, known: &Known<'_>) -> Result<Roster, Refusal> {
    let (named, digest) = (&manifest.roster, roster::digest(compact));
    let lowest = known.roster.map_or(0, |seen| seen.serial);
    let roster = Roster::verify(compact, &manifest.site, lowest).map_err(|_| Refusal::Chain)?;
    let other = known.roster.is_some_and(|seen| seen.serial == roster.serial && seen.digest != digest);
    let fits = digest == named.digest && roster.serial == named.serial;
    if fits && !other && roster.reading_persons() == named.readers { Ok(roster) } else { Err(Refusal::Chain) }
}
