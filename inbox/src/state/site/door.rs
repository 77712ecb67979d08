//! The door: the page that a company puts on its own server (`docs/protocol.md` section 16.3). The release brings it with
//! open placeholders; this fills them.

use super::Facts;
use einwurf_protocol::{notice::Register, settings::is_https_url};

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// A placeholder that this app does not know, or none where the pin must stand: of another release.
    #[error("the page has other placeholders than this app fills")]
    Placeholder,
}

/// The page for this site. `label` is what the button of the widget says.
pub fn fill(template: &str, facts: &Facts, register: Register, label: &str) -> Result<String, DoorError> {
    let pins = facts.pins.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let values = [
        ("site", facts.address.clone()),
        ("pins", pins),
        ("relays", facts.origins.join(" ")),
        ("sockets", sockets(&facts.origins)),
        ("name", facts.display.name.clone()),
        ("phone", facts.display.phone.clone()),
        ("email", facts.display.email.clone()),
        ("register", register.as_str().to_owned()),
        ("label", label.to_owned()),
    ];
    // A page without the pin would open whatever the relay serves.
    if !template.contains("{{pins}}") || !template.contains("{{site}}") {
        return Err(DoorError::Placeholder);
    }
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").ok_or(DoorError::Placeholder)?;
        let value = values.iter().find(|(known, _)| *known == name).ok_or(DoorError::Placeholder)?;
        page.push_str(&attribute(&value.1));
        page.push_str(rest);
    }
    Ok(page)
}

/// The same origins for live connections: a page's policy does not take `wss` for `https`.
fn sockets(origins: &[String]) -> String {
    let socket = |origin: &String| origin.strip_prefix("http").map(|rest| format!("ws{rest}"));
    origins.iter().filter_map(socket).collect::<Vec<_>>().join(" ")
}

/// As text of an HTML attribute in quotes of either kind.
pub fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether `text` can be a door's address: absolute and `https`, without a fragment, which links put there.
pub fn is_address(text: &str) -> bool {
    !text.contains('#') && (is_https_url(text) || is_loopback(text))
}

/// Whether `text` can be a relay's origin: `https://host` or `https://host:port` and nothing after it.
pub fn is_origin(text: &str) -> bool {
    let Some((_, host)) = text.split_once("://") else { return false };
    let port = host.split_once(':').map(|(_, port)| port);
    is_address(text)
        && !host.contains(['/', '?'])
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
        && text.bytes().all(|byte| !byte.is_ascii_uppercase())
}

/// This machine itself, where browsers need no `https`: for trying things out.
fn is_loopback(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    matches!(name, "localhost" | "127.0.0.1")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'@'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::site::tests::facts;

    const TEMPLATE: &str = "<main data-site=\"{{site}}\" data-pins=\"{{pins}}\" data-name=\"{{name}}\" \
                            data-label='{{label}}' data-phone=\"{{phone}}\">{ {register} }</main>";

    #[test]
    fn every_placeholder_is_filled_and_nothing_else_is_touched() {
        let page = fill(TEMPLATE, &facts(), Register::DeFormal, "Schreiben").unwrap();
        let pin = facts().pins.first().unwrap().to_string();
        for part in [
            "data-site=\"site-address\"".to_owned(),
            format!("data-pins=\"{pin}\""),
            "data-label='Schreiben'".into(),
            "{ {register} }".into(),
        ] {
            assert!(page.contains(&part), "{part} in {page}");
        }
        assert!(!page.contains("{{"));
    }

    #[test]
    fn live_connections_are_allowed_to_the_same_relays_and_nowhere_else() {
        let origins = ["https://a.example".to_owned(), "http://127.0.0.1:8787".to_owned()];
        assert_eq!(sockets(&origins), "wss://a.example ws://127.0.0.1:8787");
        let template = "{{site}}{{pins}} connect-src {{relays}} {{sockets}};";
        let page = fill(template, &facts(), Register::En, "").unwrap();
        let wanted = format!("connect-src {} {};", facts().origins.join(" "), sockets(&facts().origins));
        assert!(page.contains(&wanted), "{page}");
    }

    #[test]
    fn a_name_with_markup_quotes_or_placeholders_stays_text_of_its_attribute() {
        let mut facts = facts();
        facts.display.name = "\"><script>alert(1)</script>{{pins}} & 'Söhne'".into();
        let page = fill(TEMPLATE, &facts, Register::En, "' onload='x").unwrap();
        assert!(!page.contains("<script") && !page.contains("' onload='"), "{page}");
        let name =
            "data-name=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{pins}} &amp; &#39;Söhne&#39;\"";
        assert!(page.contains(name), "{page}");
    }

    #[test]
    fn a_template_without_a_pin_or_with_an_unknown_or_open_placeholder_is_refused() {
        for template in
            ["<p>{{site}}</p>", "<p>{{pins}}</p>", "{{site}}{{pins}}{{script}}", "{{site}}{{pins}}{{name"]
        {
            let filled = fill(template, &facts(), Register::En, "x");
            assert_eq!(filled, Err(DoorError::Placeholder), "{template}");
        }
    }

    #[test]
    fn a_door_has_an_absolute_https_address_without_a_fragment() {
        for good in [
            "https://post.firma.example/door.html",
            "https://firma.example/x/?y=1",
            "http://127.0.0.1:8788/door.html",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "http://firma.example/",
            "//firma.example",
            "https://firma.example/#inbox",
            "/door.html",
            "http://localhost.firma.example/",
            "http://localhost@firma.example/",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_only() {
        for good in ["https://relay.example", "https://relay.example:8443", "http://127.0.0.1:8787"] {
            assert!(is_origin(good), "{good}");
        }
        for bad in [
            "https://relay.example/",
            "https://relay.example/x",
            "https://relay.example:0",
            "https://relay.example:65536",
            "https://relay.example:",
            "https://Relay.example",
            "http://relay.example",
            "https://u@relay.example",
            "https://relay.example?x",
        ] {
            assert!(!is_origin(bad), "{bad}");
        }
    }
}
