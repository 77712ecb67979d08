//! A relay or a network that cheats: the visitor sees the ordinary contact ways, and nothing is written to anybody.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::path,
    codec::{from_base64url, to_base64url},
    manifest::Manifest,
    notice::Register,
};
use einwurf_seal::SiteKey;
use einwurf_tests::{
    browser::Look,
    clock::now,
    proxy::{Answered, Verdict},
    random, seed,
    seed::Site,
    widget::{BOX, Words},
    world::{LAUNCHER, Stage, World},
};

type Forge = (&'static str, fn(&Site) -> Result<String>);

const DAY: u64 = 86_400;

/// Changes one byte of a compact JWS part.
fn tamper(compact: &str, part: usize) -> Result<String> {
    let mut parts: Vec<String> = compact.split('.').map(str::to_owned).collect();
    let text = parts.get_mut(part).context("a JWS has three parts")?;
    let mut bytes = from_base64url(text)?;
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).context("an empty part")? ^= 1;
    *text = to_base64url(&bytes);
    Ok(parts.join("."))
}

const FORGED: &[Forge] = &[
    ("signed by another key", |site| {
        Ok(SiteKey::generate(&mut random::system()).sign_manifest(&site.published()?))
    }),
    ("signed by another key that names itself", |site| {
        let key = SiteKey::generate(&mut random::system());
        Ok(key.sign_manifest(&Manifest { site: key.thumbprint(), ..site.published()? }))
    }),
    ("with a changed header", |site| tamper(site.manifest(), 0)),
    ("with a changed payload", |site| tamper(site.manifest(), 1)),
    ("with a changed signature", |site| tamper(site.manifest(), 2)),
    ("without a signature", |site| {
        Ok(site.manifest().rsplit_once('.').map(|(start, _)| format!("{start}.")).unwrap_or_default())
    }),
    ("a roster instead", |site| Ok(site.publication.roster.clone())),
    ("expired", |site| site.resign(|m| m.exp = now().minus(DAY + 60))),
    ("of the future", |site| site.resign(|m| m.nbf = now().plus(DAY + 60))),
    ("for another relay", |site| site.resign(|m| m.relay.origins = vec!["https://other.example".to_owned()])),
    ("below the serial of the snippet", |site| site.resign(|m| m.serial = 0)),
    ("of another version", |site| site.resign(|m| m.v = 2)),
    ("empty", |_| Ok(String::new())),
    ("not JSON", |_| Ok("<html>".to_owned())),
];

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
    for (what, forge) in FORGED {
        serve(&stage, forge(&stage.site)?);
        stage.proxy.forget();
        stage.visit("/plain")?;
        stage.click_launcher()?;
        stage.ways_show().map_err(|error| error.context(format!("manifest {what}")))?;
        assert_eq!(stage.relay_requests(), [format!("GET {}", path::MANIFEST)], "{what}");
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

#[test]
fn enc_04_one_flipped_byte_in_any_file_leads_to_the_contact_ways() -> Result<()> {
    let stage = Stage::quiet("enc-04")?;
    let widget = seed::release()?.widget;
    let text = widget.texts.get(&Register::DeFormal).expect("texts of the register");
    let files = [&widget.script.path, &widget.wasm.path, &widget.style.path, &text.path];
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
