//! The program over folders that are named after their fault; what it must find stands beside each.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may unwrap")]

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor")
}

fn run(target: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_einwurf"));
    command.arg("doctor").arg(target).args(more);
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").output().unwrap()
}

/// What a fixture names of a finding.
fn told(finding: &Value) -> Value {
    let members = ["rule", "weight", "source", "line", "culprit", "fix"].into_iter();
    let pairs = members.filter_map(|name| Some((name.to_owned(), finding.get(name)?.clone())));
    Value::Object(pairs.collect())
}

#[test]
fn every_folder_has_exactly_the_faults_that_it_is_named_after() {
    let mut folders = 0;
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        folders += 1;
        let output = run(&folder, &["--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found: Vec<_> = report["findings"].as_array().unwrap().iter().map(told).collect();
        let expected: Vec<Value> =
            serde_json::from_slice(&std::fs::read(folder.with_extension("json")).unwrap()).unwrap();
        assert_eq!(found, expected, "{}", folder.display());
        let matters = found.iter().any(|it| it["weight"] != "hint");
        assert_eq!(output.status.code(), Some(i32::from(matters)), "{}", folder.display());
    }
    assert!(folders >= 10);
}

#[test]
fn the_report_says_what_where_why_and_what_to_do_in_both_languages() {
    let folder = corpus().join("optimisers");
    let german = String::from_utf8(run(&folder, &["--lang", "de"]).stdout).unwrap();
    for part in ["Hält den Knopf auf", "rocket-loader.html:1", "data-cfasync=\"false\"", "WP Rocket"] {
        assert!(german.contains(part), "{part}\n{german}");
    }
    let english = String::from_utf8(run(&folder, &[]).stdout).unwrap();
    assert!(english.contains("Stops the button") && !english.contains("Knopf"));
    // Into a pipe without colours.
    assert!(!english.contains('\u{1b}'));
}

#[test]
fn the_json_has_the_members_that_are_documented() {
    let report: Value = serde_json::from_slice(&run(&corpus().join("hostile"), &["--json"]).stdout).unwrap();
    assert_eq!(report["schema"], "einwurf-doctor/1");
    assert_eq!((&report["kind"], &report["online"]), (&Value::from("files"), &Value::from(false)));
    assert_eq!((&report["stops"], &report["promise"], &report["hints"]), (&0.into(), &3.into(), &0.into()));
    assert_eq!((&report["sources"], &report["left_off"]), (&2.into(), &0.into()));
    assert_eq!(report["skipped"], serde_json::json!([{"source": "binary.html", "reason": "binary"}]));
    let first = &report["findings"][0];
    for member in ["rule", "weight", "source", "line", "element", "excerpt", "title", "why", "do"] {
        assert!(!first[member].is_null(), "{member}");
    }
}

#[test]
fn a_hostile_page_writes_nothing_of_its_own_to_the_terminal() {
    for arguments in [&["--lang", "de"][..], &["--json"]] {
        let output = run(&corpus().join("hostile"), arguments);
        for bytes in [output.stdout, output.stderr] {
            let text = String::from_utf8(bytes).unwrap();
            assert!(!text.chars().any(|it| (it.is_control() && it != '\n') || it == '\u{202e}'), "{text:?}");
        }
    }
}

#[test]
fn what_is_not_there_is_said_and_has_a_code_of_its_own() {
    let output = run(&corpus().join("nowhere"), &["--lang", "de"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("kann nicht angesehen werden"));
    for wrong in [
        &["--pages", "0"][..],
        &["--pages", "501"],
        &["--relay", "relay.example"],
        &["--online", "--offline"],
    ] {
        assert_eq!(run(&corpus(), wrong).status.code(), Some(2), "{wrong:?}");
    }
    for right in ["1", "500"] {
        assert_eq!(run(&corpus().join("nothing"), &["--pages", right]).status.code(), Some(0));
    }
}
