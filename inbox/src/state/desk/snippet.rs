//! The place in a conversation that a search found.

use super::letter::{Item, Letter};

/// Characters around what was found.
const AROUND: usize = 60;

/// Some words around the first place with `query` (lower case); none without one. What was found in the name or address
/// shows the conversation's newest line.
pub(super) fn snippet(letter: &Letter, query: &str) -> Option<String> {
    if query.is_empty() || !letter.contains(query) {
        return None;
    }
    let found = letter.items.iter().rev().map(Item::text).find_map(|text| around(text, query));
    Some(found.unwrap_or_else(|| letter.line()))
}

fn around(text: &str, query: &str) -> Option<String> {
    // One lower-case character for each, so that places are the same in both.
    let lower: Vec<char> = text.chars().map(|one| one.to_lowercase().next().unwrap_or(one)).collect();
    let wanted: Vec<char> = query.chars().collect();
    let at = lower.windows(wanted.len()).position(|window| window == wanted)?;
    let (start, end) = (at.saturating_sub(AROUND), at + wanted.len() + AROUND);
    let words: String = text.chars().skip(start).take(end - start).collect();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if start > 0 { "… " } else { "" };
    let after = if end < lower.len() { " …" } else { "" };
    Some(format!("{before}{words}{after}"))
}
