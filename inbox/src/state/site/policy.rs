//! The Content-Security-Policy that the company's page needs: made for it, or its own with exactly what it lacks.

use super::{Facts, door::attribute, snippet::Look};
use einwurf_protocol::policy::{
    LENGTH, Policy, Script,
    address::Address,
    needs::{HEADER_ONLY, Need, Needs, hash},
};

/// A page whose address nobody has: which one the policy is for is not known here, and of no matter to its sources.
const PAGE: &str = "https://page.invalid/";
/// What stands for a nonce until the company's server draws one.
const NONCE: &str = "NONCE";
const NAME: &str = "content-security-policy";
/// Directives that have another ending than `-src`.
const OTHERS: [&str; 13] = [
    "base-uri",
    "block-all-mixed-content",
    "form-action",
    "frame-ancestors",
    "plugin-types",
    "report-to",
    "report-uri",
    "require-trusted-types-for",
    "sandbox",
    "script-src-attr",
    "script-src-elem",
    "trusted-types",
    "upgrade-insecure-requests",
];
/// More directives that browsers know.
const SOURCES: [&str; 14] = [
    "child-src",
    "connect-src",
    "default-src",
    "fenced-frame-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "script-src",
    "style-src",
    "worker-src",
];
const STYLES: [&str; 2] = ["style-src-attr", "style-src-elem"];

/// Where the policy is to stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// A line of an answer's head.
    #[default]
    Header,
    /// nginx.
    Nginx,
    /// Apache.
    Apache,
    /// Caddy.
    Caddy,
    /// An element in the page.
    Meta,
}

/// What somebody chose and typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is to stand.
    pub place: Place,
    /// The page lets scripts run by a nonce.
    pub nonce: bool,
    /// The page demands Trusted Types.
    pub types: bool,
    /// The policy that the page has; empty if none.
    pub present: String,
}

/// Why there is no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Longer than what browsers read.
    Long,
    /// A letter that no policy has.
    Letter(char),
    /// No directive that a browser knows.
    Nothing,
    /// The launcher that stands in the page has not come.
    Launcher,
}

/// Something that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// To which directive.
    pub directive: &'static str,
    /// The sources.
    pub sources: Vec<String>,
    /// What for.
    pub need: Need,
}

/// What is to be known before a policy stands on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The page runs no script at all.
    Sandbox,
    /// The page trusts scripts one by one, and has no nonce.
    LacksNonce,
    /// The snippet needs the page's nonce.
    Nonce,
    /// The policy reports, and stops nothing.
    Reports,
}

/// The policy, and what is to be said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// To copy.
    pub text: String,
    /// What the page's own policy lacked; everything, if it has none.
    pub added: Vec<Added>,
    /// Directives that stood there more than once.
    pub repeated: Vec<String>,
    /// Directives that browsers do not know.
    pub unknown: Vec<String>,
    /// Directives that mean nothing in an element, and are left out of it.
    pub left_out: Vec<&'static str>,
    /// What else is to be known, each once.
    pub warnings: Vec<Warning>,
}

/// What the page needs. `look` says whether the button stands in the page or is a file.
pub fn policy(form: &Form, facts: &Facts, look: &Look) -> Result<Outcome, Fault> {
    let (mut policies, reports) = if form.present.trim().is_empty() {
        (Policy::read(&begin(form)), false)
    } else {
        present(&form.present)?
    };
    if !look.file && look.launcher.is_empty() {
        return Err(Fault::Launcher);
    }
    let hashes = if look.file { Vec::new() } else { vec![hash(look.launcher.trim())] };
    let page = Address::read(PAGE).ok_or(Fault::Nothing)?;
    let file = page.at("/einwurf-launcher.js");
    let relays: Vec<_> = facts.origins.iter().filter_map(|origin| Address::read(origin)).collect();
    let mut outcome = Outcome::default();
    for policy in &mut policies {
        let nonce = policy.nonce().map(str::to_owned);
        let launcher =
            Script { address: look.file.then_some(&file), nonce: nonce.as_deref(), hashes: &hashes };
        let needs = Needs { page: &page, relays: &relays, launcher };
        // Where an address or a hash is enough, the snippet needs no nonce.
        let plain = Needs { launcher: Script { nonce: None, ..launcher }, ..needs };
        let needs = if policy.is_strict() { needs } else { plain };
        outcome.warn(Warning::Nonce, policy.is_strict() && nonce.is_some());
        outcome.take(policy, &needs);
    }
    outcome.warn(Warning::Reports, reports);
    outcome.text = written(form.place, &policies, &mut outcome);
    Ok(outcome)
}

impl Outcome {
    fn take(&mut self, policy: &mut Policy, needs: &Needs<'_>) {
        self.repeated.extend_from_slice(policy.repeated());
        self.unknown
            .extend(policy.directives().map(|(name, _)| name).filter(|name| !known(name)).map(str::to_owned));
        for (directive, lack) in policy.complete(needs) {
            match self.added.iter_mut().find(|one| (one.directive, one.need) == (directive, lack.need)) {
                Some(one) if one.sources.contains(&lack.source) => {}
                Some(one) => one.sources.push(lack.source),
                None => self.added.push(Added { directive, sources: vec![lack.source], need: lack.need }),
            }
        }
        let lacks = policy.lacks(needs);
        self.warn(Warning::LacksNonce, lacks.nonce);
        self.warn(Warning::Sandbox, lacks.sandbox);
    }

    fn warn(&mut self, of: Warning, is: bool) {
        if is && !self.warnings.contains(&of) {
            self.warnings.push(of);
        }
    }
}

/// Of a page that has nothing besides the button but pictures of its own.
fn begin(form: &Form) -> String {
    let scripts = if form.nonce { format!("'nonce-{NONCE}' 'strict-dynamic'") } else { "'none'".to_owned() };
    let types = if form.types { "; require-trusted-types-for 'script'; trusted-types 'none'" } else { "" };
    format!("default-src 'none'; script-src {scripts}; connect-src 'none'; img-src 'self'{types}")
}

/// The policies in what somebody took from a server's settings, a browser's tools or a page; and whether they only report.
fn present(text: &str) -> Result<(Vec<Policy>, bool), Fault> {
    if text.len() > LENGTH {
        return Err(Fault::Long);
    }
    let values = values(text);
    let reports = text.to_ascii_lowercase().contains("content-security-policy-report-only");
    let strange =
        |letter: &char| !letter.is_ascii() || letter.is_control() || matches!(letter, '"' | '\\' | '<' | '>');
    let words = |value: &&str| value.chars().find(|letter| !letter.is_ascii_whitespace() && strange(letter));
    if let Some(letter) = values.iter().find_map(words) {
        return Err(Fault::Letter(letter));
    }
    let policies: Vec<_> = values.into_iter().flat_map(Policy::read).collect();
    let any = policies.iter().flat_map(Policy::directives).any(|(name, _)| known(name));
    if any { Ok((policies, reports)) } else { Err(Fault::Nothing) }
}

/// Each policy's own text: alone, behind the header's name, in the quotes of a setting, or in an element's attribute.
fn values(text: &str) -> Vec<&str> {
    let lower = text.to_ascii_lowercase();
    let starts: Vec<_> = lower.match_indices(NAME).map(|(at, _)| at + NAME.len()).collect();
    if starts.is_empty() {
        return vec![text.trim()];
    }
    // A following one ends where its line, or its element, begins.
    let ends =
        lower.match_indices(NAME).skip(1).map(|(at, _)| text.get(..at).and_then(begin_of_line).unwrap_or(at));
    let ends: Vec<_> = ends.chain([text.len()]).collect();
    let between = starts.into_iter().zip(ends).filter_map(|(start, end)| text.get(start..end.max(start)));
    between.map(value).collect()
}

fn begin_of_line(before: &str) -> Option<usize> {
    before.rfind(['\n', '<'])
}

fn value(text: &str) -> &str {
    let text =
        text.strip_prefix("-Report-Only").or_else(|| text.strip_prefix("-report-only")).unwrap_or(text);
    // The name itself may stand in quotes.
    let text = text.trim_start_matches(['"', '\'']).trim_start();
    let text = text.strip_prefix(':').unwrap_or(text).trim();
    let inner = |text: &'_ str, quote: char| -> Option<(usize, usize)> {
        let start = text.find(quote)? + quote.len_utf8();
        let end = start + text.get(start..)?.find(quote)?;
        Some((start, end))
    };
    // Sources have single quotes of their own.
    inner(text, '"').and_then(|(start, end)| text.get(start..end)).unwrap_or(text).trim()
}

fn known(name: &str) -> bool {
    OTHERS.contains(&name) || SOURCES.contains(&name) || STYLES.contains(&name)
}

fn written(place: Place, policies: &[Policy], outcome: &mut Outcome) -> String {
    let name = if outcome.warnings.contains(&Warning::Reports) {
        "Content-Security-Policy-Report-Only"
    } else {
        "Content-Security-Policy"
    };
    // One line may hold several, each of which counts.
    let joined = || policies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match place {
        Place::Header => format!("{name}: {}", joined()),
        Place::Nginx => format!("add_header {name} \"{}\" always;", joined()),
        Place::Apache => format!("Header always set {name} \"{}\"", joined()),
        Place::Caddy => format!("header {name} \"{}\"", joined()),
        Place::Meta => {
            let there = |name: &&str| policies.iter().any(|policy| policy.get(name).is_some());
            outcome.left_out = HEADER_ONLY.into_iter().filter(there).collect();
            let element = |policy: &Policy| {
                let content = policy.without(&HEADER_ONLY).to_string();
                format!(
                    "<meta http-equiv=\"{name}\" content=\"{}\">",
                    attribute(&content).replace("&#39;", "'")
                )
            };
            policies.iter().map(element).collect::<Vec<_>>().join("\n")
        }
    }
}

#[cfg(test)]
mod tests;
