//! `einwurf login`: makes this machine a device of a member, and keeps what it needs to come back.

use super::{
    Place, Stop, door,
    folder::{Account, FORMAT, Folder, Login, Stored},
    keys,
    passphrase::{self, first, prompt},
    relay::origin,
    stop,
    vault::{Key, Keys, Lock, Secrets},
};
use crate::texts::Texts;
use clap::Args;
use einwurf_protocol::ids::Thumbprint;
use einwurf_staff::{login::account, start};
use getrandom::{SysRng, rand_core::UnwrapErr};
use p256::ecdsa::SigningKey;
use rand_core::Rng as _;
use std::{
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use zeroize::Zeroizing;

/// What a login is told.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The relay's address, or the link to the inbox: it names site and site key, too. A link to the company's own door
    /// needs --relay.
    #[arg(value_name = "LINK")]
    link: String,
    /// The relay's address, if the link leads to a door.
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    /// Address of the site, as it stands in the snippet.
    #[arg(long, value_name = "ADDRESS", allow_hyphen_values = true)]
    site: Option<String>,
    /// The site key's thumbprint, as it stands in the snippet. The relay is not asked for it: it is not trusted.
    #[arg(long, value_name = "THUMBPRINT", allow_hyphen_values = true)]
    pin: Option<Thumbprint>,
    /// Account name.
    #[arg(long, value_name = "NAME")]
    account: String,
    /// File whose first line is the password; - reads it from the standard input; otherwise it is asked for.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// What the secrets of this device are kept under: a passphrase, or a key in the system's keyring.
    #[arg(long, value_enum, default_value = "passphrase")]
    keys: Keys,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    let language = options.place.language();
    let outcome = log_in(options).map(|(company, kept)| {
        let texts = Texts::of_desk(language);
        stop::say(&texts.say("logged-in", &[("company", &company), ("account", &options.account)]));
        stop::say(&texts.say(kept, &[]));
        0
    });
    stop::end(language, outcome)
}

/// The company's name, and the text that says where the keys are.
fn log_in(options: &Options) -> Result<(String, &'static str), Stop> {
    let login = place(options)?;
    let folder = Folder::open(&options.place)?;
    let secrets = Secrets { password: password(options)?, device: key() };
    let (lock, key) = keys::lock(options.keys, &options.place, options.place.passphrase_file.as_deref())?;
    let account = Account { login, secrets };
    let came = come(&folder, &account, (lock.clone(), key));
    if came.is_err() {
        lock.forget();
    }
    Ok((came?, lock.text()))
}

/// Comes in for the first time, and keeps what it takes to come back.
fn come(folder: &Folder, account: &Account, lock: (Lock, Key)) -> Result<String, Stop> {
    let mut rng = UnwrapErr(SysRng);
    let sealed = account.secrets.seal(lock, &account.login, &mut rng).ok_or(Stop::wrong("vault"))?;
    // What is damaged is replaced.
    let former = folder.stored().ok().flatten();
    if let Some(former) = &former {
        folder.make_room(&former.login, &account.login)?;
    }
    let desk = door::enter(folder, account, door::Device::New)?;
    desk.leave();
    folder.keep_login(&Stored { login: account.login.clone(), sealed: Some(sealed) })?;
    if let Some(sealed) = former.and_then(|former| former.sealed) {
        sealed.lock.forget();
    }
    Ok(desk.staff.manifest().display.name.clone())
}

/// Where: what is named one by one comes before what the link says.
fn place(options: &Options) -> Result<Login, Stop> {
    let from = start::Start::read(options.link.split_once('#').map_or("", |(_, fragment)| fragment));
    let site = options.site.as_deref().map_or(from.site, start::address).ok_or(Stop::wrong("no-site"))?;
    let pin = options.pin.or(from.pin).ok_or(Stop::wrong("no-pin"))?;
    let relay = origin(options.relay.as_deref().unwrap_or(&options.link)).ok_or(Stop::wrong("no-address"))?;
    Ok(Login { v: FORMAT, relay, site, pin, account: account(&options.account) })
}

fn password(options: &Options) -> Result<Zeroizing<String>, Stop> {
    match &options.password_file {
        None => prompt(&options.place, "ask-password"),
        Some(file) if file == Path::new("-") => {
            let mut bytes = Zeroizing::new(Vec::new());
            let read = std::io::stdin().lock().take(8_192).read_to_end(&mut bytes);
            read.map_err(|cause| Stop::file(file, &cause))?;
            first(&bytes).ok_or_else(|| Stop::wrong("no-line").with("file", "-"))
        }
        Some(file) => passphrase::secret(file),
    }
}

/// A fresh ES256 key; practically every 32 bytes are a scalar of the group.
fn key() -> Zeroizing<[u8; 32]> {
    let mut candidate = Zeroizing::new([0; 32]);
    loop {
        UnwrapErr(SysRng).fill_bytes(candidate.as_mut());
        if SigningKey::from_slice(candidate.as_ref()).is_ok() {
            return candidate;
        }
    }
}
