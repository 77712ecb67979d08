//! A desktop session without a screen: a bus, and Debian's GNOME Keyring on it, unlocked as a login does it.

use crate::{folder::Folder, pace};
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
};

/// A running session; dropping it ends it. What its keyring keeps lies in a folder.
#[derive(Debug)]
pub struct Desktop {
    bus: Child,
    keyring: Option<Child>,
    /// Where programs find the session.
    pub address: String,
    folder: Folder,
}

impl Desktop {
    /// Starts both, and waits until the keyring answers.
    pub fn start(name: &str) -> Result<Self> {
        xtask::setup::keyring()?;
        let folder = Folder::new(name)?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700))?;
        let mut bus = Command::new("dbus-daemon")
            // Sockets have short names.
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:tmpdir=/tmp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut address = String::new();
        BufReader::new(bus.stdout.take().context("piped")?).read_line(&mut address)?;
        let mut desktop = Self { bus, keyring: None, address: address.trim().to_owned(), folder };
        desktop.unlock()?;
        Ok(desktop)
    }

    fn unlock(&mut self) -> Result<()> {
        let mut keyring = Command::new("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets", "--control-directory"]);
        keyring.arg(self.folder.path()).env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        for name in ["HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
            keyring.env(name, self.folder.path());
        }
        let quiet = keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let keyring = self.keyring.insert(quiet.spawn()?);
        keyring.stdin.take().context("piped")?.write_all(b"das Passwort der Anmeldung")?;
        pace::until("the keyring", || Ok(self.is_open()?.then_some(())))
    }

    fn is_open(&self) -> Result<bool> {
        let asked = Command::new("dbus-send")
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()?;
        ensure!(asked.status.success(), "the bus does not answer");
        Ok(asked.stdout.windows(4).any(|word| word == b"true"))
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in self.keyring.iter_mut().chain([&mut self.bus]) {
            drop(child.kill());
            drop(child.wait());
        }
        // A bus that was killed leaves its socket.
        let socket = self.address.split(',').next().and_then(|address| address.strip_prefix("unix:path="));
        drop(socket.map(fs::remove_file));
    }
}
