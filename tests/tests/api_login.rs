//! Logging in: devices that are known and such that work, sessions that are worth nothing without their device, fresh
//! logins for what changes who may do what.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{
        header,
        login::{LoginStart, RecoveryFinish, RecoveryStarted},
        path,
    },
    ids::MessageId,
    jws,
    limits::{FRESH_SECONDS, POSSESSION_SECONDS, WORK_BITS, WORK_BITS_MOST},
    possession::{Possession, Request},
    problem::Code,
    work::{Parameters, Work},
};
use einwurf_seal::{MemberKeys, RecoveryCode};
use einwurf_tests::{
    clock::{DAY, now},
    device::Device,
    random,
    seed::bearer,
    staff::{Staff, Who, attempt, finish, knock, start},
    world::World,
};

#[test]
fn an_unknown_device_works_and_a_known_one_does_not() -> Result<()> {
    let world = World::quiet("devices")?;
    let site = world.site()?;
    let (one, other) = (Device::new(), Device::new());
    let bits = |device: &Device| -> Result<_> {
        let knock = knock(&world.http(), &site.who(), device)?;
        let (last, _) = knock.last.context("the password is right")?;
        finish(&world.http(), &site.address, device, &last)?.ok()?;
        Ok(knock.bits)
    };
    assert_eq!(bits(&one)?, Some(WORK_BITS));
    assert_eq!(bits(&one)?, None);
    assert!(bits(&other)?.is_some_and(|bits| bits > WORK_BITS), "the first try counts");
    assert_eq!(bits(&other)?, None);
    Ok(())
}

#[test]
fn guessing_gets_dearer_up_to_a_limit_and_never_for_the_known_device() -> Result<()> {
    let mut world = World::quiet("guessing")?;
    let site = world.site()?;
    world.staff(&site)?;
    let attacker = Device::new();
    let asked = |world: &World| -> Result<u8> {
        let reply = start(&world.http(), &site.address, &attacker, &attempt(&site, None)?)?;
        Ok(reply.problem()?.work.context("no work")?.bits())
    };
    let mut seen = Vec::new();
    for _ in 0..9 {
        let wrong = Who { password: "falsch geraten", ..site.who() };
        seen.push(asked(&world)?);
        assert!(knock(&world.http(), &wrong, &attacker)?.last.is_none());
    }
    assert!(seen.windows(2).all(|pair| pair[0] <= pair[1]), "{seen:?}");
    assert_eq!((seen[1], *seen.last().unwrap()), (WORK_BITS + 2, WORK_BITS_MOST), "{seen:?}");
    // The known device is neither delayed nor locked out.
    assert_eq!(knock(&world.http(), &site.who(), &site.device)?.bits, None);
    world.staff(&site)?.list()?;
    // An honest new device pays and gets in.
    Staff::login_as(&world.http(), &site.who(), &Device::new())?.list()?;
    world.advance(3_601)?;
    assert_eq!(asked(&world)?, WORK_BITS, "after an hour it is forgotten");
    Ok(())
}

#[test]
fn an_account_that_does_not_exist_is_asked_for_the_same_work() -> Result<()> {
    let world = World::quiet("no-account")?;
    let site = world.site()?;
    let device = Device::new();
    for (count, account) in [(0, "niemand@fensterbau.example"), (0, site.plan.account.as_str())] {
        let who = Who { account, password: "falsch geraten", ..site.who() };
        let bits =
            (0..3).map(|_| Ok(knock(&world.http(), &who, &device)?.bits)).collect::<Result<Vec<_>>>()?;
        let expected: Vec<_> = (0..3).map(|tries| Some(WORK_BITS + count + tries)).collect();
        assert_eq!(bits.len(), expected.len());
        assert_eq!(bits[0], Some(WORK_BITS), "{account}");
        assert!(bits[2] > bits[0], "{account}: {bits:?}");
    }
    Ok(())
}

#[test]
fn work_is_for_one_account_one_try_and_two_minutes() -> Result<()> {
    let mut world = World::quiet("work")?;
    let (site, neighbour) = (world.site()?, world.site()?);
    let device = Device::new();
    let challenge = |world: &World| -> Result<_> {
        let reply = start(&world.http(), &site.address, &device, &attempt(&site, None)?)?;
        assert_eq!(reply.status, 428);
        reply.problem()?.work.context("no work")
    };
    let solved =
        |world: &World| -> Result<Work> { challenge(world)?.solve(0, u64::MAX).context("unsolvable") };
    let refused = |world: &World, site: &str, body: &LoginStart| -> Result<bool> {
        Ok(start(&world.http(), site, &device, body)?.code()? == Some(Code::WorkRequired))
    };

    let mut unsolved = solved(&world)?;
    unsolved.solution.counter ^= 1;
    assert!(refused(&world, &site.address, &attempt(&site, Some(unsolved))?)?, "unsolved");
    let parameters = Parameters::new(WORK_BITS, now().plus(60), [7; 32]);
    let own = einwurf_protocol::work::Challenge { parameters, signature: "ab".repeat(32) };
    let own = own.solve(0, u64::MAX).context("unsolvable")?;
    assert!(refused(&world, &site.address, &attempt(&site, Some(own))?)?, "not the relay's");
    let foreign = LoginStart { account: "a@b.example".to_owned(), ..attempt(&site, Some(solved(&world)?))? };
    assert!(refused(&world, &site.address, &foreign)?, "of another account");
    assert!(refused(&world, &neighbour.address, &attempt(&site, Some(solved(&world)?))?)?, "of another site");
    let work = solved(&world)?;
    assert_eq!(
        start(&world.http(), &site.address, &device, &attempt(&site, Some(work.clone()))?)?.status,
        200
    );
    assert!(refused(&world, &site.address, &attempt(&site, Some(work))?)?, "used");
    let work = solved(&world)?;
    world.advance(121)?;
    assert!(refused(&world, &site.address, &attempt(&site, Some(work))?)?, "two minutes are over");
    Ok(())
}

#[test]
fn a_stolen_session_is_worth_nothing_without_its_device() -> Result<()> {
    let world = World::quiet("stolen-session")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    staff.list()?;
    let thief = Device::new();
    let refused = |reply: einwurf_tests::http::Reply| -> Result<()> {
        assert_eq!(reply.code()?, Some(Code::Unauthorized), "{}", reply.text());
        Ok(())
    };
    for path in [path::INBOX, path::INBOX_SITE, path::INBOX_HEALTH, path::INBOX_DEVICES, path::INBOX_MAIL] {
        refused(staff.call_from(&thief, "GET", path, &[], None)?)?;
        // Without any proof, and with one that is none.
        let token = bearer(staff.session.session);
        let plain = [(header::SITE, site.address.as_str()), (header::AUTHORIZATION, &token)];
        refused(world.http().get(path, &plain)?)?;
        for proof in ["", "x.y.z", "eyJ4Ijox"] {
            let with = [plain[0], plain[1], (header::POSSESSION, proof)];
            refused(world.http().get(path, &with)?)?;
        }
    }
    staff.list()?;
    Ok(())
}

#[test]
fn a_proof_is_for_one_request_and_a_short_time() -> Result<()> {
    let world = World::quiet("proofs")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let token = staff.session.session.to_string();
    let url = format!("{}{}", world.relay.origin(), path::INBOX);
    let right = Request { method: "GET", url: &url, token: Some(&token) };
    let proof = |request: &Request<'_>, at| {
        staff.device.sign(&Possession::of(request, MessageId(random::bytes()), at))
    };
    let ask = |proof: &str| -> Result<u16> {
        let authorization = bearer(&token);
        let headers = [
            (header::SITE, site.address.as_str()),
            (header::AUTHORIZATION, authorization.as_str()),
            (header::POSSESSION, proof),
        ];
        Ok(world.http().get(path::INBOX, &headers)?.status)
    };
    assert_eq!(ask(&proof(&right, now()))?, 200);
    let other_url = format!("{}{}", world.relay.origin(), path::INBOX_MAIL);
    let other_origin = format!("https://other.example{}", path::INBOX);
    let wrong = [
        ("method", Request { method: "POST", ..right }),
        ("address", Request { url: &other_url, ..right }),
        ("origin", Request { url: &other_origin, ..right }),
        ("token", Request { token: Some("other"), ..right }),
        ("no token", Request { token: None, ..right }),
    ];
    for (what, request) in wrong {
        assert_eq!(ask(&proof(&request, now()))?, 401, "{what}");
    }
    // Beside the limit by more than a second, since the relay's clock goes on.
    for (seconds, status) in [(POSSESSION_SECONDS - 10, 200), (POSSESSION_SECONDS + 10, 401)] {
        assert_eq!(ask(&proof(&right, now().minus(seconds)))?, status, "{seconds} s old");
        assert_eq!(ask(&proof(&right, now().plus(seconds)))?, status, "{seconds} s ahead");
    }
    // A document of another type by the same key is no proof.
    let payload = serde_json::to_vec(&Possession::of(&right, MessageId(random::bytes()), now()))?;
    assert_eq!(ask(&staff.device.jws(jws::GRANT, &payload))?, 401);
    Ok(())
}

#[test]
fn stf_04_a_device_that_was_ended_elsewhere_is_out_at_once_and_works_again() -> Result<()> {
    let world = World::quiet("end-device")?;
    let site = world.site()?;
    let lost = Device::new();
    let on_lost = Staff::login_as(&world.http(), &site.who(), &lost)?;
    let here = world.staff(&site)?;
    let devices = here.devices()?.devices;
    assert_eq!(devices.len(), 2);
    let current: Vec<_> = devices.iter().filter(|device| device.current).map(|device| device.id).collect();
    assert_eq!(current, [site.device.id()]);
    assert_eq!(here.end_device(lost.id())?.status, 204);
    assert_eq!(on_lost.call("GET", path::INBOX, &[], None)?.code()?, Some(Code::Unauthorized));
    assert!(knock(&world.http(), &site.who(), &lost)?.bits.is_some(), "still known");
    assert_eq!(here.end_device(Device::new().id())?.code()?, Some(Code::NotFound));
    here.list()?;
    Ok(())
}

#[test]
fn a_changed_password_ends_other_devices_and_the_old_password() -> Result<()> {
    let world = World::quiet("password")?;
    let site = world.site()?;
    let elsewhere = Staff::login_as(&world.http(), &site.who(), &Device::new())?;
    let here = world.staff(&site)?;
    assert_eq!(here.change_password("fünf Fenster im Obergeschoss")?.status, 204);
    here.list()?;
    assert_eq!(elsewhere.call("GET", path::INBOX, &[], None)?.code()?, Some(Code::Unauthorized));
    assert!(knock(&world.http(), &site.who(), &site.device)?.last.is_none());
    let new = Who { password: "fünf Fenster im Obergeschoss", ..site.who() };
    let mut visitor = world.visitor(&site)?;
    visitor.open("danach")?;
    let staff = Staff::login_as(&world.http(), &new, &site.device)?;
    assert_eq!(staff.texts(&visitor.address.clone().unwrap())?, ["danach"]);
    Ok(())
}

#[test]
fn administrative_acts_ask_again_after_ten_minutes() -> Result<()> {
    let mut world = World::quiet("fresh")?;
    let site = world.site()?;
    let old = world.staff(&site)?;
    world.advance(FRESH_SECONDS - 60)?;
    assert_eq!(old.change_password(&site.plan.password)?.status, 204);
    world.advance(61)?;
    let late = old;
    // What wraps the member's keys is wrong here; it is not even looked at.
    let rewrapped = late.rewrap(b"nicht der Schluessel des Kennworts")?;
    assert_eq!(rewrapped.code()?, Some(Code::ReauthenticationRequired));
    let refused = late.change_password("sechs Fenster im Dach").map(drop).unwrap_err().to_string();
    assert!(refused.contains("reauthentication-required"), "{refused}");
    for (method, path) in [("POST", path::INBOX_INVITATIONS), ("PUT", path::INBOX_PUBLICATION)] {
        let reply = late.call(method, path, &[("content-type", "application/json")], Some(b"{}"))?;
        assert_eq!(reply.code()?, Some(Code::ReauthenticationRequired), "{path}");
    }
    late.list()?;
    Ok(())
}

#[test]
fn the_recovery_code_logs_in_invites_and_opens_everything() -> Result<()> {
    let world = World::quiet("recovery")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("vor dem Verlust")?;
    let http = world.http();
    let mut rescued = Staff::recover(&http, &site.address, site.pin, &site.recovery, &Device::new())?;
    assert_eq!(rescued.session.wrapped, None);
    assert_eq!(rescued.texts(&visitor.address.clone().unwrap())?, ["vor dem Verlust"]);
    let all = [einwurf_protocol::roster::Capability::Sign, einwurf_protocol::roster::Capability::Read];
    let link = rescued.invite("Neu", &all, None)?;
    let guest = einwurf_tests::admin::Guest { http: &http, site: &site.address, secret: link.secret };
    guest.answer("neu@fensterbau.example", "sieben Fenster zur Straße")?;
    rescued.accept(&link, None)?;
    let who = Who { account: "neu@fensterbau.example", password: "sieben Fenster zur Straße", ..site.who() };
    let new = Staff::login_as(&http, &who, &Device::new())?;
    assert_eq!(new.texts(&visitor.address.clone().unwrap())?, ["vor dem Verlust"]);
    Ok(())
}

#[test]
fn a_wrong_recovery_code_signature_or_site_opens_nothing() -> Result<()> {
    let world = World::quiet("wrong-recovery")?;
    let (site, neighbour) = (world.site()?, world.site()?);
    let http = world.http();
    let other = RecoveryCode::generate(&mut random::system());
    assert!(Staff::recover(&http, &site.address, site.pin, &other, &Device::new()).is_err());
    assert!(
        Staff::recover(&http, &neighbour.address, neighbour.pin, &site.recovery, &Device::new()).is_err()
    );
    let keys = MemberKeys::from_recovery(&site.recovery);
    let device = Device::new();
    let begin = || -> Result<RecoveryStarted> {
        http.post_empty(path::RECOVERY_START, &[(header::SITE, &site.address)])?.json()
    };
    let post = |body: &RecoveryFinish| -> Result<_> {
        let url = format!("{}{}", http.origin(), path::RECOVERY);
        let (name, proof) = device.proof("POST", &url, None);
        http.post(path::RECOVERY, &[(header::SITE, &site.address), (name, &proof)], body)
    };
    let (one, two) = (begin()?, begin()?);
    let signature = keys.sign_recovery(&site.address, &one.challenge);
    let swapped = RecoveryFinish { login: two.login, member: keys.id(), signature };
    assert_eq!(post(&swapped)?.code()?, Some(Code::Unauthorized), "another challenge");
    // An ordinary member's key is no recovery code.
    let three = begin()?;
    let signature = site.member.sign_recovery(&site.address, &three.challenge);
    let member = RecoveryFinish { login: three.login, member: site.member.id(), signature };
    assert_eq!(post(&member)?.code()?, Some(Code::Unauthorized), "a person's key");
    let right = RecoveryFinish {
        login: one.login,
        member: keys.id(),
        signature: keys.sign_recovery(&site.address, &one.challenge),
    };
    assert_eq!(post(&right)?.status, 200);
    assert_eq!(post(&right)?.code()?, Some(Code::Unauthorized), "used");
    Ok(())
}

#[test]
fn a_session_still_ends_after_half_a_day() -> Result<()> {
    let mut world = World::quiet("session-end")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    assert!(staff.session.expires.0.abs_diff(now().plus(DAY / 2).0) < 60);
    world.advance(DAY / 2 - 600)?;
    staff.list()?;
    world.advance(601)?;
    assert_eq!(staff.call("GET", path::INBOX, &[], None)?.code()?, Some(Code::Unauthorized));
    Ok(())
}
