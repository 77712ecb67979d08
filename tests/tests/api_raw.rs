//! Bytes that no browser sends: forged frames on live connections, requests that never end. They end, or wait, for
//! themselves; everybody else is served, and nothing is stored.

use anyhow::{Context as _, Result};
use einwurf_protocol::{
    VERSION,
    api::{header, path, staff::Changed, visitor::Append},
    live::CLOSE_FORM,
};
use einwurf_tests::{
    fire::{
        machine::Machine,
        raw::{End, Raw, frame},
    },
    pace::PATIENCE,
    relay::Options,
    seed::bearer,
    stored::{of_visitors, settled},
    world::World,
};
use std::time::Duration;

const TEXT: u8 = 0x81;

/// RFC 6455, 7.4.1: the frames are not those of a WebSocket. The runtime says so.
const PROTOCOL: u16 = 1_002;

/// What is sent after the handshake, and the code that ends it; none for what the runtime answers or waits for the end of.
fn forged() -> Vec<(&'static str, Option<u16>, Vec<u8>)> {
    let many = |frame: Vec<u8>, times: usize| frame.repeat(times);
    vec![
        ("a text", Some(CLOSE_FORM), frame(TEXT, b"{\"type\":\"erase\"}")),
        ("bytes", Some(CLOSE_FORM), frame(0x82, b"ping")),
        ("a text without a mask", Some(CLOSE_FORM), [&[TEXT, 4][..], b"look"].concat()),
        ("bits that are reserved", Some(PROTOCOL), frame(0xf1, b"ping")),
        ("a kind of frame that there is not", Some(PROTOCOL), frame(0x83, b"ping")),
        ("a ping in pieces", Some(PROTOCOL), [frame(0x09, b"p"), frame(0x80, b"q")].concat()),
        ("a ping that is too long", None, frame(0x89, &[0; 126])),
        ("a continuation of nothing", Some(PROTOCOL), frame(0x80, b"ping")),
        ("a text within a text", Some(PROTOCOL), [frame(0x01, b"pi"), frame(TEXT, b"ng")].concat()),
        ("a text in pieces", Some(CLOSE_FORM), [frame(0x01, b"er"), frame(0x80, b"ase")].concat()),
        ("no text", Some(CLOSE_FORM), frame(TEXT, &[0xff, 0xfe, 0xfd])),
        ("more than fits anywhere", Some(1_009), [&[TEXT, 0xff][..], &[0x7f; 8], &[0; 4]].concat()),
        ("much", Some(CLOSE_FORM), frame(TEXT, &vec![b'x'; 5 << 20])),
        ("a close of one byte", Some(1_005), frame(0x88, b"x")),
        ("another request", None, b"GET /v1/relay HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()),
        ("many texts", Some(CLOSE_FORM), many(frame(TEXT, b"x"), 2_000)),
        ("many empty pieces", Some(PROTOCOL), many(frame(0x01, b""), 2_000)),
    ]
}

#[test]
fn forged_frames_end_their_connection_and_change_nothing() -> Result<()> {
    let mut world = World::quiet("raw-frames")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    let staff = world.staff(&site)?;
    let conversation = staff.newest()?;
    let before = settled(&world.relay)?;
    let mut open = Vec::new();
    for (what, code, bytes) in forged() {
        for path in [path::LIVE, path::INBOX_LIVE] {
            let protocols = if path == path::LIVE { visitor.protocols()? } else { staff.protocols() };
            let mut raw = Raw::live(&world.http(), path, &protocols)?;
            raw.write(&bytes);
            let patience = if code.is_some() { PATIENCE } else { Duration::from_millis(100) };
            let end = raw.end_within(patience)?;
            assert_eq!(end, code.map_or(End::Open, End::Closed), "{what} at {path}");
            open.push(raw);
        }
    }
    // Pings are answered; half a frame waits for the rest, alone.
    let mut half = Raw::live(&world.http(), path::LIVE, &visitor.protocols()?)?;
    half.write(&[frame(0x89, b"x").repeat(2_000), vec![TEXT]].concat());
    assert_eq!(of_visitors(&world.relay)?, before, "something was stored");
    let (mut visitors, mut members) = (visitor.live()?, staff.live()?);
    staff.answer(&conversation, "Guten Tag.")?;
    visitors.look()?;
    members.until(&Changed::Conversation { conversation })?;
    assert!(!world.relay.has_ended(), "the relay ended");
    Ok(())
}

/// Connections that hold the door.
const MANY: usize = 400;

#[test]
fn requests_that_never_end_hold_nobody_up_and_their_heads_run_out_of_time() -> Result<()> {
    let options = Options { frail: true, ..Options::default() };
    let world = World::start("raw-slow", &options)?;
    let machine = Machine::in_folder(world.folder().path())?;
    let site = world.site()?;
    let http = world.http();
    let host = world.relay.host();
    let heads = format!("POST {} HTTP/1.1\r\nhost: {host}\r\nx-slow: ", path::EVENTS);
    let bodies = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        path::EVENTS
    );
    let files = world.relay.files();
    let open =
        |bytes: &str| (0..MANY).map(|_| Raw::begin(&http, bytes.as_bytes())).collect::<Result<Vec<_>>>();
    let (mut heads, mut bodies) = (open(&heads)?, open(&bodies)?);
    assert_eq!(world.relay.files(), files, "half a request made an object");
    let mut visitor = world.visitor(&site)?;
    visitor.open("Ich bin schnell.")?;
    let staff = world.staff(&site)?;
    let conversation = staff.newest()?;
    assert_eq!(staff.texts(&conversation)?, ["Ich bin schnell."]);
    // One more byte now and then does not keep a head open.
    for head in &mut heads {
        head.write(b"x");
    }
    machine.pass(60)?;
    world.http().get(path::RELAY, &[])?.ok()?;
    for head in &mut heads {
        assert_ne!(head.end_within(PATIENCE)?, End::Open, "a head may take a minute");
    }
    // The runtime waits for a body as long as it is to come: that is for the proxy in front (docs/operating.md).
    let body = bodies.first_mut().context("a body")?;
    assert_eq!(body.end_within(Duration::from_millis(100))?, End::Open);
    Ok(())
}

/// The body of a follow-up passes the edge unread: what breaks off halfway, or hangs, is met by the conversation itself.
#[test]
fn a_follow_up_that_breaks_off_is_not_stored_and_holds_up_no_other() -> Result<()> {
    let world = World::quiet("raw-halves")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("eins")?;
    let event = visitor.seal("halb")?;
    let body = serde_json::to_vec(&Append { v: VERSION, event, grant: None, attachments: Vec::new() })?;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         {}: {}\r\n{}: {}\r\n\r\n",
        path::EVENTS,
        world.relay.host(),
        body.len(),
        header::CONVERSATION,
        visitor.address.as_deref().context("no address")?,
        header::AUTHORIZATION,
        bearer(visitor.conversation.token()),
    );
    let half = body.get(..body.len() / 2).context("half of it")?;
    let begin = || Raw::begin(&world.http(), &[head.as_bytes(), half].concat());
    let mut hanging = (0..20).map(|_| begin()).collect::<Result<Vec<_>>>()?;
    drop((0..20).map(|_| begin()).collect::<Result<Vec<_>>>()?);
    visitor.write("zwei")?;
    visitor.write("drei")?;
    let conversation = visitor.address.clone().context("no address")?;
    assert_eq!(world.staff(&site)?.texts(&conversation)?, ["eins", "zwei", "drei"]);
    for hung in &mut hanging {
        assert_eq!(hung.end_within(Duration::from_millis(1))?, End::Open);
    }
    let log = world.relay.log();
    assert!(!log.contains("unavailable") && !log.contains("internal"), "{log}");
    Ok(())
}
