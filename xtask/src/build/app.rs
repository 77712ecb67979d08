//! An app: cargo → wasm-bindgen → wasm-opt → one module without imports, one style sheet, texts.

use super::{cut, release, stamp::Stamp};
use crate::{
    command, languages, paths, say,
    setup::{Tools, WASM_TARGET, Wasm},
};
use anyhow::{Result, bail};
use einwurf_languages::Language;
use einwurf_protocol::ids::Thumbprint;
use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Browsers reject what `--all-features` would emit.
const WASM_OPT: [&str; 8] = [
    "--strip-producers",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// One of the two apps, or a part of the module for files.
#[derive(Debug)]
pub struct App {
    /// Folder of the crate and name in the release.
    pub name: &'static str,
    /// Name of the crate.
    pub package: &'static str,
    /// File stem of the wasm and its glue.
    pub stem: &'static str,
    /// With every state from fixtures, for `cargo xtask gallery`; never part of a release.
    pub gallery: bool,
}

/// The visitor's app.
pub const WIDGET: App =
    App { name: "widget", package: "einwurf-widget", stem: "einwurf_widget", gallery: false };
/// The staff's app.
pub const INBOX: App = App { name: "inbox", package: "einwurf-inbox", stem: "einwurf_inbox", gallery: false };

impl App {
    /// How hard wasm-opt tries: the widget has a byte budget, the gallery only has to be quick to build.
    fn effort(&self) -> &'static [&'static str] {
        match (self.gallery, self.name) {
            (true, _) => &["-O0"],
            (false, "widget") => &["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
            (false, "attach") => &["-O3"],
            (false, _) => &["-Oz"],
        }
    }

    /// A configuration for all crates of the app. The visitor's: SHA-256 without unrolled rounds, since bytes count more
    /// than the microseconds. The staff's: Leptos without one type for each page's whole view; with them the compiler
    /// takes ten minutes for this app alone.
    fn configuration(&self) -> Option<&'static str> {
        match (self.name, self.gallery) {
            ("widget", false) => Some("sha2_backend_soft=\"compact\""),
            // Galleries share what they are made of.
            ("inbox", _) | (_, true) => Some("erase_components"),
            // Read by no crate: the same crate with other features would undo what was built without them.
            ("attach_pdf", _) => Some("attach_pdf"),
            _ => None,
        }
    }

    fn target_dir(&self, tools: &Tools) -> PathBuf {
        self.configuration().map_or_else(|| tools.wasm.target_dir(), |name| tools.wasm.configured_dir(name))
    }

    fn profile(&self) -> &'static str {
        match (self.gallery, self.name) {
            (true, _) => "gallery",
            (false, "attach") => "attach",
            (false, _) => "wasm-release",
        }
    }

    fn features(&self) -> &'static [&'static str] {
        match (self.gallery, self.name) {
            (true, _) => &["--features", "gallery"],
            (false, "attach_pdf") => &["--features", "pdf"],
            (false, _) => &[],
        }
    }

    fn folder(&self) -> PathBuf {
        paths::root().join(self.name)
    }

    /// The same app with its fixtures.
    #[must_use]
    pub const fn with_gallery(self) -> Self {
        Self { gallery: true, ..self }
    }

    /// Name of what is made of it.
    pub(super) fn made(&self) -> String {
        if self.gallery { format!("{}-gallery", self.name) } else { self.name.to_owned() }
    }

    /// Whether it is cut in two: what a click loads, and the rest.
    pub(super) fn is_cut(&self) -> bool {
        self.name == WIDGET.name && !self.gallery
    }

    pub(super) fn out(&self, file: &str) -> PathBuf {
        paths::app(&self.made()).join(file)
    }
}

/// Builds an app's files into the release folder.
pub(super) fn build(tools: &Tools, app: &App, key: &Thumbprint) -> Result<()> {
    let step = say::step(&app.made(), "wasm, script, style and texts; 1–3 min the first time");
    compile(&tools.wasm, app, |cargo| trust(cargo, key))?;
    glue(tools, app)?;
    let mut files = vec![("wasm", app.out("app.wasm"))];
    files.push(("script", script(tools, app)?));
    files.push(("style", style(tools, app)?));
    release::put_app(app, &files, &texts(app)?)?;
    if app.is_cut() {
        fs::create_dir_all(paths::app(cut::REST))?;
        release::put_file(cut::REST, &app.out(cut::WASM))?;
    }
    step.done();
    Ok(())
}

/// Whose releases the staff's app will accept.
pub(super) fn trust(cargo: &mut Command, key: &Thumbprint) {
    cargo.env(crate::release::VARIABLE, key.to_string());
}

/// The compiler's part. One package per call: built together, the apps would share features and the widget could open
/// messages.
pub(super) fn compile(wasm: &Wasm, app: &App, more: impl FnOnce(&mut Command)) -> Result<()> {
    let verb = if app.is_cut() { "rustc" } else { "build" };
    let flags =
        [verb, "--quiet", "--profile", app.profile(), "--target", WASM_TARGET, "--package", app.package];
    let mut cargo = match app.configuration() {
        Some(configuration) => wasm.configured_cargo(configuration),
        None => wasm.cargo(),
    };
    more(&mut cargo);
    cargo.args(flags).args(app.features());
    if app.is_cut() {
        cargo.args(cut::LINK);
    }
    command::run(&mut cargo)?;
    Ok(fs::create_dir_all(app.out(""))?)
}

/// wasm-bindgen and wasm-opt, when the compiler's output changed.
pub(super) fn glue(tools: &Tools, app: &App) -> Result<()> {
    let built = app.target_dir(tools).join(WASM_TARGET).join(app.profile());
    let built = built.join(app.package.replace('-', "_")).with_extension("wasm");
    if !built.is_file() {
        bail!(
            "{}/Cargo.toml lacks `[lib] crate-type = [\"cdylib\", \"rlib\"]`: there is no wasm to bind",
            app.name
        );
    }
    let version = command::version(&tools.bindgen).unwrap_or_default();
    let cutter = app.is_cut().then(|| tools.split.clone());
    let stamp = Stamp::new(
        &app.made(),
        &[std::slice::from_ref(&built), cutter.as_slice()].concat(),
        &[&[version.as_str()], app.effort(), &WASM_OPT[..]].concat(),
    )?;
    let (glue, wasm) = (app.out(&format!("{}.js", app.stem)), app.out("app.wasm"));
    let rest = app.is_cut().then(|| app.out(cut::WASM));
    if stamp.is_fresh(&[&[glue, wasm.clone()], rest.as_slice()].concat()) {
        return Ok(());
    }
    let mut bindgen = Command::new(&tools.bindgen);
    if let Some(rest) = rest {
        let parts = cut::cut(tools, app, &built)?;
        optimise(tools, app, &parts.rest, &rest)?;
        bindgen.arg(parts.first).arg("--keep-lld-exports");
    } else {
        bindgen.arg(&built);
    }
    bindgen.args(["--target", "web", "--no-typescript", "--out-name", app.stem, "--out-dir"]);
    command::quiet(bindgen.arg(app.out("")))?;
    let bound = app.out(&format!("{}_bg.wasm", app.stem));
    optimise(tools, app, &bound, &wasm)?;
    stamp.keep()
}

fn optimise(tools: &Tools, app: &App, from: &Path, to: &Path) -> Result<()> {
    let mut wasm_opt = Command::new(&tools.wasm_opt);
    command::quiet(wasm_opt.args(app.effort()).args(WASM_OPT).arg(from).arg("-o").arg(to)).map(drop)
}

/// The entry file imports the glue as `einwurf:glue`; everything ends up in one file.
fn script(tools: &Tools, app: &App) -> Result<PathBuf> {
    // An app that needs more than its files to start has an entry of its own for the gallery.
    let own = Some(app.folder().join("gallery.js")).filter(|entry| app.gallery && entry.is_file());
    let entry = own.unwrap_or_else(|| app.folder().join("main.js"));
    if !entry.is_file() {
        bail!(
            "{}/main.js is missing: the module's entry, which imports the glue as `einwurf:glue`",
            app.name
        );
    }
    let mut glue = OsString::from("--alias:einwurf:glue=");
    glue.push(app.out(&format!("{}.js", app.stem)));
    let out = app.out("bundle.js");
    esbuild(tools, &entry, &out, &stands_alone(), &[glue])?;
    forbid_imports(&out)?;
    Ok(out)
}

/// Without `import.meta.url` the glue has no default address to fetch from: the entry hands it checked bytes.
pub(super) fn stands_alone() -> [&'static str; 3] {
    ["--format=esm", "--define:import.meta.url=undefined", "--log-override:empty-import-meta=silent"]
}

/// `integrity` on a module script does not cover what the module imports.
pub(super) fn forbid_imports(module: &Path) -> Result<()> {
    let text = fs::read_to_string(module)?;
    if has_import(&text) {
        bail!("{} still imports another file; `integrity` would not cover it", module.display());
    }
    Ok(())
}

/// Minified modules have their imports at the start of a statement.
fn has_import(text: &str) -> bool {
    text.split(['\n', ';', '}']).map(str::trim_start).any(|statement| {
        let Some(rest) = statement.strip_prefix("import") else { return false };
        rest.starts_with(['"', '\'', '{', '*', ' ', '('])
    })
}

/// `style/main.css` when there is one, else all of `style/*.css` in the order of their names.
fn style(tools: &Tools, app: &App) -> Result<PathBuf> {
    let folder = app.folder().join("style");
    let mut entry = folder.join("main.css");
    if !entry.is_file() {
        let mut imports = String::new();
        for file in super::stamp::files(&[folder])? {
            if file.extension().is_some_and(|e| e == "css") {
                // Writing to a string cannot fail.
                let _ = writeln!(imports, "@import \"{}\";", file.display());
            }
        }
        entry = app.out("style-entry.css");
        fs::write(&entry, imports)?;
    }
    let out = app.out("style.css");
    esbuild(tools, &entry, &out, &[], &[])?;
    Ok(out)
}

/// Of each language what this app shows; in the gallery also of those that nobody speaks.
fn texts(app: &App) -> Result<Vec<(String, PathBuf)>> {
    let mut languages = languages::read()?;
    if app.gallery {
        languages.extend(languages::pseudo(&languages));
    }
    let divide = |language: Language| {
        let out = app.out(&format!("text-{}.json", language.name));
        fs::write(&out, language.divided(app.name))?;
        Ok((language.name, out))
    };
    languages.into_iter().map(divide).collect()
}

/// Bundles and minifies one entry into one file.
pub(super) fn esbuild(
    tools: &Tools,
    entry: &Path,
    out: &Path,
    fixed: &[&str],
    more: &[OsString],
) -> Result<()> {
    let mut outfile = OsString::from("--outfile=");
    outfile.push(out);
    let mut esbuild = Command::new(&tools.esbuild);
    esbuild.arg(entry).args([
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
    ]);
    esbuild.args(fixed).args(more).arg(outfile).current_dir(paths::root());
    command::quiet(&mut esbuild).map(drop)
}

#[cfg(test)]
mod tests {
    use super::has_import;

    #[test]
    fn imports_are_seen_and_words_are_not() {
        assert!(has_import("import a from\"./x.js\";a()"));
        assert!(has_import("var a=1;import{b}from'./x.js'"));
        assert!(has_import("f();import(\"./x.js\")"));
        assert!(!has_import("var important=1;importScripts"));
        assert!(!has_import("var s=\"an import here\";export{s}"));
    }
}
