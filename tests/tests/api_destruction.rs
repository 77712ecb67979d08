//! When inbox keys are destroyed, and who holds them until then: no signer makes a key outlive the retention, ends it
//! early, or leaves it without anybody who can open what was sealed to it.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::Result;
use einwurf_protocol::{
    api::admin::Publish,
    limits::STOCK,
    manifest::Manifest,
    problem::Code,
    roster::{Capability, MemberKind},
};
use einwurf_seal::{MemberKeys, RecoveryCode, publish::Says};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{SIGN, join},
    device::Device,
    random,
    staff::{Staff, manifest},
    world::World,
};

/// Signs every manifest again with `change`.
fn resign(staff: &Staff, body: &Publish, change: &dyn Fn(&mut Manifest)) -> Result<Publish> {
    let mut body = body.clone();
    for compact in &mut body.publication.manifests {
        let mut changed = manifest(compact)?;
        change(&mut changed);
        *compact = staff.site_key()?.sign_manifest(&changed);
    }
    Ok(body)
}

fn refused(staff: &Staff, body: &Publish, field: &str, what: &str) -> Result<()> {
    let problem = staff.put(body)?.problem()?;
    assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some(field)), "{what}");
    Ok(())
}

fn sheet_of(code: &RecoveryCode) -> einwurf_protocol::roster::Member {
    let all = [Capability::Sign, Capability::Read];
    MemberKeys::from_recovery(code).member("", MemberKind::Recovery, &all)
}

fn replace_sheet(says: &mut Says, code: &RecoveryCode) {
    says.members.retain(|member| member.kind != MemberKind::Recovery);
    says.members.push(sheet_of(code));
}

/// What is changed, the field that is named, and the change.
type Change = (&'static str, &'static str, fn(&mut Manifest));

#[test]
fn ret_01_a_key_is_destroyed_neither_earlier_than_promised_nor_later_than_the_retention() -> Result<()> {
    let world = World::quiet("destroyed")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (sound, _) = staff.draft(&site.key, |_| ())?;
    let changes: [Change; 4] = [
        ("a second earlier", "publication.manifests[0]", |m| {
            m.inbox_key.destroyed = m.inbox_key.destroyed.minus(1);
        }),
        ("at the end of its month", "publication.manifests[0]", |m| m.inbox_key.destroyed = m.exp),
        ("a second later", "publication.manifests[0]", |m| {
            m.inbox_key.destroyed = m.inbox_key.destroyed.plus(1);
        }),
        ("in a thousand years", "publication.manifests[0]", |m| {
            m.inbox_key.destroyed = m.inbox_key.destroyed.plus(365_000 * DAY);
        }),
    ];
    for (what, field, change) in changes {
        refused(&staff, &resign(&staff, &sound, &change)?, field, what)?;
    }
    assert_eq!(staff.put(&sound)?.status, 204);
    Ok(())
}

#[test]
fn no_publication_leaves_a_gap_that_nobody_can_publish_above() -> Result<()> {
    let world = World::quiet("serial-gap")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (sound, _) = staff.draft(&site.key, |_| ())?;
    let first = manifest(&sound.publication.manifests[0])?.serial;
    let gap = |gap: u64| resign(&staff, &sound, &|m| m.serial += gap);
    let room = STOCK as u64 - 1 - (first - sound.base - 1);
    refused(&staff, &gap(room + 1)?, "publication.manifests", "one above")?;
    refused(&staff, &gap((1 << 53) - 20)?, "publication.manifests", "at the end of all numbers")?;
    let leap = resign(&staff, &sound, &|m| m.serial += u64::from(m.serial > first + 2))?;
    refused(&staff, &leap, "publication.manifests", "not one by one")?;
    assert_eq!(staff.put(&gap(room)?)?.status, 204);
    // And the next login publishes as ever.
    world.staff(&site)?.publish(|_| ()).map(drop)
}

#[test]
fn a_technician_whose_new_sheet_would_lose_messages_is_refused() -> Result<()> {
    let world = World::quiet("technician-sheet")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("nur noch auf dem Blatt")?;
    let mut admin = world.staff(&site)?;
    let mut technician = join(&world, &site, &mut admin, SIGN)?;
    // Whoever read is replaced by somebody for whom the technician has no key of this month: the sheet alone has it.
    let rng = &mut random::system();
    let reader = admin.member.id();
    let link = technician.invite("Meike", &[Capability::Read], Some(reader))?;
    let http = world.http();
    einwurf_tests::colleague::guest(&http, &site, &link).answer("neu@fensterbau.example", "acht Fenster")?;
    technician.accept(&link, Some(reader))?;
    let (code, key) = (RecoveryCode::generate(rng), technician.site_key()?.clone());
    let (lossy, _) = technician.draft(&key, |says| replace_sheet(says, &code))?;
    refused(&technician, &lossy, "sealed", "nobody would be left who opens it")?;
    // The sheet itself makes its successor, which gets every key.
    let mut rescued = Staff::recover(&http, &site.address, site.pin, &site.recovery, &Device::new())?;
    rescued.publish(|says| replace_sheet(says, &code))?;
    let successor = Staff::recover(&http, &site.address, site.pin, &code, &Device::new())?;
    assert_eq!(successor.texts(&visitor.address.clone().unwrap_or_default())?, ["nur noch auf dem Blatt"]);
    Ok(())
}

#[test]
fn a_new_sheet_gets_every_key_that_its_maker_has() -> Result<()> {
    let world = World::quiet("lossy-sheet")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("vor dem neuen Blatt")?;
    let mut admin = world.staff(&site)?;
    let code = RecoveryCode::generate(&mut random::system());
    let (sound, signed) = admin.draft(&site.key, |says| replace_sheet(says, &code))?;
    let (mut lossy, sheet) = (sound.clone(), sheet_of(&code).id);
    let served = einwurf_protocol::api::login::KeyName::Inbox(admin.manifest()?.inbox_key.id);
    lossy.sealed.retain(|key| key.member != sheet || key.what != served);
    assert_eq!(lossy.sealed.len() + 1, sound.sealed.len());
    refused(&admin, &lossy, "sealed", "the key of the month before")?;
    assert_eq!(admin.put(&sound)?.status, 204);
    admin.took(&sound, signed);
    let rescued = Staff::recover(&world.http(), &site.address, site.pin, &code, &Device::new())?;
    assert_eq!(rescued.texts(&visitor.address.clone().unwrap_or_default())?, ["vor dem neuen Blatt"]);
    assert!(admin.manifest()?.nbf <= now());
    Ok(())
}
