//! What can go wrong between this device and the relay, as a person meets it: one sentence each.

use crate::texts::Pick;
use einwurf_protocol::problem::Code;
use einwurf_staff::Refusal;

/// A fault with its own sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No answer came.
    Offline,
    /// Account or password do not fit, or the session has ended. Says nothing about what exists.
    Refused,
    /// The set-up link is used up or unknown.
    LinkUsed,
    /// The relay has no such site.
    Unknown,
    /// The relay refuses what this app sent: one of both is out of date.
    Misunderstood,
    /// A limit is reached.
    Limit,
    /// The relay or its storage is away.
    Away,
    /// The keys on the relay cannot be opened with this password.
    Keys,
    /// The signed documents do not fit the site's key: the relay may be cheating.
    Chain,
    /// The published manifest is out of date.
    Expired,
    /// This member may not do this.
    Forbidden,
    /// The login is too old for this; the password is asked for.
    Stale,
    /// Somebody else was quicker, or it was already done.
    Conflict,
    /// The account name belongs to a colleague.
    Taken,
    /// The emergency sheet's code opens nothing here.
    Sheet,
    /// The release is not signed by the project.
    Release,
    /// The conversation was erased.
    Erased,
    /// The conversation is restricted.
    Restricted,
    /// The conversation has newer events than this device knows.
    Newer,
    /// The module that writes papers is away, or is not the one that was signed.
    Papers,
    /// This login did not bring the keys that are needed now.
    OldKeys,
    /// The member has no certificate, so no visitor could tell who it was.
    NoCertificate,
    /// Nothing fits into the conversation any more.
    Full,
    /// The text is longer than an event may be.
    TooLong,
    /// The random source, the clock or another part of this browser failed.
    Device,
}

impl Fault {
    /// The fault behind a problem code.
    pub fn of(code: Code) -> Self {
        match code {
            Code::Unauthorized => Self::Refused,
            Code::NotFound => Self::Unknown,
            Code::Gone => Self::Erased,
            Code::Restricted => Self::Restricted,
            // A message id that is taken: what was sent before has arrived, and only its answer was lost.
            Code::ChainConflict | Code::MessageConflict => Self::Newer,
            Code::LimitReached => Self::Limit,
            Code::Forbidden => Self::Forbidden,
            Code::ReauthenticationRequired => Self::Stale,
            Code::Conflict => Self::Conflict,
            Code::Internal | Code::Unavailable | Code::MailFailed => Self::Away,
            Code::Malformed
            | Code::MethodNotAllowed
            | Code::ConsentRequired
            | Code::ConsentStale
            | Code::KeyRetired
            | Code::WorkRequired
            | Code::TextOnly
            | Code::PushOff
            | Code::PushService
            | Code::TooLarge => Self::Misunderstood,
        }
    }

    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Offline => |t| &t.fault_offline,
            Self::Refused => |t| &t.fault_refused,
            Self::LinkUsed => |t| &t.fault_link_used,
            Self::Unknown => |t| &t.fault_unknown,
            Self::Misunderstood => |t| &t.fault_misunderstood,
            Self::Limit => |t| &t.fault_limit,
            Self::Away => |t| &t.fault_away,
            Self::Keys => |t| &t.fault_keys,
            Self::Chain => |t| &t.fault_chain,
            Self::Expired => |t| &t.fault_expired,
            Self::Forbidden => |t| &t.fault_forbidden,
            Self::Stale => |t| &t.fault_stale,
            Self::Conflict => |t| &t.fault_conflict,
            Self::Taken => |t| &t.fault_taken,
            Self::Sheet => |t| &t.fault_sheet,
            Self::Release => |t| &t.fault_release,
            Self::Erased => |t| &t.fault_erased,
            Self::Restricted => |t| &t.fault_restricted,
            Self::Newer => |t| &t.fault_newer,
            Self::Papers => |t| &t.fault_papers,
            Self::OldKeys => |t| &t.fault_old_keys,
            Self::NoCertificate => |t| &t.no_certificate,
            Self::Full => |t| &t.fault_full,
            Self::TooLong => |t| &t.answer_long,
            Self::Device => |t| &t.fault_device,
        }
    }

    /// Whether trying again may help.
    pub fn passes(self) -> bool {
        matches!(self, Self::Offline | Self::Limit | Self::Away)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Keys => Self::Keys,
            Refusal::Chain => Self::Chain,
            Refusal::NoCertificate => Self::NoCertificate,
            Refusal::OldKeys => Self::OldKeys,
        }
    }
}
