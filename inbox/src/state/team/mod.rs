//! The team: who may do what, invitations, removal, and the emergency sheet.

pub mod accept;
pub mod invite;
pub mod remove;
pub mod sheet;

use crate::{state::admin::Said, texts::Pick};
use accept::{Checked, Doubt};
use einwurf_protocol::{
    api::{
        admin::{Account, Invitation, SiteState},
        login::RecoveryCheck,
    },
    ids::{MessageId, Thumbprint},
    roster::{Capability, Member, MemberKind, Roster},
    time::Timestamp,
};
use einwurf_seal::SiteKey;
use invite::{Form, Link};
use remove::Stays;
use sheet::Drawn;
use std::fmt;

/// What is on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Screen {
    /// Persons, invitations, the sheet.
    #[default]
    List,
    /// Whom to invite.
    Invite,
    /// The link, shown once.
    Invited,
    /// An answer is compared and confirmed.
    Confirm(MessageId),
    /// Ending somebody's access.
    End(Thumbprint),
    /// A new emergency sheet.
    Sheet,
    /// Two groups of the present one.
    Check,
}

/// What somebody does on these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Goes to another screen.
    Show(Screen),
    /// Invites somebody again who lost the password.
    Again(Thumbprint),
    /// Wants the link of an invitation.
    Invite,
    /// Wants it in the clipboard.
    CopyLink,
    /// Takes an invitation back.
    Withdraw(MessageId),
    /// Compared the code: it is right.
    Accept(MessageId),
    /// Compared the code: it is not right.
    Refuse(MessageId),
    /// Ends somebody's access.
    End(Thumbprint),
    /// Wants the new sheet on paper.
    Print,
    /// Makes the new sheet valid.
    PublishSheet,
    /// Typed two groups of the present sheet.
    Check,
}

/// A person of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The member.
    pub id: Thumbprint,
    /// Name.
    pub name: String,
    /// What they may do.
    pub may: Vec<Capability>,
    /// Account name; none if the relay knows of no account.
    pub account: Option<String>,
    /// The last login.
    pub seen: Option<Timestamp>,
    /// It is the one who looks.
    pub you: bool,
    /// Why this access cannot be ended, if it cannot.
    pub stays: Option<Stays>,
}

impl Person {
    /// Whether they hold the site key.
    pub fn signs(&self) -> bool {
        self.may.contains(&Capability::Sign)
    }

    /// Whether they hold the inbox keys.
    pub fn reads(&self) -> bool {
        self.may.contains(&Capability::Read)
    }
}

/// Where an invitation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody answered yet.
    Waiting,
    /// Somebody answered, and what came belongs to the link.
    Answered(Box<Checked>),
    /// Somebody answered, and what came must not be taken.
    Doubtful(Doubt),
    /// Too late.
    Expired,
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: MessageId,
    /// For whom.
    pub name: String,
    /// What they may do then.
    pub may: Vec<Capability>,
    /// Whose access ends with it.
    pub replaces: Option<(Thumbprint, String)>,
    /// When it ends.
    pub expires: Timestamp,
    /// Where it stands.
    pub standing: Standing,
}

/// An answer as it was on the screen while the code was compared.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    id: MessageId,
    checked: Checked,
    replaces: Option<Thumbprint>,
}

impl Shown {
    fn of(open: &Open) -> Option<Self> {
        let Standing::Answered(checked) = &open.standing else { return None };
        let replaces = open.replaces.as_ref().map(|(former, _)| *former);
        Some(Self { id: open.id, checked: checked.as_ref().clone(), replaces })
    }
}

/// Everything behind the pages.
#[derive(Clone, Default)]
pub struct Team {
    /// What is shown.
    pub screen: Screen,
    /// The one who looks may sign: accounts and invitations are known, and things can be changed.
    pub administers: bool,
    /// Persons, in the roster's order; none until it was fetched.
    pub persons: Option<Vec<Person>>,
    /// Open invitations, the newest first.
    pub open: Vec<Open>,
    /// Answers whose code somebody has seen in this login. Nothing else is taken in for these invitations.
    shown: Vec<Shown>,
    /// When the sheet was last asked for; none if there is no sheet.
    pub checked: Option<Timestamp>,
    /// How to ask for it.
    pub check: Option<RecoveryCheck>,
    /// A next site key is announced.
    pub announced: bool,
    /// Whom to invite.
    pub form: Form,
    /// The link of the invitation that was just made.
    pub link: Option<Link>,
    /// A new emergency sheet that is not published yet.
    pub drawn: Option<Drawn>,
    /// What is typed of the present sheet.
    pub groups: [String; 2],
    /// The consequences were read.
    pub aware: bool,
    /// What an act leaves to do outside: after an access was ended, the snippet with the new serial.
    pub due: Option<Pick>,
    /// What is going on.
    pub said: Said,
}

/// What the team is made from.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// The roster in force, verified.
    pub roster: &'a Roster,
    /// The one who looks.
    pub me: Thumbprint,
    /// What only those see who may sign.
    pub signing: Option<Signing<'a>>,
    /// A next site key is announced.
    pub announced: bool,
    /// Now.
    pub now: Timestamp,
}

/// What those see who may sign.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// Accounts, invitations, when the sheet was checked: the relay's word.
    pub state: &'a SiteState,
    /// Makes the secrets of invitations again.
    pub key: &'a SiteKey,
}

impl Team {
    /// Takes up what is in force.
    pub fn take(&mut self, seen: &Seen<'_>) {
        let persons = seen.roster.members.iter().filter(|member| member.is_person());
        self.persons = Some(persons.map(|member| person(member, seen)).collect());
        self.announced = seen.announced;
        self.administers = seen.signing.is_some();
        let Some(signing) = &seen.signing else { return };
        let invitations = signing.state.invitations.iter();
        self.open = invitations.map(|one| invitation(one, seen, signing)).collect();
        self.open.sort_by_key(|one| std::cmp::Reverse((one.expires, one.id.0)));
        self.pin();
        let sheet = seen.roster.members.iter().any(|member| member.kind == MemberKind::Recovery);
        self.checked = sheet.then_some(signing.state.recovery.checked);
        self.check = sheet.then(|| signing.state.recovery.check.clone());
    }

    /// Whoever looks at a code compares it with somebody: from then on another answer to the same invitation is foreign.
    fn pin(&mut self) {
        if let Screen::Confirm(id) = self.screen
            && self.shown.iter().all(|shown| shown.id != id)
        {
            self.shown.extend(self.invitation(id).and_then(Shown::of));
        }
        for shown in &self.shown {
            let other =
                |one: &&mut Open| one.id == shown.id && Shown::of(one).is_some_and(|now| now != *shown);
            if let Some(open) = self.open.iter_mut().find(other) {
                open.standing = Standing::Doubtful(Doubt::Foreign);
            }
        }
    }

    /// Who may be taken in, and whom they replace: what was on the screen, if it still is what the relay shows.
    pub fn compared(&self, id: MessageId) -> Option<(Member, Option<Thumbprint>)> {
        let now = self.invitation(id).and_then(Shown::of)?;
        let shown = self.shown.iter().find(|shown| **shown == now)?;
        Some((shown.checked.member.clone(), shown.replaces))
    }

    /// Which two groups of the sheet are asked for, from 0.
    pub fn asked(&self) -> [u8; 2] {
        self.check.as_ref().map_or([0, 0], |check| check.groups)
    }

    /// Another screen. What was typed or drawn for the last one is forgotten, and the link is never shown again.
    pub fn show(&mut self, screen: Screen) {
        self.screen = screen;
        self.said = Said::Nothing;
        (self.aware, self.due) = (false, None);
        self.groups = Default::default();
        if screen != Screen::Invite {
            self.form = Form::default();
        }
        if screen != Screen::Invited {
            self.link = None;
        }
        if screen != Screen::Sheet {
            self.drawn = None;
        }
        self.pin();
    }

    /// A person.
    pub fn person(&self, id: &Thumbprint) -> Option<&Person> {
        self.persons.as_ref()?.iter().find(|person| person.id == *id)
    }

    /// Whether ending this access may leave keys of the past to nobody: whoever ends it has none to hand on.
    pub fn may_lose(&self, person: &Person) -> bool {
        let you = self.persons.iter().flatten().find(|one| one.you);
        person.reads() && !you.is_some_and(Person::reads)
    }

    /// An invitation.
    pub fn invitation(&self, id: MessageId) -> Option<&Open> {
        self.open.iter().find(|one| one.id == id)
    }

    /// Whether the sheet should be asked for.
    pub fn is_check_due(&self, now: Timestamp) -> bool {
        self.checked.is_some_and(|checked| sheet::is_due(checked, now))
    }
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Team({:?}, names, links and codes hidden)", self.screen)
    }
}

fn person(member: &Member, seen: &Seen<'_>) -> Person {
    let accounts = seen.signing.map_or(&[][..], |signing| &signing.state.accounts);
    let account: Option<&Account> = accounts.iter().find(|one| one.member == member.id);
    Person {
        id: member.id,
        name: member.name.clone(),
        may: member.may.clone(),
        account: account.map(|account| account.account.clone()),
        seen: account.and_then(|account| account.seen),
        you: member.id == seen.me,
        stays: remove::stays(seen.roster, &member.id),
    }
}

fn invitation(invitation: &Invitation, seen: &Seen<'_>, signing: &Signing<'_>) -> Open {
    let standing = match &invitation.answer {
        _ if invitation.expires <= seen.now => Standing::Expired,
        None => Standing::Waiting,
        Some(answer) => match accept::check(invitation, answer, signing.key, seen.roster) {
            Ok(checked) => Standing::Answered(Box::new(checked)),
            Err(doubt) => Standing::Doubtful(doubt),
        },
    };
    let name = |id: &Thumbprint| seen.roster.member(id).map(|member| (*id, member.name.clone()));
    Open {
        id: invitation.id,
        name: invitation.name.clone(),
        may: invitation.may.clone(),
        replaces: invitation.replaces.as_ref().and_then(name),
        expires: invitation.expires,
        standing,
    }
}

#[cfg(test)]
mod tests;
