//! What every component can reach: the state as signals, the texts, and one way to say what somebody did.

use crate::{
    actions::Held,
    effects::{live::Connection, pause::Answer},
    state::{
        abuse::AbuseForm,
        account::Account,
        admin::Area,
        answer::Answers,
        dates::{Dates, Offset},
        desk::Desk,
        event::{Event, Toast},
        files::Files,
        idle::{Idle, Soon},
        join::{Answering, Join},
        keyring::Staff,
        live::Live,
        login::{Generation, Login},
        mail::MailForm,
        office::Office,
        prefs::Prefs,
        publishing::Renewal,
        push::Notify,
        reauth::Reauth,
        recover::Recover,
        rights::{Rights, log::Log, requests::Requests},
        seen::Change,
        setup::{Setup, founding::Founded},
        site::Site,
        team::Team,
        webhooks::Webhooks,
        wish::WishForm,
    },
    texts::{Library, Pick, Texts},
};
use einwurf_protocol::notice::Register;
use einwurf_protocol::{
    ids::{Secret, Thumbprint},
    time::Timestamp,
};
use einwurf_seal::InvitationSecret;
use leptos::prelude::*;
use std::ops::Deref;

/// Which page is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Page {
    /// The set-up.
    Setup,
    /// The login.
    #[default]
    Login,
    /// An invitation.
    Join,
    /// The emergency sheet.
    Recover,
    /// The inbox.
    Inbox,
    /// Requests by visitors about their rights.
    Requests,
    /// What members did.
    Log,
    /// The settings.
    Settings,
}

/// What must not be in a signal: keys, tokens, secrets. Replaced as a whole when the app locks.
#[derive(Default)]
pub struct Vault {
    /// The logged-in member.
    pub staff: Option<Staff>,
    /// The set-up secret.
    pub setup: Option<Secret>,
    /// A founded site that waits for its publication.
    pub founded: Option<Founded>,
    /// The secret of the invitation that the link brought.
    pub invite: Option<InvitationSecret>,
    /// An answer to it that was made, until the relay has it.
    pub answering: Option<Answering>,
    /// The live connection, which carries the session.
    pub live: Option<Connection>,
    /// An act that waits for the password, or for a yes or no.
    pub asking: Option<Answer>,
}

/// The administration pages.
#[derive(Clone, Copy, Default)]
pub struct Admin {
    /// Which part of the settings is shown.
    pub area: RwSignal<Area>,
    /// The team.
    pub team: RwSignal<Team>,
    /// The website.
    pub site: RwSignal<Site>,
    /// The member's own access.
    pub account: RwSignal<Account>,
    /// What the team shares.
    pub office: RwSignal<Office>,
    /// Servers that are told something.
    pub webhooks: RwSignal<Webhooks>,
    /// Notifications.
    pub notify: RwSignal<Notify>,
}

impl Admin {
    /// Forgets all that a login brought or somebody typed.
    pub fn forget(self) {
        self.area.set(Area::default());
        self.team.set(Team::default());
        self.site.set(Site::default());
        self.account.set(Account::default());
        self.office.set(Office::default());
        self.webhooks.set(Webhooks::default());
        self.notify.set(Notify::default());
    }
}

/// The app. A handle: copying it copies nothing. The state lives as long as the page.
#[derive(Clone, Copy)]
pub struct App(&'static State);

impl Deref for App {
    type Target = State;
    fn deref(&self) -> &State {
        self.0
    }
}

/// What the app holds.
pub struct State {
    /// The page.
    pub page: RwSignal<Page>,
    /// Language, theme, site.
    pub prefs: RwSignal<Prefs>,
    /// The time, a few seconds old at most.
    pub now: RwSignal<Timestamp>,
    /// Which login it is; an act goes on only in the one that began it.
    pub generation: StoredValue<Generation>,
    /// Since when nobody did anything.
    pub idle: StoredValue<Idle>,
    /// The login page.
    pub login: RwSignal<Login>,
    /// The set-up.
    pub setup: RwSignal<Setup>,
    /// The page to join.
    pub join: RwSignal<Join>,
    /// The page for the emergency sheet.
    pub recover: RwSignal<Recover>,
    /// The password is asked for again.
    pub reauth: RwSignal<Reauth>,
    /// The inbox.
    pub desk: RwSignal<Desk>,
    /// What is done with one conversation beside reading.
    pub rights: RwSignal<Rights>,
    /// Files of messages.
    pub files: RwSignal<Files>,
    /// What the module for files holds.
    pub held: StoredValue<Held, LocalStorage>,
    /// What is written to visitors.
    pub answers: RwSignal<Answers>,
    /// Requests by visitors about their rights.
    pub requests: RwSignal<Requests>,
    /// What members did.
    pub log: RwSignal<Log>,
    /// What has changed on the roster since somebody looked.
    pub changes: RwSignal<Vec<Change>>,
    /// The stock that a login renews.
    pub renewal: RwSignal<Renewal>,
    /// When the stock ends, once logged in.
    pub stock_until: RwSignal<Option<Timestamp>>,
    /// Where the site has moved to.
    pub moved: RwSignal<Option<String>>,
    /// The member may read.
    pub reads: RwSignal<bool>,
    /// The member may sign.
    pub signs: RwSignal<bool>,
    /// The member may see the log.
    pub audits: RwSignal<bool>,
    /// The member's certificate is in force, so that a visitor can be told something.
    pub certified: RwSignal<bool>,
    /// The administration pages.
    pub admin: Admin,
    /// The mail settings.
    pub mail: RwSignal<MailForm>,
    /// When mails arrive.
    pub wish: RwSignal<WishForm>,
    /// When mails arrive at an address that is no member's, while somebody says so.
    pub reader: RwSignal<WishForm>,
    /// What is asked of visitors.
    pub abuse: RwSignal<AbuseForm>,
    /// What just happened.
    pub toast: RwSignal<Option<Toast>>,
    /// What ends soon, if nobody does anything.
    pub soon: RwSignal<Option<Soon>>,
    /// The keys are shown.
    pub help: RwSignal<bool>,
    /// "Log out" is asked about, since something is not sent.
    pub leaving: RwSignal<bool>,
    /// Name of the site's controller, once logged in.
    pub company: RwSignal<String>,
    /// Secrets.
    pub vault: StoredValue<Vault, LocalStorage>,
    /// Origin of the relay.
    pub relay: StoredValue<String>,
    /// This device was told to stay signed in, and keeps what opens this session again.
    pub stays: StoredValue<bool>,
    /// When the published documents were looked at last.
    pub glanced: StoredValue<Timestamp>,
    /// What is known of the live connection.
    pub live: StoredValue<Live>,
    /// A company's own door shows the app, not the relay.
    pub door: StoredValue<bool>,
    /// The site key that the link names.
    pub pin: StoredValue<Option<Thumbprint>>,
    library: StoredValue<Library>,
    offset: Offset,
    act: fn(App, Event),
}

impl App {
    /// An app with nothing in it. `act` answers what people do; the gallery answers nothing.
    pub fn new(library: Library, relay: String, zone: (Timestamp, Offset), act: fn(App, Event)) -> Self {
        let (now, offset) = zone;
        let state = State {
            page: RwSignal::default(),
            prefs: RwSignal::default(),
            now: RwSignal::new(now),
            generation: StoredValue::default(),
            idle: StoredValue::new(Idle::since(now)),
            login: RwSignal::default(),
            setup: RwSignal::default(),
            join: RwSignal::default(),
            recover: RwSignal::default(),
            reauth: RwSignal::default(),
            desk: RwSignal::default(),
            rights: RwSignal::default(),
            files: RwSignal::default(),
            held: StoredValue::new_local(Held::default()),
            answers: RwSignal::default(),
            requests: RwSignal::default(),
            log: RwSignal::default(),
            changes: RwSignal::default(),
            renewal: RwSignal::default(),
            stock_until: RwSignal::default(),
            moved: RwSignal::default(),
            reads: RwSignal::new(true),
            signs: RwSignal::default(),
            audits: RwSignal::default(),
            certified: RwSignal::new(true),
            admin: Admin::default(),
            mail: RwSignal::default(),
            wish: RwSignal::default(),
            reader: RwSignal::default(),
            abuse: RwSignal::default(),
            toast: RwSignal::default(),
            soon: RwSignal::default(),
            help: RwSignal::default(),
            leaving: RwSignal::default(),
            company: RwSignal::default(),
            vault: StoredValue::new_local(Vault::default()),
            relay: StoredValue::new(relay),
            stays: StoredValue::new(false),
            glanced: StoredValue::new(now),
            live: StoredValue::default(),
            door: StoredValue::new(false),
            pin: StoredValue::new(None),
            library: StoredValue::new(library),
            offset,
            act,
        };
        Self(Box::leak(Box::new(state)))
    }

    /// Somebody came or left: what began before ends without a trace, and what was typed on the pages before the login
    /// (emergency code, passwords, an answer to an invitation) is forgotten.
    pub fn turn(self) {
        self.generation.update_value(|generation| *generation = generation.next());
        self.vault.update_value(|vault| (vault.invite, vault.answering) = (None, None));
        self.recover.set(Recover::default());
        self.join.set(Join::default());
    }

    /// Somebody did something.
    pub fn emit(self, event: Event) {
        (self.act)(self, event);
    }

    /// Reads texts in the present language, and again when it changes.
    pub fn with_texts<R>(self, read: impl FnOnce(&Texts) -> R) -> R {
        let language = self.prefs.with(|prefs| prefs.language);
        self.library.with_value(|library| read(library.of(language)))
    }

    /// One text.
    pub fn text(self, pick: Pick) -> String {
        self.with_texts(|texts| pick(texts).clone())
    }

    /// One text in a certain language, whatever the present one is.
    pub fn text_in(self, register: Register, pick: Pick) -> String {
        self.library.with_value(|library| pick(library.of(register)).clone())
    }

    /// Writes a date in the present language.
    pub fn date(self, write: impl FnOnce(&Dates<'_>) -> String) -> String {
        let language = self.prefs.with(|prefs| prefs.language);
        self.date_in(language, write)
    }

    /// Writes dates and texts in a certain language, whatever the present one is.
    pub fn date_in(self, register: Register, write: impl FnOnce(&Dates<'_>) -> String) -> String {
        self.library.with_value(|library| write(&Dates { texts: library.of(register), offset: self.offset }))
    }
}

/// Makes the app reachable for all components below.
pub fn provide_app(app: App) {
    provide_context(app);
}

/// The app, as [`provide_app`] provided it at the root.
pub fn use_app() -> App {
    expect_context()
}

/// A text that follows the language.
pub fn tr(pick: Pick) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let app = use_app();
    move || app.text(pick)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures::NOW, state::join::Phase};
    use zeroize::Zeroizing;

    #[test]
    fn whoever_comes_or_leaves_ends_what_began_and_finds_nothing_typed_before() {
        let owner = Owner::new();
        owner.set();
        let library = crate::texts::tests::library();
        let app = App::new(library, "https://relay.example".into(), (NOW, |_| 0), |_, _| {});
        let secret = || Zeroizing::new("zebra lampe tasse".to_owned());
        app.recover.update(|recover| (recover.code, recover.password) = (secret(), secret()));
        app.join.update(|join| (join.password, join.phase) = (secret(), Phase::Answered("7QXM".into())));
        app.vault.update_value(|vault| {
            vault.invite = Some(InvitationSecret::from_secret(&Secret([7; 32])));
        });
        let began = app.generation.get_value();
        app.turn();
        assert!(app.generation.get_value() != began);
        assert!(app.recover.with_untracked(|recover| *recover == Recover::default()));
        assert!(app.join.with_untracked(|join| *join == Join::default()));
        assert!(app.vault.with_value(|vault| vault.invite.is_none() && vault.answering.is_none()));
    }
}
