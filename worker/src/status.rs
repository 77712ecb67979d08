//! When somebody is there (`docs/protocol.md` section 22): what the relay checks before visitors are shown it.

use crate::{body, fault::Fault};
use einwurf_protocol::{
    api::staff::PutStatus,
    ids::Thumbprint,
    jws,
    limits::CLOCK_SKEW_SECONDS,
    manifest::{Former, Revocation},
    status::Status,
    time::Timestamp,
};

/// Who says it to whom.
#[derive(Debug, Clone, Copy)]
pub struct Says<'a> {
    /// Whose session it is.
    pub member: &'a Thumbprint,
    /// The present site.
    pub site: &'a Thumbprint,
    /// The sites before it.
    pub former: &'a [Former],
    /// Who is no member any more.
    pub revoked: &'a [Revocation],
}

/// The body of `PUT /v1/inbox/status`, and until when it holds; none if nothing is said any more. 400 for what its
/// member did not sign, or not for now.
pub fn put(bytes: &[u8], says: &Says<'_>, now: Timestamp) -> Result<Option<(String, Timestamp)>, Fault> {
    let PutStatus { v, status } = body::json(bytes)?;
    body::version(v)?;
    let Some(compact) = status else { return Ok(None) };
    let malformed = |detail: String| Fault::malformed("status", detail);
    let status = Status::verify(&compact, (says.site, says.former), says.revoked)
        .map_err(|error| malformed(error.to_string()))?;
    // Whoever holds a key signs with it; here it is about whose word it is.
    let by_member = jws::read(&compact, jws::STATUS).is_ok_and(|jws| jws.key.thumbprint() == *says.member);
    if !by_member {
        return Err(malformed("signed by another member".to_owned()));
    }
    if status.iat > now.plus(CLOCK_SKEW_SECONDS) || status.exp <= now {
        return Err(malformed("not of this time".to_owned()));
    }
    Ok(Some((compact, status.exp)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Keys, NOW, certificate, member, site};
    use einwurf_protocol::{VERSION, status::Span, time::DAY};

    fn status() -> Status {
        Status {
            v: VERSION,
            site: site().thumbprint(),
            certificate: certificate(&site(), |_| ()),
            iat: NOW,
            exp: NOW.plus(DAY),
            open: vec![Span { from: NOW, until: NOW.plus(60) }],
            topics: Vec::new(),
            automatic: [].into(),
        }
    }

    fn body(status: &Status, by: &Keys) -> Vec<u8> {
        let status = Some(by.jws(jws::STATUS, status));
        serde_json::to_vec(&PutStatus { v: VERSION, status }).unwrap()
    }

    fn says(bytes: &[u8], whose: &Thumbprint) -> Result<Option<Timestamp>, Fault> {
        let site = site().thumbprint();
        let says = Says { member: whose, site: &site, former: &[], revoked: &[] };
        put(bytes, &says, NOW).map(|put| put.map(|(_, exp)| exp))
    }

    #[test]
    fn a_members_own_word_is_kept_until_its_end() {
        let own = member().thumbprint();
        assert_eq!(says(&body(&status(), &member()), &own), Ok(Some(NOW.plus(DAY))));
        let none = serde_json::to_vec(&PutStatus { v: VERSION, status: None }).unwrap();
        assert_eq!(says(&none, &own), Ok(None));
    }

    #[test]
    fn nobody_says_it_in_the_name_of_another() {
        let field = |bytes: &[u8], whose: &Thumbprint| says(bytes, whose).unwrap_err().problem().field;
        let (own, other) = (member().thumbprint(), Keys::new(9));
        // Another member's word, over this member's session.
        assert_eq!(field(&body(&status(), &member()), &other.thumbprint()).as_deref(), Some("status"));
        // This member's certificate under somebody else's signature.
        assert_eq!(field(&body(&status(), &other), &own).as_deref(), Some("status"));
        // A certificate that another key gave.
        let foreign = Status { certificate: certificate(&other, |_| ()), ..status() };
        assert_eq!(field(&body(&foreign, &member()), &own).as_deref(), Some("status"));
        for bytes in [&b"{\"v\":2,\"status\":null}"[..], b"{\"v\":1,\"status\":\"a.b.c\"}"] {
            assert!(says(bytes, &own).is_err());
        }
    }

    #[test]
    fn it_is_of_this_time() {
        let own = member().thumbprint();
        let taken = |status: Status| says(&body(&status, &member()), &own).is_ok();
        for (ahead, is_taken) in
            [(CLOCK_SKEW_SECONDS - 1, true), (CLOCK_SKEW_SECONDS, true), (CLOCK_SKEW_SECONDS + 1, false)]
        {
            let iat = NOW.plus(ahead);
            assert_eq!(taken(Status { iat, exp: iat.plus(60), open: Vec::new(), ..status() }), is_taken);
        }
        for (end, is_taken) in [(NOW.minus(1), false), (NOW, false), (NOW.plus(1), true)] {
            let iat = NOW.minus(60);
            assert_eq!(taken(Status { iat, exp: end, open: Vec::new(), ..status() }), is_taken, "{end:?}");
        }
    }
}
