//! The password again in the browser: an administrative act long after the login asks for it, and goes on where it was.

use anyhow::Result;
use einwurf_tests::{desk, world::Stage};

/// Acts are free for ten minutes after a login.
const LATER: u64 = 601;
const DIALOG: &str = "dialog[open] #reauth-password";

#[test]
fn an_act_long_after_the_login_asks_for_the_password_and_goes_on_where_it_was() -> Result<()> {
    let mut stage = Stage::quiet("reauth")?;
    stage.log_in(&stage.inbox_link())?;
    // Relay and page go on by the same time, and no request comes in between; the session stays.
    stage.world.relay.kill()?;
    stage.browser.run(
        &format!(
            "const Real = Date; window.Date = class extends Real {{
               constructor(...given) {{ given.length ? super(...given) : super(Real.now() + {LATER}000); }}
               static now() {{ return Real.now() + {LATER}000; }}
             }};"
        ),
        &[],
    )?;
    stage.world.advance(LATER)?;
    let browser = &stage.browser;
    browser.click_on(desk::SETTINGS)?;
    browser.click_on(".areas .area:nth-child(2)")?;
    browser.wait_for("#people-title")?;
    browser.click_on("main .card .button-main")?;
    browser.type_into("#invite-name", "Anna")?;
    browser.click_on("form .button-main")?;

    // Somebody who does not want to is where they were, with everything typed.
    browser.wait_for(DIALOG)?;
    browser.screenshot("reauth")?;
    browser.click_on("dialog[open] .buttons button[type=button]")?;
    browser.until("!document.querySelector('dialog[open]')")?;
    browser.until("document.querySelector('#invite-name').value === 'Anna'")?;
    assert_eq!(browser.count("textarea.snippet")?, 0);

    // A wrong password says so and asks on; the right one ends the dialog, and the act is done.
    browser.click_on("form .button-main")?;
    browser.wait_for(DIALOG)?;
    browser.type_into(DIALOG, "nicht dieses Passwort")?;
    browser.click_on("dialog[open] .button-main")?;
    browser.until("document.querySelector('#reauth-fault')?.textContent.length > 5")?;
    browser.run("document.querySelector('#reauth-password').select();", &[])?;
    browser.type_into(DIALOG, &stage.site.plan.password)?;
    browser.click_on("dialog[open] .button-main")?;
    browser.wait_for("textarea.snippet")?;
    assert_eq!(browser.count("dialog[open]")?, 0);
    Ok(())
}
