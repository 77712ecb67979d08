//! House numbers: no file above 400 lines. Functions are clippy's (`too_many_lines`).

use crate::{command, paths, say};
use anyhow::{Result, bail};
use std::{fs, process::Command};

const AIM: usize = 250;
const HARD: usize = 400;

pub(super) fn run() -> Result<()> {
    // Also what is not committed yet, but nothing that is ignored.
    let listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let files = command::quiet(Command::new("git").args(listed).current_dir(paths::root()))?;
    let (mut long, mut too_long) = (0, Vec::new());
    for name in files.lines().filter(|name| is_code(name)) {
        let Ok(text) = fs::read_to_string(paths::root().join(name)) else { continue };
        let lines = text.lines().count();
        long += usize::from(lines > AIM);
        if lines > HARD {
            too_long.push(format!("{name} has {lines} lines"));
        }
    }
    say::line(&format!("  {long} files above {AIM} lines"));
    if too_long.is_empty() { Ok(()) } else { bail!("more than {HARD} lines: {}", too_long.join(", ")) }
}

fn is_code(name: &str) -> bool {
    ["rs", "js", "css"].iter().any(|kind| name.rsplit_once('.').is_some_and(|(_, end)| end == *kind))
}
