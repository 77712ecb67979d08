//! Releases in the browser: a newer one of the project is offered and approved; an older, a forged and a changed one never.

use anyhow::Result;
use einwurf_protocol::api::path;
use einwurf_tests::{
    device::Device,
    proxy::{Answered, Verdict},
    staff::manifest,
    world::Stage,
};

/// What the relay offers.
fn offer(stage: &Stage, release: &str) {
    let release = release.to_owned();
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.path != "/release.jws" {
            return Verdict::Pass;
        }
        Verdict::Answer(Answered {
            status: 200,
            headers: vec![
                ("content-type".to_owned(), "application/jose".to_owned()),
                ("access-control-allow-origin".to_owned(), "*".to_owned()),
                ("cache-control".to_owned(), "no-store".to_owned()),
            ],
            body: release.clone().into_bytes(),
        })
    });
}

/// The website's page of the settings.
fn site_page(stage: &Stage) -> Result<()> {
    stage.log_in(&stage.inbox_link())?;
    stage.browser.click_on(einwurf_tests::desk::SETTINGS)?;
    stage.browser.click_on(".areas .area:nth-child(3)")?;
    stage.browser.wait_for("#release-title").map(drop)
}

fn version(stage: &Stage) -> Result<String> {
    let headers = [(einwurf_protocol::api::header::SITE, stage.site.address.as_str())];
    let served = stage.world.http().get(path::MANIFEST, &headers)?;
    Ok(manifest(&served.ok()?.text())?.code.version)
}

#[test]
fn a_newer_release_is_offered_with_its_changes_and_approved() -> Result<()> {
    let stage = Stage::quiet("release-newer")?;
    let before = version(&stage)?;
    let newer = xtask::release::development(|release| {
        release.code.version = "99.0.0".to_owned();
        release.changes.insert("de".to_owned(), vec!["Die Antwort kommt schneller an.".to_owned()]);
    })?;
    offer(&stage, &newer);
    site_page(&stage)?;
    stage.browser.wait_for(".offer")?;
    stage
        .browser
        .until("document.querySelector('.offer').innerText.includes('Die Antwort kommt schneller an.')")?;
    stage.browser.screenshot("release-offered")?;
    assert_eq!(version(&stage)?, before, "nothing happens by itself");
    stage.browser.click_on(".offer .button-main")?;
    stage.browser.until("!document.querySelector('.offer')")?;
    assert_eq!(version(&stage)?, "99.0.0");
    // Every month of the stock names it.
    let staff = stage.world.staff(&stage.site)?;
    assert!(staff.stock()?.iter().all(|month| month.code.version == "99.0.0"));
    Ok(())
}

#[test]
fn an_older_a_foreign_and_a_changed_release_are_never_offered() -> Result<()> {
    let stage = Stage::quiet("release-bad")?;
    let before = version(&stage)?;
    let older = xtask::release::development(|release| release.code.version = "0.0.1".to_owned())?;
    let newer = xtask::release::development(|release| release.code.version = "99.0.0".to_owned())?;
    let payload = einwurf_protocol::jws::verify(&newer, einwurf_protocol::jws::RELEASE)?.payload;
    let foreign = Device::new().jws(einwurf_protocol::jws::RELEASE, &payload);
    let changed = einwurf_tests::forge::tampered(&newer, 1)?;
    for (what, release) in [
        ("older", older.as_str()),
        ("foreign", &foreign),
        ("changed", &changed),
        ("none", ""),
        ("markup", "<html>"),
    ] {
        offer(&stage, release);
        site_page(&stage)?;
        let said = "document.querySelector('[aria-labelledby=release-title] [role=alert], [aria-labelledby=release-title] [role=status]')";
        stage.browser.until(&format!("({said})?.textContent.length > 5"))?;
        assert_eq!(stage.browser.count(".offer")?, 0, "{what}");
        if matches!(what, "older" | "foreign" | "changed") {
            stage
                .browser
                .until("Boolean(document.querySelector('[aria-labelledby=release-title] .alert-care'))")?;
        }
    }
    assert_eq!(version(&stage)?, before);
    Ok(())
}
