//! A site's webhooks: a world whose relay may reach a receiver on this machine, and what an admin does with them.

use crate::{
    folder::Folder,
    http::Reply,
    random,
    receiver::{Receiver, Taken},
    relay::Options,
    smtp::Certificates,
    staff::Staff,
    world::World,
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{
        path,
        webhooks::{Deliveries, Delivery, Occasion, OneWebhook, PutWebhook, Redeliver, Webhook, Webhooks},
    },
    ids::MessageId,
};
use xtask::relay::Egress;

/// Lets webhooks point at this machine.
pub const ALLOW_PRIVATE: &str = "EINWURF_WEBHOOK_ALLOW_PRIVATE";

/// A relay that reaches receivers on this machine whose certificates are of this CA.
pub fn world(name: &str) -> Result<(World, Certificates, Folder)> {
    world_with(name, Options::default())
}

/// The same with other options.
pub fn world_with(name: &str, mut options: Options) -> Result<(World, Certificates, Folder)> {
    let certificates = Certificates::for_names(&["localhost"])?;
    reach(&certificates, &mut options);
    let world = World::start(name, &options)?;
    Ok((world, certificates, Folder::new(&format!("{name}-receiver"))?))
}

/// Has a relay reach receivers on this machine whose certificates are of this CA.
pub fn reach(certificates: &Certificates, options: &mut Options) {
    let mut outside = Egress::private();
    outside.trusted_certificates.push(certificates.ca.clone());
    options.outside = Some(outside);
    options.vars.insert(ALLOW_PRIVATE.to_owned(), "1".to_owned());
}

/// A webhook that is told everything.
pub fn webhook(url: &str) -> PutWebhook {
    let id = MessageId(random::bytes());
    PutWebhook { v: VERSION, id, url: url.to_owned(), types: Occasion::CHOICE.to_vec(), on: true }
}

impl Staff {
    /// `PUT /v1/inbox/webhooks`.
    pub fn put_webhook(&self, put: &PutWebhook) -> Result<Reply> {
        self.json("PUT", path::INBOX_WEBHOOKS, put)
    }

    /// The webhooks.
    pub fn webhooks(&self) -> Result<Vec<Webhook>> {
        let list: Webhooks = self.call("GET", path::INBOX_WEBHOOKS, &[], None)?.json()?;
        Ok(list.webhooks)
    }

    /// One of them.
    pub fn webhook(&self, id: MessageId) -> Result<Webhook> {
        self.webhooks()?.into_iter().find(|webhook| webhook.id == id).context("no such webhook")
    }

    /// `POST` to `…/end`, `…/secret` or `…/test`.
    pub fn with_webhook(&self, path: &str, id: MessageId) -> Result<Reply> {
        self.json("POST", path, &OneWebhook { id })
    }

    /// The newest deliveries.
    pub fn deliveries(&self) -> Result<Vec<Delivery>> {
        let page: Deliveries = self.call("GET", path::INBOX_WEBHOOKS_LOG, &[], None)?.json()?;
        Ok(page.deliveries)
    }

    /// The newest delivery of a kind.
    pub fn delivery(&self, occasion: Occasion) -> Result<Delivery> {
        let newest = self.deliveries()?.into_iter().find(|delivery| delivery.occasion == occasion);
        newest.context("no such delivery")
    }

    /// `POST /v1/inbox/webhooks/again`.
    pub fn redeliver(&self, n: u64) -> Result<Reply> {
        self.json("POST", path::INBOX_WEBHOOKS_AGAIN, &Redeliver { n })
    }
}

/// The request is signed with the secret, as another implementation of the standard reads it.
pub fn is_signed(taken: &Taken, secret: &str) -> Result<()> {
    let mut headers = http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, taken.header(name)?.parse()?);
    }
    standardwebhooks::Webhook::new(secret)?.verify(&taken.body, &headers)?;
    Ok(())
}

/// The same, whenever the clock of the relay says that it was.
pub fn is_signed_sometime(taken: &Taken, secret: &str) -> Result<()> {
    let (id, at) = (taken.header("webhook-id")?, taken.header("webhook-timestamp")?.parse()?);
    let expected = standardwebhooks::Webhook::new(secret)?.sign(id, at, &taken.body)?;
    ensure!(taken.header("webhook-signature")? == expected, "another signature");
    Ok(())
}

/// The receiver, with a webhook that points at it, and its secret.
pub fn told(
    certificates: &Certificates,
    folder: &Folder,
    staff: &Staff,
) -> Result<(Receiver, PutWebhook, String)> {
    let receiver = Receiver::start(certificates, folder)?;
    let put = webhook(&receiver.url("/hook?x=1"));
    let made = staff.put_webhook(&put)?;
    ensure!(made.status == 201, "{}", made.text());
    let secret: einwurf_protocol::api::webhooks::WebhookSecret = made.json()?;
    Ok((receiver, put, secret.secret))
}
