//! The snippet in a page: whether it is whole, runs, and names a site and a relay that can be.

use crate::doctor::{
    finding::{Finding, Rule, Weight},
    page::{Page, Tag},
};
use base64ct::{Base64, Encoding as _};
use einwurf_protocol::{ids::Thumbprint, notice::Register};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::ops::Range;
use url::Url;

/// Most snippets, and most words of an attribute, that are looked at: a page could have thousands to keep this busy.
const MOST: usize = 16;
/// Longest address of a site at a relay (docs/embedding.en.md).
const ADDRESS: usize = 200;
/// Types of a script that a browser runs as one that is no module.
const TYPES: [&str; 6] = [
    "",
    "text/javascript",
    "application/javascript",
    "text/ecmascript",
    "application/ecmascript",
    "application/x-javascript",
];

/// A snippet as it stands in a page.
#[derive(Debug)]
pub(crate) struct Snippet<'a> {
    pub(crate) tag: &'a Tag,
    /// The script itself, if it stands in the page.
    pub(crate) inline: Option<Range<usize>>,
}

/// Every snippet of a page.
pub(crate) fn all(page: &Page) -> Vec<Snippet<'_>> {
    let ours = |tag: &&Tag| {
        tag.name == "script" && tag.has("data-pin") && (tag.has("data-site") || tag.has("data-relay"))
    };
    let inline = |tag: &Tag| {
        let own = |(found, _): &(Option<&Tag>, Range<usize>)| found.is_some_and(|it| it.at == tag.at);
        page.scripts().find(own).map(|(_, at)| at).filter(|_| !tag.has("src"))
    };
    page.tags().filter(ours).take(MOST).map(|tag| Snippet { tag, inline: inline(tag) }).collect()
}

impl Snippet<'_> {
    /// Pins that have the right form.
    pub(crate) fn pins(&self) -> Vec<Thumbprint> {
        self.words("data-pin").filter_map(|pin| pin.parse().ok()).collect()
    }

    /// Relays that have the right form.
    pub(crate) fn relays(&self) -> Vec<Url> {
        self.words("data-relay").filter_map(relay).collect()
    }

    fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.tag.get(name).unwrap_or_default().split_ascii_whitespace().take(MOST)
    }

    /// Address of the file, however a program may have moved it.
    pub(crate) fn file(&self) -> Option<&str> {
        self.tag.get("src").map(str::trim).filter(|it| !it.is_empty())
    }

    /// What a policy may name: hashes of the content, or of the attribute.
    pub(crate) fn hashes(&self, page: &Page) -> Vec<String> {
        match &self.inline {
            Some(at) => hashes(page.slice(at).as_bytes()).to_vec(),
            None => integrities(self.tag).collect(),
        }
    }
}

/// The three hashes of a script, as policy and attribute write them.
pub(crate) fn hashes(script: &[u8]) -> [String; 3] {
    [
        format!("sha256-{}", Base64::encode_string(&Sha256::digest(script))),
        format!("sha384-{}", Base64::encode_string(&Sha384::digest(script))),
        format!("sha512-{}", Base64::encode_string(&Sha512::digest(script))),
    ]
}

/// The hashes that the attribute names.
pub(crate) fn integrities(tag: &Tag) -> impl Iterator<Item = String> {
    tag.get("integrity").unwrap_or_default().split_ascii_whitespace().take(MOST).map(str::to_owned)
}

/// A relay's origin: with https, except on this machine.
pub(crate) fn relay(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local(&url));
    // Written exactly as the manifest writes it, or the launcher finds it named nowhere.
    (safe && url.origin().ascii_serialization() == text).then_some(url)
}

/// Whether an address is of this machine.
pub(crate) fn local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What is wrong with the snippets of a page, without asking anybody. `off` names who turned one off.
pub(crate) fn check(page: &Page, off: impl Fn(&Tag) -> Option<&'static str>) -> Vec<Finding> {
    let mut found = Vec::new();
    let snippets = all(page);
    for snippet in &snippets {
        let tag = snippet.tag;
        let kind = tag.get("type").unwrap_or_default().trim().to_ascii_lowercase();
        if !TYPES.contains(&kind.as_str()) || (snippet.inline.is_none() && snippet.file().is_none()) {
            let culprit = off(tag).map_or_else(|| format!("type=\"{kind}\""), str::to_owned);
            found.push(stops(Rule::SnippetOff, page, tag).culprit(culprit));
        }
        found.extend(attributes(page, snippet));
    }
    if let Some(second) = snippets.get(1) {
        found.push(Finding::tag(Rule::SnippetTwice, Weight::Hint, page, second.tag));
    }
    found
}

fn stops(rule: Rule, page: &Page, tag: &Tag) -> Finding {
    Finding::tag(rule, Weight::Stops, page, tag)
}

fn attributes(page: &Page, snippet: &Snippet<'_>) -> Vec<Finding> {
    let tag = snippet.tag;
    let mut found = Vec::new();
    let filled = |name: &str| tag.get(name).is_some_and(|value| !value.trim().is_empty());
    // What the attributes leave open may stand in a script, and is not read.
    let elsewhere = page.text.contains("EinwurfSettings");
    for name in ["data-site", "data-pin", "data-relay", "data-name", "data-label", "data-register"] {
        let long = name == "data-site" && tag.get(name).is_some_and(|site| site.len() > ADDRESS);
        if (!filled(name) && !elsewhere) || long {
            found.push(stops(Rule::SnippetAttribute, page, tag).culprit(name));
        }
    }
    let registers = Register::ALL.map(Register::as_str);
    if tag.get("data-register").is_some_and(|it| !it.is_empty() && !templated(it) && !registers.contains(&it))
    {
        found.push(stops(Rule::SnippetAttribute, page, tag).culprit("data-register"));
    }
    if tag.get("data-serial").is_some_and(|it| !templated(it) && it.parse::<u64>().is_err()) {
        found.push(stops(Rule::SnippetAttribute, page, tag).culprit("data-serial"));
    }
    // The button leaves out a link to any other kind of address.
    if tag.get("data-door").is_some_and(|it| !it.is_empty() && !templated(it) && !it.starts_with("https:")) {
        found.push(Finding::tag(Rule::SnippetDoor, Weight::Hint, page, tag));
    }
    if filled("data-pin") {
        for pin in
            snippet.words("data-pin").filter(|pin| !templated(pin) && pin.parse::<Thumbprint>().is_err())
        {
            found.push(stops(Rule::SnippetPin, page, tag).excerpt(pin));
        }
    }
    for relay in snippet.words("data-relay").filter(|it| !templated(it) && self::relay(it).is_none()) {
        found.push(stops(Rule::SnippetRelay, page, tag).excerpt(relay));
    }
    if !filled("data-phone") && !filled("data-email") && !elsewhere {
        found.push(Finding::tag(Rule::SnippetContact, Weight::Promise, page, tag));
    }
    for hash in integrities(tag).filter(|hash| !templated(hash) && !hash_of_right_form(hash)) {
        found.push(stops(Rule::SnippetIntegrity, page, tag).excerpt(&hash));
    }
    found
}

/// Filled in when the page is made, so nothing can be said of it here.
pub(crate) fn templated(value: &str) -> bool {
    ["{", "<?", "<%", "[["].iter().any(|sign| value.contains(sign))
}

fn hash_of_right_form(hash: &str) -> bool {
    [("sha256-", 32), ("sha384-", 48), ("sha512-", 64)].iter().any(|(start, length)| {
        hash.strip_prefix(start)
            .is_some_and(|text| Base64::decode_vec(text).is_ok_and(|bytes| bytes.len() == *length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::page::Kind;

    const WHOLE: &str = "<script src=\"/e.js\" async data-site=\"abc\" data-pin=\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\" data-relay=\"https://relay.example\" data-name=\"Beispiel\" data-phone=\"0155 5512345\" data-email=\"a@beispiel.example\" data-register=\"de-formal\" data-serial=\"0\" data-label=\"Nachricht\"></script>";

    fn found(text: &str) -> Vec<(Rule, Option<String>)> {
        let page = Page::read("index.html".to_owned(), Kind::Markup, text.to_owned());
        check(&page, |_| None).into_iter().map(|it| (it.rule, it.culprit.or(it.excerpt))).collect()
    }

    fn with(from: &str, to: &str) -> String {
        assert!(WHOLE.contains(from), "{from}");
        WHOLE.replace(from, to)
    }

    #[test]
    fn a_whole_snippet_has_no_fault_in_either_form() {
        assert_eq!(found(WHOLE), []);
        assert_eq!(found(&with("src=\"/e.js\" async", "").replace("></script>", ">start()</script>")), []);
        assert_eq!(found(&with("AQE\"", "AQE AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"")), []);
        assert_eq!(found(&with("https://relay.example", "http://127.0.0.1:8787 https://b.example:8443")), []);
    }

    #[test]
    fn each_fault_of_an_attribute_is_named() {
        let culprit = |name: &str| vec![(Rule::SnippetAttribute, Some(name.to_owned()))];
        for name in [
            "data-site=\"abc\"",
            "data-name=\"Beispiel\"",
            "data-label=\"Nachricht\"",
            "data-register=\"de-formal\"",
        ] {
            assert_eq!(found(&with(name, "")), culprit(name.split('=').next().unwrap()));
        }
        assert_eq!(found(&with("de-formal", "de")), culprit("data-register"));
        assert_eq!(found(&with("data-serial=\"0\"", "data-serial=\"1.5\"")), culprit("data-serial"));
        assert_eq!(
            found(&with("data-phone=\"0155 5512345\" data-email=\"a@beispiel.example\"", "")),
            [(Rule::SnippetContact, None)]
        );
        assert_eq!(found(&with("data-phone=\"0155 5512345\"", "")), []);
        let door = |address: &str| found(&with(" async", &format!(" async data-door=\"{address}\"")));
        for address in ["", "https://a.example/door.html", "{{ door }}"] {
            assert_eq!(door(address), [], "{address}");
        }
        for address in ["http://a.example/", "//a.example/", "javascript:alert(1)", "/door.html"] {
            assert_eq!(door(address), [(Rule::SnippetDoor, None)], "{address}");
        }
    }

    #[test]
    fn an_address_one_below_at_and_one_above_its_limit() {
        for (length, faults) in [(ADDRESS - 1, 0), (ADDRESS, 0), (ADDRESS + 1, 1)] {
            assert_eq!(
                found(&with("\"abc\"", &format!("\"{}\"", "a".repeat(length)))).len(),
                faults,
                "{length}"
            );
        }
    }

    #[test]
    fn pins_relays_and_hashes_have_their_form() {
        for bad in [
            "AQE",
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEA",
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=",
        ] {
            let text = with("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", bad);
            assert_eq!(found(&text), [(Rule::SnippetPin, Some(bad.to_owned()))]);
        }
        for bad in [
            "https://relay.example/",
            "http://relay.example",
            "relay.example",
            "https://RELAY.example",
            "https://a@relay.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(
                found(&with("https://relay.example", bad)),
                [(Rule::SnippetRelay, Some(bad.to_owned()))],
                "{bad}"
            );
        }
        let hash = &hashes(b"start()")[1];
        assert_eq!(found(&with("async", &format!("integrity=\"{hash}\""))), []);
        let short = hash.trim_end_matches(|letter: char| letter.is_alphanumeric());
        assert_eq!(found(&with("async", &format!("integrity=\"{short}\""))).len(), 1);
    }

    #[test]
    fn a_snippet_that_was_turned_off_or_stands_there_twice_is_told() {
        for kind in ["module", "text/plain", "rocketlazyloadscript"] {
            let text = with("async", &format!("type=\"{kind}\""));
            assert_eq!(found(&text), [(Rule::SnippetOff, Some(format!("type=\"{kind}\"")))]);
        }
        assert_eq!(found(&with("async", "type=\"text/javascript\"")), []);
        assert_eq!(found(&with("src=\"/e.js\"", "data-src=\"/e.js\""))[0].0, Rule::SnippetOff);
        assert_eq!(found(&format!("{WHOLE}{WHOLE}")), [(Rule::SnippetTwice, None)]);
    }

    #[test]
    fn what_a_template_fills_in_is_not_judged() {
        let text = with("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "{{pin}}")
            .replace("https://relay.example", "{{relay}}");
        assert_eq!(found(&text), []);
        assert_eq!(
            found(&format!("<script>EinwurfSettings = {{}}</script>{}", with("data-name=\"Beispiel\"", ""))),
            []
        );
        let other = with("de-formal", "<?= $register ?>");
        assert_eq!(found(&other), []);
    }
}
