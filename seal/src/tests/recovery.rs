//! The code on the emergency sheet.

use super::rng::drawn;
use crate::{MemberKeys, RecoveryCode, SealError};
use proptest::prelude::*;

fn code(seed: &str) -> RecoveryCode {
    RecoveryCode::generate(&mut drawn(seed))
}

#[test]
fn a_code_is_nine_groups_of_four() {
    // Computed with an independent implementation (Python).
    insta::assert_snapshot!(*code("text").to_text(), @"54VE-AK65-50PB-08T1-A11A-PXNB-V1HN-9HDT-TKQJ");
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = code("typed");
    let text = code.to_text();
    let typed = [
        text.to_lowercase(),
        text.replace('-', ""),
        text.replace('-', " "),
        text.replace('-', " \u{2013} "),
        format!("\n{}\t", *text),
        text.replace('0', "o").replace('1', "l"),
        text.replace('0', "O").replace('1', "I"),
    ];
    for typed in typed {
        assert_eq!(RecoveryCode::from_text(&typed), Ok(code.clone()), "{typed:?}");
    }
}

#[test]
fn each_mistake_has_its_name() {
    let text = code("mistakes").to_text();
    for (typed, error) in [
        (String::new(), SealError::RecoveryLength),
        (text[1..].to_owned(), SealError::RecoveryLength),
        (format!("{}0", *text), SealError::RecoveryLength),
        (text.replacen('-', "U", 1), SealError::RecoveryCharacter),
        (text.replacen('-', "ö", 1), SealError::RecoveryCharacter),
    ] {
        assert_eq!(RecoveryCode::from_text(&typed), Err(error), "{typed:?}");
    }
}

#[test]
fn a_code_gives_the_same_keys_again_and_another_code_others() {
    let keys = MemberKeys::from_recovery(&code("keys"));
    let again = MemberKeys::from_recovery(&RecoveryCode::from_text(&code("keys").to_text()).unwrap());
    assert_eq!(keys.id(), again.id());
    assert_eq!(keys.sealing_public(), again.sealing_public());
    let other = MemberKeys::from_recovery(&code("other keys"));
    assert_ne!(keys.id(), other.id());
    assert_ne!(keys.sealing_public(), other.sealing_public());
    insta::assert_snapshot!(keys.id(), @"M4JeaZWgw3F0RbWDT9jDdZoXVEnaRoO4AzqEge7XEeA");
}

proptest! {
    #[test]
    fn from_text_inverts_to_text(seed in ".*") {
        let code = code(&seed);
        prop_assert_eq!(RecoveryCode::from_text(&code.to_text()), Ok(code));
    }

    #[test]
    fn one_mistyped_character_is_found(seed in ".{0,8}", place in 0_usize..44, other in "[0-9A-HJKMNP-TV-Z]") {
        let text = code(&seed).to_text();
        prop_assume!(&text[place..=place] != "-" && text[place..=place] != other);
        let mut typed = text.to_string();
        typed.replace_range(place..=place, &other);
        prop_assert_eq!(RecoveryCode::from_text(&typed), Err(SealError::RecoveryChecksum));
    }
}
