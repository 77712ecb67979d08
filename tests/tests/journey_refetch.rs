//! The relay says that a key was retired, and then serves something else than the site's manifest: the widget that fetches
//! it again sends nothing to anybody and shows the ordinary contact ways.

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{header, path},
    notice::Register,
};
use einwurf_seal::{InboxSecret, SiteKey};
use einwurf_tests::{
    forge,
    proxy::{Answered, Verdict},
    random,
    staff::manifest,
    widget::Words,
    world::Stage,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// First a manifest whose inbox key the relay does not know, then `second`.
fn serve(stage: &Stage, first: String, second: String) -> Arc<AtomicUsize> {
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method != "GET" || asked.path != path::MANIFEST {
            return Verdict::Pass;
        }
        let served = if count.fetch_add(1, Ordering::SeqCst) == 0 { &first } else { &second };
        let body = served.clone().into_bytes();
        Verdict::Change(Box::new(move |answered| Answered { body, ..answered }))
    });
    fetched
}

/// Serial 1 with an inbox key of nobody.
fn retired(stage: &Stage) -> Result<String> {
    let other = InboxSecret::generate(&mut random::system());
    stage.site.resign(|manifest| manifest.inbox_key = other.entry(manifest.inbox_key.destroyed))
}

fn posts(stage: &Stage) -> usize {
    stage.relay_posts().iter().filter(|asked| asked.ends_with(path::CONVERSATIONS)).count()
}

#[test]
fn enc_03_a_forged_manifest_in_the_frames_refetch_leads_to_the_contact_ways() -> Result<()> {
    let stage = Stage::quiet("refetch")?;
    let words = Words::of(Register::DeFormal)?;
    for (what, forge) in forge::MANIFESTS {
        let fetched = serve(&stage, retired(&stage)?, forge(&stage.site)?);
        stage.proxy.forget();
        stage.visit("/plain")?;
        stage.open_widget()?;
        stage.agree()?;
        stage.send("an niemanden sonst")?;
        stage
            .says(&words.start("stopped_title")?)
            .map_err(|error| error.context(format!("manifest {what}")))?;
        assert_eq!(fetched.load(Ordering::SeqCst), 2, "{what}");
        assert_eq!(posts(&stage), 1, "{what}: only the one that the relay refused");
        // What was written is not lost.
        stage.browser.until("document.body.innerText.includes('an niemanden sonst') || \
            [...document.querySelectorAll('textarea')].some((field) => field.value.includes('an niemanden sonst'))")?;
        stage.browser.leave()?;
    }
    assert_eq!(stage.world.staff(&stage.site)?.list()?, []);
    Ok(())
}

#[test]
fn an_announced_next_key_is_followed_and_no_other() -> Result<()> {
    let stage = Stage::quiet("refetch-next")?;
    let words = Words::of(Register::DeFormal)?;
    let mut admin = stage.world.staff(&stage.site)?;
    let next = admin.announce()?;
    // What the visitor's page loaded before the change, and what the relay serves after it.
    let first = admin.session.stock.first().context("a stock")?.clone();
    admin.switch(&next)?;
    let headers = [(header::SITE, stage.site.address.as_str())];
    let second = stage.world.http().get(path::MANIFEST, &headers)?.text();
    let stranger = SiteKey::generate(&mut random::system());
    let by = |key: &SiteKey| -> Result<String> {
        let mut manifest = manifest(&second)?;
        manifest.site = key.thumbprint();
        Ok(key.sign_manifest(&manifest))
    };
    serve(&stage, first.clone(), by(&stranger)?);
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("nicht an Fremde")?;
    stage.says(&words.start("stopped_title")?)?;
    assert_eq!(posts(&stage), 1);
    stage.browser.leave()?;

    stage.proxy.forget();
    serve(&stage, first, second.clone());
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("unter dem nächsten Schlüssel")?;
    stage.arrived()?;
    assert_eq!(posts(&stage), 2, "refused once, sealed again, accepted");
    Ok(())
}
