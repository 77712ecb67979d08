//! Consent to a text that was not on the screen.

use einwurf_protocol::{
    consent::Consent,
    ids::Digest,
    notice::{Mode, Purpose, Register},
};
use std::collections::BTreeMap;

fn agree(notice: Digest, register: Register, mode: Mode, grants: BTreeMap<Purpose, bool>) -> Consent {
    Consent { notice, register, mode, grants, by: None }
}

fn main() {}
