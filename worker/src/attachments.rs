//! What the relay knows of attachments (`docs/protocol.md` section 12): how long their ciphertext is, and in which parts it
//! comes.

use crate::{fault::Fault, set::set};
use einwurf_protocol::{
    api::visitor::{AttachmentState, Declared},
    ids::MessageId,
    limits::{
        ATTACHMENTS, CONVERSATION_ATTACHMENTS, CONVERSATION_ATTACHMENTS_BYTES, DECLARED_BYTES, PART_BYTES,
    },
    problem::Code,
};
use std::collections::BTreeSet;

/// Where a request names what is wrong with it.
const FIELD: &str = "attachments";
const PART: u64 = PART_BYTES as u64;

/// What a conversation has of attachments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Attachments that come with one event, of sound form. They owe that the conversation has room for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration(Vec<Declared>);

impl From<Declaration> for Vec<Declared> {
    fn from(declaration: Declaration) -> Self {
        declaration.0
    }
}

impl Declaration {
    /// Few enough, each with an id of its own and at least a byte, and not too long together: 400.
    pub fn read(attachments: Vec<Declared>) -> Result<Self, Fault> {
        let refuse = |detail: &str| Err(Fault::malformed(FIELD, detail));
        if attachments.len() > ATTACHMENTS {
            return refuse("too many");
        }
        let ids = set(attachments.iter().map(|attachment| attachment.id));
        if ids.len() != attachments.len() {
            return refuse("one id twice");
        }
        if attachments.iter().any(|attachment| attachment.bytes == 0) {
            return refuse("empty");
        }
        let bytes = attachments.iter().map(|attachment| attachment.bytes);
        match bytes.fold(0, u64::saturating_add) {
            0..=DECLARED_BYTES => Ok(Self(attachments)),
            _ => refuse("too long"),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All their bytes.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|attachment| attachment.bytes).fold(0, u64::saturating_add)
    }

    /// For storage, if the conversation, which has so many `stored`, has room for them, and none of their ids is `taken`:
    /// 400, 429.
    pub fn fit(
        self,
        stored: Sum,
        taken: impl Fn(&MessageId) -> Result<bool, Fault>,
    ) -> Result<Vec<Declared>, Fault> {
        for attachment in &self.0 {
            if taken(&attachment.id)? {
                return Err(Fault::malformed(FIELD, "an id that is taken"));
            }
        }
        let count = u64::try_from(self.0.len()).unwrap_or(u64::MAX).saturating_add(stored.count);
        let bytes = self.0.iter().map(|attachment| attachment.bytes);
        let bytes = bytes.fold(stored.bytes, u64::saturating_add);
        if count > CONVERSATION_ATTACHMENTS || bytes > CONVERSATION_ATTACHMENTS_BYTES {
            return Err(Code::LimitReached.into());
        }
        Ok(self.0)
    }
}

/// In how many parts so many bytes come.
pub fn parts(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PART)).unwrap_or(u32::MAX)
}

/// How long a part of so many bytes is; none if they have no such part.
pub fn length(bytes: u64, part: u32) -> Option<usize> {
    let before = u64::from(part).saturating_mul(PART);
    let rest = bytes.checked_sub(before).filter(|rest| *rest > 0)?;
    usize::try_from(rest.min(PART)).ok()
}

/// What is stored of an attachment.
pub fn state(declared: Declared, seq: u64, stored: &BTreeSet<u32>) -> AttachmentState {
    let Declared { id, bytes } = declared;
    let missing = (0..parts(bytes)).filter(|part| !stored.contains(part)).collect();
    AttachmentState { id, seq, bytes, missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(number: usize, bytes: u64) -> Declared {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&number.to_be_bytes());
        Declared { id: MessageId(id), bytes }
    }

    fn of(bytes: &[u64]) -> Result<Declaration, Fault> {
        Declaration::read(bytes.iter().enumerate().map(|(number, bytes)| declared(number, *bytes)).collect())
    }

    #[test]
    fn as_many_and_as_long_as_allowed_and_no_more() {
        for (count, allowed) in [(0, true), (1, true), (19, true), (20, true), (21, false)] {
            assert_eq!(of(&vec![7; count]).is_ok(), allowed, "{count}");
        }
        for (last, allowed) in [(0, false), (1, true), (8, true), (9, true), (10, false), (u64::MAX, false)] {
            assert_eq!(of(&[DECLARED_BYTES - 9, last]).is_ok(), allowed, "{last}");
        }
        assert!(of(&[]).unwrap().is_empty() && !of(&[1]).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_names_the_attachments() {
        let twice = Declaration::read(vec![declared(1, 7), declared(1, 8)]);
        for refused in [twice, of(&[0]), of(&[7, 0]), of(&[7; 21]), of(&[DECLARED_BYTES + 1])] {
            let problem = refused.unwrap_err().problem();
            assert_eq!((problem.status, problem.field.as_deref()), (400, Some("attachments")));
        }
    }

    #[test]
    fn a_conversation_has_room_up_to_its_limit() {
        let fit = |count, bytes| of(&[7, 7]).unwrap().fit(Sum { count, bytes }, |_| Ok(false));
        for (room, fits) in [(13, false), (14, true), (15, true)] {
            assert_eq!(fit(0, CONVERSATION_ATTACHMENTS_BYTES - room).is_ok(), fits, "{room}");
        }
        for (room, fits) in [(1, false), (2, true), (3, true)] {
            assert_eq!(fit(CONVERSATION_ATTACHMENTS - room, 0).is_ok(), fits, "{room}");
        }
        for (count, bytes) in [(0, u64::MAX), (u64::MAX, 0)] {
            assert_eq!(fit(count, bytes), Err(Code::LimitReached.into()));
        }
        assert_eq!(fit(0, 0).unwrap(), [declared(0, 7), declared(1, 7)]);
    }

    #[test]
    fn an_id_that_is_taken_is_refused() {
        let refused = of(&[7, 7]).unwrap().fit(Sum::default(), |id| Ok(*id == declared(1, 0).id));
        assert_eq!(refused.unwrap_err().problem().field.as_deref(), Some("attachments"));
    }

    #[test]
    fn the_last_part_is_as_long_as_what_is_left() {
        for (bytes, count, last) in [
            (1, 1, 1),
            (PART - 1, 1, PART - 1),
            (PART, 1, PART),
            (PART + 1, 2, 1),
            (3 * PART, 3, PART),
            (DECLARED_BYTES, 27, PART),
        ] {
            assert_eq!(parts(bytes), count, "{bytes}");
            let lengths: Vec<_> = (0..count).map(|part| length(bytes, part).unwrap()).collect();
            assert_eq!(lengths.last().map(|length| *length as u64), Some(last), "{bytes}");
            assert!(lengths[..lengths.len() - 1].iter().all(|length| *length == PART_BYTES), "{bytes}");
            assert_eq!(lengths.iter().map(|length| *length as u64).sum::<u64>(), bytes);
            for none in [count, count + 1, u32::MAX] {
                assert_eq!(length(bytes, none), None, "{bytes} {none}");
            }
        }
    }

    #[test]
    fn what_is_missing_is_told_in_order() {
        let missing = |stored: &[u32]| state(declared(1, 2 * PART + 1), 3, &stored.iter().copied().collect());
        assert_eq!(missing(&[]).missing, [0, 1, 2]);
        assert_eq!(missing(&[1]).missing, [0, 2]);
        let whole = missing(&[2, 0, 1]);
        assert_eq!((whole.missing, whole.seq, whole.bytes), (vec![], 3, 2 * PART + 1));
    }
}
