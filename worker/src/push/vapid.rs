//! Who sends a push (RFC 8292): a token for the push service, signed with the key that browsers subscribed with.

use einwurf_protocol::{
    codec::to_base64url,
    time::{DAY, Timestamp},
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

/// `{"typ":"JWT","alg":"ES256"}`
const HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9";
/// How long a token holds, in seconds; services take none that holds longer than a day.
const SECONDS: u64 = DAY / 2;

/// The key pair of a site.
pub struct Key(SigningKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(hidden)")
    }
}

impl Key {
    /// From 32 random or stored bytes; none for the few values that are no key.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        SigningKey::from_slice(bytes).ok().map(Self)
    }

    /// What browsers subscribe with: 65 bytes, an uncompressed point.
    pub fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_point(false).as_bytes().to_vec()
    }

    /// The header `authorization` of a push to a service, `host` being its name, and its port if it has one. `contact`: whom
    /// its people can ask.
    pub fn authorization(&self, host: &str, contact: &str, now: Timestamp) -> String {
        // Neither has characters that JSON would have to escape: names of hosts are checked, and so is the configuration.
        let exp = now.plus(SECONDS).0;
        let claims = format!(r#"{{"aud":"https://{host}","exp":{exp},"sub":"{contact}"}}"#);
        let input = format!("{HEADER}.{}", to_base64url(claims.as_bytes()));
        let signature: Signature = self.0.sign(input.as_bytes());
        let (signature, key) = (to_base64url(&signature.to_bytes()), to_base64url(&self.public()));
        format!("vapid t={input}.{signature}, k={key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{codec::from_base64url, es256::PublicKey, ids::Signature};

    #[test]
    fn a_token_is_signed_for_its_service_by_the_advertised_key() {
        let key = Key::from_bytes(&[7; 32]).unwrap();
        let header = key.authorization("fcm.googleapis.com", "mailto:a@example.com", Timestamp(1_000));
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(from_base64url(public).unwrap(), key.public());
        let (input, signature) = token.rsplit_once('.').unwrap();
        let xy: [u8; 64] = key.public()[1..].try_into().unwrap();
        let signature: Signature = signature.parse().unwrap();
        assert!(PublicKey::from_bytes(xy).verifies(input.as_bytes(), &signature));
        let (header, claims) = input.split_once('.').unwrap();
        assert_eq!(from_base64url(header).unwrap(), br#"{"typ":"JWT","alg":"ES256"}"#);
        let claims: serde_json::Value = serde_json::from_slice(&from_base64url(claims).unwrap()).unwrap();
        let expected = serde_json::json!({
            "aud": "https://fcm.googleapis.com", "exp": 1_000 + 43_200, "sub": "mailto:a@example.com"
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn bytes_that_are_no_key_are_none() {
        for bytes in [&[0; 32][..], &[255; 32], &[7; 33]] {
            assert!(Key::from_bytes(bytes).is_none());
        }
        assert_eq!(format!("{:?}", Key::from_bytes(&[7; 32]).unwrap()), "Key(hidden)");
    }
}
