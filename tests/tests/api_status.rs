//! When somebody is there: a member's signed word, handed to visitors until its end.

use anyhow::Result;
use einwurf_protocol::{problem::Code, roster::Capability, status::Presence};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{READ, SIGN, join},
    http::Http,
    world::World,
};

#[test]
fn a_members_word_is_shown_to_visitors_until_it_is_taken_back_or_over() -> Result<()> {
    let mut world = World::quiet("status")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let visitor = world.visitor(&site)?;
    assert_eq!(visitor.ask_status()?.code()?, Some(Code::NotFound));
    let status = staff.status()?;
    assert_eq!(staff.say(&status)?.status, 204);
    let reply = visitor.ask_status()?;
    assert_eq!(reply.header("content-type"), Some("application/jose"));
    assert_eq!(visitor.status()?, status);
    assert_eq!(visitor.status()?.at(now()), Presence::Open(status.open[0].until));
    // Another one is in its place.
    let next = einwurf_protocol::status::Status { open: Vec::new(), ..staff.status()? };
    staff.say(&next)?.ok()?;
    assert_eq!(visitor.status()?, next);
    assert_eq!(staff.put_status(None)?.status, 204);
    assert_eq!(visitor.ask_status()?.code()?, Some(Code::NotFound));
    let until = now().plus(DAY);
    staff.say(&einwurf_protocol::status::Status { exp: until, ..staff.status()? })?.ok()?;
    world.advance(DAY - 60)?;
    assert_eq!(visitor.status()?.exp, until);
    world.advance(61)?;
    assert_eq!(visitor.ask_status()?.code()?, Some(Code::NotFound));
    Ok(())
}

#[test]
fn nobody_speaks_for_another_member_or_another_site() -> Result<()> {
    let world = World::quiet("status-whose")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut admin = world.staff(&site)?;
    let anna = join(&world, &site, &mut admin, READ)?;
    let stranger = world.staff(&other)?;
    let visitor = world.visitor(&site)?;
    let refused = [
        // Anna's word over another member's session, and the other way round.
        (&admin, anna.member.sign_status(&anna.status()?)),
        (&anna, admin.member.sign_status(&admin.status()?)),
        // Her certificate under another signature.
        (&admin, admin.member.sign_status(&anna.status()?)),
        // Of another site.
        (&admin, stranger.member.sign_status(&stranger.status()?)),
        (&admin, admin.session.certificate.clone().unwrap_or_default()),
        (&admin, String::new()),
    ];
    for (staff, status) in refused {
        let problem = staff.put_status(Some(status))?.problem()?;
        assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some("status")));
    }
    assert_eq!(visitor.ask_status()?.code()?, Some(Code::NotFound));
    assert_eq!(Http::new(world.http().origin()).get("/v1/status", &[])?.code()?, Some(Code::NotFound));
    Ok(())
}

#[test]
fn who_is_no_reader_says_nothing() -> Result<()> {
    let world = World::quiet("status-technician")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let technician = join(&world, &site, &mut admin, SIGN)?;
    assert_eq!(technician.say(&technician.status()?)?.code()?, Some(Code::Forbidden));
    admin.say(&admin.status()?)?.ok()?;
    assert_eq!(technician.put_status(None)?.code()?, Some(Code::Forbidden));
    assert_eq!(world.visitor(&site)?.status()?.certificate, admin.certificate()?);
    Ok(())
}

#[test]
fn what_a_member_said_goes_with_the_member_and_with_the_right_to_read() -> Result<()> {
    for name in ["status-removed", "status-reader-no-more"] {
        let world = World::quiet(name)?;
        let site = world.site()?;
        let mut admin = world.staff(&site)?;
        let anna = join(&world, &site, &mut admin, READ)?;
        anna.say(&anna.status()?)?.ok()?;
        let id = anna.member.id();
        assert_eq!(world.visitor(&site)?.status()?.certificate, anna.certificate()?);
        admin.publish(|says| match name {
            "status-removed" => says.remove(&id, now()),
            _ => says.members.iter_mut().filter(|member| member.id == id).for_each(|member| {
                member.may = vec![Capability::Audit];
            }),
        })?;
        assert_eq!(world.visitor(&site)?.ask_status()?.code()?, Some(Code::NotFound), "{name}");
    }
    Ok(())
}
