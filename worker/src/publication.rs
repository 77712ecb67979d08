//! What a site publishes, checked as a whole before it is stored: manifest, roster, notices and facts belong together.

use crate::{
    access::account,
    body,
    fault::Fault,
    mail::are_recipients,
    terms::{NoticeTerms, Terms},
};
use einwurf_protocol::{
    api::login::{KeyName, Publication, Setup},
    es256::PublicKey,
    event::{ENC_BYTES, NONCE_BYTES},
    ids::{Digest, Thumbprint},
    jws,
    limits::{MANIFEST_SECONDS, MEMBERS},
    manifest::{Expected, Manifest},
    message::is_email,
    notice::{self, Notice},
    roster::{self, MemberKind, Roster},
    settings::{LegalFacts, Profile, Team},
    time::Timestamp,
};

/// Bytes of an X-Wing public key.
const XWING_PUBLIC_BYTES: usize = 1216;

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

/// A publication whose documents fit each other, the site's keys and this relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The manifest.
    pub manifest: Manifest,
    /// The roster.
    pub roster: Roster,
    /// The notices, in the order of the documents.
    pub notices: Vec<NoticeTerms>,
}

impl Checked {
    /// What conversations are told.
    pub fn terms(&self, days: u32, proof: String) -> Terms {
        Terms {
            site: self.manifest.site,
            notices: self.notices.clone(),
            inbox_key: self.manifest.inbox_key.id,
            destroyed: self.manifest.inbox_key.destroyed,
            days,
            proof,
        }
    }
}

/// The thumbprint of whoever signed a manifest.
pub fn signer(manifest: &str) -> Result<Thumbprint, Fault> {
    let verified = jws::verify(manifest, jws::MANIFEST);
    verified.map(|verified| verified.key.thumbprint()).map_err(|error| refuse("manifests[0]", &error))
}

/// Checks a publication of `site`. Names the first field that does not fit.
pub fn check(publication: &Publication, site: Thumbprint, here: &Here<'_>) -> Result<Checked, Fault> {
    let first = publication.manifests.first().ok_or_else(|| refuse("manifests", &"empty"))?;
    let manifest = check_manifest(first, site, here)?;
    let roster = check_roster(&publication.roster, &manifest)?;
    let notices = check_notices(publication, &manifest, here)?;
    Ok(Checked { manifest, roster, notices })
}

fn refuse(field: &str, error: &impl std::fmt::Display) -> Fault {
    Fault::malformed(format!("publication.{field}"), error.to_string())
}

fn check_manifest(compact: &str, site: Thumbprint, here: &Here<'_>) -> Result<Manifest, Fault> {
    let expected = Expected { pins: &[site], relay: here.origin, now: here.now, serial: 0 };
    let manifest = Manifest::verify(compact, &expected).map_err(|error| refuse("manifests[0]", &error))?;
    if manifest.relay.log_key != here.log_key {
        return Err(refuse("manifests[0]", &"names another log key"));
    }
    if manifest.exp > manifest.nbf.plus(MANIFEST_SECONDS) {
        return Err(refuse("manifests[0]", &"valid for longer than a manifest may be"));
    }
    if manifest.inbox_key.public.len() != XWING_PUBLIC_BYTES {
        return Err(refuse("manifests[0]", &"the inbox key is not 1216 bytes"));
    }
    Ok(manifest)
}

fn check_roster(compact: &str, manifest: &Manifest) -> Result<Roster, Fault> {
    let roster = Roster::verify(compact, &manifest.site, manifest.roster.serial)
        .map_err(|error| refuse("roster", &error))?;
    if roster::digest(compact) != manifest.roster.digest || roster.serial != manifest.roster.serial {
        return Err(refuse("roster", &"not the roster that the manifest names"));
    }
    if roster.members.len() > MEMBERS || roster.members.iter().any(|m| m.sealing.len() != XWING_PUBLIC_BYTES)
    {
        return Err(refuse("roster", &"too many members, or a key that is not 1216 bytes"));
    }
    Ok(roster)
}

fn check_notices(
    publication: &Publication,
    manifest: &Manifest,
    here: &Here<'_>,
) -> Result<Vec<NoticeTerms>, Fault> {
    if let Some(field) = publication.facts.missing().first() {
        let name = serde_json::to_value(field).ok();
        let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("facts").to_owned();
        return Err(refuse(&format!("facts.{name}"), &"missing or out of range"));
    }
    check_place(&publication.facts, here)?;
    if publication.notices.is_empty() || publication.notices.len() != manifest.notices.len() {
        return Err(refuse("notices", &"not the notices that the manifest names"));
    }
    let check = |(index, document): (usize, &String)| check_notice(index, document, publication, manifest);
    let notices: Vec<NoticeTerms> =
        publication.notices.iter().enumerate().map(check).collect::<Result<_, _>>()?;
    let once =
        |notice: &NoticeTerms| notices.iter().filter(|other| other.register == notice.register).count() == 1;
    if notices.iter().all(once) {
        Ok(notices)
    } else {
        Err(refuse("notices", &"two notices for one register"))
    }
}

/// What visitors are told about place and transfer is what the relay was deployed with (LOC-03).
fn check_place(facts: &LegalFacts, here: &Here<'_>) -> Result<(), Fault> {
    let other = "not what this relay is deployed with";
    if facts.profile != here.profile {
        return Err(refuse("facts.profile", &other));
    }
    if facts.host_name != here.host_name {
        return Err(refuse("facts.host_name", &other));
    }
    if facts.country != *here.country {
        return Err(refuse("facts.country", &other));
    }
    Ok(())
}

fn check_notice(
    index: usize,
    document: &str,
    publication: &Publication,
    manifest: &Manifest,
) -> Result<NoticeTerms, Fault> {
    let field = format!("notices[{index}]");
    let Notice { register, mode, profile, company, days, .. } =
        notice::parse(document.as_bytes()).map_err(|error| refuse(&field, &error))?;
    let digest: Digest = notice::digest(document.as_bytes());
    if manifest.notice(register) != Some(digest) {
        return Err(refuse(&field, &"not the notice that the manifest names"));
    }
    let facts = &publication.facts;
    if (profile, &company, days) != (facts.profile, &facts.company, facts.days) {
        return Err(refuse(&field, &"states other facts"));
    }
    Ok(NoticeTerms { digest, register, mode })
}

/// The rest of a set-up: account, keys and recipients fit the publication.
pub fn check_setup(setup: &Setup, checked: &Checked) -> Result<(), Fault> {
    body::version(setup.v)?;
    if !is_email(&account(&setup.account)) {
        return Err(Fault::malformed("account", "not an e-mail address"));
    }
    if !are_recipients(&setup.recipients) {
        return Err(Fault::malformed("recipients", "not 1 to 20 e-mail addresses"));
    }
    let member = |id: &Thumbprint| checked.roster.members.iter().find(|member| member.id == *id);
    if member(&setup.wrapped.member).is_none_or(|member| member.kind != MemberKind::Person) {
        return Err(Fault::malformed("wrapped.member", "not a person of the roster"));
    }
    if setup.wrapped.nonce.len() != NONCE_BYTES {
        return Err(Fault::malformed("wrapped.nonce", "not 24 bytes"));
    }
    for (index, key) in setup.sealed.iter().enumerate() {
        if member(&key.member).is_none() || key.enc.len() != ENC_BYTES {
            return Err(Fault::malformed(format!("sealed[{index}]"), "not sealed to a member of the roster"));
        }
    }
    let inbox = KeyName::Inbox(checked.manifest.inbox_key.id);
    let can_read = setup.sealed.iter().any(|key| key.member == setup.wrapped.member && key.what == inbox);
    if can_read {
        Ok(())
    } else {
        Err(Fault::malformed("sealed", "nobody could read: the inbox key is missing"))
    }
}

#[cfg(test)]
mod tests;
