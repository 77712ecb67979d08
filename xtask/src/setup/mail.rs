//! Debian's mail server, which tests start in folders of their own.

use super::debian;
use anyhow::Result;
use std::path::Path;

/// Programs, and the package of each.
const PROGRAMS: [(&str, &str); 3] = [
    ("/usr/sbin/postfix", "postfix"),
    ("/usr/sbin/dovecot", "dovecot-core"),
    ("/usr/lib/dovecot/imap-login", "dovecot-imapd"),
];

/// Postfix and Dovecot.
pub fn mail_server() -> Result<()> {
    let missing = PROGRAMS.iter().filter(|(program, _)| !Path::new(program).exists());
    let missing: Vec<_> = missing.map(|(_, package)| *package).collect();
    if missing.is_empty() { Ok(()) } else { debian::install(&missing, "the mail server that tests send to") }
}
