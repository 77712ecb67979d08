//! Where a webhook may point: `https` and a name of the public internet. Narrower than what a browser takes for an address,
//! so that no two readers of it can disagree on the host. This is the first of two guards; the second is the network
//! service that the request leaves by, which reaches public addresses only, whatever a name resolves to.

use einwurf_protocol::limits::WEBHOOK_URL_BYTES;

/// Which hosts are allowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Also addresses and names of private networks. For development and tests.
    pub private: bool,
    /// Only these and names below them; none: all.
    pub only: Option<Vec<String>>,
}

/// Names that do not belong to the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's `internal`).
const PRIVATE: [&str; 9] =
    ["localhost", "local", "internal", "home.arpa", "alt", "test", "invalid", "lan", "localdomain"];

/// An address that is not one, or not allowed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'u> {
    /// Its host.
    pub host: &'u str,
    /// Its port, if it names one.
    pub port: Option<&'u str>,
    /// Both as they stand there.
    pub authority: &'u str,
}

/// The place of an address of at most so many bytes, whether or not anybody may be sent there.
pub fn read(url: &str, cap: usize) -> Result<Place<'_>, Refused> {
    if url.len() > cap || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refused("too long for an address, or has other than visible ASCII characters"));
    }
    let rest = url.strip_prefix("https://").ok_or(Refused("does not begin with https://"))?;
    if url.contains(['#', '\\', '"', '<', '>', '^', '`', '{', '|', '}']) {
        return Err(Refused("has a fragment or characters that no address has"));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if !port.is_none_or(is_port) {
        return Err(Refused("has a port that is none"));
    }
    Ok(Place { host, port, authority })
}

impl Hosts {
    /// The host of an address, if a webhook may point there.
    pub fn check<'u>(&self, url: &'u str) -> Result<&'u str, Refused> {
        let Place { host, .. } = read(url, WEBHOOK_URL_BYTES)?;
        if self.allows(host) { Ok(host) } else { Err(Refused("does not name a host that is allowed here")) }
    }

    /// Whether a host is one of these.
    pub fn allows(&self, host: &str) -> bool {
        let listed = |only: &Vec<String>| only.iter().any(|name| is_below(host, name));
        let shaped = if self.private { is_any(host) } else { is_public(host) };
        shaped && self.only.as_ref().is_none_or(listed)
    }
}

fn is_port(port: &str) -> bool {
    !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// The name itself, or one below it.
fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Two labels or more, the last of which begins with a letter: whatever a parser would take for an IPv4 address, decimal,
/// octal or hexadecimal, ends in a number (WHATWG URL, "ends in a number").
fn is_public(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    let top = labels.last().copied().unwrap_or_default();
    host.len() <= 253
        && labels.len() >= 2
        && labels.iter().all(|label| is_label(label))
        && top.starts_with(|first: char| first.is_ascii_lowercase())
        && !PRIVATE.iter().any(|name| is_below(host, name))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_any(host: &str) -> bool {
    !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str) -> bool {
        Hosts::default().check(url).is_ok()
    }

    #[test]
    fn names_of_the_public_internet_are_taken() {
        for (url, host) in [
            ("https://hooks.example.com", "hooks.example.com"),
            ("https://hooks.example.com/", "hooks.example.com"),
            ("https://a-1.example.com:8443/x?y=z", "a-1.example.com"),
            ("https://example.com?token=1", "example.com"),
            ("https://xn--mnchen-3ya.de/@x:1", "xn--mnchen-3ya.de"),
            ("https://10.example.com", "10.example.com"),
            ("https://localhost.example.com", "localhost.example.com"),
            ("https://mylocal.de:65535", "mylocal.de"),
        ] {
            assert_eq!(Hosts::default().check(url), Ok(host), "{url}");
        }
    }

    #[test]
    fn enc_06_private_networks_and_their_disguises_are_refused() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0XA9FEA9FE",
            "0xa9.0xfe.0xa9.0xfe",
            "0251.0376.0251.0376",
            "025177524776",
            "169.254.43518",
            "169.16689662",
            "169.254.169.254.",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[fd00:ec2::254]",
            "[::1]",
            "[::]",
            "127.0.0.1",
            "127.1",
            "0",
            "10.0.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "printer.local",
            "metadata.google.internal",
            "router.lan",
            "nas.home.arpa",
            "intranet",
            "example.com.",
            "EXAMPLE.com",
            "example..com",
            ".example.com",
            "-a.example.com",
            "a_b.example.com",
            "example.com%2e",
            "%31%36%39.254.169.254",
            "１６９.254.169.254",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "",
        ] {
            for tail in ["", "/", ":443/x", "?x"] {
                assert!(!check(&format!("https://{host}{tail}")), "{host}{tail}");
            }
        }
    }

    #[test]
    fn enc_06_other_schemes_users_fragments_and_odd_characters_are_refused() {
        for url in [
            "http://example.com",
            "HTTPS://example.com",
            "https:/example.com",
            "https:example.com",
            "ftp://example.com",
            "//example.com",
            "example.com",
            "https://user@example.com",
            "https://user:secret@example.com/",
            "https://example.com@169.254.169.254/",
            "https://169.254.169.254#@example.com/",
            "https://169.254.169.254\\@example.com/",
            "https://example.com\\@169.254.169.254/",
            "https://example.com/#x",
            "https://example.com/ x",
            "https://example.com/\tx",
            "https://exam\nple.com/",
            "https://example.com/ü",
            "https://example.com:/",
            "https://example.com:0/",
            "https://example.com:080/",
            "https://example.com:65536/",
            "https://example.com:+80/",
            "https://example.com:80:80/",
            "https://[::1",
        ] {
            assert!(!check(url), "{url}");
        }
    }

    #[test]
    fn an_address_has_its_longest_length_and_no_more() {
        let of = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
        assert!(check(&of(WEBHOOK_URL_BYTES - 1)) && check(&of(WEBHOOK_URL_BYTES)));
        assert!(!check(&of(WEBHOOK_URL_BYTES + 1)));
        let label = |length: usize| format!("https://{}.de", "x".repeat(length));
        assert!(check(&label(63)) && !check(&label(64)));
    }

    #[test]
    fn enc_06_an_operators_list_allows_its_hosts_and_those_below_them() {
        let hosts =
            Hosts { only: Some(vec!["example.com".into(), "api.example.org".into()]), private: false };
        for (host, allowed) in [
            ("example.com", true),
            ("a.example.com", true),
            ("api.example.org", true),
            ("example.org", false),
            ("notexample.com", false),
            ("example.com.evil.de", false),
        ] {
            assert_eq!(hosts.check(&format!("https://{host}/")).is_ok(), allowed, "{host}");
        }
        let none = Hosts { only: Some(Vec::new()), private: false };
        assert!(none.check("https://example.com").is_err(), "an empty list allows nothing");
    }

    #[test]
    fn private_networks_are_allowed_only_if_the_deployment_says_so() {
        let hosts = Hosts { private: true, only: None };
        for url in
            ["https://localhost:8443/x", "https://127.0.0.1/", "https://[::1]:8443/", "https://0x7f000001"]
        {
            assert!(hosts.check(url).is_ok(), "{url}");
        }
        for url in ["http://localhost", "https://user@localhost", "https://", "https://localhost/#x"] {
            assert!(hosts.check(url).is_err(), "{url}");
        }
    }
}
