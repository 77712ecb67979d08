//! An address as a policy compares it: scheme, host, port and path.

/// An absolute address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    scheme: String,
    host: String,
    port: Option<u16>,
    path: String,
}

impl Address {
    /// Reads an absolute address as browsers write it: `https://relay.example:8443/a`, `data:…`. What stands after `?` or
    /// `#` is no matter to a policy. None if it has no scheme, or a port that cannot be.
    pub fn read(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let mut letters = scheme.bytes();
        let named = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !named {
            return None;
        }
        let scheme = scheme.to_ascii_lowercase();
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let Some(rest) = rest.strip_prefix("//") else {
            return Some(Self { scheme, host: String::new(), port: None, path: rest.to_owned() });
        };
        let (authority, path) =
            rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "/"));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
            _ => (authority, None),
        };
        // A colon belongs to a port, or into brackets.
        if host.contains(':') && !(host.starts_with('[') && host.ends_with(']')) {
            return None;
        }
        let port = port.filter(|port| Some(*port) != default(&scheme));
        Some(Self { host: host.to_ascii_lowercase(), port, path: path.to_owned(), scheme })
    }

    /// The same with another path.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The same for live connections: `wss` for `https`, `ws` for `http`.
    #[must_use]
    pub fn socket(&self) -> Self {
        Self { scheme: self.scheme.replacen("http", "ws", 1), ..self.clone() }
    }

    /// Scheme, host and port, as a policy writes them.
    pub fn origin(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}", self.scheme, self.host)
    }

    /// Whether both have scheme, host and port in common. What has no host has no origin.
    pub fn is_same_origin(&self, other: &Self) -> bool {
        !self.host.is_empty()
            && (&self.scheme, &self.host, self.port) == (&other.scheme, &other.host, other.port)
    }

    /// In small letters, without the colon.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// In small letters; empty where there is none.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Beginning with a slash where there is a host.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The port, unless it is the scheme's own.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The port that is asked.
    pub fn port_or_default(&self) -> Option<u16> {
        self.port.or_else(|| default(&self.scheme))
    }
}

fn default(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_by_its_parts() {
        for (text, origin, path, port) in [
            ("https://Relay.example", "https://relay.example", "/", Some(443)),
            ("https://relay.example:443/r/a.js?x#y", "https://relay.example", "/r/a.js", Some(443)),
            ("http://127.0.0.1:8787/v1", "http://127.0.0.1:8787", "/v1", Some(8787)),
            ("http://[::1]:8787/v1", "http://[::1]:8787", "/v1", Some(8787)),
            ("http://[::1]/v1", "http://[::1]", "/v1", Some(80)),
            ("https://a:b@relay.example/x", "https://relay.example", "/x", Some(443)),
            ("wss://relay.example?x", "wss://relay.example", "/", Some(443)),
        ] {
            let read = Address::read(text).unwrap();
            assert_eq!((read.origin().as_str(), read.path(), read.port_or_default()), (origin, path, port));
        }
        let data = Address::read("data:text/plain,a").unwrap();
        assert_eq!((data.scheme(), data.host(), data.port_or_default()), ("data", "", None));
        assert!(!data.is_same_origin(&data));
    }

    #[test]
    fn what_is_no_absolute_address_is_none() {
        for bad in [
            "",
            "relay.example",
            "/a.js",
            "//relay.example",
            "1s://a",
            "https://a:65536/",
            "https://a:x/",
            "https://[::1]-x:443/",
            "https://a:b:443/",
        ] {
            assert_eq!(Address::read(bad), None, "{bad}");
        }
        assert!(Address::read("https://a:65535/").is_some());
    }

    #[test]
    fn live_connections_go_to_the_same_host() {
        for (from, to) in [
            ("https://relay.example", "wss://relay.example"),
            ("http://127.0.0.1:8787", "ws://127.0.0.1:8787"),
        ] {
            assert_eq!(Address::read(from).unwrap().socket().origin(), to);
        }
    }
}
