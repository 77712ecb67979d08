//! What was on the screen while two persons compared a code is what is taken in.

use super::*;

/// The team as the relay shows it, again and again, to somebody who compares the code of an invitation.
fn look(team: &mut Team, invitation: Invitation) {
    let (roster, key, state) = (office(), key(), state(vec![invitation]));
    let signing = Some(Signing { state: &state, key: &key });
    team.take(&Seen { roster: &roster, me: roster.members[0].id, signing, announced: false, now: NOW });
}

#[test]
fn a_code_that_was_compared_cannot_be_exchanged_behind_a_conflict() {
    let mut team = Team::default();
    look(&mut team, invited(Some(answer(newcomer(7)))));
    assert_eq!(team.compared(ID), None, "nobody has seen the code yet");
    team.show(Screen::Confirm(ID));
    let entry = |team: &Team| team.compared(ID).map(|(member, _)| member.id);
    assert_eq!(entry(&team), Some(newcomer(7).id));
    look(&mut team, invited(Some(answer(newcomer(7)))));
    assert_eq!(entry(&team), Some(newcomer(7).id), "the same answer stays");
    // Somebody with the link answers again with other keys; its code fits, but it is not the one that was compared.
    for _ in 0..2 {
        look(&mut team, invited(Some(answer(newcomer(8)))));
        assert_eq!(team.invitation(ID).unwrap().standing, Standing::Doubtful(Doubt::Foreign));
        assert_eq!(team.compared(ID), None);
        // Nor by way of the list.
        team.show(Screen::List);
        team.show(Screen::Confirm(ID));
    }
    look(&mut team, invited(None));
    look(&mut team, invited(Some(answer(newcomer(8)))));
    assert_eq!(team.invitation(ID).unwrap().standing, Standing::Doubtful(Doubt::Foreign));
}

#[test]
fn whom_an_accepted_person_replaces_is_what_was_on_the_screen() {
    let (mut team, ines) = (Team::default(), office().members[1].id);
    look(&mut team, invited(Some(answer(newcomer(7)))));
    team.show(Screen::Confirm(ID));
    let other = Invitation { replaces: Some(ines), ..invited(Some(answer(newcomer(7)))) };
    look(&mut team, other);
    assert_eq!(team.invitation(ID).unwrap().standing, Standing::Doubtful(Doubt::Foreign));
    assert_eq!(team.compared(ID), None);
}

#[test]
fn an_answer_that_comes_while_the_page_is_open_is_the_one_that_counts() {
    let mut team = Team::default();
    look(&mut team, invited(None));
    team.show(Screen::Confirm(ID));
    look(&mut team, invited(Some(answer(newcomer(7)))));
    assert_eq!(team.compared(ID).map(|(member, _)| member.id), Some(newcomer(7).id));
    look(&mut team, invited(Some(answer(newcomer(8)))));
    assert_eq!(team.compared(ID), None);
}
