//! What the relay keeps, logs, forwards and puts into headers and addresses.

use anyhow::Result;
use einwurf_protocol::{
    api::{header, path},
    ids::MessageId,
    message::{Draft, Wish},
    notice::Register,
    openapi::operations,
};
use einwurf_tests::{
    canary::Canary,
    http::Reply,
    random,
    seed::{self, bearer},
    visitor::{Address, Visitor, solved},
    world::World,
};

/// Method and path of every route there is.
fn routes() -> impl Iterator<Item = (&'static str, &'static str)> {
    operations().map(|operation| (operation.method, operation.path))
}

fn strict(reply: &Reply, what: &str) {
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{what}");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{what}");
    let csp = reply.header("content-security-policy").unwrap_or_default();
    assert!(csp.starts_with("default-src 'none'"), "{what}: {csp}");
    assert!(
        !csp.contains("unsafe-inline") && !csp.contains("'unsafe-eval'") && !csp.contains('*'),
        "{what}: {csp}"
    );
    assert_eq!(reply.header("set-cookie"), None, "{what}");
    assert_eq!(reply.header("access-control-allow-credentials"), None, "{what}");
}

#[test]
fn met_06_every_route_sends_the_security_headers() -> Result<()> {
    let world = World::quiet("headers")?;
    let site = world.site()?;
    let http = world.http();
    for (method, path) in routes() {
        for headers in [vec![], vec![(header::SITE, site.address.as_str())]] {
            let reply = http.send(method, path, &headers, (method != "GET").then_some(b"{}"))?;
            let what = format!("{method} {path}: {}", reply.status);
            strict(&reply, &what);
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{what}");
            assert_ne!(reply.status, 500, "{what}");
        }
        let preflight = [("origin", "null"), ("access-control-request-method", method)];
        let reply = http.send("OPTIONS", path, &preflight, None)?;
        strict(&reply, path);
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{path}");
    }
    for (method, path) in [("GET", "/v1/none"), ("DELETE", path::EVENTS), ("GET", "/none"), ("POST", "/")] {
        let reply = http.send(method, path, &[], None)?;
        assert!([404, 405].contains(&reply.status), "{method} {path}: {}", reply.status);
        strict(&reply, path);
    }
    Ok(())
}

#[test]
fn met_06_files_are_immutable_and_pages_are_strict() -> Result<()> {
    let world = World::quiet("files")?;
    let release = seed::release()?;
    let assets = [&release.widget, &release.inbox].map(|app| [&app.script, &app.wasm, &app.style]);
    for asset in assets.iter().flatten() {
        let reply = world.http().get(&asset.path, &[])?;
        assert_eq!(reply.status, 200, "{}", asset.path);
        strict(&reply, &asset.path);
        let cached = reply.header("cache-control").unwrap_or_default();
        assert!(
            cached.contains("immutable") && cached.contains("max-age=31536000"),
            "{}: {cached}",
            asset.path
        );
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{}", asset.path);
        // What travels is smaller for whoever takes it so, and the same file.
        let packed = world.http().get(&asset.path, &[("accept-encoding", "gzip, br")])?;
        strict(&packed, &asset.path);
        assert_eq!((packed.header("content-encoding"), reply.header("content-encoding")), (Some("br"), None));
        assert!(packed.body.len() < reply.body.len() / 2, "{}: {} bytes", asset.path, packed.body.len());
        assert!(xtask::packed::unpack(&packed.body)? == reply.body, "{}", asset.path);
        for header in ["cache-control", "content-type", "vary", "access-control-allow-origin"] {
            assert_eq!(packed.header(header), reply.header(header), "{}: {header}", asset.path);
        }
    }
    let link = world.site()?.link;
    let page =
        link.split('#').next().unwrap_or_default().trim_start_matches(&world.relay.origin()).to_owned();
    let reply = world.http().get(&page, &[])?;
    assert_eq!(reply.status, 200, "{page}");
    strict(&reply, &page);
    Ok(())
}

/// Whether a path or query holds something that could name a person, a conversation or a site.
fn identifies(address: &str) -> bool {
    let before_fragment = address.split('#').next().unwrap_or_default();
    let path = before_fragment.splitn(4, '/').nth(3).unwrap_or_default();
    before_fragment.contains('?')
        || path.split(['/', '.', '-', '_']).any(|part| {
            part.len() >= 16
                && part.bytes().any(|b| b.is_ascii_digit())
                && part.bytes().any(|b| b.is_ascii_alphabetic())
        })
}

#[test]
fn met_03_the_setup_link_carries_its_secret_in_the_fragment() -> Result<()> {
    let world = World::quiet("setup-link")?;
    let site = world.site()?;
    assert!(!identifies(&site.link), "{}", site.link);
    let (before, fragment) = site.link.split_once('#').unwrap();
    let secret = site.setup.to_string();
    assert!(fragment.contains(&secret) && !before.contains(&secret) && !before.contains(&site.address));
    Ok(())
}

/// A header that a proxy or a browser might send, with a value that nobody else has.
fn traces() -> Vec<(&'static str, Canary)> {
    let address = |first: u8| {
        let [a, b, c] = random::bytes::<3>();
        Canary::of(&format!("{first}.2{:02}.1{:02}.1{:02}", a % 50, b % 90, c % 90))
    };
    vec![
        ("cf-connecting-ip", address(203)),
        ("x-forwarded-for", address(198)),
        ("x-real-ip", address(192)),
        ("true-client-ip", address(100)),
        ("forwarded", Canary::new("for=spur")),
        ("user-agent", Canary::new("Spurbrowser/")),
        ("accept-language", Canary::new("xx-Spur")),
        ("referer", Canary::new("https://spur.example/")),
        ("cookie", Canary::new("spur=")),
        ("cf-ipcountry", Canary::new("SpurLand")),
        ("cf-ray", Canary::new("spurray")),
        ("sec-ch-ua", Canary::new("SpurUA")),
        ("origin", Canary::new("https://spurseite.example/")),
    ]
}

#[test]
fn met_01_nothing_about_the_asker_is_stored_logged_or_forwarded() -> Result<()> {
    let mut world = World::with_mail("met-01")?;
    let site = world.site()?;
    let traces = traces();
    let plain: Vec<(&str, &str)> = traces.iter().map(|(name, canary)| (*name, canary.text())).collect();
    let http = world.http();

    // Every route, with nothing else: refused or answered, and nothing of it kept.
    for (method, path) in routes() {
        http.send(method, path, &plain, (method != "GET").then_some(b"{\"v\":"))?;
    }
    // The whole way of a message, with traces in every request.
    let mut visitor = world.visitor(&site)?;
    let ticket: einwurf_protocol::api::visitor::Ticket =
        http.post_empty(path::TICKETS, &[&plain[..], &[(header::SITE, &site.address)]].concat())?.json()?;
    visitor.address = Some(ticket.conversation.clone());
    let token = bearer(visitor.conversation.token());
    let event = visitor.seal("Guten Tag")?;
    let own = [
        (header::SITE, site.address.as_str()),
        (header::TICKET, &ticket.ticket),
        (header::WORK, &solved(&ticket.work)?),
        (header::AUTHORIZATION, &token),
    ];
    http.post(path::CONVERSATIONS, &[&plain[..], &own].concat(), &visitor.opening(event))?.ok()?;
    let staff = world.staff(&site)?;
    let page = staff.call("GET", path::INBOX, &plain, None)?;
    assert_eq!(page.status, 200);
    let mail = world.smtp()?.mail()?;
    for (name, canary) in &traces {
        assert_eq!(canary.found_in(mail.raw.as_bytes()), None, "{name} in the mail");
        assert_eq!(canary.found_in(&page.body), None, "{name} in the list");
    }
    let canaries: Vec<_> = traces.into_iter().map(|(_, canary)| canary).collect();
    world.relay.holds_none(&canaries)
}

#[test]
fn enc_01_text_name_and_contact_details_rest_nowhere_in_the_clear() -> Result<()> {
    let mut world = World::with_mail("enc-01")?;
    let site = world.site()?;
    let [text, name, host, phone] = ["Kanarientext", "Kanariename", "kanarie", "0155"].map(Canary::new);
    let phone = Canary::of(&phone.text().bytes().map(|b| char::from(b'0' + b % 10)).collect::<String>());
    let draft = Draft {
        text: format!("Guten Tag, {}. Ünïcode.", text.text()),
        name: name.text().to_owned(),
        email: format!("a@{}.example", host.text()),
        phone: phone.text().to_owned(),
        wish: Some(Wish::Email),
    };
    let mut visitor = Visitor::agree(&world.http(), &Address::from(&site), Register::En)?;
    let ticket = visitor.ticket()?.ticket;
    let event = visitor.seal_draft(&draft, MessageId(random::bytes()))?;
    let reply = visitor.post_open(&ticket, &visitor.opening(event.clone()))?;
    reply.ok()?;
    visitor.conversation.accepted(&event)?;
    visitor.write(text.text())?;

    let canaries = [text, name, host, phone];
    let mail = world.smtp()?.mail()?;
    for canary in &canaries {
        assert_eq!(canary.found_in(mail.raw.as_bytes()), None);
        assert_eq!(canary.found_in(&reply.body), None);
    }
    world.relay.holds_none(&canaries)?;

    // The staff read every field.
    let staff = world.staff(&site)?;
    let thread = staff.read(&visitor.address.clone().unwrap())?;
    let message = &thread.entries[0].payload.as_ref().unwrap().message;
    assert_eq!((message.name(), message.email()), (Some(draft.name.as_str()), Some(draft.email.as_str())));
    assert_eq!((message.phone(), message.wish()), (Some(draft.phone.as_str()), Some(Wish::Email)));
    Ok(())
}

#[test]
fn met_01_secrets_of_visitors_and_staff_do_not_rest_in_the_clear() -> Result<()> {
    let mut world = World::quiet("secrets")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let staff = world.staff(&site)?;
    let secrets = [
        visitor.conversation.token().to_string(),
        staff.session.session.to_string(),
        site.setup.to_string(),
        site.plan.password.clone(),
        world.relay.operator_token().to_owned(),
    ];
    let mut canaries: Vec<_> = secrets.iter().map(|secret| Canary::of(secret)).collect();
    // Raw bytes too: a BLOB column would hold them so.
    for bytes in [visitor.conversation.token().0, staff.session.session.0, site.setup.0] {
        canaries.push(Canary::of_bytes(&bytes));
    }
    world.relay.holds_none(&canaries)?;
    world.relay.restart()?;
    world.relay.holds_none(&canaries)
}
