//! The ways of visitors and staff in every engine, on a phone and on a desktop: what the other journeys prove in depth in
//! Chromium holds where people use something else. `EINWURF_ENGINE` leaves the others out.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        header, path,
        staff::{Abuse, Strictness},
    },
    codec::from_base64,
    limits::{MESSAGE_BITS, OPENINGS_PER_MINUTE},
    notice::Register,
    work::Work,
};
use einwurf_tests::{
    browser::{DESKTOP, Engine, HAND, Look},
    desk::{self, ITEM, ROW},
    pace,
    proxy::{Answered, Asked, Verdict},
    relay::Options,
    seed,
    talk::{LETTER, enter, private_link, reads},
    widget::{AGREE, BELOW, BOX, DECLINE, RECEIPT, SEE, SEND, TEXT, WITHDRAW, Words, YES},
    world::{LAUNCHER, Stage, World},
};
use serde_json::json;
use std::time::Instant;

const REGISTER: Register = Register::DeFormal;
const ENTER: &str = "\u{e007}";
/// The field for files; on the screen its label stands for it.
const FILES: &str = ".picks .row .pick:last-child input";

/// A world with a browser of this engine, unless another one was asked for.
fn stage(name: &str, engine: Engine, size: (u32, u32)) -> Result<Option<Stage>> {
    stage_with(&Options::default(), name, engine, size)
}

fn stage_with(options: &Options, name: &str, engine: Engine, size: (u32, u32)) -> Result<Option<Stage>> {
    if Engine::asked()?.is_some_and(|asked| asked != engine) {
        return Ok(None);
    }
    let name = format!("engines-{name}-{}", engine.name());
    let look = Look { engine: Some(engine), size, ..Look::default() };
    let stage = Stage::start(World::start(&name, options)?, &look)?;
    stage.visit("/plain")?;
    // A window of the screen's is told of its size by the screen.
    let viewport = format!("innerWidth === {} && innerHeight === {}", size.0, size.1);
    stage.browser.until(&viewport).context("the viewport")?;
    Ok(Some(stage))
}

/// What a screen of an engine looks like, for people.
fn picture(stage: &Stage, screen: &str) -> Result<()> {
    let width = stage.browser.run("return top.innerWidth > 600 ? 'desktop' : 'phone';", &[]);
    let width = width.ok().and_then(|width| width.as_str().map(str::to_owned)).unwrap_or_default();
    stage.browser.picture(&format!("engine-{}-{width}-{screen}", stage.browser.engine().name()))
}

/// One byte of the widget's code differs from what was signed: no frame, but the ordinary contact ways.
fn refuses_what_was_not_signed(stage: &Stage) -> Result<()> {
    let script = seed::release()?.widget.script.path;
    stage.proxy.rule(move |asked| {
        if asked.path != script {
            return Verdict::Pass;
        }
        Verdict::Change(Box::new(|mut answered: Answered| {
            if let Some(byte) = answered.body.first_mut() {
                *byte ^= 1;
            }
            // What was tampered with must not stay in the cache for the next round.
            answered.headers.retain(|(name, _)| name != "cache-control");
            answered.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
            answered
        }))
    });
    stage.visit("/plain")?;
    stage.click_launcher()?;
    stage.ways_show()?;
    picture(stage, "ways")?;
    stage.proxy.clear_rules();
    Ok(())
}

/// Declining leads to the contact ways, and nothing was sent.
fn declines(stage: &Stage) -> Result<()> {
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    picture(stage, "consent")?;
    stage.browser.click_on(DECLINE)?;
    stage.says(&Words::of(REGISTER)?.start("declined_title")?)?;
    ensure!(stage.relay_posts().is_empty(), "{:?}", stage.relay_posts());
    stage.browser.leave()
}

/// From the button to the text, by fingers.
fn agrees(stage: &Stage) -> Result<()> {
    stage.again("/plain")?;
    stage.agree()?;
    stage.browser.type_into(TEXT, "Es zieht.")
}

/// The same by keyboard alone.
fn agrees_by_keyboard(stage: &Stage) -> Result<()> {
    let browser = &stage.browser;
    browser.go("about:blank")?;
    stage.visit("/plain")?;
    browser.wait_for(LAUNCHER)?;
    browser.tab_to(LAUNCHER)?;
    browser.press(ENTER)?;
    enter(browser)?;
    browser.wait_for(BOX)?;
    browser.tab_to(BOX)?;
    browser.press(" ")?;
    browser.tab_to(AGREE)?;
    browser.press(ENTER)?;
    browser.until("document.activeElement.id === 'text'")?;
    "Es zieht.".chars().try_for_each(|key| browser.press(&key.to_string()))
}

/// A photo and the text go out together, and a member reads both and answers while the visitor looks.
fn writes_and_is_answered(stage: &Stage, by_keyboard: bool) -> Result<()> {
    let browser = &stage.browser;
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-turned-1.jpg");
    browser.choose(&browser.wait_for(FILES)?, &photo)?;
    browser.until("document.querySelector('.picked img')?.naturalWidth > 0")?;
    picture(stage, "photo")?;
    if by_keyboard {
        browser.tab_to(SEND)?;
        browser.press(ENTER)?;
    } else {
        browser.click_on(SEND)?;
    }
    stage.arrived()?;
    stage.says(&Words::of(REGISTER)?.start("bar_done")?)?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    assert_eq!(staff.texts(&address)?, ["Es zieht."]);
    let thread = staff.read(&address)?;
    let payload = thread.entries.first().and_then(|entry| entry.payload.as_ref()).context("a payload")?;
    let names: Vec<_> = payload.attachments.iter().map(|file| file.name.to_string()).collect();
    assert_eq!(names, ["bild-1.jpg"]);
    let states = staff.attachments(&address)?;
    assert!(states.iter().all(|state| state.missing.is_empty()), "{states:?}");

    browser.click_on(SEE)?;
    reads(browser, "Es zieht.")?;
    staff.answer(&address, "Wir kommen.")?;
    reads(browser, "Wir kommen.")?;
    picture(stage, "answered")
}

/// The conversation is there on the next page, and what is written there arrives.
fn goes_on_elsewhere(stage: &Stage) -> Result<()> {
    stage.company.put_page("theme", &[], &stage.site.file_snippet(REGISTER))?;
    stage.again("/theme")?;
    reads(&stage.browser, "Wir kommen.")?;
    stage.more("Danke.")
}

/// The receipt is saved as a file and its private link leads to the conversation, where it is ended.
fn takes_the_receipt_and_withdraws(stage: &Stage) -> Result<()> {
    let browser = &stage.browser;
    stage.paper(RECEIPT)?;
    picture(stage, "receipt")?;
    browser.click_on(".files a[download$='.html']")?;
    let saved = pace::until("the receipt is saved", || browser.saved("html"))?;
    let notice = stage.notice(REGISTER)?;
    let statement = notice.statements.first().context("a statement")?;
    for said in [&statement.text, &notice.withdrawal.label] {
        ensure!(saved.contains(said.as_str()), "the receipt does not say: {said}");
    }
    let link = private_link(browser)?;
    browser.click_on(BELOW)?;
    browser.leave()?;
    browser.go("about:blank")?;
    browser.go(&link)?;
    enter(browser)?;
    reads(browser, "Wir kommen.")?;
    picture(stage, "door")?;
    browser.click_on(WITHDRAW)?;
    browser.click_on(YES)?;
    stage.says(&Words::of(REGISTER)?.start("ended_title")?)?;
    // The company's own door keeps conversations where its pages do: for those pages it was never there. A browser that
    // was sent on while it forgot withdraws once more, and is told that it is over.
    stage.again("/plain")?;
    let words = Words::of(REGISTER)?;
    let over = [words.start("gone_title")?, words.start("ended_title")?];
    browser.until(&format!(
        "document.querySelector('{AGREE}') || {}.some((title) => document.body.innerText.includes(title))",
        json!(over)
    ))?;
    ensure!(!browser.page_text()?.contains("Wir kommen."), "it is still there");
    Ok(())
}

fn way_of_a_visitor(engine: Engine, size: (u32, u32)) -> Result<()> {
    let Some(stage) = stage(&format!("visitor-{}", size.0), engine, size)? else { return Ok(()) };
    let by_keyboard = size == DESKTOP;
    if by_keyboard {
        let door = format!("{}/door.html", stage.company.origin());
        stage.company.put("/door.html", &[], stage.site.door(REGISTER)?);
        stage.world.staff(&stage.site)?.publish(|says| says.relay.door = Some(door))?;
    }
    refuses_what_was_not_signed(&stage)?;
    declines(&stage)?;
    if by_keyboard { agrees_by_keyboard(&stage) } else { agrees(&stage) }?;
    writes_and_is_answered(&stage, by_keyboard)?;
    goes_on_elsewhere(&stage)?;
    takes_the_receipt_and_withdraws(&stage)
}

/// A policy that allows what the documentation names and nothing else; one that trusts by a nonce; one that asks for trusted
/// types.
fn policies(stage: &Stage) -> Result<[(&'static str, String, &'static str); 3]> {
    let relay = stage.world.relay.origin();
    let strict = einwurf_tests::company::documented("en", &relay)?;
    let dynamic = format!(
        "script-src 'nonce-r4nd0m' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'; \
         connect-src {relay} {}",
        relay.replacen("http", "ws", 1)
    );
    let types = "require-trusted-types-for 'script'; trusted-types einwurf".to_owned();
    Ok([("plain", strict, ""), ("plain", dynamic, "nonce=\"r4nd0m\""), ("plain", types, "")])
}

/// Somebody floods a site whose members have asked for more work already.
fn floods(stage: &Stage) -> Result<()> {
    let strict = Abuse { text_only: false, strictness: Strictness::Strict };
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.json("PUT", path::INBOX_ABUSE, &strict)?.status, 204);
    for _ in 0..=OPENINGS_PER_MINUTE / 4 {
        stage.world.visitor(&stage.site)?.open("Gewinnspiel")?;
    }
    Ok(())
}

/// Bits of the work that the browser's first message came with.
fn worked(stage: &Stage) -> Result<u8> {
    let paid = |asked: Asked| {
        let opens = asked.path == path::CONVERSATIONS && asked.method == "POST";
        opens.then(|| asked.header(header::WORK).map(str::to_owned)).flatten()
    };
    let paid = stage.proxy.asked().into_iter().rev().find_map(paid).context("no work")?;
    Ok(serde_json::from_slice::<Work>(&from_base64(&paid)?)?.challenge.bits())
}

/// Every page lets the button in, and the conversation goes on from one to the next. The first message comes during a flood.
fn pages(engine: Engine) -> Result<()> {
    let vars = [("EINWURF_PACE".to_owned(), "1".to_owned())].into();
    let options = Options { vars, ..Options::default() };
    let Some(stage) = stage_with(&options, "pages", engine, HAND)? else { return Ok(()) };
    floods(&stage)?;
    let more =
        |more: &str| stage.site.file_snippet(REGISTER).replacen(" data-", &format!(" {more} data-"), 1);
    let mut last: Option<String> = None;
    let kinds = policies(&stage)?.into_iter().map(|(page, policy, with)| (page, Some(policy), with));
    let fixtures =
        ["theme", "right-to-left", "banner"].map(|page| (page, None, "data-cookieconsent=\"ignore\""));
    for (page, policy, with) in kinds.chain(fixtures) {
        let what = policy.clone().unwrap_or_else(|| page.to_owned());
        let headers: Vec<_> =
            policy.iter().map(|policy| ("content-security-policy", policy.as_str())).collect();
        stage.company.put_page(page, &headers, &more(with))?;
        stage.browser.leave()?;
        stage.browser.go("about:blank")?;
        stage.visit(&format!("/{page}"))?;
        if page == "banner" {
            stage.browser.click_on("#accept")?;
        }
        stage.open_widget().with_context(|| what.clone())?;
        if let Some(text) = &last {
            reads(&stage.browser, text).with_context(|| what.clone())?;
            stage.more(&what)?;
        } else {
            stage.agree().with_context(|| what.clone())?;
            let begun = Instant::now();
            stage.written(&what)?;
            let (took, bits) = (begun.elapsed(), worked(&stage)?);
            ensure!(took.as_secs() < 60, "{took:?}");
            ensure!(bits > MESSAGE_BITS + 1, "no work of a flood: {bits}");
        }
        picture(&stage, &format!("page-{}", what.split(' ').next().unwrap_or(page)))?;
        last = Some(what);
    }
    assert_eq!(stage.browser.count(LETTER)?, 6);
    Ok(())
}

/// A member logs in, reads and answers; the visitor gets the answer.
fn way_of_a_member(engine: Engine, size: (u32, u32)) -> Result<()> {
    let Some(stage) = stage(&format!("member-{}", size.0), engine, size)? else { return Ok(()) };
    let browser = &stage.browser;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("Wann kommen Sie?")?;
    stage.world.staff(&stage.site)?.newest()?;
    browser.go(&stage.inbox_link())?;
    browser.type_into(desk::ACCOUNT, &stage.site.plan.account)?;
    browser.type_into(desk::PASSWORD, &stage.site.plan.password)?;
    browser.click_on(desk::MAIN)?;
    // A row is drawn anew once it is opened.
    browser.until(&format!("document.querySelector('{ROW}')?.innerText.includes('Wann kommen Sie?')"))?;
    browser.open_newest()?;
    browser.until(&format!("document.querySelector('{ITEM}')?.textContent === 'Wann kommen Sie?'"))?;
    picture(&stage, "inbox")?;
    // A second message comes up by itself.
    visitor.write("Am liebsten morgen.")?;
    browser.until(&format!(
        "[...document.querySelectorAll('{ITEM}')].some((item) => item.textContent === 'Am liebsten morgen.')"
    ))?;
    browser.type_into("#answer", "Morgen um acht.")?;
    browser.click_on("#answer-send")?;
    browser.wait_for("#answer-good p")?;
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(
        staff.texts(&staff.newest()?)?,
        ["Wann kommen Sie?", "Am liebsten morgen.", "Morgen um acht."]
    );
    Ok(())
}

#[test]
fn chromium_on_a_phone_takes_a_visitor_all_the_way() -> Result<()> {
    way_of_a_visitor(Engine::Chromium, HAND)
}

#[test]
fn chromium_on_a_desktop_takes_a_visitor_all_the_way_by_keyboard() -> Result<()> {
    way_of_a_visitor(Engine::Chromium, DESKTOP)
}

#[test]
fn firefox_on_a_phone_takes_a_visitor_all_the_way() -> Result<()> {
    way_of_a_visitor(Engine::Firefox, HAND)
}

#[test]
fn firefox_on_a_desktop_takes_a_visitor_all_the_way_by_keyboard() -> Result<()> {
    way_of_a_visitor(Engine::Firefox, DESKTOP)
}

#[test]
fn webkit_on_a_phone_takes_a_visitor_all_the_way() -> Result<()> {
    way_of_a_visitor(Engine::WebKit, HAND)
}

#[test]
fn webkit_on_a_desktop_takes_a_visitor_all_the_way_by_keyboard() -> Result<()> {
    way_of_a_visitor(Engine::WebKit, DESKTOP)
}

#[test]
fn firefox_lets_a_message_through_from_pages_of_every_kind() -> Result<()> {
    pages(Engine::Firefox)
}

#[test]
fn webkit_lets_a_message_through_from_pages_of_every_kind() -> Result<()> {
    pages(Engine::WebKit)
}

#[test]
fn firefox_serves_a_member_on_a_phone() -> Result<()> {
    way_of_a_member(Engine::Firefox, HAND)
}

#[test]
fn webkit_serves_a_member_on_a_desktop() -> Result<()> {
    way_of_a_member(Engine::WebKit, DESKTOP)
}
