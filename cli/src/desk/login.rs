//! `einwurf login`: makes this machine a device of a member, and keeps what it needs to come back.

use super::{
    Place, Stop, door,
    folder::{Folder, Login, Stored},
    relay::origin,
    stop,
    vault::{Secrets, first, line, passphrase, prompt},
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
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    let language = options.place.language();
    let outcome = log_in(options).map(|company| {
        let texts = Texts::of_desk(language);
        stop::say(&texts.say("logged-in", &[("company", &company), ("account", &options.account)]));
        0
    });
    stop::end(language, outcome)
}

fn log_in(options: &Options) -> Result<String, Stop> {
    let login = place(options)?;
    let folder = Folder::open(&options.place)?;
    let secrets = Secrets { password: password(options)?, device: key() };
    let passphrase = passphrase(&options.place, true)?;
    let mut rng = UnwrapErr(SysRng);
    let sealed = secrets.seal(&passphrase, &login, &mut rng).ok_or(Stop::wrong("vault"))?;
    // Another site may stand where the former one did.
    if folder.stored().is_ok_and(|former| former.login.pin != login.pin) {
        folder.forget_seen()?;
    }
    let desk = door::enter_as(&folder, &login, &secrets, door::Device::New)?;
    desk.leave();
    folder.keep_login(&Stored { login, sealed })?;
    Ok(desk.staff.manifest().display.name.clone())
}

/// Where: what is named one by one comes before what the link says.
fn place(options: &Options) -> Result<Login, Stop> {
    let from = start::Start::read(options.link.split_once('#').map_or("", |(_, fragment)| fragment));
    let site = options.site.as_deref().map_or(from.site, start::address).ok_or(Stop::wrong("no-site"))?;
    let pin = options.pin.or(from.pin).ok_or(Stop::wrong("no-pin"))?;
    let relay = origin(options.relay.as_deref().unwrap_or(&options.link)).ok_or(Stop::wrong("no-address"))?;
    Ok(Login { v: 1, relay, site, pin, account: account(&options.account) })
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
        Some(file) => {
            super::folder::private(file)?;
            line(file)
        }
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
