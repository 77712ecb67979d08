//! Making a stored fixture with the present build.

use crate::fixture::{Fixture, KEYS, Kept, ORIGIN, PORT, STORAGE, Storage, endpoint, options, texts};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        staff::{Abuse, Arrives, MailSettings, MailWish, Right, Strictness},
        webhooks::WebhookSecret,
    },
    codec::to_base64url,
    ids::{Cid, MessageId},
    message::{Act, Reason},
    notice::Register,
    sheet::{Canned, Note, Sheet, TeamSheet},
};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{ANNA, PASSWORD, READ, SIGN, join_over},
    files::Sealed,
    http::Http,
    pace,
    plan::Plan,
    push::Browser,
    random,
    relay::vars,
    seed::{self, Site},
    smtp::Mode,
    staff::Staff,
    stored::sqlite,
    visitor::{Address, Visitor},
    webhooks::{webhook, world_with},
    world::World,
};
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// 32 bytes each, as the relay wants its secrets: whoever reads them sees what they are.
const SECRETS: [(&str, &[u8; 32]); 3] = [
    ("EINWURF_OPERATOR_TOKEN", b"kein Geheimnis, nur fuer Tests 1"),
    ("EINWURF_ADDRESS_KEY", b"kein Geheimnis, nur fuer Tests 2"),
    ("EINWURF_STORAGE_SECRET", b"kein Geheimnis, nur fuer Tests 3"),
];
/// Other than a new site has it.
const ABUSE: Abuse = Abuse { text_only: false, strictness: Strictness::Relaxed };
/// Tries until the relay is killed before it has delivered what it owes.
const TRIES: usize = 20;

/// Makes a site with whatever a relay stores, and puts its storage and what opens it into a folder.
pub(crate) fn make(into: &Path) -> Result<()> {
    let mut bindings = vars(ORIGIN, "");
    bindings.extend(SECRETS.map(|(name, secret)| (name.to_owned(), to_base64url(secret))));
    let token = bindings.get("EINWURF_OPERATOR_TOKEN").context("a token")?.clone();
    let (mut world, _, _) = world_with("fixture", options(&bindings, None))?;
    // Mails wait, and so does what webhook and browser are to be told, since nobody listens.
    world.smtp()?.mode(Mode::RefuseLater)?;
    let http = world.http().known_as(ORIGIN);
    let site = seed::site(&http, &token, Plan::default())?;
    let old = yesterday(&mut world, &site, &http)?;
    let mut admin = Staff::login(&http, &site)?;
    let anna = join_over(&http, &site, &mut admin, READ)?;
    let office = Office { http, site, admin, anna };
    let (webhook, browser) = office.listens()?;
    let mut conversations = office.conversations()?;
    conversations.insert("old".to_owned(), office.keep(old, 1, None)?);
    let sheets = office.notes(&conversations)?;
    let mail = office.admin.mail()?;
    conversations.extend(last(&mut world, &office)?);
    let fixture = Fixture {
        made: now(),
        bindings,
        site: office.site.address.clone(),
        pin: office.site.pin,
        members: [
            (office.site.plan.account.clone(), office.site.plan.password.clone()),
            (ANNA.to_owned(), PASSWORD.to_owned()),
        ],
        conversations,
        webhook,
        browser,
        sheets,
        mail,
        abuse: ABUSE,
    };
    pack(&world, &fixture, into)
}

/// A conversation of the day before, which has a signed head by now.
fn yesterday(world: &mut World, site: &Site, http: &Http) -> Result<Visitor> {
    let staff = Staff::login(http, site)?;
    let heads = Some("datenschutz@fensterbau.example".to_owned());
    staff.set_mail(&MailSettings { heads, ..staff.mail()? })?.ok()?;
    let mut visitor = Visitor::agree(http, &Address::from(site), Register::DeFormal)?;
    visitor.open("Gestern gefragt.")?;
    staff.count(1)?;
    world.advance(DAY)?;
    let staff = Staff::login(http, site)?;
    pace::until("the head", || Ok(staff.proofs(None)?.head.map(drop)))?;
    Ok(visitor)
}

/// A site with two members.
struct Office {
    http: Http,
    site: Site,
    admin: Staff,
    anna: Staff,
}

type Told = ((MessageId, String), (Vec<u8>, [u8; 16]));

impl Office {
    /// A webhook, a device that is sent pushes, hours, an open invitation.
    fn listens(&self) -> Result<Told> {
        let put = webhook(&format!("https://localhost:{PORT}/hook"));
        let secret: WebhookSecret = self.admin.put_webhook(&put)?.json()?;
        self.admin.allow_push(true)?.ok()?;
        let browser = Browser::at(&endpoint());
        self.anna.subscribe(&browser)?.ok()?;
        self.anna.say(&self.anna.status()?)?.ok()?;
        self.anna.wish_mail(&MailWish { arrives: Arrives::AtOnce, quiet: None })?.ok()?;
        let escalation = vec!["leitung@fensterbau.example".to_owned()];
        self.admin.set_mail(&MailSettings { escalation, ..self.admin.mail()? })?.ok()?;
        self.admin.json("PUT", path::INBOX_ABUSE, &ABUSE)?.ok()?;
        self.admin.invite("Bert", SIGN, None)?;
        let (key, auth) = browser.secrets();
        Ok(((put.id, secret.secret), (key.to_vec(), auth)))
    }

    fn visitor(&self, text: &str) -> Result<Visitor> {
        let mut visitor = Visitor::agree(&self.http, &Address::from(&self.site), Register::DeFormal)?;
        visitor.open(text)?;
        Ok(visitor)
    }

    /// One that members know of.
    fn known(&self, text: &str) -> Result<Visitor> {
        let visitor = self.visitor(text)?;
        let address = address(&visitor)?;
        pace::until("the announcement", || {
            Ok(self.admin.list()?.iter().any(|entry| entry.conversation == address).then_some(()))
        })?;
        Ok(visitor)
    }

    /// One of each kind, all of them known to inbox and proof.
    fn conversations(&self) -> Result<BTreeMap<String, Kept>> {
        let mut kept = BTreeMap::new();
        let mut fresh = Visitor::agree(&self.http, &Address::from(&self.site), Register::DeFormal)?;
        let file = Sealed::of(3_000)?;
        fresh.open_with("Ein Foto vom Fenster.", std::slice::from_ref(&file))?;
        fresh.put_file(&file)?;
        let mut answered = self.known("Wann kommen Sie?")?;
        self.anna.answer(&address(&answered)?, "Am Montag.")?;
        answered.reload()?;
        answered.write("Gut, danke.")?;
        let mut withdrawn = self.known("Doch nicht.")?;
        withdrawn.withdraw()?;
        let mut claimed = self.known("Das war ein Schaden.")?;
        let held = Act::Hold { reason: Reason::Claim, until: now().plus(60 * DAY) };
        self.admin.act(&address(&claimed)?, held)?.ok()?;
        claimed.reload()?;
        claimed.withdraw()?;
        let restricted = self.known("Das stimmt nicht.")?;
        self.admin.act(&address(&restricted)?, Act::Restrict)?.ok()?;
        self.admin.request(&address(&restricted)?, Right::Access, now())?.ok()?;
        let erased = self.known("Ein Versehen.")?;
        self.admin.erase(&address(&erased)?)?.ok()?;
        for (name, records, visitor) in [
            ("fresh", 1, fresh),
            ("answered", 1, answered),
            ("withdrawn", 2, withdrawn),
            ("claimed", 2, claimed),
            ("restricted", 1, restricted),
            ("erased", 2, erased),
        ] {
            let file = (name == "fresh").then_some(&file);
            kept.insert(name.to_owned(), self.keep(visitor, records, file)?);
        }
        Ok(kept)
    }

    /// What both sides have of a conversation, once inbox and proof know all of it.
    fn keep(&self, mut visitor: Visitor, records: usize, file: Option<&Sealed>) -> Result<Kept> {
        let address = address(&visitor)?;
        pace::until("the records", || {
            let proof = self.admin.proof(&address).unwrap_or_default();
            Ok(proof.filter(|proof| proof.records.len() == records).map(drop))
        })?;
        let over = |reply: einwurf_tests::http::Reply| reply.status == 410;
        let reads = !over(visitor.get(path::EVENTS)?);
        let staff = !over(self.admin.look(&address)?);
        Ok(Kept {
            visitor: reads.then(|| visitor.reload()).transpose()?.as_deref().map(texts),
            staff: staff.then(|| self.admin.texts(&address)).transpose()?,
            bundle: bundle(&visitor)?,
            address,
            records,
            file: file.map(|file| (file.id(), to_base64url(&file.ciphertext))),
        })
    }

    /// Sheets of the team and of the conversation that was answered.
    fn notes(&self, conversations: &BTreeMap<String, Kept>) -> Result<[String; 2]> {
        let title = "Gruß".to_owned().try_into().map_err(anyhow::Error::msg)?;
        let canned = vec![Canned { title, text: "Mit freundlichem Gruß".to_owned() }];
        let team =
            TeamSheet { canned, ..serde_json::from_str(&format!("{{\"v\":{VERSION},\"changes\":1}}"))? };
        self.admin.share(0, &team)?;
        let address = &conversations.get("answered").context("it was made")?.address;
        let entry = self.admin.list()?.into_iter().find(|entry| entry.conversation == *address);
        let cid = entry.context("not in the list")?.cid;
        let sheet = self.sheet(cid)?;
        self.anna.note(address, 0, &sheet)?;
        Ok([serde_json::to_string(&team)?, serde_json::to_string(&sheet)?])
    }

    fn sheet(&self, cid: Cid) -> Result<Sheet> {
        let (id, by) = (MessageId(random::bytes()), self.anna.member.id());
        let notes = vec![Note { id, at: now(), by, text: "Ruft nie an.".to_owned() }];
        let empty = format!("{{\"v\":{VERSION},\"cid\":\"{cid}\",\"changes\":1}}");
        Ok(Sheet { notes, ..serde_json::from_str(&empty)? })
    }
}

/// One more, whose relay is killed before anybody else knows of it.
fn last(world: &mut World, office: &Office) -> Result<BTreeMap<String, Kept>> {
    for _ in 0..TRIES {
        let text = "Noch eine Frage.";
        let visitor = office.visitor(text)?;
        world.relay.kill()?;
        let storage = Storage(world.relay.storage_folder());
        let owed = |database| Ok(sqlite(database, "SELECT kind FROM outbox;")?.len());
        let owed =
            storage.objects("einwurf-conversation").iter().map(|path| owed(path)).sum::<Result<usize>>()?;
        if owed > 0 {
            let kept = Kept {
                address: address(&visitor)?,
                bundle: bundle(&visitor)?,
                visitor: Some(vec![text.to_owned()]),
                staff: Some(vec![text.to_owned()]),
                records: 1,
                file: None,
            };
            return Ok([("owed".to_owned(), kept)].into());
        }
        world.relay.restart()?;
    }
    anyhow::bail!("the relay has always delivered what it owed")
}

/// The storage of a relay that does not run, and what opens it.
fn pack(world: &World, fixture: &Fixture, into: &Path) -> Result<()> {
    let storage = world.relay.storage_folder();
    for (database, _) in einwurf_tests::folder::files_named(storage, ".sqlite") {
        if database.extension().is_some_and(|end| end == "sqlite") {
            // Its log is folded into it.
            sqlite(&database, "PRAGMA wal_checkpoint(TRUNCATE);")?;
        }
    }
    fs::create_dir_all(into)?;
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0", "-czf"]);
    tar.arg(into.join(STORAGE)).arg("-C").arg(storage).arg(".");
    ensure!(tar.status().context("the command tar is missing")?.success(), "tar failed");
    fs::write(into.join(KEYS), [serde_json::to_string_pretty(fixture)?, "\n".to_owned()].concat())?;
    Ok(())
}

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

fn bundle(visitor: &Visitor) -> Result<String> {
    Ok(to_base64url(&visitor.conversation.bundle(&address(visitor)?, visitor.manifest.serial)))
}
