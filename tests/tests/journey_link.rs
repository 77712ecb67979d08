//! The private link that reads, takes out and withdraws from anywhere, and everything that a visitor can take out.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path, visitor::Data},
    codec::{from_base64url, to_base64url},
    message::{Act, Reason},
    notice::Register,
};
use einwurf_seal::Bundle;
use einwurf_tests::{
    browser::{Browser, DESKTOP, PHONE},
    canary::Canary,
    clock::{DAY, now},
    plan::Plan,
    seed::bearer,
    stored::settled,
    talk::{agreed, enter, file, files, noticed, private_link, reads},
    watch,
    widget::{BELOW, DATA, RECEIPT, WITHDRAW, Words, YES},
    world::Stage,
};
use serde_json::{Value, json};

/// What of a private link nobody else may ever see.
fn secrets(link: &str) -> Result<Vec<Canary>> {
    let fragment = link.split("bundle=").nth(1).context("no bundle in the link")?;
    let bytes = from_base64url(fragment)?;
    // Behind label, version and site: the conversation's private key. The token is shown to the relay by its nature.
    let key = bytes.get(1 + 16 + 1 + 32..1 + 16 + 1 + 64).context("a short bundle")?;
    Ok(vec![
        Canary::of(fragment.get(..64).context("a short link")?),
        Canary::of(fragment),
        Canary::of_bytes(key),
        Canary::of(&to_base64url(key)),
    ])
}

/// From the link in a browser that was never here: read, taken out, withdrawn.
fn through(stage: &Stage, link: &str, shot: &str) -> Result<()> {
    let browser = Browser::start(Some(&stage.proxy), &watch::look())?;
    browser.go(link)?;
    enter(&browser)?;
    reads(&browser, "von überall zu lesen")?;
    browser.picture(shot)?;
    browser.leave()?;
    let address = browser.url()?;
    assert!(!address.contains("bundle"), "the secret stays in the address bar: {address}");
    let kept = browser.run("return JSON.stringify([localStorage, sessionStorage]);", &[])?;
    let secrets = secrets(link)?;
    assert!(secrets.iter().all(|secret| secret.found_in(kept.to_string().as_bytes()).is_none()), "{kept}");
    enter(&browser)?;
    browser.click_on(DATA)?;
    let taken = files(&browser)?;
    assert!(file(&taken, ".html")?.contains("von überall zu lesen"));
    browser.click_on(BELOW)?;
    browser.click_on(WITHDRAW)?;
    browser.click_on(YES)?;
    browser.until("document.body.innerText.includes('Sie haben Ihre Einwilligung am ')")?;
    for asked in stage.proxy.asked() {
        for secret in &secrets {
            assert_eq!(secret.found_in(&asked.bytes()), None, "{asked:?}");
        }
        assert!(asked.header("referer").is_none_or(|from| !from.contains("bundle")), "{asked:?}");
    }
    stage.world.relay.holds_none(&secrets)
}

#[test]
fn rgt_02_the_private_link_reads_exports_and_withdraws_from_anywhere_through_the_companys_door() -> Result<()>
{
    let stage = noticed("rgt-02-door", Plan::default())?;
    let door = format!("{}/door.html", stage.company.origin());
    stage.company.put("/door.html", &[], stage.site.door(Register::DeFormal)?);
    stage.world.staff(&stage.site)?.publish(|says| says.relay.door = Some(door.clone()))?;
    stage.anew(Register::DeFormal)?;
    stage.agree()?;
    stage.written("von überall zu lesen")?;
    stage.paper(RECEIPT)?;
    let link = private_link(&stage.browser)?;
    assert!(link.starts_with(&format!("{door}#bundle=")), "{link}");
    stage.browser.picture("private-link")?;
    through(&stage, &link, "door-by-link")?;
    // Here it is over as well, and the link opens nothing any more.
    stage.says(&Words::of(Register::DeFormal)?.start("gone_title")?)?;
    assert!(stage.is_over()?);
    stage.browser.leave()?;
    stage.browser.go("about:blank")?;
    stage.browser.go(&link)?;
    enter(&stage.browser)?;
    stage.says(&Words::of(Register::DeFormal)?.start("gone_title")?)
}

#[test]
fn rgt_02_where_a_company_has_no_door_the_link_leads_through_the_relays() -> Result<()> {
    let stage = agreed("rgt-02-relay")?;
    stage.written("von überall zu lesen")?;
    stage.paper(RECEIPT)?;
    let link = private_link(&stage.browser)?;
    assert!(link.starts_with(&format!("{}/door#site=", stage.world.relay.origin())), "{link}");
    through(&stage, &link, "relay-door-by-link")
}

/// The answer to `GET /v1/data` for whoever has the link.
fn disclosed(stage: &Stage, link: &str) -> Result<Data> {
    let fragment = link.split("bundle=").nth(1).context("no bundle in the link")?;
    let bundle = Bundle::read(&from_base64url(fragment)?)?;
    let token = bearer(bundle.conversation.token());
    let headers = [
        (header::SITE, stage.site.address.as_str()),
        (header::CONVERSATION, bundle.address.as_str()),
        (header::AUTHORIZATION, token.as_str()),
    ];
    stage.world.http().get(path::DATA, &headers)?.json()
}

#[test]
fn rgt_05_my_data_opened_as_a_file_has_every_message_and_every_stored_value() -> Result<()> {
    let stage = noticed("rgt-05", Plan::all_boxes())?;
    stage.decide(Register::DeFormal, &Plan::all_boxes().offers)?;
    stage.go_on()?;
    stage.written("Erstens: <b>Fenster</b> & Türen")?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    let until = now().plus(90 * DAY);
    staff.act(&address, Act::Hold { reason: Reason::Claim, until })?.ok()?;
    reads(&stage.browser, "Das ist geschehen.")?;
    stage.more("Zweitens: und die Rollläden")?;
    // What is owed to another object is stored there once it is delivered, and here until then.
    settled(&stage.world.relay)?;
    stage.paper(DATA)?;
    let taken = files(&stage.browser)?;
    let link = private_link(&stage.browser)?;
    let data = disclosed(&stage, &link)?;
    assert!(data.stored.len() > 8, "{:?}", data.stored.keys());

    let saved = stage.save("meine-daten.html", file(&taken, ".html")?)?;
    let own = stage.save("meine-daten.json", file(&taken, ".json")?)?;
    let program: Value = serde_json::from_slice(&std::fs::read(own)?)?;
    stage.browser.leave()?;
    stage.browser.go(&format!("file://{}", saved.display()))?;
    let text = stage.browser.page_text()?;
    for message in ["Erstens: <b>Fenster</b> & Türen", "Das ist geschehen.", "Zweitens: und die Rollläden"]
    {
        assert!(text.contains(message), "missing in the page: {message}");
        assert!(program.to_string().contains(&json!(message).to_string()), "missing in the file: {message}");
    }
    for (column, values) in &data.stored {
        assert!(text.contains(column.as_str()), "missing in the page: {column}");
        let stored = program.pointer("/stored").and_then(|stored| stored.get(column));
        assert_eq!(stored.and_then(Value::as_array).map(Vec::len), Some(values.len()), "{column}");
    }
    assert_eq!(stage.browser.violations()?, []);
    for (size, dark) in [(PHONE, false), (DESKTOP, true)] {
        stage.browser.resize(size)?;
        stage.browser.dark(dark)?;
        stage.browser.picture(&format!("my-data-{}-{dark}", size.0))?;
        assert_eq!(stage.browser.violations()?, []);
        let wide = stage.browser.run("return document.documentElement.scrollWidth > innerWidth;", &[])?;
        assert_eq!(wide, json!(false), "scrolls sideways at {size:?}");
    }
    Ok(())
}

#[test]
fn rgt_05_a_text_with_markup_in_it_stays_text() -> Result<()> {
    let stage = agreed("rec-05-markup")?;
    let evil = "</script><script>window.hit = 1</script><img src=x onerror=\"window.hit = 1\">";
    stage.written(evil)?;
    let taken = stage.take(DATA)?;
    let saved = stage.save("meine-daten.html", file(&taken, ".html")?)?;
    stage.browser.leave()?;
    stage.browser.go(&format!("file://{}", saved.display()))?;
    assert!(stage.browser.page_text()?.contains(evil));
    assert_eq!(stage.browser.run("return window.hit ?? 0;", &[])?, json!(0));
    assert_eq!(stage.browser.count("img")?, 0);
    Ok(())
}
