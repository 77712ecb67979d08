//! Set-up, build, test and measuring.
fn main() {}
