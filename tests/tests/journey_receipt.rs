//! Receipt and data: taken in the browser, checked without the relay, and a private link that withdraws from anywhere.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    codec::from_base64url,
    notice::{self, Mode, Register},
};
use einwurf_tests::{
    browser::{Browser, DESKTOP, PHONE},
    cli,
    plan::Plan,
    stored::of_visitors,
    talk::{Files, agreed, enter, file, files, noticed, private_link, reads},
    watch,
    widget::{BELOW, BOX, DATA, DECLINE, RECEIPT, WITHDRAW, Words, YES},
    world::Stage,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, process::Command};

/// Its code and what it says.
fn verify(file: &Path, pin: &str) -> Result<(Option<i32>, String)> {
    let done =
        Command::new(cli::einwurf()?).args(["verify", "--lang", "de", "--pin", pin]).arg(file).output()?;
    Ok((done.status.code(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()))
}

/// What the relay's check page says of a file.
fn checked(stage: &Stage, file: &Path) -> Result<String> {
    let browser = &stage.browser;
    browser.leave()?;
    browser.go(&format!("{}/check", stage.world.relay.origin()))?;
    let field = browser.wait_for("#file")?;
    browser.choose(&field, file)?;
    browser.until("document.querySelector('#result h2, #result .fault, #result p')")?;
    let result = browser.find("#result")?;
    browser.text(&result)
}

const GOOD: &str = "Der Nachweis ist unverändert, und alle Unterschriften stimmen.";

#[test]
fn rec_05_right_after_consent_it_is_read_copied_saved_and_its_link_leads_to_the_withdrawal() -> Result<()> {
    let stage = agreed("rec-05")?;
    stage.browser.click_on(RECEIPT)?;
    let taken = files(&stage.browser)?;
    assert_eq!(taken.len(), 3, "{:?}", taken.keys());
    // Read: in a tab of its own, with the words and the time that it has.
    let opened = stage.browser.find("main a.quiet")?;
    let to =
        stage.browser.of(&opened, "return [arguments[0].target, arguments[0].rel, arguments[0].href];")?;
    assert!(to.to_string().contains("_blank") && to.to_string().contains("noopener"), "{to}");
    let page = file(&taken, ".html")?;
    let notice = stage.notice(Register::DeFormal)?;
    for said in [&notice.statements[0].text, &notice.title, &notice.withdrawal.label] {
        assert!(page.contains(said.as_str()), "the receipt does not say: {said}");
    }
    // Copy.
    stage.browser.click_on("main .pair button.quiet")?;
    stage.says(&Words::of(Register::DeFormal)?.start("copied")?)?;
    // The link is in the page, and hidden on the screen until it is asked for.
    let link = private_link(&stage.browser)?;
    assert!(page.contains(&link.replace('&', "&amp;")), "no link in the receipt");
    assert!(!file(&taken, ".json")?.contains("bundle="), "a file for checking carries the secret");
    stage.browser.click_on(BELOW)?;
    stage.written("die erste")?;
    // Long after: the link that was saved before the first message leads there.
    let elsewhere = Browser::start(Some(&stage.proxy), &watch::look())?;
    elsewhere.go(&link)?;
    enter(&elsewhere)?;
    reads(&elsewhere, "die erste")?;
    elsewhere.click_on(WITHDRAW)?;
    elsewhere.wait_for(YES).map(drop)
}

/// Every term in a JSON-LD document.
fn terms(value: &Value, prefixes: &[String], found: &mut BTreeSet<String>) {
    let known =
        |text: &str| text.split_once(':').is_some_and(|(prefix, _)| prefixes.contains(&prefix.to_owned()));
    match value {
        Value::Array(all) => all.iter().for_each(|one| terms(one, prefixes, found)),
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| *name != "@context") {
                found.extend(known(name).then(|| name.clone()));
                if name == "@type" || name == "@id" {
                    let all = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                    let texts = all.iter().filter_map(Value::as_str).filter(|text| known(text));
                    found.extend(texts.map(str::to_owned));
                }
                terms(value, prefixes, found);
            }
        }
        _ => {}
    }
}

#[test]
fn rec_05_every_term_of_the_saved_receipt_is_one_of_the_vocabularies() -> Result<()> {
    let stage = noticed("rec-05-terms", Plan::everything(Mode::Consent))?;
    stage.decide(Register::DeFormal, &Plan::everything(Mode::Consent).offers)?;
    stage.go_on()?;
    stage.written("für Maschinen")?;
    let list: Value =
        serde_json::from_slice(&std::fs::read(xtask::paths::root().join("www/papers/terms.json"))?)?;
    let prefixes = list.pointer("/prefixes").and_then(Value::as_object).context("no prefixes")?;
    let names: Vec<String> = prefixes.keys().cloned().collect();
    let taken = stage.take(RECEIPT)?;
    let linked: Value = serde_json::from_str(file(&taken, ".jsonld")?)?;
    let context = linked.get("@context").and_then(Value::as_object).context("no context")?;
    for (prefix, iri) in context.iter().filter(|(name, _)| !name.starts_with('@')) {
        let source = prefixes.get(prefix).with_context(|| format!("{prefix} is no known vocabulary"))?;
        assert_eq!(source.get("iri"), Some(iri), "{prefix}");
    }
    let mut found = BTreeSet::new();
    terms(&linked, &names, &mut found);
    assert!(found.len() > 25, "only {found:?}");
    for term in found {
        let (prefix, name) = term.split_once(':').context("no prefix")?;
        let known =
            list.pointer(&format!("/terms/{prefix}")).and_then(Value::as_array).context("no terms")?;
        assert!(known.contains(&json!(name)), "{term} is in no list");
    }
    Ok(())
}

#[test]
fn rec_03_what_was_on_the_screen_is_archived_and_found_after_another_notice_was_published() -> Result<()> {
    let stage = noticed("rec-03", Plan::default())?;
    stage.browser.run("for (const one of document.querySelectorAll('details')) one.open = true;", &[])?;
    let shown = stage.browser.page_text()?;
    stage.agree()?;
    stage.written("nach dem alten Text")?;
    let mut staff = stage.world.staff(&stage.site)?;
    let mut facts = stage.site.facts.clone();
    facts.authority = "Andere Aufsicht".to_owned();
    facts.address = "Neue Straße 9, 54321 Neustadt".to_owned();
    staff.restate(&facts, &stage.site.plan.registers)?;

    let taken = stage.take(RECEIPT)?;
    let proof: Value = serde_json::from_str(file(&taken, ".json")?)?;
    let grant = proof.pointer("/grants/0").and_then(Value::as_str).context("no grant")?;
    let payload = from_base64url(grant.split('.').nth(1).context("no payload")?)?;
    let named = serde_json::from_slice::<Value>(&payload)?;
    let named = named.get("notice").and_then(Value::as_str).context("no notice")?.to_owned();
    let headers = [(header::SITE, stage.site.address.as_str()), (header::NOTICE, named.as_str())];
    let archived = stage.world.http().get(path::NOTICE, &headers)?;
    let document = archived.ok()?.text();
    assert_eq!(notice::digest(document.as_bytes()).to_string(), named, "another document under this digest");
    assert_eq!(proof.pointer("/notices/0"), Some(&json!(document)), "the receipt has another text");
    let read: notice::Notice = serde_json::from_str(&document)?;
    let display = stage.site.says.display.clone();
    let said = |text: &str| {
        shown.contains(&text.replace("{phone}", &display.phone).replace("{email}", &display.email))
    };
    assert!(said(&read.title) && read.statements.iter().all(|one| said(&one.text)));
    for fact in read.facts.iter().chain(&read.details) {
        assert!(said(&fact.heading) && said(&fact.text), "not on the screen: {}", fact.text);
    }
    let newest =
        stage.world.visitor(&stage.site)?.manifest.notice(Register::DeFormal).context("no notice")?;
    assert_ne!(newest.to_string(), named, "nothing new was published");
    Ok(())
}

/// The same with one character of `field`'s first element changed.
fn flipped(receipt: &str, field: &str) -> Result<String> {
    let mut proof: Value = serde_json::from_str(receipt)?;
    let place = proof.pointer_mut(field).with_context(|| field.to_owned())?;
    let text = place.as_str().context("no text")?.to_owned();
    let middle = text.len() / 2;
    let other = if text.get(middle..=middle) == Some("A") { "B" } else { "A" };
    *place = json!(format!(
        "{}{other}{}",
        text.get(..middle).unwrap_or_default(),
        text.get(middle + 1..).unwrap_or_default()
    ));
    Ok(proof.to_string())
}

#[test]
fn rec_04_a_saved_receipt_passes_both_checks_and_one_flipped_byte_passes_none() -> Result<()> {
    let stage = agreed("rec-04")?;
    stage.written("geprüft")?;
    let taken = recorded(&stage)?;
    let pin = stage.site.pin.to_string();
    for end in [".html", ".json"] {
        let saved = stage.save(&format!("nachweis{end}"), file(&taken, end)?)?;
        let (code, said) = verify(&saved, &pin)?;
        assert_eq!(code, Some(0), "{end}: {said}");
        let said = checked(&stage, &saved)?;
        assert!(said.contains(GOOD), "{end}: {said}");
    }
    stage.browser.picture("check-good")?;
    assert_eq!(stage.browser.violations()?, []);
    for field in ["/grants/0", "/records/0", "/manifest", "/notices/0", "/events/0/erased/signature"] {
        let saved = stage.save("gefälscht.json", flipped(file(&taken, ".json")?, field)?)?;
        let (code, said) = verify(&saved, &pin)?;
        assert_ne!(code, Some(0), "{field}: {said}");
        let said = checked(&stage, &saved)?;
        assert!(!said.contains(GOOD), "{field}: {said}");
        assert!(
            said.contains("hält der Prüfung nicht stand") || said.contains("kein Nachweis"),
            "{field}: {said}"
        );
    }
    stage.browser.picture("check-bad")?;
    // Another site's pin vouches for nothing.
    let saved = stage.save("nachweis.json", file(&taken, ".json")?)?;
    assert_ne!(verify(&saved, &stage.world.site()?.pin.to_string())?.0, Some(0));
    // Nobody was asked, and nothing of a person stands in what is checked.
    let json = file(&taken, ".json")?;
    assert!(!json.contains("geprüft"), "{json}");
    Ok(())
}

/// The receipt, once its record has come from the relay's outbox.
fn recorded(stage: &Stage) -> Result<Files> {
    einwurf_tests::pace::until("the record", || {
        let taken = stage.take(RECEIPT)?;
        let proof: Value = serde_json::from_str(file(&taken, ".json")?)?;
        let records = proof.pointer("/records").and_then(Value::as_array).map_or(0, Vec::len);
        Ok((records > 0).then_some(taken))
    })
}

#[test]
fn rec_06_a_withdrawn_receipt_says_so_in_both_checks() -> Result<()> {
    let stage = agreed("rec-06-withdrawn")?;
    stage.written("zurück")?;
    recorded(&stage)?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    stage.paper(BELOW)?;
    let taken = files(&stage.browser)?;
    let page = file(&taken, ".html")?;
    assert!(
        page.contains("Widerrufen am ") && !page.contains("bundle="),
        "a link that opens nothing any more"
    );
    for gone in [DATA, RECEIPT, WITHDRAW] {
        assert!(stage.browser.shown(gone)?.is_empty(), "{gone}");
    }
    let saved = stage.save("widerrufen.html", page)?;
    let (code, said) = verify(&saved, &stage.site.pin.to_string())?;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.to_lowercase().contains("widerruf"), "{said}");
    let said = checked(&stage, &saved)?;
    assert!(said.contains(GOOD) && said.contains("Widerrufen am "), "{said}");
    Ok(())
}

#[test]
fn rec_06_declining_leaves_what_the_relay_keeps_of_visitors_byte_for_byte_as_it_was() -> Result<()> {
    let stage = noticed("rec-06-declined", Plan::all_boxes())?;
    let before = of_visitors(&stage.world.relay)?;
    stage.browser.click_on(BOX)?;
    stage.proxy.forget();
    stage.browser.click_on(DECLINE)?;
    stage.says(&Words::of(Register::DeFormal)?.start("declined")?)?;
    assert_eq!(stage.proxy.asked().len(), 0, "{:?}", stage.proxy.asked());
    assert_eq!(of_visitors(&stage.world.relay)?, before);
    assert!(stage.world.staff(&stage.site)?.list()?.is_empty());
    Ok(())
}

#[test]
fn rec_05_a_receipt_opened_as_a_file_can_be_read_by_everybody() -> Result<()> {
    let stage = agreed("rgt-05-receipt")?;
    stage.written("lesbar")?;
    let taken = recorded(&stage)?;
    let saved = stage.save("nachweis.html", file(&taken, ".html")?)?;
    stage.browser.leave()?;
    for (size, dark) in [(PHONE, false), (DESKTOP, true), (DESKTOP, false)] {
        stage.browser.resize(size)?;
        stage.browser.dark(dark)?;
        stage.browser.go(&format!("file://{}", saved.display()))?;
        assert_eq!(stage.browser.violations()?, []);
        let wide = stage.browser.run("return document.documentElement.scrollWidth > innerWidth;", &[])?;
        assert_eq!(wide, json!(false), "scrolls sideways at {size:?}");
        stage.browser.picture(&format!("receipt-file-{}-{dark}", size.0))?;
    }
    Ok(())
}
