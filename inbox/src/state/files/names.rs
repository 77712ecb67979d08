//! Names as they may be shown and given to a file.

use crate::texts::Pick;

/// Longest name that is shown.
const NAME_CHARS: usize = 80;

/// A name without what could make it look like another: no path, no control characters, nothing that turns the direction
/// of reading or hides.
pub fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept = last.chars().filter(|one| !is_hidden(*one)).take(NAME_CHARS).collect::<String>();
    let kept = kept.trim().trim_matches('.').trim();
    if kept.is_empty() { "-".to_owned() } else { kept.to_owned() }
}

/// Control and format characters, and those that no reader sees.
fn is_hidden(one: char) -> bool {
    one.is_control()
        || matches!(one,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A number of bytes for people: the number and the unit's text.
pub fn size(bytes: u64) -> (u64, Pick) {
    match bytes {
        0..=999 => (bytes, |t| &t.size_bytes),
        1_000..=999_499 => (bytes.saturating_add(500) / 1_000, |t| &t.size_kb),
        _ => (bytes.saturating_add(500_000) / 1_000_000, |t| &t.size_mb),
    }
}
