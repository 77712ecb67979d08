//! Publications of a login, verified as the next login would; relays and colleagues that do not play fair.

use super::*;
use crate::testing::{Dice, KNOWN, NOW, founded, published, site_state, staff};
use einwurf_protocol::{
    api::login::KeyName,
    limits::STOCK_STEP_SECONDS,
    roster::{MemberKind, Roster},
};
use einwurf_seal::{MemberKeys, OpenedKey};

fn later(months: u64) -> Known<'static> {
    Known { now: NOW.plus(months * STOCK_STEP_SECONDS + 5), ..KNOWN }
}

fn publish(
    staff: &mut Staff,
    state: &SiteState,
    known: &Known<'_>,
    change: impl FnOnce(&mut Draft),
) -> Publish {
    let mut draft = draft(staff, state, known).unwrap();
    change(&mut draft);
    let signing = finish(draft, staff, known.relay, &mut Dice::new(77)).unwrap();
    let body = signing.body.clone();
    signing.apply(staff);
    body
}

fn newcomer(may: &[Capability]) -> (MemberKeys, Member) {
    let keys = MemberKeys::generate(&mut Dice::new(500));
    let member = keys.member("Ines", MemberKind::Person, may);
    (keys, member)
}

#[test]
fn a_stock_is_due_as_soon_as_a_month_has_begun_and_not_before() {
    let staff = staff(1);
    assert!(!is_due(&staff, NOW));
    assert!(!is_due(&staff, NOW.plus(STOCK_STEP_SECONDS - 1)));
    assert!(is_due(&staff, NOW.plus(STOCK_STEP_SECONDS)));
    let mut reader = crate::testing::staff(1);
    reader.member.may = vec![Capability::Read];
    assert!(!is_due(&reader, NOW.plus(STOCK_STEP_SECONDS)), "who may not sign renews nothing");
}

#[test]
fn a_login_a_month_later_renews_the_stock_and_keeps_roster_and_keys() {
    let (mut staff, state) = (staff(1), site_state(1));
    let former = staff.site.clone();
    let body = publish(&mut staff, &state, &later(1), |_| {});
    assert_eq!((body.base, body.publication.manifests.len()), (6, 6));
    assert_eq!(body.publication.roster, state.roster, "the same members are the same bytes");
    assert_eq!(staff.site.manifest.inbox_key.id, former.stock[1].inbox_key.id);
    assert_eq!(staff.site.until(), former.until().plus(STOCK_STEP_SECONDS));
    assert_eq!(staff.inbox_keys.len(), 7, "one month is new");
    assert!(!is_due(&staff, later(1).now));
}

#[test]
fn who_signs_without_reading_draws_keys_and_keeps_none() {
    let (mut staff, state) = (staff(1), site_state(1));
    let (keys, technician) = newcomer(&[Capability::Sign]);
    let body = publish(&mut staff, &state, &KNOWN, |draft| draft.says.members.push(technician.clone()));
    let state = published(&state, &body);
    let mine = |sealed: &&SealedKey| sealed.member == technician.id;
    let sealed: Vec<_> = body.sealed.iter().filter(mine).collect();
    assert!(matches!(sealed.as_slice(), [SealedKey { what: KeyName::Site(_), .. }]), "the site key alone");
    let opened = keys.open_key(sealed[0], staff.site.key).unwrap();
    let OpenedKey::Site(site_key) = opened else { unreachable!() };
    let mut other = Staff {
        member: technician,
        keys,
        site_keys: vec![site_key],
        inbox_keys: Vec::new(),
        ..crate::testing::staff(1)
    };
    let renewed = publish(&mut other, &state, &later(1), |_| {});
    assert!(other.inbox_keys.is_empty());
    let readers = Roster::verify(&renewed.publication.roster, &other.site.key, 2).unwrap();
    let fresh = other.site.stock.last().unwrap().inbox_key.id;
    let covered = |id| renewed.sealed.iter().any(|s| s.member == id && s.what == KeyName::Inbox(fresh));
    assert!(readers.readers().all(|reader| covered(reader.id)));
}

#[test]
fn who_leaves_gets_no_key_any_more_and_who_stays_gets_all_new_ones() {
    let (mut staff, state) = (staff(1), site_state(1));
    let (_, ines) = newcomer(&[Capability::Read]);
    let body = publish(&mut staff, &state, &KNOWN, |draft| draft.says.members.push(ines.clone()));
    let state = published(&state, &body);
    let held = staff.site.manifest.inbox_key.id;
    let now = KNOWN.now;
    let body = publish(&mut staff, &state, &KNOWN, |draft| draft.says.remove(&ines.id, now));
    assert!(body.sealed.iter().all(|sealed| sealed.member != ines.id));
    assert!(staff.site.stock.iter().all(|month| month.inbox_key.id != held));
    assert_eq!(staff.site.manifest.roster.revoked[0].member, ines.id);
    let present = staff.site.manifest.inbox_key.id;
    assert!(staff.inbox_keys.iter().any(|key| key.id() == present), "and this device reads on");
}

#[test]
fn the_next_site_key_is_sealed_announced_and_becomes_the_present_one() {
    let (mut staff, state) = (staff(1), site_state(1));
    let former = staff.site.key;
    let next = SiteKey::generate(&mut Dice::new(900));
    let id = next.thumbprint();
    let announce = |draft: &mut Draft| {
        draft.says.succession.next = Some(id);
        draft.next = Some(next.clone());
    };
    let body = publish(&mut staff, &state, &KNOWN, announce);
    let sealed = body.sealed.iter().filter(|sealed| sealed.what == KeyName::Site(id));
    assert_eq!(sealed.count(), 2, "to the member and to the emergency sheet");
    let state = published(&state, &body);
    // Somebody who comes now gets it, too.
    let (keys, other) = newcomer(&[Capability::Sign]);
    let body = publish(&mut staff, &state, &KNOWN, |draft| draft.says.members.push(other.clone()));
    let theirs = |sealed: &&SealedKey| sealed.member == other.id && sealed.what == KeyName::Site(id);
    assert!(keys.open_key(body.sealed.iter().find(theirs).unwrap(), id).is_ok());
    let state = published(&state, &body);
    let last = state.stock[0].clone();
    let switch = |draft: &mut Draft| {
        draft.signer = next.clone();
        draft.says.succession = einwurf_protocol::manifest::Succession::default();
    };
    let body = publish(&mut staff, &state, &KNOWN, switch);
    assert_eq!((staff.site.key, staff.site.reads.as_slice()), (id, [former, id].as_slice()));
    assert!(staff.is_to_rewrap());
    let known = Known { serial: 13, roster: Some(staff.site.seen()), ..KNOWN };
    let documents =
        Documents { stock: &body.publication.manifests, roster: &body.publication.roster, former: &[last] };
    assert_eq!(verify(&documents, former, &known).unwrap(), staff.site);
}

#[test]
fn what_a_relay_shows_instead_of_the_present_state_is_not_signed_again() {
    let staff = staff(1);
    let foreign = site_state(99);
    for state in [
        SiteState { roster: foreign.roster.clone(), ..site_state(1) },
        SiteState { stock: foreign.stock.clone(), ..site_state(1) },
        foreign,
    ] {
        assert_eq!(draft(&staff, &state, &KNOWN).unwrap_err(), Fault::Chain);
    }
    let ahead = Known { serial: 2, ..KNOWN };
    assert_eq!(draft(&staff, &site_state(1), &ahead).unwrap_err(), Fault::Chain);
}

#[test]
fn who_may_not_sign_and_who_lost_the_site_key_publish_nothing() {
    let reader = Staff { site_keys: Vec::new(), ..staff(1) };
    assert_eq!(draft(&reader, &site_state(1), &KNOWN).unwrap_err(), Fault::Keys);
    let mut stranger = staff(1);
    stranger.member.id = founded(5).0.member.id();
    assert_eq!(draft(&stranger, &site_state(1), &KNOWN).unwrap_err(), Fault::Forbidden);
}

#[test]
fn a_site_that_would_leave_this_relay_is_not_signed() {
    let (staff, state) = (staff(1), site_state(1));
    let mut draft = draft(&staff, &state, &KNOWN).unwrap();
    draft.says.relay.origins = vec!["https://elsewhere.example".into()];
    assert_eq!(finish(draft, &staff, KNOWN.relay, &mut Dice::new(1)).unwrap_err(), Fault::Chain);
}

#[test]
fn the_certificate_of_this_month_is_the_members_own() {
    let (mut staff, state) = (staff(1), site_state(1));
    let first = staff.certificate.clone();
    publish(&mut staff, &state, &later(1), |_| {});
    let own = staff.certificate.clone().unwrap();
    assert_ne!(Some(&own), first.as_ref());
    let verified = MemberCertificate::verify(&own, (&staff.site.key, &[]), later(1).now, &[]).unwrap();
    assert_eq!(verified.key.thumbprint(), staff.member.id);
}

#[test]
fn a_retention_that_no_site_can_have_is_not_signed() {
    let staff = staff(1);
    let with = |days| {
        let mut state = site_state(1);
        state.facts.days = days;
        draft(&staff, &state, &KNOWN).map(|draft| draft.facts.days)
    };
    for days in [0, RETENTION_DAYS + 1, u32::MAX] {
        assert_eq!(with(days), Err(Fault::Chain), "{days}");
    }
    for days in [1, 2, RETENTION_DAYS - 1, RETENTION_DAYS] {
        assert_eq!(with(days), Ok(days));
    }
}
