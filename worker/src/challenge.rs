//! What the relay asks for before it takes something, without keeping anything: work (`docs/protocol.md` section 15.2), and
//! a signature by the recovery code (section 15.4). Both are authenticated under the address key; what was used for a login
//! is kept until it ends.

use crate::{
    address::{AddressKey, ObjectId},
    fault::Fault,
    load::Demand,
};
use einwurf_protocol::{
    codec::{Writer, from_base64, hex},
    ids::{Digest, MessageId},
    json,
    limits::{LOGIN_SECONDS, WORK_BITS, WORK_BITS_MOST},
    problem::Code,
    time::Timestamp,
    work::{Challenge, Derivation, Parameters, Work},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const ACCOUNT: &str = "einwurf/1 account";
const LOGIN: &str = "einwurf/1 work login";
const OPENING: &str = "einwurf/1 work opening";
const MESSAGE: &str = "einwurf/1 work message";
const RECOVERY: &str = "einwurf/1 recovery challenge";

/// Tries at an account count for so long, in seconds.
pub const TRY_SECONDS: u64 = 3_600;
/// A solution, with room for what other solvers add.
const WORK_BYTES: usize = 2_048;

/// What stands for an account, whether it exists or not, where its tries are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountHash(pub [u8; 32]);

impl AccountHash {
    /// Of an account name in its compared form.
    pub fn of(account: &str) -> Self {
        Self(Writer::labelled(ACCOUNT).var(account.as_bytes()).sha256())
    }
}

/// How much an unknown device works after so many tries at the account within [`TRY_SECONDS`].
pub fn bits(tries: u64) -> u8 {
    let more = u8::try_from(tries).unwrap_or(u8::MAX);
    WORK_BITS.saturating_add(more).min(WORK_BITS_MOST)
}

/// What work is done for: good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A try at an account of a site.
    Login(ObjectId, AccountHash),
    /// The first message of a conversation of a site. A conversation opens once.
    Opening(ObjectId, ObjectId),
    /// A message with this id in a conversation. An id is taken once.
    Message(ObjectId, MessageId),
}

impl Purpose {
    /// Of the key that its challenges are signed with.
    fn input(self) -> Vec<u8> {
        let writer = match self {
            Self::Login(site, account) => Writer::labelled(LOGIN).fixed(&site.0).fixed(&account.0),
            Self::Opening(site, conversation) => {
                Writer::labelled(OPENING).fixed(&site.0).fixed(&conversation.0)
            }
            Self::Message(conversation, message) => {
                Writer::labelled(MESSAGE).fixed(&conversation.0).fixed(&message.0)
            }
        };
        writer.finish()
    }

    /// As the format has it: the key is text.
    fn secret(self, key: &AddressKey) -> String {
        hex(&key.tag(&self.input()))
    }

    fn mac(self, key: &AddressKey, parameters: &Parameters) -> Hmac<Sha256> {
        #[allow(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
        let mac = Hmac::<Sha256>::new_from_slice(self.secret(key).as_bytes()).expect("a key of any length");
        mac.chain_update(parameters.canonical().as_bytes())
    }

    /// A challenge of so many bits.
    pub fn challenge(self, key: &AddressKey, bits: u8, expires: Timestamp, drawn: [u8; 32]) -> Challenge {
        let parameters = Parameters::new(bits, expires, drawn);
        let signature = hex(&self.mac(key, &parameters).finalize().into_bytes());
        Challenge { parameters, signature }
    }

    /// What is demanded before it is taken: 403 `text-only`, 428, 429.
    pub fn demanded(self, demand: Demand, key: &AddressKey, expires: Timestamp, drawn: [u8; 32]) -> Fault {
        match demand {
            Demand::Work(bits) => Fault::Work(self.challenge(key, bits, expires, drawn).into()),
            Demand::Wait(seconds) => Fault::Wait(seconds),
            Demand::TextOnly => Code::TextOnly.into(),
        }
    }

    /// Whether the challenge is this relay's, for this, and has not ended; what is left is one derivation. Work that was
    /// asked for while it was cheaper is not enough any more: otherwise somebody could have many challenges made first.
    pub fn claims(self, key: &AddressKey, now: Timestamp, work: &Work) -> Option<Derivation> {
        let Challenge { parameters, signature } = &work.challenge;
        let tag = einwurf_protocol::codec::unhex(signature)?;
        let ours = self.mac(key, parameters).verify_slice(&tag).is_ok();
        if !ours || parameters.expires_at <= now {
            return None;
        }
        work.derivation()
    }
}

/// The solution in a header: JSON in base64.
pub fn work_of(header: &str) -> Option<Work> {
    let bytes = from_base64(header).ok().filter(|bytes| bytes.len() <= WORK_BYTES)?;
    json::typed(&bytes).ok()
}

/// How many bits were worked for, if the work is for this purpose and holds.
pub async fn worked(
    purpose: Purpose,
    key: &AddressKey,
    now: Timestamp,
    work: &Work,
    derive: impl AsyncFn(Derivation) -> Option<Vec<u8>>,
) -> Option<u8> {
    let derived = derive(purpose.claims(key, now, work)?).await?;
    work.is_solved(&derived).then(|| work.challenge.bits())
}

/// A login by recovery code: its name says when it ends, and gives what to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// Names the login.
    pub login: MessageId,
    /// What the code signs.
    pub challenge: Digest,
    /// When it ends.
    pub expires: Timestamp,
}

impl Recovery {
    /// A fresh one.
    pub fn begin(key: &AddressKey, site: ObjectId, now: Timestamp, drawn: [u8; 8]) -> Self {
        let mut login = [0; 16];
        let (end, random) = login.split_at_mut(8);
        end.copy_from_slice(&now.plus(LOGIN_SECONDS).0.to_be_bytes());
        random.copy_from_slice(&drawn);
        Self::of(key, site, MessageId(login))
    }

    /// The one that was begun under this name. A made-up name has a challenge that nobody could sign beforehand, since
    /// only the relay can compute it.
    pub fn of(key: &AddressKey, site: ObjectId, login: MessageId) -> Self {
        let input = Writer::labelled(RECOVERY).fixed(&site.0).fixed(&login.0).finish();
        let end = login.0.first_chunk().copied().unwrap_or_default();
        Self { login, challenge: Digest(key.tag(&input)), expires: Timestamp(u64::from_be_bytes(end)) }
    }
}

#[cfg(test)]
mod tests;
