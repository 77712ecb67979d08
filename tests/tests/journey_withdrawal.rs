//! Withdrawing in the browser: as easy as agreeing, said beforehand, carried out whatever the relay does meanwhile, and
//! final.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{staff::Eraser, visitor::Kept},
    message::{Act, Reason},
    notice::{Purpose, Register},
    problem::Code,
    time::Timestamp,
};
use einwurf_tests::{
    browser::{DESKTOP, Look},
    clock::{DAY, now},
    plan::Plan,
    rights::Traces,
    staff::Staff,
    stored::of_visitors,
    talk::{STANDING, day, enter, letters, reads},
    tour::is_between,
    watch,
    widget::{AGREE, BOX, NO, POSTMARK, SEE, TEXT, WITHDRAW, Words, YES},
    world::{Stage, World},
};
use serde_json::json;
use std::collections::BTreeSet;

const NOTHING: Vec<String> = Vec::new();

/// A browser in which time can pass, and a site where conversations may be remembered.
fn stage(name: &str) -> Result<Stage> {
    Stage::watched(name, remembering())
}

fn remembering() -> Plan {
    Plan { offers: [Purpose::Remember].into(), ..Plan::default() }
}

/// Agrees, with these boxes ticked besides what is needed.
fn agree(stage: &Stage, further: &BTreeSet<Purpose>) -> Result<()> {
    stage.again("/plain")?;
    stage.browser.wait_for(AGREE)?;
    stage.decide(Register::DeFormal, further)?;
    stage.go_on()
}

/// A message that the relay took; answers its conversation's address.
fn written(stage: &Stage, text: &str) -> Result<(Staff, String)> {
    stage.written(text)?;
    let staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    Ok((staff, address))
}

/// Parts of everything that was written, as the relay holds it.
fn traces(staff: &Staff, address: &str) -> Result<Vec<Traces>> {
    let events = staff.fetch(address)?.events.into_iter();
    let whole =
        events.filter_map(|stored| if let Kept::Whole(event) = stored.kept { Some(event) } else { None });
    Ok(whole.map(|event| Traces::of_event(&event)).collect())
}

#[test]
fn rgt_01_withdrawing_takes_no_more_interactions_than_agreeing_and_is_called_what_it_is() -> Result<()> {
    let mut stage = Stage::watched("rgt-01", Plan::default())?;
    let cases = [
        (Plan::default(), Register::DeFormal, "Einwilligung widerrufen"),
        (Plan::default(), Register::DeInformal, "Einwilligung widerrufen"),
        (Plan::default(), Register::En, "Withdraw consent"),
        (Plan::request(), Register::DeFormal, "Unterhaltung löschen"),
        (Plan::request(), Register::En, "Delete conversation"),
    ];
    for (plan, register, name) in cases {
        let request = plan.mode == einwurf_protocol::notice::Mode::Request;
        stage.found(plan)?;
        stage.anew(register)?;
        let given: &[&str] = if request { &[AGREE] } else { &[BOX, AGREE] };
        for step in given {
            stage.browser.click_on(step)?;
        }
        stage.browser.wait_for(TEXT)?;
        let tree = stage.browser.tree()?;
        let named = tree.iter().any(|node| node.starts_with(&format!("button {name:?}")));
        assert!(named, "{register}: no button {name:?} in {tree:#?}");
        stage.written("zum Zurücknehmen")?;
        let back = [WITHDRAW, YES];
        assert!(back.len() <= 2);
        for step in back {
            stage.browser.click_on(step)?;
        }
        stage.says(&Words::of(register)?.start("ended_title")?)?;
        stage.browser.leave()?;
    }
    Ok(())
}

#[test]
fn rgt_01_the_way_out_is_in_view_in_every_state_at_320_pixels_and_at_400_percent() -> Result<()> {
    let mut stage = stage("rgt-01-view")?;
    // 1280 by 1024 pixels at 400 %, and the smallest phone.
    let sizes = [(320, 256), (320, 568)];
    let mut states = BTreeSet::new();
    stage.tour(Register::DeFormal, |stage, screen| {
        for size in sizes.into_iter().filter(|_| is_between(screen)) {
            stage.browser.resize(size)?;
            stage.browser.settle()?;
            ensure!(stage.in_view(WITHDRAW)?, "{screen} at {size:?}: no way out in view");
            let button = stage.browser.find(WITHDRAW)?;
            let [_, _, width, height] = stage.browser.rectangle(&button)?;
            ensure!(width >= 44.0 && height >= 44.0, "{screen} at {size:?}: {width} by {height}");
            states.insert(screen);
        }
        stage.browser.resize(DESKTOP)
    })?;
    assert!(states.len() >= 9, "{states:?}");
    Ok(())
}

/// The end is confirmed, and that copies are deleted within thirty days of it. It came after `before`, maybe on the next day.
fn copies_are_deleted(stage: &Stage, before: Timestamp) -> Result<()> {
    stage.says("Sie haben Ihre Einwilligung am ")?;
    let said = stage.browser.page_text()?;
    for at in [before, now()] {
        let until = day(&stage.browser, at.0 + 30 * DAY)?;
        if said.contains(&format!("löschen wir bis {until}.")) {
            return Ok(());
        }
    }
    anyhow::bail!("{said}")
}

#[test]
fn rgt_03_it_is_confirmed_with_dates_and_every_other_place_learns_of_it() -> Result<()> {
    let mut stage = Stage::of(World::with_mail("rgt-03")?, remembering(), &watch::look())?;
    agree(&stage, &[Purpose::Remember].into())?;
    let (staff, address) = written(&stage, &"Das soll wieder weg. ".repeat(300))?;
    stage.world.smtp()?.mail()?;
    let traces = traces(&staff, &address)?;
    assert!(!traces.is_empty() && traces.iter().all(|trace| trace.are_there(&stage.world)));
    let first = stage.browser.open_tab()?;
    stage.again("/plain")?;
    reads(&stage.browser, "Das soll wieder weg.")?;
    let second = stage.browser.switch(&first)?;
    enter(&stage.browser)?;

    stage.browser.click_on(WITHDRAW)?;
    let before = now();
    stage.browser.click_on(YES)?;
    copies_are_deleted(&stage, before)?;
    assert!(stage.is_over()?, "something can still be written or agreed to");
    assert!(stage.browser.shown(WITHDRAW)?.is_empty(), "a way out of nothing");
    for trace in &traces {
        trace.gone_within_60_seconds(&stage.world)?;
    }

    // The other tab, at its next look.
    stage.browser.switch(&second)?;
    enter(&stage.browser)?;
    stage.pass(60)?;
    stage.says(&Words::of(Register::DeFormal)?.start("gone_title")?)?;
    assert!(stage.is_over()? && letters(&stage.browser)?.is_empty(), "the other tab goes on");
    // A later visit begins with the notice.
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;

    // Staff: a tombstone, a mail, nothing to read.
    let erasure = staff.tombstone(&address)?;
    assert_eq!((erasure.by, erasure.copies_until.0), (Eraser::Visitor, erasure.at.0 + 30 * DAY));
    let fetched = staff.look(&address)?;
    assert!(
        fetched.code()? == Some(Code::Gone) || !fetched.text().contains("ciphertext"),
        "{}",
        fetched.text()
    );
    let mail = stage.world.smtp()?.mail()?;
    let code = staff.list()?.first().context("no entry")?.cid.code();
    assert!(mail.body().contains(&code), "{}", mail.raw);
    stage.log_in(&stage.inbox_link())?;
    stage.browser.until("document.body.innerText.includes('Auf Wunsch der Person gelöscht')")?;
    stage.browser.picture("inbox-tombstone-list")
}

#[test]
fn rgt_03_it_outlives_a_relay_that_is_down_and_a_tab_that_is_loaded_again() -> Result<()> {
    let mut stage = stage("rgt-03-down")?;
    agree(&stage, &BTreeSet::new())?;
    let (staff, address) = written(&stage, "noch einmal überlegt")?;
    stage.world.relay.kill()?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&stage.notice(Register::DeFormal)?.withdrawal.pending)?;
    stage.browser.picture("withdrawal-pending")?;
    assert!(stage.is_over()?, "a pending withdrawal leaves a way to write");
    stage.browser.leave()?;
    // A keeper that is late is not waited for.
    stage.browser.until("Object.values(sessionStorage).some((kept) => JSON.parse(kept).pending === true)")?;
    stage.visit("/plain")?;
    // Nothing is asked before the click, not even now; the click is all that it needs.
    stage.world.relay.restart()?;
    stage.again("/plain")?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    staff.tombstone(&address)?;
    assert!(stage.is_over()?);
    Ok(())
}

#[test]
fn rgt_03_by_itself_it_is_carried_out_once_the_relay_is_back() -> Result<()> {
    let mut stage = stage("rgt-03-back")?;
    agree(&stage, &BTreeSet::new())?;
    written(&stage, "von selbst")?;
    stage.world.relay.kill()?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&stage.notice(Register::DeFormal)?.withdrawal.pending)?;
    stage.world.relay.restart()?;
    stage.pass(120)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)
}

#[test]
fn rgt_03_before_anything_was_sent_nothing_reaches_the_relay_and_nothing_stays() -> Result<()> {
    let stage = stage("rgt-03-early")?;
    stage.anew(Register::DeFormal)?;
    let before = of_visitors(&stage.world.relay)?;
    stage.decide(Register::DeFormal, &[Purpose::Remember].into())?;
    stage.go_on()?;
    stage.browser.type_into(TEXT, "angefangen und nicht gesendet")?;
    stage.provided()?;
    stage.proxy.forget();
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("dropped")?)?;
    assert_eq!(stage.relay_requests(), NOTHING);
    assert_eq!(of_visitors(&stage.world.relay)?, before);
    assert!(stage.is_over()?);
    assert!(!stage.browser.page_text()?.contains("angefangen"), "the draft is still there");
    stage.browser.leave()?;
    stage.browser.run_async("await new Promise((idle) => requestIdleCallback(idle));", &[])?;
    let kept = stage.stored()?;
    assert_eq!((kept.pointer("/0"), kept.pointer("/1")), (Some(&json!({})), Some(&json!({}))));
    Ok(())
}

#[test]
fn rgt_04_what_it_does_is_said_beforehand_with_days_and_date() -> Result<()> {
    let stage = stage("rgt-04")?;
    agree(&stage, &BTreeSet::new())?;
    let (staff, address) = written(&stage, "zum Lesen")?;
    let year = now().date().year + 3;
    // As `protocol/wording/golden` has it, with its date.
    let golden = format!(
        "Einwilligung widerrufen? Alle Nachrichten dieser Unterhaltung werden dann sofort auf dem Server gelöscht. Was wir \
         davon kopiert haben, löschen wir in spätestens 30 Tagen. Was vorher schon zu einem Geschäftsvorgang wurde, heben \
         wir weiter auf. Ein Nachweis ohne Inhalt bleibt bis 31. Dezember {year}."
    );
    stage.browser.click_on(WITHDRAW)?;
    stage.says(&golden)?;
    let buttons = stage.browser.shown("main button")?;
    let names: Vec<_> = buttons.iter().map(|button| stage.browser.text(button)).collect::<Result<_>>()?;
    assert_eq!(names, ["Jetzt widerrufen", "Zurück"]);
    stage.browser.click_on(NO)?;
    stage.browser.wait_for(POSTMARK)?;
    assert_eq!(staff.texts(&address)?, ["zum Lesen"], "reading about it withdrew");

    // What is a business matter already stays, and that is said too.
    let until = now().plus(400 * DAY);
    let act = Act::Handover { parts: vec![0], basis: einwurf_protocol::message::Basis::Law, until };
    staff.act(&address, act)?.ok()?;
    reads(&stage.browser, "Das ist geschehen.")?;
    stage.browser.click_on(WITHDRAW)?;
    stage.says(&Words::of(Register::DeFormal)?.start("handed_over")?)
}

#[test]
fn rgt_03_what_was_held_before_is_kept_and_said_and_a_hold_afterwards_is_refused() -> Result<()> {
    let mut stage = stage("rgt-03-hold")?;
    agree(&stage, &BTreeSet::new())?;
    let (staff, address) = written(&stage, "Sie haben meine Scheibe zerbrochen.")?;
    let until = now().plus(20 * DAY);
    staff.act(&address, Act::Hold { reason: Reason::Claim, until })?.ok()?;
    reads(&stage.browser, "Das ist geschehen.")?;
    let date = day(&stage.browser, until.0)?;
    stage.says(&format!("Wegen eines Rechtsanspruchs wird sie bis {date} aufbewahrt."))?;
    assert!(stage.in_view(STANDING)?);
    stage.browser.click_on(WITHDRAW)?;
    stage.says(&format!("bis {date} aufbewahrt"))?;
    assert!(!stage.browser.page_text()?.contains("sofort"), "that it is erased at once is not so");
    stage.browser.picture("leave-held")?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_held")?)?;
    assert!(stage.browser.page_text()?.contains(&date));
    // For the claim it can be read.
    assert!(staff.texts(&address)?.contains(&"Sie haben meine Scheibe zerbrochen.".to_owned()));
    let kept = traces(&staff, &address)?;
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;

    // The other way round: after a withdrawal nothing can be held any more.
    agree(&stage, &BTreeSet::new())?;
    stage.written("Und noch eine")?;
    staff.count(2)?;
    let second = staff.newest()?;
    let held = staff.sealed_act(
        &second,
        &Act::Hold { reason: Reason::Claim, until },
        Some(Act::Hold { reason: Reason::Claim, until }),
    )?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    assert_eq!(staff.post_act(&second, &held)?.code()?, Some(Code::Gone));
    // When the hold ends, what was withdrawn goes, long before its deletion date.
    stage.world.advance(19 * DAY)?;
    assert!(kept.iter().all(|trace| trace.are_there(&stage.world)), "erased although held");
    stage.world.advance(DAY + 3_600)?;
    for trace in kept {
        trace.gone_within_60_seconds(&stage.world)?;
    }
    Ok(())
}

#[test]
fn rgt_03_a_clock_that_is_wrong_by_a_day_does_not_date_the_withdrawal() -> Result<()> {
    for days in [-1_i64, 1] {
        let stage =
            Stage::start(World::quiet("rgt-03-skew")?, &watch::clock_off_by(days * i64::try_from(DAY)?))?;
        stage.anew(Register::DeFormal)?;
        stage.agree()?;
        let (staff, address) = written(&stage, "mit falscher Uhr")?;
        stage.browser.click_on(WITHDRAW)?;
        let before = now();
        stage.browser.click_on(YES)?;
        copies_are_deleted(&stage, before).with_context(|| days.to_string())?;
        let erasure = staff.tombstone(&address)?;
        assert!(erasure.at.0.abs_diff(now().0) < 3_600);
    }
    Ok(())
}

#[test]
fn rgt_03_nothing_is_dropped_by_a_look_that_does_not_count() -> Result<()> {
    // A hostile relay says that everything is gone; the visitor's words stay and nobody is told that it was withdrawn.
    let stage = Stage::start(
        World::quiet("rgt-03-liar")?,
        &Look {
            first: watch::HURRY.to_owned(),
            flags: vec![watch::ONE_PROCESS.to_owned()],
            ..Look::default()
        },
    )?;
    stage.anew(Register::DeFormal)?;
    stage.agree()?;
    let (staff, address) = written(&stage, "bleibt")?;
    stage.proxy.rule(|asked| {
        if asked.path.starts_with("/v1/events") && asked.method == "GET" {
            let body =
                br#"{"type":"urn:einwurf:problem:internal","code":"internal","status":500,"title":"x"}"#
                    .to_vec();
            let headers = vec![
                ("content-type".to_owned(), "application/problem+json".to_owned()),
                ("access-control-allow-origin".to_owned(), "*".to_owned()),
            ];
            return einwurf_tests::proxy::Verdict::Answer(einwurf_tests::proxy::Answered {
                status: 500,
                headers,
                body,
            });
        }
        einwurf_tests::proxy::Verdict::Pass
    });
    stage.browser.click_on(SEE)?;
    stage.pass(60)?;
    assert!(stage.browser.shown(WITHDRAW)?.len() == 1, "a failing relay took the way out away");
    assert_eq!(letters(&stage.browser)?, ["bleibt"]);
    assert_eq!(staff.texts(&address)?, ["bleibt"]);
    Ok(())
}
