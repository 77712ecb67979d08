//! Administering a site: publishing, inviting, removing, passwords, devices. All with a staff session; what changes who
//! may do what needs a login of the last minutes ([`crate::limits::FRESH_SECONDS`]).

use crate::{
    api::login::{Publication, RecoveryCheck, SealedKey, Wrapped},
    codec::base64url,
    ids::{Digest, MessageId, Thumbprint},
    roster::{Capability, Member},
    settings::LegalFacts,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Body of `PUT /v1/inbox/publication` (`sign`; fresh): 204, and everything in it holds at once.
///
/// Who is no longer in the roster loses account, sessions, devices and sealed keys. Whoever answered an invitation and
/// is in the roster now has an account. 409 `conflict` if somebody published in the meantime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Publish {
    /// Format version, 1.
    pub v: u8,
    /// The highest serial of the stock that this one replaces.
    pub base: u64,
    /// What the site publishes.
    pub publication: Publication,
    /// Keys that a member did not have yet. After it every reader has every inbox key of the stock, and everybody who
    /// may sign the site key.
    pub sealed: Vec<SealedKey>,
    /// Certificates of every month for every person, compact JWS; they replace those before.
    pub certificates: Vec<String>,
    /// With a new recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoveryCheck>,
}

/// Answer to `GET /v1/inbox/site` (`sign`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SiteState {
    /// The manifest in force and those signed ahead, in the order of their beginning.
    pub stock: Vec<String>,
    /// Compact JWS.
    pub roster: String,
    /// Manifests by former site keys, each naming the next key, oldest first.
    pub former: Vec<String>,
    /// The facts that the notices state.
    pub facts: LegalFacts,
    /// Who has an account.
    pub accounts: Vec<Account>,
    /// Invitations that are open.
    pub invitations: Vec<Invitation>,
    /// The recovery code.
    pub recovery: RecoveryState,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The member.
    pub member: Thumbprint,
    /// Account name, an e-mail address.
    pub account: String,
    /// Since when.
    pub since: Timestamp,
    /// The last login, if any.
    pub seen: Option<Timestamp>,
}

/// What is known of the recovery code, which itself nobody has but who printed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoveryState {
    /// How to ask for it.
    pub check: RecoveryCheck,
    /// When it was last right: at set-up, or at a later check.
    pub checked: Timestamp,
}

/// Body of `POST /v1/inbox/invitations` (`sign`; fresh): 201 with [`Invited`]. The same id again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Format version, 1.
    pub v: u8,
    /// Drawn by the inviter.
    pub id: MessageId,
    /// Hash of the token that the link's secret gives (`docs/protocol.md` section 14.6).
    pub token: Digest,
    /// Shown to colleagues and visitors.
    pub name: String,
    /// What the invited person may do.
    pub may: Vec<Capability>,
    /// Whom the invited person replaces: somebody who lost the password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Thumbprint>,
}

/// Answer to [`Invite`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Invited {
    /// When the link ends.
    pub expires: Timestamp,
}

/// Body of `POST /v1/inbox/invitations/end` (`sign`): 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndInvitation {
    /// Which.
    pub id: MessageId,
}

/// An open invitation, as those who may sign see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Drawn by the inviter.
    pub id: MessageId,
    /// Shown to colleagues and visitors.
    pub name: String,
    /// What the invited person may do.
    pub may: Vec<Capability>,
    /// Whom the invited person replaces.
    pub replaces: Option<Thumbprint>,
    /// Who invites.
    pub by: Thumbprint,
    /// When it ends.
    pub expires: Timestamp,
    /// What the invited person answered, if anything.
    pub answer: Option<Answered>,
}

/// An answered invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Account name, an e-mail address.
    pub account: String,
    /// The entry that the invited person's device made.
    pub member: Member,
    /// 32 bytes over both under the link's secret.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub mac: Vec<u8>,
}

/// Answer to `GET /v1/invitation` (invitation's token). Consumes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InvitationShown {
    /// Drawn by the inviter.
    pub id: MessageId,
    /// The invited person's name, as the inviter wrote it.
    pub name: String,
    /// What the invited person may do.
    pub may: Vec<Capability>,
    /// When it ends.
    pub expires: Timestamp,
    /// The site's manifest in force, compact JWS.
    pub manifest: String,
}

/// Body of `POST /v1/invitation/start` (invitation's token). Consumes nothing.
pub type InvitationStart = super::login::SetupStart;

/// OPAQUE `RegistrationResponse`: answer to `POST /v1/invitation/start` and `POST /v1/inbox/password/start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registering {
    /// The message.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
}

/// Body of `POST /v1/invitation` (invitation's token): 201, and the token is used up. 409 `conflict` if the account
/// name is another member's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AnswerInvitation {
    /// Format version, 1.
    pub v: u8,
    /// OPAQUE `RegistrationUpload`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
    /// The new member's keys under the new password.
    pub wrapped: Wrapped,
    /// Account, entry and their authentication.
    pub answer: Answered,
}

/// Body of `POST /v1/inbox/password/start` (fresh).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordStart {
    /// OPAQUE `RegistrationRequest`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
}

/// Body of `PUT /v1/inbox/password` (fresh): 204, and the account's other sessions and devices end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Password {
    /// Format version, 1.
    pub v: u8,
    /// OPAQUE `RegistrationUpload`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
    /// The member's keys under the new password.
    pub wrapped: Wrapped,
}

/// Body of `PUT /v1/inbox/wrapped`: 204.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rewrap {
    /// The member's keys, wrapped for the site's present key.
    pub wrapped: Wrapped,
}

/// Answer to `GET /v1/inbox/devices`: those of the session's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Devices {
    /// The newest login first.
    pub devices: Vec<Device>,
}

/// A device that logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Thumbprint of its key.
    pub id: Thumbprint,
    /// First login.
    pub first: Timestamp,
    /// Last login.
    pub last: Timestamp,
    /// Sessions that are open.
    pub sessions: u32,
    /// The one that asks.
    pub current: bool,
}

/// Body of `POST /v1/inbox/devices/end`: 204, its sessions are over at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EndDevice {
    /// Which.
    pub id: Thumbprint,
}
