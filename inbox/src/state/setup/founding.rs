//! From answers and fresh keys to the body that publishes a site. Pure: randomness, time and the relay's part are
//! arguments, so that tests can verify the result as a visitor's browser and a member's device would.

use super::answers::Answers;
use crate::state::{field, keyring::wrapping_key, login, opaque::Registered};
use einwurf_protocol::{
    VERSION,
    api::{
        login::{Publication, SealedKey, Setup, SetupStarted},
        visitor::RelayInfo,
    },
    limits::MANIFEST_SECONDS,
    manifest::{Code, Display, Manifest, NoticeRef, RelayRef, RosterRef, Succession},
    notice::{self, Register},
    roster::{self, Capability, Member, MemberKind, Roster},
    settings::{LegalFacts, Missing, Team},
    time::Timestamp,
    wording::{self, RenderError},
};
use einwurf_seal::{CryptoRng, InboxSecret, MemberKeys, RecoveryCode, SealError, SiteKey, seal_key_for};
use std::fmt;

/// What the button of a new site looks like until its owner chooses.
const ACCENT: &str = "#0f5c5c";
/// A day, in seconds.
const DAY: u64 = 86_400;

/// Every private key of a new site. Nothing of it leaves the device but sealed or wrapped.
#[derive(Debug)]
pub struct Keys {
    /// Signs the manifest.
    pub site: SiteKey,
    /// Opens conversations.
    pub inbox: InboxSecret,
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
            inbox: InboxSecret::generate(rng),
            member: MemberKeys::generate(rng),
            recovery: RecoveryCode::generate(rng),
        }
    }
}

/// What the relay contributes.
#[derive(Debug, Clone)]
pub struct Place {
    /// Profile, host and country.
    pub info: RelayInfo,
    /// Origin and log key.
    pub started: SetupStarted,
    /// The release that the relay serves.
    pub code: Code,
}

/// Why a site cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoundingError {
    /// Facts are missing (PRE-07).
    #[error("facts are missing: {0:?}")]
    Missing(Vec<Missing>),
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
    }
}

/// Notices in every register, the roster, and the manifest that names them all, signed.
pub fn publication(
    answers: &Answers,
    keys: &Keys,
    place: &Place,
    now: Timestamp,
) -> Result<Publication, FoundingError> {
    let facts = facts(answers, &place.info);
    let notices = Register::ALL
        .into_iter()
        .map(|register| Ok((register, wording::render(register, &facts)?)))
        .collect::<Result<Vec<_>, RenderError>>()?;
    let roster = keys.site.sign_roster(&roster(answers, keys));
    let manifest = Manifest {
        v: VERSION,
        site: keys.site.thumbprint(),
        serial: 1,
        nbf: now,
        exp: now.plus(MANIFEST_SECONDS),
        code: place.code.clone(),
        inbox_key: keys.inbox.entry(now.plus(MANIFEST_SECONDS + u64::from(facts.days) * DAY)),
        notices: notices
            .iter()
            .map(|(register, document)| NoticeRef { register: *register, digest: notice::digest(document) })
            .collect(),
        roster: RosterRef { digest: roster::digest(&roster), serial: 1, revoked: Vec::new() },
        relay: RelayRef { origins: vec![place.started.origin.clone()], log_key: place.started.log_key },
        succession: Succession::default(),
        display: display(answers),
    };
    let notices = notices.into_iter().map(|(_, document)| String::from_utf8(document));
    let notices = notices.collect::<Result<_, _>>().map_err(|_| FoundingError::Wording)?;
    Ok(Publication { manifest: keys.site.sign_manifest(&manifest), roster, notices, facts })
}

fn members(answers: &Answers, keys: &Keys) -> [Member; 2] {
    use Capability::{Audit, Read, Sign};
    let recovery = MemberKeys::from_recovery(&keys.recovery);
    [
        keys.member.member(answers.name.trim(), MemberKind::Person, &[Sign, Read, Audit]),
        recovery.member("", MemberKind::Recovery, &[Sign, Read]),
    ]
}

fn roster(answers: &Answers, keys: &Keys) -> Roster {
    let members = members(answers, keys).to_vec();
    Roster { v: VERSION, site: keys.site.thumbprint(), serial: 1, members }
}

fn display(answers: &Answers) -> Display {
    let trimmed = |text: &str| text.trim().to_owned();
    let (de, en) = answers.response.phrases();
    Display {
        name: trimmed(&answers.company),
        phone: trimmed(&answers.phone),
        email: trimmed(&answers.email),
        hours: trimmed(&answers.hours),
        response_time: [("de", de), ("en", en)].map(|(lang, text)| (lang.to_owned(), text.to_owned())).into(),
        accent: ACCENT.to_owned(),
    }
}

/// The body of `POST /v1/setup`: the publication, the member's keys wrapped for this password and this site, and the
/// site's keys sealed to the member and to the recovery code.
pub fn body(
    answers: &Answers,
    keys: &Keys,
    publication: Publication,
    registered: &Registered,
    rng: &mut impl CryptoRng,
) -> Result<Setup, FoundingError> {
    let site = keys.site.thumbprint();
    Ok(Setup {
        v: VERSION,
        account: login::account(&answers.account),
        registration: registered.upload.clone(),
        wrapped: keys.member.wrap(wrapping_key(&registered.export_key, &site).as_ref(), rng),
        sealed: sealed(answers, keys, rng)?,
        publication,
        recipients: field::recipients(&answers.recipients),
        mail_register: answers.mail_register,
    })
}

fn sealed(answers: &Answers, keys: &Keys, rng: &mut impl CryptoRng) -> Result<Vec<SealedKey>, FoundingError> {
    let site = keys.site.thumbprint();
    let mut sealed = Vec::new();
    for member in members(answers, keys) {
        sealed.push(seal_key_for(&member, &keys.site, site, rng)?);
        sealed.push(seal_key_for(&member, &keys.inbox, site, rng)?);
    }
    Ok(sealed)
}

/// A founded site that only waits for its publication.
pub struct Founded {
    /// The keys; dropped when the site is published.
    pub keys: Keys,
    /// What will be sent.
    pub body: Setup,
}

impl fmt::Debug for Founded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Founded({}, keys hidden)", self.keys.site.thumbprint())
    }
}

#[cfg(test)]
mod tests;
