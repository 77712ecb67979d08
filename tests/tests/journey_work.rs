//! The work before a message, in a browser: done while somebody writes, beside the page, and soon even on a slow device.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{header, path},
    codec::from_base64,
    limits::MESSAGE_BITS,
    work::Work,
};
use einwurf_tests::{
    browser::{Engine, Look},
    proxy::Asked,
    relay::Options,
    widget::{BOX, SEND, TEXT},
    world::{Stage, World},
};
use serde_json::json;
use std::time::Instant;

/// As many conversations as make work much dearer.
const FLOOD: usize = 200;

fn tickets(stage: &Stage) -> usize {
    let drawn = |asked: &&Asked| asked.path == path::TICKETS && asked.method == "POST";
    stage.proxy.asked().iter().filter(drawn).count()
}

#[test]
fn a11_05_a_visitor_at_a_twenty_times_slower_device_sends_within_a_minute_during_a_flood() -> Result<()> {
    let vars = [("EINWURF_PACE".to_owned(), "1".to_owned())].into();
    let world = World::start("slow-device", &Options { vars, ..Options::default() })?;
    let look = Look { engine: Some(Engine::Chromium), ..Look::default() };
    let stage = Stage::start(world, &look)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    ensure!(tickets(&stage) == 0, "a ticket before consent");
    stage.agree()?;
    // The ticket comes with the question when somebody is there, and its work is done beside what is written.
    stage.proxy.wait_for("a ticket", |asked, _| asked.path == path::TICKETS && asked.method == "POST")?;
    ensure!(tickets(&stage) == 1, "more than one ticket");
    for _ in 0..FLOOD {
        stage.world.visitor(&stage.site)?.open("Gewinnspiel")?;
    }
    stage.browser.cdp("Emulation.setCPUThrottlingRate", &json!({ "rate": 20 }))?;
    stage.browser.type_into(TEXT, "Guten Tag, mein Fenster klemmt.")?;
    let begun = Instant::now();
    stage.browser.click_on(SEND)?;
    stage.arrived()?;
    let took = begun.elapsed();
    ensure!(took.as_secs() < 60, "{took:?}");
    let sent = stage.proxy.asked();
    let paid: Vec<u8> = sent
        .iter()
        .filter(|asked| asked.path == path::CONVERSATIONS && asked.method == "POST")
        .filter_map(|asked| asked.header(header::WORK))
        .map(|work| Ok(serde_json::from_slice::<Work>(&from_base64(work)?)?.challenge.bits()))
        .collect::<Result<_>>()?;
    let (first, last) = (paid.first().context("no work")?, paid.last().context("no work")?);
    ensure!(*first == MESSAGE_BITS, "done while it was quiet: {paid:?}");
    ensure!(*last > MESSAGE_BITS + 1, "the flood made no work dearer: {paid:?}");
    Ok(())
}
