//! The keyring of a desktop session, which tests start without a screen.

use super::debian;
use std::path::Path;

/// Programs, and the package of each.
const PROGRAMS: [(&str, &str); 3] = [
    ("/usr/bin/dbus-daemon", "dbus-daemon"),
    ("/usr/bin/dbus-send", "dbus-bin"),
    ("/usr/bin/gnome-keyring-daemon", "gnome-keyring"),
];

/// GNOME Keyring and a bus.
pub fn keyring() -> anyhow::Result<()> {
    let missing = PROGRAMS.iter().filter(|(program, _)| !Path::new(program).exists());
    let missing: Vec<_> = missing.map(|(_, package)| *package).collect();
    if missing.is_empty() { Ok(()) } else { debian::install(&missing, "the keyring that tests keep keys in") }
}
