//! Pages of one file: `www/door/`, the template of a company's door (the placeholders of docs/protocol.md, section 16.3,
//! stay open), `www/relay-door/`, and `www/check/`, which checks receipts. Script and style stand in the page, allowed by their hashes.

use super::{app::esbuild, release};
use crate::{paths, setup::Tools};
use anyhow::{Context, Result, bail};
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};
use std::{ffi::OsString, fs, path::PathBuf};

/// Builds the page `www/<name>/<name>.html` and puts it into the release.
pub(super) fn build(tools: &Tools, name: &str, script_options: &[OsString]) -> Result<PathBuf> {
    let page = make(tools, name, script_options)?;
    release::put_file(name, &page)?;
    Ok(page)
}

/// Builds a page that only the relay serves.
pub(super) fn make(tools: &Tools, name: &str, script_options: &[OsString]) -> Result<PathBuf> {
    let source = paths::root().join("www").join(name);
    let made = paths::app(name);
    fs::create_dir_all(&made)?;
    let file = format!("{name}.html");
    let (script, style, page) = (made.join("script.js"), made.join("style.css"), made.join(&file));
    esbuild(tools, &source.join("main.js"), &script, &super::www::SCRIPT, script_options)?;
    esbuild(tools, &source.join("style.css"), &style, &[], &[])?;
    let text =
        fs::read_to_string(source.join(&file)).with_context(|| format!("www/{name}/{file} is missing"))?;
    let read = |file| fs::read_to_string(file).map(|text: String| text.trim_end().to_owned());
    fs::write(&page, inline(&text, &read(&script)?, &read(&style)?)?)?;
    Ok(page)
}

/// Puts script and style with their hashes in the places that the page marks by `[[…]]`.
fn inline(page: &str, script: &str, style: &str) -> Result<String> {
    for (what, text, end) in [("script", script, "</script"), ("style", style, "</style")] {
        // Whoever fills the placeholders must not change what was hashed, and nothing may end the element early.
        if text.contains("{{") || text.contains("<!--") || text.contains(end) {
            bail!("the page's {what} has text in it that a page cannot hold as it is");
        }
    }
    let hash = |text: &str| format!("sha256-{}", Base64::encode_string(&Sha256::digest(text)));
    Ok(page
        .replace("[[script_hash]]", &hash(script))
        .replace("[[style_hash]]", &hash(style))
        .replace("[[style]]", style)
        .replace("[[script]]", script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_what_stands_in_the_page() {
        let page =
            inline("'[[script_hash]]' '[[style_hash]]'<style>[[style]]</style>[[script]]", "f()", "a{}")
                .unwrap();
        // printf 'f()' | openssl dgst -sha256 -binary | base64
        assert!(page.contains("sha256-GcEEE0IkDzIP5EQ6DXZaDPORqT5RTBELX8Fyzyg9yvo="), "{page}");
        assert!(page.ends_with("<style>a{}</style>f()"), "{page}");
    }

    #[test]
    fn what_would_end_the_element_or_be_filled_is_refused() {
        for (script, style) in
            [("</script>", ""), ("'{{name}}'", ""), ("<!--", ""), ("", "</style>"), ("", "{{x}}")]
        {
            assert!(inline("", script, style).is_err(), "{script} {style}");
        }
    }
}
