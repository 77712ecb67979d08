//! The command line, as people run it.

use crate::{folder::Folder, staff::Who};
use anyhow::{Context as _, Result, ensure};
use einwurf_protocol::ids::Thumbprint;
use std::{
    env, fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The program `einwurf`: the one that `cargo xtask test` made with the tests, else made now.
pub fn einwurf() -> Result<PathBuf> {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    if let Some(program) = env::var_os("EINWURF_CLI").map(PathBuf::from).or_else(|| MADE.get().cloned()) {
        return Ok(program);
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "-q", "-p", "einwurf-cli"])
        .current_dir(xtask::paths::root())
        .status()?;
    ensure!(status.success(), "einwurf was not built");
    Ok(MADE.get_or_init(|| xtask::paths::target().join("debug/einwurf")).clone())
}

/// A member's device without a screen: the program with a folder of its own, and its passphrase in a file.
#[derive(Debug)]
pub struct Machine {
    /// Everything that it keeps and writes.
    pub folder: Folder,
    /// The desktop session that it runs in, if any.
    pub bus: Option<String>,
    origin: String,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; none if it was killed.
    pub code: Option<i32>,
    /// What it said.
    pub said: String,
}

impl Machine {
    /// Not logged in yet.
    pub fn new(name: &str, origin: &str) -> Result<Self> {
        let machine = Self { folder: Folder::new(name)?, bus: None, origin: origin.to_owned() };
        for (file, line) in [("passphrase", "eine lange Passphrase"), ("password", "")] {
            machine.secret(file, line)?;
        }
        Ok(machine)
    }

    /// A file that nobody else may read.
    pub fn secret(&self, name: &str, line: &str) -> Result<()> {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("{line}\n"))?;
        Ok(fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?)
    }

    /// The program with this machine's folder and passphrase.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(einwurf()?);
        command
            .args(arguments)
            .args(["--state", "state", "--passphrase-file", "passphrase", "--lang", "en"])
            .current_dir(self.folder.path())
            // Neither the desktop of whoever runs the tests, nor a bus that would be found by its place.
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env_remove("EINWURF_TEST_DIE_AT");
        command.envs(self.bus.iter().map(|bus| ("DBUS_SESSION_BUS_ADDRESS", bus)));
        Ok(command)
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<Ended> {
        self.give(arguments, b"", None)
    }

    /// The same with something on its standard input; it may die at a place.
    pub fn give(&self, arguments: &[&str], input: &[u8], dies: Option<u32>) -> Result<Ended> {
        let mut command = self.command(arguments)?;
        if let Some(place) = dies {
            command.env("EINWURF_TEST_DIE_AT", place.to_string());
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        // Whoever does not read it says why.
        drop(child.stdin.take().context("an input")?.write_all(input));
        let output = child.wait_with_output()?;
        Ok(Ended { code: output.status.code(), said: String::from_utf8_lossy(&output.stderr).into_owned() })
    }

    /// Logs in.
    pub fn log_in(&self, who: &Who<'_>, pin: &Thumbprint) -> Result<Ended> {
        self.log_in_with(who, pin, &[])
    }

    /// The same with more arguments.
    pub fn log_in_with(&self, who: &Who<'_>, pin: &Thumbprint, more: &[&str]) -> Result<Ended> {
        self.secret("password", who.password)?;
        let pin = pin.to_string();
        let place = ["login", &self.origin, "--site", who.site, "--pin", &pin, "--account", who.account];
        self.run(&[&place[..], &["--password-file", "password"], more].concat())
    }

    /// Files below one of its folders, in the order of their names.
    pub fn files(&self, name: &str) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = crate::folder::files(&self.folder.path().join(name));
        files.sort();
        files
    }
}

impl Ended {
    /// It ended so, and said this.
    pub fn with(&self, code: i32, part: &str) -> Result<()> {
        ensure!(self.code == Some(code) && self.said.contains(part), "{code} {part}: {self:?}");
        Ok(())
    }
}
