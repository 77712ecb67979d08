//! What a company's page carries because of the button, in bytes: closed, at the click, and while the notice is read. The
//! method is that of the comparison with other widgets, `docs/page-weight.md`.

use crate::{
    widget::{BOX, TEXT},
    world::Stage,
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::notice::Register;
use std::{fs, thread::sleep, time::Duration};
use xtask::{
    paths,
    weight::{Weight, part},
};

/// How long after the page's `load` event requests still count: the comparison's own figure, so nothing to be awaited.
const LATER: Duration = Duration::from_secs(5);

pub(super) fn measure(put: &mut impl FnMut(&str, f64)) -> Result<()> {
    let stage = Stage::quiet("bench-weight")?;
    stage.company.put_page("plain", &[], &stage.site.inline_snippet(Register::DeFormal)?)?;
    say(put, "inline", closed(&stage)?);
    stage.page(Register::DeFormal)?;
    say(put, "closed", closed(&stage)?);
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    sleep(LATER);
    let later = later()?;
    let (rest, click): (Vec<_>, Vec<_>) =
        answers(&stage).into_iter().partition(|(_, body)| later.contains(body));
    ensure!(!rest.is_empty(), "the second part did not come while the notice was read");
    keep(&click)?;
    say(put, "click", weigh(&click)?);
    say(put, "reading", weigh(&rest)?);
    stage.proxy.forget();
    stage.agree()?;
    stage.browser.wait_for(TEXT)?;
    sleep(LATER);
    say(put, "agreed", weigh(&answers(&stage))?);
    Ok(())
}

/// Sizes are told without a relay (`xtask size`) with a manifest and a notice that are kept in `tests/fixtures`; they are
/// renewed here once what a relay serves weighs a tenth more or less.
fn keep(click: &[(String, Vec<u8>)]) -> Result<()> {
    for (document, file) in [("/v1/manifest", "manifest.jws"), ("/v1/notice", "notice.json")] {
        let (_, served) =
            click.iter().find(|(path, _)| path.starts_with(document)).context("a document is missing")?;
        let file = paths::root().join("tests/fixtures").join(file);
        let kept = fs::read(&file).map_or(0, |kept| kept.len());
        if kept.abs_diff(served.len()) * 10 > served.len() {
            fs::write(&file, served).with_context(|| file.display().to_string())?;
        }
    }
    Ok(())
}

/// What is asked for once the notice is there, and needed only by who agrees.
fn later() -> Result<Vec<Vec<u8>>> {
    ["/widget_rest", "/keeper"].iter().map(|pointer| Ok(fs::read(part(pointer)?)?)).collect()
}

/// All that the page asks for by itself; the page itself is the company's own.
fn closed(stage: &Stage) -> Result<Weight> {
    stage.proxy.forget();
    stage.visit("/plain")?;
    stage.browser.wait_for(crate::world::LAUNCHER).context("no button")?;
    sleep(LATER);
    let answers = answers(stage);
    stage.proxy.forget();
    weigh(&answers.into_iter().filter(|(path, _)| path != "/plain").collect::<Vec<_>>())
}

/// Paths and bodies of what was answered with 200.
fn answers(stage: &Stage) -> Vec<(String, Vec<u8>)> {
    let exchanges = stage.proxy.exchanges().into_iter();
    exchanges
        .filter_map(|(asked, answered)| {
            answered.filter(|answered| answered.status == 200).map(|answered| (asked.path, answered.body))
        })
        .collect()
}

fn weigh(answers: &[(String, Vec<u8>)]) -> Result<Weight> {
    Weight::sum(answers.iter().map(|(_, body)| body))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn say(put: &mut impl FnMut(&str, f64), what: &str, weight: Weight) {
    for (unit, value) in
        [("files", weight.files), ("raw", weight.raw), ("gz", weight.gzip), ("br", weight.brotli)]
    {
        put(&format!("page_{what}_{unit}"), value as f64);
    }
}
