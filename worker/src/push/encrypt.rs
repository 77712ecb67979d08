//! Encryption for a browser (RFC 8291, with the one record of RFC 8188's `aes128gcm`): everything but the AES, which the
//! runtime does.

use super::subscription::{AUTH_BYTES, Subscription};
use hmac::{Hmac, KeyInit, Mac};
use p256::{PublicKey, SecretKey, ecdh::diffie_hellman, elliptic_curve::sec1::ToSec1Point as _};
use sha2::Sha256;

/// How long a record may be; ours is shorter and the only one.
const RECORD_BYTES: u32 = 4_096;
/// Ends the last record, before any padding.
const LAST: u8 = 2;

/// What AES-128-GCM is called with, and what comes before its output.
pub struct Prepared {
    /// Key.
    pub key: [u8; 16],
    /// Nonce, for this message alone.
    pub nonce: [u8; 12],
    /// What is encrypted.
    pub plain: Vec<u8>,
    head: Vec<u8>,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prepared(hidden)")
    }
}

/// For one message: `sender` and `salt` are drawn for it alone.
pub fn prepare(to: &Subscription, sender: &SecretKey, salt: [u8; 16], plain: &[u8]) -> Prepared {
    let shared = diffie_hellman(sender.to_nonzero_scalar(), to.key.as_affine());
    let (receiver, sender) = (bytes(&to.key), bytes(&sender.public_key()));
    let auth: &[u8; AUTH_BYTES] = &to.auth;
    let mixed = mac(auth, &[shared.raw_secret_bytes()]);
    let secret = mac(&mixed, &[b"WebPush: info\0", &receiver, &sender, &[1]]);
    let random = mac(&salt, &[&secret]);
    let key = mac(&random, &[b"Content-Encoding: aes128gcm\0\x01"]);
    let nonce = mac(&random, &[b"Content-Encoding: nonce\0\x01"]);
    let length = u8::try_from(sender.len()).unwrap_or_default();
    Prepared {
        key: *key.first_chunk().unwrap_or(&[0; 16]),
        nonce: *nonce.first_chunk().unwrap_or(&[0; 12]),
        plain: [plain, &[LAST]].concat(),
        head: [&salt[..], &RECORD_BYTES.to_be_bytes(), &[length], &sender].concat(),
    }
}

impl Prepared {
    /// The body of the request, from what AES made of the plaintext, its tag included.
    pub fn body(mut self, sealed: &[u8]) -> Vec<u8> {
        self.head.extend_from_slice(sealed);
        self.head
    }
}

fn bytes(key: &PublicKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

/// HMAC-SHA-256, of which HKDF (RFC 5869) is made: one block is all that is asked of it here.
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{
        api::push::{PushKeys, PushSubscription},
        codec::{from_base64url, to_base64url},
    };

    /// The example of RFC 8291, section 5 and appendix A.
    fn example() -> Prepared {
        let of = |text| from_base64url(text).unwrap();
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let keys = PushKeys { p256dh: of(key), auth: of("BTBZMqHH6r4Tts7J_aSIgg") };
        let endpoint = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV".to_owned();
        let to = Subscription::read(&PushSubscription { endpoint, keys }).unwrap();
        let sender = SecretKey::from_slice(&of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = of("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        prepare(&to, &sender, salt, b"When I grow up, I want to be a watermelon")
    }

    #[test]
    fn the_example_of_the_standard_has_its_key_and_nonce() {
        let prepared = example();
        assert_eq!(to_base64url(&prepared.key), "oIhVW04MRdy2XN9CiKLxTg");
        assert_eq!(to_base64url(&prepared.nonce), "4h_95klXJ5E_qnoN");
        assert_eq!(prepared.plain, b"When I grow up, I want to be a watermelon\x02");
    }

    #[test]
    fn the_example_of_the_standard_has_its_body() {
        let expected = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
                        InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV\
                        WGNWQexSgSxsj_Qulcy4a-fN";
        let expected = from_base64url(expected).unwrap();
        let sealed = &expected[86..];
        assert_eq!(sealed.len(), example().plain.len() + 16);
        assert_eq!(example().body(sealed), expected);
    }
}
