//! Members go: whoever is removed is out at once, reads nothing new, and brings nobody in.

use anyhow::Result;
use einwurf_protocol::{
    api::{header, path},
    problem::Code,
};
use einwurf_seal::{Granted, Opened};
use einwurf_tests::{
    admin::Guest,
    clock::now,
    colleague::{ANNA, READ, SIGN, anna, guest, join},
    device::Device,
    staff::{Staff, Who, knock},
    world::World,
};

#[test]
fn stf_04_whoever_is_removed_is_out_at_once_with_session_device_and_password() -> Result<()> {
    let world = World::quiet("removed")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let gone = join(&world, &site, &mut admin, READ)?;
    let address = {
        let mut visitor = world.visitor(&site)?;
        visitor.open("vor der Trennung")?;
        visitor.address.unwrap()
    };
    assert_eq!(gone.texts(&address)?, ["vor der Trennung"]);
    let id = gone.member.id();
    admin.publish(|says| says.remove(&id, now()))?;
    for (method, path) in [("GET", path::INBOX), ("GET", path::INBOX_HEALTH), ("GET", path::INBOX_DEVICES)] {
        assert_eq!(gone.call(method, path, &[], None)?.code()?, Some(Code::Unauthorized), "{path}");
    }
    let read = gone.call("GET", path::INBOX_CONVERSATION, &[(header::CONVERSATION, &address)], None)?;
    assert_eq!(read.code()?, Some(Code::Unauthorized));
    let device = gone.device.clone();
    assert!(knock(&world.http(), &anna(&site), &device)?.last.is_none());
    assert_eq!(admin.state()?.accounts.len(), 1);
    admin.list()?;
    Ok(())
}

#[test]
fn stf_05_a_removed_member_with_keyring_session_and_dump_reads_nothing_new() -> Result<()> {
    let world = World::quiet("removed-dump")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let gone = join(&world, &site, &mut admin, READ)?;
    let mut ongoing = world.visitor(&site)?;
    ongoing.open("noch für Anna")?;
    let id = gone.member.id();
    admin.publish(|says| says.remove(&id, now()))?;

    // The open tab of a visitor: the old key is refused, the conversation goes on in a new epoch.
    let refused = ongoing.append(&ongoing.seal("alter Schlüssel")?)?;
    assert_eq!(refused.code()?, Some(Code::KeyRetired));
    ongoing.rekey()?;
    ongoing.write("nicht mehr für Anna")?;
    let mut fresh = world.visitor(&site)?;
    fresh.open("auch nicht für Anna")?;

    // Anna has every key she ever held and, from a dump, what the relay would show a member.
    let admin = world.staff(&site)?;
    let dump = |address: &str| admin.fetch(address);
    let fresh_dump = dump(fresh.address.as_deref().unwrap())?;
    assert_eq!(gone.open(&fresh_dump)?, Opened::NotMine);
    let ongoing_dump = dump(ongoing.address.as_deref().unwrap())?;
    match gone.open(&ongoing_dump)? {
        Opened::Mine(thread) => {
            let texts: Vec<_> =
                thread.entries.iter().map(|entry| entry.payload.as_ref().unwrap().message.text()).collect();
            assert_eq!(texts, ["noch für Anna"], "the new epoch stays closed");
            assert!(!thread.faults.is_empty());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(admin.texts(ongoing.address.as_deref().unwrap())?, ["noch für Anna", "nicht mehr für Anna"]);
    // Nothing that is sealed now is for her.
    let (draft, _) = admin.draft(&site.key, |_| ())?;
    assert!(draft.sealed.iter().all(|key| key.member != id));
    let revoked = admin.manifest()?.roster.revoked;
    assert_eq!(revoked.iter().map(|entry| entry.member).collect::<Vec<_>>(), [id]);
    Ok(())
}

#[test]
fn a_lost_password_is_a_new_invitation_that_replaces_the_old_keys() -> Result<()> {
    let world = World::quiet("lost-password")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let old = join(&world, &site, &mut admin, READ)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("vor dem Vergessen")?;
    let replaced = old.member.id();
    let link = admin.invite("Anna", READ, Some(replaced))?;
    let http = world.http();
    guest(&http, &site, &link).answer(ANNA, "ein neues Kennwort für Anna")?;
    admin.accept(&link, Some(replaced))?;
    assert_eq!(old.call("GET", path::INBOX, &[], None)?.code()?, Some(Code::Unauthorized));
    let who = Who { password: "ein neues Kennwort für Anna", ..anna(&site) };
    let new = Staff::login_as(&http, &who, &Device::new())?;
    assert_eq!(new.texts(&visitor.address.clone().unwrap())?, ["vor dem Vergessen"]);
    assert!(knock(&http, &anna(&site), &Device::new())?.last.is_none());
    assert_eq!(admin.state()?.accounts.len(), 2);
    Ok(())
}

#[test]
fn a_leaving_signer_who_can_make_every_secret_again_answers_no_open_invitation() -> Result<()> {
    let world = World::quiet("leaving-signer")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let technician = join(&world, &site, &mut admin, SIGN)?;
    let link = admin.invite("Bernd", READ, None)?;
    let id = technician.member.id();
    admin.publish(|says| says.remove(&id, now()))?;
    // The secret is the same as ever; the relay does not take it any more.
    let granted = Granted { id: link.id, name: "Bernd", may: READ, replaces: None };
    let secret = technician.site_key()?.invitation(&granted).to_secret();
    assert_eq!(secret, link.secret);
    let http = world.http();
    let thief = Guest { http: &http, site: &site.address, secret };
    assert_eq!(thief.call("GET", path::INVITATION, None)?.code()?, Some(Code::Unauthorized));
    Ok(())
}

#[test]
fn the_last_member_who_may_sign_cannot_be_removed() -> Result<()> {
    let world = World::quiet("last-signer")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let gone = join(&world, &site, &mut admin, READ)?;
    let last = admin.member.id();
    let (body, _) = admin.draft(&site.key, |says| says.remove(&last, now()))?;
    assert_eq!(admin.put(&body)?.code()?, Some(Code::Malformed));
    admin.list()?;
    drop(gone);
    Ok(())
}
