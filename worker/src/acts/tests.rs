use super::*;
use crate::testing::{Keys, NOW, certificate, envelope, header, member, site, terms, visitor, voice};
use einwurf_protocol::{
    VERSION,
    chain::{Head, START},
    event::Header,
    ids::Digest,
    message::{Basis, Reason},
    problem::Problem,
};

const HEAD: Head = Head { next: 3, digest: Digest([6; 32]) };

/// A conversation of three messages.
fn present() -> Present {
    let chain = Chain::new(site().thumbprint(), visitor().public().cid());
    let (deleted, destroyed) = (NOW.plus(90 * DAY), NOW.plus(400 * DAY));
    Present {
        chain: Chain { head: HEAD, epochs: 1, ..chain },
        facts: Facts { withdrawn: None, hold: None, restricted: None, deleted, destroyed },
        messages: BTreeSet::from([0, 1, 2]),
    }
}

fn restricted() -> Present {
    Present { facts: Facts { restricted: Some(NOW.minus(9)), ..present().facts }, ..present() }
}

fn held() -> Present {
    Present { facts: Facts { hold: Some(hold(NOW.plus(100))), ..present().facts }, ..present() }
}

fn hold(until: Timestamp) -> Hold {
    Hold { reason: Reason::Claim, since: NOW.minus(9), until }
}

fn act_header(change: impl FnOnce(&mut Header)) -> Header {
    let mut header = Header {
        direction: Direction::ToVisitor,
        kind: Kind::Act,
        author: member().thumbprint(),
        ..header(&terms(), HEAD, 0, false)
    };
    change(&mut header);
    header
}

fn acting_as(by: &Keys, act: Option<Act>, change: impl FnOnce(&mut Header)) -> Acting {
    Acting {
        by: voice(),
        post: PostAct {
            v: VERSION,
            event: envelope(&act_header(change), by),
            certificate: certificate(&site(), |_| ()),
            act,
        },
    }
}

fn by(change: impl FnOnce(&mut Voice)) -> Acting {
    let mut acting = acting(None);
    change(&mut acting.by);
    acting
}

fn acting(act: Option<Act>) -> Acting {
    acting_as(&member(), act, |_| ())
}

fn admit(act: Act, present: &Present) -> Result<Effect, Fault> {
    acting(Some(act)).check(NOW)?.admit(present, NOW).map(|admitted| admitted.effect)
}

fn problem(refused: Result<impl std::fmt::Debug, Fault>) -> Problem {
    refused.unwrap_err().problem()
}

fn handover(parts: &[u64]) -> Act {
    Act::Handover { parts: parts.into(), basis: Basis::Contract, until: NOW.plus(1) }
}

fn set(until: Timestamp) -> Act {
    Act::Hold { reason: Reason::Authority, until }
}

#[test]
fn an_act_joins_and_says_what_is_done() {
    let admitted = acting(Some(Act::Restrict)).check(NOW).unwrap().admit(&present(), NOW).unwrap();
    assert_eq!((admitted.chain.head.next, admitted.effect), (4, Effect::Restrict(NOW)));
    assert_eq!(acting(None).check(NOW).unwrap().admit(&present(), NOW).unwrap().effect, Effect::Tell);
}

#[test]
fn an_act_is_signed_by_the_member_whose_session_it_is() {
    let field = |acting: Acting| problem(acting.check(NOW)).field.unwrap();
    // By another key than the certificate's, under either name.
    assert_eq!(field(acting_as(&Keys::new(9), None, |_| ())), "event.signature");
    let author = Keys::new(9).thumbprint();
    assert_eq!(field(acting_as(&Keys::new(9), None, |header| header.author = author)), "event.signature");
    // By a member, in the session of another one.
    assert_eq!(field(by(|by| by.member = author)), "certificate");
    // By the visitor, who would speak with the company's voice.
    assert_eq!(field(acting_as(&visitor(), None, |_| ())), "event.signature");
}

#[test]
fn an_act_is_by_a_member_whom_the_site_certifies_now() {
    let with = |certificate: String| {
        let mut acting = acting(None);
        acting.post.certificate = certificate;
        acting
    };
    let field = |acting: Acting| problem(acting.check(NOW)).field.unwrap();
    assert_eq!(field(with(certificate(&Keys::new(9), |_| ()))), "certificate");
    assert_eq!(field(with(String::new())), "certificate");
    for late in [0, DAY, DAY + 1] {
        let ended = certificate(&site(), |c| (c.nbf, c.exp) = (NOW.minus(5 * DAY), NOW.minus(late)));
        assert_eq!(with(ended).check(NOW).is_ok(), late <= DAY, "{late}");
    }
    let since = |since| Revocation { member: member().thumbprint(), since };
    assert_eq!(field(by(|by| by.revoked = vec![since(NOW)])), "certificate");
    assert!(by(|by| by.revoked = vec![since(NOW.plus(1))]).check(NOW).is_ok());
    let former = Former { site: site().thumbprint(), until: NOW };
    let present = Keys::new(9).thumbprint();
    assert!(by(|by| (by.site, by.former) = (present, vec![former])).check(NOW).is_ok());
    assert_eq!(field(by(|by| by.site = present)), "certificate");
}

#[test]
fn only_acts_come_this_way() {
    for change in [
        (|header| header.kind = Kind::Message) as fn(&mut Header),
        |header| header.kind = Kind::Withdrawal,
        |header| header.direction = Direction::ToStaff,
    ] {
        assert_eq!(problem(acting_as(&member(), None, change).check(NOW)).field.unwrap(), "event.header");
    }
    let mut other = acting(None);
    other.post.v = 2;
    assert_eq!(problem(other.check(NOW)).field.unwrap(), "v");
    assert_eq!(problem(acting(Some(Act::Ask)).check(NOW)).field.unwrap(), "act");
}

#[test]
fn an_act_that_does_not_know_the_newest_event_is_a_conflict() {
    for change in [
        (|header| header.seq = 2) as fn(&mut Header),
        |header| header.seq = 4,
        |header| header.prev = START.digest,
    ] {
        let act = acting_as(&member(), Some(Act::Restrict), change).check(NOW).unwrap();
        assert_eq!(act.admit(&present(), NOW), Err(Fault::Behind(Vec::new())));
    }
    let elsewhere = acting_as(&member(), None, |header| header.cid = Keys::new(9).public().cid());
    assert_eq!(problem(elsewhere.check(NOW).unwrap().admit(&present(), NOW)).field.unwrap(), "event.header");
}

#[test]
fn ret_03_what_is_not_handed_over_is_to_be_erased() {
    let erases = |parts: &[u64]| Ok(Effect::Erase(parts.iter().copied().collect()));
    assert_eq!(admit(handover(&[1]), &present()), erases(&[0, 2]));
    assert_eq!(admit(handover(&[2, 0, 1, 1]), &present()), erases(&[]));
    assert_eq!(admit(Act::Erase { parts: vec![2] }, &present()), erases(&[2]));
}

#[test]
fn parts_are_messages_that_are_there() {
    for parts in [vec![], vec![3], vec![0, 3], vec![u64::MAX]] {
        for act in [handover(&parts), Act::Erase { parts: parts.clone() }] {
            assert_eq!(problem(admit(act, &present())).field.as_deref(), Some("act.parts"), "{parts:?}");
        }
    }
    // An erased message is none any more.
    let erased = Present { messages: BTreeSet::from([0, 2]), ..present() };
    assert_eq!(problem(admit(handover(&[1]), &erased)).field.as_deref(), Some("act.parts"));
}

#[test]
fn ret_02_a_hold_and_a_handover_have_an_end_ahead() {
    let longest = HOLD_DAYS * DAY;
    for (ahead, fits) in [(1, true), (longest - 1, true), (longest, true), (longest + 1, false), (0, false)] {
        let until = NOW.plus(ahead);
        let expected = Effect::Hold(Hold { reason: Reason::Authority, since: NOW, until });
        let admitted = admit(set(until), &present());
        assert_eq!(admitted.is_ok(), fits, "{ahead}");
        match admitted {
            Ok(effect) => assert_eq!(effect, expected),
            Err(fault) => assert_eq!(fault.problem().field.as_deref(), Some("act.until")),
        }
    }
    let over = Act::Handover { parts: vec![0], basis: Basis::Law, until: NOW };
    assert_eq!(problem(admit(over, &present())).field.as_deref(), Some("act.until"));
}

#[test]
fn rgt_06_a_restricted_conversation_is_not_used_or_erased() {
    for act in [handover(&[0]), Act::Erase { parts: vec![0] }, Act::Restrict] {
        assert_eq!(admit(act, &restricted()), Err(Code::Restricted.into()));
    }
    assert_eq!(acting(None).check(NOW).unwrap().admit(&restricted(), NOW), Err(Code::Restricted.into()));
    assert_eq!(admit(Act::Lift, &restricted()), Ok(Effect::Lift));
    assert!(matches!(admit(set(NOW.plus(5)), &restricted()), Ok(Effect::Hold(_))));
    assert_eq!(may_erase(&restricted().facts, NOW), Err(Code::Restricted.into()));
    assert_eq!(may_erase(&present().facts, NOW), Ok(()));
}

#[test]
fn ret_02_nothing_of_a_held_conversation_is_erased() {
    for act in [handover(&[0]), Act::Erase { parts: vec![0] }] {
        assert_eq!(admit(act.clone(), &held()), Err(Code::Restricted.into()));
        // The hold is over.
        let facts = Facts { hold: Some(hold(NOW)), ..present().facts };
        assert!(admit(act, &Present { facts, ..present() }).is_ok());
        assert_eq!(may_erase(&facts, NOW), Ok(()));
    }
    assert_eq!(may_erase(&held().facts, NOW), Err(Code::Restricted.into()));
    assert_eq!(admit(Act::Release, &held()), Ok(Effect::Release));
    assert_eq!(admit(Act::Restrict, &held()), Ok(Effect::Restrict(NOW)));
    // Past its deletion date it is kept for the claim alone.
    let facts = Facts { deleted: NOW, ..held().facts };
    let past = Present { facts, ..held() };
    assert_eq!(admit(Act::Restrict, &past), Err(Code::Restricted.into()));
    assert_eq!(admit(Act::Release, &past), Ok(Effect::Release));
    assert!(matches!(admit(set(NOW.plus(5)), &past), Ok(Effect::Hold(_))));
    assert_eq!(may_erase(&facts, NOW), Err(Code::Restricted.into()));
}

#[test]
fn what_is_not_there_does_not_end_and_what_is_there_does_not_begin() {
    assert_eq!(admit(Act::Release, &present()), Err(Code::Conflict.into()));
    assert_eq!(admit(Act::Lift, &present()), Err(Code::Conflict.into()));
    let facts = Facts { hold: Some(hold(NOW)), ..present().facts };
    assert_eq!(admit(Act::Release, &Present { facts, ..present() }), Err(Code::Conflict.into()));
    assert!(matches!(admit(set(NOW.plus(5)), &held()), Ok(Effect::Hold(_))));
}

#[test]
fn dp_24_after_the_end_no_act_is_taken() {
    let ends = [
        Facts { withdrawn: Some(NOW), ..present().facts },
        Facts { withdrawn: Some(NOW), ..held().facts },
        Facts { deleted: NOW, ..present().facts },
        Facts { deleted: NOW, destroyed: NOW, ..restricted().facts },
    ];
    for facts in ends {
        for act in [Act::Lift, Act::Release, Act::Restrict, set(NOW.plus(5)), handover(&[0])] {
            assert_eq!(admit(act, &Present { facts, ..present() }), Err(Code::Gone.into()), "{facts:?}");
        }
    }
    assert_eq!(may_erase(&ends[0], NOW), Err(Code::Gone.into()));
}

#[test]
fn ret_02_what_a_hold_keeps_of_a_withdrawn_conversation_may_go_before_its_end() {
    let withdrawn = Facts { withdrawn: Some(NOW), ..held().facts };
    assert_eq!(may_erase(&withdrawn, NOW), Ok(()));
    let restricted = Facts { restricted: Some(NOW.minus(9)), ..withdrawn };
    assert_eq!(may_erase(&restricted, NOW), Ok(()), "a withdrawal ends the restriction");
    // The hold ends by that: once.
    let ended = Facts { hold: Some(hold(NOW)), ..withdrawn };
    assert_eq!(may_erase(&ended, NOW), Err(Code::Gone.into()));
    // A hold that was set after the withdrawal keeps nothing.
    let late = Hold { since: NOW.plus(1), ..hold(NOW.plus(100)) };
    assert_eq!(may_erase(&Facts { hold: Some(late), ..withdrawn }, NOW), Err(Code::Gone.into()));
}

#[test]
fn a_full_conversation_takes_no_act() {
    for (next, fits) in [(3_998, true), (3_999, true), (4_000, false)] {
        let mut present = present();
        present.chain.head.next = next;
        let act = acting_as(&member(), None, |header| header.seq = next).check(NOW).unwrap();
        assert_eq!(act.admit(&present, NOW).is_ok(), fits, "{next}");
    }
}
