//! What members did with conversations, for those who audit. No content.

use crate::{state::admin::Said, texts::Pick};
use einwurf_protocol::{
    api::staff::{Deed, LogEntry, LogPage},
    ids::Thumbprint,
    roster::Roster,
};
use std::collections::BTreeMap;

/// As much of a key's id as tells two former members apart.
const ID_CHARS: usize = 8;

/// The page.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// Newest first. None: not fetched yet.
    pub entries: Option<Vec<LogEntry>>,
    /// For the next page; none on the last.
    pub after: Option<String>,
    /// What the page says.
    pub said: Said,
    names: BTreeMap<Thumbprint, String>,
}

impl Log {
    /// Takes up the first page, or a further one. A page that says the same again comes to nothing.
    pub fn take(&mut self, page: LogPage, further: bool) {
        let mut entries = if further { self.entries.take().unwrap_or_default() } else { Vec::new() };
        let more = page.entries.into_iter().filter(|entry| !further || !entries.contains(entry));
        let more: Vec<_> = more.collect();
        self.after = page.after.filter(|_| !more.is_empty());
        entries.extend(more);
        self.entries = Some(entries);
        self.said = Said::Nothing;
    }

    /// Learns who the members are.
    pub fn know(&mut self, roster: &Roster) {
        self.names = roster.members.iter().map(|member| (member.id, member.name.clone())).collect();
    }

    /// Who it was: the name on the roster, else the beginning of the key's id.
    pub fn who(&self, member: &Thumbprint) -> String {
        let named = self.names.get(member).filter(|name| !name.is_empty()).cloned();
        named.unwrap_or_else(|| member.to_string().chars().take(ID_CHARS).collect())
    }
}

/// What was done.
pub fn name(deed: Deed) -> Pick {
    match deed {
        Deed::Open => |t| &t.deed_open,
        Deed::Export => |t| &t.deed_export,
        Deed::Erase => |t| &t.deed_erase,
        Deed::EraseParts => |t| &t.deed_erase_parts,
        Deed::Handover => |t| &t.deed_handover,
        Deed::Hold => |t| &t.deed_hold,
        Deed::Release => |t| &t.deed_release,
        Deed::Restrict => |t| &t.deed_restrict,
        Deed::Lift => |t| &t.deed_lift,
        Deed::Ask => |t| &t.deed_ask,
        Deed::Copies => |t| &t.deed_copies,
        Deed::Request => |t| &t.deed_request,
        Deed::Close => |t| &t.deed_close,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW, staff};
    use einwurf_protocol::ids::Cid;

    fn entry(minutes: u64, member: Thumbprint) -> LogEntry {
        LogEntry { at: NOW.minus(minutes * 60), member, cid: Cid([1; 32]), deed: Deed::Open }
    }

    #[test]
    fn stf_01_the_log_names_members_and_tells_former_ones_apart() {
        let staff = staff(1);
        let mut log = Log::default();
        log.know(&staff.site.roster);
        assert_eq!(log.who(&staff.member.id), staff.member.name);
        let (one, other) = (log.who(&Thumbprint([1; 32])), log.who(&Thumbprint([2; 32])));
        assert!(one != other && one.len() == ID_CHARS);
    }

    #[test]
    fn stf_01_further_pages_go_on_and_a_relay_that_repeats_itself_ends_the_list() {
        let me = Thumbprint([1; 32]);
        let page = |minutes: &[u64], after: Option<&str>| LogPage {
            entries: minutes.iter().map(|minutes| entry(*minutes, me)).collect(),
            after: after.map(str::to_owned),
        };
        let mut log = Log::default();
        log.take(page(&[1, 2], Some("a")), false);
        log.take(page(&[3], Some("b")), true);
        assert_eq!((log.entries.as_ref().unwrap().len(), log.after.as_deref()), (3, Some("b")));
        log.take(page(&[3], Some("b")), true);
        assert_eq!((log.entries.as_ref().unwrap().len(), log.after.as_deref()), (3, None));
        log.take(page(&[0], None), false);
        assert_eq!(log.entries.unwrap().len(), 1);
    }
}
