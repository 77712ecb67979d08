//! The proof of consent (REC-06): chained, countersigned, mailed as a daily head, exported, and deleted after its period.

#![allow(
    clippy::indexing_slicing,
    reason = "tables and helpers of a test; clippy allows it in test functions only"
)]

use anyhow::{Context, Result};
use einwurf_protocol::{
    api::{path, staff::MailSettings},
    codec::from_base64url,
    problem::Code,
    record::{Ended, What, grant_digest, record_digest, root},
    time::Timestamp,
};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{READ, SIGN, join},
    duties::head,
    pace,
    plan::Plan,
    smtp::Event,
    staff::Staff,
    world::World,
};

/// Waits for the proof of a conversation with so many records.
fn proven(staff: &Staff, conversation: &str, records: usize) -> Result<einwurf_protocol::api::staff::Proof> {
    pace::until("the proof", || Ok(staff.proof(conversation)?.filter(|proof| proof.records.len() == records)))
}

#[test]
fn rec_06_a_grant_and_its_withdrawal_are_chained_and_countersigned() -> Result<()> {
    let world = World::quiet("proof-chain")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let conversation = staff.newest()?;
    let given = proven(&staff, &conversation, 1)?;
    assert_eq!(staff.checked(&given)?[0].what, What::Grant(grant_digest(&given.grants[0])));
    let withdrawn = visitor.withdraw()?;
    let proof = proven(&staff, &conversation, 2)?;
    let records = staff.checked(&proof)?;
    assert_eq!(records[1].what, What::Withdrawal(withdrawn.digest));
    assert_eq!(proof.records[0], given.records[0], "what was recorded stays");
    let remains = proof.withdrawal.clone().context("what is left of the withdrawal")?;
    let event = einwurf_protocol::event::Event::of_remains(&remains)?;
    event.verify(&visitor.conversation.public_key())?;
    assert_eq!(proof.until, records[1].at.proof_until());
    // One changed entry breaks it.
    for place in 0..2 {
        let mut changed = proof.clone();
        let text = changed.records[place].clone();
        let flipped = if text.ends_with('A') { "B" } else { "A" };
        changed.records[place] = format!("{}{flipped}", &text[..text.len() - 1]);
        assert!(staff.checked(&changed).is_err(), "{place}");
    }
    Ok(())
}

#[test]
fn rec_06_an_end_by_staff_or_by_date_is_recorded_once_and_nothing_follows() -> Result<()> {
    let mut world = World::quiet("proof-end")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let staff = world.staff(&site)?;
    let (mut erased, mut kept) = (world.visitor(&site)?, world.visitor(&site)?);
    erased.open("wird gelöscht")?;
    let first = staff.newest()?;
    kept.open("läuft ab")?;
    staff.count(2)?;
    assert_eq!(staff.erase(&first)?.status, 204);
    let proof = proven(&staff, &first, 2)?;
    assert_eq!(staff.checked(&proof)?[1].what, What::Ended(Ended::Invalidated));
    assert!(proof.withdrawal.is_none());

    world.advance(31 * DAY)?;
    let staff = world.staff(&site)?;
    let all = pace::until("the record of the end", || {
        let proofs = staff.proofs(None)?.proofs;
        let ended = proofs.iter().filter(|proof| proof.records.len() == 2).count();
        Ok((ended == 2).then_some(proofs))
    })?;
    let mut ends = all.iter().map(|proof| Ok(staff.checked(proof)?[1].what)).collect::<Result<Vec<_>>>()?;
    ends.sort_by_key(|what| format!("{what:?}"));
    assert_eq!(ends, [What::Ended(Ended::Expired), What::Ended(Ended::Invalidated)]);
    Ok(())
}

#[test]
fn rec_06_a_refusal_leaves_no_record() -> Result<()> {
    let world = World::quiet("proof-refusal")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let files = world.relay.files();
    let mut visitor = world.visitor(&site)?;
    let ticket = visitor.ticket()?.ticket;
    let event = visitor.seal("ohne Einwilligung")?;
    let mut body = visitor.opening(event);
    body.grant = None;
    assert_eq!(visitor.post_open(&ticket, &body)?.code()?, Some(Code::ConsentRequired));
    assert_eq!(staff.proofs(None)?.proofs, []);
    assert_eq!(world.relay.files(), files);
    Ok(())
}

#[test]
fn rec_06_all_proofs_are_exported_by_pages_to_those_who_audit() -> Result<()> {
    let world = World::quiet("proof-export")?;
    let site = world.site()?;
    let mut admin = world.staff(&site)?;
    let many = 101;
    for _ in 0..many {
        world.visitor(&site)?.open("eine von vielen")?;
    }
    let first = pace::until("a first page that is full", || {
        Ok(Some(admin.proofs(None)?).filter(|page| page.after.is_some()))
    })?;
    let after = first.after.context("a second page")?;
    let second = admin.proofs(Some(&after))?;
    assert_eq!((first.proofs.len(), second.proofs.len(), &second.after), (100, 1, &None));
    let cids: Vec<_> = first.proofs.iter().chain(&second.proofs).map(|proof| proof.cid).collect();
    assert!(cids.windows(2).all(|pair| pair[0] < pair[1]), "in ascending order");
    assert_eq!(first.log_key, admin.manifest()?.relay.log_key);
    for proof in first.proofs.iter().chain(&second.proofs) {
        admin.checked(proof)?;
    }
    let reply = admin.call("GET", path::INBOX_PROOFS, &[("einwurf-after", "nowhere")], None)?;
    assert_eq!(reply.code()?, Some(Code::Malformed));
    let conversation = admin.newest()?;
    let reader = join(&world, &site, &mut admin, READ)?;
    let refused = reader.call("GET", path::INBOX_PROOFS, &[], None)?;
    assert_eq!(refused.code()?, Some(Code::Forbidden));
    assert_eq!(reader.proof_of(&conversation)?.status, 200);
    Ok(())
}

#[test]
fn rec_06_who_only_signs_and_other_sites_see_no_proof() -> Result<()> {
    let world = World::quiet("proof-forbidden")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut admin = world.staff(&site)?;
    world.visitor(&site)?.open("Guten Tag")?;
    let conversation = admin.newest()?;
    assert_eq!(world.staff(&other)?.proof_of(&conversation)?.code()?, Some(Code::NotFound));
    let technician = join(&world, &site, &mut admin, SIGN)?;
    assert_eq!(technician.proof_of(&conversation)?.code()?, Some(Code::Forbidden));
    Ok(())
}

/// The first second of the day after a moment.
fn midnight(time: Timestamp) -> Timestamp {
    Timestamp((time.0 / DAY + 1) * DAY)
}

#[test]
fn rec_06_a_daily_head_is_mailed_and_fits_the_records() -> Result<()> {
    let mut world = World::with_mail("proof-head")?;
    // Far from midnight, whenever the test runs.
    world.advance(midnight(now()).0 + DAY / 4 - now().0)?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let address = "datenschutz@fensterbau.example";
    let settings = MailSettings { heads: Some("kein Postfach".to_owned()), ..staff.mail()? };
    let problem = staff.set_mail(&settings)?.problem()?;
    assert_eq!(problem.field.as_deref(), Some("heads"));
    let settings = MailSettings { heads: Some(address.to_owned()), ..settings };
    assert_eq!(staff.set_mail(&settings)?.status, 204);
    assert_eq!(staff.mail()?, settings);
    let day = now().date().to_string();
    for _ in 0..2 {
        world.visitor(&site)?.open("Kanarie im Stand")?;
    }
    staff.count(2)?;
    pace::until("both proofs", || Ok((staff.proofs(None)?.proofs.len() == 2).then_some(())))?;

    // At midnight nothing is signed yet; after the first full minute it is.
    let (at, log_key) = (now(), staff.manifest()?.relay.log_key);
    world.advance(midnight(at).0 + 10 - at.0)?;
    let staff = world.staff(&site)?;
    assert_eq!(staff.proofs(None)?.head, None);
    world.advance(60)?;
    let staff = world.staff(&site)?;
    let to_whom = |event: &Event| match event {
        Event::Mail(mail) if mail.to == [address] => Some(mail.clone()),
        _ => None,
    };
    let (mail, proofs) = (world.smtp()?.wait_for("the head", to_whom)?, staff.proofs(None)?);
    let compact = proofs.head.context("a head")?;
    let signed = head(&compact, &log_key)?;
    let newest = proofs.proofs.iter().map(|proof| record_digest(&proof.records[0]));
    assert_eq!((signed.site, signed.day.as_str(), signed.count), (site.pin, day.as_str(), 2));
    assert_eq!(signed.root, root(newest));
    assert_eq!(signed.at.0 / DAY, midnight(at).0 / DAY);

    let body = mail.body();
    for part in [compact.as_str(), day.as_str(), &signed.root.to_string(), "2 Einträge"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    assert!(!body.contains("Kanarie") && !body.contains(&site.address));
    // Once a day, and no head for a day on which nothing was recorded.
    world.advance(2 * DAY)?;
    assert_eq!(world.staff(&site)?.proofs(None)?.head, Some(compact));
    // A relay that is stopped before it notes that a mail went out sends it again, as the same mail.
    let id = mail.header("message-id");
    let heads = world.smtp()?.mails().into_iter().filter(|mail| mail.to == [address]);
    assert!(heads.into_iter().all(|again| again.header("message-id") == id));
    Ok(())
}

#[test]
fn rec_06_the_proof_is_gone_after_its_period_and_not_a_second_before() -> Result<()> {
    let mut world = World::quiet("proof-period")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Guten Tag")?;
    let conversation = staff.newest()?;
    visitor.withdraw()?;
    let proof = proven(&staff, &conversation, 2)?;
    // A part of the signature: nothing else has these bytes.
    let signature = proof.records[1].rsplit('.').next().context("a signature")?;
    assert_eq!(from_base64url(signature)?.len(), 64);
    // Shortly before. The relay's clock runs on: there is time to ask.
    world.advance(proof.until.0 - 60 - now().0)?;
    let staff = world.staff(&site)?;
    let kept = staff.proofs(None)?.proofs;
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0].records, &kept[0].grants), (&proof.records, &proof.grants));
    world.advance(61)?;
    let staff = world.staff(&site)?;
    pace::until("the end of the proof", || Ok(staff.proofs(None)?.proofs.is_empty().then_some(())))?;
    assert!(now() >= proof.until);
    Ok(())
}
