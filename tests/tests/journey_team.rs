//! A team at work in two browsers: who takes care of what, labels and notes appear live; two who change one sheet at once
//! both keep what they did; many at once with a way back; a wave of spam; hours that a visitor sees.

use anyhow::{Context, Result};
use einwurf_protocol::status::Presence;
use einwurf_tests::{
    browser::{Browser, Look, PHONE},
    canary::Canary,
    clock::now,
    colleague::{self, ANNA, READ},
    desk::{self, ROW, SETTINGS},
    pace,
    visitor::Visitor,
    world::Stage,
};
use serde_json::json;

/// The team's shared settings, among the settings.
const OFFICE: &str = ".areas .area:nth-child(5)";

fn knock(browser: &Browser, link: &str, account: &str, password: &str) -> Result<()> {
    browser.go("about:blank")?;
    browser.go(link)?;
    browser.type_into(desk::ACCOUNT, account)?;
    browser.type_into(desk::PASSWORD, password)?;
    browser.click_on(desk::MAIN)?;
    browser.wait_for(".inbox").map(drop)
}

/// Chooses the option whose words begin so.
fn select(browser: &Browser, field: &str, words: &str) -> Result<()> {
    browser.until(&format!(
        "[...document.querySelector('{field}').options].some((option) => option.text.startsWith('{words}'))"
    ))?;
    let choose = "const field = document.querySelector(arguments[0]);
        field.value = [...field.options].find((option) => option.text.startsWith(arguments[1])).value;
        field.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.run(choose, &[json!(field), json!(words)]).map(drop)
}

fn rows(browser: &Browser, count: usize) -> Result<()> {
    browser.until(&format!("document.querySelectorAll('{ROW}').length === {count}"))
}

/// Says something that happened, with a way back.
fn toast(browser: &Browser, words: &str) -> Result<()> {
    browser.until(&format!("document.querySelector('.toast')?.textContent.includes('{words}')"))
}

/// A site with `count` conversations, its first member and Anna, each in a browser of her own.
struct Team {
    annas: Browser,
    stage: Stage,
    visitors: Vec<Visitor>,
}

impl Team {
    fn start(name: &str, count: usize) -> Result<Self> {
        let stage = Stage::quiet(name)?;
        let mut visitors = Vec::new();
        for number in 0..count {
            let mut visitor = stage.world.visitor(&stage.site)?;
            visitor.open(&format!("Anliegen {number}"))?;
            visitors.push(visitor);
        }
        let mut admin = stage.world.staff(&stage.site)?;
        admin.count(count)?;
        colleague::join(&stage.world, &stage.site, &mut admin, READ)?;
        let annas = Browser::start(Some(&stage.proxy), &Look::default())?;
        stage.log_in(&stage.inbox_link())?;
        knock(&annas, &stage.inbox_link(), ANNA, colleague::PASSWORD)?;
        rows(&stage.browser, count)?;
        rows(&annas, count)?;
        Ok(Self { annas, stage, visitors })
    }
}

#[test]
fn what_one_member_notes_the_other_sees_at_once_and_two_at_once_lose_nothing() -> Result<()> {
    let team = Team::start("team-live", 2)?;
    let (erika, anna) = (&team.stage.browser, &team.annas);
    let canary = Canary::new("Notizkanarie");
    erika.click_on(ROW)?;
    erika.wait_for("#note")?;
    select(erika, "#assignee", "Anna")?;
    toast(erika, "Zuständigkeit")?;
    erika.type_into("#label", "eilig")?;
    erika.click_on(".work-label .quiet")?;
    toast(erika, "Etikett")?;
    // What was said is put away; it may lie over the button.
    erika.click_on(".toast .quiet:last-child")?;
    erika.type_into("#note", canary.text())?;
    erika.click_on(".note-form .button")?;
    anna.until("document.querySelector('.rows .chip')?.textContent === 'eilig'")?;
    select(anna, "#narrow", "Meine")?;
    rows(anna, 1)?;
    anna.click_on(ROW)?;
    anna.until(&format!("document.querySelector('.note-text')?.textContent === '{}'", canary.text()))?;
    anna.screenshot("team-note")?;

    // Both write at the same moment: the relay takes one first, the other is made again on it.
    for browser in [erika, anna] {
        browser.type_into("#note", "gleichzeitig")?;
    }
    let click = "document.querySelector('.note-form .button').click();";
    erika.run(click, &[])?;
    anna.run(click, &[])?;
    for browser in [erika, anna] {
        browser.until("document.querySelectorAll('.note').length === 3")?;
    }
    // What is done by key is taken back by key.
    anna.run("document.querySelector('#reading').focus();", &[])?;
    anna.press("w")?;
    erika.until("document.querySelector('.rows .chip-waiting')")?;
    anna.press("z")?;
    erika.until("!document.querySelector('.rows .chip-waiting')")?;

    // Nothing of it went to the relay that it could read.
    for asked in team.stage.proxy.asked() {
        assert_eq!(canary.found_in(&asked.bytes()), None, "{} {}", asked.method, asked.path);
    }
    team.stage.world.relay.holds_none(&[canary])
}

#[test]
fn many_at_once_and_a_wave_go_and_come_back() -> Result<()> {
    let team = Team::start("team-many", 4)?;
    let (erika, anna) = (&team.stage.browser, &team.annas);
    // One is being worked with, so that no wave takes it along.
    anna.click_on(".rows li:last-child .row")?;
    anna.wait_for("#assignee")?;
    select(anna, "#assignee", "Anna")?;
    erika.until("document.querySelector('.rows .row-who')")?;

    erika.click_on("#picking")?;
    for number in [1, 2] {
        erika.click_on(&format!(".rows li:nth-child({number}) .row-pick input"))?;
    }
    erika.until("document.querySelector('#bulk').textContent.startsWith('2')")?;
    erika.screenshot("team-bulk")?;
    erika.click_on(".bulk .buttons:nth-of-type(2) .button")?;
    rows(erika, 2)?;
    erika.click_on(".toast .quiet")?;
    rows(erika, 4)?;
    erika.click_on(".bulk .buttons .button:nth-child(2)")?;

    erika.click_on("#wave-open")?;
    let fill = "const near = (hours) => {
            const at = new Date(Date.now() + hours * 3600e3);
            return new Date(at - at.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
        };
        for (const [id, hours] of [['wave-from', -1], ['wave-until', 1]]) {
            const field = document.getElementById(id);
            field.value = near(hours);
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }";
    erika.run(fill, &[])?;
    erika.click_on(".wave .buttons .button")?;
    erika.until("document.querySelector('#wave-count').textContent.endsWith('3')")?;
    erika.screenshot("team-wave")?;
    erika.click_on(".wave .button-main")?;
    rows(erika, 1)?;
    rows(anna, 1)?;
    erika.click_on(".toast .quiet")?;
    for browser in [erika, anna] {
        rows(browser, 4)?;
    }
    // A search for what none of them says goes through all and comes to an end.
    erika.type_into("#search", "Anliegen 3")?;
    rows(erika, 1)?;
    Ok(())
}

#[test]
fn hours_topics_and_the_automatic_answer_are_shown_to_visitors_and_replies_to_members() -> Result<()> {
    let team = Team::start("team-office", 1)?;
    let erika = &team.stage.browser;
    erika.click_on(SETTINGS)?;
    erika.click_on(OFFICE)?;
    erika.click_on("#canned-add")?;
    erika.type_into("#canned-title-0", "Eingang")?;
    erika.type_into("#canned-text-0", "Guten Tag {name}, hier ist {member}.")?;
    erika.click_on("#topic-add")?;
    erika.type_into("#office-topic-0", "Rechnung")?;
    erika.click_on("label[for=hours-open]")?;
    erika.type_into("#hours-0", "acht bis zwölf")?;
    erika.click_on(".office-save .button")?;
    erika.until("document.querySelector('#hours-0-fault').textContent.length > 5")?;
    for day in 0..7 {
        erika.retype(&format!("#hours-{day}"), "0-24")?;
    }
    erika.type_into("#automatic-0", "Wir melden uns morgen.")?;
    erika.screenshot("team-office")?;
    erika.click_on(".office-save .button")?;

    let visitor = team.visitors.first().context("a visitor")?;
    let status = pace::until("the status is published", || {
        Ok(visitor.status().ok().filter(|status| !status.topics.is_empty()))
    })?;
    assert!(matches!(status.at(now()), Presence::Open(_)), "day and night");
    assert_eq!(status.topics.iter().map(|topic| &**topic).collect::<Vec<_>>(), ["Rechnung"]);
    assert_eq!(status.automatic.values().collect::<Vec<_>>(), ["Wir melden uns morgen."]);

    // Anna has it, too, and finds the reply above her answer.
    let anna = &team.annas;
    anna.click_on(ROW)?;
    anna.wait_for("#canned-choice")?;
    select(anna, "#canned-choice", "Eingang")?;
    anna.until("document.querySelector('#answer').value === 'Guten Tag, hier ist Anna.'")?;
    anna.resize(PHONE)?;
    anna.screenshot("team-phone")?;
    Ok(())
}
