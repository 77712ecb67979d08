//! What a conversation object remembers while it is in memory. Forgetting it, as after a restart, costs time alone.

use super::{meta::Meta, outbox::Wake};
use crate::{address::ObjectId, fault::Fault, refusals::Refusals};
use einwurf_protocol::{api::staff::Why, es256::PublicKey};
use std::cell::{Cell, RefCell};

/// What the object remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Whether the tables are known to be of this build, if there are any.
    pub(super) tables: Cell<bool>,
    pub(super) wake: Wake,
    /// Set only while the tables are there.
    pub(super) opened: Cell<Option<Opened>>,
    /// What was refused since the inbox object was asked.
    pub(super) refused: Cell<Refusals>,
    /// Its storage is being rewritten.
    pub(super) rewrites: Cell<bool>,
    /// It is known not to have been killed meanwhile.
    pub(super) looked: Cell<bool>,
    /// How often something was laid aside here.
    pub(super) laid: Cell<u32>,
    /// The first row as the newest message left it, and with it that its announcement is owed and due.
    newest: RefCell<Option<Meta>>,
    /// Operations under way that may write anything: everything but messages.
    others: Cell<u32>,
}

/// What never changes of a conversation that was opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opened {
    pub(super) key: PublicKey,
    pub(super) inbox: ObjectId,
}

impl Memory {
    /// Counts a pause that a visitor was asked for.
    pub(super) fn counted<T>(&self, answer: Result<T, Fault>) -> Result<T, Fault> {
        if matches!(answer, Err(Fault::Wait(_))) {
            let mut refused = self.refused.get();
            refused.add(Why::Visitor);
            self.refused.set(refused);
        }
        answer
    }

    /// What the newest message left, if nothing else can have changed it since.
    pub(super) fn newest(&self) -> Option<Meta> {
        self.newest.borrow().clone()
    }

    /// A message was stored. Beside any other operation it is not remembered: that one may write after it.
    pub(super) fn remember(&self, meta: Meta) {
        if self.others.get() == 0 {
            self.newest.replace(Some(meta));
        }
    }

    /// Something else is about to be written.
    pub(super) fn forget(&self) {
        self.newest.replace(None);
    }

    /// Another operation begins. As long as what this returns lives, nothing is remembered: what that operation writes is
    /// never older than what is known of it.
    pub(super) fn others(&self) -> Others<'_> {
        self.forget();
        self.others.set(self.others.get().saturating_add(1));
        Others(self)
    }
}

/// An operation that may write anything is under way.
pub(super) struct Others<'a>(&'a Memory);

impl Drop for Others<'_> {
    fn drop(&mut self) {
        self.0.others.set(self.0.others.get().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::SecretHash,
        admit::{Opening, Verified},
        testing::{bytes, open, ready, terms},
    };
    use einwurf_protocol::{ids::Secret, time::Timestamp};

    fn meta(now: u64) -> Meta {
        let opening = Opening::parse(&bytes(&open())).unwrap();
        let verified: Verified = ready(opening.verify(async |_| true)).unwrap().check(&terms()).unwrap();
        let admitted = verified.admit(Timestamp(now)).unwrap();
        Meta::first(&admitted, ObjectId([1; 32]), SecretHash::of(&Secret([2; 32])), &terms(), Timestamp(now))
    }

    fn newest(memory: &Memory) -> Option<u64> {
        memory.newest().map(|meta| meta.newest.0)
    }

    #[test]
    fn a_message_is_remembered_until_the_next_or_until_something_else_is_written() {
        let memory = Memory::default();
        assert_eq!(newest(&memory), None);
        memory.remember(meta(1));
        memory.remember(meta(2));
        assert_eq!(newest(&memory), Some(2));
        memory.forget();
        assert_eq!(newest(&memory), None);
    }

    #[test]
    fn beside_another_operation_nothing_is_remembered_from_its_beginning_to_its_end() {
        let memory = Memory::default();
        memory.remember(meta(1));
        let first = memory.others();
        assert_eq!(newest(&memory), None);
        let second = memory.others();
        memory.remember(meta(2));
        drop(first);
        memory.remember(meta(3));
        assert_eq!(newest(&memory), None);
        drop(second);
        assert_eq!(newest(&memory), None, "what came meanwhile may be older than what the other wrote");
        memory.remember(meta(4));
        assert_eq!(newest(&memory), Some(4));
    }
}
