//! The independent implementation: `tests/js/open-with-hpke-js.mjs` opens the same files with other libraries.

use std::{path::Path, process::Command};

#[test]
fn an_independent_implementation_opens_every_vector() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert!(root.join("node_modules/@hpke/core").is_dir(), "run `npm ci` in the project's root");
    let script = root.join("tests/js/open-with-hpke-js.mjs");
    let run = Command::new("node").arg(script).current_dir(&root).output().expect("Node 20 or later in PATH");
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{output}{}", String::from_utf8_lossy(&run.stderr));
    for folder in ["seal", "keys", "files"] {
        let files = std::fs::read_dir(root.join("tests/vectors").join(folder)).expect("vectors").count();
        assert!(output.contains(&format!("{files} of {folder}")), "not every file was opened: {output}");
    }
}
