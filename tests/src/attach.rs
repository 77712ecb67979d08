//! A page with the built module for files, in an opaque origin and under the policy of the widget's frame.

use crate::{
    browser::{Browser, Look},
    company::Company,
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{fs, path::Path};

const PAGE: &str = "<!doctype html><html lang=\"de\"><meta charset=\"utf-8\"><title>Dateien</title>
<input type=\"file\" multiple><script type=\"module\" src=\"/attach.js\"></script></html>";

/// Names that pages of the harness use: bytes as base64, what was asked of the network, what WebAssembly took of memory.
const HELP: &str = "
    window.asked = [];
    const real = window.fetch;
    window.fetch = (address, options) => { window.asked.push(String(address)); return real(address, options); };
    window.memories = [];
    WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
      construct(Instance, given) {
        const instance = new Instance(...given);
        memories.push(instance.exports.memory);
        return instance;
      },
    });
    window.base64 = async (blob) => {
      let text = '';
      for (let at = 0; at < blob.size; at += 32768) {
        const bytes = new Uint8Array(await blob.slice(at, at + 32768).arrayBuffer());
        text += String.fromCharCode(...bytes);
      }
      return btoa(text);
    };
    window.unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    window.picked = (at = 0) => document.querySelector('input').files[at];";

/// The page, its server and its browser.
#[derive(Debug)]
pub struct Workshop {
    /// The browser, on the page.
    pub browser: Browser,
    _company: Company,
}

impl Workshop {
    /// Loads the module and starts it. `relay` may be asked besides.
    pub fn open(relay: Option<&str>) -> Result<Self> {
        let company = Company::start()?;
        let code = xtask::release::code()?;
        let file = |path: &str| fs::read(xtask::paths::dist().join(path.trim_start_matches('/')));
        company.put("/attach.js", &[("access-control-allow-origin", "*")], file(&code.attach.path)?);
        for wasm in [&code.attach_wasm, &code.attach_pdf] {
            company.put(&wasm.path, &[("access-control-allow-origin", "*")], file(&wasm.path)?);
        }
        let origin = company.origin();
        let policy = format!(
            "sandbox allow-scripts; default-src 'none'; script-src {origin} 'wasm-unsafe-eval'; \
             connect-src {origin} {}; img-src data: blob:",
            relay.unwrap_or_default()
        );
        company.put("/files", &[("content-security-policy", &policy)], PAGE);
        let look = Look { first: HELP.to_owned(), ..Look::default() };
        let browser = Browser::start(None, &look)?;
        browser.go(&format!("{origin}/files"))?;
        browser.until("typeof einwurfAttach === 'object'")?;
        let given = json!({ "relay": origin, "wasm": code.attach_wasm, "pdf": code.attach_pdf });
        browser.run_async("await einwurfAttach.start(arguments[0]);", &[given])?;
        Ok(Self { browser, _company: company })
    }

    /// Chooses a file in the page's field: from then on `picked()`.
    pub fn pick(&self, file: &Path) -> Result<()> {
        self.browser.run("document.querySelector('input').value = '';", &[])?;
        let field = self.browser.find("input")?;
        self.browser.choose(&field, file)
    }

    /// Runs a script in the page.
    pub fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.browser.run_async(script, arguments)
    }

    /// Runs one that gives a text.
    pub fn text(&self, script: &str, arguments: &[Value]) -> Result<String> {
        let value = self.run(script, arguments)?;
        value.as_str().map(str::to_owned).with_context(|| format!("no text but {value}"))
    }

    /// How many requests the page made so far.
    pub fn requests(&self) -> Result<u64> {
        self.browser.run("return asked.length;", &[])?.as_u64().context("a number")
    }
}
