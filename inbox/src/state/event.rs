//! What people do. Components say it; `actions` answers.

use crate::state::{
    account, admin::Area, answer, desk::work, files, office, prefs::Theme, push, rights, shortcuts::Act,
    site, team, webhooks,
};
use einwurf_protocol::ids::Cid;
use einwurf_protocol::notice::Register;

/// Something that somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Turned the keys that are characters on or off.
    Letters(bool),
    /// Chose a language.
    Speak(Register),
    /// Chose a theme.
    Wear(Theme),
    /// Pressed "Log in".
    LogIn,
    /// Opens again what this device was told to keep open.
    Resume,
    /// Answers an invitation.
    Join,
    /// Looks an invitation up again.
    RetryInvitation,
    /// Forgot the password.
    ToRecover,
    /// Enters with the emergency sheet.
    Recover,
    /// Says whether the new account takes the place of somebody's.
    RecoverReplace(bool),
    /// Typed the password again.
    Reauth,
    /// Does not want to type it again.
    CancelReauth,
    /// Has read what changed on the roster.
    ConfirmChanges,
    /// Pressed "Log out".
    LogOut,
    /// Logs out although something is not sent.
    LogOutAnyway,
    /// Stays logged in.
    StayIn,
    /// Wants the keys that came after this login.
    Renew,
    /// Went on in the set-up.
    SetupNext,
    /// Went back in the set-up.
    SetupBack,
    /// Asked for keys.
    SetupMake,
    /// Wants the emergency sheet on paper.
    SetupPrint,
    /// Typed the groups and wants the site published.
    SetupPublish,
    /// Wants the snippet.
    CopySnippet,
    /// Wants the launcher as a file.
    SaveLauncher,
    /// From the set-up to the inbox.
    ToLogin,
    /// To the inbox.
    ToInbox,
    /// To the settings.
    ToSettings,
    /// Opened a conversation.
    Read(Cid),
    /// Closed it.
    Close,
    /// Marked as done, or opened again.
    Done(Cid, bool),
    /// Took the last mark back.
    Undo,
    /// Wants further conversations.
    More,
    /// Wants what failed tried again.
    Retry,
    /// Pressed a key with a meaning.
    Key(Act),
    /// Is there, when asked.
    GoOn,
    /// Closed the help.
    CloseHelp,
    /// Saves the mail settings.
    SaveMail,
    /// Wants a test mail.
    TestMail,
    /// Wants the mail server tried at once.
    RetryMail,
    /// Saves when mails arrive.
    SaveWish,
    /// Goes back to what is stored of that.
    DropWish,
    /// Wants to say when mails arrive at an address of the list that is no member's.
    EditReader(usize),
    /// Does not want to.
    LeaveReader,
    /// Saves it.
    SaveReader,
    /// Store what is asked of visitors.
    SaveAbuse,
    /// Went to another part of the settings.
    Visit(Area),
    /// Did something on the team's pages.
    Team(team::Deed),
    /// Did something on the website's pages.
    Site(site::Deed),
    /// Did something on the page of webhooks.
    Webhooks(webhooks::Deed),
    /// Did something about notifications.
    Push(push::Deed),
    /// Did something about the own access.
    Account(account::Deed),
    /// Did something about the rights of the person behind a conversation.
    Rights(rights::Deed),
    /// Did something about files.
    Files(files::Deed),
    /// Did something about an answer.
    Answer(answer::Deed),
    /// Did something that a team does with conversations.
    Work(work::Deed),
    /// Changed what the team shares.
    Office(office::Deed),
    /// Put the notice of an event away.
    DismissToast,
}

/// A short word on what just happened, with a way back where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Toast {
    /// What happened.
    pub text: crate::texts::Pick,
    /// What to take back.
    pub undo: Option<Undo>,
}

/// What can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undo {
    /// A mark as done, or its opposite.
    Mark(Cid, bool),
    /// What was done last on sheets.
    Work,
}
