//! From one site key to the next, and from one relay address to two: nobody is lost on the way, and nobody else gets in.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    manifest::{Expected, Manifest},
    problem::Code,
};
use einwurf_seal::SiteKey;
use einwurf_tests::{
    clock::now,
    device::Device,
    random,
    relay::Options,
    seed::Site,
    staff::{Staff, finish, knock},
    visitor::{Address, Visitor},
    world::World,
};

fn verify(world: &World, site: &Site, pins: &[einwurf_protocol::ids::Thumbprint]) -> Result<Manifest> {
    let reply = world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?;
    let relay = world.relay.origin();
    let expected = Expected { pins, relay: &relay, now: now(), serial: 0 };
    Ok(Manifest::verify(&reply.ok()?.text(), &expected)?)
}

#[test]
fn a_snippet_with_both_pins_sees_no_change_and_staff_read_on() -> Result<()> {
    let world = World::quiet("next-key")?;
    let site = world.site()?;
    let mut before = world.visitor(&site)?;
    before.open("unter dem ersten Schlüssel")?;
    let mut staff = world.staff(&site)?;
    let next = staff.announce()?;
    let late = world.visitor(&site)?;
    let pins = [site.pin, next.thumbprint()];
    assert_eq!(verify(&world, &site, &pins)?.succession.next, Some(next.thumbprint()));
    // Whoever signs gets the next key from the relay, as from another device.
    let other = Staff::login_as(&world.http(), &site.who(), &Device::new())?;
    let stored = other.site_keys.iter().find(|key| key.thumbprint() == next.thumbprint());
    other.switch(stored.context("the next key is not at the relay")?)?;

    let manifest = verify(&world, &site, &pins)?;
    assert_eq!(manifest.site, next.thumbprint());
    assert!(verify(&world, &site, &[site.pin]).is_err(), "the old pin alone leads to the contact ways");

    // Staff's keys are bound to the first key; the line leads on, and they are wrapped anew.
    let after = world.staff(&site)?;
    assert_eq!(after.sites, pins);
    assert_eq!(after.texts(before.address.as_deref().context("opened")?)?, ["unter dem ersten Schlüssel"]);
    let (_, export_key) = knock(&world.http(), &site.who(), &site.device)?.last.context("the password")?;
    after.rewrap(&export_key)?.ok()?;
    assert_eq!(world.staff(&site)?.sites, pins);

    // A conversation goes on under the key that it began with; new ones begin under the next.
    before.write("und danach")?;
    let mut late = late;
    let ticket = late.ticket()?.ticket;
    let refused = late.post_open(&ticket, &late.opening(late.seal("vor dem Wechsel geladen")?))?;
    assert_eq!(refused.code()?, Some(Code::KeyRetired));
    let address = Address { site: site.address.clone(), pin: next.thumbprint() };
    let mut fresh = Visitor::agree(&world.http(), &address, einwurf_protocol::notice::Register::En)?;
    fresh.open("unter dem zweiten")?;
    let staff = world.staff(&site)?;
    assert_eq!(
        staff.texts(before.address.as_deref().context("opened")?)?,
        ["unter dem ersten Schlüssel", "und danach"]
    );
    assert_eq!(staff.texts(fresh.address.as_deref().context("opened")?)?, ["unter dem zweiten"]);
    Ok(())
}

#[test]
fn a_key_that_was_not_announced_takes_over_nothing() -> Result<()> {
    let world = World::quiet("not-announced")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let stranger = SiteKey::generate(&mut random::system());
    let (body, _) = staff.draft(&stranger, |_| ())?;
    assert_eq!(staff.put(&body)?.code()?, Some(Code::Malformed));
    staff.announce()?;
    let (body, _) = staff.draft(&stranger, |says| says.succession.next = None)?;
    assert_eq!(staff.put(&body)?.code()?, Some(Code::Malformed));
    assert_eq!(verify(&world, &site, &[site.pin])?.site, site.pin);
    Ok(())
}

#[test]
fn after_the_change_the_former_key_publishes_nothing() -> Result<()> {
    let world = World::quiet("former-key")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let next = staff.announce()?;
    staff.switch(&next)?;
    let staff = world.staff(&site)?;
    let (body, _) = staff.draft(&site.key, |_| ())?;
    assert_eq!(staff.put(&body)?.code()?, Some(Code::Malformed));
    Ok(())
}

#[test]
fn a_relay_that_invents_a_line_to_its_own_key_gets_no_keys() -> Result<()> {
    let world = World::quiet("invented-line")?;
    let site = world.site()?;
    let (last, export_key) = knock(&world.http(), &site.who(), &site.device)?.last.context("the password")?;
    let session: einwurf_protocol::api::login::Session =
        finish(&world.http(), &site.address, &site.device, &last)?.json()?;
    let relay = SiteKey::generate(&mut random::system());
    // The relay signs a step from the site to itself, since only the site key could sign a genuine one.
    let invented = relay.sign_manifest(&{
        let mut manifest = site.published()?;
        manifest.succession.next = Some(relay.thumbprint());
        manifest
    });
    assert!(einwurf_protocol::succession::line(site.pin, &[invented]).is_err());
    // And the member's keys open for no other root.
    let wrapped = session.wrapped.context("wrapped keys")?;
    let foreign = einwurf_seal::wrapping_key(&export_key, &relay.thumbprint());
    assert!(einwurf_seal::MemberKeys::unwrap(&wrapped, foreign.as_ref()).is_err());
    Ok(())
}

#[test]
fn two_relay_addresses_serve_one_site() -> Result<()> {
    let other = format!("http://localhost:{}", 1);
    let vars = [("EINWURF_ORIGIN_ALSO".to_owned(), other.clone())].into();
    let world = World::start("two-addresses", &Options { vars, ..Options::default() })?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let origins = vec![world.relay.origin(), other.clone()];
    staff.publish(|says| says.relay.origins.clone_from(&origins))?;
    let reply = world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?.text();
    for relay in &origins {
        let expected = Expected { pins: &[site.pin], relay, now: now(), serial: 0 };
        assert_eq!(Manifest::verify(&reply, &expected)?.relay.origins, origins);
    }
    // Without its own address among them the relay would be of no use to its visitors.
    let (body, _) = staff.draft(&site.key, |says| says.relay.origins = vec![other.clone()])?;
    assert_eq!(staff.put(&body)?.code()?, Some(Code::Malformed));
    Ok(())
}

#[test]
fn moved_to_is_told_and_taken_back() -> Result<()> {
    let world = World::quiet("moved")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let to = "https://relay.new.example";
    staff.publish(|says| says.succession.moved_to = Some(to.to_owned()))?;
    assert_eq!(verify(&world, &site, &[site.pin])?.succession.moved_to.as_deref(), Some(to));
    staff.publish(|says| says.succession.moved_to = None)?;
    assert_eq!(verify(&world, &site, &[site.pin])?.succession.moved_to, None);
    Ok(())
}
