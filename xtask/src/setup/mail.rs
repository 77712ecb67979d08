//! Debian's mail server, which tests start in folders of their own. The one that its packages would start besides, and at
//! every start of the machine, nobody asked for.

use super::debian;
use crate::command;
use anyhow::{Context, Result};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// Programs, and the package of each.
const PROGRAMS: [(&str, &str); 3] = [
    ("/usr/sbin/postfix", "postfix"),
    ("/usr/sbin/dovecot", "dovecot-core"),
    ("/usr/lib/dovecot/imap-login", "dovecot-imapd"),
];

/// Services that come with them.
const SERVICES: [&str; 3] = ["postfix.service", "dovecot.service", "dovecot.socket"];

/// What Debian's packages ask whether they may start something.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// 101: they may not.
const NOTHING: &str = "#!/bin/sh\n# cargo xtask: mail servers are installed for tests only. To be removed if it is left over.\nexit 101\n";

/// Postfix and Dovecot.
pub fn mail_server() -> Result<()> {
    let missing = PROGRAMS.iter().filter(|(program, _)| !Path::new(program).exists());
    let missing: Vec<_> = missing.map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let policy =
        if debian::is_debian() && debian::is_root() { Policy::put(Path::new(POLICY))? } else { None };
    debian::install(&missing, "the mail server that tests send to")?;
    drop(policy);
    if Path::new("/run/systemd/system").exists() {
        command::quiet(Command::new("systemctl").arg("disable").args(SERVICES)).context("systemctl")?;
    }
    Ok(())
}

/// While it is there, packages start nothing. It goes whatever becomes of the installation.
#[derive(Debug)]
struct Policy(PathBuf);

impl Policy {
    /// None if somebody has a policy of their own.
    fn put(file: &Path) -> Result<Option<Self>> {
        if file.exists() {
            return Ok(None);
        }
        fs::write(file, NOTHING).with_context(|| format!("cannot write {}", file.display()))?;
        let policy = Self(file.to_owned());
        fs::set_permissions(file, fs::Permissions::from_mode(0o755))?;
        Ok(Some(policy))
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        // Somebody may have removed it.
        drop(fs::remove_file(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_start_nothing_while_they_are_installed_and_a_policy_of_somebodys_stays() {
        let file = std::env::temp_dir().join(format!("einwurf-policy-{}", std::process::id()));
        let policy = Policy::put(&file).unwrap().unwrap();
        assert_eq!(Command::new(&file).status().unwrap().code(), Some(101));
        assert!(Policy::put(&file).unwrap().is_none(), "there is one");
        drop(policy);
        assert!(!file.exists());
        fs::write(&file, "theirs").unwrap();
        drop(Policy::put(&file).unwrap());
        assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
        fs::remove_file(&file).unwrap();
    }
}
