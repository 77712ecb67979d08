//! Every row of the table "bad input": the answer, and that nothing is kept of what was refused.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::Result;
use einwurf_protocol::{
    api::{
        header, path,
        visitor::{Accepted, Open},
    },
    codec::to_base64url,
    es256::PublicKey,
    ids::MessageId,
    limits::{STAFF_BODY_BYTES, TEXT_BYTES, VISITOR_BODY_BYTES},
    problem::Code,
    settings::LegalFacts,
};
use einwurf_seal::InboxSecret;
use einwurf_tests::{
    http::{Headers, Reply},
    random,
    seed::bearer,
    visitor::{Address, Visitor, consent},
    world::World,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

/// Hands `send` method, path and headers of an opening with a fresh ticket.
fn opening<T>(visitor: &mut Visitor, send: impl FnOnce(&str, &str, Headers<'_>) -> Result<T>) -> Result<T> {
    let ticket = visitor.ticket()?.ticket;
    let token = bearer(visitor.conversation.token());
    let site = visitor.site.site.clone();
    let work = visitor.work.clone().unwrap_or_default();
    let headers = [
        (header::SITE, site.as_str()),
        (header::TICKET, &ticket),
        (header::WORK, &work),
        (header::AUTHORIZATION, &token),
        ("content-type", "application/json"),
    ];
    send("POST", path::CONVERSATIONS, &headers)
}

/// Sends `body` as it is to open a conversation.
fn open_raw(visitor: &mut Visitor, world: &World, body: &[u8]) -> Result<Reply> {
    opening(visitor, |method, path, headers| world.http().send(method, path, headers, Some(body)))
}

/// Valid JSON of an opening, filled with white space to exactly `length` bytes.
fn filled(open: &Open, length: usize) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(open)?;
    assert!(bytes.len() < length, "{}", bytes.len());
    bytes.resize(length, b' ');
    Ok(bytes)
}

#[test]
fn a_body_one_below_and_at_the_limit_is_read_and_one_above_is_413() -> Result<()> {
    let world = World::quiet("body-limit")?;
    let site = world.site()?;
    for (length, status) in
        [(VISITOR_BODY_BYTES - 1, 201), (VISITOR_BODY_BYTES, 201), (VISITOR_BODY_BYTES + 1, 413)]
    {
        let mut visitor = world.visitor(&site)?;
        let body = filled(&visitor.opening(visitor.seal("Guten Tag")?), length)?;
        let sent =
            opening(&mut visitor, |method, path, headers| world.http().insist(method, path, headers, &body));
        assert_eq!(sent?, status, "{length}");
    }
    Ok(())
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_read() -> Result<()> {
    let world = World::quiet("body-unread")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let staff = world.staff(&site)?;
    let ticket = visitor.ticket()?.ticket;
    let token = bearer(visitor.conversation.token());
    let session = bearer(staff.session.session);
    for (method, path, token, limit) in [
        ("POST", path::CONVERSATIONS, &token, VISITOR_BODY_BYTES),
        ("POST", path::EVENTS, &token, VISITOR_BODY_BYTES),
        ("POST", path::SETUP, &session, STAFF_BODY_BYTES),
        ("PUT", path::INBOX_MAIL, &session, STAFF_BODY_BYTES),
        ("POST", path::LOGIN_START, &session, STAFF_BODY_BYTES),
    ] {
        let headers = [
            (header::SITE, site.address.as_str()),
            (header::TICKET, &ticket),
            (header::AUTHORIZATION, token),
            ("content-type", "application/json"),
        ];
        assert_eq!(world.http().announce(method, path, &headers, limit + 1)?, 413, "{path}");
    }
    Ok(())
}

/// Two lengths for one body, as those write them who want two programs to read one request differently.
#[test]
fn a_body_that_is_longer_than_the_length_it_announced_is_not_read() -> Result<()> {
    let world = World::quiet("body-two-lengths")?;
    let mut stream = TcpStream::connect(world.relay.host())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (host, length) = (world.relay.host(), VISITOR_BODY_BYTES + 1);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{length:x}\r\n",
        path::CONVERSATIONS
    );
    // That it is closed meanwhile is one of the right answers.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&vec![b' '; length]));
    let mut first = String::new();
    drop(BufReader::new(stream).read_line(&mut first));
    let status = first.split(' ').nth(1).unwrap_or_default().to_owned();
    assert!(["", "400", "413"].contains(&status.as_str()), "{first}");
    world.http().get(path::RELAY, &[])?.ok()?;
    Ok(())
}

#[test]
fn the_longest_text_arrives_whole() -> Result<()> {
    let world = World::quiet("longest-text")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    for length in [TEXT_BYTES - 1, TEXT_BYTES] {
        let mut visitor = world.visitor(&site)?;
        let text = "ß".repeat(length / 2) + &"x".repeat(length % 2);
        visitor.open(&text)?;
        let address = visitor.address.clone().unwrap();
        assert_eq!(staff.texts(&address)?, [text]);
    }
    assert!(world.visitor(&site)?.seal(&"x".repeat(TEXT_BYTES + 1)).is_err());
    Ok(())
}

/// A sound body with one change, and the field that the answer must name.
type Change = (&'static str, fn(&mut Value));

const CHANGES: &[Change] = &[
    ("v", |body| body["v"] = json!(2)),
    ("v", |body| body["v"] = json!("1")),
    ("more", |body| body["more"] = json!(1)),
    ("event.more", |body| body["event"]["more"] = json!(1)),
    ("event", |body| body["event"] = json!(null)),
    ("event.header", |body| body["event"]["header"] = json!("AA==")),
    ("event.header", |body| body["event"]["header"] = json!("AAAA")),
    ("event.nonce", |body| body["event"]["nonce"] = json!("A+/_")),
    ("event.nonce", |body| body["event"]["nonce"] = json!("AAAA")),
    ("event.ciphertext", |body| body["event"]["ciphertext"] = json!("AAAA")),
    ("event.ciphertext", |body| body["event"]["ciphertext"] = json!(7)),
    ("event.signature", |body| body["event"]["signature"] = json!("AAAA")),
    ("event.signature", |body| body["event"]["signature"] = json!(to_base64url(&[1; 64]))),
    ("grant", |body| body["grant"] = json!("a.b.c")),
    ("grant", |body| body["grant"] = json!(7)),
];

#[test]
fn a_malformed_body_is_400_and_names_the_field_and_nothing_is_kept() -> Result<()> {
    let world = World::quiet("malformed")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let sound = serde_json::to_value(visitor.opening(visitor.seal("Guten Tag")?))?;
    let files = world.relay.files();
    for (index, (field, change)) in CHANGES.iter().enumerate() {
        let mut body = sound.clone();
        change(&mut body);
        let problem = open_raw(&mut visitor, &world, &serde_json::to_vec(&body)?)?.problem()?;
        assert_eq!((problem.status, problem.code), (400, Code::Malformed), "{index}: {problem:?}");
        let named = problem.field.unwrap_or_default();
        assert!(
            named == *field || field.starts_with(&format!("{named}.")) && !named.is_empty(),
            "{index}: {named} for {field}"
        );
    }
    for body in ["", "{", "[]", "null", "\"text\"", "{\"v\":1"] {
        let reply = open_raw(&mut visitor, &world, body.as_bytes())?;
        assert_eq!(reply.code()?, Some(Code::Malformed), "{body}");
    }
    assert_eq!(world.relay.files(), files, "a refused body made a file");
    assert_eq!(world.staff(&site)?.list()?, []);
    Ok(())
}

#[test]
fn rec_01_no_consent_is_403_and_nothing_is_kept() -> Result<()> {
    let world = World::quiet("no-consent")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let files = world.relay.files();
    let body = Open { grant: None, ..visitor.opening(visitor.seal("Guten Tag")?) };
    let ticket = visitor.ticket()?.ticket;
    let problem = visitor.post_open(&ticket, &body)?.problem()?;
    assert_eq!((problem.status, problem.code), (403, Code::ConsentRequired));
    assert_eq!(world.relay.files(), files);
    assert_eq!(world.staff(&site)?.list()?, []);
    Ok(())
}

#[test]
fn con_09_a_grant_on_an_old_notice_is_409_and_nothing_is_kept() -> Result<()> {
    let world = World::quiet("stale-notice")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    // A text with one other fact has another digest; the site never published it.
    let (_, notices) = site.restate(2, &LegalFacts { days: 91, ..site.facts.clone() })?;
    visitor.consent = einwurf_tests::visitor::agree_to(notices[0].as_bytes())?;
    let files = world.relay.files();
    let ticket = visitor.ticket()?.ticket;
    let problem = visitor.post_open(&ticket, &visitor.opening(visitor.seal("Guten Tag")?))?.problem()?;
    assert_eq!((problem.status, problem.code), (409, Code::ConsentStale));
    assert_eq!(world.relay.files(), files);

    // The same visitor agrees to the notice in force: with the same ticket, since it was not used.
    visitor.consent = consent(
        &world.http(),
        &Address::from(&site),
        &visitor.manifest,
        einwurf_protocol::notice::Register::En,
    )?;
    let reply = visitor.post_open(&ticket, &visitor.opening(visitor.seal("Guten Tag")?))?;
    assert_eq!(reply.status, 201, "{}", reply.text());
    Ok(())
}

#[test]
fn rec_01_a_grant_that_is_foreign_forged_or_of_another_site_is_refused() -> Result<()> {
    let world = World::quiet("bad-grant")?;
    let (site, neighbour) = (world.site()?, world.site()?);
    let mut visitor = world.visitor(&site)?;
    let stranger = world.visitor(&site)?;
    let elsewhere = world.visitor(&neighbour)?;
    let own = visitor.grant();
    let mut forged = own.clone();
    let last = if forged.pop() == Some('A') { 'Q' } else { 'A' };
    forged.push(last);
    let files = world.relay.files();
    for (name, grant) in [
        ("of another conversation", stranger.grant()),
        ("of another site", elsewhere.grant()),
        ("with another signature", forged),
        ("a manifest", site.manifest().to_owned()),
    ] {
        let ticket = visitor.ticket()?.ticket;
        let body = Open { grant: Some(grant), ..visitor.opening(visitor.seal("Guten Tag")?) };
        let problem = visitor.post_open(&ticket, &body)?.problem()?;
        assert_eq!(problem.status, 400, "{name}: {problem:?}");
    }
    assert_eq!(world.relay.files(), files);
    assert_eq!(world.staff(&site)?.list()?, []);
    Ok(())
}

#[test]
fn an_unknown_inbox_key_is_409_and_sealing_again_arrives() -> Result<()> {
    let world = World::quiet("key-retired")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let mut rng = random::system();
    let other = InboxSecret::generate(&mut rng);
    visitor.conversation.rekey(&other.entry(visitor.manifest.inbox_key.destroyed), &mut rng)?;
    let files = world.relay.files();
    let ticket = visitor.ticket()?.ticket;
    let problem = visitor.post_open(&ticket, &visitor.opening(visitor.seal("Guten Tag")?))?.problem()?;
    assert_eq!((problem.status, problem.code), (409, Code::KeyRetired));
    assert_eq!(world.relay.files(), files);

    visitor.conversation.rekey(&visitor.manifest.inbox_key.clone(), &mut rng)?;
    let reply = visitor.post_open(&ticket, &visitor.opening(visitor.seal("Guten Tag")?))?;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(world.staff(&site)?.texts(&visitor.address.clone().unwrap())?, ["Guten Tag"]);
    Ok(())
}

#[test]
fn a_later_epoch_to_an_unknown_inbox_key_is_409() -> Result<()> {
    let world = World::quiet("key-retired-later")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("eins")?;
    let mut rng = random::system();
    let other = InboxSecret::generate(&mut rng);
    visitor.conversation.rekey(&other.entry(visitor.manifest.inbox_key.destroyed), &mut rng)?;
    assert_eq!(visitor.append(&visitor.seal("zwei")?)?.code()?, Some(Code::KeyRetired));
    visitor.conversation.rekey(&visitor.manifest.inbox_key.clone(), &mut rng)?;
    visitor.write("zwei")?;
    assert_eq!(world.staff(&site)?.texts(&visitor.address.clone().unwrap())?, ["eins", "zwei"]);
    Ok(())
}

#[test]
fn a_wrong_prev_or_seq_is_409_with_the_missing_events_and_resealing_arrives() -> Result<()> {
    let world = World::quiet("chain-conflict")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("eins")?;
    let behind = visitor.seal("drei")?;
    visitor.write("zwei")?;
    // `behind` joins after event 0, where event 1 lies by now.
    let problem = visitor.append(&behind)?.problem()?;
    assert_eq!((problem.status, problem.code), (409, Code::ChainConflict));
    let missing = problem.events.unwrap();
    assert_eq!(missing, [visitor.envelope(1)?]);

    // Ahead of the chain: nothing is missing, and it is no more accepted than the other.
    let two = visitor.seal("drei")?;
    visitor.conversation.accepted(&two)?;
    let ahead = visitor.seal("vier")?;
    assert_eq!(visitor.append(&ahead)?.code()?, Some(Code::ChainConflict));
    visitor.append(&two)?.ok()?;
    visitor.append(&ahead)?.ok()?;
    assert_eq!(
        world.staff(&site)?.texts(&visitor.address.clone().unwrap())?,
        ["eins", "zwei", "drei", "vier"]
    );
    Ok(())
}

#[test]
fn the_same_message_again_gets_the_first_answer_and_other_bytes_are_409() -> Result<()> {
    let world = World::quiet("same-id")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let ticket = visitor.ticket()?.ticket;
    let id = MessageId(random::bytes());
    let first = visitor.opening(visitor.seal_as("eins", id)?);
    let accepted: Accepted = visitor.post_open(&ticket, &first)?.json()?;
    for _ in 0..2 {
        let again: Accepted = visitor.post_open(&ticket, &first)?.json()?;
        assert_eq!(again, accepted);
    }
    let other = visitor.opening(visitor.seal_as("andere Bytes", id)?);
    let problem = visitor.post_open(&ticket, &other)?.problem()?;
    assert_eq!((problem.status, problem.code), (409, Code::MessageConflict));

    visitor.conversation.accepted(&first.event)?;
    let id = MessageId(random::bytes());
    let second = visitor.seal_as("zwei", id)?;
    let accepted: Accepted = visitor.append(&second)?.json()?;
    let again: Accepted = visitor.append(&second)?.json()?;
    assert_eq!(again, accepted);
    assert_eq!(visitor.append(&visitor.seal_as("anders", id)?)?.code()?, Some(Code::MessageConflict));

    // In the next place, right after others that followed without a pause: what the object remembers admits it.
    visitor.conversation.accepted(&second)?;
    visitor.write("drei")?;
    assert_eq!(visitor.append(&visitor.seal_as("vier", id)?)?.code()?, Some(Code::MessageConflict));
    visitor.write("vier")?;
    let texts = world.staff(&site)?.texts(&visitor.address.clone().unwrap())?;
    assert_eq!(texts, ["eins", "zwei", "drei", "vier"]);
    Ok(())
}

#[test]
fn a_point_off_the_curve_opens_nothing() -> Result<()> {
    let world = World::quiet("off-curve")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let key = PublicKey::from_bytes([1; 64]);
    let build = visitor.manifest.code.digest();
    let input = einwurf_protocol::jws::signing_input(
        &key,
        einwurf_protocol::jws::GRANT,
        &serde_json::to_vec(&visitor.consent.grant(site.pin, build, visitor.conversation.salt()))?,
    );
    let grant = einwurf_protocol::jws::assemble(&input, &einwurf_protocol::ids::Signature([1; 64]));
    let ticket = visitor.ticket()?.ticket;
    let body = Open { grant: Some(grant), ..visitor.opening(visitor.seal("x")?) };
    assert_eq!(visitor.post_open(&ticket, &body)?.status, 400);
    Ok(())
}
