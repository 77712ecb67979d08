//! A model of what must never be lost and never come back: the pure rules of outbox, erasure, proof and queues, run through
//! every sequence of events up to a length: messages, acknowledgements that get lost, kills, retries, clocks that jump.
//!
//! The rules are the real ones. What surrounds them here is what tables and alarms of the runtime do with their answers
//! (`durable::conversation::{keep, outbox}`, `durable::inbox::{index, mail, push, webhooks}`), step by step in the same order. States that
//! differ in nothing that matters are looked at once.
//!
//! An explorer of a dozen lines instead of a library: states, actions and rules are all that there is to it, and a model
//! that only runs in tests needs no page to click through.

mod conversation;
mod mail;
mod object;
mod push;
mod webhook;

use std::{collections::HashSet, fmt::Debug, hash::Hash};

/// Something that goes through states.
trait Model: Clone {
    /// What can happen.
    type Action: Copy + Debug;
    /// What tells states apart.
    type Key: Hash + Eq;

    /// What can happen at some time or other.
    fn actions() -> Vec<Self::Action>;
    /// The state after it; none if it cannot happen now. What must not be is an assertion that fails.
    fn after(&self, action: Self::Action) -> Option<Self>;
    /// What tells it apart.
    fn key(&self) -> Self::Key;
    /// What must hold in every state.
    fn check(&self, way: &[Self::Action]);
}

/// Looks at every state that `depth` actions can lead to. How many there are.
fn explore<M: Model>(first: M, depth: usize) -> usize {
    let mut seen = HashSet::from([first.key()]);
    let mut edge = vec![(first, Vec::new())];
    for _ in 0..depth {
        let mut next = Vec::new();
        for (state, way) in &edge {
            for action in M::actions() {
                let Some(after) = state.after(action) else { continue };
                if seen.insert(after.key()) {
                    let way: Vec<M::Action> = way.iter().copied().chain([action]).collect();
                    after.check(&way);
                    next.push((after, way));
                }
            }
        }
        edge = next;
    }
    seen.len()
}
