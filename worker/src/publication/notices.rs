//! Notices and the facts that they state.

use super::{Here, refuse};
use crate::{fault::Fault, terms::NoticeTerms};
use einwurf_protocol::{
    api::login::Publication,
    ids::Digest,
    manifest::{Manifest, NoticeRef},
    notice::{self, Notice},
    settings::{LegalFacts, Profile, Team},
};

/// The notices that the manifest names, in its order: each is in the publication or lies here already.
pub(super) fn check(
    publication: &Publication,
    manifest: &Manifest,
    stored: impl Fn(&Digest) -> Result<Option<String>, Fault>,
    here: &Here<'_>,
) -> Result<Vec<NoticeTerms>, Fault> {
    check_facts(&publication.facts, here)?;
    for (index, document) in publication.notices.iter().enumerate() {
        if !manifest.names_notice(&notice::digest(document.as_bytes())) {
            return Err(refuse(&format!("notices[{index}]"), &"not a notice that the manifest names"));
        }
    }
    let check = |reference: &NoticeRef| {
        let sent = |document: &&String| notice::digest(document.as_bytes()) == reference.digest;
        let (field, document) = match publication.notices.iter().position(|document| sent(&document)) {
            Some(index) => (format!("notices[{index}]"), publication.notices.get(index).cloned()),
            None => ("notices".to_owned(), stored(&reference.digest)?),
        };
        let document =
            document.ok_or_else(|| refuse(&field, &"a notice that the manifest names is missing"))?;
        check_notice(&document, &field, reference, &publication.facts)
    };
    let notices: Vec<NoticeTerms> = manifest.notices.iter().map(check).collect::<Result<_, _>>()?;
    let once =
        |notice: &NoticeTerms| notices.iter().filter(|other| other.register == notice.register).count() == 1;
    if !notices.is_empty() && publication.notices.len() <= notices.len() && notices.iter().all(once) {
        Ok(notices)
    } else {
        Err(refuse("notices", &"no notice, or two for one register"))
    }
}

fn check_facts(facts: &LegalFacts, here: &Here<'_>) -> Result<(), Fault> {
    if let Some(field) = facts.missing().first() {
        let name = serde_json::to_string(field).unwrap_or_default();
        return Err(refuse(&format!("facts.{}", name.trim_matches('"')), &"missing or out of range"));
    }
    check_place(facts, here)
}

/// What visitors are told about place and transfer is what the relay was deployed with (LOC-03).
fn check_place(facts: &LegalFacts, here: &Here<'_>) -> Result<(), Fault> {
    let place = Place { profile: here.profile, host_name: here.host_name, country: here.country };
    match place.differs(facts) {
        Some(other) => Err(refuse(other.field, &"not what this relay is deployed with")),
        None => Ok(()),
    }
}

/// Where and by whom a relay is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) profile: Profile,
    pub(crate) host_name: &'a str,
    pub(crate) country: &'a Team,
}

/// A fact that is another than that of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Other {
    /// The field of a publication.
    field: &'static str,
    /// The binding of the deployment.
    pub(crate) binding: &'static str,
}

impl Place<'_> {
    /// The first fact that is another.
    pub(crate) fn differs(&self, facts: &LegalFacts) -> Option<Other> {
        [
            ("facts.profile", "EINWURF_PROFILE", facts.profile == self.profile),
            ("facts.host_name", "EINWURF_HOST_NAME", facts.host_name == self.host_name),
            ("facts.country", "EINWURF_COUNTRY_DE or EINWURF_COUNTRY_EN", facts.country == *self.country),
        ]
        .into_iter()
        .find_map(|(field, binding, same)| (!same).then_some(Other { field, binding }))
    }
}

/// The sentence on place and transfer.
fn transfer(notice: &Notice) -> Option<&str> {
    notice.facts.iter().find(|fact| fact.field == "transfer").map(|fact| fact.text.as_str())
}

/// Whether a notice tells of another place than its profile says: whoever stores with Cloudflare names it there, and
/// nobody else does.
fn tells_of_elsewhere(notice: &Notice) -> bool {
    let names = transfer(notice).is_some_and(|said| said.contains("Cloudflare"));
    names != (notice.profile != Profile::SelfHosted)
}

fn check_notice(
    document: &str,
    field: &str,
    reference: &NoticeRef,
    facts: &LegalFacts,
) -> Result<NoticeTerms, Fault> {
    let notice = notice::parse(document.as_bytes()).map_err(|error| refuse(field, &error))?;
    if notice.register != reference.register {
        return Err(refuse(field, &"not of the register that the manifest names"));
    }
    if !facts.stated_by(&notice) {
        return Err(refuse(field, &"states other facts"));
    }
    if tells_of_elsewhere(&notice) {
        return Err(refuse(field, &"says of place and transfer what holds for another profile"));
    }
    Ok(NoticeTerms::of(reference.digest, &notice))
}
