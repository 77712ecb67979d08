//! The relay's API as the widget uses it: requests and answers as data. `effects` carries them.

pub mod answer;
pub mod refresh;

use einwurf_protocol::{
    api::{header, path},
    ids::{Digest, Secret},
    limits::JWS_BYTES,
    manifest::Manifest,
    status::Status,
};

/// One request. Its address carries no identifier (MET-03); they are in the headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Below the relay's origin.
    pub path: &'static str,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

/// Names a site to the relay.
#[derive(Debug, Clone)]
pub struct SiteAddress(pub String);

impl SiteAddress {
    fn get(&self, path: &'static str) -> Request {
        let headers = vec![(header::SITE, self.0.clone())];
        Request { method: "GET", path, headers, body: None }
    }

    /// The manifest in force.
    pub fn manifest(&self) -> Request {
        self.get(path::MANIFEST)
    }

    /// The notice with this digest.
    pub fn notice(&self, digest: Digest) -> Request {
        let mut request = self.get(path::NOTICE);
        request.headers.push((header::NOTICE, digest.to_string()));
        request
    }

    /// When somebody is there.
    pub fn status(&self) -> Request {
        self.get(path::STATUS)
    }

    /// A ticket for a new conversation.
    pub fn ticket(&self) -> Request {
        Request { method: "POST", ..self.get(path::TICKETS) }
    }

    /// Another ticket for the address of a conversation that is not open yet.
    pub fn renewed(&self, conversation: &str) -> Request {
        let mut request = self.ticket();
        request.headers.push((header::CONVERSATION, conversation.to_owned()));
        request
    }

    /// Something of a conversation: events after a position, receipt or data.
    pub fn of(&self, path: &'static str, conversation: &str, token: &Secret, after: Option<u64>) -> Request {
        let mut request = self.get(path);
        request.headers.push((header::CONVERSATION, conversation.to_owned()));
        request.headers.push((header::AUTHORIZATION, bearer(token)));
        request.headers.extend(after.map(|after| (header::AFTER, after.to_string())));
        request
    }

    /// Opens a conversation with this body.
    pub fn open(&self, ticket: &str, token: &Secret, body: String) -> Request {
        self.post(path::CONVERSATIONS, token, (header::TICKET, ticket), body)
    }

    /// Appends to a conversation.
    pub fn append(&self, conversation: &str, token: &Secret, body: String) -> Request {
        self.post(path::EVENTS, token, (header::CONVERSATION, conversation), body)
    }

    fn post(
        &self,
        path: &'static str,
        token: &Secret,
        (name, value): (&'static str, &str),
        body: String,
    ) -> Request {
        let mut request = Request { method: "POST", body: Some(body), ..self.get(path) };
        request.headers.push((name, value.to_owned()));
        request.headers.push((header::AUTHORIZATION, bearer(token)));
        request.headers.push(("content-type", "application/json".to_owned()));
        request
    }
}

/// What a member says of when somebody is there, by a member of this site; whatever does not hold is nothing.
pub fn status(reply: &Reply, manifest: &Manifest) -> Option<Status> {
    let compact = std::str::from_utf8(&reply.body).ok().filter(|_| reply.status == 200)?;
    let fits = compact.len() <= JWS_BYTES;
    let sites = (&manifest.site, &manifest.succession.former[..]);
    fits.then(|| Status::verify(compact.trim(), sites, &manifest.roster.revoked).ok()).flatten()
}

fn bearer(token: &Secret) -> String {
    ["Bearer ", &token.to_string()].concat()
}
