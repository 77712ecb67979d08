//! What a member does in the inbox is what the visitor reads in the widget, and the other way round: both in a browser.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{path, staff::Deed, visitor::Kept},
    message::Act,
    notice::{Purpose, Register},
    problem::Code,
};
use einwurf_tests::{
    browser::{Browser, DESKTOP, PHONE},
    clock::{DAY, now},
    consent::grants,
    desk::{DID, DO, DO_GRAVELY, ITEM},
    pace,
    plan::Plan,
    staff::Staff,
    talk::{Files, day, enter, file, files, letters, noticed, reads},
    widget::{BELOW, RECEIPT, SEE, TEXT, Words},
    world::Stage,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A visitor's tab with a conversation of these messages, and a member's tab with it open.
struct Sides {
    stage: Stage,
    staff: Staff,
    address: String,
    visitor: String,
    member: String,
}

impl Sides {
    fn start(name: &str, plan: Plan, messages: &[&str]) -> Result<Self> {
        let stage = noticed(name, plan)?;
        stage.decide(Register::DeFormal, &BTreeSet::new())?;
        stage.go_on()?;
        for (place, text) in messages.iter().enumerate() {
            match place {
                0 => stage.written(text)?,
                _ => stage.more(text)?,
            }
            if place == 0 {
                stage.browser.click_on(SEE)?;
                stage.browser.wait_for(TEXT)?;
            }
        }
        let staff = stage.world.staff(&stage.site)?;
        let address = staff.newest()?;
        let count = u64::try_from(messages.len())?;
        pace::until("all of them in the list", || {
            Ok(staff.list()?.iter().any(|entry| entry.events == count).then_some(()))
        })?;
        let visitor = stage.browser.open_tab()?;
        stage.log_in(&stage.inbox_link())?;
        stage.browser.open_newest()?;
        stage.browser.wait_for(ITEM)?;
        let member = stage.browser.switch(&visitor)?;
        stage.browser.switch(&member)?;
        Ok(Self { stage, staff, address, visitor, member })
    }

    fn browser(&self) -> &Browser {
        &self.stage.browser
    }

    /// To the member's tab.
    fn inbox(&self) -> Result<()> {
        self.browser().switch(&self.member)?;
        self.browser().leave()
    }

    /// To the visitor's tab, where time passes: it looks at the relay, and again at what an act changed.
    fn widget(&self) -> Result<()> {
        self.browser().switch(&self.visitor)?;
        enter(self.browser())?;
        for _ in 0..3 {
            self.stage.pass(30)?;
        }
        Ok(())
    }

    /// Files that the member's tab offered so far, by the end of a name that their type gives.
    fn saved(&self) -> Result<Vec<String>> {
        self.stage.files()
    }

    /// Pictures of the screen, small and dark, and large and light, for people who ask for them.
    fn look(&self, name: &str) -> Result<()> {
        for (size, dark) in [(PHONE, true), (DESKTOP, false)] {
            self.browser().resize(size)?;
            self.browser().dark(dark)?;
            self.browser().picture(&format!("{name}-{}", size.0))?;
        }
        Ok(())
    }
}

/// Waits until no message of the visitor's screen says `text`.
fn gone(sides: &Sides, text: &str) -> Result<()> {
    pace::until("the look after the act", || {
        sides.stage.pass(30)?;
        let letters = letters(sides.browser())?;
        Ok(letters.iter().all(|letter| !letter.contains(text)).then_some(()))
    })
}

#[test]
fn ret_01_both_sides_see_the_same_deletion_date() -> Result<()> {
    let sides = Sides::start("ret-01-both", Plan { days: 47, ..Plan::default() }, &["Wann ist das weg?"])?;
    let deleted = sides.staff.fetch(&sides.address)?.deleted.0;
    let days = deleted.saturating_sub(now().0).div_ceil(DAY);
    assert_eq!(days, 47);
    sides.inbox()?;
    let day = day(sides.browser(), deleted)?;
    sides
        .browser()
        .until(&format!("document.querySelector('.details').innerText.includes({})", json!(day)))?;
    sides.widget()?;
    sides.stage.says(&format!("Gelöscht wird sie am {day}"))
}

#[test]
fn ret_03_what_is_handed_over_is_told_with_basis_and_date_and_the_rest_is_gone_on_both_sides() -> Result<()> {
    let messages = [
        "Bitte ein Angebot für zwölf Fenster.",
        "Mein Mann liegt im Krankenhaus.",
        "Bis März, wenn es geht.",
    ];
    let sides = Sides::start("ret-03-both", Plan::default(), &messages)?;
    sides.inbox()?;
    sides.stage.task("handover")?;
    for part in ["#part-0", "#part-2"] {
        sides.browser().click_on(part)?;
    }
    sides.browser().click_on(".periods li:first-child button")?;
    let until = sides.browser().run("return document.querySelector('#rights-until').value;", &[])?;
    sides.look("inbox-handover")?;
    sides.browser().click_on(DO)?;
    sides.browser().wait_for(".answered")?;
    let saved = sides.saved()?;
    let page = saved.iter().rfind(|text| text.starts_with("<!")).context("no page was saved")?;
    assert!(page.contains(messages[0]) && page.contains(messages[2]), "{page}");
    assert!(!page.contains("Krankenhaus"), "the export holds what was not ticked");
    sides.browser().click_on(DO_GRAVELY)?;
    sides.browser().wait_for(DID)?;
    assert!(!sides.browser().page_text()?.contains("Krankenhaus"));

    sides.widget()?;
    reads(sides.browser(), "Vorgang")?;
    gone(&sides, "Krankenhaus")?;
    let letters = letters(sides.browser())?;
    let erased = Words::of(Register::DeFormal)?.start("erased")?;
    assert_eq!(&letters[..3], [messages[0].to_owned(), erased, messages[2].to_owned()]);
    let year = until.as_str().and_then(|until| until.split('-').next()).context("no date")?;
    let told = letters.last().context("nothing was told")?;
    assert!(told.contains(&format!("31. Dezember {year}")), "{told}");
    assert!(told.contains("Vertrag"), "no basis: {told}");
    sides.look("talk-handover")?;
    let kept: Vec<_> = sides
        .staff
        .fetch(&sides.address)?
        .events
        .iter()
        .map(|one| matches!(one.kept, Kept::Whole(_)))
        .collect();
    assert_eq!(kept, [true, false, true, true]);
    Ok(())
}

#[test]
fn rgt_06_a_restriction_is_told_holds_at_the_relay_is_lifted_logged_and_the_copy_is_whole() -> Result<()> {
    let sides = Sides::start("rgt-06-both", Plan::default(), &["Das stimmt so nicht.", "Bitte prüfen."])?;
    sides.inbox()?;
    sides.stage.task("restrict")?;
    sides.browser().click_on(DO)?;
    sides.browser().wait_for(DID)?;
    sides.widget()?;
    sides.stage.says(&Words::of(Register::DeFormal)?.start("restricted")?)?;
    reads(sides.browser(), "Artikel 18 DSGVO")?;
    sides.look("talk-restricted")?;
    let act = sides.staff.act(&sides.address, Act::Erase { parts: vec![0] })?;
    assert_eq!((act.status, act.code()?), (423, Some(Code::Restricted)));

    sides.inbox()?;
    sides.stage.task("export")?;
    sides.browser().click_on(DO)?;
    sides.browser().wait_for("#rights-good p")?;
    let saved = sides.saved()?;
    for message in ["Das stimmt so nicht.", "Bitte prüfen."] {
        assert_eq!(saved.iter().filter(|text| text.contains(message)).count(), 2, "{message}");
    }
    sides.stage.task("lift")?;
    sides.browser().click_on(DO)?;
    sides.browser().wait_for("#to-restrict:not([aria-disabled])")?;
    sides.widget()?;
    let words = Words::of(Register::DeFormal)?.start("restricted")?;
    sides
        .browser()
        .until(&format!("!document.querySelector('.standing').innerText.includes({})", json!(words)))?;

    sides.inbox()?;
    sides.browser().click_on("#nav-log")?;
    sides.browser().until("document.querySelectorAll('table.log tbody tr').length >= 4")?;
    let log = sides.browser().page_text()?;
    for deed in ["geöffnet", "eingeschränkt", "kopiert", "Einschränkung aufgehoben"] {
        assert!(log.contains(deed), "not in the log: {deed}\n{log}");
    }
    assert!(!log.contains("Bitte prüfen"), "content in the log");
    sides.look("inbox-log")?;
    assert_eq!(sides.browser().violations()?, []);
    let deeds: Vec<_> = sides.staff.log()?.into_iter().map(|entry| entry.deed).collect();
    assert!(deeds.contains(&Deed::Restrict) && deeds.contains(&Deed::Export), "{deeds:?}");
    Ok(())
}

#[test]
fn rgt_06_what_staff_erase_is_over_for_the_visitor_and_the_receipt_says_who() -> Result<()> {
    let sides = Sides::start("rgt-06-erase", Plan::default(), &["Bitte löschen Sie das."])?;
    sides.inbox()?;
    sides.stage.task("erase")?;
    sides.look("inbox-erase")?;
    sides.browser().click_on("#erase-aware")?;
    sides.browser().click_on(DO_GRAVELY)?;
    sides.browser().wait_for(".sealed .button-main")?;
    sides.look("inbox-tombstone")?;
    sides.widget()?;
    sides.stage.says(&Words::of(Register::DeFormal)?.start("gone_title")?)?;
    assert!(sides.stage.is_over()?);
    sides.stage.paper(BELOW)?;
    let taken: Files = files(sides.browser())?;
    assert!(
        file(&taken, ".html")?.contains("Beispiel Fensterbau GmbH gelöscht"),
        "{}",
        file(&taken, ".html")?
    );
    Ok(())
}

#[test]
fn kid_02_a_member_erases_one_message_asks_and_the_visitor_consents_with_the_next() -> Result<()> {
    let plan = Plan { offers: [Purpose::Special].into(), ..Plan::default() };
    let sides = Sides::start("kid-02-both", plan, &["Ein Fenster, bitte.", "Mein Kind hat Asthma."])?;
    sides.inbox()?;
    sides.browser().wait_for("[aria-labelledby=special-title]")?;
    sides.look("inbox-special")?;
    sides.browser().click_on(".item:nth-child(2) .item-erase")?;
    sides.browser().wait_for(".item:nth-child(2) .item-note")?;
    sides.browser().click_on("[aria-labelledby=special-title] .button")?;
    sides.browser().until(&format!("document.querySelectorAll('{DID}').length === 2"))?;

    sides.widget()?;
    sides.browser().wait_for(".question input[type=checkbox]")?;
    gone(&sides, "Asthma")?;
    assert_eq!(
        sides.browser().run("return document.querySelector('.question input').checked;", &[])?,
        json!(false)
    );
    sides.look("talk-question")?;
    // Without the tick nothing is agreed to.
    sides.browser().click_on(".question button.equal")?;
    assert_eq!(sides.browser().count(".question button.equal")?, 1);
    sides.browser().click_on(".question input[type=checkbox]")?;
    sides.browser().click_on(".question button.equal")?;
    sides.browser().until("!document.querySelector('.question button')")?;
    let hint = Words::of(Register::DeFormal)?.start("special_hint")?;
    assert!(!sides.browser().page_text()?.contains(&hint), "the hint stays although consent was given");
    sides.stage.more("Also: wegen Asthma dichte Fenster.")?;

    let conversation = sides.staff.fetch(&sides.address)?;
    assert_eq!(grants(&conversation)?.len(), 2, "no fresh grant came along");
    assert!(!serde_json::to_string(&grants(&conversation)?)?.contains("special"));
    let (choices, _) = sides.staff.sealed_choices(&sides.address)?;
    assert_eq!(choices.context("no choices")?.special, Some(true));
    sides.inbox()?;
    sides.browser().until("document.body.innerText.includes('wegen Asthma dichte Fenster')")?;
    sides.browser().until("!document.querySelector('[aria-labelledby=special-title]')")?;
    let details = sides.browser().find(".details")?;
    let details = sides.browser().text(&details)?;
    ensure!(details.contains("Besonders geschützte Angaben"), "{details}");
    Ok(())
}

#[test]
fn rgt_06_the_code_in_the_receipt_finds_the_conversation_and_an_objection_restricts_first() -> Result<()> {
    let sides = Sides::start("rgt-06-code", Plan::request(), &["Ich möchte widersprechen."])?;
    sides.browser().switch(&sides.visitor)?;
    enter(sides.browser())?;
    let taken = sides.stage.take(RECEIPT)?;
    let code = sides.staff.list()?.first().context("no entry")?.cid.code();
    assert!(file(&taken, ".html")?.contains(&code), "the receipt does not name the code {code}");
    sides.inbox()?;
    sides.browser().click_on("#nav-requests")?;
    sides.browser().type_into("#find-code", &code.to_lowercase())?;
    sides.browser().press("\u{e007}")?;
    sides.browser().wait_for(ITEM)?;
    sides.stage.task("object")?;
    sides.look("inbox-object")?;
    sides.browser().click_on(DO)?;
    sides.browser().wait_for(DID)?;
    // Restricted: now somebody decides.
    sides.stage.task("object")?;
    sides.browser().wait_for("#rights-reasons")?;
    sides.look("inbox-object-decide")?;
    let reply = sides.staff.call("GET", path::INBOX, &[], None)?;
    let page: Value = serde_json::from_slice(&reply.body)?;
    assert!(page.pointer("/conversations/0/restricted").is_some(), "{page}");
    Ok(())
}
