//! Asking for one address, with every limit that a stranger's server needs.

use std::{sync::Arc, time::Duration};
use ureq::{
    Agent,
    http::Response,
    tls::{RootCerts, TlsConfig},
};
use url::Url;

/// The longest body that is read, unpacked.
pub(crate) const BYTES: u64 = 4_194_304;
/// The longest head.
const HEAD: usize = 65_536;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where it leads on to.
    pub(crate) fn leads(&self, from: &Url) -> Option<Url> {
        let location = self.header("location").filter(|_| (300..400).contains(&self.status))?;
        from.join(location).ok()
    }

    /// Without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("no answer in time")]
    Slow,
    #[error("more than {BYTES} bytes")]
    Large,
    #[error("{0}")]
    Connection(String),
}

/// Asks without cookies, and follows nothing by itself.
#[derive(Debug)]
pub(crate) struct Fetcher(Agent);

impl Fetcher {
    pub(crate) fn new(timeout: Duration) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = Agent::config_builder()
            .tls_config(tls.build())
            .user_agent(concat!("einwurf-doctor/", env!("CARGO_PKG_VERSION")))
            .accept("text/html, text/*;q=0.9, */*;q=0.5")
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            .max_response_header_size(HEAD)
            .build();
        Self(config.new_agent())
    }

    /// One request. `site` is the header by which a relay knows whom it is asked about.
    pub(crate) fn get(&self, url: &Url, site: Option<&str>) -> Result<Answer, FetchError> {
        let mut request = self.0.get(url.as_str());
        if let Some(site) = site {
            request = request.header("einwurf-site", site);
        }
        let mut response = request.call().map_err(|error| told(&error))?;
        let headers = headers(&response);
        let status = response.status().as_u16();
        let body =
            response.body_mut().with_config().limit(BYTES).read_to_vec().map_err(|error| told(&error))?;
        Ok(Answer { status, headers, body })
    }
}

fn headers(response: &Response<ureq::Body>) -> Vec<(String, String)> {
    let pairs = response.headers().iter();
    pairs
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn told(error: &ureq::Error) -> FetchError {
    match error {
        ureq::Error::Timeout(_) => FetchError::Slow,
        ureq::Error::BodyExceedsLimit(_) => FetchError::Large,
        other => FetchError::Connection(other.to_string()),
    }
}
