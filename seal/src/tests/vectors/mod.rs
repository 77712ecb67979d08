//! Test vectors: files under `tests/vectors/` that another implementation could use, named after the fault that each bad
//! one has. Everything in them is drawn from fixed seeds: a test makes them again and compares, so that no format
//! changes unnoticed. `cargo test -p einwurf-seal -- --ignored write_the_vectors` writes them.

mod conversations;
mod files;
mod headers;
mod manifests;
mod members;
mod node;
mod proofs;
mod rosters;

use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// File contents by path below `tests/vectors/`.
type Files = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn file(folder: &str, name: &str, vector: &impl Serialize) -> (String, String) {
    let json = serde_json::to_string_pretty(vector).expect("JSON");
    (format!("{folder}/{name}.json"), json + "\n")
}

/// Every vector of a folder, from its file.
fn read<T: DeserializeOwned>(folder: &str) -> Vec<T> {
    let entries = fs::read_dir(root().join(folder)).expect("written vectors");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let parse = |path: &PathBuf| {
        let json = fs::read_to_string(path).expect("a readable file");
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(parse).collect()
}

fn made() -> Files {
    let all = [
        manifests::made(),
        rosters::made(),
        conversations::made(),
        members::made(),
        files::made(),
        proofs::made(),
    ];
    all.into_iter().flatten().collect()
}

fn on_disk() -> Files {
    let folders = ["jws", "rosters", "seal", "keys", "files", "proofs"];
    let paths = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).expect("written vectors"));
    let content = |path: PathBuf| {
        let name = path.strip_prefix(root()).expect("below the root").display().to_string();
        (name, fs::read_to_string(path).expect("a readable file"))
    };
    paths.map(|entry| content(entry.expect("an entry").path())).collect()
}

#[test]
fn the_vectors_are_what_this_code_makes() {
    let (made, on_disk) = (made(), on_disk());
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&on_disk));
    for (name, content) in made {
        assert!(on_disk[&name] == content, "{name} differs from what is made now");
    }
}

#[test]
#[ignore = "writes tests/vectors"]
fn write_the_vectors() {
    for (name, content) in made() {
        let path = root().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(path, content).expect("a writable file");
    }
}
