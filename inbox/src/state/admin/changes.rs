//! Changes of team and site as the relay gets them, and what former members, thieves of a sheet and colleagues can do then.

use crate::{
    state::{
        fault::Fault,
        keyring::Staff,
        publishing::{Draft, draft, finish},
        site::{release, succession},
        team::{accept::admit, remove, sheet},
    },
    testing::{Dice, KNOWN, NOW, code, founded, published, site_state, staff},
};
use einwurf_protocol::{
    api::{
        admin::{Publish, SiteState},
        login::{KeyName, SealedKey},
    },
    ids::Thumbprint,
    manifest::{Code, Manifest},
    release::Release,
    roster::{Capability, Member, MemberKind, Roster},
};
use einwurf_seal::{MemberKeys, OpenedKey, RecoveryCode, SiteKey};

const BOTH: &[Capability] = &[Capability::Sign, Capability::Read];

fn publish(
    staff: &mut Staff,
    state: &SiteState,
    change: impl FnOnce(&mut Draft) -> Result<(), Fault>,
) -> Result<Publish, Fault> {
    let mut draft = draft(staff, state, &KNOWN)?;
    change(&mut draft)?;
    let signing = finish(draft, staff, KNOWN.relay, &mut Dice::new(77))?;
    let body = signing.body.clone();
    signing.apply(staff);
    Ok(body)
}

/// A site with a second member.
fn office(may: &[Capability]) -> (Staff, SiteState, MemberKeys, Member, Publish) {
    let (mut staff, state) = (staff(1), site_state(1));
    let keys = MemberKeys::generate(&mut Dice::new(500));
    let member = keys.member("Ines", MemberKind::Person, may);
    let taken = member.clone();
    let body = publish(&mut staff, &state, |draft| {
        admit(&mut draft.says, &taken, None, NOW);
        Ok(())
    })
    .unwrap();
    let state = published(&state, &body);
    (staff, state, keys, member, body)
}

fn for_member(body: &Publish, id: Thumbprint) -> Vec<&SealedKey> {
    body.sealed.iter().filter(|sealed| sealed.member == id).collect()
}

fn manifest(body: &Publish) -> Manifest {
    let first = body.publication.manifests.first().unwrap();
    einwurf_protocol::jws::verify_json::<Manifest>(first, einwurf_protocol::jws::MANIFEST).unwrap().payload
}

fn roster(body: &Publish, site: Thumbprint) -> Roster {
    Roster::verify(&body.publication.roster, &site, 1).unwrap()
}

#[test]
fn an_accepted_member_opens_every_key_of_the_stock_and_the_site_key_and_nothing_rotates() {
    let (staff, _, keys, member, body) = office(BOTH);
    let opened: Vec<_> = for_member(&body, member.id)
        .into_iter()
        .map(|key| keys.open_key(key, staff.site.key).unwrap())
        .collect();
    assert_eq!(opened.iter().filter(|key| matches!(key, OpenedKey::Site(_))).count(), 1);
    for month in &staff.site.stock {
        let held = |key: &OpenedKey| matches!(key, OpenedKey::Inbox(key) if key.id() == month.inbox_key.id);
        assert!(opened.iter().any(held));
    }
    assert_eq!(manifest(&body).roster.readers, 2);
    assert_eq!(staff.site.stock[0].inbox_key, crate::testing::staff(1).site.stock[0].inbox_key);
}

#[test]
fn an_ended_access_gets_none_of_the_new_keys_and_its_certificates_are_void() {
    let (mut staff, state, keys, member, _) = office(&[Capability::Read]);
    let before: Vec<_> = staff.site.stock.iter().map(|month| month.inbox_key.id).collect();
    let body = publish(&mut staff, &state, |draft| remove::end(draft, &member.id)).unwrap();
    assert!(for_member(&body, member.id).is_empty());
    assert!(body.sealed.iter().all(|sealed| keys.open_key(sealed, staff.site.key).is_err()));
    assert!(staff.site.stock.iter().all(|month| !before.contains(&month.inbox_key.id)), "six new keys");
    let revoked: Vec<_> = manifest(&body).roster.revoked.iter().map(|one| (one.member, one.since)).collect();
    assert_eq!(revoked, [(member.id, NOW)]);
    assert!(roster(&body, staff.site.key).member(&member.id).is_none());
}

#[test]
fn ending_an_access_that_a_colleague_made_indispensable_meanwhile_publishes_nothing() {
    let (mut staff, state) = (staff(1), site_state(1));
    let own = staff.member.id;
    assert_eq!(publish(&mut staff, &state, |draft| remove::end(draft, &own)).unwrap_err(), Fault::Conflict);
    let gone = publish(&mut staff, &state, |draft| remove::end(draft, &Thumbprint([9; 32])));
    assert!(gone.is_ok(), "somebody who is gone already needs nothing");
}

#[test]
fn a_next_key_that_a_leaving_signer_holds_is_announced_no_more() {
    let (mut staff, state, _, member, _) = office(BOTH);
    let next = SiteKey::generate(&mut Dice::new(9));
    let body = publish(&mut staff, &state, |draft| succession::announce(draft, &next)).unwrap();
    let known = |sealed: &&SealedKey| sealed.what == KeyName::Site(next.thumbprint());
    assert!(for_member(&body, member.id).iter().any(known), "the leaving signer has it");
    let state = published(&state, &body);
    let body = publish(&mut staff, &state, |draft| remove::end(draft, &member.id)).unwrap();
    assert_eq!(manifest(&body).succession.next, None);
}

#[test]
fn a_reader_who_leaves_does_not_touch_the_announcement() {
    let (mut staff, state, _, member, _) = office(&[Capability::Read]);
    let next = SiteKey::generate(&mut Dice::new(9));
    let body = publish(&mut staff, &state, |draft| succession::announce(draft, &next)).unwrap();
    assert!(!for_member(&body, member.id).iter().any(|sealed| matches!(sealed.what, KeyName::Site(_))));
    let state = published(&state, &body);
    let body = publish(&mut staff, &state, |draft| remove::end(draft, &member.id)).unwrap();
    assert_eq!(manifest(&body).succession.next, Some(next.thumbprint()));
}

#[test]
fn the_new_sheet_opens_everything_and_the_old_one_nothing_of_it() {
    let (mut staff, state) = (staff(1), site_state(1));
    let (old, _) = founded(1);
    let old = MemberKeys::from_recovery(&old.recovery);
    let code = RecoveryCode::generate(&mut Dice::new(8));
    let body = publish(&mut staff, &state, |draft| {
        sheet::replace(draft, &code, &mut Dice::new(7));
        Ok(())
    })
    .unwrap();
    let new = MemberKeys::from_recovery(&code);
    let mine = for_member(&body, new.id());
    assert_eq!(mine.len(), 13, "the site key, six new months, and those before, so that old messages open");
    assert!(mine.iter().all(|sealed| new.open_key(sealed, staff.site.key).is_ok()));
    assert!(body.sealed.iter().all(|sealed| old.open_key(sealed, staff.site.key).is_err()));
    let check = body.recovery.unwrap();
    let text = code.to_text();
    let words: Vec<_> =
        check.groups.iter().map(|group| text.split('-').nth(usize::from(*group)).unwrap()).collect();
    assert!(staff.site_key().unwrap().fits(&check, [words[0], words[1]]).unwrap());
}

#[test]
fn a_second_announcement_is_a_conflict_and_only_the_announced_key_takes_over() {
    let (mut staff, state) = (staff(1), site_state(1));
    let (next, other) = (SiteKey::generate(&mut Dice::new(9)), SiteKey::generate(&mut Dice::new(10)));
    let early = publish(&mut staff, &state, |draft| succession::switch(draft, &next, None));
    assert_eq!(early.unwrap_err(), Fault::Conflict);
    let body = publish(&mut staff, &state, |draft| succession::announce(draft, &next)).unwrap();
    let state = published(&state, &body);
    let again = publish(&mut staff, &state, |draft| succession::announce(draft, &other));
    assert_eq!(again.unwrap_err(), Fault::Conflict);
    let foreign = publish(&mut staff, &state, |draft| succession::switch(draft, &other, None));
    assert_eq!(foreign.unwrap_err(), Fault::Conflict);
}

#[test]
fn the_switch_is_signed_by_the_next_key_names_none_after_it_and_carries_the_question_over() {
    let (mut staff, state) = (staff(1), site_state(1));
    let (keys, _) = founded(1);
    let next = SiteKey::generate(&mut Dice::new(9));
    let body = publish(&mut staff, &state, |draft| succession::announce(draft, &next)).unwrap();
    let state = published(&state, &body);
    let check = state.recovery.check.clone();
    let text = keys.recovery.to_text();
    let words: Vec<_> =
        check.groups.iter().map(|group| text.split('-').nth(usize::from(*group)).unwrap()).collect();
    let words = [words[0], words[1]];
    let carried = succession::carry_check(&keys.site, &next, &check, words).unwrap().unwrap();
    let body = publish(&mut staff, &state, |draft| succession::switch(draft, &next, Some(&carried))).unwrap();
    let manifest = manifest(&body);
    assert_eq!((manifest.site, manifest.succession.next), (next.thumbprint(), None));
    assert_eq!(
        manifest.succession.former.iter().map(|one| one.site).collect::<Vec<_>>(),
        [keys.site.thumbprint()]
    );
    assert_eq!(roster(&body, next.thumbprint()).site, next.thumbprint());
    assert!(next.fits(&body.recovery.unwrap(), words).unwrap());
    assert!(!next.fits(&check, words).unwrap(), "the question before was the former key's");
    assert_eq!(staff.site.key, next.thumbprint());
}

#[test]
fn the_question_is_carried_over_only_with_the_right_groups() {
    let (keys, _) = founded(1);
    let (next, check) = (SiteKey::generate(&mut Dice::new(9)), site_state(1).recovery.check);
    let wrong = succession::carry_check(&keys.site, &next, &check, ["0000", "0000"]);
    assert_eq!(wrong.unwrap(), None);
    assert!(succession::carry_check(&keys.site, &next, &check, ["A", "B"]).is_err(), "not a group at all");
}

#[test]
fn approving_names_the_new_files_and_an_older_release_is_a_conflict() {
    let (mut staff, state) = (staff(1), site_state(1));
    let release = |version: &str| Release {
        v: 1,
        at: NOW,
        code: Code { version: version.into(), ..code() },
        changes: [].into(),
    };
    let body = publish(&mut staff, &state, |draft| release::approve(draft, &release("0.2.0"))).unwrap();
    assert_eq!(manifest(&body).code.version, "0.2.0");
    let state = published(&state, &body);
    for version in ["0.1.9", "0.2.0"] {
        let late = publish(&mut staff, &state, |draft| release::approve(draft, &release(version)));
        assert_eq!(late.unwrap_err(), Fault::Conflict, "{version}");
    }
}
