//! A company and its visitor talk: a visitor's browser and two members' at once, all live.

use anyhow::{Context, Result};
use einwurf_protocol::{
    ids::Cid,
    message::{Act, Attachment},
    notice::Register,
};
use einwurf_seal::file::FileOpener;
use einwurf_tests::{
    browser::{Browser, DESKTOP, Look, PHONE},
    clock::now,
    colleague::{ANNA, PASSWORD, READ, join},
    desk::{self, ITEM, ROW},
    pace,
    plan::Plan,
    staff::Staff,
    talk::{enter, noticed, reads},
    widget::SEE,
    world::Stage,
};
use serde_json::json;
use std::collections::BTreeSet;

/// The composer's field.
const ANSWER: &str = "#answer";
/// "Seal and send".
const SEND: &str = "#answer-send";
/// What says that an answer arrived.
const ARRIVED: &str = "#answer-good p";
/// What says why it did not.
const CARE: &str = "#answer-care p";

/// Messages that a member has on the screen.
fn items(browser: &Browser) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])].map((item) => item.textContent);";
    Ok(serde_json::from_value(browser.run(script, &[json!(ITEM)])?)?)
}

/// Waits until a member reads `text`, by itself.
fn shows(browser: &Browser, text: &str) -> Result<()> {
    browser.until(&format!(
        "[...document.querySelectorAll('{ITEM}')].some((item) => item.textContent === {})",
        json!(text)
    ))
}

fn answer(browser: &Browser, text: &str) -> Result<()> {
    browser.type_into(ANSWER, text)?;
    browser.click_on(SEND)
}

/// Anna's browser, logged in, with the newest conversation open.
fn anna(stage: &Stage) -> Result<Browser> {
    let browser = Browser::start(Some(&stage.proxy), &Look::default())?;
    browser.go(&stage.inbox_link())?;
    browser.type_into(desk::ACCOUNT, ANNA)?;
    browser.type_into(desk::PASSWORD, PASSWORD)?;
    browser.click_on(desk::MAIN)?;
    browser.click_on(ROW)?;
    browser.wait_for(ANSWER)?;
    Ok(browser)
}

/// A visitor's tab with a conversation, and Meike's with it open.
struct Sides {
    stage: Stage,
    admin: Staff,
    meike: Browser,
}

impl Sides {
    fn start(name: &str, text: &str) -> Result<Self> {
        let stage = noticed(name, Plan::default())?;
        stage.decide(Register::DeFormal, &BTreeSet::new())?;
        stage.go_on()?;
        stage.written(text)?;
        stage.browser.click_on(SEE)?;
        let admin = stage.world.staff(&stage.site)?;
        admin.newest()?;
        let meike = Browser::start(Some(&stage.proxy), &Look::default())?;
        meike.go(&stage.inbox_link())?;
        meike.type_into(desk::ACCOUNT, &stage.site.plan.account)?;
        meike.type_into(desk::PASSWORD, &stage.site.plan.password)?;
        meike.click_on(desk::MAIN)?;
        meike.click_on(ROW)?;
        meike.wait_for(ANSWER)?;
        Ok(Self { stage, admin, meike })
    }

    /// Everything that was written, as the relay has it.
    fn texts(&self) -> Result<Vec<String>> {
        self.admin.texts(&self.admin.newest()?)
    }
}

#[test]
fn three_talk_at_once_nothing_is_lost_and_who_is_removed_is_out() -> Result<()> {
    let mut sides = Sides::start("replies", "Wann kommen Sie?")?;
    let member = join(&sides.stage.world, &sides.stage.site, &mut sides.admin, READ)?;
    let anna = anna(&sides.stage)?;
    let meike = &sides.meike;

    // An answer is read by the visitor and by the colleague without anybody looking for it.
    answer(meike, "Morgen um acht.")?;
    meike.wait_for(ARRIVED)?;
    shows(&anna, "Morgen um acht.")?;
    enter(&sides.stage.browser)?;
    reads(&sides.stage.browser, "Morgen um acht.")?;
    assert_eq!(anna.count("[role=log] .item-staff")?, 1);

    // Two at once: whoever is later is told, keeps the text, and decides.
    meike.click_on("#answer-another")?;
    meike.type_into(ANSWER, "Ich bringe alles mit.")?;
    answer(&anna, "Meike kommt.")?;
    anna.wait_for(ARRIVED)?;
    meike.click_on(SEND)?;
    meike.wait_for("#answer-anyway")?;
    shows(meike, "Meike kommt.")?;
    let question = meike.text(&meike.find("#answer-colleague")?)?;
    assert!(question.contains("Anna"), "{question}");
    assert_eq!(
        meike.run("return document.querySelector('#answer').value;", &[])?,
        json!("Ich bringe alles mit.")
    );
    look(meike, "inbox-colleague")?;
    meike.click_on("#answer-anyway")?;
    meike.wait_for(ARRIVED)?;
    reads(&sides.stage.browser, "Ich bringe alles mit.")?;
    look(meike, "inbox-answered")?;
    let all = ["Wann kommen Sie?", "Morgen um acht.", "Meike kommt.", "Ich bringe alles mit."];
    assert_eq!(sides.texts()?, all);
    shows(&anna, all[3])?;
    assert_eq!(items(&anna)?, all);
    assert_eq!(meike.violations()?, []);

    // Removed with a tab open and a text begun: out at once.
    anna.click_on("#answer-another")?;
    anna.type_into(ANSWER, "Noch nicht gesendet")?;
    let id = member.session.member;
    sides.admin.publish(|says| says.remove(&id, now()))?;
    // Told by the live connection: a look of its own comes once a minute, later than anything is waited for.
    pace::until("Anna's tab is at the login", || {
        Ok((anna.count(desk::PASSWORD)? == 1 && anna.count(ITEM)? == 0).then_some(()))
    })?;
    assert!(!anna.page_text()?.contains("Noch nicht gesendet"));
    Ok(())
}

#[test]
fn an_answer_waits_out_a_dead_relay_and_a_restriction_and_arrives_once() -> Result<()> {
    let mut sides = Sides::start("replies-lost", "Sind Sie da?")?;
    let address = sides.admin.newest()?;
    sides.stage.world.relay.kill()?;
    answer(&sides.meike, "Ja, bis fünf.")?;
    sides.meike.wait_for(CARE)?;
    let value = sides.meike.run("return document.querySelector('#answer').value;", &[])?;
    assert_eq!(value, json!("Ja, bis fünf."));
    look(&sides.meike, "inbox-answer-failed")?;
    sides.stage.world.relay.restart()?;
    sides.meike.click_on(SEND)?;
    sides.meike.wait_for(ARRIVED)?;
    assert_eq!(sides.texts()?, ["Sind Sie da?", "Ja, bis fünf."]);

    // Another conversation's text is its own, and what is typed is there again.
    sides.meike.click_on("#answer-another")?;
    sides.meike.type_into(ANSWER, "Halb geschrieben")?;
    sides.stage.world.visitor(&sides.stage.site)?.open("Zweite Frage")?;
    sides.meike.until("document.querySelectorAll('.rows .row').length === 2")?;
    let kept = "document.querySelector('#answer')?.value === 'Halb geschrieben'";
    sides.meike.until(kept)?;
    choose(&sides.meike, "Zweite Frage")?;
    sides.meike.until("document.querySelector('#answer')?.value === ''")?;
    choose(&sides.meike, "Ja, bis fünf.")?;
    sides.meike.until(kept)?;

    // Nobody answers in what is restricted, and the text stays.
    let act = sides.admin.act(&address, Act::Restrict)?;
    assert_eq!(act.status, 201, "{:?}", act.code()?);
    sides.meike.wait_for(".answer-no")?;
    assert_eq!(sides.meike.count(ANSWER)?, 0);
    let act = sides.admin.act(&address, Act::Lift)?;
    assert_eq!(act.status, 201);
    sides.meike.until(kept)
}

/// Opens the conversation whose row in the list says `text`: two of one second stand in any order.
fn choose(browser: &Browser, text: &str) -> Result<()> {
    // A row says it once it is opened, which comes after the row.
    let row = format!(
        "[...document.querySelectorAll('.rows .row')].find((row) => row.textContent.includes({}))",
        json!(text)
    );
    browser.until(&row)?;
    browser.run(&format!("{row}.click();"), &[]).map(drop)
}

/// Pictures for people who ask for them: small and dark, large and light.
fn look(browser: &Browser, name: &str) -> Result<()> {
    for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
        browser.resize(size)?;
        browser.dark(dark)?;
        browser.picture(&format!("{name}-{}", size.0))?;
    }
    Ok(())
}

/// The content of a file as the visitor's app opens it.
fn opened(staff: &Staff, address: &str, cid: &Cid, attachment: &Attachment) -> Result<Vec<u8>> {
    let states = pace::until("every part of the file", || {
        let states = staff.attachments(address)?;
        Ok(Some(states).filter(|states| states.iter().all(|state| state.missing.is_empty())))
    })?;
    let state = states.iter().find(|state| state.id == attachment.id).context("declared")?;
    let (mut opener, mut out) = (FileOpener::new(cid, attachment)?, Vec::new());
    for part in 0..u32::try_from(state.bytes.div_ceil(1_048_576))? {
        opener.update(&staff.part(address, attachment.id, part)?.ok()?.body, &mut out)?;
    }
    opener.finish()?;
    Ok(out)
}

#[test]
fn msg_06_files_of_an_answer_are_cleaned_and_sealed_and_what_is_confidential_asks_for_a_call() -> Result<()> {
    let sides = Sides::start("replies-files", "Wie sieht das aus?")?;
    let (meike, address) = (&sides.meike, sides.admin.newest()?);
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-camera.jpg");
    meike.choose(&meike.wait_for("input[type=file]")?, &photo)?;
    meike.until("document.querySelector('.files-picked .file-state')?.textContent.includes('Bereit')")?;
    meike.type_into(".file-describe", "Der Rahmen von außen.")?;
    answer(meike, "So sieht es aus.")?;
    meike.wait_for("#callback-done")?;
    look(meike, "inbox-callback")?;
    assert_eq!(meike.violations()?, []);
    meike.click_on("#callback-without")?;
    meike.wait_for(ARRIVED)?;
    let thread = sides.admin.read(&address)?;
    let payload = thread.entries.last().and_then(|entry| entry.payload.as_ref()).context("an answer")?;
    let attachment = payload.attachments.first().context("a file")?;
    assert_eq!(&*attachment.name, "bild-1.jpg");
    assert_eq!(attachment.description.as_deref(), Some("Der Rahmen von außen."));
    let content = opened(&sides.admin, &address, &thread.cid, attachment)?;
    let tells = |word: &[u8]| content.windows(word.len()).any(|bytes| bytes.eq_ignore_ascii_case(word));
    assert!(!tells(b"canary") && !tells(b"GPS"), "the photo says more than it shows");
    meike.wait_for(".item-staff .file-show")?;
    look(meike, "inbox-file-sent")?;

    // Noted once, it is not asked for again, and everybody reads it.
    meike.click_on("#answer-another")?;
    answer(meike, "Bitte auf DE89 3704 0044 0532 0130 00.")?;
    meike.wait_for("#callback-number")?;
    meike.click_on("#callback-done")?;
    meike.wait_for(CARE)?;
    assert_eq!(sides.texts()?.len(), 2, "sent without an answer to the question");
    meike.type_into("#callback-number", "030 123456")?;
    meike.click_on("#callback-done")?;
    meike.wait_for(ARRIVED)?;
    meike.until("document.querySelector('.answer-identity').textContent.includes('030 123456')")?;
    meike.click_on("#answer-another")?;
    answer(meike, "Das Konto ist bei der Musterbank.")?;
    meike.wait_for(ARRIVED)?;
    assert_eq!(sides.texts()?.len(), 4);
    Ok(())
}
