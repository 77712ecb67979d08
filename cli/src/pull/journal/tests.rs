//! What a crash leaves, and what becomes of it.

use super::*;
use crate::{desk::Place, pull::item::What};

struct Temp(PathBuf);

impl Temp {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("einwurf-journal-{name}-{}", std::process::id()));
        drop(fs::remove_dir_all(&path));
        Self(path)
    }

    fn folder(&self) -> Folder {
        let place = Place { state: Some(self.0.clone()), passphrase_file: None, lang: None };
        Folder::open(&place).unwrap()
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn reached(cid: u8, next: u64) -> Reached {
    Reached { cid: Cid([cid; 32]), next, head: Digest([9; 32]) }
}

fn item(cid: u8) -> Item {
    Item { cid: Cid([cid; 32]), seq: Some(0), at: Timestamp(1), what: What::Withdrawn }
}

#[test]
fn a_torn_line_is_forgotten_and_everything_before_it_is_known() {
    let temp = Temp::new("torn");
    let folder = temp.folder();
    let mut journal = Journal::open(&folder).unwrap();
    journal.skip(reached(1, 3)).unwrap();
    journal.set_mark(Timestamp(70)).unwrap();
    drop(journal);
    let path = folder.file(JOURNAL);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [whole.as_slice(), br#"{"is":"taken","rea"#].concat()).unwrap();
    let journal = Journal::open(&folder).unwrap();
    assert_eq!((journal.reached(Cid([1; 32])), journal.mark()), (Some(reached(1, 3)), Timestamp(70)));
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[test]
fn a_program_that_may_have_had_a_message_is_told_so() {
    let temp = Temp::new("program");
    let folder = temp.folder();
    let mut journal = Journal::open(&folder).unwrap();
    dies(&mut journal, 1);
    drop(journal);
    let mut journal = Journal::open(&folder).unwrap();
    assert!(journal.is_repeat(&item(1)) && !journal.is_repeat(&item(2)));
    assert_eq!(journal.reached(Cid([1; 32])), None);
    // Another conversation comes first, is taken, and the next one of it is cut short, too: nothing is forgotten.
    journal.hand(&item(2), Some(reached(2, 1)), Way::Program, || Ok(())).unwrap();
    dies(&mut journal, 2);
    dies(&mut journal, 3);
    drop(journal);
    let mut journal = Journal::open(&folder).unwrap();
    assert!([1, 2, 3].iter().all(|cid| journal.is_repeat(&item(*cid))));
    journal.hand(&item(1), Some(reached(1, 1)), Way::Program, || Ok(())).unwrap();
    drop(journal);
    let journal = Journal::open(&folder).unwrap();
    assert!(!journal.is_repeat(&item(1)) && journal.is_repeat(&item(2)) && journal.is_repeat(&item(3)));
}

/// As a machine that loses its power while the program runs: what it was about to do is the last that it wrote.
fn dies(journal: &mut Journal, cid: u8) {
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        drop(journal.hand(&item(cid), Some(reached(cid, 1)), Way::Program, || panic!("the power is gone")));
    }));
    assert!(died.is_err());
}

#[test]
fn a_program_that_said_no_is_not_told_that_it_may_have_had_it() {
    let temp = Temp::new("refused");
    let folder = temp.folder();
    let mut journal = Journal::open(&folder).unwrap();
    let refused = journal.hand(&item(1), Some(reached(1, 1)), Way::Program, || Err(Stop::left("exec")));
    assert!(refused.is_err() && !journal.is_repeat(&item(1)));
    drop(journal);
    assert!(!Journal::open(&folder).unwrap().is_repeat(&item(1)));
}

#[test]
fn what_was_written_but_not_named_is_named_and_what_is_gone_went_its_way() {
    let temp = Temp::new("file");
    let folder = temp.folder();
    let (staged, target) = (folder.file("staged"), folder.file("target"));
    for (seq, there) in [(1, true), (2, false)] {
        let mut journal = Journal::open(&folder).unwrap();
        let way = Way::File { staged: staged.clone(), target: target.clone(), tidied: true };
        let died = journal.hand(&item(1), Some(reached(1, seq)), way, || {
            if there {
                fs::write(&staged, b"x").unwrap();
            }
            Err(Stop::left("exec"))
        });
        assert!(died.is_err());
        drop(journal);
        let journal = Journal::open(&folder).unwrap();
        assert_eq!(journal.reached(Cid([1; 32])), Some(reached(1, seq)));
        assert_eq!(fs::remove_file(&target).is_ok(), there, "{seq}");
    }
}

#[test]
fn half_of_a_message_in_an_mbox_is_taken_back_and_a_whole_one_counts() {
    let temp = Temp::new("append");
    let folder = temp.folder();
    let path = folder.file("mbox");
    let message = b"\nFrom a.0 Fri\nx\n";
    let found = |written: &[u8]| {
        fs::write(&path, [b"old\n", written].concat()).unwrap();
        let bytes = u64::try_from(message.len()).unwrap();
        let arrived = appended(&path, (4, bytes), &Digest(sha256(message)), "From a.0 ").unwrap();
        (arrived, fs::read(&path).unwrap().split_off(4))
    };
    for half in 0..message.len() {
        assert_eq!(found(&message[..half]), (false, Vec::new()), "{half}");
    }
    assert_eq!(found(message), (true, message.to_vec()));
    let more = [message, &b"\nFrom b"[..]].concat();
    assert_eq!(found(&more), (true, more.clone()));
    assert!(!appended(&folder.file("none"), (4, 4), &Digest([0; 32]), "From a.0 ").unwrap());
}

#[test]
fn what_somebody_else_wrote_into_an_mbox_after_a_crash_stays() {
    let temp = Temp::new("others");
    let folder = temp.folder();
    let path = folder.file("mbox");
    for others in [
        "From bob@firma.example Fri Jan 15\n\nGuten Tag\n\n",
        "\nFrom a.01 Fri\n",
        "From a.0 Fri\nSubject: hFrom bob@firma.example Fri Jan 15\n\nGuten Tag\n\n",
        "x",
    ] {
        fs::write(&path, format!("old\n{others}")).unwrap();
        assert!(!appended(&path, (4, 1_000), &Digest([0; 32]), "From a.0 ").unwrap());
        assert_eq!(fs::read(&path).unwrap(), format!("old\n{others}").into_bytes());
    }
    // A file that somebody else made shorter meanwhile.
    fs::write(&path, "ol").unwrap();
    assert!(!appended(&path, (4, 1_000), &Digest([0; 32]), "From a.0 ").unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"ol");
}

#[test]
fn two_at_once_do_not_work_in_one_folder_and_others_may_not_read_it() {
    let temp = Temp::new("lock");
    let folder = temp.folder();
    let place = Place { state: Some(temp.0.clone()), passphrase_file: None, lang: None };
    assert!(Folder::open(&place).is_err_and(|stop| stop.passes()));
    drop(folder);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&temp.0, fs::Permissions::from_mode(0o750)).unwrap();
        assert_eq!(Folder::open(&place).map(|_| ()).unwrap_err().code(), 2);
        fs::set_permissions(&temp.0, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert!(Folder::open(&place).is_ok());
}

#[test]
fn a_long_journal_is_written_anew_and_says_the_same() {
    let temp = Temp::new("compact");
    let folder = temp.folder();
    let mut journal = Journal::open(&folder).unwrap();
    for next in 1..100 {
        journal.skip(reached(1, next)).unwrap();
    }
    journal.set_mark(Timestamp(5)).unwrap();
    drop(journal);
    let long = fs::metadata(folder.file(JOURNAL)).unwrap().len();
    let mut journal = Journal::open(&folder).unwrap();
    assert!(fs::metadata(folder.file(JOURNAL)).unwrap().len() < long / 10);
    assert_eq!((journal.reached(Cid([1; 32])), journal.mark()), (Some(reached(1, 99)), Timestamp(5)));
    journal.skip(reached(2, 1)).unwrap();
    drop(journal);
    assert_eq!(Journal::open(&folder).unwrap().reached(Cid([2; 32])), Some(reached(2, 1)));
}
