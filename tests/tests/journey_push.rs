//! Notifications on a device of staff, in Chromium: allowed, switched on, shown, and gone after logging out; and a service
//! worker that is swapped by a hostile relay, which still never stands between the inbox and anything.
//!
//! One part cannot run here: the push service of the browser's maker, where `PushManager.subscribe` asks for an address. In
//! its place the page finds a subscription of the same form to a receiver on this machine. What the relay sends there is
//! real; that it reaches the service worker is done by Chromium's own protocol.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{api::path, notice::Register};
use einwurf_tests::{
    browser::{Engine, Look},
    canary::Canary,
    desk::{self, words},
    pace,
    proxy::{Answered, Verdict},
    push,
    receiver::Receiver,
    world::Stage,
};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};

/// What a browser does with its maker's service, but for the service.
const SERVICE: &str = "
    const NAME = 'the-makers-service';
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
    const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
    const made = () => {
        const kept = JSON.parse(localStorage.getItem(NAME) ?? 'null');
        return kept && {
            endpoint: kept.endpoint,
            options: { userVisibleOnly: true, applicationServerKey: bytes(kept.key) },
            getKey: (name) => bytes(kept[name]),
            unsubscribe: async () => { localStorage.removeItem(NAME); return true; },
        };
    };
    PushManager.prototype.getSubscription = async () => made();
    PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
        if (!userVisibleOnly || Notification.permission !== 'granted') throw new DOMException('', 'NotAllowedError');
        const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
        const [p256dh, auth] = [await crypto.subtle.exportKey('raw', pair.publicKey), crypto.getRandomValues(new Uint8Array(16))];
        const kept = { endpoint: 'ENDPOINT', p256dh: text(p256dh), auth: text(auth), key: text(applicationServerKey) };
        localStorage.setItem(NAME, JSON.stringify(kept));
        return made();
    };";

/// A service worker that takes everything it can reach, and at a push says that it is there and what it got.
const HOSTILE: &str = "
    addEventListener('install', () => self.skipWaiting());
    addEventListener('fetch', (event) => event.respondWith(new Response('taken')));
    addEventListener('push', (event) => event.waitUntil((async () => {
        await self.clients.claim();
        await self.navigator.serviceWorker?.register('/push/de-formal.js', { scope: '/' }).catch(() => null);
        await self.registration.showNotification('taken', { tag: 'taken' });
    })()));";

/// Notifications that are shown: title, text and tag of each.
const SHOWN: &str = "
    const registration = await navigator.serviceWorker.getRegistration('/push/');
    const shown = await registration?.getNotifications() ?? [];
    return shown.map(({ title, body, tag }) => [title, body, tag]);";
/// Registrations of this origin: the scope of each.
const SCOPES: &str = "return (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope);";
/// Which service worker runs.
const SPEAKS: &str = "const { active } = await navigator.serviceWorker.getRegistration('/push/');
                      return new URL(active.scriptURL).pathname;";
/// Whether anything stands between this page and its requests.
const CONTROLLED: &str = "return navigator.serviceWorker.controller !== null;";

fn start(name: &str) -> Result<(Stage, Receiver)> {
    let (world, certificates, folder) = push::world(name)?;
    let receiver = Receiver::start(&certificates, &folder)?;
    let first =
        format!("if (window.PushManager) {{ {} }}", SERVICE.replace("ENDPOINT", &receiver.url("/device")));
    // Chromium without what is around the page shows no notifications.
    let look = Look { engine: Some(Engine::Chromium), first, ..Look::default() };
    Ok((Stage::start(world, &look)?, receiver))
}

/// Comes in and ticks "stay", so that the inbox opens again by itself.
fn come_in(stage: &Stage) -> Result<()> {
    let (browser, plan) = (&stage.browser, &stage.site.plan);
    browser.go(&stage.inbox_link())?;
    browser.type_into(desk::ACCOUNT, &plan.account)?;
    browser.type_into(desk::PASSWORD, &plan.password)?;
    browser.click_on("#stay")?;
    browser.click_on(desk::MAIN)?;
    browser.wait_for(".inbox").map(drop)
}

/// What the card of this device says.
fn says(stage: &Stage, key: &str) -> Result<()> {
    let text = json!(words(Register::DeFormal, key)?);
    stage.browser.until(&format!("document.querySelector('#push-how').innerText.startsWith({text})"))
}

fn permission(stage: &Stage, setting: &str) -> Result<()> {
    let (origin, name) = (&stage.site.relay, json!({ "name": "notifications" }));
    let permission = json!({ "origin": origin, "permission": name, "setting": setting });
    stage.browser.cdp("Browser.setPermission", &permission).map(drop)
}

/// The push service hands something on until this is what is shown, however often that is. Chromium takes what it is just
/// about to show for closed when somebody asks meanwhile, so each question comes a moment after a push.
fn told(stage: &Stage, wanted: &Value) -> Result<()> {
    stage.browser.cdp("ServiceWorker.enable", &json!({}))?;
    // The first service worker of an empty profile.
    let message = json!({ "origin": stage.site.relay, "registrationId": "0", "data": "nobody reads this" });
    pace::until("a notification", || {
        stage.browser.cdp("ServiceWorker.deliverPushMessage", &message)?;
        thread::sleep(Duration::from_millis(300));
        Ok((stage.browser.run_async(SHOWN, &[])? == *wanted).then_some(()))
    })
}

fn is_free(stage: &Stage) -> Result<()> {
    ensure!(stage.browser.run(CONTROLLED, &[])? == json!(false), "a service worker controls the inbox");
    let scope = format!("{}/push/", stage.site.relay);
    ensure!(stage.browser.run_async(SCOPES, &[])? == json!([scope]), "no wider scope");
    Ok(())
}

/// From the switch to a device that tells.
fn switch_on(stage: &Stage) -> Result<()> {
    let browser = &stage.browser;
    browser.click_on(desk::SETTINGS)?;
    says(stage, "push_forbidden")?;
    ensure!(browser.count("#push-switch")? == 0, "nothing to switch on");
    browser.click_on("#push-allow")?;
    browser.click_on("form:has(#push-allow) .button-main")?;
    browser.wait_for("#push-site-good p")?;
    says(stage, "push_is_off")?;
    browser.picture("push-off")?;
    // Until now nothing of it has reached the browser.
    ensure!(stage.proxy.asked().iter().all(|asked| !asked.path.starts_with("/push/")));
    ensure!(browser.run_async(SCOPES, &[])? == json!([]));

    // Somebody who has blocked notifications is told how to allow them, and asked nothing.
    permission(stage, "denied")?;
    browser.click_on(desk::SETTINGS)?;
    says(stage, "push_denied")?;
    ensure!(browser.count("#push-switch")? == 0);
    permission(stage, "granted")?;
    browser.click_on(desk::SETTINGS)?;
    browser.click_on("#push-switch")?;
    browser.wait_for("#push-good p")?;
    says(stage, "push_is_on")?;
    browser.picture("push-on")?;
    is_free(stage)
}

#[test]
fn met_05_a_device_that_wants_it_says_that_something_waits_and_nothing_of_it() -> Result<()> {
    let (stage, mut receiver) = start("push-device")?;
    come_in(&stage)?;
    switch_on(&stage)?;

    // Nobody looks: a message reaches the push service, without content.
    let (stage, browser) = (&stage, &stage.browser);
    browser.go(&format!("{}/check", stage.site.relay))?;
    is_left(stage)?;
    let canary = Canary::new("Kanarienvogel");
    stage.world.visitor(&stage.site)?.open(canary.text())?;
    let pushed = receiver.next()?;
    ensure!((pushed.method.as_str(), pushed.path.as_str()) == ("POST", "/device"), "{pushed:?}");
    ensure!(pushed.header("content-encoding")? == "aes128gcm" && canary.found_in(&pushed.body).is_none());
    // The device says so, once however often; its picture comes from the relay.
    let note = json!([[
        words(Register::DeFormal, "push_note_title")?,
        words(Register::DeFormal, "push_note")?,
        "einwurf"
    ]]);
    told(stage, &note)?;
    told(stage, &note)?;
    stage.proxy.wait_for("the picture", |asked, _| asked.path == "/icons/inbox-192.png")?;
    // Whoever opens the inbox has seen it.
    browser.go(&stage.inbox_link())?;
    browser.wait_for(".inbox")?;
    pace::until("nothing shown", || Ok((browser.run_async(SHOWN, &[])? == json!([])).then_some(())))?;
    is_free(stage)?;

    // In another language it is another script.
    browser.click_on(desk::SETTINGS)?;
    says(stage, "push_is_on")?;
    browser.click_on("label[lang=en]:has([name=language])")?;
    let english = || Ok((browser.run_async(SPEAKS, &[])? == json!("/push/en.js")).then_some(()));
    pace::until("the English one", english)?;

    // Logging out leaves nothing of it behind.
    browser.click_on(desk::LOG_OUT)?;
    browser.wait_for(desk::ACCOUNT)?;
    pace::until("no service worker", || Ok((browser.run_async(SCOPES, &[])? == json!([])).then_some(())))?;
    ensure!(browser.run("return localStorage.getItem('the-makers-service');", &[])?.is_null());
    stage.world.visitor(&stage.site)?.open("Wieder eine")?;
    ensure!(receiver.answer(201)?.is_empty(), "nothing is sent any more");
    Ok(())
}

/// Far less than a message waits for somebody who has the inbox open.
const AT_ONCE: Duration = Duration::from_secs(15);

/// The inbox is open, hears by its live connection of a message that arrives, and looks at it.
fn looks(stage: &Stage, text: &str) -> Result<()> {
    stage.proxy.forget();
    stage.browser.go(&stage.inbox_link())?;
    stage.browser.wait_for(".inbox")?;
    is_live(stage)?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open(text)?;
    let address = visitor.address.context("an address")?;
    // Whoever has not looked is told of it after a while, wherever the browser is by then.
    stage
        .proxy
        .wait_for("a look at the list with it", |asked, list| {
            asked.method == "GET"
                && asked.path == path::INBOX
                && String::from_utf8_lossy(&list.body).contains(&address)
        })
        .map(drop)
}

fn is_live(stage: &Stage) -> Result<()> {
    pace::until("a live connection", || {
        let asked = stage.proxy.asked();
        Ok(asked.iter().any(|asked| asked.method == "CONNECT").then_some(()))
    })
}

/// The live connection ends: as long as there is one, a device waits as long as anything is waited for here.
fn is_left(stage: &Stage) -> Result<()> {
    pace::within(AT_ONCE, "the live connection to end", || Ok((stage.proxy.live() == 0).then_some(())))
}

/// The live connection ends, a message arrives, and the device is told at once.
fn is_told(stage: &Stage, receiver: &Receiver, how: &str) -> Result<()> {
    is_left(stage).with_context(|| how.to_owned())?;
    let written = Instant::now();
    stage.world.visitor(&stage.site)?.open(how)?;
    receiver.next().with_context(|| how.to_owned())?;
    ensure!(written.elapsed() < AT_ONCE, "{how}: told after {:?}", written.elapsed());
    Ok(())
}

#[test]
fn however_a_browser_leaves_the_inbox_its_device_is_told_of_what_arrives_next() -> Result<()> {
    let (stage, mut receiver) = start("push-left")?;
    come_in(&stage)?;
    switch_on(&stage)?;
    let browser = &stage.browser;
    browser.go("about:blank")?;
    for how in ["sent on", "closed", "crashed"] {
        let elsewhere = browser.open_tab()?;
        looks(&stage, how)?;
        ensure!(receiver.answer(201)?.is_empty(), "{how}: told although it is open");
        match how {
            "sent on" => browser.go("about:blank")?,
            "closed" => browser.close_tab(&elsewhere)?,
            // The driver hears no answer.
            _ => drop(browser.cdp("Browser.crash", &json!({}))),
        }
        is_told(&stage, &receiver, how)?;
        if how == "sent on" {
            // Whoever comes back holds a connection again, whether or not the browser kept the page.
            stage.proxy.forget();
            browser.back()?;
            is_live(&stage)?;
            browser.go("about:blank")?;
        }
    }
    Ok(())
}

#[test]
fn a_service_worker_that_a_hostile_relay_swaps_controls_no_page() -> Result<()> {
    let (stage, _receiver) = start("push-hostile")?;
    come_in(&stage)?;
    switch_on(&stage)?;
    stage.proxy.rule(|asked| {
        if !asked.path.starts_with("/push/") {
            return Verdict::Pass;
        }
        let headers = [("content-type", "text/javascript"), ("service-worker-allowed", "/")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Verdict::Answer(Answered { status: 200, headers, body: HOSTILE.as_bytes().to_vec() })
    });
    // As browsers do by themselves, once a day and after a push.
    let update = "const registration = await navigator.serviceWorker.getRegistration('/push/');
                  await registration.update();
                  const worker = registration.installing ?? registration.waiting ?? registration.active;
                  const look = () => { window.swapped = worker.state === 'activated'; };
                  worker.onstatechange = look;
                  look();";
    stage.browser.run_async(update, &[]).context("an update")?;
    stage.browser.until("window.swapped === true")?;
    told(&stage, &json!([["taken", "", "taken"]]))?;
    // It runs, and has claimed what it could: not this page, nor the next, nor a request of theirs.
    is_free(&stage)?;
    stage.world.visitor(&stage.site)?.open("Kommt an")?;
    stage.browser.go("about:blank")?;
    stage.browser.go(&stage.inbox_link())?;
    stage.browser.wait_for(".inbox")?;
    ensure!(stage.read_newest()? == ["Kommt an"]);
    is_free(&stage)
}
