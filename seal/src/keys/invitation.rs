//! The secret of an invitation: it stands in the link's fragment, authenticates the invited person's keys to whoever
//! invited, and every holder of the site key can make it again. The relay sees none of it but a hash of the token.

use crate::keys::{derive, site::SiteKey};
use einwurf_protocol::{
    api::admin::{Invitation, Invite},
    codec::{Writer, readable},
    ids::{Digest, MessageId, Secret, Thumbprint},
    roster::{Capability, Member},
};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

const SECRET: &str = "einwurf/1 invitation";
const TOKEN: &str = "einwurf/1 invitation token";
const KEY: &str = "einwurf/1 invitation key";
const ANSWER: &str = "einwurf/1 invitation answer";
const CODE: &str = "einwurf/1 invitation code";

/// What the link of an invitation carries. Zeroized on drop.
#[derive(Clone)]
pub struct InvitationSecret(Zeroizing<[u8; 32]>);

/// What an invitation grants, and to whom. It is part of the secret, so that nobody who keeps the invitation can change
/// it: the answer to another one would not be authentic.
#[derive(Debug, Clone, Copy)]
pub struct Granted<'a> {
    /// Drawn by the inviter.
    pub id: MessageId,
    /// The invited person's name.
    pub name: &'a str,
    /// What the person may do.
    pub may: &'a [Capability],
    /// Whom the person replaces.
    pub replaces: Option<Thumbprint>,
}

impl<'a> From<&'a Invite> for Granted<'a> {
    fn from(invite: &'a Invite) -> Self {
        let Invite { id, name, may, replaces, .. } = invite;
        Self { id: *id, name, may, replaces: *replaces }
    }
}

impl<'a> From<&'a Invitation> for Granted<'a> {
    fn from(invitation: &'a Invitation) -> Self {
        let Invitation { id, name, may, replaces, .. } = invitation;
        Self { id: *id, name, may, replaces: *replaces }
    }
}

impl SiteKey {
    /// The secret of an invitation.
    pub fn invitation(&self, granted: &Granted<'_>) -> InvitationSecret {
        let may = |capability| u8::from(granted.may.contains(&capability));
        let info = Writer::labelled(SECRET)
            .fixed(&granted.id.0)
            .var(granted.name.as_bytes())
            .u8(may(Capability::Sign))
            .u8(may(Capability::Read))
            .u8(may(Capability::Audit))
            .var(granted.replaces.as_ref().map_or(&[], |replaced| &replaced.0[..]));
        InvitationSecret(derive(self.0.to_bytes().as_ref(), info))
    }
}

impl InvitationSecret {
    /// From the link.
    pub fn from_secret(secret: &Secret) -> Self {
        Self(Zeroizing::new(secret.0))
    }

    /// For the link.
    pub fn to_secret(&self) -> Secret {
        Secret(*self.0)
    }

    /// The bearer token that answers the invitation at the relay.
    pub fn token(&self) -> Secret {
        Secret(*derive(self.0.as_ref(), Writer::labelled(TOKEN)))
    }

    /// What the relay is told beforehand: the hash of the token.
    pub fn token_hash(&self) -> Digest {
        Digest(einwurf_protocol::ids::token_hash(&self.token()))
    }

    /// Authenticates an answer: HMAC-SHA256 (HKDF's extract step, RFC 5869) over account and entry.
    pub fn authenticate(&self, site: &Thumbprint, account: &str, member: &Member) -> [u8; 32] {
        let key = derive(self.0.as_ref(), Writer::labelled(KEY));
        let input = about(ANSWER, site, member).var(account.as_bytes()).finish();
        Hkdf::<Sha256>::extract(Some(key.as_ref()), &input).0.into()
    }

    /// Sixty bits for both persons to compare, who hold the same link and see the same keys, or else notice.
    pub fn code(&self, site: &Thumbprint, account: &str, member: &Member) -> String {
        readable(&about(CODE, site, member).var(account.as_bytes()).fixed(self.0.as_ref()).sha256())
    }
}

/// Name and capabilities are the inviter's to set; the keys are the invited person's.
fn about(label: &str, site: &Thumbprint, member: &Member) -> Writer {
    Writer::labelled(label).fixed(&site.0).fixed(member.signing.as_bytes()).var(&member.sealing)
}

impl fmt::Debug for InvitationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationSecret(hidden)")
    }
}
