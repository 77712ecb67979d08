//! A published site states other facts: they are compared with what was signed, published, taken back; and never
//! published unseen.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    colour::{LIGHT, READABLE, Rgb, nearest},
    ids::Digest,
    manifest::{Manifest, NoticeRef},
    notice::{self, Mode, Notice, Purpose, Register},
    theme::Theme,
};
use einwurf_tests::{
    desk::SETTINGS,
    proxy::{Answered, Verdict},
    staff::manifest,
    world::Stage,
};

const PUBLISH: &str = ".notice-form > .buttons .button-main";
const GOOD: &str = "document.querySelector('#site-good').textContent.length > 5";

/// The page of one of the website's cards.
fn page(stage: &Stage, card: &str) -> Result<()> {
    stage.log_in(&stage.inbox_link())?;
    stage.browser.click_on(SETTINGS)?;
    stage.browser.click_on(".areas .area:nth-child(3)")?;
    stage.browser.click_on(&format!("section[aria-labelledby={card}] .button"))
}

fn served(stage: &Stage) -> Result<Manifest> {
    let headers = [(header::SITE, stage.site.address.as_str())];
    manifest(&stage.world.http().get(path::MANIFEST, &headers)?.ok()?.text())
}

fn document(stage: &Stage, named: &NoticeRef) -> Result<Notice> {
    let digest = named.digest.to_string();
    let headers = [(header::SITE, stage.site.address.as_str()), (header::NOTICE, digest.as_str())];
    let text = stage.world.http().get(path::NOTICE, &headers)?.ok()?.text();
    notice::read(text.as_bytes(), &named.digest).context("a notice")
}

fn digests(manifest: &Manifest) -> Vec<Digest> {
    manifest.notices.iter().map(|named| named.digest).collect()
}

fn published(stage: &Stage) -> usize {
    stage.relay_posts().iter().filter(|asked| asked.ends_with(path::INBOX_PUBLICATION)).count()
}

#[test]
fn con_09_changed_facts_are_compared_signed_and_can_be_taken_back() -> Result<()> {
    let stage = Stage::quiet("notice-changed")?;
    let before = served(&stage)?;
    page(&stage, "notice-card")?;
    stage.browser.retype("#days", "31")?;
    // Word by word, against what visitors read today.
    stage.browser.until(
        "[...document.querySelectorAll('.differences ins')].some((one) => one.textContent === '31')",
    )?;
    stage.browser.screenshot("notice-changed")?;
    assert_eq!(digests(&served(&stage)?), digests(&before), "nothing happens by itself");
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until(GOOD)?;
    let after = served(&stage)?;
    assert_eq!(after.notices.len(), 3);
    for named in &after.notices {
        assert!(!digests(&before).contains(&named.digest), "visitors are asked anew");
        assert_eq!(document(&stage, named)?.days, 31);
    }
    // A mistake: whoever agreed to the former text is not asked again.
    stage.browser.click_on(".offer .button")?;
    stage.browser.until("!document.querySelector('.offer')")?;
    assert_eq!(digests(&served(&stage)?), digests(&before));
    stage.browser.until(&format!("document.querySelector('#days').value === '{}'", stage.site.facts.days))?;
    assert_eq!(stage.browser.violations()?, []);
    Ok(())
}

#[test]
fn con_06_a_site_goes_from_consent_to_request_and_says_no_word_of_consent_then() -> Result<()> {
    let stage = Stage::quiet("notice-request")?;
    page(&stage, "notice-card")?;
    // What people write about brings the basis along.
    stage.browser.click_on("#topic-0")?;
    stage.browser.until("document.querySelector('#mode-request').checked")?;
    stage.browser.wait_for(".differences del")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until(GOOD)?;
    for named in &served(&stage)?.notices {
        let notice = document(&stage, named)?;
        assert_eq!((notice.mode, notice.statements.len()), (Mode::Request, 0), "the button alone agrees");
        assert_eq!(einwurf_protocol::lint::lint(&notice), []);
    }
    Ok(())
}

#[test]
fn kid_03_secrecy_is_published_only_with_assessment_and_oath_and_shortens_what_is_kept() -> Result<()> {
    let stage = Stage::quiet("notice-secrecy")?;
    page(&stage, "notice-card")?;
    stage.browser.click_on("#sector-1")?;
    for promise in ["promise-dpia", "promise-secrecy"] {
        stage.browser.click_on(PUBLISH)?;
        stage.browser.until(&format!("document.activeElement.id === '{promise}'"))?;
        stage.browser.click_on(&format!("#{promise}"))?;
    }
    stage.browser.retype("#days", "31")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until("document.querySelector('#days-fault').textContent.length > 5")?;
    assert_eq!(published(&stage), 0);
    stage.browser.retype("#days", "30")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until(GOOD)?;
    for named in &served(&stage)?.notices {
        let notice = document(&stage, named)?;
        assert_eq!(notice.days, 30);
        let special = notice.statements.iter().find(|one| one.purpose == Purpose::Special);
        assert!(special.is_some_and(|special| special.required));
    }
    Ok(())
}

/// What a window wears, whatever the device is set to.
const WORN: &str = "const of = (selector) => getComputedStyle(document.querySelector(selector));
    return [of(':root').getPropertyValue('--accent').trim(), of('.equal').borderTopColor, of('main').backgroundColor,
        of('.summary').borderTopLeftRadius, of('.equal').borderTopLeftRadius, of('main').fontFamily, of(':root').colorScheme];";

#[test]
fn a11_04_con_09_contact_ways_and_look_change_without_another_notice_and_the_window_wears_exactly_that()
-> Result<()> {
    let stage = Stage::quiet("notice-display")?;
    let before = served(&stage)?;
    page(&stage, "display-card")?;
    stage.browser.retype("#phone", "0155 99 888 77")?;
    stage.browser.click_on(".card .button-main")?;
    stage.browser.until(GOOD)?;
    stage.browser.click_on(".back")?;
    stage.browser.click_on("section[aria-labelledby=look-card] .button")?;
    // A colour that words cannot be read on is told at once, and not published.
    stage.browser.retype("#accent", "#8aa77b")?;
    stage.browser.wait_for("#accent-nearest")?;
    stage.browser.click_on(".card .button-main")?;
    stage.browser.until("document.activeElement.id === 'accent'")?;
    stage.browser.screenshot("look-refused")?;
    let readable = nearest(Rgb([0x8a, 0xa7, 0x7b]), &LIGHT, READABLE).context("the nearest")?.hex();
    stage.browser.click_on("#accent-nearest")?;
    stage.browser.until(&format!("document.querySelector('#accent').value === '{readable}'"))?;
    stage.browser.retype("#accent-dark", "#e0b080")?;
    stage.browser.click_on("#scheme-2")?;
    stage.browser.retype("#radius", "6")?;
    stage.browser.retype("#font", "\"DejaVu Serif\", serif")?;
    assert_eq!(published(&stage), 1, "the contact ways alone");
    assert_eq!(stage.browser.violations()?, []);
    stage.browser.click_on(".card .button-main")?;
    stage.browser.until(GOOD)?;
    stage.browser.screenshot("look-published")?;
    let after = served(&stage)?;
    let font = "DejaVu Serif, serif".to_owned();
    let theme = Theme { scheme: "dark".into(), radius: 6, font, accent_dark: Some("#e0b080".into()) };
    assert_eq!((&after.display.accent, &after.display.theme), (&readable, &Some(theme)));
    assert_eq!((after.display.phone.as_str(), digests(&after)), ("0155 99 888 77", digests(&before)));
    // The next snippet has the button's part of it.
    stage.browser.click_on("section[aria-labelledby=look-button] .button")?;
    stage.browser.until(&format!(
        "document.querySelector('textarea.snippet')?.value.includes('--einwurf-accent:{readable};--einwurf-radius:6px')"
    ))?;
    stage.page(Register::En)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    let worn = ["#e0b080", "rgb(224, 176, 128)", "rgb(16, 24, 29)", "6px", "4px"];
    let worn = worn.into_iter().chain(["\"DejaVu Serif\", serif, system-ui, sans-serif", "dark"]);
    assert_eq!(stage.browser.run(WORN, &[])?, serde_json::json!(worn.collect::<Vec<_>>()));
    assert_eq!(stage.browser.violations()?, []);
    stage.browser.screenshot("look-worn")?;
    Ok(())
}

#[test]
fn pre_07_a_missing_fact_is_named_at_its_field_and_nothing_is_published() -> Result<()> {
    let stage = Stage::quiet("notice-missing")?;
    page(&stage, "notice-card")?;
    stage.browser.retype("#authority", " ")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until("document.querySelector('#authority-fault').textContent.length > 5")?;
    stage.browser.until("document.activeElement.id === 'authority'")?;
    // Words that no notice may have keep it back as well.
    stage.browser.retype("#authority", "Die Behörde! 100 % zuständig")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until("document.activeElement.id === 'findings'")?;
    assert_eq!(published(&stage), 0);
    Ok(())
}

#[test]
fn a_relay_that_hides_what_visitors_read_today_gets_nothing_signed() -> Result<()> {
    let stage = Stage::quiet("notice-hidden")?;
    stage.proxy.rule(|asked| {
        if asked.path != path::NOTICE {
            return Verdict::Pass;
        }
        let headers = [("content-type", "application/json"), ("access-control-allow-origin", "*")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Verdict::Answer(Answered { status: 200, headers, body: b"{\"typ\":\"einwurf-notice/1\"}".to_vec() })
    });
    page(&stage, "notice-card")?;
    stage.browser.retype("#days", "31")?;
    stage.browser.click_on(PUBLISH)?;
    stage.browser.until("document.querySelector('#site-care').textContent.length > 5")?;
    assert_eq!((published(&stage), stage.browser.count(".differences")?), (0, 0));
    // Once it shows them, what was typed is still there.
    stage.proxy.clear_rules();
    stage.browser.click_on("section[aria-labelledby=changes-title] .button")?;
    stage.browser.wait_for(".differences ins")?;
    assert_eq!(stage.browser.run("return document.querySelector('#days').value;", &[])?, "31");
    Ok(())
}
