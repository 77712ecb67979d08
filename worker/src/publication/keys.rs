//! Keys and certificates of a publication: whoever may read or sign can, and nobody else gets anything.

use super::{Before, refuse};
use crate::{fault::Fault, set::set};
use einwurf_protocol::{
    VERSION,
    api::login::{KeyName, SealedKey},
    event::ENC_BYTES,
    ids::{Digest, Thumbprint},
    jws,
    limits::{CERTIFICATE_SECONDS, MEMBERS, NAME_BYTES, STOCK},
    manifest::Manifest,
    roster::{Capability, Member, MemberCertificate, MemberKind, Roster},
    time::{DAY, Timestamp},
};
use std::collections::BTreeSet;

/// A scalar or seed of 32 bytes with its tag.
const SEALED_BYTES: usize = 32 + 16;

/// A member certificate with what the relay has to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose.
    pub member: Thumbprint,
    /// Not valid before.
    pub nbf: Timestamp,
    /// Not valid after.
    pub exp: Timestamp,
    /// Compact JWS.
    pub compact: String,
}

/// How a sealed key is named in storage.
pub fn key_name(name: &KeyName) -> String {
    match name {
        KeyName::Site(id) => format!("site:{id}"),
        KeyName::Inbox(id) => format!("inbox:{id}"),
    }
}

/// Whether a sealed key may be stored: an inbox key that the relay does not know any more was destroyed, or nobody ever
/// sealed to it. Stored again it would never be destroyed.
pub fn is_kept(name: &KeyName, known: impl Fn(&Digest) -> bool) -> bool {
    match name {
        KeyName::Site(_) => true,
        KeyName::Inbox(id) => known(id),
    }
}

/// A key that is kept lives as long as was promised, since conversations may count on it; and no key lives longer than its
/// month and the retention after it, since visitors may count on that.
pub(super) fn check_destroyed(stock: &[Manifest], before: &Before, days: u32) -> Result<(), Fault> {
    for (index, manifest) in stock.iter().enumerate() {
        let field = format!("manifests[{index}]");
        let key = &manifest.inbox_key;
        let promised = before.inbox_keys.get(&key.id).copied().unwrap_or(Timestamp(0));
        if key.destroyed < promised {
            return Err(refuse(&field, &"the inbox key would be destroyed earlier than it was"));
        }
        if key.destroyed > promised.max(manifest.exp.plus(u64::from(days) * DAY)) {
            return Err(refuse(&field, &"the inbox key would outlive its month and the retention after it"));
        }
    }
    Ok(())
}

/// Each key is sealed to somebody who may hold it; and with those that lie here, every reader has every inbox key of
/// the stock and every signer the site key.
pub(super) fn check_sealed(
    sealed: &[SealedKey],
    stock: &[Manifest],
    roster: &Roster,
    before: &Before,
) -> Result<(), Fault> {
    for (index, key) in sealed.iter().enumerate() {
        let capability = match key.what {
            KeyName::Site(_) => Capability::Sign,
            KeyName::Inbox(_) => Capability::Read,
        };
        let may = roster.member(&key.member).is_some_and(|member| member.may(capability));
        if !may || key.enc.len() != ENC_BYTES || key.ciphertext.len() != SEALED_BYTES {
            let detail = "not a key sealed to a member who may hold it";
            return Err(Fault::malformed(format!("sealed[{index}]"), detail));
        }
    }
    let stored = lying(sealed, before);
    let has = |member: &Member, key: &String| stored.contains(&(member.id, key.clone()));
    let inbox = stock.iter().map(|manifest| key_name(&KeyName::Inbox(manifest.inbox_key.id)));
    let inbox: Vec<_> = inbox.collect();
    let site = key_name(&KeyName::Site(roster.site));
    let readers = roster.readers().all(|member| inbox.iter().all(|key| has(member, key)));
    if readers && roster.signers().all(|member| has(member, &site)) {
        Ok(())
    } else {
        Err(Fault::malformed("sealed", "a reader lacks an inbox key, or a signer the site key"))
    }
}

/// Whom every key lies sealed to once these are stored.
fn lying(sealed: &[SealedKey], before: &Before) -> BTreeSet<(Thumbprint, String)> {
    let sent = sealed.iter().map(|key| (key.member, key_name(&key.what)));
    set(before.sealed.iter().cloned().chain(sent))
}

/// Messages are sealed to keys of former months, too: an emergency sheet that alone has one is not exchanged before it is
/// handed on, and a new sheet opens all that whoever made it can. What a person alone has stops no removal: otherwise
/// whoever keeps keys from the others could never be sent away.
pub(super) fn check_not_lost(sealed: &[SealedKey], roster: &Roster, before: &Before) -> Result<(), Fault> {
    let stored = lying(sealed, before);
    let kept = before.inbox_keys.keys().filter(|id| !before.unused.contains(id));
    let kept: Vec<_> = kept.map(|id| key_name(&KeyName::Inbox(*id))).collect();
    let has = |member: &Member, key: &String| stored.contains(&(member.id, key.clone()));
    let stays = |key: &&String| roster.readers().any(|member| has(member, key));
    let is_sheet = |id: &Thumbprint| before.members.get(id) == Some(&MemberKind::Recovery);
    let on_sheet = |key: &&String| before.sealed.iter().any(|(id, what)| what == *key && is_sheet(id));
    if !kept.iter().filter(on_sheet).all(|key| stays(&key)) {
        return Err(Fault::malformed("sealed", "nobody could open what was sealed to a key before"));
    }
    let mine = |key: &&String| before.by.is_some_and(|by| before.sealed.contains(&(by, (*key).clone())));
    let mut sheets = roster
        .readers()
        .filter(|member| member.kind == MemberKind::Recovery && !before.members.contains_key(&member.id));
    if sheets.all(|sheet| kept.iter().filter(mine).all(|key| has(sheet, key))) {
        Ok(())
    } else {
        Err(Fault::malformed("sealed", "a new recovery code lacks a key that its maker has"))
    }
}

/// Each certificate is by the site key, for a person of the roster, and of no more than its time.
pub(super) fn check_certificates(
    certificates: &[String],
    roster: &Roster,
) -> Result<Vec<Certificate>, Fault> {
    if certificates.len() > MEMBERS * STOCK {
        return Err(Fault::malformed("certificates", "more than one for each person and month"));
    }
    let check = |(index, compact): (usize, &String)| {
        certificate(compact, roster)
            .map_err(|detail| Fault::malformed(format!("certificates[{index}]"), detail))
    };
    certificates.iter().enumerate().map(check).collect()
}

fn certificate(compact: &str, roster: &Roster) -> Result<Certificate, String> {
    let verified = jws::verify_read::<MemberCertificate>(compact, jws::MEMBER).map_err(|e| e.to_string())?;
    let certificate = verified.payload;
    let member = certificate.key.thumbprint();
    let ours = verified.key.thumbprint() == roster.site
        && certificate.site == roster.site
        && certificate.v == VERSION;
    let person = roster.member(&member).is_some_and(einwurf_protocol::roster::Member::is_person);
    if !ours || !person || certificate.name.len() > NAME_BYTES {
        return Err("not by the site key for a person of the roster".to_owned());
    }
    let (nbf, exp) = (certificate.nbf, certificate.exp);
    if exp <= nbf || exp > nbf.plus(CERTIFICATE_SECONDS) {
        return Err("valid for longer than a certificate may be".to_owned());
    }
    Ok(Certificate { member, nbf, exp, compact: compact.to_owned() })
}
