//! A member's day in the browser: what is written and not sent outlives a lock and newer keys, everything can be searched,
//! and a case leaves the app on paper.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::api::path;
use einwurf_tests::{
    browser::{Browser, DESKTOP, PHONE},
    clock::now,
    colleague::{READ, join},
    desk::{ACCOUNT, ITEM, LOG_OUT, MAIN, PASSWORD},
    pace,
    proxy::Verdict,
    world::Stage,
};
use serde_json::json;

const ANSWER: &str = "#answer";
const SEND: &str = "#answer-send";
const ARRIVED: &str = "#answer-good p";
/// What is asked before somebody logs out who has not sent everything.
const QUESTION: &str = "dialog[open] #leave-stay";

/// Whether the browser would ask before this page goes.
fn asks(browser: &Browser) -> Result<bool> {
    let script = "const leave = new Event('beforeunload', { cancelable: true });
        dispatchEvent(leave);
        return leave.defaultPrevented;";
    Ok(browser.run(script, &[])? == json!(true))
}

fn typed(browser: &Browser, text: &str) -> Result<()> {
    browser.until(&format!("document.querySelector('#answer')?.value === {}", json!(text)))
}

/// Light and dark, small and large.
fn look(browser: &Browser, name: &str) -> Result<()> {
    for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
        browser.resize(size)?;
        browser.dark(dark)?;
        browser.picture(&format!("{name}-{}", size.0))?;
    }
    assert_eq!(browser.violations()?, []);
    Ok(())
}

#[test]
fn stf_04_what_is_not_sent_is_asked_about_and_is_there_again_after_a_lock() -> Result<()> {
    let stage = Stage::quiet("unsent")?;
    stage.world.visitor(&stage.site)?.open("Wie sieht das aus?")?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    stage.log_in(&stage.inbox_link())?;
    let browser = &stage.browser;
    browser.open_newest()?;
    browser.wait_for(ANSWER)?;
    ensure!(!asks(browser)?, "nothing would be lost");

    // Typed, with a photo: neither closing the page nor logging out loses it unasked.
    browser.type_into(ANSWER, "So ist es gemeint.")?;
    ensure!(asks(browser)?, "a typed answer is lost with the page");
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-camera.jpg");
    browser.choose(&browser.find("input[type=file]")?, &photo)?;
    let ready = "document.querySelector('.files-picked .file-state')?.textContent.includes('Bereit')";
    browser.until(ready)?;
    browser.type_into(".file-describe", "Der Rahmen von außen.")?;
    browser.click_on(LOG_OUT)?;
    browser.wait_for(QUESTION)?;
    look(browser, "inbox-leave")?;
    browser.click_on(QUESTION)?;
    browser.until("!document.querySelector('dialog[open]')")?;
    typed(browser, "So ist es gemeint.")?;

    // The text arrives, the photo does not: somebody cuts the line, and the page locks.
    stage.proxy.rule(|asked| {
        let file = asked.method == "PUT" && asked.path.starts_with(path::INBOX_ATTACHMENT);
        if file { Verdict::Cut } else { Verdict::Pass }
    });
    browser.click_on(SEND)?;
    browser.click_on("#callback-without")?;
    browser.wait_for(ARRIVED)?;
    browser.until("document.querySelector('.item-staff .file-state + button')")?;
    ensure!(asks(browser)?, "a photo on its way is lost with the page");
    browser.click_on("#answer-another")?;
    browser.type_into(ANSWER, "Noch ein Satz.")?;
    browser.run("window.__now = Date.now; Date.now = () => window.__now.call(Date) + 901000;", &[])?;
    browser.wait_for(PASSWORD)?;
    browser.run("Date.now = window.__now;", &[])?;
    browser.wait_for("#login-waits p")?;
    look(browser, "inbox-locked-unsent")?;
    let page = browser.run("return document.body.outerHTML;", &[])?.to_string();
    for word in ["So ist es gemeint", "Noch ein Satz", "data:image", "jpeg-camera", "Rahmen"] {
        ensure!(!page.contains(word), "{word} is behind the lock");
    }
    ensure!(asks(browser)?, "what waits is lost with the page");

    // The same member finds both again, and the photo goes out with the next answer.
    stage.proxy.clear_rules();
    browser.retype(ACCOUNT, &stage.site.plan.account)?;
    browser.type_into(PASSWORD, &stage.site.plan.password)?;
    browser.click_on(MAIN)?;
    browser.until("document.querySelector('.toast')?.textContent.includes('wieder bereit')")?;
    browser.open_newest()?;
    typed(browser, "Noch ein Satz.")?;
    browser.until(ready)?;
    browser.until("!document.querySelector('.toast')?.textContent")?;
    browser.click_on(SEND)?;
    browser.click_on("#callback-without")?;
    browser.wait_for(ARRIVED)?;
    let files = pace::until("the photo", || {
        let thread = staff.read(&address)?;
        let last = thread.entries.last().and_then(|entry| entry.payload.clone()).context("an answer")?;
        let states = staff.attachments(&address)?;
        let whole = |id| states.iter().any(|state| state.id == id && state.missing.is_empty());
        Ok(Some(last.attachments)
            .filter(|files| !files.is_empty() && files.iter().all(|file| whole(file.id))))
    })?;
    assert_eq!(files.first().and_then(|file| file.description.as_deref()), Some("Der Rahmen von außen."));
    browser.until("!document.querySelector('.item-staff:last-child .file-state + button')")?;
    Ok(())
}

#[test]
fn stf_05_keys_that_came_after_the_login_are_fetched_in_place_and_what_is_typed_stays() -> Result<()> {
    let stage = Stage::quiet("newer-keys")?;
    let mut admin = stage.world.staff(&stage.site)?;
    let member = join(&stage.world, &stage.site, &mut admin, READ)?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("Vor dem Wechsel")?;
    let address = admin.newest()?;
    stage.log_in(&stage.inbox_link())?;
    let browser = &stage.browser;
    browser.open_newest()?;
    browser.type_into(ANSWER, "Halb geschrieben")?;

    // A member is removed elsewhere; the visitor goes on under the new key, which this tab does not have.
    let id = member.session.member;
    admin.publish(|says| says.remove(&id, now()))?;
    visitor.rekey()?;
    visitor.write("Nach dem Wechsel")?;
    browser.run("dispatchEvent(new Event('focus'));", &[])?;
    browser.wait_for(".health .renew-keys")?;
    let shown = browser.page_text()?;
    ensure!(!shown.contains("Nach dem Wechsel"), "read without its key");
    look(browser, "inbox-new-keys")?;
    browser.click_on(".health .renew-keys")?;
    browser.type_into("dialog[open] #reauth-password", &stage.site.plan.password)?;
    browser.click_on("dialog[open] .button-main")?;
    browser.until(&format!(
        "[...document.querySelectorAll('{ITEM}')].some((item) => item.textContent === 'Nach dem Wechsel')"
    ))?;
    typed(browser, "Halb geschrieben")?;
    browser.click_on(SEND)?;
    browser.wait_for(ARRIVED)?;
    assert_eq!(admin.texts(&address)?, ["Vor dem Wechsel", "Nach dem Wechsel", "Halb geschrieben"]);
    Ok(())
}

/// More than a page of the list.
const MANY: usize = 102;

#[test]
fn everything_is_searched_also_what_was_never_loaded_and_says_how_far_it_is() -> Result<()> {
    let stage = Stage::quiet("search-all")?;
    stage.world.visitor(&stage.site)?.open("Die Nadel liegt im Heu, siehe https://heu.example/nadel.")?;
    // Conversations of one second stand in any order; this one is to be the oldest.
    let opened = now();
    pace::until("the next second", || Ok((now() > opened).then_some(())))?;
    for number in 1..MANY {
        stage.world.visitor(&stage.site)?.open(&format!("Heu {number}"))?;
    }
    stage.world.staff(&stage.site)?.count(MANY)?;
    stage.log_in(&stage.inbox_link())?;
    let browser = &stage.browser;
    browser.until("document.querySelectorAll('.rows .row').length >= 50")?;
    browser.run(
        "window.__said = [];
         new MutationObserver(() => window.__said.push(document.querySelector('.hunt').innerText))
           .observe(document.querySelector('.hunt'), { childList: true, subtree: true, characterData: true });",
        &[],
    )?;
    browser.type_into("#search", "nadel")?;
    browser.until("document.querySelectorAll('.rows .row').length === 0")?;
    browser.click_on(".hunt button")?;
    // However slow this machine is: it goes on as long as it says something new.
    let mut found = false;
    while !found {
        let said = json!(browser.text(&browser.find(".hunt")?)?);
        let row = "document.querySelectorAll('.rows .row').length === 1";
        browser.until(&format!("{row} || document.querySelector('.hunt').innerText !== {said}"))?;
        found = browser.run(&format!("return {row};"), &[])? == json!(true);
    }
    browser.until(&format!("document.querySelector('.hunt').innerText.includes('{MANY}')"))?;
    assert_eq!(browser.count(".hunt button")?, 0, "it has ended");
    let said: Vec<String> = serde_json::from_value(browser.run("return window.__said;", &[])?)?;
    let steps = said.iter().filter(|line| line.contains(|letter: char| letter.is_ascii_digit())).count();
    ensure!(steps > 2, "it says how far it is: {said:?}");
    let found = stage.read_newest()?;
    assert_eq!(found, ["Die Nadel liegt im Heu, siehe https://heu.example/nadel."]);
    let link = browser.find(&format!("{ITEM} a"))?;
    let rules = "const a = arguments[0]; return [a.href, a.textContent, a.target, a.rel];";
    assert_eq!(
        browser.of(&link, rules)?,
        json!([
            "https://heu.example/nadel",
            "https://heu.example/nadel",
            "_blank",
            "noopener noreferrer nofollow"
        ])
    );
    Ok(())
}

#[test]
fn a_case_is_printed_with_its_text_and_its_photos() -> Result<()> {
    let stage = Stage::quiet("print")?;
    stage.world.visitor(&stage.site)?.open("Der Rahmen klemmt seit gestern.")?;
    stage.log_in(&stage.inbox_link())?;
    let browser = &stage.browser;
    browser.open_newest()?;
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-camera.jpg");
    browser.wait_for(ANSWER)?;
    browser.choose(&browser.find("input[type=file]")?, &photo)?;
    browser.until("document.querySelector('.files-picked .file-state')?.textContent.includes('Bereit')")?;
    browser.type_into(ANSWER, "So sollte er aussehen.")?;
    browser.click_on(SEND)?;
    browser.click_on("#callback-without")?;
    browser.wait_for(".item-staff .file-show")?;
    stage.task("export")?;
    browser.click_on("[aria-labelledby=export-own] .buttons button")?;
    browser.wait_for("#rights-good p")?;
    // The dialog is the browser's own; what it prints is this page.
    let page = browser.run("return document.querySelector('#print-frame').srcdoc;", &[])?;
    stage.company.put("/case.html", &[], page.as_str().context("no page to print")?);
    stage.visit("/case.html")?;
    let pdf = lopdf::Document::load_mem(&browser.pdf()?)?;
    let pages: Vec<u32> = pdf.get_pages().keys().copied().collect();
    let text: String = pdf.extract_text(&pages)?.split_whitespace().collect();
    for words in ["Der Rahmen klemmt seit gestern.", "So sollte er aussehen."] {
        let words: String = words.split_whitespace().collect();
        ensure!(text.contains(&words), "{words} is not on paper: {text}");
    }
    let is_image = |dict: &lopdf::Dictionary| {
        dict.get(b"Subtype").and_then(|kind| kind.as_name()).ok() == Some(b"Image")
    };
    let images =
        pdf.objects.values().filter(|one| one.as_stream().is_ok_and(|one| is_image(&one.dict))).count();
    ensure!(images >= 1, "the photo is not on paper");
    Ok(())
}
