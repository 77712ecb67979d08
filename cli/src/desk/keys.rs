//! `einwurf keys`: from a passphrase to the system's keyring and back, or to another passphrase. `einwurf logout`: the end.

use super::{
    Place, Stop, door,
    folder::{Folder, Stored},
    passphrase,
    relay::Call,
    stop,
    vault::{Key, Keys, Lock},
};
use crate::texts::Texts;
use clap::Args;
use einwurf_protocol::api::{admin::EndDevice, path};
use getrandom::{SysRng, rand_core::UnwrapErr};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is changed.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What they are to be kept under from now on; if not named, only what they are kept under is said.
    #[arg(value_enum)]
    to: Option<Keys>,
    /// File whose first line is the new passphrase; otherwise it is asked for.
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// What ends.
#[derive(Debug, Args)]
pub(crate) struct Leaving {
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    let language = options.place.language();
    let outcome = change(options).map(|kept| {
        stop::say(&Texts::of_desk(language).say(kept, &[]));
        0
    });
    stop::end(language, outcome)
}

/// A new lock and its key; a new passphrase comes from the file, or is asked for.
pub(crate) fn lock(keys: Keys, place: &Place, file: Option<&Path>) -> Result<(Lock, Key), Stop> {
    let mut rng = UnwrapErr(SysRng);
    match keys {
        Keys::Keyring => Lock::of_keyring(&mut rng),
        Keys::Passphrase => Lock::of_passphrase(&passphrase::new(place, file)?, &mut rng),
    }
}

/// The text that says where they are now.
fn change(options: &Options) -> Result<&'static str, Stop> {
    let folder = Folder::open(&options.place)?;
    let (_, former) = folder.login()?;
    let Some(to) = options.to else { return Ok(former.lock.text()) };
    let account = folder.account(&options.place)?;
    let (lock, key) = lock(to, &options.place, options.new_passphrase_file.as_deref())?;
    let sealed = account.secrets.seal((lock.clone(), key), &account.login, &mut UnwrapErr(SysRng));
    let stored = Stored { login: account.login, sealed };
    let kept = if stored.sealed.is_some() { folder.keep_login(&stored) } else { Err(Stop::wrong("vault")) };
    // Whichever lock is not in use any more leaves nothing behind.
    if kept.is_ok() {
        former.lock.forget();
    } else {
        lock.forget();
    }
    kept.map(|()| lock.text())
}

pub(crate) fn log_out(options: &Leaving) -> ExitCode {
    let language = options.place.language();
    let outcome = leave(&options.place).map(|told| {
        let texts = Texts::of_desk(language);
        stop::say(&texts.say("logged-out", &[]));
        told.map_or(0, |stop| {
            let cause = stop.sentence(language);
            stop::say(&texts.say("still-listed", &[("cause", &cause)]));
            stop::LEFT
        })
    });
    stop::end(language, outcome)
}

/// What is kept here goes in any case; the reason if the relay could not be told.
fn leave(place: &Place) -> Result<Option<Stop>, Stop> {
    let folder = Folder::open(place)?;
    let (login, sealed) = folder.login()?;
    let told = end(&folder, place);
    folder.keep_login(&Stored { login, sealed: None })?;
    sealed.lock.forget();
    Ok(told.err())
}

/// Ends the device, and with it every session of it.
fn end(folder: &Folder, place: &Place) -> Result<(), Stop> {
    let account = folder.account(place)?;
    let desk = door::enter(folder, &account, door::Device::Known)?;
    let body = EndDevice { id: desk.relay.device() };
    desk.ask(Call::json(path::INBOX_DEVICES_END, &body)).map(drop)
}
