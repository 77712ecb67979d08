//! What a hostile relay could serve in place of a site's manifest, most of it signed by the very site key.

use crate::{
    clock::{DAY, now},
    random,
    seed::Site,
};
use anyhow::{Context, Result};
use einwurf_protocol::{
    codec::{from_base64url, to_base64url},
    ids::Signature,
    jws,
    manifest::Manifest,
};
use einwurf_seal::{SiteKey, SiteSecret as _};
use p256::ecdsa::{SigningKey, signature::Signer as _};

/// A name, and what is served.
pub type Forge = (&'static str, fn(&Site) -> Result<String>);

/// Every one leads to the ordinary contact ways, for a verifier that knows of serial 1 and that asks this relay.
pub const MANIFESTS: &[Forge] = &[
    ("signed by another key", |site| {
        Ok(SiteKey::generate(&mut random::system()).sign_manifest(&site.published()?))
    }),
    ("signed by another key that names itself", |site| {
        let key = SiteKey::generate(&mut random::system());
        Ok(key.sign_manifest(&Manifest { site: key.thumbprint(), ..site.published()? }))
    }),
    ("signed by a key that it names as next itself", |site| {
        let key = SiteKey::generate(&mut random::system());
        let mut manifest = Manifest { site: key.thumbprint(), ..site.published()? };
        manifest.succession.next = Some(site.pin);
        Ok(key.sign_manifest(&manifest))
    }),
    ("with a changed header", |site| tampered(site.manifest(), 0)),
    ("with a changed payload", |site| tampered(site.manifest(), 1)),
    ("with a changed signature", |site| tampered(site.manifest(), 2)),
    ("without a signature", |site| {
        let (signed, _) = site.manifest().rsplit_once('.').context("three parts")?;
        Ok(format!("{signed}."))
    }),
    ("a roster instead", |site| Ok(site.publication.roster.clone())),
    ("a certificate instead", |site| certificate(site)),
    ("of another type by the site key", |site| under(site, |header| header.replace("manifest", "member"))),
    ("with a foreign key in its header", |site| {
        let foreign = SiteKey::generate(&mut random::system()).public().jws_header(jws::MANIFEST);
        under(site, move |_| foreign.clone())
    }),
    ("with algorithm none", |site| under(site, |header| header.replace("ES256", "none"))),
    ("with algorithm HS256", |site| under(site, |header| header.replace("ES256", "HS256"))),
    ("with its header in another order", |site| {
        under(site, |header| {
            header.replacen("\"alg\":\"ES256\",", "", 1).replacen("}}", "},\"alg\":\"ES256\"}", 1)
        })
    }),
    ("with a header member more", |site| under(site, |header| header.replacen('{', "{\"kid\":\"1\",", 1))),
    ("expired", |site| site.resign(|m| m.exp = now().minus(DAY + 60))),
    ("of the future", |site| site.resign(|m| m.nbf = now().plus(DAY + 60))),
    ("a later month of the stock, early", |site| {
        site.publication.manifests.get(1).cloned().context("a second month")
    }),
    ("for another relay", |site| site.resign(|m| m.relay.origins = vec!["https://other.example".to_owned()])),
    ("older than the lowest known serial", |site| site.resign(|m| m.serial = 0)),
    ("of another version", |site| site.resign(|m| m.v = 2)),
    ("empty", |_| Ok(String::new())),
    ("not JSON", |_| Ok("<html>".to_owned())),
];

/// One byte of a part of a compact JWS changed.
pub fn tampered(compact: &str, part: usize) -> Result<String> {
    let mut parts: Vec<String> = compact.split('.').map(str::to_owned).collect();
    let text = parts.get_mut(part).context("a JWS has three parts")?;
    let mut bytes = from_base64url(text)?;
    let middle = bytes.len() / 2;
    *bytes.get_mut(middle).context("an empty part")? ^= 1;
    *text = to_base64url(&bytes);
    Ok(parts.join("."))
}

/// The site's manifest under a changed header, with the site key's own signature over just that.
fn under(site: &Site, change: impl Fn(&str) -> String) -> Result<String> {
    let header = change(&site.key.public().jws_header(jws::MANIFEST));
    let payload = serde_json::to_vec(&site.published()?)?;
    let input = format!("{}.{}", to_base64url(header.as_bytes()), to_base64url(&payload));
    let key = SigningKey::from_slice(site.key.secret().as_ref())?;
    let signature: p256::ecdsa::Signature = key.sign(input.as_bytes());
    Ok(jws::assemble(&input, &Signature(signature.to_bytes().into())))
}

fn certificate(site: &Site) -> Result<String> {
    let member = site.says.members.first().context("a member")?;
    Ok(site.key.sign_certificate(&einwurf_protocol::roster::MemberCertificate {
        v: 1,
        site: site.pin,
        name: member.name.clone(),
        key: member.signing,
        nbf: now(),
        exp: now().plus(DAY),
    }))
}
