//! `einwurf poster`: a page to print, with the address of the company's door and its code to scan. It replaces the WhatsApp
//! code in the shop window and on the van. One file of HTML without scripts; nobody is asked.

use crate::texts::{Language, Texts, printable};
use clap::{Args, ValueEnum};
use einwurf_protocol::{
    notice::Register,
    poster::{ADDRESS, Code, NAME, Paper, Poster, drawn},
};
use fast_qr::{ECL, qr::QRBuilder};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};
use url::Url;

/// What stands on it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Address of the company's door (https://…), without a fragment; or of its page at the relay (…/door#site=…).
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
    /// Speaks to readers by their first name, where the language makes a difference (German: du).
    #[arg(long)]
    informal: bool,
    /// Size of the paper.
    #[arg(long, value_enum, default_value = "a4")]
    paper: Size,
    /// Phone or e-mail address, for an address that nobody can type.
    #[arg(long, default_value = "")]
    ways: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Size {
    A4,
    A6,
}

/// A code that was printed cannot be changed: what it says is checked before.
fn door(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "no address such as https://post.company.example/".to_owned())?;
    let plain = url.username().is_empty() && url.password().is_none();
    if url.scheme() != "https" || !plain {
        return Err("an address with https, without a name before it".to_owned());
    }
    if url.fragment().is_some_and(|fragment| !is_site(url.path(), fragment)) {
        // What else a link has there is for one person.
        return Err("an address without #, except /door#site=… at the relay".to_owned());
    }
    if url.as_str().len() > ADDRESS { Err(format!("longer than {ADDRESS} characters")) } else { Ok(url) }
}

/// The relay's own page for visitors: names the site, and nothing else.
fn is_site(path: &str, fragment: &str) -> bool {
    let address = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    path == "/door"
        && fragment.strip_prefix("site=").is_some_and(|site| !site.is_empty() && site.bytes().all(address))
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
    let page = page(language, options);
    let written = match &options.out {
        Some(path) => create(path, &page),
        None => std::io::stdout().lock().write_all(page.as_bytes()),
    };
    let Err(error) = written else { return ExitCode::SUCCESS };
    let sentence = Texts::of(language).say("poster_unwritten", &[("cause", &error.to_string())]);
    let _ = writeln!(std::io::stderr().lock(), "{sentence}");
    ExitCode::from(2)
}

fn create(path: &Path, page: &str) -> std::io::Result<()> {
    std::fs::File::create_new(path)?.write_all(page.as_bytes())
}

fn page(language: Language, options: &Options) -> String {
    let register = match (language, options.informal) {
        (Language::De, false) => Register::DeFormal,
        (Language::De, true) => Register::DeInformal,
        (Language::En, _) => Register::En,
    };
    let paper = match options.paper {
        Size::A4 => Paper::A4,
        Size::A6 => Paper::A6,
    };
    let (size, path) = picture(options.door.as_str());
    let (name, ways) = (printable(&options.name), printable(&options.ways));
    let poster = Poster { register, name: &name, address: options.door.as_str(), ways: &ways };
    poster.page(paper, Code { size, path: &path })
}

/// The code as one path over a square, quiet zone included. A quarter of it may be scratched off.
fn picture(text: &str) -> (usize, String) {
    // An address of the permitted length fits every level.
    let Ok(code) = QRBuilder::new(text).ecl(ECL::Q).build() else { return (0, String::new()) };
    drawn(code.size, |x, y| code[y].get(x).is_some_and(|module| module.value()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::poster::QUIET;

    fn printed(name: &str, address: &str, informal: bool) -> String {
        let options = Options {
            door: door(address).unwrap(),
            name: name.to_owned(),
            out: None,
            lang: None,
            informal,
            paper: Size::A6,
            ways: "0155 5512345".to_owned(),
        };
        page(Language::De, &options)
    }

    #[test]
    fn the_page_has_what_was_asked_for() {
        let page = printed("Beispiel & Söhne", "https://post.beispiel.example/", false);
        for part in [
            "Beispiel &amp; Söhne",
            ">post.beispiel.example<",
            "M4 4h1v1h-1z",
            "Schreiben Sie uns",
            "size: 105mm 148mm",
        ] {
            assert!(page.contains(part), "{part}");
        }
        assert!(printed("Firma", "https://post.beispiel.example/", true).contains("Schreib uns"));
        assert!(printed("Firma", "https://relay.example/door#site=q2wP", true).contains(">0155 5512345<"));
    }

    #[test]
    fn the_code_is_that_of_the_whole_address() {
        // Three finder patterns, whatever is in it: seven modules and the quiet zone of four.
        let address = "https://post.beispiel.example/nachricht";
        let code = QRBuilder::new(address).ecl(ECL::Q).build().unwrap();
        let (size, path) = picture(address);
        let dark = code.data[..code.size * code.size].iter().filter(|module| module.value()).count();
        assert_eq!((path.matches('M').count(), size), (dark, code.size + 2 * QUIET));
        assert!(
            path.contains(&format!("M{} 4h", code.size + QUIET - 7))
                && path.contains(&format!("M4 {}h", code.size + QUIET - 7))
        );
        assert_ne!(picture("https://post.beispiel.example/").1, path);
        assert!(!picture(&format!("https://a.example/{}", "a".repeat(ADDRESS))).1.is_empty());
    }

    #[test]
    fn an_address_that_should_not_be_printed_is_refused() {
        for bad in [
            "post.beispiel.example",
            "http://beispiel.example/",
            "https://a:b@beispiel.example/",
            "https://beispiel.example/#bundle=x",
            "https://relay.example/door#bundle=x",
            "https://relay.example/door#site=x&bundle=y",
            "https://relay.example/door#site=",
            "https://relay.example/inbox#site=x",
            "javascript:alert(1)",
            "",
        ] {
            assert!(door(bad).is_err(), "{bad}");
        }
        assert!(door("https://relay.example/door#site=q2wP-_7").is_ok());
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
