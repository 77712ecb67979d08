//! What a visitor sees of answers: at once, on the next page, by the private link, and without a network.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::path,
    message::{Label, Wish},
    notice::{Purpose, Register},
    status::Span,
};
use einwurf_tests::{
    browser::{Browser, Look, PHONE},
    clock::now,
    consent::grants,
    pace,
    plan::Plan,
    proxy::Verdict,
    talk::{LETTER, UNSENT, enter, letters, noticed, reads},
    widget::{ANOTHER, DATA, POSTMARK, SEE, SEND, TEXT, Words},
    world::Stage,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NONE: BTreeSet<Purpose> = BTreeSet::new();
/// The ways to learn of an answer that are there.
const WAYS: &str = ".choices > li:not([hidden])";

/// A site that offers every way to learn of an answer.
fn offering() -> Plan {
    Plan { offers: [Purpose::Remember, Purpose::Notify].into(), ..Plan::default() }
}

/// A conversation on the screen.
fn talking(name: &str, text: &str) -> Result<Stage> {
    let stage = noticed(name, Plan::default())?;
    stage.decide(Register::DeFormal, &NONE)?;
    stage.go_on()?;
    stage.written(text)?;
    stage.browser.click_on(ANOTHER)?;
    stage.browser.wait_for(TEXT)?;
    Ok(stage)
}

/// Letters that have not arrived.
fn unsent(browser: &Browser) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((letter) => letter.innerText);";
    Ok(serde_json::from_value(browser.run(script, &[json!(UNSENT)])?)?)
}

#[test]
fn a11_03_an_answer_is_announced_once_at_once_also_on_the_next_page_and_by_the_private_link() -> Result<()> {
    let stage = noticed("answers", offering())?;
    stage.decide(Register::DeFormal, &NONE)?;
    stage.go_on()?;
    stage.written("Wann kommen Sie?")?;
    let browser = &stage.browser;
    assert_eq!(browser.shown(WAYS)?.len(), 5);
    for dark in [false, true] {
        browser.dark(dark)?;
        browser.picture(&format!("ways-{}", if dark { "dark" } else { "light" }))?;
    }

    // A short mail: its own box, in the notice's own words, and a message that staff read.
    browser.click_on(".choices > li:nth-child(3) > button")?;
    browser.type_into("#email", "erika@muster.example")?;
    browser.click_on(".choice button.main")?;
    browser.until("document.querySelector('#fault-way').innerText !== ''")?;
    browser.click_on(".choice input[type=checkbox]")?;
    browser.picture("ways-notice")?;
    browser.click_on(".choice button.main")?;
    stage.says(&Words::of(Register::DeFormal)?.start("way_done")?)?;
    // The private link, with a picture for another device.
    browser.click_on(".choices > li:nth-child(1) > button")?;
    let field = browser.wait_for(".choice textarea")?;
    let link = browser.of(&field, "return arguments[0].value;")?.as_str().context("no link")?.to_owned();
    browser.until("document.querySelector('.choice img')?.naturalWidth > 0")?;
    browser.picture("ways-link")?;

    let staff = stage.world.staff(&stage.site)?;
    staff.count(1)?;
    let address = staff.newest()?;
    pace::until("the wish is stored", || Ok((grants(&staff.fetch(&address)?)?.len() == 2).then_some(())))?;
    assert_eq!(grants(&staff.fetch(&address)?)?[1].grants.get(&Purpose::Notify), Some(&true));
    let thread = staff.read(&address)?;
    let wish = thread.entries[1].payload.as_ref().context("no wish")?.message.clone();
    assert_eq!((wish.wish(), wish.email()), (Some(Wish::Notice), Some("erika@muster.example")));

    // Told by the live connection: a look of its own comes later than anything is waited for.
    staff.answer(&address, "Morgen um acht.")?;
    reads(browser, "Morgen um acht.")?;
    assert_eq!(browser.count("[role=log] .theirs")?, 1);
    let said = browser.run("return document.querySelector('[role=log] .theirs').textContent;", &[])?;
    assert!(said.as_str().is_some_and(|said| said.contains("hat geantwortet")), "{said}");
    assert_eq!(browser.violations()?, []);
    browser.picture("talk-answered")?;

    // The next page of the same site, in the same tab: the answer is the first thing there, and the next one comes.
    let page = "<!doctype html><title>Andere Seite</title><link rel=icon href=data:,>";
    stage.company.put("/other", &[], [page, &stage.site.file_snippet(Register::DeFormal)].concat());
    stage.again("/other")?;
    reads(browser, "Morgen um acht.")?;
    // What a reader is told of: the new entry, once, and nothing of what was there.
    browser.run(
        "window.added = []; const log = document.querySelector('[role=log]');
         new MutationObserver((changes) => changes.forEach(({ addedNodes }) =>
             addedNodes.forEach((node) => added.push(node.textContent)))).observe(log, { childList: true, subtree: true });",
        &[],
    )?;
    staff.answer(&address, "Oder um neun.")?;
    reads(browser, "Oder um neun.")?;
    // What the visitor writes is read back from the relay, all of it: that changes nothing on the screen.
    stage.more("Neun passt.")?;
    staff.answer(&address, "Bis dann.")?;
    reads(browser, "Bis dann.")?;
    let added: Vec<String> = serde_json::from_value(browser.run("return added;", &[])?)?;
    let told = |text: &str| added.iter().filter(|added| added.contains(text)).count();
    assert_eq!(["Oder um neun.", "Bis dann.", "Morgen um acht."].map(told), [1, 1, 0], "{added:?}");
    assert!(added.iter().all(|added| !added.contains("acht") && added.contains(" · ")), "{added:?}");

    let other = Browser::start(Some(&stage.proxy), &Look { size: PHONE, dark: true, ..Look::default() })?;
    other.go(&link)?;
    enter(&other)?;
    reads(&other, "Bis dann.")?;
    other.picture("talk-by-link")?;
    stage.more("Bis morgen.")?;
    reads(&other, "Bis morgen.")?;
    assert_eq!(letters(&other)?, letters(browser)?);
    Ok(())
}

#[test]
fn what_is_written_without_a_network_leaves_in_order_once_it_is_back() -> Result<()> {
    let mut stage = talking("answers-offline", "eins")?;
    let browser = &stage.browser;
    let words = Words::of(Register::DeFormal)?;
    stage.world.relay.kill()?;
    stage.send("zwei")?;
    stage.says(&words.start("unanswered")?)?;
    assert_eq!(stage.draft()?, "", "the field is free");
    stage.send("drei")?;
    browser.run("dispatchEvent(new Event('offline'));", &[])?;
    stage.says(&words.start("offline_many")?)?;
    assert_eq!(unsent(browser)?, ["zwei", "drei"]);
    browser.picture("talk-offline")?;
    browser.resize((320, 568))?;
    browser.picture("talk-offline-small")?;
    stage.world.relay.restart()?;
    browser.run("dispatchEvent(new Event('online'));", &[])?;
    reads(browser, "drei")?;
    browser.until(&format!("document.querySelectorAll('{LETTER}').length === 3"))?;
    assert_eq!(
        (letters(browser)?, unsent(browser)?.len()),
        (["eins", "zwei", "drei"].map(String::from).into(), 0)
    );
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["eins", "zwei", "drei"]);
    Ok(())
}

#[test]
fn where_the_page_forbids_the_live_connection_answers_come_all_the_same() -> Result<()> {
    let stage = talking("answers-poll", "Sind Sie da?")?;
    // What the proxy cuts is what a policy forbids: the connection never stands.
    stage.proxy.rule(|asked| if asked.method == "CONNECT" { Verdict::Cut } else { Verdict::Pass });
    stage.again("/plain")?;
    reads(&stage.browser, "Sind Sie da?")?;
    let staff = stage.world.staff(&stage.site)?;
    staff.answer(&staff.newest()?, "Ja, bis fünf.")?;
    // A look that began before the answer is followed by a pause of its own.
    pace::until("a look after the answer", || {
        stage.pass(60)?;
        let letters = letters(&stage.browser)?;
        Ok(letters.iter().any(|letter| letter.contains("Ja, bis fünf.")).then_some(()))
    })
}

#[test]
fn an_answer_that_does_not_verify_is_not_shown() -> Result<()> {
    let stage = talking("answers-forged", "Sind Sie da?")?;
    stage.proxy.rule(|asked| {
        if asked.method != "GET" || asked.path != path::EVENTS {
            return Verdict::Pass;
        }
        Verdict::Change(Box::new(|mut answered| {
            let mut body: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
            let events = body.get_mut("events").and_then(Value::as_array_mut);
            let last = events.and_then(|events| events.last_mut());
            if let Some(signature) = last.and_then(|last| last.pointer_mut("/event/signature")) {
                *signature = json!("A".repeat(86));
            }
            answered.body = body.to_string().into_bytes();
            answered
        }))
    });
    let staff = stage.world.staff(&stage.site)?;
    staff.answer(&staff.newest()?, "Überweisen Sie bitte.")?;
    stage.says(&Words::of(Register::DeFormal)?.start("talk_fault")?)?;
    assert!(!stage.browser.page_text()?.contains("Überweisen"));
    assert_eq!(stage.browser.shown(SEND)?.len(), 0);
    Ok(())
}

#[test]
fn msg_07_an_automatic_answer_says_that_it_is_one_on_the_screen_and_in_the_visitors_data() -> Result<()> {
    let stage = noticed("answers-closed", Plan::default())?;
    let staff = stage.world.staff(&stage.site)?;
    let mut status = staff.status()?;
    let from = now().plus(7_200);
    status.open = vec![Span { from, until: from.plus(3_600) }];
    status.topics = ["Fenster", "Türen"].map(|topic| Label::try_from(topic.to_owned()).unwrap()).into();
    staff.say(&status)?.ok()?;
    stage.decide(Register::DeFormal, &NONE)?;
    stage.go_on()?;
    let browser = &stage.browser;
    stage.says("Gerade ist niemand da.")?;
    let label = Words::of(Register::DeFormal)?.start("automatic")?;
    let automatic = |place: &str| -> Result<()> {
        let text = browser.text(&browser.wait_for(place)?)?;
        assert!(text.starts_with(&label) && text.contains("Wir antworten morgen."), "{text}");
        Ok(())
    };
    automatic(".automatic")?;
    browser.run("const topic = document.querySelector('#topic'); topic.value = '1'; topic.dispatchEvent(new Event('change'));", &[])?;
    browser.picture("compose-closed")?;
    stage.send("Ein Fenster, bitte.")?;
    browser.wait_for(POSTMARK)?;
    automatic(".scroll .automatic")?;
    browser.click_on(SEE)?;
    automatic("[role=log] .own .automatic")?;
    browser.picture("talk-closed")?;
    let payload = staff.read(&staff.newest()?)?.entries[0].payload.clone().context("no payload")?;
    assert_eq!(payload.told.as_deref(), Some("Wir antworten morgen."));
    assert_eq!(payload.topic.as_deref(), Some("Türen"));
    let files = stage.take(DATA)?;
    let page = einwurf_tests::talk::file(&files, ".html")?;
    assert!(page.contains(&label) && page.contains("Türen"), "{page}");
    Ok(())
}
