//! Who gets in: addresses, tickets and tokens that are unknown, forged, used up or somebody else's.

use anyhow::Result;
use einwurf_protocol::{
    VERSION,
    api::{header, path, visitor::Append},
    codec::to_base64url,
    problem::Code,
};
use einwurf_tests::{random, seed::bearer, visitor::Address, world::World};

#[test]
fn what_does_not_exist_and_what_is_forbidden_look_alike_and_make_no_file() -> Result<()> {
    let world = World::quiet("indistinguishable")?;
    let site = world.site()?;
    let mut owner = world.visitor(&site)?;
    owner.open("eins")?;
    let mut visitor = world.visitor(&site)?;
    let body = visitor.opening(visitor.seal("Guten Tag")?);
    let used = {
        let mut other = world.visitor(&site)?;
        let ticket = other.ticket()?.ticket;
        other.post_open(&ticket, &other.opening(other.seal("x")?))?.ok()?;
        ticket
    };
    let random_address = to_base64url(&random::bytes::<48>());
    let forged = flip(&visitor.ticket()?.ticket);
    let good = visitor.ticket()?.ticket;
    let files = world.relay.files();

    let mut answers = Vec::new();
    for (ticket, code) in [
        (used.as_str(), Code::Unauthorized),
        (forged.as_str(), Code::Unauthorized),
        (random_address.as_str(), Code::Unauthorized),
        ("", Code::Unauthorized),
    ] {
        let reply = visitor.post_open(ticket, &body)?;
        assert_eq!(reply.code()?, Some(code), "{ticket}");
        answers.push(reply);
    }
    for site in [random_address.as_str(), &flip(&visitor.site.site), "", "!"] {
        let mut lost = Address { site: site.to_owned(), pin: visitor.site.pin };
        std::mem::swap(&mut lost, &mut visitor.site);
        let reply = visitor.post_open(&good, &body)?;
        std::mem::swap(&mut lost, &mut visitor.site);
        assert_eq!(reply.code()?, Some(Code::NotFound), "{site}");
    }
    // Somebody else's conversation, a forged address and an address of nothing: the same status and body.
    let mut replies = Vec::new();
    for address in [owner.address.clone().unwrap(), flip(&owner.address.clone().unwrap()), random_address] {
        visitor.address = Some(address);
        replies.push(visitor.append(&visitor.seal("x")?)?);
    }
    for reply in &replies {
        assert!([401, 404].contains(&reply.status), "{}", reply.text());
        let problem = reply.problem()?;
        assert_eq!((problem.detail, problem.field, problem.events), (None, None, None));
    }
    for pair in answers.windows(2) {
        assert_eq!((pair[0].status, &pair[0].body), (pair[1].status, &pair[1].body));
    }
    assert_eq!(world.relay.files(), files, "an address that leads nowhere made a file");
    world.staff(&site)?.count(2)?;
    Ok(())
}

/// Another character in the middle, still base64url of the same length.
fn flip(text: &str) -> String {
    let middle = text.len() / 2;
    let swapped =
        |(index, c): (usize, char)| if index == middle { if c == 'A' { 'B' } else { 'A' } } else { c };
    text.chars().enumerate().map(swapped).collect()
}

#[test]
fn a_wrong_token_is_401_for_reading_and_writing() -> Result<()> {
    let world = World::quiet("wrong-token")?;
    let site = world.site()?;
    let mut owner = world.visitor(&site)?;
    owner.open("eins")?;
    let address = owner.address.clone().unwrap();
    let event = owner.seal("zwei")?;
    let body = serde_json::to_vec(&Append { v: VERSION, event, grant: None, attachments: Vec::new() })?;
    let random_token = bearer(to_base64url(&random::bytes::<32>()));
    for token in [random_token.as_str(), "Bearer ", "Bearer x", "Basic eDp5", ""] {
        let headers = [
            (header::SITE, site.address.as_str()),
            (header::CONVERSATION, &address),
            (header::AUTHORIZATION, token),
        ];
        for (method, body) in [("GET", None), ("POST", Some(body.as_slice()))] {
            let reply = world.http().send(method, path::EVENTS, &headers, body)?;
            assert_eq!(reply.code()?, Some(Code::Unauthorized), "{method} {token}");
        }
    }
    assert_eq!(owner.read(None)?.events.len(), 1);
    Ok(())
}

#[test]
fn two_requests_with_one_ticket_open_one_conversation() -> Result<()> {
    let world = World::quiet("ticket-race")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let ticket = visitor.ticket()?.ticket;
    let bodies =
        (0..8).map(|n| Ok(visitor.opening(visitor.seal(&format!("{n}"))?))).collect::<Result<Vec<_>>>()?;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let sending = |body| {
            let (visitor, ticket) = (&visitor, &ticket);
            scope.spawn(move || visitor.post_open(ticket, body).map_or(0, |reply| reply.status))
        };
        let threads: Vec<_> = bodies.iter().map(sending).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    world.staff(&site)?.count(1)?;
    Ok(())
}
