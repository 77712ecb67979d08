//! Sets a machine up, builds, starts, tests, checks and measures Einwurf.
//!
//! The library half holds what the tests start too: the relay under workerd and static servers.
//! What it leaves out: the journeys and the benches themselves, which live in `tests/`.

pub mod bench;
pub mod build;
pub mod check;
pub mod command;
pub mod dev;
pub mod door;
pub mod gallery;
pub mod languages;
pub mod packed;
pub mod paths;
pub mod relay;
pub mod release;
pub mod say;
pub mod serve;
pub mod setup;
pub mod size;
pub mod test;
pub mod weight;
