//! Which method and path lead where, how long a body may be, and which credential is needed.

use crate::possession::Needed;
use einwurf_protocol::{
    api::path,
    limits::{PART_BYTES, PUBLICATION_BODY_BYTES, STAFF_BODY_BYTES, TEAM_SHEET_BYTES, VISITOR_BODY_BYTES},
};

/// A route of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `GET /v1/relay`
    Relay,
    /// `GET /v1/openapi.json`
    Openapi,
    /// `GET /v1/manifest`
    Manifest,
    /// `GET /v1/notice`
    Notice,
    /// `GET /v1/roster`
    Roster,
    /// `POST /v1/tickets`
    Ticket,
    /// `POST /v1/conversations`
    Open,
    /// `POST /v1/events`
    Append,
    /// `GET /v1/events`
    Events,
    /// `GET /v1/receipt`
    Receipt,
    /// `GET /v1/data`
    Data,
    /// `PUT /v1/attachment`
    PutPart,
    /// `GET /v1/attachment`
    Part,
    /// `GET /v1/attachments`
    Attachments,
    /// `GET /v1/live`
    Live,
    /// `GET /v1/status`
    Status,
    /// `POST /v1/sites`
    NewSite,
    /// `POST /v1/setup/start`
    SetupStart,
    /// `POST /v1/setup`
    Setup,
    /// `POST /v1/login/start`
    LoginStart,
    /// `POST /v1/login/finish`
    LoginFinish,
    /// `POST /v1/logout`
    Logout,
    /// `GET /v1/inbox`
    List,
    /// `GET /v1/inbox/conversation`
    Read,
    /// `POST /v1/inbox/mark`
    Mark,
    /// `POST /v1/inbox/acts`
    Act,
    /// `POST /v1/inbox/answers`
    Answer,
    /// `PUT /v1/inbox/attachment`
    PutStaffPart,
    /// `GET /v1/inbox/attachment`
    StaffPart,
    /// `GET /v1/inbox/attachments`
    StaffAttachments,
    /// `GET /v1/inbox/live`
    StaffLive,
    /// `GET /v1/inbox/sheets`
    Sheets,
    /// `PUT /v1/inbox/sheets`
    PutSheet,
    /// `PUT /v1/inbox/status`
    PutStatus,
    /// `POST /v1/inbox/notify`
    Notify,
    /// `POST /v1/inbox/erase`
    Erase,
    /// `POST /v1/inbox/copies`
    Copies,
    /// `POST /v1/inbox/exported`
    Exported,
    /// `GET /v1/inbox/rights`
    Rights,
    /// `POST /v1/inbox/rights`
    OpenRight,
    /// `POST /v1/inbox/rights/close`
    CloseRight,
    /// `GET /v1/inbox/log`
    Log,
    /// `GET /v1/inbox/proof`
    Proof,
    /// `GET /v1/inbox/proofs`
    Proofs,
    /// `GET /v1/inbox/health`
    Health,
    /// `GET /v1/inbox/mail`
    MailSettings,
    /// `GET /v1/inbox/abuse`
    Abuse,
    /// `PUT /v1/inbox/abuse`
    PutAbuse,
    /// `PUT /v1/inbox/mail`
    PutMailSettings,
    /// `POST /v1/inbox/mail/test`
    MailTest,
    /// `POST /v1/inbox/mail/retry`
    MailRetry,
    /// `GET /v1/inbox/mail/readers`
    MailReaders,
    /// `PUT /v1/inbox/mail/wish`
    PutMailWish,
    /// `GET /v1/inbox/webhooks`
    Webhooks,
    /// `PUT /v1/inbox/webhooks`
    PutWebhook,
    /// `POST /v1/inbox/webhooks/end`
    EndWebhook,
    /// `POST /v1/inbox/webhooks/secret`
    WebhookSecret,
    /// `POST /v1/inbox/webhooks/test`
    WebhookTest,
    /// `GET /v1/inbox/webhooks/log`
    WebhookLog,
    /// `POST /v1/inbox/webhooks/again`
    WebhookAgain,
    /// `GET /v1/push`
    Push,
    /// `PUT /v1/push`
    AllowPush,
    /// `PUT /v1/push/subscription`
    Subscribe,
    /// `DELETE /v1/push/subscription`
    Unsubscribe,
    /// `GET /v1/inbox/site`
    Site,
    /// `PUT /v1/inbox/publication`
    Publish,
    /// `POST /v1/inbox/invitations`
    Invite,
    /// `POST /v1/inbox/invitations/end`
    EndInvitation,
    /// `POST /v1/inbox/password/start`
    PasswordStart,
    /// `PUT /v1/inbox/password`
    PutPassword,
    /// `PUT /v1/inbox/wrapped`
    Rewrap,
    /// `GET /v1/inbox/devices`
    Devices,
    /// `POST /v1/inbox/devices/end`
    EndDevice,
    /// `POST /v1/inbox/recovery`
    RecoveryChecked,
    /// `POST /v1/recovery/start`
    RecoveryStart,
    /// `POST /v1/recovery`
    Recover,
    /// `GET /v1/invitation`
    Invitation,
    /// `POST /v1/invitation/start`
    InvitationStart,
    /// `POST /v1/invitation`
    AnswerInvitation,
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The API.
    Api(Route),
    /// A browser asks what it may send.
    Preflight,
    /// A static file.
    File,
    /// The path exists, with these methods.
    OtherMethods(&'static str),
    /// Nothing of the API.
    Nothing,
}

const TABLE: &[(&str, &str, Route)] = &[
    ("GET", path::RELAY, Route::Relay),
    ("GET", path::OPENAPI, Route::Openapi),
    ("GET", path::MANIFEST, Route::Manifest),
    ("GET", path::NOTICE, Route::Notice),
    ("GET", path::ROSTER, Route::Roster),
    ("POST", path::TICKETS, Route::Ticket),
    ("POST", path::CONVERSATIONS, Route::Open),
    ("POST", path::EVENTS, Route::Append),
    ("GET", path::EVENTS, Route::Events),
    ("GET", path::RECEIPT, Route::Receipt),
    ("GET", path::DATA, Route::Data),
    ("PUT", path::ATTACHMENT, Route::PutPart),
    ("GET", path::ATTACHMENT, Route::Part),
    ("GET", path::ATTACHMENTS, Route::Attachments),
    ("GET", path::LIVE, Route::Live),
    ("GET", path::STATUS, Route::Status),
    ("POST", path::SITES, Route::NewSite),
    ("POST", path::SETUP_START, Route::SetupStart),
    ("POST", path::SETUP, Route::Setup),
    ("POST", path::LOGIN_START, Route::LoginStart),
    ("POST", path::LOGIN_FINISH, Route::LoginFinish),
    ("POST", path::LOGOUT, Route::Logout),
    ("GET", path::INBOX, Route::List),
    ("GET", path::INBOX_CONVERSATION, Route::Read),
    ("POST", path::INBOX_MARK, Route::Mark),
    ("POST", path::INBOX_ACTS, Route::Act),
    ("POST", path::INBOX_ANSWERS, Route::Answer),
    ("PUT", path::INBOX_ATTACHMENT, Route::PutStaffPart),
    ("GET", path::INBOX_ATTACHMENT, Route::StaffPart),
    ("GET", path::INBOX_ATTACHMENTS, Route::StaffAttachments),
    ("GET", path::INBOX_LIVE, Route::StaffLive),
    ("GET", path::INBOX_SHEETS, Route::Sheets),
    ("PUT", path::INBOX_SHEETS, Route::PutSheet),
    ("PUT", path::INBOX_STATUS, Route::PutStatus),
    ("POST", path::INBOX_NOTIFY, Route::Notify),
    ("POST", path::INBOX_ERASE, Route::Erase),
    ("POST", path::INBOX_COPIES, Route::Copies),
    ("POST", path::INBOX_EXPORTED, Route::Exported),
    ("GET", path::INBOX_RIGHTS, Route::Rights),
    ("POST", path::INBOX_RIGHTS, Route::OpenRight),
    ("POST", path::INBOX_RIGHTS_CLOSE, Route::CloseRight),
    ("GET", path::INBOX_LOG, Route::Log),
    ("GET", path::INBOX_PROOF, Route::Proof),
    ("GET", path::INBOX_PROOFS, Route::Proofs),
    ("GET", path::INBOX_HEALTH, Route::Health),
    ("GET", path::INBOX_ABUSE, Route::Abuse),
    ("PUT", path::INBOX_ABUSE, Route::PutAbuse),
    ("GET", path::INBOX_MAIL, Route::MailSettings),
    ("PUT", path::INBOX_MAIL, Route::PutMailSettings),
    ("POST", path::INBOX_MAIL_TEST, Route::MailTest),
    ("POST", path::INBOX_MAIL_RETRY, Route::MailRetry),
    ("GET", path::INBOX_MAIL_READERS, Route::MailReaders),
    ("PUT", path::INBOX_MAIL_WISH, Route::PutMailWish),
    ("GET", path::INBOX_WEBHOOKS, Route::Webhooks),
    ("PUT", path::INBOX_WEBHOOKS, Route::PutWebhook),
    ("POST", path::INBOX_WEBHOOKS_END, Route::EndWebhook),
    ("POST", path::INBOX_WEBHOOKS_SECRET, Route::WebhookSecret),
    ("POST", path::INBOX_WEBHOOKS_TEST, Route::WebhookTest),
    ("GET", path::INBOX_WEBHOOKS_LOG, Route::WebhookLog),
    ("POST", path::INBOX_WEBHOOKS_AGAIN, Route::WebhookAgain),
    ("GET", path::PUSH, Route::Push),
    ("PUT", path::PUSH, Route::AllowPush),
    ("PUT", path::PUSH_SUBSCRIPTION, Route::Subscribe),
    ("DELETE", path::PUSH_SUBSCRIPTION, Route::Unsubscribe),
    ("GET", path::INBOX_SITE, Route::Site),
    ("PUT", path::INBOX_PUBLICATION, Route::Publish),
    ("POST", path::INBOX_INVITATIONS, Route::Invite),
    ("POST", path::INBOX_INVITATIONS_END, Route::EndInvitation),
    ("POST", path::INBOX_PASSWORD_START, Route::PasswordStart),
    ("PUT", path::INBOX_PASSWORD, Route::PutPassword),
    ("PUT", path::INBOX_WRAPPED, Route::Rewrap),
    ("GET", path::INBOX_DEVICES, Route::Devices),
    ("POST", path::INBOX_DEVICES_END, Route::EndDevice),
    ("POST", path::INBOX_RECOVERY, Route::RecoveryChecked),
    ("POST", path::RECOVERY_START, Route::RecoveryStart),
    ("POST", path::RECOVERY, Route::Recover),
    ("GET", path::INVITATION, Route::Invitation),
    ("POST", path::INVITATION_START, Route::InvitationStart),
    ("POST", path::INVITATION, Route::AnswerInvitation),
];

/// Where `method` and `path` lead. `HEAD` is `GET` without its body.
pub fn target(method: &str, path: &str) -> Target {
    if path != "/v1" && !path.starts_with("/v1/") {
        return match method {
            "GET" | "HEAD" => Target::File,
            "OPTIONS" => Target::Preflight,
            _ => Target::OtherMethods("GET, HEAD, OPTIONS"),
        };
    }
    let asked = if method == "HEAD" { "GET" } else { method };
    let mut known = TABLE.iter().filter(|(_, known, _)| *known == path).peekable();
    if known.peek().is_none() {
        return Target::Nothing;
    }
    if method == "OPTIONS" {
        return Target::Preflight;
    }
    let methods: Vec<_> = known.collect();
    match methods.iter().find(|(method, ..)| *method == asked) {
        Some((.., route)) => Target::Api(*route),
        None => Target::OtherMethods(allow(methods.iter().map(|(method, ..)| *method))),
    }
}

fn allow<'m>(methods: impl Iterator<Item = &'m str>) -> &'static str {
    let methods: Vec<_> = methods.collect();
    if methods.contains(&"DELETE") {
        return "DELETE, PUT, OPTIONS";
    }
    match (methods.contains(&"GET"), methods.contains(&"POST"), methods.contains(&"PUT")) {
        (true, true, _) => "GET, HEAD, POST, OPTIONS",
        (true, _, true) => "GET, HEAD, PUT, OPTIONS",
        (true, ..) => "GET, HEAD, OPTIONS",
        (_, _, true) => "PUT, OPTIONS",
        _ => "POST, OPTIONS",
    }
}

impl Route {
    /// The longest body that it reads, in bytes; none is read of a `GET`.
    pub fn body_cap(self) -> usize {
        match self {
            // An act is an event, too, with a certificate and at most the positions of a full conversation, and so is an
            // answer, with its list of files. A status is one JWS.
            Self::Open | Self::Append | Self::Act | Self::Answer | Self::PutStatus => VISITOR_BODY_BYTES,
            Self::PutPart | Self::PutStaffPart => PART_BYTES,
            // In base64url, a third longer.
            Self::PutSheet => 2 * TEAM_SHEET_BYTES,
            Self::Setup => STAFF_BODY_BYTES,
            Self::Publish => PUBLICATION_BODY_BYTES,
            // An account name, an OPAQUE message of a few hundred bytes, a member's keys, up to twenty addresses.
            Self::SetupStart
            | Self::LoginStart
            | Self::LoginFinish
            | Self::Recover
            | Self::Mark
            | Self::Exported
            | Self::OpenRight
            | Self::CloseRight
            | Self::PutAbuse
            | Self::PutMailSettings
            | Self::PutMailWish
            | Self::Notify
            | Self::Invite
            | Self::EndInvitation
            | Self::InvitationStart
            | Self::AnswerInvitation
            | Self::PasswordStart
            | Self::PutPassword
            | Self::Rewrap
            | Self::EndDevice
            | Self::PutWebhook
            | Self::EndWebhook
            | Self::WebhookSecret
            | Self::WebhookTest
            | Self::WebhookAgain
            | Self::AllowPush
            | Self::Subscribe => 16_384,
            _ => 0,
        }
    }

    /// Which proof of possession it needs.
    pub fn possession(self) -> Needed {
        match self {
            Self::Relay
            | Self::Openapi
            | Self::Manifest
            | Self::Notice
            | Self::Roster
            | Self::Ticket
            | Self::Open
            | Self::Append
            | Self::Events
            | Self::Receipt
            | Self::Data
            | Self::PutPart
            | Self::Part
            | Self::Attachments
            | Self::Live
            | Self::Status
            | Self::NewSite
            | Self::SetupStart
            | Self::Setup
            | Self::RecoveryStart
            | Self::Invitation
            | Self::InvitationStart
            | Self::AnswerInvitation => Needed::Nothing,
            Self::LoginStart | Self::LoginFinish | Self::Recover => Needed::Login,
            _ => Needed::Session,
        }
    }
}

#[cfg(test)]
mod tests;
