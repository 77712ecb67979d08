//! From one site key to the next (`docs/protocol.md` section 4.5): announce, give visitors a snippet with both pins,
//! switch. In between nothing breaks: the old key signs until the last step.

use einwurf_protocol::{api::login::RecoveryCheck, ids::Thumbprint};
use einwurf_seal::{SealError, SiteKey, publish::Says};

/// How far the change is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing is announced.
    #[default]
    None,
    /// The next key is announced; this device has it or has not.
    Announced {
        /// It can be switched to from here.
        held: bool,
    },
}

/// The announcement: the present key names the next one.
pub fn announce(says: &mut Says, next: Thumbprint) {
    says.succession.next = Some(next);
}

/// Takes an announcement back; a snippet that pins both keys goes on working. Also when somebody leaves who has the
/// announced key: it would be known to a stranger.
pub fn withdraw(says: &mut Says) {
    says.succession.next = None;
}

/// What the next key says when it takes over: nothing comes after it yet.
pub fn switch(says: &mut Says) {
    says.succession.next = None;
}

/// The question for the recovery code is bound to the site key; two groups from the sheet bind it to the next one. None
/// if they are not on the sheet.
pub fn carry_check(
    present: &SiteKey,
    next: &SiteKey,
    check: &RecoveryCheck,
    words: [&str; 2],
) -> Result<Option<RecoveryCheck>, SealError> {
    if !present.fits(check, words)? {
        return Ok(None);
    }
    next.check_again(check, words).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures::admin, testing::Dice};
    use einwurf_protocol::roster::Roster;
    use einwurf_seal::RecoveryCode;

    fn says() -> Says {
        let stock = admin::stock();
        let roster = Roster { v: 1, site: stock[0].site, serial: 1, members: Vec::new() };
        Says::of(&stock[0], &roster, 90)
    }

    #[test]
    fn an_announcement_can_be_taken_back_and_ends_with_the_switch() {
        let mut says = says();
        announce(&mut says, Thumbprint([9; 32]));
        assert_eq!(says.succession.next, Some(Thumbprint([9; 32])));
        let mut back = says.clone();
        withdraw(&mut back);
        switch(&mut says);
        assert_eq!((back.succession.next, says.succession.next), (None, None));
    }

    #[test]
    fn the_question_for_the_sheet_goes_over_to_the_next_key_only_with_the_right_groups() {
        let mut dice = Dice::new(2);
        let (present, next) = (SiteKey::generate(&mut dice), SiteKey::generate(&mut dice));
        let code = RecoveryCode::generate(&mut dice);
        let check = code.check(&present, &mut dice);
        let text = code.to_text();
        let groups: Vec<_> = text.split('-').collect();
        let words = check.groups.map(|group| groups[usize::from(group)]);
        let carried = carry_check(&present, &next, &check, words).unwrap().unwrap();
        assert_eq!(carried.groups, check.groups);
        assert!(next.fits(&carried, words).unwrap() && !next.fits(&check, words).unwrap());
        let [first, second] = words;
        assert!(carry_check(&present, &next, &check, [second, first]).unwrap().is_none());
        assert!(carry_check(&present, &next, &check, ["A", "B"]).is_err(), "not a group at all");
    }
}
