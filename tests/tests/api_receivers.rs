//! Servers that the relay calls and that mean it ill: answers without end, or without sense. None holds it for long, fills
//! its memory or leaves a word in its storage.

use anyhow::{Result, ensure};
use einwurf_protocol::{
    api::{
        path,
        webhooks::{Outcome, Tried},
    },
    ids::MessageId,
};
use einwurf_tests::{
    canary::Canary,
    receiver::Receiver,
    staff::Staff,
    webhooks::{webhook, world},
};
use std::time::{Duration, Instant};

/// Ten seconds are given to a server; the others are for a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer of which everything is kept would be longer than this after a moment.
const MEMORY: u64 = 200_000_000;

/// How a call ended, and that it did.
fn tried(staff: &Staff, id: MessageId) -> Result<Tried> {
    let began = Instant::now();
    let tried = staff.with_webhook(path::INBOX_WEBHOOKS_TEST, id)?.json()?;
    ensure!(began.elapsed() < PATIENCE, "{tried:?} after {:?}", began.elapsed());
    Ok(tried)
}

#[test]
fn enc_06_a_receiver_whose_answer_never_ends_holds_nothing_up_and_leaves_no_word() -> Result<()> {
    let (world, certificates, folder) = world("receivers")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    let put = webhook(&receiver.url("/"));
    assert_eq!(staff.put_webhook(&put)?.status, 201);
    let canary = Canary::new("Empfaenger");
    let said = canary.text();
    let before = world.relay.memory()?;

    // The head says how it ends; the rest is not read.
    receiver.rant(&format!("HTTP/1.1 200 {said}\r\nx-word: {said}\r\n\r\n{said}"), "x", false)?;
    let taken = tried(&staff, put.id)?;
    assert_eq!((taken.outcome, taken.status), (Outcome::Delivered, Some(200)));
    receiver.left()?;
    receiver.rant(&format!("HTTP/1.1 503 {said}\r\nretry-after: {said}\r\n\r\n{said}"), "x", true)?;
    let refused = tried(&staff, put.id)?;
    assert_eq!((refused.outcome, refused.status), (Outcome::Failing, Some(503)));
    receiver.left()?;

    // A head without end, fast and slow, and answers before the answer.
    for (begin, again, slow) in [
        ("HTTP/1.1 200 OK\r\n", "x-more: x\r\n", false),
        ("HTTP/1.1 200 OK\r\nx-long: ", "x", false),
        ("HTTP/1.1 200 OK\r\nx-slow: ", "x", true),
        ("HTTP/1.1 103 Early Hints\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\n", true),
    ] {
        receiver.rant(begin, again, slow)?;
        let tried = tried(&staff, put.id)?;
        let away = matches!(tried.outcome, Outcome::Unreachable | Outcome::TimedOut | Outcome::Failing);
        ensure!(away, "{begin}: {tried:?}");
        receiver.left()?;
    }
    // No head at all, one that says nothing, and one with a byte that no head has.
    for begin in [
        format!("{said}\r\n\r\n"),
        "\0\0\0\0".to_owned(),
        "HTTP/1.1 2OO OK\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nx: \0{said}\r\n\r\n"),
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n".to_owned(),
    ] {
        receiver.rant(&begin, "x", true)?;
        let tried = tried(&staff, put.id)?;
        ensure!(tried.outcome != Outcome::Redirect && tried.outcome != Outcome::Gone, "{begin:?}: {tried:?}");
    }

    // Whoever is sound again is served as before, and nothing was kept of all this.
    receiver.answer(204)?;
    assert_eq!(tried(&staff, put.id)?.outcome, Outcome::Delivered);
    let grown = world.relay.memory()?.saturating_sub(before);
    ensure!(grown < MEMORY, "{grown} bytes more");
    let log = format!("{:?}{:?}", staff.deliveries()?, staff.webhooks()?);
    assert_eq!(canary.found_in(log.as_bytes()), None, "a word of a receiver in the log");
    world.relay.holds_none(&[canary])
}
