//! Pages that the widget must live on: strict policies, recorders, scripts that shout; and what the inbox writes for them.

use anyhow::{Context, Result};
use base64ct::{Base64, Encoding as _};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{DESKTOP, PHONE},
    canary::Canary,
    company::documented,
    desk, pace,
    proxy::Verdict,
    seed::COMPANY,
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

/// What a field that is there to copy holds, by the heading that names it.
fn copied(stage: &Stage, heading: &str) -> Result<String> {
    let field = stage.browser.wait_for(&format!("textarea[readonly][aria-labelledby={heading}]"))?;
    let text = stage.browser.of(&field, "return arguments[0].value;")?;
    Ok(text.as_str().context("a text")?.to_owned())
}

/// Opens the page behind the button of this number on the card "For your page".
fn for_the_page(stage: &Stage, number: u8) -> Result<()> {
    stage.browser.click_on(&format!("section[aria-labelledby=page-card] .button:nth-child({number})"))?;
    stage.browser.wait_for(".back").map(drop)
}

/// The whole page for people who look at it, wide and narrow, by day and by night.
fn pictured(stage: &Stage, name: &str) -> Result<()> {
    if std::env::var_os("EINWURF_PICTURES").is_none() {
        return Ok(());
    }
    for (wide, size) in [("wide", (1440, 2400)), ("narrow", (320, 4200))] {
        stage.browser.resize(size)?;
        for dark in [false, true] {
            stage.browser.dark(dark)?;
            stage.browser.picture(&format!("{name}-{wide}-{}", if dark { "dark" } else { "light" }))?;
        }
        stage.browser.dark(false)?;
    }
    stage.browser.resize(DESKTOP)
}

/// Pages of the poster on paper of its own size.
fn printed(stage: &Stage) -> Result<usize> {
    let pdf = stage.browser.cdp("Page.printToPDF", &serde_json::json!({ "preferCSSPageSize": true }))?;
    let pdf = pdf.get("data").and_then(serde_json::Value::as_str).context("no print")?;
    let pdf = Base64::decode_vec(pdf).ok().context("not base64")?;
    let text = String::from_utf8_lossy(&pdf);
    Ok(text.matches("/Type /Page").count() - text.matches("/Type /Pages").count())
}

#[test]
fn doc_04_what_the_inbox_writes_for_the_company_lets_messages_through() -> Result<()> {
    let stage = Stage::quiet("for-the-page")?;
    stage.log_in(&stage.inbox_link())?;
    stage.browser.click_on(desk::SETTINGS)?;
    stage.browser.click_on(".areas .area:nth-child(3)")?;
    for_the_page(&stage, 2)?;
    stage.browser.click_on("#form-1")?;
    let policy = copied(&stage, "csp-result")?;
    stage.browser.click_on("[aria-labelledby=csp-result] .button")?;
    stage.browser.wait_for("[role=status] .toast")?;
    stage.browser.type_into("#csp-present", "default-src 'self'; sandbox")?;
    let amended = format!("connect-src 'self' {}", stage.world.relay.origin());
    stage.browser.until(&format!(
        "document.querySelector('[aria-labelledby=csp-result] textarea').value.includes({amended:?})"
    ))?;
    stage.browser.wait_for("[aria-labelledby=csp-result] .alert-care")?;
    pictured(&stage, "policy")?;
    stage.browser.click_on(".back")?;
    for_the_page(&stage, 3)?;
    pictured(&stage, "instead")?;
    let address = stage.browser.text(&stage.browser.wait_for("[aria-labelledby=instead-address] code")?)?;
    assert!(copied(&stage, "instead-signature")?.ends_with(&address));
    let reply = copied(&stage, "instead-reply")?;
    assert!(reply.contains(&address) && reply.chars().count() <= 500, "{reply}");
    let mut posters = Vec::new();
    for number in [1, 2] {
        stage.browser.run("document.querySelector('#print-frame')?.remove();", &[])?;
        stage.browser.click_on(&format!("[aria-labelledby=instead-code] .button:nth-child({number})"))?;
        let frame = stage.browser.wait_for("#print-frame")?;
        let page = stage.browser.of(&frame, "return arguments[0].srcdoc;")?;
        posters.push(page.as_str().context("a page")?.to_owned());
    }
    stage.browser.click_on("#instead-replace")?;
    stage.browser.click_on("[aria-labelledby=instead-page] .button")?;
    stage
        .browser
        .until("document.querySelector('textarea.snippet').value.includes(' data-replace-whatsapp')")?;

    for (name, poster) in ["/a4", "/a6"].into_iter().zip(posters) {
        stage.company.put(name, &[], poster);
        stage.visit(name)?;
        assert_eq!(printed(&stage)?, 1, "{name}");
        stage.browser.picture(&format!("poster{}", name.replace('/', "-")))?;
    }
    let (header, policy) = policy.split_once(": ").context("a header")?;
    stage.company.put_page("plain", &[(header, policy)], &stage.site.file_snippet(Register::DeFormal))?;
    // What came before is another matter.
    stage.browser.console()?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("unter der Policy aus dem Posteingang")?;
    stage.arrived()?;
    stage.browser.leave()?;
    let console = stage.browser.console()?;
    assert!(!console.iter().any(|line| line.contains("Content Security Policy")), "{console:?}");

    // The address alone, on a small phone at night, without a page around it.
    stage.browser.resize(PHONE)?;
    stage.browser.dark(true)?;
    stage.browser.go(&address)?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    let page = "const { lang, scrollWidth } = document.documentElement;
        return [lang, document.title, scrollWidth <= innerWidth, !!document.querySelector('meta[name=description]')];";
    assert_eq!(stage.browser.run(page, &[])?, serde_json::json!(["de-formal", COMPANY, true, true]));
    let foreign = stage.proxy.asked().into_iter().map(|asked| asked.host).filter(|host| {
        *host != stage.world.relay.host() && *host != stage.company.host() && host != "firma.example"
    });
    assert_eq!(foreign.collect::<Vec<_>>(), Vec::<String>::new(), "a third party was asked");
    stage.browser.enter(&frame)?;
    stage.browser.wait_for(BOX)?;
    stage.browser.picture("hosted-page")?;
    stage.agree()?;
    stage.send("von der Adresse auf dem Plakat")?;
    stage.arrived()?;
    stage.browser.leave()
}

#[test]
fn a_page_that_closes_and_opens_in_one_breath_gets_the_window_and_the_contact_ways_again() -> Result<()> {
    let stage = Stage::quiet("breath")?;
    let breathe = "document.querySelector('h1').onclick = () => { Einwurf.close(); Einwurf.open(); };";
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.leave()?;
    stage.browser.run(breathe, &[])?;
    stage.browser.click_on("h1")?;
    let frame = stage.browser.wait_for("dialog[open] iframe")?;
    stage.browser.enter(&frame)?;
    stage.browser.wait_for(BOX)?;

    let relay = stage.world.relay.host();
    stage.proxy.rule(move |asked| if asked.host == relay { Verdict::Cut } else { Verdict::Pass });
    stage.visit("/plain")?;
    stage.click_launcher()?;
    stage.ways_show()?;
    stage.browser.run(breathe, &[])?;
    stage.proxy.forget();
    stage.browser.click_on("h1")?;
    let relay = stage.world.relay.host();
    pace::until("another attempt", || Ok((!stage.proxy.asked_of(&relay).is_empty()).then_some(())))?;
    stage.ways_show()
}
