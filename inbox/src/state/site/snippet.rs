//! The snippet of a site that is published: what the company has, or will have, in its page.

use super::{Facts, appearance, door::attribute};
use einwurf_protocol::notice::Register;

/// The most that a button can be lifted, in pixels: more would leave a phone held sideways.
pub const LIFT: u32 = 200;

/// How the snippet is to look; what it says of the site comes from the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a box of its own that somebody ticks")]
pub struct Look {
    /// What visitors read.
    pub register: Register,
    /// Words on the button; empty: the register's.
    pub label: String,
    /// Names a file on the company's own server instead of carrying the launcher.
    pub file: bool,
    /// Links to `WhatsApp` in the page open the window.
    pub replace: bool,
    /// The button lies where lines begin.
    pub start: bool,
    /// Pixels that it lies above its usual place; what is no number up to [`LIFT`] counts as none.
    pub lift: String,
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
            replace: false,
            start: false,
            lift: String::new(),
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

    /// How far the button is lifted; none if what is typed is no such number.
    pub fn lifted(&self) -> Option<u32> {
        let typed = self.lift.trim();
        if typed.is_empty() { Some(0) } else { typed.parse().ok().filter(|lift| *lift <= LIFT) }
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
    element(&[attributes, further(facts, look)].concat(), look.file, &look.launcher)
}

/// What not every page needs: where the company's door is, for when nothing opens here, links that are taken over, and a
/// look of its own.
fn further(facts: &Facts, look: &Look) -> String {
    let door = facts.door.as_deref().filter(|door| door.starts_with("https://"));
    let door = door.map(|door| format!(" data-door=\"{}\"", attribute(door)));
    let replace = look.replace.then(|| " data-replace-whatsapp".to_owned());
    let own = appearance::button(&facts.display, look.start, look.lifted().unwrap_or_default());
    let own = (!own.is_empty()).then(|| format!(" data-look=\"{}\"", attribute(&own)));
    door.into_iter().chain(replace).chain(own).collect()
}

/// What keeps optimisers and consent tools away from the button, by their own documentation: Cloudflare's Rocket Loader
/// (which wants it before `src`), `LiteSpeed` Cache, WP Rocket, Autoptimize, Jetpack Boost, `NitroPack`, Cookiebot. The
/// button needs none of them.
const LEFT_ALONE: &str = "data-cfasync=\"false\" data-no-optimize=\"1\" data-no-defer=\"1\" data-no-minify=\"1\" nowprocket data-noptimize=\"1\" data-jetpack-boost=\"ignore\" nitro-exclude data-cookieconsent=\"ignore\"";

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
    fn the_look_of_the_button_goes_along_as_far_as_it_differs_and_a_lift_that_is_none_is_none() {
        let mut facts = facts();
        facts.display.accent = "#0f5c5c".into();
        let text = |facts: &Facts, look: Look| snippet(facts, &Look { file: true, ..look }).unwrap();
        assert!(!text(&facts, Look::default()).contains("data-look"));
        facts.display.accent = "#8a1c1c".into();
        assert!(text(&facts, Look::default()).contains(" data-look=\"--einwurf-accent:#8a1c1c\""));
        for (lift, wanted) in [
            ("", Some(0)),
            ("0", Some(0)),
            ("199", Some(199)),
            ("200", Some(200)),
            ("201", None),
            ("x", None),
        ] {
            let look = Look { lift: lift.into(), start: true, ..Look::default() };
            assert_eq!(look.lifted(), wanted, "{lift}");
            let bottom = wanted.is_some_and(|lift| lift > 0);
            let text = text(&facts, look);
            assert_eq!(text.contains("--einwurf-bottom"), bottom, "{lift}");
            assert!(text.contains("--einwurf-inset"));
        }
    }

    #[test]
    fn optimisers_and_consent_tools_are_told_to_leave_it_alone_before_the_source() {
        for (file, launcher) in [(true, ""), (false, "run()")] {
            let text = element(" data-site=\"abc\"", file, launcher).unwrap();
            let start = text.split_once(if file { " src=" } else { " data-site=" }).unwrap().0;
            assert!(start.contains(LEFT_ALONE), "{text}");
            assert!(text.contains(" data-site=\"abc\""), "{text}");
        }
        // A page with exactly this is one in which `einwurf doctor` finds nothing (cli/tests/doctor.rs).
        assert!(include_str!("../../../../cli/tests/doctor/nothing/index.html").contains(LEFT_ALONE));
    }

    #[test]
    fn the_door_and_links_that_are_taken_over_are_named_only_where_there_are_any() {
        let look = Look { file: true, ..Look::default() };
        let mut facts = facts();
        for door in [None, Some("http://127.0.0.1:8788/door.html".to_owned())] {
            facts.door = door;
            let text = snippet(&facts, &look).unwrap();
            assert!(!text.contains("data-door") && !text.contains("data-replace-whatsapp"), "{text}");
        }
        facts.door = Some("https://post.firma.example/?a&b".into());
        let text = snippet(&facts, &Look { replace: true, ..look }).unwrap();
        assert!(
            text.contains(" data-door=\"https://post.firma.example/?a&amp;b\" data-replace-whatsapp async>"),
            "{text}"
        );
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
