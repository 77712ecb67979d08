//! Signatures after Standard Webhooks: HMAC-SHA256 over id, time and body.

use einwurf_protocol::{
    api::webhooks::WebhookSecret, codec::to_base64, ids::Secret, limits::WEBHOOK_SECRET_SECONDS,
    time::Timestamp,
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// What a webhook is signed with. While it is replaced, by two: a receiver takes either.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    present: Secret,
    former: Option<(Secret, Timestamp)>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(hidden)")
    }
}

impl Secrets {
    /// The first one.
    pub fn new(secret: Secret) -> Self {
        Self { present: secret, former: None }
    }

    /// Another one. The one before signs for a day more, so that nothing is refused while its receiver is changed; one
    /// before that is over, since somebody may have replaced it because others know it.
    #[must_use]
    pub fn replaced(self, secret: Secret, now: Timestamp) -> Self {
        Self { former: Some((self.present, now.plus(WEBHOOK_SECRET_SECONDS))), present: secret }
    }

    /// Until when the one before signs.
    pub fn former_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.former.as_ref().map(|(_, until)| *until).filter(|until| now < *until)
    }

    /// As it is shown once.
    pub fn shown(&self) -> WebhookSecret {
        WebhookSecret { secret: format!("whsec_{}", to_base64(&self.present.0)) }
    }

    /// The header `webhook-signature` of a request at `now`.
    pub fn signatures(&self, id: &str, now: Timestamp, body: &[u8]) -> String {
        let former = self.former.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let secrets = std::iter::once(&self.present).chain(former);
        secrets.map(|secret| signature(&secret.0, id, now, body)).collect::<Vec<_>>().join(" ")
    }
}

fn signature(secret: &[u8], id: &str, now: Timestamp, body: &[u8]) -> String {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key of any length");
    let mac = mac.chain_update(format!("{id}.{}.", now.0)).chain_update(body);
    format!("v1,{}", to_base64(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::codec::from_base64url;

    const NOW: Timestamp = Timestamp(1_614_265_330);

    #[test]
    fn an_example_of_the_specifications_libraries_has_its_signature() {
        // The vector that the reference libraries of Standard Webhooks test themselves with; its key is base64 of 24 bytes.
        let key = from_base64url("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let (id, at, body) =
            ("msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp(1_614_265_330), r#"{"test": 2432232314}"#);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature(&key, id, at, body.as_bytes()), expected);
    }

    #[test]
    fn id_time_and_body_are_signed() {
        let secrets = Secrets::new(Secret([7; 32]));
        let signed = secrets.signatures("msg_1", NOW, b"{}");
        assert_eq!(signed, secrets.signatures("msg_1", NOW, b"{}"));
        for other in [
            secrets.signatures("msg_2", NOW, b"{}"),
            secrets.signatures("msg_1", NOW.plus(1), b"{}"),
            secrets.signatures("msg_1", NOW, b"{ }"),
            Secrets::new(Secret([8; 32])).signatures("msg_1", NOW, b"{}"),
        ] {
            assert_ne!(signed, other);
        }
    }

    #[test]
    fn a_new_secret_signs_beside_the_one_before_for_a_day() {
        let (first, second) = (Secret([1; 32]), Secret([2; 32]));
        let both = Secrets::new(first).replaced(second, NOW);
        let until = NOW.plus(WEBHOOK_SECRET_SECONDS);
        for (at, expected) in [(NOW, 2), (until.minus(1), 2), (until, 1), (until.plus(1), 1)] {
            let signatures = both.signatures("a", at, b"");
            let each: Vec<_> = signatures.split(' ').collect();
            assert_eq!(each.len(), expected, "{at:?}");
            assert_eq!(each[0], signature(&second.0, "a", at, b""));
            assert_eq!(both.former_until(at), (expected == 2).then_some(until));
            if let Some(old) = each.get(1) {
                assert_eq!(*old, signature(&first.0, "a", at, b""));
            }
        }
        let third = both.replaced(Secret([3; 32]), NOW.plus(1));
        let signatures = third.signatures("a", NOW.plus(2), b"");
        assert!(!signatures.contains(&signature(&first.0, "a", NOW.plus(2), b"")), "the first one is over");
    }

    #[test]
    fn a_secret_survives_storage_and_is_in_no_log() {
        let secrets = Secrets::new(Secret([1; 32])).replaced(Secret([2; 32]), NOW);
        let text = serde_json::to_string(&secrets).unwrap();
        assert_eq!(serde_json::from_str::<Secrets>(&text).unwrap(), secrets);
        assert_eq!(format!("{secrets:?}"), "Secrets(hidden)");
        assert_eq!(format!("{:?}", secrets.shown()), "WebhookSecret(hidden)");
        assert_eq!(secrets.shown().secret, format!("whsec_{}", to_base64(&[2; 32])));
    }
}
