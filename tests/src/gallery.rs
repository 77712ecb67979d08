//! The gallery of an app (`cargo xtask gallery`): every state from fixtures, each loaded anew in a small window.

use crate::browser::{Browser, Look, PHONE};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::collections::BTreeSet;
use xtask::serve::{Server, folder};

/// A state as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// Its name.
    pub state: &'a str,
    /// The language of the page.
    pub language: &'a str,
    /// Dark or light.
    pub dark: bool,
}

/// Walks through the states whose number leaves `rest` when divided by `parts`, in each language, light and dark.
pub fn walk(
    app: &str,
    languages: &[&str],
    (rest, parts): (usize, usize),
    mut look: impl FnMut(&Browser, Shown<'_>) -> Result<()>,
) -> Result<usize> {
    let built = xtask::paths::gallery();
    ensure!(
        built.join(format!("{app}.html")).is_file(),
        "there is no gallery of the {app}; build it with `cargo xtask gallery {app}`"
    );
    let server = Server::start(xtask::relay::free_address()?, folder(built, Vec::new()))?;
    let page = format!("{}/{app}.html", server.origin());
    let browser = Browser::start(None, &Look { size: PHONE, ..Look::default() })?;
    let states = states(&browser, &page)?;
    let mine =
        || states.iter().enumerate().filter(|(number, _)| number % parts == rest).map(|(_, state)| state);
    for state in mine() {
        for language in languages {
            browser.go("about:blank")?;
            browser.go(&format!("{page}#{state}&lang={language}&theme=light"))?;
            browser.until("document.querySelector('main')")?;
            for dark in [false, true] {
                let theme = if dark { "dark" } else { "light" };
                browser.run("document.documentElement.dataset.theme = arguments[0];", &[json!(theme)])?;
                browser.settle()?;
                look(&browser, Shown { state, language, dark })?;
            }
        }
    }
    Ok(mine().count())
}

fn states(browser: &Browser, page: &str) -> Result<Vec<String>> {
    browser.go(page)?;
    browser.until("document.querySelectorAll('main li a').length > 10")?;
    let names = browser
        .run("return [...document.querySelectorAll('main li a')].map((link) => link.textContent);", &[])?;
    let names: Vec<String> = serde_json::from_value(names).context("no list of states")?;
    let once: BTreeSet<_> = names.iter().collect();
    ensure!(once.len() == names.len(), "two states have one name, so that one of them is never seen");
    Ok(names)
}

/// What is wrong with a state: what axe-core finds, and a page that scrolls sideways.
pub fn faults(browser: &Browser, shown: Shown<'_>) -> Result<Vec<String>> {
    let Shown { state, language, dark } = shown;
    let mut faults: Vec<String> = browser
        .violations()?
        .into_iter()
        .map(|violation| format!("{state} {language} dark {dark}: {} {:?}", violation.rule, violation.places))
        .collect();
    let wide = "return document.documentElement.scrollWidth > innerWidth;";
    if browser.run(wide, &[])? == json!(true) {
        faults.push(format!("{state} {language}: scrolls sideways at {} px", PHONE.0));
    }
    Ok(faults)
}
