//! A notice on the screen whose bytes nobody held against the digest in the manifest.

use einwurf_protocol::{consent::ShownNotice, ids::Digest, notice::Notice};

fn show(digest: Digest, notice: Notice) -> ShownNotice {
    ShownNotice { digest, notice }
}

fn main() {}
