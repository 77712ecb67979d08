//! The rights of the person behind a conversation, in the browser of a member: found by code, taken down, restricted,
//! erased, handed over; and what the visitor then reads.

#![allow(clippy::indexing_slicing, reason = "a test; clippy allows it in test functions only")]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{
        path,
        staff::{Right, RightsRequests},
        visitor::Kept,
    },
    ids::Cid,
    problem::Code,
};
use einwurf_tests::{
    browser::Look,
    desk::{DID, DO, DO_GRAVELY, ITEM, ROW},
    pace,
    plan::Plan,
    staff::Staff,
    visitor::Visitor,
    world::{Stage, World},
};

/// The question whether copies are deleted.
const COPIES: &str = ".sealed .button-main";

/// A visitor has written two messages, and a member has the conversation open.
fn reading(name: &str, plan: Plan) -> Result<(Stage, Visitor, Staff)> {
    let stage = Stage::of(World::quiet(name)?, plan, &Look::default())?;
    let mut visitor = stage.world.visitor(&stage.site)?;
    visitor.open("Wir hätten gern ein Angebot.")?;
    visitor.write("Mein Sohn hat Asthma.")?;
    let staff = stage.world.staff(&stage.site)?;
    staff.count(1)?;
    pace::until("both messages in the list", || {
        Ok(staff.list()?.iter().all(|entry| entry.events == 2).then_some(()))
    })?;
    stage.log_in(&stage.inbox_link())?;
    assert_eq!(stage.read_newest()?.len(), 2);
    Ok((stage, visitor, staff))
}

fn cid(staff: &Staff) -> Result<Cid> {
    Ok(staff.list()?.first().context("no conversation")?.cid)
}

fn texts(visitor: &mut Visitor) -> Result<Vec<Option<String>>> {
    Ok(visitor.reload()?.into_iter().map(|shown| shown.text).collect())
}

#[test]
fn rgt_06_a_member_restricts_and_the_visitor_reads_it_and_nothing_is_erased_until_it_is_lifted() -> Result<()>
{
    let (stage, mut visitor, staff) = reading("rights-restrict", Plan::default())?;
    let address = staff.newest()?;
    stage.task("restrict")?;
    stage.browser.click_on(DO)?;
    stage.browser.wait_for(DID)?;
    let told = texts(&mut visitor)?.pop().flatten().context("nothing was told")?;
    assert!(told.contains("Artikel 18 DSGVO"), "{told}");
    assert!(visitor.read(None)?.restricted.is_some());
    assert_eq!(staff.erase(&address)?.problem()?.code, Code::Restricted);
    // The page offers what the relay would take, and says why it offers no more.
    for gone in ["erase", "parts", "handover"] {
        let why = stage.browser.wait_for(&format!("#to-{gone}[aria-disabled=true] + p.hint"))?;
        assert!(!stage.browser.text(&why)?.is_empty());
    }
    stage.task("lift")?;
    stage.browser.click_on(DO)?;
    stage.browser.wait_for("#to-restrict:not([aria-disabled])")?;
    assert!(visitor.read(None)?.restricted.is_none());
    Ok(())
}

#[test]
fn rgt_06_erasing_asks_once_and_leaves_a_tombstone_that_asks_for_copies() -> Result<()> {
    let (stage, visitor, staff) = reading("rights-erase", Plan::default())?;
    stage.task("erase")?;
    stage.browser.click_on(DO_GRAVELY)?;
    stage.browser.wait_for("#rights-care p")?;
    assert_eq!(visitor.read(None)?.events.len(), 2, "nothing happens before the effect was read");
    stage.browser.click_on("#erase-aware")?;
    stage.browser.click_on(DO_GRAVELY)?;
    stage.browser.wait_for(COPIES)?;
    assert_eq!(visitor.get(path::EVENTS)?.problem()?.code, Code::Gone);
    let page = stage.browser.page_text()?;
    assert!(!page.contains("Asthma") && !page.contains("Angebot"), "{page}");
    stage.browser.click_on(COPIES)?;
    pace::until("copies are noted", || {
        let noted = staff.list()?.iter().find_map(|entry| entry.erasure?.copies_deleted);
        Ok(noted.map(drop))
    })
}

#[test]
fn rgt_03_a_withdrawal_takes_the_conversation_off_the_screen_of_a_member_who_reads_it() -> Result<()> {
    let (stage, mut visitor, _) = reading("rights-withdrawn", Plan::default())?;
    stage.task("handover")?;
    stage.browser.click_on("#part-0")?;
    visitor.withdraw()?;
    // The next look of the app, in the middle of a form.
    stage.browser.wait_for(COPIES)?;
    let page = stage.browser.page_text()?;
    assert!(!page.contains("Asthma") && !page.contains("Angebot"), "{page}");
    Ok(())
}

#[test]
fn ret_03_a_hand_over_saves_first_and_then_erases_the_rest() -> Result<()> {
    let (stage, mut visitor, _) = reading("rights-handover", Plan::default())?;
    stage.task("handover")?;
    stage.browser.click_on("#part-0")?;
    stage.browser.click_on(".periods li:first-child button")?;
    stage.browser.click_on(DO_GRAVELY)?;
    stage.browser.wait_for("#rights-care p")?;
    assert!(matches!(visitor.read(None)?.events[1].kept, Kept::Whole(_)), "not before the file");
    stage.browser.click_on(DO)?;
    stage.browser.wait_for(".answered")?;
    stage.browser.click_on(DO_GRAVELY)?;
    stage.browser.wait_for(DID)?;
    stage.browser.wait_for(".item-note")?;
    assert!(!stage.browser.page_text()?.contains("Asthma"));
    let read = visitor.read(None)?.events;
    assert!(matches!(read[0].kept, Kept::Whole(_)) && matches!(read[1].kept, Kept::Erased(_)));
    let told = texts(&mut visitor)?.pop().flatten().context("nothing was told")?;
    assert!(told.contains("Vorgang") && told.contains("31. Dezember"), "{told}");
    Ok(())
}

#[test]
fn kid_02_one_click_erases_a_message_and_one_click_asks_for_consent() -> Result<()> {
    let (stage, mut visitor, _) = reading("rights-special", Plan::all_boxes())?;
    stage.browser.click_on("[aria-labelledby=special-title] .button")?;
    stage.browser.wait_for(DID)?;
    assert!(visitor.reload()?.iter().any(|shown| shown.asks));
    stage.browser.click_on(".item:nth-child(2) .item-erase")?;
    stage.browser.wait_for(".item:nth-child(2) .item-note")?;
    let texts = texts(&mut visitor)?;
    assert!(texts[0].is_some() && texts[1].is_none(), "{texts:?}");
    Ok(())
}

#[test]
fn rgt_06_a_request_is_found_by_code_taken_down_with_its_month_and_closed() -> Result<()> {
    let (stage, _, staff) = reading("rights-request", Plan::default())?;
    let code = cid(&staff)?.code().to_lowercase().replace('-', " ");
    stage.browser.click_on("#nav-requests")?;
    stage.browser.type_into("#find-code", &code)?;
    stage.browser.press("\u{e007}")?;
    stage.browser.wait_for(ITEM)?;
    stage.task("request")?;
    stage.browser.click_on("#right-1")?;
    stage.browser.click_on(DO)?;
    stage.browser.wait_for(ITEM)?;
    let requests = || staff.call("GET", path::INBOX_RIGHTS, &[], None)?.json::<RightsRequests>();
    let request = pace::until("a request", || Ok(requests()?.requests.pop()))?;
    assert_eq!((request.right, request.due), (Right::Rectification, request.received.month_later()));
    stage.browser.click_on("#nav-requests")?;
    stage.browser.click_on(".entry [role=group] button")?;
    stage.browser.wait_for("#requests-good p")?;
    assert!(requests()?.requests[0].closed.is_some());
    stage.browser.click_on(".entry .link")?;
    stage.browser.wait_for(ROW).map(drop)
}
