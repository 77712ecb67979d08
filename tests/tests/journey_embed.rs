//! What a page can ask of the button, links to `WhatsApp`, and pages of every kind: from the click to a message that arrived.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{Browser, Look, PHONE},
    canary::Canary,
    proxy::Verdict,
    widget::{AGREE, BOX, SEND, TEXT},
    world::{LAUNCHER, Stage, World},
};
use serde_json::{Value, json};
use std::{fs, process::Command};

const NOTHING: Vec<String> = Vec::new();
/// A button that a page has a place of its own for.
const PLACED: &str = ":host > button:only-child";

fn snippet(stage: &Stage, more: &str) -> String {
    stage.site.file_snippet(Register::DeFormal).replacen(" data-", &format!(" {more} data-"), 1)
}

/// From the notice to a message that the relay took.
fn write(stage: &Stage, text: &str) -> Result<()> {
    stage.agree()?;
    stage.send(text)?;
    stage.arrived()?;
    stage.browser.leave()
}

fn is_ready(stage: &Stage) -> Result<()> {
    stage.browser.until("typeof window.Einwurf?.open === 'function'")
}

fn close(stage: &Stage) -> Result<()> {
    stage.browser.leave()?;
    stage.browser.run("Einwurf.close();", &[])?;
    stage.closed()
}

/// The example of the npm package, with what this site's snippet says.
fn example(stage: &Stage) -> Result<Vec<u8>> {
    let npm = xtask::paths::root().join("npm");
    let site = &stage.site;
    let settings = json!({ "site": site.address, "pin": site.pin.to_string(), "relay": site.relay, "name": "Firma", "label": "Schreiben",
        "register": "de-formal", "email": "post@fensterbau.example", "src": "/launcher.js" });
    let made = Command::new(xtask::paths::root().join("node_modules/.bin/esbuild"))
        .args([
            "examples/react/main.tsx",
            "--bundle",
            "--minify",
            "--define:process.env.NODE_ENV=\"development\"",
        ])
        .arg(format!("--define:settings={settings}"))
        .current_dir(npm)
        .output()?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(made.stdout)
}

#[test]
fn pages_of_every_kind_let_a_message_through() -> Result<()> {
    let stage = Stage::quiet("embed-pages")?;
    stage.company.put("/app.js", &[], example(&stage)?);
    for page in ["theme", "right-to-left", "banner", "react"] {
        stage.browser.leave()?;
        stage.forget_device()?;
        stage.company.put_page(page, &[], &snippet(&stage, "data-cookieconsent=\"ignore\""))?;
        stage.visit(&format!("/{page}"))?;
        let button = if page == "react" { PLACED } else { LAUNCHER };
        stage.browser.wait_for(button).with_context(|| page.to_owned())?;
        if page == "banner" {
            stage.browser.click_on("#accept")?;
        }
        stage.browser.picture(&format!("embed-{page}"))?;
        click_with(&stage.browser, 0, button)?;
        let frame = stage.browser.wait_for("dialog[open] iframe").with_context(|| page.to_owned())?;
        stage.browser.enter(&frame)?;
        stage.browser.wait_for(BOX)?;
        stage.browser.picture(&format!("embed-{page}-open"))?;
        write(&stage, page).with_context(|| page.to_owned())?;
    }
    // Unmounted and mounted again: one button, and the conversation is still there.
    let swap = "[...document.querySelectorAll('button')].find((one) => one.textContent === 'Seite wechseln').click();";
    stage.browser.run(swap, &[])?;
    stage.browser.until("!('Einwurf' in window) && !document.querySelector('einwurf-button')")?;
    stage.browser.run(swap, &[])?;
    is_ready(&stage)?;
    assert_eq!(stage.browser.count("einwurf-button")?, 1);
    // What React took away is no place to click.
    let connected =
        "for (let at = __shadows.length; at--;) __shadows[at].host.isConnected || __shadows.splice(at, 1);";
    stage.browser.run(connected, &[])?;
    click_with(&stage.browser, 0, PLACED)?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.says("react")?;
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["react"]);
    Ok(())
}

#[test]
fn on_a_small_phone_the_window_is_a_full_sheet_wherever_the_button_stands() -> Result<()> {
    let look = Look { size: PHONE, ..Look::default() };
    let stage = Stage::start(World::quiet("embed-phone")?, &look)?;
    let page = format!(
        "<!doctype html><meta name=viewport content=width=device-width><link rel=icon href=data:,><h1>Fenster</h1>
         <einwurf-chat>Hier schreiben</einwurf-chat> <einwurf-chat></einwurf-chat>{}",
        snippet(&stage, "")
    );
    stage.company.put("/placed", &[], page);
    stage.visit("/placed")?;
    stage.browser.wait_for(PLACED)?;
    let words = "return [...document.querySelectorAll('einwurf-chat')].map((one) => one.innerText)
        .concat(getComputedStyle(window.__shadows.map((root) => root.querySelector('dialog + button')).find(Boolean)).visibility);";
    assert_eq!(stage.browser.run(words, &[])?, json!(["Hier schreiben", "", "hidden"]));
    stage.browser.picture("embed-placed")?;
    click_with(&stage.browser, 0, PLACED)?;
    let frame = stage.browser.wait_for("dialog:modal iframe")?;
    let [left, top, width, height] = stage.browser.rectangle(&frame)?;
    assert_eq!((left, top, width, height), (0.0, 0.0, 320.0, 640.0));
    stage.browser.enter(&frame)?;
    write(&stage, "vom Telefon")?;
    close(&stage)?;
    stage.browser.until("document.activeElement === document.querySelector('einwurf-chat')")?;
    // Without a place on the page the floating one is back.
    stage.browser.run("for (const one of document.querySelectorAll('einwurf-chat')) one.remove();", &[])?;
    stage.browser.click_on(LAUNCHER)
}

/// What reached the page of a click, and whether somebody took it.
fn reached(stage: &Stage) -> Result<Value> {
    stage.browser.run("return reached.splice(0);", &[])
}

fn opens(stage: &Stage, how: &str) -> Result<()> {
    let open = stage.browser.until("Einwurf.isOpen()");
    open.with_context(|| how.to_owned())?;
    assert_eq!(reached(stage)?, json!([]), "{how}");
    close(stage)
}

/// Clicks with a button of the mouse, where the element is: also into shadow trees, of which the driver sees the host alone.
fn click_with(browser: &Browser, button: u8, selector: &str) -> Result<()> {
    let element = browser.wait_for(selector)?;
    let [left, top, width, height] = browser.rectangle(&element)?;
    let (x, y) = (left + width / 2.0, top + height / 2.0);
    let name = ["left", "middle", "right"].get(usize::from(button)).context("no such button")?;
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({ "type": kind, "x": x, "y": y, "button": name, "clickCount": 1 });
        browser.cdp("Input.dispatchMouseEvent", &event)?;
    }
    Ok(())
}

/// The page about `WhatsApp`, with a launcher that replaces it or not.
fn whatsapp(stage: &Stage, replaces: bool) -> Result<()> {
    let more = if replaces { "data-replace-whatsapp" } else { "" };
    stage.company.put_page("whatsapp", &[], &snippet(stage, more))?;
    stage.visit("/whatsapp")?;
    is_ready(stage)
}

fn is_closed(stage: &Stage) -> Result<()> {
    assert_eq!(stage.browser.run("return Einwurf.isOpen();", &[])?, json!(false));
    Ok(())
}

/// What opens the window, however it is clicked, reaches nobody else.
fn replaced(stage: &Stage) -> Result<()> {
    let late = "const link = document.createElement('a'); link.id = 'dynamic'; link.href = 'https://wa.me/4915555123455';
        link.textContent = 'später'; document.querySelector('#late').append(link);";
    stage.browser.run(late, &[])?;
    for link in
        ["short", "inner", "web", "scheme", "code", "plugin", "other-plugin", "own", "dynamic", "shadow"]
    {
        click_with(&stage.browser, 0, &format!("#{link}"))?;
        opens(stage, link)?;
    }
    click_with(&stage.browser, 1, "#short")?;
    opens(stage, "the middle button")?;
    stage.browser.run("document.querySelector('#api').focus();", &[])?;
    stage.browser.press("\u{e007}")?;
    opens(stage, "the keyboard")?;
    stage.browser.until("document.activeElement.id === 'api'")?;
    assert_eq!(
        stage.browser.run("return document.querySelector('#short').innerText;", &[])?,
        json!("WhatsApp")
    );
    Ok(())
}

#[test]
fn links_that_begin_a_chat_on_whatsapp_open_the_window_and_nothing_of_them_is_sent() -> Result<()> {
    let stage = Stage::quiet("embed-whatsapp")?;
    // Without the attribute they stay what they are.
    whatsapp(&stage, false)?;
    stage.browser.click_on("#short")?;
    assert_eq!(reached(&stage)?, json!(["click short false"]));
    is_closed(&stage)?;

    whatsapp(&stage, true)?;
    stage.proxy.forget();
    replaced(&stage)?;
    // The menu of the right button, and links that share a page, are not for us.
    click_with(&stage.browser, 2, "#short")?;
    for share in ["#share", "#share-app"] {
        stage.browser.click_on(share)?;
    }
    let left = json!(["auxclick short false", "click share false", "click share-app false"]);
    assert_eq!(reached(&stage)?, left);
    is_closed(&stage)?;
    // What a link would have written for the visitor went nowhere, and nobody but the relay was asked.
    // A browser may prepare a connection when the button of the mouse goes down, before any script could say otherwise.
    let mut asked = stage.proxy.asked();
    asked.retain(|asked| asked.method != "CONNECT");
    assert!(asked.iter().all(|asked| asked.host == stage.world.relay.host()), "{asked:?}");
    assert!(!asked.iter().any(|asked| String::from_utf8_lossy(&asked.bytes()).contains("Kanarienvogel")));

    // A relay that is away: the ordinary contact ways, in the place of WhatsApp.
    let relay = stage.world.relay.host();
    stage.proxy.rule(move |asked| if asked.host == relay { Verdict::Cut } else { Verdict::Pass });
    whatsapp(&stage, true)?;
    stage.browser.click_on("#short")?;
    stage.ways_show()
}

#[test]
fn pre_01_no_script_of_the_page_opens_the_window_before_an_act_of_the_visitor() -> Result<()> {
    let stage = Stage::quiet("embed-act")?;
    whatsapp(&stage, true)?;
    stage.proxy.forget();
    let tricks = "Einwurf.open(); Einwurf.toggle(); Einwurf.show(); document.querySelector('#short').click();
        document.querySelector('#own').dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
        for (const type of ['opened', 'consent-given']) dispatchEvent(new CustomEvent('einwurf:' + type));
        return [navigator.userActivation.isActive, Einwurf.isOpen(), reached.length];";
    assert_eq!(stage.browser.run(tricks, &[])?, json!([false, false, 2]));
    assert_eq!(stage.relay_requests(), NOTHING);
    // With an act it opens, and that is no consent.
    stage
        .browser
        .run("document.querySelector('h1').onclick = () => { Einwurf.open(); Einwurf.open(); };", &[])?;
    stage.browser.click_on("h1")?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.browser.wait_for(BOX)?;
    assert_eq!(stage.browser.count(&format!("{TEXT}, {SEND}, :checked"))?, 0);
    assert_eq!(stage.browser.count(AGREE)?, 1);
    assert_eq!(stage.relay_posts(), NOTHING);
    Ok(())
}

/// Notes every listener on the window for as long as it is there.
const LISTENERS: &str = "
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    const held = new Set();
    Object.defineProperty(window, '__listeners', { get: () => [...held].map((one) => one.type).sort().join() });
    EventTarget.prototype.addEventListener = function (type, call, options) {
      if ((this ?? window) === window) {
        const one = { type, call };
        held.add(one);
        options?.signal && add.call(options.signal, 'abort', () => held.delete(one));
      }
      return add.call(this ?? window, type, call, options);
    };
    EventTarget.prototype.removeEventListener = function (type, call, options) {
      for (const one of held) if (one.type === type && one.call === call) held.delete(one);
      return remove.call(this ?? window, type, call, options);
    };";

#[test]
fn a_page_that_swaps_its_body_keeps_one_button_and_destroy_leaves_nothing() -> Result<()> {
    let look = Look { first: LISTENERS.to_owned(), ..Look::default() };
    let stage = Stage::start(World::quiet("embed-spa")?, &look)?;
    // Whoever may write markup, but no script, names things as we do.
    let clobbered = "<a id=Einwurf></a><form id=EinwurfSettings><input name=pin><input name=relay></form>
        <iframe name=EinwurfSettings hidden></iframe>";
    let early = "<script>addEventListener('einwurf:ready', () => { window.told = (window.told ?? 0) + 1; });
        window.before = window.__listeners;</script>";
    let page = format!(
        "<!doctype html><title>x</title><link rel=icon href=data:,><body>{clobbered}<p>eins</p>{early}{0}{0}</body>",
        snippet(&stage, "")
    );
    stage.company.put("/app", &[], page);
    stage.visit("/app")?;
    is_ready(&stage)?;
    stage.browser.until("document.readyState === 'complete' && window.told === 1")?;
    assert_eq!(stage.browser.count("einwurf-button")?, 1, "the script stands there twice");
    stage.open_widget()?;
    write(&stage, "eins")?;
    // Another page in the same document, as Turbo makes it: a new body, with its snippet.
    let swap = "history.pushState(null, '', '/other'); const body = document.createElement('body'); body.innerHTML = '<p>zwei</p>';
        document.documentElement.replaceChild(body, document.body);
        const script = document.createElement('script'); const old = arguments[0];
        script.src = '/launcher.js'; Object.assign(script.dataset, old); body.append(script);
        await new Promise((done) => { script.onload = done; });
        return [Einwurf.isOpen(), document.querySelectorAll('einwurf-button').length];";
    let says = "return { ...[...document.querySelectorAll('script[data-site]')].pop().dataset };";
    let says = stage.browser.run(says, &[])?;
    assert_eq!(stage.browser.run_async(swap, std::slice::from_ref(&says))?, json!([true, 1]));

    let told = "window.log = []; window.stop = Einwurf.on('closed', () => log.push('closed'));
        Einwurf.on('ready', (einwurf) => log.push(einwurf === Einwurf)); Einwurf.hide(); Einwurf.show();
        const other = Einwurf.on('closed', () => log.push('other')); other(); Einwurf.close();";
    stage.browser.run(told, &[])?;
    stage.browser.until("window.log.length === 2")?;
    assert_eq!(stage.browser.run("return log;", &[])?, json!([true, "closed"]));
    stage.browser.run("Einwurf.destroy();", &[])?;
    let left = "return [document.querySelectorAll('einwurf-button').length, Object.hasOwn(window, 'Einwurf'), __listeners === before];";
    assert_eq!(stage.browser.run(left, &[])?, json!([0, false, true]));

    // Put up again, in another language, it is whole: the conversation is there, and open calls from before are heard.
    let again = "(window.Einwurf ||= []).push((einwurf) => { window.called = typeof einwurf.open; });
        const script = document.createElement('script'); script.src = '/launcher.js'; Object.assign(script.dataset, arguments[0], { label: 'Neu' });
        document.head.append(script); await new Promise((done) => { script.onload = done; });
        return [window.called, document.querySelectorAll('einwurf-button').length];";
    assert_eq!(stage.browser.run_async(again, &[says])?, json!(["function", 1]));
    stage.open_widget()?;
    stage.says("eins")
}

#[test]
fn pre_05_a_session_recorder_sees_no_character_of_a_conversation() -> Result<()> {
    let stage = Stage::quiet("embed-recorder")?;
    let library = xtask::paths::root().join("npm/node_modules/rrweb/dist/rrweb.umd.min.cjs");
    stage.company.put("/rrweb.js", &[], fs::read(library)?);
    let page = format!(
        "<!doctype html><meta charset=utf-8><title>Aufgezeichnet</title><link rel=icon href=data:,><input id=search>
         <script src=/rrweb.js></script><script>window.recorded = [];
         rrweb.record({{ emit: (event) => recorded.push(event), recordCrossOriginIframes: true, recordCanvas: true, maskAllInputs: false }});
         </script>{}",
        snippet(&stage, "")
    );
    stage.company.put("/recorded", &[], page);
    stage.visit("/recorded")?;
    stage.browser.type_into("#search", "Wachprobe")?;
    stage.open_widget()?;
    let canary = Canary::new("Kanarienbrief");
    write(&stage, canary.text())?;
    let recorded = stage.browser.run("return JSON.stringify(recorded);", &[])?;
    let recorded = recorded.as_str().context("no recording")?;
    assert!(recorded.contains("Wachprobe"), "the recorder slept");
    assert!(recorded.contains("einwurf-button"), "it did not see the button");
    assert_eq!(canary.found_in(recorded.as_bytes()), None);
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, [canary.text()]);
    Ok(())
}
