//! A real browser, driven by the protocol `WebDriver`. It sees through the launcher's closed shadow root, because a script
//! that runs before the page's keeps what `attachShadow` made; nothing else on the page is changed. In `WebKit`, which has
//! no place for such a script, the company's launcher begins with it (`crate::company`).

mod axe;
mod bidi;
mod input;
mod look;
mod report;
mod start;
mod tree;
mod wait;
mod wire;

pub use axe::Violation;
pub use look::{DESKTOP, Engine, HAND, Look, PHONE};
pub(crate) use report::is_test;
pub use wire::DriverError;

use crate::{folder::Folder, proxy::Proxy};
use anyhow::{Context, Result, bail, ensure};
use bidi::Bidi;
use serde_json::{Value, json};
use start::Screen;
use std::{env, fs, path::PathBuf};
use wire::Driver;

const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keeps closed shadow roots in `window.__shadows`.
pub(crate) const KEEP_SHADOWS: &str = "if (!window.__shadows) {
const attach = Element.prototype.attachShadow;
const shadows = [];
Object.defineProperty(window, '__shadows', { value: shadows });
Element.prototype.attachShadow = function (init) { const root = attach.call(this, init); shadows.push(root); return root; };
}";

/// A running browser with one window.
#[derive(Debug)]
pub struct Browser {
    driver: Driver,
    bidi: Option<Bidi>,
    engine: Engine,
    look: Look,
    /// What the window draws around the viewport, where the driver sizes windows.
    frame: (u64, u64),
    profile: Folder,
    // After the driver, whose browser draws on it.
    _screen: Option<Screen>,
}

/// An element, as the driver names it. Valid in the frame in which it was found.
#[derive(Debug, Clone)]
pub struct Element {
    /// The driver's name.
    name: Value,
    /// How it was found, if it was the first that fits: drawn anew meanwhile, it is found again.
    selector: Option<String>,
}

impl Browser {
    /// Starts one with an empty profile. With `proxy`, all its traffic goes through it.
    pub fn start(proxy: Option<&Proxy>, look: &Look) -> Result<Self> {
        let engine = look.engine.map_or_else(Engine::asked, |engine| Ok(Some(engine)))?;
        let (bare, engine) = (engine.is_none(), engine.unwrap_or(Engine::Chromium));
        let profile = Folder::new(engine.name())?;
        let start = start::of(engine, bare, proxy, look, &profile)?;
        let driver = Driver::start(&start.launch, &start.capabilities)?;
        let bidi = driver.socket.as_deref().map(Bidi::open).transpose()?;
        let look = look.clone();
        let mut browser = Self { driver, bidi, engine, look, frame: (0, 0), profile, _screen: start.screen };
        browser.first()?;
        if engine == Engine::WebKit {
            browser.frame = browser.around()?;
        }
        browser.dress()?;
        if bare {
            // It neither reads a profile's preferences nor makes a folder.
            let folder = start::saved(&browser.profile);
            fs::create_dir_all(&folder)?;
            let saves = json!({ "behavior": "allow", "downloadPath": folder });
            browser.cdp("Browser.setDownloadBehavior", &saves)?;
            // As Chromium does for the page in front.
            let writes = json!({ "permissions": ["clipboardSanitizedWrite"] });
            browser.cdp("Browser.grantPermissions", &writes)?;
        }
        Ok(browser)
    }

    /// By what engine it shows pages.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Where it keeps what pages store: what is on the disk of a stolen device.
    pub fn profile(&self) -> &std::path::Path {
        self.profile.path()
    }

    /// Scripts before the page's, where they are told once for all tabs.
    fn first(&self) -> Result<()> {
        let Some(bidi) = &self.bidi else { return Ok(()) };
        for script in self.scripts() {
            let function = format!("() => {{ {script} }}");
            bidi.ask("script.addPreloadScript", &json!({ "functionDeclaration": function }))?;
        }
        Ok(())
    }

    /// Each in a block of its own, so that none of its names meets one of the page's.
    fn scripts(&self) -> Vec<String> {
        let own = (!self.look.first.is_empty()).then(|| format!("{{ {} }}", self.look.first));
        [KEEP_SHADOWS.to_owned()].into_iter().chain(own).collect()
    }

    /// Makes a new tab look as it should.
    fn dress(&self) -> Result<()> {
        if self.engine == Engine::Chromium {
            for source in self.scripts() {
                self.cdp("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": source }))?;
            }
            if self.look.dark {
                self.dark(true)?;
            }
        }
        self.resize(self.look.size)
    }

    /// Opens another tab and goes there; answers the name of the one before, for [`Browser::switch`].
    pub fn open_tab(&self) -> Result<String> {
        let before = self.driver.call("GET", "/window", None)?;
        let new = self.driver.call("POST", "/window/new", Some(&json!({ "type": "tab" })))?;
        self.switch(new.get("handle").and_then(Value::as_str).context("no tab")?)?;
        self.dress()?;
        before.as_str().map(str::to_owned).context("no tab before")
    }

    /// Goes to a tab; answers the name of the one before.
    pub fn switch(&self, tab: &str) -> Result<String> {
        let before = self.driver.call("GET", "/window", None)?;
        self.driver.call("POST", "/window", Some(&json!({ "handle": tab })))?;
        before.as_str().map(str::to_owned).context("no tab before")
    }

    /// A command of the Chrome `DevTools` protocol to the page.
    pub fn cdp(&self, command: &str, parameters: &Value) -> Result<Value> {
        self.only_chromium(command)?;
        let body = json!({ "cmd": command, "params": parameters });
        self.driver.call("POST", "/goog/cdp/execute", Some(&body)).with_context(|| command.to_owned())
    }

    fn only_chromium(&self, what: &str) -> Result<()> {
        let name = self.engine.name();
        ensure!(self.engine == Engine::Chromium, "{what}: only Chromium can do that, and this is {name}");
        Ok(())
    }

    /// Sets the viewport.
    pub fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        match (self.engine, &self.bidi) {
            (Engine::Firefox, Some(bidi)) => {
                let viewport = json!({ "width": width, "height": height });
                let tab = self.driver.call("GET", "/window", None)?;
                let viewport = json!({ "context": tab, "viewport": viewport });
                bidi.ask("browsingContext.setViewport", &viewport).map(drop)
            }
            (Engine::WebKit, _) => {
                let (around, above) = self.frame;
                let size = json!({ "width": u64::from(width) + around, "height": u64::from(height) + above });
                self.driver.call("POST", "/window/rect", Some(&size)).map(drop)
            }
            _ => {
                let mobile = width < 600;
                let size =
                    json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
                self.cdp("Emulation.setDeviceMetricsOverride", &size).map(drop)
            }
        }
    }

    /// What the window draws around the viewport: width and height.
    fn around(&self) -> Result<(u64, u64)> {
        let rect = self.driver.call("GET", "/window/rect", None)?;
        let inner = self.run("return { width: innerWidth, height: innerHeight };", &[])?;
        let of = |of: &Value, key: &str| of.get(key).and_then(Value::as_u64).context("no size");
        let beyond = |key: &str| Ok(of(&rect, key)?.saturating_sub(of(&inner, key)?));
        beyond("width").and_then(|width| Ok((width, beyond("height")?)))
    }

    /// Dark or light by preference.
    pub fn dark(&self, dark: bool) -> Result<()> {
        let value = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.cdp("Emulation.setEmulatedMedia", &features).map(drop)
    }

    /// Goes to an address and waits for its `load` event.
    pub fn go(&self, url: &str) -> Result<()> {
        self.driver.call("POST", "/url", Some(&json!({ "url": url }))).with_context(|| url.to_owned())?;
        Ok(())
    }

    /// Back by one page.
    pub fn back(&self) -> Result<()> {
        self.driver.call("POST", "/back", Some(&json!({}))).map(drop)
    }

    /// The address of the top document.
    pub fn url(&self) -> Result<String> {
        let url = self.driver.call("GET", "/url", None)?;
        url.as_str().map(str::to_owned).context("no address")
    }

    /// Runs the body of a function in the frame; `arguments[0]` and so on are `arguments`.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.driver.call("POST", "/execute/sync", Some(&body)).with_context(|| first_line(script))
    }

    /// Runs the body of an async function and waits for what it returns.
    pub fn run_async(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];
             (async (...arguments) => {{ {script} }})(...Array.from(arguments).slice(0, -1))
               .then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));"
        );
        let body = json!({ "script": wrapped, "args": arguments });
        let mut answer =
            self.driver.call("POST", "/execute/async", Some(&body)).with_context(|| first_line(script))?;
        if let Some(error) = answer.get("error").and_then(Value::as_str) {
            bail!("{}: {error}", first_line(script));
        }
        Ok(answer.get_mut("value").map(Value::take).unwrap_or_default())
    }

    /// The element, if there is one.
    pub fn try_find(&self, selector: &str) -> Result<Option<Element>> {
        let name = self.run(&format!("return ({FIND})(arguments[0]);"), &[json!(selector)])?;
        let found = name.get(ELEMENT).is_some();
        Ok(found.then(|| Element { name, selector: Some(selector.to_owned()) }))
    }

    /// Every element that fits and is shown, in the document that is entered.
    pub fn shown(&self, selector: &str) -> Result<Vec<Element>> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility());";
        let found = self.run(script, &[json!(selector)])?;
        let names = found.as_array().cloned().unwrap_or_default().into_iter();
        Ok(names.map(|name| Element { name, selector: None }).collect())
    }

    /// How many elements fit.
    pub fn count(&self, selector: &str) -> Result<u64> {
        let script = "return [document, ...(window.__shadows ?? [])]
            .reduce((sum, root) => sum + root.querySelectorAll(arguments[0]).length, 0);";
        self.run(script, &[json!(selector)])?.as_u64().context("not a number")
    }

    /// The rendered text of an element.
    pub fn text(&self, element: &Element) -> Result<String> {
        let text = self.of(element, "return arguments[0].innerText;")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The rendered text of the frame's document.
    pub fn page_text(&self) -> Result<String> {
        let text = self.run("return document.body ? document.body.innerText : '';", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Evaluates a function body with the element as `arguments[0]`. One that was drawn anew since it was found is asked as it
    /// is now.
    pub fn of(&self, element: &Element, script: &str) -> Result<Value> {
        let asked = self.run(script, std::slice::from_ref(&element.name));
        match (&element.selector, asked) {
            (Some(selector), Err(error)) if is_stale(&error) => {
                self.run(script, &[self.wait_for(selector)?.name])
            }
            (_, asked) => asked,
        }
    }

    /// Enters the frame that `element` is.
    pub fn enter(&self, element: &Element) -> Result<()> {
        self.driver.call("POST", "/frame", Some(&json!({ "id": element.name }))).map(drop)
    }

    /// Back to the top document.
    pub fn leave(&self) -> Result<()> {
        self.driver.call("POST", "/frame", Some(&json!({ "id": null }))).map(drop)
    }

    /// What the page wrote to the console since the last call, one line each, with its level.
    pub fn console(&self) -> Result<Vec<String>> {
        if let Some(bidi) = &self.bidi {
            return bidi.written();
        }
        self.only_chromium("the console")?;
        let entries = self.driver.call("POST", "/se/log", Some(&json!({ "type": "browser" })))?;
        let text =
            |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let entries = entries.as_array().cloned().unwrap_or_default();
        Ok(entries
            .iter()
            .map(|entry| format!("{} {}", text(entry, "level"), text(entry, "message")))
            .collect())
    }

    /// The text of the file with this ending that somebody saved, once it is whole.
    pub fn saved(&self, ending: &str) -> Result<Option<String>> {
        let Ok(folder) = fs::read_dir(start::saved(&self.profile)) else { return Ok(None) };
        let files: Vec<_> = folder.flatten().map(|file| file.path()).collect();
        let ends = |file: &&PathBuf, ending: &str| file.extension().is_some_and(|its| its == ending);
        // What is still being written lies beside it.
        if files.iter().any(|file| ["part", "crdownload", "wkdownload"].iter().any(|on| ends(&file, on))) {
            return Ok(None);
        }
        let Some(file) = files.iter().find(|file| ends(file, ending)) else { return Ok(None) };
        Ok(Some(fs::read_to_string(file)?).filter(|text| !text.is_empty()))
    }

    /// Saves a picture for people who look at all of them, if `EINWURF_PICTURES` is set: hundreds take their time.
    pub fn picture(&self, name: &str) -> Result<()> {
        if env::var_os("EINWURF_PICTURES").is_some() { self.screenshot(name).map(drop) } else { Ok(()) }
    }

    /// The page as the browser prints it.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        use base64ct::{Base64, Encoding};
        let pdf = self.driver.call("POST", "/print", Some(&json!({ "background": true })))?;
        Base64::decode_vec(pdf.as_str().context("no print")?).ok().context("not base64")
    }

    /// Saves a picture of the window as `target/screenshots/<name>.png`.
    pub fn screenshot(&self, name: &str) -> Result<PathBuf> {
        use base64ct::{Base64, Encoding};
        let shot = if self.engine == Engine::Chromium {
            self.cdp("Page.captureScreenshot", &json!({ "format": "png" }))?.get("data").cloned()
        } else {
            Some(self.driver.call("GET", "/screenshot", None)?)
        };
        let data = shot.as_ref().and_then(Value::as_str).context("no picture")?;
        let png = Base64::decode_vec(data).ok().context("not base64")?;
        let folder = xtask::paths::target().join("screenshots");
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, png)?;
        Ok(file)
    }
}

/// A JavaScript function that looks in the document and in every shadow root.
const FIND: &str = "(selector) => { for (const root of [document, ...(window.__shadows ?? [])]) {
    const found = root.querySelector(selector); if (found) return found; } return null; }";

/// Whether an element is not there any more.
fn is_stale(error: &anyhow::Error) -> bool {
    error.downcast_ref::<DriverError>().is_some_and(|error| error.code == "stale element reference")
}

fn first_line(script: &str) -> String {
    script.trim().chars().take(120).collect()
}
