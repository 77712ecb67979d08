//! Former members and former site keys: whose answers are shown, and under which key a conversation goes on.

use super::{
    rng::drawn,
    support::{NOW, claim, talk, texts},
};
use crate::{Fault, MemberKeys, Opened, Place, Reading, Reason, SiteKey, Thread, open_conversation};
use einwurf_protocol::{
    ids::Thumbprint,
    limits::{CERTIFICATE_SECONDS, CLOCK_SKEW_SECONDS},
    manifest::{Former, Revocation},
    roster::{CertificateError, MemberCertificate},
};

fn thread(opened: Opened) -> Thread {
    match opened {
        Opened::Mine(thread) => thread,
        other => panic!("{other:?}"),
    }
}

/// A conversation with an answer, read by a device that knows of `revoked`.
fn answered(
    revoked: impl FnOnce(Thumbprint) -> Vec<Revocation>,
    certificate: impl FnOnce(&mut MemberCertificate),
) -> Thread {
    let mut talk = talk("former member");
    let member = MemberKeys::generate(&mut drawn("former member: keys"));
    talk.write("a question");
    let mut claimed = claim(&member, &talk.site);
    certificate(&mut claimed);
    let signed = talk.site.sign_certificate(&claimed);
    let answer = talk.answer(&member, Some(&signed), "an answer");
    talk.store(answer);
    let revoked = revoked(member.id());
    let site = talk.site.thumbprint();
    let reading = Reading { site, former: &[], revoked: &revoked, inbox_keys: &talk.inbox };
    thread(open_conversation(&reading, &talk.stored))
}

/// The answer is stored one second after the question.
const STORED: u64 = 1;

#[test]
fn what_a_member_wrote_before_leaving_stays_theirs() {
    let thread = answered(|member| vec![Revocation { member, since: NOW.plus(STORED + 1) }], |_| ());
    assert_eq!((texts(&thread), thread.faults.clone()), (vec!["a question", "an answer"], vec![]));
}

#[test]
fn stf_05_what_is_signed_after_leaving_is_by_nobody() {
    let thread = answered(|member| vec![Revocation { member, since: NOW.plus(STORED) }], |_| ());
    assert_eq!(texts(&thread), ["a question"]);
    let reason = Reason::Certificate(CertificateError::Revoked);
    assert_eq!(thread.faults, [Fault { place: Place::Event(1), reason }]);
}

#[test]
fn a_certificate_that_has_ended_or_not_begun_covers_no_answer() {
    let reason = Reason::Certificate(CertificateError::Time);
    let early = answered(
        |_| vec![],
        |c| (c.nbf, c.exp) = (NOW.plus(STORED + CLOCK_SKEW_SECONDS + 1), NOW.plus(CERTIFICATE_SECONDS)),
    );
    assert_eq!(early.faults, [Fault { place: Place::Event(1), reason }]);
    let late = answered(
        |_| vec![],
        |c| (c.nbf, c.exp) = (NOW.minus(5 * 86_400), NOW.plus(STORED).minus(CLOCK_SKEW_SECONDS + 1)),
    );
    assert_eq!(late.faults, [Fault { place: Place::Event(1), reason }]);
}

#[test]
fn a_conversation_keeps_the_site_key_that_it_began_under() {
    let mut talk = talk("former site key");
    let former = talk.site.clone();
    talk.write("under the first key");
    let next = SiteKey::generate(&mut drawn("former site key: next"));
    let member = MemberKeys::generate(&mut drawn("former site key: member"));
    // After the change the next key certifies, and the visitor goes on.
    let certificate = next.sign_certificate(&claim(&member, &next));
    let answer = talk.answer(&member, Some(&certificate), "after the change");
    talk.store(answer);
    let open = |site: Thumbprint, former: &[Former]| {
        let reading = Reading { site, former, revoked: &[], inbox_keys: &talk.inbox };
        thread(open_conversation(&reading, &talk.stored))
    };
    let line = [Former { site: former.thumbprint(), until: NOW }];
    let both = open(next.thumbprint(), &line);
    assert_eq!((texts(&both).len(), both.faults.len()), (2, 0));
    // Who does not know of the next key does not take its word.
    let first = open(former.thumbprint(), &[]);
    assert_eq!(texts(&first), ["under the first key"]);
    assert_eq!(first.faults[0].reason, Reason::Certificate(CertificateError::Site));
}

#[test]
fn whoever_kept_a_former_site_key_certifies_nobody_with_it() {
    let mut talk = talk("kept site key");
    let kept = talk.site.clone();
    talk.write("a question");
    let next = SiteKey::generate(&mut drawn("kept site key: next"));
    let invented = MemberKeys::generate(&mut drawn("kept site key: invented"));
    let certificate = kept.sign_certificate(&claim(&invented, &kept));
    let answer = talk.answer(&invented, Some(&certificate), "by nobody");
    talk.store(answer);
    // The key was followed a day and more before this answer was stored.
    let line = [Former { site: kept.thumbprint(), until: NOW.minus(CLOCK_SKEW_SECONDS) }];
    let reading = Reading { site: next.thumbprint(), former: &line, revoked: &[], inbox_keys: &talk.inbox };
    let read = thread(open_conversation(&reading, &talk.stored));
    assert_eq!(texts(&read), ["a question"]);
    assert_eq!(read.faults[0].reason, Reason::Certificate(CertificateError::Site));
}

#[test]
fn a_conversation_of_another_site_is_not_read_as_ours() {
    let talk = {
        let mut talk = talk("foreign site");
        talk.write("for somebody else");
        talk
    };
    let site = SiteKey::generate(&mut drawn("ours")).thumbprint();
    let reading = Reading { site, former: &[], revoked: &[], inbox_keys: &talk.inbox };
    assert!(matches!(open_conversation(&reading, &talk.stored), Opened::Broken(_)));
}
