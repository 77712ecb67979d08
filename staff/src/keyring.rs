//! What a login unlocks, and the check that the relay showed the genuine site: being logged in is a value that only
//! [`unlock`] and [`recover`] make.
//!
//! The pin: a member's keys are wrapped under the OPAQUE export key *and* the site's thumbprint ([`wrapping_key`]), so
//! that they open for the site they were made for and for no other that a relay might put in its place. From that root
//! a line of site keys may lead to the present one (`docs/protocol.md` section 4.5). Whoever logs in with the recovery
//! code brings the root along, from the link on the emergency sheet.

mod chain;

use crate::Refusal;
use einwurf_protocol::{
    api::login::{KeyName, SealedKey, Session},
    ids::{Digest, Secret, Thumbprint},
    jws,
    manifest::Manifest,
    roster::{Capability, Member, MemberCertificate},
    succession,
    time::Timestamp,
};
use einwurf_seal::{InboxSecret, MemberKeys, OpenedKey, Reading, SiteKey, wrapping_key};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use chain::{Documents, Site, glance, verify};

/// A logged-in member with the keys that the member may hold. Dropping it forgets them.
pub struct Staff {
    /// The bearer token; ends with the session.
    pub session: Secret,
    /// When the session ends.
    pub expires: Timestamp,
    /// The member.
    pub member: Member,
    /// The member's own keys.
    pub keys: MemberKeys,
    /// What the relay showed of the site, verified.
    pub site: Site,
    /// Site keys that were sealed to the member: the present one, and a next one that is announced.
    pub site_keys: Vec<SiteKey>,
    /// Keys that open conversations; none for a member who may not read.
    pub inbox_keys: Vec<InboxSecret>,
    /// The member's certificate in force, compact JWS.
    pub certificate: Option<String>,
    /// The site key that the member's keys are wrapped under.
    pub root: Thumbprint,
    /// Logged in with the recovery code.
    pub recovering: bool,
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Staff({}, session and keys hidden)", self.member.id)
    }
}

impl Staff {
    /// Whether the member has a capability.
    pub fn may(&self, capability: Capability) -> bool {
        self.member.may(capability)
    }

    /// The present site key, if the member holds it.
    pub fn site_key(&self) -> Option<&SiteKey> {
        self.site_key_of(self.site.key)
    }

    /// A site key that the member holds.
    pub fn site_key_of(&self, id: Thumbprint) -> Option<&SiteKey> {
        self.site_keys.iter().find(|key| key.thumbprint() == id)
    }

    /// Whether what is sealed to this inbox key can be read here; who may not read misses nothing.
    pub fn opens(&self, inbox_key: Digest) -> bool {
        !self.may(Capability::Read) || self.inbox_keys.iter().any(|key| key.id() == inbox_key)
    }

    /// The member's certificate, if it holds now. A login that lasts over the end of a month has one that does not.
    pub fn certified(&self, now: Timestamp) -> Result<&str, Refusal> {
        let certificate = self.certificate.as_deref().ok_or(Refusal::NoCertificate)?;
        let read = jws::read(certificate, jws::MEMBER).map_err(|_| Refusal::NoCertificate)?;
        let read: MemberCertificate =
            serde_json::from_slice(&read.payload).map_err(|_| Refusal::NoCertificate)?;
        if now < read.exp { Ok(certificate) } else { Err(Refusal::OldKeys) }
    }

    /// The manifest in force.
    pub fn manifest(&self) -> &Manifest {
        &self.site.manifest
    }

    /// Whether the member's keys have to be wrapped anew, since the site key has changed.
    pub fn is_to_rewrap(&self) -> bool {
        !self.recovering && self.root != self.site.key
    }

    /// What conversations are read with.
    pub fn reading(&self) -> Reading<'_> {
        Reading {
            site: self.site.key,
            former: &self.site.manifest.succession.former,
            revoked: &self.site.manifest.roster.revoked,
            inbox_keys: &self.inbox_keys,
        }
    }
}

/// The roster that a device has seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRoster {
    /// Its serial.
    pub serial: u64,
    /// Its digest.
    pub digest: Digest,
}

/// What this device knows before it asks.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Origin of the relay.
    pub relay: &'a str,
    /// Now.
    pub now: Timestamp,
    /// The highest manifest serial seen on this device, 0 if none.
    pub serial: u64,
    /// The roster seen last on this device.
    pub roster: Option<SeenRoster>,
    /// A site key that the link names, or that this device has seen.
    pub pin: Option<Thumbprint>,
}

/// Opens the member's keys and verifies, in this order: root, line of site keys, stock, roster, the member's entry, keys.
pub fn unlock(session: &Session, export_key: &[u8], known: &Known<'_>) -> Result<Staff, Refusal> {
    let wrapped = session.wrapped.as_ref().ok_or(Refusal::Keys)?;
    let opened = candidates(session)?.into_iter().find_map(|root| {
        let keys = MemberKeys::unwrap(wrapped, wrapping_key(export_key, &root).as_ref()).ok()?;
        Some((root, keys))
    });
    let (root, keys) = opened.ok_or(Refusal::Keys)?;
    let staff = enter(session, keys, root, known)?;
    // What a link or an earlier login named must lie on the line; a link that names another site is a breach.
    match known.pin {
        Some(pin) if !leads(pin, session, staff.site.key) => Err(Refusal::Chain),
        _ => Ok(staff),
    }
}

/// Whether a key that this device trusts is the present one, or names those that lead to it. What the present key says of
/// the ones before it does not count here: whoever kept a former key could say anything of the ones after.
fn leads(pin: Thumbprint, session: &Session, present: Thumbprint) -> bool {
    succession::line(pin, &session.former).is_ok_and(|line| line.last() == Some(&present))
}

/// Enters with the keys of the recovery code. `known.pin` is the root: without it nothing tells whose site it is.
pub fn recover(session: &Session, keys: MemberKeys, known: &Known<'_>) -> Result<Staff, Refusal> {
    let root = known.pin.ok_or(Refusal::Chain)?;
    let staff = enter(session, keys, root, known)?;
    Ok(Staff { recovering: true, ..staff })
}

/// Site keys under which the member's keys may be wrapped: the present one, then former ones, the newest first.
fn candidates(session: &Session) -> Result<Vec<Thumbprint>, Refusal> {
    let present = session.stock.first().ok_or(Refusal::Chain)?;
    let signer = |compact: &String| {
        let verified = jws::verify(compact, jws::MANIFEST).map_err(|_| Refusal::Chain)?;
        Ok(verified.key.thumbprint())
    };
    [present].into_iter().chain(session.former.iter().rev()).map(signer).collect()
}

fn enter(session: &Session, keys: MemberKeys, root: Thumbprint, known: &Known<'_>) -> Result<Staff, Refusal> {
    let site = verify(&Documents::of(session), root, known)?;
    let member = site.roster.member(&keys.id()).cloned().ok_or(Refusal::Chain)?;
    if session.member != member.id {
        return Err(Refusal::Chain);
    }
    let inbox_keys =
        if member.may(Capability::Read) { inbox_keys(session, &keys, &site)? } else { Vec::new() };
    let site_keys = if member.may(Capability::Sign) { site_keys(session, &keys, &site) } else { Vec::new() };
    Ok(Staff {
        session: session.session,
        expires: session.expires,
        member,
        keys,
        site,
        site_keys,
        inbox_keys,
        certificate: session.certificate.clone(),
        root,
        recovering: false,
    })
}

/// Every inbox key sealed to a member who reads, whichever site key it was sealed under; at least one must open.
fn inbox_keys(session: &Session, keys: &MemberKeys, site: &Site) -> Result<Vec<InboxSecret>, Refusal> {
    let sealed = session.sealed.iter().filter(|sealed| matches!(sealed.what, KeyName::Inbox(_)));
    let open = |sealed: &SealedKey| {
        site.reads.iter().rev().find_map(|site| match keys.open_key(sealed, *site) {
            Ok(OpenedKey::Inbox(secret)) => Some(secret),
            _ => None,
        })
    };
    let opened: Vec<_> = sealed.filter_map(open).collect();
    if opened.is_empty() { Err(Refusal::Keys) } else { Ok(opened) }
}

/// Anyone can seal a site key of their own making; only the present one and the announced next one count.
fn site_keys(session: &Session, keys: &MemberKeys, site: &Site) -> Vec<SiteKey> {
    let next = site.manifest.succession.next;
    let named = |id: Thumbprint| id == site.key || Some(id) == next;
    let open = |sealed: &SealedKey| match sealed.what {
        KeyName::Site(id) if named(id) => match keys.open_key(sealed, id) {
            Ok(OpenedKey::Site(key)) => Some(key),
            _ => None,
        },
        _ => None,
    };
    session.sealed.iter().filter_map(open).collect()
}
