//! A compiler for wasm32-unknown-unknown.
//!
//! Three ways, the first that works: the toolchain at hand, `rustup target add`, and Debian's source packages.
//! The last builds the standard library once (about 30 s) into a sysroot inside `target/`.

use super::{browser::in_path, debian};
use crate::{command, paths, say};
use anyhow::{Context, Result, bail};
use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";
/// Set to `debian` to take Debian's way although a shorter one works.
const FORCE: &str = "EINWURF_WASM";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// Debian's linker of the same LLVM generation as its compiler.
const DEBIAN_LINKER: &str = "wasm-ld-22";

/// Without it the standard library takes no part in link-time optimisation, and a crate that is only a `cdylib` does
/// not link at all.
const BITCODE: &str = "-Cembed-bitcode=yes";

/// Panics of the relay name no file and line: in a module that nobody reads messages of they are 3 % of what is
/// deployed. The compiler has the flag behind its unstable door.
pub const NO_PLACES: &str = "-Zlocation-detail=none";

/// Which compiler makes wasm here.
#[derive(Debug, Clone)]
pub enum Wasm {
    /// The toolchain at hand knows the target.
    Plain,
    /// Debian's compiler with a sysroot of ours; the directory holds a `rustc` that uses it.
    Debian(PathBuf),
}

impl Wasm {
    /// Cargo with the right compiler, linker and target directory; add `build -p … --target wasm32-unknown-unknown`.
    pub fn cargo(&self) -> Command {
        let mut cargo = command::cargo();
        self.apply(&mut cargo);
        cargo
    }

    /// The same with a configuration of its own for all crates, and so a target directory of its own: cargo would build
    /// everything again whenever the configuration changes.
    pub fn configured_cargo(&self, configuration: &str) -> Command {
        let mut cargo = self.cargo();
        cargo
            .env("CARGO_ENCODED_RUSTFLAGS", flags_with(&format!("--cfg={configuration}")))
            .env("CARGO_TARGET_DIR", self.configured_dir(configuration));
        cargo
    }

    /// [`Wasm::apply`] for the relay: without the places of panics. The door is opened only to a call that has the flag,
    /// so that programs of the build, which the apps share, are made as ever.
    ///
    /// # Errors
    /// What the system says if the program that opens it cannot be written.
    pub fn apply_to_relay(&self, command: &mut Command) -> Result<()> {
        let door = paths::tools().join("unstable-door");
        let script = format!(
            "#!/bin/sh\ncase \" $* \" in *\" {NO_PLACES} \"*) export RUSTC_BOOTSTRAP=1 ;; esac\nexec \"$@\"\n"
        );
        if !fs::read_to_string(&door).is_ok_and(|there| there == script) {
            executable(&door, &script)?;
        }
        self.apply(command);
        command.env("CARGO_ENCODED_RUSTFLAGS", flags_with(NO_PLACES)).env("RUSTC_WRAPPER", door);
        Ok(())
    }

    /// Where [`Wasm::configured_cargo`] builds.
    pub fn configured_dir(&self, configuration: &str) -> PathBuf {
        let name: String = configuration.chars().take_while(|letter| *letter != '=').collect();
        self.target_dir().join(name)
    }

    /// Cargo's target directory: one for each compiler, so that they do not undo each other's work.
    pub fn target_dir(&self) -> PathBuf {
        paths::target().join(match self {
            Self::Plain => "wasm",
            Self::Debian(_) => "wasm-debian",
        })
    }

    /// The same environment for a program that starts cargo itself.
    pub fn apply(&self, command: &mut Command) {
        command.env("CARGO_TARGET_DIR", self.target_dir()).env("CARGO_ENCODED_RUSTFLAGS", remapped_paths());
        if let Self::Debian(bin) = self {
            let mut path = OsString::from(bin);
            path.push(":");
            path.push(std::env::var_os("PATH").unwrap_or_default());
            command.env("PATH", path).env("RUSTC", bin.join("rustc"));
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
        }
    }
}

/// The flags of all crates and one more, with the separator that cargo documents.
fn flags_with(more: &str) -> String {
    [remapped_paths().as_str(), more].join("\u{1f}")
}

/// Panic messages would carry this machine's folders to visitors, and no two machines would build the same bytes.
fn remapped_paths() -> String {
    let home = |name: &str, fallback: &str| {
        let default = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(fallback);
        std::env::var_os(name).map_or_else(default, PathBuf::from)
    };
    let registry = home("CARGO_HOME", ".cargo").join("registry/src");
    let maps = [(paths::root(), ""), (registry, "crates")];
    // The separator that cargo documents for this variable.
    maps.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).join("\u{1f}")
}

/// Finds or makes a compiler for wasm.
pub(super) fn wasm() -> Result<Wasm> {
    let sysroot = paths::tools().join("sysroot");
    if std::env::var_os(FORCE).is_none_or(|way| way != "debian") {
        if knows_target() {
            return Ok(Wasm::Plain);
        }
        if !sysroot_is_current(&sysroot) && rustup() {
            return Ok(Wasm::Plain);
        }
    }
    if !sysroot_is_current(&sysroot) {
        debian_sysroot(&sysroot)?;
    }
    Ok(Wasm::Debian(sysroot.join("bin")))
}

fn knows_target() -> bool {
    let asked = ["--print", "target-libdir", "--target", TARGET];
    let Ok(dir) = command::quiet(Command::new("rustc").args(asked)) else { return false };
    has_core(Path::new(dir.trim()))
}

fn has_core(libdir: &Path) -> bool {
    fs::read_dir(libdir).is_ok_and(|files| {
        files.flatten().any(|file| {
            let name = file.file_name();
            name.to_string_lossy().starts_with("libcore-")
                && file.path().extension().is_some_and(|e| e == "rlib")
        })
    })
}

fn rustup() -> bool {
    if in_path("rustup").is_none() {
        return false;
    }
    let step = say::step(
        "rustup target add",
        "the compiler needs wasm32-unknown-unknown; seconds, given up after 60 s",
    );
    let added =
        command::run_within(Command::new("rustup").args(["target", "add", TARGET]), Duration::from_mins(1));
    step.done();
    match added {
        Ok(()) => knows_target(),
        Err(error) => {
            say::line(&format!("  not here ({error}); taking Debian's packages instead"));
            false
        }
    }
}

/// Written last, so that an interrupted build is not mistaken for a finished one.
fn stamp(sysroot: &Path) -> PathBuf {
    sysroot.join("rustc-version")
}

/// Compiler and flags that a sysroot was made with.
fn recipe() -> Option<String> {
    command::version(DEBIAN_RUSTC).map(|version| format!("{version} {BITCODE}"))
}

fn sysroot_is_current(sysroot: &Path) -> bool {
    let Some(recipe) = recipe() else { return false };
    fs::read_to_string(stamp(sysroot)).is_ok_and(|built| built == recipe) && in_path(DEBIAN_LINKER).is_some()
}

fn debian_sysroot(sysroot: &Path) -> Result<()> {
    if !debian::is_debian() {
        bail!("The compiler lacks {TARGET}. Run: rustup target add {TARGET}");
    }
    if !Path::new("/usr/lib/rustlib/src/rust/library").exists() || in_path(DEBIAN_LINKER).is_none() {
        debian::install(
            &["rustc-web", "rust-web-src", "lld-22"],
            "compiler, standard library's source and linker for wasm; about 60 s",
        )?;
    }
    let step = say::step("standard library for wasm", "built once from Debian's source; about 30 s");
    let scratch = paths::tools().join("build-std");
    build_std(&scratch)?;
    lay_out(&scratch, sysroot).context("cannot lay out the sysroot")?;
    fs::remove_dir_all(&scratch)?;
    fs::write(stamp(sysroot), recipe().unwrap_or_default())?;
    step.done();
    Ok(())
}

/// An empty crate makes cargo build the standard library.
fn build_std(scratch: &Path) -> Result<()> {
    fs::create_dir_all(scratch.join("src"))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(scratch.join("Cargo.toml"), manifest)?;
    fs::write(scratch.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = command::cargo();
    cargo.args(["build", "--release", "--target", TARGET, "-Z", "build-std=std,panic_abort,test"]);
    cargo.current_dir(scratch).env("CARGO_TARGET_DIR", scratch.join("target"));
    // The package is Debian's stable compiler; build-std needs its unstable door.
    cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", BITCODE);
    command::quiet(&mut cargo).map(drop)
}

/// `bin/rustc` uses `lib/rustlib/`, where the host's libraries are Debian's and wasm's are ours.
fn lay_out(scratch: &Path, sysroot: &Path) -> Result<()> {
    if sysroot.exists() {
        fs::remove_dir_all(sysroot)?;
    }
    let rustlib = sysroot.join("lib/rustlib");
    let libs = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&libs)?;
    for entry in fs::read_dir("/usr/lib/rustlib")?.flatten() {
        if entry.file_name() != TARGET {
            symlink(entry.path(), rustlib.join(entry.file_name()))?;
        }
    }
    for entry in fs::read_dir(scratch.join("target").join(TARGET).join("release/deps"))?.flatten() {
        let name = entry.file_name();
        if entry.path().extension().is_some_and(|e| e == "rlib")
            && !name.to_string_lossy().starts_with("libempty")
        {
            fs::copy(entry.path(), libs.join(name))?;
        }
    }
    if !has_core(&libs) {
        bail!("the build of the standard library left no libcore");
    }
    let wrapper = sysroot.join("bin/rustc");
    executable(
        &wrapper,
        &format!("#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{}' \"$@\"\n", sysroot.display()),
    )
}

fn executable(path: &Path, script: &str) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, script)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}
