//! What the relay does by itself: everything under the storage secret follows its replacement, also when the relay is
//! killed in the middle of it, and mails lead to the company's own door.

#![allow(clippy::expect_used, reason = "helpers of a test; clippy allows it in test functions only")]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::{MailSettings, Security},
    codec::{Writer, from_base64url, to_base64url},
    notice::Register,
    roster::Capability,
};
use einwurf_tests::{
    admin::Guest,
    device::Device,
    pace, random, smtp,
    staff::{Staff, Who, finish, knock},
    world::World,
};
use std::time::Duration;

const SECRET: &str = "EINWURF_STORAGE_SECRET";
const OLD: &str = "EINWURF_STORAGE_SECRET_OLD";
const ANNA: &str = "anna@fensterbau.example";
const PASSWORD: &str = "neun Fenster nach Süden";

fn secret() -> String {
    to_base64url(&random::bytes::<32>())
}

/// What the beginning of every blob says of its secret.
fn id(secret: &str) -> Result<Vec<u8>> {
    let id = Writer::labelled("einwurf/1 storage key id").fixed(&from_base64url(secret)?).sha256();
    Ok(id.get(..8).context("a hash")?.to_vec())
}

/// Whether an object of this class holds a blob under the secret.
fn holds(world: &World, class: &str, secret: &str) -> Result<bool> {
    let id = id(secret)?;
    let of_class = |path: &std::path::Path| path.to_string_lossy().contains(&format!("einwurf-{class}"));
    let files = world.relay.storage();
    Ok(files.iter().any(|(path, bytes)| of_class(path) && memchr::memmem::find(bytes, &id).is_some()))
}

fn sender(world: &mut World) -> Result<MailSettings> {
    let sender = smtp::sender(world.smtp()?.tls, Security::Tls);
    let recipients = vec!["chef@example.org".to_owned()];
    Ok(MailSettings {
        recipients,
        register: Register::DeFormal,
        sender: Some(sender),
        heads: None,
        escalation: Vec::new(),
        wishes: Vec::new(),
    })
}

#[test]
fn everything_under_the_storage_secret_outlives_its_replacement() -> Result<()> {
    let mut world = World::with_mail("replaced")?;
    let site = world.site()?;
    let settings = sender(&mut world)?;
    // Of every kind something is stored: settings of mail, an answered invitation, an open login.
    let admin = world.staff(&site)?;
    assert_eq!(admin.set_mail(&settings)?.status, 204);
    let link = admin.invite("Anna", &[Capability::Read], None)?;
    let http = world.http();
    Guest { http: &http, site: &site.address, secret: link.secret }.answer(ANNA, PASSWORD)?;
    let open = knock(&http, &site.who(), &site.device)?;
    let (last, _) = open.last.context("the right password")?;

    let (old, new) = (world.relay.binding(SECRET).context("a secret")?.to_owned(), secret());
    world.relay.rebind(OLD, Some(&old))?;
    world.relay.rebind(SECRET, Some(&new))?;
    let http = world.http();
    assert_eq!(finish(&http, &site.address, &site.device, &last)?.status, 200, "the login that was open");
    // Asked once, the inbox object changes over, and has its proof object do the same.
    for class in ["inbox", "proof"] {
        pace::until(class, || Ok(holds(&world, class, &new)?.then_some(())))?;
    }

    world.relay.rebind(OLD, None)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("danach")?;
    let mut admin = world.staff(&site)?;
    assert_eq!(admin.test_mail()?.status, 204, "the password of the sender");
    admin.accept(&link, None)?;
    let who = Who { account: ANNA, password: PASSWORD, ..site.who() };
    let anna = Staff::login_as(&world.http(), &who, &Device::new())?;
    assert_eq!(anna.texts(visitor.address.as_deref().context("opened")?)?, ["danach"]);
    assert!(!world.relay.log().contains(SECRET), "{}", world.relay.log());
    Ok(())
}

#[test]
fn a_relay_that_is_killed_while_it_changes_over_loses_nothing() -> Result<()> {
    let mut world = World::quiet("replaced-kill")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("übersteht alles")?;
    let address = visitor.address.clone().context("opened")?;
    for round in 0..8 {
        let old = world.relay.binding(SECRET).context("a secret")?.to_owned();
        world.relay.rebind(OLD, Some(&old))?;
        world.relay.rebind(SECRET, Some(&secret()))?;
        // The change begins with the request; the kill comes a little later in every round.
        let http = world.http();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| Staff::login(&http, &site).map(drop));
            std::thread::sleep(Duration::from_millis(round));
            let killed = world.relay.kill();
            // It may have come through, or not.
            drop(asked.join().expect("a login fails without a panic"));
            killed
        })?;
        world.relay.restart()?;
        assert_eq!(world.staff(&site)?.texts(&address)?, ["übersteht alles"], "round {round}");
        world.relay.rebind(OLD, None)?;
        assert_eq!(world.staff(&site)?.texts(&address)?, ["übersteht alles"], "round {round}, alone");
    }
    Ok(())
}

#[test]
fn equal_or_malformed_secrets_do_not_start_and_the_log_names_the_binding() -> Result<()> {
    let mut world = World::quiet("replaced-wrong")?;
    let site = world.site()?;
    let present = world.relay.binding(SECRET).context("a secret")?.to_owned();
    for wrong in [present.as_str(), "AQ", "not base64url"] {
        world.relay.rebind(OLD, Some(wrong))?;
        assert!(Staff::login(&world.http(), &site).is_err(), "{wrong}");
        assert!(world.relay.log().contains(OLD), "{}", world.relay.log());
    }
    world.relay.rebind(OLD, None)?;
    world.staff(&site)?.list()?;
    Ok(())
}

/// The company's own door.
const DOOR: &str = "https://fensterbau.example/postfach/";

#[test]
fn mails_lead_to_the_companys_own_door() -> Result<()> {
    let mut world = World::with_mail("door-mail")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    assert_eq!(staff.test_mail()?.status, 204);
    let link = world.smtp()?.mail()?.link().context("a link")?;
    assert_eq!(link, format!("{}/inbox#site={}&pin={}", site.relay, site.address, site.pin));

    staff.publish(|says| says.relay.door = Some(DOOR.to_owned()))?;
    assert_eq!(staff.test_mail()?.status, 204);
    let link = world.smtp()?.mail()?.link().context("a link")?;
    assert_eq!(link, format!("{DOOR}#inbox&site={}", site.address));
    Ok(())
}
