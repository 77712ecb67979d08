//! When somebody is there: whose word it is, and what it says of a moment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

mod common;

use common::{Key, NOW};
use einwurf_protocol::{
    ids::Thumbprint,
    jws,
    limits::{AUTOMATIC_BYTES, CERTIFICATE_SECONDS, STATUS_DAYS, STATUS_SPANS, TOPICS},
    manifest::Revocation,
    message::Label,
    notice::Register,
    roster::{CertificateError, MemberCertificate},
    status::{Presence, Span, Status, StatusError},
    time::{DAY, Timestamp},
};

const HOUR: u64 = 3_600;

fn site() -> Thumbprint {
    Key::new(1).public().thumbprint()
}

fn certificate(by: u8, of: u8) -> String {
    let certificate = MemberCertificate {
        v: 1,
        site: Key::new(by).public().thumbprint(),
        name: "Ines".into(),
        key: Key::new(of).public(),
        nbf: NOW,
        exp: NOW.plus(CERTIFICATE_SECONDS),
    };
    Key::new(by).jws(jws::MEMBER, &certificate)
}

fn span(from: u64, until: u64) -> Span {
    Span { from: NOW.plus(from), until: NOW.plus(until) }
}

/// From the second to the fourth and from the eighth to the ninth hour.
fn status() -> Status {
    Status {
        v: 1,
        site: site(),
        certificate: certificate(1, 5),
        iat: NOW,
        exp: NOW.plus(10 * HOUR),
        open: vec![span(2 * HOUR, 4 * HOUR), span(8 * HOUR, 9 * HOUR)],
        topics: vec![Label::try_from("Angebot".to_owned()).unwrap()],
        automatic: [(Register::DeFormal, "Wir sind ab Montag wieder da.".to_owned())].into(),
    }
}

fn verify(status: &Status, by: u8, revoked: &[Revocation]) -> Result<Status, StatusError> {
    Status::verify(&Key::new(by).jws(jws::STATUS, status), (&site(), &[]), revoked)
}

fn changed(change: impl FnOnce(&mut Status)) -> Result<(), StatusError> {
    let mut status = status();
    change(&mut status);
    verify(&status, 5, &[]).map(drop)
}

#[test]
fn a_members_status_is_read_as_it_was_signed() {
    assert_eq!(verify(&status(), 5, &[]), Ok(status()));
}

#[test]
fn nobody_else_says_when_somebody_is_there() {
    // A member's certificate, another key; the site key itself; another site's member.
    for by in [1, 6] {
        assert_eq!(verify(&status(), by, &[]), Err(StatusError::Member), "signed by {by}");
    }
    let foreign = |status: &mut Status| status.certificate = certificate(2, 5);
    assert_eq!(changed(foreign), Err(StatusError::Certificate(CertificateError::Site)));
    assert_eq!(changed(|status| status.site = Thumbprint([0; 32])), Err(StatusError::Member));
    assert_eq!(changed(|status| status.v = 2), Err(StatusError::Member));
    let member = Key::new(5).public().thumbprint();
    let revoked = [Revocation { member, since: NOW }];
    let expected = Err(StatusError::Certificate(CertificateError::Revoked));
    assert_eq!(verify(&status(), 5, &revoked), expected);
    let late = |status: &mut Status| {
        status.iat = NOW.plus(CERTIFICATE_SECONDS + DAY + 1);
        status.exp = status.iat;
        status.open.clear();
    };
    assert_eq!(changed(late), Err(StatusError::Certificate(CertificateError::Time)));
    // A document of another type by the same key.
    let other = Key::new(5).jws(jws::GRANT, &status());
    assert!(matches!(Status::verify(&other, (&site(), &[]), &[]), Err(StatusError::Jws(_))));
}

#[test]
fn spans_have_an_order_and_an_end() {
    let open = |spans: &[Span]| changed(|status| status.open = spans.to_vec());
    assert_eq!(open(&[]), Ok(()));
    assert_eq!(open(&[span(0, HOUR), span(HOUR, 2 * HOUR)]), Ok(()));
    for bad in [
        &[span(HOUR, HOUR)][..],
        &[span(2 * HOUR, HOUR)],
        &[span(0, 2 * HOUR), span(HOUR, 3 * HOUR)],
        &[span(4 * HOUR, 5 * HOUR), span(0, HOUR)],
        &[span(0, 10 * HOUR + 1)],
    ] {
        assert_eq!(open(bad), Err(StatusError::Content), "{bad:?}");
    }
}

#[test]
fn every_bound_holds_one_below_at_and_one_above() {
    for (more, expected) in [(-1_i64, Ok(())), (0, Ok(())), (1, Err(StatusError::Content))] {
        let at = |limit: usize| usize::try_from(i64::try_from(limit).unwrap() + more).unwrap();
        let ahead = STATUS_DAYS * DAY;
        let exp = NOW.plus(u64::try_from(i64::try_from(ahead).unwrap() + more).unwrap());
        assert_eq!(changed(|status| status.exp = exp), expected);
        let spans = |status: &mut Status| {
            status.exp = NOW.plus(ahead);
            status.open = (0..at(STATUS_SPANS) as u64).map(|n| span(2 * n, 2 * n + 1)).collect();
        };
        assert_eq!(changed(spans), expected);
        let topic = Label::try_from("T".to_owned()).unwrap();
        assert_eq!(changed(|status| status.topics = vec![topic; at(TOPICS)]), expected);
        let text = "a".repeat(at(AUTOMATIC_BYTES));
        assert_eq!(changed(|status| status.automatic = [(Register::En, text)].into()), expected);
    }
    assert_eq!(
        changed(|status| status.automatic = [(Register::En, "  ".to_owned())].into()),
        Err(StatusError::Content)
    );
}

#[test]
fn of_a_moment_it_says_open_closed_or_nothing() {
    let at = |seconds: u64| status().at(NOW.plus(seconds));
    let (open, closed) =
        (|until: u64| Presence::Open(NOW.plus(until)), |from: u64| Presence::Closed(NOW.plus(from)));
    assert_eq!(at(0), closed(2 * HOUR));
    assert_eq!(at(2 * HOUR - 1), closed(2 * HOUR));
    assert_eq!(at(2 * HOUR), open(4 * HOUR));
    assert_eq!(at(4 * HOUR - 1), open(4 * HOUR));
    assert_eq!(at(4 * HOUR), closed(8 * HOUR));
    assert_eq!(at(9 * HOUR), Presence::Unknown);
    assert_eq!(at(10 * HOUR), Presence::Unknown);
    assert_eq!(status().at(Timestamp(0)), closed(2 * HOUR));
}
