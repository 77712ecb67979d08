//! What the address's fragment asks for. It is read once and cleared before anything else happens.

use einwurf_protocol::ids::Secret;

/// What the app starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// Address of the site.
    pub site: Option<String>,
    /// The set-up secret; with it the set-up opens.
    pub setup: Option<Secret>,
}

/// Longer than any address; more is not looked at.
const ADDRESS_CHARS: usize = 200;

impl Start {
    /// Reads `#site=…&setup=…`. What is malformed counts as absent.
    pub fn read(fragment: &str) -> Self {
        let mut start = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            match pair.split_once('=') {
                Some(("site", value)) => start.site = address(value),
                Some(("setup", value)) => start.setup = value.parse().ok(),
                _ => {}
            }
        }
        start
    }
}

/// A site's address: from a whole link as a person may paste it, or bare.
pub fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.split_once("site=").map_or(text, |(_, rest)| rest);
    let text = text.split('&').next().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (!text.is_empty() && text.len() <= ADDRESS_CHARS && text.bytes().all(plain)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_link_gives_address_and_secret() {
        let secret = Secret([7; 32]);
        let start = Start::read(&format!("#site=abc_-1&setup={secret}"));
        assert_eq!(start, Start { site: Some("abc_-1".into()), setup: Some(secret) });
    }

    #[test]
    fn malformed_parts_count_as_absent() {
        for bad in ["", "#", "#site=", "#site=a b", "#setup=short", "#site=<x>&setup=%00"] {
            assert_eq!(Start::read(bad), Start::default(), "{bad}");
        }
    }

    #[test]
    fn a_pasted_link_and_a_bare_address_are_the_same() {
        assert_eq!(address(" https://relay.example/inbox#site=abc "), Some("abc".into()));
        assert_eq!(address("abc"), Some("abc".into()));
        assert_eq!(address("https://relay.example/inbox"), None);
    }
}
