//! A relay or a network that cheats: the visitor sees the ordinary contact ways, and nothing is written to anybody.

use anyhow::{Context as _, Result};
use einwurf_protocol::{api::path, notice::Register};
use einwurf_tests::{
    browser::{Engine, Look},
    clock::{DAY, now},
    forge,
    proxy::{Answered, Verdict},
    seed,
    seed::Site,
    widget::{AGREE, BOX, TEXT, Words},
    world::{LAUNCHER, Stage, World},
};
use std::fs;

/// "Try now", where a part of the widget is missing.
const AGAIN: &str = ".bar > button.main";

fn serve(stage: &Stage, manifest: String) {
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method == "GET" && asked.path == path::MANIFEST {
            let body = manifest.clone().into_bytes();
            return Verdict::Change(Box::new(move |answered| Answered { body, ..answered }));
        }
        Verdict::Pass
    });
}

#[test]
fn enc_03_a_manifest_that_does_not_verify_leads_to_the_contact_ways() -> Result<()> {
    let stage = Stage::quiet("enc-03")?;
    let snippet =
        stage.site.file_snippet(Register::DeFormal).replace("data-serial=\"0\"", "data-serial=\"1\"");
    stage.company.put_page("plain", &[], &snippet)?;
    for (what, forge) in forge::MANIFESTS {
        serve(&stage, forge(&stage.site)?);
        stage.proxy.forget();
        stage.visit("/plain")?;
        stage.click_launcher()?;
        stage.ways_show().map_err(|error| error.context(format!("manifest {what}")))?;
        // Besides the launcher's own second part, which came at the same time.
        let mut asked = stage.relay_requests();
        asked.retain(|request| !request.contains("/opener."));
        assert_eq!(asked, [format!("GET {}", path::MANIFEST)], "{what}");
    }
    // At the edge of the tolerated clock difference, and untouched: the widget opens.
    let fine: [fn(&Site) -> Result<String>; 3] = [
        |site| site.resign(|m| m.exp = now().minus(DAY - 600)),
        |site| site.resign(|m| m.nbf = now().plus(DAY - 600)),
        |site| Ok(site.manifest().to_owned()),
    ];
    for (index, sign) in fine.iter().enumerate() {
        serve(&stage, sign(&stage.site)?);
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX).map_err(|error| error.context(format!("sound manifest {index}")))?;
        stage.browser.leave()?;
    }
    Ok(())
}

#[test]
fn enc_03_an_inbox_key_whose_id_does_not_fit_is_not_sealed_to() -> Result<()> {
    let stage = Stage::quiet("enc-03-key")?;
    serve(&stage, stage.site.resign(|m| m.inbox_key.public.reverse())?);
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("an niemanden")?;
    stage.says(&Words::of(Register::DeFormal)?.start("stopped_title")?)?;
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    Ok(())
}

/// Path of the launcher's second part, which only the launcher names.
fn opener() -> Result<String> {
    let launcher = std::fs::read_to_string(xtask::paths::dist().join("launcher.js"))?;
    let path = launcher.split('"').find(|part| part.starts_with("/r/") && part.contains("/opener."));
    path.map(str::to_owned).context("the launcher names no opener")
}

#[test]
fn enc_04_one_flipped_byte_in_any_file_leads_to_the_contact_ways() -> Result<()> {
    // Whole, since the engine alone shares what it has cached between pages and frames of no origin.
    let look = Look { engine: Some(Engine::Chromium), ..Look::default() };
    let stage = Stage::start(World::quiet("enc-04")?, &look)?;
    let widget = seed::release()?.widget;
    let text = widget.texts.get(&Register::DeFormal).expect("texts of the register");
    // The opener first, as long as this browser has none in its cache.
    let opener = opener()?;
    let files = [&opener, &widget.script.path, &widget.wasm.path, &widget.style.path, &text.path];
    for file in files.into_iter().map(String::as_str).chain([path::NOTICE]) {
        for place in [0, 2] {
            let flipped = file.to_owned();
            stage.proxy.clear_rules();
            stage.proxy.rule(move |asked| {
                if asked.method != "GET" || asked.path != flipped {
                    return Verdict::Pass;
                }
                Verdict::Change(Box::new(move |mut answered| {
                    let at = answered.body.len() * place / 4;
                    if let Some(byte) = answered.body.get_mut(at) {
                        *byte ^= 1;
                    }
                    // What was tampered with must not stay in the cache for the next round.
                    answered.headers.retain(|(name, _)| name != "cache-control");
                    answered.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
                    answered
                }))
            });
            stage.visit("/plain")?;
            stage.click_launcher()?;
            stage.ways_show().map_err(|error| error.context(format!("{file}, byte {place}/4")))?;
            assert_eq!(stage.relay_posts(), Vec::<String>::new());
        }
        // The same browser with the file as it is: the flip was the reason.
        stage.proxy.clear_rules();
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX).map_err(|error| error.context(format!("{file} untouched")))?;
        stage.browser.leave()?;
    }
    Ok(())
}

#[test]
fn enc_04_a_second_part_of_other_bytes_never_runs_and_is_asked_for_again() -> Result<()> {
    let stage = Stage::quiet("enc-04-rest")?;
    let (rest, other) = (seed::release()?.widget_rest.path, seed::release()?.attach_wasm.path);
    let words = Words::of(Register::DeFormal)?;
    let other = fs::read(xtask::paths::dist().join(other.trim_start_matches('/')))?;
    stage.proxy.rule(move |asked| {
        let (asks, other) = (asked.method == "GET" && asked.path == rest, other.clone());
        if !asks {
            return Verdict::Pass;
        }
        // A file of the same release, but not this one.
        Verdict::Change(Box::new(move |mut answered| {
            answered.body = other;
            answered.headers.retain(|(name, _)| name != "cache-control");
            answered.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
            answered
        }))
    });
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.click_on(BOX)?;
    stage.browser.click_on(AGREE)?;
    stage.says(&words.start("part_lost")?)?;
    assert_eq!(stage.browser.run("return document.querySelectorAll('textarea').length;", &[])?, 0);
    assert_eq!(stage.browser.run(&format!("return document.querySelector('{BOX}').checked;"), &[])?, true);
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    // As it should be: the button that was pressed counts.
    stage.proxy.clear_rules();
    stage.browser.click_on(AGAIN)?;
    stage.browser.wait_for(TEXT)?;
    stage.send("Guten Tag")?;
    stage.arrived().map(drop)
}

#[test]
fn enc_04_a_smuggled_import_does_not_run() -> Result<()> {
    let stage = Stage::quiet("smuggled")?;
    let script = seed::release()?.widget.script.path;
    let relay = stage.world.relay.origin();
    stage.proxy.rule(move |asked| {
        if asked.path == "/smuggled.js" {
            return Verdict::Answer(Answered {
                status: 200,
                headers: vec![
                    ("content-type".to_owned(), "text/javascript".to_owned()),
                    ("access-control-allow-origin".to_owned(), "*".to_owned()),
                ],
                body: b"parent.postMessage('smuggled', '*')".to_vec(),
            });
        }
        if asked.method != "GET" || asked.path != script {
            return Verdict::Pass;
        }
        let import = format!("import '{relay}/smuggled.js';");
        Verdict::Change(Box::new(move |mut answered| {
            answered.body.splice(0..0, import.into_bytes());
            answered.headers.retain(|(name, _)| name != "cache-control");
            answered
        }))
    });
    stage.visit("/plain")?;
    stage.browser.run("addEventListener('message', (event) => window.heard = event.data);", &[])?;
    stage.click_launcher()?;
    stage.ways_show()?;
    assert_eq!(stage.browser.run("return window.heard ?? null;", &[])?, serde_json::Value::Null);
    assert!(!stage.relay_requests().contains(&"GET /smuggled.js".to_owned()));
    Ok(())
}

#[test]
fn a_relay_that_is_down_at_the_click_leads_to_the_contact_ways() -> Result<()> {
    let mut stage = Stage::quiet("down-at-click")?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.world.relay.kill()?;
    stage.click_launcher()?;
    stage.ways_show()?;
    stage.browser.screenshot("contact-ways")?;
    // Once it is back, a click opens the widget.
    stage.world.relay.restart()?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX).map(drop)
}

#[test]
fn an_http_page_shows_the_contact_ways_and_asks_nobody() -> Result<()> {
    let stage = Stage::quiet("http")?;
    stage.browser.go("http://firma.example/plain")?;
    assert_eq!(stage.browser.run("return isSecureContext;", &[])?, false);
    stage.click_launcher()?;
    stage.ways_show()?;
    assert_eq!(stage.relay_requests(), Vec::<String>::new());
    Ok(())
}

#[test]
fn pre_07_a_browser_without_wasm_shows_the_contact_ways() -> Result<()> {
    let look = Look {
        flags: vec!["--disable-features=IsolateSandboxedIframes".to_owned()],
        first: "delete window.WebAssembly;".to_owned(),
        ..Look::default()
    };
    let stage = Stage::start(World::quiet("no-wasm")?, &look)?;
    stage.visit("/plain")?;
    assert_eq!(stage.browser.run("return typeof WebAssembly;", &[])?, "undefined");
    stage.click_launcher()?;
    stage.ways_show()
}

#[test]
fn a_second_relay_takes_over_when_the_first_is_silent() -> Result<()> {
    let stage = Stage::quiet("second-relay")?;
    let dead = xtask::relay::free_address()?;
    let relay = stage.world.relay.origin();
    let both = format!("data-relay=\"http://{dead} {relay}\"");
    let snippet = stage.site.file_snippet(Register::En).replace(&format!("data-relay=\"{relay}\""), &both);
    stage.company.put_page("plain", &[], &snippet)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("by the second one")?;
    let arrived = stage.arrived()?;
    assert!(arrived.starts_with(&Words::of(Register::En)?.start("arrived")?), "{arrived}");
    Ok(())
}
