//! The keeper in a real page (docs/protocol.md, section 16.4): what it keeps and for how long, what is left, and who gets
//! nothing. The frame of these tests speaks its channel; the widget's own journeys go through the launcher.

use anyhow::{Context, Result};
use einwurf_tests::{clock::DAY, keeper::Stage};
use serde_json::{Value, json};

/// As long as the channel takes.
const MOST: u64 = 16_384;

fn nothing() -> Value {
    json!({ "session": {}, "local": {}, "databases": [], "keys": [], "cookie": "" })
}

fn done(done: bool) -> Value {
    json!({ "done": done })
}

fn first(hello: &Value) -> Option<u64> {
    hello.pointer("/kept/0").and_then(Value::as_u64)
}

#[test]
fn pre_02_a_visitor_who_keeps_nothing_leaves_no_trace_and_a_silent_frame_touches_nothing() -> Result<()> {
    let spy = "window.touched = [];
        for (const name of ['getItem', 'setItem', 'removeItem']) {
          const real = Storage.prototype[name];
          Storage.prototype[name] = function (...all) { touched.push(name); return real.apply(this, all); };
        }
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (...all) { touched.push('open'); return open.apply(this, all); };";
    let stage = Stage::start(spy)?;
    let silent = "const frame = makeFrame('site', ''); document.body.append(frame); await loaded(frame);
        await keeper(frame); return [touched.length, document.head.querySelectorAll('script').length];";
    assert_eq!(stage.browser.run_async(silent, &[])?, json!([0, 0]));
    let hello = stage.open("site", 0)?;
    assert_eq!(
        hello,
        json!({ "title": "Fenster nach Maß", "kept": null, "pending": false, "unsent": null, "more": [] })
    );
    assert_eq!(stage.snapshot()?, nothing());
    Ok(())
}

/// A page that is left in the middle of a writing, once `leave` is true.
const LEFT: &str = "const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...all) {
      const asked = put.apply(this, all);
      if (window.leave) dispatchEvent(new Event('pagehide'));
      return asked;
    };";

#[test]
fn ret_04_what_is_for_the_tab_outlives_a_page_and_not_the_tab() -> Result<()> {
    let stage = Stage::start(LEFT)?;
    stage.open("site", 0)?;
    assert_eq!(stage.keep(9, 500, None)?, done(true));
    let hello = stage.open("site", 0)?;
    assert_eq!((first(&hello), hello.get("pending")), (Some(9), Some(&json!(true))));
    // Nothing readable lies there, and the key cannot be taken out.
    let lies = stage.snapshot()?;
    assert_eq!(lies.pointer("/local"), Some(&json!({})));
    let stored = lies.pointer("/session").context("a list")?.to_string();
    assert!(!stored.contains(&"CQkJ".repeat(4)), "{stored}");
    let keys = lies.pointer("/keys").and_then(Value::as_array).context("keys")?;
    assert_eq!(keys.len(), 1, "a writing leaves no former key");
    assert!(keys.iter().all(|key| key.get("extractable") == Some(&json!(false))), "{keys:?}");

    // A page that is left while it writes gives up, and the state before stays: its work must not stop later pages.
    stage.browser.run("window.leave = true;", &[])?;
    let frame = stage.browser.find("iframe")?;
    stage.browser.enter(&frame)?;
    assert_eq!(stage.keep(8, 500, None)?, done(false));
    assert_eq!(stage.kept()?, json!(9));

    stage.browser.open_tab()?;
    assert_eq!(first(&stage.open("site", 0)?), None, "another tab");
    Ok(())
}

#[test]
fn ret_04_after_the_tab_closed_only_a_key_that_opens_nothing_is_left_and_a_day_later_not_even_that()
-> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    assert_eq!(stage.keep(7, 500, None)?, done(true));
    let tab = stage.browser.open_tab()?;
    let next = stage.browser.switch(&tab)?;
    stage.browser.close_tab(&next)?;
    stage.go("/other")?;
    let left = stage.snapshot()?;
    assert_eq!((left.pointer("/session"), left.pointer("/local")), (Some(&json!({})), Some(&json!({}))));
    assert_eq!(left.pointer("/keys").and_then(Value::as_array).map(Vec::len), Some(1));
    assert_eq!(left.pointer("/keys/0/extractable"), Some(&json!(false)));
    assert_eq!(first(&stage.open("site", DAY - 60)?), None);
    assert_eq!(stage.snapshot()?.pointer("/keys").and_then(Value::as_array).map(Vec::len), Some(1));
    assert_eq!(first(&stage.open("site", DAY + 60)?), None);
    assert_eq!(stage.snapshot()?, nothing());
    Ok(())
}

#[test]
fn ret_04_a_tab_that_nobody_opened_for_a_day_counts_as_closed() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(7, 500, None)?;
    // Each time it is opened the day begins anew.
    assert_eq!(first(&stage.open("site", DAY - 60)?), Some(7));
    assert_eq!(first(&stage.open("site", 2 * DAY - 120)?), Some(7));
    assert_eq!(first(&stage.open("site", 3 * DAY)?), None);
    assert_eq!(stage.snapshot()?, nothing());
    Ok(())
}

#[test]
fn ret_04_what_is_remembered_ends_at_its_end() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    let end = stage.now()? + 30 * DAY;
    assert_eq!(stage.keep(5, 500, Some(end))?, done(true));
    let lies = stage.snapshot()?;
    assert_eq!(lies.pointer("/session"), Some(&json!({})));
    // Another tab, another day.
    stage.browser.open_tab()?;
    assert_eq!(first(&stage.open("site", 30 * DAY - 60)?), Some(5));
    assert_eq!(first(&stage.open("site", 30 * DAY + 60)?), None, "after its end");
    assert_eq!(stage.snapshot()?, nothing());
    Ok(())
}

#[test]
fn ret_04_the_end_counts_to_the_second_and_cannot_be_put_off() -> Result<()> {
    let still = "const frozen = 1795000000000; Date.now = () => frozen + (window.ahead ?? 0) * 1000;";
    let stage = Stage::start(still)?;
    let at = |ahead: u64| -> Result<Option<u64>> {
        stage.go("/page")?;
        stage.browser.run("window.ahead = arguments[0];", &[json!(ahead)])?;
        Ok(first(&stage.enter("site", false)?))
    };
    at(0)?;
    for (until, taken) in [(1_794_999_999, false), (1_795_000_000, false), (1_795_000_001, true)] {
        assert_eq!(stage.keep(5, 50, Some(until))?, done(taken), "{until}");
    }
    stage.keep(5, 50, Some(1_795_000_100))?;
    assert_eq!((at(99)?, at(100)?, at(101)?), (Some(5), None, None));
    // A later end written over the sealed one opens nothing.
    at(0)?;
    stage.keep(5, 50, Some(1_795_000_100))?;
    stage.browser.leave()?;
    let forge = "const name = 'einwurf:site', entry = JSON.parse(localStorage.getItem(name));
        localStorage.setItem(name, JSON.stringify({ ...entry, end: entry.end + 1000 }));";
    stage.browser.run(forge, &[])?;
    assert_eq!(at(1)?, None);
    Ok(())
}

#[test]
fn ret_04_forgetting_clears_the_device_at_once() -> Result<()> {
    let stage = Stage::start("")?;
    for until in [None, Some(4_000_000_000)] {
        stage.open("site", 0)?;
        assert_eq!(stage.keep(5, 500, until)?, done(true));
        assert_eq!(stage.forget()?, done(true));
        assert_eq!(stage.kept()?, Value::Null);
        assert_eq!(stage.snapshot()?, nothing());
    }
    Ok(())
}

#[test]
fn while_something_is_on_its_way_the_browser_asks_before_the_page_is_left() -> Result<()> {
    let stage = Stage::start("")?;
    let asks = |script: &str| -> Result<Value> {
        stage.open("site", 0)?;
        // What is answered later was heard before.
        stage.browser.run_async(&format!("{script} await ask({{ get: true }});"), &[])?;
        stage.browser.leave()?;
        let leaves = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }));";
        stage.browser.run(leaves, &[])
    };
    assert_eq!(asks("await say({ busy: true });")?, json!(true));
    assert_eq!(asks("await say({ busy: true }); await say({ busy: false });")?, json!(false));
    assert_eq!(asks("await say({ busy: 1 });")?, json!(false));
    let gone = "document.querySelector('iframe').remove();
        return !dispatchEvent(new Event('beforeunload', { cancelable: true }));";
    asks("await say({ busy: true });")?;
    assert_eq!(stage.browser.run(gone, &[])?, json!(false), "there is nothing to lose any more");
    Ok(())
}

#[test]
fn remembering_and_no_longer_remembering_leave_one_copy() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(1, 500, None)?;
    stage.keep(2, 500, Some(4_000_000_000))?;
    let lies = stage.snapshot()?;
    assert_eq!(lies.pointer("/session"), Some(&json!({})));
    assert_eq!(lies.pointer("/keys").and_then(Value::as_array).map(Vec::len), Some(1));
    assert_eq!(first(&stage.open("site", 0)?), Some(2));
    stage.claim()?;
    stage.keep(3, 500, None)?;
    let lies = stage.snapshot()?;
    assert_eq!(
        lies.pointer("/local"),
        Some(&json!({})),
        "this tab goes on with it, so it is this tab's to end"
    );
    assert_eq!(first(&stage.open("site", 0)?), Some(3));
    Ok(())
}

#[test]
fn what_a_tab_saw_and_does_not_go_on_with_is_not_its_to_end() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(1, 500, Some(4_000_000_000))?;
    assert_eq!(first(&stage.open("site", 0)?), Some(1));
    // Another conversation, as by a private link.
    stage.keep(2, 500, None)?;
    assert_ne!(stage.snapshot()?.pointer("/local"), Some(&json!({})));
    Ok(())
}

#[test]
fn two_tabs_see_the_newest_and_leave_each_others_alone() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(1, 500, Some(4_000_000_000))?;
    let one = stage.browser.open_tab()?;
    assert_eq!(first(&stage.open("site", 0)?), Some(1));
    stage.keep(2, 500, Some(4_000_000_000))?;
    let two = stage.browser.switch(&one)?;
    stage.browser.leave()?;
    stage.browser.enter(&stage.browser.find("iframe")?)?;
    assert_eq!(stage.kept()?, json!(2), "the other tab's newer state");
    // The second remembers something newer; what the first keeps for itself does not end that.
    stage.browser.switch(&two)?;
    stage.browser.leave()?;
    stage.browser.enter(&stage.browser.find("iframe")?)?;
    stage.keep(4, 500, Some(4_000_000_000))?;
    stage.browser.switch(&one)?;
    stage.browser.leave()?;
    stage.browser.enter(&stage.browser.find("iframe")?)?;
    stage.keep(3, 500, None)?;
    assert_eq!(stage.kept()?, json!(3));
    stage.browser.open_tab()?;
    assert_eq!(first(&stage.open("site", 0)?), Some(4));
    assert_eq!(first(&stage.open("another site", 0)?), None, "by site");
    Ok(())
}

#[test]
fn neither_keeper_nor_frame_has_to_be_first() -> Result<()> {
    let stage = Stage::start("")?;
    for late in [false, true] {
        stage.go("/page")?;
        stage.enter("site", late)?;
        assert_eq!(stage.keep(5, 50, None)?, done(true), "late: {late}");
    }
    Ok(())
}

#[test]
fn no_other_frame_and_no_made_up_event_gets_what_is_kept() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(5, 500, None)?;
    stage.go("/page")?;
    // Whatever is said to the ports of others is noted; the own frame knocks last.
    let script = "window.got = [];
        const spy = (port) => { port.onmessage = ({ data }) => got.push(data); port.start(); };
        const other = makeFrame('site', `
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => parent.postMessage('stolen', '*');
          for (const word of ['keep', 'einwurf', 'keeper']) parent.postMessage(word, '*', word === 'keep' ? [port2] : []);`);
        const own = makeFrame('site', 'addEventListener(\"message\", () => {});');
        document.body.append(own); await loaded(own);
        addEventListener('message', ({ data }) => { if (data === 'stolen') got.push(data); });
        await keeper(own);
        document.body.append(other); await loaded(other);
        const knock = (make) => { const { port1, port2 } = new MessageChannel(); spy(port1); make(port2); };
        knock((port) => postMessage('keep', '*', [port]));
        knock((port) => dispatchEvent(new MessageEvent('message', { data: 'keep', source: own.contentWindow, ports: [port] })));
        knock((port) => dispatchEvent(new MessageEvent('message', { data: 'keep', source: null, ports: [port] })));
        own.remove();
        knock((port) => dispatchEvent(new MessageEvent('message', { data: 'keep', source: null, ports: [port] })));";
    stage.browser.run_async(script, &[])?;
    // A hello takes one turn through storage: the own frame of a second keeper gets one, which is the measure.
    stage.browser.run_async("await start('site', true);", &[])?;
    let frames = "return document.querySelectorAll('iframe').length;";
    assert_eq!(stage.browser.run(frames, &[])?, json!(2));
    let own = stage.browser.find("iframe:last-of-type")?;
    stage.browser.enter(&own)?;
    assert_eq!(first(&stage.hello()?), Some(5));
    stage.browser.leave()?;
    assert_eq!(stage.browser.run("return got;", &[])?, json!([]));
    Ok(())
}

#[test]
fn a_second_knock_gets_nothing() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    stage.keep(5, 500, None)?;
    let again = "const { port1, port2 } = new MessageChannel(); let said = 0; port1.onmessage = () => { said += 1; };
        parent.postMessage('keep', '*', [port2]); await ask({ get: true }); await ask({ get: true }); return said;";
    assert_eq!(stage.browser.run_async(again, &[])?, json!(0));
    Ok(())
}

#[test]
fn where_storage_is_blocked_or_full_everything_is_answered_and_nothing_is_left() -> Result<()> {
    let denied = "throw new DOMException('no', 'SecurityError')";
    for blocked in [
        format!("for (const name of ['sessionStorage', 'localStorage', 'indexedDB']) Object.defineProperty(window, name, {{ get() {{ {denied} }} }});"),
        format!("Storage.prototype.setItem = () => {{ {denied} }};"),
        format!("IDBFactory.prototype.open = () => {{ {denied} }};"),
        "const { put } = IDBObjectStore.prototype; IDBObjectStore.prototype.put = function () { throw new DOMException('', 'DataCloneError'); };".to_owned(),
        format!("SubtleCrypto.prototype.generateKey = async () => {{ {denied} }};"),
    ] {
        let stage = Stage::start(&format!("if (location.protocol === 'http:') {{ {blocked} }}"))?;
        let hello = stage.enter("site", false)?;
        assert_eq!(hello.get("kept"), Some(&Value::Null), "{blocked}");
        assert_eq!(stage.keep(5, 500, None)?, done(false), "{blocked}");
        assert_eq!(stage.keep(5, 500, Some(4_000_000_000))?, done(false), "{blocked}");
        assert_eq!(stage.kept()?, Value::Null, "{blocked}");
        let severe: Vec<_> = stage.browser.console()?.into_iter().filter(|line| line.starts_with("SEVERE")).collect();
        assert!(severe.iter().all(|line| line.contains("favicon")), "{blocked}: {severe:?}");
        if blocked.contains("setItem") {
            assert_eq!(stage.snapshot()?.pointer("/keys"), Some(&json!([])), "the key of what was not written");
        }
    }
    Ok(())
}

#[test]
fn a_key_that_cannot_be_asked_for_now_loses_nothing() -> Result<()> {
    let flaky = "const { open } = IDBFactory.prototype;
        IDBFactory.prototype.open = function (...all) { if (location.hash === '#broken') throw new DOMException('', 'UnknownError'); return open.apply(this, all); };";
    let stage = Stage::start(flaky)?;
    stage.open("site", 0)?;
    stage.keep(5, 500, Some(4_000_000_000))?;
    stage.browser.leave()?;
    stage.browser.go("about:blank")?;
    stage.go("/page#broken")?;
    assert_eq!(first(&stage.enter("site", false)?), None);
    stage.browser.leave()?;
    stage.browser.go("about:blank")?;
    assert_eq!(first(&stage.open("site", 0)?), Some(5));
    Ok(())
}

#[test]
fn only_messages_of_the_channel_count() -> Result<()> {
    let stage = Stage::start("")?;
    stage.open("site", 0)?;
    for (length, taken) in [(0, false), (1, true), (MOST - 1, true), (MOST, true), (MOST + 1, false)] {
        assert_eq!(stage.keep(5, length, None)?, done(taken), "{length}");
    }
    let bad = "const keep = new Uint8Array(5), until = null, pending = false; const answers = [];
        for (const message of [{ keep: 'text', until, pending }, { keep, until, pending: 1 }, { keep, pending },
          { keep, until: 1.5, pending }, { keep, until: '1', pending }, { keep: [1], until, pending }]) {
          answers.push((await ask(message)).done);
        }
        for (const message of [null, 0, 'get', 'forget', {}, [], { get: 1 }, { forget: 'yes' }]) await say(message);
        return [answers, (await ask({ get: true })).kept.length];";
    let answers = stage.browser.run_async(bad, &[])?;
    assert_eq!(answers, json!([[false, false, false, false, false, false], MOST]));
    Ok(())
}

#[test]
fn the_title_is_cut_at_a_whole_character() -> Result<()> {
    let stage = Stage::start("")?;
    for (title, cut) in [
        ("a".repeat(199), "a".repeat(199)),
        ("a".repeat(200), "a".repeat(200)),
        ("a".repeat(201), "a".repeat(200)),
        (format!("{}ß", "a".repeat(199)), "a".repeat(199)),
        (format!("{}🔒", "a".repeat(196)), format!("{}🔒", "a".repeat(196))),
        (format!("{}🔒", "a".repeat(197)), "a".repeat(197)),
        (String::new(), String::new()),
    ] {
        stage.go("/page")?;
        stage.browser.run("document.title = arguments[0];", &[json!(title)])?;
        assert_eq!(stage.enter("site", false)?.get("title"), Some(&json!(cut)));
    }
    Ok(())
}
