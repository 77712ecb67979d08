//! `einwurf login`, `pull`, `reply` and `export`: a member's device without a screen, against the real relay.

#[path = "api_cli/keys.rs"]
mod keys;
#[path = "api_cli/kills.rs"]
mod kills;
#[path = "api_cli/place.rs"]
mod place;
#[path = "api_cli/watch.rs"]
mod watch;

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::path,
    codec::{hex, to_base64},
    ids::{Cid, MessageId},
    message::{Act, Draft},
};
use einwurf_tests::{
    cli::Machine,
    files::Sealed,
    http::Http,
    pace,
    plan::Plan,
    proxy::{Answered, Proxy, Verdict},
    random,
    relay::Options,
    seed::{self, Site},
    staff::Staff,
    visitor::{Address, Visitor},
    world::World,
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

const MAILDIR: [&str; 3] = ["pull", "--maildir", "mail"];

fn logged_in(world: &World, site: &Site, name: &str) -> Result<Machine> {
    let machine = Machine::new(name, &world.relay.origin())?;
    machine.log_in(&site.who(), &site.pin)?.with(0, "Logged in")?;
    Ok(machine)
}

fn cid(visitor: &Visitor) -> Cid {
    visitor.conversation.cid()
}

/// How often each text stands in the files.
fn counted(files: &[(std::path::PathBuf, Vec<u8>)], texts: &[String]) -> Vec<usize> {
    let all: Vec<_> = files.iter().map(|(_, bytes)| String::from_utf8_lossy(bytes)).collect();
    texts.iter().map(|text| all.iter().map(|file| file.matches(text.as_str()).count()).sum()).collect()
}

/// Visitors with messages; the texts, none of which is in another.
fn written(world: &World, site: &Site, staff: &Staff) -> Result<(Vec<Visitor>, Vec<String>)> {
    let (mut visitors, mut texts) = (Vec::new(), Vec::new());
    for number in 0..3 {
        let mut visitor = world.visitor(site)?;
        let text = |place: u32| format!("Nachricht-{number}-{place}.");
        visitor.open(&text(0))?;
        for place in 1..6 {
            visitor.write(&text(place))?;
        }
        texts.extend((0..6).map(text));
        visitors.push(visitor);
    }
    pace::until("all in the list", || {
        Ok((staff.list()?.iter().map(|it| it.events).sum::<u64>() == 18).then_some(()))
    })?;
    Ok((visitors, texts))
}

/// A ticket system empties the Maildir.
fn consume(machine: &Machine, to: &str) -> Result<()> {
    let to = machine.folder.path().join(to);
    fs::create_dir_all(&to)?;
    for (file, _) in machine.files("mail/new") {
        fs::rename(&file, to.join(file.file_name().context("a name")?))?;
    }
    Ok(())
}

#[test]
fn enc_01_every_message_is_handed_on_once_wherever_the_program_dies() -> Result<()> {
    let world = World::quiet("cli-pull")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (mut visitors, texts) = written(&world, &site, &staff)?;
    let machine = logged_in(&world, &site, "cli-pull-machine")?;
    // Six places of one message, twice: each time it dies there, and whoever reads the folder takes what is there.
    for place in (1..=6).cycle().take(12) {
        assert_eq!(machine.give(&MAILDIR, b"", Some(place))?.code, None, "it lives behind {place}");
        consume(&machine, "taken")?;
    }
    machine.run(&MAILDIR)?.with(0, "handed on")?;
    consume(&machine, "taken")?;
    assert_eq!(counted(&machine.files("taken"), &texts), [1; 18]);
    machine.run(&MAILDIR)?.with(0, "handed on: 0")?;
    assert!(machine.files("mail").is_empty(), "nothing is left in tmp");
    // The other places, each with a journal of its own.
    for (name, target, deaths) in
        [("mbox", ["--mbox", "box"], 5), ("json", ["--json", "json"], 6), ("exec", ["--exec", TAKES], 4)]
    {
        let machine = logged_in(&world, &site, &format!("cli-pull-{name}"))?;
        fs::create_dir_all(machine.folder.path().join("given"))?;
        let pull = [&["pull"], &target[..]].concat();
        for place in 1..=deaths {
            assert_eq!(machine.give(&pull, b"", Some(place))?.code, None, "{name} lives behind {place}");
        }
        machine.run(&pull)?.with(0, "handed on")?;
        let found = match name {
            "mbox" => vec![(Path::new("box").into(), fs::read(machine.folder.path().join("box"))?)],
            "json" => machine.files("json"),
            // What came again is said to, and has the same id: whoever keeps by id has it once.
            _ => machine.files("given"),
        };
        assert_eq!(counted(&found, &texts), [1; 18], "{name}");
        machine.run(&pull)?.with(0, "handed on: 0")?;
    }
    // What comes later goes on where it was, in the same thread.
    visitors[0].write("Noch etwas.")?;
    let pulled = || machine.run(&MAILDIR).map(|ended| ended.said.contains(": 1").then_some(()));
    pace::until("the next message", pulled)?;
    let [(_, mail)] = machine.files("mail/new").try_into().ok().context("one mail")?;
    let root = format!("In-Reply-To: <{}.0@einwurf.invalid>", hex(&cid(&visitors[0]).0));
    assert!(String::from_utf8_lossy(&mail).contains(&root));
    Ok(())
}

/// Keeps each message by its id, as a program does that must not have it twice.
const TAKES: &str = "cat > \"given/$EINWURF_MESSAGE_ID\"";

#[test]
fn a_device_that_was_ended_a_wrong_password_and_a_stolen_folder_open_nothing() -> Result<()> {
    let world = World::quiet("cli-device")?;
    let (site, other) = (world.site()?, world.site()?);
    world.visitor(&site)?.open("Geheim.")?;
    let staff = world.staff(&site)?;
    staff.count(1)?;
    let machine = Machine::new("cli-device-machine", &world.relay.origin())?;
    machine.run(&MAILDIR)?.with(2, "einwurf login")?;
    let who = site.who();
    let wrong = einwurf_tests::staff::Who { password: "falsch", ..who };
    machine.log_in(&wrong, &site.pin)?.with(5, "do not fit")?;
    machine.log_in(&who, &other.pin)?.with(4, "not what the site's key signed")?;
    machine
        .run(&["login", &world.relay.origin(), "--site", who.site, "--account", "x"])?
        .with(2, "thumbprint")?;
    machine.log_in(&who, &site.pin)?.with(0, "Logged in")?;
    // Whoever has the folder has no passphrase, and nothing of it stands there.
    for (path, bytes) in machine.files("state") {
        let text = String::from_utf8_lossy(&bytes);
        ensure!(!text.contains(who.password), "the password stands in {}", path.display());
    }
    machine.secret("passphrase", "eine andere Passphrase")?;
    machine.run(&MAILDIR)?.with(5, "passphrase")?;
    machine.secret("passphrase", "eine lange Passphrase")?;
    // The inbox shows it like any device, and ends it.
    let devices = staff.devices()?.devices;
    let device = devices.iter().find(|device| !device.current).context("the machine")?;
    assert_eq!((devices.len(), device.sessions), (2, 0));
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    staff.end_device(device.id)?.ok()?;
    machine.run(&MAILDIR)?.with(5, "does not know this device")?;
    assert_eq!(staff.devices()?.devices.len(), 1, "it did not come back by itself");
    Ok(())
}

#[test]
fn an_answer_and_a_mail_reach_the_visitor_once_and_an_end_is_passed_on() -> Result<()> {
    let world = World::quiet("cli-reply")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let ticket = visitor.ticket()?.ticket;
    let draft = Draft {
        text: "Wann haben Sie offen?".into(),
        name: "Anna\r\nBcc: alle@firma.example".into(),
        ..Draft::default()
    };
    let event = visitor.seal_draft(&draft, MessageId(random::bytes()))?;
    visitor.post_open(&ticket, &visitor.opening(event.clone()))?.ok()?;
    visitor.conversation.accepted(&event)?;
    let staff = world.staff(&site)?;
    staff.count(1)?;
    let machine = logged_in(&world, &site, "cli-reply-machine")?;
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    let [(_, mail)] = machine.files("mail/new").try_into().ok().context("one mail")?;
    let mail = String::from_utf8(mail)?;
    assert!(!mail.lines().any(|line| line.starts_with("Bcc:")), "{mail}");
    // By code, and as the mail of a ticket system, which delivers it twice.
    let (code, address) = (cid(&visitor).code(), visitor.address.clone().context("no address")?);
    machine.give(&["reply", &code], b"Bis 17 Uhr.\n", None)?.with(0, "sent")?;
    let answer = format!(
        "From: a@firma.example\r\nMessage-ID: <7@firma.example>\r\nIn-Reply-To: <{}.0@einwurf.invalid>\r\n\r\n\
         Freitags bis 15 Uhr.\r\n\r\n> Wann haben Sie offen?\r\n",
        hex(&cid(&visitor).0)
    );
    machine.give(&["reply", "--mail"], answer.as_bytes(), None)?.with(0, "was sent")?;
    machine.give(&["reply", "--mail"], answer.as_bytes(), None)?.with(0, "sent before")?;
    let texts: Vec<_> = visitor.reload()?.into_iter().filter_map(|event| event.text).collect();
    assert_eq!(texts, ["Wann haben Sie offen?", "Bis 17 Uhr.", "Freitags bis 15 Uhr."]);
    machine.give(&["reply", &code], b" \n", None)?.with(2, "no text")?;
    machine.give(&["reply", "AAAA-BBBB-CCCC"], b"Hallo", None)?.with(2, "no conversation")?;
    // What is written out is read again by `verify`.
    pace::until("a proof", || Ok(staff.proof(&address)?.filter(|proof| !proof.records.is_empty())))?;
    machine.run(&["export", "--out", "out"])?.with(0, "written: 1")?;
    let file = |name: &str| machine.folder.path().join("out").join(format!("{code}{name}"));
    let exported: Value = serde_json::from_slice(&fs::read(file(".json"))?)?;
    assert_eq!(exported["items"][2]["text"], "Freitags bis 15 Uhr.");
    let verified = std::process::Command::new(einwurf_tests::cli::einwurf()?)
        .args(["verify", &file(".proof.json").to_string_lossy(), "--pin", &site.pin.to_string()])
        .output()?;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    // Restricted: nothing is pulled, nothing answered. Withdrawn: whoever has copies is told, once.
    visitor.write("Danke.")?;
    staff.act(&address, Act::Restrict)?.ok()?;
    // The list may show the message first, and then it would be pulled.
    let entry = || -> Result<_> { Ok(staff.list()?.into_iter().find(|entry| entry.conversation == address)) };
    let restricted = || Ok(entry()?.filter(|entry| entry.restricted.is_some()).map(drop));
    pace::until("the restriction in the list", restricted)?;
    machine.run(&MAILDIR)?.with(1, "restricted")?;
    machine.give(&["reply", &code], b"Gern.", None)?.with(1, "restricted")?;
    staff.act(&address, Act::Lift)?.ok()?;
    let pulled = || machine.run(&MAILDIR).map(|ended| ended.said.contains(": 1").then_some(()));
    pace::until("the message after it", pulled)?;
    visitor.reload()?;
    visitor.withdraw()?;
    pace::until("the end", pulled)?;
    machine.run(&MAILDIR)?.with(0, "handed on: 0")?;
    assert_eq!(
        counted(&machine.files("mail/new"), &["Consent withdrawn".into(), "Conversation erased".into()]),
        [0, 1]
    );
    machine.give(&["reply", &code], b"Gern.", None)?.with(1, "erased")?;
    Ok(())
}

#[test]
fn a_message_waits_for_its_files_and_brings_them_along() -> Result<()> {
    let world = World::quiet("cli-files")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    let (content, name) = (random::bytes::<70_000>(), "../Foto\r\nX-Evil: 1.jpg");
    let file = Sealed::content(&cid(&visitor), &content, (name, "image/jpeg", "Ein Fenster"))?;
    visitor.open_with("Mit Foto.", std::slice::from_ref(&file))?;
    world.staff(&site)?.count(1)?;
    let machine = logged_in(&world, &site, "cli-files-machine")?;
    machine.run(&["pull", "--json", "json"])?.with(1, "on their way")?;
    ensure!(machine.files("json").is_empty(), "it did not wait");
    visitor.put_file(&file)?;
    machine.run(&["pull", "--json", "json"])?.with(0, "handed on: 1")?;
    let [(_, json)] = machine.files("json").try_into().ok().context("one file")?;
    let json: Value = serde_json::from_slice(&json)?;
    assert_eq!(json["files"][0]["content"], to_base64(&content));
    assert_eq!(json["files"][0]["description"], "Ein Fenster");
    // The same as a mail, on another machine.
    let machine = logged_in(&world, &site, "cli-files-mail")?;
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    let [(_, mail)] = machine.files("mail/new").try_into().ok().context("one mail")?;
    let mail = String::from_utf8(mail)?;
    let start = to_base64(&content[..30]);
    ensure!(mail.contains(&start) && !mail.lines().any(|line| line.starts_with("X-Evil")), "{}", mail.len());
    Ok(())
}

/// A relay that somebody stands before, with its first site.
fn before(name: &str) -> Result<(Proxy, World, Http, Site)> {
    let proxy = Proxy::start()?;
    let origin = format!("http://{}", proxy.address());
    let vars = BTreeMap::from([("EINWURF_ORIGIN".to_owned(), origin.clone())]);
    let world = World::start(name, &Options { vars, ..Options::default() })?;
    proxy.name("", &world.relay.host());
    let http = Http::new(&origin);
    let site = seed::site(&http, world.relay.operator_token(), Plan::default())?;
    Ok((proxy, world, http, site))
}

/// From now on an answer to a path is another.
fn lie(proxy: &Proxy, path: &'static str, change: impl Fn(&mut Value) + Clone + Send + Sync + 'static) {
    proxy.clear_rules();
    proxy.rule(move |asked| {
        let change = change.clone();
        if asked.path != path {
            return Verdict::Pass;
        }
        Verdict::Change(Box::new(move |answered: Answered| {
            let Ok(mut body) = serde_json::from_slice(&answered.body) else { return answered };
            change(&mut body);
            Answered { body: body.to_string().into_bytes(), ..answered }
        }))
    });
}

#[test]
fn a_relay_that_lies_is_told_and_nothing_is_written() -> Result<()> {
    let (proxy, world, http, site) = before("cli-hostile")?;
    let foreign = seed::site(&http, world.relay.operator_token(), Plan::default())?;
    let mut visitor =
        Visitor::agree(&http, &Address::from(&site), einwurf_protocol::notice::Register::DeFormal)?;
    visitor.open("Erste.")?;
    visitor.write("Zweite.")?;
    let mut staff = Staff::login(&http, &site)?;
    pace::until("both", || Ok(staff.list()?.first().is_some_and(|entry| entry.events == 2).then_some(())))?;
    let machine = Machine::new("cli-hostile-machine", http.origin())?;
    machine.log_in(&site.who(), &site.pin)?.with(0, "Logged in")?;
    let untouched = |part: &str| -> Result<()> {
        machine.run(&MAILDIR)?.with(4, part)?;
        ensure!(machine.files("mail").is_empty(), "something was written");
        Ok(())
    };
    // Another roster, another site's manifests, and both.
    let (roster, stock) = (foreign.publication.roster.clone(), foreign.publication.manifests.clone());
    let swapped = (roster.clone(), stock.clone());
    lie(&proxy, path::LOGIN_FINISH, move |body| body["roster"] = roster.clone().into());
    untouched("not what the site's key signed")?;
    lie(&proxy, path::LOGIN_FINISH, move |body| {
        (body["roster"], body["stock"]) = (swapped.0.clone().into(), swapped.1.clone().into());
    });
    untouched("keys do not open")?;
    // An event that was changed, one that is missing, and one twice.
    lie(&proxy, path::INBOX_CONVERSATION, |body| body["events"][1] = body["events"][0].clone());
    untouched("has a flaw")?;
    lie(&proxy, path::INBOX_CONVERSATION, |body| {
        body["events"].as_array_mut().map(|events| events.remove(0));
    });
    untouched("has a flaw")?;
    lie(&proxy, path::INBOX_CONVERSATION, |body| body["grants"] = Value::Array(Vec::new()));
    untouched("has a flaw")?;
    proxy.clear_rules();
    machine.run(&MAILDIR)?.with(0, "handed on: 2")?;
    // Later, the past as it was before; and the site as it was before a colleague's change.
    visitor.write("Dritte.")?;
    pace::until("three", || Ok(staff.list()?.first().is_some_and(|entry| entry.events == 3).then_some(())))?;
    lie(&proxy, path::INBOX_CONVERSATION, |body| {
        if let Some(events) = body["events"].as_array_mut() {
            events.truncate(1);
        }
    });
    machine.run(&MAILDIR)?.with(4, "another past")?;
    let former = serde_json::json!([staff.session.stock, staff.session.roster]);
    staff.publish(|says| says.display.name = "Fensterbau Neu".into())?;
    proxy.clear_rules();
    machine.run(&MAILDIR)?.with(0, "handed on: 1")?;
    lie(&proxy, path::LOGIN_FINISH, move |body| {
        (body["stock"], body["roster"]) = (former[0].clone(), former[1].clone());
    });
    machine.run(&MAILDIR)?.with(4, "older than what was seen")?;
    assert_eq!(machine.files("mail/new").len(), 3);
    // A network that knows requests alone: it is asked.
    proxy.clear_rules();
    let machine = Machine::new("cli-hostile-stays", http.origin())?;
    machine.log_in(&site.who(), &site.pin)?.with(0, "Logged in")?;
    machine.run(&["pull", "--json", "json"])?.with(0, "handed on: 3")?;
    watch::by_asking(&machine, || visitor.write("Vierte.").map(drop))
}
