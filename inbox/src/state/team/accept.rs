//! An answered invitation: what the relay hands over is believed only as far as the link's secret vouches for it, and
//! taken into the roster only after two persons compared the code (`docs/protocol.md` section 14.6).

use einwurf_protocol::{
    api::admin::{Answered, Invitation},
    ids::Thumbprint,
    limits::{MEMBERS, NAME_BYTES},
    roster::{Member, MemberKind, Roster},
    time::Timestamp,
};
use einwurf_seal::{SiteKey, publish::Says};

/// Length of an X-Wing public key.
const SEALING_BYTES: usize = 1216;

/// Why an answer must not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Not by whoever holds the link, or changed on its way. Also an invitation from before the site key changed.
    Foreign,
    /// No person's entry, or keys that fit nothing.
    Entry,
    /// Somebody who is in the roster already.
    Known,
    /// The roster is full.
    Full,
}

/// An answer that belongs to the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Account name that the invited person chose.
    pub account: String,
    /// The roster entry: keys of the answer, name and capabilities of the invitation.
    pub member: Member,
    /// For both persons to compare, in three groups.
    pub code: String,
}

/// Checks an answer under the site key that made the invitation.
pub fn check(
    invitation: &Invitation,
    answer: &Answered,
    key: &SiteKey,
    roster: &Roster,
) -> Result<Checked, Doubt> {
    let (secret, site) = (key.invitation(&invitation.into()), key.thumbprint());
    let mac = secret.authenticate(&site, &answer.account, &answer.member);
    if !same(&mac, &answer.mac) {
        return Err(Doubt::Foreign);
    }
    let entry = &answer.member;
    let fits = entry.kind == MemberKind::Person
        && entry.id == entry.signing.thumbprint()
        && entry.sealing.len() == SEALING_BYTES
        && !invitation.name.trim().is_empty()
        && invitation.name.len() <= NAME_BYTES
        && !invitation.may.is_empty();
    if !fits {
        return Err(Doubt::Entry);
    }
    if roster.member(&entry.id).is_some() {
        return Err(Doubt::Known);
    }
    if roster.members.len() >= MEMBERS {
        return Err(Doubt::Full);
    }
    let code = secret.code(&site, &answer.account, entry);
    let member = Member {
        name: invitation.name.trim().to_owned(),
        may: invitation.may.clone(),
        kind: MemberKind::Person,
        ..entry.clone()
    };
    Ok(Checked { account: answer.account.clone(), member, code })
}

/// Compares without telling by its duration how far two values agree.
fn same(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |all, (left, right)| all | (left ^ right));
    one.len() == other.len() && std::hint::black_box(difference) == 0
}

/// Takes the new member in, and whoever it replaces out. Doing it twice does it once.
pub fn admit(says: &mut Says, member: &Member, replaces: Option<Thumbprint>, now: Timestamp) {
    if let Some(former) = replaces.filter(|former| *former != member.id)
        && says.members.iter().any(|entry| entry.id == former)
    {
        says.remove(&former, now);
    }
    if !says.members.iter().any(|entry| entry.id == member.id) {
        says.members.push(member.clone());
    }
}
