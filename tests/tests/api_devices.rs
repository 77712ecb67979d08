//! What the relay knows of devices: whose login is spared the work, once for each proof, and what ends with a device.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, login::LoginStart, path},
    ids::MessageId,
    limits::{DEVICES, POSSESSION_SECONDS},
    possession::{Possession, Request},
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    device::Device,
    random,
    staff::{Staff, attempt, knock},
    world::World,
};

#[test]
fn a_known_devices_proof_spares_the_work_once_and_while_it_is_recent() -> Result<()> {
    let world = World::quiet("replayed-proof")?;
    let site = world.site()?;
    world.staff(&site)?;
    let url = format!("{}{}", world.relay.origin(), path::LOGIN_START);
    let proof = |at| {
        let request = Request { method: "POST", url: &url, token: None };
        site.device.sign(&Possession::of(&request, MessageId(random::bytes()), at))
    };
    let knocks = |proof: &str, body: &LoginStart| -> Result<_> {
        let headers = [(header::SITE, site.address.as_str()), (header::POSSESSION, proof)];
        world.http().post(path::LOGIN_START, &headers, body)
    };
    let once = proof(now());
    assert_eq!(knocks(&once, &attempt(&site, None)?)?.status, 200);
    // Whoever kept what the device sent guesses no cheaper than with any other device.
    let again = knocks(&once, &attempt(&site, None)?)?;
    assert_eq!(again.code()?, Some(Code::WorkRequired));
    let work = again.problem()?.work.context("no work")?.solve(0, u64::MAX);
    assert_eq!(knocks(&once, &attempt(&site, work)?)?.status, 200);
    // Beside the limit by more than a second, since the relay's clock goes on.
    for (seconds, status) in [(POSSESSION_SECONDS - 10, 200), (POSSESSION_SECONDS + 10, 428), (DAY - 10, 428)]
    {
        assert_eq!(
            knocks(&proof(now().minus(seconds)), &attempt(&site, None)?)?.status,
            status,
            "{seconds} s old"
        );
        assert_eq!(
            knocks(&proof(now().plus(seconds)), &attempt(&site, None)?)?.status,
            status,
            "{seconds} s ahead"
        );
    }
    assert_eq!(knocks(&proof(now().minus(DAY + 10)), &attempt(&site, None)?)?.status, 401);
    Ok(())
}

#[test]
fn devices_one_below_at_and_one_above_their_number() -> Result<()> {
    let mut world = World::quiet("device-cap")?;
    let site = world.site()?;
    let all: Vec<_> = (0..=DEVICES).map(|_| Device::new()).collect();
    let mut first = None;
    for (index, device) in all.iter().enumerate() {
        // Else guessing from unknown devices would make this test dear.
        world.advance(3_601)?;
        let staff = Staff::login_as(&world.http(), &site.who(), device)?;
        let known = staff.devices()?.devices.len();
        assert_eq!(known, (index + 1).min(DEVICES), "{index}");
        if index + 2 == all.len() {
            // The first session would have ended by now; one of today ends with its device.
            let again = Staff::login_as(&world.http(), &site.who(), &all[0])?;
            for other in &all[1..=index] {
                world.advance(60)?;
                Staff::login_as(&world.http(), &site.who(), other)?;
            }
            again.list()?;
            first = Some(again);
        }
    }
    let first = first.context("a session on the first device")?;
    assert_eq!(first.call("GET", path::INBOX, &[], None)?.code()?, Some(Code::Unauthorized));
    world.advance(3_601)?;
    assert!(knock(&world.http(), &site.who(), &all[0])?.bits.is_some(), "the oldest is forgotten");
    assert!(knock(&world.http(), &site.who(), &all[1])?.bits.is_none());
    Ok(())
}
