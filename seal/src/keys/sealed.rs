//! How a private key of the site travels to a member: HPKE Base to the member's X-Wing key. `info` binds site, member
//! and the name of the key, so that the relay can neither swap nor redirect it.

use crate::{
    SealError,
    epoch::{Aead, Kdf, KemEnc, KemPublic},
    keys::{inbox::InboxSecret, member::MemberKeys, site::SiteKey},
    signer::Signer,
};
use einwurf_protocol::{
    api::login::{KeyName, SealedKey},
    codec::Writer,
    ids::Thumbprint,
    roster::Member,
};
use hpke::rand_core::CryptoRng;
use hpke::{
    Deserializable as _, OpModeR, OpModeS, Serializable as _, kem::XWing, single_shot_open,
    single_shot_seal_with_rng,
};
use zeroize::Zeroizing;

const INFO: &str = "einwurf/1 sealed key";

/// A private key of the site that members hold.
pub trait SiteSecret {
    /// Which key it is.
    fn name(&self) -> KeyName;
    /// Its 32 bytes: the scalar of an ES256 key, big-endian, or the seed of an X-Wing key.
    fn secret(&self) -> Zeroizing<[u8; 32]>;
}

impl SiteSecret for SiteKey {
    fn name(&self) -> KeyName {
        KeyName::Site(self.thumbprint())
    }
    fn secret(&self) -> Zeroizing<[u8; 32]> {
        self.0.to_bytes()
    }
}

impl SiteSecret for InboxSecret {
    fn name(&self) -> KeyName {
        KeyName::Inbox(self.id())
    }
    fn secret(&self) -> Zeroizing<[u8; 32]> {
        self.seed()
    }
}

/// A sealed key, opened.
#[derive(Debug, Clone)]
pub enum OpenedKey {
    /// Signs manifests.
    Site(SiteKey),
    /// Opens conversations.
    Inbox(InboxSecret),
}

/// Seals a private key of `site` to `member`, who must come from a verified roster.
pub fn seal_key_for(
    member: &Member,
    secret: &impl SiteSecret,
    site: Thumbprint,
    rng: &mut impl CryptoRng,
) -> Result<SealedKey, SealError> {
    let public = KemPublic::from_bytes(&member.sealing).map_err(|_| SealError::MemberKey)?;
    let what = secret.name();
    let info = info(&site, &member.id, what);
    let (enc, ciphertext) = single_shot_seal_with_rng::<Aead, Kdf, XWing>(
        &OpModeS::Base,
        &public,
        &info,
        secret.secret().as_ref(),
        &[],
        rng,
    )
    .map_err(|_| SealError::MemberKey)?;
    Ok(SealedKey { member: member.id, what, enc: enc.to_bytes().to_vec(), ciphertext })
}

impl MemberKeys {
    /// Opens a key of `site` that was sealed to this member, and checks that it is the key it is named as.
    pub fn open_key(&self, sealed: &SealedKey, site: Thumbprint) -> Result<OpenedKey, SealError> {
        self.try_open(sealed, &site).ok_or(SealError::SealedKey)
    }

    fn try_open(&self, sealed: &SealedKey, site: &Thumbprint) -> Option<OpenedKey> {
        let enc = KemEnc::from_bytes(&sealed.enc).ok()?;
        let info = info(site, &self.id(), sealed.what);
        let (mode, key) = (OpModeR::Base, &self.sealing);
        let bytes =
            single_shot_open::<Aead, Kdf, XWing>(&mode, key, &enc, &info, &sealed.ciphertext, &[]).ok()?;
        let bytes = Zeroizing::new(bytes);
        // Sealing keys are public in the roster: anyone can seal a key of their own making under the site's name.
        if matches!(sealed.what, KeyName::Site(id) if id != *site) {
            return None;
        }
        let secret = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?);
        let (opened, name) = match sealed.what {
            KeyName::Site(_) => {
                let key = SiteKey(Signer::from_bytes(&secret)?);
                let name = key.name();
                (OpenedKey::Site(key), name)
            }
            KeyName::Inbox(_) => {
                let key = InboxSecret::from_seed(&secret);
                let name = key.name();
                (OpenedKey::Inbox(key), name)
            }
        };
        (name == sealed.what && sealed.member == self.id()).then_some(opened)
    }
}

fn info(site: &Thumbprint, member: &Thumbprint, what: KeyName) -> Vec<u8> {
    let info = Writer::labelled(INFO).fixed(&site.0).fixed(&member.0);
    match what {
        KeyName::Site(id) => info.u8(0).fixed(&id.0),
        KeyName::Inbox(id) => info.u8(1).fixed(&id.0),
    }
    .finish()
}
