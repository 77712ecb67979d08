//! The snippet: what the company puts into its page.

use super::{Published, answers::Answers};
use crate::state::site::snippet::element;

/// The words that the button will show.
pub fn label(answers: &Answers) -> String {
    let typed = answers.label.trim();
    if typed.is_empty() { answers.register.label().to_owned() } else { typed.to_owned() }
}

/// The snippet, inline or naming the file. None if the launcher could not stand in a script element.
pub fn snippet(published: &Published, answers: &Answers) -> Option<String> {
    let label = label(answers);
    let (site, pin, relay) = (published.site.as_str(), published.pin.to_string(), published.relay.as_str());
    let attributes = [
        ("site", site),
        ("pin", &pin),
        ("relay", relay),
        ("name", answers.company.trim()),
        ("phone", answers.phone.trim()),
        ("email", answers.email.trim()),
        ("register", answers.register.as_str()),
        ("serial", "0"),
        ("label", &label),
    ]
    .map(|(name, value)| format!(" data-{name}=\"{}\"", escaped(value)))
    .concat();
    element(&attributes, published.file, &published.launcher)
}

/// For an attribute in double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::answers;
    use einwurf_protocol::ids::Thumbprint;

    fn published(launcher: &str, file: bool) -> Published {
        Published {
            pin: Thumbprint([1; 32]),
            site: "abc".into(),
            relay: "https://relay.example".into(),
            launcher: launcher.into(),
            file,
        }
    }

    #[test]
    fn the_snippet_names_site_pin_relay_and_the_ordinary_contact_ways() {
        let snippet = snippet(&published("run()", false), &answers()).unwrap();
        for part in [
            "data-site=\"abc\"",
            "data-pin=\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"",
            "data-relay=\"https://relay.example\"",
            "data-phone=\"+49 30 123456\"",
            "data-register=\"de-formal\"",
            ">run()</script>",
        ] {
            assert!(snippet.contains(part), "{part} in {snippet}");
        }
    }

    #[test]
    fn a_quote_in_the_name_stays_inside_its_attribute() {
        let answers = Answers { company: "A \"B\" <& C>".into(), ..answers() };
        let snippet = snippet(&published("run()", true), &answers).unwrap();
        assert!(snippet.contains("data-name=\"A &quot;B&quot; &lt;&amp; C&gt;\""), "{snippet}");
    }

    #[test]
    fn a_launcher_that_would_end_its_element_is_not_put_inline() {
        assert_eq!(snippet(&published("x='</SCRIPT>'", false), &answers()), None);
        assert_eq!(snippet(&published("", false), &answers()), None);
        assert!(snippet(&published("", true), &answers()).is_some());
    }
}
