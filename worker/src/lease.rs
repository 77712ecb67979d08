//! The terms of a site, kept for a moment by whoever checks messages: with a call to the inbox object for each of them, all
//! conversations of a site would wait for one object.
//!
//! What is kept may only say yes. Whoever would refuse a message by it asks the inbox object first, so that nobody is told
//! of an old notice who has the new one. A notice that was replaced and a key that was retired are refused when the lease is
//! over; at once where the inbox object shares its memory with the conversations, as on a server of one's own.

use crate::{address::ObjectId, terms::Terms};
use std::rc::Rc;

/// How long terms are taken for true, in milliseconds.
pub const LEASE_MS: u64 = 2_000;

/// Sites whose terms are kept at a time.
const SITES: usize = 64;

/// Terms with their lease.
#[derive(Debug, Clone)]
struct Lease {
    inbox: ObjectId,
    begun: u64,
    terms: Rc<Terms>,
}

/// The terms of some sites.
#[derive(Debug, Default)]
pub struct Leases {
    kept: Vec<Lease>,
    ended: u64,
}

/// When a site was asked for its terms: an answer that was on its way while a site published is not kept.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    at: u64,
    ended: u64,
}

impl Leases {
    /// None.
    pub const fn new() -> Self {
        Self { kept: Vec::new(), ended: 0 }
    }

    /// A site is asked now.
    pub fn ask(&self, now: u64) -> Asked {
        Asked { at: now, ended: self.ended }
    }

    /// The terms of a site, as long as their lease lasts. A clock that was set back ends it.
    pub fn get(&self, inbox: ObjectId, now: u64) -> Option<Rc<Terms>> {
        let lease = self.kept.iter().find(|lease| lease.inbox == inbox)?;
        let holds = lease.begun <= now && now - lease.begun < LEASE_MS;
        holds.then(|| lease.terms.clone())
    }

    /// Keeps the terms that a site's inbox object stated. The lease begins with the question.
    pub fn keep(&mut self, inbox: ObjectId, terms: &Rc<Terms>, asked: Asked) {
        if asked.ended != self.ended {
            return;
        }
        self.kept.retain(|lease| lease.inbox != inbox);
        if self.kept.len() >= SITES {
            self.kept.remove(0);
        }
        self.kept.push(Lease { inbox, begun: asked.at, terms: terms.clone() });
    }

    /// A site has published.
    pub fn end(&mut self, inbox: ObjectId) {
        self.ended = self.ended.wrapping_add(1);
        self.kept.retain(|lease| lease.inbox != inbox);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::terms;

    const NOW: u64 = 1_000_000;

    fn site(n: u8) -> ObjectId {
        ObjectId([n; 32])
    }

    fn keep(leases: &mut Leases, n: u8) {
        let asked = leases.ask(NOW);
        leases.keep(site(n), &Rc::new(terms()), asked);
    }

    fn kept() -> Leases {
        let mut leases = Leases::new();
        keep(&mut leases, 1);
        leases
    }

    #[test]
    fn con_09_terms_are_asked_for_again_when_their_lease_is_over() {
        let leases = kept();
        for (now, holds) in [(NOW, true), (NOW + LEASE_MS - 1, true), (NOW + LEASE_MS, false)] {
            assert_eq!(leases.get(site(1), now).is_some(), holds, "{now}");
        }
        assert_eq!(*leases.get(site(1), NOW).unwrap(), terms());
    }

    #[test]
    fn con_09_a_publication_ends_the_lease_of_its_site_alone() {
        let mut leases = kept();
        keep(&mut leases, 2);
        leases.end(site(1));
        assert_eq!([1, 2].map(|n| leases.get(site(n), NOW).is_some()), [false, true]);
    }

    #[test]
    fn con_09_an_answer_that_a_publication_overtook_is_not_kept() {
        let mut leases = Leases::new();
        let asked = leases.ask(NOW);
        leases.end(site(1));
        leases.keep(site(1), &Rc::new(terms()), asked);
        assert!(leases.get(site(1), NOW).is_none());
        keep(&mut leases, 1);
        assert!(leases.get(site(1), NOW).is_some());
    }

    #[test]
    fn a_clock_that_was_set_back_prolongs_no_lease() {
        assert!(kept().get(site(1), NOW - 1).is_none());
    }

    #[test]
    fn the_terms_of_one_site_are_not_those_of_another() {
        assert!(kept().get(site(2), NOW).is_none());
    }

    #[test]
    fn so_many_sites_are_kept_and_the_one_asked_for_longest_ago_goes_first() {
        let mut leases = Leases::new();
        let all = u8::try_from(SITES).unwrap();
        (0..all).for_each(|n| keep(&mut leases, n));
        assert!((0..all).all(|n| leases.get(site(n), NOW).is_some()));
        keep(&mut leases, 0);
        keep(&mut leases, all);
        assert!(leases.get(site(0), NOW).is_some() && leases.get(site(1), NOW).is_none());
        assert_eq!(leases.kept.len(), SITES);
    }
}
