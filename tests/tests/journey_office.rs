//! Pages of the inbox about what runs by itself: mails that wait and when they come, webhooks, and what a site takes when a
//! great deal comes in; and what visitors meet of it.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        header, path,
        staff::{Abuse, Arrives, MailCause, MailHealth, MailReaders, Strictness},
        visitor::Ticket,
        webhooks::{Occasion, Standing},
    },
    limits::MESSAGES_PER_MINUTE,
    notice::Register,
};
use einwurf_tests::{
    browser::{Browser, Look, PHONE},
    desk::{SETTINGS, words},
    pace,
    receiver::Receiver,
    relay::{MailWay, Options},
    talk::{UNSENT, letters, reads},
    webhooks,
    widget::{BOX, SEE, SEND, TEXT, Words},
    world::{Stage, World},
};
use serde_json::json;
use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    time::Instant,
};

const REGISTER: Register = Register::DeFormal;

/// Waits until an element says a text of the inbox.
fn says(browser: &Browser, selector: &str, key: &str) -> Result<()> {
    has(browser, selector, &words(REGISTER, key)?)
}

fn has(browser: &Browser, selector: &str, text: &str) -> Result<()> {
    let (selector, text) = (json!(selector), json!(text));
    browser.until(&format!("document.querySelector({selector})?.innerText.includes({text})"))
}

/// Somebody sets a time.
fn sets(browser: &Browser, selector: &str, time: &str) -> Result<()> {
    let script = "const field = document.querySelector(arguments[0]);
        field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.run(script, &[json!(selector), json!(time)]).map(drop)
}

/// The mail server is there again: from now on whoever connects to `door` reaches it.
fn opens(door: SocketAddr, port: u16) -> Result<()> {
    let listener = TcpListener::bind(door)?;
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else { return };
            for (from, to) in [(&client, &server), (&server, &client)] {
                let (Ok(mut from), Ok(mut to)) = (from.try_clone(), to.try_clone()) else { return };
                std::thread::spawn(move || {
                    // Whoever hangs up ends both ways.
                    drop(io::copy(&mut from, &mut to));
                    drop(to.shutdown(Shutdown::Both));
                });
            }
        }
    });
    Ok(())
}

/// On a phone the areas lie over what is not scrolled up yet.
fn press(browser: &Browser, selector: &str) -> Result<()> {
    browser.reveal(&browser.wait_for(selector)?)?;
    browser.click_on(selector)
}

/// What the card of a member's mails says: which choice, quiet hours, from when.
fn wished(browser: &Browser) -> Result<serde_json::Value> {
    let script = "return [document.querySelector('[name=wish-arrives]:checked').id,
        document.querySelector('#wish-quiet').checked, document.querySelector('#wish-from')?.value ?? null];";
    browser.run(script, &[])
}

#[test]
fn mails_that_wait_go_out_when_somebody_asks_and_a_member_says_when_they_come() -> Result<()> {
    // Nobody listens there for now.
    let door = xtask::relay::free_address()?;
    let vars = [("EINWURF_MAIL_PORT".to_owned(), door.port().to_string())].into();
    let options = Options { mail: MailWay::Tls, vars, ..Options::default() };
    let world = World::start("office-mails", &options)?;
    let mut stage = Stage::start(world, &Look { size: PHONE, ..Look::default() })?;
    stage.world.visitor(&stage.site)?.open("Guten Tag")?;
    let staff = stage.world.staff(&stage.site)?;
    let waits = MailCause::Server;
    pace::until("a mail that waits", || {
        let mail = staff.health()?.mail;
        Ok(matches!(mail, MailHealth::Waiting { cause, .. } if cause == waits).then_some(()))
    })?;
    stage.log_in(&stage.inbox_link())?;
    says(&stage.browser, ".health", "health_mail_server")?;
    has(&stage.browser, ".health", "Nächster Versuch")?;
    stage.browser.picture("office-mail-waits")?;
    opens(door, stage.world.smtp()?.tls)?;
    stage.browser.click_on(".health-acts button:nth-of-type(1)")?;
    assert_eq!(stage.world.smtp()?.mail()?.to, stage.site.plan.recipients);
    stage.browser.wait_for(".health-good")?;

    let browser = &stage.browser;
    press(browser, SETTINGS)?;
    browser.wait_for("#wish-save")?;
    assert_eq!(wished(browser)?, json!(["wish-arrives-0", false, null]));
    let wishes = || -> Result<()> {
        press(browser, "label:has(#wish-arrives-2)")?;
        press(browser, "label:has(#wish-quiet)")?;
        browser.wait_for("#wish-from")?;
        sets(browser, "#wish-from", "21:30")
    };
    wishes()?;
    press(browser, "#wish-drop")?;
    browser.until("document.activeElement.id === 'wish-save' && !document.querySelector('#wish-drop')")?;
    assert_eq!(wished(browser)?, json!(["wish-arrives-0", false, null]), "dropped");
    wishes()?;
    sets(browser, "#wish-until", "21:30")?;
    press(browser, "#wish-save")?;
    says(browser, "#wish-fault", "wish_times")?;
    sets(browser, "#wish-until", "06:00")?;
    browser.picture("office-wish")?;
    press(browser, "#wish-save")?;
    says(browser, "#wish-good", "mail_saved")?;
    ensure!(browser.count("#wish-drop")? == 0, "what is saved can be dropped");
    let readers: MailReaders = staff.call("GET", path::INBOX_MAIL_READERS, &[], None)?.json()?;
    let wish = readers.readers.into_iter().find_map(|reader| reader.wish).context("no wish")?;
    assert_eq!(wish.arrives, Arrives::Digest { minutes: 60 });
    let quiet = wish.quiet.context("no quiet hours")?;
    assert_eq!((quiet.from, quiet.until), (21 * 60 + 30, 6 * 60));
    stage.log_in(&stage.inbox_link())?;
    press(browser, SETTINGS)?;
    browser.wait_for("#wish-from")?;
    assert_eq!(wished(browser)?, json!(["wish-arrives-2", true, "21:30"]));
    Ok(())
}

/// The button of the only webhook, by its place.
fn act(place: usize) -> String {
    format!(".hook-acts .button:nth-of-type({place})")
}

/// The secret on the screen, once; then it is put away.
fn secret(browser: &Browser) -> Result<String> {
    let card = "section[aria-labelledby=hook-secret-title]";
    let shown = browser.wait_for(&format!("{card} code"))?;
    let secret = browser.text(&shown)?;
    browser.until("document.activeElement.id === 'hook-secret-title'")?;
    press(browser, &format!("{card} .button:nth-of-type(2)"))?;
    browser.until("!document.querySelector('#hook-secret-title')")?;
    Ok(secret)
}

#[test]
fn a_webhook_is_made_tried_mended_given_another_secret_and_removed() -> Result<()> {
    let (world, certificates, folder) = webhooks::world("office-hooks")?;
    let mut receiver = Receiver::start(&certificates, &folder)?;
    let stage = Stage::start(world, &Look { size: PHONE, dark: true, ..Look::default() })?;
    let (browser, staff) = (&stage.browser, stage.world.staff(&stage.site)?);
    stage.log_in(&stage.inbox_link())?;
    press(browser, SETTINGS)?;
    press(browser, ".areas .area:nth-child(3)")?;
    press(browser, "section[aria-labelledby=hooks-card] .button")?;
    press(browser, "#hook-add")?;
    browser.type_into("#hook-address", &receiver.url("/tickets"))?;
    press(browser, "form.card .button-main")?;
    let first = secret(browser)?;

    press(browser, &act(1))?;
    let tried = receiver.next()?;
    webhooks::is_signed(&tried, &first)?;
    assert_eq!(tried.occasion()?, Occasion::TestPing.as_str());
    says(browser, "#hooks-good", "hooks_tested")?;
    browser.wait_for(".card .alert-good")?;

    receiver.answer(503)?;
    stage.world.visitor(&stage.site)?.open("Guten Tag")?;
    receiver.told("message.created")?;
    let stands = |wanted: Standing| {
        pace::until("the delivery", || {
            let delivery = staff.delivery(Occasion::MessageCreated)?;
            Ok((delivery.standing == wanted && delivery.tried.is_some()).then_some(()))
        })
    };
    stands(Standing::Waiting)?;
    let again = "section[aria-labelledby=hook-log] > .buttons .button";
    press(browser, again)?;
    has(browser, ".entry", "503")?;
    has(browser, ".card .alert-care", "503")?;
    browser.picture("office-hook-fails")?;
    receiver.answer(204)?;
    press(browser, ".entry:first-child .entry-acts .button")?;
    webhooks::is_signed(&receiver.told("message.created")?, &first)?;
    stands(Standing::Delivered)?;
    press(browser, again)?;
    says(browser, ".entry:first-child", "hooks_delivered")?;

    press(browser, &act(4))?;
    let second = secret(browser)?;
    ensure!(first != second, "the same secret");
    has(browser, "main", &words(REGISTER, "hooks_former")?)?;

    press(browser, &act(5))?;
    browser.until("document.activeElement.id === 'hook-remove'")?;
    assert_eq!(staff.webhooks()?.len(), 1, "not before it is said again");
    press(browser, "#hook-remove")?;
    says(browser, "#hooks-good", "hooks_removed")?;
    says(browser, "main", "hooks_none")?;
    assert_eq!(staff.webhooks()?.len(), 0);
    Ok(())
}

/// So many seconds the visitor waits for the minute to be over.
const WAIT: u64 = 10;

/// A world with the limits that relays have in use.
fn in_use(name: &str) -> Result<Stage> {
    let vars = [("EINWURF_PACE".to_owned(), "1".to_owned())].into();
    let world = World::start(name, &Options { vars, ..Options::default() })?;
    Stage::start(world, &Look::default())
}

#[test]
fn a11_05_a_site_takes_text_alone_says_what_it_refused_and_a_message_that_is_to_wait_leaves_by_itself()
-> Result<()> {
    let mut stage = in_use("office-guard")?;
    // Somebody comes with tickets that nobody issued. The site hears of it with the next ticket.
    let invented = stage.world.visitor(&stage.site)?;
    for _ in 0..3 {
        let refused = invented.post_open("invented", &invented.opening(invented.seal("Gewinnspiel")?))?;
        assert_eq!(refused.status, 401);
    }
    let site = [(header::SITE, stage.site.address.as_str())];
    let ticket = || -> Result<Ticket> { stage.world.http().post_empty(path::TICKETS, &site)?.json() };
    ticket()?;
    let browser = &stage.browser;
    stage.log_in(&stage.inbox_link())?;
    browser.click_on(SETTINGS)?;
    let [day, week] = ["3 in 24 Stunden", "3 in sieben Tagen"];
    has(browser, "section[aria-labelledby=guard-title]", day)?;
    has(browser, "section[aria-labelledby=guard-title]", week)?;
    browser.click_on("label:has(#guard-text-only)")?;
    browser.click_on("form:has(#guard-text-only) .button-main")?;
    says(browser, "#guard-good", "mail_saved")?;
    browser.picture("office-guard")?;
    pace::until("a ticket that says so", || Ok(ticket()?.text_only.then_some(())))?;

    stage.visit("/plain")?;
    stage.open_widget()?;
    browser.wait_for(BOX)?;
    stage.agree()?;
    browser.until("document.querySelector('.picks .row')?.checkVisibility() === false")?;
    browser.picture("office-text-only")?;
    let begun = Instant::now();
    stage.written("0")?;
    browser.click_on(SEE)?;
    for number in 1..MESSAGES_PER_MINUTE {
        stage.more(&number.to_string())?;
    }
    stage.send("eine zu viel")?;
    let busy = Words::of(REGISTER)?.start("busy_body")?;
    stage.says(&busy)?;
    has(&stage.browser, UNSENT, "eine zu viel")?;
    // However long the conversation is, why it waits is in view.
    stage.browser.until(&format!(
        "(() => {{ const told = document.querySelector('{UNSENT}').closest('.standing'), bottom = (of) => of.getBoundingClientRect().bottom; return bottom(told) < bottom(told.closest('.scroll')) - 8; }})()"
    ))?;
    stage.browser.picture("office-busy")?;
    // Most of the minute is over by the relay's clock, and so what is left of it is waited for.
    let left = (60 - WAIT).saturating_sub(begun.elapsed().as_secs());
    stage.world.advance(left)?;
    stage.again("/plain")?;
    reads(&stage.browser, "eine zu viel")?;
    stage.browser.until(&format!("!document.querySelector('{UNSENT}')"))?;
    assert_eq!(u64::try_from(letters(&stage.browser)?.len())?, MESSAGES_PER_MINUTE + 1);
    let staff = stage.world.staff(&stage.site)?;
    let texts = staff.texts(&staff.newest()?)?;
    assert_eq!(texts.last().map(String::as_str), Some("eine zu viel"));
    assert_eq!(u64::try_from(texts.len())?, MESSAGES_PER_MINUTE + 1, "once");
    Ok(())
}

/// Whether photos and files can be picked.
fn offers_files(browser: &Browser, there: bool) -> Result<()> {
    browser.until(&format!("document.querySelector('.picks .row')?.checkVisibility() === {there}"))
}

#[test]
fn whoever_comes_back_to_a_conversation_can_pick_what_the_site_takes_and_is_told_what_cannot_go() -> Result<()>
{
    let stage = Stage::quiet("office-files")?;
    let (browser, staff) = (&stage.browser, stage.world.staff(&stage.site)?);
    let takes_text_only = |text_only| -> Result<()> {
        let settings = Abuse { text_only, strictness: Strictness::Normal };
        assert_eq!(staff.json("PUT", path::INBOX_ABUSE, &settings)?.status, 204);
        pace::until("a ticket that says so", || {
            let site = [(header::SITE, stage.site.address.as_str())];
            let ticket: Ticket = stage.world.http().post_empty(path::TICKETS, &site)?.json()?;
            Ok((ticket.text_only == text_only).then_some(()))
        })
    };
    let sentence = Words::of(REGISTER)?.start("files_text_only")?;
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-camera.jpg");
    let pick = || -> Result<()> {
        browser.choose(&browser.wait_for(".picks .row .pick:last-child input")?, &photo)?;
        browser.until("document.querySelector('.picked li')?.innerText.includes('wird mitgeschickt')")
    };
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.written("Guten Tag")?;
    takes_text_only(true)?;
    stage.again("/plain")?;
    reads(browser, "Guten Tag")?;
    offers_files(browser, false)?;
    browser.picture("office-files-none")?;

    // With the answer of a member who takes files again, the buttons are there again.
    takes_text_only(false)?;
    let address = staff.newest()?;
    staff.answer(&address, "Jetzt geht auch ein Foto.")?;
    reads(browser, "Jetzt geht auch ein Foto.")?;
    offers_files(browser, true)?;

    // The switch changes while a file is picked: the text stays, and so does the file, until it is taken out.
    browser.type_into(TEXT, "So sieht es aus.")?;
    pick()?;
    takes_text_only(true)?;
    staff.answer(&address, "Doch nicht.")?;
    has(browser, "#files-fault", &sentence)?;
    browser.click_on(SEND)?;
    browser.until("document.activeElement.id === 'files-fault'")?;
    has(browser, "#files-fault", &sentence)?;
    assert_eq!((stage.draft()?.as_str(), browser.count(".picked li")?), ("So sieht es aus.", 1));
    offers_files(browser, false)?;
    browser.picture("office-files-refused")?;
    browser.click_on(".picked .remove")?;
    browser.until("!document.querySelector('#files-fault')?.innerText")?;
    browser.click_on(SEND)?;
    reads(browser, "So sieht es aus.")?;
    pace::until("the text without the file", || {
        let last = staff.read(&address)?.entries.pop().and_then(|entry| entry.payload);
        let last = last.filter(|payload| payload.message.text() == "So sieht es aus.");
        Ok(last.map(|payload| assert_eq!(payload.attachments, [])))
    })?;

    // It changes back meanwhile: the relay's word counts, and what was picked goes.
    takes_text_only(false)?;
    stage.again("/plain")?;
    offers_files(browser, true)?;
    takes_text_only(true)?;
    pick()?;
    browser.click_on(SEND)?;
    has(browser, "#files-fault", &sentence)?;
    takes_text_only(false)?;
    browser.click_on(SEND)?;
    stage.says(&Words::of(REGISTER)?.start("bar_done")?)?;
    offers_files(browser, true)
}
