//! Ending an access: who cannot be removed, and what removing cannot take back.

use crate::state::{fault::Fault, publishing::Draft, site::succession};
use einwurf_protocol::{
    ids::Thumbprint,
    roster::{Capability, Roster},
};

/// Why an access cannot be ended: the site could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// Nobody else may sign.
    LastSigner,
    /// Nobody else may read.
    LastReader,
    /// One person would be left who may sign, and no emergency sheet.
    NoSpare,
}

/// Why this member stays, if it must.
pub fn stays(roster: &Roster, id: &Thumbprint) -> Option<Stays> {
    let members = roster.members.iter().filter(|member| member.id != *id).cloned().collect();
    let left = Roster { members, ..roster.clone() };
    if left.can_go_on() {
        return None;
    }
    let person = |may: Capability| left.members.iter().any(|member| member.is_person() && member.may(may));
    Some(if !person(Capability::Sign) {
        Stays::LastSigner
    } else if !person(Capability::Read) {
        Stays::LastReader
    } else {
        Stays::NoSpare
    })
}

/// Takes a member out of what will be published. A next key that the member holds would be known to a stranger from now
/// on, so it is announced no more. A member who is gone already needs nothing.
pub fn end(draft: &mut Draft, id: &Thumbprint) -> Result<(), Fault> {
    let Some(member) = draft.site.roster.member(id) else { return Ok(()) };
    if stays(&draft.site.roster, id).is_some() {
        return Err(Fault::Conflict);
    }
    if member.may(Capability::Sign) {
        succession::withdraw(&mut draft.says);
    }
    draft.says.remove(id, draft.now);
    Ok(())
}
