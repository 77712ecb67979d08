//! Plain HTTP to a loopback origin, with any header and any body, and every status as an answer.

use crate::pace::PATIENCE;
use anyhow::{Context, Result, bail};
use einwurf_protocol::problem::{Code, Problem};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{BufRead, BufReader, ErrorKind::ConnectionReset, Write},
    net::TcpStream,
    time::Duration,
};
use ureq::{Agent, http::Request};

/// A client of one origin. Clones share connections.
#[derive(Debug, Clone)]
pub struct Http {
    agent: Agent,
    /// Where it is reached.
    server: String,
    /// What it calls itself.
    origin: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

type Sent = Result<ureq::http::Response<ureq::Body>, ureq::Error>;

/// No connection is used again that lay unused for longer: workerd closes it after fifteen seconds, and what is no mere question
/// is not asked twice.
const IDLE: Duration = Duration::from_secs(10);

/// Name and value of request headers.
pub type Headers<'a> = &'a [(&'a str, &'a str)];

impl Http {
    /// A client of `origin`, such as `http://127.0.0.1:8787`.
    pub fn new(origin: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_idle_connections_per_host(64)
            .max_idle_age(IDLE)
            .timeout_global(Some(Duration::from_mins(1)))
            .proxy(None);
        Self { agent: config.build().new_agent(), server: origin.to_owned(), origin: origin.to_owned() }
    }

    /// The same server, which says that it is another origin, as behind a proxy.
    #[must_use]
    pub fn known_as(self, origin: &str) -> Self {
        Self { origin: origin.to_owned(), ..self }
    }

    /// The origin, as manifests and proofs name it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Sends a request; without a body, none is announced.
    pub fn send(&self, method: &str, path: &str, headers: Headers<'_>, body: Option<&[u8]>) -> Result<Reply> {
        let mut sent = self.attempt(method, path, headers, body);
        // A connection that lay unused may be closed in the moment in which it is used again: whoever only asks asks anew
        // (RFC 9110, section 9.2.2).
        let closed =
            |error: &ureq::Error| matches!(error, ureq::Error::Io(io) if io.kind() == ConnectionReset);
        if method == "GET" && sent.as_ref().is_err_and(closed) {
            sent = self.attempt(method, path, headers, body);
        }
        let mut answer = sent.with_context(|| format!("{method} {path}"))?;
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(Reply {
            status: answer.status().as_u16(),
            headers: headers.collect(),
            body: answer.body_mut().with_config().limit(64 << 20).read_to_vec()?,
        })
    }

    fn attempt(&self, method: &str, path: &str, headers: Headers<'_>, body: Option<&[u8]>) -> Sent {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.server));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => self.agent.run(request.body(body)?),
            None => self.agent.run(request.body(())?),
        }
    }

    /// Announces a body of `length` bytes, sends none of it, and answers the status that comes nevertheless.
    pub fn announce(&self, method: &str, path: &str, headers: Headers<'_>, length: usize) -> Result<u16> {
        self.refused(method, path, headers, length, b"").context("no answer before the body")
    }

    /// Sends a body that is expected to be refused before its end, and answers the status: that the
    /// connection breaks while it is written is no error here.
    pub fn insist(&self, method: &str, path: &str, headers: Headers<'_>, body: &[u8]) -> Result<u16> {
        self.refused(method, path, headers, body.len(), body)
    }

    fn refused(
        &self,
        method: &str,
        path: &str,
        headers: Headers<'_>,
        length: usize,
        body: &[u8],
    ) -> Result<u16> {
        let host = self.server.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n");
        for (name, value) in headers {
            head.push_str(&[name, ": ", value, "\r\n"].concat());
        }
        stream.write_all([&head, "\r\n"].concat().as_bytes())?;
        // The answer that was sent before the break lies in the socket all the same.
        let _ = stream.write_all(body);
        let mut first = String::new();
        BufReader::new(stream).read_line(&mut first)?;
        first.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")
    }

    /// `GET`.
    pub fn get(&self, path: &str, headers: Headers<'_>) -> Result<Reply> {
        self.send("GET", path, headers, None)
    }

    /// `POST` without a body.
    pub fn post_empty(&self, path: &str, headers: Headers<'_>) -> Result<Reply> {
        self.send("POST", path, headers, Some(b""))
    }

    /// `POST` of JSON.
    pub fn post(&self, path: &str, headers: Headers<'_>, body: &impl Serialize) -> Result<Reply> {
        self.json("POST", path, headers, body)
    }

    /// Any method with JSON.
    pub fn json(
        &self,
        method: &str,
        path: &str,
        headers: Headers<'_>,
        body: &impl Serialize,
    ) -> Result<Reply> {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, Some(&serde_json::to_vec(body)?))
    }
}

impl Reply {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body of a 2xx answer.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        self.ok()?;
        serde_json::from_slice(&self.body).with_context(|| format!("unexpected body: {}", self.text()))
    }

    /// Fails unless the status is 2xx.
    pub fn ok(&self) -> Result<&Self> {
        if !(200..300).contains(&self.status) {
            bail!("status {}: {}", self.status, self.text());
        }
        Ok(self)
    }

    /// Fails unless it says that it is not now, and when to ask again.
    pub fn is_away(&self) -> Result<()> {
        if self.code()? != Some(Code::Unavailable) {
            bail!("status {}: {}", self.status, self.text());
        }
        let wait: u64 = self.header("retry-after").context("no Retry-After")?.parse()?;
        if (1..=60).contains(&wait) { Ok(()) } else { bail!("again in {wait} s") }
    }

    /// The problem document of any other answer, checked for its form.
    pub fn problem(&self) -> Result<Problem> {
        let problem: Problem = serde_json::from_slice(&self.body)
            .with_context(|| format!("{}: {}", self.status, self.text()))?;
        let media_type = self.header("content-type").unwrap_or_default();
        if problem.status != self.status || media_type != einwurf_protocol::problem::MEDIA_TYPE {
            bail!("status {} and type {media_type} with {}", self.status, self.text());
        }
        Ok(problem)
    }

    /// The problem's code, `None` for a 2xx answer.
    pub fn code(&self) -> Result<Option<Code>> {
        if self.ok().is_ok() { Ok(None) } else { self.problem().map(|problem| Some(problem.code)) }
    }
}
