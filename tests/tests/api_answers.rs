//! What members answer: in a conversation that a visitor opened, under their own name, each after all that was said.

use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    api::{
        path,
        staff::{MailHealth, PostAnswer},
    },
    event::Event,
    message::Act,
    problem::Code,
};
use einwurf_tests::{
    clock::{DAY, now},
    colleague::{READ, SIGN, join},
    pace,
    plan::Plan,
    staff::Staff,
    visitor::Visitor,
    world::World,
};

fn address(visitor: &Visitor) -> Result<String> {
    visitor.address.clone().context("no address")
}

#[test]
fn an_answer_reaches_the_visitor_with_the_name_of_whoever_wrote_it() -> Result<()> {
    let world = World::quiet("answer")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Wann haben Sie offen?")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let accepted = staff.answer(&conversation, "Bis 17 Uhr.")?;
    assert_eq!(accepted.seq, 1);
    let shown = visitor.reload()?;
    let answer = shown.get(1).context("an answer")?;
    assert_eq!(answer.text.as_deref(), Some("Bis 17 Uhr."));
    let roster = staff.roster()?;
    let meike = roster.member(&staff.session.member).context("no such member")?;
    assert_eq!(answer.name.as_deref(), Some(meike.name.as_str()));
    // Both go on from there.
    visitor.write("Danke.")?;
    staff.answer(&conversation, "Gern.")?;
    assert_eq!(staff.texts(&conversation)?, ["Wann haben Sie offen?", "Bis 17 Uhr.", "Danke.", "Gern."]);
    assert_eq!(visitor.reload()?.len(), 4);
    Ok(())
}

#[test]
fn of_two_who_answer_at_once_one_is_told_what_the_other_wrote_and_nothing_is_lost() -> Result<()> {
    let world = World::quiet("answer-twice")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Wer weiß es?")?;
    let mut meike = world.staff(&site)?;
    let anna = join(&world, &site, &mut meike, READ)?;
    let conversation = address(&visitor)?;
    let answers = [
        meike.sealed_answer(&conversation, "Ich.", &[])?,
        anna.sealed_answer(&conversation, "Nein, ich.", &[])?,
    ];
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| anna.post_answer(&conversation, &answers[1]));
        let first = meike.post_answer(&conversation, &answers[0]);
        (first, second.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a thread"))))
    });
    let replies = [first?, second?];
    let refused = replies.iter().position(|reply| reply.status == 409).context("both were taken")?;
    assert_eq!(replies[1 - refused].status, 201);
    let problem = replies[refused].problem()?;
    assert_eq!(problem.code, Code::ChainConflict);
    let missing = problem.events.context("no missing events")?;
    assert_eq!(missing, [answers[1 - refused].event.clone()]);
    Event::read(missing[0].clone())?;
    // Sealed again after it.
    let (again, text) = if refused == 0 { (&meike, "Ich.") } else { (&anna, "Nein, ich.") };
    again.answer(&conversation, text)?;
    let shown: Vec<_> = visitor.reload()?.into_iter().filter_map(|event| event.text).collect();
    assert_eq!(shown.len(), 3);
    assert_eq!(shown.last().map(String::as_str), Some(text));
    Ok(())
}

#[test]
fn an_answer_that_is_sent_again_is_answered_again() -> Result<()> {
    let world = World::quiet("answer-again")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    let answer = staff.sealed_answer(&conversation, "Guten Tag.", &[])?;
    let first = staff.post_answer(&conversation, &answer)?;
    let again = staff.post_answer(&conversation, &answer)?;
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(visitor.read(None)?.events.len(), 2);
    Ok(())
}

#[test]
fn msg_07_there_is_no_answer_outside_a_conversation_that_a_visitor_opened() -> Result<()> {
    let world = World::quiet("answer-outside")?;
    let (site, other) = (world.site()?, world.site()?);
    let (mut visitor, mut elsewhere) = (world.visitor(&site)?, world.visitor(&other)?);
    visitor.open("Hier.")?;
    elsewhere.open("Dort.")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    world.staff(&other)?.newest()?;
    let answer = staff.sealed_answer(&conversation, "Nur hier.", &[])?;
    // Another site's, one that nobody opened, what is no address, and none at all.
    let mut unopened = world.visitor(&site)?;
    let unopened = unopened.ticket()?.conversation;
    let files = world.relay.files();
    for wrong in [address(&elsewhere)?.as_str(), &unopened, "x", &site.address] {
        assert_eq!(staff.post_answer(wrong, &answer)?.code()?, Some(Code::NotFound), "{wrong}");
    }
    let none = staff.json("POST", path::INBOX_ANSWERS, &answer)?;
    assert_eq!(none.code()?, Some(Code::NotFound));
    assert_eq!(world.relay.files(), files, "an answer made an object");
    // Bound to this conversation, it is of no use in another one.
    let mut second = world.visitor(&site)?;
    second.open("Auch hier.")?;
    staff.count(2)?;
    let refused = staff.post_answer(&address(&second)?, &answer)?;
    assert_eq!(refused.problem()?.field.as_deref(), Some("event.header"));
    assert_eq!((second.read(None)?.events.len(), elsewhere.read(None)?.events.len()), (1, 1));
    Ok(())
}

#[test]
fn an_answer_by_a_stranger_or_of_another_form_is_refused() -> Result<()> {
    let world = World::quiet("answer-forged")?;
    let (site, other) = (world.site()?, world.site()?);
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bleibt.")?;
    let (mut staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    let stranger = Staff::login(&world.http(), &other)?;
    let good = staff.sealed_answer(&conversation, "Guten Tag.", &[])?;
    let field = |change: &dyn Fn(&mut PostAnswer)| -> Result<_> {
        let mut answer = good.clone();
        change(&mut answer);
        Ok(staff.post_answer(&conversation, &answer)?.problem()?.field)
    };
    let foreign = stranger.certificate()?.to_owned();
    let own = visitor.seal("x")?;
    let act = staff.sealed_act(&conversation, &Act::Ask, None)?.event;
    for (name, change) in [
        (
            "certificate",
            &(|answer: &mut PostAnswer| answer.certificate.clone_from(&foreign)) as &dyn Fn(&mut PostAnswer),
        ),
        ("event.signature", &|answer| answer.event.ciphertext[0] ^= 1),
        ("event.header", &|answer| answer.event = own.clone()),
        ("event.header", &|answer| answer.event = act.clone()),
        ("v", &|answer| answer.v = 2),
    ] {
        assert_eq!(field(change)?.as_deref(), Some(name));
    }
    // An answer is no act, and nobody speaks for the company on the visitor's way.
    let as_act = staff.about(
        path::INBOX_ACTS,
        &conversation,
        &serde_json::json!({
            "v": 1, "event": good.event, "certificate": good.certificate,
        }),
    )?;
    assert_eq!(as_act.problem()?.field.as_deref(), Some("event.header"));
    assert_eq!(visitor.append(&good.event)?.problem()?.field.as_deref(), Some("event.header"));
    // Who does not read does not answer, nor does a colleague with an answer that Meike signed.
    let signer = join(&world, &site, &mut staff, SIGN)?;
    assert_eq!(signer.post_answer(&conversation, &good)?.code()?, Some(Code::Forbidden));
    assert_eq!(visitor.read(None)?.events.len(), 1);
    assert_eq!(staff.post_answer(&conversation, &good)?.status, 201);
    Ok(())
}

#[test]
fn rgt_06_what_has_ended_or_is_restricted_is_not_answered() -> Result<()> {
    let world = World::quiet("answer-ended")?;
    let site = world.site()?;
    let staff = world.staff(&site)?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Bitte nichts damit tun.")?;
    let conversation = address(&visitor)?;
    staff.newest()?;
    assert_eq!(staff.act(&conversation, Act::Restrict)?.status, 201);
    let answer = staff.sealed_answer(&conversation, "Doch.", &[])?;
    assert_eq!(staff.post_answer(&conversation, &answer)?.code()?, Some(Code::Restricted));
    assert_eq!(staff.act(&conversation, Act::Lift)?.status, 201);
    let answer = staff.sealed_answer(&conversation, "Jetzt.", &[])?;
    visitor.reload()?;
    visitor.withdraw()?;
    assert_eq!(staff.post_answer(&conversation, &answer)?.code()?, Some(Code::Gone));
    Ok(())
}

#[test]
fn an_answer_leaves_nothing_unread_and_has_no_mail_sent() -> Result<()> {
    let mut world = World::with_mail("answer-read")?;
    let site = world.site()?;
    let mut visitor = world.visitor(&site)?;
    visitor.open("Hallo")?;
    let (staff, conversation) = (world.staff(&site)?, address(&visitor)?);
    staff.newest()?;
    world.smtp()?.mail()?;
    let entry = || -> Result<_> {
        let list = staff.list()?;
        list.into_iter().find(|entry| entry.conversation == conversation).context("not in the list")
    };
    assert_eq!((entry()?.read, entry()?.answered), (0, None));
    // It was never marked as read: whoever answers has read.
    staff.answer(&conversation, "Guten Tag.")?;
    let answered =
        pace::until("the answer in the list", || Ok(Some(entry()?).filter(|entry| entry.events == 2)))?;
    assert_eq!((answered.read, staff.page(None)?.unread), (2, 0));
    assert!(answered.answered.is_some());
    assert!(matches!(staff.health()?.mail, MailHealth::Idle { .. }), "an answer has a mail queued");
    // The next mail is about the visitor's next message, and no mail came before it.
    visitor.reload()?;
    visitor.write("Noch etwas.")?;
    pace::until("the message in the list", || Ok((entry()?.events == 3).then_some(())))?;
    assert_eq!((entry()?.read, staff.page(None)?.unread), (2, 1));
    world.smtp()?.mail()?;
    let more = world.smtp()?.wait_within(std::time::Duration::from_millis(300), |event| {
        matches!(event, einwurf_tests::smtp::Event::Mail(_)).then_some(())
    })?;
    ensure!(more.is_none(), "an answer had a mail sent");
    Ok(())
}

#[test]
fn ret_01_the_deletion_date_is_counted_from_the_last_message_of_either_side() -> Result<()> {
    let mut world = World::quiet("answer-date")?;
    let site = world.site_of(Plan { days: 30, ..Plan::default() })?;
    let mut visitor = world.visitor(&site)?;
    let opened = visitor.open("Eilt nicht.")?;
    assert_eq!(opened.deleted, opened.at.plus(30 * DAY));
    let conversation = address(&visitor)?;
    world.advance(10 * DAY)?;
    visitor.reconnect(&world.http());
    let staff = Staff::login(&world.http(), &site)?;
    let answered = staff.answer(&conversation, "Jetzt aber.")?;
    assert_eq!(answered.deleted, answered.at.plus(30 * DAY));
    assert_eq!(visitor.read(None)?.deleted, answered.deleted);
    pace::until("the date in the list", || {
        Ok(staff.list()?.first().filter(|entry| entry.deleted == answered.deleted).map(drop))
    })?;
    // An act is no message.
    let act = staff.act(&conversation, Act::Ask)?;
    assert_eq!(act.json::<einwurf_protocol::api::visitor::Accepted>()?.deleted, answered.deleted);
    // Past the first date it is still there, past the second it is gone.
    world.advance(21 * DAY)?;
    visitor.reconnect(&world.http());
    assert!(now() > opened.deleted && visitor.read(None).is_ok());
    world.advance(10 * DAY)?;
    visitor.reconnect(&world.http());
    pace::until("the deletion", || Ok(visitor.read(None).is_err().then_some(())))?;
    Ok(())
}
