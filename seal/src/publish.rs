//! From what a site says to what it publishes: the signed stock, roster and certificates, and every key sealed to whoever
//! may hold it (`docs/protocol.md` sections 4.4, 5, 14.2). Pure: the site's first publication, a login's fresh stock, an
//! invitation, a removal, a release and a change of the site key are all this one step.

use crate::{InboxSecret, SealError, SiteKey, seal_key_for};
use einwurf_protocol::{
    VERSION,
    api::login::SealedKey,
    ids::Thumbprint,
    limits::{CERTIFICATE_SECONDS, RETENTION_DAYS, STOCK},
    manifest::{
        Code, Display, Former, InboxKey, Manifest, NoticeRef, RelayRef, Revocation, RosterRef, Succession,
    },
    roster::{self, Member, MemberCertificate, Roster},
    stock,
    theme::Theme,
    time::Timestamp,
};
use hpke::rand_core::CryptoRng;

const DAY: u64 = 86_400;

/// What a publication says, keys aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Says {
    /// The release that may run.
    pub code: Code,
    /// Notices in force.
    pub notices: Vec<NoticeRef>,
    /// Where it is served from.
    pub relay: RelayRef,
    /// What comes after.
    pub succession: Succession,
    /// Names and contact ways.
    pub display: Display,
    /// Who may do what.
    pub members: Vec<Member>,
    /// Former members whose certificates have not ended.
    pub revoked: Vec<Revocation>,
    /// Days until a conversation is deleted.
    pub days: u32,
}

/// What was in force until now, verified.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    /// The stock, in the order of its beginning.
    pub stock: &'a [Manifest],
    /// The roster.
    pub roster: &'a Roster,
    /// Inbox keys that this member holds.
    pub held: &'a [InboxSecret],
}

/// What goes to the relay, and the inbox keys that were drawn.
#[derive(Debug)]
pub struct Signed {
    /// Compact JWS in the order of their beginning.
    pub manifests: Vec<String>,
    /// Compact JWS.
    pub roster: String,
    /// Compact JWS, one for each person and month.
    pub certificates: Vec<String>,
    /// For those who do not have them yet.
    pub sealed: Vec<SealedKey>,
    /// Fresh inbox keys of the stock; a member who may not read drops them.
    pub drawn: Vec<InboxSecret>,
}

impl Says {
    /// What is in force, for a publication that changes one thing of it.
    pub fn of(manifest: &Manifest, roster: &Roster, days: u32) -> Self {
        Self {
            code: manifest.code.clone(),
            notices: manifest.notices.clone(),
            relay: manifest.relay.clone(),
            succession: manifest.succession.clone(),
            display: Display {
                // What no app understands can stand there only if something else signed it: it is not signed again.
                theme: manifest.display.theme.clone().filter(Theme::is_sound),
                ..manifest.display.clone()
            },
            members: roster.members.clone(),
            revoked: manifest.roster.revoked.clone(),
            days,
        }
    }

    /// Takes a member out. What was written until `now` stays theirs; certificates that were signed ahead are void.
    pub fn remove(&mut self, member: &Thumbprint, now: Timestamp) {
        self.members.retain(|entry| entry.id != *member);
        self.revoked.push(Revocation { member: *member, since: now });
    }

    fn readers(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.may(roster::Capability::Read))
    }
}

/// A month of the stock with its key; fresh keys come with their private half.
struct Month {
    nbf: Timestamp,
    exp: Timestamp,
    key: InboxKey,
    fresh: Option<InboxSecret>,
}

/// Signs and seals. Without `before` it is a site's first publication.
pub fn sign(
    site: &SiteKey,
    says: &Says,
    before: Option<&Before<'_>>,
    now: Timestamp,
    rng: &mut impl CryptoRng,
) -> Result<Signed, SealError> {
    // The relay tells the days; a key that is destroyed in a thousand years is never destroyed.
    if says.days == 0 || says.days > RETENTION_DAYS {
        return Err(SealError::Retention);
    }
    if says.display.theme.as_ref().is_some_and(|theme| !theme.is_sound()) {
        return Err(SealError::Theme);
    }
    let (roster, serial) = sign_roster(site, says, before);
    let succession = succession(site, says, before, now);
    let months = months(says, before, now, rng);
    let base = before.map_or(0, |before| base(before, now));
    let reference = RosterRef {
        digest: roster::digest(&roster),
        serial,
        readers: readers(says),
        revoked: revoked(says, now),
    };
    let manifests = (base + 1..).zip(&months).map(|(serial, month)| {
        site.sign_manifest(&Manifest {
            v: VERSION,
            site: site.thumbprint(),
            serial,
            nbf: month.nbf,
            exp: month.exp,
            code: says.code.clone(),
            inbox_key: month.key.clone(),
            notices: says.notices.clone(),
            roster: reference.clone(),
            relay: says.relay.clone(),
            succession: succession.clone(),
            display: says.display.clone(),
        })
    });
    let manifests = manifests.collect();
    let certificates = certificates(site, says, &months);
    let drawn: Vec<_> = months.into_iter().filter_map(|month| month.fresh).collect();
    let sealed = seal_all(site, says, before, &drawn, rng)?;
    Ok(Signed { manifests, roster, certificates, sealed, drawn })
}

/// The highest serial that may have been signed before. Every stock is numbered one by one: were its end not shown, the
/// serials that follow the one in force would be given away twice, and the older ones would count as new.
fn base(before: &Before<'_>, now: Timestamp) -> u64 {
    let shown = before.stock.iter().map(|manifest| manifest.serial).max().unwrap_or_default();
    let served = stock::served(before.stock, now).or(before.stock.first());
    served.map_or(shown, |served| shown.max(served.serial + STOCK as u64 - 1))
}

/// The same members under the same key keep their serial, and so, signatures being deterministic, their bytes.
fn sign_roster(site: &SiteKey, says: &Says, before: Option<&Before<'_>>) -> (String, u64) {
    let serial = before.map_or(1, |before| {
        let same = before.roster.members == says.members && before.roster.site == site.thumbprint();
        if same { before.roster.serial } else { before.roster.serial + 1 }
    });
    let members = says.members.clone();
    (site.sign_roster(&Roster { v: VERSION, site: site.thumbprint(), serial, members }), serial)
}

/// A site key that takes over names the one before as its predecessor.
fn succession(site: &SiteKey, says: &Says, before: Option<&Before<'_>>, now: Timestamp) -> Succession {
    let mut succession = says.succession.clone();
    if let Some(before) = before.filter(|before| before.roster.site != site.thumbprint()) {
        succession.former.push(Former { site: before.roster.site, until: now });
    }
    succession
}

fn readers(says: &Says) -> u32 {
    let roster = Roster { v: VERSION, site: Thumbprint([0; 32]), serial: 0, members: says.members.clone() };
    roster.reading_persons()
}

/// Revocations whose certificates, signed ahead for a whole stock at most, may still run.
fn revoked(says: &Says, now: Timestamp) -> Vec<Revocation> {
    let longest = stock::months(Timestamp(0)).last().map_or(0, |(begins, _)| begins.0) + CERTIFICATE_SECONDS;
    says.revoked.iter().filter(|entry| entry.since.plus(longest + DAY) > now).copied().collect()
}

/// A month that stood before keeps its key, unless a reader left, or somebody new has to get a key that this member does
/// not hold.
fn months(says: &Says, before: Option<&Before<'_>>, now: Timestamp, rng: &mut impl CryptoRng) -> Vec<Month> {
    let kept = before.filter(|before| !must_rotate(says, before));
    let start = before.and_then(|before| stock::month(before.stock, now)).unwrap_or(now);
    let month = |(nbf, exp): (Timestamp, Timestamp)| {
        let old = before.and_then(|before| of_month(before, nbf));
        let destroyed = exp.plus(u64::from(says.days) * DAY);
        if let Some(old) = old.filter(|_| kept.is_some()) {
            // What was promised to conversations holds; a fresh key was promised to none.
            let destroyed = destroyed.max(old.destroyed);
            return Month { nbf, exp, key: InboxKey { destroyed, ..old.clone() }, fresh: None };
        }
        let secret = InboxSecret::generate(rng);
        Month { nbf, exp, key: secret.entry(destroyed), fresh: Some(secret) }
    };
    stock::months(start).map(month).collect()
}

fn of_month<'a>(before: &Before<'a>, nbf: Timestamp) -> Option<&'a InboxKey> {
    let month = before.stock.iter().filter(|manifest| manifest.nbf == nbf);
    month.max_by_key(|manifest| manifest.serial).map(|manifest| &manifest.inbox_key)
}

fn must_rotate(says: &Says, before: &Before<'_>) -> bool {
    let still = |reader: &Member| says.readers().any(|now| now.id == reader.id);
    let left = !before.roster.readers().all(still);
    let new = says.readers().any(|reader| !was_reader(before, reader));
    let holds = |manifest: &Manifest| before.held.iter().any(|key| key.id() == manifest.inbox_key.id);
    left || (new && !before.stock.iter().all(holds))
}

fn was_reader(before: &Before<'_>, member: &Member) -> bool {
    before.roster.readers().any(|reader| reader.id == member.id)
}

fn certificates(site: &SiteKey, says: &Says, months: &[Month]) -> Vec<String> {
    let persons = says.members.iter().filter(|member| member.is_person());
    let certify = |member: &Member, month: &Month| {
        site.sign_certificate(&MemberCertificate {
            v: VERSION,
            site: site.thumbprint(),
            name: member.name.clone(),
            key: member.signing,
            nbf: month.nbf,
            exp: month.nbf.plus(CERTIFICATE_SECONDS),
        })
    };
    persons.flat_map(|member| months.iter().map(move |month| certify(member, month))).collect()
}

/// Fresh inbox keys to all who read, held ones to those who are new; the site key to those who did not have it.
fn seal_all(
    site: &SiteKey,
    says: &Says,
    before: Option<&Before<'_>>,
    drawn: &[InboxSecret],
    rng: &mut impl CryptoRng,
) -> Result<Vec<SealedKey>, SealError> {
    let name = site.thumbprint();
    let mut sealed = Vec::new();
    for reader in says.readers() {
        let is_new = before.is_none_or(|before| !was_reader(before, reader));
        let held = before.filter(|_| is_new).map_or(&[][..], |before| before.held);
        for key in drawn.iter().chain(held) {
            sealed.push(seal_key_for(reader, key, name, rng)?);
        }
    }
    for signer in says.members.iter().filter(|member| member.may(roster::Capability::Sign)) {
        let had = before.is_some_and(|before| {
            before.roster.site == name && before.roster.signers().any(|member| member.id == signer.id)
        });
        if !had {
            sealed.push(seal_key_for(signer, site, name, rng)?);
        }
    }
    Ok(sealed)
}
