//! Inviting: a name, what they may do, and a link that is shown once.

use crate::state::{
    field::{FieldFault, Rule, Spec},
    start,
};
use einwurf_protocol::{
    VERSION,
    api::admin::Invite,
    ids::{MessageId, Thumbprint},
    roster::Capability,
    time::Timestamp,
};
use einwurf_seal::{Granted, SiteKey};
use std::{collections::BTreeSet, fmt};
use zeroize::Zeroizing;

/// The name.
pub const NAME: Spec = Spec::new("invite-name", |t| &t.invite_name, Rule::Text)
    .hint(|t| &t.invite_name_hint)
    .autocomplete("off");

/// What is typed and ticked. Reading is what most people are invited for; a technician may sign without reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Name.
    pub name: String,
    /// What they may do.
    pub may: BTreeSet<Capability>,
    /// Whose access ends with it: somebody who lost the password.
    pub replaces: Option<(Thumbprint, String)>,
    /// Faults are shown.
    pub tried: bool,
}

impl Default for Form {
    fn default() -> Self {
        Self { name: String::new(), may: [Capability::Read].into(), replaces: None, tried: false }
    }
}

impl Form {
    /// For somebody who lost the password: the same name and capabilities.
    pub fn again(person: &super::Person) -> Self {
        Self {
            name: person.name.clone(),
            may: person.may.iter().copied().collect(),
            replaces: Some((person.id, person.name.clone())),
            tried: false,
        }
    }

    /// Ticks or unticks a capability.
    pub fn set(&mut self, capability: Capability, ticked: bool) {
        if ticked {
            self.may.insert(capability);
        } else {
            self.may.remove(&capability);
        }
    }

    /// What is wrong with the name, once somebody tried.
    pub fn name_fault(&self) -> Option<FieldFault> {
        self.tried.then(|| NAME.rule.check(&self.name)).flatten()
    }

    /// Whether nothing is ticked, once somebody tried.
    pub fn may_nothing(&self) -> bool {
        self.tried && self.may.is_empty()
    }

    /// Whether it can be sent.
    pub fn is_complete(&self) -> bool {
        NAME.rule.check(&self.name).is_none() && !self.may.is_empty()
    }

    /// What the relay is told; the secret stays here.
    pub fn body(&self, key: &SiteKey, id: MessageId) -> Invite {
        let (name, may) = (self.name.trim().to_owned(), self.may.iter().copied().collect::<Vec<_>>());
        let replaces = self.replaces.as_ref().map(|(id, _)| *id);
        let token = key.invitation(&Granted { id, name: &name, may: &may, replaces }).token_hash();
        Invite { v: VERSION, id, token, name, may, replaces }
    }
}

/// A link that was just made. It opens the way into the team, so it is shown once and kept nowhere.
#[derive(Clone)]
pub struct Link {
    /// For whom.
    pub name: String,
    /// The link.
    pub text: Zeroizing<String>,
    /// When it ends.
    pub expires: Timestamp,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(hidden)")
    }
}

/// The link of an invitation: through the door if there is one, else through the relay.
pub fn link(
    door: Option<&str>,
    relay: &str,
    site: &str,
    key: &SiteKey,
    granted: &Granted<'_>,
) -> Zeroizing<String> {
    let secret = key.invitation(granted).to_secret();
    Zeroizing::new(format!("{}&invite={secret}", start::link(relay, door, site, &key.thumbprint())))
}
