//! `cargo xtask gallery`: every state of widget and inbox, live, for designers.

use crate::{
    build,
    dev::stop_signal,
    paths, say,
    serve::{Server, folder},
};
use anyhow::Result;
use std::net::{Ipv4Addr, SocketAddr};

const PORT: u16 = 8790;

/// Builds the apps and serves `dist/` until Ctrl-C; `www/gallery/` has the pages.
pub fn run(_args: &[String]) -> Result<()> {
    build::run(&["widget".to_owned(), "inbox".to_owned(), "www".to_owned()])?;
    let stop = stop_signal()?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let server =
        Server::start(address, folder(paths::dist(), vec![("cache-control".into(), "no-store".into())]))?;
    say::line(&format!("\n  Gallery  {}/gallery/\n\nCtrl-C stops it.", server.origin()));
    stop.recv()?;
    Ok(())
}
