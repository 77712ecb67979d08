//! Whoever runs the relay is told by mail, once each time, that the storage secret is due for replacement, and that the
//! one before is due for destruction.

use anyhow::{Context, Result};
use einwurf_protocol::{api::staff::MailHealth, codec::to_base64url};
use einwurf_tests::{
    clock::{DAY, now},
    pace,
    plan::Plan,
    random,
    relay::{MailWay, Options},
    seed::Site,
    staff::Staff,
    world::World,
};

const OPERATOR: &str = "betrieb@hosting.example";
const SECRET: &str = "EINWURF_STORAGE_SECRET";
const OLD: &str = "EINWURF_STORAGE_SECRET_OLD";

/// What the next mail asks for; it goes to the operator alone. Killed before it knows that the mail is out, the relay would
/// rightly send it again.
fn asked(world: &mut World, site: &Site) -> Result<String> {
    let mail = world.smtp()?.mail()?;
    assert_eq!(mail.to, [OPERATOR]);
    let staff = world.staff(site)?;
    pace::until("the relay to know", || {
        let sent = |health| matches!(health, MailHealth::Idle { sent: Some(at) } if now() < at.plus(DAY));
        Ok(sent(staff.health()?.mail).then_some(()))
    })?;
    Ok(mail.body())
}

#[test]
fn the_operator_is_reminded_once_to_replace_the_secret_and_once_to_destroy_the_former_one() -> Result<()> {
    let vars = [("EINWURF_OPERATOR_MAIL".to_owned(), OPERATOR.to_owned())].into();
    let mut world = World::start("secret-mail", &Options { mail: MailWay::Tls, vars, ..Options::default() })?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let settled = |world: &World| {
        let staff = Staff::login(&world.http(), &site)?;
        let idle = |health| matches!(health, MailHealth::Idle { .. });
        pace::until("no mail waiting", || Ok(idle(staff.health()?.mail).then_some(())))
    };

    // The day before, the upkeep says nothing; the day after, it speaks once.
    world.advance(29 * DAY)?;
    settled(&world)?;
    assert_eq!(world.smtp()?.mails().len(), 0);
    world.advance(DAY)?;
    let body = asked(&mut world, &site)?;
    assert!(body.contains(&format!("{SECRET},")), "{body}");
    for _ in 0..2 {
        settled(&world)?;
        world.advance(2 * DAY)?;
    }

    // Replaced, but the former one stays set.
    let old = world.relay.binding(SECRET).context("a secret")?.to_owned();
    world.relay.rebind(OLD, Some(&old))?;
    world.relay.rebind(SECRET, Some(&to_base64url(&random::bytes::<32>())))?;
    settled(&world)?;
    world.advance(6 * DAY)?;
    settled(&world)?;
    assert_eq!(world.smtp()?.mails().len(), 0, "nothing twice, and nothing early");
    world.advance(DAY + 3_600)?;
    let body = asked(&mut world, &site)?;
    assert!(body.contains(OLD), "{body}");
    world.relay.rebind(OLD, None)?;
    for _ in 0..2 {
        world.advance(2 * DAY)?;
        settled(&world)?;
    }
    assert_eq!(world.smtp()?.mails().len(), 0);
    Ok(())
}
