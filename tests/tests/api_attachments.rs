//! Files that follow a message in parts: what is taken from whom, what is read by whom, and what is left of them when their
//! message is erased.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{
        header, path,
        visitor::{AttachmentState, Declared},
    },
    ids::{MessageId, Secret},
    limits::{ATTACHMENTS, CONVERSATION_ATTACHMENTS_BYTES, DECLARED_BYTES, PART_BYTES},
    message::Act,
    problem::Code,
};
use einwurf_tests::{
    clock::DAY,
    colleague::{SIGN, join},
    files::{Sealed, declared},
    http::Reply,
    plan::Plan,
    random,
    rights::Traces,
    seed::{Site, bearer},
    staff::Staff,
    visitor::Visitor,
    world::World,
};

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

/// A file whose bytes are found nowhere else.
fn unlike_any(bytes: usize) -> Result<Sealed> {
    let mut ciphertext = Vec::with_capacity(bytes + 4_096);
    while ciphertext.len() < bytes {
        ciphertext.extend(random::bytes::<4_096>());
    }
    ciphertext.truncate(bytes);
    Sealed::around(ciphertext)
}

fn missing(states: &[AttachmentState]) -> Vec<&[u32]> {
    states.iter().map(|state| state.missing.as_slice()).collect()
}

fn field(reply: &Reply) -> Result<Option<String>> {
    Ok(reply.problem()?.field)
}

/// What both sides read of a file, put together.
fn read_by_both(visitor: &Visitor, staff: &Staff, file: &Sealed) -> Result<()> {
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for (part, _) in file.parts() {
        let reply = visitor.part(file.id(), part)?;
        assert_eq!(reply.header("content-type"), Some("application/octet-stream"));
        theirs.extend_from_slice(&reply.ok()?.body);
        ours.extend_from_slice(&staff.part(&address(visitor)?, file.id(), part)?.ok()?.body);
    }
    assert!(theirs == file.ciphertext && ours == file.ciphertext, "other bytes than were stored");
    Ok(())
}

#[test]
fn files_of_both_sides_come_in_parts_in_any_order_and_are_read_by_both() -> Result<()> {
    let world = World::quiet("files")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let (long, short) = (unlike_any(2 * PART_BYTES + 1)?, Sealed::of(1)?);
    let files = [long.clone(), short.clone()];
    visitor.open_with("Zwei Fotos.", &files)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    // The text is there before any of them.
    assert_eq!(staff.texts(&conversation)?, ["Zwei Fotos."]);
    assert_eq!(missing(&visitor.attachments()?), [&[0, 1, 2][..], &[0]]);
    let parts: Vec<_> = long.parts().collect();
    for part in [2, 0] {
        assert_eq!(visitor.put_part(long.id(), part, parts[part as usize].1)?.status, 204);
    }
    assert_eq!(missing(&staff.attachments(&conversation)?), [&[1][..], &[0]]);
    assert_eq!(visitor.part(long.id(), 1)?.code()?, Some(Code::NotFound));
    assert_eq!(staff.part(&conversation, long.id(), 2)?.ok()?.body, parts[2].1);
    visitor.put_part(long.id(), 1, parts[1].1)?.ok()?;
    visitor.put_file(&short)?;
    // Staff answer with one.
    let offer = unlike_any(PART_BYTES)?;
    staff.answer_with(&conversation, "Unser Angebot.", std::slice::from_ref(&offer))?;
    staff.put_file(&conversation, &offer)?;
    let states = visitor.attachments()?;
    assert_eq!(states, staff.attachments(&conversation)?);
    let said: Vec<_> =
        states.iter().map(|state| (state.id, state.seq, state.bytes, state.missing.len())).collect();
    let expected = [(&long, 0), (&short, 0), (&offer, 1)];
    assert_eq!(said, expected.map(|(file, seq)| (file.id(), seq, file.ciphertext.len() as u64, 0)));
    [&long, &short, &offer].into_iter().try_for_each(|file| read_by_both(&visitor, &staff, file))
}

#[test]
fn a_part_that_is_stored_is_not_replaced() -> Result<()> {
    let world = World::quiet("files-again")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let file = Sealed::of(9)?;
    visitor.open_with("Ein Foto.", std::slice::from_ref(&file))?;
    visitor.put_file(&file)?;
    assert_eq!(visitor.put_part(file.id(), 0, &[7; 9])?.status, 204);
    assert_eq!(visitor.part(file.id(), 0)?.body, file.ciphertext);
    // A message that is sent again is answered again, whatever it declares now.
    let event = visitor.seal_with("Noch eins.", &[])?;
    let first = visitor.post_event(&visitor.appending(event.clone(), &[Sealed::of(3)?]))?;
    let again = visitor.post_event(&visitor.appending(event, &[Sealed::of(4)?]))?;
    assert_eq!((first.status, first.body), (201, again.body));
    let bytes: Vec<_> = visitor.attachments()?.iter().map(|state| state.bytes).collect();
    assert_eq!(bytes, [9, 3]);
    Ok(())
}

#[test]
fn what_is_declared_has_its_limits_and_what_is_over_them_stores_nothing() -> Result<()> {
    let world = World::quiet("files-declared")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open_with("Hallo", &[Sealed::of(7)?])?;
    let taken = visitor.attachments()?[0].id;
    let of = |bytes: &[u64]| -> Vec<Declared> {
        bytes.iter().map(|bytes| Declared { id: MessageId(random::bytes()), bytes: *bytes }).collect()
    };
    let twice = Declared { id: MessageId(random::bytes()), bytes: 1 };
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let mut answer = staff.sealed_answer(&conversation, "Nein.", &[])?;
    let withdrawal = visitor.withdrawal()?;
    for attachments in [
        of(&[1; ATTACHMENTS + 1]),
        of(&[0]),
        of(&[DECLARED_BYTES, 1]),
        of(&[u64::MAX, 1]),
        vec![twice, twice],
        vec![Declared { id: taken, bytes: 1 }],
    ] {
        let mut body = visitor.appending(visitor.seal("x")?, &[]);
        body.attachments.clone_from(&attachments);
        assert_eq!(field(&visitor.post_event(&body)?)?.as_deref(), Some("attachments"), "{attachments:?}");
        answer.attachments.clone_from(&attachments);
        let refused = staff.post_answer(&conversation, &answer)?;
        assert_eq!(field(&refused)?.as_deref(), Some("attachments"), "{attachments:?}");
    }
    let mut body = visitor.appending(withdrawal, &[]);
    body.attachments = of(&[1]);
    assert_eq!(field(&visitor.post_event(&body)?)?.as_deref(), Some("attachments"));
    assert_eq!((visitor.read(None)?.events.len(), visitor.attachments()?.len()), (1, 1));
    // As many as allowed, as long as allowed, up to what a conversation may have.
    let mut left = CONVERSATION_ATTACHMENTS_BYTES - 7;
    let mut write = |bytes: &[u64]| -> Result<Reply> {
        let event = visitor.seal("x")?;
        let mut body = visitor.appending(event.clone(), &[]);
        body.attachments = of(bytes);
        let reply = visitor.post_event(&body)?;
        if reply.status == 201 {
            visitor.conversation.accepted(&event)?;
        }
        Ok(reply)
    };
    assert_eq!(write(&[1; ATTACHMENTS])?.status, 201);
    left -= ATTACHMENTS as u64;
    while left > DECLARED_BYTES {
        assert_eq!(write(&[DECLARED_BYTES])?.status, 201);
        left -= DECLARED_BYTES;
        // What nobody fetched has a limit of its own.
        staff.fetch(&conversation)?;
    }
    assert_eq!(write(&[left + 1])?.code()?, Some(Code::LimitReached));
    assert_eq!(write(&[left - 1])?.status, 201);
    assert_eq!(write(&[1])?.status, 201);
    assert_eq!(write(&[1])?.code()?, Some(Code::LimitReached));
    assert_eq!(write(&[])?.status, 201, "a text alone still fits");
    Ok(())
}

#[test]
fn a_part_of_another_length_number_or_name_is_refused() -> Result<()> {
    let world = World::quiet("files-parts")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let file = unlike_any(PART_BYTES + 9)?;
    visitor.open_with("Ein Foto.", std::slice::from_ref(&file))?;
    let put = |part: u32, bytes: usize| visitor.put_part(file.id(), part, &file.ciphertext[..bytes]);
    for (part, bytes) in [(0, 0), (0, 9), (0, PART_BYTES - 1), (1, 8), (1, 10), (1, PART_BYTES)] {
        assert_eq!(field(&put(part, bytes)?)?.as_deref(), Some("body"), "{part} {bytes}");
    }
    for part in [2, u32::MAX] {
        assert_eq!(field(&put(part, 9)?)?.as_deref(), Some(header::PART), "{part}");
        assert_eq!(visitor.part(file.id(), part)?.code()?, Some(Code::NotFound), "{part}");
    }
    assert_eq!(visitor.put_part(MessageId([1; 16]), 0, &[7])?.code()?, Some(Code::NotFound));
    let token = bearer(visitor.conversation.token());
    let conversation = address(&visitor)?;
    let id = file.id().to_string();
    let own = [(header::CONVERSATION, conversation.as_str()), (header::AUTHORIZATION, token.as_str())];
    // Refused by what it announces, before any of it is read.
    let first = [&own[..], &[(header::ATTACHMENT, id.as_str()), (header::PART, "0")]].concat();
    assert_eq!(world.http().announce("PUT", path::ATTACHMENT, &first, PART_BYTES + 1)?, 413);
    for (name, wrong) in [
        (header::ATTACHMENT, ""),
        (header::ATTACHMENT, "x"),
        (header::PART, ""),
        (header::PART, "-1"),
        (header::PART, "+1"),
        (header::PART, "0x0"),
        (header::PART, "4294967296"),
    ] {
        let (id, part) = if name == header::PART { (id.as_str(), wrong) } else { (wrong, "0") };
        let headers = [&own[..], &[(header::ATTACHMENT, id), (header::PART, part)]].concat();
        for (method, body) in [("PUT", Some(&b"x"[..])), ("GET", None)] {
            let reply = world.http().send(method, path::ATTACHMENT, &headers, body)?;
            assert_eq!(field(&reply)?.as_deref(), Some(name), "{method} {wrong:?}");
        }
    }
    assert_eq!(missing(&visitor.attachments()?), [[0, 1]]);
    // The right ones are still taken.
    visitor.put_file(&file)?;
    assert_eq!(missing(&visitor.attachments()?), [[0_u32; 0]]);
    Ok(())
}

#[test]
fn nobody_stores_for_the_other_side_or_reads_what_is_another_ones() -> Result<()> {
    let world = World::quiet("files-others")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut visitor = world.visitor(&site)?;
    let (photo, offer) = (Sealed::of(9)?, Sealed::of(9)?);
    visitor.open_with("Ein Foto.", std::slice::from_ref(&photo))?;
    let (mut staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.answer_with(&conversation, "Ein Angebot.", std::slice::from_ref(&offer))?;
    // Each side stores what it declared itself, and nothing in the other's name.
    let forged = visitor.put_part(offer.id(), 0, &offer.ciphertext)?;
    assert_eq!(forged.code()?, Some(Code::NotFound));
    assert_eq!(staff.put_part(&conversation, photo.id(), 0, &[7; 9])?.code()?, Some(Code::NotFound));
    visitor.put_file(&photo)?;
    staff.put_file(&conversation, &offer)?;
    read_by_both(&visitor, &staff, &offer)?;
    // Another visitor, no token, a member of another site, a member who does not read.
    let mut another = world.visitor(&site)?;
    another.open("Meins.")?;
    assert_eq!(another.part(photo.id(), 0)?.code()?, Some(Code::NotFound), "by its own address");
    let token = bearer(*another.conversation.token());
    let id = photo.id().to_string();
    for token in [token.as_str(), &bearer(Secret([0; 32])), "", "Bearer x"] {
        let headers = [
            (header::CONVERSATION, conversation.as_str()),
            (header::AUTHORIZATION, token),
            (header::ATTACHMENT, id.as_str()),
            (header::PART, "0"),
        ];
        for (method, path) in
            [("GET", path::ATTACHMENT), ("PUT", path::ATTACHMENT), ("GET", path::ATTACHMENTS)]
        {
            let body = (method == "PUT").then_some(&b"123456789"[..]);
            let reply = world.http().send(method, path, &headers, body)?;
            assert_eq!(reply.code()?, Some(Code::Unauthorized), "{method} {path} {token}");
        }
    }
    let stranger = Staff::login(&world.http(), &other)?;
    assert_eq!(stranger.part(&conversation, photo.id(), 0)?.code()?, Some(Code::NotFound));
    assert_eq!(stranger.put_part(&conversation, offer.id(), 0, &[7; 9])?.code()?, Some(Code::NotFound));
    assert!(stranger.attachments(&conversation).is_err());
    let signer = join(&world, &site, &mut staff, SIGN)?;
    assert_eq!(signer.part(&conversation, photo.id(), 0)?.code()?, Some(Code::Forbidden));
    signer.logout()?;
    assert_eq!(signer.part(&conversation, photo.id(), 0)?.code()?, Some(Code::Unauthorized));
    Ok(())
}

#[test]
fn rgt_06_a_restricted_conversation_takes_no_part_and_is_read() -> Result<()> {
    let world = World::quiet("files-restricted")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let (stored, waiting) = (Sealed::of(9)?, Sealed::of(9)?);
    visitor.open_with("Zwei Fotos.", &[stored.clone(), waiting.clone()])?;
    visitor.put_file(&stored)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    assert_eq!(staff.act(&conversation, Act::Restrict)?.status, 201);
    assert_eq!(visitor.put_part(waiting.id(), 0, &waiting.ciphertext)?.code()?, Some(Code::Restricted));
    read_by_both(&visitor, &staff, &stored)?;
    assert_eq!(staff.act(&conversation, Act::Lift)?.status, 201);
    visitor.put_file(&waiting)
}

/// A conversation with two messages, each with a file of some parts.
fn two_files(world: &World, site: &Site) -> Result<(Visitor, [Sealed; 2])> {
    let mut visitor = world.visitor(site)?;
    let files = [unlike_any(3 * PART_BYTES + 700)?, unlike_any(PART_BYTES + 5_000)?];
    visitor.open_with("Das erste Foto.", &files[..1])?;
    visitor.write_with("Das zweite Foto.", &files[1..])?;
    files.iter().try_for_each(|file| visitor.put_file(file))?;
    assert!(files.iter().all(|file| Traces::of_file(&file.ciphertext).are_there(world)));
    Ok((visitor, files))
}

#[test]
fn ret_02_what_erases_a_message_erases_its_files_also_from_the_raw_storage() -> Result<()> {
    let world = World::quiet("files-erased")?;
    let site = world.site()?;
    let (visitor, files) = two_files(&world, &site)?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    assert_eq!(staff.act(&conversation, Act::Erase { parts: vec![0] })?.status, 201);
    // At once for whoever asks, within a minute in the files.
    for reply in [visitor.part(files[0].id(), 0)?, staff.part(&conversation, files[0].id(), 3)?] {
        assert_eq!(reply.code()?, Some(Code::NotFound));
    }
    let late = visitor.put_part(files[0].id(), 0, &files[0].ciphertext[..PART_BYTES])?;
    assert_eq!(late.code()?, Some(Code::NotFound));
    let left: Vec<_> = visitor.attachments()?.iter().map(|state| (state.seq, state.missing.len())).collect();
    assert_eq!(left, [(1, 0)]);
    Traces::of_file(&files[0].ciphertext).gone_within_60_seconds(&world)?;
    // The other one is untouched, and is erased as thoroughly later.
    read_by_both(&visitor, &staff, &files[1])?;
    assert!(Traces::of_file(&files[1].ciphertext).are_there(&world));
    assert_eq!(staff.act(&conversation, Act::Erase { parts: vec![1] })?.status, 201);
    Traces::of_file(&files[1].ciphertext).gone_within_60_seconds(&world)?;
    assert_eq!(visitor.attachments()?, []);
    Ok(())
}

#[test]
fn rgt_03_a_withdrawal_erases_files_also_from_the_raw_storage() -> Result<()> {
    let mut world = World::quiet("files-withdrawn")?;
    let site = world.site()?;
    let (mut visitor, files) = two_files(&world, &site)?;
    let conversation = address(&visitor)?;
    visitor.withdraw()?;
    assert_eq!(visitor.part(files[0].id(), 0)?.code()?, Some(Code::Gone));
    assert_eq!(visitor.put_part(files[0].id(), 0, &[7])?.code()?, Some(Code::Gone));
    assert_eq!(visitor.get(path::ATTACHMENTS)?.code()?, Some(Code::Gone));
    let staff = world.staff(&site)?;
    assert_eq!(staff.part(&conversation, files[0].id(), 0)?.code()?, Some(Code::Gone));
    // Also if the relay is killed at once.
    world.relay.kill()?;
    world.relay.restart()?;
    files.iter().try_for_each(|file| Traces::of_file(&file.ciphertext).gone_within_60_seconds(&world))
}

#[test]
fn ret_02_on_its_deletion_date_a_conversation_goes_with_its_files() -> Result<()> {
    let mut world = World::quiet("files-expired")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let (_, files) = two_files(&world, &site)?;
    world.advance(31 * DAY)?;
    files.iter().try_for_each(|file| Traces::of_file(&file.ciphertext).gone_within_60_seconds(&world))
}

#[test]
fn rgt_05_the_visitor_is_told_which_files_are_stored_and_not_sent_them_in_one_answer() -> Result<()> {
    let world = World::quiet("files-data")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let file = unlike_any(2 * PART_BYTES + 5)?;
    visitor.open_with("Ein Foto.", std::slice::from_ref(&file))?;
    visitor.put_part(file.id(), 2, &file.ciphertext[2 * PART_BYTES..])?.ok()?;
    world.staff(&site)?.newest()?;
    let data = visitor.data()?;
    let stored = |name: &str| data.stored.get(name).cloned().unwrap_or_default();
    assert_eq!(stored("conversation.attachments.id"), [file.id().to_string()]);
    let bytes: Vec<_> =
        declared(std::slice::from_ref(&file)).iter().map(|file| file.bytes.to_string()).collect();
    assert_eq!(stored("conversation.attachments.bytes"), bytes);
    assert_eq!(stored("conversation.parts.n").last().map(String::as_str), Some("2"));
    assert_eq!(stored("conversation.parts.ciphertext").last().map(String::as_str), Some("5"));
    assert!(serde_json::to_vec(&data)?.len() < 65_536, "the bytes themselves are in it");
    // A conversation without files has no such tables.
    let mut plain = world.visitor(&site)?;
    plain.open("Nur Text.")?;
    let names = plain.data()?.stored;
    assert!(!names.keys().any(|name| name.contains("parts") || name.contains("attachments")));
    assert_eq!(plain.attachments()?, []);
    assert_eq!(plain.part(file.id(), 0)?.code()?, Some(Code::NotFound));
    Ok(())
}
