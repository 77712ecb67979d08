//! What a login unlocks, and the check that the relay showed the genuine site: `einwurf-staff`, which the command line
//! shares. Its tests are here, where sites are founded.

pub use einwurf_staff::keyring::{
    Documents, Known, SeenRoster, Site, Staff, glance, recover, unlock, verify,
};

#[cfg(test)]
mod tests;
