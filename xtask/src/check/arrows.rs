//! Who may import whom. ARCHITECTURE.md calls these the invariants of absence.

use crate::{command, setup::WASM_TARGET};
use anyhow::{Result, bail};

/// What must never reach the pure crates, whatever the platform.
const RUNTIME: [&str; 6] = ["wasm-bindgen", "js-sys", "web-sys", "worker", "leptos", "wasm-bindgen-futures"];

/// A package, the target it is built for, and what must not be among its dependencies.
struct Rule {
    package: &'static str,
    target: Option<&'static str>,
    never: &'static [&'static str],
}

const RULES: [Rule; 10] = [
    Rule { package: "einwurf-protocol", target: None, never: &RUNTIME },
    Rule {
        package: "einwurf-protocol",
        target: Some(WASM_TARGET),
        never: &[
            "einwurf-seal",
            "einwurf-widget",
            "einwurf-inbox",
            "einwurf-worker",
            "hpke",
            "web-sys",
            "leptos",
        ],
    },
    Rule { package: "einwurf-seal", target: None, never: &RUNTIME },
    // What a file is, is a matter of its bytes: none of ours, no platform.
    Rule {
        package: "einwurf-clean",
        target: Some(WASM_TARGET),
        never: &[
            "einwurf-protocol",
            "einwurf-seal",
            "einwurf-attach",
            "einwurf-widget",
            "einwurf-inbox",
            "einwurf-worker",
            "wasm-bindgen",
            "js-sys",
            "web-sys",
        ],
    },
    // What every staff device does, without any platform.
    Rule { package: "einwurf-staff", target: None, never: &RUNTIME },
    // The command line is a staff device; it waits for one thing at a time.
    Rule {
        package: "einwurf-cli",
        target: None,
        never: &["einwurf-widget", "einwurf-inbox", "einwurf-worker", "tokio"],
    },
    // The relay cannot open a message: it has neither our sealing crate nor HPKE.
    Rule {
        package: "einwurf-worker",
        target: Some(WASM_TARGET),
        never: &["einwurf-seal", "einwurf-widget", "einwurf-inbox", "hpke", "leptos", "schemars"],
    },
    Rule {
        package: "einwurf-widget",
        target: Some(WASM_TARGET),
        never: &[
            "einwurf-inbox",
            "einwurf-worker",
            "einwurf-attach",
            "einwurf-clean",
            "worker",
            "opaque-ke",
            "schemars",
        ],
    },
    // Files: neither app's code, and nothing that opens messages or logs in.
    Rule {
        package: "einwurf-attach",
        target: Some(WASM_TARGET),
        never: &["einwurf-widget", "einwurf-inbox", "einwurf-worker", "worker", "leptos", "opaque-ke"],
    },
    Rule {
        package: "einwurf-inbox",
        target: Some(WASM_TARGET),
        never: &["einwurf-widget", "einwurf-worker", "worker", "schemars"],
    },
];

pub(super) fn run() -> Result<()> {
    let mut broken = Vec::new();
    for rule in &RULES {
        let tree = tree(rule.package, rule.target, &["--edges", "normal"])?;
        broken.extend(forbidden(&tree, rule.never).map(|name| format!("{} → {name}", rule.package)));
    }
    for package in ["einwurf-protocol", "einwurf-seal", "einwurf-staff", "einwurf-clean"] {
        // Direct dependencies of every platform, since a cfg could hide one from the tree above.
        let direct = tree(package, Some("all"), &["--depth", "1", "--edges", "normal"])?;
        broken.extend(forbidden(&direct, &RUNTIME).map(|name| format!("{package} → {name}")));
    }
    for package in ["einwurf-widget", "einwurf-attach"] {
        let tree = tree(package, Some(WASM_TARGET), &["--edges", "features"])?;
        if tree.lines().any(|line| line.contains("einwurf-seal feature \"open\"")) {
            broken.push(format!("{package} → einwurf-seal[open]"));
        }
    }
    if broken.is_empty() { Ok(()) } else { bail!("forbidden arrows: {}", broken.join(", ")) }
}

fn tree(package: &str, target: Option<&str>, more: &[&str]) -> Result<String> {
    let mut cargo = command::cargo();
    cargo.args(["tree", "--quiet", "--prefix", "none", "--package", package]).args(more);
    if let Some(target) = target {
        cargo.args(["--target", target]);
    }
    command::quiet(&mut cargo)
}

/// Names in the tree that are among `never`; each line begins with a package's name.
fn forbidden<'a>(tree: &'a str, never: &'a [&str]) -> impl Iterator<Item = &'a str> {
    never.iter().copied().filter(|name| tree.lines().any(|line| line.split(' ').next() == Some(name)))
}

#[cfg(test)]
mod tests {
    use super::forbidden;

    #[test]
    fn names_are_compared_whole() {
        let tree = "einwurf-worker v0.1.0\nworker-sys v0.8.7\neinwurf-seal v0.1.0 (*)\n";
        assert_eq!(forbidden(tree, &["worker", "einwurf-seal"]).collect::<Vec<_>>(), ["einwurf-seal"]);
    }
}
