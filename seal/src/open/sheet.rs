//! Sheets: what staff note among themselves, under a key that everybody has who holds the inbox key (`docs/protocol.md`
//! section 21). With the inbox key the notes are destroyed, too.

use crate::{InboxSecret, SealError, cipher, keys::derive};
use einwurf_protocol::{codec::Writer, event::NONCE_BYTES, ids::Cid, padding};
use hpke::rand_core::CryptoRng;
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

const LABEL: &str = "einwurf/1 sheet";
/// The team's own sheet belongs to no conversation.
const TEAM: Cid = Cid([0; 32]);

/// Nonce and ciphertext of a sheet, of a conversation or of the team.
pub fn seal_sheet(
    secret: &InboxSecret,
    cid: Option<Cid>,
    sheet: &impl Serialize,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SealError> {
    let json = serde_json::to_vec(sheet).map(Zeroizing::new).map_err(|_| SealError::TooLong)?;
    let padded = Zeroizing::new(padding::pad(&json));
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let name = name(secret, cid);
    let ciphertext = cipher::encrypt(&key(secret, &name), &nonce, &name.clone().finish(), &padded);
    let ciphertext = ciphertext.ok_or(SealError::TooLong)?;
    Ok([nonce.as_slice(), &ciphertext].concat())
}

/// A sheet of this conversation, or of the team, under this key; else [`SealError::Content`].
pub fn open_sheet<T: DeserializeOwned>(
    secret: &InboxSecret,
    cid: Option<Cid>,
    sealed: &[u8],
) -> Result<T, SealError> {
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES).ok_or(SealError::Content)?;
    let name = name(secret, cid);
    let padded = cipher::decrypt(&key(secret, &name), nonce, &name.clone().finish(), ciphertext);
    let padded = padded.ok_or(SealError::Content)?;
    let json = padding::unpad(&padded).ok_or(SealError::Content)?;
    serde_json::from_slice(json).map_err(|_| SealError::Content)
}

fn name(secret: &InboxSecret, cid: Option<Cid>) -> Writer {
    Writer::labelled(LABEL).fixed(&secret.id().0).fixed(&cid.unwrap_or(TEAM).0)
}

fn key(secret: &InboxSecret, name: &Writer) -> Zeroizing<[u8; 32]> {
    derive(secret.seed().as_ref(), name.clone())
}
