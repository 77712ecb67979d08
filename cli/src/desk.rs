//! A staff device without a screen: where it keeps what it has to keep, how it asks the relay, how it logs in. It is a
//! device of its member like any other: shown in the inbox by its key, and ended there.

pub(crate) mod door;
pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod live;
pub(crate) mod login;
mod passphrase;
#[cfg(feature = "properties")]
pub(crate) mod properties;
pub(crate) mod relay;
mod ring;
pub(crate) mod stop;
mod vault;

use crate::texts::Language;
use clap::Args;
use einwurf_protocol::{
    api::{
        header, path,
        staff::{Entry, InboxPage},
    },
    roster::Capability,
    time::Timestamp,
};
use einwurf_staff::keyring::Staff;
use folder::{Account, Folder};
use relay::{Call, Relay};
use std::path::PathBuf;
pub(crate) use stop::Stop;

/// Pages of the list that are read at most: a relay that never ends is not followed for ever.
const PAGES: usize = 20_000;

/// What every command of a logged-in device takes.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Folder with the login; otherwise $EINWURF_STATE, $XDG_STATE_HOME/einwurf or ~/.local/state/einwurf. One for each
    /// site.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// File whose first line is the passphrase; otherwise systemd's credential "einwurf", else it is asked for.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Language of what is said; otherwise that of the system.
    #[arg(long, value_enum)]
    pub(crate) lang: Option<Language>,
}

impl Place {
    pub(crate) fn language(&self) -> Language {
        self.lang.unwrap_or_else(Language::of_system)
    }
}

/// A logged-in member, and the relay.
pub(crate) struct Desk {
    pub(crate) relay: Relay,
    pub(crate) staff: Staff,
    /// When the login was.
    pub(crate) since: Timestamp,
}

impl Desk {
    /// Opens the folder and logs in; nobody else works in the folder as long as it is held.
    pub(crate) fn open(place: &Place) -> Result<(Folder, Self), Stop> {
        let folder = Folder::open(place)?;
        let account = folder.account(place)?;
        let desk = Self::enter(&folder, &account)?;
        Ok((folder, desk))
    }

    /// Logs in anew: every run verifies the whole chain, and brings the newest keys along. The device must be known to
    /// the account, so that ending it in the inbox ends this program.
    pub(crate) fn enter(folder: &Folder, account: &Account) -> Result<Self, Stop> {
        let desk = door::enter(folder, account, door::Device::Known)?;
        if desk.staff.may(Capability::Read) {
            Ok(desk)
        } else {
            desk.leave();
            Err(Stop::access("reads-not"))
        }
    }

    /// A request with the session.
    pub(crate) fn ask(&self, call: Call<'_>) -> Result<relay::Answer, Stop> {
        self.relay.ask(&call.with_session(&self.staff.session))
    }

    /// What changed at `from` or later, newest first. What changes meanwhile comes to the top, and with the next list.
    pub(crate) fn list(&self, from: Timestamp) -> Result<Vec<Entry>, Stop> {
        let (mut entries, mut after) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let page = self.page(after.as_deref())?;
            let end = page.conversations.iter().any(|entry| entry.newest < from);
            entries.extend(page.conversations.into_iter().filter(|entry| entry.newest >= from));
            match page.after {
                Some(next) if !end => after = Some(next),
                _ => return Ok(entries),
            }
        }
        Err(Stop::trust("endless"))
    }

    /// A page of the list of conversations.
    fn page(&self, after: Option<&str>) -> Result<InboxPage, Stop> {
        let mut call = Call::get(path::INBOX);
        if let Some(after) = after {
            call = call.header(header::AFTER, after);
        }
        self.ask(call)?.json()
    }

    /// Ends the session; if the relay cannot be told, it ends by itself.
    pub(crate) fn leave(&self) {
        let _ = self.ask(Call::post(path::LOGOUT, Vec::new()));
    }
}
