//! Static files: the launcher, pages that the relay serves, and the demo company's pages.

use super::{
    api,
    app::{esbuild, forbid_imports},
    page, push, release,
    stamp::files,
};
use crate::{paths, say, setup::Tools};
use anyhow::{Context, Result};
use std::{ffi::OsString, fs, path::Path};

/// The launcher may be several files; this is where it begins.
const LAUNCHER: &str = "launcher/main.js";
/// What bundlers and pages make of a folder; the rest of `www/` is copied as it is. `door` begins no other name.
const MADE: [&[&str]; 4] = [&release::WRITTEN, &[RELAY_DOOR], &[release::OPENER], &[push::FOLDER]];
/// The door of those who have none.
const RELAY_DOOR: &str = "relay-door";
/// Files of `dist/` that no file of `www/` has the name of.
const UNNAMED: [&str; 7] =
    ["launcher.js", "check.html", "door.html", "release.json", "release.jws", api::FILE, api::TWIN];
/// Scripts of pages, which are no modules.
pub(super) const SCRIPT: [&str; 2] = ["--format=iife", "--target=es2022"];

/// The launcher's code runs on a company's pages and in doors, with the elements of `www/<folder>/view.js`. What a page
/// says stands in its script element; the relay's door reads it elsewhere.
pub(super) fn view(folder: &str, door: bool) -> [OsString; 3] {
    let www = paths::root().join("www");
    let alias = |name: &str, folder: &str| {
        let mut alias = OsString::from(format!("--alias:einwurf:{name}="));
        alias.push(www.join(folder).join(name).with_extension("js"));
        alias
    };
    let says = if folder == RELAY_DOOR { folder } else { "launcher" };
    [alias("view", folder), alias("snippet", says), format!("--define:DOOR={door}").into()]
}

/// `www/launcher/` becomes one script, `www/demo/` goes to the demo company's server, all else to the relay's files.
pub(super) fn build(tools: &Tools) -> Result<()> {
    let www = paths::root().join("www");
    let launcher = www.join(LAUNCHER);
    if launcher.is_file() {
        let out = paths::app("launcher").join("launcher.js");
        let options = view("launcher", false).into_iter().chain(opener(tools)?).collect::<Vec<_>>();
        esbuild(tools, &launcher, &out, &SCRIPT, &options)?;
        release::put_file("launcher", &out)?;
        // Under a name without a hash for the demo, and for whoever tries it out; a site's is the release's.
        for served in [paths::dist(), paths::demo()] {
            copy(&out, &served.join("launcher.js"))?;
        }
    } else {
        say::line(&format!("  www/{LAUNCHER} is missing: no launcher in this build"));
    }
    page::build(tools, "door", &view("door", true))?;
    copy(&page::make(tools, RELAY_DOOR, &view(RELAY_DOOR, true))?, &paths::dist().join("door.html"))?;
    // Under a name that stays, since receipts of years link to it.
    copy(&page::build(tools, "check", &[])?, &paths::dist().join("check.html"))?;
    later(tools, "keeper", &SCRIPT, &[])?;
    papers(tools)?;
    push::build(tools)?;
    for file in files(std::slice::from_ref(&www))? {
        let name = file.strip_prefix(&www)?;
        if let Ok(demo) = name.strip_prefix("demo") {
            copy(&file, &paths::demo().join(demo))?;
        } else if !MADE.concat().iter().any(|made| name.starts_with(made)) {
            copy(&file, &paths::dist().join(name))?;
        }
    }
    remove_stale(&www)
}

/// The launcher's second part, which it loads at a click; answers how the launcher pins it. One constant for each member:
/// an object of both would stay one in the launcher.
fn opener(tools: &Tools) -> Result<[OsString; 2]> {
    let out = paths::app(release::OPENER).join("opener.js");
    let main = paths::root().join("www").join(release::OPENER).join("main.js");
    esbuild(tools, &main, &out, &SCRIPT, &[])?;
    Ok(release::put_opener(&out)?.map(|(member, value)| format!("--define:OPENER.{member}={value}").into()))
}

/// The module that writes papers holds the style of their pages as text (`einwurf:style`).
fn papers(tools: &Tools) -> Result<()> {
    let style = paths::app("papers").join("style.css");
    esbuild(tools, &paths::root().join("www/papers/style.css"), &style, &[], &[])?;
    let mut alias = OsString::from("--alias:einwurf:style=");
    alias.push(&style);
    later(tools, "papers", &["--format=esm", "--target=es2022", "--loader:.css=text"], &[alias])
}

/// A script that is loaded after a click, by the hash in the manifest.
fn later(tools: &Tools, name: &str, fixed: &[&str], more: &[OsString]) -> Result<()> {
    let out = paths::app(name).join(format!("{name}.js"));
    esbuild(tools, &paths::root().join("www").join(name).join("main.js"), &out, fixed, more)?;
    forbid_imports(&out)?;
    release::put_file(name, &out)
}

/// A page that is gone from `www/` must not be served any longer.
fn remove_stale(www: &Path) -> Result<()> {
    for (served, sources) in [(paths::dist(), www.to_owned()), (paths::demo(), www.join("demo"))] {
        for file in files(std::slice::from_ref(&served))? {
            let name = file.strip_prefix(&served)?;
            let made = ["r", push::FOLDER].iter().any(|made| name.starts_with(made))
                || UNNAMED.iter().any(|made| name == Path::new(made));
            if !made && !sources.join(name).is_file() {
                fs::remove_file(&file)?;
            }
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to)
        .with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
        .map(drop)
}

#[cfg(test)]
mod tests {
    use crate::paths;
    use std::process::Command;

    #[test]
    fn the_tests_of_hand_written_scripts_pass() {
        let folder = paths::root().join("tests/js");
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
        assert!(files.len() >= 3, "{files:?}");
        let run = Command::new("node").arg("--test").args(files).output().expect("Node 20 or later in PATH");
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    }
}
