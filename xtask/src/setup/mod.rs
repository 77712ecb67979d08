//! What a machine needs. Each part looks first and installs only what is missing;
//! what it installs lies in `target/` or `node_modules/`, except Debian packages.

mod browser;
mod cargo_tools;
mod debian;
mod keyring;
mod mail;
mod npm;
mod python;
mod wasm;
mod wrangler;

pub use browser::{Programs, browser, browsers};
pub use cargo_tools::deny;
pub use keyring::keyring;
pub use mail::mail_server;
pub use npm::native;
pub use python::schemathesis;
pub use wasm::{NO_PLACES, TARGET as WASM_TARGET, Wasm};
pub use wrangler::wrangler;

use anyhow::Result;
use std::path::PathBuf;

/// Everything that `build` needs.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Compiler for wasm32-unknown-unknown.
    pub wasm: Wasm,
    /// wasm-bindgen, of the lockfile's version.
    pub bindgen: PathBuf,
    /// worker-build.
    pub worker_build: PathBuf,
    /// wasm-split-cli.
    pub split: PathBuf,
    /// wasm-opt.
    pub wasm_opt: PathBuf,
    /// esbuild.
    pub esbuild: PathBuf,
    /// workerd.
    pub workerd: PathBuf,
}

/// A compiler for wasm, which comes first.
pub fn compiler() -> Result<Wasm> {
    wasm::wasm()
}

/// Whether nothing of what takes minutes is left to install.
pub fn has_tools() -> bool {
    ["wasm-bindgen", "worker-build", "wasm-split-cli"].iter().all(|name| cargo_tools::place(name).is_file())
}

/// Installs what is missing for building and starting, and says where it lies.
pub fn tools() -> Result<Tools> {
    let wasm = wasm::wasm()?;
    npm::packages()?;
    Ok(Tools {
        wasm,
        bindgen: cargo_tools::bindgen()?,
        worker_build: cargo_tools::worker_build()?,
        split: cargo_tools::split()?,
        wasm_opt: crate::paths::npm_bin("wasm-opt"),
        esbuild: native("esbuild"),
        workerd: native("workerd"),
    })
}
