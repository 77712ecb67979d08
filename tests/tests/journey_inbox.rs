//! The staff's app in the browser: from the visitor's click to a member's eyes; set-up, login, mail, lock.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::staff::{AddressWish, Arrives, MailWish},
    notice::Register,
};
use einwurf_tests::{
    browser::{Look, PHONE},
    canary::Canary,
    desk::{DONE, ITEM, LOG_OUT, MAIN, PASSWORD, ROW, SETTINGS, TEST_MAIL},
    pace, seed,
    smtp::{self, Mode},
    widget::Words,
    world::{Stage, World},
};
use serde_json::json;

fn with_mail(name: &str) -> Result<Stage> {
    Stage::start(World::with_mail(name)?, &Look::default())
}

/// From the click on the company's page to the text on the member's screen, by the link in the mail.
fn happy_path(register: Register) -> Result<()> {
    let mut stage = with_mail(&format!("happy-{register}"))?;
    let canary = Canary::new("Kanarienfenster");
    stage.page(register)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send(canary.text())?;
    let arrived = stage.arrived()?;
    assert!(arrived.starts_with(&Words::of(register)?.start("arrived")?), "{arrived}");
    stage.browser.screenshot(&format!("arrived-{register}"))?;
    let link = stage.world.smtp()?.mail()?.link().context("no link in the mail")?;
    stage.log_in(&link)?;
    assert_eq!(stage.read_newest()?, [canary.text()]);
    stage.browser.screenshot(&format!("inbox-{register}"))?;
    for asked in stage.proxy.asked() {
        assert_eq!(canary.found_in(&asked.bytes()), None, "{asked:?}");
    }
    stage.world.relay.holds_none(&[canary])
}

#[test]
fn happy_path_in_german_with_sie() -> Result<()> {
    happy_path(Register::DeFormal)
}

#[test]
fn happy_path_in_german_with_du() -> Result<()> {
    happy_path(Register::DeInformal)
}

#[test]
fn happy_path_in_english() -> Result<()> {
    happy_path(Register::En)
}

/// Answers of the set-up, screen by screen. On the second nothing has to be typed.
const SCREENS: [&[(&str, &str)]; 4] = [
    &[
        ("company", "Muster Dach & \"Wand\" GmbH"),
        ("address", "Musterweg 1, 12345 Musterstadt"),
        ("phone", "0155 55 123 45"),
        ("email", seed::EMAIL),
    ],
    &[],
    &[
        ("team-de", "das Büro"),
        ("team-en", "the office"),
        ("days", "30"),
        ("authority", "Aufsichtsbehörde Musterland"),
        ("dpo", "datenschutz@dach.example"),
        ("privacy-url", "https://dach.example/datenschutz"),
        ("imprint-url", "https://dach.example/impressum"),
    ],
    &[
        ("name", "Erika Muster"),
        ("account", "erika@dach.example"),
        ("password", "drei Dächer und ein Kamin"),
        ("recipients", "erika@dach.example"),
    ],
];

fn answer_screens(stage: &Stage) -> Result<()> {
    for screen in SCREENS {
        for (field, text) in screen {
            stage.browser.retype(&format!("#{field}"), text)?;
        }
        promise_copies(stage)?;
        stage.browser.click_on(MAIN)?;
    }
    Ok(())
}

/// The promise that the notice repeats. Without it the screen that asks for it is not left.
fn promise_copies(stage: &Stage) -> Result<()> {
    let asked = "return document.querySelector('#promise-copies:not(:checked)') !== null;";
    if stage.browser.run(asked, &[])? != true {
        return Ok(());
    }
    stage.browser.click_on(MAIN)?;
    stage.browser.until("document.querySelector('#promise-copies-fault').textContent.length > 5")?;
    stage.browser.click_on("#promise-copies")
}

/// Reads the code from the screen and types the groups that are asked for.
fn confirm_code(stage: &Stage) -> Result<()> {
    let read = "const groups = [...document.querySelector('ol.groups').querySelectorAll('code')].map((code) => code.textContent);
        const asked = [0, 1].map((index) => Number(document.querySelector(`label[for=group-${index}]`).textContent.match(/\\d+/)[0]));
        return [groups.length, ...asked.map((number) => groups[number - 1])];";
    stage.browser.wait_for("ol.groups code")?;
    let (count, first, second): (usize, String, String) =
        serde_json::from_value(stage.browser.run(read, &[])?)?;
    assert_eq!(count, 9);
    // Mistyped first: nothing is published.
    stage.browser.type_into("#group-0", "0000")?;
    stage.browser.type_into("#group-1", &second)?;
    stage.browser.click_on(MAIN)?;
    stage.browser.until("document.querySelector('#code-wrong').textContent.length > 5")?;
    let posts = |path: &str| stage.relay_posts().into_iter().filter(|asked| asked.ends_with(path)).count();
    assert_eq!(posts("/v1/setup"), 0, "published without the code");
    stage.browser.retype("#group-0", &first.to_lowercase())?;
    stage.browser.retype("#group-1", &second)?;
    stage.browser.click_on(MAIN)
}

#[test]
fn a_site_is_set_up_in_the_browser_and_its_first_message_read() -> Result<()> {
    let stage = with_mail("browser-setup")?;
    let fresh = seed::create(&stage.world.http(), stage.world.relay.operator_token())?;
    stage.proxy.forget();
    stage.browser.go(&fresh.new.link)?;
    stage.browser.wait_for("#company")?;
    assert!(!stage.browser.url()?.contains('#'), "the secret stays in the address bar");
    // Nothing filled in: each question says so, and nothing goes on.
    stage.browser.click_on(MAIN)?;
    stage.browser.until("document.querySelectorAll('.field-faulty').length >= 4")?;
    assert_eq!(stage.browser.violations()?, []);
    answer_screens(&stage)?;
    stage.browser.click_on(".buttons .button-main")?;
    confirm_code(&stage)?;
    stage.browser.wait_for("textarea.snippet")?;
    stage.browser.until("document.querySelector('textarea.snippet').value.length > 500")?;
    stage.browser.screenshot("setup-published")?;

    let password = Canary::of("drei Dächer und ein Kamin");
    let secret = Canary::of(&fresh.new.setup.to_string());
    for asked in stage.proxy.asked() {
        assert_eq!(password.found_in(&asked.bytes()), None, "{asked:?}");
        assert_eq!(secret.found_in(asked.path.as_bytes()), None, "{asked:?}");
    }
    stage.world.relay.holds_none(&[password, secret])?;

    // The snippet as shown, on a page; a message; the login; the message.
    let snippet = stage.browser.run("return document.querySelector('textarea.snippet').value;", &[])?;
    stage.company.put_page("plain", &[], snippet.as_str().unwrap_or_default())?;
    stage.browser.click_on(".buttons .button-main")?;
    stage.browser.wait_for(PASSWORD)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.says("Muster Dach & \"Wand\" GmbH")?;
    stage.send("Der Kamin zieht nicht")?;
    stage.arrived()?;
    let link = format!("{}/inbox#site={}", stage.world.relay.origin(), fresh.new.site);
    stage.knock(&link, "erika@dach.example", "drei Dächer und ein Kamin")?;
    assert_eq!(stage.read_newest()?, ["Der Kamin zieht nicht"]);

    // The link is used up.
    stage.browser.go("about:blank")?;
    stage.browser.go(&fresh.new.link)?;
    stage.browser.wait_for("#company")?;
    answer_screens(&stage)?;
    stage.browser.click_on(".buttons .button-main")?;
    stage.browser.until("document.querySelector('#setup-fault').textContent.length > 5").map(drop)
}

#[test]
fn a_wrong_password_says_so_and_a_logout_leaves_nothing() -> Result<()> {
    let stage = Stage::quiet("logout")?;
    let canary = Canary::new("Kanarienrest");
    stage.write(Register::DeFormal, canary.text())?;
    stage.knock(&stage.inbox_link(), &stage.site.plan.account, "falsches Passwort")?;
    stage.browser.until("document.querySelector('#login-fault').textContent.length > 5")?;
    stage.log_in(&stage.inbox_link())?;
    assert_eq!(stage.read_newest()?, [canary.text()]);
    stf_04_storage_holds_no(&stage, &canary)?;
    stage.browser.click_on(LOG_OUT)?;
    stage.browser.wait_for(PASSWORD)?;
    assert!(!stage.browser.page_text()?.contains(canary.text()));
    stf_04_storage_holds_no(&stage, &canary)?;
    let (asked, answered) = stage
        .proxy
        .wait_for("the logout", |asked, _| asked.path == "/v1/logout" && asked.method == "POST")?;
    assert_eq!(answered.status, 204, "{asked:?}");
    Ok(())
}

/// Everything that the browser keeps for the relay's origin: storages, databases, caches, cookies.
fn stf_04_storage_holds_no(stage: &Stage, canary: &Canary) -> Result<()> {
    let script = "
        const all = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
        for (const { name } of await indexedDB.databases()) all.push(`database ${name}`);
        for (const name of await caches.keys()) all.push(`cache ${name}`);
        return all;";
    let all: Vec<String> = serde_json::from_value(stage.browser.run_async(script, &[])?)?;
    assert!(all.iter().all(|kept| canary.found_in(kept.as_bytes()).is_none()), "{all:?}");
    // One database: the device's key, which no script can take out.
    assert_eq!((all.len(), all[3].as_str()), (4, "database einwurf-device"), "{all:?}");
    assert_eq!(all[2], "");
    let script = "
        const done = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = no; });
        const base = await done(indexedDB.open('einwurf-device'));
        const found = [];
        for (const name of base.objectStoreNames) {
          for (const kept of await done(base.transaction(name).objectStore(name).getAll())) {
            const keys = kept instanceof CryptoKey ? [kept] : Object.values(kept).filter((one) => one instanceof CryptoKey);
            const rest = kept instanceof CryptoKey ? 0 : Object.values(kept).length - keys.length;
            for (const key of keys.filter((key) => key.type === 'private')) {
              const taken = await crypto.subtle.exportKey('jwk', key).then(() => 'taken out', () => 'stays');
              found.push(`${key.algorithm.name} ${key.extractable} ${taken} ${rest}`);
            }
          }
        }
        base.close();
        return found;";
    let keys: Vec<String> = serde_json::from_value(stage.browser.run_async(script, &[])?)?;
    assert_eq!(keys, ["ECDSA false stays 0"]);
    Ok(())
}

#[test]
fn stf_04_the_inbox_locks_by_itself() -> Result<()> {
    let stage = Stage::quiet("lock")?;
    let canary = Canary::new("Kanarienpause");
    stage.write(Register::DeFormal, canary.text())?;
    stage.log_in(&stage.inbox_link())?;
    stage.read_newest()?;
    // A quarter of an hour later, by the page's clock.
    stage.browser.run("const now = Date.now; Date.now = () => now.call(Date) + 901000;", &[])?;
    stage.browser.wait_for(PASSWORD)?;
    assert!(
        !stage
            .browser
            .run("return document.documentElement.outerHTML;", &[])?
            .to_string()
            .contains(canary.text())
    );
    Ok(())
}

#[test]
fn conversations_are_searched_marked_as_done_and_opened_again() -> Result<()> {
    let stage = Stage::start(World::quiet("desk")?, &Look { size: PHONE, dark: true, ..Look::default() })?;
    for text in ["Fenster klemmt", "Tür quietscht"] {
        let mut visitor = stage.world.visitor(&stage.site)?;
        visitor.open(text)?;
    }
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.querySelectorAll('.rows .row').length === 2")?;
    stage.browser.until("document.body.innerText.includes('Fenster klemmt')")?;
    stage.browser.type_into("#search", "quietscht")?;
    stage.browser.until("document.querySelectorAll('.rows .row').length === 1")?;
    assert_eq!(stage.read_newest()?, ["Tür quietscht"]);
    let wide = "return document.documentElement.scrollWidth > innerWidth;";
    assert_eq!(stage.browser.run(wide, &[])?, json!(false), "scrolls sideways at 320 px");
    stage.browser.screenshot("inbox-320-dark")?;
    stage.browser.click_on(DONE)?;
    let staff = stage.world.staff(&stage.site)?;
    let done = || -> Result<usize> { Ok(staff.list()?.iter().filter(|entry| entry.done).count()) };
    pace::until("done", || Ok((done()? == 1).then_some(())))?;
    stage.browser.click_on(".toast button")?;
    pace::until("undone", || Ok((done()? == 0).then_some(())))?;
    pace::until("one read, one not", || Ok((staff.page(None)?.unread == 1).then_some(())))
}

#[test]
fn a_test_mail_is_sent_and_a_refusal_shows_what_the_server_said() -> Result<()> {
    let mut stage = with_mail("test-mail")?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.click_on(SETTINGS)?;
    stage.browser.until("document.querySelector('#mail-recipients')?.value.includes('@')")?;
    stage.browser.click_on(TEST_MAIL)?;
    let mail = stage.world.smtp()?.mail()?;
    assert_eq!(mail.to, stage.site.plan.recipients);
    stage.browser.until("document.querySelector('#mail-good').textContent.length > 5")?;

    stage.world.smtp()?.mode(Mode::Reject)?;
    stage.browser.click_on(TEST_MAIL)?;
    stage.browser.until("document.querySelector('form').textContent.includes('550')")?;

    // The site's own sender.
    stage.world.smtp()?.mode(Mode::Accept)?;
    let port = stage.world.smtp()?.starttls.to_string();
    stage.browser.click_on("label:has(#mail-sender-1)")?;
    stage.browser.click_on("label:has(#mail-security-0)")?;
    for (field, text) in [
        ("mail-host", "localhost"),
        ("mail-port", &port),
        ("mail-user", smtp::USER),
        ("mail-password", smtp::PASSWORD),
        ("mail-from", "fenster@example.org"),
        ("mail-recipients", "chefin@example.org"),
    ] {
        stage.browser.retype(&format!("#{field}"), text)?;
    }
    stage.browser.click_on(MAIN)?;
    stage.browser.until("document.querySelector('#mail-good').textContent.length > 5")?;
    stage.browser.click_on(TEST_MAIL)?;
    let mail = stage.world.smtp()?.mail()?;
    assert_eq!((mail.port.as_str(), mail.from.as_str()), ("starttls", "fenster@example.org"));
    assert_eq!(mail.to, ["chefin@example.org"]);
    // What the page says of it moves what is clicked next.
    stage.browser.until("document.querySelector('#mail-good').textContent.length > 5")?;
    speak_for_the_first(&stage)?;
    stage.world.relay.holds_none(&[Canary::of(smtp::PASSWORD)])
}

/// Nobody logs in with the first address of the list: when mails arrive there is said in the settings.
fn speak_for_the_first(stage: &Stage) -> Result<()> {
    let browser = &stage.browser;
    let (open, title) = ("#reader-0", "document.activeElement.id === 'reader-title'");
    let back = "document.activeElement.id === 'reader-0' && !document.querySelector('#reader-title')";
    browser.click_on(open)?;
    browser.until(title)?;
    browser.click_on("form[aria-labelledby=reader-title] .button:not(.button-main)")?;
    browser.until(back)?;
    browser.click_on(open)?;
    browser.until(title)?;
    browser.click_on("label:has(#reader-arrives-3)")?;
    browser.picture("settings-reader")?;
    browser.click_on("form[aria-labelledby=reader-title] .button-main")?;
    browser.until(back)?;
    browser.until("document.querySelector('.toast')?.textContent.length > 5")?;
    let never = MailWish { arrives: Arrives::Never, quiet: None };
    let wishes = stage.world.staff(&stage.site)?.mail()?.wishes;
    assert_eq!(wishes, [AddressWish { address: "chefin@example.org".to_owned(), wish: never }]);
    Ok(())
}

#[test]
fn health_says_that_everything_runs_and_what_does_not() -> Result<()> {
    let mut stage = with_mail("health")?;
    stage.write(Register::DeFormal, "Läuft alles?")?;
    stage.world.smtp()?.mail()?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.wait_for(".health-good")?;
    stage.world.smtp()?.mode(Mode::Reject)?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("Und jetzt?")?;
    let staff = stage.world.staff(&stage.site)?;
    pace::until("the failed mail", || {
        Ok(matches!(staff.health()?.mail, einwurf_protocol::api::staff::MailHealth::Failed { .. })
            .then_some(()))
    })?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.querySelector('.health')?.textContent.includes('550')")
}

#[test]
fn a_new_message_appears_without_reloading() -> Result<()> {
    let stage = Stage::quiet("live")?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.querySelector('.nothing').textContent.length > 5")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("Gerade eben")?;
    stage.browser.wait_for(ROW)?;
    assert_eq!(stage.read_newest()?, ["Gerade eben"]);
    assert_eq!(stage.browser.count(ITEM)?, 1);
    Ok(())
}
