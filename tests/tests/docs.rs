//! What the documents say of the tests is so.

use anyhow::{Context, Result};
use einwurf_protocol::limits::{
    ATTACHMENTS, ATTACHMENTS_BYTES, CONVERSATION_ATTACHMENTS, CONVERSATION_ATTACHMENTS_BYTES,
    EVENTS_PER_CONVERSATION, LIGHT_BYTES, MESSAGE_BITS, MESSAGE_BITS_MOST, MESSAGES_PER_HOUR,
    MESSAGES_PER_MINUTE, OPENING_MINUTES, OPENINGS_PER_MINUTE, SITE_UNREAD_BYTES, TEXT_BYTES, UNREAD_BYTES,
    UNREAD_WAIT_SECONDS,
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use xtask::weight::{Weight, part};

/// Sources of every crate that has tests.
const CRATES: [&str; 11] =
    ["protocol", "seal", "staff", "clean", "attach", "worker", "widget", "inbox", "cli", "tests", "xtask"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|end| end == "rs" || end == "mjs") {
            found.push(path);
        }
    }
    Ok(())
}

/// Names in backticks that look like a test's: several words, joined by underscores.
fn named(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let plain = |name: &&str| {
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    quoted.filter(plain).filter(|name| name.matches('_').count() >= 4).collect()
}

/// All sources in one text.
fn code() -> Result<String> {
    let root = xtask::paths::root();
    let mut files = Vec::new();
    for part in CRATES {
        for folder in ["src", "tests", "js"] {
            let folder = root.join(part).join(folder);
            if folder.is_dir() {
                sources(&folder, &mut files)?;
            }
        }
    }
    Ok(files.iter().map(fs::read_to_string).collect::<std::io::Result<_>>()?)
}

#[test]
fn every_test_that_a_document_names_exists() -> Result<()> {
    let (root, code) = (xtask::paths::root(), code()?);
    let mut checked = 0;
    for document in ["docs/threat-model.md", "ARCHITECTURE.md", "SECURITY.md", "docs/operating.md"] {
        let text = fs::read_to_string(root.join(document)).with_context(|| document.to_owned())?;
        for name in named(&text) {
            assert!(
                code.contains(&format!("fn {name}(")) || code.contains(&format!("'{name}")),
                "{document}: {name}"
            );
            checked += 1;
        }
    }
    assert!(checked > 60, "only {checked} names were found");
    Ok(())
}

#[test]
fn every_requirement_has_a_test_that_begins_with_its_id() -> Result<()> {
    let text = fs::read_to_string(xtask::paths::root().join("docs/requirements.md"))?;
    let code = code()?;
    let first = |line: &'_ str| line.strip_prefix("| ")?.split(' ').next().map(str::to_owned);
    let is_id =
        |id: &String| id.len() <= 6 && id.contains('-') && id.ends_with(|end: char| end.is_ascii_digit());
    let ids: Vec<String> = text.lines().filter_map(first).filter(is_id).collect();
    assert_eq!(ids.len(), 78, "{ids:?}");
    let proven = |id: &&String| code.contains(&format!("fn {}_", id.to_lowercase().replace('-', "_")));
    let bare: Vec<_> = ids.iter().filter(|id| !proven(id)).collect();
    assert!(bare.is_empty(), "no test begins with {bare:?}");
    Ok(())
}

#[test]
fn every_cell_of_the_table_of_attackers_says_a_verdict() -> Result<()> {
    let text = fs::read_to_string(xtask::paths::root().join("docs/threat-model.md"))?;
    let (_, table) = text.split_once("| attacker |").context("the table is gone")?;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let tests = table.split("| | tests |").nth(1).context("the list of tests is gone")?;
    let letters: BTreeSet<&str> =
        tests.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).collect();
    let mut used = BTreeSet::new();
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 7, "{row}");
        for word in
            row.split([' ', ',', ';', '|']).filter(|word| word.bytes().all(|b| b.is_ascii_uppercase()))
        {
            if !word.is_empty() {
                assert!(letters.contains(word), "{word} in {row}");
                used.insert(word);
            }
        }
    }
    let unused: Vec<_> =
        letters.difference(&used).filter(|letter| letter.bytes().all(|b| b.is_ascii_uppercase())).collect();
    assert!(unused.is_empty(), "named by no cell: {unused:?}");
    Ok(())
}

/// Numbers in the line of a document that begins with `start`, written as its language does.
fn figures(document: &str, start: &str) -> Result<Vec<f64>> {
    let text = fs::read_to_string(xtask::paths::root().join(document))?;
    let line = text.lines().find_map(|line| line.strip_prefix(start));
    let line = line.with_context(|| format!("{document} has no line {start}"))?;
    let (thousands, point) = if document.ends_with(".de.md") { ('.', ',') } else { (',', '.') };
    let line = line.replace(thousands, "").replace(point, ".");
    let words = line.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    Ok(words.filter_map(|word| word.trim_matches('.').parse().ok()).collect())
}

/// What the page for site owners says of limits is what the code has, and what visitors read there is what they read.
#[test]
fn limits_and_sentences_in_the_page_about_them_are_those_of_the_code() -> Result<()> {
    for (language, register, rows) in [
        (
            "en",
            "en",
            [
                "| New conversations that a site takes in passing |",
                "| The same with “A lot: a campaign is running” |",
                "| The same with “Little: somebody is flooding us” |",
                "| New conversations wait |",
                "| Messages of one visitor whom nobody answers |",
                "| Text of one message |",
                "| Files of one message |",
                "| Files of a conversation |",
                "| Messages and acts of a conversation |",
                "| What nobody has fetched yet, of a conversation |",
                "| What nobody has fetched yet, of the site |",
                "| Where that is full, the app tries again |",
                "- but never beyond ",
                "- with the message: ",
            ],
        ),
        (
            "de",
            "de-formal",
            [
                "| Neue Unterhaltungen, die eine Website nebenbei annimmt |",
                "| Dasselbe bei „Viel: eine Aktion läuft“ |",
                "| Dasselbe bei „Wenig: jemand schickt massenhaft“ |",
                "| Neue Unterhaltungen warten |",
                "| Nachrichten eines Besuchers, dem niemand antwortet |",
                "| Text einer Nachricht |",
                "| Dateien einer Nachricht |",
                "| Dateien einer Unterhaltung |",
                "| Nachrichten und Vorgänge einer Unterhaltung |",
                "| Was noch niemand abgerufen hat, je Unterhaltung |",
                "| Was noch niemand abgerufen hat, je Website |",
                "| Ist das voll, versucht es die App wieder |",
                "- aber nie über das ",
                "- mit der Nachricht: ",
            ],
        ),
    ] {
        let document = format!("docs/limits.{language}.md");
        for (row, limits) in rows.iter().zip(limits_of_the_code()) {
            let said = figures(&document, row)?;
            let limits: Vec<f64> =
                limits.iter().map(|limit| u32::try_from(*limit).map(f64::from)).collect::<Result<_, _>>()?;
            assert_eq!(said, limits, "{document}: {row}");
        }
        quoted(&document, register)?;
    }
    Ok(())
}

/// In the order of the page's rows.
fn limits_of_the_code() -> [Vec<u64>; 14] {
    let mib = |bytes: u64| bytes >> 20;
    [
        vec![OPENINGS_PER_MINUTE],
        vec![OPENINGS_PER_MINUTE * 8],
        vec![OPENINGS_PER_MINUTE / 4, 4],
        vec![OPENING_MINUTES],
        vec![MESSAGES_PER_MINUTE, MESSAGES_PER_HOUR],
        vec![TEXT_BYTES as u64],
        vec![ATTACHMENTS as u64, ATTACHMENTS_BYTES / 1_000_000],
        vec![CONVERSATION_ATTACHMENTS, mib(CONVERSATION_ATTACHMENTS_BYTES)],
        vec![EVENTS_PER_CONVERSATION],
        vec![mib(UNREAD_BYTES)],
        vec![SITE_UNREAD_BYTES >> 30],
        vec![UNREAD_WAIT_SECONDS / 60],
        vec![1 << (MESSAGE_BITS_MOST - MESSAGE_BITS)],
        vec![LIGHT_BYTES >> 10, 256, 1, 4, 16],
    ]
}

/// Every sentence that the page quotes, and every name in its table of reasons, is a text of the apps.
fn quoted(document: &str, register: &str) -> Result<()> {
    let page = fs::read_to_string(xtask::paths::root().join(document))?;
    let texts = fs::read_to_string(xtask::paths::root().join(format!("languages/{register}.json")))?;
    let texts: serde_json::Value = serde_json::from_str(&texts)?;
    let one = |part: &str, key: &str| {
        texts.pointer(&format!("/{part}/{key}")).and_then(serde_json::Value::as_str).map(str::to_owned)
    };
    let keys = ["busy_body", "working_body", "fault_long", "file_large", "file_many", "files_text_only"];
    let quotes: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("> ")).collect();
    assert_eq!(quotes.len(), keys.len(), "{document}");
    for (quote, key) in quotes.iter().zip(keys) {
        let text = one("widget", key).with_context(|| key.to_owned())?;
        assert_eq!(*quote, text.replace("{time}", "14:05"), "{document}");
    }
    for key in ["ticket", "unworked", "pace", "visitor", "full", "files"] {
        let text = one("inbox", &format!("guard_{key}")).with_context(|| key.to_owned())?;
        assert!(page.contains(&format!("\n| {text} | ")), "{document} has no row {text}");
    }
    let places = ["settings_title", "area_mail", "guard_title"].map(|key| one("inbox", key));
    let way = places.into_iter().collect::<Option<Vec<_>>>().context("no names")?.join(" › ");
    assert!(page.contains(&format!("**{way}**")), "{document} does not say {way}");
    Ok(())
}

/// A figure may be a twentieth off before it has to be measured again.
fn about(document: &str, row: &str, measured: &[u64]) -> Result<()> {
    let said = figures(document, row)?;
    assert_eq!(said.len(), measured.len(), "{document}: {row}: {said:?}");
    for (said, measured) in said.iter().zip(measured) {
        let unit = if *said < 1000.0 && *measured > 1000 { 1000.0 } else { 1.0 };
        let measured = f64::from(u32::try_from(*measured)?) / unit;
        assert!(
            (said - measured).abs() <= measured / 20.0,
            "{document} says {said}, measured is {measured}: {row}"
        );
    }
    Ok(())
}

/// Which files a click asks for is what `cargo xtask bench weight` sees; what they weigh is told from the build.
#[test]
fn what_the_documents_say_that_a_page_carries_is_what_was_built() -> Result<()> {
    let fixtures = xtask::paths::root().join("tests/fixtures");
    let click = [
        xtask::paths::app("opener").join("opener.js"),
        fixtures.join("manifest.jws"),
        part("/widget/script")?,
        part("/widget/wasm")?,
        part("/widget/style")?,
        part("/widget/texts/de-formal")?,
        fixtures.join("notice.json"),
    ];
    let reading = [part("/widget_rest")?, part("/keeper")?];
    let sent = |files: &[PathBuf]| files.iter().map(|file| xtask::packed::size(file)).sum::<Result<u64>>();
    let whole = |files: &[PathBuf]| -> Result<Weight> {
        Weight::sum(&files.iter().map(fs::read).collect::<std::io::Result<Vec<_>>>()?)
    };
    let closed = whole(&[part("/launcher")?])?;
    let (all_click, all_reading) = (whole(&click)?, whole(&reading)?);
    let row = |weight: Weight| [weight.files, weight.raw, weight.gzip, weight.brotli];
    let document = "docs/page-weight.md";
    about(document, "| closed, button as a file |", &row(closed))?;
    about(document, "| more at the click, until the consent screen can be used |", &row(all_click))?;
    about(document, "| more while the notice is read |", &row(all_reading))?;
    let travels = "What the relay sends is compressed ahead with brotli";
    about(document, travels, &[11, sent(&click)?, sent(&reading)?])?;
    let files = ["/attach", "/attach_wasm"].map(part).into_iter().collect::<Result<Vec<_>>>()?;
    let relay = whole(&[xtask::paths::relay().join("index_bg.wasm")])?.gzip;
    let said = [11, sent(&click)?, 100, sent(&reading)?, sent(&files)?, relay, 600];
    about("README.md", "The relay sends brotli", &said)?;
    for document in ["README.md", "README.de.md"] {
        about(document, "| **Einwurf** |", &[0, 1, closed.brotli, all_click.brotli, all_reading.brotli])?;
    }
    Ok(())
}
