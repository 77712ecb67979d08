//! Before consent, and the consent screen itself.

use anyhow::Result;
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{Look, PHONE},
    canary::Canary,
    widget::{AGREE, BOX, CLOSE, DECLINE, TEXT, Words},
    world::{LAUNCHER, Stage, World},
};
use serde_json::{Value, json};
use std::path::PathBuf;

/// One process for page and frame, so that scripts and virtual time reach both.
const ONE_PROCESS: &str = "--disable-features=IsolateSandboxedIframes";

/// Notes every touch of storage and of what tells devices apart.
const WATCH: &str = "
const touched = [];
Object.defineProperty(window, '__touched', { value: touched });
const watch = (object, name, what) => {
  if (!object) return;
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (!property) return;
  const note = () => touched.push(what ?? name);
  if (property.get) {
    Object.defineProperty(object, name, { ...property,
      get() { note(); return property.get.call(this); },
      set(value) { note(); property.set?.call(this, value); } });
  } else if (typeof property.value === 'function') {
    object[name] = function (...all) { note(); return property.value.apply(this, all); };
  }
};
watch(Document.prototype, 'cookie');
for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore']) watch(window, name);
for (const name of ['serviceWorker', 'plugins', 'mimeTypes', 'mediaDevices', 'geolocation', 'hardwareConcurrency',
  'deviceMemory', 'storage', 'userAgentData', 'contacts']) watch(Navigator.prototype, name);
for (const name of ['getContext', 'toDataURL', 'toBlob']) watch(HTMLCanvasElement.prototype, name, `canvas.${name}`);
for (const name of ['AudioContext', 'OfflineAudioContext', 'RTCPeerConnection']) {
  const real = window[name];
  if (real) window[name] = new Proxy(real, { construct(...all) { touched.push(name); return Reflect.construct(...all); } });
}
";

/// Lets timers run as if time had passed, without waiting for them.
const HURRY: &str = "
const { setTimeout: later, clearTimeout: forget, setInterval: often, clearInterval: never } = window;
const timers = new Map();
const keep = (id, task, due, every) => timers.set(id, { task, due: performance.now() + due, every });
window.setTimeout = (task, ms = 0, ...rest) => {
  const run = () => { timers.delete(id); task(...rest); };
  const id = later(run, ms);
  keep(id, run, ms);
  return id;
};
window.clearTimeout = (id) => { timers.delete(id); forget(id); };
window.setInterval = (task, ms = 0, ...rest) => {
  const id = often(task, ms, ...rest);
  keep(id, () => task(...rest), ms, Math.max(ms, 1));
  return id;
};
window.clearInterval = (id) => { timers.delete(id); never(id); };
Object.defineProperty(window, '__pass', { value: async (seconds) => {
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; turn < 10000; turn++) {
    const [next] = [...timers].filter(([, { due }]) => due <= end).sort(([, a], [, b]) => a.due - b.due);
    if (!next) return turn;
    const [id, timer] = next;
    if (timer.every) timer.due += timer.every; else { timers.delete(id); forget(id); }
    timer.task();
    await null;
  }
} });
";

fn watched(name: &str) -> Result<Stage> {
    let first = [WATCH, HURRY].concat();
    let look = Look { flags: vec![ONE_PROCESS.to_owned()], first, ..Look::default() };
    Stage::start(World::quiet(name)?, &look)
}

/// Lets this many seconds pass for the timers of the document that is entered, then a moment for what they began.
fn pass(stage: &Stage, seconds: u32) -> Result<()> {
    let wait = format!(
        "await window.__pass({seconds}); await new Promise((idle) => requestIdleCallback(idle, {{ timeout: 500 }}));"
    );
    stage.browser.run_async(&wait, &[]).map(drop)
}

fn touched(stage: &Stage) -> Result<Value> {
    stage.browser.run("return window.__touched;", &[])
}

#[test]
fn pre_01_nothing_but_the_sites_own_origin_is_asked_before_the_click() -> Result<()> {
    let stage = watched("pre-01")?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    pass(&stage, 30)?;
    stage.browser.run("window.scrollTo(0, 1000); document.querySelector('#search').focus();", &[])?;
    let hosts: Vec<_> = stage.proxy.asked().into_iter().map(|asked| asked.host).collect();
    assert!(hosts.iter().all(|host| *host == stage.company.host()), "{:?}", stage.proxy.asked());

    // The inline snippet asks nobody at all.
    stage.company.put_page("plain", &[], &stage.site.inline_snippet(Register::DeFormal)?)?;
    stage.proxy.forget();
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    pass(&stage, 30)?;
    let paths: Vec<_> = stage.proxy.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/plain"]);
    Ok(())
}

#[test]
fn pre_02_no_storage_and_no_fingerprint_before_consent() -> Result<()> {
    let stage = watched("pre-02")?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    assert_eq!(touched(&stage)?, json!([]), "before the click");
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    assert_eq!(touched(&stage)?, json!([]), "in the frame");
    stage.browser.leave()?;
    assert_eq!(touched(&stage)?, json!([]), "in the page after the click");
    let cookies = stage.browser.cdp("Network.getCookies", &json!({}))?;
    assert_eq!(cookies, json!({ "cookies": [] }));
    // The watch itself sees: else the three lines above say nothing.
    stage.browser.run("try { window.localStorage; document.cookie; } catch {}", &[])?;
    assert_eq!(touched(&stage)?, json!(["localStorage", "cookie"]));
    Ok(())
}

#[test]
fn pre_03_no_field_before_consent_and_no_character_before_send() -> Result<()> {
    let stage = watched("pre-03")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let fields = "textarea, input:not([type=checkbox]), [contenteditable]";
    assert_eq!(stage.browser.run(&format!("return document.querySelectorAll('{fields}').length;"), &[])?, 0);
    stage.agree()?;
    stage.proxy.forget();
    let canary = Canary::new("Kanarienentwurf");
    stage.browser.type_into(TEXT, canary.text())?;
    stage.browser.click_on(".reply summary")?;
    stage.browser.type_into("#name", canary.text())?;
    pass(&stage, 60)?;
    assert_eq!(stage.relay_requests(), Vec::<String>::new(), "a draft left the page");
    for asked in stage.proxy.asked() {
        assert_eq!(canary.found_in(&asked.bytes()), None, "{asked:?}");
    }
    assert_eq!(stage.draft()?, canary.text());
    Ok(())
}

#[test]
fn pre_04_everything_comes_from_the_site_and_the_relay() -> Result<()> {
    let stage = Stage::quiet("pre-04")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("Guten Tag")?;
    stage.arrived()?;
    let own = [stage.company.host(), stage.world.relay.host()];
    for asked in stage.proxy.asked() {
        assert!(own.contains(&asked.host), "{asked:?}");
        assert!(asked.header("cookie").is_none(), "{asked:?}");
        if asked.host == own[1] {
            assert!(asked.header("referer").is_none(), "{asked:?}");
            assert!(!asked.path.contains('?'), "{asked:?}");
        }
    }
    Ok(())
}

#[test]
fn con_01_the_screen_shows_every_fact_in_every_register() -> Result<()> {
    let stage = Stage::start(World::quiet("con-01")?, &Look { size: PHONE, ..Look::default() })?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        let facts = stage.browser.run(
            "return [...document.querySelectorAll('[data-field]')].map((fact) => [fact.dataset.field, fact.textContent]);",
            &[],
        )?;
        let facts: Vec<(String, String)> = serde_json::from_value(facts)?;
        for field in [
            "controller",
            "purpose",
            "data",
            "recipients",
            "transfer",
            "retention",
            "withdraw",
            "voluntary",
            "rights",
        ] {
            let (_, text) = facts.iter().find(|(name, _)| name == field).expect(field);
            assert!(text.len() > 20 && !text.contains(['{', '}']), "{register} {field}: {text}");
        }
        let links =
            "return [...document.querySelectorAll('.links a')].map((a) => [a.href, a.target, a.rel]);";
        let links: Vec<[String; 3]> = serde_json::from_value(stage.browser.run(links, &[])?)?;
        assert_eq!(links.len(), 2);
        for [href, target, rel] in links {
            assert!(href.starts_with("https://"), "{href}");
            assert_eq!((target.as_str(), rel.as_str()), ("_blank", "noopener noreferrer"));
        }
        assert_eq!(stage.browser.run("return document.documentElement.lang;", &[])?, register.lang());
        let wide = "return document.documentElement.scrollWidth > innerWidth;";
        assert_eq!(stage.browser.run(wide, &[])?, json!(false), "{register}: scrolls sideways at 320 px");
        stage.browser.screenshot(&format!("consent-{register}-320"))?;
    }
    Ok(())
}

#[test]
fn con_02_only_an_active_tick_and_button_consent() -> Result<()> {
    let stage = Stage::quiet("con-02")?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        let empty = |when: &str| -> Result<()> {
            stage.browser.wait_for(BOX)?;
            let ticked =
                "return [...document.querySelectorAll('input[type=checkbox]')].some((box) => box.checked);";
            assert_eq!(stage.browser.run(ticked, &[])?, json!(false), "{register}: ticked {when}");
            Ok(())
        };
        stage.open_widget()?;
        empty("at first")?;

        stage.proxy.forget();
        stage.browser.click_on(AGREE)?;
        stage.says(&Words::of(register)?.start("tick_missing")?)?;
        assert!(stage.browser.try_find(TEXT)?.is_none(), "{register}: a field without consent");
        assert_eq!(stage.proxy.asked().len(), 0, "{register}: {:?}", stage.proxy.asked());
        assert!(stage.browser.focused(BOX)?, "{register}: the focus is not on the box");

        stage.browser.click_on(BOX)?;
        stage.browser.click_on(CLOSE)?;
        stage.open_widget()?;
        empty("after reopening")?;

        stage.browser.click_on(BOX)?;
        stage.browser.leave()?;
        stage.browser.run("location.reload();", &[])?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        empty("after reloading")?;

        stage.browser.click_on(BOX)?;
        stage.browser.leave()?;
        stage.company.put("/other", &[], "<!doctype html><title>Andere</title>");
        stage.visit("/other")?;
        stage.browser.back()?;
        // A page from the back-forward cache is the page that was left, with the visitor's own tick; else it is new.
        if stage.browser.count("dialog[open] iframe")? == 0 {
            stage.open_widget()?;
            empty("after going back")?;
        }
        stage.browser.leave()?;
    }
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    Ok(())
}

#[test]
fn con_04_agreeing_and_declining_are_equals() -> Result<()> {
    let stage = Stage::quiet("con-04")?;
    for (dark, size) in [(false, (1280, 900)), (true, (1280, 900)), (false, PHONE), (true, PHONE)] {
        stage.browser.leave()?;
        stage.browser.resize(size)?;
        stage.browser.dark(dark)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(DECLINE)?;
        let [agree, decline] = [AGREE, DECLINE].map(|selector| look_of(&stage, selector));
        assert_eq!(agree?, decline?, "dark: {dark}, {size:?}");
    }
    Ok(())
}

type Files = [(PathBuf, Vec<u8>)];
const NONE: Vec<PathBuf> = Vec::new();

/// Files of the relay's storage that are new or have other bytes.
fn changed(before: &Files, after: &Files) -> Vec<PathBuf> {
    after.iter().filter(|file| !before.contains(file)).map(|(path, _)| path.clone()).collect()
}

/// Everything that makes a button loud: kind, size and computed style.
fn look_of(stage: &Stage, selector: &str) -> Result<Value> {
    let script = "
        const style = getComputedStyle(arguments[0]);
        const box = arguments[0].getBoundingClientRect();
        const names = ['color', 'backgroundColor', 'backgroundImage', 'border', 'borderRadius', 'boxShadow', 'fontSize', 'fontWeight',
          'fontFamily', 'fontStyle', 'textDecoration', 'textTransform', 'letterSpacing', 'opacity', 'outline', 'padding', 'filter'];
        return [arguments[0].tagName, Math.round(box.width), Math.round(box.height), ...names.map((name) => style[name])];";
    let element = stage.browser.find(selector)?;
    stage.browser.of(&element, script)
}

#[test]
fn con_04_declining_stores_and_sends_nothing_and_shows_other_ways() -> Result<()> {
    let stage = Stage::quiet("con-04-decline")?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        let before = stage.world.relay.storage();
        stage.proxy.forget();
        stage.browser.click_on(DECLINE)?;
        stage.says(&Words::of(register)?.start("declined_title")?)?;
        stage.browser.wait_for(&format!("a[href='mailto:{}']", einwurf_tests::seed::EMAIL))?;
        stage.browser.wait_for("a[href^='tel:']")?;
        assert!(stage.browser.try_find(TEXT)?.is_none());
        assert_eq!(stage.proxy.asked().len(), 0, "{:?}", stage.proxy.asked());
        assert_eq!(changed(&before, &stage.world.relay.storage()), NONE);
    }
    let cookies = stage.browser.cdp("Network.getCookies", &json!({}))?;
    assert_eq!(cookies, json!({ "cookies": [] }));
    Ok(())
}

#[test]
fn con_05_escape_outside_clicks_scrolling_waiting_and_enter_are_no_consent() -> Result<()> {
    let stage = watched("con-05")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let before = stage.world.relay.storage();
    stage.proxy.forget();
    let no_field = |what: &str| -> Result<()> {
        assert!(stage.browser.try_find(TEXT)?.is_none(), "{what} was taken for consent");
        Ok(())
    };
    stage.browser.run("const s = document.querySelector('.scroll'); s.scrollTo(0, s.scrollHeight);", &[])?;
    no_field("scrolling")?;
    let script = "document.querySelector('input[type=checkbox]').focus();";
    stage.browser.run(script, &[])?;
    for key in ["\u{e007}", "\u{e006}"] {
        stage.browser.press(key)?;
    }
    no_field("Enter on the box")?;
    pass(&stage, 120)?;
    no_field("waiting")?;
    stage.browser.press("\u{e00c}")?;
    stage.browser.leave()?;
    stage.browser.until("!window.__shadows.some((root) => root.querySelector('dialog[open]'))")?;
    assert!(stage.browser.focused("button")?, "the focus is not back on the button");
    stage.browser.click_on("h1")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    no_field("Escape and a click outside")?;
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    assert_eq!(changed(&before, &stage.world.relay.storage()), NONE);
    Ok(())
}
