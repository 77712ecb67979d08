//! `cargo xtask <command>`.

use anyhow::{Result, bail};
use xtask::{bench, build, check, dev, gallery, languages, release, say, setup, size, test};

const HELP: &str = "cargo xtask <command>

  setup                             install what is missing (every command does so by itself)
  dev [--fresh]                     build, start everything on this machine and print links
  build [widget|inbox|relay|www]    build all, or the named parts
  test [--no-fail-fast] [word ...]  all tests, journeys included, or those with a word in their name;
                                    with --at=2027-02-28T23:59:50Z each begins at that moment
  check [name]                      format, numbers, languages, arrows, lints, docs, licences, budgets, deploy
  size [--json]                     sizes as they travel
  bench [--json]                    speeds
  release --key <file>              build and sign a release; --new-key <file> makes the key
  gallery                           every state of widget and inbox, live
  languages                         write what follows from the files in languages/ (build does so by itself)
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
        "setup" => setup::tools().and_then(|_| setup::browsers()).map(drop),
        "dev" => dev::run(rest),
        "build" => build::run(rest),
        "test" => test::run(rest),
        "check" => check::run(rest),
        "size" => size::run(rest),
        "bench" => bench::run(rest),
        "gallery" => gallery::run(rest),
        "languages" => languages::write(),
        "release" => release::run(rest),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(())
        }
        other => bail!("no command `{other}`\n\n{HELP}"),
    }
}
