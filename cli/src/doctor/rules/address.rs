//! WhatsApp's addresses in any text: plain, in JSON, percent-encoded, in a template.

use std::ops::Range;

/// Hosts that open a conversation, a channel or an invitation.
const HOSTS: [&str; 6] =
    ["wa.me", "wa.link", "api.whatsapp.com", "web.whatsapp.com", "chat.whatsapp.com", "call.whatsapp.com"];
/// On the main host only this; its legal texts are no way to write to a company.
const CHANNEL: &str = "whatsapp.com/channel";

/// Characters of an address that are looked at: a text without spaces is no address of megabytes.
const LENGTH: usize = 400;

/// What an address does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Opens a conversation with the company.
    Chat,
    /// Passes the page on to somebody.
    Share,
}

/// Every address in a text, in order.
pub(crate) fn find(text: &str) -> Vec<(Range<usize>, Use)> {
    // Same length as the text, so that offsets fit.
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<(Range<usize>, Use)> = Vec::new();
    for needle in HOSTS.into_iter().chain([CHANNEL]) {
        for (at, _) in lower.match_indices(needle) {
            found.extend(
                host(&lower, at, needle)
                    .map(|start| (start, at + needle.len()))
                    .map(|it| address(&lower, it)),
            );
        }
    }
    for (at, needle) in lower.match_indices("whatsapp:") {
        let rest = lower.get(at + needle.len()..).unwrap_or_default();
        let begins =
            before(&lower, at).is_none_or(|letter| !letter.is_alphanumeric() && !"-_./".contains(letter));
        if begins && ["//", "\\/\\/", "send", "%2f%2f"].iter().any(|it| rest.starts_with(it)) {
            found.push(address(&lower, (at, at + needle.len())));
        }
    }
    for (at, needle) in lower.match_indices("package=com.whatsapp") {
        let start = begun(&lower, at).unwrap_or(at);
        found.push(address(&lower, (start, at + needle.len())));
    }
    found.sort_by_key(|(at, _)| (at.start, at.end));
    // A share address names another one now and then: what begins within one belongs to it.
    let mut end = 0;
    found.retain(|(at, _)| {
        let outside = at.start >= end;
        end = end.max(at.end);
        outside
    });
    found
}

/// Where the address begins, if a host's name stands here as a host: `examplewa.me.de` has none.
fn host(lower: &str, at: usize, needle: &str) -> Option<usize> {
    let rest = lower.get(at + needle.len()..).unwrap_or_default();
    let mut next = rest.chars();
    match next.next() {
        Some('.') if next.next().is_some_and(char::is_alphanumeric) => return None,
        Some(letter) if letter.is_alphanumeric() || matches!(letter, '-' | '_' | '@') => return None,
        _ => {}
    }
    let head = lower.get(..at)?;
    let head = head.strip_suffix("www.").unwrap_or(head);
    for slashes in ["//", "\\/\\/", "%2f%2f"] {
        if let Some(scheme) = head.strip_suffix(slashes) {
            let schemes = ["https:", "http:", "https%3a", "http%3a"];
            let length = schemes.iter().find(|it| scheme.ends_with(*it)).map_or(0, |it| it.len());
            return Some(scheme.len() - length);
        }
    }
    // Without a scheme only with a path: a sentence may end with the name.
    let path = ["/", "\\/", "%2f"].iter().any(|it| rest.starts_with(it)) || needle == CHANNEL;
    let begins = head.chars().next_back().is_none_or(|it| it.is_whitespace() || "\"'`(>=,;[{".contains(it));
    (path && begins).then_some(head.len())
}

/// Where the `intent:` begins that an app's name belongs to.
fn begun(lower: &str, at: usize) -> Option<usize> {
    let head = lower.get(..at)?;
    let from = head.char_indices().rev().take(LENGTH).last().map_or(at, |(from, _)| from);
    head.get(from..)?.rfind("intent:").map(|within| from + within)
}

fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// From the start to the first sign that no address contains; and what it is for.
fn address(lower: &str, (start, least): (usize, usize)) -> (Range<usize>, Use) {
    let tail = lower.get(least..).unwrap_or_default();
    let ends = |letter: char| letter.is_whitespace() || "\"'`<>)|".contains(letter);
    let near = tail.char_indices().take(LENGTH).take_while(|(_, letter)| !ends(*letter));
    let end = near.last().map_or(least, |(at, letter)| least + at + letter.len_utf8());
    let whole = lower.get(start..end).unwrap_or_default();
    // What is passed on may be an address too, and is none that this one writes to.
    let (own, passed) =
        whole.split_once("text=").or_else(|| whole.split_once("text%3d")).unwrap_or((whole, ""));
    let number = ["phone", "wa.me/", "wa.me\\/", "wa.me%2f"].iter().any(|it| {
        let rest = own.split_once(it).map_or("", |(_, rest)| rest.trim_start_matches('/'));
        !rest.is_empty() && !rest.starts_with(['?', '&'])
    });
    let number = number || passed.contains("&phone=");
    let text = own.len() < whole.len();
    (start..end, if text && !number { Use::Share } else { Use::Chat })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Use)> {
        find(text).into_iter().map(|(at, what)| (text[at].to_owned(), what)).collect()
    }

    #[test]
    fn an_address_is_found_in_every_disguise() {
        for (text, address) in [
            ("<a href=\"https://wa.me/4915555512345\">", "https://wa.me/4915555512345"),
            ("HTTPS://WA.ME/49", "HTTPS://WA.ME/49"),
            ("//api.whatsapp.com/send?phone=49&text=a", "//api.whatsapp.com/send?phone=49&text=a"),
            ("{\"sameAs\":[\"https:\\/\\/wa.me\\/49\"]}", "https:\\/\\/wa.me\\/49"),
            ("?to=https%3A%2F%2Fweb.whatsapp.com%2Fsend", "https%3A%2F%2Fweb.whatsapp.com%2Fsend"),
            ("(wa.me/49)", "wa.me/49"),
            ("https://www.whatsapp.com/channel/0029", "https://www.whatsapp.com/channel/0029"),
            ("https://chat.whatsapp.com/AbC", "https://chat.whatsapp.com/AbC"),
            ("href='whatsapp://send?phone=49'", "whatsapp://send?phone=49"),
            ("open(`https://wa.me/${number}`)", "https://wa.me/${number}"),
            (
                "intent://send/49#Intent;scheme=smsto;package=com.whatsapp;end",
                "intent://send/49#Intent;scheme=smsto;package=com.whatsapp;end",
            ),
        ] {
            assert_eq!(found(text), [(address.to_owned(), Use::Chat)], "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "https://examplewa.me.de/",
            "https://wa.me.example/",
            "https://wa.method.example/",
            "https://my-wa.me/x",
            "https://example.test/wa.me/",
            "post@wa.me",
            "Wir sind nicht mehr bei wa.me.",
            "WhatsApp: 0155 5512345",
            "whatsapp: true, other: 1",
            "https://www.whatsapp.com/legal/privacy-policy",
            "https://notweb.whatsapp.com.example/",
            "com.whatsapp.example",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn sharing_is_told_from_writing() {
        for text in [
            "https://wa.me/?text=https%3A%2F%2Fbeispiel.example",
            "whatsapp://send?text=a",
            "https://api.whatsapp.com/send?text=https://wa.me/49",
        ] {
            assert_eq!(found(text), [(text.to_owned(), Use::Share)], "{text}");
        }
        assert_eq!(found("https://wa.me/49?text=Hallo")[0].1, Use::Chat);
        assert_eq!(found("https://api.whatsapp.com/send?text=a&phone=49")[0].1, Use::Chat);
    }
}
