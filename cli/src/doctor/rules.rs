//! The rules: each looks at one source and says what it found there.

pub(crate) mod address;
pub(crate) mod csp;
pub(crate) mod known;
pub(crate) mod look;
pub(crate) mod snippet;
pub(crate) mod stoppers;
pub(crate) mod transport;
pub(crate) mod whatsapp;
pub(crate) mod words;

use super::{
    finding::Finding,
    page::{Kind, Page},
};
use url::Url;

/// What is known of a page besides its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Its address; in a folder one that nobody has.
    pub(crate) url: &'a Url,
    /// What it came with.
    pub(crate) headers: &'a [(String, String)],
    /// Relays that were named for it; else the snippet's own.
    pub(crate) relays: &'a [Url],
}

/// Everything about one source.
pub(crate) fn check(page: &Page, context: &Context<'_>) -> Vec<Finding> {
    let mut found = whatsapp::check(page);
    if page.kind == Kind::Markup {
        found.extend(transport::check(page, context));
        found.extend(csp::check(page, context));
        found.extend(stoppers::check(page));
        found.extend(snippet::check(page, stoppers::off));
    }
    if matches!(page.kind, Kind::Markup | Kind::Style) {
        found.extend(look::check(page));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn a_page_made_to_keep_this_busy_ends_soon() {
        // Each would take minutes if anything in it were compared with everything.
        for piece in [
            "<script data-pin data-site>",
            "WhatsApp ",
            "WhatsApp 0155 5512345 ",
            "package=com.whatsapp ",
            "https://wa.me/",
            "<i class=joinchat>",
            "<meta http-equiv=content-security-policy content='connect-src a;'>",
            "<p data-x='wa.me/1'>",
            "&shy;<",
            "<p style=--einwurf-accent:#eee>",
        ] {
            let text = piece.repeat(100_000 / piece.len());
            let policy = format!(
                "<meta http-equiv=content-security-policy content='{}'>{text}",
                "a;b,".repeat(25_000)
            );
            let began = Instant::now();
            let page = Page::read("https://beispiel.example/".to_owned(), Kind::Markup, policy);
            let url = Url::parse(&page.name).unwrap();
            check(&page, &Context { url: &url, headers: &[], relays: &[] });
            assert!(began.elapsed() < Duration::from_secs(20), "{piece} {:?}", began.elapsed());
        }
    }
}
