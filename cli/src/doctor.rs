//! `einwurf doctor`: what of a site or of its files keeps the button from working, and what is left of WhatsApp there.
//!
//! Left out on purpose: it runs no script and draws no page, so what a program adds in the browser is seen only by that
//! program's traces; pictures are not read. It asks the named site, and the relay that its snippet names, and nobody else.

mod fetch;
mod finding;
mod folder;
mod page;
mod relay;
mod robots;
mod rules;
mod site;
mod tell;

use crate::texts::Language;
use clap::Args;
use einwurf_protocol::time::Timestamp;
use fetch::{FetchError, Fetcher};
use finding::{Finding, Rule, Weight};
use page::{Kind, Page};
use relay::Asker;
use rules::Context;
use serde::Serialize;
use site::{Crawler, SiteError, Visited};
use std::{
    io::{IsTerminal as _, Write as _},
    path::Path,
    process::ExitCode,
    time::Duration,
};
use url::Url;

/// Most findings that are told: a report that nobody can read helps nobody.
const FINDINGS: usize = 2_000;
/// Most that are kept until it is known which weigh most.
const KEPT: usize = 50_000;

/// What is asked for.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A page (https://…), or a folder or file with pages, templates or texts.
    target: String,
    /// Looks at this many pages of the site, following its links.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    pages: u16,
    /// Asks the relay that the snippet names. So it is for a site anyway.
    #[arg(long, conflicts_with = "offline")]
    online: bool,
    /// Does not ask the relay.
    #[arg(long)]
    offline: bool,
    /// The relay's origin, for pages that have no snippet yet.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    relay: Option<Url>,
    /// How long one answer may take, in seconds.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=300))]
    timeout: u16,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
    /// Language of the report; otherwise that of the system.
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

fn origin(text: &str) -> Result<Url, String> {
    rules::snippet::relay(text).ok_or_else(|| "an origin such as https://relay.example".to_owned())
}

/// Why something was not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Skip {
    /// Longer than what is read.
    Large,
    /// No answer in time.
    Slow,
    /// No connection, or it broke.
    Broken,
    /// Another status than success.
    Status,
    /// The site asks programs to stay away.
    Robots,
    /// Leads in a circle.
    Circle,
    /// Cannot be opened.
    Unreadable,
    /// No text.
    Binary,
    /// A link to another place.
    Link,
    /// Folders in folders without end.
    Deep,
    /// More files than are read.
    Many,
}

impl Skip {
    fn of(error: &FetchError) -> Self {
        match error {
            FetchError::Slow => Self::Slow,
            FetchError::Large => Self::Large,
            FetchError::Connection(_) => Self::Broken,
        }
    }

    /// The name in the texts.
    fn name(self) -> &'static str {
        match self {
            Self::Large => "large",
            Self::Slow => "slow",
            Self::Broken => "broken",
            Self::Status => "status",
            Self::Robots => "robots",
            Self::Circle => "circle",
            Self::Unreadable => "unreadable",
            Self::Binary => "binary",
            Self::Link => "link",
            Self::Deep => "deep",
            Self::Many => "many",
        }
    }
}

/// A source that was not looked into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Skipped {
    source: String,
    reason: Skip,
}

impl Skipped {
    fn of(source: &str, reason: Skip) -> Self {
        Self { source: source.to_owned(), reason }
    }
}

/// Everything that came out.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What was asked for.
    target: String,
    /// A site, or files.
    site: bool,
    /// Whether the relay was asked.
    online: bool,
    /// How many sources were read.
    sources: usize,
    /// By weight, then rule, then place.
    findings: Vec<Finding>,
    skipped: Vec<Skipped>,
    /// Findings beyond the limit.
    left_off: usize,
}

impl Outcome {
    fn new(target: String, site: bool, online: bool) -> Self {
        Self { target, site, online, sources: 0, findings: Vec::new(), skipped: Vec::new(), left_off: 0 }
    }

    fn count(&self, weight: Weight) -> usize {
        self.findings.iter().filter(|it| it.weight == weight).count()
    }

    fn add(&mut self, findings: Vec<Finding>) {
        let room = KEPT.saturating_sub(self.findings.len());
        self.left_off += findings.len().saturating_sub(room);
        self.findings.extend(findings.into_iter().take(room));
    }

    fn sorted(mut self) -> Self {
        // What is told as one stands together.
        self.findings.sort_by_cached_key(|it| {
            (it.weight, it.rule, it.culprit.clone(), it.fix.clone(), it.source.clone(), it.line)
        });
        self.findings.dedup();
        self.left_off += self.findings.len().saturating_sub(FINDINGS);
        self.findings.truncate(FINDINGS);
        self
    }
}

/// Looks, tells, and says by its code what was found: 0 nothing that matters, 1 something that does, 2 could not look.
pub(crate) fn run(options: &Options, now: Timestamp) -> ExitCode {
    let language = options.lang.unwrap_or_else(Language::of_system);
    let outcome = match site::typed(&options.target) {
        Some(url) => at_site(options, &url, now).map_err(|error| error.to_string()),
        None => in_folder(options, now).map_err(|error| error.to_string()),
    };
    match outcome {
        Err(cause) => {
            let sentence = tell::unreachable(language, &options.target, &cause);
            let _ = writeln!(std::io::stderr().lock(), "{sentence}");
            ExitCode::from(2)
        }
        Ok(outcome) => {
            let colours = std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
            let text = if options.json {
                tell::json(language, &outcome)
            } else {
                tell::people(language, &outcome, colours)
            };
            // Whoever reads only the first lines closes the pipe; the code is answer enough.
            let _ = writeln!(std::io::stdout().lock(), "{text}");
            let matters = outcome.count(Weight::Stops) + outcome.count(Weight::Promise) > 0;
            if matters { ExitCode::from(1) } else { ExitCode::SUCCESS }
        }
    }
}

fn at_site(options: &Options, start: &Url, now: Timestamp) -> Result<Outcome, SiteError> {
    let fetcher = Fetcher::new(Duration::from_secs(options.timeout.into()));
    let mut progress = |url: &Url| {
        let shown = crate::texts::printable(&site::address(url));
        let _ = writeln!(std::io::stderr().lock(), "→ {shown}");
    };
    let mut crawler = Crawler::new(&fetcher, options.pages.into(), &mut progress);
    let visited = crawler.visit(start)?;
    let mut outcome = Outcome::new(site::address(start), true, !options.offline);
    outcome.add(std::mem::take(&mut crawler.found));
    (outcome.sources, outcome.skipped) = (visited.len(), std::mem::take(&mut crawler.skipped));
    let named = options.relay.clone().map_or_else(|| relay::named(&visited), |it| vec![it]);
    let mut asker = (!options.offline).then(|| Asker::new(&fetcher, now));
    for Visited { url, page, headers } in &visited {
        let own = !rules::snippet::all(page).is_empty();
        let relays = if own { &[] } else { named.as_slice() };
        outcome.add(rules::check(page, &Context { url, headers, relays }));
        outcome.add(relay::foreign(page, url));
        outcome.add(asker.as_mut().map(|it| it.check(page, Some(url))).unwrap_or_default());
    }
    let pages = || visited.iter().filter(|it| it.page.kind == Kind::Markup);
    if !pages().any(|it| carries(&it.page)) {
        outcome.add(vec![Finding::of(Rule::SnippetMissing, Weight::Hint, &site::address(start))]);
    }
    Ok(outcome.sorted())
}

/// Whether the button is there, in whatever form.
fn carries(page: &Page) -> bool {
    let element = page.tags().any(|tag| matches!(tag.name.as_str(), "einwurf-chat" | "einwurf-button"));
    element || page.text.contains("EinwurfSettings") || !rules::snippet::all(page).is_empty()
}

fn in_folder(options: &Options, now: Timestamp) -> std::io::Result<Outcome> {
    // An address that nobody has: `'self'` in a policy then means the page's own files.
    let Ok(url) = Url::parse("https://site.invalid/") else {
        return Err(std::io::ErrorKind::InvalidInput.into());
    };
    let fetcher = Fetcher::new(Duration::from_secs(options.timeout.into()));
    let mut asker = options.online.then(|| Asker::new(&fetcher, now));
    let relays: Vec<_> = options.relay.iter().cloned().collect();
    let mut outcome = Outcome::new(options.target.clone(), false, options.online);
    let mut skipped = Vec::new();
    outcome.sources = folder::walk(Path::new(&options.target), &mut skipped, |page| {
        outcome.add(rules::check(&page, &Context { url: &url, headers: &[], relays: &relays }));
        outcome.add(asker.as_mut().map(|it| it.check(&page, None)).unwrap_or_default());
    })?;
    outcome.skipped = skipped;
    Ok(outcome.sorted())
}

/// What must hold for every page ([`crate::properties`]).
#[cfg(feature = "properties")]
pub(crate) mod properties {
    use super::{Context, Kind, Page, Url, robots::Robots, rules, site};

    /// Its findings lie in it, whatever kind of source it is; a site's rules for programs have an answer for every path.
    pub(crate) fn page(text: &str) {
        let Ok(url) = Url::parse("https://site.invalid/") else { return };
        for kind in [Kind::Markup, Kind::Script, Kind::Style, Kind::Text] {
            let page = Page::read(url.to_string(), kind, text.to_owned());
            let lines = 1 + text.matches('\n').count();
            for finding in rules::check(&page, &Context { url: &url, headers: &[], relays: &[] }) {
                assert!(finding.line.is_none_or(|line| (1..=lines).contains(&line)), "a line that is none");
                assert!(serde_json::to_string(&finding).is_ok());
            }
            assert!(!page.subject().contains('\0') || text.contains('\0'));
        }
        let robots = Robots::read(text);
        let _ = robots.allows("/") && robots.allows(text);
        let typed = site::typed(text);
        assert!(typed.is_none_or(|url| matches!(url.scheme(), "http" | "https")), "no page");
    }
}
