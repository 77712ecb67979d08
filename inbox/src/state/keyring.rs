//! What a login unlocks, and the check that the relay showed the genuine site: being logged in is a value that only
//! [`unlock`] makes.
//!
//! The pin: a member's keys are wrapped under the OPAQUE export key *and* the site's thumbprint ([`wrapping_key`]), so
//! that they open for the site they were made for and for no other that a relay might put in its place.

use crate::state::fault::Fault;
use einwurf_protocol::{
    api::login::{KeyName, Session},
    codec::Writer,
    ids::{Secret, Thumbprint},
    jws,
    manifest::{Expected, Manifest, ManifestError},
    roster::{self, Member, Roster},
    time::Timestamp,
};
use einwurf_seal::{InboxSecret, MemberKeys, OpenedKey};
use std::fmt;
use zeroize::Zeroizing;

/// A logged-in member with the keys to read. Dropping it forgets them.
pub struct Staff {
    /// The bearer token; ends with the session.
    pub session: Secret,
    /// When the session ends.
    pub expires: Timestamp,
    /// Thumbprint of the site key, as the member's own keys name it.
    pub site: Thumbprint,
    /// The member.
    pub member: Member,
    /// Keys that open conversations.
    pub inbox_keys: Vec<InboxSecret>,
    /// The site's manifest, verified.
    pub manifest: Manifest,
    /// The published manifest has expired: visitors see the ordinary contact ways.
    pub expired: bool,
}

impl fmt::Debug for Staff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Staff({}, session and keys hidden)", self.member.id)
    }
}

/// What this device knows before it asks.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Origin of the relay.
    pub relay: &'a str,
    /// Now.
    pub now: Timestamp,
    /// The highest serial seen on this device, 0 if none.
    pub serial: u64,
}

/// The key that wraps a member's keys: it takes the password's export key and the site together.
pub fn wrapping_key(export_key: &[u8], site: &Thumbprint) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Writer::labelled("einwurf/1 member wrap").var(export_key).fixed(&site.0).sha256())
}

/// Opens the member's keys and verifies, in this order: site, manifest, roster, the member's entry, inbox keys.
pub fn unlock(session: &Session, export_key: &[u8], known: &Known<'_>) -> Result<Staff, Fault> {
    let signer = jws::verify(&session.manifest, jws::MANIFEST).map_err(|_| Fault::Chain)?;
    let site = signer.key.thumbprint();
    let keys = MemberKeys::unwrap(&session.wrapped, wrapping_key(export_key, &site).as_ref())
        .map_err(|_| Fault::Keys)?;
    let (manifest, expired) = manifest(&session.manifest, site, known)?;
    if roster::digest(&session.roster) != manifest.roster.digest {
        return Err(Fault::Chain);
    }
    let roster = Roster::verify(&session.roster, &site, manifest.roster.serial).map_err(|_| Fault::Chain)?;
    let member = roster.members.into_iter().find(|member| member.id == keys.id()).ok_or(Fault::Chain)?;
    let inbox_keys = inbox_keys(session, &keys, site)?;
    Ok(Staff {
        session: session.session,
        expires: session.expires,
        site,
        member,
        inbox_keys,
        manifest,
        expired,
    })
}

/// An expired manifest is no reason to lock staff out: what was written can still be read.
fn manifest(compact: &str, site: Thumbprint, known: &Known<'_>) -> Result<(Manifest, bool), Fault> {
    let expected = Expected { pins: &[site], relay: known.relay, now: known.now, serial: known.serial };
    match Manifest::verify(compact, &expected) {
        Ok(manifest) => Ok((manifest, false)),
        Err(ManifestError::Expired) => {
            let payload = jws::verify_json::<Manifest>(compact, jws::MANIFEST).map_err(|_| Fault::Chain)?;
            let expected = Expected { now: payload.payload.exp, ..expected };
            Manifest::verify(compact, &expected).map(|manifest| (manifest, true)).map_err(|_| Fault::Chain)
        }
        Err(_) => Err(Fault::Chain),
    }
}

/// Every inbox key sealed to this member; at least one must open.
fn inbox_keys(session: &Session, keys: &MemberKeys, site: Thumbprint) -> Result<Vec<InboxSecret>, Fault> {
    let sealed = session.sealed.iter().filter(|sealed| matches!(sealed.what, KeyName::Inbox(_)));
    let opened: Vec<_> = sealed
        .filter_map(|sealed| match keys.open_key(sealed, site) {
            Ok(OpenedKey::Inbox(secret)) => Some(secret),
            _ => None,
        })
        .collect();
    if opened.is_empty() { Err(Fault::Keys) } else { Ok(opened) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EXPORT_KEY, NOW, ORIGIN, session};

    const KNOWN: Known<'_> = Known { relay: ORIGIN, now: NOW, serial: 0 };

    #[test]
    fn the_right_password_opens_keys_that_fit_the_manifest() {
        let staff = unlock(&session(), EXPORT_KEY, &KNOWN).unwrap();
        assert_eq!(staff.inbox_keys[0].id(), staff.manifest.inbox_key.id);
        assert!(!staff.expired);
    }

    #[test]
    fn another_export_key_opens_nothing() {
        assert_eq!(unlock(&session(), b"other", &KNOWN).unwrap_err(), Fault::Keys);
    }

    #[test]
    fn a_site_put_in_its_place_is_refused_even_if_it_is_consistent_in_itself() {
        let (genuine, foreign) = (session(), crate::testing::session_of(99));
        // The relay keeps the member's wrapped keys and swaps everything that it could have made itself.
        let swapped = Session { wrapped: genuine.wrapped, ..foreign };
        assert_eq!(unlock(&swapped, EXPORT_KEY, &KNOWN).unwrap_err(), Fault::Keys);
    }

    #[test]
    fn a_changed_roster_an_older_manifest_and_another_relay_are_named_as_a_breach() {
        let genuine = session();
        let foreign = crate::testing::session_of(99);
        let swapped = Session { roster: foreign.roster, ..genuine.clone() };
        assert_eq!(unlock(&swapped, EXPORT_KEY, &KNOWN).unwrap_err(), Fault::Chain);
        let rolled_back = Known { serial: 2, ..KNOWN };
        assert_eq!(unlock(&genuine, EXPORT_KEY, &rolled_back).unwrap_err(), Fault::Chain);
        let moved = Known { relay: "https://other.example", ..KNOWN };
        assert_eq!(unlock(&genuine, EXPORT_KEY, &moved).unwrap_err(), Fault::Chain);
    }

    #[test]
    fn an_expired_manifest_still_lets_staff_read() {
        let later = Known { now: NOW.plus(400 * 86_400), ..KNOWN };
        assert!(unlock(&session(), EXPORT_KEY, &later).unwrap().expired);
    }

    #[test]
    fn debug_shows_neither_session_nor_keys() {
        let staff = unlock(&session(), EXPORT_KEY, &KNOWN).unwrap();
        let shown = format!("{staff:?}");
        assert!(shown.contains("hidden") && !shown.contains(&staff.session.to_string()), "{shown}");
    }
}
