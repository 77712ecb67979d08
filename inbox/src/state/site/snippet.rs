//! The snippet of a site that is published: what the company has, or will have, in its page.

use super::{Facts, door::attribute};
use einwurf_protocol::notice::Register;

/// How the snippet is to look; what it says of the site comes from the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// What visitors read.
    pub register: Register,
    /// Words on the button; empty: the register's.
    pub label: String,
    /// Names a file on the company's own server instead of carrying the launcher.
    pub file: bool,
    /// The launcher of the release in force; empty until the relay gave exactly that one.
    pub launcher: String,
    /// The relay did not give it.
    pub missing: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            register: Register::DeFormal,
            label: String::new(),
            file: false,
            launcher: String::new(),
            missing: false,
        }
    }
}

impl Look {
    /// Takes what came when the launcher was asked for. What is not the release's is not handed out in any form.
    pub fn take(&mut self, launcher: Option<String>) {
        self.missing = launcher.is_none();
        self.launcher = launcher.unwrap_or_default();
    }

    /// The words that the button shows.
    pub fn words(&self) -> &str {
        let typed = self.label.trim();
        if typed.is_empty() { self.register.label() } else { typed }
    }
}

/// The snippet with every pin and every relay. None if the launcher could not stand in a script element.
pub fn snippet(facts: &Facts, look: &Look) -> Option<String> {
    let pins = facts.pins.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let attributes = [
        ("site", facts.address.as_str()),
        ("pin", &pins),
        ("relay", &facts.origins.join(" ")),
        ("name", &facts.display.name),
        ("phone", &facts.display.phone),
        ("email", &facts.display.email),
        ("register", look.register.as_str()),
        ("serial", &facts.serial.to_string()),
        ("label", look.words()),
    ]
    .map(|(name, value)| format!(" data-{name}=\"{}\"", attribute(value)))
    .concat();
    element(&attributes, look.file, &look.launcher)
}

/// What keeps optimisers and consent tools away from the button, by their own documentation: Cloudflare's Rocket Loader
/// (which wants it before `src`), `LiteSpeed` Cache, WP Rocket, Cookiebot. The button needs none of them.
const LEFT_ALONE: &str = "data-cfasync=\"false\" data-no-optimize=\"1\" data-no-defer=\"1\" data-no-minify=\"1\" data-cookieconsent=\"ignore\"";

/// The script element with these attributes, naming the file or carrying the launcher. None if the launcher could not
/// stand in one.
pub fn element(attributes: &str, file: bool, launcher: &str) -> Option<String> {
    if file {
        return Some(format!(
            "<script {LEFT_ALONE} src=\"/einwurf-launcher.js\"{attributes} async></script>"
        ));
    }
    let launcher = launcher.trim();
    let closes = launcher.to_ascii_lowercase().contains("</script");
    (!closes && !launcher.is_empty()).then(|| format!("<script {LEFT_ALONE}{attributes}>{launcher}</script>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::site::tests::facts;
    use einwurf_protocol::ids::Thumbprint;

    #[test]
    fn a_site_that_announced_its_next_key_pins_both_and_names_both_relays() {
        let mut facts = facts();
        facts.pins = vec![Thumbprint([1; 32]), Thumbprint([2; 32])];
        facts.origins = vec!["https://a.example".into(), "https://b.example".into()];
        let look = Look { file: true, ..Look::default() };
        let text = snippet(&facts, &look).unwrap();
        let pins = format!("data-pin=\"{} {}\"", Thumbprint([1; 32]), Thumbprint([2; 32]));
        assert!(text.contains(&pins), "{text}");
        assert!(text.contains("data-relay=\"https://a.example https://b.example\""), "{text}");
    }

    #[test]
    fn the_lowest_serial_is_the_present_one_so_that_no_older_manifest_counts() {
        let look = Look { file: true, ..Look::default() };
        assert!(snippet(&facts(), &look).unwrap().contains(&format!("data-serial=\"{}\"", facts().serial)));
    }

    #[test]
    fn optimisers_and_consent_tools_are_told_to_leave_it_alone_before_the_source() {
        for (file, launcher) in [(true, ""), (false, "run()")] {
            let text = element(" data-site=\"abc\"", file, launcher).unwrap();
            let start = text.split_once(if file { " src=" } else { " data-site=" }).unwrap().0;
            for word in [
                "cfasync=\"false\"",
                "no-optimize=\"1\"",
                "no-defer=\"1\"",
                "no-minify=\"1\"",
                "cookieconsent=\"ignore\"",
            ] {
                assert!(start.contains(&format!(" data-{word}")), "{word} in {text}");
            }
            assert!(text.contains(" data-site=\"abc\""), "{text}");
        }
    }

    #[test]
    fn a_launcher_that_would_end_its_element_is_not_put_inline() {
        let inline =
            |launcher: &str| snippet(&facts(), &Look { launcher: launcher.into(), ..Look::default() });
        assert_eq!(inline("x='</SCRIPT>'"), None);
        assert_eq!(inline(""), None);
        assert!(inline("run()").unwrap().ends_with(">run()</script>"));
    }

    #[test]
    fn a_launcher_that_is_not_the_releases_replaces_the_one_before_and_is_missed() {
        let mut look = Look::default();
        assert!(!look.missing, "not before it was asked for");
        look.take(Some("run()".into()));
        assert_eq!((look.launcher.as_str(), look.missing), ("run()", false));
        look.take(None);
        assert_eq!((look.launcher.as_str(), look.missing), ("", true));
        assert_eq!(snippet(&facts(), &look), None);
    }

    #[test]
    fn empty_words_are_the_registers_own() {
        let english = Look { register: Register::En, label: "  ".into(), ..Look::default() };
        assert_eq!(english.words(), "Write a message");
        assert_eq!(Look { label: " Hallo ".into(), ..english }.words(), "Hallo");
    }
}
