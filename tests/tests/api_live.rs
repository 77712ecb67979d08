//! A visitor's live connection: told within a second that there is something to look at, and nothing else.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{path, staff::Changed},
    limits::LIVE_VISITORS,
    live::{CLOSE_CREDENTIALS, CLOSE_FORM, CLOSE_REPLACED, PING, PONG, SUBPROTOCOL},
    message::Act,
    problem::Code,
};
use einwurf_tests::{
    files::Sealed,
    live::{Heard, Live},
    pace,
    visitor::Visitor,
    world::World,
};
use std::time::{Duration, Instant};

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

/// A ping that is answered says that nothing else waits before it.
fn is_quiet(live: &mut Live) -> Result<()> {
    live.say(PING)?;
    assert_eq!(live.hear()?, Heard::Said(PONG.to_owned()));
    Ok(())
}

#[test]
fn whatever_happens_is_told_within_a_second_in_every_tab() -> Result<()> {
    let world = World::quiet("live")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let photo = Sealed::of(9)?;
    visitor.open_with("Hallo", std::slice::from_ref(&photo))?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    let (mut first, mut second) = (visitor.live()?, visitor.live()?);
    let mut took = Vec::new();
    let mut told = |what: &str| -> Result<()> {
        let started = Instant::now();
        for live in [&mut first, &mut second] {
            live.look().with_context(|| what.to_owned())?;
        }
        took.push(started.elapsed());
        Ok(())
    };
    let offer = Sealed::of(9)?;
    staff.answer_with(&conversation, "Unser Angebot.", std::slice::from_ref(&offer))?;
    told("an answer")?;
    staff.put_file(&conversation, &offer)?;
    told("its file")?;
    pace::until("the answer in the list", || {
        Ok(staff.list()?.first().filter(|entry| entry.events == 2).map(drop))
    })?;
    let mut member = staff.live()?;
    visitor.put_file(&photo)?;
    told("a file from another tab")?;
    // Nothing is announced of it, and members hear of it nevertheless.
    member.until(&Changed::Conversation { conversation: conversation.clone() })?;
    visitor.reload()?;
    visitor.write("Danke.")?;
    told("a message from another tab")?;
    staff.act(&conversation, Act::Erase { parts: vec![0] })?.ok()?;
    told("an act")?;
    // What changes nothing is not told.
    staff.fetch(&conversation)?;
    staff.put_part(&conversation, offer.id(), 0, &offer.ciphertext)?.ok()?;
    [&mut first, &mut second].into_iter().try_for_each(is_quiet)?;
    // A machine may have other things to do at times, but not most of the time.
    took.sort();
    let usual = took.get(took.len() / 2).context("nothing was told")?;
    assert!(*usual < Duration::from_secs(1), "{took:?}");
    Ok(())
}

#[test]
fn at_the_end_it_is_told_and_closed_and_not_opened_again() -> Result<()> {
    let world = World::quiet("live-end")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    for by_staff in [false, true] {
        let mut visitor = world.visitor(&site)?;
        visitor.open("Bitte vergessen.")?;
        let conversation = address(&visitor)?;
        pace::until("the conversation in the list", || {
            Ok(staff.list()?.iter().any(|entry| entry.conversation == conversation).then_some(()))
        })?;
        let mut live = visitor.live()?;
        if by_staff {
            staff.erase(&conversation)?.ok()?;
        } else {
            visitor.withdraw()?;
        }
        live.look()?;
        assert_eq!(live.closed()?, CLOSE_CREDENTIALS);
        let refused = Live::ask(&world.http(), path::LIVE, &visitor.protocols()?, &[])?;
        assert_eq!(refused.err().context("opened")?.code()?, Some(Code::Gone));
    }
    Ok(())
}

#[test]
fn nobody_listens_without_the_token() -> Result<()> {
    let world = World::quiet("live-strangers")?;
    let site = world.site()?;
    let (mut visitor, mut other) = (world.visitor(&site)?, world.visitor(&site)?);
    visitor.open("Meins.")?;
    other.open("Auch meins.")?;
    let (conversation, token) = (address(&visitor)?, *visitor.conversation.token());
    let unopened = world.visitor(&site)?.ticket()?.conversation;
    let code = |protocols: &str, more: &[(&str, &str)]| -> Result<_> {
        let refused = Live::ask(&world.http(), path::LIVE, protocols, more)?.err();
        let refused = refused.with_context(|| format!("opened with {protocols}"))?;
        let problem = refused.problem()?;
        Ok((problem.code, problem.field))
    };
    let unauthorized = (Code::Unauthorized, None);
    assert_eq!(code(&format!("{SUBPROTOCOL}, {unopened}, {token}"), &[])?, unauthorized);
    let files = world.relay.files();
    for wrong in [
        format!("{SUBPROTOCOL}, {conversation}, {}", other.conversation.token()),
        format!("{SUBPROTOCOL}, {}, {token}", site.address),
        format!("{SUBPROTOCOL}, {conversation}, x"),
        format!("{SUBPROTOCOL}, {conversation}"),
        format!("{SUBPROTOCOL}, {conversation}, {token}, x"),
        SUBPROTOCOL.to_owned(),
    ] {
        assert_eq!(code(&wrong, &[])?, unauthorized, "{wrong}");
    }
    // Another page has no cookie to ride on, and other headers count for nothing.
    let bearer = format!("Bearer {token}");
    let page = [("origin", "https://evil.example"), ("cookie", "einwurf=1"), ("authorization", &bearer)];
    assert_eq!(code(SUBPROTOCOL, &page)?, unauthorized);
    let subprotocol = (Code::Malformed, Some("sec-websocket-protocol".to_owned()));
    assert_eq!(code(&format!("{conversation}, {token}"), &[])?, subprotocol);
    assert_eq!(code(&format!("einwurf.2, {conversation}, {token}"), &[])?, subprotocol);
    // Without an upgrade.
    let protocols = visitor.protocols()?;
    for method in ["GET", "HEAD"] {
        let plain = world.http().send(method, path::LIVE, &[("sec-websocket-protocol", &protocols)], None)?;
        assert_eq!(plain.status, 400, "{method}");
    }
    assert_eq!(world.relay.files(), files, "an object was made");
    Ok(())
}

#[test]
fn it_says_ping_and_nothing_else() -> Result<()> {
    let world = World::quiet("live-form")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    for text in ["", "Ping", "ping ", "pong", "look", "{}", &"x".repeat(100_000)] {
        let mut live = visitor.live()?;
        live.say(text)?;
        assert_eq!(live.closed()?, CLOSE_FORM, "{text:.9}");
    }
    let mut live = visitor.live()?;
    live.say_bytes(PING.as_bytes())?;
    assert_eq!(live.closed()?, CLOSE_FORM);
    // A flood of pings is answered, one of anything else ends only the connection that it comes from.
    let (mut flooding, mut calm) = (visitor.live()?, visitor.live()?);
    for _ in 0..2_000 {
        flooding.say(PING)?;
    }
    for _ in 0..2_000 {
        assert_eq!(flooding.hear()?, Heard::Said(PONG.to_owned()));
    }
    for _ in 0..2_000 {
        if flooding.say("x").is_err() {
            break;
        }
    }
    let staff = world.staff(&site)?;
    staff.newest()?;
    staff.answer(&address(&visitor)?, "Guten Tag.")?;
    calm.look()
}

#[test]
fn one_more_than_a_visitor_needs_ends_the_oldest() -> Result<()> {
    let world = World::quiet("live-many")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    let mut tabs = (0..LIVE_VISITORS).map(|_| visitor.live()).collect::<Result<Vec<_>>>()?;
    tabs.iter_mut().try_for_each(is_quiet)?;
    for _ in 0..3 {
        let mut oldest = tabs.remove(0);
        tabs.push(visitor.live()?);
        assert_eq!(oldest.closed()?, CLOSE_REPLACED);
        tabs.iter_mut().try_for_each(is_quiet)?;
    }
    let staff = world.staff(&site)?;
    staff.newest()?;
    staff.answer(&address(&visitor)?, "Guten Tag.")?;
    tabs.iter_mut().try_for_each(Live::look)
}

#[test]
fn it_is_told_after_the_object_was_out_of_memory_and_leaves_no_trace() -> Result<()> {
    let world = World::quiet("live-asleep")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    let mut live = visitor.live()?;
    // workerd puts an object out of memory that did nothing for ten seconds; a ping does not wake it.
    assert_eq!(live.within(Duration::from_secs(12))?, None);
    is_quiet(&mut live)?;
    staff.answer(&conversation, "Guten Tag.")?;
    live.look()?;
    let mut second = visitor.live()?;
    visitor.reload()?;
    visitor.write("Danke.")?;
    live.look()?;
    second.look()?;
    // MET-01: nothing of who listens is stored or logged.
    let token = visitor.conversation.token().to_string();
    let kept = [token.as_str(), &conversation, SUBPROTOCOL, "127.0.0.1"];
    let log = world.relay.log();
    for word in kept {
        assert!(!log.contains(word), "{word} in the log: {log}");
        for (file, bytes) in world.relay.storage() {
            assert!(memchr::memmem::find(&bytes, word.as_bytes()).is_none(), "{word} in {}", file.display());
        }
    }
    Ok(())
}
