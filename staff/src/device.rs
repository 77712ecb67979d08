//! The device's key from the outside: its public half, and what it signs to prove that a request comes from here
//! (`docs/protocol.md` section 15.3). The private half stays in the browser, which signs.

use einwurf_protocol::{
    es256::PublicKey,
    ids::{MessageId, Signature},
    jws,
    possession::{Possession, Request},
    time::Timestamp,
};

/// An uncompressed point, as `WebCrypto` exports a public key: `04 ‖ x ‖ y`.
pub fn public_key(raw: &[u8]) -> Option<PublicKey> {
    let (first, xy) = raw.split_first()?;
    let xy = <[u8; 64]>::try_from(xy).ok()?;
    (*first == 4).then(|| PublicKey::from_bytes(xy))
}

/// What the device signs for a request.
pub fn signing_input(
    key: &PublicKey,
    request: &Request<'_>,
    jti: MessageId,
    now: Timestamp,
) -> Option<String> {
    let payload = serde_json::to_vec(&Possession::of(request, jti, now)).ok()?;
    Some(jws::signing_input(key, jws::POSSESSION, &payload))
}

/// The header's value.
pub fn proof(signing_input: &str, signature: &[u8]) -> Option<String> {
    let signature = <[u8; 64]>::try_from(signature).ok()?;
    Some(jws::assemble(signing_input, &Signature(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Dice, NOW};
    use einwurf_protocol::{codec::from_base64url, limits::POSSESSION_SECONDS};
    use einwurf_seal::SiteKey;

    const REQUEST: Request<'_> =
        Request { method: "PUT", url: "https://relay.example/v1/inbox/mail", token: Some("abc") };

    #[test]
    fn what_is_signed_is_a_proof_about_this_request_alone() {
        let key = SiteKey::generate(&mut Dice::new(1)).public();
        let input = signing_input(&key, &REQUEST, MessageId([7; 16]), NOW).unwrap();
        let (header, payload) = input.split_once('.').unwrap();
        assert_eq!(from_base64url(header).unwrap(), key.jws_header("dpop+jwt").as_bytes());
        let possession: Possession = serde_json::from_slice(&from_base64url(payload).unwrap()).unwrap();
        assert!(possession.fits(&REQUEST, NOW, POSSESSION_SECONDS));
        for other in [
            Request { method: "GET", ..REQUEST },
            Request { url: "https://relay.example/v1/inbox", ..REQUEST },
            Request { token: Some("abd"), ..REQUEST },
            Request { token: None, ..REQUEST },
        ] {
            assert!(!possession.fits(&other, NOW, POSSESSION_SECONDS), "{other:?}");
        }
    }

    #[test]
    fn only_an_uncompressed_point_and_a_whole_signature_are_taken() {
        let key = SiteKey::generate(&mut Dice::new(1)).public();
        let raw = [&[4], key.as_bytes().as_slice()].concat();
        assert_eq!(public_key(&raw), Some(key));
        assert_eq!(public_key(&raw[..64]), None);
        assert_eq!(public_key(&[&[2], key.as_bytes().as_slice()].concat()), None);
        assert_eq!(proof("a.b", &[0; 63]), None);
        assert_eq!(proof("a.b", &[0; 65]), None);
        assert!(proof("a.b", &[0; 64]).unwrap().starts_with("a.b."));
    }
}
