//! The program `einwurf`: everything is in its library, which `tests/decoders` reads, too.

fn main() -> std::process::ExitCode {
    einwurf_cli::main()
}
