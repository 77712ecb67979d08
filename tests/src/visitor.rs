//! A visitor without a browser: the same sealing, over HTTP. For load, kills and every wrong request.

use crate::{
    clock::now,
    http::{Http, Reply},
    random,
    seed::{Site, bearer},
};
use anyhow::{Context, Result, ensure};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        visitor::{Accepted, Append, Events, Open, Ticket},
    },
    codec::to_base64,
    consent::{Consent, ShownNotice, Ticks},
    event::Envelope,
    ids::{MessageId, Thumbprint},
    manifest::{Expected, Manifest},
    message::Draft,
    notice::{Purpose, Register},
    work::Challenge,
};
use einwurf_seal::{Beside, VisitorConversation};

/// What the snippet says about a site.
#[derive(Debug, Clone)]
pub struct Address {
    /// For the header.
    pub site: String,
    /// Pinned thumbprint.
    pub pin: Thumbprint,
}

/// A visitor who has agreed.
#[derive(Debug)]
pub struct Visitor {
    http: Http,
    /// Which site.
    pub site: Address,
    /// Verified.
    pub manifest: Manifest,
    /// What was agreed to.
    pub consent: Consent,
    /// Keys and chain.
    pub conversation: VisitorConversation,
    /// Conversation address, once there is a ticket.
    pub address: Option<String>,
    /// The work that the last ticket asked for, for its header.
    pub work: Option<String>,
}

impl From<&Site> for Address {
    fn from(site: &Site) -> Self {
        Self { site: site.address.clone(), pin: site.pin }
    }
}

impl Visitor {
    /// Fetches manifest and notice, verifies both, agrees, and makes the conversation's keys.
    pub fn agree(http: &Http, site: &Address, register: Register) -> Result<Self> {
        let compact = http.get(path::MANIFEST, &[(header::SITE, &site.site)])?;
        let compact = compact.ok()?.text();
        let pins = [site.pin];
        let expected = Expected { pins: &pins, relay: http.origin(), now: now(), serial: 0 };
        let manifest = Manifest::verify(&compact, &expected)?;
        let consent = consent(http, site, &manifest, register)?;
        let mut rng = random::system();
        let conversation = VisitorConversation::begin(site.pin, &manifest.inbox_key, &mut rng)?;
        Ok(Self {
            http: http.clone(),
            site: site.clone(),
            manifest,
            consent,
            conversation,
            address: None,
            work: None,
        })
    }

    /// The same visitor over other connections, after a restart of the relay.
    pub fn reconnect(&mut self, http: &Http) {
        self.http = http.clone();
    }

    /// This visitor's requests over another connection.
    pub fn over<'a>(&'a self, http: &'a Http) -> Courier<'a> {
        Courier { visitor: self, http }
    }

    /// The next event with this text and a fresh message id.
    pub fn seal(&self, text: &str) -> Result<Envelope> {
        self.seal_as(text, MessageId(random::bytes()))
    }

    /// The next event with a message id of the test's choice.
    pub fn seal_as(&self, text: &str, id: MessageId) -> Result<Envelope> {
        self.seal_draft(&Draft { text: text.to_owned(), ..Draft::default() }, id)
    }

    /// The next event with every field.
    pub fn seal_draft(&self, draft: &Draft, id: MessageId) -> Result<Envelope> {
        let message = self.consent.cover(draft.check()?);
        Ok(self.conversation.seal(&message, &Beside::default(), id, &mut random::system())?)
    }

    /// The body that opens the conversation with `event`.
    pub fn opening(&self, event: Envelope) -> Open {
        Open { v: VERSION, grant: Some(self.grant()), event, attachments: Vec::new() }
    }

    /// What was agreed to, signed.
    pub fn grant(&self) -> String {
        self.conversation.sign_grant(&self.consent, self.manifest.code.digest())
    }

    /// `POST /v1/tickets`.
    pub fn ticket(&mut self) -> Result<Ticket> {
        let ticket: Ticket =
            self.http.post_empty(path::TICKETS, &[(header::SITE, &self.site.site)])?.json()?;
        self.address = Some(ticket.conversation.clone());
        self.work = Some(solved(&ticket.work)?);
        Ok(ticket)
    }

    /// `POST /v1/conversations` with anything as its body.
    pub fn post_open(&self, ticket: &str, body: &impl serde::Serialize) -> Result<Reply> {
        self.over(&self.http).post_open(ticket, body)
    }

    /// `POST /v1/events` with anything as its body.
    pub fn post_event(&self, body: &impl serde::Serialize) -> Result<Reply> {
        self.over(&self.http).post_event(body)
    }

    /// Opens the conversation with a message.
    pub fn open(&mut self, text: &str) -> Result<Accepted> {
        let ticket = self.ticket()?.ticket;
        let event = self.seal(text)?;
        let accepted = self.post_open(&ticket, &self.opening(event.clone()))?.json()?;
        self.conversation.accepted(&event)?;
        Ok(accepted)
    }

    /// The inbox key was retired: fetches the manifest again, as the widget does, and opens the next epoch.
    pub fn rekey(&mut self) -> Result<()> {
        let compact = self.http.get(path::MANIFEST, &[(header::SITE, &self.site.site)])?;
        let pins: Vec<_> =
            [Some(self.site.pin), self.manifest.succession.next].into_iter().flatten().collect();
        let serial = self.manifest.serial;
        let expected = Expected { pins: &pins, relay: self.http.origin(), now: now(), serial };
        self.manifest = Manifest::verify(&compact.ok()?.text(), &expected)?;
        Ok(self.conversation.rekey(&self.manifest.inbox_key, &mut random::system())?)
    }

    /// Appends a message.
    pub fn write(&mut self, text: &str) -> Result<Accepted> {
        let event = self.seal(text)?;
        let accepted = self.append(&event)?.json()?;
        self.conversation.accepted(&event)?;
        Ok(accepted)
    }

    /// `POST /v1/events` of `event` as it is.
    pub fn append(&self, event: &Envelope) -> Result<Reply> {
        self.post_event(&Append { v: VERSION, event: event.clone(), grant: None, attachments: Vec::new() })
    }

    /// `GET /v1/events` after a position.
    pub fn read(&self, after: Option<u64>) -> Result<Events> {
        let token = bearer(self.conversation.token());
        let mut headers = self.headers(&token)?;
        let after = after.map(|after| after.to_string());
        if let Some(after) = &after {
            headers.push((header::AFTER, after));
        }
        self.http.get(path::EVENTS, &headers)?.json()
    }

    pub(crate) fn http(&self) -> &Http {
        &self.http
    }

    pub(crate) fn headers<'a>(&'a self, token: &'a str) -> Result<Vec<(&'static str, &'a str)>> {
        let address = self.address.as_deref().context("no ticket was drawn")?;
        Ok(vec![
            (header::SITE, &self.site.site),
            (header::CONVERSATION, address),
            (header::AUTHORIZATION, token),
        ])
    }
}

/// Sends what a visitor wrote.
#[derive(Debug, Clone, Copy)]
pub struct Courier<'a> {
    visitor: &'a Visitor,
    http: &'a Http,
}

impl Courier<'_> {
    /// `POST /v1/conversations`.
    pub fn post_open(&self, ticket: &str, body: &impl serde::Serialize) -> Result<Reply> {
        let token = bearer(self.visitor.conversation.token());
        let site = self.visitor.site.site.as_str();
        let headers = [(header::SITE, site), (header::TICKET, ticket), (header::AUTHORIZATION, &token)];
        let work = self.visitor.work.as_deref().map(|work| (header::WORK, work));
        self.worked(path::CONVERSATIONS, &[&headers[..], work.as_slice()].concat(), body)
    }

    /// `POST /v1/events`.
    pub fn post_event(&self, body: &impl serde::Serialize) -> Result<Reply> {
        let token = bearer(self.visitor.conversation.token());
        self.worked(path::EVENTS, &self.visitor.headers(&token)?, body)
    }

    /// Posts, and once more with the work that is asked for.
    fn worked(&self, path: &str, headers: &[(&str, &str)], body: &impl serde::Serialize) -> Result<Reply> {
        let reply = self.http.post(path, headers, body)?;
        let Some(challenge) = (reply.status == 428).then(|| reply.problem()).transpose()? else {
            return Ok(reply);
        };
        let work = solved(&challenge.work.context("no work in work-required")?)?;
        let others = headers.iter().filter(|(name, _)| *name != header::WORK).copied();
        let headers: Vec<_> = others.chain([(header::WORK, work.as_str())]).collect();
        self.http.post(path, &headers, body)
    }
}

/// A solution, as it goes into its header.
pub fn solved(challenge: &Challenge) -> Result<String> {
    let work = challenge.solve(0, u64::MAX).context("no solution")?;
    Ok(to_base64(&serde_json::to_vec(&work)?))
}

/// Shows the notice of `register` and agrees to it.
pub fn consent(http: &Http, site: &Address, manifest: &Manifest, register: Register) -> Result<Consent> {
    let digest = manifest.notice(register).context("the manifest has no notice of this register")?;
    let text = digest.to_string();
    let document = http.get(path::NOTICE, &[(header::SITE, &site.site), (header::NOTICE, &text)])?;
    agree_to_digest(&document.ok()?.body, digest)
}

/// Agrees to a document as it is, whether or not a site published it.
pub fn agree_to(document: &[u8]) -> Result<Consent> {
    agree_to_digest(document, einwurf_protocol::notice::digest(document))
}

fn agree_to_digest(document: &[u8], digest: einwurf_protocol::ids::Digest) -> Result<Consent> {
    let shown = ShownNotice::read(document, digest)?;
    let mut ticks = Ticks::default();
    ensure!(shown.agree(&ticks).is_err(), "an empty box counts as consent");
    ticks.set(Purpose::Answer, true);
    Ok(shown.agree(&ticks)?)
}
