//! The ciphertext of an event: XChaCha20-Poly1305 over the padded JSON payload, the header as associated data.

use crate::{SealError, signer::Signer};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload as Input},
};
use einwurf_protocol::{
    event::{Envelope, Event, NONCE_BYTES, digest, signing_input},
    limits::PADDED_BYTES,
    padding,
};
use hpke::rand_core::CryptoRng;
use zeroize::Zeroizing;

/// An event: `padded` under the key of its epoch and direction, signed by its author. Draws the nonce.
pub(crate) fn seal(
    key: &[u8; 32],
    signer: &Signer,
    header: Vec<u8>,
    padded: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<Envelope, SealError> {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let ciphertext = encrypt(key, &nonce, &header, padded).ok_or(SealError::TooLong)?;
    let signature = signer.sign(&signing_input(&digest(&header, &nonce, &ciphertext)));
    Ok(Envelope { header, nonce: nonce.to_vec(), ciphertext, signature })
}

/// A payload's JSON, padded, if it is not too long.
pub(crate) fn padded(json: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let padded = Zeroizing::new(padding::pad(json));
    if padded.len() > PADDED_BYTES { Err(SealError::TooLong) } else { Ok(padded) }
}

/// Encrypts under a random nonce; 2^24 nonces of 24 bytes collide with a chance below 2^-140.
pub(crate) fn encrypt(
    key: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    associated: &[u8],
    plaintext: &[u8],
) -> Option<Vec<u8>> {
    let input = Input { msg: plaintext, aad: associated };
    XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(*nonce), input).ok()
}

/// The plaintext, if key, nonce, associated data and every bit of the ciphertext fit.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8],
    associated: &[u8],
    ciphertext: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    let input = Input { msg: ciphertext, aad: associated };
    XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(nonce), input).ok().map(Zeroizing::new)
}

/// The content of an event under the key of its epoch and direction, without its padding.
pub(crate) fn content(key: &[u8; 32], event: &Event) -> Option<Zeroizing<Vec<u8>>> {
    let envelope = &event.envelope;
    let padded = decrypt(key, &envelope.nonce, &envelope.header, &envelope.ciphertext)?;
    padding::unpad(&padded).map(|content| Zeroizing::new(content.to_vec()))
}

/// The key of the member whom a certificate by one of `sites` names, whenever that was: for whoever only follows the
/// chain. What is shown is checked by `MemberCertificate::verify`.
#[cfg(feature = "seal")]
pub(crate) fn certified(
    certificate: &str,
    site: &einwurf_protocol::ids::Thumbprint,
) -> Option<einwurf_protocol::es256::PublicKey> {
    use einwurf_protocol::{VERSION, jws, roster::MemberCertificate};
    let verified = jws::verify_read::<MemberCertificate>(certificate, jws::MEMBER).ok()?;
    let certificate = verified.payload;
    let fits = verified.key.thumbprint() == *site && certificate.site == *site && certificate.v == VERSION;
    fits.then_some(certificate.key)
}

/// The content as payload.
#[cfg(feature = "open")]
pub(crate) fn open(key: &[u8; 32], event: &Event) -> Option<einwurf_protocol::message::Payload> {
    let payload: einwurf_protocol::message::Payload = serde_json::from_slice(&content(key, event)?).ok()?;
    (payload.v == einwurf_protocol::VERSION).then_some(payload)
}
