//! wrangler, for `deploy --dry-run` and deploying. It needs Node 22; npm's `node-linux-*` packages carry one.

use crate::{command, paths, say};
use anyhow::Result;
use std::{fs, path::PathBuf, process::Command};

/// A command that runs wrangler at the root of the checkout.
pub fn wrangler() -> Result<Command> {
    let folder = paths::root().join("xtask/wrangler");
    super::npm::install(
        &folder,
        "wrangler and its Node 22, for checking the deployment to Cloudflare; about 20 s",
    )?;
    let script = folder.join("node_modules/wrangler/bin/wrangler.js");
    let mut wrangler = Command::new(node(&folder));
    wrangler.arg(script).current_dir(paths::root());
    wrangler
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("CI", "true");
    // Its logs and caches belong under target/, not into the home directory.
    let home = paths::target().join("wrangler");
    fs::create_dir_all(&home)?;
    wrangler.env("XDG_CONFIG_HOME", &home).env("WRANGLER_LOG_PATH", home.join("logs"));
    Ok(wrangler)
}

/// The machine's Node if it is new enough, else the package's.
fn node(folder: &std::path::Path) -> PathBuf {
    let own = command::version("node").unwrap_or_default();
    let major = own.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_some_and(|major| major >= 22) {
        return PathBuf::from("node");
    }
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let packaged = folder.join(format!("node_modules/node-linux-{arch}/bin/node"));
    if !packaged.is_file() {
        say::line("  wrangler needs Node 22 or newer; trying this machine's Node");
        return PathBuf::from("node");
    }
    packaged
}
