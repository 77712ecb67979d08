//! Folders that were stolen or changed.

use super::*;
use einwurf_protocol::ids::Thumbprint;
use getrandom::{SysRng, rand_core::UnwrapErr};

fn login() -> Login {
    Login {
        v: 1,
        relay: "https://relay.example".into(),
        site: "abc".into(),
        pin: Thumbprint([1; 32]),
        account: "a@firma.example".into(),
    }
}

fn sealed() -> Sealed {
    let secrets =
        Secrets { password: Zeroizing::new("correct horse battery".into()), device: Zeroizing::new([7; 32]) };
    let mut rng = UnwrapErr(SysRng);
    let lock = Lock::of_passphrase("a long passphrase", &mut rng).unwrap();
    secrets.seal(lock, &login(), &mut rng).unwrap()
}

fn open(sealed: &Sealed, passphrase: &str, login: &Login) -> Option<Secrets> {
    let key = sealed.lock.key(|| Ok(Zeroizing::new(passphrase.to_owned()))).ok()?;
    sealed.open(&key, login)
}

#[test]
fn enc_01_a_stolen_folder_opens_with_the_passphrase_alone_and_shows_nothing() {
    let sealed = sealed();
    let opened = open(&sealed, "a long passphrase", &login()).unwrap();
    assert_eq!((opened.password.as_str(), *opened.device), ("correct horse battery", [7; 32]));
    assert!(open(&sealed, "a long passphrasf", &login()).is_none());
    assert!(open(&sealed, "", &login()).is_none());
    let file = serde_json::to_string(&sealed).unwrap();
    assert!(!file.contains("horse") && !file.contains("BwcHBwcH"));
}

#[test]
fn whoever_changes_the_file_cannot_lead_the_password_elsewhere() {
    let sealed = sealed();
    let key = sealed.lock.key(|| Ok(Zeroizing::new("a long passphrase".into()))).unwrap();
    assert!(sealed.open(&key, &login()).is_some());
    for other in [
        Login { relay: "https://evil.example".into(), ..login() },
        Login { site: "abd".into(), ..login() },
        Login { pin: Thumbprint([2; 32]), ..login() },
        Login { account: "b@firma.example".into(), ..login() },
    ] {
        assert!(sealed.open(&key, &other).is_none(), "{other:?}");
    }
    // Nor to a key of the thief's own.
    assert!(sealed.open(&Zeroizing::new([0; 32]), &login()).is_none());
}

#[test]
fn a_file_that_asks_for_all_the_memory_is_not_obeyed() {
    for (kib, passes) in [(KIB_MOST + 1, 1), (u32::MAX, 1), (64, PASSES_MOST + 1)] {
        let lock = Lock::Passphrase { kib, passes, salt: vec![1; 16] };
        let asked = lock.key(|| panic!("the passphrase was asked for"));
        assert_eq!(asked.err(), Some(Stop::wrong("vault")));
    }
}
