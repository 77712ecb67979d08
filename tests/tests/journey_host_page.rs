//! Pages that the widget must live on: strict policies, recorders, scripts that shout.

use anyhow::Result;
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    canary::Canary,
    company::documented,
    widget::{BOX, SEND, TEXT, Words},
    world::{LAUNCHER, Stage},
};

#[test]
fn a_strict_policy_with_exactly_the_documented_directives_lets_a_message_through() -> Result<()> {
    let stage = Stage::quiet("csp")?;
    let policy = documented("en", &stage.world.relay.origin())?;
    assert_eq!(policy, documented("de", &stage.world.relay.origin())?, "the two languages differ");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe-inline") && !policy.contains('*'),
        "{policy}"
    );
    let page = |policy: &str| {
        let headers = [("content-security-policy", policy)];
        stage.company.put_page("plain", &headers, &stage.site.file_snippet(Register::DeFormal))
    };
    page(&policy)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    let photo = xtask::paths::root().join("clean/corpus/accepted/jpeg-turned-1.jpg");
    stage.browser.choose(&stage.browser.find(".picks .row .pick:last-child input")?, &photo)?;
    stage.browser.until("document.querySelector('.picked img')?.naturalWidth > 0")?;
    stage.send("trotz strenger Regeln")?;
    stage.arrived()?;
    stage.says(&Words::of(Register::DeFormal)?.start("bar_done")?)?;
    stage.browser.leave()?;
    let console = stage.browser.console()?;
    assert!(!console.iter().any(|line| line.contains("Content Security Policy")), "{console:?}");

    // Each of the sources is needed: without it there is no widget.
    let relay = stage.world.relay.origin();
    let less = [
        ("the relay's script", policy.replacen(&format!(" {relay}"), "", 1)),
        ("wasm", policy.replace(" 'wasm-unsafe-eval'", "")),
        ("the connection", policy.replace(&format!("connect-src {relay}"), "connect-src 'self'")),
    ];
    for (what, less) in less {
        assert_ne!(less, policy, "{what}");
        page(&less)?;
        stage.visit("/plain")?;
        stage.click_launcher()?;
        stage.ways_show().map_err(|error| error.context(format!("without {what}")))?;
    }
    Ok(())
}

#[test]
fn pre_05_a_hostile_page_records_nothing_of_what_is_written() -> Result<()> {
    let stage = Stage::quiet("hostile")?;
    stage.company.put_page("hostile", &[], &stage.site.file_snippet(Register::DeFormal))?;
    stage.visit("/hostile")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.open_widget()?;
    stage.agree()?;
    let canary = Canary::new("Kanarienbrief");
    stage.browser.type_into(TEXT, canary.text())?;
    stage.browser.run("document.querySelector('#text').select();", &[])?;
    stage.browser.click_on(SEND)?;
    stage.arrived()?;
    stage.browser.leave()?;
    let recorded = stage
        .browser
        .run("for (const root of stolen) recorded.push(root.innerHTML); return recorded.join('\\n');", &[])?;
    let recorded = recorded.as_str().unwrap_or_default();
    assert!(recorded.contains("mutation ") && recorded.contains("fetch "), "the recorder slept");
    assert_eq!(canary.found_in(recorded.as_bytes()), None, "recorded by the page");
    // Not one key either: the page saw no typing at all.
    let keys = recorded
        .lines()
        .filter(|line| ["keydown", "keypress", "input", "beforeinput"].iter().any(|k| line.starts_with(k)));
    assert_eq!(keys.collect::<Vec<_>>(), Vec::<&str>::new());
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, [canary.text()]);
    Ok(())
}

#[test]
fn a_frame_that_is_sent_elsewhere_is_destroyed() -> Result<()> {
    let stage = Stage::quiet("second-load")?;
    stage.company.put("/trap", &[], "<!doctype html><title>Falle</title><textarea></textarea>");
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    stage.browser.leave()?;
    let script = "window.__shadows.map((root) => root.querySelector('iframe')).find(Boolean).src = '/trap';
        window.__shadows.map((root) => root.querySelector('iframe')).find(Boolean).removeAttribute('srcdoc');";
    stage.browser.run(script, &[])?;
    stage.browser.until("!window.__shadows.some((root) => root.querySelector('iframe'))")
}
