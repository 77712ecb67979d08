//! The stock of manifests: what expires is signed ahead, announced long before its end, and repaired by one login.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{admin::Publish, header, path, staff::MailHealth},
    jws,
    limits::{MANIFEST_SECONDS, STOCK_STEP_SECONDS},
    manifest::Manifest,
    problem::Code,
    roster::{Capability, MemberKind, Roster},
};
use einwurf_seal::{InboxSecret, MemberKeys, SiteKey, seal_key_for};
use einwurf_tests::{
    clock::{DAY, now},
    pace,
    plan::Plan,
    random,
    relay::{MailWay, Options},
    seed::Site,
    staff::{Staff, manifest},
    world::World,
};

fn served(world: &World, site: &Site) -> Result<Manifest> {
    let reply = world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?;
    manifest(&reply.ok()?.text())
}

#[test]
fn nobody_logs_in_for_200_days_and_one_login_repairs_everything() -> Result<()> {
    let mut world = World::quiet("holiday")?;
    let site = world.site()?;
    world.visitor(&site)?.open("am ersten Tag")?;
    // The last month still takes messages.
    world.advance(192 * DAY)?;
    world.visitor(&site)?.open("am 192. Tag")?;
    world.advance(8 * DAY)?;
    let refused = world.visitor(&site).unwrap_err();
    assert_eq!(refused.to_string(), "expired", "{refused:?}");

    let mut staff = world.staff(&site)?;
    assert!(staff.health()?.stock_until < now());
    staff.publish(|_| ())?;
    assert!(staff.health()?.stock_until.plus(60) > now().plus(193 * DAY));
    let mut visitor = world.visitor(&site)?;
    visitor.open("am 200. Tag")?;
    let again = world.staff(&site)?;
    assert_eq!(again.texts(&visitor.address.clone().context("opened")?)?, ["am 200. Tag"]);
    Ok(())
}

#[test]
fn enc_07_each_month_has_its_manifest_and_takes_no_other_months_key() -> Result<()> {
    let mut world = World::quiet("months")?;
    let site = world.site()?;
    let mut before = world.visitor(&site)?;
    let mut keys = Vec::new();
    for month in 0..6 {
        let manifest = served(&world, &site)?;
        assert_eq!(manifest.serial, 1 + month);
        keys.push(manifest.inbox_key.id);
        let mut visitor = world.visitor(&site)?;
        visitor.open(&format!("Monat {month}"))?;
        if month > 0 {
            before.reconnect(&world.http());
            let ticket = before.ticket()?.ticket;
            let late = before.post_open(&ticket, &before.opening(before.seal("mit altem Schlüssel")?))?;
            assert_eq!(late.code()?, Some(Code::KeyRetired), "month {month}");
        }
        before = world.visitor(&site)?;
        if month < 5 {
            world.advance(STOCK_STEP_SECONDS)?;
        }
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 6);
    // One login reads them all: every month's key was sealed to the member beforehand.
    let staff = world.staff(&site)?;
    pace::until("the announcements", || Ok((!staff.list()?.is_empty()).then_some(())))?;
    for entry in staff.list()? {
        assert_eq!(staff.texts(&entry.conversation)?.len(), 1);
    }
    Ok(())
}

#[test]
fn a_login_a_month_later_goes_on_in_the_same_rhythm_and_keeps_the_keys() -> Result<()> {
    let mut world = World::quiet("rhythm")?;
    let site = world.site()?;
    let before = world.staff(&site)?.stock()?;
    world.advance(STOCK_STEP_SECONDS + DAY)?;
    let mut staff = world.staff(&site)?;
    assert_eq!(staff.stock()?.len(), 5, "what is over is not handed out");
    staff.publish(|_| ())?;
    let after = world.staff(&site)?.stock()?;
    assert_eq!((after.len(), after[0].nbf, after[0].serial), (6, before[1].nbf, 8));
    for (old, new) in before.iter().skip(1).zip(&after) {
        assert_eq!(old.inbox_key, new.inbox_key);
    }
    Ok(())
}

/// A change of a sound publication, and the code that must answer it.
type Unsound = (&'static str, fn(&Staff, &mut Publish) -> Result<()>, Code);

/// Signs every manifest again with `change`.
fn resign(staff: &Staff, body: &mut Publish, change: impl Fn(usize, &mut Manifest)) -> Result<()> {
    for (index, compact) in body.publication.manifests.iter_mut().enumerate() {
        let mut changed = manifest(compact)?;
        change(index, &mut changed);
        *compact = staff.site_key()?.sign_manifest(&changed);
    }
    Ok(())
}

/// Signs the roster again with `change`, and manifests that name it.
fn reroster(staff: &Staff, body: &mut Publish, change: impl FnOnce(&mut Roster)) -> Result<()> {
    let mut roster: Roster = jws::verify_json(&body.publication.roster, jws::ROSTER)?.payload;
    change(&mut roster);
    let compact = staff.site_key()?.sign_roster(&roster);
    let (digest, serial, readers) =
        (einwurf_protocol::roster::digest(&compact), roster.serial, roster.reading_persons());
    body.publication.roster = compact;
    resign(staff, body, |_, m| {
        (m.roster.digest, m.roster.serial, m.roster.readers) = (digest, serial, readers);
    })
}

const UNSOUND: &[Unsound] = &[
    (
        "no manifest",
        |_, body| {
            body.publication.manifests.clear();
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "two in the wrong order",
        |_, body| {
            body.publication.manifests.swap(1, 2);
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "a month is missing",
        |_, body| {
            drop(body.publication.manifests.remove(2));
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "a manifest by a stranger",
        |_, body| {
            let stranger = SiteKey::generate(&mut random::system());
            body.publication.manifests[3] =
                stranger.sign_manifest(&manifest(&body.publication.manifests[3])?);
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "a site key that nobody announced",
        |_, body| {
            let stranger = SiteKey::generate(&mut random::system());
            for compact in &mut body.publication.manifests {
                *compact =
                    stranger.sign_manifest(&Manifest { site: stranger.thumbprint(), ..manifest(compact)? });
            }
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "serials that were used",
        |staff, body| resign(staff, body, |index, m| m.serial = 1 + index as u64),
        Code::Malformed,
    ),
    (
        "valid for longer than a manifest may be",
        |staff, body| resign(staff, body, |_, m| m.exp = m.nbf.plus(MANIFEST_SECONDS + 1)),
        Code::Malformed,
    ),
    (
        "beginning only next week",
        |staff, body| resign(staff, body, |_, m| (m.nbf, m.exp) = (m.nbf.plus(7 * DAY), m.exp.plus(7 * DAY))),
        Code::Malformed,
    ),
    (
        "another log key",
        |staff, body| {
            let key = staff.site_key()?.public();
            resign(staff, body, |_, m| m.relay.log_key = key)
        },
        Code::Malformed,
    ),
    (
        "more readers than the roster has",
        |staff, body| resign(staff, body, |_, m| m.roster.readers += 1),
        Code::Malformed,
    ),
    (
        "a fresh key that no reader gets",
        |staff, body| {
            let fresh = InboxSecret::generate(&mut random::system());
            resign(staff, body, |index, m| {
                if index == 5 {
                    m.inbox_key = fresh.entry(m.inbox_key.destroyed);
                }
            })
        },
        Code::Malformed,
    ),
    (
        "a roster that leaps",
        |staff, body| reroster(staff, body, |roster| roster.serial += 2),
        Code::Malformed,
    ),
    (
        "another roster of the same serial",
        |staff, body| reroster(staff, body, |roster| roster.members[0].name.push('x')),
        Code::Malformed,
    ),
    (
        "a roster without a spare signer",
        |staff, body| {
            reroster(staff, body, |roster| {
                roster.serial += 1;
                roster.members.retain(|member| member.kind != MemberKind::Recovery);
            })
        },
        Code::Malformed,
    ),
    (
        "a roster without a reader",
        |staff, body| {
            reroster(staff, body, |roster| {
                roster.serial += 1;
                roster.members.iter_mut().for_each(|member| member.may = vec![Capability::Sign]);
            })
        },
        Code::Malformed,
    ),
    (
        "a signer who does not get the site key",
        |staff, body| {
            let keys = MemberKeys::generate(&mut random::system());
            reroster(staff, body, |roster| {
                roster.serial += 1;
                roster.members.push(keys.member("Technik", MemberKind::Person, &[Capability::Sign]));
            })
        },
        Code::Malformed,
    ),
    (
        "a certificate by a stranger",
        |_, body| {
            let certificate = jws::verify_json(&body.certificates[0], jws::MEMBER)?.payload;
            body.certificates[0] = SiteKey::generate(&mut random::system()).sign_certificate(&certificate);
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "a certificate for nobody of the roster",
        |staff, body| {
            let mut certificate: einwurf_protocol::roster::MemberCertificate =
                jws::verify_json(&body.certificates[0], jws::MEMBER)?.payload;
            certificate.key = SiteKey::generate(&mut random::system()).public();
            body.certificates[0] = staff.site_key()?.sign_certificate(&certificate);
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "a key sealed to a stranger",
        |staff, body| {
            let mut rng = random::system();
            let stranger =
                MemberKeys::generate(&mut rng).member("X", MemberKind::Person, &[Capability::Read]);
            body.sealed.push(seal_key_for(&stranger, &staff.inbox_keys[0], staff.pin()?, &mut rng)?);
            Ok(())
        },
        Code::Malformed,
    ),
    (
        "on another base",
        |_, body| {
            body.base += 1;
            Ok(())
        },
        Code::Conflict,
    ),
    (
        "of another version",
        |_, body| {
            body.v = 2;
            Ok(())
        },
        Code::Malformed,
    ),
];

#[test]
fn an_unsound_publication_changes_nothing() -> Result<()> {
    let world = World::quiet("unsound")?;
    let site = world.site()?;
    let mut staff = world.staff(&site)?;
    let (sound, signed) = staff.draft(&site.key, |_| ())?;
    for (what, change, code) in UNSOUND {
        let mut body = sound.clone();
        change(&staff, &mut body)?;
        let reply = staff.put(&body)?;
        assert_eq!(reply.code()?, Some(*code), "{what}: {}", reply.text());
        assert_eq!(served(&world, &site)?.serial, 1, "{what}");
    }
    assert_eq!(staff.put(&sound)?.status, 204);
    staff.took(&sound, signed);
    assert_eq!(served(&world, &site)?.serial, 7);
    // The same once more stands on a base that is gone.
    assert_eq!(staff.put(&sound)?.code()?, Some(Code::Conflict));
    Ok(())
}

#[test]
fn of_two_who_publish_at_the_same_time_one_has_to_begin_again() -> Result<()> {
    let world = World::quiet("two-publish")?;
    let site = world.site()?;
    let mut one = world.staff(&site)?;
    let other = world.staff(&site)?;
    let (late, _) = other.draft(&site.key, |says| says.display.hours = "Mo bis Fr".to_owned())?;
    one.publish(|says| says.display.hours = "täglich".to_owned())?;
    assert_eq!(other.put(&late)?.code()?, Some(Code::Conflict));
    assert_eq!(served(&world, &site)?.display.hours, "täglich");
    Ok(())
}

#[test]
fn the_end_of_the_stock_is_mailed_to_signers_and_operator_60_30_14_and_3_days_before() -> Result<()> {
    const OPERATOR: &str = "betrieb@hosting.example";
    let vars = [("EINWURF_OPERATOR_MAIL".to_owned(), OPERATOR.to_owned())].into();
    let mut world = World::start("stock-mail", &Options { mail: MailWay::Tls, vars, ..Options::default() })?;
    // Within this retention nobody is reminded of the storage secret, too.
    let site = world.site_of(Plan { days: 365, ..Plan::default() })?;
    let mut told = Vec::new();
    let mut passed = 0;
    for left in [61, 60, 31, 30, 14, 3] {
        world.advance((193 - left - passed) * DAY)?;
        passed = 193 - left;
        if matches!(left, 61 | 31) {
            continue;
        }
        let mail = world.smtp()?.mail().with_context(|| format!("{left} days before the end"))?;
        let mut to = mail.to.clone();
        to.sort();
        assert_eq!(to, [OPERATOR, site.plan.account.as_str()], "{left}");
        assert!(mail.link().is_some_and(|link| link.contains("/inbox#")), "{left}");
        told.push(mail.header("message-id").context("an id")?);
        // Killed before it knows that the mail is out, the relay would rightly send it again.
        let staff = world.staff(&site)?;
        pace::until("the relay to know", || {
            let sent = |health| matches!(health, MailHealth::Idle { sent: Some(at) } if now() < at.plus(DAY));
            Ok(sent(staff.health()?.mail).then_some(()))
        })?;
    }
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 4, "each announcement is a mail of its own");
    assert_eq!(world.smtp()?.mails().len(), 0, "61 and 31 days before nothing is said, and nothing twice");
    // One login, and the next announcement is half a year away.
    world.staff(&site)?.publish(|_| ())?;
    world.advance(4 * DAY)?;
    world.staff(&site)?.list()?;
    assert_eq!(world.smtp()?.mails().len(), 0);
    Ok(())
}

#[test]
fn only_who_may_sign_publishes_and_only_soon_after_a_login() -> Result<()> {
    let mut world = World::quiet("publish-rights")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (body, _) = staff.draft(&site.key, |_| ())?;
    world.advance(601)?;
    assert_eq!(staff.put(&body)?.code()?, Some(Code::ReauthenticationRequired));
    // Reading goes on: the session lasts half a day.
    staff.list()?;
    let fresh = world.staff(&site)?;
    assert_eq!(fresh.put(&body)?.status, 204);
    Ok(())
}
