//! The manifest: the signed public description of a site (design: trust chain).

use crate::{
    codec::{Writer, readable},
    es256::PublicKey,
    ids::{Digest, Thumbprint},
    json,
    jws::{self, JwsError},
    limits::CLOCK_SKEW_SECONDS,
    notice::Register,
    theme::Theme,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Payload of a JWS of type [`jws::MANIFEST`], signed by the site key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format version, 1.
    pub v: u8,
    /// Thumbprint of the site key that signed this.
    pub site: Thumbprint,
    /// Grows by at least one with each publication.
    pub serial: u64,
    /// Not valid before.
    pub nbf: Timestamp,
    /// Not valid after.
    pub exp: Timestamp,
    /// Files of the widget app and the inbox app.
    pub code: Code,
    /// The key that visitors seal to.
    pub inbox_key: InboxKey,
    /// Consent texts in force, at most one per register.
    pub notices: Vec<NoticeRef>,
    /// Who can read.
    pub roster: RosterRef,
    /// Where it may be served from.
    pub relay: RelayRef,
    /// Where the site goes when its key or relay changes.
    pub succession: Succession,
    /// What may change without fresh consent.
    pub display: Display,
}

/// A release: the exact files that may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Version of the release (Semantic Versioning 2.0).
    pub version: String,
    /// The visitor's app.
    pub widget: App,
    /// The staff's app.
    pub inbox: App,
    /// The page that a company puts on its own server; its placeholders are open.
    pub door: Asset,
    /// The script that a company puts into its pages.
    pub launcher: Asset,
    /// The script that keeps a conversation in the page's origin, loaded after the click.
    pub keeper: Asset,
    /// The module that writes receipts and exports, loaded when one is asked for.
    pub papers: Asset,
    /// What the visitor's app runs from consent on; loaded after its first part.
    pub widget_rest: Asset,
    /// The module that prepares, seals and opens files, loaded when somebody picks or opens the first.
    pub attach: Asset,
    /// Its WebAssembly.
    pub attach_wasm: Asset,
    /// WebAssembly that cleans PDF, loaded with the first of them.
    pub attach_pdf: Asset,
    /// The page that checks a receipt, also without a network.
    pub check: Asset,
}

/// The files of one app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// The one module without imports.
    pub script: Asset,
    /// WebAssembly.
    pub wasm: Asset,
    /// Style sheet.
    pub style: Asset,
    /// Texts by register.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub texts: BTreeMap<Register, Asset>,
}

/// A file under the relay's origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// Absolute path, `/r/…`.
    pub path: String,
    /// Subresource Integrity, `sha384-…` with padded standard base64.
    pub sri: String,
}

/// The HPKE public key of this month (X-Wing).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InboxKey {
    /// SHA-256 of the public key, labelled `einwurf/1 inbox key`.
    pub id: Digest,
    /// 1216 bytes.
    #[serde(with = "crate::codec::base64url")]
    pub public: Vec<u8>,
    /// When its private half is destroyed. No deletion date lies later.
    pub destroyed: Timestamp,
}

/// One consent text in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeRef {
    /// Language and form of address.
    pub register: Register,
    /// SHA-256 of the document's bytes.
    pub digest: Digest,
}

/// The roster in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRef {
    /// SHA-256 of the compact JWS.
    pub digest: Digest,
    /// Its serial.
    pub serial: u64,
    /// How many persons of it hold inbox keys: what a visitor is told.
    pub readers: u32,
    /// Members whose certificates are void.
    pub revoked: Vec<Revocation>,
}

/// A former member: what the relay stores from then on under this key is by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Thumbprint of the member's signing key.
    pub member: Thumbprint,
    /// Since when.
    pub since: Timestamp,
}

/// The relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayRef {
    /// One or two origins, without a trailing slash.
    pub origins: Vec<String>,
    /// The key that countersigns consent records.
    pub log_key: PublicKey,
    /// Address of the company's own door, without a fragment.
    pub door: Option<String>,
}

/// What comes after this site key or relay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// Thumbprint of the next site key, announced by this one.
    pub next: Option<Thumbprint>,
    /// The site moved to this relay origin.
    pub moved_to: Option<String>,
    /// Site keys before this one, oldest first: conversations keep the one that they began under.
    pub former: Vec<Former>,
}

/// A site key that another one followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// Its thumbprint.
    pub site: Thumbprint,
    /// When the next one took over: what the relay stores later is certified by this one no more.
    pub until: Timestamp,
}

/// What visitors see and what may change without fresh consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Display {
    /// The controller's name as visitors know it.
    pub name: String,
    /// Ordinary contact way.
    pub phone: String,
    /// Ordinary contact way.
    pub email: String,
    /// Opening hours or another sentence, free text; empty if none.
    pub hours: String,
    /// How long an answer usually takes, by language (`de`, `en`), for `within {response_time}`.
    #[serde(deserialize_with = "crate::codec::unique")]
    pub response_time: BTreeMap<String, String>,
    /// Brand colour `#rrggbb`.
    pub accent: String,
    /// How the widget looks beside that; none: as it looks by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
}

/// Why a manifest is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not a manifest by any key.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// Version other than 1.
    #[error("unknown version")]
    Version,
    /// Signed by a key that is not pinned, or naming another site.
    #[error("signed by a key that is not pinned")]
    Pin,
    /// Names other relays.
    #[error("names another relay")]
    Relay,
    /// From the future.
    #[error("not yet valid")]
    Future,
    /// Expired.
    #[error("expired")]
    Expired,
    /// Older than one already known.
    #[error("serial below the lowest known")]
    Serial,
    /// The inbox key's id is not that of the key.
    #[error("the inbox key's id does not fit")]
    InboxKey,
}

/// What a verifier knows beforehand.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// One or two pinned thumbprints.
    pub pins: &'a [Thumbprint],
    /// Where the manifest came from.
    pub relay: &'a str,
    /// Now.
    pub now: Timestamp,
    /// The lowest acceptable serial.
    pub serial: u64,
}

impl Manifest {
    /// The rules of the trust chain, the same as the launcher's, in the launcher's order.
    pub fn verify(compact: &str, expected: &Expected<'_>) -> Result<Self, ManifestError> {
        let raw = jws::verify(compact, jws::MANIFEST)?;
        let site = raw.key.thumbprint();
        if !expected.pins.contains(&site) {
            return Err(ManifestError::Pin);
        }
        let manifest: Self = json::from_slice(&raw.payload).map_err(|_| JwsError::Payload)?;
        manifest.check(site, expected)?;
        Ok(manifest)
    }

    fn check(&self, site: Thumbprint, expected: &Expected<'_>) -> Result<(), ManifestError> {
        if self.v != crate::VERSION {
            return Err(ManifestError::Version);
        }
        if self.site != site {
            return Err(ManifestError::Pin);
        }
        if !self.relay.origins.iter().any(|origin| origin == expected.relay) {
            return Err(ManifestError::Relay);
        }
        if expected.now < self.nbf.minus(CLOCK_SKEW_SECONDS) {
            return Err(ManifestError::Future);
        }
        if expected.now > self.exp.plus(CLOCK_SKEW_SECONDS) {
            return Err(ManifestError::Expired);
        }
        if self.serial < expected.serial {
            return Err(ManifestError::Serial);
        }
        if self.inbox_key.id != inbox_key_id(&self.inbox_key.public) {
            return Err(ManifestError::InboxKey);
        }
        Ok(())
    }

    /// The notice in force for `register`.
    pub fn notice(&self, register: Register) -> Option<Digest> {
        self.notices.iter().find(|notice| notice.register == register).map(|notice| notice.digest)
    }

    /// Whether `digest` is a notice in force.
    pub fn names_notice(&self, digest: &Digest) -> bool {
        self.notices.iter().any(|notice| notice.digest == *digest)
    }
}

impl Succession {
    /// Whether `site` is a key before this one.
    pub fn has(&self, site: &Thumbprint) -> bool {
        self.former.iter().any(|former| former.site == *site)
    }
}

impl Code {
    /// Sixty bits of the digest for people to compare: three groups of four characters.
    pub fn check_value(&self) -> String {
        readable(&self.digest().0)
    }

    /// The files that belong to no app, in the order of the digest.
    pub fn written(&self) -> [&Asset; 9] {
        let Self {
            door, launcher, keeper, papers, widget_rest, attach, attach_wasm, attach_pdf, check, ..
        } = self;
        [door, launcher, keeper, papers, widget_rest, attach, attach_wasm, attach_pdf, check]
    }

    /// Names the release: version and hashes of all files.
    pub fn digest(&self) -> Digest {
        let mut input = Writer::labelled("einwurf/1 release").var(self.version.as_bytes());
        for app in [&self.widget, &self.inbox] {
            let files = [&app.script, &app.wasm, &app.style].into_iter().chain(app.texts.values());
            input = files.fold(input.u8(0), |input, file| input.var(file.sri.as_bytes()));
        }
        Digest(
            self.written()
                .into_iter()
                .fold(input.u8(1), |input, file| input.var(file.sri.as_bytes()))
                .sha256(),
        )
    }
}

/// The id of an inbox key.
pub fn inbox_key_id(public: &[u8]) -> Digest {
    Digest(Writer::labelled("einwurf/1 inbox key").var(public).sha256())
}
