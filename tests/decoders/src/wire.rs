//! JSON: the browsers' reader, the relay's reader and `serde_json` agree on what they read.

use einwurf_protocol::{
    api::{admin, login, staff, visitor, webhooks},
    consent::{Choices, Grant},
    event::Envelope,
    json::{self, Read},
    manifest::Manifest,
    message::{Attachment, Payload},
    notice::Notice,
    problem::Problem,
    record::{Head, Record},
    release::Release,
    roster::{MemberCertificate, Roster},
    settings::LegalFacts,
    sheet::{Sheet, TeamSheet},
    status::Status,
    work::{Challenge, Work},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Neither of our readers is laxer than `serde_json`, and both read a written value again.
pub(crate) fn json(bytes: &[u8]) {
    let other: Option<Value> = serde_json::from_slice(bytes).ok();
    if let Ok(typed) = json::typed::<Value>(bytes) {
        assert_eq!(Some(&typed), other.as_ref(), "the relay reads what is none, or something else");
    }
    if let Ok(tree) = json::parse(bytes) {
        let other = other.as_ref();
        assert!(other.is_some(), "a browser reads what is none");
        let written = serde_json::to_vec(&other).unwrap_or_default();
        let again = json::parse(&written);
        assert!(again.is_ok_and(|again| again.has_null() == tree.has_null()), "it is not read again");
    }
}

/// What a browser reads, it reads as `serde_json` does, and again as it was written.
fn both<T: Read + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let Ok(ours) = json::from_slice::<T>(bytes) else { return };
    let other: Option<T> = serde_json::from_slice(bytes).ok();
    assert_eq!(other.as_ref(), Some(&ours), "read in two ways");
    let written = serde_json::to_vec(&ours).unwrap_or_default();
    assert_eq!(json::from_slice::<T>(&written).ok().as_ref(), Some(&ours), "not read again");
}

/// The same for the relay's reader.
fn typed<T: Serialize + DeserializeOwned + PartialEq>(bytes: &[u8]) {
    let Ok(ours) = json::typed::<T>(bytes) else { return };
    let other: Option<T> = serde_json::from_slice(bytes).ok();
    assert!(other.as_ref() == Some(&ours), "read in two ways");
    let written = serde_json::to_vec(&ours).unwrap_or_default();
    assert!(json::typed::<T>(&written).ok().as_ref() == Some(&ours), "not read again");
}

macro_rules! every {
    ($how:ident, $bytes:expr, $($type:ty),* $(,)?) => { $($how::<$type>($bytes);)* };
}

/// Every type that a visitor's browser reads.
pub(crate) fn wire(bytes: &[u8]) {
    every!(
        both,
        bytes,
        Manifest,
        Notice,
        Grant,
        Choices,
        Envelope,
        Status,
        MemberCertificate,
        Challenge,
        Attachment,
        visitor::Ticket,
        visitor::Accepted,
        visitor::Attachments,
        visitor::Events,
        visitor::Receipt,
        visitor::StoredEvent,
        Problem,
    );
}

/// Every type that is posted to the relay, lies in its storage as JSON, or is signed and read by staff.
pub(crate) fn bodies(bytes: &[u8]) {
    every!(
        typed,
        bytes,
        Roster,
        Release,
        Record,
        Head,
        Payload,
        Sheet,
        TeamSheet,
        LegalFacts,
        Work,
        visitor::Open,
        visitor::Append,
        staff::MailSettings,
        staff::MailWish,
        staff::PostAct,
        staff::PostAnswer,
        staff::PutSheet,
        staff::PutStatus,
        staff::Mark,
        staff::OpenRequest,
        staff::CloseRequest,
        staff::Exported,
        staff::Abuse,
        webhooks::PutWebhook,
        webhooks::Redeliver,
        login::NewSite,
        login::SetupStart,
        login::Setup,
        login::LoginStart,
        login::LoginFinish,
        login::RecoveryFinish,
        login::SealedKey,
        admin::Publish,
        admin::Invite,
        admin::Answered,
        admin::AnswerInvitation,
        admin::PasswordStart,
        admin::Password,
        admin::EndInvitation,
        admin::EndDevice,
    );
}
