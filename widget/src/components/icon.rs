//! Icons of lucide (ISC licence), inlined; always beside a text or inside a named button.

use crate::dom::{El, svg};

/// `lock`
pub(super) const LOCK: &str =
    "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2M7 11V7a5 5 0 0 1 10 0v4";
/// `x`
pub(super) const CLOSE: &str = "M18 6 6 18M6 6l12 12";
/// `chevron-down`
pub(super) const DOWN: &str = "m6 9 6 6 6-6";
/// `phone`
pub(super) const PHONE: &str = "M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384";
/// `mail`
pub(super) const MAIL: &str = "m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7M4 4h16a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2";
/// `camera`
pub(super) const CAMERA: &str = "M14.5 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3zM12 10a3 3 0 1 0 0 6 3 3 0 0 0 0-6";
/// `image`
pub(super) const PICTURE: &str = "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2M9 7a2 2 0 1 0 0 4 2 2 0 0 0 0-4M21 15l-3.086-3.086a2 2 0 0 0-2.828 0L6 21";
/// `paperclip`
pub(super) const CLIP: &str = "m21.44 11.05-9.19 9.19a6 6 0 0 1-8.49-8.49l8.57-8.57A4 4 0 1 1 18 8.84l-8.59 8.57a2 2 0 0 1-2.83-2.83l8.49-8.48";

/// One icon, 20 px.
pub(super) fn icon(path: &str) -> El {
    svg("svg", &[("class", "icon"), ("viewBox", "0 0 24 24"), ("aria-hidden", "true")])
        .kids([svg("path", &[("d", path)])])
}
