//! The release: every file named by its hash, and `release.json`, which is the manifest's `code` section.

use super::{App, INBOX, WIDGET};
use crate::{packed, paths};
use anyhow::{Context, Result};
use base64ct::{Base64, Encoding};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256, Sha384};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Copies an app's files into `dist/r/<version>/` and notes them for `release.json`.
pub(super) fn put_app(app: &App, files: &[(&str, PathBuf)], texts: &[(String, PathBuf)]) -> Result<()> {
    let mut entry = Map::new();
    for (role, file) in files {
        entry.insert((*role).to_owned(), put(&served(app), &app.made(), file)?);
    }
    let mut registers = Map::new();
    for (register, file) in texts {
        registers.insert(register.clone(), put(&served(app), &format!("{}-{register}", app.made()), file)?);
    }
    entry.insert("texts".to_owned(), Value::Object(registers));
    Ok(fs::write(note(app), Value::Object(entry).to_string())?)
}

/// Where an app's entry waits for the release.
fn note(app: &App) -> PathBuf {
    paths::app(&app.made()).join("release.json")
}

/// Where an app's files are served from.
fn served(app: &App) -> PathBuf {
    if app.gallery { paths::gallery() } else { paths::dist() }
}

/// Fills a page's placeholders with an app's files: `{{script}}`, `{{script_sri}}`, and `{{config}}`, which is the
/// app's entry of `release.json`, and for staff that no company's door shows it.
pub(super) fn fill_page(app: &App, template: &Path, page: &str) -> Result<()> {
    let Ok(entry) = fs::read(note(app)) else { return Ok(()) };
    let mut entry: Value = serde_json::from_slice(&entry)?;
    if let Some(config) = entry.as_object_mut().filter(|_| app.name == INBOX.name) {
        config.insert("door".to_owned(), json!(false));
    }
    let script = |field: &str| {
        let text = entry.get("script").and_then(|script| script.get(field)).and_then(Value::as_str);
        text.map(str::to_owned).with_context(|| format!("{} has no script", app.made()))
    };
    let text = fs::read_to_string(template)
        .with_context(|| format!("cannot read {}", template.display()))?
        // Inside a script element nothing may begin a tag.
        .replace("{{config}}", &entry.to_string().replace('<', "\\u003c"))
        .replace("{{script}}", &script("path")?)
        .replace("{{script_sri}}", &script("sri")?);
    fs::create_dir_all(served(app))?;
    Ok(fs::write(served(app).join(page), text)?)
}

fn put(folder: &Path, name: &str, file: &Path) -> Result<Value> {
    let bytes = fs::read(file)?;
    let hash = Sha384::digest(&bytes);
    let short = hash.iter().take(4).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    let extension =
        file.extension().context("a release file has an extension")?.to_string_lossy().into_owned();
    let path = format!("/r/{}/{name}.{short}.{extension}", version());
    let out = folder.join(path.trim_start_matches('/'));
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder)?;
    }
    if !fs::read(&out).is_ok_and(|old| old == bytes) {
        fs::write(out, bytes)?;
    }
    Ok(json!({ "path": path, "sri": format!("sha384-{}", Base64::encode_string(&hash)) }))
}

/// The workspace's version.
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// The files of no app: what a company puts on its own server (the script in its pages, the page that opens its inbox),
/// and what is loaded later or saved.
pub(super) const WRITTEN: [&str; 9] = [
    "launcher",
    "door",
    "keeper",
    "papers",
    super::cut::REST,
    "attach",
    "attach_wasm",
    "attach_pdf",
    "check",
];

/// Copies one of these, built, into `dist/r/<version>/` and notes it for `release.json`.
pub(super) fn put_file(name: &str, file: &Path) -> Result<()> {
    let entry = put(&paths::dist(), name, file)?;
    Ok(fs::write(file_note(name), entry.to_string())?)
}

/// The launcher's second part. No manifest names it: each launcher pins the one of its own build.
pub(super) const OPENER: &str = "opener";

/// Copies it into `dist/r/<version>/`; answers its path and its hash, the short one, since the launcher counts its bytes.
pub(super) fn put_opener(file: &Path) -> Result<[(&'static str, Value); 2]> {
    let path = put(&paths::dist(), OPENER, file)?.get("path").cloned().context("an asset has a path")?;
    let sri = format!("sha256-{}", Base64::encode_string(&Sha256::digest(fs::read(file)?)));
    Ok([("path", path), ("sri", sri.into())])
}

/// The launcher that a release names, which names the opener.
fn launcher(release: &str) -> Option<String> {
    let release: Value = serde_json::from_str(release).ok()?;
    let path = release.pointer("/launcher/path")?.as_str()?;
    fs::read_to_string(paths::dist().join(path.trim_start_matches('/'))).ok()
}

fn file_note(name: &str) -> PathBuf {
    paths::app(name).join("release.json")
}

/// Writes `release.json` once everything in it was built, and removes files of older builds, but for those that a
/// signed release names: manifests of half a year may still lead to them.
pub(super) fn write() -> Result<()> {
    let mut release = json!({ "version": version() });
    let apps = [&WIDGET, &INBOX].map(|app| (app.name, note(app)));
    for (name, note) in apps.into_iter().chain(WRITTEN.map(|name| (name, file_note(name)))) {
        let Ok(entry) = fs::read(note) else { return Ok(()) };
        if let Some(fields) = release.as_object_mut() {
            fields.insert(name.to_owned(), serde_json::from_slice(&entry)?);
        }
    }
    let text = serde_json::to_string_pretty(&release)?;
    let mut kept = crate::release::remembered()?;
    kept.push(text.clone());
    let launchers: Vec<_> = kept.iter().filter_map(|release| launcher(release)).collect();
    for file in super::stamp::files(&[paths::dist().join("r")])? {
        let whole = packed::whole(&file);
        if !is_named(whole.strip_prefix(paths::dist())?, kept.iter().chain(&launchers)) {
            fs::remove_file(file)?;
        } else if whole == file {
            packed::pack(&file)?;
        }
    }
    Ok(fs::write(paths::dist().join("release.json"), text)?)
}

/// Whether one of the releases leads to a file.
fn is_named<'a>(file: &Path, mut releases: impl Iterator<Item = &'a String>) -> bool {
    let path = format!("\"/{}\"", file.display());
    releases.any(|release| release.contains(&path))
}

#[cfg(test)]
mod tests {
    use super::is_named;
    use crate::paths;
    use base64ct::{Base64, Encoding};
    use einwurf_protocol::{
        manifest::{Asset, Code},
        notice::Register,
    };
    use sha2::{Digest, Sha256, Sha384};
    use std::{fs, path::Path};

    #[test]
    fn files_of_signed_releases_are_kept_and_names_are_compared_whole() {
        let old = r#"{"path":"/r/0.1.0/widget.1.wasm"}"#.to_owned();
        let new = r#"{"path":"/r/0.2.0/widget.2.wasm"}"#.to_owned();
        let named = |file| is_named(Path::new(file), [&old, &new].into_iter());
        assert!(named("r/0.1.0/widget.1.wasm") && named("r/0.2.0/widget.2.wasm"));
        assert!(!named("r/0.2.0/widget.1.wasm") && !named("r/0.1.0/widget.1"));
    }

    #[test]
    fn the_release_is_a_manifests_code_section_and_its_hashes_are_true() {
        let text = fs::read(paths::dist().join("release.json")).expect("run `cargo xtask build` first");
        let code: Code = serde_json::from_slice(&text).unwrap();
        for app in [&code.widget, &code.inbox] {
            let names: Vec<_> = app.texts.keys().map(ToString::to_string).collect();
            assert_eq!(
                names,
                Register::ALL.map(|register| register.to_string()),
                "each language is in the release"
            );
            for asset in [&app.script, &app.wasm, &app.style].into_iter().chain(app.texts.values()) {
                bytes(asset);
            }
        }
        for asset in code.written() {
            bytes(asset);
        }
        assert_eq!(bytes(&code.check), fs::read(paths::dist().join("check.html")).unwrap());
        assert_eq!(bytes(&code.launcher), fs::read(paths::dist().join("launcher.js")).unwrap());
    }

    #[test]
    fn the_launcher_of_a_release_pins_an_opener_that_is_served_with_it() {
        let text =
            fs::read_to_string(paths::dist().join("release.json")).expect("run `cargo xtask build` first");
        let launcher = super::launcher(&text).unwrap();
        let (_, rest) = launcher.split_once("\"/r/").unwrap();
        let path = format!("r/{}", rest.split_once('"').unwrap().0);
        assert!(path.contains("/opener."), "{path}");
        assert!(is_named(Path::new(&path), [&launcher].into_iter()));
        let hash = Sha256::digest(fs::read(paths::dist().join(&path)).unwrap());
        assert!(launcher.contains(&format!("sha256-{}", Base64::encode_string(&hash))));
    }

    /// The file that an asset names, whose hash is the one it names.
    fn bytes(Asset { path, sri }: &Asset) -> Vec<u8> {
        let bytes = fs::read(paths::dist().join(path.trim_start_matches('/'))).unwrap();
        assert_eq!(*sri, format!("sha384-{}", Base64::encode_string(&Sha384::digest(&bytes))), "{path}");
        bytes
    }
}
