//! Papers and the check page in a real browser, without a relay: a receipt is written, saved, opened and checked from the
//! disk (docs/protocol.md, sections 7.4, 16.5 and 16.6).

use anyhow::{Context, Result};
use einwurf_tests::{
    browser::{Browser, DESKTOP, Look, PHONE},
    company::Company,
    folder::Folder,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

const GOOD: &str = ".verdict.good";
const BAD: &str = ".verdict.bad";

fn page() -> String {
    format!("file://{}", xtask::paths::dist().join("check.html").display())
}

fn vectors() -> Result<Vec<PathBuf>> {
    let folder = xtask::paths::root().join("tests/vectors/proofs");
    let files = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let mut files: Vec<PathBuf> = files.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

fn is_good(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("good"))
}

/// Lets the check page have a file and waits for its verdict: whether it holds, and what the page says.
fn check(browser: &Browser, file: &Path) -> Result<(bool, String)> {
    browser.run("document.querySelector('#result').replaceChildren();", &[])?;
    browser.choose(&browser.find("#file")?, file)?;
    browser.until(&format!("document.querySelector('{GOOD}, {BAD}')"))?;
    let text = browser.text(&browser.find("#result")?)?;
    Ok((browser.count(GOOD)? == 1, text))
}

fn good_vector() -> Result<Value> {
    let file = xtask::paths::root().join("tests/vectors/proofs/good.json");
    Ok(serde_json::from_slice(&fs::read(file)?)?)
}

#[test]
fn rec_04_every_vector_passes_or_fails_from_the_disk_without_a_network() -> Result<()> {
    let browser = Browser::start(None, &Look::default())?;
    browser.go(&page())?;
    browser.cdp("Network.enable", &json!({}))?;
    let offline = json!({ "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0 });
    browser.cdp("Network.emulateNetworkConditions", &offline)?;
    let files = vectors()?;
    assert!(files.iter().filter(|file| is_good(file)).count() >= 10 && files.len() >= 60);
    for file in files {
        let (holds, text) = check(&browser, &file)?;
        assert_eq!(holds, is_good(&file), "{}: {text}", file.display());
        assert!(!text.contains("undefined") && !text.contains('{'), "{}: {text}", file.display());
    }
    let console = browser.console()?;
    assert!(console.is_empty(), "{console:?}");
    Ok(())
}

#[test]
fn rec_06_one_flipped_character_anywhere_in_a_signed_part_fails() -> Result<()> {
    let browser = Browser::start(None, &Look::default())?;
    browser.go(&page())?;
    let folder = Folder::new("flipped")?;
    let file = folder.path().join("receipt.json");
    let good = good_vector()?;
    for place in ["/grants/0", "/records/0", "/manifest", "/notices/0", "/events/0/event/ciphertext"] {
        let text = good.pointer(place).and_then(Value::as_str).context(place)?;
        for at in [30, text.len() / 2, text.len() - 20] {
            let other = if text.as_bytes().get(at) == Some(&b'A') { "B" } else { "A" };
            let mut worse = good.clone();
            let flipped = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            *worse.pointer_mut(place).context(place)? = json!(flipped);
            fs::write(&file, worse.to_string())?;
            let (holds, said) = check(&browser, &file)?;
            assert!(!holds, "{place} at {at}: {said}");
        }
    }
    Ok(())
}

#[test]
fn rec_04_the_page_says_what_was_agreed_to_when_by_which_key_and_whether_it_was_withdrawn() -> Result<()> {
    let browser = Browser::start(None, &Look::default())?;
    browser.go(&page())?;
    let vectors = xtask::paths::root().join("tests/vectors/proofs");
    let good = good_vector()?;
    let (_, text) = check(&browser, &vectors.join("good.json"))?;
    let site = good.get("site").and_then(Value::as_str).context("site")?;
    for part in [site, "Einwilligung", "Kästchen angekreuzt", "Nicht widerrufen", "2026"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let (_, text) = check(&browser, &vectors.join("good-withdrawn.json"))?;
    assert!(text.contains("Widerrufen am"), "{text}");
    // The same in the other language, without asking for the file again.
    browser.click_on("#language")?;
    let text = browser.text(&browser.find("#result")?)?;
    assert!(text.contains("Withdrawn on"), "{text}");
    assert_eq!(browser.run("return document.documentElement.lang;", &[])?, json!("en"));
    Ok(())
}

#[test]
fn rec_04_a_file_that_is_dropped_is_checked_and_its_markup_is_text() -> Result<()> {
    let browser = Browser::start(None, &Look::default())?;
    browser.go(&page())?;
    let text = serde_json::to_string(&good_vector()?)?;
    let script = "const data = new DataTransfer();
        data.items.add(new File([arguments[0]], '<img src=x onerror=alert(1)>.json', { type: 'application/json' }));
        document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: data }));";
    browser.run(script, &[json!(text)])?;
    browser.wait_for(GOOD)?;
    assert_eq!(browser.count("#result img")?, 0);
    browser.run(script, &[json!("{}")])?;
    browser.wait_for(BAD).map(drop)
}

#[test]
fn a11_01_the_check_page_is_accessible_in_every_state_size_and_theme() -> Result<()> {
    let vectors = xtask::paths::root().join("tests/vectors/proofs");
    let browser = Browser::start(None, &Look::default())?;
    for (name, size, dark) in [("desktop", DESKTOP, false), ("phone", PHONE, false), ("dark", PHONE, true)] {
        browser.resize(size)?;
        browser.dark(dark)?;
        browser.go(&page())?;
        for file in [None, Some("good.json"), Some("good-withdrawn.json"), Some("grant-without-answer.json")]
        {
            if let Some(file) = file {
                check(&browser, &vectors.join(file))?;
                browser
                    .run("for (const more of document.querySelectorAll('details')) more.open = true;", &[])?;
            }
            let violations = browser.violations()?;
            assert!(violations.is_empty(), "{name} {file:?}: {violations:?}");
            let wide = "return document.documentElement.scrollWidth <= innerWidth;";
            assert_eq!(browser.run(wide, &[])?, json!(true), "{name} {file:?} scrolls sideways");
            browser
                .screenshot(&format!("check-{name}-{}", file.unwrap_or("empty").trim_end_matches(".json")))?;
        }
    }
    Ok(())
}

/// A bag as an app hands it over, of the good vector; the opened thread has markup in it.
fn bag() -> Result<Value> {
    let good = good_vector()?;
    let events = good.get("events").cloned().unwrap_or_default();
    let receipt = json!({
        "grants": good.get("grants"), "records": good.get("records"), "events": events,
        "deleted": 1_803_000_000, "proof_until": 1_893_456_000,
    });
    let stored = json!({ "conversation.meta.token": ["abc<b>"], "inbox.index.read": ["0", "1"] });
    let conversation =
        json!({ "grants": [], "events": events, "deleted": 1_803_000_000, "restricted": 1_795_000_100 });
    Ok(json!({
        "now": 1_795_200_000, "site": good.get("site"), "cid": "A".repeat(43),
        "manifest": good.get("manifest"), "notices": good.get("notices"), "choices": good.get("choices"),
        "receipt": receipt, "data": { "conversation": conversation, "receipt": receipt, "stored": stored },
        "thread": [
            { "seq": 0, "at": 1_795_000_010, "from": "visitor", "text": "Guten Tag\n<script>alert(1)</script>", "email": "a@b.example", "wish": "email",
              "files": [{ "name": "bild-1.gif", "type": "image/gif", "length": 42, "description": "Der Rahmen steht ab.",
                "content": "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" }] },
            { "seq": 1, "at": 1_795_000_020, "from": "staff", "name": "Anna", "text": "Aufbewahrt.", "act": "hold", "until": 1_803_000_000 },
            { "seq": 2, "at": 1_795_000_030, "from": "visitor", "erased": true },
        ],
        "where": "https://firma.example/post", "check": "https://relay.example/check",
    }))
}

/// The files of one kind, as `(name, type, text)`.
fn written(browser: &Browser, kind: &str, register: &str, bag: &Value) -> Result<Vec<[String; 3]>> {
    let script = "return einwurfPapers(...arguments).map(({ name, type, text }) => [name, type, text]);";
    let files = browser.run(script, &[json!(kind), bag.clone(), json!(register)])?;
    Ok(serde_json::from_value(files)?)
}

/// A page with the built module, under a policy as strict as a frame's may be.
fn office() -> Result<(Company, Browser)> {
    let company = Company::start()?;
    let code = xtask::release::code()?;
    let module = xtask::paths::dist().join(code.papers.path.trim_start_matches('/'));
    company.put("/papers.js", &[], fs::read(module)?);
    let policy = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types";
    let page = fs::read(xtask::paths::root().join("tests/pages/papers.html"))?;
    company.put("/papers", &[("content-security-policy", policy)], page);
    let browser = Browser::start(None, &Look::default())?;
    browser.go(&format!("{}/papers", company.origin()))?;
    browser.until("typeof einwurfPapers === 'function'")?;
    Ok((company, browser))
}

#[test]
fn rec_05_a_receipt_that_was_saved_passes_the_check_and_fails_with_one_flipped_character() -> Result<()> {
    let (_company, browser) = office()?;
    let folder = Folder::new("receipts")?;
    let checker = Browser::start(None, &Look::default())?;
    checker.go(&page())?;
    for register in ["de-formal", "de-informal", "en"] {
        for kind in ["receipt", "receipt-json"] {
            let files = written(&browser, kind, register, &bag()?)?;
            let [name, _, text] = files.first().context("a file")?;
            assert!(name.contains("2026-11-"), "{name}");
            let file = folder.path().join(name);
            fs::write(&file, text)?;
            let (holds, said) = check(&checker, &file)?;
            assert!(holds, "{name}: {said}");
            let at = text.find("\"records\"").context("records")? + 200;
            let other = if text.as_bytes().get(at) == Some(&b'A') { "B" } else { "A" };
            fs::write(&file, format!("{}{other}{}", &text[..at], &text[at + 1..]))?;
            assert!(!check(&checker, &file)?.0, "{name} flipped at {at}");
        }
    }
    Ok(())
}

#[test]
fn a11_06_rgt_05_papers_are_accessible_pages_in_their_language_whose_data_are_text() -> Result<()> {
    let (company, office) = office()?;
    let reader = Browser::start(None, &Look::default())?;
    for (number, register) in ["de-formal", "de-informal", "en"].into_iter().enumerate() {
        for kind in ["receipt", "data"] {
            let files = written(&office, kind, register, &bag()?)?;
            let [_, media, text] = files.first().context("a page")?;
            assert_eq!(media, "text/html;charset=utf-8");
            let path = format!("/{kind}-{register}.html");
            company.put(&path, &[], text.clone());
            for (size, dark) in [(DESKTOP, false), (PHONE, true)] {
                reader.resize(size)?;
                reader.dark(dark)?;
                reader.go(&format!("{}{path}", company.origin()))?;
                assert_eq!(reader.violations()?, [], "{path}");
                let wide = "return document.documentElement.scrollWidth <= innerWidth;";
                assert_eq!(reader.run(wide, &[])?, json!(true), "{path} scrolls sideways");
                assert_eq!(reader.run("return document.documentElement.lang;", &[])?, json!(&register[..2]));
                reader.screenshot(&format!("paper-{kind}-{register}-{}", size.0))?;
                let said = reader.page_text()?;
                assert!(!said.contains("undefined") && !said.contains('{'), "{path}: {said}");
                if kind == "data" {
                    for part in
                        ["<script>alert(1)</script>", "Anna", "abc<b>", "a@b.example", "inbox.index.read"]
                    {
                        assert!(said.contains(part), "{part}: {said}");
                    }
                    assert_eq!(reader.count("table caption")?, reader.count("table")?);
                    // What its sender said of a picture is said of it here.
                    assert_eq!(reader.count("img[alt='Der Rahmen steht ab.']")?, 1);
                    assert!(said.contains("Der Rahmen steht ab."), "{path}: {said}");
                }
                let severe: Vec<_> =
                    reader.console()?.into_iter().filter(|line| !line.contains("favicon")).collect();
                assert!(severe.is_empty(), "{severe:?}");
            }
            if kind == "data" {
                let [name, _, json] = files.get(1).with_context(|| format!("no JSON, {number}"))?;
                assert_eq!(name.rsplit_once('.').map(|(_, end)| end), Some("json"));
                let data: Value = serde_json::from_str(json)?;
                assert_eq!(data.pointer("/stored/inbox.index.read/1"), Some(&json!("1")));
                assert_eq!(data.pointer("/thread/1/act"), Some(&json!("hold")));
            }
        }
    }
    Ok(())
}
