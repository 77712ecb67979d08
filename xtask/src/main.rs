//! `cargo xtask <command>`.

use anyhow::{Result, bail};
use xtask::{build, say, setup};

const HELP: &str = "cargo xtask <command>

  setup                     install what is missing (every command does so by itself)
  build [widget|inbox|relay|www]...
";

fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            say::line(&format!("✗ {error:#}"));
            std::process::ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Result<()> {
    let (command, rest) = args.split_first().map_or(("help", &[][..]), |(c, r)| (c.as_str(), r));
    match command {
        "setup" => setup::tools().and_then(|_| setup::browser()).map(drop),
        "build" => build::run(rest),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(())
        }
        other => bail!("no command `{other}`\n\n{HELP}"),
    }
}
