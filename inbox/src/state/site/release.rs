//! Releases: what the relay offers is looked at only if the project signed it, and offered only if it is newer
//! (`docs/protocol.md` section 4.6).

use crate::state::{fault::Fault, publishing::Draft};
use einwurf_protocol::{ids::Thumbprint, manifest::Code, release::Release};
use semver::Version;
use std::cmp::Ordering;

/// Thumbprint of the project's release key, built into this app; none in a build that knows no project.
pub fn project() -> Option<Thumbprint> {
    option_env!("EINWURF_RELEASE_KEY")?.parse().ok()
}

/// What the relay offers beside the release that the site runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Offer {
    /// Not asked yet.
    #[default]
    Unknown,
    /// The relay could not be asked.
    Away,
    /// This build has no release key, so nothing can be checked.
    NoKey,
    /// Not signed by the project, or not a release.
    Forged,
    /// An older version than the one in force; never offered.
    Older(String),
    /// The version in force with other files; never offered.
    Differs(String),
    /// The release in force.
    Current,
    /// A newer release.
    Newer(Box<Release>),
}

/// Judges what came from the relay.
pub fn judge(compact: &str, project: Option<&Thumbprint>, present: &Code) -> Offer {
    let Some(project) = project else { return Offer::NoKey };
    let Ok(release) = Release::verify(compact, project) else { return Offer::Forged };
    match compare(&release.code.version, &present.version) {
        None => Offer::Forged,
        Some(Ordering::Greater) => Offer::Newer(Box::new(release)),
        Some(Ordering::Less) => Offer::Older(release.code.version),
        Some(Ordering::Equal) if release.code == *present => Offer::Current,
        Some(Ordering::Equal) => Offer::Differs(release.code.version),
    }
}

/// Approves a release, unless a colleague approved the same or a newer one meanwhile.
pub fn approve(draft: &mut Draft, release: &Release) -> Result<(), Fault> {
    if compare(&release.code.version, &draft.says.code.version) != Some(Ordering::Greater) {
        return Err(Fault::Conflict);
    }
    draft.says.code = release.code.clone();
    Ok(())
}

/// Precedence by Semantic Versioning 2.0, section 11; what follows a plus sign does not count.
fn compare(offered: &str, present: &str) -> Option<Ordering> {
    let (offered, present) = (Version::parse(offered).ok()?, Version::parse(present).ok()?);
    Some(offered.cmp_precedence(&present))
}

/// What changed, in a language; English where there is nothing in it.
pub fn changes<'a>(release: &'a Release, language: &str) -> &'a [String] {
    let list = release.changes.get(language).or_else(|| release.changes.get("en"));
    list.map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests;
