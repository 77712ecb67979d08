//! What a picture that came is shown in: a frame of its own origin without scripts and without a network.

use crate::state::site::door::attribute;

/// Pictures up to this size are shown: the frame holds them as text.
pub const SHOWN_BYTES: u64 = 12_000_000;

/// Types whose pixels every browser shows, as the module calls them. Nothing else goes into a frame: what has a script, a
/// link or an address in it is saved as a file or not at all.
pub fn is_shown(kind: &str) -> bool {
    matches!(kind, "jpeg" | "png" | "web-p" | "gif" | "avif")
}

/// The page of the frame. `address` is a `data:` address that was made from checked content; `words` say what it shows.
/// The picture is an image within a drawing, since a drawing fits it into the frame without a style.
pub fn frame(address: &str, words: &str) -> String {
    let (address, words) = (attribute(address), attribute(words));
    format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:\">\
         <svg width=\"100%\" height=\"100%\" role=\"img\" aria-label=\"{words}\">\
         <image href=\"{address}\" width=\"100%\" height=\"100%\"></image></svg>"
    )
}
