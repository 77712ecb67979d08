//! A relay that cheats staff: they see it, and read what still holds.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_seal::SiteKey;
use einwurf_tests::{proxy::Verdict, random, world::Stage};
use serde_json::json;

/// Changes what the relay answers to the staff's request for a conversation.
fn cheat(stage: &Stage, change: fn(&mut Vec<serde_json::Value>)) {
    stage.proxy.clear_rules();
    stage.proxy.rule(move |asked| {
        if asked.method != "GET" || asked.path != "/v1/inbox/conversation" {
            return Verdict::Pass;
        }
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
        let warned = "Boolean(document.querySelector('.open [role=alert]')?.textContent.length > 5)";
        stage.browser.until(warned).with_context(|| format!("a relay that {what}"))?;
    }
    stage.proxy.clear_rules();
    stage.log_in(&stage.inbox_link())?;
    assert_eq!(stage.read_newest()?, ["eins", "zwei", "drei"]);
    assert_eq!(stage.browser.count(".open [role=alert]")?, 0);
    Ok(())
}

#[test]
fn a_manifest_or_roster_by_another_key_stops_the_login() -> Result<()> {
    let stage = Stage::quiet("chain")?;
    stage.log_in(&stage.inbox_link())?;
    let other = SiteKey::generate(&mut random::system());
    let manifest = other.sign_manifest(&stage.site.published()?);
    let expired = stage.site.resign(|m| m.roster.digest = einwurf_protocol::ids::Digest([7; 32]))?;
    for (what, manifest) in [("by another key", manifest), ("naming another roster", expired)] {
        stage.proxy.clear_rules();
        stage.proxy.rule(move |asked| {
            let manifest = manifest.clone();
            if asked.method != "POST" || asked.path != "/v1/login/finish" {
                return Verdict::Pass;
            }
            Verdict::Change(Box::new(move |mut answered| {
                let mut body: serde_json::Value = serde_json::from_slice(&answered.body).unwrap_or_default();
                body["manifest"] = json!(manifest);
                answered.body = body.to_string().into_bytes();
                answered
            }))
        });
        stage.knock(&stage.inbox_link(), &stage.site.plan.account, &stage.site.plan.password)?;
        stage.browser.until("document.querySelector('#login-fault').textContent.length > 5").context(what)?;
        assert_eq!(stage.browser.count(".inbox")?, 0, "{what}");
    }
    Ok(())
}
