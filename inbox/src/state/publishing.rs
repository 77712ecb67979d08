//! Publishing from a login: what is in force, one thing of it changed, signed as a whole and sealed to whoever may hold
//! it. Pure; `actions::publishing` fetches and sends.

use crate::state::{
    fault::Fault,
    keyring::{Documents, Known, Site, Staff, verify},
};
use einwurf_protocol::{
    VERSION,
    api::{
        admin::{Publish, SiteState},
        login::{Publication, RecoveryCheck, SealedKey},
    },
    ids::Thumbprint,
    limits::RETENTION_DAYS,
    roster::{Capability, Member, MemberCertificate},
    settings::LegalFacts,
    stock,
    time::Timestamp,
};
use einwurf_seal::{
    CryptoRng, InboxSecret, SealError, SiteKey,
    publish::{Before, Says, Signed, sign},
    seal_key_for,
};

/// What will be published: what is in force until somebody changes it.
#[derive(Debug)]
pub struct Draft {
    /// What the relay shows of the site, verified.
    pub site: Site,
    /// Now.
    pub now: Timestamp,
    /// What is said. This is what a change changes.
    pub says: Says,
    /// Signs: the present site key; the announced next one makes it the present one.
    pub signer: SiteKey,
    /// A site key that was just drawn, to be sealed to everybody who may sign; announce it in `says.succession`.
    pub next: Option<SiteKey>,
    /// With a new recovery code.
    pub recovery: Option<RecoveryCheck>,
    /// The facts that the notices state.
    pub facts: LegalFacts,
    /// Notice documents that the relay does not have yet.
    pub notices: Vec<String>,
}

/// A signed publication and what it makes of the logged-in member.
#[derive(Debug)]
pub struct Signing {
    /// For the relay.
    pub body: Publish,
    /// What was in force before, verified.
    pub former: Site,
    after: After,
}

#[derive(Debug)]
struct After {
    site: Site,
    drawn: Vec<InboxSecret>,
    keys: Vec<SiteKey>,
    certificate: Option<String>,
}

/// Verifies the present state like a login and drafts what says the same. The retention is the relay's word and will be
/// signed, so one that no site can have is a breach.
pub fn draft(staff: &Staff, state: &SiteState, known: &Known<'_>) -> Result<Draft, Fault> {
    if !(1..=RETENTION_DAYS).contains(&state.facts.days) {
        return Err(Fault::Chain);
    }
    let site = verify(&Documents::administered(state), staff.site.key, known)?;
    let may = site.roster.member(&staff.member.id).is_some_and(|member| member.may(Capability::Sign));
    if !may {
        return Err(Fault::Forbidden);
    }
    let signer = staff.site_key_of(site.key).cloned().ok_or(Fault::Keys)?;
    let says = Says::of(&site.manifest, &site.roster, state.facts.days);
    let facts = state.facts.clone();
    Ok(Draft { site, now: known.now, says, signer, next: None, recovery: None, facts, notices: Vec::new() })
}

/// Signs and seals.
pub fn finish(draft: Draft, staff: &Staff, relay: &str, rng: &mut impl CryptoRng) -> Result<Signing, Fault> {
    let before = Before { stock: &draft.site.stock, roster: &draft.site.roster, held: &staff.inbox_keys };
    let signed = sign(&draft.signer, &draft.says, Some(&before), draft.now, rng).map_err(|_| Fault::Keys)?;
    let next = next_keys(&draft, staff, rng).map_err(|_| Fault::Keys)?;
    let after = after(&draft, staff, &signed, relay)?;
    let Signed { manifests, roster, certificates, mut sealed, .. } = signed;
    sealed.extend(next);
    let base = draft.site.stock.iter().map(|manifest| manifest.serial).max().unwrap_or_default();
    let publication = Publication { manifests, roster, notices: draft.notices, facts: draft.facts };
    let body = Publish { v: VERSION, base, publication, sealed, certificates, recovery: draft.recovery };
    Ok(Signing { body, former: draft.site, after })
}

/// A fresh next key to everybody who may sign; one that was announced before to those who may sign only now.
fn next_keys(draft: &Draft, staff: &Staff, rng: &mut impl CryptoRng) -> Result<Vec<SealedKey>, SealError> {
    let announced = draft.says.succession.next.filter(|next| *next != draft.signer.thumbprint());
    let key = match (&draft.next, announced) {
        (Some(fresh), _) => Some((fresh, true)),
        (None, Some(next)) => staff.site_key_of(next).map(|key| (key, false)),
        (None, None) => None,
    };
    let Some((key, fresh)) = key else { return Ok(Vec::new()) };
    let had = |member: &Member| draft.site.roster.signers().any(|signer| signer.id == member.id);
    let signers = draft.says.members.iter().filter(|member| member.may(Capability::Sign));
    let lacking = signers.filter(|member| fresh || !had(member));
    lacking.map(|member| seal_key_for(member, key, key.thumbprint(), rng)).collect()
}

/// What the member has and sees once the relay has taken it. What was just signed is verified like everything else.
fn after(draft: &Draft, staff: &Staff, signed: &Signed, relay: &str) -> Result<After, Fault> {
    let key = draft.signer.thumbprint();
    let known = Known { relay, now: draft.now, serial: 0, roster: None, pin: None };
    let documents = Documents { stock: &signed.manifests, roster: &signed.roster, former: &[] };
    let site = verify(&documents, key, &known)?;
    let keys = draft.next.iter().chain([&draft.signer]).cloned().collect();
    let certificate = own_certificate(&signed.certificates, staff.keys.id(), key, draft.now);
    Ok(After { site, drawn: signed.drawn.clone(), keys, certificate })
}

fn own_certificate(
    certificates: &[String],
    member: Thumbprint,
    site: Thumbprint,
    now: Timestamp,
) -> Option<String> {
    let ours = |compact: &&String| {
        let certificate = MemberCertificate::verify(compact, (&site, &[]), now, &[]);
        certificate.is_ok_and(|certificate| certificate.key.thumbprint() == member && certificate.nbf <= now)
    };
    certificates.iter().rfind(ours).cloned()
}

impl Signing {
    /// The relay has taken it.
    pub fn apply(self, staff: &mut Staff) {
        let After { site, drawn, keys, certificate } = self.after;
        if let Some(member) = site.roster.member(&staff.member.id) {
            staff.member = member.clone();
        }
        if staff.may(Capability::Read) {
            staff.inbox_keys.extend(drawn);
        }
        for key in keys {
            if staff.site_key_of(key.thumbprint()).is_none() {
                staff.site_keys.push(key);
            }
        }
        staff.certificate = certificate.or(staff.certificate.take());
        staff.site = site;
    }
}

/// Where the stock that a login renews stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Renewal {
    /// Nothing to do.
    #[default]
    Idle,
    /// Being signed and published.
    Running,
    /// Published just now.
    Done,
    /// It did not work; the next login tries again.
    Failed(Fault),
}

/// Whether this login signs a fresh stock.
pub fn is_due(staff: &Staff, now: Timestamp) -> bool {
    !staff.recovering && staff.may(Capability::Sign) && stock::is_due(&staff.site.stock, now)
}

#[cfg(test)]
mod tests;
