//! Patterns that must not be there: nothing opens, ticks, counts, hides or lures by itself.

use anyhow::{Result, ensure};
use einwurf_protocol::notice::{Mode, Purpose, Register};
use einwurf_tests::{
    browser::DESKTOP,
    consent::{CHOICES, has_field},
    plan::Plan,
    stored::of_visitors,
    watch::STORAGE,
    widget::{AGREE, BELOW, BOX, CLOSE, DATA, DECLINE, NO, RECEIPT, SEE, TEXT, WITHDRAW, Words, YES},
    world::{FRAME, LAUNCHER, Stage},
};
use serde_json::json;
use std::collections::BTreeSet;

const NOTHING: Vec<String> = Vec::new();
/// Seconds after which something that begs would have begged.
const LONG: u32 = 3_600;

/// Whether the launcher shows anything but its button.
fn is_open(stage: &Stage) -> Result<bool> {
    Ok(stage.browser.count("dialog[open]")? > 0)
}

#[test]
fn dp_01_after_declining_nothing_opens_by_itself() -> Result<()> {
    let mut stage = Stage::watched("dp-01", Plan::default())?;
    stage.company.put("/other", &[], format!("<!doctype html><h1>Andere</h1>{}", "<p>Text</p>".repeat(200)));
    for plan in [Plan::default(), Plan::request()] {
        stage.found(plan)?;
        stage.anew(Register::DeFormal)?;
        stage.browser.click_on(DECLINE)?;
        stage.pass(LONG)?;
        ensure!(
            stage.browser.count(CHOICES)? == 0 || stage.notice(Register::DeFormal)?.mode == Mode::Request,
            "it asks again"
        );
        stage.browser.leave()?;
        if is_open(&stage)? {
            let frame = stage.browser.wait_for(FRAME)?;
            stage.browser.enter(&frame)?;
            stage.browser.click_on(CLOSE)?;
        }
        stage.closed()?;
        stage.proxy.forget();
        stage.pass(LONG)?;
        stage.browser.run("scrollTo(0, 9999); dispatchEvent(new Event('blur')); document.dispatchEvent(new MouseEvent('mouseleave'));", &[])?;
        ensure!(!is_open(&stage)?, "it opened by itself");
        stage.visit("/other")?;
        stage.browser.back()?;
        stage.browser.wait_for(LAUNCHER)?;
        stage.pass(LONG)?;
        ensure!(!is_open(&stage)?, "it opened by itself on the next page");
        assert_eq!(stage.relay_requests(), NOTHING, "it loaded itself");
    }
    Ok(())
}

#[test]
fn dp_02_every_fact_is_one_step_away_and_withdrawal_two() -> Result<()> {
    let stage = Stage::quiet("dp-02")?;
    let notice = stage.notice(Register::DeFormal)?;
    stage.anew(Register::DeFormal)?;
    let shown = "return [...document.querySelectorAll('[data-field]')].filter((fact) => fact.checkVisibility()).map((fact) => fact.dataset.field);";
    let fields = || -> Result<Vec<String>> { Ok(serde_json::from_value(stage.browser.run(shown, &[])?)?) };
    let named: Vec<_> = notice.facts.iter().map(|fact| fact.field.clone()).collect();
    assert_eq!(fields()?, named, "facts that are there without a step");
    stage.browser.click_on("main summary")?;
    let every = named.into_iter().chain(notice.details.iter().map(|fact| fact.field.clone()));
    assert_eq!(fields()?, every.collect::<Vec<_>>(), "facts that are there after one");
    stage.agree()?;
    let leads = |from: &str| -> Result<()> {
        stage.browser.click_on(WITHDRAW)?;
        stage.browser.wait_for(YES)?;
        ensure!(stage.in_view(YES)?, "{from}: the second step is out of view");
        stage.browser.click_on(NO)
    };
    leads("compose")?;
    stage.send("einen Schritt weit")?;
    stage.arrived()?;
    leads("arrived")?;
    for button in [DATA, RECEIPT] {
        stage.paper(button)?;
        leads(button)?;
        // The question lay over the paper; going back leads to the screen below both.
        stage.browser.wait_for(SEE)?;
    }
    stage.browser.click_on(SEE)?;
    stage.says("einen Schritt weit")?;
    leads("talk")?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)
}

#[test]
fn dp_03_at_most_five_boxes_and_no_button_that_ticks_them_all() -> Result<()> {
    let mut stage = Stage::quiet("dp-03")?;
    for mode in [Mode::Consent, Mode::Request] {
        stage.found(Plan::everything(mode))?;
        for register in Register::ALL {
            stage.anew(register)?;
            assert!(stage.browser.count("input[type=checkbox]")? <= 5);
            assert_eq!(stage.browser.count("input[type=radio]")?, 3);
            let buttons = stage.browser.run(
                "return [...document.querySelectorAll('main button')].map((one) => one.innerText);",
                &[],
            )?;
            let notice = stage.notice(register)?;
            assert_eq!(buttons, json!([notice.accept, notice.decline]));
            for selector in [AGREE, DECLINE] {
                stage.browser.find(selector)?;
            }
        }
    }
    Ok(())
}

#[test]
fn dp_04_everything_that_can_be_left_out_is_off() -> Result<()> {
    let stage = Stage::watched("dp-04", Plan::everything(Mode::Consent))?;
    stage.anew(Register::DeFormal)?;
    assert!(!stage.ticked()?);
    stage.decide(Register::DeFormal, &BTreeSet::new())?;
    stage.go_on()?;
    let wishes = stage.browser.run("return document.querySelector('.reply').open;", &[])?;
    assert_eq!(wishes, json!(false), "the optional fields are unfolded");
    stage.provided()?;
    stage.proxy.forget();
    stage.browser.type_into(TEXT, "Ich tippe, und niemand erfährt es")?;
    stage.pass(300)?;
    assert_eq!(stage.relay_requests(), NOTHING, "typing was told");
    assert_eq!(stage.touched()?, NOTHING);
    stage.browser.click_on(einwurf_tests::widget::SEND)?;
    stage.arrived()?;
    stage.browser.click_on(SEE)?;
    stage.says("niemand erfährt es")?;
    // Reading, and being there, is asked for and never told.
    stage.pass(300)?;
    let told: Vec<_> = stage
        .relay_posts()
        .into_iter()
        .filter(|asked| !asked.ends_with("/tickets") && !asked.ends_with("/conversations"))
        .collect();
    assert_eq!(told, NOTHING, "presence or reading was told");
    // The live connection says nothing but that there is something to look at.
    let mut touched = stage.touched()?;
    touched.retain(|name| name != "WebSocket");
    assert_eq!(touched, NOTHING);
    stage.browser.leave()?;
    let mut touched = stage.touched()?;
    touched.retain(|name| !STORAGE.contains(&name.as_str()));
    assert_eq!(touched, NOTHING);
    assert_eq!(stage.browser.run("return localStorage.length;", &[])?, 0, "remembered without a tick");
    let staff = stage.world.staff(&stage.site)?;
    let (_, page) = staff.sealed_choices(&staff.newest()?)?;
    assert_eq!(page, None, "the page was named without a tick");
    Ok(())
}

#[test]
fn dp_05_nothing_moves_or_counts_beside_the_decision() -> Result<()> {
    let stage = Stage::watched("dp-05", Plan::everything(Mode::Consent))?;
    stage.anew(Register::DeFormal)?;
    let still = "return [document.body.innerText, document.querySelector('main').innerHTML, document.getAnimations().length];";
    let before = stage.browser.run(still, &[])?;
    stage.pass(LONG)?;
    let after = stage.browser.run(still, &[])?;
    assert_eq!(before, after);
    assert_eq!(before.get(2), Some(&json!(0)), "an animation");
    let main = "return document.querySelectorAll('main :is(img, svg, picture, video, audio, canvas, object, embed, progress, meter)').length;";
    assert_eq!(stage.browser.run(main, &[])?, 0);
    Ok(())
}

/// What makes a button loud, with its contrast against what lies below it.
const LOUD: &str = "
    const part = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
      .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ratio = (a, b) => { const [x, y] = [light(part(a)), light(part(b))].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
    const ground = (element) => { for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor; if (part(colour)[3] !== 0) return colour; } return 'rgb(255, 255, 255)'; };
    const style = getComputedStyle(arguments[0]);
    const box = arguments[0].getBoundingClientRect();
    return [Math.round(box.width), Math.round(box.height), ratio(style.color, ground(arguments[0])), ratio(style.borderTopColor, ground(arguments[0].parentElement)),
      [arguments[0].tagName, arguments[0].className, style.fontSize, style.fontWeight, style.border, style.backgroundColor, style.opacity, style.textDecoration, style.filter, style.cursor].join(';'),
      box.top];";

/// Both buttons alike; answers whether they stand beside each other.
fn equals(stage: &Stage, [one, two]: [&str; 2], what: &str) -> Result<()> {
    let measure = |selector| -> Result<(f64, f64, f64, f64, String, f64)> {
        Ok(serde_json::from_value(stage.browser.of(&stage.browser.find(selector)?, LOUD)?)?)
    };
    let (a, b) = (measure(one)?, measure(two)?);
    ensure!((a.0 - b.0).abs() <= 1.0 && (a.1 - b.1).abs() <= 1.0, "{what}: sizes {a:?} {b:?}");
    ensure!((a.2 - b.2).abs() <= 0.2 && a.2 >= 4.5, "{what}: contrasts {} {}", a.2, b.2);
    ensure!((a.3 - b.3).abs() <= 0.2 && a.3 >= 3.0, "{what}: edges {} {}", a.3, b.3);
    ensure!(a.4 == b.4, "{what}: {} / {}", a.4, b.4);
    ensure!(a.5 <= b.5, "{what}: the order changes");
    ensure!(a.1 >= 44.0, "{what}: {} px high", a.1);
    ensure!(stage.in_view(one)? && stage.in_view(two)?, "{what}: out of view");
    Ok(())
}

/// The sizes that count: 400 % zoom, small phone, phone, tablet, desktop.
const SIZES: [(u32, u32); 5] = [(320, 480), (320, 568), (390, 844), (768, 1024), (1440, 900)];

fn at_every_size(stage: &Stage, register: Register, pair: [&str; 2], what: &str) -> Result<()> {
    // In the other registers only the words differ: the smallest and the largest will do.
    let all = register == Register::DeFormal;
    for size in SIZES.into_iter().filter(|size| all || [SIZES[1], SIZES[4]].contains(size)) {
        stage.hold(size)?;
        for dark in [false, true] {
            stage.browser.dark(dark)?;
            stage.browser.settle()?;
            let what = format!("{what}-{}x{}-{}", size.0, size.1, if dark { "dark" } else { "light" });
            stage.browser.picture(&what)?;
            equals(stage, pair, &what)?;
        }
    }
    stage.browser.dark(false)?;
    stage.hold(DESKTOP)
}

#[test]
fn dp_07_both_buttons_are_alike_at_every_size() -> Result<()> {
    let mut stage = Stage::quiet("dp-07")?;
    for mode in [Mode::Consent, Mode::Request] {
        stage.found(Plan { mode, ..Plan::default() })?;
        for register in Register::ALL {
            stage.anew(register)?;
            at_every_size(&stage, register, [AGREE, DECLINE], &format!("decision-{mode:?}-{register}"))?;
        }
    }
    Ok(())
}

#[test]
fn dp_20_both_ways_out_of_the_question_of_withdrawing_are_alike_at_every_size() -> Result<()> {
    let mut stage = Stage::quiet("dp-20")?;
    for mode in [Mode::Consent, Mode::Request] {
        stage.found(Plan { mode, ..Plan::default() })?;
        for register in Register::ALL {
            stage.anew(register)?;
            stage.decide(register, &BTreeSet::new())?;
            stage.go_on()?;
            stage.browser.click_on(WITHDRAW)?;
            stage.browser.wait_for(YES)?;
            at_every_size(&stage, register, [YES, NO], &format!("leave-{mode:?}-{register}"))?;
        }
    }
    Ok(())
}

#[test]
fn dp_10_closing_and_saving_never_grant() -> Result<()> {
    let stage = Stage::watched("dp-10", Plan::all_boxes())?;
    stage.anew(Register::DeFormal)?;
    let before = of_visitors(&stage.world.relay)?;
    let all = [Purpose::Answer, Purpose::Special, Purpose::Remember, Purpose::Context];
    stage.tick(Register::DeFormal, &all.into())?;
    stage.proxy.forget();
    stage.browser.click_on(CLOSE)?;
    stage.closed()?;
    assert_eq!(stage.proxy.asked().len(), 0, "{:?}", stage.proxy.asked());
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    ensure!(!stage.ticked()? && !has_field(&stage.browser)?, "closing granted");
    stage.agree()?;
    // Reading and saving papers grants nothing, sends nothing, and leads back to where it was asked for.
    for button in [RECEIPT, DATA] {
        stage.paper(button)?;
        let saves = stage.browser.count(".files a[download]")?;
        if saves > 0 {
            stage.browser.click_on(".files a[download]")?;
        }
        stage.browser.click_on(BELOW)?;
        stage.browser.wait_for(TEXT)?;
    }
    // The receipt's private link needs an address, which is drawn with a ticket and stored nowhere.
    let mut sent = stage.relay_posts();
    sent.retain(|asked| asked != "POST /v1/tickets");
    assert_eq!(sent, NOTHING, "saving sent something");
    assert_eq!(of_visitors(&stage.world.relay)?, before, "saving stored something");
    Ok(())
}
