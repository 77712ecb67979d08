//! Keys, announcements, time limits and slow devices in the real apps (A11-02, A11-03, A11-05, A11-06). What each state looks
//! and sounds like is judged in `journey_gallery`.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{Browser, Engine, Look, PHONE},
    desk::{ACCOUNT, ITEM, LOG_OUT, SETTINGS},
    proxy::Verdict,
    talk::{noticed, reads},
    watch::{self, ONE_PROCESS},
    widget::{AGREE, BELOW, BOX, DATA, POSTMARK, SEE, SEND, TEXT, WITHDRAW, Words, YES},
    world::{FRAME, LAUNCHER, Stage, World},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
/// From the open window until the message is sent: presses of Tab.
const STOPS: usize = 10;

/// Presses Tab until the focus is on `selector`; how often. What has the focus on the way is in sight and shows it.
fn tab_to(browser: &Browser, selector: &str) -> Result<usize> {
    let (mut way, mut past) = (Vec::new(), false);
    for stops in 0..150 {
        if browser.focused(selector)? {
            return Ok(stops);
        }
        if past {
            browser.press_back()?;
        } else {
            browser.press(TAB)?;
        }
        let name = seen(browser).with_context(|| format!("on the way to {selector}"))?;
        // Past the last stop comes the browser's own bar, which this one does not have: from there it goes back.
        if name == "body" {
            browser.cdp("Page.bringToFront", &json!({}))?;
            past = true;
        }
        way.push(name);
    }
    anyhow::bail!("Tab never reached {selector}: {way:#?}")
}

/// Goes there by Tab and presses a key.
fn press_on(browser: &Browser, selector: &str, key: &str) -> Result<usize> {
    let stops = tab_to(browser, selector)?;
    browser.press(key)?;
    Ok(stops)
}

/// Whatever has the focus lies on top, within the window, with a ring.
fn seen(browser: &Browser) -> Result<String> {
    let script = "
        const one = document.activeElement;
        if (!one || one === document.body || one.localName === 'iframe' || one.shadowRoot !== null || window.__shadows?.length) return ['', one?.localName];
        const place = one.getBoundingClientRect().width > 4 ? one : one.closest('label') ?? one;
        const { left, top, right, bottom } = place.getBoundingClientRect();
        const hit = document.elementFromPoint((left + right) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
        const ringed = [place, one, one.closest('label'), one.parentElement].some((each) => each && getComputedStyle(each).outlineStyle !== 'none');
        const name = one.outerHTML.slice(0, 120);
        if (!hit || !(place.contains(hit) || hit.contains(place) || hit.closest('label')?.contains(one))) return [`hidden: ${name}`, ''];
        return [ringed ? '' : `no ring: ${name}`, name];";
    let (fault, name): (String, String) = serde_json::from_value(browser.run(script, &[])?)?;
    ensure!(fault.is_empty(), "{fault}");
    Ok(name)
}

/// The focus is somewhere within the frame, and not lost.
fn kept(browser: &Browser, screen: &str) -> Result<()> {
    browser
        .until("document.activeElement && document.activeElement !== document.body")
        .context(screen.to_owned())
}

#[test]
fn a11_02_from_the_button_to_the_withdrawal_by_keys_alone_on_a_phone() -> Result<()> {
    let look = Look {
        engine: Some(Engine::Chromium),
        size: PHONE,
        flags: vec![ONE_PROCESS.to_owned()],
        ..Look::default()
    };
    let stage = Stage::start(World::quiet("keys-visitor")?, &look)?;
    let browser = &stage.browser;
    stage.visit("/plain")?;
    browser.wait_for(LAUNCHER)?;
    press_on(browser, LAUNCHER, ENTER)?;
    enter(&stage)?;
    browser.wait_for(BOX)?;
    kept(browser, "notice")?;
    // Escape closes, agrees to nothing, and gives the focus back.
    press_on(browser, BOX, " ")?;
    browser.press(ESCAPE)?;
    stage.closed()?;
    assert!(browser.focused(LAUNCHER)?, "the focus is not back on the button");
    assert_eq!(stage.relay_posts(), Vec::<String>::new());

    // Whatever Tab does, it does not come to the page below the open window.
    browser.run(
        "window.strayed = []; addEventListener('focusin', ({ target }) => { if (!target.matches('einwurf-chat')) strayed.push(target.outerHTML.slice(0, 99)); });
         const below = document.createElement('a'); below.href = '#below'; below.textContent = 'below'; document.body.append(below);",
        &[],
    )?;
    browser.press(ENTER)?;
    enter(&stage)?;
    browser.wait_for(BOX)?;
    browser.press_often(TAB, 40)?;
    browser.leave()?;
    let strayed: Vec<String> = serde_json::from_value(browser.run("return strayed;", &[])?)?;
    let below = strayed.iter().filter(|one| one.contains("below")).count();
    assert_eq!(below, 0, "{strayed:?}");

    // From the open window to "sent".
    stage.anew(Register::DeFormal)?;
    kept(browser, "notice")?;
    let mut stops = press_on(browser, BOX, " ")?;
    stops += press_on(browser, AGREE, ENTER)?;
    browser.until("document.activeElement?.id === 'text'")?;
    browser.press("H")?;
    stops += press_on(browser, SEND, ENTER)?;
    browser.wait_for(POSTMARK)?;
    assert_eq!(stops, STOPS, "stops between the open window and the message that is sent");

    kept(browser, "arrived")?;
    press_on(browser, SEE, ENTER)?;
    stage.says("H")?;
    kept(browser, "talk")?;
    press_on(browser, DATA, ENTER)?;
    browser.wait_for(".files a")?;
    kept(browser, "data")?;
    press_on(browser, BELOW, ENTER)?;
    browser.wait_for(TEXT)?;
    kept(browser, "talk again")?;
    press_on(browser, WITHDRAW, ENTER)?;
    browser.wait_for(YES)?;
    kept(browser, "leave")?;
    press_on(browser, YES, ENTER)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    kept(browser, "ended")?;
    browser.press(ESCAPE)?;
    stage.closed()?;
    assert!(browser.focused(LAUNCHER)?, "the focus is not back on the button");
    Ok(())
}

fn enter(stage: &Stage) -> Result<()> {
    stage.browser.wait_for(FRAME)?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)
}

#[test]
fn a11_02_a11_03_the_inbox_by_keys_alone_and_no_end_without_a_warning() -> Result<()> {
    let stage = Stage::watched("keys-staff", einwurf_tests::plan::Plan::default())?;
    stage.world.visitor(&stage.site)?.open("Mein Fenster klemmt.")?;
    stage.world.staff(&stage.site)?.count(1)?;
    let browser = &stage.browser;
    browser.go(&stage.inbox_link())?;
    browser.wait_for(ACCOUNT)?;
    tab_to(browser, ACCOUNT)?;
    browser.type_into(ACCOUNT, &stage.site.plan.account)?;
    browser.press(TAB)?;
    browser.until("document.activeElement?.id === 'password'")?;
    browser.type_into("#password", &stage.site.plan.password)?;
    browser.press(ENTER)?;
    browser.wait_for(".rows .row-name")?;
    // The skip link comes first, and leads past the areas.
    browser.until("document.activeElement !== document.querySelector('#password')")?;
    press_on(browser, ".rows .row", ENTER)?;
    browser.wait_for(ITEM)?;
    press_on(browser, "#answer", "J")?;
    press_on(browser, "#answer-send", ENTER)?;
    browser.until("document.querySelector('#answer-good')?.innerText.length > 5")?;
    kept(browser, "answered")?;
    // The keys, and back to where they were asked for. The app hears that they are closed in a task of its own.
    browser.run("window.closes = 0; addEventListener('close', () => { closes += 1; }, true);", &[])?;
    tab_to(browser, ".nav-keys")?;
    browser.press(ENTER)?;
    browser.wait_for("dialog#help[open]")?;
    browser.press_often(TAB, 6)?;
    browser.until("document.activeElement === document.body || document.querySelector('#help').contains(document.activeElement)")?;
    browser.press(ESCAPE)?;
    browser.until("closes === 1 && document.activeElement?.matches('.nav-keys')")?;
    assert_eq!(browser.count("dialog[open]")?, 0);
    // Who turns keys with letters off is not thrown out of the list by them.
    browser.press("?")?;
    browser.wait_for("dialog#help[open]")?;
    press_on(browser, "#letters", " ")?;
    browser.press(ESCAPE)?;
    browser.until("closes === 2")?;
    browser.press("?")?;
    assert_eq!(browser.count("dialog[open]")?, 0);
    press_on(browser, SETTINGS, ENTER)?;
    browser.until("document.activeElement?.id === 'title'")?;

    // The relay's clock stays where it is, and would take no proof of a device that is hours ahead.
    stage.proxy.rule(|_| Verdict::Cut);
    // What is said at the bottom lies on nothing, on a phone either.
    browser.resize(PHONE)?;
    // Thirteen minutes without a key: it says so, once, and a key makes it go on.
    wait(&stage, 740)?;
    assert_eq!(warning(browser)?, "");
    wait(&stage, 60)?;
    assert!(warning(browser)?.contains("zwei Minuten"), "{}", warning(browser)?);
    // Whichever key: who goes to the button by keys has gone on before it is reached.
    browser.press(TAB)?;
    browser.until("!document.querySelector('#go-on')")?;
    wait(&stage, 730)?;
    assert_eq!(warning(browser)?, "");
    // The end of the session: with the password it goes on, wherever one is.
    for _ in 0..57 {
        browser.press("\u{e008}")?;
        wait(&stage, 710)?;
    }
    browser.press("\u{e008}")?;
    wait(&stage, 700)?;
    assert!(warning(browser)?.contains("Sitzung"), "{}", warning(browser)?);
    press_on(browser, "#go-on", ENTER)?;
    browser.wait_for("dialog[open] #reauth-password")?;
    browser.press(ESCAPE)?;
    browser.until("!document.querySelector('dialog[open]')")?;
    assert_eq!(browser.count(LOG_OUT)?, 1);
    Ok(())
}

/// Time passes on the page, with its timers.
fn wait(stage: &Stage, seconds: u32) -> Result<()> {
    let script = format!(
        "window.__late = (window.__late ?? 0) + {seconds};
         if (!window.__Real) {{
           window.__Real = Date;
           window.Date = class extends __Real {{
             constructor(...given) {{ given.length ? super(...given) : super(__Real.now() + window.__late * 1000); }}
             static now() {{ return __Real.now() + window.__late * 1000; }}
           }};
         }}
         // Timers are as far ahead as they were sent before.
         window.__turns = (window.__turns ?? 0) + 1;
         await window.__pass(5 * window.__turns);
         await new Promise((idle) => requestIdleCallback(idle, {{ timeout: 500 }}));"
    );
    stage.browser.run_async(&script, &[]).map(drop)
}

fn warning(browser: &Browser) -> Result<String> {
    let said = browser.run("return document.querySelector('.toasts [role=alert]').innerText;", &[])?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// Notes what is put into a live region that is on the page already: that is what is read out.
const LISTEN: &str = "
    window.__said = [];
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const region = (target.closest ?? target.parentElement?.closest)?.call(target.closest ? target : target.parentElement, '[role=log], [role=status], [role=alert]');
        const fresh = changes.some(({ addedNodes }) => [...addedNodes].some((node) => node.contains?.(region)));
        if (!region || fresh) continue;
        for (const node of addedNodes) if (!node.closest?.('[aria-live=off]')) window.__said.push(node.textContent);
      }
    }).observe(document, { childList: true, subtree: true });";

fn said(browser: &Browser, text: &str) -> Result<usize> {
    let all: Vec<String> = serde_json::from_value(browser.run("return window.__said;", &[])?)?;
    Ok(all.iter().filter(|said| said.contains(text)).count())
}

#[test]
fn a11_03_an_answer_is_read_out_once_and_what_was_there_never_again() -> Result<()> {
    let mut look = watch::look();
    look.first.push_str(LISTEN);
    let stage = Stage::of(World::quiet("announced")?, einwurf_tests::plan::Plan::default(), &look)?;
    stage.anew(Register::DeFormal)?;
    stage.decide(Register::DeFormal, &BTreeSet::new())?;
    stage.go_on()?;
    stage.written("Wann kommen Sie?")?;
    let browser = &stage.browser;
    browser.click_on(SEE)?;
    reads(browser, "Wann kommen Sie?")?;
    let staff = stage.world.staff(&stage.site)?;
    staff.count(1)?;
    let address = staff.newest()?;
    staff.answer(&address, "Morgen um acht.")?;
    reads(browser, "Morgen um acht.")?;
    assert_eq!(said(browser, "Morgen um acht.")?, 1);
    // With who wrote it, and when.
    let full = browser.run("return window.__said.find((one) => one.includes('Morgen um acht.'));", &[])?;
    let full = full.as_str().unwrap_or_default();
    assert!(full.contains("hat geantwortet") && full.contains(" · "), "{full}");
    assert_eq!(said(browser, "Wann kommen Sie?")?, 0, "who wrote it needs not be told of it");

    // The page is loaded again, and another tab is opened: what was there is there, and nobody is told of it.
    stage.again("/plain")?;
    reads(browser, "Morgen um acht.")?;
    assert_eq!(said(browser, "Morgen um acht.")?, 0);
    staff.answer(&address, "Oder um neun.")?;
    reads(browser, "Oder um neun.")?;
    assert_eq!((said(browser, "Oder um neun.")?, said(browser, "Morgen")?), (1, 0));
    // Paper and back: the same.
    stage.paper(DATA)?;
    browser.click_on(BELOW)?;
    reads(browser, "Oder um neun.")?;
    assert_eq!((said(browser, "Oder um neun.")?, said(browser, "Morgen")?), (1, 0));
    Ok(())
}

#[test]
fn a11_05_a_device_twenty_times_slower_sends_within_a_minute() -> Result<()> {
    let stage = noticed("slow", einwurf_tests::plan::Plan::default())?;
    let browser = &stage.browser;
    browser.leave()?;
    browser.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": 20 }))?;
    stage.visit("/plain")?;
    let begun = Instant::now();
    stage.open_widget()?;
    stage.agree()?;
    stage.send("Hallo")?;
    browser.wait_for(POSTMARK)?;
    let took = begun.elapsed();
    browser.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": 1 }))?;
    assert!(took < Duration::from_mins(1), "{took:?}");
    Ok(())
}
