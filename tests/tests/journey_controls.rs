//! Controls and what they lead to: no dead end, no forced step, no call for attention, no design by the page around it, and
//! nothing after a withdrawal.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::path,
    message::Act,
    notice::{Purpose, Register},
};
use einwurf_tests::{
    browser::{Browser, DESKTOP, Element, Look},
    consent::{age, box_of, has_field},
    plan::Plan,
    proxy::Verdict,
    seed::EMAIL,
    talk::{enter, noticed},
    widget::{
        AGREE, ANOTHER, BELOW, BOX, CLOSE, DATA, DECLINE, POSTMARK, RECEIPT, SEE, SEND, TEXT, WITHDRAW,
        Words, YES,
    },
    world::{FRAME, LAUNCHER, Stage, World},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NOTHING: Vec<String> = Vec::new();

/// Everything that can be pressed.
const CONTROLS: &str = "button, summary";
/// Without the header and the row of rights, which are the same elements on every screen.
const OWN: &str = "main button, main summary";
/// What pressing something can change.
const STATE: &str = "return [document.body.innerText, document.activeElement?.outerHTML?.slice(0, 200),
    [...document.querySelectorAll('details')].map((one) => one.open), [...document.querySelectorAll('[aria-expanded]')].map((one) => one.ariaExpanded)];";

/// Presses every control of the screen that `reach` leads to, each on a screen of its own, and follows its links.
fn every_control(
    stage: &Stage,
    screen: &str,
    controls: &str,
    reach: impl Fn(&Stage) -> Result<()>,
) -> Result<usize> {
    reach(stage)?;
    links(stage, screen)?;
    let count = stage.browser.shown(controls)?.len();
    ensure!(count > 0, "{screen}: nothing to press");
    for place in 0..count {
        if place > 0 {
            reach(stage)?;
        }
        let control = stage.browser.shown(controls)?.get(place).context("a control is gone")?.clone();
        let name = name(&stage.browser, &control)?;
        let before = stage.browser.run(STATE, &[])?;
        stage.browser.click(&control).with_context(|| format!("{screen}: {name}"))?;
        if name == "close" {
            stage.closed()?;
            continue;
        }
        let changed = format!(
            "JSON.stringify((() => {{ {STATE} }})()) !== {}",
            Value::from(serde_json::to_string(&before)?)
        );
        stage.browser.until(&changed).with_context(|| format!("{screen}: {name} leads nowhere"))?;
    }
    Ok(count)
}

fn name(browser: &Browser, control: &Element) -> Result<String> {
    let name = browser.of(control, "return arguments[0].className || arguments[0].innerText;")?;
    Ok(name.as_str().unwrap_or_default().to_owned())
}

/// Every link is of a kind that leads somewhere; those to the relay are followed.
fn links(stage: &Stage, screen: &str) -> Result<()> {
    let script = "return [...document.querySelectorAll('a[href]')].map((one) => one.href);";
    let links: Vec<String> = serde_json::from_value(stage.browser.run(script, &[])?)?;
    for link in links {
        let known = ["mailto:", "tel:", "https://fensterbau.example/", "blob:null/"];
        if let Some(path) = link.strip_prefix(&stage.world.relay.origin()) {
            let path = path.split('#').next().unwrap_or_default();
            let status = stage.world.http().get(path, &[])?.status;
            ensure!(status == 200, "{screen}: {link} answers {status}");
        } else {
            ensure!(known.iter().any(|start| link.starts_with(start)), "{screen}: {link}");
        }
    }
    Ok(())
}

fn composing(stage: &Stage) -> Result<()> {
    stage.anew(Register::En)?;
    stage.decide(Register::En, &BTreeSet::new())?;
    stage.go_on()?;
    // What the relay says of the house may bring a control, or take one.
    stage.provided()
}

fn arrived(stage: &Stage) -> Result<()> {
    composing(stage)?;
    stage.send("Good morning")?;
    stage.arrived().map(drop)
}

fn talking(stage: &Stage) -> Result<()> {
    arrived(stage)?;
    stage.browser.click_on(SEE)?;
    stage.says("Good morning")
}

#[test]
fn dp_08_every_control_and_every_link_leads_somewhere() -> Result<()> {
    let stage = Stage::of(World::quiet("dp-08")?, Plan::children(), &Look::default())?;
    let mut pressed = every_control(&stage, "notice", CONTROLS, |stage| stage.anew(Register::En))?;
    pressed += every_control(&stage, "declined", OWN, |stage| {
        stage.anew(Register::En)?;
        stage.browser.click_on(DECLINE)?;
        stage.says(&Words::of(Register::En)?.start("declined_title")?)
    })?;
    pressed += every_control(&stage, "young", CONTROLS, |stage| {
        stage.anew(Register::En)?;
        stage.decide(Register::En, &BTreeSet::new())?;
        stage.browser.click_on(&age(3))?;
        stage.browser.click_on(AGREE)?;
        stage.says(&Words::of(Register::En)?.start("young_title")?)
    })?;
    pressed += every_control(&stage, "compose", CONTROLS, composing)?;
    pressed += every_control(&stage, "arrived", OWN, arrived)?;
    pressed += every_control(&stage, "talk", OWN, talking)?;
    pressed += every_control(&stage, "receipt", OWN, |stage| {
        talking(stage)?;
        stage.paper(RECEIPT)?;
        stage.browser.wait_for(".files a").map(drop)
    })?;
    pressed += every_control(&stage, "leave", OWN, |stage| {
        composing(stage)?;
        stage.browser.click_on(WITHDRAW)?;
        stage.browser.wait_for(YES).map(drop)
    })?;
    assert!(pressed >= 24, "only {pressed}");
    Ok(())
}

#[test]
fn dp_08_while_the_relay_is_down_every_way_still_leads_somewhere() -> Result<()> {
    let mut stage = Stage::quiet("dp-08-down")?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    stage.world.relay.kill()?;
    stage.click_launcher()?;
    stage.ways_show()?;
    stage.browser.click_on("dialog[open] p ~ button")?;
    stage.closed()?;

    stage.world.relay.restart()?;
    stage.anew(Register::DeFormal)?;
    stage.agree()?;
    stage.send("Ein Brief")?;
    stage.arrived()?;
    stage.world.relay.kill()?;
    // A paper that cannot be gathered says so, and can be tried again or left.
    stage.paper(RECEIPT)?;
    stage.says(&Words::of(Register::DeFormal)?.start("gather_fault")?)?;
    stage.browser.find(".ways button")?;
    stage.browser.click_on(BELOW)?;
    stage.browser.wait_for(POSTMARK)?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&stage.notice(Register::DeFormal)?.withdrawal.pending)?;
    stage.browser.wait_for(&format!("a[href='mailto:{EMAIL}']"))?;
    stage.world.relay.restart()?;
    let ended = json!(Words::of(Register::DeFormal)?.start("ended_title")?);
    stage.once(".ways button.main", &format!("document.body.innerText.includes({ended})"))
}

#[test]
fn dp_17_the_first_statement_and_a_text_are_enough() -> Result<()> {
    let stage = Stage::of(World::quiet("dp-17")?, Plan::all_boxes(), &Look::default())?;
    for register in Register::ALL {
        stage.anew(register)?;
        stage.browser.click_on(BOX)?;
        stage.go_on()?;
        stage.send("ohne Namen")?;
        stage.arrived()?;
    }
    let staff = stage.world.staff(&stage.site)?;
    staff.count(3)?;
    for entry in staff.list()? {
        let thread = staff.read(&entry.conversation)?;
        let message = &thread.entries[0].payload.as_ref().context("no content")?.message;
        assert_eq!((message.name(), message.email(), message.phone()), (None, None, None));
    }
    Ok(())
}

/// How the launcher's button looks, and what else could call for attention.
const STILL: &str = "
    const root = window.__shadows.find((root) => root.querySelector('dialog + button'));
    const box = root.querySelector('dialog + button').getBoundingClientRect();
    const moving = [document, ...window.__shadows].flatMap((root) => root.getAnimations()).length;
    return [root.innerHTML.replace(/<iframe.*<\\/iframe>/s, ''), box.x, box.y, box.width, box.height, document.title, moving,
        document.querySelector('link[rel=icon]').href];";

#[test]
fn dp_18_the_button_is_still_whatever_happens() -> Result<()> {
    let stage = Stage::watched("dp-18", Plan::default())?;
    stage.visit("/plain")?;
    stage.browser.wait_for(LAUNCHER)?;
    let before = stage.browser.run(STILL, &[])?;
    stage.pass(3_600)?;
    assert_eq!(stage.browser.run(STILL, &[])?, before);
    assert_eq!(before.get(6), Some(&json!(0)), "the button moves");
    stage.open_widget()?;
    stage.agree()?;
    stage.send("Bitte melden")?;
    stage.arrived()?;
    stage.shut()?;
    let closed = stage.browser.run(STILL, &[])?;
    // Something new in the conversation: the closed button says nothing of it.
    let staff = stage.world.staff(&stage.site)?;
    staff.act(&staff.newest()?, Act::Restrict)?.ok()?;
    let frame = stage.browser.find("dialog iframe")?;
    stage.browser.enter(&frame)?;
    stage.pass(3_600)?;
    let calls = |touched: Vec<String>| -> Vec<String> {
        let loud = [
            "play",
            "Audio",
            "AudioContext",
            "Notification",
            "requestPermission",
            "vibrate",
            "setAppBadge",
            "open",
            "focus",
        ];
        touched.into_iter().filter(|name| loud.contains(&name.as_str())).collect()
    };
    assert_eq!(calls(stage.touched()?), NOTHING);
    stage.browser.leave()?;
    stage.pass(3_600)?;
    assert_eq!(calls(stage.touched()?), NOTHING);
    assert_eq!(stage.browser.run(STILL, &[])?, closed);
    assert_eq!(stage.browser.count("dialog[open]")?, 0, "it opened by itself");
    Ok(())
}

#[test]
fn dp_23_a_page_cannot_tick_submit_rename_or_hide() -> Result<()> {
    let stage = Stage::of(World::quiet("dp-23")?, Plan::all_boxes(), &Look::default())?;
    let hostile = "data-checked=\"true\" data-ticks=\"answer special remember context\" data-grants='{\"answer\":true}' data-auto=\"1\" \
        data-consent=\"given\" data-agree data-submit=\"true\" data-accept=\"OK\" data-decline=\"…\" data-title=\"Los\" data-mode=\"request\" \
        data-hide=\"header nav decline\" data-special=\"true\" checked autofocus style=\"display:none\" class=\"agreed\"";
    let snippet =
        stage.site.file_snippet(Register::DeFormal).replacen("<script ", &format!("<script {hostile} "), 1);
    stage.company.put_page("steering", &[], &snippet)?;
    for size in [DESKTOP, (320, 568)] {
        stage.browser.resize(size)?;
        stage.visit("/steering")?;
        stage.browser.wait_for(LAUNCHER)?;
        let seen = "const one = window.__shadows.find((root) => root.querySelector('dialog + button')).querySelector('dialog + button');
            const box = one.getBoundingClientRect();
            return [one.checkVisibility({ opacityProperty: true, visibilityProperty: true }), box.height >= 44, box.right <= innerWidth, one.innerText];";
        assert_eq!(stage.browser.run(seen, &[])?, json!([true, true, true, "Nachricht schreiben"]));
        stage.open_widget()?;
        stage.browser.wait_for(BOX)?;
        stage.browser.leave()?;
        stage.browser.until("window.shouts > 40")?;
        let frame = stage.browser.wait_for(FRAME)?;
        stage.browser.enter(&frame)?;
        let notice = stage.notice(Register::DeFormal)?;
        ensure!(!stage.ticked()?, "something is ticked");
        ensure!(!has_field(&stage.browser)?, "something was submitted");
        for (selector, label) in [(AGREE, &notice.accept), (DECLINE, &notice.decline)] {
            assert_eq!(&stage.browser.text(&stage.browser.find(selector)?)?, label);
            ensure!(stage.in_view(selector)?, "{selector} is hidden at {size:?}");
        }
        for selector in ["header .company", CLOSE, "header .readers", BOX] {
            ensure!(stage.in_view(selector)?, "{selector} is hidden at {size:?}");
        }
        assert_eq!(stage.browser.text(&stage.browser.find("main h1")?)?, notice.title);
        // What it does after the decision it cannot prevent either.
        stage.agree()?;
        ensure!(stage.in_view(WITHDRAW)?, "the way out is hidden at {size:?}");
    }
    assert_eq!(stage.relay_posts(), NOTHING);
    Ok(())
}

#[test]
fn dp_24_after_a_withdrawal_there_is_no_composer_and_410() -> Result<()> {
    let stage = noticed("dp-24", Plan::all_boxes())?;
    // Nobody tells the other tab: it learns of the end when it writes.
    stage.proxy.rule(|asked| if asked.method == "CONNECT" { Verdict::Cut } else { Verdict::Pass });
    let notice = stage.notice(Register::DeFormal)?;
    stage.browser.click_on(&box_of(&notice, Purpose::Remember)?)?;
    stage.agree()?;
    stage.send("eins")?;
    stage.arrived()?;
    // Another tab, which knows the conversation and has a message ready.
    let first = stage.browser.open_tab()?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.says("eins")?;
    stage.browser.type_into(TEXT, "zu spät")?;
    stage.browser.leave()?;
    let second = stage.browser.switch(&first)?;
    enter(&stage.browser)?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    for gone in [TEXT, ANOTHER, SEND, WITHDRAW, DATA] {
        assert_eq!(stage.browser.shown(gone)?.len(), 0, "{gone} after the withdrawal");
    }
    stage.browser.leave()?;

    stage.browser.switch(&second)?;
    enter(&stage.browser)?;
    stage.browser.click_on(SEND)?;
    stage.proxy.wait_for("the late message", |asked, answered| {
        asked.method == "POST" && asked.path == path::EVENTS && answered.status == 410
    })?;
    stage.says(&Words::of(Register::DeFormal)?.start("gone_title")?)?;
    assert_eq!(stage.browser.shown(SEND)?.len(), 0, "a composer in the other tab");
    let text = "document.querySelector('textarea[readonly]')?.value";
    stage.browser.until(&format!("{text} === 'zu spät'")).context("the text that was not sent is lost")?;
    // A new visit begins at the notice, with empty boxes.
    stage.browser.leave()?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    ensure!(!stage.ticked()? && !has_field(&stage.browser)?, "consent came back");
    Ok(())
}
