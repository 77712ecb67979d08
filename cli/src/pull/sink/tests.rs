//! Forms of places.

use super::*;
use crate::pull::item::What;
use einwurf_protocol::{ids::Cid, time::Timestamp};

#[test]
fn a_message_cannot_begin_another_in_an_mbox() {
    let what = What::Message(Box::default());
    let item = Item { cid: Cid([1; 32]), seq: Some(0), at: Timestamp(1_800_000_000), what };
    let bytes = mbox(&item, b"Subject: x\r\n\r\nFrom evil\r\n>From older\r\nFromage\r\n");
    let text = String::from_utf8(bytes).unwrap();
    let cid = "01".repeat(32);
    let expected = format!(
        "From {cid}.0@einwurf.invalid Fri Jan 15 08:00:00 2027\nSubject: x\n\n>From evil\n>>From older\nFromage\n\n\n"
    );
    assert_eq!(text, expected);
}

#[test]
fn a_message_begins_on_a_line_of_its_own_whatever_stood_there_before() {
    let temp = std::env::temp_dir().join(format!("einwurf-gap-{}", std::process::id()));
    for (before, missing) in
        [("", ""), ("\n", "\n"), ("x", "\n\n"), ("x\n", "\n"), ("x\n\n", ""), ("\n\n\n", "")]
    {
        fs::write(&temp, before).unwrap();
        let mut file = options().open(&temp).unwrap();
        let length = u64::try_from(before.len()).unwrap();
        assert_eq!(gap(&mut file, length).unwrap(), missing.as_bytes(), "{before:?}");
        assert_eq!(file.stream_position().unwrap(), length, "and what is written follows it");
    }
    fs::remove_file(&temp).unwrap();
}

#[cfg(unix)]
#[test]
fn enc_01_a_link_that_lies_where_a_message_is_written_first_leads_it_nowhere() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let temp = std::env::temp_dir().join(format!("einwurf-link-{}", std::process::id()));
    make(&temp).unwrap();
    let (victim, link) = (temp.join("victim"), temp.join("link"));
    fs::write(&victim, "precious").unwrap();
    symlink(&victim, &link).unwrap();
    anew(&link).unwrap().write_all(b"message").unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    let found = fs::symlink_metadata(&link).unwrap();
    assert!(found.is_file() && found.permissions().mode() & 0o777 == 0o600, "nobody else reads it");
    // What a crash left there, readable for all.
    fs::set_permissions(&link, fs::Permissions::from_mode(0o666)).unwrap();
    drop(anew(&link).unwrap());
    assert_eq!(fs::metadata(&link).unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_dir_all(&temp).unwrap();
}
