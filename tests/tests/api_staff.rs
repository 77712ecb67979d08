//! Set-up, login, sessions, list, marks: the staff's side of the API.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::Result;
use einwurf_protocol::{
    api::{
        header,
        login::{LoginFinish, Publication},
        path,
        staff::{MailHealth, Mark},
    },
    codec::to_base64url,
    ids::{MessageId, Thumbprint},
    limits::{MANIFEST_SECONDS, PAGE},
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    device::Device,
    http::Http,
    plan::Plan,
    random,
    seed::{self, bearer},
    staff::{Who, finish, knock},
    visitor::{Address, Visitor},
    world::World,
};

#[test]
fn only_the_operator_creates_sites() -> Result<()> {
    let world = World::quiet("operator")?;
    let files = world.relay.files();
    let wrong = bearer(to_base64url(&random::bytes::<32>()));
    for token in [wrong.as_str(), "Bearer ", "", "Basic eDp5"] {
        let reply = world.http().post_empty(path::SITES, &[(header::AUTHORIZATION, token)])?;
        assert_eq!(reply.code()?, Some(Code::Unauthorized), "{token}");
    }
    assert_eq!(world.http().post_empty(path::SITES, &[])?.code()?, Some(Code::Unauthorized));
    assert_eq!(world.relay.files(), files);
    assert_eq!(
        world
            .http()
            .post_empty(path::SITES, &[(header::AUTHORIZATION, &bearer(world.relay.operator_token()))])?
            .status,
        201
    );
    Ok(())
}

#[test]
fn a_setup_link_survives_being_looked_at_and_is_used_up_by_the_setup() -> Result<()> {
    let world = World::quiet("setup-once")?;
    let fresh = seed::create(&world.http(), world.relay.operator_token())?;
    let (page, _) = fresh.new.link.split_once('#').unwrap();
    let page = page.trim_start_matches(&world.relay.origin());
    let secret = bearer(fresh.new.setup);
    let headers = [(header::SITE, fresh.new.site.as_str()), (header::AUTHORIZATION, &secret)];
    for method in ["GET", "HEAD"] {
        world.http().send(method, page, &[], None)?.ok()?;
        for path in [path::SETUP, path::SETUP_START] {
            assert_eq!(world.http().send(method, path, &headers, None)?.status, 405, "{method} {path}");
        }
    }
    // The first step consumes nothing, however often it is taken.
    let plan = Plan::default();
    fresh.start(&plan)?;
    let (body, site) = fresh.body(plan.clone(), fresh.start(&plan)?)?;
    assert_eq!(fresh.finish(&body)?.status, 201);
    world.staff(&site)?;

    let files = world.relay.files();
    let again = fresh.finish(&body)?;
    assert!([401, 409].contains(&again.status), "{}", again.text());
    assert!(fresh.start(&plan).is_err());
    assert_eq!(world.relay.files(), files);
    world.staff(&site)?;
    Ok(())
}

#[test]
fn a_wrong_setup_secret_sets_nothing_up() -> Result<()> {
    let world = World::quiet("setup-secret")?;
    let mut fresh = seed::create(&world.http(), world.relay.operator_token())?;
    let secret = std::mem::replace(&mut fresh.new.setup, einwurf_protocol::ids::Secret(random::bytes()));
    assert!(fresh.start(&Plan::default()).is_err());
    fresh.new.setup = secret;
    fresh.set_up(Plan::default())?;
    Ok(())
}

/// A change of what is published, and why it must be refused.
type Unsound = (&'static str, fn(&seed::Site, &mut Publication) -> Result<()>);

const UNSOUND: &[Unsound] = &[
    ("another relay's origin", |site, publication| {
        publication.manifests[0] =
            site.resign(|m| m.relay.origins = vec!["https://other.example".to_owned()])?;
        Ok(())
    }),
    ("another log key", |site, publication| {
        publication.manifests[0] = site.resign(|m| m.relay.log_key = site.key.public())?;
        Ok(())
    }),
    ("another site's thumbprint", |site, publication| {
        publication.manifests[0] = site.resign(|m| m.site = Thumbprint([7; 32]))?;
        Ok(())
    }),
    ("a notice that is not there", |_, publication| {
        publication.notices.pop();
        Ok(())
    }),
    ("another notice", |_, publication| {
        publication.notices[0] = publication.notices[0].replace("90", "91");
        Ok(())
    }),
    ("a roster that the manifest does not name", |_, publication| {
        publication.roster.push('A');
        Ok(())
    }),
    ("another profile", |_, publication| {
        publication.facts.profile = einwurf_protocol::settings::Profile::CloudflareDirect;
        Ok(())
    }),
    ("another host", |_, publication| {
        "Andere GmbH".clone_into(&mut publication.facts.host_name);
        Ok(())
    }),
    ("no retention", |_, publication| {
        publication.facts.days = 366;
        Ok(())
    }),
    ("an inbox key with another id", |site, publication| {
        publication.manifests[0] = site.resign(|m| m.inbox_key.public.reverse())?;
        Ok(())
    }),
    ("an expired manifest", |site, publication| {
        let change = |m: &mut einwurf_protocol::manifest::Manifest| {
            m.exp = now().minus(3 * DAY);
            m.nbf = m.exp.minus(MANIFEST_SECONDS);
        };
        publication.manifests[0] = site.resign(change)?;
        Ok(())
    }),
    ("a future manifest", |site, publication| {
        publication.manifests[0] = site.resign(|m| m.nbf = now().plus(3 * DAY))?;
        Ok(())
    }),
];

#[test]
fn loc_03_an_unsound_publication_is_refused_and_the_link_still_works() -> Result<()> {
    let world = World::quiet("publication")?;
    let fresh = seed::create(&world.http(), world.relay.operator_token())?;
    let plan = Plan::default();
    let (body, site) = fresh.body(plan.clone(), fresh.start(&plan)?)?;
    for (what, change) in UNSOUND {
        let mut bad = body.clone();
        change(&site, &mut bad.publication)?;
        let reply = fresh.finish(&bad)?;
        assert_eq!(reply.status, 400, "{what}: {}", reply.text());
        let manifest = world.http().get(path::MANIFEST, &[(header::SITE, &site.address)])?;
        assert_eq!(manifest.status, 404, "{what} was published");
    }
    assert_eq!(fresh.finish(&body)?.status, 201);
    Ok(())
}

#[test]
fn a_wrong_password_and_an_unknown_account_look_alike() -> Result<()> {
    let world = World::quiet("login")?;
    let site = world.site()?;
    let http = world.http();
    let device = Device::new();
    let shape = |account: &str, password: &str| -> Result<_> {
        let who = Who { site: &site.address, account, password };
        let knock = knock(&http, &who, &device)?;
        assert!(knock.last.is_none(), "{account} got in");
        let started: einwurf_protocol::api::login::LoginStarted = knock.started.json()?;
        let mut headers = knock.started.headers.clone();
        headers.retain(|(name, _)| name != "date");
        let last = LoginFinish { login: started.login, ke3: vec![7; 64] };
        let finish = finish(&http, &site.address, &device, &last)?;
        assert_eq!(finish.code()?, Some(Code::Unauthorized));
        Ok((knock.bits, knock.started.status, headers, started.ke2.len(), finish.status, finish.body))
    };
    let wrong = shape(&site.plan.account, "falsches Passwort")?;
    let unknown = shape("niemand@fensterbau.example", "falsches Passwort")?;
    assert_eq!(wrong, unknown);
    // An unknown account gets the same fake record each time, as a known one its own (RFC 9807, 10.9).
    world.staff(&site)?;
    Ok(())
}

#[test]
fn a_login_step_works_once_and_only_for_its_own_login() -> Result<()> {
    let world = World::quiet("login-steps")?;
    let site = world.site()?;
    let http = world.http();
    let device = &site.device;
    let (last, _) = knock(&http, &site.who(), device)?.last.unwrap();
    let foreign = LoginFinish { login: MessageId(random::bytes()), ke3: last.ke3.clone() };
    assert_eq!(finish(&http, &site.address, device, &foreign)?.code()?, Some(Code::Unauthorized));
    assert_eq!(finish(&http, &site.address, device, &last)?.status, 200);
    assert_eq!(finish(&http, &site.address, device, &last)?.code()?, Some(Code::Unauthorized));
    Ok(())
}

#[test]
fn a_session_ends_with_the_logout_and_survives_a_restart() -> Result<()> {
    let mut world = World::quiet("session")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    assert!(staff.session.expires > now());
    staff.list()?;
    world.relay.restart()?;
    staff.list()?;
    assert_eq!(staff.logout()?.status, 204);
    for (method, path) in [("GET", path::INBOX), ("GET", path::INBOX_HEALTH), ("GET", path::INBOX_MAIL)] {
        assert_eq!(staff.call(method, path, &[], None)?.code()?, Some(Code::Unauthorized), "{path}");
    }
    Ok(())
}

#[test]
fn a_session_of_one_site_opens_no_other() -> Result<()> {
    let world = World::quiet("two-sites")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut visitor = world.visitor(&other)?;
    visitor.open("nicht für euch")?;
    let staff = world.staff(&site)?;
    let token = bearer(staff.session.session);
    let address = visitor.address.clone().unwrap();
    for site in [&other.address, &site.address] {
        let url = format!("{}{}", world.relay.origin(), path::INBOX_CONVERSATION);
        let (name, proof) = staff.device.proof("GET", &url, Some(&staff.session.session.to_string()));
        let headers = [
            (header::SITE, site.as_str()),
            (header::CONVERSATION, &address),
            (header::AUTHORIZATION, &token),
            (name, &proof),
        ];
        let reply = world.http().get(path::INBOX_CONVERSATION, &headers)?;
        assert!([401, 404].contains(&reply.status), "{}", reply.text());
    }
    Ok(())
}

#[test]
fn the_list_is_newest_first_in_pages_and_counts_unread() -> Result<()> {
    let world = World::quiet("pages")?;
    let site = world.site()?;
    let count = usize::try_from(PAGE)? + 1;
    let mut addresses = Vec::new();
    for number in 0..count {
        let mut visitor = world.visitor(&site)?;
        visitor.open(&format!("Nummer {number}"))?;
        addresses.push(visitor.address.clone().unwrap());
    }
    let staff = world.staff(&site)?;
    // The outbox announces in the background.
    einwurf_tests::pace::until("every conversation in the list", || {
        Ok((staff.list()?.len() == count).then_some(()))
    })?;
    let page = staff.page(None)?;
    assert_eq!((page.conversations.len(), page.unread), (usize::try_from(PAGE)?, u32::try_from(count)?));
    let list = staff.list()?;
    assert!(list.windows(2).all(|pair| pair[0].newest >= pair[1].newest));
    let mut listed: Vec<_> = list.iter().map(|entry| entry.cid).collect();
    listed.sort();
    listed.dedup();
    assert_eq!(listed.len(), count);
    Ok(())
}

#[test]
fn read_never_counts_down_and_done_opens_again() -> Result<()> {
    let world = World::quiet("marks")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("eins")?;
    let accepted = visitor.write("zwei")?;
    let staff = world.staff(&site)?;
    staff.newest()?;
    let entry = || -> Result<_> { Ok(staff.list()?[0].clone()) };
    einwurf_tests::pace::until("two events", || Ok((entry()?.events == 2).then_some(())))?;
    assert_eq!(entry()?.deleted, accepted.deleted);
    let address = entry()?.conversation;
    assert_eq!(staff.texts(&address)?, ["eins", "zwei"]);
    for (mark, read, done) in [
        (Mark { read: Some(2), done: None }, 2, false),
        (Mark { read: Some(1), done: Some(true) }, 2, true),
        (Mark { read: None, done: Some(false) }, 2, false),
    ] {
        assert_eq!(staff.mark(&address, &mark)?.status, 204);
        let entry = entry()?;
        assert_eq!((entry.read, entry.done), (read, done));
    }
    assert_eq!(staff.page(None)?.unread, 0);
    visitor.write("drei")?;
    einwurf_tests::pace::until("the third event", || Ok((staff.page(None)?.unread == 1).then_some(())))?;
    assert_eq!(staff.health()?.mail, MailHealth::Off);
    Ok(())
}

#[test]
fn everything_is_there_after_a_restart() -> Result<()> {
    let mut world = World::quiet("restart")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("vorher")?;
    world.relay.restart()?;
    let http: Http = world.http();
    visitor.reconnect(&http);
    visitor.write("nachher")?;
    let mut late =
        Visitor::agree(&http, &Address::from(&site), einwurf_protocol::notice::Register::DeInformal)?;
    late.open("auch da")?;
    let staff = world.staff(&site)?;
    assert_eq!(staff.texts(&visitor.address.clone().unwrap())?, ["vorher", "nachher"]);
    Ok(())
}

#[test]
fn loc_03_a_wrong_configuration_does_not_serve() -> Result<()> {
    for (name, value) in
        [("EINWURF_PROFILE", "cloudflare-direct"), ("EINWURF_PROFILE", ""), ("EINWURF_ADDRESS_KEY", "kurz")]
    {
        let vars = [(name.to_owned(), value.to_owned())].into();
        let options = einwurf_tests::relay::Options { vars, ..Default::default() };
        let world = World::start("wrong-config", &options)?;
        let files = world.relay.files();
        let token = bearer(world.relay.operator_token());
        let reply = world.http().post_empty(path::SITES, &[(header::AUTHORIZATION, &token)])?;
        assert!(reply.status >= 500, "{name}={value}: {}", reply.status);
        assert_eq!(world.relay.files(), files, "{name}={value}");
    }
    Ok(())
}
