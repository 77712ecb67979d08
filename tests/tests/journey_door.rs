//! The company's own door: it opens widget, inbox and links by one verification, clears the fragment before anything
//! else runs, and lets nothing foreign run whatever the relay serves.

use anyhow::{Context, Result};
use einwurf_protocol::{api::path, notice::Register};
use einwurf_tests::{
    browser::Look,
    desk, forge,
    gate::Gate,
    proxy::{Answered, Verdict},
    seed::{EMAIL, release},
    widget::BOX,
    world::{Stage, World},
};
use std::sync::Arc;

/// What `location` and history had when the first request left, seen by a script before any of the page's.
const SPY: &str = "window.__seen = [];
    const send = window.fetch;
    window.fetch = (...given) => { window.__seen.push(location.hash); return send(...given); };";

fn stage(name: &str) -> Result<Stage> {
    let stage = Stage::start(World::quiet(name)?, &Look { first: SPY.to_owned(), ..Look::default() })?;
    stage.company.put("/door.html", &[], stage.site.door(Register::DeFormal)?);
    Ok(stage)
}

fn open(stage: &Stage, fragment: &str) -> Result<()> {
    stage.browser.leave()?;
    stage.browser.go("about:blank")?;
    stage.browser.go(&format!("{}/door.html{fragment}", stage.company.origin()))
}

/// Waits for the ordinary contact ways in the page itself, with no app and no frame.
fn ways(stage: &Stage) -> Result<()> {
    stage.browser.until("document.querySelector('#failed') && !document.querySelector('#failed').hidden")?;
    stage.browser.wait_for(&format!("a[href='mailto:{EMAIL}']"))?;
    assert_eq!(stage.browser.count("iframe")?, 0);
    assert_eq!(stage.browser.count("#password")?, 0);
    Ok(())
}

/// From now on every relay serves this manifest.
fn serves(stage: &Stage, manifest: &str) {
    let body = manifest.as_bytes().to_vec();
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method != "GET" || asked.path != path::MANIFEST {
            return Verdict::Pass;
        }
        let body = body.clone();
        Verdict::Change(Box::new(move |answered| Answered { body, ..answered }))
    });
}

#[test]
fn the_door_opens_the_inbox_and_a_message_is_read_through_it() -> Result<()> {
    let stage = stage("door-inbox")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("durch die eigene Tür")?;
    open(&stage, "#inbox")?;
    stage.browser.wait_for(desk::PASSWORD)?;
    stage.browser.screenshot("door-login")?;
    stage.browser.type_into(desk::ACCOUNT, &stage.site.plan.account)?;
    stage.browser.type_into(desk::PASSWORD, &stage.site.plan.password)?;
    stage.browser.click_on(desk::MAIN)?;
    stage.browser.open_newest()?;
    stage.browser.until("document.querySelector('.item-text')?.textContent === 'durch die eigene Tür'")?;
    // The page of the relay was never asked for.
    let asked = stage.relay_requests();
    assert!(!asked.iter().any(|asked| asked == "GET /inbox" || asked == "GET /inbox.html"), "{asked:?}");
    Ok(())
}

#[test]
fn the_door_opens_the_widget_and_a_message_arrives() -> Result<()> {
    let stage = stage("door-widget")?;
    open(&stage, "")?;
    stage.browser.wait_for("dialog[open] iframe")?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.browser.wait_for(BOX)?;
    stage.agree()?;
    stage.send("von der Tür aus")?;
    stage.arrived()?;
    stage.browser.leave()
}

#[test]
fn met_03_the_fragment_is_cleared_before_anything_else_runs_and_never_travels() -> Result<()> {
    let stage = stage("door-fragment")?;
    let staff = stage.world.staff(&stage.site)?;
    let link = staff.invite("Anna", &[einwurf_protocol::roster::Capability::Read], None)?;
    let site = &stage.site.address;
    for fragment in [
        format!("#site={site}&pin={}&invite={}", stage.site.pin, link.secret),
        "#inbox".to_owned(),
        format!("#bundle={}", link.secret),
    ] {
        stage.proxy.forget();
        open(&stage, &fragment)?;
        stage.browser.until("document.querySelector('#account, #password, dialog[open] iframe') !== null")?;
        assert_eq!(stage.browser.run("return location.hash;", &[])?, "");
        let seen = stage.browser.run("return window.__seen;", &[])?;
        let seen = seen.as_array().context("a list")?;
        assert!(!seen.is_empty() && seen.iter().all(|hash| hash == ""), "{fragment}: {seen:?}");
        let secret = link.secret.to_string();
        for asked in stage.proxy.asked() {
            assert!(
                !String::from_utf8_lossy(&asked.bytes()).contains(&secret),
                "{} {}",
                asked.method,
                asked.path
            );
        }
        // Going back does not bring it into the address bar again.
        stage.browser.back()?;
        assert!(!stage.browser.url()?.contains(&secret));
    }
    Ok(())
}

#[test]
fn enc_03_the_door_opens_nothing_by_a_manifest_that_does_not_verify() -> Result<()> {
    let stage = stage("door-forged")?;
    for (what, forge) in forge::MANIFESTS {
        // The door pins no serial: what an old manifest names is caught by the staff's devices, which remember.
        if *what == "older than the lowest known serial" {
            continue;
        }
        serves(&stage, &forge(&stage.site)?);
        stage.proxy.forget();
        open(&stage, "#inbox")?;
        ways(&stage).map_err(|error| error.context(format!("manifest {what}")))?;
        assert!(stage.relay_requests().iter().all(|asked| asked.ends_with(path::MANIFEST)), "{what}");
    }
    Ok(())
}

#[test]
fn enc_04_one_flipped_byte_of_the_staffs_app_leads_to_the_contact_ways() -> Result<()> {
    let stage = stage("door-flipped")?;
    let inbox = release()?.inbox;
    for file in [&inbox.script.path, &inbox.wasm.path, &inbox.style.path] {
        let flipped = file.clone();
        stage.proxy.clear_rules();
        stage.proxy.rule(move |asked| {
            if asked.method != "GET" || asked.path != flipped {
                return Verdict::Pass;
            }
            Verdict::Change(Box::new(|mut answered| {
                let middle = answered.body.len() / 2;
                if let Some(byte) = answered.body.get_mut(middle) {
                    *byte ^= 1;
                }
                answered.headers.retain(|(name, _)| name != "cache-control");
                answered.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
                answered
            }))
        });
        // Untouched in the round before, it would come from the cache.
        stage.browser.cdp("Network.clearBrowserCache", &serde_json::json!({}))?;
        open(&stage, "#inbox")?;
        ways(&stage).map_err(|error| error.context(file.clone()))?;
    }
    stage.proxy.clear_rules();
    open(&stage, "#inbox")?;
    stage.browser.wait_for(desk::PASSWORD).map(drop)
}

#[test]
fn a_link_to_another_site_or_half_a_link_opens_nothing() -> Result<()> {
    let stage = stage("door-half")?;
    let other = stage.world.site()?;
    for fragment in [format!("#site={}", other.address), "#nonsense".to_owned(), "#setup=abc".to_owned()] {
        stage.proxy.forget();
        open(&stage, &fragment)?;
        ways(&stage).map_err(|error| error.context(fragment.clone()))?;
        assert_eq!(stage.relay_posts(), Vec::<String>::new(), "{fragment}");
    }
    Ok(())
}

/// The page that an invitation opens.
const JOIN: &str = ".gate-wide form #password";

/// A link is opened in a tab that already shows something; the page begins anew, and the secret is nowhere.
fn open_here(stage: &Stage, secret: &str, fragment: &str, shows: &str) -> Result<()> {
    stage.browser.leave()?;
    stage.browser.run("window.__before = true; location.hash = arguments[0];", &[fragment.into()])?;
    stage.browser.until(&format!("!window.__before && document.querySelector('{shows}')"))?;
    let kept = stage.browser.run(
        "return JSON.stringify([location.href, history.state, { ...sessionStorage }, { ...localStorage }])
             + document.documentElement.outerHTML;",
        &[],
    )?;
    assert!(!kept.as_str().context("a text")?.contains(secret), "{fragment}");
    assert_eq!(stage.browser.run("return location.hash;", &[])?, "", "{fragment}");
    assert_eq!(stage.browser.count("#einwurf")?, 0, "what a link asks for stands in the page no longer");
    stage.browser.back()?;
    assert!(!stage.browser.url()?.contains(secret), "{fragment}");
    Ok(())
}

#[test]
fn a_link_opened_in_a_tab_that_already_shows_something_opens_and_leaves_no_secret() -> Result<()> {
    let stage = stage("door-again")?;
    let staff = stage.world.staff(&stage.site)?;
    let link = staff.invite("Anna", &[einwurf_protocol::roster::Capability::Read], None)?;
    let secret = link.secret.to_string();
    let invited = format!("#site={}&pin={}&invite={secret}", stage.site.address, stage.site.pin);
    // The door with the widget, the same with the login, and the relay's own page.
    for before in ["/door.html", "/door.html#inbox", "relay"] {
        stage.browser.go("about:blank")?;
        if before == "relay" {
            stage.browser.go(&stage.inbox_link())?;
            stage.browser.wait_for(desk::PASSWORD)?;
        } else {
            stage.browser.go(&format!("{}{before}", stage.company.origin()))?;
            stage.browser.until("document.querySelector('#password, dialog[open] iframe') !== null")?;
        }
        open_here(&stage, &secret, &invited, JOIN).map_err(|error| error.context(before))?;
    }
    // A jump within the page is no link: what runs goes on.
    open(&stage, "#inbox")?;
    stage.browser.wait_for(desk::PASSWORD)?;
    stage.browser.run("window.__before = true; location.hash = 'main';", &[])?;
    stage.browser.until("location.hash === '#main'")?;
    // The same for whatever else waits in this turn, such as a reload.
    stage.browser.run_async("await new Promise((next) => setTimeout(next));", &[])?;
    stage.browser.until("window.__before && document.querySelector('#password')")
}

#[test]
fn the_relays_own_page_keeps_a_link_that_could_not_be_loaded_for_the_next_try() -> Result<()> {
    let stage = stage("relay-page-retry")?;
    let staff = stage.world.staff(&stage.site)?;
    let link = staff.invite("Anna", &[einwurf_protocol::roster::Capability::Read], None)?;
    let asked = format!("#site={}&pin={}&invite={}", stage.site.address, stage.site.pin, link.secret);
    let wasm = release()?.inbox.wasm.path;
    stage.proxy.rule(move |asked| if asked.path == wasm { Verdict::Cut } else { Verdict::Pass });
    stage.browser.go(&format!("{}/inbox{asked}", stage.site.relay))?;
    stage.browser.until("!document.querySelector('#failed').hidden")?;
    assert_eq!(stage.browser.run("return location.hash;", &[])?, asked);
    // It was not there while files were asked for.
    let seen = stage.browser.run("return window.__seen;", &[])?;
    let seen = seen.as_array().context("a list")?;
    assert!(!seen.is_empty() && seen.iter().all(|hash| hash == ""), "{seen:?}");
    stage.proxy.clear_rules();
    stage.browser.run("location.reload();", &[])?;
    stage.browser.wait_for(JOIN)?;
    assert_eq!(stage.browser.run("return location.hash;", &[])?, "");
    Ok(())
}

/// Of a relay that says nothing any more: answers to `path` at [`FIRST`] wait until they are let go, and [`OVER`] is answered
/// once one waits.
fn stall(stage: &Stage, path: &str) -> Arc<Gate> {
    let (gate, waits, path) = (Arc::new(Gate::default()), Arc::new(Gate::default()), path.to_owned());
    let held = Arc::clone(&gate);
    stage.proxy.rule(move |asked| {
        let (held, waits) = (Arc::clone(&held), Arc::clone(&waits));
        match (asked.host == FIRST, &*asked.path) {
            (true, OVER) => Verdict::Change(Box::new(move |_| {
                waits.wait();
                let headers = vec![("access-control-allow-origin".to_owned(), "*".to_owned())];
                Answered { status: 204, headers, ..Answered::default() }
            })),
            (true, other) if other == path => Verdict::Change(Box::new(move |answered| {
                waits.open();
                held.wait();
                answered
            })),
            _ => Verdict::Pass,
        }
    });
    gate
}

/// A name of the relay under which it stalls.
const FIRST: &str = "erster.example";
/// What a page asks there to hear that it stalls.
const OVER: &str = "/over";

#[test]
fn a_relay_that_stalls_ends_an_attempt_and_what_comes_late_does_not_start() -> Result<()> {
    // The door's minute for the first attempt is over once the relay stalls; all other limits stay.
    let quick = format!(
        "const limit = AbortSignal.timeout.bind(AbortSignal);
        const over = new AbortController();
        let first = true;
        AbortSignal.timeout = (ms) => {{
          if (!first || ms !== 60000) return limit(ms);
          first = false;
          fetch('http://{FIRST}{OVER}').then(() => over.abort());
          return over.signal;
        }};
        window.__said = [];
        addEventListener('einwurf', ({{ detail }}) => window.__said.push(detail));
        addEventListener('error', ({{ message }}) => message && window.__said.push(message));"
    );
    let stage = Stage::start(World::quiet("door-stalls")?, &Look { first: quick, ..Look::default() })?;
    let relay = stage.world.relay.origin();
    stage.proxy.name(FIRST, relay.trim_start_matches("http://"));
    let both = format!("http://{FIRST} {relay}");
    let origins = both.split(' ').map(str::to_owned).collect();
    let manifest = stage.site.resign(|manifest| manifest.relay.origins = origins)?;
    let door = stage.site.door(Register::DeFormal)?;
    stage.company.put("/door.html", &[], door.replace(&relay, &both));
    stage.company.put("/one.html", &[], door.replace(&relay, &format!("http://{FIRST}")));
    let inbox = release()?.inbox;
    for file in [&inbox.script.path, &inbox.wasm.path] {
        let stalls = || {
            serves(&stage, &manifest);
            stall(&stage, file)
        };
        let alone = stalls();
        stage.browser.cdp("Network.clearBrowserCache", &serde_json::json!({}))?;
        stage.browser.go(&format!("{}/one.html#inbox", stage.company.origin()))?;
        ways(&stage).map_err(|error| error.context(format!("one relay, {file}")))?;
        stage.browser.go("about:blank")?;
        let gate = stalls();
        open(&stage, "#inbox")?;
        stage.browser.wait_for(desk::PASSWORD).map_err(|error| error.context(file.clone()))?;
        // Now the first one answers.
        gate.open();
        alone.open();
        stage.browser.until(&format!(
            "performance.getEntriesByName('http://{FIRST}{file}').some((entry) => entry.responseEnd > 0)"
        ))?;
        // What runs then has had its turn after two frames.
        stage.browser.run_async(
            "for (let i = 0; i < 2; i++) await new Promise((next) => requestAnimationFrame(next));",
            &[],
        )?;
        assert_eq!(stage.browser.count(desk::PASSWORD)?, 1, "{file}");
        assert_eq!(stage.browser.run("return window.__said;", &[])?, serde_json::json!([true]), "{file}");
    }
    Ok(())
}

#[test]
fn what_this_device_has_seen_is_the_lowest_serial_and_a_malformed_memory_counts_as_none() -> Result<()> {
    let stage = stage("door-serial")?;
    open(&stage, "#inbox")?;
    stage.browser.type_into(desk::ACCOUNT, &stage.site.plan.account)?;
    stage.browser.type_into(desk::PASSWORD, &stage.site.plan.password)?;
    stage.browser.click_on(desk::MAIN)?;
    stage.browser.wait_for(".inbox")?;
    // What the app itself keeps is what the door reads.
    let serial = stage.site.published()?.serial;
    let site = stage.site.address.clone();
    let seen = stage.browser.run("return localStorage.getItem('einwurf-seen');", &[])?;
    let seen: serde_json::Value = serde_json::from_str(seen.as_str().context("remembered")?)?;
    assert_eq!(seen[&site]["serial"], serial);
    let remember = |text: &str| {
        let keep = "localStorage.setItem('einwurf-seen', arguments[0]);";
        stage.browser.run(keep, &[text.into()])
    };
    let entry =
        |site: &str, serial: serde_json::Value| serde_json::json!({ site: { "serial": serial } }).to_string();
    for (kept, opens) in [
        (entry(&site, (serial - 1).into()), true),
        (entry(&site, serial.into()), true),
        (entry(&site, (serial + 1).into()), false),
        (entry("other", (serial + 1).into()), true),
        (entry(&site, (serial + 1).to_string().into()), true),
        (entry(&site, serde_json::Value::Null), true),
        (format!("{{\"{site}\":null}}"), true),
        ("null".to_owned(), true),
        ("{".to_owned(), true),
    ] {
        remember(&kept)?;
        open(&stage, "#inbox")?;
        let shown = if opens { stage.browser.wait_for(desk::PASSWORD).map(drop) } else { ways(&stage) };
        shown.map_err(|error| error.context(kept))?;
    }
    Ok(())
}

#[test]
fn who_can_read_this_says_how_many_which_keys_and_which_release() -> Result<()> {
    let stage = stage("who-reads")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    stage.browser.run("document.querySelector('button.readers').click();", &[])?;
    stage.says(&release()?.check_value())?;
    stage.says(&release()?.version)?;
    let key = einwurf_protocol::codec::readable(&stage.site.published()?.inbox_key.id.0);
    stage.says(&key)?;
    stage.says("1 Person")?;
    stage.browser.screenshot("who-reads")?;
    stage.browser.leave()
}
