//! The stock in the browser: after two hundred days of holidays visitors see the ordinary contact ways, and one login
//! brings the widget back.

use anyhow::Result;
use einwurf_tests::{
    browser::Look,
    clock::{DAY, now},
    pace,
    widget::BOX,
    world::{Stage, World},
};

/// A browser whose clock is ahead; the frame is kept in the page's process, so that its clock is, too.
fn ahead(days: u64) -> Look {
    let first = format!(
        "(() => {{ const Real = Date, ahead = {} * 1000;
           window.Date = class extends Real {{
             constructor(...given) {{ given.length ? super(...given) : super(Real.now() + ahead); }}
             static now() {{ return Real.now() + ahead; }}
           }}; }})();",
        days * DAY
    );
    let flags = vec!["--disable-features=IsolateSandboxedIframes".to_owned()];
    Look { flags, first, ..Look::default() }
}

#[test]
fn the_end_of_the_stock_is_announced_and_one_login_in_the_browser_repairs_it() -> Result<()> {
    let world = World::quiet("browser-holiday")?;
    let mut stage = Stage::start(world, &ahead(200))?;
    stage.world.advance(200 * DAY)?;
    stage.visit("/plain")?;
    stage.click_launcher()?;
    stage.ways_show()?;
    assert_eq!(stage.relay_posts(), Vec::<String>::new());

    stage.log_in(&stage.inbox_link())?;
    // In the background, while the list is read already.
    let staff = stage.world.staff(&stage.site)?;
    pace::until("a fresh stock", || Ok((staff.health()?.stock_until > now().plus(190 * DAY)).then_some(())))?;
    stage.browser.until("document.querySelector('.health-more')?.textContent.includes('Vorrat bis')")?;
    stage.browser.screenshot("stock-renewed")?;

    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    stage.agree()?;
    stage.send("nach den Ferien")?;
    stage.arrived()?;
    Ok(())
}

#[test]
fn a_login_in_the_first_month_publishes_nothing() -> Result<()> {
    let stage = Stage::quiet("browser-first-month")?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.wait_for(".health")?;
    let published = |asked: &String| asked.starts_with("PUT");
    assert!(!stage.relay_requests().iter().any(published), "{:?}", stage.relay_requests());
    Ok(())
}
