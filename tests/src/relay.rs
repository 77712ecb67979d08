//! The built relay under workerd, for one journey: its own storage, its own port, its own secrets.

use crate::{
    canary::Canary,
    fire::machine::Machine,
    folder::{Folder, copy, files},
    http::Http,
    random,
    smtp::{self, Smtp},
};
use anyhow::{Context, Result, bail};
use einwurf_protocol::codec::to_base64url;
use std::{collections::BTreeMap, fs, path::PathBuf};
use xtask::relay::{Beside, Egress, Settings};

/// How the relay reaches its mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailWay {
    /// No sender is configured.
    Off,
    /// Implicit TLS.
    Tls,
    /// STARTTLS.
    Starttls,
    /// Plaintext to loopback.
    Plaintext,
}

/// What differs from test to test.
#[derive(Debug, Clone)]
pub struct Options {
    /// How mail goes out.
    pub mail: MailWay,
    /// Whether the mail server's CA is trusted.
    pub trusted: bool,
    /// Messages within this time become one mail.
    pub mail_delay_ms: u32,
    /// Text bindings besides or instead of the usual ones.
    pub vars: BTreeMap<String, String>,
    /// What webhooks may reach, if not the public internet alone.
    pub outside: Option<Egress>,
    /// Folder of its modules, if not the built ones.
    pub code: Option<PathBuf>,
    /// Static files, if not the built ones.
    pub dist: Option<PathBuf>,
    /// What it finds in its storage when it starts, if anything.
    pub stored: Option<PathBuf>,
    /// Whether its machine can fail while it runs: [`crate::fire::machine`].
    pub frail: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            mail: MailWay::Off,
            trusted: true,
            mail_delay_ms: 50,
            vars: BTreeMap::new(),
            outside: None,
            code: None,
            dist: None,
            stored: None,
            frail: false,
        }
    }
}

/// A running relay; dropping it kills it.
#[derive(Debug)]
pub struct Relay {
    running: xtask::relay::Relay,
    operator_token: String,
}

impl Relay {
    /// Starts it with storage and log in `folder`.
    pub fn start(
        folder: &Folder,
        options: &Options,
        mail: Option<(&Smtp, &smtp::Certificates)>,
    ) -> Result<Self> {
        Self::start_beside(folder, options, mail, None)
    }

    /// The same with another worker in the same workerd.
    pub fn start_beside(
        folder: &Folder,
        options: &Options,
        mail: Option<(&Smtp, &smtp::Certificates)>,
        beside: Option<Beside>,
    ) -> Result<Self> {
        let operator_token = to_base64url(&random::bytes::<32>());
        let mut settings = Settings::in_folder(folder.path())?;
        settings.beside = beside;
        settings.clock = crate::clock::ahead();
        if let Some(stored) = &options.stored {
            copy(stored, &settings.storage)?;
        }
        if options.frail {
            settings.faults = Some(Machine::in_folder(folder.path())?.file().to_owned());
        }
        let origin = settings.origin();
        settings.egress = Egress::private();
        if let (true, Some((_, certificates))) = (options.trusted, mail) {
            settings.egress.trusted_certificates.push(certificates.ca.clone());
        }
        if let Some(outside) = &options.outside {
            settings.outside = outside.clone();
        }
        settings.vars = vars(&origin, &operator_token);
        if let Some((smtp, _)) = mail {
            settings.vars.extend(mail_vars(options, smtp));
        }
        settings.vars.extend(options.vars.clone());
        if let Some(code) = &options.code {
            settings.code.clone_from(code);
        }
        if let Some(dist) = &options.dist {
            settings.dist.clone_from(dist);
        }
        Ok(Self { running: xtask::relay::Relay::start(settings)?, operator_token })
    }

    /// `http://127.0.0.1:8787`.
    pub fn origin(&self) -> String {
        self.running.origin()
    }

    /// `127.0.0.1:8787`.
    pub fn host(&self) -> String {
        self.running.settings().address.to_string()
    }

    /// A client with fresh connections.
    pub fn http(&self) -> Http {
        Http::new(&self.origin())
    }

    /// What creates sites.
    pub fn operator_token(&self) -> &str {
        &self.operator_token
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Result<()> {
        self.running.kill()
    }

    /// `kill -9` if it runs, then a start on the same storage and port.
    pub fn restart(&mut self) -> Result<()> {
        self.running.restart()
    }

    /// `kill -9`, then a start on the same storage with the clock of the present test.
    pub fn restart_ahead(&mut self, seconds: i64) -> Result<()> {
        self.running.restart_at(seconds)
    }

    /// Stops it and starts it with another value of a binding; `None` removes the binding.
    pub fn rebind(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        self.running.rebind(name, value);
        self.running.restart()
    }

    /// The value of a binding.
    pub fn binding(&self, name: &str) -> Option<&str> {
        self.running.settings().vars.get(name).map(String::as_str)
    }

    /// Folder of its storage.
    pub fn storage_folder(&self) -> &std::path::Path {
        &self.running.settings().storage
    }

    /// Whether it ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.running.has_ended()
    }

    /// Everything it printed.
    pub fn log(&self) -> String {
        self.running.log()
    }

    /// Hundredths of a second that its process was busy so far.
    pub fn busy(&self) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.running.id()))?;
        // The name of the program, in parentheses, may hold anything.
        let (_, fields) = stat.rsplit_once(") ").context("no process")?;
        let number = |field: Option<&str>| field.and_then(|text| text.parse::<u64>().ok());
        let mut fields = fields.split(' ').skip(11);
        let (user, system) = (number(fields.next()), number(fields.next()));
        user.zip(system).map(|(user, system)| user + system).context("no times of the process")
    }

    /// Memory that it takes at this moment, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.running.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1_024)
    }

    /// How many files its storage has, without those that a database has beside it as long as it is open.
    pub fn files(&self) -> usize {
        let passing = |path: &PathBuf| {
            path.extension().is_some_and(|kind| kind == "sqlite-wal" || kind == "sqlite-shm")
        };
        files(&self.running.settings().storage).iter().filter(|(path, _)| !passing(path)).count()
    }

    /// Every file of its storage with its bytes, in the order of their names.
    pub fn storage(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = files(&self.running.settings().storage);
        files.sort();
        files
    }

    /// Fails if storage or log hold one of `canaries` in any coding.
    pub fn holds_none(&self, canaries: &[Canary]) -> Result<()> {
        let log = self.log();
        for canary in canaries {
            let mut hits = canary.found_below(&self.running.settings().storage);
            hits.extend(canary.found_in(log.as_bytes()).map(|form| format!("{form} in the log")));
            if !hits.is_empty() {
                bail!("{} was kept: {hits:?}", canary.text());
            }
        }
        Ok(())
    }
}

/// What libtest shows of a test that failed, and of no other: the end of what the relay printed.
impl Drop for Relay {
    fn drop(&mut self) {
        if crate::browser::is_test() {
            let log = self.log();
            let last: Vec<&str> = log.lines().rev().take(LAST).collect();
            eprintln!("the relay printed last:");
            last.into_iter().rev().for_each(|line| eprintln!("{line}"));
        }
    }
}

/// Lines of a relay's log that tell what went wrong.
const LAST: usize = 30;

/// The bindings that every relay needs, with fresh secrets.
pub fn vars(origin: &str, operator_token: &str) -> BTreeMap<String, String> {
    let secret = || to_base64url(&random::bytes::<32>());
    [
        ("EINWURF_PROFILE", "self-hosted".to_owned()),
        ("EINWURF_ORIGIN", origin.to_owned()),
        ("EINWURF_HOST_NAME", crate::seed::COMPANY.to_owned()),
        ("EINWURF_COUNTRY_DE", "Deutschland".to_owned()),
        ("EINWURF_COUNTRY_EN", "Germany".to_owned()),
        // Tests write faster than people.
        ("EINWURF_PACE", "1000000".to_owned()),
        ("EINWURF_OPERATOR_TOKEN", operator_token.to_owned()),
        ("EINWURF_ADDRESS_KEY", secret()),
        ("EINWURF_STORAGE_SECRET", secret()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn mail_vars(options: &Options, smtp: &Smtp) -> BTreeMap<String, String> {
    let (port, security) = match options.mail {
        MailWay::Off => return BTreeMap::new(),
        MailWay::Tls => (smtp.tls, "tls"),
        MailWay::Starttls => (smtp.starttls, "starttls"),
        MailWay::Plaintext => (smtp.plain, "plaintext"),
    };
    let mut vars: BTreeMap<String, String> = [
        ("EINWURF_MAIL_HOST", "localhost".to_owned()),
        ("EINWURF_MAIL_PORT", port.to_string()),
        ("EINWURF_MAIL_SECURITY", security.to_owned()),
        ("EINWURF_MAIL_FROM", smtp::USER.to_owned()),
        ("EINWURF_MAIL_DELAY_MS", options.mail_delay_ms.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    if options.mail == MailWay::Plaintext {
        vars.insert("EINWURF_MAIL_ALLOW_PLAINTEXT_LOOPBACK".to_owned(), "1".to_owned());
    } else {
        vars.insert("EINWURF_MAIL_USER".to_owned(), smtp::USER.to_owned());
        vars.insert("EINWURF_MAIL_PASSWORD".to_owned(), smtp::PASSWORD.to_owned());
    }
    vars
}
