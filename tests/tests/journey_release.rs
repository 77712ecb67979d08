//! Releases in the browser: a newer one of the project is offered and approved; an older, a forged and a changed one never.

use anyhow::Result;
use einwurf_protocol::api::path;
use einwurf_tests::{
    device::Device,
    proxy::{Answered, Verdict},
    seed::release,
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

/// The page with the snippet, in the form of a file.
fn snippet_page(stage: &Stage) -> Result<()> {
    site_page(stage)?;
    stage.browser.click_on("[aria-labelledby=page-card] .buttons button:first-child")?;
    stage.browser.wait_for("textarea.snippet").map(drop)
}

/// What the browser was given to save, by name and content.
const KEEP_FILES: &str = "window.__files = [];
    const url = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.__blob = blob; return url.call(URL, blob); };
    HTMLAnchorElement.prototype.click = function () {
        const name = this.download;
        window.__blob.text().then((text) => window.__files.push([name, text]));
    };";

#[test]
fn the_launcher_is_handed_out_as_the_releases_file_and_otherwise_in_no_form() -> Result<()> {
    let stage = Stage::quiet("release-launcher")?;
    let path = release()?.launcher.path;
    let launcher = std::fs::read_to_string(xtask::paths::dist().join(path.trim_start_matches('/')))?;
    snippet_page(&stage)?;
    let end = serde_json::json!([format!(">{}</script>", launcher.trim())]);
    let inline = format!("document.querySelector('textarea.snippet').value.endsWith({end}[0])");
    stage.browser.until(&inline)?;
    stage.browser.run(KEEP_FILES, &[])?;
    stage.browser.click_on("#form-1")?;
    stage.browser.click_on(".card .buttons button:not([disabled])")?;
    stage.browser.until("window.__files.length === 1")?;
    let saved = stage.browser.run("return window.__files[0];", &[])?;
    assert_eq!(saved, serde_json::json!(["einwurf-launcher.js", launcher]));
    assert_eq!(stage.browser.count(".snippet ~ .alert, .card .alert")?, 0);
    // One that ignores the pin: the relay puts it under every name that it has.
    stage.proxy.rule(move |asked| {
        if asked.path != path && asked.path != "/launcher.js" {
            return Verdict::Pass;
        }
        Verdict::Change(Box::new(|mut answered| {
            answered.body.extend_from_slice(b";alert(1)");
            answered
        }))
    });
    snippet_page(&stage)?;
    stage.browser.wait_for(".card .alert")?;
    assert_eq!(stage.browser.run("return document.querySelector('textarea.snippet').value;", &[])?, "");
    stage.browser.click_on("#form-1")?;
    stage.browser.wait_for(".card .buttons button[disabled]").map(drop)
}
