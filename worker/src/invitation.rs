//! Rules of invitations (`docs/protocol.md` section 14.6) that need no storage.

use crate::{access::account, body, fault::Fault, publication};
use einwurf_protocol::{
    api::admin::{AnswerInvitation, Answered, Invite},
    ids::Thumbprint,
    limits::{INVITATION_SECONDS, NAME_BYTES},
    roster::Member,
    roster::Roster,
    time::Timestamp,
};

/// Bytes of an answer's authentication.
const MAC_BYTES: usize = 32;

/// When an invitation that is made now ends.
pub fn expires(now: Timestamp) -> Timestamp {
    now.plus(INVITATION_SECONDS)
}

/// What an invitation says: a name, each capability once and at least one, a person of the roster to replace.
pub fn check_invite(invite: &Invite, roster: &Roster) -> Result<(), Fault> {
    body::version(invite.v)?;
    if invite.name.trim().is_empty() || invite.name.len() > NAME_BYTES {
        return Err(Fault::malformed("name", "empty or longer than a name may be"));
    }
    let once = |capability| invite.may.iter().filter(|other| *other == capability).count() == 1;
    if invite.may.is_empty() || !invite.may.iter().all(once) {
        return Err(Fault::malformed("may", "none, or one twice"));
    }
    let person = |id: &Thumbprint| roster.member(id).is_some_and(Member::is_person);
    if invite.replaces.as_ref().is_none_or(person) {
        Ok(())
    } else {
        Err(Fault::malformed("replaces", "not a person of the roster"))
    }
}

/// The form of an answer: a person's entry of that person's own fresh keys. Name and capabilities are the inviter's to
/// set, and whose keys they are the inviter's app checks by `mac`.
pub fn check_answer(answer: &AnswerInvitation) -> Result<(), Fault> {
    body::version(answer.v)?;
    let Answered { account, member, mac } = &answer.answer;
    publication::check_account(account, "answer.account")?;
    let own = member.is_person()
        && member.id == member.signing.thumbprint()
        && member.sealing.len() == publication::XWING_PUBLIC_BYTES
        && member.name.len() <= NAME_BYTES;
    if !own {
        return Err(Fault::malformed("answer.member", "not a person with keys of their own"));
    }
    if mac.len() != MAC_BYTES {
        return Err(Fault::malformed("answer.mac", "not 32 bytes"));
    }
    if answer.wrapped.member != member.id {
        return Err(Fault::malformed("wrapped.member", "not the keys of the answer's member"));
    }
    publication::check_wrapped(&answer.wrapped, "wrapped")
}

/// Whether an account name is free for somebody who replaces a member: nobody else's, and in no other open answer.
pub fn is_free<'a>(
    name: &str,
    replaces: Option<Thumbprint>,
    accounts: impl IntoIterator<Item = (&'a str, Thumbprint)>,
    answered: impl IntoIterator<Item = &'a str>,
) -> bool {
    let name = account(name);
    let others = accounts.into_iter().filter(|(_, member)| Some(*member) != replaces);
    others.map(|(other, _)| other).chain(answered).all(|other| account(other) != name)
}

/// Whether a roster's entry is the person who answered.
pub fn is_who_answered(entry: &Member, answered: &Member) -> bool {
    entry.is_person() && (entry.id, &entry.sealing) == (answered.id, &answered.sealing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Keys, NOW, member, roster_of};
    use einwurf_protocol::{
        VERSION,
        api::login::Wrapped,
        ids::{Digest, MessageId},
        roster::{Capability, MemberKind},
    };

    fn invite() -> Invite {
        Invite {
            v: VERSION,
            id: MessageId([1; 16]),
            token: Digest([2; 32]),
            name: "Jonas".into(),
            may: vec![Capability::Read],
            replaces: None,
        }
    }

    fn answer() -> AnswerInvitation {
        let keys = Keys::new(11);
        let member = Member {
            id: keys.thumbprint(),
            kind: MemberKind::Person,
            name: "Jonas".into(),
            may: vec![],
            signing: keys.public(),
            sealing: vec![5; 1216],
        };
        let wrapped = Wrapped { member: member.id, nonce: vec![0; 24], ciphertext: vec![0; 128] };
        let answer = Answered { account: "jonas@fensterbau.example".into(), member, mac: vec![0; 32] };
        AnswerInvitation { v: VERSION, registration: vec![], wrapped, answer }
    }

    fn field(result: Result<(), Fault>) -> String {
        result.map_or_else(|fault| fault.problem().field.unwrap(), |()| "none".into())
    }

    #[test]
    fn an_invitation_holds_48_hours() {
        assert_eq!(expires(NOW), NOW.plus(172_800));
    }

    #[test]
    fn an_invitation_says_who_is_invited_to_what() {
        let with = |change: fn(&mut Invite)| {
            let mut invite = invite();
            change(&mut invite);
            field(check_invite(&invite, &roster_of(1)))
        };
        assert_eq!(with(|_| ()), "none");
        assert_eq!(with(|i| i.v = 2), "v");
        assert_eq!(with(|i| i.name = "n".repeat(199)), "none");
        assert_eq!(with(|i| i.name = "n".repeat(200)), "none");
        assert_eq!(with(|i| i.name = "n".repeat(201)), "name");
        assert_eq!(with(|i| i.name = "  ".into()), "name");
        assert_eq!(with(|i| i.may = vec![Capability::Read, Capability::Sign]), "none");
        assert_eq!(with(|i| i.may.clear()), "may");
        assert_eq!(with(|i| i.may.push(Capability::Read)), "may");
        assert_eq!(with(|i| i.replaces = Some(member().thumbprint())), "none");
        assert_eq!(with(|i| i.replaces = Some(Thumbprint([1; 32]))), "replaces");
        assert_eq!(with(|i| i.replaces = Some(crate::testing::recovery().thumbprint())), "replaces");
    }

    #[test]
    fn an_answer_brings_a_person_with_keys_of_their_own() {
        let with = |change: fn(&mut AnswerInvitation)| {
            let mut answer = answer();
            change(&mut answer);
            field(check_answer(&answer))
        };
        assert_eq!(with(|_| ()), "none");
        assert_eq!(with(|a| a.v = 0), "v");
        assert_eq!(with(|a| a.answer.account = "jonas".into()), "answer.account");
        assert_eq!(with(|a| a.answer.member.kind = MemberKind::Recovery), "answer.member");
        assert_eq!(with(|a| a.answer.member.signing = member().public()), "answer.member");
        assert_eq!(with(|a| a.answer.member.sealing.truncate(1215)), "answer.member");
        assert_eq!(with(|a| a.answer.member.sealing.push(0)), "answer.member");
        assert_eq!(with(|a| a.answer.member.name = "n".repeat(201)), "answer.member");
        assert_eq!(with(|a| a.answer.mac.truncate(31)), "answer.mac");
        assert_eq!(with(|a| a.answer.mac.push(0)), "answer.mac");
        assert_eq!(with(|a| a.wrapped.member = member().thumbprint()), "wrapped.member");
        assert_eq!(with(|a| a.wrapped.nonce.truncate(23)), "wrapped.nonce");
        assert_eq!(with(|a| a.wrapped.ciphertext = vec![0; 1_024]), "none");
        assert_eq!(with(|a| a.wrapped.ciphertext = vec![0; 1_025]), "wrapped.ciphertext");
    }

    #[test]
    fn an_account_name_is_nobody_elses_unless_they_are_replaced() {
        let meike = member().thumbprint();
        let accounts = [("meike@fensterbau.example", meike)];
        let free = |name, replaces| is_free(name, replaces, accounts, ["Eva@fensterbau.example"]);
        assert!(free("jonas@fensterbau.example", None));
        assert!(!free(" Meike@Fensterbau.example", None));
        assert!(free("meike@fensterbau.example", Some(meike)));
        assert!(!free("meike@fensterbau.example", Some(Thumbprint([1; 32]))));
        assert!(!free("eva@fensterbau.example", Some(meike)));
    }

    #[test]
    fn only_the_keys_that_answered_get_the_account() {
        let answered = answer().answer.member;
        let signed = |change: fn(&mut Member)| {
            let mut entry = Member { may: vec![Capability::Read], name: "J.".into(), ..answered.clone() };
            change(&mut entry);
            is_who_answered(&entry, &answered)
        };
        assert!(signed(|_| ()));
        assert!(!signed(|entry| entry.sealing[0] ^= 1));
        assert!(!signed(|entry| entry.id = member().thumbprint()));
        assert!(!signed(|entry| entry.kind = MemberKind::Recovery));
    }
}
