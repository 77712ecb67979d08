//! From one site key to the next (`docs/protocol.md` section 4.5): announce, give visitors a snippet with both pins,
//! switch. In between nothing breaks: the old key signs until the last step.

use einwurf_protocol::{
    api::login::{RecoveryCheck, SealedKey},
    ids::Thumbprint,
    roster::Capability,
};
use einwurf_seal::{CryptoRng, SealError, SiteKey, publish::Says, seal_key_for};

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

/// Seals a next key to everybody of a publication who may sign, the recovery code among them: under its own name, so that
/// it opens the same before and after the switch, and for nobody who does not know from the present key which one it is.
pub fn seal(says: &Says, key: &SiteKey, rng: &mut impl CryptoRng) -> Result<Vec<SealedKey>, SealError> {
    let signers = says.members.iter().filter(|member| member.may(Capability::Sign));
    signers.map(|member| seal_key_for(member, key, key.thumbprint(), rng)).collect()
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
    use einwurf_protocol::roster::{MemberKind, Roster};
    use einwurf_seal::{MemberKeys, OpenedKey, RecoveryCode};

    fn says(members: &[einwurf_protocol::roster::Member]) -> Says {
        let stock = admin::stock();
        let roster = Roster { v: 1, site: stock[0].site, serial: 1, members: members.to_vec() };
        Says::of(&stock[0], &roster, 90)
    }

    #[test]
    fn every_signer_and_the_sheet_open_the_next_key_and_readers_get_nothing() {
        let mut dice = Dice::new(1);
        let (signer, reader) = (MemberKeys::generate(&mut dice), MemberKeys::generate(&mut dice));
        let sheet = MemberKeys::from_recovery(&RecoveryCode::generate(&mut dice));
        let both = &[Capability::Sign, Capability::Read];
        let says = says(&[
            signer.member("Anna", MemberKind::Person, both),
            reader.member("Ines", MemberKind::Person, &[Capability::Read]),
            sheet.member("", MemberKind::Recovery, both),
        ]);
        let next = SiteKey::generate(&mut dice);
        let sealed = seal(&says, &next, &mut dice).unwrap();
        assert_eq!(sealed.iter().map(|key| key.member).collect::<Vec<_>>(), [signer.id(), sheet.id()]);
        for (keys, sealed) in [(&signer, &sealed[0]), (&sheet, &sealed[1])] {
            let opened = keys.open_key(sealed, next.thumbprint()).unwrap();
            assert!(matches!(opened, OpenedKey::Site(key) if key.thumbprint() == next.thumbprint()));
        }
        assert!(reader.open_key(&sealed[0], next.thumbprint()).is_err());
    }

    #[test]
    fn an_announcement_can_be_taken_back_and_ends_with_the_switch() {
        let mut says = says(&[]);
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
