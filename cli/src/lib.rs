//! `einwurf`, the command line. `einwurf verify FILE` checks a proof of consent (`docs/protocol.md` section 7.4) without
//! the relay and without a network. `einwurf doctor` looks what of a site would stop the button, and what is left of
//! WhatsApp there. `einwurf poster` makes the page that goes into the shop window instead. `einwurf login`, `pull`, `reply`
//! and `export` are a member's device without a screen: messages reach the company's own systems without the relay ever
//! reading them.
//!
//! Left out on purpose: every rule of a signature or a format is in `einwurf-protocol`, what opens and what logs in is in
//! `einwurf-seal` and `einwurf-staff`; this crate reads and writes files, puts the rules together and says what came out.
//! `verify` uses nothing of `desk`: whoever checks a proof needs no key and no network.

#![allow(clippy::doc_markdown, reason = "WhatsApp is a name, and its capital within it no sign of code")]

mod check;
mod desk;
mod doctor;
mod export;
mod file;
mod poster;
#[cfg(feature = "properties")]
pub mod properties;
mod pull;
mod reply;
mod report;
mod say;
mod texts;

use clap::{Parser, Subcommand};
use einwurf_protocol::{ids::Thumbprint, time::Timestamp};
use std::{
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::SystemTime,
};
use texts::Language;

#[derive(Debug, Parser)]
#[command(name = "einwurf", version, about = "Checks proofs of consent and websites, and hands messages on to a company's own systems", long_about = None)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a receipt, or an export of proofs. Ends with 0 if it holds, with 1 if not, with 2 if it cannot be read.
    Verify {
        /// The page that was saved, or the bare JSON; - reads the standard input.
        file: PathBuf,
        /// The site key's thumbprint, as it stands in the company's page: the proof must go back to it.
        #[arg(long, value_name = "THUMBPRINT", allow_hyphen_values = true)]
        pin: Vec<Thumbprint>,
        /// The report as JSON.
        #[arg(long)]
        json: bool,
        /// Language of the report; otherwise that of the system.
        #[arg(long, value_enum)]
        lang: Option<Language>,
    },
    /// Looks what of a website, or of its files, would stop the button, and what is left of WhatsApp there. Ends with 0 if
    /// there are hints at most, with 1 if there is more, with 2 if it cannot look.
    Doctor(doctor::Options),
    /// Makes a page to print (A4) with the address of the company's door and its code to scan.
    Poster(poster::Options),
    /// Makes this machine a device of a member: pull, reply and export need it.
    Login(Box<desk::login::Options>),
    /// Says what the secrets of this device are kept under, and changes it.
    Keys(desk::keys::Options),
    /// Ends this device of the member, and removes what it kept.
    Logout(desk::keys::Leaving),
    /// Opens what is new and hands it on, each message once.
    Pull(Box<pull::Options>),
    /// Sends an answer to a visitor, as the member who is logged in here.
    Reply(reply::Options),
    /// Writes conversations, opened, with their proofs.
    Export(export::Options),
}

/// The program.
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Verify { file, pin, json, lang } => verify(&file, &pin, json, lang),
        Command::Doctor(options) => doctor::run(&options, now()),
        Command::Poster(options) => poster::run(&options),
        Command::Login(options) => desk::login::run(&options),
        Command::Keys(options) => desk::keys::run(&options),
        Command::Logout(options) => desk::keys::log_out(&options),
        Command::Pull(options) => pull::run(&options),
        Command::Reply(options) => reply::run(&options),
        Command::Export(options) => export::run(&options),
    }
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp(since.map_or(0, |it| it.as_secs()))
}

fn verify(file: &Path, pin: &[Thumbprint], json: bool, lang: Option<Language>) -> ExitCode {
    let language = lang.unwrap_or_else(Language::of_system);
    let (text, code) = match read(file).map_err(|cause| say::unreadable(language, &cause.to_string())) {
        Err(sentence) => return refuse(&sentence),
        Ok(bytes) => match file::parse(&bytes) {
            Err(error) => return refuse(&say::unreadable(language, &error.to_string())),
            Ok(file) => {
                let report = check::check(&file, pin);
                let text = if json { report.to_json() } else { say::report(language, &report) };
                (text, if report.holds { ExitCode::SUCCESS } else { ExitCode::from(1) })
            }
        },
    };
    // Whoever reads only the first lines of the report closes the pipe; the code is answer enough.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
    code
}

/// One byte more than allowed, so that a longer file is told from one that fits.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = file::BYTES as u64 + 1;
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn refuse(sentence: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "{sentence}");
    ExitCode::from(2)
}
