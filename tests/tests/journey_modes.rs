//! Two honest modes, optional boxes, a changed notice: what is agreed to is what is stored, and nothing else is.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    consent::How,
    notice::{Mode, Purpose, Register},
};
use einwurf_tests::{
    browser::Look,
    canary::Canary,
    clock::{DAY, now},
    consent::{CHOICES, age, box_of, grants, has_field},
    plan::Plan,
    proxy::Asked,
    stored::of_visitors,
    talk::{enter, noticed},
    watch::{self, STORAGE},
    widget::{AGREE, BOX, CLOSE, DECLINE, TEXT},
    world::{Stage, World},
};
use serde_json::json;
use std::collections::BTreeSet;

const NOTHING: Vec<String> = Vec::new();

/// Waits until nothing is ticked or chosen: that it is open again, the frame hears a moment after it is.
fn unticked(stage: &Stage) -> Result<()> {
    stage.browser.wait_for(AGREE)?;
    stage.browser.until(&format!("[...document.querySelectorAll('{CHOICES}')].every((one) => !one.checked)"))
}

/// The subset of the offered purposes that the bits of `number` say.
fn subset(number: usize) -> BTreeSet<Purpose> {
    [Purpose::Special, Purpose::Remember, Purpose::Context]
        .iter()
        .enumerate()
        .filter(|(place, _)| number >> place & 1 == 1)
        .map(|(_, purpose)| *purpose)
        .collect()
}

#[test]
fn pre_06_writing_needs_no_app_no_account_no_number_and_asks_the_device_for_nothing() -> Result<()> {
    let stage = Stage::watched("pre-06", Plan::default())?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    let needed =
        "return [...document.querySelectorAll(':required, [aria-required=true]')].map((field) => field.id);";
    assert_eq!(stage.browser.run(needed, &[])?, json!(["text"]), "more than the text is needed");
    stage.send("nur ein Text")?;
    stage.arrived()?;
    let mut touched = stage.touched()?;
    // The live connection says nothing but that there is something to look at.
    touched.retain(|name| name != "WebSocket");
    assert_eq!(touched, NOTHING, "in the frame");
    let may = "return ['camera', 'microphone', 'geolocation', 'usb', 'serial', 'hid', 'payment', 'bluetooth', 'midi', 'display-capture',
        'idle-detection', 'publickey-credentials-get'].filter((name) => document.featurePolicy.allowsFeature(name));";
    assert_eq!(stage.browser.run(may, &[])?, json!([]), "the frame may ask for what it never needs");
    stage.browser.leave()?;
    let mut touched = stage.touched()?;
    touched.retain(|name| !STORAGE.contains(&name.as_str()));
    assert_eq!(touched, NOTHING, "in the page");
    // What the relay serves as a page of its own denies them, too.
    for path in ["/inbox", "/check"] {
        let reply = stage.world.http().get(path, &[])?;
        let policy = reply.ok()?.header("permissions-policy").context("no policy")?;
        for name in ["camera", "microphone", "geolocation"] {
            assert!(policy.contains(&format!("{name}=()")), "{path}: {policy}");
        }
    }
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["nur ein Text"]);
    Ok(())
}

#[test]
fn con_02_every_box_and_answer_is_empty_in_four_situations_and_both_modes() -> Result<()> {
    let mut stage =
        Stage::of(World::quiet("con-02-four")?, Plan::everything(Mode::Consent), &Look::default())?;
    stage.company.put("/other", &[], "<!doctype html><title>Andere</title>");
    for mode in [Mode::Consent, Mode::Request] {
        if mode == Mode::Request {
            stage.found(Plan::everything(mode))?;
        }
        let empty = |when: &str| -> Result<()> {
            stage.browser.wait_for(AGREE)?;
            ensure!(!stage.ticked()?, "{mode:?}: something is chosen {when}");
            ensure!(!has_field(&stage.browser)?, "{mode:?}: a field {when}");
            stage.browser.click_on(&box_of(&stage.notice(Register::DeFormal)?, Purpose::Remember)?)?;
            stage.browser.click_on(&age(1))?;
            ensure!(stage.ticked()?, "{mode:?}: nothing can be chosen {when}");
            Ok(())
        };
        stage.anew(Register::DeFormal)?;
        empty("at first")?;
        stage.browser.click_on(CLOSE)?;
        stage.closed()?;
        stage.open_widget()?;
        unticked(&stage)?;
        empty("after reopening")?;
        stage.browser.leave()?;
        stage.browser.run("location.reload();", &[])?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        empty("after reloading")?;
        stage.browser.leave()?;
        stage.visit("/other")?;
        stage.browser.back()?;
        // A page from the back-forward cache is the page that was left, with the visitor's own choice; else it is new.
        if stage.browser.count("dialog[open] iframe")? == 0 {
            stage.open_widget()?;
            empty("after going back")?;
        }
        stage.browser.leave()?;
    }
    assert_eq!(stage.relay_posts(), NOTHING);
    Ok(())
}

#[test]
fn con_02_two_interactions_consent_and_one_is_enough_for_a_request() -> Result<()> {
    let mut stage = Stage::quiet("con-02-two")?;
    let given: [(Plan, &[&str], How); 2] =
        [(Plan::default(), &[BOX, AGREE], How::TickAndButton), (Plan::request(), &[AGREE], How::Button)];
    for (plan, way, how) in given {
        stage.found(plan)?;
        stage.anew(Register::DeFormal)?;
        assert!(way.len() <= 2);
        for (step, selector) in way.iter().enumerate() {
            assert!(!has_field(&stage.browser)?, "a field after {step} of {} interactions", way.len());
            stage.browser.click_on(selector)?;
        }
        stage.browser.wait_for(TEXT)?;
        stage.send("zwei Schritte")?;
        stage.arrived()?;
        let staff = stage.world.staff(&stage.site)?;
        let stored = grants(&staff.fetch(&staff.newest()?)?)?;
        assert_eq!(stored.iter().map(|grant| grant.how).collect::<Vec<_>>(), [how]);
    }
    Ok(())
}

#[test]
fn con_02_another_tab_and_a_clock_that_is_wrong_by_a_day_change_nothing() -> Result<()> {
    for days in [-1_i64, 1] {
        let stage =
            Stage::start(World::quiet("con-02-skew")?, &watch::clock_off_by(days * i64::try_from(DAY)?))?;
        stage.anew(Register::DeFormal)?;
        stage.agree()?;
        let first = stage.browser.open_tab()?;
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        assert!(!stage.ticked()?, "the other tab's tick");
        assert!(!has_field(&stage.browser)?, "the other tab's consent");
        stage.agree()?;
        stage.send("aus dem zweiten Fenster")?;
        stage.arrived()?;
        stage.browser.leave()?;
        stage.browser.switch(&first)?;
        enter(&stage.browser)?;
        stage.send("aus dem ersten Fenster")?;
        stage.arrived()?;
        let staff = stage.world.staff(&stage.site)?;
        staff.count(2)?;
        for entry in staff.list()? {
            let thread = staff.read(&entry.conversation)?;
            let away = thread.grants[0].1.0.abs_diff(now().0);
            assert!(away < 3600, "the consent has the time of a wrong clock");
        }
    }
    Ok(())
}

/// Whether the request has the purpose that only staff may know, in any coding.
fn tells(asked: &Asked) -> bool {
    Canary::of("\"special\"").found_in(&asked.body).is_some()
}

#[test]
fn con_03_every_combination_of_boxes_sends_and_the_grant_is_what_was_ticked() -> Result<()> {
    let stage = Stage::of(World::quiet("con-03")?, Plan::all_boxes(), &Look::default())?;
    let (staff, mut known) = (stage.world.staff(&stage.site)?, BTreeSet::new());
    for number in 0..8 {
        let further = subset(number);
        let register = Register::ALL[number % 3];
        combination(&stage, register, &further)?;
        let newest = staff.next(&mut known)?;
        let stored = grants(&staff.fetch(&newest)?)?;
        assert_eq!(stored.len(), 1);
        let ticked = |purpose| (purpose, further.contains(&purpose));
        let expected = [(Purpose::Answer, true), ticked(Purpose::Remember), ticked(Purpose::Context)];
        assert_eq!(stored[0].grants, expected.into(), "{further:?}");
        let (choices, page) = staff.sealed_choices(&newest)?;
        assert_eq!(
            choices.context("no choices")?.special,
            Some(further.contains(&Purpose::Special)),
            "{further:?}"
        );
        let named = further.contains(&Purpose::Context).then(|| "Beispiel Fensterbau".to_owned());
        assert_eq!(page, named, "{further:?}");
    }
    let told: Vec<_> = stage.proxy.asked().into_iter().filter(tells).collect();
    assert!(told.is_empty(), "the relay was told of special categories: {told:?}");
    Ok(())
}

/// From an empty screen to a message, with these boxes ticked besides what is needed.
fn combination(stage: &Stage, register: Register, further: &BTreeSet<Purpose>) -> Result<()> {
    stage.anew(register)?;
    assert!(!stage.ticked()?, "a box is not empty");
    for statement in stage.notice(register)?.statements {
        let label = stage.browser.find(&box_of(&stage.notice(register)?, statement.purpose)?)?;
        let said = stage.browser.of(&label, "return arguments[0].parentElement.innerText.trim();")?;
        let title = ("{page_title}", "Beispiel Fensterbau");
        assert_eq!(said, statement.text.replace(title.0, title.1), "a box beside other words");
    }
    stage.decide(register, further)?;
    stage.go_on()?;
    stage.send(&format!("{further:?}"))?;
    stage.arrived().map(drop)
}

#[test]
fn con_03_a_request_takes_every_box_as_a_consent_of_its_own() -> Result<()> {
    let stage =
        Stage::of(World::quiet("con-03-request")?, Plan::everything(Mode::Request), &Look::default())?;
    let (staff, mut known) = (stage.world.staff(&stage.site)?, BTreeSet::new());
    for number in [0, 7] {
        let further = subset(number);
        combination(&stage, Register::DeInformal, &further)?;
        let newest = staff.next(&mut known)?;
        let stored = grants(&staff.fetch(&newest)?)?;
        let ticked = |purpose| (purpose, further.contains(&purpose));
        let expected = [(Purpose::Answer, true), ticked(Purpose::Remember), ticked(Purpose::Context)];
        assert_eq!((stored[0].mode, stored[0].how), (Mode::Request, How::Button));
        assert_eq!(stored[0].grants, expected.into());
        let (choices, _) = staff.sealed_choices(&newest)?;
        assert_eq!(choices.context("no choices")?.special, Some(further.contains(&Purpose::Special)));
    }
    Ok(())
}

#[test]
fn con_04_closing_a_request_stores_and_sends_nothing() -> Result<()> {
    let stage = noticed("con-04-request", Plan::everything(Mode::Request))?;
    let before = of_visitors(&stage.world.relay)?;
    stage.decide(Register::DeFormal, &subset(7))?;
    stage.proxy.forget();
    stage.browser.click_on(DECLINE)?;
    stage.closed()?;
    assert_eq!(stage.proxy.asked().len(), 0, "{:?}", stage.proxy.asked());
    assert_eq!(of_visitors(&stage.world.relay)?, before);
    assert_eq!(stage.stored()?, json!([{}, {}, [], "", 0]), "closing left something on the device");
    stage.open_widget()?;
    unticked(&stage).context("closing was taken for a choice")
}

#[test]
fn con_05_nothing_but_the_button_makes_a_request() -> Result<()> {
    let stage = noticed("con-05-request", Plan::everything(Mode::Request))?;
    let before = of_visitors(&stage.world.relay)?;
    stage.proxy.forget();
    stage.browser.run("const s = document.querySelector('.scroll'); s.scrollTo(0, s.scrollHeight);", &[])?;
    for selector in [&box_of(&stage.notice(Register::DeFormal)?, Purpose::Special)?, &age(1)] {
        stage.browser.click_on(selector)?;
        // Return and Enter, wherever the focus is by then.
        for key in ["\u{e006}", "\u{e007}"] {
            stage.browser.press(key)?;
        }
    }
    stage.pass(120)?;
    assert!(!has_field(&stage.browser)?, "scrolling, Enter or waiting was taken for a request");
    stage.browser.press("\u{e00c}")?;
    stage.closed()?;
    stage.browser.click_on("h1")?;
    stage.open_widget()?;
    stage.browser.wait_for(AGREE)?;
    assert!(!has_field(&stage.browser)?, "Escape or a click outside was taken for a request");
    assert_eq!(stage.relay_posts(), NOTHING);
    assert_eq!(of_visitors(&stage.world.relay)?, before);
    Ok(())
}
