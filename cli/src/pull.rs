//! `einwurf pull`: opens what is new on the company's own machine and hands it on, exactly once.

mod item;
mod journal;
mod letter;
mod point;
#[cfg(feature = "properties")]
pub(crate) mod properties;
mod read;
mod round;
mod sink;
mod stay;
mod watch;

pub(crate) use item::Item;
pub(crate) use letter::DOMAIN;
pub(crate) use read::{gather, read};

use crate::{
    desk::{
        Desk, Place, Stop,
        folder::{Account, Folder},
        stop,
    },
    texts::Texts,
};
use clap::{Args, ValueEnum};
use einwurf_protocol::message::is_email;
use journal::Journal;
use letter::Letters;
use round::{Round, Tally};
use sink::Sink;
use std::{path::PathBuf, process::ExitCode};
use watch::{Bell, Ear};

/// A login lasts so long while this stays, in seconds: the next one brings new keys and the newest roster.
const LOGIN_SECONDS: u64 = 3_600;

/// What a program is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A mail.
    Mail,
    /// JSON.
    Json,
}

/// What is pulled, and where it goes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    target: Target,
    /// What --exec gives the command.
    #[arg(long, value_enum, default_value = "mail")]
    format: Format,
    /// Answers and acts of members, too; otherwise what visitors write, and whatever asks to delete copies.
    #[arg(long)]
    all: bool,
    /// To whom the mails are addressed.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Where answers to the mails go: an address whose mail is given to `einwurf reply --mail`.
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// Stays, and is told by the relay when there is something new.
    #[arg(long)]
    watch: bool,
    /// Seconds between two looks while the relay cannot tell.
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    #[command(flatten)]
    place: Place,
}

/// Exactly one.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// A Maildir; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// An mbox file.
    #[arg(long, value_name = "FILE")]
    mbox: Option<PathBuf>,
    /// A folder for JSON, a file for each event.
    #[arg(long, value_name = "DIR")]
    json: Option<PathBuf>,
    /// A command of the shell with one message on its standard input; 0 means taken.
    #[arg(long, value_name = "COMMAND")]
    exec: Option<String>,
}

impl Options {
    fn sink(&self) -> Result<Sink, Stop> {
        let Target { maildir, mbox, json, exec } = &self.target;
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(|cause| Stop::file(path, &cause));
        match (maildir, mbox, json, exec) {
            (Some(folder), ..) => absolute(folder).map(Sink::Maildir),
            (_, Some(file), ..) => absolute(file).map(Sink::Mbox),
            (_, _, Some(folder), _) => absolute(folder).map(Sink::Json),
            (.., Some(command)) => {
                Ok(Sink::Exec { command: command.clone(), json: self.format == Format::Json })
            }
            _ => Err(Stop::wrong("no-address")),
        }
    }

    fn letters(&self) -> Result<Letters, Stop> {
        for address in [&self.to, &self.reply_to].into_iter().flatten() {
            if !is_email(address) {
                return Err(Stop::wrong("no-email").with("address", address));
            }
        }
        let texts = Texts::of_desk(self.place.language());
        Ok(Letters { texts, to: self.to.clone(), reply_to: self.reply_to.clone() })
    }
}

pub(crate) fn run(options: &Options) -> ExitCode {
    stop::end(options.place.language(), pull(options))
}

fn pull(options: &Options) -> Result<u8, Stop> {
    let (sink, letters) = (options.sink()?, options.letters()?);
    let folder = Folder::open(&options.place)?;
    let account = folder.account(&options.place)?;
    sink.prepare()?;
    let bell = Bell::of_system().map_err(|cause| Stop::wrong("signals").with("cause", cause))?;
    let journal = Journal::open(&folder)?;
    let mut pull = Pull { options, folder, account, sink, letters, journal, bell, seat: None };
    if options.watch { pull.stay() } else { pull.once() }
}

struct Pull<'a> {
    options: &'a Options,
    folder: Folder,
    account: Account,
    sink: Sink,
    letters: Letters,
    journal: Journal,
    bell: Bell,
    seat: Option<Seat>,
}

/// A login, and the connection that belongs to it.
struct Seat {
    desk: Desk,
    ear: Ear,
}

impl Pull<'_> {
    fn once(&mut self) -> Result<u8, Stop> {
        let tally = self.round();
        self.leave();
        let tally = tally?;
        let language = self.options.place.language();
        for left in &tally.left {
            stop::say(&left.sentence(language));
        }
        let count = tally.taken.to_string();
        stop::say(&Texts::of_desk(language).say("taken", &[("count", &count)]));
        // The gravest reason counts.
        Ok(tally.left.iter().map(Stop::code).max().unwrap_or(0))
    }

    /// Ends the session, if there is one.
    fn leave(&mut self) {
        if let Some(seat) = self.seat.take() {
            seat.desk.leave();
        }
    }

    fn round(&mut self) -> Result<Tally, Stop> {
        if self.seat.as_ref().is_some_and(|seat| crate::now() >= seat.desk.since.plus(LOGIN_SECONDS)) {
            self.leave();
        }
        let seat = match self.seat.take() {
            Some(seat) => seat,
            None => Seat { desk: Desk::enter(&self.folder, &self.account)?, ear: Ear::default() },
        };
        let seat = self.seat.insert(seat);
        let round = Round {
            desk: &seat.desk,
            journal: &mut self.journal,
            sink: &self.sink,
            letters: &self.letters,
            all: self.options.all,
            bell: &self.bell,
        };
        round.run()
    }
}
