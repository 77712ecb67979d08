//! Which parts of a message's text are addresses that a reader may follow. What somebody wrote may try to look like
//! another address, so that only what stands there in full becomes a link: a host of ASCII letters with its dots, no
//! name before an `@`, no number in place of a name. Everything else stays text.

/// A piece of a text. All pieces in order are the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span<'a> {
    /// As it was written.
    pub text: &'a str,
    /// Where it leads: begins with `https://`, `http://` (as they were written, in letters of either case) or `mailto:`,
    /// and its host is ASCII and part of the text.
    pub href: Option<String>,
}

impl Span<'_> {
    /// Whether it leads to a page rather than a mailbox.
    pub fn is_page(&self) -> bool {
        self.href.as_deref().is_some_and(|href| !href.starts_with(MAILBOX))
    }
}

/// A link in a word: from, to, and where it leads.
type Found = (usize, usize, String);

const MAILBOX: &str = "mailto:";
/// What the address of a page begins with, and what the link has before that.
const PAGES: [(&str, &str); 3] = [("https://", ""), ("http://", ""), ("www.", "https://")];
/// Marks of addresses, besides letters and digits.
const MARKS: &str = "-._~:/?#[]@!$&'()*+,;=%";
/// Marks that end a sentence rather than an address.
const ENDS: &str = ".,;:!?'*";
/// Lengths of a host and of its parts (RFC 1035, section 2.3.4), and of what stands before the `@` (RFC 5321, section
/// 4.5.3.1.1).
const HOST: usize = 253;
const PART: usize = 63;
const MAILBOX_NAME: usize = 64;

/// Splits a text into what is a link and what is not, in one pass.
pub fn spans(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let (mut plain, mut at) = (0, 0);
    for word in text.split_inclusive(|letter| !is_of_address(letter)) {
        let end = at + word.len();
        while let Some((from, to, href)) = first(piece(text, at, end)) {
            push(&mut spans, piece(text, plain, at + from), None);
            push(&mut spans, piece(text, at + from, at + to), Some(href));
            at += to;
            plain = at;
        }
        at = end;
    }
    push(&mut spans, piece(text, plain, at), None);
    spans
}

fn push<'a>(spans: &mut Vec<Span<'a>>, text: &'a str, href: Option<String>) {
    if !text.is_empty() {
        spans.push(Span { text, href });
    }
}

fn piece(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// Letters of every script may stand in a path. What turns the direction of writing around is none.
fn is_of_address(letter: char) -> bool {
    let accent = ('\u{300}'..='\u{36f}').contains(&letter);
    if letter.is_ascii() {
        letter.is_ascii_alphanumeric() || MARKS.contains(letter)
    } else {
        letter.is_alphanumeric() || accent
    }
}

/// The first link of a word. A page whose address is not plain makes no link of what else stands in the word.
fn first(word: &str) -> Option<Found> {
    // Most words end here.
    if !word.contains(['.', '@']) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let starts = PAGES.iter().filter_map(|(start, before)| Some((begin(&lower, start)?, *start, *before)));
    match starts.min_by_key(|(from, ..)| *from) {
        Some((from, start, before)) => page(word, from, if before.is_empty() { start } else { "" }, before),
        None => mailbox(word),
    }
}

/// Where an address of a page begins: not in the middle of a word or of another address.
fn begin(lower: &str, start: &str) -> Option<usize> {
    let free = |at: &usize| {
        let before = piece(lower, 0, *at).chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && !"-._@/".contains(letter))
    };
    lower.match_indices(start).map(|(at, _)| at).find(free)
}

fn page(word: &str, from: usize, scheme: &str, before: &str) -> Option<Found> {
    let link = without_end(piece(word, from, word.len()));
    let authority = piece(link, scheme.len(), link.len()).split(['/', '?', '#']).next()?;
    let host = match authority.split_once(':') {
        Some((host, port)) if is_port(port) => host,
        Some(_) => return None,
        None => authority,
    };
    is_host(host).then(|| (from, from + link.len(), [before, link].concat()))
}

/// An address without what belongs to the sentence around it: a bracket that was not opened in it, a full stop.
fn without_end(mut link: &str) -> &str {
    link = link.trim_end_matches(|letter: char| !is_of_address(letter));
    let count = |bracket| link.bytes().filter(|byte| *byte == bracket).count();
    let mut open = [(b'(', b')'), (b'[', b']')].map(|(opens, closes)| (closes, count(opens), count(closes)));
    while let Some(last) = link.bytes().next_back() {
        let bracket = open.iter_mut().find(|(closes, ..)| *closes == last);
        let loose = match bracket {
            Some((_, opened, closed)) if *closed > *opened => {
                *closed -= 1;
                true
            }
            _ => ENDS.as_bytes().contains(&last),
        };
        if !loose {
            break;
        }
        link = piece(link, 0, link.len() - 1);
    }
    link
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|port| port > 0) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name with a dot whose last part begins with a letter: no browser reads a number out of it.
fn is_host(host: &str) -> bool {
    let part = |part: &str| {
        let fits = (1..=PART).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-');
        fits && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = host.rsplit_once('.').map(|(_, last)| last).unwrap_or_default();
    let named = last.len() > 1 && last.starts_with(|letter: char| letter.is_ascii_alphabetic());
    host.len() <= HOST && named && host.split('.').all(part)
}

fn mailbox(word: &str) -> Option<Found> {
    let mut start = 0;
    for (at, _) in word.match_indices('@') {
        let (before, after) = (piece(word, start, at), piece(word, at + 1, word.len()));
        start = at + 1;
        let named = |letter: char| letter.is_ascii_alphanumeric() || "._+-".contains(letter);
        let name = before.rsplit(|letter| !named(letter)).next().unwrap_or_default();
        let name = name.trim_start_matches(['.', '-', '+', '_']);
        let host =
            after.split(|letter: char| !letter.is_ascii_alphanumeric() && !"-.".contains(letter)).next();
        let host = host.unwrap_or_default();
        let next = piece(after, host.len(), after.len()).chars().next();
        let whole = next.is_none_or(|letter| letter != '@' && letter != '_' && !letter.is_alphanumeric());
        let host = host.trim_end_matches(['.', '-']);
        let from = at - name.len();
        let alone = !piece(word, 0, from).ends_with(|letter: char| letter == '@' || letter.is_alphanumeric());
        if alone && whole && (1..=MAILBOX_NAME).contains(&name.len()) && !name.ends_with('.') && is_host(host)
        {
            let to = at + 1 + host.len();
            return Some((from, to, [MAILBOX, piece(word, from, to)].concat()));
        }
    }
    None
}

#[cfg(test)]
mod tests;
