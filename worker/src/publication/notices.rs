//! Notices and the facts that they state.

use super::{Here, refuse};
use crate::{fault::Fault, terms::NoticeTerms};
use einwurf_protocol::{
    api::login::Publication,
    ids::Digest,
    manifest::{Manifest, NoticeRef},
    notice::{self, Notice},
    settings::LegalFacts,
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
        let name = serde_json::to_value(field).ok();
        let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or("facts").to_owned();
        return Err(refuse(&format!("facts.{name}"), &"missing or out of range"));
    }
    check_place(facts, here)
}

/// What visitors are told about place and transfer is what the relay was deployed with (LOC-03).
fn check_place(facts: &LegalFacts, here: &Here<'_>) -> Result<(), Fault> {
    let other = "not what this relay is deployed with";
    if facts.profile != here.profile {
        return Err(refuse("facts.profile", &other));
    }
    if facts.host_name != here.host_name {
        return Err(refuse("facts.host_name", &other));
    }
    if facts.country != *here.country {
        return Err(refuse("facts.country", &other));
    }
    Ok(())
}

fn check_notice(
    document: &str,
    field: &str,
    reference: &NoticeRef,
    facts: &LegalFacts,
) -> Result<NoticeTerms, Fault> {
    let notice = notice::parse(document.as_bytes()).map_err(|error| refuse(field, &error))?;
    let Notice { register, mode, .. } = notice;
    if register != reference.register {
        return Err(refuse(field, &"not of the register that the manifest names"));
    }
    if !facts.stated_by(&notice) {
        return Err(refuse(field, &"states other facts"));
    }
    Ok(NoticeTerms { digest: reference.digest, register, mode })
}
