//! `cargo xtask gallery`: every state of widget and inbox, live, for designers.

use crate::{
    build,
    dev::stop_signal,
    paths, say,
    serve::{Server, folder},
};
use anyhow::{Result, bail};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
};

const PORT: u16 = 8790;

/// Builds the apps with their fixtures, or one of them, and serves them until Ctrl-C. Each page without a hash lists
/// its states; the hash chooses one.
pub fn run(args: &[String]) -> Result<()> {
    let apps = [build::WIDGET, build::INBOX];
    if let Some(wrong) = args.iter().find(|arg| !apps.iter().any(|app| app.name == arg.as_str())) {
        bail!("no app `{wrong}`; apps are widget, inbox");
    }
    if paths::gallery().exists() {
        fs::remove_dir_all(paths::gallery())?;
    }
    let chosen: Vec<_> =
        apps.into_iter().filter(|app| args.is_empty() || args.iter().any(|arg| arg == app.name)).collect();
    let names: Vec<_> = chosen.iter().map(|app| app.name).collect();
    for app in chosen {
        build::gallery(app)?;
    }
    let stop = stop_signal()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let headers = vec![("cache-control".into(), "no-store".into())];
    let server = Server::start(address, folder(paths::gallery(), headers))?;
    say::line("");
    for name in names {
        say::line(&format!("  Gallery  {}/{name}.html", server.origin()));
    }
    say::line("\nCtrl-C stops it.");
    stop.recv()?;
    Ok(())
}
