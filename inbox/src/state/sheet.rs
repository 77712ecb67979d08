//! The emergency sheet: one page of paper that opens the inbox when nobody else can.

use einwurf_protocol::poster::drawn;
use fast_qr::qr::QRBuilder;
use zeroize::Zeroizing;

/// What stands on it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The company.
    pub company: String,
    /// The code in groups, joined by hyphens.
    pub code: Zeroizing<String>,
    /// The page where the code is entered; it names the site and its key.
    pub link: String,
    /// Who made it.
    pub by: String,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({:?}, code hidden)", self.company)
    }
}

impl Sheet {
    /// The groups of the code.
    pub fn groups(&self) -> Vec<String> {
        self.code.split('-').map(str::to_owned).collect()
    }
}

/// A QR code as one path over a square of `size`, its quiet zone included.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Modules of each side.
    pub size: usize,
    /// Path data.
    pub path: String,
}

/// Draws `text`; none if it is too long for a QR code.
pub fn picture(text: &str) -> Option<Picture> {
    let code = QRBuilder::new(text).build().ok()?;
    let (size, path) = drawn(code.size, |x, y| code[y].get(x).is_some_and(|module| module.value()));
    Some(Picture { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_a_link_fit_a_picture_with_its_quiet_zone() {
        let code = picture("K7M2-9XQD-04TB-ZR8W-H5N1-CJ6V-3PAG-YE0S-F2K9").unwrap();
        assert!(code.size >= 21 + 8 && code.path.starts_with("M4 4h1v1h-1z"), "{}", code.size);
        let link =
            format!("https://post.fensterbau.example/inbox#site={}&pin={}", "a".repeat(64), "b".repeat(43));
        assert!(picture(&link).is_some());
        assert!(picture(&"x".repeat(3_000)).is_none());
    }

    #[test]
    fn debug_does_not_show_the_code() {
        let sheet = Sheet {
            company: "Firma".into(),
            code: Zeroizing::new("K7M2-9XQD".into()),
            link: String::new(),
            by: String::new(),
        };
        assert!(!format!("{sheet:?}").contains("K7M2"));
        assert_eq!(sheet.groups(), ["K7M2", "9XQD"]);
    }
}
