//! What an invitation is worth to whoever should not have it: few guesses, no evaluation for anybody else's account, and
//! nothing at all once a holder of the site key is gone.

use anyhow::Result;
use einwurf_protocol::{
    api::{admin::InvitationStart, path},
    opaque::Suite,
    problem::Code,
    roster::{Capability, MemberKind},
};
use einwurf_seal::{MemberKeys, RecoveryCode, publish::Says};
use einwurf_tests::{
    admin::Guest,
    clock::now,
    colleague::{ANNA, PASSWORD, READ, SIGN, guest, join},
    device::Device,
    http::Reply,
    random,
    staff::Staff,
    world::World,
};
use opaque_ke::ClientRegistration;
use rand_core_06::OsRng;

/// Tries of one invitation (`docs/protocol.md` section 14.6).
const STARTS: usize = 10;

/// One evaluation of a guessed password.
fn evaluate(guest: &Guest<'_>, account: &str) -> Result<Reply> {
    let begun = ClientRegistration::<Suite>::start(&mut OsRng, b"geraten");
    let registration = begun.map(|begun| begun.message.serialize().to_vec()).unwrap_or_default();
    let body = InvitationStart { account: account.to_owned(), registration };
    guest.call("POST", path::INVITATION_START, Some(&serde_json::to_vec(&body)?))
}

/// Takes the emergency sheet out; another one takes its place.
fn replace_sheet(says: &mut Says, sheet: &RecoveryCode) {
    let all = [Capability::Sign, Capability::Read];
    says.members.retain(|member| member.kind != MemberKind::Recovery);
    says.members.push(MemberKeys::from_recovery(sheet).member("", MemberKind::Recovery, &all));
}

#[test]
fn an_invitation_evaluates_one_below_and_at_its_number_and_not_one_above() -> Result<()> {
    let world = World::quiet("invitation-oracle")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let (link, other) = (admin.invite("Anna", READ, None)?, admin.invite("Bernd", READ, None)?);
    let http = world.http();
    let anna = guest(&http, &site, &link);
    // An honest answer takes one of them, and can be finished whatever comes after.
    let (body, _, _) = anna.prepare(ANNA, PASSWORD)?;
    for count in 2..=STARTS {
        assert_eq!(evaluate(&anna, ANNA)?.status, 200, "{count}");
    }
    for _ in 0..2 {
        assert_eq!(evaluate(&anna, ANNA)?.code()?, Some(Code::Unauthorized));
    }
    assert_eq!(anna.look()?.name, "Anna", "the link still says what it is");
    assert_eq!(evaluate(&guest(&http, &site, &other), ANNA)?.status, 200, "each has its own tries");
    anna.post(&body)?.ok()?;
    admin.accept(&link, None).map(drop)
}

#[test]
fn an_invitation_evaluates_nothing_for_somebody_elses_account() -> Result<()> {
    let world = World::quiet("foreign-account")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let reader = join(&world, &site, &mut admin, READ)?;
    let fresh = admin.invite("Bernd", READ, None)?;
    let again = admin.invite("Anna", READ, Some(reader.member.id()))?;
    let http = world.http();
    let (fresh, again) = (guest(&http, &site, &fresh), guest(&http, &site, &again));
    let admins = site.plan.account.as_str();
    for name in [admins, &admins.to_uppercase(), &format!(" {admins} "), ANNA] {
        // Refusals are not counted: the right name is found by trying.
        for _ in 0..STARTS {
            assert_eq!(evaluate(&fresh, name)?.code()?, Some(Code::Conflict), "{name}");
        }
    }
    assert_eq!(evaluate(&fresh, "bernd@fensterbau.example")?.status, 200);
    assert_eq!(evaluate(&again, admins)?.code()?, Some(Code::Conflict));
    assert_eq!(evaluate(&again, ANNA)?.status, 200, "the account that is replaced");
    Ok(())
}

#[test]
fn a_stolen_sheet_that_was_replaced_answers_no_open_invitation() -> Result<()> {
    let world = World::quiet("stolen-sheet")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let link = admin.invite("Bernd", READ, None)?;
    let http = world.http();
    let thief = Staff::recover(&http, &site.address, site.pin, &site.recovery, &Device::new())?;
    // Whoever has the sheet has the site key, and so the secret of every invitation.
    assert_eq!(thief.site_key()?.thumbprint(), site.pin);
    let held = guest(&http, &site, &link);
    held.look()?;
    let sheet = RecoveryCode::generate(&mut random::system());
    admin.publish(|says| replace_sheet(says, &sheet))?;
    assert_eq!(held.call("GET", path::INVITATION, None)?.code()?, Some(Code::Unauthorized));
    assert_eq!(evaluate(&held, "bernd@fensterbau.example")?.code()?, Some(Code::Unauthorized));
    assert!(admin.state()?.invitations.is_empty());
    Ok(())
}

#[test]
fn whoever_loses_the_right_to_sign_answers_no_open_invitation_and_a_reader_ends_none() -> Result<()> {
    let world = World::quiet("demoted-signer")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let technician = join(&world, &site, &mut admin, SIGN)?.member.id();
    let link = admin.invite("Bernd", READ, None)?;
    let http = world.http();
    let held = guest(&http, &site, &link);
    admin.publish(|says| says.display.hours = "täglich".to_owned())?;
    assert_eq!(held.look()?.name, "Bernd", "a publication alone ends nothing");
    admin.publish(|says| {
        let members = says.members.iter_mut().filter(|member| member.id == technician);
        members.for_each(|member| member.may = vec![Capability::Read]);
    })?;
    assert_eq!(held.call("GET", path::INVITATION, None)?.code()?, Some(Code::Unauthorized));
    // Now a reader, who never held the present secrets' key as far as the relay knows, goes.
    let link = admin.invite("Bernd", READ, None)?;
    admin.publish(|says| says.remove(&technician, now()))?;
    assert_eq!(guest(&http, &site, &link).look()?.name, "Bernd");
    Ok(())
}
