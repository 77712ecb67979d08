//! What a page can ask of the button and hears of it, and links to `WhatsApp`.

use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::Look,
    canary::Canary,
    gate::Gate,
    pace,
    proxy::{Asked, Verdict},
    widget::{AGREE, BOX, SEND, TEXT, WITHDRAW, YES},
    world::{LAUNCHER, Stage, World},
};
use serde_json::{Value, json};
use std::{fs, sync::Arc};

const NOTHING: Vec<String> = Vec::new();

fn is_ready(stage: &Stage) -> Result<()> {
    stage.browser.until("typeof window.Einwurf?.open === 'function'")
}

fn close(stage: &Stage) -> Result<()> {
    stage.browser.leave()?;
    stage.browser.run("Einwurf.close();", &[])?;
    stage.closed()
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

/// The page about `WhatsApp`, with a launcher that replaces it or not.
fn whatsapp(stage: &Stage, replaces: bool) -> Result<()> {
    let more = if replaces { "data-replace-whatsapp" } else { "" };
    stage.company.put_page("whatsapp", &[], &stage.site.snippet_with(Register::DeFormal, more))?;
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
        stage.browser.click_with(0, &format!("#{link}"))?;
        opens(stage, link)?;
    }
    stage.browser.click_with(1, "#short")?;
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
    stage.browser.click_with(2, "#short")?;
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
fn a11_02_a_window_that_is_closed_the_moment_it_opens_leaves_the_focus_where_it_was() -> Result<()> {
    let stage = Stage::quiet("embed-focus")?;
    whatsapp(&stage, true)?;
    stage.browser.click_on("#api")?;
    opens(&stage, "the first time")?;
    stage.browser.run(
        "window.times = 0;
        Einwurf.on('opened', () => Einwurf.close());
        Einwurf.on('closed', () => { window.times += 1; });",
        &[],
    )?;
    for round in 1..=25 {
        stage.browser.run("document.querySelector('#api').focus();", &[])?;
        stage.browser.press("\u{e007}")?;
        stage.browser.until(&format!("times === {round}"))?;
        // By then the frame has heard that it was open.
        let frame = stage.browser.wait_for("dialog iframe")?;
        stage.browser.enter(&frame)?;
        stage.browser.run_async("await new Promise((then) => setTimeout(() => setTimeout(then)));", &[])?;
        stage.browser.leave()?;
        let kept = stage.browser.run("return document.activeElement.id;", &[])?;
        assert_eq!(kept, json!("api"), "round {round}");
    }
    Ok(())
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
        stage.site.file_snippet(Register::DeFormal)
    );
    stage.company.put("/app", &[], page);
    stage.visit("/app")?;
    is_ready(&stage)?;
    stage.browser.until("document.readyState === 'complete' && window.told === 1")?;
    assert_eq!(stage.browser.count("einwurf-button")?, 1, "the script stands there twice");
    stage.open_widget()?;
    stage.tell("eins")?;
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
    let left =
        "return [document.querySelectorAll('einwurf-button').length, Object.hasOwn(window, 'Einwurf')];";
    assert_eq!(stage.browser.run(left, &[])?, json!([0, false]));
    // The keeper listens until it has written what it was told before.
    stage.browser.until("__listeners === before")?;

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
        stage.site.file_snippet(Register::DeFormal)
    );
    stage.company.put("/recorded", &[], page);
    stage.visit("/recorded")?;
    stage.browser.type_into("#search", "Wachprobe")?;
    stage.open_widget()?;
    let canary = Canary::new("Kanarienbrief");
    stage.tell(canary.text())?;
    let recorded = stage.browser.run("return JSON.stringify(recorded);", &[])?;
    let recorded = recorded.as_str().context("no recording")?;
    assert!(recorded.contains("Wachprobe"), "the recorder slept");
    assert!(recorded.contains("einwurf-button"), "it did not see the button");
    assert_eq!(canary.found_in(recorded.as_bytes()), None);
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, [canary.text()]);
    Ok(())
}

/// Notes every event of ours with all that it carries, and every word on a port.
const EARS: &str = "window.heard = []; window.words = [];
    const dispatch = EventTarget.prototype.dispatchEvent;
    EventTarget.prototype.dispatchEvent = function (event) {
      const more = Object.keys(event).filter((key) => key !== 'isTrusted');
      if (event.type.startsWith('einwurf:')) heard.push([event.type.slice(8), event.detail, more, (this ?? window) === window]);
      return dispatch.call(this ?? window, event);
    };
    const on = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
    Object.defineProperty(MessagePort.prototype, 'onmessage', { ...on, set(call) {
      on.set.call(this, (event) => { typeof event.data === 'string' && words.push(event.data); return call(event); });
    } });";

/// Everything that can be told, on a page that asks for it or not; answers what it heard, once it has heard so much.
fn through(stage: &Stage, asks: &str, [events, words]: [usize; 2]) -> Result<[Value; 2]> {
    stage.browser.leave()?;
    stage.forget_device()?;
    stage.company.put_page("plain", &[], &stage.site.snippet_with(Register::DeFormal, asks))?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("Frage")?;
    stage.arrived()?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    staff.answer(&address, "Kanarienantwort")?;
    stage.says("Kanarienantwort")?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says("Sie haben Ihre Einwilligung am ")?;
    // Whoever comes next is the newest in the list.
    pace::until("the end of it in the list", || {
        Ok(staff.list()?.iter().all(|entry| entry.erasure.is_some()).then_some(()))
    })?;
    stage.browser.leave()?;
    stage.browser.until(&format!("heard.length >= {events} && words.length >= {words}"))?;
    Ok([stage.browser.run("return heard;", &[])?, stage.browser.run("return words;", &[])?])
}

#[test]
fn a_page_hears_of_consent_and_messages_only_if_it_asks_and_never_more_than_that_it_happened() -> Result<()> {
    let look = Look { first: EARS.to_owned(), ..Look::default() };
    let stage = Stage::start(World::quiet("embed-events")?, &look)?;
    let told = ["consent-given", "message-sent", "message-received", "consent-withdrawn"];
    let bare = |words: &[&str]| words.iter().map(|word| json!([word, null, [], true])).collect::<Value>();
    let asked = [&["ready", "opened"][..], &told].concat();
    let said = [&["ready"][..], &told].concat();
    assert_eq!(through(&stage, "data-events", [asked.len(), said.len()])?, [bare(&asked), json!(said)]);
    // Not even the launcher's own code hears a word of it.
    let silent = [bare(&["ready", "opened"]), json!(["ready"])];
    assert_eq!(through(&stage, "data-events=false", [2, 1])?, silent);
    Ok(())
}

/// Waits until the window is there in another register, and enters it.
fn comes_in(stage: &Stage, register: &str) -> Result<()> {
    let made = json!(format!("\"register\":\"{register}\""));
    // In an open window it is seen before it says that it is ready, and what was ticked until then is not.
    stage.browser.until(&format!(
        "__shadows.some((root) => root.querySelector('dialog[open] iframe')?.srcdoc.includes({made})
            && !root.querySelector('[aria-busy]'))"
    ))?;
    stage.browser.enter(&stage.browser.find("dialog[open] iframe")?)?;
    stage
        .browser
        .wait_for(&format!("html:lang({}) main", register.split('-').next().unwrap_or_default()))
        .map(drop)
}

#[test]
fn another_language_is_there_at_once_until_somebody_agrees_or_writes() -> Result<()> {
    let stage = Stage::quiet("embed-locale")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.click_on(BOX)?;
    stage.browser.leave()?;
    let speak = |register: &str, label: &str| {
        stage.browser.run("Einwurf.setLocale(...arguments);", &[json!(register), json!(label)])
    };
    speak("en", "Write a message")?;
    comes_in(&stage, "en")?;
    stage.browser.wait_for(BOX)?;
    stage.whole()?;
    assert_eq!(stage.browser.count(":checked")?, 0, "a box is for the text beside it");
    // A closed window stays closed, and is there in the other language when it opens.
    close(&stage)?;
    assert_eq!(stage.browser.text(&stage.browser.find(LAUNCHER)?)?, "Write a message");
    speak("de-informal", "Schreib uns")?;
    stage.proxy.forget();
    is_closed(&stage)?;
    assert_eq!(stage.relay_requests(), NOTHING);
    stage.click_launcher()?;
    comes_in(&stage, "de-informal")?;
    stage.agree()?;
    stage.browser.type_into(TEXT, "Entwurf")?;
    // From here on it stays: consent was given to this text, and what was typed is the visitor's.
    stage.browser.leave()?;
    speak("en", "Write a message")?;
    close(&stage)?;
    stage.click_launcher()?;
    comes_in(&stage, "de-informal")?;
    assert_eq!(stage.draft()?, "Entwurf");
    stage.browser.leave()?;
    stage.browser.go("about:blank")?;
    stage.visit("/plain")?;
    is_ready(&stage)?;
    speak("en", "Write a message")?;
    stage.click_launcher()?;
    comes_in(&stage, "en")
}

#[test]
fn a_window_that_is_closed_while_it_comes_in_another_language_does_not_open_by_itself() -> Result<()> {
    let stage = Stage::quiet("embed-closed")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.leave()?;
    let (gate, texts) = (Arc::new(Gate::default()), |asked: &Asked| asked.path.contains("/widget-en."));
    let held = Arc::clone(&gate);
    stage.proxy.rule(move |asked| {
        let held = Arc::clone(&held);
        let later = move |answered| (held.wait(), answered).1;
        if texts(asked) { Verdict::Change(Box::new(later)) } else { Verdict::Pass }
    });
    let count =
        "window.times = 0; Einwurf.on('opened', () => { window.times += 1; }); Einwurf.setLocale('en');";
    stage.browser.run(count, &[])?;
    pace::until("the texts", || Ok(stage.proxy.asked().iter().any(texts).then_some(())))?;
    close(&stage)?;
    gate.open();
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    stage.browser.leave()?;
    assert_eq!(stage.browser.run("return times;", &[])?, json!(1));
    Ok(())
}
