//! From answers and fresh keys to the body that publishes a site. Pure: randomness, time and the relay's part are
//! arguments, so that tests can verify the result as a visitor's browser and a member's device would.

use super::answers::Answers;
use crate::state::{field, login, opaque::Registered};
use einwurf_protocol::{
    VERSION,
    api::{
        login::{Publication, Setup, SetupStarted},
        visitor::RelayInfo,
    },
    lint::{Finding, lint},
    manifest::{Asset, Code, Display, NoticeRef, RelayRef, Succession},
    notice::{self, Register},
    roster::{Capability, Member, MemberKind},
    settings::{Confirmed, LegalFacts, Missing, Profile, Sector, Team},
    time::Timestamp,
    wording::{self, RenderError},
};
use einwurf_seal::{
    CryptoRng, MemberKeys, RecoveryCode, SealError, SiteKey,
    publish::{Says, sign},
    wrapping_key,
};
use std::fmt;

/// The private keys of a new site besides the inbox keys, which are drawn with the stock. Nothing of it leaves the
/// device but sealed or wrapped.
#[derive(Debug)]
pub struct Keys {
    /// Signs the manifests.
    pub site: SiteKey,
    /// The first member's.
    pub member: MemberKeys,
    /// Printed.
    pub recovery: RecoveryCode,
}

impl Keys {
    /// Fresh keys.
    pub fn draw(rng: &mut impl CryptoRng) -> Self {
        Self {
            site: SiteKey::generate(rng),
            member: MemberKeys::generate(rng),
            recovery: RecoveryCode::generate(rng),
        }
    }
}

/// What the relay contributes, and when.
#[derive(Debug, Clone)]
pub struct Place {
    /// Origin and log key.
    pub started: SetupStarted,
    /// The release that the relay serves, verified.
    pub code: Code,
    /// Now.
    pub now: Timestamp,
}

/// Facts, and the notices that state them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What is stated.
    pub facts: LegalFacts,
    /// A document in each register.
    pub documents: Vec<(Register, String)>,
}

/// Why a site cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// Facts are missing (PRE-07).
    #[error("facts are missing: {0:?}")]
    Missing(Vec<Missing>),
    /// A notice would say what no notice may say.
    #[error("a notice says what it may not say: {0:?}")]
    Said(Vec<Finding>),
    /// A fault of this build.
    #[error("the wording is malformed")]
    Wording,
    /// A key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<RenderError> for FoundingError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::Missing(missing) => Self::Missing(missing),
            RenderError::Wording(_) => Self::Wording,
        }
    }
}

/// The facts that notices state: answers, and what the relay says about itself.
pub fn facts(answers: &Answers, relay: &RelayInfo) -> LegalFacts {
    let trimmed = |text: &str| text.trim().to_owned();
    let terms = &answers.terms;
    // What only secrecy asks for is promised by nobody else.
    let secrecy = terms.sector == Sector::Health;
    let Confirmed { dpia, secrecy: bound, copies } = terms.confirmed;
    LegalFacts {
        company: trimmed(&answers.company),
        address: trimmed(&answers.address),
        team: Team { de: trimmed(&answers.team_de), en: trimmed(&answers.team_en) },
        days: field::days(&answers.days).unwrap_or_default(),
        authority: trimmed(&answers.authority),
        dpo: trimmed(&answers.dpo),
        privacy_url: trimmed(&answers.privacy_url),
        imprint_url: trimmed(&answers.imprint_url),
        profile: relay.profile,
        host_name: relay.host_name.clone(),
        country: relay.country.clone(),
        mode: terms.mode,
        sector: terms.sector,
        offers: terms.offers.clone(),
        children: terms.children,
        confirmed: Confirmed { dpia: dpia && secrecy, secrecy: bound && secrecy, copies },
    }
}

/// The same before the relay was asked: what it says of itself is missing then.
pub fn facts_of(answers: &Answers, relay: Option<&RelayInfo>) -> LegalFacts {
    let unknown = || RelayInfo {
        version: String::new(),
        profile: Profile::SelfHosted,
        host_name: String::new(),
        country: Team { de: String::new(), en: String::new() },
    };
    facts(answers, &relay.cloned().unwrap_or_else(unknown))
}

impl Written {
    /// Notices in every register, if nothing is missing and none says what it may not say.
    pub fn of(facts: LegalFacts) -> Result<Self, FoundingError> {
        let render = |register| {
            let document = wording::render(register, &facts)?;
            let notice = notice::parse(&document).map_err(|_| FoundingError::Wording)?;
            match lint(&notice) {
                found if !found.is_empty() => Err(FoundingError::Said(found)),
                _ => Ok((register, String::from_utf8(document).map_err(|_| FoundingError::Wording)?)),
            }
        };
        let documents = Register::ALL.into_iter().map(render).collect::<Result<_, FoundingError>>()?;
        Ok(Self { facts, documents })
    }

    /// How a manifest names them.
    pub fn references(&self) -> Vec<NoticeRef> {
        let reference = |(register, document): &(Register, String)| NoticeRef {
            register: *register,
            digest: notice::digest(document.as_bytes()),
        };
        self.documents.iter().map(reference).collect()
    }

    /// The documents for the relay.
    pub fn into_documents(self) -> Vec<String> {
        self.documents.into_iter().map(|(_, document)| document).collect()
    }
}

/// What these answers and this relay state.
pub fn write(answers: &Answers, relay: &RelayInfo) -> Result<Written, FoundingError> {
    Written::of(facts(answers, relay))
}

fn members(answers: &Answers, keys: &Keys) -> [Member; 2] {
    use Capability::{Audit, Read, Sign};
    let recovery = MemberKeys::from_recovery(&keys.recovery);
    [
        keys.member.member(answers.name.trim(), MemberKind::Person, &[Sign, Read, Audit]),
        recovery.member("", MemberKind::Recovery, &[Sign, Read]),
    ]
}

/// What may change without asking visitors anew.
pub fn display(answers: &Answers) -> Display {
    let trimmed = |text: &str| text.trim().to_owned();
    Display {
        name: trimmed(&answers.company),
        phone: trimmed(&answers.phone),
        email: trimmed(&answers.email),
        hours: trimmed(&answers.hours),
        response_time: answers.response.stated(),
        accent: trimmed(&answers.accent),
        theme: None,
    }
}

fn says(answers: &Answers, keys: &Keys, place: &Place, written: &Written) -> Says {
    Says {
        code: place.code.clone(),
        notices: written.references(),
        relay: RelayRef {
            origins: vec![place.started.origin.clone()],
            log_key: place.started.log_key,
            door: None,
        },
        succession: Succession::default(),
        display: display(answers),
        members: members(answers, keys).to_vec(),
        revoked: Vec::new(),
        days: written.facts.days,
    }
}

/// The body of `POST /v1/setup`: the stock with roster and notices, certificates, the site's keys sealed to the member
/// and to the recovery code, and the member's keys wrapped for this password and this site.
pub fn body(
    answers: &Answers,
    keys: &Keys,
    place: &Place,
    written: Written,
    registered: &Registered,
    rng: &mut impl CryptoRng,
) -> Result<Setup, FoundingError> {
    let site = keys.site.thumbprint();
    let signed = sign(&keys.site, &says(answers, keys, place, &written), None, place.now, rng)?;
    let facts = written.facts.clone();
    Ok(Setup {
        v: VERSION,
        account: login::account(&answers.account),
        registration: registered.upload.clone(),
        wrapped: keys.member.wrap(wrapping_key(&registered.export_key, &site).as_ref(), rng),
        sealed: signed.sealed,
        certificates: signed.certificates,
        publication: Publication {
            manifests: signed.manifests,
            roster: signed.roster,
            notices: written.into_documents(),
            facts,
        },
        recovery: keys.recovery.check(&keys.site, rng),
        recipients: field::recipients(&answers.recipients),
        mail_register: answers.mail_register,
    })
}

/// A founded site that only waits for its publication.
pub struct Founded {
    /// The keys; dropped when the site is published.
    pub keys: Keys,
    /// What will be sent.
    pub body: Setup,
    /// The launcher of the release that `body` names.
    pub launcher: Asset,
}

impl fmt::Debug for Founded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Founded({}, keys hidden)", self.keys.site.thumbprint())
    }
}

#[cfg(test)]
mod tests;
