//! Sizes against their bars.

use crate::{build, say, size};
use anyhow::{Result, bail};
use serde_json::Value;

pub(super) fn run() -> Result<()> {
    build::run(&[])?;
    let sizes = size::measure()?;
    let mut over = Vec::new();
    for (key, bar) in size::BARS {
        let Some(size) = sizes.get(key).and_then(Value::as_u64) else { bail!("{key} cannot be measured") };
        say::line(&format!("  {key} {size} of {bar}"));
        if size > bar {
            over.push(format!("{key} is {} bytes over its bar of {bar}", size - bar));
        }
    }
    if over.is_empty() { Ok(()) } else { bail!("{}", over.join("; ")) }
}
