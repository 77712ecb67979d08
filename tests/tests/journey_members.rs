//! Members in the browser: invited, compared, taken in, told to the others, ended; and the half-year's question.

use anyhow::{Context, Result};
use einwurf_tests::{
    browser::{Browser, Look},
    desk::{self, ROW},
    pace,
    seed::Site,
    world::Stage,
};

const ANNA: &str = "anna@fensterbau.example";
const PASSWORD: &str = "elf Fenster und ein Erker";
/// The team, among the settings.
const TEAM: &str = ".areas .area:nth-child(2)";
/// The code that two persons compare, on either screen.
const GROUPS: &str = "[...document.querySelectorAll('.groups li, .code-groups li')]
    .map((group) => group.textContent).join('-')";

/// The text of an expression of the page.
fn text(browser: &Browser, script: &str) -> Result<String> {
    let value = browser.run(&format!("return {script};"), &[])?;
    value.as_str().map(str::to_owned).context("no text")
}

/// Opens the team's page of a logged-in member.
fn team(browser: &Browser) -> Result<()> {
    browser.click_on(desk::SETTINGS)?;
    browser.click_on(TEAM)?;
    browser.wait_for("#people-title").map(drop)
}

/// Invites Anna to read; the link that is shown once.
fn invite(browser: &Browser) -> Result<String> {
    team(browser)?;
    browser.click_on("main .card .button-main")?;
    browser.type_into("#invite-name", "Anna")?;
    browser.click_on("form .button-main")?;
    browser.wait_for("textarea.snippet")?;
    text(browser, "document.querySelector('textarea.snippet').value")
}

fn knock(browser: &Browser, link: &str, account: &str, password: &str) -> Result<()> {
    browser.go("about:blank")?;
    browser.go(link)?;
    browser.type_into(desk::ACCOUNT, account)?;
    browser.type_into(desk::PASSWORD, password)?;
    browser.click_on(desk::MAIN)
}

/// Anna opens her link and answers; the code that she reads out.
fn answer(browser: &Browser, link: &str) -> Result<String> {
    browser.go(link)?;
    browser.type_into("#account", ANNA)?;
    browser.type_into("#password", PASSWORD)?;
    browser.click_on("form .button-main")?;
    browser.wait_for(".groups-three")?;
    text(browser, GROUPS)
}

/// The admin sees the answer, compares, and takes Anna in.
fn accept(browser: &Browser, read_out: &str) -> Result<()> {
    team(browser)?;
    browser.click_on(".entry .answered ~ .entry-acts button")?;
    browser.wait_for(".code-groups")?;
    assert_eq!(text(browser, GROUPS)?, read_out, "both see one code");
    browser.click_on(".card .button-main")?;
    browser.wait_for("#people-title")?;
    browser.until("document.querySelectorAll('[aria-labelledby=people-title] .entry').length === 2")
}

fn second(stage: &Stage) -> Result<Browser> {
    Browser::start(Some(&stage.proxy), &Look::default())
}

fn link(site: &Site) -> String {
    format!("{}/inbox#site={}", site.relay, site.address)
}

#[test]
fn somebody_is_invited_compares_the_code_reads_and_is_out_within_a_minute() -> Result<()> {
    let stage = Stage::quiet("team")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("für das ganze Büro")?;
    stage.log_in(&stage.inbox_link())?;
    let invitation = invite(&stage.browser)?;
    stage.browser.screenshot("invited")?;
    let (_, fragment) = invitation.split_once('#').context("a fragment")?;
    assert!(fragment.contains("invite=") && fragment.contains(&stage.site.pin.to_string()), "{fragment}");

    let annas = second(&stage)?;
    // Looked at and left, as a scanner or a hurried person does; the link stays good.
    annas.go(&invitation)?;
    annas.wait_for("#account")?;
    assert_eq!(text(&annas, "location.hash")?, "", "the secret stands in the address bar");
    annas.go("about:blank")?;
    let read_out = answer(&annas, &invitation)?;
    annas.screenshot("joined")?;
    accept(&stage.browser, &read_out)?;
    stage.browser.screenshot("team")?;

    knock(&annas, &link(&stage.site), ANNA, PASSWORD)?;
    annas.wait_for(ROW)?;
    annas.click_on(ROW)?;
    annas.until("document.querySelector('.item-text')?.textContent === 'für das ganze Büro'")?;
    // Nothing of the invitation's secret went to the relay.
    let secret = fragment.split("invite=").nth(1).context("a secret")?;
    for asked in stage.proxy.asked() {
        assert!(!String::from_utf8_lossy(&asked.bytes()).contains(secret), "{} {}", asked.method, asked.path);
    }

    // "Zugang beenden": Anna's open tab is out by itself.
    team(&stage.browser)?;
    end(&stage.browser)?;
    let started = std::time::Instant::now();
    pace::until("Anna's tab is at the login", || {
        Ok((annas.count(desk::PASSWORD)? == 1 && annas.count(".item-text")? == 0).then_some(()))
    })?;
    assert!(started.elapsed().as_secs() < 60);
    knock(&annas, &link(&stage.site), ANNA, PASSWORD)?;
    annas.until("document.querySelector('#login-fault').textContent.length > 5")?;
    Ok(())
}

/// The second person's access, on the page that says what ending an access means: aware, and the button that names it.
fn end(browser: &Browser) -> Result<()> {
    browser.click_on("[aria-labelledby=people-title] .entry:nth-child(2) .quiet-grave")?;
    browser.wait_for("#remains-title")?;
    browser.screenshot("end-access")?;
    browser.click_on("#end-aware")?;
    browser.click_on(".button-grave-main")?;
    browser.wait_for("#people-title")?;
    browser.until("document.querySelectorAll('[aria-labelledby=people-title] .entry').length === 1")
}

#[test]
fn readers_are_told_of_every_change_of_the_roster() -> Result<()> {
    let stage = Stage::quiet("told")?;
    stage.log_in(&stage.inbox_link())?;
    assert_eq!(stage.browser.count(".changes")?, 0, "the first look knows of no change");
    // On another device somebody who may sign takes a reader in.
    let mut admin = stage.world.staff(&stage.site)?;
    let invitation = admin.invite("Bernd", &[einwurf_protocol::roster::Capability::Read], None)?;
    let http = stage.world.http();
    einwurf_tests::admin::Guest { http: &http, site: &stage.site.address, secret: invitation.secret }
        .answer("bernd@fensterbau.example", PASSWORD)?;
    admin.accept(&invitation, None)?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.querySelector('.changes')?.innerText.includes('Bernd')")?;
    stage.browser.screenshot("roster-changed")?;
    // Until somebody has read it: also after the next login.
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.querySelector('.changes')?.innerText.includes('Bernd')")?;
    stage.browser.click_on(".changes .button")?;
    stage.browser.until("!document.querySelector('.changes')")?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.wait_for(".inbox")?;
    assert_eq!(stage.browser.count(".changes")?, 0);
    Ok(())
}

#[test]
fn the_emergency_sheet_opens_a_new_account_in_the_browser() -> Result<()> {
    let stage = Stage::quiet("sheet")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("vor dem Verlust")?;
    let fresh = second(&stage)?;
    type_sheet(&fresh, &stage.site, ANNA)?;
    fresh.click_on("form .button-main")?;
    fresh.wait_for(ROW)?;
    fresh.click_on(ROW)?;
    fresh.until("document.querySelector('.item-text')?.textContent === 'vor dem Verlust'")
}

#[test]
fn the_emergency_sheet_replaces_nobody_before_somebody_has_seen_the_name() -> Result<()> {
    let stage = Stage::quiet("sheet-replace")?;
    let fresh = second(&stage)?;
    type_sheet(&fresh, &stage.site, &stage.site.plan.account)?;
    let asked = "document.querySelector('#recover-replace')?.textContent.includes('Büro')";
    fresh.click_on("form .button-main")?;
    // Whose account it is says the relay; whose access would end says the roster.
    fresh.until(asked)?;
    fresh.screenshot("recover-replace")?;
    fresh.click_on(".gate-card .button-grave + .button")?;
    fresh.wait_for("#recover-fault .alert-care")?;
    fresh.until(
        "document.querySelector('#code').value !== '' && !document.querySelector('#recover-replace')",
    )?;
    fresh.click_on("form .button-main")?;
    fresh.until(asked)?;
    fresh.click_on(".gate-card .button-grave")?;
    fresh.wait_for(".inbox")?;
    team(&fresh)?;
    let people = "document.querySelector('[aria-labelledby=people-title]').innerText";
    fresh.until(&format!("{people}.includes('Anna') && !{people}.includes('Büro')"))
}

/// The page of the emergency sheet, filled in by somebody who has nothing but the sheet.
fn type_sheet(fresh: &Browser, site: &Site, account: &str) -> Result<()> {
    // The sheet's link names the site and its key.
    fresh.go(&format!("{}&pin={}", link(site), site.pin))?;
    fresh.wait_for(desk::PASSWORD)?;
    fresh.run(
        "[...document.querySelectorAll('button.link, .link')].find((link) => /vergessen|forgotten/i.test(link.textContent)).click();",
        &[],
    )?;
    fresh.wait_for("#code")?;
    let code = site.recovery.to_text();
    // As people type: small letters, spaces.
    fresh.type_into("#code", &code.to_lowercase().replace('-', " "))?;
    fresh.type_into("#name", "Anna")?;
    fresh.type_into("#account", account)?;
    fresh.type_into("#password", PASSWORD)?;
    Ok(())
}
