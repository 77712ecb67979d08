//! Proof of possession (RFC 9449, `docs/protocol.md` section 15.3): which device asks. Checked before an object is asked.

use crate::{admit::Claim, fault::Fault};
use einwurf_protocol::{
    ids::{MessageId, Thumbprint},
    json, jws,
    limits::{CLOCK_SKEW_SECONDS, POSSESSION_SECONDS},
    possession::{Possession, Request},
    problem::Code,
    time::Timestamp,
};

/// What a route asks of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Nothing: visitors, the operator, set-up, invitations.
    Nothing,
    /// A proof of the last or next day: a login, whose device may not know the relay's clock yet.
    Login,
    /// A proof of this minute, beside a session.
    Session,
}

/// A proof of sound form. It owes its signature and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    claim: Claim,
    possession: Possession,
}

/// Whose a proof is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// The device.
    pub device: Thumbprint,
    /// What the proof is told from others by, if it is of this minute; an older one may have been read by others.
    pub recent: Option<MessageId>,
}

/// How a proof that was used is remembered, so that it is used once. Of another length than any challenge.
pub fn used(device: Thumbprint, proof: MessageId) -> Vec<u8> {
    [&device.0[..], &proof.0].concat()
}

/// When a proof that was accepted at this time as recent is recent no more, whatever time it names.
pub fn forgotten(now: Timestamp) -> Timestamp {
    now.plus(2 * POSSESSION_SECONDS + 1)
}

/// What the proof must be about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Method.
    pub method: &'a str,
    /// Path, without a query.
    pub path: &'a str,
    /// Origins under which this relay is reached.
    pub origins: &'a [&'a str],
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

impl Proof {
    /// From the header. Whatever is wrong with it, the answer is the same: 401.
    pub fn read(header: Option<&str>) -> Result<Self, Fault> {
        let compact = header.ok_or(Code::Unauthorized)?;
        let proof = jws::read(compact, jws::POSSESSION).map_err(|_| Code::Unauthorized)?;
        let possession = json::typed(&proof.payload).map_err(|_| Code::Unauthorized)?;
        let message = proof.input.as_bytes().to_vec();
        Ok(Self { claim: Claim { key: proof.key, message, signature: proof.signature }, possession })
    }

    /// The device, if the proof is its own and about this request: 401.
    pub async fn verify(
        self,
        needed: Needed,
        asked: &Asked<'_>,
        check: impl AsyncFn(Claim) -> bool,
    ) -> Result<Proven, Fault> {
        let recent = self.possession.iat.0.abs_diff(asked.now.0) <= POSSESSION_SECONDS;
        let recent = recent.then_some(self.possession.jti);
        let device = self.claim.key.thumbprint();
        if self.fits(needed, asked) && check(self.claim).await {
            Ok(Proven { device, recent })
        } else {
            Err(Code::Unauthorized.into())
        }
    }

    fn fits(&self, needed: Needed, asked: &Asked<'_>) -> bool {
        let (token, tolerance) = match needed {
            Needed::Nothing => return false,
            Needed::Login => (None, CLOCK_SKEW_SECONDS),
            Needed::Session => {
                (asked.authorization.and_then(|value| value.split_once(' ')), POSSESSION_SECONDS)
            }
        };
        let token = token.map(|(_, token)| token);
        if needed == Needed::Session && token.is_none() {
            return false;
        }
        asked.origins.iter().any(|origin| {
            let url = format!("{origin}{}", asked.path);
            let request = Request { method: asked.method, url: &url, token };
            self.possession.fits(&request, asked.now, tolerance)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Keys, NOW, ORIGIN, check, ready};

    const ALSO: &str = "https://also.example";
    const TOKEN: &str = "Bearer abc";

    fn asked(authorization: Option<&str>) -> Asked<'_> {
        Asked { method: "GET", path: "/v1/inbox", origins: &[ORIGIN, ALSO], authorization, now: NOW }
    }

    fn device() -> Keys {
        Keys::new(7)
    }

    fn proof(method: &str, url: &str, token: Option<&str>, at: Timestamp) -> String {
        let request = Request { method, url, token };
        device().jws(jws::POSSESSION, &Possession::of(&request, MessageId([1; 16]), at))
    }

    fn good() -> String {
        proof("GET", &format!("{ORIGIN}/v1/inbox"), Some("abc"), NOW)
    }

    fn who(compact: &str, needed: Needed, asked: &Asked<'_>) -> Result<Thumbprint, Fault> {
        ready(Proof::read(Some(compact))?.verify(needed, asked, check)).map(|proven| proven.device)
    }

    #[test]
    fn a_proof_of_a_login_is_recent_for_two_minutes_and_then_told_from_no_other() {
        let url = format!("{ORIGIN}/v1/inbox");
        let jti = |at| {
            let proof = Proof::read(Some(&proof("GET", &url, None, at))).unwrap();
            ready(proof.verify(Needed::Login, &asked(None), check)).unwrap().recent
        };
        let known = Some(MessageId([1; 16]));
        assert_eq!([119, 120, 121].map(|age| jti(NOW.minus(age))), [known, known, None]);
        assert_eq!([119, 120, 121].map(|ahead| jti(NOW.plus(ahead))), [known, known, None]);
    }

    #[test]
    fn a_used_proof_is_remembered_until_its_time_is_over() {
        // It names a time 120 s ahead, and is recent until 120 s after that.
        assert!(forgotten(NOW) > NOW.plus(240));
        let of = |device, proof| used(Thumbprint([device; 32]), MessageId([proof; 16]));
        assert_eq!((of(1, 2), of(1, 2).len()), (of(1, 2), 48));
        assert!(of(1, 2) != of(1, 3) && of(1, 2) != of(3, 2));
    }

    #[test]
    fn a_proof_names_its_device() {
        assert_eq!(who(&good(), Needed::Session, &asked(Some(TOKEN))), Ok(device().thumbprint()));
        let also = proof("GET", &format!("{ALSO}/v1/inbox"), Some("abc"), NOW);
        assert_eq!(who(&also, Needed::Session, &asked(Some(TOKEN))), Ok(device().thumbprint()));
    }

    #[test]
    fn a_proof_about_another_request_is_none() {
        let url = format!("{ORIGIN}/v1/inbox");
        for other in [
            proof("POST", &url, Some("abc"), NOW),
            proof("GET", &format!("{url}/mail"), Some("abc"), NOW),
            proof("GET", "https://other.example/v1/inbox", Some("abc"), NOW),
            proof("GET", &url, Some("abd"), NOW),
            proof("GET", &url, None, NOW),
        ] {
            assert_eq!(who(&other, Needed::Session, &asked(Some(TOKEN))), Err(Code::Unauthorized.into()));
        }
        // A stolen proof is of no use with another token, or without one.
        assert!(who(&good(), Needed::Session, &asked(Some("Bearer abd"))).is_err());
        assert!(who(&good(), Needed::Session, &asked(None)).is_err());
        let bare = proof("GET", &url, None, NOW);
        assert!(who(&bare, Needed::Session, &asked(None)).is_err());
        assert!(who(&good(), Needed::Nothing, &asked(Some(TOKEN))).is_err());
    }

    #[test]
    fn beside_a_session_it_holds_two_minutes_and_at_a_login_a_day() {
        let url = format!("{ORIGIN}/v1/inbox");
        for (needed, token, seconds) in [(Needed::Session, Some("abc"), 120), (Needed::Login, None, 86_400)] {
            let authorization = token.map(|_| TOKEN);
            for (at, holds) in [
                (NOW.minus(seconds - 1), true),
                (NOW.minus(seconds), true),
                (NOW.minus(seconds + 1), false),
                (NOW.plus(seconds), true),
                (NOW.plus(seconds + 1), false),
            ] {
                let proof = proof("GET", &url, token, at);
                assert_eq!(who(&proof, needed, &asked(authorization)).is_ok(), holds, "{needed:?} {at:?}");
            }
        }
    }

    #[test]
    fn a_login_is_proven_without_a_token() {
        let proof = proof("GET", &format!("{ORIGIN}/v1/inbox"), None, NOW);
        assert!(who(&proof, Needed::Login, &asked(None)).is_ok());
        assert!(who(&good(), Needed::Login, &asked(None)).is_err());
    }

    #[test]
    fn what_is_no_proof_or_signed_by_another_is_refused() {
        let (good, of_another) = (good(), Keys::new(8).jws(jws::POSSESSION, &"x"));
        let claims =
            Possession::of(&Request { method: "GET", url: "u", token: None }, MessageId([1; 16]), NOW);
        let other_type = device().jws(jws::GRANT, &claims);
        for bad in ["", "a.b.c", &of_another, &other_type, &format!("{good}, {good}")] {
            assert_eq!(Proof::read(Some(bad)), Err(Code::Unauthorized.into()), "{bad}");
        }
        assert_eq!(Proof::read(None), Err(Code::Unauthorized.into()));
        // Another device's signature under the same claims.
        let (claims, _) = good.rsplit_once('.').unwrap();
        let of_another = Keys::new(8).jws(jws::GRANT, &1);
        let (_, signature) = of_another.rsplit_once('.').unwrap();
        let forged = format!("{claims}.{signature}");
        assert_eq!(who(&forged, Needed::Session, &asked(Some(TOKEN))), Err(Code::Unauthorized.into()));
    }
}
