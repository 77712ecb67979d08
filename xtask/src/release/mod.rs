//! `cargo xtask release`: signs what was built as a release of the project (docs/protocol.md, section 4.6), and
//! everything that other parts need of it. Every build writes a `release.jws` too, by the checkout's own key.

mod changes;
mod key;

pub use key::{Key, VARIABLE, trusted};

use crate::{build, paths, say};
use anyhow::{Context, Result, bail};
use einwurf_protocol::{manifest::Code, release::Release, time::Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

const USAGE: &str = "cargo xtask release --key <file>      build, sign and print what people compare
cargo xtask release --new-key <file>  make the project's release key";

/// Builds and signs with the key of a file, or makes such a file.
pub fn run(args: &[String]) -> Result<()> {
    match args {
        [flag, file] if flag == "--new-key" => new_key(Path::new(file)),
        [flag, file] if flag == "--key" => publish(&Key::read(Path::new(file))?),
        _ => bail!("which key?\n\n{USAGE}\n\n`cargo xtask build` signs with a key of this checkout."),
    }
}

fn new_key(file: &Path) -> Result<()> {
    let key = Key::generate()?;
    key.write(file)?;
    let thumbprint = key.thumbprint();
    say::line(&format!(
        "{} holds the release key. Whoever has it can offer code to every site: keep it off line, with a copy \
         elsewhere.\nThumbprint: {thumbprint}\nBuilds with {VARIABLE}={thumbprint} accept its releases.",
        file.display(),
    ));
    Ok(())
}

fn publish(key: &Key) -> Result<()> {
    if std::env::var(VARIABLE).is_ok_and(|text| text != key.thumbprint().to_string()) {
        bail!("{VARIABLE} names another key than the file holds; nothing was built");
    }
    // Before a build of minutes: a version that cannot be released.
    let version = env!("CARGO_PKG_VERSION");
    let changes = changes::of(version)?;
    build::trusting(key.thumbprint(), &[])?;
    let code = code()?;
    remember(&released(), &code)?;
    let release = Release { v: einwurf_protocol::VERSION, at: now(), code, changes };
    fs::write(file(), sign(key, &release)?)?;
    for line in described(&release.code) {
        say::line(&line);
    }
    say::line(&format!("signed by    {}", key.thumbprint()));
    say::line(
        "\ntarget/dist/release.jws is signed. Deploy target/dist and target/relay; keep older folders under dist/r/.",
    );
    Ok(())
}

/// What people compare: version, check value, and the hash of every file.
fn described(code: &Code) -> Vec<String> {
    let mut lines =
        vec![format!("version      {}", code.version), format!("check value  {}", code.check_value())];
    let apps = [&code.widget, &code.inbox];
    let assets = apps
        .into_iter()
        .flat_map(|app| [&app.script, &app.wasm, &app.style].into_iter().chain(app.texts.values()));
    lines.extend(assets.chain(code.written()).map(|asset| format!("{}  {}", asset.sri, asset.path)));
    lines
}

/// The files of the last build, as manifests name them.
pub fn code() -> Result<Code> {
    let file = paths::dist().join("release.json");
    let text =
        fs::read(&file).with_context(|| format!("{} is missing; run: cargo xtask build", file.display()))?;
    serde_json::from_slice(&text)
        .context("release.json is not a manifest's code section; run: cargo xtask build")
}

/// The signed release that the relay serves.
pub fn file() -> PathBuf {
    paths::dist().join("release.jws")
}

/// A release as compact JWS, checked as the staff's app will check it.
pub fn sign(key: &Key, release: &Release) -> Result<String> {
    let compact = key.sign(release)?;
    Release::verify(&compact, &key.thumbprint()).context("the apps would refuse this release")?;
    Ok(compact)
}

/// The built files as another release, signed by the checkout's own key: `change` may raise or lower the version.
pub fn development(change: impl FnOnce(&mut Release)) -> Result<String> {
    let (code, key) = (code()?, Key::development()?);
    let changes = changes::of(env!("CARGO_PKG_VERSION"))?;
    let mut release = Release { v: einwurf_protocol::VERSION, at: now(), code, changes };
    change(&mut release);
    sign(&key, &release)
}

/// After a build: the built files as a release by the checkout's own key, if the apps of this build accept that key.
/// A signature that nobody would accept is not served.
pub(crate) fn after_build(trusted: einwurf_protocol::ids::Thumbprint) -> Result<()> {
    // A part may never have been built yet; then there is no release.
    let Ok(code) = code() else { return Ok(()) };
    let key = Key::development()?;
    if trusted != key.thumbprint() {
        if file().is_file() {
            fs::remove_file(file())?;
        }
        say::line(&format!("  release.jws is left to whoever holds the release key {trusted}"));
        return Ok(());
    }
    // The same files keep their signature and its time.
    let signed = fs::read_to_string(file()).ok();
    let signed = signed.and_then(|compact| Release::verify(&compact, &trusted).ok());
    if signed.is_some_and(|release| release.code == code) {
        return Ok(());
    }
    Ok(fs::write(file(), development(|_| ())?)?)
}

/// Where the code of every released version is kept: its files stay under `dist/r/` and never change.
fn released() -> PathBuf {
    paths::target().join("releases")
}

/// A version has one set of files for ever.
fn remember(released: &Path, code: &Code) -> Result<()> {
    let file = released.join(format!("{}.json", code.version));
    if let Ok(text) = fs::read(&file) {
        if serde_json::from_slice::<Code>(&text).ok().as_ref() != Some(code) {
            bail!("{} was released with other files; raise the version in Cargo.toml", code.version);
        }
        return Ok(());
    }
    fs::create_dir_all(released)?;
    Ok(fs::write(file, serde_json::to_vec_pretty(code)?)?)
}

/// The texts that name files of released versions, which later builds must not remove.
pub(crate) fn remembered() -> Result<Vec<String>> {
    let Ok(folder) = fs::read_dir(released()) else { return Ok(Vec::new()) };
    folder.map(|entry| Ok(fs::read_to_string(entry?.path())?)).collect()
}

fn now() -> Timestamp {
    Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_build_is_signed_by_the_key_that_its_app_trusts() {
        let compact = fs::read_to_string(file()).expect("run `cargo xtask build` first");
        let release = Release::verify(&compact, &trusted().unwrap()).unwrap();
        assert_eq!(release.code, code().unwrap());
        assert_eq!(release.changes.keys().collect::<Vec<_>>(), ["de", "en"]);
    }

    #[test]
    fn another_release_can_be_signed_and_another_key_is_not_trusted() {
        let compact = development(|release| release.code.version = "9.9.9".to_owned()).unwrap();
        assert_eq!(
            Release::verify(&compact, &Key::development().unwrap().thumbprint()).unwrap().code.version,
            "9.9.9"
        );
        let foreign = Key::generate().unwrap().thumbprint();
        assert!(Release::verify(&compact, &foreign).is_err());
    }

    #[test]
    fn a_version_has_one_set_of_files_for_ever() {
        let folder = std::env::temp_dir().join(format!("einwurf-releases-{}", std::process::id()));
        let (code, mut other) = (code().unwrap(), code().unwrap());
        remember(&folder, &code).unwrap();
        remember(&folder, &code).unwrap();
        other.door.sri = other.widget.script.sri.clone();
        let refused = remember(&folder, &other).unwrap_err().to_string();
        assert!(refused.contains("raise the version"), "{refused}");
        other.version = "0.1.1".to_owned();
        remember(&folder, &other).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_people_compare_names_every_file() {
        let code = code().unwrap();
        let lines = described(&code);
        assert_eq!(lines.len(), 2 + 2 * 3 + code.widget.texts.len() + code.inbox.texts.len() + 9);
        assert!(lines.iter().any(|line| line.ends_with(&code.check_value())));
    }

    #[test]
    fn a_release_that_apps_would_refuse_is_not_signed() {
        let too_many = vec!["A sentence.".to_owned(); einwurf_protocol::limits::CHANGES + 1];
        assert!(development(|release| drop(release.changes.insert("de".to_owned(), too_many))).is_err());
        assert!(development(|release| release.v = 2).is_err());
    }
}
