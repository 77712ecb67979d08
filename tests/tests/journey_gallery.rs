//! Every state of the widget's gallery, also those that a journey seldom meets: files, ways, delivery, house, endings.

use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use einwurf_tests::browser::{Browser, DESKTOP, Look};
use std::{collections::BTreeSet, env, net::Ipv4Addr};
use xtask::{
    build, paths,
    serve::{Server, folder},
};

const PHONE: (u32, u32) = (320, 568);
const THERE: &str =
    "document.adoptedStyleSheets.length > 0 && document.querySelector('main')?.childElementCount > 0";
const WIDE: &str = "
    return [...document.querySelectorAll('body, body *')].filter((one) => !one.closest('.voice, svg') &&
      one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120));";

/// Names of all states.
fn states(browser: &Browser, page: &str) -> Result<BTreeSet<String>> {
    browser.go(page)?;
    browser.until("document.links.length > 100")?;
    let script = "return [...document.links].map((link) => link.hash.slice(1).split('&')[0]);";
    Ok(serde_json::from_value(browser.run(script, &[])?)?)
}

/// What is wrong with a state in both themes.
fn judge(browser: &Browser, name: &str) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (dark, theme) in [(false, "light"), (true, "dark")] {
        browser.dark(dark)?;
        browser.settle()?;
        wrong.extend(browser.violations()?.iter().map(|found| format!("{name} {theme}: {found:?}")));
        browser.picture(&format!("gallery-{name}-320-{theme}"))?;
    }
    let wide: Vec<String> = serde_json::from_value(browser.run(WIDE, &[])?)?;
    wrong.extend(wide.iter().map(|element| format!("{name}: out of the window: {element}")));
    if env::var_os("EINWURF_PICTURES").is_some() {
        browser.resize(DESKTOP)?;
        browser.picture(&format!("gallery-{name}-desktop-dark"))?;
        browser.dark(false)?;
        browser.picture(&format!("gallery-{name}-desktop-light"))?;
        browser.resize(PHONE)?;
    }
    Ok(wrong)
}

/// Registers take turns; with pictures, each state is seen in all of them.
#[test]
fn a11_01_a11_04_every_state_has_no_violation_in_both_themes_and_fits_320_pixels() -> Result<()> {
    build::gallery(build::WIDGET)?;
    let server = Server::start((Ipv4Addr::LOCALHOST, 0).into(), folder(paths::gallery(), Vec::new()))?;
    let browser = Browser::start(None, &Look { size: PHONE, ..Look::default() })?;
    browser.resize(PHONE)?;
    let page = format!("{}/widget.html", server.origin());
    let (mut wrong, mut seen) = (Vec::new(), 0_usize);
    for (place, state) in states(&browser, &page)?.iter().enumerate() {
        let all = env::var_os("EINWURF_PICTURES").is_some();
        let turn = |at: &usize| all || *at == place % Register::ALL.len();
        for at in (0..Register::ALL.len()).filter(turn) {
            let register = Register::ALL.get(at).context("a register")?;
            // Another query each time: another hash alone would not load the page.
            browser.go(&format!("{page}?{place}{register}#{state}&register={register}"))?;
            browser.until(THERE)?;
            wrong.extend(judge(&browser, &format!("{state}-{register}"))?);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
    assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}
