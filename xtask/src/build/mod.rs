//! Builds what visitors and staff download (`target/dist/`) and the relay (`target/relay/`).
//!
//! A step runs again only when its inputs changed; cargo and the stamps decide.

mod ahead;
mod api;
mod app;
mod attach;
mod cut;
mod page;
mod push;
mod relay;
mod release;
mod stamp;
mod www;

pub use app::{App, INBOX, WIDGET};

use crate::{
    languages, paths, release as signed, say,
    setup::{self, Tools},
};
use anyhow::{Context, Result, bail};
use einwurf_protocol::ids::Thumbprint;
use std::{
    fs::{self, File},
    thread,
    time::Instant,
};

/// Builds the named parts, or all of them: `widget`, `inbox`, `attach`, `relay`, `www`.
pub fn run(parts: &[String]) -> Result<()> {
    let key = signed::trusted()?;
    trusting(key, parts)?;
    signed::after_build(key)
}

/// The same with a staff's app that accepts releases by `key`; none is signed.
pub fn trusting(key: Thumbprint, parts: &[String]) -> Result<()> {
    let known = ["widget", "inbox", "attach", "relay", "www"];
    if let Some(wrong) = parts.iter().find(|part| !known.contains(&part.as_str())) {
        bail!("no part `{wrong}`; parts are {}", known.join(", "));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|name| name == part);
    let _lock = lock()?;
    languages::write()?;
    let tools = ahead::tools(&key, wanted)?;
    let started = Instant::now();
    thread::scope(|scope| {
        // It takes longest, and the last steps of each part keep one core busy only.
        let inbox = scope.spawn(|| if wanted("inbox") { app::build(&tools, &INBOX, &key) } else { Ok(()) });
        others(&tools, &key, wanted)?;
        inbox.join().ok().context("the build of the inbox panicked")?
    })?;
    release::write()?;
    release::fill_page(&INBOX, &paths::root().join("www/inbox.html"), "inbox.html")?;
    say::line(&format!("Built in {}.", say::seconds(started.elapsed())));
    Ok(())
}

/// Everything but the staff's app.
fn others(tools: &Tools, key: &Thumbprint, wanted: impl Fn(&str) -> bool) -> Result<()> {
    if wanted("widget") {
        app::build(tools, &WIDGET, key)?;
    }
    if wanted("attach") {
        attach::build(tools)?;
    }
    if wanted("www") {
        www::build(tools)?;
    }
    // Whatever was asked for: it takes a moment, and follows from what all parts share.
    api::write()?;
    if wanted("relay") {
        relay::build(tools)?;
    }
    Ok(())
}

/// Builds an app with its fixtures into `target/gallery/`, and its page: the app's own `gallery.html`, or the page that
/// the relay serves.
pub fn gallery(app: App) -> Result<()> {
    let _lock = lock()?;
    let app = app.with_gallery();
    app::build(&setup::tools()?, &app, &signed::trusted()?)?;
    let own = paths::root().join(app.name).join("gallery.html");
    let page = format!("{}.html", app.name);
    let template = if own.is_file() { own } else { paths::root().join("www").join(&page) };
    release::fill_page(&app, &template, &page)
}

/// Builds everything and hands the tools on.
pub fn all() -> Result<Tools> {
    run(&[])?;
    setup::tools()
}

/// Two builds at once would write the same files.
fn lock() -> Result<File> {
    fs::create_dir_all(paths::target())?;
    let file = File::create(paths::target().join("xtask.lock"))?;
    if file.try_lock().is_err() {
        say::line("Waiting for another `cargo xtask` to finish building.");
        file.lock().context("cannot lock target/xtask.lock")?;
    }
    Ok(file)
}
