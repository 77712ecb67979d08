//! What a device keeps of a conversation, through the launcher: for the tab, or as long as was agreed, or no longer; and two
//! tabs of one visitor.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::path,
    notice::{Purpose, Register},
};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{READ, join},
    pace,
    plan::Plan,
    proxy::{Answered, Asked, Verdict},
    talk::{FORGET, UNSENT, enter, letters, noticed, reads},
    watch,
    widget::{AGREE, ANOTHER, BOX, DATA, POSTMARK, SEND, TEXT, WITHDRAW, Words, YES},
    world::Stage,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Whether something is kept that has not arrived.
const UNSENT_KEPT: &str = "Object.keys(sessionStorage).some((name) => name.startsWith('einwurf-unsent:'))";

/// A site where conversations may be remembered for `days`, and somebody who was never here.
fn stage(name: &str, days: u32) -> Result<Stage> {
    let plan = Plan { offers: [Purpose::Remember].into(), days, ..Plan::default() };
    noticed(name, plan)
}

/// Agrees, with "remember" or without, and writes, until that is kept: a keeper that is late is not waited for.
fn write(stage: &Stage, remember: bool, text: &str) -> Result<()> {
    tell(stage, remember, text)?;
    stage.browser.leave()?;
    let place = if remember { "localStorage" } else { "sessionStorage" };
    stage.browser.until(&format!("Object.keys({place}).some((name) => name.startsWith('einwurf:'))"))?;
    enter(&stage.browser)
}

/// The same, whatever is kept.
fn tell(stage: &Stage, remember: bool, text: &str) -> Result<()> {
    let further: BTreeSet<_> = remember.then_some(Purpose::Remember).into_iter().collect();
    stage.decide(Register::DeFormal, &further)?;
    stage.go_on()?;
    stage.written(text)
}

/// Local and session storage of the company's origin, and names of databases.
fn kept(stage: &Stage) -> Result<[Value; 3]> {
    stage.browser.leave()?;
    // What has arrived is let go after the postmark shows.
    stage.browser.until(&format!("!({UNSENT_KEPT})"))?;
    let stored = stage.stored()?;
    let part = |at: usize| stored.get(at).cloned().context("nothing stored");
    assert_eq!((part(3)?, part(4)?), (json!(""), json!(0)), "a cookie or a worker");
    Ok([part(0)?, part(1)?, part(2)?])
}

/// Waits until nothing is kept: the keeper answers in its own turn, and of what it erases its key goes last. A page that
/// is left before leaves a key that opens nothing, until its end.
fn emptied(stage: &Stage) -> Result<()> {
    let nothing = [json!({}), json!({}), json!([])];
    pace::until("nothing to be kept", || Ok((kept(stage)? == nothing).then_some(())))
}

#[test]
fn ret_04_the_conversation_outlives_a_page_of_the_tab_and_not_the_tab() -> Result<()> {
    let stage = stage("ret-04-tab", 90)?;
    write(&stage, false, "nur für diesen Tab")?;
    let [local, session, _] = kept(&stage)?;
    assert_eq!(local, json!({}), "kept beyond the tab without consent");
    assert!(!session.to_string().contains("Tab"), "{session}");
    stage.again("/plain")?;
    reads(&stage.browser, "nur für diesen Tab")?;
    let before = stage.browser.open_tab()?;
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;
    assert!(letters(&stage.browser)?.is_empty(), "another tab knows of it");
    let new = stage.browser.switch(&before)?;
    stage.browser.close_tab(&new)?;
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;
    let [local, session, _] = kept(&stage)?;
    assert_eq!((local, session), (json!({}), json!({})), "the closed tab left something readable");
    Ok(())
}

#[test]
fn ret_04_remembered_it_comes_back_in_another_tab_until_its_end() -> Result<()> {
    let stage = stage("ret-04-remember", 1)?;
    write(&stage, true, "bis morgen gemerkt")?;
    let [local, session, _] = kept(&stage)?;
    assert_eq!(session, json!({}));
    assert!(local.as_object().is_some_and(|local| local.len() == 1), "{local}");
    assert!(!local.to_string().contains("gemerkt"), "{local}");
    let before = stage.browser.open_tab()?;
    let new = stage.browser.switch(&before)?;
    stage.browser.close_tab(&new)?;
    stage.again("/plain")?;
    reads(&stage.browser, "bis morgen gemerkt")?;
    // A day and an hour later by the clock of the page.
    let later = watch::clock_off_by(i64::try_from(DAY)? + 3_600).first;
    let script = json!({ "source": format!("{{ {later} }}") });
    stage.browser.cdp("Page.addScriptToEvaluateOnNewDocument", &script)?;
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;
    assert!(letters(&stage.browser)?.is_empty(), "it outlived its end");
    emptied(&stage).context("its end left something")
}

#[test]
fn ret_04_forgetting_clears_the_device_at_once_and_withdraws_nothing() -> Result<()> {
    for remember in [false, true] {
        let stage = stage("ret-04-forget", 90)?;
        write(&stage, remember, "liegt noch bei Ihnen")?;
        stage.browser.click_on(DATA)?;
        stage.browser.wait_for(".files a")?;
        stage.browser.click_on(FORGET)?;
        stage.says(&Words::of(Register::DeFormal)?.start("forgotten")?)?;
        stage.browser.picture(&format!("forgotten-{remember}"))?;
        assert!(stage.is_over()?);
        emptied(&stage)?;
        stage.again("/plain")?;
        stage.browser.wait_for(BOX)?;
        let [local, session, bases] = kept(&stage)?;
        assert_eq!([local, session, bases], [json!({}), json!({}), json!([])], "remembered: {remember}");
        let staff = stage.world.staff(&stage.site)?;
        let address = staff.newest()?;
        assert_eq!(staff.texts(&address)?, ["liegt noch bei Ihnen"]);
        assert!(staff.list()?.iter().all(|entry| entry.erasure.is_none()), "forgetting withdrew");
    }
    Ok(())
}

#[test]
fn ret_04_withdrawing_clears_what_was_remembered() -> Result<()> {
    let stage = stage("ret-04-withdraw", 90)?;
    write(&stage, true, "gemerkt und zurückgenommen")?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)?;
    emptied(&stage)?;
    stage.again("/plain")?;
    stage.browser.wait_for(BOX)?;
    let [local, session, bases] = kept(&stage)?;
    assert_eq!([local, session, bases], [json!({}), json!({}), json!([])]);
    Ok(())
}

#[test]
fn ret_04_without_a_keeper_everything_works_and_nothing_is_kept() -> Result<()> {
    let stage = stage("ret-04-blocked", 90)?;
    let keeper = xtask::release::code()?.keeper.path;
    stage.proxy.rule(move |asked| if asked.path == keeper { Verdict::Cut } else { Verdict::Pass });
    stage.browser.cdp("Network.clearBrowserCache", &json!({}))?;
    stage.again("/plain")?;
    stage.browser.wait_for(AGREE)?;
    tell(&stage, true, "ohne Gedächtnis")?;
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["ohne Gedächtnis"]);
    let [local, session, bases] = kept(&stage)?;
    assert_eq!([local, session, bases], [json!({}), json!({}), json!([])]);
    enter(&stage.browser)?;
    stage.browser.click_on(WITHDRAW)?;
    stage.browser.click_on(YES)?;
    stage.says(&Words::of(Register::DeFormal)?.start("ended_title")?)
}

/// What is kept of what has not arrived, opened as the keeper does; nothing as long as nothing is.
const UNSENT_SAYS: &str = "
    const done = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = no; });
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const name = Object.keys(sessionStorage).find((name) => name.startsWith('einwurf-unsent:'));
    if (!name) return '';
    const { id, iv, end, pending, text } = JSON.parse(sessionStorage.getItem(name));
    const base = await done(indexedDB.open('einwurf'));
    const held = await done(base.transaction('keys').objectStore('keys').get(id));
    base.close();
    if (!held) return '';
    const about = ['einwurf/1 keeper unsent', name.slice('einwurf-unsent:'.length), end, pending].join('\\n');
    const way = { name: 'AES-GCM', iv: bytes(iv), additionalData: new TextEncoder().encode(about) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(way, held.key, bytes(text)));";

/// Loads the page again as soon as `word` is kept of what has not arrived: what was kept before may be less.
fn reload(stage: &Stage, word: &str) -> Result<String> {
    stage.browser.leave()?;
    pace::until(&format!("{word} to be kept"), || {
        let said = stage.browser.run_async(UNSENT_SAYS, &[])?;
        Ok(said.as_str().is_some_and(|said| said.contains(word)).then_some(()))
    })?;
    let stored = stage.stored()?.to_string();
    stage.again("/plain")?;
    Ok(stored)
}

fn waits(stage: &Stage, count: usize) -> Result<()> {
    stage.browser.until(&format!("document.querySelectorAll('{UNSENT}').length === {count}"))
}

#[test]
fn what_waits_outlives_a_page_that_is_loaded_again_and_arrives_once_and_in_order() -> Result<()> {
    let stage = stage("keep-unsent", 90)?;
    write(&stage, false, "eins")?;
    // The relay takes the next one, and nobody learns of it; the one after waits for it.
    let unanswered = |_| Answered { status: 503, ..Answered::default() };
    stage.proxy.rule(move |asked| match asked.method.as_str() {
        "POST" if asked.path == path::EVENTS => Verdict::Change(Box::new(unanswered)),
        _ => Verdict::Pass,
    });
    stage.browser.click_on(ANOTHER)?;
    stage.send("zwei")?;
    waits(&stage, 1)?;
    stage.send("drei")?;
    waits(&stage, 2)?;
    let stored = reload(&stage, "drei")?;
    ensure!(!stored.contains("zwei") && !stored.contains("drei"), "readable: {stored}");
    reads(&stage.browser, "eins")?;
    stage.proxy.clear_rules();
    reads(&stage.browser, "drei")?;
    waits(&stage, 0)?;
    assert_eq!(letters(&stage.browser)?, ["eins", "zwei", "drei"]);
    let staff = stage.world.staff(&stage.site)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["eins", "zwei", "drei"]);
    kept(&stage).map(drop)
}

#[test]
fn pre_02_a_draft_is_kept_after_consent_while_a_file_is_picked_and_seen_after_the_next() -> Result<()> {
    let stage = stage("keep-draft", 90)?;
    stage.agree()?;
    stage.browser.type_into(TEXT, "unter dem Ahorn")?;
    let [local, session, bases] = kept(&stage)?;
    assert_eq!([local, session, bases], [json!({}), json!({}), json!([])], "typing stores nothing");
    enter(&stage.browser)?;
    // As a phone does it: the camera opens, and the page is loaded again.
    let camera = "document.querySelector('.picks input').dispatchEvent(new Event('click'));";
    stage.browser.run(camera, &[])?;
    let stored = reload(&stage, "unter dem Ahorn")?;
    ensure!(!stored.contains("Ahorn"), "readable: {stored}");
    stage.browser.wait_for(BOX)?;
    ensure!(!stage.ticked()? && !stage.browser.page_text()?.contains("Ahorn"), "before consent");
    stage.browser.leave()?;
    stage.browser.until("localStorage.length + sessionStorage.length === 0")?;
    enter(&stage.browser)?;
    stage.agree()?;
    assert_eq!(stage.draft()?, "unter dem Ahorn");
    stage.says(&Words::of(Register::DeFormal)?.start("files_once_more")?)?;
    stage.browser.picture("draft-put-back")?;

    // Sealed, on its way, and the page is loaded again: nobody has to agree or send once more.
    let open = |asked: &Asked| asked.method == "POST" && asked.path == path::CONVERSATIONS;
    stage.proxy.rule(move |asked| if open(asked) { Verdict::Cut } else { Verdict::Pass });
    stage.browser.click_on(SEND)?;
    stage.says(&Words::of(Register::DeFormal)?.start("waiting")?)?;
    reload(&stage, "\"ciphertext\"")?;
    stage.says(&Words::of(Register::DeFormal)?.start("waiting")?)?;
    stage.proxy.clear_rules();
    stage.browser.wait_for(POSTMARK)?;
    let staff = stage.world.staff(&stage.site)?;
    staff.count(1)?;
    assert_eq!(staff.texts(&staff.newest()?)?, ["unter dem Ahorn"]);
    Ok(())
}

#[test]
fn two_tabs_of_one_visitor_write_one_conversation_that_staff_read_whole() -> Result<()> {
    let stage = stage("two-tabs", 90)?;
    write(&stage, true, "eins, im ersten")?;
    let first = stage.browser.open_tab()?;
    stage.again("/plain")?;
    reads(&stage.browser, "eins, im ersten")?;
    stage.more("zwei, im zweiten")?;
    let second = stage.browser.switch(&first)?;
    enter(&stage.browser)?;
    // It does not know of the second one yet; the relay says so.
    stage.browser.click_on(ANOTHER)?;
    stage.more("drei, im ersten")?;
    reads(&stage.browser, "zwei, im zweiten")?;
    stage.browser.switch(&second)?;
    enter(&stage.browser)?;
    stage.more("vier, im zweiten")?;
    let staff = stage.world.staff(&stage.site)?;
    staff.count(1)?;
    let address = staff.newest()?;
    let all = ["eins, im ersten", "zwei, im zweiten", "drei, im ersten", "vier, im zweiten"];
    assert_eq!(staff.texts(&address)?, all);
    reads(&stage.browser, "drei, im ersten")?;
    assert_eq!(letters(&stage.browser)?, all);
    Ok(())
}

#[test]
fn two_tabs_of_one_visitor_in_which_the_key_changed_meanwhile_stay_one_conversation() -> Result<()> {
    let stage = stage("two-tabs-key", 90)?;
    write(&stage, true, "unter dem ersten Schlüssel")?;
    let first = stage.browser.open_tab()?;
    stage.again("/plain")?;
    reads(&stage.browser, "unter dem ersten Schlüssel")?;
    // Somebody leaves the team: another inbox key, and the second tab opens another epoch.
    let mut staff = stage.world.staff(&stage.site)?;
    let address = staff.newest()?;
    let anna = join(&stage.world, &stage.site, &mut staff, READ)?.member.id();
    staff.publish(|says| says.remove(&anna, now()))?;
    stage.more("unter dem neuen Schlüssel")?;
    stage.browser.switch(&first)?;
    enter(&stage.browser)?;
    stage.browser.click_on(ANOTHER)?;
    stage.more("aus dem anderen Tab")?;
    let staff = stage.world.staff(&stage.site)?;
    let all = ["unter dem ersten Schlüssel", "unter dem neuen Schlüssel", "aus dem anderen Tab"];
    assert_eq!(staff.texts(&address)?, all);
    reads(&stage.browser, "unter dem neuen Schlüssel")?;
    assert_eq!(letters(&stage.browser)?, all);
    Ok(())
}

#[test]
fn ret_04_closing_the_panel_keeps_it_for_the_tab_and_a_hostile_page_reads_nothing_of_it() -> Result<()> {
    let stage = stage("ret-04-hostile", 90)?;
    write(&stage, false, "unter uns")?;
    stage.shut()?;
    // Whatever a script of the page can take: storage, databases, and the keys in them.
    let script = "
        const done = (request) => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = no; });
        const out = [JSON.stringify({ ...sessionStorage }), JSON.stringify({ ...localStorage })];
        for (const { name } of await indexedDB.databases()) {
          const base = await done(indexedDB.open(name));
          for (const store of base.objectStoreNames)
            for (const kept of await done(base.transaction(store).objectStore(store).getAll()))
              for (const one of [kept, ...Object.values(kept)])
                out.push(one instanceof CryptoKey
                  ? await crypto.subtle.exportKey('raw', one).then(() => 'taken out', () => 'stays')
                  : JSON.stringify(one));
          base.close();
        }
        return out;";
    let found: Vec<String> = serde_json::from_value(stage.browser.run_async(script, &[])?)?;
    assert!(found.contains(&"stays".to_owned()) && !found.contains(&"taken out".to_owned()), "{found:?}");
    assert!(found.iter().all(|kept| !kept.contains("unter uns") && !kept.contains("einwurf/1")), "{found:?}");
    Ok(())
}
