//! Stored fixtures (`tests/fixtures/storage`): what builds left in the storage of a small site, each with the keys that open
//! it, and what both sides read in it then. A folder for each form that tables ever had; none is changed later.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        header,
        staff::{Abuse, MailSettings},
    },
    codec::from_base64url,
    ids::{MessageId, Thumbprint},
    notice::Register,
    time::Timestamp,
};
use einwurf_seal::{Bundle, Shown};
use einwurf_tests::{
    clock,
    device::Device,
    fire::machine::Machine,
    folder::{Folder, files_named},
    http::Http,
    pace,
    push::{Browser, HOSTS},
    receiver::Receiver,
    relay::{MailWay, Options},
    seed::bearer,
    smtp::Certificates,
    staff::{Staff, Who},
    stored::sqlite,
    visitor::{Address, Visitor},
    webhooks::reach,
    world::World,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

/// What the relay calls itself, wherever it listens.
pub(crate) const ORIGIN: &str = "https://einwurf.fensterbau.example";
/// Where the webhook and the push endpoint point: no port that systems hand out by themselves, nor tests.
pub(crate) const PORT: u16 = 19_283;
/// The storage, packed.
pub(crate) const STORAGE: &str = "storage.tar.gz";
/// [`Fixture`].
pub(crate) const KEYS: &str = "keys.json";
/// How much later it is opened, in seconds: whatever waited at an error is due again.
const LATER: u64 = 3_600;

/// What opens a stored fixture. Nothing of it was ever used elsewhere.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fixture {
    /// When it was made.
    pub(crate) made: Timestamp,
    /// Bindings of its relay, secrets among them, but for those of a mail server.
    pub(crate) bindings: BTreeMap<String, String>,
    /// Address of the site.
    pub(crate) site: String,
    /// The pinned key.
    pub(crate) pin: Thumbprint,
    /// Members: account and password. The first one signs, the second one reads.
    pub(crate) members: [(String, String); 2],
    /// Each by what it shows.
    pub(crate) conversations: BTreeMap<String, Kept>,
    /// The webhook and its secret.
    pub(crate) webhook: (MessageId, String),
    /// Private key and secret of the browser that is sent pushes.
    pub(crate) browser: (Vec<u8>, [u8; 16]),
    /// What staff share, and noted about one conversation.
    pub(crate) sheets: [String; 2],
    /// Whom mails go to.
    pub(crate) mail: MailSettings,
    /// What is asked of visitors.
    pub(crate) abuse: Abuse,
}

/// A conversation.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Its address.
    pub(crate) address: String,
    /// What the visitor's browser keeps, in base64url.
    pub(crate) bundle: String,
    /// What the visitor reads; nothing if it is over for the visitor.
    pub(crate) visitor: Option<Vec<String>>,
    /// What staff read; nothing if it is over for them.
    pub(crate) staff: Option<Vec<String>>,
    /// How many consent records it has once all are delivered.
    pub(crate) records: usize,
    /// Its file, if there is one: id and ciphertext in base64url.
    pub(crate) file: Option<(MessageId, String)>,
}

impl Kept {
    /// What the visitor proves to have opened it with.
    pub(crate) fn token(&self) -> Result<String> {
        Ok(bearer(Bundle::read(&from_base64url(&self.bundle)?)?.conversation.token()))
    }

    /// Headers of a request by the visitor.
    pub(crate) fn headers<'a>(&'a self, site: &'a str, token: &'a str) -> [(&'a str, &'a str); 3] {
        [(header::SITE, site), (header::CONVERSATION, &self.address), (header::AUTHORIZATION, token)]
    }
}

/// Every stored fixture, oldest first.
pub(crate) fn all() -> Result<Vec<PathBuf>> {
    let mut numbers = BTreeSet::new();
    for entry in fs::read_dir(folder())? {
        let name = entry?.file_name();
        numbers.insert(name.to_string_lossy().parse::<u32>().context("a folder that is no number")?);
    }
    Ok(numbers.into_iter().map(|number| folder().join(number.to_string())).collect())
}

/// Where they lie.
pub(crate) fn folder() -> PathBuf {
    xtask::paths::root().join("tests/fixtures/storage")
}

/// What a stored fixture has in its storage.
pub(crate) fn unpack(name: &str, fixture: &Path) -> Result<Folder> {
    let unpacked = Folder::new(name)?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(fixture.join(STORAGE)).arg("-C").arg(unpacked.path());
    ensure!(tar.status().context("the command tar is missing")?.success(), "tar failed");
    Ok(unpacked)
}

/// The present relay on a copy of a stored fixture.
pub(crate) struct Past {
    /// The relay, and a mail server that takes everything.
    pub(crate) world: World,
    /// What opens it.
    pub(crate) fixture: Fixture,
    /// The relay's client.
    pub(crate) http: Http,
    /// What the webhook and the push endpoint point at.
    pub(crate) receiver: Receiver,
    _folder: Folder,
    // Last, since another one begins when it is gone.
    _port: MutexGuard<'static, ()>,
}

/// Whose receiver has [`PORT`].
static RECEIVER: Mutex<()> = Mutex::new(());
/// Longer than all others together have it.
const TURN: Duration = Duration::from_mins(5);
/// Where connections to it go.
static LISTENS: AtomicU16 = AtomicU16::new(0);

/// Has whoever connects to [`PORT`] talk to another port of this machine from now on.
fn forward(port: u16) -> Result<()> {
    static BEGUN: OnceLock<()> = OnceLock::new();
    LISTENS.store(port, Ordering::SeqCst);
    if BEGUN.get().is_some() {
        return Ok(());
    }
    // Each of these tests has it until its end, and they run beside each other.
    let listener =
        pace::within(TURN, "the port", || Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, PORT)).ok()))?;
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, LISTENS.load(Ordering::SeqCst))) {
                // A connection that breaks is one that breaks.
                drop(joined(&near, &far).and_then(|()| joined(&far, &near)));
            }
        }
    });
    BEGUN.get_or_init(|| ());
    Ok(())
}

/// Has everything that one side says reach the other, until it says no more.
fn joined(from: &TcpStream, to: &TcpStream) -> std::io::Result<()> {
    let (mut from, mut to) = (from.try_clone()?, to.try_clone()?);
    std::thread::spawn(move || {
        drop(std::io::copy(&mut from, &mut to));
        drop(to.shutdown(Shutdown::Write));
    });
    Ok(())
}

impl Past {
    /// Starts it.
    pub(crate) fn open(name: &str, fixture: &Path) -> Result<Self> {
        Self::open_changed(name, fixture, |_| Ok(()))
    }

    /// The same after the storage was changed.
    pub(crate) fn open_changed(
        name: &str,
        fixture: &Path,
        change: impl FnOnce(&Storage<'_>) -> Result<()>,
    ) -> Result<Self> {
        let unpacked = unpack(name, fixture)?;
        change(&Storage(unpacked.path()))?;
        let fixture: Fixture = serde_json::from_slice(&fs::read(fixture.join(KEYS))?)?;
        let port = RECEIVER.lock().unwrap_or_else(PoisonError::into_inner);
        let (certificates, folder) = (Certificates::for_names(&["localhost"])?, Folder::new("receiver")?);
        let receiver = Receiver::start(&certificates, &folder)?;
        forward(receiver.port)?;
        let mut options = options(&fixture.bindings, Some(unpacked.path().to_owned()));
        reach(&certificates, &mut options);
        clock::set(fixture.made.plus(LATER));
        let world = World::start(name, &options)?;
        let http = world.http().known_as(ORIGIN);
        Ok(Self { world, fixture, http, receiver, _folder: folder, _port: port })
    }

    /// The machine under the relay.
    pub(crate) fn machine(&self) -> Result<Machine> {
        Machine::in_folder(self.world.folder().path())
    }

    /// The members, logged in on new devices.
    pub(crate) fn members(&self) -> Result<[Staff; 2]> {
        let [admin, anna] = &self.fixture.members;
        let login = |(account, password): &(String, String)| {
            let who = Who { site: &self.fixture.site, account, password };
            Staff::login_as(&self.http, &who, &Device::new())
        };
        Ok([login(admin)?, login(anna)?])
    }

    /// One of the conversations.
    pub(crate) fn kept(&self, name: &str) -> Result<&Kept> {
        self.fixture.conversations.get(name).with_context(|| format!("no conversation {name:?}"))
    }

    /// Its visitor, who comes back with what the browser kept.
    pub(crate) fn visitor(&self, kept: &Kept) -> Result<Visitor> {
        let mut visitor = self.stranger()?;
        visitor.conversation = Bundle::read(&from_base64url(&kept.bundle)?)?.conversation;
        visitor.address = Some(kept.address.clone());
        Ok(visitor)
    }

    /// Somebody who has not written yet.
    pub(crate) fn stranger(&self) -> Result<Visitor> {
        let site = Address { site: self.fixture.site.clone(), pin: self.fixture.pin };
        Visitor::agree(&self.http, &site, Register::DeFormal)
    }

    /// The browser that is sent pushes.
    pub(crate) fn browser(&self) -> Result<Browser> {
        let (key, auth) = &self.fixture.browser;
        Ok(Browser::again(&endpoint(), Device::of(key).context("no key")?, *auth))
    }

    /// What the relay stores.
    pub(crate) fn storage(&self) -> Storage<'_> {
        Storage(self.world.relay.storage_folder())
    }
}

/// What version the tables of an object say.
pub(crate) const VERSION: &str = "SELECT * FROM version;";

/// A folder of objects' files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Storage<'a>(pub(crate) &'a Path);

/// A class of objects, by the folder of its files.
pub(crate) const CLASSES: [&str; 3] = ["einwurf-conversation", "einwurf-inbox", "einwurf-proof"];

impl Storage<'_> {
    /// The database of each object of a class.
    pub(crate) fn objects(&self, class: &str) -> Vec<PathBuf> {
        let is_object = |path: &PathBuf| path.file_stem().is_some_and(|name| name != "metadata");
        let files = files_named(&self.0.join(class), ".sqlite").into_iter().map(|(path, _)| path);
        let mut files: Vec<_> = files
            .filter(|path| path.extension().is_some_and(|end| end == "sqlite"))
            .filter(is_object)
            .collect();
        files.sort();
        files
    }

    /// Has every object of a class say another version than it does.
    pub(crate) fn say(&self, class: &str, change: impl Fn(u64) -> u64) -> Result<()> {
        for database in self.objects(class) {
            let said = String::from_utf8(sqlite(&database, VERSION)?)?;
            let version = change(said.trim().parse().with_context(|| format!("{said:?} is no version"))?);
            sqlite(&database, &format!("DROP VIEW version; CREATE VIEW version AS SELECT {version};"))?;
        }
        Ok(())
    }

    /// Has `sqlite3` do something to every object of every class.
    pub(crate) fn each(&self, statements: &str) -> Result<()> {
        for database in CLASSES.iter().flat_map(|class| self.objects(class)) {
            sqlite(&database, statements)?;
        }
        Ok(())
    }

    /// What a query answers about the objects of each class; each answer once.
    pub(crate) fn ask(&self, query: &str) -> Result<BTreeMap<&'static str, BTreeSet<String>>> {
        let mut answers = BTreeMap::new();
        for class in CLASSES {
            let ask = |database: &PathBuf| Ok(String::from_utf8(sqlite(database, query)?)?);
            let objects = self.objects(class);
            answers.insert(class, objects.iter().map(ask).collect::<Result<BTreeSet<_>>>()?);
        }
        Ok(answers)
    }
}

/// Texts of what a visitor is shown.
pub(crate) fn texts(shown: &[Shown]) -> Vec<String> {
    shown.iter().filter_map(|event| event.text.clone()).collect()
}

/// Where the browser is sent pushes.
pub(crate) fn endpoint() -> String {
    format!("https://localhost:{PORT}/anna")
}

pub(crate) fn options(bindings: &BTreeMap<String, String>, stored: Option<PathBuf>) -> Options {
    let mut vars = bindings.clone();
    vars.insert(HOSTS.to_owned(), "localhost".to_owned());
    Options { mail: MailWay::Tls, vars, stored, frail: true, ..Options::default() }
}
