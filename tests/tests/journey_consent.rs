//! Before consent, and the consent screen itself.

use anyhow::{Context, Result};
use einwurf_protocol::notice::Register;
use einwurf_tests::{
    browser::{DESKTOP, Look, PHONE},
    canary::Canary,
    plan::Plan,
    stored::stored,
    watch::STORAGE,
    widget::{AGREE, BOX, CLOSE, DECLINE, TEXT, Words},
    world::{LAUNCHER, Stage, World},
};
use serde_json::{Value, json};

#[test]
fn pre_01_nothing_but_the_sites_own_origin_is_asked_before_the_click() -> Result<()> {
    let stage = Stage::watched("pre-01", Plan::default())?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.pass(30)?;
    stage.browser.run("window.scrollTo(0, 1000); document.querySelector('#search').focus();", &[])?;
    let hosts: Vec<_> = stage.proxy.asked().into_iter().map(|asked| asked.host).collect();
    assert!(hosts.iter().all(|host| *host == stage.company.host()), "{:?}", stage.proxy.asked());

    // The inline snippet asks nobody at all.
    stage.company.put_page("plain", &[], &stage.site.inline_snippet(Register::DeFormal)?)?;
    stage.proxy.forget();
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.pass(30)?;
    let paths: Vec<_> = stage.proxy.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/plain"]);
    Ok(())
}

#[test]
fn pre_02_no_storage_and_no_fingerprint_before_consent() -> Result<()> {
    let none = Vec::<String>::new();
    let stage = Stage::watched("pre-02", Plan::default())?;
    stage.company.put("/blank", &[], "<!doctype html><title>leer</title>");
    stage.visit("/blank")?;
    let before = stage.stored()?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.pass(30)?;
    assert_eq!(stage.touched()?, none, "before the click");
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    assert_eq!(stage.touched()?, none, "in the frame");
    stage.browser.click_on(DECLINE)?;
    stage.browser.wait_for("a[href^='tel:']")?;
    assert_eq!(stage.touched()?, none, "in the frame after declining");
    stage.browser.leave()?;
    // After the click the keeper looks whether this visitor kept a conversation here; nothing tells devices apart, and
    // what the device has is as before.
    let mut touched = stage.touched()?;
    touched.retain(|name| !STORAGE.contains(&name.as_str()));
    assert_eq!(touched, none, "in the page after the click");
    assert_eq!(stage.stored()?, before, "the click left something behind");
    let cookies = stage.browser.cdp("Network.getCookies", &json!({}))?;
    assert_eq!(cookies, json!({ "cookies": [] }));
    // The watch itself sees: else the lines above say nothing.
    stage
        .browser
        .run("window.__touched.length = 0; try { navigator.plugins; document.cookie; } catch {}", &[])?;
    assert_eq!(stage.touched()?, ["plugins", "cookie"]);
    Ok(())
}

#[test]
fn pre_03_no_field_before_consent_and_no_character_before_send() -> Result<()> {
    let stage = Stage::watched("pre-03", Plan::default())?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let fields = "textarea, input:not([type=checkbox]), [contenteditable]";
    assert_eq!(stage.browser.run(&format!("return document.querySelectorAll('{fields}').length;"), &[])?, 0);
    stage.agree()?;
    stage.provided()?;
    stage.proxy.forget();
    let canary = Canary::new("Kanarienentwurf");
    stage.browser.type_into(TEXT, canary.text())?;
    stage.browser.click_on(".reply summary")?;
    stage.browser.type_into("#name", canary.text())?;
    stage.pass(60)?;
    assert_eq!(stage.relay_requests(), Vec::<String>::new(), "a draft left the page");
    for asked in stage.proxy.asked() {
        assert_eq!(canary.found_in(&asked.bytes()), None, "{asked:?}");
    }
    assert_eq!(stage.draft()?, canary.text());
    Ok(())
}

#[test]
fn pre_04_everything_comes_from_the_site_and_the_relay() -> Result<()> {
    let stage = Stage::quiet("pre-04")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("Guten Tag")?;
    stage.arrived()?;
    let own = [stage.company.host(), stage.world.relay.host()];
    for asked in stage.proxy.asked() {
        assert!(own.contains(&asked.host), "{asked:?}");
        assert!(asked.header("cookie").is_none(), "{asked:?}");
        if asked.host == own[1] {
            assert!(asked.header("referer").is_none(), "{asked:?}");
            assert!(!asked.path.contains('?'), "{asked:?}");
        }
    }
    Ok(())
}

#[test]
fn con_01_the_screen_shows_every_fact_in_every_register() -> Result<()> {
    let stage = Stage::start(World::quiet("con-01")?, &Look { size: PHONE, ..Look::default() })?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        let facts = stage.browser.run(
            "return [...document.querySelectorAll('[data-field]')].map((fact) => [fact.dataset.field, fact.textContent]);",
            &[],
        )?;
        let facts: Vec<(String, String)> = serde_json::from_value(facts)?;
        for field in [
            "controller",
            "purpose",
            "data",
            "recipients",
            "transfer",
            "retention",
            "withdraw",
            "voluntary",
            "rights",
        ] {
            let (_, text) = facts.iter().find(|(name, _)| name == field).expect(field);
            assert!(text.len() > 20 && !text.contains(['{', '}']), "{register} {field}: {text}");
        }
        let links =
            "return [...document.querySelectorAll('.links a')].map((a) => [a.href, a.target, a.rel]);";
        let links: Vec<[String; 3]> = serde_json::from_value(stage.browser.run(links, &[])?)?;
        assert_eq!(links.len(), 3);
        for (place, [href, target, rel]) in links.into_iter().enumerate() {
            // The third opens this in a window of its own, at the relay of this test.
            let own = place == 2 && href.starts_with(&stage.world.relay.origin());
            assert!(href.starts_with("https://") || own, "{href}");
            assert_eq!((target.as_str(), rel.as_str()), ("_blank", "noopener noreferrer"));
        }
        assert_eq!(stage.browser.run("return document.documentElement.lang;", &[])?, register.lang());
        let wide = "return document.documentElement.scrollWidth > innerWidth;";
        assert_eq!(stage.browser.run(wide, &[])?, json!(false), "{register}: scrolls sideways at 320 px");
        stage.browser.screenshot(&format!("consent-{register}-320"))?;
    }
    Ok(())
}

#[test]
fn con_02_only_an_active_tick_and_button_consent() -> Result<()> {
    let stage = Stage::quiet("con-02")?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        let empty = |when: &str| -> Result<()> {
            stage.browser.wait_for(BOX)?;
            // The frame empties them when it hears that it is shown.
            let ticked = "[...document.querySelectorAll('input[type=checkbox]')].some((box) => box.checked)";
            stage.browser.until(&format!("!{ticked}")).with_context(|| format!("{register}: ticked {when}"))
        };
        stage.open_widget()?;
        empty("at first")?;
        stage.whole()?;

        stage.proxy.forget();
        stage.browser.click_on(AGREE)?;
        stage.says(&Words::of(register)?.start("tick_missing")?)?;
        assert!(stage.browser.try_find(TEXT)?.is_none(), "{register}: a field without consent");
        assert_eq!(stage.proxy.asked().len(), 0, "{register}: {:?}", stage.proxy.asked());
        stage.browser.focuses(BOX)?;

        stage.browser.click_on(BOX)?;
        stage.browser.click_on(CLOSE)?;
        stage.open_widget()?;
        empty("after reopening")?;

        stage.browser.click_on(BOX)?;
        stage.browser.leave()?;
        stage.browser.run("location.reload();", &[])?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        empty("after reloading")?;

        stage.browser.click_on(BOX)?;
        stage.browser.leave()?;
        stage.company.put("/other", &[], "<!doctype html><title>Andere</title>");
        stage.visit("/other")?;
        stage.browser.back()?;
        // A page from the back-forward cache is the page that was left, with the visitor's own tick; else it is new.
        if stage.browser.count("dialog[open] iframe")? == 0 {
            stage.open_widget()?;
            empty("after going back")?;
        }
        stage.browser.leave()?;
    }
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    Ok(())
}

#[test]
fn con_04_agreeing_and_declining_are_equals() -> Result<()> {
    let stage = Stage::quiet("con-04")?;
    for (dark, size) in [(false, DESKTOP), (true, DESKTOP), (false, PHONE), (true, PHONE)] {
        stage.browser.leave()?;
        stage.browser.resize(size)?;
        stage.browser.dark(dark)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(DECLINE)?;
        // The two are looked at one after the other: the screen must stand still.
        stage.browser.settle()?;
        let [agree, decline] = [AGREE, DECLINE].map(|selector| look_of(&stage, selector));
        assert_eq!(agree?, decline?, "dark: {dark}, {size:?}");
    }
    Ok(())
}

/// Everything that makes a button loud: kind, size and computed style.
fn look_of(stage: &Stage, selector: &str) -> Result<Value> {
    let script = "
        const style = getComputedStyle(arguments[0]);
        const box = arguments[0].getBoundingClientRect();
        const names = ['color', 'backgroundColor', 'backgroundImage', 'border', 'borderRadius', 'boxShadow', 'fontSize', 'fontWeight',
          'fontFamily', 'fontStyle', 'textDecoration', 'textTransform', 'letterSpacing', 'opacity', 'outline', 'padding', 'filter'];
        return [arguments[0].tagName, Math.round(box.width), Math.round(box.height), ...names.map((name) => style[name])];";
    let element = stage.browser.find(selector)?;
    stage.browser.of(&element, script)
}

#[test]
fn con_04_declining_stores_and_sends_nothing_and_shows_other_ways() -> Result<()> {
    let stage = Stage::quiet("con-04-decline")?;
    for register in Register::ALL {
        stage.page(register)?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        stage.whole()?;
        let before = stored(&stage.world.relay)?;
        stage.proxy.forget();
        stage.browser.click_on(DECLINE)?;
        stage.says(&Words::of(register)?.start("declined_title")?)?;
        stage.browser.wait_for(&format!("a[href='mailto:{}']", einwurf_tests::seed::EMAIL))?;
        stage.browser.wait_for("a[href^='tel:']")?;
        assert!(stage.browser.try_find(TEXT)?.is_none());
        assert_eq!(stage.proxy.asked().len(), 0, "{:?}", stage.proxy.asked());
        assert_eq!(stored(&stage.world.relay)?, before);
    }
    let cookies = stage.browser.cdp("Network.getCookies", &json!({}))?;
    assert_eq!(cookies, json!({ "cookies": [] }));
    Ok(())
}

#[test]
fn con_05_escape_outside_clicks_scrolling_waiting_and_enter_are_no_consent() -> Result<()> {
    let stage = Stage::watched("con-05", Plan::default())?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    stage.whole()?;
    let before = stored(&stage.world.relay)?;
    stage.proxy.forget();
    let no_field = |what: &str| -> Result<()> {
        assert!(stage.browser.try_find(TEXT)?.is_none(), "{what} was taken for consent");
        Ok(())
    };
    stage.browser.run("const s = document.querySelector('.scroll'); s.scrollTo(0, s.scrollHeight);", &[])?;
    no_field("scrolling")?;
    let script = "document.querySelector('input[type=checkbox]').focus();";
    stage.browser.run(script, &[])?;
    for key in ["\u{e007}", "\u{e006}"] {
        stage.browser.press(key)?;
    }
    no_field("Enter on the box")?;
    stage.pass(120)?;
    no_field("waiting")?;
    stage.browser.press("\u{e00c}")?;
    stage.closed()?;
    assert!(stage.browser.focused("button")?, "the focus is not back on the button");
    stage.browser.click_on("h1")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    no_field("Escape and a click outside")?;
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    assert_eq!(stored(&stage.world.relay)?, before);
    Ok(())
}
