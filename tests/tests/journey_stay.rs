//! "Stay signed in on this device": the inbox opens again without the password for twelve hours, and in no other case.

use anyhow::{Context, Result, ensure};
use einwurf_tests::{
    desk::{ACCOUNT, LOG_OUT, MAIN, PASSWORD},
    pace,
    proxy::Verdict,
    world::Stage,
};
use std::{fs, path::Path};

/// The box.
const STAY: &str = "#stay";
/// The button after a pause.
const AGAIN: &str = "#again";
/// How many records the browser keeps for it. What is not there is not made by looking.
const KEPT: &str = "
    if (!(await indexedDB.databases()).some((one) => one.name === 'einwurf-device')) return 0;
    return await new Promise((say) => {
        const opening = indexedDB.open('einwurf-device');
        opening.onsuccess = () => {
            const names = opening.result.transaction('keys').objectStore('keys').getAllKeys();
            names.onsuccess = () => {
                opening.result.close();
                say(names.result.filter((name) => name.startsWith('stay ')).length);
            };
        };
    });";

/// Types account and password, ticks the box or not, and comes in.
fn come_in(stage: &Stage, stay: bool) -> Result<()> {
    let (browser, plan) = (&stage.browser, &stage.site.plan);
    browser.wait_for(ACCOUNT)?;
    let ticked = browser.run("return document.querySelector('#stay').checked;", &[])?;
    ensure!(ticked == false, "the box is not ticked by itself");
    browser.retype(ACCOUNT, &plan.account)?;
    browser.retype(PASSWORD, &plan.password)?;
    if stay {
        browser.click_on(STAY)?;
        browser.picture("login-stay")?;
    }
    browser.click_on(MAIN)?;
    browser.wait_for(".inbox").map(drop)
}

/// Opens the page anew, as after a closed tab.
fn reopen(stage: &Stage) -> Result<()> {
    stage.browser.go("about:blank")?;
    stage.browser.go(&stage.inbox_link())
}

/// The login stands there, and this browser keeps nothing.
fn asks_for_the_password(stage: &Stage) -> Result<()> {
    // The login stands there for a moment in any case; it stays if nothing is kept any longer.
    pace::until("nothing is kept", || Ok((kept(stage)? == 0).then_some(())))?;
    stage.browser.wait_for(PASSWORD)?;
    ensure!(stage.browser.count(".inbox")? == 0, "the inbox is open");
    ensure!(stage.browser.count(AGAIN)? == 0, "there is a way in without the password");
    Ok(())
}

fn kept(stage: &Stage) -> Result<u64> {
    stage.browser.run_async(KEPT, &[])?.as_u64().context("a number")
}

/// Lets the page's clock go ahead.
fn ahead(stage: &Stage, seconds: u64) -> Result<()> {
    let script =
        format!("window.now ??= Date.now; Date.now = () => window.now.call(Date) + {seconds} * 1000;");
    stage.browser.run(&script, &[]).map(drop)
}

/// The browser would install the inbox as an app.
fn installable(stage: &Stage) -> Result<()> {
    let none = || Some(serde_json::json!([]));
    let manifest = stage.browser.cdp("Page.getAppManifest", &serde_json::json!({}))?;
    let url = manifest.get("url").and_then(serde_json::Value::as_str);
    ensure!(url.is_some_and(|url| url.ends_with("/inbox.webmanifest")), "{manifest}");
    ensure!(manifest.get("errors").cloned() == none(), "{manifest}");
    let faults = stage.browser.cdp("Page.getInstallabilityErrors", &serde_json::json!({}))?;
    ensure!(faults.get("installabilityErrors").cloned() == none(), "{faults}");
    Ok(())
}

#[test]
fn a_ticked_box_opens_the_inbox_again_and_every_end_asks_for_the_password() -> Result<()> {
    let stage = Stage::quiet("stay")?;
    stage.world.visitor(&stage.site)?.open("eins")?;
    stage.browser.go(&stage.inbox_link())?;
    // Unticked: nothing is kept, and a reload asks.
    come_in(&stage, false)?;
    ensure!(kept(&stage)? == 0);
    reopen(&stage)?;
    asks_for_the_password(&stage)?;
    // Ticked: a new page opens by itself and reads.
    come_in(&stage, true)?;
    ensure!(kept(&stage)? == 1);
    reopen(&stage)?;
    stage.browser.wait_for(".inbox")?;
    ensure!(stage.read_newest()? == ["eins"]);
    // A pause hides everything; one click opens it again.
    ahead(&stage, 901)?;
    stage.browser.wait_for(AGAIN)?;
    ensure!(stage.browser.count(".inbox")? == 0);
    // Devices' clocks do not jump; proofs of the device's key name the time.
    ahead(&stage, 0)?;
    stage.browser.click_on(AGAIN)?;
    stage.browser.wait_for(".inbox")?;
    installable(&stage)?;
    // Logging out is the end of it.
    stage.browser.click_on(LOG_OUT)?;
    asks_for_the_password(&stage)?;
    reopen(&stage)?;
    asks_for_the_password(&stage)
}

#[test]
fn after_twelve_hours_or_when_the_relay_ends_the_session_the_password_is_asked_for() -> Result<()> {
    let stage = Stage::quiet("stay-ends")?;
    stage.browser.go(&stage.inbox_link())?;
    come_in(&stage, true)?;
    // The clock stands still until the page asks for it: twelve hours later on the next page.
    let late = "const now = Date.now; Date.now = () => now.call(Date) + 43201 * 1000;";
    let script =
        stage.browser.cdp("Page.addScriptToEvaluateOnNewDocument", &serde_json::json!({ "source": late }))?;
    reopen(&stage)?;
    asks_for_the_password(&stage)?;
    stage.browser.cdp(
        "Page.removeScriptToEvaluateOnNewDocument",
        &serde_json::json!({ "identifier": script["identifier"] }),
    )?;
    // A removed member: the relay does not know the session any more.
    reopen(&stage)?;
    come_in(&stage, true)?;
    stage.proxy.rule(|asked| {
        if !asked.path.starts_with("/v1/inbox") {
            return Verdict::Pass;
        }
        Verdict::Change(Box::new(|mut answered| {
            let problem =
                einwurf_protocol::problem::Problem::new(einwurf_protocol::problem::Code::Unauthorized);
            answered.status = 401;
            answered.body = serde_json::to_vec(&problem).unwrap_or_default();
            answered
        }))
    });
    reopen(&stage)?;
    asks_for_the_password(&stage)
}

/// Whether any file below a folder holds the bytes.
fn holds(folder: &Path, word: &[u8]) -> Result<bool> {
    // The browser runs on, and a folder may go as well.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let found = if path.is_dir() {
            holds(&path, word)?
        } else {
            // A socket or a file that just went is not readable.
            fs::read(&path).is_ok_and(|bytes| bytes.windows(word.len()).any(|window| window == word))
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

#[test]
fn a_stolen_disk_holds_neither_session_nor_member_in_the_clear() -> Result<()> {
    let stage = Stage::quiet("stay-disk")?;
    stage.world.visitor(&stage.site)?.open("Kanarienvogel auf der Platte")?;
    stage.browser.go(&stage.inbox_link())?;
    come_in(&stage, true)?;
    ensure!(stage.read_newest()? == ["Kanarienvogel auf der Platte"]);
    ensure!(kept(&stage)? == 1);
    let asked = stage.proxy.asked();
    let bearer = asked.iter().find_map(|asked| asked.header("authorization")?.strip_prefix("Bearer "));
    let session = bearer.context("a session")?.to_owned();
    let profile = stage.browser.profile();
    ensure!(holds(profile, b"einwurf-device")?, "the record is on the disk");
    for word in [session.as_str(), "Kanarienvogel", &stage.site.plan.password, "\"wrapped\":", "\"opens\":"] {
        ensure!(!holds(profile, word.as_bytes())?, "{word} lies on the disk");
    }
    Ok(())
}
