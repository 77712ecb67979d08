use super::*;
use crate::testing::{Keys, NOW, certificate, envelope, header, member, site, terms, visitor, voice};
use einwurf_protocol::{
    VERSION,
    api::visitor::Declared,
    chain::Head,
    event::{Direction, Header},
    ids::{Digest, MessageId},
    limits::EVENTS_PER_CONVERSATION,
    message::Reason,
    precedence::Hold,
    problem::Problem,
    time::DAY,
};

const HEAD: Head = Head { next: 3, digest: Digest([6; 32]) };

fn chain() -> Chain {
    Chain { head: HEAD, epochs: 1, ..Chain::new(site().thumbprint(), visitor().public().cid()) }
}

fn facts() -> Facts {
    let (deleted, destroyed) = (NOW.plus(90 * DAY), NOW.plus(400 * DAY));
    Facts { withdrawn: None, hold: None, restricted: None, deleted, destroyed }
}

fn answering_as(by: &Keys, change: impl FnOnce(&mut Header)) -> Answering {
    let mut header = Header {
        direction: Direction::ToVisitor,
        author: member().thumbprint(),
        ..header(&terms(), HEAD, 0, false)
    };
    change(&mut header);
    let post = PostAnswer {
        v: VERSION,
        event: envelope(&header, by),
        certificate: certificate(&site(), |_| ()),
        attachments: Vec::new(),
    };
    Answering { by: voice(), post }
}

fn answering(change: impl FnOnce(&mut PostAnswer)) -> Answering {
    let mut answering = answering_as(&member(), |_| ());
    change(&mut answering.post);
    answering
}

fn admit(facts: &Facts) -> Result<AdmittedAnswer, Fault> {
    answering(|_| ()).check(NOW).unwrap().admit(&chain(), facts, NOW)
}

fn problem(refused: Result<impl std::fmt::Debug, Fault>) -> Problem {
    refused.unwrap_err().problem()
}

#[test]
fn an_answer_joins_with_what_it_brings() {
    let declared = Declared { id: MessageId([7; 16]), bytes: 9 };
    let signed = answering(|post| post.attachments.push(declared)).check(NOW).unwrap();
    let admitted = signed.admit(&chain(), &facts(), NOW).unwrap();
    assert_eq!(admitted.chain.head.next, 4);
    assert_eq!(Vec::from(admitted.attachments), [declared]);
}

#[test]
fn an_answer_is_by_the_member_whose_session_it_is() {
    let field = |answering: Answering| problem(answering.check(NOW)).field.unwrap();
    let other = Keys::new(9);
    assert_eq!(field(answering_as(&other, |_| ())), "event.signature");
    assert_eq!(field(answering_as(&other, |header| header.author = other.thumbprint())), "event.signature");
    // The visitor with the company's voice, and a member in another one's session.
    assert_eq!(field(answering_as(&visitor(), |_| ())), "event.signature");
    let mut stolen = answering(|_| ());
    stolen.by.member = other.thumbprint();
    assert_eq!(field(stolen), "certificate");
    assert_eq!(field(answering(|post| post.certificate = certificate(&other, |_| ()))), "certificate");
}

#[test]
fn only_messages_to_the_visitor_come_this_way() {
    for change in [
        (|header| header.kind = Kind::Act) as fn(&mut Header),
        |header| header.kind = Kind::Withdrawal,
        |header| header.direction = Direction::ToStaff,
    ] {
        assert_eq!(problem(answering_as(&member(), change).check(NOW)).field.unwrap(), "event.header");
    }
    assert_eq!(problem(answering(|post| post.v = 2).check(NOW)).field.unwrap(), "v");
    let empty = Declared { id: MessageId([7; 16]), bytes: 0 };
    let refused = answering(|post| post.attachments.push(empty)).check(NOW);
    assert_eq!(problem(refused).field.unwrap(), "attachments");
}

#[test]
fn of_two_who_answer_at_once_the_second_is_told_what_is_missing() {
    for change in [
        (|header| header.seq = 2) as fn(&mut Header),
        |header| header.seq = 4,
        |header| header.prev = Digest([0; 32]),
    ] {
        let answer = answering_as(&member(), change).check(NOW).unwrap();
        assert_eq!(answer.admit(&chain(), &facts(), NOW), Err(Fault::Behind(Vec::new())));
    }
}

#[test]
fn an_answer_opens_no_epoch_and_no_conversation() {
    let answer = |epoch| answering_as(&member(), |header| header.epoch = epoch).check(NOW).unwrap();
    for other in [1, 2] {
        let refused = answer(other).admit(&chain(), &facts(), NOW);
        assert_eq!(problem(refused).field.unwrap(), "event.header");
    }
    let none = Chain::new(site().thumbprint(), visitor().public().cid());
    assert!(answer(0).admit(&none, &facts(), NOW).is_err());
}

#[test]
fn a_full_conversation_takes_no_answer() {
    for (next, fits) in [
        (EVENTS_PER_CONVERSATION - 1, true),
        (EVENTS_PER_CONVERSATION, false),
        (EVENTS_PER_CONVERSATION + 1, false),
    ] {
        let answer = answering_as(&member(), |header| header.seq = next).check(NOW).unwrap();
        let chain = Chain { head: Head { next, ..HEAD }, ..chain() };
        let taken = answer.admit(&chain, &facts(), NOW);
        assert_eq!(taken.is_ok(), fits, "{next}");
        assert!(fits || taken == Err(Code::LimitReached.into()));
    }
}

#[test]
fn rgt_06_what_has_ended_or_is_restricted_takes_no_answer() {
    let code = |facts: Facts| admit(&facts).map_err(Fault::problem).map(drop).map_err(|problem| problem.code);
    assert_eq!(code(facts()), Ok(()));
    let hold = Some(Hold { reason: Reason::Claim, since: NOW.minus(9), until: NOW.plus(400 * DAY) });
    assert_eq!(code(Facts { hold, ..facts() }), Ok(()));
    assert_eq!(code(Facts { withdrawn: Some(NOW.minus(1)), ..facts() }), Err(Code::Gone));
    assert_eq!(code(Facts { withdrawn: Some(NOW.minus(1)), hold, ..facts() }), Err(Code::Gone));
    assert_eq!(code(Facts { restricted: Some(NOW.minus(1)), ..facts() }), Err(Code::Restricted));
    for (deleted, kept) in [(NOW.minus(1), false), (NOW, false), (NOW.plus(1), true)] {
        assert_eq!(code(Facts { deleted, ..facts() }).is_ok(), kept);
    }
    assert_eq!(code(Facts { deleted: NOW, ..facts() }), Err(Code::Gone));
    assert_eq!(code(Facts { deleted: NOW, hold, ..facts() }), Err(Code::Restricted));
}

#[test]
fn ret_01_a_conversation_is_deleted_as_many_days_after_an_answer_as_after_any_message() {
    let (days, key) = (90 * DAY, NOW.plus(400 * DAY));
    let first = deleted(NOW.plus(days), NOW, key, NOW.plus(DAY));
    assert_eq!(first, NOW.plus(DAY + days));
    assert_eq!(deleted(first, NOW.plus(DAY), key, NOW.plus(3 * DAY)), NOW.plus(3 * DAY + days));
    // Never after the key, and never earlier than was told.
    for (key, expected) in [(89, 90), (90, 90), (91, 91), (92, 91)] {
        let after = deleted(NOW.plus(days), NOW, NOW.plus(key * DAY), NOW.plus(DAY));
        assert_eq!(after, NOW.plus(expected * DAY), "{key}");
    }
    // A clock that went back.
    assert_eq!(deleted(NOW.plus(days), NOW, key, NOW.minus(DAY)), NOW.plus(days));
}
