//! What a site publishes, checked as a whole before it is stored: stock, roster, notices, facts, keys and certificates
//! belong together (`docs/protocol.md` section 17.5). A set-up and every later publication are checked alike.

mod keys;
mod notices;
mod setup;
#[cfg(test)]
mod tests;

pub use keys::{Certificate, is_kept, key_name};
pub(crate) use notices::Place;
pub(crate) use setup::{check_account, check_recovery, check_setup, check_wrapped};

use crate::{
    fault::Fault,
    terms::{NoticeTerms, Terms},
};
use einwurf_protocol::{
    api::login::{Publication, SealedKey},
    codec::from_base64url,
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    json::{self, Object},
    jws,
    limits::{CLOCK_SKEW_SECONDS, FORMER, STOCK},
    manifest::{Expected, Former, Manifest},
    problem::Code,
    roster::{self, MemberKind, Roster},
    settings::{Profile, Team},
    stock,
    time::Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of an X-Wing public key.
pub(crate) const XWING_PUBLIC_BYTES: usize = 1216;

/// What the relay knows of itself when a site publishes.
#[derive(Debug, Clone)]
pub struct Here<'a> {
    /// Its origin.
    pub origin: &'a str,
    /// Its profile.
    pub profile: Profile,
    /// Who runs it.
    pub host_name: &'a str,
    /// Country where it runs.
    pub country: &'a Team,
    /// The site's log key.
    pub log_key: PublicKey,
    /// Now.
    pub now: Timestamp,
}

/// What the site published before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Before {
    /// Thumbprint of the site key.
    pub site: Option<Thumbprint>,
    /// The key that it announced as the next.
    pub next: Option<Thumbprint>,
    /// The highest serial of its manifests.
    pub serial: u64,
    /// Its roster, compact JWS.
    pub roster: String,
    /// That roster's serial.
    pub roster_serial: u64,
    /// Who is in it.
    pub members: BTreeMap<Thumbprint, MemberKind>,
    /// Inbox keys that are not destroyed yet, and when they are.
    pub inbox_keys: BTreeMap<Digest, Timestamp>,
    /// Those among them that nobody can have sealed to yet.
    pub unused: BTreeSet<Digest>,
    /// Keys that lie sealed here: to whom, which ([`key_name`]).
    pub sealed: BTreeSet<(Thumbprint, String)>,
    /// Who publishes now; nobody at the set-up.
    pub by: Option<Thumbprint>,
    /// Site keys that it had before, oldest first.
    pub former: Vec<Former>,
}

/// What is offered.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// Documents and facts.
    pub publication: &'a Publication,
    /// Keys.
    pub sealed: &'a [SealedKey],
    /// Certificates.
    pub certificates: &'a [String],
}

/// A publication whose documents fit each other, the site's keys and this relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The stock, in the order of the documents.
    pub stock: Vec<Manifest>,
    /// The roster.
    pub roster: Roster,
    /// The notices in force.
    pub notices: Vec<NoticeTerms>,
    /// Certificates with what they say.
    pub certificates: Vec<Certificate>,
    /// Days until deletion.
    pub days: u32,
    /// Whether it is by the next site key.
    pub succeeds: bool,
}

impl Checked {
    /// The site key's thumbprint.
    pub fn site(&self) -> Thumbprint {
        self.roster.site
    }

    /// What conversations are told while `manifest` is served.
    pub fn terms(&self, manifest: &Manifest, proof: String) -> Terms {
        Terms {
            site: manifest.site,
            former: manifest.succession.former.iter().map(|key| key.site).collect(),
            notices: self.notices.clone(),
            inbox_key: manifest.inbox_key.id,
            destroyed: manifest.inbox_key.destroyed,
            days: self.days,
            proof,
        }
    }
}

/// Checks what a site offers to publish. Names the first field that does not fit. `notice` finds a document that the relay
/// has from a publication before.
pub fn check(
    offer: &Offer<'_>,
    before: &Before,
    notice: impl Fn(&Digest) -> Result<Option<String>, Fault>,
    here: &Here<'_>,
) -> Result<Checked, Fault> {
    let publication = offer.publication;
    let (site, succeeds) = check_signer(publication, before)?;
    let stock = check_stock(publication, site, before, here)?;
    let first = stock.first().ok_or_else(|| refuse("manifests", &"none"))?;
    check_line(first, before, succeeds, here.now)?;
    let roster = check_roster(&publication.roster, first, before)?;
    let notices = notices::check(publication, first, notice, here)?;
    keys::check_destroyed(&stock, before, publication.facts.days)?;
    keys::check_sealed(offer.sealed, &stock, &roster, before)?;
    keys::check_not_lost(offer.sealed, &roster, before)?;
    let certificates = keys::check_certificates(offer.certificates, &roster)?;
    Ok(Checked { stock, roster, notices, certificates, days: publication.facts.days, succeeds })
}

/// A field of the publication does not fit.
fn refuse(field: &str, error: &impl std::fmt::Display) -> Fault {
    Fault::malformed(format!("publication.{field}"), error.to_string())
}

/// Whose publication it is: the site key's, or that of the next one, which the manifests before announced.
fn check_signer(publication: &Publication, before: &Before) -> Result<(Thumbprint, bool), Fault> {
    if publication.manifests.is_empty() || publication.manifests.len() > STOCK {
        return Err(refuse("manifests", &stock::StockError::Count));
    }
    let first = publication.manifests.first().map_or("", String::as_str);
    let signer = jws::read(first, jws::MANIFEST).map_err(|error| refuse("manifests[0]", &error))?;
    let signer = signer.key.thumbprint();
    let succeeds = before.site.is_some_and(|site| site != signer);
    if succeeds && before.next != Some(signer) {
        return Err(refuse("manifests[0]", &"neither by the site key nor by the one that it announced"));
    }
    if succeeds && before.former.len() >= FORMER {
        return Err(Code::LimitReached.into());
    }
    Ok((signer, succeeds))
}

/// The site keys before this one are those that it had, and the one that it follows: devices believe this list.
fn check_line(first: &Manifest, before: &Before, succeeds: bool, now: Timestamp) -> Result<(), Fault> {
    let (kept, added) = first.succession.former.split_at_checked(before.former.len()).unwrap_or_default();
    let follows = match (before.site.filter(|_| succeeds), added) {
        (None, []) => true,
        // The end is when it was signed: neither long ago nor to come.
        (Some(site), [one]) => one.site == site && one.until.0.abs_diff(now.0) <= CLOCK_SKEW_SECONDS,
        _ => false,
    };
    if kept == before.former && follows {
        Ok(())
    } else {
        Err(refuse("manifests[0]", &"names other former site keys than the site had"))
    }
}

fn check_stock(
    publication: &Publication,
    site: Thumbprint,
    before: &Before,
    here: &Here<'_>,
) -> Result<Vec<Manifest>, Fault> {
    let manifest = |(index, compact): (usize, &String)| {
        let field = format!("manifests[{index}]");
        // The first one is served from now on, each other from its beginning.
        let now = if index == 0 { here.now } else { beginning(compact).unwrap_or(here.now) };
        check_manifest(compact, &field, &Expected { now, pins: &[site], relay: here.origin, serial: 0 }, here)
    };
    let manifests: Vec<Manifest> =
        publication.manifests.iter().enumerate().map(manifest).collect::<Result<_, _>>()?;
    stock::check(&manifests).map_err(|error| refuse("manifests", &error))?;
    let numbered = |first: u64| (first..).zip(&manifests).all(|(serial, manifest)| manifest.serial == serial);
    if (1..=STOCK as u64).any(|gap| numbered(before.serial.saturating_add(gap))) {
        Ok(manifests)
    } else {
        Err(refuse("manifests", &"the serials do not follow those before, or each other"))
    }
}

/// `nbf` of a manifest that nobody has verified yet.
fn beginning(compact: &str) -> Option<Timestamp> {
    let payload = from_base64url(compact.split('.').nth(1)?).ok()?;
    json::from_slice::<Object>(&payload).ok()?.take("nbf").ok()
}

fn check_manifest(
    compact: &str,
    field: &str,
    expected: &Expected<'_>,
    here: &Here<'_>,
) -> Result<Manifest, Fault> {
    let manifest = Manifest::verify(compact, expected).map_err(|error| refuse(field, &error))?;
    if manifest.relay.log_key != here.log_key {
        return Err(refuse(field, &"names another log key"));
    }
    if manifest.inbox_key.public.len() != XWING_PUBLIC_BYTES {
        return Err(refuse(field, &"the inbox key is not 1216 bytes"));
    }
    Ok(manifest)
}

fn check_roster(compact: &str, manifest: &Manifest, before: &Before) -> Result<Roster, Fault> {
    let roster = Roster::verify(compact, &manifest.site, 0).map_err(|error| refuse("roster", &error))?;
    if roster::digest(compact) != manifest.roster.digest || roster.serial != manifest.roster.serial {
        return Err(refuse("roster", &"not the roster that the manifest names"));
    }
    let next = before.roster_serial.checked_add(1) == Some(roster.serial);
    if compact != before.roster && !next {
        return Err(refuse("roster", &"neither the roster before nor the next one"));
    }
    if roster.members.iter().any(|member| member.sealing.len() != XWING_PUBLIC_BYTES) {
        return Err(refuse("roster", &"a key that is not 1216 bytes"));
    }
    if !roster.can_go_on() {
        return Err(refuse("roster", &"nobody could read, sign, or replace the only one who signs"));
    }
    if manifest.roster.readers != roster.reading_persons() {
        return Err(refuse("manifests", &"another number of readers than the roster has"));
    }
    Ok(roster)
}
