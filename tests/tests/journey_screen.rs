//! The consent screen as a person holds it: short enough to read, the decision in view, its own window; children, special
//! categories, professions bound to secrecy; and fresh consent to changed words.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    consent::By,
    notice::{Mode, Purpose, Register},
    settings::LegalFacts,
};
use einwurf_tests::{
    browser::Look,
    canary::Canary,
    clock::{DAY, now},
    consent::{CHOICES, FACTS, LINKS, age, box_of, grants, has_field},
    plan::Plan,
    stored::of_visitors,
    talk::{enter, reads},
    widget::{AGREE, ANOTHER, BOX, CLOSE, DECLINE, SEND, TEXT, WITHDRAW, Words},
    world::{Stage, World},
};
use serde_json::json;
use std::collections::BTreeSet;

const NOTHING: Vec<String> = Vec::new();
const PHONE: (u32, u32) = (390, 844);

/// Every kind of consent screen, by a name.
fn kinds() -> [(&'static str, Plan); 5] {
    [
        ("plain", Plan::default()),
        ("request", Plan::request()),
        ("boxes", Plan::everything(Mode::Consent)),
        ("request-boxes", Plan::everything(Mode::Request)),
        ("health", Plan::health()),
    ]
}

/// In both themes, for people who look at all of them.
fn pictures(stage: &Stage, name: &str) -> Result<()> {
    for (dark, theme) in [(true, "dark"), (false, "light")] {
        stage.browser.dark(dark)?;
        stage.browser.picture(&format!("{name}-{theme}"))?;
    }
    Ok(())
}

#[test]
fn con_01_the_notice_is_two_screens_at_most_and_the_decision_is_always_in_view() -> Result<()> {
    let mut stage = Stage::quiet("con-01-fit")?;
    let mut high = Vec::new();
    for (name, plan) in kinds() {
        stage.found(plan)?;
        for register in Register::ALL {
            stage.anew(register)?;
            stage.hold(PHONE)?;
            let facts = stage.browser.find(FACTS)?;
            let heights = "const top = arguments[0].getBoundingClientRect().top - arguments[0].scrollTop;
                return [document.querySelector('.links').getBoundingClientRect().bottom - top, arguments[0].scrollHeight];";
            let (read, all): (f64, f64) = serde_json::from_value(stage.browser.of(&facts, heights)?)?;
            // Boxes that a site offers besides, and the question of age, come on top of what is read.
            let screen = f64::from(PHONE.1);
            if read > 2.0 * screen || all > 2.75 * screen {
                high.push(format!("{name} {register}: {read} of {all} px"));
            }
            let needed = stage.browser.count(".foot .tick input")?;
            for size in [(320, 568), PHONE, (1440, 900)] {
                stage.hold(size)?;
                pictures(&stage, &format!("screen-{name}-{register}-{}", size.0))?;
                for selector in [AGREE, DECLINE, CLOSE] {
                    ensure!(
                        stage.in_view(selector)?,
                        "{name} {register} {size:?}: {selector} is out of view"
                    );
                }
                for place in 1..=needed {
                    let input = format!(".foot > div.boxes > label:nth-of-type({place}) input");
                    ensure!(stage.in_view(&input)?, "{name} {register} {size:?}: box {place} is out of view");
                }
                let over = "return [...document.querySelectorAll('label.tick')].filter((one) =>
                    one.lastElementChild.getBoundingClientRect().bottom > one.getBoundingClientRect().bottom + 1).length;";
                ensure!(
                    stage.browser.run(over, &[])? == json!(0),
                    "{name} {register} {size:?}: words lie over words"
                );
                let wide = "return document.documentElement.scrollWidth > innerWidth;";
                ensure!(
                    stage.browser.run(wide, &[])? == json!(false),
                    "{name} {register} {size:?}: scrolls sideways"
                );
            }
        }
    }
    assert_eq!(high, NOTHING, "higher than two screens");
    Ok(())
}

#[test]
fn con_01_a_window_of_its_own_is_the_door_and_works() -> Result<()> {
    let mut stage = Stage::quiet("con-01-door")?;
    let own = format!("{}/door.html", stage.company.origin());
    for plan in [Plan::default(), Plan { door: Some(own.clone()), ..Plan::default() }] {
        let expected = plan.door.clone();
        stage.found(plan)?;
        stage.company.put("/door.html", &[], stage.site.door(Register::DeFormal)?);
        stage.anew(Register::DeFormal)?;
        let link = stage.browser.shown(LINKS)?.pop().context("no link")?;
        assert_eq!(
            stage.browser.of(&link, "return [arguments[0].target, arguments[0].rel];")?,
            json!(["_blank", "noopener noreferrer"])
        );
        let href =
            stage.browser.of(&link, "return arguments[0].href;")?.as_str().unwrap_or_default().to_owned();
        let relays = format!("{}/door#site={}", stage.world.relay.origin(), stage.site.address);
        assert_eq!(href, expected.unwrap_or(relays));
        stage.browser.leave()?;
        stage.browser.go(&href)?;
        enter(&stage.browser)?;
        stage.browser.wait_for(BOX)?;
        ensure!(!stage.ticked()?, "a box is not empty");
        stage.agree()?;
        stage.send("im eigenen Fenster")?;
        stage.arrived()?;
    }
    Ok(())
}

#[test]
fn con_08_a_page_in_a_language_that_the_site_has_not_gets_one_language_whole() -> Result<()> {
    let plan = Plan { registers: vec![Register::En], ..Plan::default() };
    let stage = Stage::of(World::quiet("con-08-one")?, plan, &Look::default())?;
    stage.page(Register::DeFormal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let notice = stage.notice(Register::En)?;
    assert_eq!(stage.browser.run("return document.documentElement.lang;", &[])?, "en");
    let text = stage.browser.page_text()?;
    for own in [&notice.title, &notice.accept, &Words::of(Register::En)?.start("readers")?] {
        ensure!(text.contains(own.as_str()), "{own} is missing");
    }
    ensure!(!text.contains("Nachricht"), "{text}");
    Ok(())
}

#[test]
fn con_09_words_that_changed_need_fresh_consent_before_the_next_message() -> Result<()> {
    let stage = Stage::quiet("con-09-next")?;
    stage.anew(Register::DeFormal)?;
    stage.agree()?;
    stage.send("unter dem alten Text")?;
    stage.arrived()?;
    let mut staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    staff.restate(&LegalFacts { days: 30, ..stage.site.facts.clone() }, &Register::ALL)?;
    stage.browser.click_on(ANOTHER)?;
    stage.send("unter dem neuen Text")?;
    stage.says(&Words::of(Register::DeFormal)?.start("changed")?)?;
    stage.browser.until("document.querySelector('[data-field=retention]').innerText.includes('30')")?;
    ensure!(!stage.ticked()?, "consent was carried over to other words");
    ensure!(stage.in_view(WITHDRAW)?, "what was agreed to before cannot be withdrawn");
    assert_eq!(staff.texts(&address)?, ["unter dem alten Text"], "taken without consent to the new words");
    stage.browser.screenshot("notice-changed-desktop")?;
    stage.agree()?;
    assert_eq!(stage.draft()?, "unter dem neuen Text");
    stage.browser.click_on(SEND)?;
    reads(&stage.browser, "unter dem neuen Text")?;
    let thread = staff.read(&address)?;
    assert_eq!(staff.texts(&address)?, ["unter dem alten Text", "unter dem neuen Text"]);
    let notices: BTreeSet<_> = thread.grants.iter().map(|(grant, _)| grant.notice).collect();
    assert_eq!((thread.grants.len(), notices.len()), (2, 2));
    Ok(())
}

#[test]
fn kid_01_who_has_not_asked_sends_and_leaves_nothing() -> Result<()> {
    let stage = Stage::watched("kid-01-third", Plan::everything(Mode::Consent))?;
    for register in Register::ALL {
        stage.anew(register)?;
        let words = Words::of(register)?;
        assert_eq!(
            stage.browser.count("input:not([type=checkbox]):not([type=radio])")?,
            0,
            "a birth date is asked for"
        );
        let storage = of_visitors(&stage.world.relay)?;
        stage.proxy.forget();
        // Without an answer there is no consent, whatever is ticked.
        stage.browser.click_on(BOX)?;
        stage.browser.click_on(AGREE)?;
        stage.says(&words.start("age_missing")?)?;
        ensure!(!has_field(&stage.browser)?, "{register}: a field without an answer");
        stage.browser.click_on(&age(3))?;
        stage.browser.click_on(AGREE)?;
        stage.says(&words.start("young_title")?)?;
        ensure!(!has_field(&stage.browser)? && stage.browser.count(CHOICES)? == 0, "{register}: a way on");
        assert_eq!(stage.browser.shown(WITHDRAW)?.len(), 0, "{register}: there is nothing to withdraw");
        stage.pass(600)?;
        stage.browser.screenshot(&format!("young-{register}"))?;
        stage.browser.click_on(CLOSE)?;
        stage.closed()?;
        stage.open_widget()?;
        stage.says(&words.start("young_title")?)?;
        stage.browser.leave()?;
        assert_eq!(stage.proxy.asked().len(), 0, "{register}: {:?}", stage.proxy.asked());
        assert_eq!(of_visitors(&stage.world.relay)?, storage, "{register}: something was stored");
        assert_eq!(stage.stored()?, json!([{}, {}, [], "", 0]), "{register}: something is on the device");
    }
    Ok(())
}

#[test]
fn kid_01_old_enough_or_with_parents_reaches_staff_and_nobody_else() -> Result<()> {
    let stage = Stage::of(World::quiet("kid-01-who")?, Plan::children(), &Look::default())?;
    let (staff, mut known) = (stage.world.staff(&stage.site)?, BTreeSet::new());
    for (place, by) in [(1, By::Visitor), (2, By::Parent)] {
        stage.anew(Register::DeInformal)?;
        stage.browser.click_on(BOX)?;
        stage.browser.click_on(&age(place))?;
        stage.go_on()?;
        stage.send("Hallo")?;
        stage.arrived()?;
        let (choices, _) = staff.sealed_choices(&staff.next(&mut known)?)?;
        assert_eq!(choices.context("no choices")?.by, Some(by));
    }
    for asked in stage.proxy.asked() {
        for word in ["\"parent\"", "\"by\":\"self\""] {
            assert_eq!(Canary::of(word).found_in(&asked.body), None, "{asked:?} tells of a child");
        }
    }
    // Both opened with requests that the relay cannot tell apart.
    let opened = stage
        .proxy
        .asked()
        .into_iter()
        .filter(|asked| asked.path == "/v1/conversations" && asked.method == "POST");
    let lengths: BTreeSet<_> = opened.map(|asked| asked.body.len()).collect();
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    Ok(())
}

#[test]
fn kid_02_the_hint_stands_at_the_field_exactly_if_special_categories_were_not_granted() -> Result<()> {
    let mut stage = Stage::quiet("kid-02")?;
    let offering = || Plan { offers: [Purpose::Special].into(), ..Plan::default() };
    for (plan, ticks, expected) in
        [(offering(), false, true), (offering(), true, false), (Plan::default(), false, false)]
    {
        stage.found(plan)?;
        for register in Register::ALL {
            stage.anew(register)?;
            if ticks {
                stage.browser.click_on(&box_of(&stage.notice(register)?, Purpose::Special)?)?;
            }
            stage.agree()?;
            let hint = stage
                .browser
                .shown("#special")?
                .into_iter()
                .map(|hint| stage.browser.text(&hint))
                .collect::<Result<String>>()?;
            let words = Words::of(register)?.start("special_hint")?;
            assert_eq!(hint == words, expected, "{register}: {hint:?}");
            assert!(expected || hint.is_empty(), "{register}: {hint:?}");
            let described = format!(
                "return document.querySelector('{TEXT}').getAttribute('aria-describedby').split(' ').includes('special');"
            );
            assert_eq!(stage.browser.run(&described, &[])?, json!(true), "it is not read out with the field");
            if expected {
                ensure!(stage.in_view("#special")?, "{register}: the hint is out of view");
            }
        }
    }
    Ok(())
}

#[test]
fn kid_03_a_practice_takes_nothing_without_the_explicit_statement() -> Result<()> {
    let stage = Stage::of(World::quiet("kid-03")?, Plan::health(), &Look::default())?;
    let notice = stage.notice(Register::DeFormal)?;
    stage.anew(Register::DeFormal)?;
    assert_eq!(stage.browser.count("input[type=checkbox]")?, 2, "more than answer and special");
    stage.proxy.forget();
    let special = box_of(&notice, Purpose::Special)?;
    for alone in [BOX, special.as_str()] {
        stage.browser.click_on(alone)?;
        stage.browser.click_on(AGREE)?;
        stage.says(&Words::of(Register::DeFormal)?.start("tick_missing")?)?;
        ensure!(!has_field(&stage.browser)?, "{alone} alone was enough");
        // The focus follows to the box that is missing, in a task of its own.
        stage.browser.until("document.activeElement.checked === false")?;
        stage.browser.click_on(alone)?;
    }
    assert_eq!(stage.proxy.asked().len(), 0);
    assert_eq!(stage.relay_posts(), NOTHING);
    stage.browser.click_on(BOX)?;
    stage.browser.click_on(&special)?;
    stage.go_on()?;
    stage.send("Mein Knie schmerzt")?;
    stage.arrived()?;
    let staff = stage.world.staff(&stage.site)?;
    let newest = staff.newest()?;
    assert_eq!(staff.sealed_choices(&newest)?.0.context("no choices")?.special, Some(true));
    let stored = grants(&staff.fetch(&newest)?)?;
    assert_eq!(stored[0].grants, [(Purpose::Answer, true)].into(), "special categories stand in the grant");
    let deleted = staff.fetch(&newest)?.deleted;
    ensure!(deleted <= now().plus(30 * DAY), "kept for more than thirty days");
    Ok(())
}
