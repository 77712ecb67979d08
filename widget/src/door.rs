//! Where the widget opens in a window of its own (`docs/protocol.md` section 16.3).

use crate::api::refresh::Known;
use einwurf_protocol::manifest::Manifest;

/// The company's own door, or the relay's for those who have none.
#[derive(Debug)]
pub(crate) struct Door<'a> {
    own: Option<&'a str>,
    relay: &'a str,
    site: &'a str,
}

impl<'a> Door<'a> {
    /// As the manifest names it.
    pub(crate) fn of(manifest: &'a Manifest, known: &'a Known) -> Self {
        Self { own: manifest.relay.door.as_deref(), relay: &known.relay, site: &known.address.0 }
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        match self.own {
            Some(own) => own.to_owned(),
            None => [self.relay, "/door#site=", self.site].concat(),
        }
    }

    /// Its address with what it shall open. A fragment reaches no server.
    pub(crate) fn with(&self, fragment: &str) -> String {
        let sign = if self.own.is_some() { "#" } else { "&" };
        [self.address().as_str(), sign, fragment].concat()
    }

    /// Where the widget opens, without a fragment: the company's own door, or the page.
    pub(crate) fn place(&self, page: &'a str) -> Option<&'a str> {
        Some(self.own.unwrap_or(page)).filter(|place| place.starts_with("https://"))
    }

    /// The page that checks a receipt.
    pub(crate) fn check(&self) -> String {
        [self.relay, "/check"].concat()
    }
}
