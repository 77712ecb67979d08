//! The deletion date: on it a conversation is gone for visitor and staff, and its bytes are gone from the storage. The
//! relay's clock is what passes here, not time.

use anyhow::Result;
use einwurf_protocol::{
    api::visitor::Declared,
    ids::MessageId,
    limits::{ATTACHMENTS, CONVERSATION_ATTACHMENTS, DECLARED_SECONDS, PART_BYTES},
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    files::Sealed,
    pace,
    plan::Plan,
    random,
    rights::Traces,
    staff::Staff,
    visitor::Visitor,
    world::World,
};

/// Days that the sites of these tests keep a conversation.
const DAYS: u32 = 30;
const KEPT: u64 = DAYS as u64 * DAY;

fn plan() -> Plan {
    Plan { days: DAYS, ..Plan::default() }
}

#[test]
fn ret_01_on_its_deletion_date_a_conversation_is_gone_for_everyone() -> Result<()> {
    let mut world = World::quiet("retention")?;
    let site = world.site_of(plan())?;
    let mut visitor = world.visitor(&site)?;
    let accepted = visitor.open("bald vergessen")?;
    assert_eq!(accepted.deleted, accepted.at.plus(KEPT));
    let address = visitor.address.clone().unwrap();

    // An hour before it is still there.
    world.advance(KEPT - 3_600)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    assert_eq!(staff.texts(&address)?, ["bald vergessen"]);

    world.advance(3_600)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    pace::until("the deletion", || Ok(visitor.read(None).is_err().then_some(())))?;
    assert!(now() >= accepted.deleted, "deleted {} s early", accepted.deleted.0 - now().0);
    assert_eq!(visitor.append(&visitor.seal("zu spät")?)?.code()?, Some(Code::Unauthorized));
    assert_eq!(staff.list()?, []);
    let headers = [(einwurf_protocol::api::header::CONVERSATION, address.as_str())];
    let read = staff.call("GET", einwurf_protocol::api::path::INBOX_CONVERSATION, &headers, None)?;
    assert_eq!(read.code()?, Some(Code::NotFound));
    Ok(())
}

#[test]
fn ret_01_the_ciphertext_is_gone_from_the_storage_even_if_the_relay_was_down_that_day() -> Result<()> {
    let mut world = World::quiet("retention-down")?;
    let site = world.site_of(plan())?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("bald vergessen")?;
    let ciphertext = visitor.envelope(0)?.ciphertext;
    let part = &ciphertext[64..128];
    let stored = |world: &World| {
        world.relay.storage().iter().any(|(_, bytes)| memchr::memmem::find(bytes, part).is_some())
    };
    assert!(stored(&world), "the search finds nothing, deleted or not");
    world.relay.kill()?;
    world.advance(KEPT + 5 * DAY)?;
    pace::until("the erasure", || Ok((!stored(&world)).then_some(())))?;
    Ok(())
}

#[test]
fn what_never_comes_is_forgotten_after_a_day_and_makes_room() -> Result<()> {
    let mut world = World::quiet("files-forgotten")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let file = |bytes: usize| {
        let blocks = std::iter::repeat_with(random::bytes::<4_096>).flatten();
        Sealed::around(blocks.take(bytes).collect())
    };
    let (whole, half) = (file(9)?, file(PART_BYTES + 9)?);
    visitor.open_with("Zwei Fotos.", &[whole.clone(), half.clone()])?;
    visitor.put_file(&whole)?;
    visitor.put_part(half.id(), 0, &half.ciphertext[..PART_BYTES])?.ok()?;
    let write = |visitor: &mut Visitor, count: usize| -> Result<Option<Code>> {
        let event = visitor.seal("x")?;
        let mut body = visitor.appending(event.clone(), &[]);
        let id = || Declared { id: MessageId(random::bytes()), bytes: 1 };
        body.attachments = std::iter::repeat_with(id).take(count).collect();
        let reply = visitor.post_event(&body)?;
        if reply.status == 201 {
            visitor.conversation.accepted(&event)?;
            return Ok(None);
        }
        reply.code()
    };
    // As many as a conversation may have: one below, at and above.
    let room = usize::try_from(CONVERSATION_ATTACHMENTS)? - 2;
    for _ in 0..room / ATTACHMENTS {
        assert_eq!(write(&mut visitor, ATTACHMENTS)?, None);
    }
    assert_eq!(write(&mut visitor, room % ATTACHMENTS - 1)?, None);
    assert_eq!(write(&mut visitor, 2)?, Some(Code::LimitReached));
    assert_eq!(write(&mut visitor, 1)?, None);
    assert_eq!(write(&mut visitor, 1)?, Some(Code::LimitReached));
    world.advance(DECLARED_SECONDS - 600)?;
    assert_eq!(write(&mut visitor, 1)?, Some(Code::LimitReached));
    assert_eq!(visitor.part(half.id(), 0)?.ok()?.body.len(), PART_BYTES);
    world.advance(601)?;
    assert_eq!(write(&mut visitor, ATTACHMENTS)?, None);
    // What came stays; of what did not come whole nothing does, in the files neither.
    let left: Vec<_> = visitor.attachments()?.iter().map(|state| state.id).collect();
    assert_eq!((left.len(), left[0]), (1 + ATTACHMENTS, whole.id()));
    assert_eq!(visitor.part(whole.id(), 0)?.ok()?.body, whole.ciphertext);
    assert_eq!(visitor.put_part(half.id(), 1, &half.ciphertext[PART_BYTES..])?.code()?, Some(Code::NotFound));
    Traces::of_file(&half.ciphertext[..PART_BYTES]).gone_within_60_seconds(&world)
}
