//! A relay that cheats staff: they see it, and read what still holds.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::path,
    roster::{Capability, MemberKind},
};
use einwurf_seal::{InboxSecret, MemberKeys, SiteKey, seal_key_for};
use einwurf_tests::{clock::now, colleague, proxy::Verdict, random, world::Stage};
use serde_json::json;

/// Changes what the relay answers to the staff's request for a conversation.
fn cheat(stage: &Stage, change: impl Fn(&mut Vec<serde_json::Value>) + Clone + Send + Sync + 'static) {
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method != "GET" || asked.path != "/v1/inbox/conversation" {
            return Verdict::Pass;
        }
        let change = change.clone();
        Verdict::Change(Box::new(move |mut answered| {
            let mut body: serde_json::Value = serde_json::from_slice(&answered.body).unwrap_or_default();
            if let Some(events) = body["events"].as_array_mut() {
                change(events);
            }
            answered.body = body.to_string().into_bytes();
            answered
        }))
    });
}

/// How a relay may cheat with a conversation of three messages, and what the member must still see of it.
type Cheat = (&'static str, fn(&mut Vec<serde_json::Value>), &'static [&'static str]);

const CHEATS: &[Cheat] = &[
    ("drops a message in the middle", |events| drop(events.remove(1)), &["eins", "drei"]),
    ("repeats a message", |events| events.insert(1, events[1].clone()), &["eins", "zwei", "drei"]),
    ("swaps two messages", |events| events.swap(1, 2), &["eins", "drei"]),
    ("changes a byte", |events| flip(&mut events[1]["event"]["ciphertext"]), &["eins", "drei"]),
    ("changes a header", |events| flip(&mut events[2]["event"]["header"]), &["eins", "zwei"]),
    ("changes a signature", |events| flip(&mut events[1]["event"]["signature"]), &["eins", "drei"]),
];

/// Another character in the middle of a base64url text.
fn flip(value: &mut serde_json::Value) {
    let mut text: Vec<char> = value.as_str().unwrap_or_default().chars().collect();
    let middle = text.len() / 2;
    text[middle] = if text[middle] == 'A' { 'B' } else { 'A' };
    *value = json!(text.into_iter().collect::<String>());
}

#[test]
fn a_relay_that_drops_repeats_swaps_or_changes_messages_is_shown_as_such() -> Result<()> {
    let stage = Stage::quiet("cheat")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("eins")?;
    visitor.write("zwei")?;
    visitor.write("drei")?;
    for (what, change, readable) in CHEATS {
        cheat(&stage, *change);
        stage.log_in(&stage.inbox_link())?;
        let texts = stage.read_newest().with_context(|| format!("a relay that {what}"))?;
        assert_eq!(texts, *readable, "{what}");
        let warned = "Boolean(document.querySelector('.thread [role=alert]')?.textContent.length > 5)";
        stage.browser.until(warned).with_context(|| format!("a relay that {what}"))?;
    }
    stage.proxy.clear_rules();
    stage.log_in(&stage.inbox_link())?;
    assert_eq!(stage.read_newest()?, ["eins", "zwei", "drei"]);
    assert_eq!(stage.browser.count(".thread [role=alert]")?, 0);
    Ok(())
}

#[test]
fn an_event_of_another_conversation_or_site_or_a_fork_is_shown_and_not_believed() -> Result<()> {
    let stage = Stage::quiet("splice")?;
    let elsewhere = stage.world.site()?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("eins")?;
    let forked = visitor.seal("zwei, andere Fassung")?;
    let first = visitor.seal("zwei")?;
    visitor.append(&first)?.ok()?;
    // The same author signed both for one place; only one was accepted.
    let fork = json!({ "event": forked, "at": einwurf_tests::clock::now() });
    let event_of = |site| -> Result<serde_json::Value> {
        let mut other = stage.world.visitor(site)?;
        other.open("fremd")?;
        Ok(serde_json::to_value(&other.read(None)?.events[0])?)
    };
    let (neighbour, foreign) = (event_of(&stage.site)?, event_of(&elsewhere)?);
    let at = stage.world.staff(&stage.site)?;
    let own = visitor.address.clone().context("opened")?;
    let open = |readable: &[&str], what: &str| -> Result<()> {
        stage.log_in(&stage.inbox_link())?;
        stage.browser.until("document.querySelectorAll('.rows .row').length === 2")?;
        // Written within one second, the two stand in any order.
        let click = "return document.querySelectorAll('.rows .row')[arguments[0]].click();";
        let shown =
            "return [...document.querySelectorAll('.open .item-text')].map((item) => item.textContent);";
        stage.browser.run(click, &[json!(0)])?;
        stage.browser.wait_for(".open .item-text")?;
        let mut texts = stage.browser.run(shown, &[])?;
        if texts[0] == "fremd" {
            stage.browser.run(click, &[json!(1)])?;
            stage.browser.until("document.querySelector('.open .item-text')?.textContent === 'eins'")?;
            texts = stage.browser.run(shown, &[])?;
        }
        assert_eq!(texts, json!(readable), "{what}");
        stage.browser.until("Boolean(document.querySelector('.thread [role=alert]')?.textContent.length > 5)")
    };
    let splice = |event: &serde_json::Value| {
        let event = event.clone();
        move |events: &mut Vec<serde_json::Value>| {
            if events.len() == 2 {
                events.insert(1, event.clone());
            }
        }
    };
    cheat(&stage, splice(&neighbour));
    open(&["eins", "zwei"], "another conversation")?;
    cheat(&stage, splice(&foreign));
    open(&["eins", "zwei"], "another site")?;
    // Both branches: the first one joins, the other is shown as not fitting.
    let both = fork.clone();
    cheat(&stage, move |events| {
        if events.len() == 2 {
            events.push(both.clone());
        }
    });
    open(&["eins", "zwei"], "a fork")?;
    // One device is shown the branch that was never accepted: the next genuine message does not join it.
    visitor.conversation.accepted(&first)?;
    visitor.write("drei")?;
    cheat(&stage, move |events| {
        if events.len() == 3 {
            events[1] = fork.clone();
        }
    });
    open(&["eins", "zwei, andere Fassung", "drei"], "a branch")?;
    assert_eq!(at.texts(&own)?, ["eins", "zwei", "drei"]);
    Ok(())
}

/// Changes what the relay answers to the last step of a login.
fn answer_login(stage: &Stage, change: impl Fn(&mut serde_json::Value) + Clone + Send + Sync + 'static) {
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method != "POST" || asked.path != path::LOGIN_FINISH {
            return Verdict::Pass;
        }
        let change = change.clone();
        Verdict::Change(Box::new(move |mut answered| {
            let mut body: serde_json::Value = serde_json::from_slice(&answered.body).unwrap_or_default();
            change(&mut body);
            answered.body = body.to_string().into_bytes();
            answered
        }))
    });
}

/// The login stops with a sentence, and nothing of the inbox shows.
fn stops(stage: &Stage, what: &str) -> Result<()> {
    stage.knock(&stage.inbox_link(), &stage.site.plan.account, &stage.site.plan.password)?;
    let said = "document.querySelector('#login-fault').textContent.length > 5";
    stage.browser.until(said).with_context(|| what.to_owned())?;
    assert_eq!(stage.browser.count(".inbox")?, 0, "{what}");
    Ok(())
}

#[test]
fn a_manifest_or_roster_by_another_key_stops_the_login() -> Result<()> {
    let stage = Stage::quiet("chain")?;
    stage.log_in(&stage.inbox_link())?;
    let other = SiteKey::generate(&mut random::system());
    let foreign = other.sign_manifest(&stage.site.published()?);
    answer_login(&stage, move |session| session["stock"][0] = json!(foreign));
    stops(&stage, "a manifest by another key")?;
    let unnamed = stage.site.resign(|m| m.roster.digest = einwurf_protocol::ids::Digest([7; 32]))?;
    answer_login(&stage, move |session| session["stock"][0] = json!(unnamed));
    stops(&stage, "a manifest that names another roster")?;
    // The relay adds itself to the roster; it has no key of the site's to sign that with.
    let mut roster = stage.world.staff(&stage.site)?.roster()?;
    let relay = MemberKeys::generate(&mut random::system());
    roster.members.push(relay.member("Büro 2", MemberKind::Person, &[Capability::Read]));
    let added = other.sign_roster(&roster);
    answer_login(&stage, move |session| session["roster"] = json!(added));
    stops(&stage, "a roster with the relay in it")?;
    let certificate = stage.site.publication.roster.clone();
    answer_login(&stage, move |session| session["stock"][0] = json!(certificate));
    stops(&stage, "a roster instead of a manifest")?;
    Ok(())
}

#[test]
fn a_roster_from_before_a_removal_is_not_shown_again() -> Result<()> {
    let stage = Stage::quiet("replayed-roster")?;
    let mut admin = stage.world.staff(&stage.site)?;
    let gone = colleague::join(&stage.world, &stage.site, &mut admin, colleague::READ)?;
    let before = stage.world.staff(&stage.site)?.session;
    let id = gone.member.id();
    admin.publish(|says| says.remove(&id, now()))?;
    // This device has seen the removal; then the relay shows everything as it was, consistent in itself.
    stage.log_in(&stage.inbox_link())?;
    answer_login(&stage, move |session| {
        (session["stock"], session["roster"]) = (json!(before.stock), json!(before.roster));
    });
    stops(&stage, "the state from before the removal")
}

#[test]
fn keys_that_the_relay_swapped_are_not_taken_and_the_reader_is_told() -> Result<()> {
    let stage = Stage::quiet("swapped-keys")?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("nur mit echtem Schlüssel")?;
    let mut rng = random::system();
    let member = stage.site.says.members.first().context("a member")?.clone();
    // Sealing keys are public: the relay seals keys of its own, under the names of the genuine ones.
    let (own, site_key) = (InboxSecret::generate(&mut rng), SiteKey::generate(&mut rng));
    let inbox = serde_json::to_value(seal_key_for(&member, &own, stage.site.pin, &mut rng)?)?;
    let site = serde_json::to_value(seal_key_for(&member, &site_key, stage.site.pin, &mut rng)?)?;
    answer_login(&stage, move |session| {
        for sealed in session["sealed"].as_array_mut().into_iter().flatten() {
            let genuine = sealed["what"].clone();
            *sealed = if genuine["kind"] == "site" { site.clone() } else { inbox.clone() };
            sealed["what"] = genuine;
        }
    });
    stage.knock(&stage.inbox_link(), &stage.site.plan.account, &stage.site.plan.password)?;
    let told = "(document.querySelector('#login-fault')?.textContent ?? '').length > 5
        || Boolean(document.querySelector('.unread, [class*=unread] h1, main h1')?.textContent.length > 5
            && !document.querySelector('.item-text') && document.querySelector('.inbox'))";
    stage.browser.until(told)?;
    stage.browser.screenshot("swapped-keys")?;
    assert_eq!(stage.browser.count(".item-text")?, 0);
    assert!(!stage.browser.page_text()?.contains("nur mit echtem Schlüssel"));
    // Nothing was signed or sealed with what the relay put there.
    assert!(
        !stage.relay_requests().iter().any(|asked| asked.starts_with("PUT")),
        "{:?}",
        stage.relay_requests()
    );
    Ok(())
}
