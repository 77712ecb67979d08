//! What the address's fragment asks for. It is read once and cleared before anything else happens.

use einwurf_protocol::ids::{Secret, Thumbprint};

/// What the app starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// Address of the site.
    pub site: Option<String>,
    /// The site key that the link names.
    pub pin: Option<Thumbprint>,
    /// The set-up secret; with it the set-up opens.
    pub setup: Option<Secret>,
    /// The secret of an invitation; with it the page to join opens.
    pub invite: Option<Secret>,
    /// From the emergency sheet: the page to enter its code opens.
    pub recover: bool,
}

/// Longer than any address; more is not looked at.
const ADDRESS_CHARS: usize = 200;

impl Start {
    /// Reads `#site=…&pin=…&setup=…`, `…&invite=…`, `…&recover`. What is malformed counts as absent.
    pub fn read(fragment: &str) -> Self {
        let mut start = Self::default();
        for pair in fragment.trim_start_matches('#').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "site" => start.site = address(value),
                "pin" => start.pin = value.parse().ok(),
                "setup" => start.setup = value.parse().ok(),
                "invite" => start.invite = value.parse().ok(),
                "recover" => start.recover = true,
                _ => {}
            }
        }
        start
    }

    /// Reads a whole link, as a person may paste it from the emergency sheet: address and pin must be in it.
    pub fn of_link(text: &str) -> Option<Self> {
        let (_, fragment) = text.trim().split_once('#')?;
        Some(Self::read(fragment)).filter(|start| start.site.is_some() && start.pin.is_some())
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

/// Where somebody logs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Address of the site.
    pub site: String,
    /// The site key that a link names.
    pub pin: Option<Thumbprint>,
}

/// What is typed comes first: the site that this device knows may be a mistyped one. The `pin` belongs to the known site.
/// None if nothing is known and nothing usable is typed.
pub fn place(typed: &str, known: Option<&str>, pin: Option<Thumbprint>) -> Option<Place> {
    if typed.trim().is_empty() {
        return known.map(|site| Place { site: site.to_owned(), pin });
    }
    let site = address(typed)?;
    let named = Start::of_link(typed).and_then(|start| start.pin);
    let pin = named.or(pin.filter(|_| known == Some(site.as_str())));
    Some(Place { site, pin })
}

/// The link to a site: to the company's own door if it has one, else to the relay.
pub fn link(relay: &str, door: Option<&str>, site: &str, pin: &Thumbprint) -> String {
    let base = door.map_or_else(|| format!("{relay}/inbox"), str::to_owned);
    format!("{base}#site={site}&pin={pin}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIN: Thumbprint = Thumbprint([9; 32]);

    #[test]
    fn a_setup_link_gives_address_and_secret() {
        let secret = Secret([7; 32]);
        let start = Start::read(&format!("#site=abc_-1&setup={secret}"));
        let expected = Start { site: Some("abc_-1".into()), setup: Some(secret), ..Start::default() };
        assert_eq!(start, expected);
    }

    #[test]
    fn an_invitation_and_the_sheet_name_the_site_key() {
        let secret = Secret([7; 32]);
        let start = Start::read(&format!("site=abc&pin={PIN}&invite={secret}"));
        assert_eq!((start.pin, start.invite, start.recover), (Some(PIN), Some(secret), false));
        for link in ["&recover", "&recover="] {
            let link = format!("{}{link}", link_of_relay());
            let start = Start::of_link(&link).unwrap();
            assert!(start.recover && start.pin == Some(PIN) && start.site.as_deref() == Some("abc"));
        }
    }

    fn link_of_relay() -> String {
        link("https://relay.example", None, "abc", &PIN)
    }

    #[test]
    fn a_company_with_a_door_gets_links_to_it() {
        let door = link("https://relay.example", Some("https://firma.example/door.html"), "abc", &PIN);
        assert_eq!(door, format!("https://firma.example/door.html#site=abc&pin={PIN}"));
        assert_eq!(link_of_relay(), format!("https://relay.example/inbox#site=abc&pin={PIN}"));
    }

    #[test]
    fn malformed_parts_count_as_absent() {
        for bad in ["", "#", "#site=", "#site=a b", "#setup=short", "#site=<x>&setup=%00", "#pin=x&invite=y"]
        {
            assert_eq!(Start::read(bad), Start::default(), "{bad}");
        }
    }

    #[test]
    fn a_link_without_the_site_key_is_no_link_of_the_sheet() {
        assert_eq!(Start::of_link("https://relay.example/inbox#site=abc"), None);
        assert_eq!(Start::of_link(&format!("https://relay.example/inbox#pin={PIN}")), None);
        assert_eq!(Start::of_link("abc"), None);
    }

    #[test]
    fn what_is_typed_comes_before_what_is_known_and_never_gets_the_pin_of_another_site() {
        let at = |site: &str, pin| Some(Place { site: site.into(), pin });
        let other = Thumbprint([8; 32]);
        assert_eq!(place("", None, None), None);
        assert_eq!(place("", Some("mistyped"), Some(PIN)), at("mistyped", Some(PIN)));
        assert_eq!(place(" abc ", Some("mistyped"), Some(other)), at("abc", None));
        assert_eq!(place("abc", Some("abc"), Some(PIN)), at("abc", Some(PIN)));
        assert_eq!(place(&link_of_relay(), Some("mistyped"), Some(other)), at("abc", Some(PIN)));
        assert_eq!(place(&link_of_relay(), Some("abc"), Some(other)), at("abc", Some(PIN)));
        assert_eq!(
            place("https://relay.example/inbox", Some("abc"), None),
            None,
            "nobody meant the known one"
        );
    }

    #[test]
    fn a_pasted_link_and_a_bare_address_are_the_same() {
        assert_eq!(address(" https://relay.example/inbox#site=abc "), Some("abc".into()));
        assert_eq!(address("abc"), Some("abc".into()));
        assert_eq!(address("https://relay.example/inbox"), None);
    }
}
