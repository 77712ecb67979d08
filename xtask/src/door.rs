//! A company's door: the built template with its placeholders filled, for the demo and for tests. A company gets its own
//! from the staff's app, which fills the same placeholders.

use crate::{paths, release};
use anyhow::{Context, Result};
use std::fs;

/// What a door says.
#[derive(Debug, Clone, Copy)]
pub struct Door<'a> {
    /// Site address.
    pub site: &'a str,
    /// One or two thumbprints of site keys, separated by a space.
    pub pins: &'a str,
    /// One or two origins of relays, separated by a space.
    pub relays: &'a str,
    /// The company.
    pub name: &'a str,
    /// Ordinary contact way, or empty.
    pub phone: &'a str,
    /// Ordinary contact way, or empty.
    pub email: &'a str,
    /// Register of the widget.
    pub register: &'a str,
    /// Of the button that opens it.
    pub label: &'a str,
}

/// The page that a company puts on its server, of the last build.
pub fn fill(door: &Door<'_>) -> Result<String> {
    let file = paths::dist().join(release::code()?.door.path.trim_start_matches('/'));
    let page = fs::read_to_string(&file)
        .with_context(|| format!("{} is missing; run: cargo xtask build", file.display()))?;
    Ok(fill_template(&page, door))
}

fn fill_template(template: &str, door: &Door<'_>) -> String {
    let socket = |origin: &str| origin.strip_prefix("http").map(|rest| format!("ws{rest}"));
    let sockets = door.relays.split(' ').filter_map(socket).collect::<Vec<_>>().join(" ");
    let fields = [
        ("site", door.site),
        ("pins", door.pins),
        ("relays", door.relays),
        // A page's policy does not take `wss` for `https`.
        ("sockets", &sockets),
        ("name", door.name),
        ("phone", door.phone),
        ("email", door.email),
        ("register", door.register),
        ("label", door.label),
    ];
    // From left to right, so that a value that looks like a placeholder stays what it is.
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let filled = after.split_once("}}").and_then(|(name, rest)| {
            fields.iter().find(|(field, _)| *field == name).map(|(_, value)| (escaped(value), rest))
        });
        if let Some((value, after)) = filled {
            page.push_str(&value);
            rest = after;
        } else {
            page.push_str("{{");
            rest = after;
        }
    }
    page + rest
}

/// As text of an attribute or of an element.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    const DOOR: Door<'_> = Door {
        site: "address",
        pins: "pin next",
        relays: "https://a.example https://b.example",
        name: "\"><script>x</script>{{site}} & Co.",
        phone: "",
        email: "post@example.com",
        register: "de-formal",
        label: "Nachricht",
    };

    #[test]
    fn values_are_text_and_never_markup_or_placeholders() {
        let page = fill_template("<a b=\"{{name}}\">{{other}}{{site}}", &DOOR);
        let name = "&quot;&gt;&lt;script&gt;x&lt;/script&gt;{{site}} &amp; Co.";
        assert_eq!(page, format!("<a b=\"{name}\">{{{{other}}}}address"));
    }

    #[test]
    fn the_built_door_has_no_placeholder_left_and_loads_no_other_file() {
        let page = fill(&Door { name: "Fensterbau", ..DOOR }).expect("run `cargo xtask build` first");
        assert!(!page.contains("{{") && !page.contains("[["), "{page}");
        assert!(page.contains("script-src 'sha256-") && page.contains("default-src 'none'"));
        assert!(
            page.contains("connect-src https://a.example https://b.example wss://a.example wss://b.example;")
        );
        let (_, script) = page.split_once("\n<script data-site=\"address\"").expect("its one script");
        let script =
            script.split_once('>').and_then(|(_, rest)| rest.split_once("</script>")).expect("ends").0;
        let hash = Base64::encode_string(&Sha256::digest(script));
        assert!(page.contains(&format!("script-src 'sha256-{hash}' https://a.example")), "{hash}");
        assert!(!page.contains("unsafe-inline") && !page.contains("<link rel=\"stylesheet\""));
    }
}
