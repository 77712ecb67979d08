//! `einwurf poster`: a page to print, with the address of the company's door and its code to scan. It replaces the WhatsApp
//! code in the shop window and on the van. One file of HTML without scripts; nobody is asked.

use crate::texts::{Language, Texts};
use clap::Args;
use fast_qr::{ECL, qr::QRBuilder};
use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use url::Url;

/// Characters of an address whose code can be read from the other side of the street.
const ADDRESS: usize = 200;
/// Characters of a name that fit the head of the page.
const NAME: usize = 80;
/// Modules of quiet zone on each side (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;
const PAGE: &str = include_str!("poster.html");

/// What stands on it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address of the company's door (https://…), without a fragment.
    #[arg(value_parser = door)]
    door: Url,
    /// The company as visitors know it.
    #[arg(long, value_parser = name)]
    name: String,
    /// Where to write the page; otherwise it goes to the standard output. A file that is there stays as it is.
    #[arg(long, short)]
    out: Option<PathBuf>,
    /// Language of the page; otherwise that of the system.
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

/// A code that was printed cannot be changed: what it says is checked before.
fn door(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "no address such as https://post.company.example/".to_owned())?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if url.scheme() != "https" || !plain {
        return Err("an address with https, without a name before it and without #".to_owned());
    }
    if url.as_str().len() > ADDRESS { Err(format!("longer than {ADDRESS} characters")) } else { Ok(url) }
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err("empty".to_owned()),
        1..=NAME => Ok(name.to_owned()),
        _ => Err(format!("longer than {NAME} characters")),
    }
}

/// Writes the page. Ends with 0, or with 2 if it cannot be written.
pub(crate) fn run(options: &Options) -> ExitCode {
    let language = options.lang.unwrap_or_else(Language::of_system);
    let texts = Texts::of(language);
    let page = page(&texts, language, options);
    let written = match &options.out {
        Some(path) => create(path, &page),
        None => std::io::stdout().lock().write_all(page.as_bytes()),
    };
    let Err(error) = written else { return ExitCode::SUCCESS };
    let sentence = texts.say("poster_unwritten", &[("cause", &error.to_string())]);
    let _ = writeln!(std::io::stderr().lock(), "{sentence}");
    ExitCode::from(2)
}

fn create(path: &Path, page: &str) -> std::io::Result<()> {
    std::fs::File::create_new(path)?.write_all(page.as_bytes())
}

fn page(texts: &Texts, language: Language, options: &Options) -> String {
    let code = picture(options.door.as_str());
    let address = options.door.as_str().trim_start_matches("https://").trim_end_matches('/');
    let values = [
        ("lang", if language == Language::De { "de" } else { "en" }.to_owned()),
        ("name", escaped(&options.name)),
        ("title", escaped(&texts.say("poster_title", &[]))),
        ("how", escaped(&texts.say("poster_how", &[]))),
        ("what", escaped(&texts.say("poster_what", &[]))),
        ("typed", escaped(&texts.say("poster_typed", &[]))),
        ("alt", escaped(&texts.say("poster_alt", &[("address", address)]))),
        ("address", escaped(address)),
        ("code", code),
    ];
    let mut parts = PAGE.split("{{");
    let mut said = parts.next().unwrap_or_default().to_owned();
    // In one pass, so that no value is taken for a place.
    for part in parts {
        let (place, rest) = part.split_once("}}").unwrap_or(("", part));
        said.push_str(values.iter().find(|(known, _)| *known == place).map_or("", |(_, value)| value));
        said.push_str(rest);
    }
    said
}

/// The code as one path over a square, quiet zone included. A quarter of it may be scratched off.
fn picture(text: &str) -> String {
    // An address of the permitted length fits every level.
    let Ok(code) = QRBuilder::new(text).ecl(ECL::Q).build() else { return String::new() };
    let mut path = String::new();
    let rows = code.data.chunks(code.size).take(code.size);
    for (y, row) in rows.enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, module)| module.value()) {
            // Writing to a string cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let size = code.size + 2 * QUIET;
    format!("viewBox=\"0 0 {size} {size}\"><path d=\"{path}\"/>")
}

fn escaped(text: &str) -> String {
    crate::texts::printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(name: &str, address: &str) -> String {
        let options = Options { door: door(address).unwrap(), name: name.to_owned(), out: None, lang: None };
        page(&Texts::of(Language::De), Language::De, &options)
    }

    #[test]
    fn the_page_has_name_address_and_code_and_asks_nobody() {
        let page = printed("Beispiel & Söhne", "https://post.beispiel.example/");
        for part in [
            "Beispiel &amp; Söhne",
            ">post.beispiel.example<",
            "viewBox=\"0 0 ",
            "M4 4h1v1h-1z",
            "lang=\"de\"",
        ] {
            assert!(page.contains(part), "{part}");
        }
        assert!(
            !page.contains("{{")
                && !page.contains("<script")
                && !page.contains("http:")
                && !page.contains("src=")
        );
        assert!(!page.contains("https:"));
    }

    #[test]
    fn the_code_is_that_of_the_whole_address() {
        // Three finder patterns, whatever is in it: seven modules and the quiet zone of four.
        let address = "https://post.beispiel.example/nachricht";
        let code = QRBuilder::new(address).ecl(ECL::Q).build().unwrap();
        let svg = picture(address);
        let dark = code.data[..code.size * code.size].iter().filter(|module| module.value()).count();
        assert_eq!(svg.matches('M').count(), dark);
        assert!(
            svg.contains(&format!("M{} 4h", code.size + QUIET - 7))
                && svg.contains(&format!("M4 {}h", code.size + QUIET - 7))
        );
        assert_ne!(picture("https://post.beispiel.example/"), svg);
        assert!(!picture(&format!("https://a.example/{}", "a".repeat(ADDRESS))).is_empty());
    }

    #[test]
    fn a_hostile_name_stays_a_name() {
        let page =
            printed("<script>alert(1)</script>{{code}}\u{202e}", "https://beispiel.example/\"><script>");
        assert!(!page.contains("<script") && !page.contains('\u{202e}'));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;{{code}}"));
    }

    #[test]
    fn an_address_that_should_not_be_printed_is_refused() {
        for bad in [
            "post.beispiel.example",
            "http://beispiel.example/",
            "https://a:b@beispiel.example/",
            "https://beispiel.example/#bundle=x",
            "javascript:alert(1)",
            "",
        ] {
            assert!(door(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn address_and_name_one_below_at_and_one_above_their_limits() {
        let address = |length: usize| format!("https://a.example/{}", "a".repeat(length - 18));
        for (length, good) in [(ADDRESS - 1, true), (ADDRESS, true), (ADDRESS + 1, false)] {
            assert_eq!(door(&address(length)).is_ok(), good, "{length}");
        }
        for (length, good) in [(0, false), (1, true), (NAME - 1, true), (NAME, true), (NAME + 1, false)] {
            assert_eq!(name(&"ä".repeat(length)).is_ok(), good, "{length}");
        }
        assert!(name("  ").is_err());
    }

    #[test]
    fn a_file_that_is_there_is_not_written_over() {
        let path = std::env::temp_dir().join(format!("einwurf-poster-{}.html", std::process::id()));
        create(&path, "first").unwrap();
        assert!(create(&path, "second").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "first");
        std::fs::remove_file(&path).unwrap();
    }
}
