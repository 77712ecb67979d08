//! What only the relay can tell: whether it answers, whether its manifest holds against the snippet's pin, and whether the
//! launcher in the page is the one that the site key signed.

use super::{
    fetch::Fetcher,
    finding::{Finding, Rule, Weight},
    page::Page,
    rules::snippet::{self, Snippet, hashes, local},
    site::Visited,
};
use einwurf_protocol::{
    manifest::{Expected, Manifest},
    time::Timestamp,
};
use std::collections::BTreeMap;
use url::Url;

/// Most relays that are asked: a page could name thousands.
const RELAYS: usize = 8;

/// Asks, and remembers what was said, since every page of a site names the same.
pub(crate) struct Asker<'a> {
    fetcher: &'a Fetcher,
    now: Timestamp,
    manifests: BTreeMap<(String, String), Option<String>>,
    files: BTreeMap<String, Option<Vec<u8>>>,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher, now: Timestamp) -> Self {
        Self { fetcher, now, manifests: BTreeMap::new(), files: BTreeMap::new() }
    }

    /// Every snippet of a page, with the page's address where it has one.
    pub(crate) fn check(&mut self, page: &Page, url: Option<&Url>) -> Vec<Finding> {
        snippet::all(page).iter().flat_map(|it| self.one(page, it, url)).collect()
    }

    fn one(&mut self, page: &Page, snippet: &Snippet<'_>, url: Option<&Url>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut launcher = None;
        let site = snippet.tag.get("data-site").unwrap_or_default();
        for relay in snippet.relays() {
            // A page of the network must not make this machine ask itself.
            if local(&relay) && !url.is_none_or(local) {
                continue;
            }
            let origin = relay.origin().ascii_serialization();
            let tell = |rule| Finding::tag(rule, Weight::Stops, page, snippet.tag).culprit(origin.clone());
            let Some(compact) = self.manifest(&relay, site) else {
                found.push(tell(Rule::RelaySilent));
                continue;
            };
            let serial = snippet.tag.get("data-serial").and_then(|it| it.parse().ok()).unwrap_or_default();
            let pins = snippet.pins();
            let expected = Expected { pins: &pins, relay: &origin, now: self.now, serial };
            match Manifest::verify(compact.trim(), &expected) {
                Ok(manifest) => launcher = Some(manifest.code.launcher.sri),
                Err(error) => found.push(tell(Rule::ManifestRefused).excerpt(&error.to_string())),
            }
        }
        if let Some(signed) = launcher {
            found.extend(self.launcher(page, snippet, url, &signed));
        }
        found
    }

    /// The compact manifest, if the relay gives one. Asked once for each site and relay.
    fn manifest(&mut self, relay: &Url, site: &str) -> Option<String> {
        let key = (relay.origin().ascii_serialization(), site.to_owned());
        if !self.manifests.contains_key(&key) && self.manifests.len() >= RELAYS {
            return None;
        }
        let entry = self.manifests.entry(key).or_insert_with(|| {
            let answer = self.fetcher.get(&relay.join("/v1/manifest").ok()?, Some(site)).ok()?;
            (answer.status == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned())
        });
        entry.clone()
    }

    /// Whether the script is the one that the manifest names.
    fn launcher(
        &mut self,
        page: &Page,
        snippet: &Snippet<'_>,
        url: Option<&Url>,
        signed: &str,
    ) -> Option<Finding> {
        let tag = snippet.tag;
        let script = match (&snippet.inline, snippet.file(), url) {
            (Some(at), _, _) => page.slice(at).as_bytes().to_vec(),
            (None, Some(file), Some(url)) => self.file(&url.join(file).ok()?, url)?,
            _ => return None,
        };
        let own = hashes(&script);
        let named: Vec<_> = snippet::integrities(tag).collect();
        if snippet.inline.is_none() && !named.is_empty() && !named.iter().any(|hash| own.contains(hash)) {
            return Some(
                Finding::tag(Rule::SnippetIntegrity, Weight::Stops, page, tag).fix(own.get(1)?.clone()),
            );
        }
        let fits = own.iter().any(|hash| hash == signed);
        (!fits).then(|| Finding::tag(Rule::SnippetFile, Weight::Promise, page, tag).excerpt(signed))
    }

    /// The launcher's file, from the site itself or from where its page has it.
    fn file(&mut self, file: &Url, page: &Url) -> Option<Vec<u8>> {
        if local(file) && !local(page) || !matches!(file.scheme(), "http" | "https") {
            return None;
        }
        let entry = self.files.entry(file.to_string()).or_insert_with(|| {
            let answer = self.fetcher.get(file, None).ok()?;
            (answer.status == 200).then_some(answer.body)
        });
        entry.clone()
    }
}

/// A launcher that comes from somewhere else than the page, without a hash: whoever serves it could serve another.
pub(crate) fn foreign(page: &Page, url: &Url) -> Vec<Finding> {
    let others = snippet::all(page).into_iter().filter(|it| {
        let file = it.file().and_then(|file| url.join(file).ok());
        file.is_some_and(|file| file.origin() != url.origin()) && !it.tag.has("integrity")
    });
    others
        .map(|it| {
            let file = it.file().unwrap_or_default();
            Finding::tag(Rule::SnippetForeign, Weight::Promise, page, it.tag).excerpt(file)
        })
        .collect()
}

/// Relays that the pages' snippets name, for pages without one.
pub(crate) fn named(visited: &[Visited]) -> Vec<Url> {
    visited.iter().find_map(|it| snippet::all(&it.page).first().map(Snippet::relays)).unwrap_or_default()
}
