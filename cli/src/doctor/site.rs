//! A site: one page, and those of the same origin that it leads to, one after the other and never many at a time.

use super::{
    Skip, Skipped,
    fetch::{Answer, FetchError, Fetcher},
    finding::{Finding, Rule, Weight},
    page::{Kind, Page},
    robots::Robots,
    rules::snippet::local,
};
use std::{
    borrow::Cow,
    collections::{BTreeSet, VecDeque},
    time::Duration,
};
use url::{Position, Url};

/// Between two requests to somebody else's server.
const PAUSE: Duration = Duration::from_millis(250);
/// How often one address may lead to another.
const REDIRECTS: usize = 5;
/// Most addresses that wait: a calendar has endless pages.
const WAITING: usize = 5_000;
/// Bytes that are kept of all pages together; then no more are asked for.
const TOTAL: usize = 67_108_864;
/// Most script files that are looked into besides pages.
pub(crate) const SCRIPTS: usize = 20;

/// A page with what it came with.
#[derive(Debug)]
pub(crate) struct Visited {
    pub(crate) url: Url,
    pub(crate) page: Page,
    pub(crate) headers: Vec<(String, String)>,
}

/// Why the first page cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SiteError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("status {0}")]
    Status(u16),
    #[error("leads to {0}, which is another site")]
    Elsewhere(String),
    #[error("leads in a circle")]
    Circle,
    #[error("is no page ({0})")]
    Type(String),
}

/// Walks through a site.
pub(crate) struct Crawler<'a> {
    fetcher: &'a Fetcher,
    /// How many pages.
    pages: usize,
    /// Told after each request.
    progress: &'a mut dyn FnMut(&Url),
    robots: Robots,
    asked: bool,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) found: Vec<Finding>,
}

impl<'a> Crawler<'a> {
    pub(crate) fn new(fetcher: &'a Fetcher, pages: usize, progress: &'a mut dyn FnMut(&Url)) -> Self {
        Self {
            fetcher,
            pages,
            progress,
            robots: Robots::default(),
            asked: false,
            skipped: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The pages and scripts of a site. The first page counts as asked for by its owner, whatever robots are told.
    pub(crate) fn visit(&mut self, start: &Url) -> Result<Vec<Visited>, SiteError> {
        let first = self.follow(start)?;
        let origin = first.url.origin();
        self.plain_http(&first.url);
        if self.pages > 1 {
            self.robots = self.rules(&first.url);
        }
        let mut seen = BTreeSet::from([address(start), address(&first.url)]);
        let (mut waiting, mut scripts) = (VecDeque::new(), VecDeque::new());
        let (mut visited, mut total) = (Vec::new(), 0);
        let mut next = Some(first);
        while let Some(current) = next.take() {
            for (link, script) in links(&current) {
                let list = if script { &mut scripts } else { &mut waiting };
                if link.origin() == origin && list.len() < WAITING && seen.insert(address(&link)) {
                    list.push_back(link);
                }
            }
            total += current.page.text.len();
            visited.push(current);
            while visited.len() < self.pages && next.is_none() && total < TOTAL {
                let Some(link) = waiting.pop_front() else { break };
                next = self.other(&link, &origin, &mut seen);
            }
        }
        for link in scripts.into_iter().take(SCRIPTS) {
            if total >= TOTAL {
                self.skip(&link, Skip::Many);
                break;
            }
            let script = self.other(&link, &origin, &mut seen);
            total += script.as_ref().map_or(0, |it| it.page.text.len());
            visited.extend(script);
        }
        Ok(visited)
    }

    fn get(&mut self, url: &Url) -> Result<Answer, FetchError> {
        if self.asked && !local(url) {
            std::thread::sleep(self.robots.pause.unwrap_or(PAUSE));
        }
        self.asked = true;
        (self.progress)(url);
        self.fetcher.get(url, None)
    }

    /// The first page, wherever the site itself leads; another host only if it is the same name with or without `www`.
    fn follow(&mut self, start: &Url) -> Result<Visited, SiteError> {
        let mut url = start.clone();
        for _ in 0..=REDIRECTS {
            let answer = self.get(&url)?;
            if let Some(next) = answer.leads(&url) {
                if !matches!(next.scheme(), "http" | "https") || bare(&next) != bare(start) {
                    return Err(SiteError::Elsewhere(address(&next)));
                }
                url = next;
                continue;
            }
            if !(200..300).contains(&answer.status) {
                return Err(SiteError::Status(answer.status));
            }
            let kind = answer.media_type();
            return page(url, answer).ok_or(SiteError::Type(kind));
        }
        Err(SiteError::Circle)
    }

    /// Another page or script of the site, or a note why not.
    fn other(&mut self, link: &Url, origin: &url::Origin, seen: &mut BTreeSet<String>) -> Option<Visited> {
        let mut url = link.clone();
        for _ in 0..=REDIRECTS {
            if !self.robots.allows(&url[Position::BeforePath..Position::AfterQuery]) {
                self.skip(&url, Skip::Robots);
                return None;
            }
            let answer = match self.get(&url) {
                Ok(answer) => answer,
                Err(error) => {
                    self.skip(&url, Skip::of(&error));
                    return None;
                }
            };
            if let Some(next) = answer.leads(&url) {
                if next.origin() != *origin {
                    let finding = Finding::of(Rule::RedirectElsewhere, Weight::Hint, &address(link));
                    self.found.push(finding.excerpt(&address(&next)));
                    return None;
                }
                if !seen.insert(address(&next)) {
                    return None;
                }
                url = next;
                continue;
            }
            if !(200..300).contains(&answer.status) {
                self.skip(&url, Skip::Status);
                return None;
            }
            // A picture or a document is nothing that could be looked into.
            return page(url, answer);
        }
        self.skip(link, Skip::Circle);
        None
    }

    fn skip(&mut self, url: &Url, reason: Skip) {
        self.skipped.push(Skipped::of(&address(url), reason));
    }

    fn rules(&mut self, url: &Url) -> Robots {
        let answer = url.join("/robots.txt").ok().and_then(|it| self.get(&it).ok());
        let text =
            answer.filter(|it| it.status == 200).map(|it| String::from_utf8_lossy(&it.body).into_owned());
        Robots::read(&text.unwrap_or_default())
    }

    /// Who types the name without https must be led there, or sees no button.
    fn plain_http(&mut self, url: &Url) {
        if url.scheme() != "https" || url.port().is_some() {
            return;
        }
        let mut plain = url.clone();
        if plain.set_scheme("http").is_err() {
            return;
        }
        // Nobody answers there: then nobody is misled.
        let Ok(answer) = self.get(&plain) else { return };
        if stays_plain(&answer, &plain) {
            self.found.push(Finding::of(Rule::HttpRedirect, Weight::Stops, &address(&plain)));
        }
    }
}

/// Whether a visitor without https gets a page, and is not led to https.
fn stays_plain(answer: &Answer, plain: &Url) -> bool {
    let led = answer.leads(plain).is_some_and(|next| next.scheme() == "https");
    !led && (200..400).contains(&answer.status)
}

/// The same site with and without `www`.
fn bare(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// As it is told and compared: without a fragment, and without what somebody may have put before the host.
pub(crate) fn address(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

fn page(url: Url, answer: Answer) -> Option<Visited> {
    let kind = match answer.media_type().as_str() {
        "text/javascript" | "application/javascript" | "application/x-javascript" => Kind::Script,
        // Who does not say what it is sends a page.
        "text/html" | "application/xhtml+xml" | "" => Kind::Markup,
        _ => return None,
    };
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    Some(Visited { page: Page::read(address(&url), kind, text), url, headers: answer.headers })
}

/// Where a page leads, and whether that is a script.
fn links(visited: &Visited) -> Vec<(Url, bool)> {
    let base = visited
        .page
        .tags()
        .find(|tag| tag.name == "base")
        .and_then(|tag| visited.url.join(tag.get("href")?).ok());
    let base = base.as_ref().unwrap_or(&visited.url);
    let hrefs = visited.page.tags().filter_map(|tag| {
        let (name, script) = match tag.name.as_str() {
            "a" | "area" => ("href", false),
            "iframe" => ("src", false),
            "script" => ("src", true),
            _ => return None,
        };
        let url = base.join(&ascii(tag.get(name)?.trim())).ok()?;
        matches!(url.scheme(), "http" | "https").then_some((url, script))
    });
    hrefs.collect()
}

/// The address that somebody typed. Names beyond ASCII are written as a name server knows them.
pub(crate) fn typed(text: &str) -> Option<Url> {
    let lower = text.to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return None;
    }
    let url = Url::parse(&ascii(text)).ok();
    url.filter(Url::has_host)
}

/// The host in the form of name servers, if it is not; the parser knows ASCII only.
fn ascii(text: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = text.split_once("://").filter(|_| !text.is_ascii()) else {
        return text.into();
    };
    let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let labels = host.split('.').map(|label| {
        let encoded = || idna::punycode::encode_str(&label.to_lowercase()).map(|it| format!("xn--{it}"));
        if label.is_ascii() { Some(label.to_owned()) } else { encoded() }
    });
    let labels = labels.collect::<Option<Vec<_>>>().map(|it| it.join("."));
    labels.map_or(text.into(), |host| format!("{scheme}://{host}{path}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_address_is_one_only_with_its_scheme() {
        let host = |text: &str| typed(text).map(|it| it.host_str().unwrap_or_default().to_owned());
        assert_eq!(host("https://beispiel.example/a").as_deref(), Some("beispiel.example"));
        assert_eq!(host("HTTP://Beispiel.example").as_deref(), Some("beispiel.example"));
        assert_eq!(
            host("https://MÜLLER-beispiel.example:8443/ä?ö").as_deref(),
            Some("xn--mller-beispiel-gsb.example")
        );
        for none in
            ["beispiel.example", "ftp://beispiel.example", "./seiten", "https://", "file:///etc/passwd"]
        {
            assert_eq!(host(none), None, "{none}");
        }
    }

    #[test]
    fn strange_links_are_followed_or_left_but_end_nothing() {
        let text = "<a href='https://M%C3%9CLLER.example/'>1</a><a href='https://MÜLLER.example/a'>2</a>\
            <a href='/über'>3</a><a href='javascript:alert(1)'>4</a><a href='https://[::/'>5</a><a href='\\\\ÄX.example'>6</a>\
            <a href='http:ÜX'>7</a><a href=' sub/ #x'>8</a><area href='?q'><a name=x>9</a>";
        let url = Url::parse("https://beispiel.example/a/b").unwrap();
        let page = Page::read(String::new(), Kind::Markup, text.to_owned());
        let found: Vec<_> =
            links(&Visited { url, page, headers: Vec::new() }).iter().map(|it| address(&it.0)).collect();
        assert_eq!(
            found,
            [
                "https://xn--mller-kva.example/a",
                "https://beispiel.example/%C3%BCber",
                "https://beispiel.example/a/sub/%20",
                "https://beispiel.example/a/b?q"
            ]
        );
    }

    #[test]
    fn whoever_comes_without_https_must_be_led_there() {
        let plain = Url::parse("http://beispiel.example/a").unwrap();
        for (status, location, stays) in [
            (200, None, true),
            (301, Some("https://beispiel.example/a"), false),
            (308, Some("https://www.beispiel.example/"), false),
            (302, Some("/b"), true),
            (301, Some("http://www.beispiel.example/"), true),
            (403, None, false),
            (500, None, false),
        ] {
            let headers = location.map(|it| ("location".to_owned(), it.to_owned())).into_iter().collect();
            let answer = Answer { status, headers, body: Vec::new() };
            assert_eq!(stays_plain(&answer, &plain), stays, "{status} {location:?}");
        }
    }

    #[test]
    fn an_address_is_told_without_what_is_nobodys_business() {
        let url = Url::parse("https://name:password@beispiel.example/a?b#c").unwrap();
        assert_eq!(address(&url), "https://beispiel.example/a?b");
    }
}
