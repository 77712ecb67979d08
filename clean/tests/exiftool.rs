//! What exiftool still finds in cleaned files. It knows more places than we do, so it is the judge.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may unwrap"
)]

use einwurf_clean::clean;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What may be told: how to draw, how long it plays, and what the file system says of our own copy.
const ALLOWED: &str = include_str!("exiftool.allowed");

/// Every tag that exiftool finds in the files of a folder: file, tag with its group, value.
fn tags(folder: &Path) -> Vec<(String, String, String)> {
    let out = Command::new("exiftool").args(["-j", "-a", "-s", "-G1", "-ee", "-u"]).arg(folder).output();
    let out =
        out.expect("exiftool is installed; `cargo xtask test` does it (Debian: libimage-exiftool-perl)");
    let said: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(&out.stdout).unwrap();
    let text = |value: &serde_json::Value| value.to_string().trim_matches('"').to_owned();
    let of = |file: serde_json::Map<_, _>| {
        let name = text(&file["SourceFile"]);
        file.into_iter().map(|(tag, value)| (name.clone(), tag, text(&value))).collect::<Vec<_>>()
    };
    said.into_iter().flat_map(of).collect()
}

/// Whether a tag tells nothing: our own copy's in the file system, or one of the allowed that holds what it may.
fn is_harmless(allowed: &BTreeSet<&str>, tag: &str, value: &str) -> bool {
    let empty = match tag.split(':').nth(1).unwrap_or_default() {
        name if name.ends_with("Date") || name.ends_with("DateTime") => value.starts_with("0000:00:00"),
        "ProfileDescription" | "ProfileCopyright" | "DeviceManufacturer" | "DeviceModel"
        | "ProfileCreator" => value.is_empty(),
        _ => true,
    };
    tag == "SourceFile" || tag.starts_with("System:") || allowed.contains(tag) && empty
}

#[test]
fn msg_02_only_allowed_tags_are_left() {
    let allowed: BTreeSet<&str> = ALLOWED.lines().filter(|line| !line.starts_with('#')).collect();
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/accepted");
    let folder = std::env::temp_dir().join(format!("einwurf-clean-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(&corpus).unwrap() {
        let path = entry.unwrap().path();
        if cfg!(feature = "pdf") || path.extension().is_some_and(|ending| ending != "pdf") {
            fs::write(folder.join(path.file_name().unwrap()), clean(fs::read(&path).unwrap()).unwrap().bytes)
                .unwrap();
        }
    }
    let before: BTreeSet<String> = tags(&corpus).into_iter().map(|(_, tag, _)| tag).collect();
    let after = tags(&folder);
    fs::remove_dir_all(folder).unwrap();
    assert!(
        before.contains("GPS:GPSLatitude") && before.contains("IPTC:City"),
        "the corpus tells a lot: {before:?}"
    );
    assert!(after.len() > 500, "exiftool read them");
    let told: Vec<_> = after.iter().filter(|(_, tag, value)| !is_harmless(&allowed, tag, value)).collect();
    assert!(told.is_empty(), "{told:?}");
}
