//! What is kept as long as something refers to it: notices (REC-03), keys of held conversations, and a deployment that
//! says what the notices say (LOC-03).

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    ids::Digest,
    message::{Act, Reason},
    notice::Register,
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    pace,
    plan::Plan,
    seed::Site,
    staff::Staff,
    world::World,
};

/// Publishes notices that state something else, and answers the digests of those before.
fn restate(staff: &mut Staff, company: &str) -> Result<Vec<Digest>> {
    let before = staff.manifest()?.notices;
    let mut facts = staff.state()?.facts;
    company.clone_into(&mut facts.company);
    staff.restate(&facts, &Register::ALL)?;
    Ok(before.into_iter().map(|notice| notice.digest).collect())
}

fn notice(world: &World, site: &Site, digest: &Digest) -> Result<Option<Vec<u8>>> {
    let digest = digest.to_string();
    let headers = [(header::SITE, site.address.as_str()), (header::NOTICE, &digest)];
    let reply = world.http().get(path::NOTICE, &headers)?;
    Ok((reply.status == 200).then_some(reply.body))
}

#[test]
fn rec_03_a_notice_is_kept_as_long_as_a_record_names_it() -> Result<()> {
    let mut world = World::quiet("archive")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("auf dem ersten Text")?;
    let conversation = staff.newest()?;
    pace::until("the record", || staff.proof(&conversation))?;
    let agreed = visitor.consent.notice();
    let shown = notice(&world, &site, &agreed)?.context("the notice")?;
    let replaced = restate(&mut staff, "Beispiel Fensterbau und Söhne GmbH")?;
    assert!(replaced.len() == 3 && replaced.contains(&agreed));

    // Six days later all are there: a grant on one of them may still be on its way.
    world.advance(6 * DAY)?;
    world.staff(&site)?.list()?;
    for digest in &replaced {
        assert!(notice(&world, &site, digest)?.is_some());
    }
    // Then those that nobody agreed to go, and the one that the record names stays, also after its conversation.
    for days in [3, 120] {
        world.advance(days * DAY)?;
        let staff = world.staff(&site)?;
        pace::until("the upkeep", || {
            let mut left = Vec::new();
            for digest in &replaced {
                left.extend(notice(&world, &site, digest)?.map(|_| *digest));
            }
            Ok((left == [agreed]).then_some(()))
        })?;
        for reference in staff.manifest()?.notices {
            assert!(notice(&world, &site, &reference.digest)?.is_some(), "what is in force stays");
        }
    }
    let kept = notice(&world, &site, &agreed)?.context("the archived notice")?;
    assert_eq!(kept, shown, "byte for byte");
    assert_eq!(einwurf_protocol::notice::digest(&kept), agreed);

    // When the proof is gone, nothing refers to it any more.
    let staff = world.staff(&site)?;
    let proof = staff.proofs(None)?.proofs.into_iter().next().context("a proof")?;
    world.advance(proof.until.0 + 2 * DAY - now().0)?;
    let staff = world.staff(&site)?;
    pace::until("the end of the proof", || Ok(staff.proofs(None)?.proofs.is_empty().then_some(())))?;
    // Whichever of the two alarms came first: a day later the other has followed.
    world.advance(2 * DAY)?;
    world.staff(&site)?.list()?;
    pace::until("the end of the notice", || Ok(notice(&world, &site, &agreed)?.is_none().then_some(())))
}

fn holds_first(world: &World, site: &Site) -> Result<bool> {
    let first = site.inbox.first().context("a key")?.id();
    Ok(Staff::login(&world.http(), site)?.inbox_keys.iter().any(|key| key.id() == first))
}

#[test]
fn rec_03_a_hold_keeps_its_inbox_key_and_no_other_outlives_its_date() -> Result<()> {
    let mut world = World::quiet("held-key")?;
    let plan = Plan { days: 30, ..Plan::default() };
    let (site, other) = (world.site_of(plan.clone())?, world.site_of(plan)?);
    let mut visitor = world.visitor(&site)?;
    visitor.open("für den Anspruch")?;
    let staff = world.staff(&site)?;
    let conversation = staff.newest()?;
    let until = now().plus(200 * DAY);
    staff.act(&conversation, Act::Hold { reason: Reason::Claim, until })?.ok()?;
    pace::until("the hold", || Ok(staff.list()?.remove(0).hold))?;

    // A month, its overlap and the retention: without a hold the key is destroyed.
    world.advance((38 + 30 + 2) * DAY)?;
    assert!(!holds_first(&world, &other)?, "no hold, no key");
    assert!(holds_first(&world, &site)?);
    let staff = Staff::login(&world.http(), &site)?;
    assert_eq!(staff.texts(&conversation)?.first().map(String::as_str), Some("für den Anspruch"));

    // The hold ends, and a day later the key is gone, without anybody's doing.
    world.advance(until.0 - 3_600 - now().0)?;
    assert!(holds_first(&world, &site)?, "an hour before");
    world.advance(3_600 + DAY)?;
    assert!(!holds_first(&world, &site)?, "a day after");
    Ok(())
}

#[test]
fn loc_03_a_relay_that_is_deployed_otherwise_than_the_notices_say_does_not_serve_them() -> Result<()> {
    let mut world = World::quiet("deployed")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let binding =
        |world: &World, name: &str| world.relay.binding(name).map(str::to_owned).context("a binding");
    for (name, other) in [
        ("EINWURF_PROFILE", "cloudflare-direct"),
        ("EINWURF_HOST_NAME", "Jemand anderes GmbH"),
        ("EINWURF_COUNTRY_EN", "Ireland"),
    ] {
        let own = binding(&world, name)?;
        // Of a relay that is not self-hosted, objects are in a jurisdiction that workerd does not know; that does not
        // matter for those that exist.
        world.relay.rebind(name, Some(other))?;
        let headers = [(header::SITE, site.address.as_str())];
        let reply = world.http().get(path::MANIFEST, &headers)?;
        assert_eq!((reply.status, reply.code()?), (503, Some(Code::Unavailable)), "{name}");
        visitor.reconnect(&world.http());
        assert_eq!(visitor.append(&visitor.seal("auf anderem Text")?)?.status, 503, "{name}");
        assert!(world.relay.log().contains(name), "{name}: {}", world.relay.log());
        // Nobody is kept from reading or withdrawing.
        assert_eq!(visitor.read(None)?.events.len(), 1);
        Staff::login(&world.http(), &site)?.list()?;
        world.relay.rebind(name, Some(&own))?;
        assert_eq!(world.http().get(path::MANIFEST, &headers)?.status, 200, "{name}");
    }
    visitor.reconnect(&world.http());
    visitor.write("wie vorher")?;
    Ok(())
}
