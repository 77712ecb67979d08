//! Requests to the relay: over TLS, with a proof of the device's key beside each (`docs/protocol.md` section 15.3),
//! following nothing, and never more of an answer than the protocol allows.

use super::Stop;
use einwurf_protocol::{
    api::{header, staff::Entry},
    es256::PublicKey,
    ids::{MessageId, Secret, Signature, Thumbprint},
    possession::Request,
    problem::{Code, Problem},
    time::Timestamp,
};
use einwurf_staff::device::{proof, signing_input};
use getrandom::{SysRng, rand_core::UnwrapErr};
use p256::ecdsa::{SigningKey, signature::Signer as _};
use rand_core::Rng as _;
use serde::{Serialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use ureq::{
    Agent,
    tls::{RootCerts, TlsConfig},
};
use url::{Host, Url};

/// The longest answer: a conversation of 4,000 events of 64 KiB in base64url is longer, and nobody has one.
const BYTES: u64 = 134_217_728;
const TIMEOUT: Duration = Duration::from_mins(1);

/// The relay, as this device asks it for one site.
pub(crate) struct Relay {
    agent: Agent,
    pub(crate) origin: String,
    pub(crate) site: String,
    device: SigningKey,
    /// Seconds that the relay's clock is ahead.
    ahead: i64,
}

/// A request.
pub(crate) struct Call<'a> {
    method: &'static str,
    path: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    session: Option<&'a Secret>,
    /// Code of the conversation that it is about.
    about: Option<String>,
}

/// An answer of status 2xx.
pub(crate) struct Answer(pub(crate) Vec<u8>);

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'static str) -> Self {
        Self { method: "GET", path, headers: Vec::new(), body: None, session: None, about: None }
    }

    pub(crate) fn post(path: &'static str, body: Vec<u8>) -> Self {
        Self { method: "POST", path, headers: Vec::new(), body: Some(body), session: None, about: None }
    }

    pub(crate) fn json(path: &'static str, body: &impl Serialize) -> Self {
        // The protocol's types have string keys only, so this cannot fail; an empty body would be refused.
        let json = serde_json::to_vec(body).unwrap_or_default();
        Self::post(path, json).header("content-type", "application/json")
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// About this conversation: by its address, and for people by its code.
    pub(crate) fn about(self, entry: &Entry) -> Self {
        Self { about: Some(entry.cid.code()), ..self.header(header::CONVERSATION, &entry.conversation) }
    }

    pub(crate) fn with_session(self, session: &'a Secret) -> Self {
        Self { session: Some(session), ..self }
    }
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        serde_json::from_slice(&self.0).map_err(|_| Stop::later("misunderstood"))
    }
}

/// The relay's answer is a problem: its document, or only a status.
pub(crate) enum Refused {
    /// With the code of the conversation that was asked about.
    Problem(Box<Problem>, Option<String>),
    Stop(Stop),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Stop(stop) => stop,
            Refused::Problem(problem, about) => of(problem.code, about),
        }
    }
}

/// What a code means to whoever runs the command, who asked about a conversation or about nothing in particular.
fn of(code: Code, about: Option<String>) -> Stop {
    match (code, about) {
        (Code::Unauthorized, _) => Stop::access("session"),
        (Code::Forbidden, _) => Stop::access("forbidden"),
        // Its date came between the list and this request.
        (Code::Gone | Code::NotFound, Some(code)) => Stop::left("gone").with("code", code),
        (Code::Restricted, Some(code)) => Stop::left("restricted").with("code", code),
        (Code::NotFound, None) => Stop::wrong("unknown"),
        (Code::TooLarge, _) => Stop::wrong("too-long"),
        (Code::LimitReached, _) => Stop::later("limit"),
        (other, _) if other.status() >= 500 => Stop::later("away").with("cause", other.as_str()),
        (other, _) => Stop::later("refused-by-relay").with("cause", other.as_str()),
    }
}

impl Relay {
    pub(crate) fn new(origin: &str, site: &str, device: &[u8; 32]) -> Result<Self, Stop> {
        let device = SigningKey::from_slice(device).map_err(|_| Stop::wrong("vault"))?;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .user_agent("")
            .timeout_global(Some(TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        let agent = config.new_agent();
        Ok(Self { agent, origin: origin.to_owned(), site: site.to_owned(), device, ahead: 0 })
    }

    /// The relay said what its clock shows.
    pub(crate) fn meet(&mut self, theirs: Timestamp) {
        let now = crate::now();
        self.ahead = i64::try_from(i128::from(theirs.0) - i128::from(now.0)).unwrap_or_default();
    }

    /// What its clock shows now.
    pub(crate) fn clock(&self) -> Timestamp {
        Timestamp(crate::now().0.saturating_add_signed(self.ahead))
    }

    /// Asks; everything that is not the answer is a sentence.
    pub(crate) fn ask(&self, call: &Call<'_>) -> Result<Answer, Stop> {
        Ok(self.try_ask(call)?)
    }

    /// Asks; a problem is handed on.
    pub(crate) fn try_ask(&self, call: &Call<'_>) -> Result<Answer, Refused> {
        let (status, body) = self.send(call).map_err(Refused::Stop)?;
        if (200..300).contains(&status) {
            return Ok(Answer(body));
        }
        match serde_json::from_slice(&body) {
            Ok(problem) => Err(Refused::Problem(Box::new(problem), call.about.clone())),
            Err(_) => Err(Refused::Stop(Stop::later("no-relay").with("status", status))),
        }
    }

    fn send(&self, call: &Call<'_>) -> Result<(u16, Vec<u8>), Stop> {
        let url = format!("{}{}", self.origin, call.path);
        let token = call.session.map(ToString::to_string);
        let mut request = ureq::http::Request::builder()
            .method(call.method)
            .uri(&url)
            .header(header::SITE, &self.site)
            .header(header::POSSESSION, self.prove(call.method, call.path, call.session)?);
        if let Some(token) = &token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let offline = |cause: ureq::Error| Stop::later("offline").with("cause", cause);
        let unusable = |_| Stop::wrong("unknown");
        let mut answer = match &call.body {
            Some(body) => self.agent.run(request.body(body.as_slice()).map_err(unusable)?),
            None => self.agent.run(request.body(()).map_err(unusable)?),
        }
        .map_err(offline)?;
        let status = answer.status().as_u16();
        Ok((status, answer.body_mut().with_config().limit(BYTES).read_to_vec().map_err(offline)?))
    }

    /// A proof of the device's key for one request.
    pub(crate) fn prove(&self, method: &str, path: &str, session: Option<&Secret>) -> Result<String, Stop> {
        let url = format!("{}{path}", self.origin);
        let token = session.map(ToString::to_string);
        let mut jti = [0; MessageId::LENGTH];
        UnwrapErr(SysRng).fill_bytes(&mut jti);
        let request = Request { method, url: &url, token: token.as_deref() };
        let input = signing_input(&self.public(), &request, MessageId(jti), self.clock());
        let signed = input.and_then(|input| {
            let signature: p256::ecdsa::Signature = self.device.sign(input.as_bytes());
            proof(&input, &Signature(signature.to_bytes().into()).0)
        });
        signed.ok_or(Stop::wrong("vault"))
    }

    /// What the relay knows this device by.
    pub(crate) fn device(&self) -> Thumbprint {
        self.public().thumbprint()
    }

    fn public(&self) -> PublicKey {
        let point = self.device.verifying_key().to_sec1_point(false);
        let mut xy = [0; 64];
        xy.copy_from_slice(point.as_bytes().split_at(1).1);
        PublicKey::from_bytes(xy)
    }
}

/// The origin of a relay: `https`, or `http` on this machine alone.
pub(crate) fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let safe = url.scheme() == "https" || url.scheme() == "http" && here;
    safe.then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Language, Texts};

    #[test]
    fn a_relay_is_asked_over_tls_or_on_this_machine() {
        assert_eq!(origin("https://relay.example/inbox#site=a"), Some("https://relay.example".into()));
        assert_eq!(origin("http://127.0.0.1:8787"), Some("http://127.0.0.1:8787".into()));
        assert_eq!(origin("http://localhost:1/x"), Some("http://localhost:1".into()));
        for bad in [
            "http://relay.example",
            "http://10.0.0.1",
            "ftp://relay.example",
            "relay.example",
            "",
            "file:///x",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }
    #[test]
    fn every_problem_has_a_sentence_with_nothing_left_open() {
        for code in Code::ALL {
            for about in [None, Some("7K3M-9QXP-2VTA".to_owned())] {
                let stop = of(*code, about.clone());
                for language in [Language::De, Language::En] {
                    let open = stop.open(&Texts::of_desk(language));
                    assert_eq!(open.as_deref(), Some(&[][..]), "{code:?} {about:?}");
                }
                let codes = stop.sentence(Language::En).contains("7K3M-9QXP-2VTA");
                let ends = matches!(code, Code::Gone | Code::NotFound | Code::Restricted);
                assert_eq!(codes, ends && about.is_some(), "{code:?}");
            }
        }
    }
}
