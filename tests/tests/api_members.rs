//! Members come by invitation: the invited key is authenticated, and mail scanners consume nothing.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{
        admin::{AnswerInvitation, Invite},
        header, path,
    },
    ids::{MessageId, Secret, Thumbprint},
    limits::{INVITATION_SECONDS, INVITATIONS},
    problem::Code,
    roster::MemberKind,
};
use einwurf_seal::{Granted, MemberKeys, Opened, SiteKey};
use einwurf_tests::{
    admin::Link,
    clock::DAY,
    colleague::{ANNA, PASSWORD, READ, SIGN, anna, guest, join},
    device::Device,
    random,
    staff::{Staff, Who, knock},
    world::World,
};

#[test]
fn an_invited_reader_reads_what_was_written_before_and_after() -> Result<()> {
    let world = World::quiet("invited")?;
    let site = world.site()?;
    let mut before = world.visitor(&site)?;
    before.open("vor der Einladung")?;
    let mut admin = world.staff(&site)?;
    let anna = join(&world, &site, &mut admin, READ)?;
    let mut after = world.visitor(&site)?;
    after.open("nach der Einladung")?;
    assert_eq!(anna.texts(&before.address.clone().unwrap())?, ["vor der Einladung"]);
    assert_eq!(anna.texts(&after.address.clone().unwrap())?, ["nach der Einladung"]);
    assert!(anna.site_keys.is_empty());
    assert_eq!(anna.manifest()?.roster.readers, 2);
    // Reading is not administering.
    for (method, path) in
        [("GET", path::INBOX_SITE), ("PUT", path::INBOX_PUBLICATION), ("POST", path::INBOX_INVITATIONS)]
    {
        let body = (method != "GET").then_some(&b"{}"[..]);
        let reply = anna.call(method, path, &[("content-type", "application/json")], body)?;
        assert_eq!(reply.code()?, Some(Code::Forbidden), "{path}");
    }
    Ok(())
}

#[test]
fn stf_01_a_technician_signs_without_reading() -> Result<()> {
    let world = World::quiet("technician")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("geht die Technik nichts an")?;
    let mut admin = world.staff(&site)?;
    let mut technician = join(&world, &site, &mut admin, SIGN)?;
    assert!(technician.inbox_keys.is_empty() && !technician.site_keys.is_empty());
    let conversation = technician.call(
        "GET",
        path::INBOX_CONVERSATION,
        &[(header::CONVERSATION, visitor.address.as_deref().unwrap())],
        None,
    )?;
    // Whether the relay hands out the ciphertext or not, it does not open.
    if conversation.status == 200 {
        assert_eq!(technician.open(&conversation.json()?)?, Opened::NotMine);
    } else {
        assert_eq!(conversation.code()?, Some(Code::Forbidden));
    }
    // Renewing the stock is a technician's work; the readers keep reading.
    technician.publish(|_| ())?;
    let mut later = world.visitor(&site)?;
    later.open("weiter im Büro")?;
    let admin = world.staff(&site)?;
    assert_eq!(admin.texts(&later.address.clone().unwrap())?, ["weiter im Büro"]);
    assert_eq!(admin.texts(&visitor.address.clone().unwrap())?, ["geht die Technik nichts an"]);
    Ok(())
}

#[test]
fn a_mail_scanner_that_opens_the_links_consumes_nothing() -> Result<()> {
    let world = World::quiet("scanner")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let link = admin.invite("Anna", READ, None)?;
    let http = world.http();
    let files = world.relay.files();
    let guest = guest(&http, &site, &link);
    for method in ["GET", "HEAD"] {
        for _ in 0..3 {
            // A scanner sees no fragment: only the page.
            http.send(method, "/inbox", &[("purpose", "prefetch"), ("sec-purpose", "prefetch")], None)?
                .ok()?;
            // And even one that ran the page's code consumes nothing.
            guest.call(method, path::INVITATION, None)?.ok()?;
        }
        assert_eq!(guest.call(method, path::INVITATION_START, None)?.status, 405);
    }
    guest.prepare(ANNA, PASSWORD)?;
    guest.prepare(ANNA, PASSWORD)?;
    assert_eq!(world.relay.files(), files);
    assert_eq!(guest.look()?.name, "Anna");
    guest.answer(ANNA, PASSWORD)?;
    admin.accept(&link, None)?;
    Staff::login_as(&http, &anna(&site), &Device::new())?;
    Ok(())
}

#[test]
fn an_invitation_is_answered_once_and_within_48_hours() -> Result<()> {
    let mut world = World::quiet("invitation-once")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let (link, late) = (admin.invite("Anna", READ, None)?, admin.invite("Bernd", READ, None)?);
    let http = world.http();
    let first = guest(&http, &site, &link);
    let (again, _, _) = first.prepare(ANNA, "ein ganz anderes Kennwort")?;
    first.answer(ANNA, PASSWORD)?;
    let reply = first.post(&again)?;
    assert!([401, 409].contains(&reply.status), "{}", reply.text());
    world.advance(INVITATION_SECONDS - 60)?;
    let http = world.http();
    assert_eq!(guest(&http, &site, &late).look()?.name, "Bernd");
    let (body, _, _) = guest(&http, &site, &late).prepare("bernd@fensterbau.example", PASSWORD)?;
    world.advance(61)?;
    let http = world.http();
    let late = guest(&http, &site, &late);
    assert_eq!(late.post(&body)?.code()?, Some(Code::Unauthorized));
    assert_eq!(late.call("GET", path::INVITATION, None)?.code()?, Some(Code::Unauthorized));
    let admin = world.staff(&site)?;
    assert!(admin.answered(&link).is_err(), "an answer waits no longer than its invitation");
    Ok(())
}

#[test]
fn an_invitation_that_was_taken_back_or_never_made_opens_nothing() -> Result<()> {
    let world = World::quiet("taken-back")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let link = admin.invite("Anna", READ, None)?;
    assert_eq!(admin.uninvite(&link)?.status, 204);
    let http = world.http();
    let never = Link { id: link.id, secret: Secret(random::bytes()) };
    for link in [&link, &never] {
        let guest = guest(&http, &site, link);
        assert_eq!(guest.call("GET", path::INVITATION, None)?.code()?, Some(Code::Unauthorized));
    }
    assert!(admin.state()?.invitations.is_empty());
    Ok(())
}

#[test]
fn invitations_one_below_at_and_one_above_their_number() -> Result<()> {
    let world = World::quiet("invitation-cap")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let links = (0..INVITATIONS).map(|_| admin.invite("Anna", READ, None)).collect::<Result<Vec<_>>>()?;
    let more = admin.invite("Anna", READ, None).unwrap_err().to_string();
    assert!(more.contains("limit-reached"), "{more}");
    admin.uninvite(&links[0])?.ok()?;
    admin.invite("Anna", READ, None)?;
    assert_eq!(admin.state()?.invitations.len(), INVITATIONS);
    Ok(())
}

/// An answer that somebody changed on its way, as a relay or a reader of the link could.
type Forge = (&'static str, fn(&mut AnswerInvitation));

const FORGED: &[Forge] = &[
    ("other signing key", |body| {
        let keys = MemberKeys::generate(&mut random::system());
        let other = keys.member("", MemberKind::Person, READ);
        (body.answer.member.signing, body.answer.member.id) = (other.signing, other.id);
        body.wrapped.member = other.id;
    }),
    ("other sealing key", |body| {
        let keys = MemberKeys::generate(&mut random::system());
        body.answer.member.sealing = keys.member("", MemberKind::Person, READ).sealing;
    }),
    ("other account", |body| "eve@fensterbau.example".clone_into(&mut body.answer.account)),
    ("flipped authentication", |body| body.answer.mac[0] ^= 1),
];

#[test]
fn a_relay_that_swaps_the_invited_key_is_noticed_before_anything_is_sealed_to_it() -> Result<()> {
    let world = World::quiet("swapped-invitation")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let http = world.http();
    for (what, forge) in FORGED {
        let link = admin.invite("Anna", READ, None)?;
        let guest = guest(&http, &site, &link);
        let (mut body, _, _) = guest.prepare(ANNA, PASSWORD)?;
        forge(&mut body);
        guest.post(&body)?.ok()?;
        assert!(admin.answered(&link).is_err(), "{what}");
        assert!(admin.accept(&link, None).is_err(), "{what}");
        // Else the account's name stays reserved for this answer.
        admin.uninvite(&link)?.ok()?;
    }
    assert_eq!(admin.state()?.accounts.len(), 1);
    Ok(())
}

#[test]
fn whoever_read_the_link_and_answers_first_has_another_code() -> Result<()> {
    let world = World::quiet("stolen-link")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let link = admin.invite("Anna", READ, None)?;
    let http = world.http();
    let guest = guest(&http, &site, &link);
    // Anna's app is open and shows her code; a thief with the same link is quicker.
    let (honest, _, read_out) = guest.prepare(ANNA, PASSWORD)?;
    guest.answer(ANNA, "des Diebes Kennwort")?;
    let refused = guest.post(&honest)?;
    assert!([401, 409].contains(&refused.status), "Anna is told that the link is used");
    let (_, shown) = admin.answered(&link)?;
    assert_ne!(shown, read_out);
    // The inviter says so; nothing was sealed, and the invitation is taken back.
    admin.uninvite(&link)?.ok()?;
    assert!(admin.answered(&link).is_err());
    let who = Who { password: "des Diebes Kennwort", ..anna(&site) };
    assert!(knock(&http, &who, &Device::new())?.last.is_none());
    Ok(())
}

/// The field that an answer must name, and what makes it bad.
type Bad<T> = (&'static str, fn(&mut T));

#[test]
fn a_malformed_invitation_or_answer_is_named_and_keeps_the_invitation() -> Result<()> {
    let world = World::quiet("bad-invitation")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let invite = |change: fn(&mut Invite)| -> Result<_> {
        let id = MessageId(random::bytes());
        let granted = Granted { id, name: "Anna", may: READ, replaces: None };
        let token = admin.site_key()?.invitation(&granted).token_hash();
        let (name, may) = ("Anna".to_owned(), READ.to_vec());
        let mut body = Invite { v: 1, id, token, name, may, replaces: None };
        change(&mut body);
        admin.json("POST", path::INBOX_INVITATIONS, &body)
    };
    let bad: [Bad<Invite>; 5] = [
        ("v", |body| body.v = 2),
        ("name", |body| body.name = " ".to_owned()),
        ("name", |body| body.name = "x".repeat(201)),
        ("may", |body| body.may.clear()),
        ("replaces", |body| body.replaces = Some(Thumbprint([7; 32]))),
    ];
    for (field, change) in bad {
        let problem = invite(change)?.problem()?;
        assert_eq!((problem.code, problem.field.as_deref()), (Code::Malformed, Some(field)));
    }
    assert_eq!(invite(|body| body.name = "x".repeat(200))?.status, 201);
    let link = admin.invite("Anna", READ, None)?;
    let http = world.http();
    let guest = guest(&http, &site, &link);
    let (sound, _, _) = guest.prepare(ANNA, PASSWORD)?;
    let bad: [Bad<AnswerInvitation>; 5] = [
        ("v", |body| body.v = 2),
        ("answer.account", |body| body.answer.account = "keine Adresse".to_owned()),
        ("answer.member", |body| body.answer.member.kind = MemberKind::Recovery),
        ("answer.member", |body| body.answer.member.id = Thumbprint([7; 32])),
        ("wrapped.member", |body| body.wrapped.member = Thumbprint([7; 32])),
    ];
    for (field, change) in bad {
        let mut body = sound.clone();
        change(&mut body);
        let problem = guest.post(&body)?.problem()?;
        assert_eq!(problem.code, Code::Malformed, "{field}");
        assert!(
            problem.field.as_deref().is_some_and(|named| named.starts_with(field)),
            "{field}: {problem:?}"
        );
    }
    // Somebody else's account name is taken.
    let mut taken = sound.clone();
    taken.answer.account = site.plan.account.to_uppercase();
    assert_eq!(guest.post(&taken)?.code()?, Some(Code::Conflict));
    assert_eq!(guest.post(&sound)?.status, 201);
    Ok(())
}

#[test]
fn the_sheet_is_known_again_by_two_of_its_groups_after_half_a_year() -> Result<()> {
    let mut world = World::quiet("half-year")?;
    let site = world.site()?;
    let before = world.staff(&site)?.state()?.recovery;
    let text = site.recovery.to_text();
    let group = |group: u8| text.split('-').nth(usize::from(group)).unwrap_or_default();
    let [one, two] = before.check.groups.map(group);
    assert!(site.key.fits(&before.check, [one, two])?);
    world.advance(183 * DAY)?;
    let staff = world.staff(&site)?;
    assert_eq!(staff.call("POST", path::INBOX_RECOVERY, &[], Some(b""))?.status, 204);
    let after = staff.state()?.recovery;
    assert!(after.checked >= before.checked.plus(183 * DAY));
    assert_eq!(after.check, before.check);
    Ok(())
}

#[test]
fn a_hostile_relay_that_adds_itself_to_the_roster_is_believed_by_nobody() -> Result<()> {
    let world = World::quiet("added-member")?;
    let site = world.site()?;
    let admin = world.staff(&site)?;
    let relay = MemberKeys::generate(&mut random::system());
    let mut roster = admin.roster()?;
    roster.serial += 1;
    roster.members.push(relay.member("Büro 2", MemberKind::Person, READ));
    // It has no site key; any other is not the pinned one.
    let forged = SiteKey::generate(&mut random::system()).sign_roster(&roster);
    let verified = einwurf_protocol::roster::Roster::verify(&forged, &site.pin, 0);
    assert!(verified.is_err());
    let named = admin.manifest()?.roster.digest;
    assert_ne!(einwurf_protocol::roster::digest(&forged), named);
    // What a device seals by the genuine roster is not for the relay.
    let (draft, _) = admin.draft(&site.key, |says| says.days += 1)?;
    assert!(draft.sealed.iter().all(|key| key.member != relay.id()));
    admin.manifest().context("the genuine one holds").map(drop)
}
