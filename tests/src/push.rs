//! Devices of staff that are sent pushes: a relay that may reach a push service on this machine, browsers that subscribe to
//! it, and what they make of what comes.

use crate::{
    device::Device, folder::Folder, http::Reply, random, receiver::Taken, relay::Options, smtp::Certificates,
    staff::Staff, webhooks::world_with, world::World,
};
use anyhow::{Context, Result, ensure};
use base64ct::{Base64, Encoding};
use einwurf_protocol::{
    api::{
        path,
        push::{AllowPush, Push, PushKeys, PushSubscription},
    },
    codec::from_base64url,
    es256::PublicKey,
    ids::Signature,
};
use serde_json::Value;
use std::process::Command;

/// Names the push services that a relay sends to.
pub const HOSTS: &str = "EINWURF_PUSH_HOSTS";

/// A relay whose only push service is on this machine.
pub fn world(name: &str) -> Result<(World, Certificates, Folder)> {
    let mut options = Options::default();
    options.vars.insert(HOSTS.to_owned(), "localhost".to_owned());
    world_with(name, options)
}

/// A browser's subscription, with the secrets that it keeps.
pub struct Browser {
    key: Device,
    auth: [u8; 16],
    endpoint: String,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Browser(hidden)")
    }
}

impl Browser {
    /// One whose service gave it this endpoint.
    pub fn at(endpoint: &str) -> Self {
        Self { key: Device::new(), auth: random::bytes(), endpoint: endpoint.to_owned() }
    }

    /// One whose secrets were kept.
    pub fn again(endpoint: &str, key: Device, auth: [u8; 16]) -> Self {
        Self { key, auth, endpoint: endpoint.to_owned() }
    }

    /// Its secrets.
    pub fn secrets(&self) -> ([u8; 32], [u8; 16]) {
        (self.key.secret(), self.auth)
    }

    /// As the inbox sends it.
    pub fn subscription(&self) -> PushSubscription {
        let keys = PushKeys { p256dh: point(&self.key.public()), auth: self.auth.to_vec() };
        PushSubscription { endpoint: self.endpoint.clone(), keys }
    }

    /// The text of a push, as another implementation of RFC 8291 reads it.
    pub fn reads(&self, taken: &Taken) -> Result<String> {
        let mut node = Command::new("node");
        node.arg(xtask::paths::root().join("tests/js/push.mjs"));
        for bytes in [&self.key.secret()[..], &self.auth, &taken.body] {
            node.arg(Base64::encode_string(bytes));
        }
        let read = node.output().context("cannot start node")?;
        ensure!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        Ok(String::from_utf8(read.stdout)?)
    }
}

fn point(key: &PublicKey) -> Vec<u8> {
    [&[4], &key.as_bytes()[..]].concat()
}

/// What a push says of its sender: the claims of its token, which the site's key signed.
pub fn sender(push: &Taken, site: &Push) -> Result<Value> {
    let header = push.header("authorization")?.strip_prefix("vapid t=").context("no VAPID")?;
    let (token, key) = header.split_once(", k=").context("no key")?;
    ensure!(from_base64url(key).is_ok_and(|key| key == site.key), "another key");
    let (input, signature) = token.rsplit_once('.').context("no signature")?;
    let xy = site.key.get(1..).and_then(|xy| xy.try_into().ok()).context("no point")?;
    let signature: Signature = signature.parse()?;
    ensure!(PublicKey::from_bytes(xy).verifies(input.as_bytes(), &signature), "another signature");
    let (_, claims) = input.split_once('.').context("no claims")?;
    Ok(serde_json::from_slice(&from_base64url(claims)?)?)
}

impl Staff {
    /// `GET /v1/push`.
    pub fn push(&self) -> Result<Push> {
        self.call("GET", path::PUSH, &[], None)?.json()
    }

    /// `PUT /v1/push`.
    pub fn allow_push(&self, allowed: bool) -> Result<Reply> {
        self.json("PUT", path::PUSH, &AllowPush { allowed })
    }

    /// `PUT /v1/push/subscription`.
    pub fn subscribe(&self, browser: &Browser) -> Result<Reply> {
        self.json("PUT", path::PUSH_SUBSCRIPTION, &browser.subscription())
    }

    /// The same, which the relay takes.
    pub fn subscribed(&self, endpoint: &str) -> Result<Browser> {
        let browser = Browser::at(endpoint);
        let taken = self.subscribe(&browser)?;
        ensure!(taken.status == 204, "{}", taken.text());
        Ok(browser)
    }

    /// `DELETE /v1/push/subscription`.
    pub fn unsubscribe(&self) -> Result<Reply> {
        self.call("DELETE", path::PUSH_SUBSCRIPTION, &[], None)
    }
}
