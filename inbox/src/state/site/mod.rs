//! The website: until when it is published, which release runs, its keys, where it is served from, and the door.

pub mod appearance;
pub mod door;
pub mod hosted;
pub mod leaflet;
pub mod png;
pub mod policy;
pub mod release;
pub mod snippet;
pub mod succession;

use crate::state::{admin::Said, field::FieldFault, notice::editing::Editing};
use appearance::Appearance;
use einwurf_protocol::{
    api::login::RecoveryCheck,
    ids::Thumbprint,
    manifest::{Code, Display, Manifest, NoticeRef},
    poster::{self, Paper},
    stock,
    time::Timestamp,
};
use release::Offer;
use snippet::Look;
use succession::Stage;

/// Characters of a key's id that people see.
const KEY_CHARS: usize = 12;

/// Which part is on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    /// All parts with a line each.
    #[default]
    Overview,
    /// The legal facts that notices state.
    Notice,
    /// Contact ways.
    Display,
    /// How button and window look.
    Appearance,
    /// The door.
    Door,
    /// The snippet.
    Snippet,
    /// The policy that the page needs.
    Policy,
    /// What stands where a link to `WhatsApp` stood.
    Instead,
    /// The next site key.
    Next,
    /// Two relays, and moving to another one.
    Relays,
    /// Other programs that are told that something happened.
    Webhooks,
    /// What to do when everything is lost.
    Lost,
}

/// What somebody does on these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Goes to another screen.
    Show(Screen),
    /// Signs the stock anew.
    Renew,
    /// Approves the release that is offered.
    Approve,
    /// Publishes other legal facts.
    PublishNotice,
    /// Publishes the former ones again.
    RestoreNotice,
    /// Publishes other contact ways.
    PublishDisplay,
    /// Wants the form to show what is in force again.
    DropTyped,
    /// Publishes another look.
    PublishLook,
    /// Wants that form to show what is in force again.
    DropLook,
    /// Wants what visitors read today fetched again.
    RetryNotice,
    /// Wants the door as a file.
    Download,
    /// Publishes the door's address, or that there is none.
    PublishDoor,
    /// Makes and announces the next site key.
    Announce,
    /// Takes the announcement back.
    Withdraw,
    /// Switches to the next site key.
    Switch,
    /// Publishes the second relay, or that there is none.
    PublishRelays,
    /// Announces that the site moved.
    Move,
    /// Takes that back.
    MoveBack,
    /// Wants the snippet in the clipboard.
    CopySnippet,
    /// Wants the launcher as a file.
    SaveLauncher,
    /// Wants something else in the clipboard.
    Copy(Copied),
    /// Wants the code of the address as a file: SVG, or else PNG.
    SaveCode(bool),
    /// Wants the poster printed.
    Print(Paper),
}

/// What goes to the clipboard besides the snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// The policy.
    Policy,
    /// An ordinary link.
    Link,
    /// The address of the page that stands alone.
    Address,
    /// The line below mails.
    Signature,
    /// What `WhatsApp` answers by itself.
    Reply,
}

/// One month of the stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
    /// Beginning of its inbox key's id.
    pub key: String,
    /// It is in force.
    pub current: bool,
}

/// What is published, verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Address of the site at the relay.
    pub address: String,
    /// The site key, and the next one if it is announced.
    pub pins: Vec<Thumbprint>,
    /// Serial of the manifest in force.
    pub serial: u64,
    /// The stock.
    pub months: Vec<Month>,
    /// When it ends.
    pub until: Timestamp,
    /// The release that may run.
    pub code: Code,
    /// Origins of the relays.
    pub origins: Vec<String>,
    /// Address of the door.
    pub door: Option<String>,
    /// Origin of the relay that the site moved to.
    pub moved_to: Option<String>,
    /// How far the change of the site key is.
    pub stage: Stage,
    /// Name and contact ways.
    pub display: Display,
    /// Notices in force.
    pub notices: Vec<NoticeRef>,
}

impl Facts {
    /// From a verified stock; none before the first month. `held` says that this device has the announced key.
    pub fn of(address: &str, manifests: &[Manifest], held: bool, now: Timestamp) -> Option<Self> {
        let present = stock::served(manifests, now)?;
        let next = present.succession.next;
        let month = |one: &Manifest| Month {
            from: one.nbf,
            to: one.exp,
            key: short(&one.inbox_key.id.to_string()),
            current: one.serial == present.serial,
        };
        Some(Self {
            address: address.to_owned(),
            pins: std::iter::once(present.site).chain(next).collect(),
            serial: present.serial,
            months: manifests.iter().filter(|one| one.nbf >= present.nbf).map(month).collect(),
            until: stock::until(manifests)?,
            code: present.code.clone(),
            origins: present.relay.origins.clone(),
            door: present.relay.door.clone(),
            moved_to: present.succession.moved_to.clone(),
            stage: next.map_or(Stage::None, |_| Stage::Announced { held }),
            display: present.display.clone(),
            notices: present.notices.clone(),
        })
    }

    /// What a field shows. `relay` is the one that is asked.
    fn at<'a>(&'a self, place: Place, relay: &str) -> Option<&'a str> {
        match place {
            Place::Door => self.door.as_deref(),
            Place::Second => self.origins.iter().find(|origin| *origin != relay).map(String::as_str),
            Place::Moved => self.moved_to.as_deref(),
        }
    }
}

/// The relays of a manifest with another second one; the order of those that stay is kept.
pub fn origins(present: &[String], relay: &str, second: Option<String>) -> Vec<String> {
    let mut origins: Vec<_> = [relay.to_owned()].into_iter().chain(second).collect();
    if present.first().is_some_and(|first| first != relay) {
        origins.reverse();
    }
    origins
}

/// The beginning of an id, for people to compare.
pub fn short(id: &str) -> String {
    id.chars().take(KEY_CHARS).collect()
}

/// A field of these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The door's address.
    Door,
    /// The second relay's origin.
    Second,
    /// The origin that the site moves to.
    Moved,
}

/// Everything behind the pages.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Which part is shown.
    pub screen: Screen,
    /// What is published; none until it was fetched.
    pub facts: Option<Facts>,
    /// What the relay offers.
    pub offer: Offer,
    /// Fields by [`Place`].
    typed: [String; 3],
    /// The field whose fault is shown.
    pub tried: Option<Place>,
    /// "The new snippet is in the page."
    pub in_page: bool,
    /// Two groups of the recovery code, for the switch.
    pub groups: [String; 2],
    /// How the sheet is asked for; none if there is no sheet.
    pub check: Option<RecoveryCheck>,
    /// The one who looks may sign.
    pub administers: bool,
    /// How the snippet is to look.
    pub look: Look,
    /// What the policy is made from.
    pub policy: policy::Form,
    /// Legal facts and contact ways.
    pub editing: Editing,
    /// How button and window look.
    pub appearance: Appearance,
    /// What is going on.
    pub said: Said,
}

impl Site {
    /// Takes up what is published. A field shows it unless somebody has typed something else there.
    pub fn take(&mut self, facts: Facts, relay: &str) {
        for place in [Place::Door, Place::Second, Place::Moved] {
            let before = self.facts.as_ref().and_then(|facts| facts.at(place, relay)).unwrap_or_default();
            if self.get(place) == before {
                self.set(place, facts.at(place, relay).unwrap_or_default().to_owned());
            }
        }
        self.appearance.take(&facts.display);
        self.facts = Some(facts);
        self.tried = None;
    }

    /// Another part. What was said of the last one is forgotten.
    pub fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.said = Said::Nothing;
        self.tried = None;
        self.in_page = false;
        self.groups = Default::default();
        self.editing.tried = false;
        self.appearance.tried = false;
    }

    /// What is displayed now, and with the look that is typed; none while something is wrong with it, or it is the same.
    pub fn redressed(&self) -> Option<(Display, Display)> {
        let seen = self.facts.as_ref()?.display.clone();
        let display = self.appearance.typed.display(&seen).filter(|display| *display != seen)?;
        Some((seen, display))
    }

    /// What is typed.
    pub fn get(&self, place: Place) -> &str {
        self.typed.get(place as usize).map_or("", String::as_str)
    }

    /// Somebody typed.
    pub fn set(&mut self, place: Place, text: String) {
        if let Some(value) = self.typed.get_mut(place as usize) {
            *value = text;
        }
    }

    /// What is wrong with a field, once somebody tried. `relay` is the one that is asked.
    pub fn fault_of(&self, place: Place, relay: &str) -> Option<FieldFault> {
        self.check(place, relay).err().filter(|_| self.tried == Some(place))
    }

    /// The field's value; none for an empty door or second relay, which takes it away.
    pub fn check(&self, place: Place, relay: &str) -> Result<Option<String>, FieldFault> {
        let text = self.get(place).trim();
        let fits = match place {
            Place::Door => door::is_address(text),
            Place::Second | Place::Moved => door::is_origin(text) && text != relay,
        };
        match (text.is_empty(), place) {
            (true, Place::Moved) => Err(FieldFault::Empty),
            (true, _) => Ok(None),
            (false, _) if fits => Ok(Some(text.to_owned())),
            (false, Place::Door) => Err(FieldFault::Door),
            (false, _) => Err(FieldFault::Origin),
        }
    }
}

impl Site {
    /// A text that can be copied; none if there is none.
    pub fn text(&self, what: Copied) -> Option<String> {
        let (facts, look) = (self.facts.as_ref()?, &self.look);
        let address = hosted::address(facts);
        match what {
            Copied::Policy => policy::policy(&self.policy, facts, look).ok().map(|made| made.text),
            Copied::Link => Some(leaflet::link(facts, look)),
            Copied::Address => Some(address),
            Copied::Signature => Some(poster::signature(look.register, &address)),
            Copied::Reply => poster::reply(look.register, &address),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
