//! The company's web server: host pages on an origin that is not the relay's, with headers of the test's choice.

use crate::browser::{Engine, KEEP_SHADOWS};
use anyhow::{Context, Result};
use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, PoisonError},
};
use xtask::serve::{Response, Server, media_type};

/// The directives that the page about embedding names in one of its languages, with the relay in their place.
pub fn documented(language: &str, relay: &str) -> Result<String> {
    let file = xtask::paths::root().join(format!("docs/embedding.{language}.md"));
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let (_, after) = text.split_once("```csp").context("no ```csp block")?;
    let (block, _) = after.split_once("```").context("the block does not end")?;
    let joined: Vec<&str> = block.split_whitespace().collect();
    let socket = relay.replacen("http", "ws", 1);
    Ok(joined.join(" ").replace("wss://relay.example", &socket).replace("https://relay.example", relay))
}

type Pages = Arc<Mutex<BTreeMap<String, Response>>>;

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Company {
    server: Server,
    pages: Pages,
}

impl Company {
    /// Listens on a free loopback port. `/launcher.js` is the built launcher.
    pub fn start() -> Result<Self> {
        let pages = Pages::default();
        let shown = Arc::clone(&pages);
        let server = Server::start(xtask::relay::free_address()?, move |path| {
            shown.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
        })?;
        let company = Self { server, pages };
        let launcher = xtask::paths::dist().join("launcher.js");
        if launcher.is_file() {
            company.put("/launcher.js", &[], fs::read(launcher)?);
        }
        Ok(company)
    }

    /// Shows `body` at `path` with these headers, the type being that of the path's ending.
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) {
        let page = if path.contains('.') { path } else { "page.html" };
        let mut all = vec![("content-type".to_owned(), media_type(page.as_ref()).to_owned())];
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let response = Response { status: 200, headers: all, body: body.into() };
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), response);
    }

    /// Shows the fixture `tests/pages/<name>.html` at `/<name>` with `snippet` in the place that it marks.
    pub fn put_page(&self, name: &str, headers: &[(&str, &str)], snippet: &str) -> Result<()> {
        let file = xtask::paths::root().join("tests/pages").join(format!("{name}.html"));
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        self.put(&format!("/{name}"), headers, text.replace("<!-- snippet -->", snippet));
        Ok(())
    }

    /// What a page needs so that this engine's journeys see it: in `WebKit` the launcher as a file begins with the script that
    /// other drivers run before the page's.
    pub fn suit(&self, engine: Engine) -> Result<()> {
        let launcher = xtask::paths::dist().join("launcher.js");
        if engine == Engine::WebKit && launcher.is_file() {
            let launcher = [KEEP_SHADOWS.as_bytes(), b"\n", &fs::read(launcher)?].concat();
            self.put("/launcher.js", &[], launcher);
        }
        Ok(())
    }

    /// `http://127.0.0.1:8788`.
    pub fn origin(&self) -> String {
        self.server.origin()
    }

    /// `127.0.0.1:8788`.
    pub fn host(&self) -> String {
        self.origin().trim_start_matches("http://").to_owned()
    }
}
