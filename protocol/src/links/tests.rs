use super::*;
use proptest::prelude::*;

/// The links of a text, as `text → href`, or only the text where both are the same.
fn links(text: &str) -> Vec<String> {
    let spans = spans(text);
    assert_eq!(spans.iter().map(|span| span.text).collect::<String>(), text, "nothing is lost or added");
    let link = |span: Span<'_>| {
        let href = span.href?;
        Some(if href == span.text { href } else { format!("{} → {href}", span.text) })
    };
    spans.into_iter().filter_map(link).collect()
}

#[test]
fn addresses_of_pages_and_mailboxes_are_links() {
    for (text, expected) in [
        ("https://example.de", "https://example.de"),
        ("Siehe https://example.de/a?b=c&d#e gern", "https://example.de/a?b=c&d#e"),
        ("HTTP://Example.DE:8080/x", "HTTP://Example.DE:8080/x"),
        ("www.example.de/termine", "www.example.de/termine → https://www.example.de/termine"),
        ("https://de.wikipedia.org/wiki/Köln", "https://de.wikipedia.org/wiki/Köln"),
        ("https://medium.com/@jemand/x", "https://medium.com/@jemand/x"),
        ("https://xn--mller-kva.de/", "https://xn--mller-kva.de/"),
        ("Link:https://example.de", "https://example.de"),
        ("post@example.de", "post@example.de → mailto:post@example.de"),
        (
            "E-Mail:anna.b+x@mail.example.co.uk!",
            "anna.b+x@mail.example.co.uk → mailto:anna.b+x@mail.example.co.uk",
        ),
        ("(mailto:post@example.de)", "post@example.de → mailto:post@example.de"),
    ] {
        assert_eq!(links(text), [expected], "{text}");
    }
}

#[test]
fn several_in_one_text_keep_their_order() {
    let text = "a@b.de,c@d.de oder https://x.de/1, (https://y.de/2) und www.z.de.";
    let expected = [
        "a@b.de → mailto:a@b.de",
        "c@d.de → mailto:c@d.de",
        "https://x.de/1",
        "https://y.de/2",
        "www.z.de → https://www.z.de",
    ];
    assert_eq!(links(text), expected);
}

#[test]
fn what_belongs_to_the_sentence_is_not_part_of_the_address() {
    for (text, expected) in [
        ("https://example.de.", "https://example.de"),
        ("https://example.de/?!", "https://example.de/"),
        ("(https://example.de/a)", "https://example.de/a"),
        ("[https://example.de/a].", "https://example.de/a"),
        ("https://example.de/a_(b)", "https://example.de/a_(b)"),
        ("(https://example.de/a_(b))", "https://example.de/a_(b)"),
        ("**https://example.de**", "https://example.de"),
        ("„https://example.de“", "https://example.de"),
        ("<https://example.de>", "https://example.de"),
        ("\"https://example.de\"\n", "https://example.de"),
        ("'https://example.de'", "https://example.de"),
    ] {
        assert_eq!(links(text), [expected], "{text}");
    }
}

#[test]
fn what_could_be_something_else_stays_text() {
    for text in [
        "javascript:alert(1)",
        "JavaScript://example.de/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "blob:https//example.de",
        "ftp://example.de",
        // Another host than the one that a reader sees.
        "https://bank.de@evil.example/",
        "https://bank.de:443@evil.example/",
        "https://bank.de%2f@evil.example/",
        "https:\\\\evil.example",
        "https:///evil.example",
        "https://%65vil.example",
        // Letters that look like others.
        "https://pаypal.com/",
        "https://müller.de/",
        "www.bänk.de",
        // Numbers that a browser reads as an address of the house's own network.
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://1.0x7f/",
        "http://[::1]/",
        "http://localhost/",
        "http://drucker/",
        "https://example.de:0/",
        "https://example.de:65536/",
        "https://example.de:+443/",
        "https://-a.de",
        "https://a-.de",
        "https://a..de",
        "https://.de",
        "https://example.d",
        "https://",
        "https://.",
        "www.",
        "awww.example.de",
        "a.www.example.de",
        "xhttps://example.de",
        "a@b",
        "@example.de",
        "ä@example.de",
        "a@b@example.de",
        "a@exämple.de",
        "a.@example.de",
        "z. B. heute.Abend 12.30 Uhr",
    ] {
        assert_eq!(links(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_turns_the_direction_around_ends_an_address() {
    for turn in [
        '\u{202e}', '\u{2066}', '\u{200f}', '\u{200b}', '\u{feff}', '\u{ad}', '\u{3002}', '\u{ff0e}',
        '\u{2044}',
    ] {
        assert_eq!(links(&format!("https://bank.de{turn}.evil.example")), ["https://bank.de"], "{turn:?}");
        assert_eq!(links(&format!("https://bank.de/{turn}x")), ["https://bank.de/"], "{turn:?}");
    }
}

#[test]
fn hosts_and_their_parts_one_below_at_and_above_their_lengths() {
    for (length, linked) in [(62, true), (63, true), (64, false)] {
        assert_eq!(links(&format!("https://{}.de", "a".repeat(length))).len(), usize::from(linked));
        assert_eq!(links(&format!("{}@b.de", "a".repeat(length + 1))).len(), usize::from(linked));
    }
    let parts = ["a".repeat(60), "b".repeat(60), "c".repeat(60), "d".repeat(60)].join(".");
    for (length, linked) in [(252, true), (253, true), (254, false)] {
        let host = [&parts, ".", &"e".repeat(length - parts.len() - 1)].concat();
        assert_eq!(links(&format!("https://{host}/")).len(), usize::from(linked), "{length}");
    }
}

#[test]
fn a_text_made_to_cost_time_costs_one_pass() {
    for piece in ["https://", "https://x.de/)", "a@b@", "www.", "(((", "https://x.de,", "@a.de", ")]"] {
        let begun = std::time::Instant::now();
        let text = piece.repeat(65_536 / piece.len());
        links(&text);
        links(&format!("https://x.de/{text}"));
        assert!(begun.elapsed().as_secs() < 2, "{piece}");
    }
}

proptest! {
    #[test]
    fn every_text_is_kept_and_every_link_is_plain(text in "(https?://|www\\.|[a-z@.:/\\[\\](),%#?_-]|\\PC){0,40}") {
        let spans = spans(&text);
        prop_assert_eq!(spans.iter().map(|span| span.text).collect::<String>(), text.clone());
        for span in &spans {
            prop_assert!(!span.text.is_empty());
            let Some(href) = &span.href else { continue };
            prop_assert!(href.ends_with(span.text), "what is followed is what is read");
            let lower = href.to_ascii_lowercase();
            prop_assert!(["https://", "http://", "mailto:"].iter().any(|start| lower.starts_with(start)));
            let rest = lower.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches('/');
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            prop_assert!(authority.is_ascii() && authority.contains('.'));
            prop_assert_eq!(span.is_page(), !authority.contains('@'));
            prop_assert!(!span.text.contains(|letter: char| letter.is_whitespace() || letter.is_control()));
        }
        prop_assert!(spans.windows(2).all(|two| two.iter().any(|span| span.href.is_some())), "text is not cut up");
    }
}
