//! Prints the speeds: one flat JSON object with `--json`, else one figure a line. `cargo xtask bench` builds first.

use anyhow::Result;
use serde_json::Value;
use std::io::Write;

fn main() -> Result<()> {
    let figures = einwurf_tests::bench::measure()?;
    let mut out = std::io::stdout();
    if std::env::args().any(|argument| argument == "--json") {
        writeln!(out, "{}", Value::Object(figures))?;
    } else {
        for (key, value) in figures {
            writeln!(out, "{key:20} {value}")?;
        }
    }
    Ok(())
}
