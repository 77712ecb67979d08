//! What has to be true of a site whose storage an earlier build left.

use crate::fixture::{Kept, Past, texts};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        path,
        staff::{AbuseState, Eraser, MailHealth},
    },
    codec::from_base64url,
    problem::Code,
    sheet::{Sheet, TeamSheet},
};
use einwurf_tests::{pace, receiver::Taken, staff::Staff, webhooks::is_signed_sometime};
use std::collections::BTreeSet;

/// Everything that both sides read is what they read when it was stored.
pub(crate) fn reads_the_same(past: &Past, staff: &[Staff; 2]) -> Result<()> {
    for (name, kept) in &past.fixture.conversations {
        both_read(past, staff, kept).with_context(|| format!("conversation {name:?}"))?;
    }
    let [admin, anna] = staff;
    let [team, sheet] = &past.fixture.sheets;
    let (team, sheet): (TeamSheet, Sheet) = (serde_json::from_str(team)?, serde_json::from_str(sheet)?);
    let sheets = anna.sheets(0)?;
    let stored = |conversation: Option<&str>| {
        let mut all = sheets.sheets.iter();
        all.find(|stored| stored.conversation.as_deref() == conversation).context("a sheet is missing")
    };
    ensure!(anna.opened::<TeamSheet>(None, stored(None)?)? == team, "the team's sheet");
    let address = &past.kept("answered")?.address;
    ensure!(anna.opened::<Sheet>(Some(sheet.cid), stored(Some(address))?)? == sheet, "a note");
    let stands = |name| admin.fetch(&past.kept(name)?.address);
    ensure!(
        stands("restricted")?.restricted.is_some() && stands("claimed")?.hold.is_some(),
        "how they stand"
    );
    let abuse: AbuseState = admin.call("GET", path::INBOX_ABUSE, &[], None)?.json()?;
    ensure!(admin.mail()? == past.fixture.mail && abuse.settings == past.fixture.abuse, "settings");
    ensure!(admin.proofs(None)?.head.is_some(), "the head of the day before");
    let state = admin.state()?;
    ensure!(state.invitations.len() == 1 && admin.requests()?.len() == 1 && admin.webhooks()?.len() == 1);
    ensure!(past.stranger()?.status()?.certificate == anna.certificate()?, "the hours");
    ensure!(!admin.log()?.is_empty(), "the log");
    Ok(())
}

fn both_read(past: &Past, staff: &[Staff; 2], kept: &Kept) -> Result<()> {
    let mut visitor = past.visitor(kept)?;
    match &kept.visitor {
        Some(expected) => assert_eq!(&texts(&visitor.reload()?), expected),
        None => assert_eq!(visitor.get(path::EVENTS)?.code()?, Some(Code::Gone)),
    }
    visitor.receipt()?;
    for member in staff {
        match &kept.staff {
            Some(expected) => assert_eq!(&member.texts(&kept.address)?, expected),
            None => assert_eq!(member.look(&kept.address)?.code()?, Some(Code::Gone)),
        }
    }
    if let Some((id, ciphertext)) = &kept.file {
        let ciphertext = from_base64url(ciphertext)?;
        for member in staff {
            ensure!(member.part(&kept.address, *id, 0)?.ok()?.body == ciphertext, "other bytes in a file");
        }
        ensure!(visitor.part(*id, 0)?.ok()?.body == ciphertext, "other bytes in a file");
    }
    Ok(())
}

/// What was owed is delivered: to the list and the proof, by mail, by the webhook, to the browser.
pub(crate) fn is_delivered(past: &mut Past, admin: &Staff) -> Result<()> {
    let expected = past.fixture.conversations.len();
    admin.count(expected)?;
    for (name, kept) in &past.fixture.conversations {
        let proof = pace::until("the records", || {
            let proof = admin.proof(&kept.address)?;
            Ok(proof.filter(|proof| proof.records.len() == kept.records))
        });
        admin.checked(&proof.with_context(|| format!("conversation {name:?}"))?)?;
    }
    let by = |name| -> Result<_> { Ok(admin.tombstone(&past.kept(name)?.address)?.by) };
    assert_eq!((by("withdrawn")?, by("erased")?), (Eraser::Visitor, Eraser::Staff));
    let is_push = |taken: &Taken| taken.path == "/anna";
    let (mut pushed, mut told) = (false, BTreeSet::new());
    while !pushed || told.len() < 2 {
        let taken = past.receiver.next()?;
        if is_push(&taken) {
            assert_eq!(past.browser()?.reads(&taken)?, "einwurf");
            pushed = true;
        } else {
            is_signed_sometime(&taken, &past.fixture.webhook.1)?;
            told.insert(taken.occasion()?);
        }
    }
    past.world.smtp()?.mail()?;
    pace::until("the queue to empty", || {
        Ok(matches!(admin.health()?.mail, MailHealth::Idle { sent: Some(_) }).then_some(()))
    })
}

/// Everybody goes on.
fn goes_on(past: &Past, staff: &[Staff; 2]) -> Result<()> {
    let [admin, anna] = staff;
    for name in ["fresh", "answered", "owed"] {
        let kept = past.kept(name)?;
        let mut visitor = past.visitor(kept)?;
        visitor.reload()?;
        visitor.write("Und jetzt?")?;
        anna.answer(&kept.address, "Jetzt auch.")?;
        let shown = texts(&visitor.reload()?);
        assert_eq!(shown, admin.texts(&kept.address)?);
        ensure!(shown.ends_with(&["Und jetzt?".to_owned(), "Jetzt auch.".to_owned()]), "{shown:?}");
    }
    let mut withdrawn = past.visitor(past.kept("fresh")?)?;
    withdrawn.reload()?;
    withdrawn.withdraw()?;
    assert_eq!(withdrawn.get(path::EVENTS)?.code()?, Some(Code::Gone));
    admin.tombstone(&past.kept("fresh")?.address)?;
    past.stranger()?.open("Neu hier.")?;
    admin.count(past.fixture.conversations.len() + 1)
}

/// All of it, one after the other.
pub(crate) fn lives(mut past: Past) -> Result<()> {
    let staff = past.members()?;
    reads_the_same(&past, &staff)?;
    is_delivered(&mut past, &staff[0])?;
    goes_on(&past, &staff)
}
