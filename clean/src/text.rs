//! Plain text in UTF-8.

use crate::{Refused, foreign};

/// Accepts what a person can have written: no controls but tab, line ends and form feed, and no page.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Refused> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refused::Unknown)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.chars().any(|char| char.is_control() && !matches!(char, '\t' | '\n' | '\r' | '\u{c}')) {
        return Err(Refused::Unknown);
    }
    if text.trim().is_empty() {
        return Err(Refused::Empty);
    }
    // Markup of any kind begins so; programs that guess would take it for a page.
    if text.trim_start().starts_with('<') || text.starts_with("%!") || foreign::has_markup(bytes) {
        return Err(Refused::Unknown);
    }
    Ok(())
}
