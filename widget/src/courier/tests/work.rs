//! What comes before a message is posted.

use super::*;

fn asks(bits: u8) -> Reply {
    let problem = Problem { work: Some(challenge(bits)), ..Problem::new(Code::WorkRequired) };
    reply(428, serde_json::to_vec(&problem))
}

fn header(next: Next) -> Option<String> {
    let Next::Post(request) = next else { panic!("{next:?}") };
    request.headers.into_iter().find(|(name, _)| *name == header::WORK).map(|(_, value)| value)
}

#[test]
fn a_message_is_posted_once_its_work_is_done_and_shows_it() {
    let mut courier = courier();
    sealed(&mut courier, FIRST, 0, false);
    assert_eq!(courier.ticket(&ticket()), Ok(false));
    let Next::Work(work) = courier.step() else { panic!() };
    assert_eq!(serde_json::from_str::<Challenge>(&work).unwrap(), challenge(14));
    courier.worked("another", Some("late".into()));
    assert!(matches!(courier.step(), Next::Work(_)), "what was worked for another challenge is not shown");
    courier.worked(&work, Some("solution".into()));
    assert_eq!(header(courier.step()).as_deref(), Some("solution"));
}

#[test]
fn what_is_asked_for_later_is_worked_for_and_the_same_bytes_go_again() {
    let mut courier = courier();
    sealed(&mut courier, FIRST, 0, false);
    ticketed(&mut courier);
    let Next::Post(before) = courier.step() else { panic!() };
    assert_eq!(courier.posted(&asks(17)), Answer::Lost);
    let Next::Work(work) = courier.step() else { panic!() };
    courier.worked(&work, Some("dearer".into()));
    let Next::Post(after) = courier.step() else { panic!() };
    assert_eq!(before.body, after.body);
    assert_eq!(header(Next::Post(after)).as_deref(), Some("dearer"));
}

#[test]
fn a_relay_that_asks_for_more_than_the_protocol_allows_gets_nothing() {
    for (bits, asked) in
        [(MESSAGE_BITS_MOST - 1, true), (MESSAGE_BITS_MOST, true), (MESSAGE_BITS_MOST + 1, false)]
    {
        let mut courier = courier();
        sealed(&mut courier, FIRST, 0, false);
        ticketed(&mut courier);
        courier.step();
        let answer = courier.posted(&asks(bits));
        assert_eq!(courier.work().is_some(), asked, "{bits}");
        assert_eq!(answer == Answer::Lost, asked, "{bits}: {answer:?}");
        let mut early = self::courier();
        assert_eq!(early.ticket(&ticket_for(bits)).is_ok(), asked, "{bits}");
        assert_eq!(early.work().is_some(), asked, "{bits}");
    }
}

#[test]
fn work_is_for_one_message_and_one_ticket() {
    let mut relay = Relay::default();
    let mut courier = open(&mut relay);
    sealed(&mut courier, FIRST, 0, false);
    assert_eq!(header(courier.step()), None, "a follow-up shows it only where it was asked for");
    let mut courier = self::courier();
    assert!(courier.early());
    ticketed(&mut courier);
    assert!(!courier.early());
    sealed(&mut courier, FIRST, 0, false);
    courier.drop_ticket();
    assert!(matches!(courier.step(), Next::Ticket(_)));
}

#[test]
fn a_ticket_that_nobody_wants_says_whether_the_site_takes_files_and_changes_nothing() {
    let text_only = |text_only| {
        let ticket: Ticket = serde_json::from_slice(&ticket_for(20).body).unwrap();
        let other = Ticket { ticket: "other".into(), conversation: "elsewhere".into(), text_only, ..ticket };
        reply(201, serde_json::to_vec(&other))
    };
    let mut relay = Relay::default();
    let (mut fresh, mut begun) = (courier(), courier());
    sealed(&mut begun, FIRST, 0, false);
    ticketed(&mut begun);
    for mut courier in [begun, open(&mut relay)] {
        sealed(&mut courier, FIRST, 0, false);
        let before = courier.step();
        for word in [true, false] {
            assert_eq!(courier.ahead(&text_only(word)), Some(word));
        }
        assert_eq!(courier.ahead(&problem(Code::Unavailable)), None);
        assert_eq!((courier.step(), courier.work()), (before, None));
    }
    assert_eq!(fresh.ahead(&problem(Code::Unavailable)), None);
    assert_eq!(fresh.ahead(&text_only(true)), Some(true));
    assert!(!fresh.early() && fresh.work().is_some(), "the first one is taken");
}

#[test]
fn a_limit_that_passes_is_waited_for_and_one_that_does_not_is_told() {
    let limit = |retry_after| {
        let mut courier = courier();
        sealed(&mut courier, FIRST, 0, false);
        ticketed(&mut courier);
        courier.step();
        let problem = Problem { retry_after, ..Problem::new(Code::LimitReached) };
        courier.posted(&reply(429, serde_json::to_vec(&problem)))
    };
    assert_eq!(limit(None), Answer::Limit);
    for (seconds, waits) in [(0, 1), (1, 1), (60, 60)] {
        assert!(
            matches!(limit(Some(seconds)), Answer::Busy { seconds, .. } if seconds == waits),
            "{seconds}"
        );
    }
    assert_eq!(limit(Some(u64::MAX)), Answer::Limit, "nobody waits for that");
}

#[test]
fn a_site_that_takes_no_files_says_so() {
    let mut courier = courier();
    sealed(&mut courier, FIRST, 0, false);
    ticketed(&mut courier);
    courier.step();
    assert_eq!(courier.posted(&problem(Code::TextOnly)), Answer::TextOnly);
}
