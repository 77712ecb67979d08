//! The demo's content: the relay's variables, a site with an account, and the company page's snippet.

use super::secrets::Secrets;
use crate::{command, say, serve::Response};
use anyhow::Result;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What has been started before there is a site.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    /// Origin of the relay.
    pub(super) relay: String,
    /// Origin of the company's page.
    pub(super) company: String,
    /// Allows creating a site.
    pub(super) operator_token: String,
    /// Folder that survives restarts.
    pub(super) data: PathBuf,
}

/// A line of what `dev` prints.
#[derive(Debug, Clone)]
pub(super) struct Link {
    /// What it opens, or what it is.
    pub(super) what: String,
    /// An address, or an account.
    pub(super) url: String,
}

impl Link {
    /// A link.
    pub(super) fn new(what: &str, url: &str) -> Self {
        Self { what: what.to_owned(), url: url.to_owned() }
    }
}

/// The relay's text bindings.
pub(super) fn vars(secrets: &Secrets, smtp: u16, origin: &str) -> BTreeMap<String, String> {
    let smtp = smtp.to_string();
    [
        ("EINWURF_PROFILE", "self-hosted"),
        ("EINWURF_ORIGIN", origin),
        ("EINWURF_HOST_NAME", "Beispiel Hosting GmbH"),
        ("EINWURF_COUNTRY_DE", "Deutschland"),
        ("EINWURF_COUNTRY_EN", "Germany"),
        ("EINWURF_OPERATOR_TOKEN", &secrets.operator_token),
        ("EINWURF_STORAGE_SECRET", &secrets.storage),
        ("EINWURF_ADDRESS_KEY", &secrets.address),
        ("EINWURF_MAIL_HOST", "127.0.0.1"),
        ("EINWURF_MAIL_PORT", &smtp),
        ("EINWURF_MAIL_SECURITY", "plaintext"),
        ("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK", "1"),
        ("EINWURF_MAIL_FROM", "relay@relay.example"),
        // A person at the demo waits for the mail; a deployed relay gathers for longer.
        ("EINWURF_MAIL_DELAY_MS", "1000"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// Creates the demo site unless an earlier start did; answers what to print besides the company page.
///
/// Making a site takes keys, which this crate must not handle; `tests` has a program for it.
/// It reads `EINWURF_RELAY`, `EINWURF_COMPANY`, `EINWURF_OPERATOR_TOKEN` and `EINWURF_DATA`, writes what the company's
/// server shows into `$EINWURF_DATA/demo/`, and prints one `what<tab>address` a line.
pub(super) fn seed(stage: &Stage) -> Result<Vec<Link>> {
    let step = say::step("demo site", "controller, account and snippet; seconds, after a first compilation");
    fs::create_dir_all(stage.data.join("demo"))?;
    let mut seed = command::cargo();
    seed.args(["run", "--quiet", "--package", "einwurf-tests", "--bin", "seed"]);
    seed.env("EINWURF_RELAY", &stage.relay).env("EINWURF_COMPANY", &stage.company);
    seed.env("EINWURF_OPERATOR_TOKEN", &stage.operator_token).env("EINWURF_DATA", &stage.data);
    let printed = command::quiet(&mut seed)?;
    step.done();
    Ok(printed
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(what, url)| Link::new(what, url))
        .collect())
}

/// Serves the company's pages with what the seeding wrote into `data/demo/` in front (its snippet, its door).
pub(super) fn company(
    data: &Path,
    pages: impl Fn(&str) -> Option<Response> + Send + Sync + 'static,
) -> impl Fn(&str) -> Option<Response> + Send + Sync + 'static {
    let seeded = crate::serve::folder(data.join("demo"), Vec::new());
    move |path| seeded(path).or_else(|| pages(path))
}
