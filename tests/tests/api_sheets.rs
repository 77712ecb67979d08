//! Sheets: what staff note among themselves. The relay counts versions and opens none.

#![allow(clippy::expect_used, reason = "helpers of a test; clippy allows it in test functions only")]

use anyhow::{Context, Result};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        staff::{PutSheet, SheetStored},
    },
    codec::to_base64url,
    ids::{Digest, MessageId},
    limits::{SHEET_BYTES, TEAM_SHEET_BYTES},
    problem::Code,
    sheet::{Canned, Note, Sheet, TeamSheet},
};
use einwurf_tests::{
    canary::Canary,
    clock::{DAY, now},
    colleague::{READ, SIGN, join},
    pace, random,
    rights::Traces,
    staff::Staff,
    visitor::Visitor,
    world::World,
};

/// The sheet of a visitor's conversation with a note.
fn sheet(visitor: &Visitor, staff: &Staff, text: &str) -> Sheet {
    let note =
        Note { id: MessageId(random::bytes()), at: now(), by: staff.member.id(), text: text.to_owned() };
    Sheet {
        v: VERSION,
        cid: visitor.conversation.cid(),
        changes: 1,
        waiting: true,
        hidden: false,
        assigned: Some(staff.member.id()),
        topic: None,
        labels: Vec::new(),
        notes: vec![note],
        identified: None,
    }
}

fn team(text: &str) -> TeamSheet {
    let title = "Gruß".to_owned().try_into().expect("a label");
    TeamSheet {
        v: VERSION,
        changes: 1,
        canned: vec![Canned { title, text: text.to_owned() }],
        topics: Vec::new(),
        labels: Vec::new(),
        stand_ins: Vec::new(),
        hours: None,
        automatic: [].into(),
    }
}

/// Bytes that nobody opens, under the key in force.
fn any(staff: &Staff, base: u64, length: usize) -> Result<PutSheet> {
    Ok(PutSheet { v: VERSION, base, inbox_key: staff.inbox_key()?.id(), sealed: vec![7; length] })
}

/// A conversation of the site, announced.
fn written(world: &World, site: &einwurf_tests::seed::Site, staff: &Staff) -> Result<(Visitor, String)> {
    let mut visitor = world.visitor(site)?;
    visitor.open("Guten Tag")?;
    let address = visitor.address.clone().context("no address")?;
    pace::until("the announcement", || {
        Ok(staff.list()?.iter().any(|entry| entry.conversation == address).then_some(()))
    })?;
    Ok((visitor, address))
}

#[test]
fn two_members_share_sheets_and_the_second_of_two_changes_reads_first() -> Result<()> {
    let world = World::quiet("sheets")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let anna = join(&world, &site, &mut admin, READ)?;
    let (visitor, address) = written(&world, &site, &admin)?;
    let secret = Canary::new("Notizkanarienvogel");
    let first = admin.note(&address, 0, &sheet(&visitor, &admin, secret.text()))?;
    let seen = anna.sheets(0)?;
    assert_eq!((seen.sheets.len(), seen.after, seen.more), (1, first, false));
    assert_eq!(seen.sheets[0].conversation.as_deref(), Some(address.as_str()));
    let read: Sheet = anna.opened(Some(visitor.conversation.cid()), &seen.sheets[0])?;
    assert_eq!(read.notes[0].text, secret.text());
    // Both change the first: the second is told, reads, and changes what is there then.
    let again = admin.note(&address, first, &sheet(&visitor, &admin, "zweite"))?;
    let mine = anna.sealed_sheet(first, Some(read.cid), &read)?;
    for stale in [first, 0, again + 1] {
        let reply = anna.put_sheet(Some(&address), &PutSheet { base: stale, ..mine.clone() })?;
        assert_eq!(reply.code()?, Some(Code::Conflict), "{stale}");
    }
    assert_eq!(anna.sheets(first)?.sheets[0].version, again);
    let third = anna.put_sheet(Some(&address), &PutSheet { base: again, ..mine })?.json::<SheetStored>()?;
    // The team's own is counted with all others.
    let shared = anna.share(0, &team(secret.text()))?;
    assert!(first < again && again < third.version && third.version < shared);
    let news = admin.sheets(again)?;
    let versions: Vec<_> = news.sheets.iter().map(|sheet| sheet.version).collect();
    assert_eq!((versions, news.after), (vec![third.version, shared], shared));
    assert_eq!(news.sheets[1].conversation, None);
    assert_eq!(admin.opened::<TeamSheet>(None, &news.sheets[1])?.canned[0].text, secret.text());
    let none = admin.sheets(shared)?;
    assert_eq!((none.sheets.len(), none.after, none.more), (0, shared, false));
    assert_eq!(admin.ask_sheets(Some("x"))?.problem()?.field.as_deref(), Some("einwurf-after"));
    world.relay.holds_none(&[secret])
}

#[test]
fn a_sheet_is_as_long_as_it_may_be_and_not_a_byte_longer() -> Result<()> {
    let world = World::quiet("sheet-length")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (_, address) = written(&world, &site, &staff)?;
    for (whose, most) in [(Some(address.as_str()), SHEET_BYTES), (None, TEAM_SHEET_BYTES)] {
        let below = staff.put_sheet(whose, &any(&staff, 0, most - 1)?)?.json::<SheetStored>()?.version;
        let at = staff.put_sheet(whose, &any(&staff, below, most)?)?.json::<SheetStored>()?.version;
        let above = staff.put_sheet(whose, &any(&staff, at, most + 1)?)?;
        assert_eq!(above.code()?, Some(Code::TooLarge), "{most}");
        let kept = staff.sheets(below)?.sheets;
        assert_eq!((kept[0].version, kept[0].sealed.len()), (at, most));
    }
    let short = staff.put_sheet(Some(&address), &any(&staff, 0, 39)?)?.problem()?;
    assert_eq!(short.field.as_deref(), Some("sealed"));
    Ok(())
}

#[test]
fn rgt_03_a_sheet_goes_with_its_conversation() -> Result<()> {
    let mut world = World::quiet("sheet-gone")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (mut withdrawn, one) = written(&world, &site, &staff)?;
    let (erased, two) = written(&world, &site, &staff)?;
    let (over, three) = written(&world, &site, &staff)?;
    for (visitor, address) in [(&withdrawn, &one), (&erased, &two), (&over, &three)] {
        staff.note(address, 0, &sheet(visitor, &staff, "Notiz"))?;
    }
    staff.share(0, &team("bleibt"))?;
    assert_eq!(staff.sheets(0)?.sheets.len(), 4);
    withdrawn.withdraw()?;
    staff.erase(&two)?.ok()?;
    for address in [&one, &two] {
        staff.tombstone(address)?;
        let reply = staff.put_sheet(Some(address), &any(&staff, 0, 100)?)?;
        assert_eq!(reply.code()?, Some(Code::Gone));
    }
    let left = staff.sheets(0)?.sheets;
    let left: Vec<_> = left.iter().map(|sheet| sheet.conversation.as_deref()).collect();
    assert_eq!(left, [Some(three.as_str()), None]);
    // A version is never given twice, whatever is gone.
    let newest = staff.sheets(0)?.after;
    assert!(staff.put_sheet(None, &any(&staff, newest, 100)?)?.json::<SheetStored>()?.version > newest);
    world.advance(91 * DAY)?;
    let staff = world.staff(&site)?;
    pace::until("only the team's sheet", || {
        let left = staff.sheets(0)?.sheets;
        Ok((left.len() == 1 && left[0].conversation.is_none()).then_some(()))
    })
}

#[test]
fn rgt_03_a_sheet_leaves_the_raw_storage_with_all_that_it_ever_said() -> Result<()> {
    let world = World::quiet("sheet-raw")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (mut visitor, address) = written(&world, &site, &staff)?;
    let (kept, other) = written(&world, &site, &staff)?;
    staff.note(&other, 0, &sheet(&kept, &staff, "bleibt"))?;
    let cid = visitor.conversation.cid();
    // Short, longer, beyond its room, short again.
    let (mut base, mut traces) = (0, Vec::new());
    for length in [10, 500, 9_000, 20] {
        let body = staff.sealed_sheet(base, Some(cid), &sheet(&visitor, &staff, &"n".repeat(length)))?;
        base = staff.put_sheet(Some(&address), &body)?.json::<SheetStored>()?.version;
        traces.push(Traces::of_bytes(&body.sealed));
    }
    assert!(traces.iter().any(|traces| traces.are_there(&world)), "nothing to look for");
    let left =
        staff.sheets(0)?.sheets.into_iter().find(|sheet| sheet.version != base).context("the other")?;
    visitor.withdraw()?;
    for traces in &traces {
        traces.gone_within_60_seconds(&world)?;
    }
    assert!(Traces::of_bytes(&left.sealed).are_there(&world));
    assert_eq!(staff.sheets(0)?.sheets, [left]);
    Ok(())
}

#[test]
fn only_readers_have_sheets_and_only_of_their_own_site() -> Result<()> {
    let world = World::quiet("sheet-whose")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut admin = world.staff(&site)?;
    let technician = join(&world, &site, &mut admin, SIGN)?;
    let stranger = world.staff(&other)?;
    let (_, address) = written(&world, &site, &admin)?;
    let body = any(&admin, 0, 100)?;
    assert_eq!(technician.ask_sheets(None)?.code()?, Some(Code::Forbidden));
    assert_eq!(technician.put_sheet(None, &body)?.code()?, Some(Code::Forbidden));
    assert_eq!(technician.call("PUT", path::INBOX_SHEETS, &[], Some(b"{}"))?.code()?, Some(Code::Forbidden));
    // What belongs to a conversation never becomes the team's, whatever its address is.
    for address in [address.as_str(), "", "x", &stranger.site] {
        let reply = stranger.put_sheet(Some(address), &any(&stranger, 0, 100)?)?;
        assert_eq!(reply.code()?, Some(Code::NotFound), "{address}");
    }
    assert!(stranger.sheets(0)?.sheets.is_empty());
    // A device with an old key set hears that its key is none of the site's.
    for key in [stranger.inbox_key()?.id(), Digest([1; 32])] {
        let reply = admin.put_sheet(Some(&address), &PutSheet { inbox_key: key, ..body.clone() })?;
        assert_eq!(reply.code()?, Some(Code::KeyRetired));
    }
    assert!(admin.sheets(0)?.sheets.is_empty());
    Ok(())
}

#[test]
fn rgt_05_a_visitors_data_has_the_sheet_as_it_is_stored() -> Result<()> {
    let world = World::quiet("sheet-data")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let (visitor, address) = written(&world, &site, &staff)?;
    let (_, other) = written(&world, &site, &staff)?;
    let body = staff.sealed_sheet(0, Some(visitor.conversation.cid()), &sheet(&visitor, &staff, "Notiz"))?;
    let version = staff.put_sheet(Some(&address), &body)?.json::<SheetStored>()?.version;
    staff.put_sheet(Some(&other), &any(&staff, 0, 100)?)?.ok()?;
    let stored = visitor.data()?.stored;
    assert_eq!(stored["inbox.sheets.sealed"], [to_base64url(&body.sealed)]);
    assert_eq!(stored["inbox.sheets.inbox_key"], [to_base64url(&body.inbox_key.0)]);
    assert_eq!(stored["inbox.sheets.version"], [version.to_string()]);
    Ok(())
}
