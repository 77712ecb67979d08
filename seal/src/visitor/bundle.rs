//! The bundle (`docs/protocol.md` section 8.5): what a visitor keeps of a conversation, and what a private link carries
//! in its fragment.

use super::VisitorConversation;
use crate::{SealError, epoch::EpochKeys, signer::Signer};
use einwurf_protocol::{
    VERSION,
    chain::Chain,
    codec::{CodecError, Reader, Writer},
    ids::{Secret, Thumbprint},
    limits::BUNDLE_BYTES,
};
use std::fmt;
use zeroize::Zeroizing;

const LABEL: &str = "einwurf/1 bundle";

/// A conversation and where it lies.
pub struct Bundle {
    /// The conversation, before it has read what the relay holds of it.
    pub conversation: VisitorConversation,
    /// Its address at the relay.
    pub address: String,
    /// The lowest serial of a manifest that it accepts.
    pub serial: u64,
}

impl VisitorConversation {
    /// What opens this conversation again, at this address, with no older manifest than `serial`. Has the keys of an epoch
    /// that waits for its first event, too: whoever keeps this before the relay has answered must be able to open and
    /// withdraw what it stored.
    pub fn bundle(&self, address: &str, serial: u64) -> Zeroizing<Vec<u8>> {
        let epochs: Vec<_> = self.epochs.iter().zip(0_u32..).collect();
        let fields = Writer::labelled(LABEL)
            .u8(VERSION)
            .fixed(&self.chain.site.0)
            .fixed(self.signer.to_bytes().as_ref())
            .fixed(&self.token.0)
            .fixed(&self.salt.0)
            .var(address.as_bytes())
            .u64(serial)
            .u32(u32::try_from(epochs.len()).unwrap_or(u32::MAX));
        let fields = epochs.into_iter().fold(fields, |fields, ((keys, _), epoch)| {
            fields.u32(epoch).fixed(&keys.to_staff).fixed(&keys.to_visitor)
        });
        Zeroizing::new(fields.finish())
    }
}

impl Bundle {
    /// Reads exactly what [`VisitorConversation::bundle`] writes.
    pub fn read(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.len() > BUNDLE_BYTES {
            return Err(SealError::TooLong);
        }
        Self::parse(bytes).map_err(|_| SealError::Bundle)
    }

    fn parse(bytes: &[u8]) -> Result<Self, CodecError> {
        let mut reader = Reader::labelled(bytes, LABEL)?;
        if reader.u8()? != VERSION {
            return Err(CodecError::Unknown);
        }
        let site = Thumbprint(reader.array()?);
        let scalar = Zeroizing::new(reader.array()?);
        let signer = Signer::from_bytes(&scalar).ok_or(CodecError::Unknown)?;
        let (token, salt) = (Secret(reader.array()?), Secret(reader.array()?));
        let address = std::str::from_utf8(reader.var()?).map_err(|_| CodecError::Unknown)?.to_owned();
        let serial = reader.u64()?;
        let mut epochs = Vec::new();
        for expected in 0..reader.u32()? {
            if reader.u32()? != expected {
                return Err(CodecError::Unknown);
            }
            epochs.push((EpochKeys { to_staff: reader.array()?, to_visitor: reader.array()? }, None));
        }
        reader.end()?;
        let chain = Chain::new(site, signer.public().cid());
        Ok(Self { conversation: VisitorConversation { signer, token, salt, chain, epochs }, address, serial })
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({:?}, address hidden)", self.conversation)
    }
}
