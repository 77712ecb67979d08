//! Prints the speeds: one flat JSON object with `--json`, else one figure a line with its bar. Names of parts (`relay`,
//! or of it `messages`, `conversations`, `footprint`, `full`, `mail`; `browser`, `inbox`, `attach`, `weight`) measure only these. `cargo xtask bench` builds first.

use anyhow::Result;
use serde_json::Value;
use std::io::Write;

/// What is to be held.
const BARS: [(&str, &str); 8] = [
    ("accept_to_smtp_ms", "≤ 300"),
    ("attachment_ratio", "≤ 8"),
    ("consent_ms", "≤ 100"),
    ("consent_ratio", "≤ 2.5"),
    ("inbox_open_ms", "≤ 1,000"),
    ("message_ratio", "≥ 0.5"),
    ("open_ratio", "≥ 0.7"),
    ("seal_ms", "≤ 5"),
];

fn main() -> Result<()> {
    let (options, parts): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let figures = einwurf_tests::bench::measure(&parts)?;
    let mut out = std::io::stdout();
    if options.iter().any(|argument| argument == "--json") {
        writeln!(out, "{}", Value::Object(figures))?;
    } else {
        for (key, value) in figures {
            let bar = BARS.iter().find(|(name, _)| *name == key).map_or("", |(_, bar)| bar);
            writeln!(out, "{key:20} {:>9}  {bar}", value.to_string())?;
        }
    }
    Ok(())
}
