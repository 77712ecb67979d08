//! The folder of a login: `login.json` with the sealed secrets, `seen.json` with how far the site has come, the journal
//! of what was pulled. Only its owner may read it, and one program at a time works in it.

use super::{
    Place, Stop, passphrase,
    vault::{Sealed, Secrets},
};
use einwurf_protocol::ids::Thumbprint;
use einwurf_staff::keyring::SeenRoster;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    env,
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

/// The form of everything in the folder; `login.json` says it. A newer program may have written another one.
pub(crate) const FORMAT: u8 = 1;

const LOGIN: &str = "login.json";
const SEEN: &str = "seen.json";
/// What was pulled.
pub(crate) const JOURNAL: &str = "pulled.log";

/// Where and as whom this device logs in. All of it is bound to the sealed secrets: whoever changes the file cannot lead
/// the password elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// Format version, [`FORMAT`].
    pub(crate) v: u8,
    /// Origin of the relay.
    pub(crate) relay: String,
    /// Address of the site.
    pub(crate) site: String,
    /// The site key that the person named.
    pub(crate) pin: Thumbprint,
    /// Account name.
    pub(crate) account: String,
}

/// [`Login`] with its secrets.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stored {
    pub(crate) login: Login,
    /// None after a logout: what was pulled from this site stays known.
    pub(crate) sealed: Option<Sealed>,
}

/// [`Login`] with its secrets, opened.
pub(crate) struct Account {
    pub(crate) login: Login,
    pub(crate) secrets: Secrets,
}

/// How far the site has come, so that a relay cannot go back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Seen {
    /// The highest manifest serial.
    pub(crate) serial: u64,
    /// The site key that was last in force.
    pub(crate) pin: Option<Thumbprint>,
    /// The newest roster.
    pub(crate) roster: Option<SeenRoster>,
}

/// What every version of the file has.
#[derive(Deserialize)]
struct Said {
    login: Version,
}

#[derive(Deserialize)]
struct Version {
    v: u64,
}

/// The folder, locked as long as this lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Opens it, and makes it if it is not there.
    pub(crate) fn open(place: &Place) -> Result<Self, Stop> {
        let path = place.state.clone().or_else(usual).ok_or(Stop::wrong("no-home"))?;
        make(&path).map_err(|cause| Stop::file(&path, &cause))?;
        private(&path)?;
        let name = path.join("lock");
        let lock = options().create(true).open(&name).map_err(|cause| Stop::file(&name, &cause))?;
        match lock.try_lock() {
            Ok(()) => Self { path, _lock: lock }.known(),
            Err(TryLockError::WouldBlock) => Err(Stop::later("busy").with("folder", path.display())),
            Err(TryLockError::Error(cause)) => Err(Stop::file(&name, &cause)),
        }
    }

    /// Nothing is read or written in a form that a newer program gave it: it knows what an older one would lose.
    fn known(self) -> Result<Self, Stop> {
        let said =
            fs::read(self.file(LOGIN)).ok().and_then(|bytes| serde_json::from_slice::<Said>(&bytes).ok());
        if said.is_some_and(|said| said.login.v > u64::from(FORMAT)) {
            return Err(Stop::wrong("newer").with("folder", self.path.display()));
        }
        Ok(self)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The login, or the last one.
    pub(crate) fn stored(&self) -> Result<Option<Stored>, Stop> {
        self.read(LOGIN)
    }

    /// Where and as whom, and its secrets, still sealed.
    pub(crate) fn login(&self) -> Result<(Login, Sealed), Stop> {
        let stored = self.stored()?.and_then(|stored| Some((stored.login, stored.sealed?)));
        stored.ok_or_else(|| Stop::wrong("no-login").with("folder", self.path.display()))
    }

    /// The same, opened.
    pub(crate) fn account(&self, place: &Place) -> Result<Account, Stop> {
        let (login, sealed) = self.login()?;
        let key = sealed.lock.key(|| passphrase::passphrase(place))?;
        let secrets = sealed.open(&key, &login).ok_or(Stop::access("passphrase"))?;
        Ok(Account { login, secrets })
    }

    pub(crate) fn keep_login(&self, stored: &Stored) -> Result<(), Stop> {
        self.write(LOGIN, stored)
    }

    pub(crate) fn seen(&self) -> Result<Seen, Stop> {
        Ok(self.read(SEEN)?.unwrap_or_default())
    }

    pub(crate) fn keep_seen(&self, seen: &Seen) -> Result<(), Stop> {
        self.write(SEEN, seen)
    }

    /// Another site key begins with nothing, and so does another site, of which nothing was pulled.
    pub(crate) fn make_room(&self, former: &Login, next: &Login) -> Result<(), Stop> {
        let [key, site] = [former.pin != next.pin, former.site != next.site];
        for (name, _) in [(SEEN, key || site), (JOURNAL, site)].into_iter().filter(|(_, differs)| *differs) {
            match fs::remove_file(self.file(name)) {
                Err(cause) if cause.kind() != ErrorKind::NotFound => {
                    return Err(Stop::file(&self.file(name), &cause));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Stop> {
        let path = self.file(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(Stop::file(&path, &cause)),
        };
        private(&path)?;
        let broken = |cause| Stop::wrong("broken").with("file", path.display()).with("cause", cause);
        serde_json::from_slice(&bytes).map(Some).map_err(broken)
    }

    fn write(&self, name: &str, value: &impl Serialize) -> Result<(), Stop> {
        let path = self.file(name);
        let json = serde_json::to_vec(value).map_err(|cause| Stop::file(&path, &cause.into()))?;
        replace(&path, &json).map_err(|cause| Stop::file(&path, &cause))
    }
}

/// By the XDG Base Directory Specification.
fn usual() -> Option<PathBuf> {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("EINWURF_STATE")
        .or_else(|| named("XDG_STATE_HOME").filter(|it| it.is_absolute()).map(|it| it.join("einwurf")))
        .or_else(|| named("HOME").map(|it| it.join(".local/state/einwurf")))
}

/// Whole or not at all, whatever happens meanwhile.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let staged = path.with_extension("new");
    let mut file = anew(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&staged, path)?;
    settle(path)
}

/// What was made or renamed stays so after a power cut.
pub(crate) fn settle(path: &Path) -> std::io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// A file of this name that nobody else has put there: what lies there was left by a crash, or is a link that leads
/// elsewhere.
pub(crate) fn anew(path: &Path) -> std::io::Result<File> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => options().create_new(true).open(path),
    }
}

/// Files that nobody else reads.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A folder that nobody else reads, with those above it.
pub(crate) fn make(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Refuses what others on this machine can read or change.
#[cfg(unix)]
pub(crate) fn private(path: &Path) -> Result<(), Stop> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(|cause| Stop::file(path, &cause))?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(Stop::wrong("readable").with("file", path.display())) }
}

/// Other systems have no such bits.
#[cfg(not(unix))]
pub(crate) fn private(_: &Path) -> Result<(), Stop> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_program_keeps_is_neither_read_nor_changed() {
        let state = std::env::temp_dir().join(format!("einwurf-newer-{}", std::process::id()));
        make(&state).unwrap();
        let place = Place { state: Some(state.clone()), passphrase_file: None, lang: None };
        for (kept, known) in [
            (r#"{"login":{"v":2,"sites":[]},"keys":[]}"#, false),
            (r#"{"login":{"v":255},"sealed":null}"#, false),
            (r#"{"login":{"v":256},"sealed":null}"#, false),
            (r#"{"login":{"v":1}}"#, true),
            ("torn", true),
        ] {
            let file = state.join(LOGIN);
            replace(&file, kept.as_bytes()).unwrap();
            match Folder::open(&place) {
                Ok(folder) => {
                    assert!(known, "{kept}");
                    assert!(folder.stored().is_err(), "{kept} is no login");
                }
                Err(stop) => {
                    assert_eq!((known, stop), (false, Stop::wrong("newer").with("folder", state.display())));
                }
            }
            assert_eq!(fs::read(&file).unwrap(), kept.as_bytes());
        }
        fs::remove_dir_all(&state).unwrap();
    }
}
