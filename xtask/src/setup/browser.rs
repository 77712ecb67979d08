//! Browsers of three engines with their drivers, and other programs that tests ask. Debian has all of them but one.

use super::{cargo_tools, debian};
use anyhow::{Context, Result};
use std::{path::PathBuf, process::Command};

/// A program of Debian's.
struct Program {
    name: &'static str,
    packages: &'static [&'static str],
    /// How tests are told where it lies, if they do not look in `PATH`.
    variable: Option<&'static str>,
}

const CHROMIUM: [Program; 3] = [
    Program {
        name: "chromium",
        packages: &["chromium", "fonts-liberation"],
        variable: Some("EINWURF_CHROMIUM"),
    },
    // Its engine without what is around the page: most journeys need no more, and it starts in a third of the time.
    Program {
        name: "chromium-headless-shell",
        packages: &["chromium-headless-shell"],
        variable: Some("EINWURF_HEADLESS"),
    },
    Program { name: "chromedriver", packages: &["chromium-driver"], variable: Some("EINWURF_CHROMEDRIVER") },
];

const OTHERS: [Program; 3] = [
    Program { name: "firefox-esr", packages: &["firefox-esr"], variable: Some("EINWURF_FIREFOX") },
    Program {
        name: "WebKitWebDriver",
        packages: &["webkit2gtk-driver"],
        variable: Some("EINWURF_WEBKITDRIVER"),
    },
    // WebKit has no way to show nothing.
    Program { name: "Xvfb", packages: &["xvfb"], variable: Some("EINWURF_XVFB") },
];

/// By them tests look at what was made, independent of what made it: what cleaned files still tell, and what lies in the
/// relay's databases.
const WITNESSES: [Program; 2] = [
    Program { name: "exiftool", packages: &["libimage-exiftool-perl"], variable: None },
    Program { name: "sqlite3", packages: &["sqlite3"], variable: None },
];

/// Programs that can be started, and the variables that name them.
#[derive(Debug, Clone)]
pub struct Programs(Vec<(&'static str, PathBuf)>);

impl Programs {
    /// Tells a program where they lie.
    pub fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.0.iter().map(|(name, path)| (name, path)))
    }
}

/// Chromium, its driver and the witnesses.
pub fn browser() -> Result<Programs> {
    programs(
        &CHROMIUM.iter().chain(&WITNESSES).collect::<Vec<_>>(),
        "a real browser, and what looks into files",
    )
}

/// The same with Firefox and `WebKit`.
pub fn browsers() -> Result<Programs> {
    let all: Vec<_> = CHROMIUM.iter().chain(&OTHERS).chain(&WITNESSES).collect();
    let mut found = programs(&all, "the journeys drive real browsers; 300 MB, about 60 s")?;
    found.0.push(("EINWURF_GECKODRIVER", cargo_tools::geckodriver()?));
    Ok(found)
}

/// Where they lie; what is missing is installed by one call, since each takes its time to begin.
fn programs(all: &[&Program], purpose: &str) -> Result<Programs> {
    let missing = missing(all, |name| in_path(name).is_some());
    if !missing.is_empty() {
        debian::install(&missing, purpose)?;
    }
    let found = |program: &&Program| {
        let path = in_path(program.name);
        let path = path.with_context(|| format!("{} is installed but not in PATH", program.name))?;
        Ok(program.variable.map(|variable| (variable, path)))
    };
    let found = all.iter().map(found).collect::<Result<Vec<_>>>()?;
    Ok(Programs(found.into_iter().flatten().collect()))
}

/// Packages of the programs that are not there.
fn missing(all: &[&Program], is_there: impl Fn(&str) -> bool) -> Vec<&'static str> {
    all.iter()
        .filter(|program| !is_there(program.name))
        .flat_map(|program| program.packages)
        .copied()
        .collect()
}

/// Where a program lies.
pub(super) fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_there_is_installed_and_all_of_it_at_once() {
        let all: Vec<_> = CHROMIUM.iter().chain(&OTHERS).collect();
        assert_eq!(missing(&all, |_| true), [""; 0]);
        assert_eq!(missing(&all, |name| name != "Xvfb"), ["xvfb"]);
        let some = missing(&all, |name| name == "WebKitWebDriver" || name == "chromedriver");
        assert_eq!(some, ["chromium", "fonts-liberation", "chromium-headless-shell", "firefox-esr", "xvfb"]);
    }
}
