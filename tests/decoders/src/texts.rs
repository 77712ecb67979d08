//! Texts: what people and other programs write.

use crate::text;
use einwurf_languages::{Language, pseudo};
use einwurf_protocol::{
    codec::{from_base64, from_base64url, hex, to_base64, to_base64url, unhex},
    colour::{DARK, LIGHT, READABLE, Rgb, lowest, nearest},
    ids::{Digest, MessageId, Secret, Signature, Thumbprint},
    links as found,
    message::is_email,
    policy::{Policy, address::Address},
    theme::is_families,
};
use einwurf_staff::start::{Start, address, link};

/// One form for each value.
pub(crate) fn codec(bytes: &[u8]) {
    assert_eq!(from_base64url(&to_base64url(bytes)).as_deref(), Ok(bytes));
    assert_eq!(from_base64(&to_base64(bytes)).as_deref(), Ok(bytes));
    assert_eq!(unhex(&hex(bytes)).as_deref(), Some(bytes));
    let Some(text) = text(bytes) else { return };
    assert!(
        from_base64url(text).is_ok_and(|bytes| to_base64url(&bytes) == text) || from_base64url(text).is_err()
    );
    assert!(from_base64(text).is_ok_and(|bytes| to_base64(&bytes) == text) || from_base64(text).is_err());
    assert!(unhex(text).is_none_or(|bytes| hex(&bytes) == text));
    assert!(text.parse::<Digest>().is_ok_and(|id| id.to_string() == text) || text.parse::<Digest>().is_err());
    assert!(text.parse::<Thumbprint>().is_ok() == text.parse::<Digest>().is_ok());
    assert!(text.parse::<Secret>().is_ok() == text.parse::<Digest>().is_ok());
    assert!(
        text.parse::<MessageId>().is_ok_and(|id| id.to_string() == text)
            || text.parse::<MessageId>().is_err()
    );
    assert!(
        text.parse::<Signature>().is_ok_and(|id| id.to_string() == text)
            || text.parse::<Signature>().is_err()
    );
    if is_email(text) {
        assert!(
            !text
                .chars()
                .any(|letter| letter.is_control() || letter.is_whitespace() || "<>,\"".contains(letter))
        );
    }
}

/// A colour is written and read again, and the nearest that can be read can be read; families end no declaration.
pub(crate) fn colour(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Some(colour) = Rgb::parse(text) {
        assert_eq!(Rgb::parse(&colour.hex()), Some(colour));
        for against in [LIGHT, DARK] {
            let near = nearest(colour, &against, READABLE);
            assert!(near.is_some_and(|near| lowest(near, &against) >= READABLE));
        }
    }
    if is_families(text) {
        assert!(!text.chars().any(|letter| ";:{}()\"'\\/<>@!".contains(letter) || letter.is_control()));
    }
}

/// The pieces of a text are the text, and what leads somewhere stands in it.
pub(crate) fn links(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let spans = found::spans(text);
    assert_eq!(spans.iter().map(|span| span.text).collect::<String>(), text);
    for span in &spans {
        let Some(href) = &span.href else { continue };
        assert!(
            ["https://", "http://", "mailto:"]
                .iter()
                .any(|begin| href.to_ascii_lowercase().starts_with(begin)),
            "{href}"
        );
        if span.is_page() {
            // The tables of Unicode are not in this reader: it knows no name beyond ASCII.
            let read = url::Url::parse(href);
            assert!(read.is_ok() || href.contains("xn--"), "{href} is no address");
            let host = read.ok().and_then(|url| url.host_str().map(str::to_owned));
            let shown = host.is_none_or(|host| span.text.to_ascii_lowercase().contains(&host));
            assert!(shown, "{href} leads to a host that is not shown");
        }
    }
}

/// A policy is written and read again; an address has one origin.
pub(crate) fn policy(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for policy in Policy::read(text) {
        let again = Policy::read(&policy.to_string());
        let same = |other: &Policy| policy.directives().eq(other.directives());
        assert!(matches!(again.as_slice(), [one] if same(one)), "{policy}");
        assert!(policy.repeated().iter().all(|name| policy.get(name).is_some()));
    }
    if let Some(read) = Address::read(text).filter(|read| !read.host().is_empty()) {
        let again = Address::read(&format!("{}{}", read.origin(), read.path()));
        assert_eq!(again.as_ref(), Some(&read));
    }
}

/// A file of texts in a language that nobody speaks has the same members, and the same places for values.
pub(crate) fn language(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let places = |text: &str| text.split('{').skip(1).filter(|rest| rest.contains('}')).count();
    for name in pseudo::NAMES {
        assert!(places(&pseudo::text(name, text)) >= places(text).min(1));
    }
    let Ok(language) = Language::of("en", text) else { return };
    for other in pseudo::of(&language) {
        for section in einwurf_languages::SECTIONS {
            let (ours, made) = (language.section(section).as_object(), other.section(section).as_object());
            let names = |members: Option<&serde_json::Map<_, _>>| {
                members.map(|it| it.keys().cloned().collect::<Vec<_>>())
            };
            // Facts about the language may be added.
            assert!(section == "meta" || names(ours) == names(made), "{section}");
        }
    }
}

/// What an address's fragment asks for: a link to what was read leads to the same.
pub(crate) fn fragment(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for start in [Some(Start::read(text)), Start::of_link(text)].into_iter().flatten() {
        let Start { site, pin, .. } = start;
        let Some(site) = site else { continue };
        assert_eq!(address(&site).as_deref(), Some(site.as_str()));
        let Some(pin) = pin else { continue };
        let again = Start::of_link(&link("https://relay.example", None, &site, &pin));
        assert!(again.is_some_and(|again| again.site == Some(site) && again.pin == Some(pin)));
    }
}
