//! A Content-Security-Policy as a browser reads it (CSP Level 3): its directives, and whether they let something through.

use url::Url;

/// Bytes that are read of a header or an element: browsers take no longer header either.
const LENGTH: usize = 65_536;

/// One policy. Of several, each must let a thing through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Policy {
    directives: Vec<(String, Vec<String>)>,
}

/// What a script element shows to a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script<'a> {
    /// Where it comes from; none if it stands in the page.
    pub(crate) url: Option<&'a Url>,
    pub(crate) nonce: Option<&'a str>,
    /// Hashes as a policy writes them, without quotes: of the content if it stands in the page, else those of the
    /// attribute `integrity`.
    pub(crate) hashes: &'a [String],
}

impl Policy {
    /// Every policy of a header's value, or of a meta element's.
    pub(crate) fn read(value: &str) -> Vec<Self> {
        let mut end = value.len().min(LENGTH);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        let policies = value.get(..end).unwrap_or_default().split(',').map(|policy| {
            let mut directives: Vec<(String, Vec<String>)> = Vec::new();
            for directive in policy.split(';') {
                let mut words = directive.split_ascii_whitespace();
                let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
                // The first of a name counts.
                if !directives.iter().any(|(known, _)| *known == name) {
                    directives.push((name, words.map(str::to_owned).collect()));
                }
            }
            Self { directives }
        });
        policies.filter(|policy| !policy.directives.is_empty()).collect()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&[String]> {
        self.directives.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// The directive that decides for the first of these names, with its sources.
    pub(crate) fn governing<'a>(&'a self, names: &[&'a str]) -> Option<(&'a str, &'a [String])> {
        names.iter().find_map(|name| self.get(name).map(|values| (*name, values)))
    }

    /// Whether a fetch of `url` passes, by the directive or its fallback.
    pub(crate) fn fetches(&self, names: &[&str], url: &Url, page: &Url) -> bool {
        self.governing(names).is_none_or(|(_, sources)| sources.iter().any(|it| matches(it, url, page)))
    }

    /// Whether a keyword such as `'wasm-unsafe-eval'` stands there, or nothing governs it.
    pub(crate) fn allows(&self, names: &[&str], keywords: &[&str]) -> bool {
        self.governing(names).is_none_or(|(_, sources)| {
            sources.iter().any(|it| keywords.iter().any(|key| it.eq_ignore_ascii_case(key)))
        })
    }

    /// Whether a script element that the page or the widget's frame contains is run.
    pub(crate) fn runs(&self, script: &Script<'_>, page: &Url) -> bool {
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
        match script.url {
            _ if has("'strict-dynamic'") => false,
            Some(url) => sources.iter().any(|it| matches(it, url, page)),
            None => has("'unsafe-inline'") && !sources.iter().any(|it| names_one(it)),
        }
    }

    /// Whether scripts are trusted only one by one.
    pub(crate) fn strict(&self) -> bool {
        self.governing(&SCRIPT_ELEMENTS)
            .is_some_and(|(_, sources)| sources.iter().any(|it| it.eq_ignore_ascii_case("'strict-dynamic'")))
    }

    /// The directive as it should be: what it says, or what it falls back to, and what is missing.
    pub(crate) fn amended(&self, names: &[&str], missing: &[String]) -> String {
        let (name, sources) = self.governing(names).unwrap_or(("", &[]));
        let own =
            if name == "default-src" { names.iter().rev().nth(1).copied().unwrap_or(name) } else { name };
        let kept = sources.iter().filter(|it| !it.eq_ignore_ascii_case("'none'")).map(String::as_str);
        let mut words = vec![own];
        words.extend(kept.chain(missing.iter().map(String::as_str)));
        words.join(" ")
    }
}

/// Who decides about script elements, in this order.
pub(crate) const SCRIPT_ELEMENTS: [&str; 3] = ["script-src-elem", "script-src", "default-src"];
/// About WebAssembly.
pub(crate) const SCRIPTS: [&str; 2] = ["script-src", "default-src"];
/// About requests.
pub(crate) const CONNECTIONS: [&str; 2] = ["connect-src", "default-src"];
/// About pictures.
pub(crate) const PICTURES: [&str; 2] = ["img-src", "default-src"];

/// Of an inline script one hash is enough, of a file all of its attribute must be listed.
fn hashes_fit(script: &Script<'_>, listed: &impl Fn(&String) -> bool) -> bool {
    if script.url.is_some() { script.hashes.iter().all(listed) } else { script.hashes.iter().any(listed) }
}

/// A nonce or a hash, which turns `'unsafe-inline'` off.
fn names_one(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    ["'nonce-", "'sha256-", "'sha384-", "'sha512-"].iter().any(|start| lower.starts_with(start))
}

/// Whether a source expression covers an address (section 6.7.2.8).
fn matches(source: &str, url: &Url, page: &Url) -> bool {
    let lower = source.to_ascii_lowercase();
    if lower == "'self'" {
        return url.origin() == page.origin();
    }
    if lower.starts_with('\'') {
        return false;
    }
    if lower == "*" {
        return matches!(url.scheme(), "http" | "https" | "ws" | "wss") || url.scheme() == page.scheme();
    }
    if let Some(scheme) = lower.strip_suffix(':') {
        return scheme_fits(scheme, url.scheme());
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
    scheme_fits(&scheme, url.scheme())
        && host_fits(&host.to_ascii_lowercase(), url.host_str().unwrap_or_default())
        && port_fits(&scheme, port, url)
        && path_fits(path, url.path())
}

fn scheme_fits(source: &str, scheme: &str) -> bool {
    source == scheme
        || matches!((source, scheme), ("http" | "wss", "https") | ("ws", "wss" | "http" | "https"))
}

fn host_fits(source: &str, host: &str) -> bool {
    match source.strip_prefix('*') {
        Some("") => true,
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => source == host,
    }
}

fn port_fits(scheme: &str, port: Option<&str>, url: &Url) -> bool {
    let own = url.port_or_known_default();
    match port {
        Some("*") => true,
        Some(port) => port.parse().ok() == own || (port == "80" && own == Some(443)),
        None => url.port().is_none() || (scheme == "http" && own == Some(443)),
    }
}

fn path_fits(source: &str, path: &str) -> bool {
    source.is_empty()
        || source == "/"
        || (source.ends_with('/') && path.starts_with(source))
        || source == path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_source_covers_what_the_standard_says() {
        let page = url("https://beispiel.example/");
        for (source, address, covers) in [
            ("'self'", "https://beispiel.example/a.js", true),
            ("'self'", "https://www.beispiel.example/a.js", false),
            ("https://relay.example", "https://relay.example/r/a.js", true),
            ("HTTPS://RELAY.EXAMPLE", "https://relay.example/r/a.js", true),
            ("relay.example", "https://relay.example/r/a.js", true),
            ("http://relay.example", "https://relay.example/r/a.js", true),
            ("https://relay.example", "wss://relay.example/v1", false),
            ("wss://relay.example", "wss://relay.example/v1", true),
            ("*.example", "https://relay.example/", true),
            ("*.relay.example", "https://relay.example/", false),
            ("https:", "https://relay.example/", true),
            ("https:", "wss://relay.example/", false),
            ("*", "https://relay.example/", true),
            ("*", "data:,a", false),
            ("data:", "data:,a", true),
            ("https://relay.example:8443", "https://relay.example/", false),
            ("https://relay.example:*", "https://relay.example:8443/", true),
            ("https://relay.example", "https://relay.example:8443/", false),
            ("https://relay.example/r/", "https://relay.example/r/a.js", true),
            ("https://relay.example/r", "https://relay.example/r/a.js", false),
            ("'none'", "https://relay.example/", false),
            ("https://relay.example.evil.example", "https://relay.example/", false),
        ] {
            assert_eq!(matches(source, &url(address), &page), covers, "{source} {address}");
        }
    }

    #[test]
    fn a_script_runs_by_nonce_hash_or_address() {
        let (page, file) = (url("https://beispiel.example/"), url("https://beispiel.example/e.js"));
        let hash = ["sha256-AAAA".to_owned()];
        for (policy, address, nonce, hashes, runs) in [
            ("script-src 'self'", true, None, &[][..], true),
            ("script-src 'self'", false, None, &[][..], false),
            ("default-src 'none'", true, None, &[], false),
            ("img-src 'none'", true, None, &[], true),
            ("script-src-elem 'none'; script-src 'self'", true, None, &[], false),
            ("script-src 'self' 'strict-dynamic'", true, None, &[], false),
            ("script-src 'nonce-abc' 'strict-dynamic'", true, Some("abc"), &[], true),
            ("script-src 'nonce-abc'", false, Some("abd"), &[], false),
            ("script-src 'nonce-abc'", false, Some(""), &[], false),
            ("script-src 'unsafe-inline'", false, None, &[], true),
            ("script-src 'unsafe-inline' 'nonce-abc'", false, None, &[], false),
            ("script-src 'sha256-AAAA'", false, None, &hash, true),
            ("script-src 'sha256-AAAA'", true, None, &hash, true),
            ("script-src 'sha256-AAAB'", true, None, &hash, false),
        ] {
            let read = Policy::read(policy).remove(0);
            let script = Script { url: address.then_some(&file), nonce, hashes };
            assert_eq!(read.runs(&script, &page), runs, "{policy}");
        }
    }

    #[test]
    fn policies_are_split_and_the_first_directive_of_a_name_counts() {
        let read = Policy::read("script-src 'self'; SCRIPT-SRC *;;, img-src data:, ,");
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].get("script-src"), Some(&["'self'".to_owned()][..]));
        assert_eq!(read[1].get("script-src"), None);
    }

    #[test]
    fn an_amended_directive_keeps_what_was_said() {
        let read = |text: &str| Policy::read(text).remove(0);
        let relay = ["https://relay.example".to_owned()];
        assert_eq!(
            read("default-src 'none'").amended(&CONNECTIONS, &relay),
            "connect-src https://relay.example"
        );
        assert_eq!(
            read("connect-src 'self'").amended(&CONNECTIONS, &relay),
            "connect-src 'self' https://relay.example"
        );
        assert_eq!(
            read("script-src-elem 'self'").amended(&SCRIPT_ELEMENTS, &relay),
            "script-src-elem 'self' https://relay.example"
        );
        assert_eq!(
            read("default-src a.example").amended(&SCRIPT_ELEMENTS, &relay),
            "script-src a.example https://relay.example"
        );
    }
}
