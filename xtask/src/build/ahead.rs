//! The first build on a machine: the apps are compiled while the tools that finish them are still being made.

use super::{App, INBOX, WIDGET, app, attach, relay};
use crate::setup::{self, Tools, Wasm};
use anyhow::{Context, Result};
use einwurf_protocol::ids::Thumbprint;
use std::thread;

/// The tools; with them, what will be asked of the compiler, if they have to be installed first.
pub(super) fn tools(key: &Thumbprint, wanted: impl Fn(&str) -> bool) -> Result<Tools> {
    let wasm = setup::compiler()?;
    if setup::has_tools() {
        return setup::tools();
    }
    thread::scope(|scope| {
        let tools = scope.spawn(setup::tools);
        let compiled = compile(&wasm, key, wanted);
        let tools = tools.join().ok().context("the set-up panicked")??;
        compiled.map(|()| tools)
    })
}

fn compile(wasm: &Wasm, key: &Thumbprint, wanted: impl Fn(&str) -> bool) -> Result<()> {
    if wanted("relay") {
        relay::compile(wasm)?;
    }
    let with_key = |app: &App| app::compile(wasm, app, |cargo| app::trust(cargo, key));
    for app in [&INBOX, &WIDGET].into_iter().filter(|app| wanted(app.name)) {
        with_key(app)?;
    }
    if wanted("attach") { attach::compile(wasm) } else { Ok(()) }
}
