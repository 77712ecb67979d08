//! Creating a site, setting it up, logging in. OPAQUE messages (RFC 9807) are opaque bytes here; the ciphersuite is
//! ristretto255 with SHA-512, triple Diffie-Hellman, and Argon2id as key stretching function.

use crate::{
    codec::{Writer, base64url},
    es256::PublicKey,
    ids::{Digest, MessageId, Secret, Signature, Thumbprint},
    settings::LegalFacts,
    time::Timestamp,
    work::Work,
};
use serde::{Deserialize, Serialize};

/// Context string of every OPAQUE run.
pub const OPAQUE_CONTEXT: &[u8] = b"einwurf/1 login";

/// Answer to `POST /v1/sites` (operator's token; no body): 201.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewSite {
    /// Address of the site, for the header [`super::header::SITE`].
    pub site: String,
    /// The set-up secret, shown once. Single use.
    pub setup: Secret,
    /// Link to the set-up: secret and address in the fragment.
    pub link: String,
}

impl std::fmt::Debug for NewSite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewSite({}, secret hidden)", self.site)
    }
}

/// Body of `POST /v1/setup/start` (set-up secret). Consumes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupStart {
    /// Account name, an e-mail address.
    pub account: String,
    /// OPAQUE `RegistrationRequest`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
}

/// Answer to [`SetupStart`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupStarted {
    /// OPAQUE `RegistrationResponse`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
    /// The relay's log key of this site, for the manifest.
    pub log_key: PublicKey,
    /// Origin that the manifest must name.
    pub origin: String,
}

/// Body of `POST /v1/setup` (set-up secret): 201, and the secret is used up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Format version, 1.
    pub v: u8,
    /// Account name, an e-mail address.
    pub account: String,
    /// OPAQUE `RegistrationUpload`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub registration: Vec<u8>,
    /// The first member's keys, wrapped by the OPAQUE export key.
    pub wrapped: Wrapped,
    /// Inbox keys and site key, sealed to each member who may hold them.
    pub sealed: Vec<SealedKey>,
    /// Member certificates of every month, compact JWS.
    pub certificates: Vec<String>,
    /// What the site publishes.
    pub publication: Publication,
    /// How the recovery code is asked for later.
    pub recovery: RecoveryCheck,
    /// Recipients of the relay mail.
    pub recipients: Vec<String>,
    /// Register of the relay mail.
    pub mail_register: crate::notice::Register,
}

/// A set of documents that belong together: the manifests name roster and notices by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The stock: one to six compact JWS in the order of their beginning.
    pub manifests: Vec<String>,
    /// Compact JWS.
    pub roster: String,
    /// Notice documents; those that the relay has from a publication before may be left out.
    pub notices: Vec<String>,
    /// The facts that the notices state; the relay compares profile and retention.
    pub facts: LegalFacts,
}

/// A member's private keys under a key that only the member's credential gives: XChaCha20-Poly1305.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wrapped {
    /// The member.
    pub member: Thumbprint,
    /// 24 bytes.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub nonce: Vec<u8>,
    /// Ciphertext with tag.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ciphertext: Vec<u8>,
}

/// A private key of the site, sealed to one member by HPKE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SealedKey {
    /// For whom.
    pub member: Thumbprint,
    /// Which key.
    pub what: KeyName,
    /// HPKE encapsulation.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub enc: Vec<u8>,
    /// Ciphertext with tag.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ciphertext: Vec<u8>,
}

/// Names a private key of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind", content = "id")]
pub enum KeyName {
    /// The site key of this thumbprint.
    Site(Thumbprint),
    /// The inbox key of this id.
    Inbox(crate::ids::Digest),
}

/// Lets a signer's device ask for two groups of the recovery code again without anybody having the code
/// (`docs/protocol.md` section 14.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoveryCheck {
    /// Which two groups of the code, from 0, the smaller first.
    pub groups: [u8; 2],
    /// 32 bytes over both groups under the site key.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub tag: Vec<u8>,
}

/// Body of `POST /v1/login/start`. Unknown accounts get an answer that looks the same. A device that the account does
/// not know is asked for work first: 428 `work-required`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginStart {
    /// Account name.
    pub account: String,
    /// OPAQUE `KE1`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ke1: Vec<u8>,
    /// The solution of the last `work-required`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
}

/// Answer to [`LoginStart`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginStarted {
    /// Names this login in its last step.
    pub login: MessageId,
    /// OPAQUE `KE2`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ke2: Vec<u8>,
    /// The relay's time, for proofs of possession.
    pub now: Timestamp,
}

/// Body of `POST /v1/login/finish`: 200 with [`Session`], else 401.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LoginFinish {
    /// From [`LoginStarted`].
    pub login: MessageId,
    /// OPAQUE `KE3`.
    #[serde(with = "base64url")]
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Base64url"))]
    pub ke3: Vec<u8>,
}

/// Answer to `POST /v1/recovery/start` (no body).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoveryStarted {
    /// Names this login in its last step.
    pub login: MessageId,
    /// What the recovery code's signing key signs (`docs/protocol.md` section 15.4).
    pub challenge: Digest,
    /// The relay's time, for proofs of possession.
    pub now: Timestamp,
}

/// Body of `POST /v1/recovery`: 200 with [`Session`], else 401.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoveryFinish {
    /// From [`RecoveryStarted`].
    pub login: MessageId,
    /// Thumbprint of the recovery code's signing key.
    pub member: Thumbprint,
    /// By that key over [`recovery_input`].
    pub signature: Signature,
}

/// What a recovery code signs to log in: bound to the site's address, so that it opens nothing elsewhere.
pub fn recovery_input(site: &str, challenge: &Digest) -> Vec<u8> {
    Writer::labelled("einwurf/1 recovery login").var(site.as_bytes()).fixed(&challenge.0).finish()
}

/// A staff session, and what the member needs to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// For the header `Authorization: Bearer …`. Kept in memory, and encrypted where a member chose to stay signed in; good
    /// only with proofs by the device's key.
    pub session: Secret,
    /// When it ends.
    pub expires: Timestamp,
    /// Whose it is.
    pub member: Thumbprint,
    /// The member's wrapped keys; none after a login by recovery code.
    pub wrapped: Option<Wrapped>,
    /// Keys sealed to this member.
    pub sealed: Vec<SealedKey>,
    /// The manifest in force and those signed ahead, compact JWS, in the order of their beginning.
    pub stock: Vec<String>,
    /// Current roster, compact JWS.
    pub roster: String,
    /// Manifests by former site keys, each naming the next key, oldest first.
    pub former: Vec<String>,
    /// The member's certificate in force.
    pub certificate: Option<String>,
}
