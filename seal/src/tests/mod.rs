//! Given, when, then, over the whole crate: seal on one side, open on the other, a relay in between that is not trusted.

mod bundle;
mod chain;
mod choices;
mod debug;
mod epochs;
mod file;
mod follow;
mod former;
mod invitation;
mod keys;
mod pen;
mod properties;
mod publish;
mod recovery;
mod rng;
mod sheet;
mod support;
mod vectors;
mod visitor;
mod withdrawal;
