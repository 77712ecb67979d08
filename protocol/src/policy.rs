//! A Content-Security-Policy as a browser reads it (CSP Level 3): its directives, and whether they let something through.
//! What the button needs of one is in [`needs`].
//!
//! Left out on purpose: what has nothing to do with the button, such as styles, fonts and forms.

pub mod address;
pub mod needs;

use address::Address;
use std::fmt;

/// Bytes that are read of a header or an element: browsers take no longer header either.
pub const LENGTH: usize = 65_536;

/// Who decides about script elements, in this order.
pub const SCRIPT_ELEMENTS: [&str; 3] = ["script-src-elem", "script-src", "default-src"];
/// About WebAssembly.
pub const SCRIPTS: [&str; 2] = ["script-src", "default-src"];
/// About requests.
pub const CONNECTIONS: [&str; 2] = ["connect-src", "default-src"];
/// About pictures.
pub const PICTURES: [&str; 2] = ["img-src", "default-src"];

/// One policy. Of several, each must let a thing through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    directives: Vec<(String, Vec<String>)>,
    repeated: Vec<String>,
}

/// What a script element shows to a policy.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// Where it comes from; none if it stands in the page.
    pub address: Option<&'a Address>,
    /// The attribute.
    pub nonce: Option<&'a str>,
    /// Hashes as a policy writes them, without quotes: of the content if it stands in the page, else those of the
    /// attribute `integrity`.
    pub hashes: &'a [String],
}

impl Policy {
    /// Every policy of a header's value, or of a meta element's.
    pub fn read(value: &str) -> Vec<Self> {
        let mut end = value.len().min(LENGTH);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let policies = value.get(..end).unwrap_or_default().split(',').map(Self::one);
        policies.filter(|policy| !policy.directives.is_empty()).collect()
    }

    fn one(text: &str) -> Self {
        let mut read = Self { directives: Vec::new(), repeated: Vec::new() };
        for directive in text.split(';') {
            let mut words = directive.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
            // The first of a name counts.
            if read.get(&name).is_none() {
                read.directives.push((name, words.map(str::to_owned).collect()));
            } else if !read.repeated.contains(&name) {
                read.repeated.push(name);
            }
        }
        read
    }

    /// Sources of a directive.
    pub fn get(&self, name: &str) -> Option<&[String]> {
        self.directives.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// Directives that stand there more than once, and count only the first time.
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Directives and their sources, in order.
    pub fn directives(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.directives.iter().map(|(name, sources)| (name.as_str(), sources.as_slice()))
    }

    /// The same without some directives.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut less = self.clone();
        less.directives.retain(|(name, _)| !names.contains(&name.as_str()));
        less
    }

    /// The directive that decides for the first of these names, with its sources.
    pub fn governing<'a>(&'a self, names: &[&'a str]) -> Option<(&'a str, &'a [String])> {
        names.iter().find_map(|name| self.get(name).map(|values| (*name, values)))
    }

    /// Whether a fetch of `address` passes, by the directive or its fallback.
    pub fn fetches(&self, names: &[&str], address: &Address, page: &Address) -> bool {
        self.governing(names).is_none_or(|(_, sources)| sources.iter().any(|it| matches(it, address, page)))
    }

    /// Whether a keyword such as `'wasm-unsafe-eval'` stands there, or nothing governs it.
    pub fn allows(&self, names: &[&str], keywords: &[&str]) -> bool {
        self.governing(names).is_none_or(|(_, sources)| {
            sources.iter().any(|it| keywords.iter().any(|key| it.eq_ignore_ascii_case(key)))
        })
    }

    /// Whether a script element that the page or the widget's frame contains is run.
    pub fn runs(&self, script: &Script<'_>, page: &Address) -> bool {
        let Some((_, sources)) = self.governing(&SCRIPT_ELEMENTS) else { return true };
        let has = |word: &str| sources.iter().any(|it| it.eq_ignore_ascii_case(word));
        let nonce = script
            .nonce
            .filter(|nonce| !nonce.is_empty())
            .is_some_and(|it| sources.contains(&format!("'nonce-{it}'")));
        let listed = |hash: &String| sources.contains(&format!("'{hash}'"));
        if nonce || (!script.hashes.is_empty() && hashes_fit(script, &listed)) {
            return true;
        }
        match script.address {
            _ if has("'strict-dynamic'") => false,
            Some(address) => sources.iter().any(|it| matches(it, address, page)),
            None => has("'unsafe-inline'") && !sources.iter().any(|it| names_one(it)),
        }
    }

    /// Whether scripts are trusted only one by one.
    pub fn is_strict(&self) -> bool {
        self.governing(&SCRIPT_ELEMENTS)
            .is_some_and(|(_, sources)| sources.iter().any(|it| it.eq_ignore_ascii_case("'strict-dynamic'")))
    }

    /// The nonce that it names for scripts, however the page fills it in.
    pub fn nonce(&self) -> Option<&str> {
        let (_, sources) = self.governing(&SCRIPT_ELEMENTS)?;
        let nonce = |it: &'_ String| -> Option<(usize, usize)> {
            let start = it.get(..7).filter(|start| start.eq_ignore_ascii_case("'nonce-"))?.len();
            it.ends_with('\'').then(|| (start, it.len().saturating_sub(1)))
        };
        sources.iter().find_map(|it| nonce(it).and_then(|(start, end)| it.get(start..end)))
    }

    /// Adds sources for what the first of these names governs. Where only the fallback says something, its sources stay
    /// true for the new directive. Answers the directive's name; none if nothing governs it.
    pub fn add(&mut self, names: &[&'static str], sources: &[String]) -> Option<&'static str> {
        let name = names.iter().copied().find(|name| self.get(name).is_some())?;
        let own = match names {
            [.., before, last] if *last == name && name == "default-src" => *before,
            _ => name,
        };
        if own != name {
            let fallen_back = self.get(name).unwrap_or_default().to_vec();
            self.directives.push((own.to_owned(), fallen_back));
        }
        let found = self.directives.iter_mut().find(|(known, _)| known == own);
        if let Some((_, values)) = found {
            values.retain(|it| !it.eq_ignore_ascii_case("'none'"));
            values.extend_from_slice(sources);
        }
        Some(own)
    }

    /// A directive as it stands there.
    pub fn line(&self, name: &str) -> String {
        let sources = self.get(name).unwrap_or_default().iter().map(String::as_str);
        std::iter::once(name).chain(sources).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.directives.iter().map(|(name, _)| self.line(name)).collect();
        f.write_str(&lines.join("; "))
    }
}

/// Of an inline script one hash is enough, of a file all of its attribute must be listed.
fn hashes_fit(script: &Script<'_>, listed: &impl Fn(&String) -> bool) -> bool {
    if script.address.is_some() { script.hashes.iter().all(listed) } else { script.hashes.iter().any(listed) }
}

/// A nonce or a hash, which turns `'unsafe-inline'` off.
fn names_one(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|start| lower.starts_with(start))
}

/// Whether a source expression covers an address (CSP Level 3, section 6.7.2.8).
fn matches(source: &str, address: &Address, page: &Address) -> bool {
    let lower = source.to_ascii_lowercase();
    if lower == "'self'" {
        return address.is_same_origin(page);
    }
    if lower.starts_with('\'') {
        return false;
    }
    if lower == "*" {
        return matches!(address.scheme(), "http" | "https" | "ws" | "wss")
            || address.scheme() == page.scheme();
    }
    if let Some(scheme) = lower.strip_suffix(':') {
        return scheme_fits(scheme, address.scheme());
    }
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => (page.scheme().to_owned(), source),
    };
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port == "*" || port.bytes().all(|byte| byte.is_ascii_digit()) => {
            (host, Some(port))
        }
        _ => (authority, None),
    };
    scheme_fits(&scheme, address.scheme())
        && host_fits(&host.to_ascii_lowercase(), address.host())
        && port_fits(&scheme, port, address)
        && path_fits(path, address.path())
}

/// The standard lets `ws:` stand for `http:` too; Chromium does not, and what one browser refuses does not pass.
fn scheme_fits(source: &str, scheme: &str) -> bool {
    source == scheme || matches!((source, scheme), ("http", "https") | ("ws", "wss"))
}

fn host_fits(source: &str, host: &str) -> bool {
    match source.strip_prefix('*') {
        Some("") => true,
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => source == host,
    }
}

fn port_fits(scheme: &str, port: Option<&str>, address: &Address) -> bool {
    let own = address.port_or_default();
    match port {
        Some("*") => true,
        Some(port) => port.parse().ok() == own || (port == "80" && own == Some(443)),
        None => address.port().is_none() || (scheme == "http" && own == Some(443)),
    }
}

fn path_fits(source: &str, path: &str) -> bool {
    source.is_empty()
        || source == "/"
        || (source.ends_with('/') && path.starts_with(source))
        || source == path
}

#[cfg(test)]
mod tests;
