//! The way of a message in the browser, and what goes wrong on it.

use anyhow::Result;
use einwurf_protocol::{
    api::{header, path},
    message::Wish,
    notice::Register,
    problem::{Code, Problem},
    settings::LegalFacts,
};
use einwurf_seal::InboxSecret;
use einwurf_tests::{
    browser::{Look, PHONE},
    canary::Canary,
    proxy::{Answered, Asked, Verdict},
    random,
    widget::{AGREE, ANOTHER, BOX, EDIT, POSTMARK, SEND, TEXT, Words},
    world::{Stage, World},
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// An answer of the relay that the test made itself.
fn answer(body: &str) -> Verdict {
    let headers = [("access-control-allow-origin", "*"), ("cache-control", "no-store")];
    Verdict::Answer(Answered {
        status: 200,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        body: body.as_bytes().to_vec(),
    })
}

fn is(asked: &Asked, method: &str, path: &str) -> bool {
    asked.method == method && asked.path == path
}

#[test]
fn msg_01_only_the_text_is_mandatory_and_hints_stand_beside_it_in_every_register() -> Result<()> {
    let stage = Stage::start(World::quiet("msg-01")?, &Look::default())?;
    for register in Register::ALL {
        stage.anew(register)?;
        stage.agree()?;
        let script = "
            const fields = [...document.querySelectorAll('main input, main textarea, main select')];
            const named = fields.filter((field) => field.autocomplete).map((field) => field.autocomplete);
            const needed = fields.filter((field) => field.required).map((field) => field.id);
            return { needed, named, text: document.querySelector('main').textContent };";
        let found = stage.browser.run(script, &[])?;
        assert_eq!(found["needed"], serde_json::json!(["text"]), "{register}");
        assert_eq!(found["named"], serde_json::json!(["name", "email", "tel"]), "{register}");
        let said = found["text"].as_str().unwrap_or_default();
        let words = Words::of(register)?;
        for hint in ["composer_hint", "reply_title", "reply_hint", "emergency"] {
            assert!(said.contains(&words.start(hint)?), "{register}: {hint} is missing");
        }
        assert!(said.contains("112"), "{register}: no emergency number");
        // A text is enough.
        stage.send("Guten Tag")?;
        stage.arrived()?;
    }
    Ok(())
}

#[test]
fn every_field_arrives_and_rests_nowhere_in_the_clear() -> Result<()> {
    let mut stage = Stage::start(World::with_mail("all-fields")?, &Look { size: PHONE, ..Look::default() })?;
    stage.page(Register::DeInformal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    let [text, name, host] = ["Kanarientext", "Kanariename", "kanarie"].map(Canary::new);
    stage.browser.type_into(TEXT, text.text())?;
    stage.browser.click_on(".reply summary")?;
    stage.browser.type_into("#name", name.text())?;
    stage.browser.type_into("#email", &format!("a@{}.example", host.text()))?;
    stage.browser.type_into("#phone", "0155 55 123 45")?;
    stage.browser.click_on(".reply fieldset label:nth-of-type(2)")?;
    stage.browser.click_on(SEND)?;
    let arrived = stage.arrived()?;
    assert!(arrived.contains(':'), "no time: {arrived}");
    let mail = stage.world.smtp()?.mail()?;

    let canaries = [text.clone(), name.clone(), host.clone()];
    for canary in &canaries {
        assert_eq!(canary.found_in(mail.raw.as_bytes()), None, "in the mail");
        for asked in stage.proxy.asked() {
            assert_eq!(canary.found_in(&asked.bytes()), None, "{asked:?}");
        }
    }
    stage.world.relay.holds_none(&canaries)?;
    let staff = stage.world.staff(&stage.site)?;
    let thread = staff.read(&staff.newest()?)?;
    let message = &thread.entries[0].payload.as_ref().unwrap().message;
    assert_eq!((message.text(), message.name()), (text.text(), Some(name.text())));
    assert_eq!(message.email(), Some(format!("a@{}.example", host.text()).as_str()));
    assert_eq!((message.phone(), message.wish()), (Some("0155 55 123 45"), Some(Wish::Email)));
    Ok(())
}

#[test]
fn met_03_no_identifier_stands_in_an_address() -> Result<()> {
    let stage = Stage::quiet("met-03")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("eins")?;
    stage.arrived()?;
    stage.browser.click_on(ANOTHER)?;
    stage.more("zwei")?;
    let mut asked = stage.proxy.asked_of(&stage.world.relay.host());
    // The tunnel of the live connection, whose address is a constant of the protocol.
    asked.retain(|asked| asked.method != "CONNECT");
    let secrets: Vec<String> =
        asked.iter().flat_map(|asked| asked.headers.clone()).map(|(_, value)| value).collect();
    for asked in &asked {
        assert!(!asked.path.contains('?'), "{asked:?}");
        let long =
            |value: &&String| value.len() >= 20 && asked.path.contains(value.trim_start_matches("Bearer "));
        assert_eq!(secrets.iter().find(long), None, "{asked:?}");
        let known = asked.path.starts_with("/r/") || asked.path.starts_with("/v1/");
        assert!(known, "{asked:?}");
    }
    let staff = stage.world.staff(&stage.site)?;
    let conversation = staff.newest()?;
    assert_eq!(staff.list()?.len(), 1, "a second message is of the same conversation");
    assert_eq!(staff.texts(&conversation)?, ["eins", "zwei"]);
    Ok(())
}

#[test]
fn the_relay_goes_down_and_comes_back_and_the_draft_is_kept() -> Result<()> {
    let mut stage = Stage::quiet("down-and-back")?;
    let words = Words::of(Register::DeFormal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.world.relay.kill()?;
    stage.send("Ich warte")?;
    stage.says(&words.start("waiting")?)?;
    assert!(stage.browser.try_find(POSTMARK)?.is_none(), "arrived without an acknowledgement");
    stage.browser.screenshot("waiting")?;
    // The attempt that is under way, if one is, comes before it.
    stage.browser.click_on(EDIT)?;
    assert_eq!(stage.draft()?, "Ich warte");
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("waiting")?)?;
    // Closed and opened again: still there.
    stage.shut()?;
    stage.open_widget()?;
    stage.says(&words.start("waiting")?)?;
    stage.world.relay.restart()?;
    stage.arrived()?;
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["Ich warte"]);
    Ok(())
}

#[test]
fn an_answer_that_gets_lost_leads_to_one_message() -> Result<()> {
    let stage = Stage::quiet("lost-answer")?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    let tries = AtomicUsize::new(0);
    stage.proxy.rule(move |asked| {
        if is(asked, "POST", path::CONVERSATIONS) && tries.fetch_add(1, Ordering::Relaxed) == 0 {
            // The relay stores it; on the way its answer becomes "unavailable".
            let problem = Problem::new(Code::Unavailable);
            let body = serde_json::to_vec(&problem).unwrap_or_default();
            return Verdict::Change(Box::new(|answered| Answered { status: 503, body, ..answered }));
        }
        Verdict::Pass
    });
    stage.send("nur einmal")?;
    stage.arrived()?;
    let sent: Vec<_> =
        stage.proxy.asked().into_iter().filter(|asked| is(asked, "POST", path::CONVERSATIONS)).collect();
    assert!(
        sent.len() >= 2 && sent.iter().all(|asked| asked.body == sent[0].body),
        "a retry sends other bytes"
    );
    let staff = stage.world.staff(&stage.site)?;
    staff.newest()?;
    let list = staff.list()?;
    assert_eq!((list.len(), list[0].events), (1, 1));
    Ok(())
}

#[test]
fn con_09_a_stale_notice_shows_the_new_one_and_keeps_the_draft() -> Result<()> {
    let stage = Stage::quiet("stale")?;
    let words = Words::of(Register::DeFormal)?;
    // What the site published before: another number of days, signed by the same key, a lower serial.
    let (manifest, notices) = stage.site.restate(0, &LegalFacts { days: 30, ..stage.site.facts.clone() })?;
    let document = notices[0].clone();
    let digest = einwurf_protocol::notice::digest(document.as_bytes()).to_string();
    let fetched = AtomicUsize::new(0);
    stage.proxy.rule(move |asked| {
        if is(asked, "GET", path::MANIFEST) && fetched.fetch_add(1, Ordering::Relaxed) == 0 {
            return answer(&manifest);
        }
        if is(asked, "GET", path::NOTICE) && asked.header(header::NOTICE) == Some(digest.as_str()) {
            return answer(&document);
        }
        Verdict::Pass
    });
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.browser.wait_for(BOX)?;
    let retention = "document.querySelector('[data-field=retention]').innerText";
    stage.browser.until(&format!("{retention}.includes('30')"))?;
    stage.agree()?;
    stage.send("Mein Entwurf")?;
    stage.says(&words.start("changed")?)?;
    stage.browser.until(&format!("{retention}.includes('90')"))?;
    let ticked = stage.browser.run("return document.querySelector('input[type=checkbox]').checked;", &[])?;
    assert_eq!(ticked, false, "consent was carried over to another text");
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.list()?, [], "stored without consent to the current text");
    stage.browser.screenshot("stale-notice")?;

    stage.browser.click_on(BOX)?;
    stage.browser.click_on(AGREE)?;
    // What was typed is put back to be sent, or was sealed already and goes out.
    stage.browser.wait_for(&format!("{TEXT}, {POSTMARK}"))?;
    if stage.browser.try_find(TEXT)?.is_some() {
        assert_eq!(stage.draft()?, "Mein Entwurf");
        stage.browser.click_on(SEND)?;
    }
    stage.arrived()?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["Mein Entwurf"]);
    Ok(())
}

#[test]
fn a_retired_key_is_fetched_anew_and_the_message_sealed_again_once() -> Result<()> {
    let stage = Stage::quiet("retired")?;
    let other = InboxSecret::generate(&mut random::system());
    let old = stage.site.resign(|manifest| {
        manifest.serial = 0;
        manifest.inbox_key = other.entry(manifest.inbox_key.destroyed);
    })?;
    let fetched = AtomicUsize::new(0);
    stage.proxy.rule(move |asked| {
        let old_one = is(asked, "GET", path::MANIFEST) && fetched.fetch_add(1, Ordering::Relaxed) == 0;
        if old_one { answer(&old) } else { Verdict::Pass }
    });
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.send("zweimal versiegelt")?;
    stage.arrived()?;
    let posts = stage.relay_posts();
    assert_eq!(posts.iter().filter(|asked| asked.ends_with(path::CONVERSATIONS)).count(), 2, "{posts:?}");
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["zweimal versiegelt"]);
    Ok(())
}

#[test]
fn a_manifest_older_than_the_one_consented_on_stops_the_delivery() -> Result<()> {
    let stage = Stage::quiet("rollback")?;
    let words = Words::of(Register::DeFormal)?;
    let newer = InboxSecret::generate(&mut random::system());
    let first = stage.site.resign(|manifest| {
        manifest.serial = 7;
        manifest.inbox_key = newer.entry(manifest.inbox_key.destroyed);
    })?;
    let fetched = AtomicUsize::new(0);
    stage.proxy.rule(move |asked| {
        let first_time = is(asked, "GET", path::MANIFEST) && fetched.fetch_add(1, Ordering::Relaxed) == 0;
        if first_time { answer(&first) } else { Verdict::Pass }
    });
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    // The relay refuses the key of serial 7 and serves serial 1: a roll-back.
    stage.send("nicht an alte Schlüssel")?;
    stage.says(&words.start("stopped_title")?)?;
    // What was written is not lost.
    let kept = "document.querySelector('textarea[readonly]')?.value === 'nicht an alte Schlüssel'";
    stage.browser.until(kept)?;
    assert_eq!(stage.world.staff(&stage.site)?.list()?, []);
    Ok(())
}

#[test]
fn msg_01_only_the_text_is_mandatory_and_faults_keep_what_was_written() -> Result<()> {
    let stage = Stage::quiet("msg-01")?;
    let words = Words::of(Register::DeFormal)?;
    stage.visit("/plain")?;
    stage.open_widget()?;
    stage.agree()?;
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("fault_empty")?)?;
    // The focus follows in a task of its own.
    stage.browser.focuses(TEXT)?;
    stage.browser.type_into(TEXT, "Guten Tag")?;
    stage.browser.click_on(".reply summary")?;
    stage.browser.type_into("#email", "keine Adresse")?;
    stage.browser.click_on(SEND)?;
    stage.says(&words.start("fault_email")?)?;
    assert_eq!(stage.draft()?, "Guten Tag");
    assert_eq!(stage.relay_posts(), Vec::<String>::new());
    let required = "return [...document.querySelectorAll('[required]')].map((field) => field.id);";
    assert_eq!(stage.browser.run(required, &[])?, serde_json::json!(["text"]));
    stage.browser.retype("#email", "a@b.example")?;
    stage.browser.click_on(SEND)?;
    stage.arrived()?;
    Ok(())
}
