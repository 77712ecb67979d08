//! Administering: site, people, passwords, devices; and answering an invitation.

use super::{Access, Call};
use einwurf_protocol::{
    api::{
        admin::{
            AnswerInvitation, Devices, EndDevice, EndInvitation, InvitationShown, InvitationStart, Invite,
            Invited, Password, PasswordStart, Publish, Registering, Rewrap, SiteState,
        },
        path,
    },
    ids::{MessageId, Thumbprint},
};
use serde::de::IgnoredAny;

/// Where the relay serves the release that it carries, signed by the project.
pub const SIGNED_RELEASE: &str = "/release.jws";

/// What those who may sign administer.
pub fn site_state(access: &Access) -> Call<SiteState> {
    Call::get(path::INBOX_SITE).session(access)
}

/// Publishes stock, roster, keys and certificates in one step.
pub fn publish(access: &Access, body: &Publish) -> Call<IgnoredAny> {
    Call::new("PUT", path::INBOX_PUBLICATION).session(access).json(body)
}

/// Invites somebody.
pub fn invite(access: &Access, body: &Invite) -> Call<Invited> {
    Call::post(path::INBOX_INVITATIONS).session(access).json(body)
}

/// Takes an invitation back.
pub fn end_invitation(access: &Access, id: MessageId) -> Call<IgnoredAny> {
    Call::post(path::INBOX_INVITATIONS_END).session(access).json(&EndInvitation { id })
}

/// First step of a new password.
pub fn password_start(access: &Access, body: &PasswordStart) -> Call<Registering> {
    Call::post(path::INBOX_PASSWORD_START).session(access).json(body)
}

/// Sets the new password; other sessions and devices of the account end.
pub fn set_password(access: &Access, body: &Password) -> Call<IgnoredAny> {
    Call::new("PUT", path::INBOX_PASSWORD).session(access).json(body)
}

/// Stores the member's keys, wrapped for the present site key.
pub fn rewrap(access: &Access, body: &Rewrap) -> Call<IgnoredAny> {
    Call::new("PUT", path::INBOX_WRAPPED).session(access).json(body)
}

/// The account's devices.
pub fn devices(access: &Access) -> Call<Devices> {
    Call::get(path::INBOX_DEVICES).session(access)
}

/// Ends a device's sessions and forgets it.
pub fn end_device(access: &Access, id: Thumbprint) -> Call<IgnoredAny> {
    Call::post(path::INBOX_DEVICES_END).session(access).json(&EndDevice { id })
}

/// The recovery code was asked for and was right.
pub fn recovery_checked(access: &Access) -> Call<IgnoredAny> {
    Call::post(path::INBOX_RECOVERY).session(access)
}

/// What an invitation says; `access` holds its token. Consumes nothing.
pub fn invitation(access: &Access) -> Call<InvitationShown> {
    Call::get(path::INVITATION).bearer(access)
}

/// First step of the invited person's password. Consumes nothing.
pub fn invitation_start(access: &Access, body: &InvitationStart) -> Call<Registering> {
    Call::post(path::INVITATION_START).bearer(access).json(body)
}

/// Answers the invitation; its token is used up.
pub fn answer_invitation(access: &Access, body: &AnswerInvitation) -> Call<IgnoredAny> {
    Call::post(path::INVITATION).bearer(access).json(body)
}
