//! Invitations that a hostile relay or a stranger answers, removals that would end a site, and sheets.

use super::*;
use crate::{
    fixtures::{NOW, admin},
    state::setup::founding,
    testing::{Dice, answers, relay_info},
};
use einwurf_protocol::api::{
    admin::{Answered, RecoveryState},
    login::RecoveryCheck,
};
use einwurf_seal::{MemberKeys, publish::Says};

mod compared;

const READ: &[Capability] = &[Capability::Read];
const SIGN: &[Capability] = &[Capability::Sign];
const BOTH: &[Capability] = &[Capability::Sign, Capability::Read];
const ID: MessageId = MessageId([4; 16]);

fn key() -> SiteKey {
    SiteKey::generate(&mut Dice::new(1))
}

fn roster(members: Vec<Member>) -> Roster {
    Roster { v: 1, site: key().thumbprint(), serial: 3, members }
}

fn member(number: u8, name: &str, may: &[Capability]) -> Member {
    admin::member(number, name, MemberKind::Person, may)
}

fn sheet() -> Member {
    admin::member(200, "", MemberKind::Recovery, BOTH)
}

fn office() -> Roster {
    roster(vec![member(1, "Anna", BOTH), member(2, "Ines", READ), sheet()])
}

fn says() -> Says {
    let stock = admin::stock();
    Says::of(&stock[0], &office(), 90)
}

fn newcomer(seed: u64) -> Member {
    MemberKeys::generate(&mut Dice::new(seed)).member("Self-chosen", MemberKind::Person, BOTH)
}

fn answer(entry: Member) -> Answered {
    answer_to(&invited(None), entry)
}

fn answer_to(invitation: &Invitation, entry: Member) -> Answered {
    let account = "jonas@b.example".to_owned();
    let secret = key().invitation(&invitation.into());
    let mac = secret.authenticate(&key().thumbprint(), &account, &entry).to_vec();
    Answered { account, member: entry, mac }
}

fn invited(answer: Option<Answered>) -> Invitation {
    Invitation {
        id: ID,
        name: " Jonas ".into(),
        may: READ.to_vec(),
        replaces: None,
        by: office().members[0].id,
        expires: NOW.plus(3_600),
        answer,
    }
}

fn checked(answer: &Answered) -> Result<Checked, Doubt> {
    accept::check(&invited(None), answer, &key(), &office())
}

#[test]
fn a_relay_that_grants_something_else_than_the_inviter_did_is_found_out() {
    let answered = answer(newcomer(7));
    let with = |change: fn(&mut Invitation)| {
        let mut invitation = invited(None);
        change(&mut invitation);
        accept::check(&invitation, &answered, &key(), &office()).map(drop)
    };
    assert_eq!(with(|_| ()), Ok(()));
    let more: [fn(&mut Invitation); 3] = [
        |one| one.may = BOTH.to_vec(),
        |one| one.name = "Somebody else".into(),
        |one| one.replaces = Some(Thumbprint([3; 32])),
    ];
    for change in more {
        assert_eq!(with(change), Err(Doubt::Foreign));
    }
}

#[test]
fn an_answer_from_the_link_gets_name_and_capabilities_of_the_invitation_and_keys_of_the_answer() {
    let entry = newcomer(7);
    let checked = checked(&answer(entry.clone())).unwrap();
    assert_eq!((checked.member.name.as_str(), checked.member.may.as_slice()), ("Jonas", READ));
    assert_eq!((checked.member.signing, &checked.member.sealing), (entry.signing, &entry.sealing));
    let code =
        key().invitation(&(&invited(None)).into()).code(&key().thumbprint(), "jonas@b.example", &entry);
    assert_eq!(checked.code, code);
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
}

#[test]
fn a_relay_that_answers_itself_or_changes_account_or_keys_is_found_out() {
    let genuine = answer(newcomer(7));
    let sealing = |mut entry: Member| {
        entry.sealing = newcomer(8).sealing;
        entry
    };
    for tampered in [
        Answered { member: newcomer(8), ..genuine.clone() },
        Answered { member: sealing(genuine.member.clone()), ..genuine.clone() },
        Answered { account: "eve@b.example".into(), ..genuine.clone() },
        Answered { mac: vec![0; 32], ..genuine.clone() },
        Answered { mac: Vec::new(), ..genuine.clone() },
        Answered { mac: genuine.mac[..31].to_vec(), ..genuine.clone() },
    ] {
        assert_eq!(checked(&tampered), Err(Doubt::Foreign));
    }
}

#[test]
fn an_answer_to_another_invitation_does_not_fit_this_one() {
    let other = Invitation { id: MessageId([5; 16]), ..invited(None) };
    assert_eq!(accept::check(&other, &answer(newcomer(7)), &key(), &office()), Err(Doubt::Foreign));
    let next = SiteKey::generate(&mut Dice::new(2));
    let after = accept::check(&invited(None), &answer(newcomer(7)), &next, &office());
    assert_eq!(after, Err(Doubt::Foreign), "the site key changed in between");
}

#[test]
fn whoever_holds_the_link_cannot_become_a_recovery_code_or_take_a_foreign_id() {
    let entry = newcomer(7);
    let recovery = Member { kind: MemberKind::Recovery, ..entry.clone() };
    let foreign = Member { id: office().members[0].id, ..entry.clone() };
    let short = Member { sealing: vec![1; 1215], ..entry };
    for bad in [recovery, foreign, short] {
        assert_eq!(checked(&answer(bad)), Err(Doubt::Entry));
    }
}

#[test]
fn a_member_is_not_taken_in_twice_and_the_hundred_and_first_not_at_all() {
    assert_eq!(checked(&answer(office().members[1].clone())), Err(Doubt::Known));
    let full = |count: u8| {
        let members = (0..count).map(|n| Member { id: Thumbprint([n; 32]), ..sheet() }).collect();
        accept::check(&invited(None), &answer(newcomer(7)), &key(), &roster(members))
    };
    assert!(full(99).is_ok());
    assert_eq!(full(100), Err(Doubt::Full));
}

#[test]
fn an_invitation_that_allows_nothing_or_names_nobody_is_not_accepted() {
    let check = |invitation: &Invitation| {
        accept::check(invitation, &answer_to(invitation, newcomer(7)), &key(), &office())
    };
    assert_eq!(check(&Invitation { may: Vec::new(), ..invited(None) }), Err(Doubt::Entry));
    assert_eq!(check(&Invitation { name: "  ".into(), ..invited(None) }), Err(Doubt::Entry));
    for (length, ok) in [(199, true), (200, true), (201, false)] {
        assert_eq!(check(&Invitation { name: "n".repeat(length), ..invited(None) }).is_ok(), ok, "{length}");
    }
}

#[test]
fn accepting_takes_the_replaced_person_out_and_doing_it_again_changes_nothing() {
    let (mut says, former) = (says(), office().members[1].id);
    let entry = newcomer(7);
    accept::admit(&mut says, &entry, Some(former), NOW);
    assert!(says.members.iter().all(|member| member.id != former));
    assert_eq!(says.revoked.iter().map(|one| one.member).collect::<Vec<_>>(), [former]);
    let once = says.clone();
    accept::admit(&mut says, &entry, Some(former), NOW.plus(60));
    assert_eq!(says, once);
}

#[test]
fn nobody_replaces_themselves() {
    let (mut says, entry) = (says(), newcomer(7));
    accept::admit(&mut says, &entry, Some(entry.id), NOW);
    assert!(says.members.iter().any(|member| member.id == entry.id) && says.revoked.is_empty());
}

#[test]
fn whoever_the_site_cannot_go_on_without_stays() {
    use remove::{Stays, stays};
    let stay = |members: Vec<Member>, number: u8| {
        let id = member(number, "", READ).id;
        stays(&roster(members), &id)
    };
    let (anna, ines, tech) = (member(1, "Anna", BOTH), member(2, "Ines", READ), member(3, "Technik", SIGN));
    assert_eq!(stay(vec![anna.clone(), ines.clone(), sheet()], 1), Some(Stays::LastSigner));
    assert_eq!(stay(vec![anna.clone(), ines.clone(), sheet()], 2), None);
    assert_eq!(stay(vec![anna.clone(), tech.clone(), sheet()], 1), Some(Stays::LastReader));
    assert_eq!(stay(vec![anna.clone(), tech.clone(), ines.clone()], 3), Some(Stays::NoSpare));
    assert_eq!(stay(vec![anna.clone(), tech.clone(), ines.clone(), sheet()], 3), None);
    assert_eq!(stay(vec![anna, tech, ines, sheet()], 1), None);
}

#[test]
fn the_sheet_is_asked_for_after_half_a_year_and_not_a_second_before() {
    let at = |seconds: u64| sheet::is_due(NOW, NOW.plus(seconds));
    assert!(!at(sheet::CHECK_SECONDS - 1));
    assert!(!at(sheet::CHECK_SECONDS));
    assert!(at(sheet::CHECK_SECONDS + 1));
}

#[test]
fn a_new_sheet_is_confirmed_by_two_of_its_groups() {
    let mut drawn = sheet::Drawn::draw(&mut Dice::new(9));
    assert!(drawn.confirmed().is_none());
    let groups: Vec<_> = drawn.code.split('-').map(str::to_lowercase).collect();
    drawn.confirm.typed = drawn.confirm.asked.map(|group| groups[group].clone());
    let code = drawn.confirmed().unwrap();
    assert_eq!(*code.to_text(), *drawn.code);
}

fn state(invitations: Vec<Invitation>) -> SiteState {
    let check = RecoveryCheck { groups: [1, 5], tag: vec![0; 32] };
    SiteState {
        stock: Vec::new(),
        roster: String::new(),
        former: Vec::new(),
        facts: founding::facts(&answers(), &relay_info()),
        accounts: vec![Account {
            member: office().members[0].id,
            account: "anna@b.example".into(),
            since: NOW,
            seen: Some(NOW),
        }],
        invitations,
        recovery: RecoveryState { check, checked: NOW },
    }
}

fn taken(invitations: Vec<Invitation>, now: Timestamp) -> Team {
    let (roster, key) = (office(), key());
    let mut team = Team::default();
    let state = state(invitations);
    let signing = Some(Signing { state: &state, key: &key });
    team.take(&Seen { roster: &roster, me: roster.members[0].id, signing, announced: false, now });
    team
}

#[test]
fn who_cannot_read_is_told_that_ending_a_readers_access_may_lose_messages() {
    let looked_at_by = |may: &[Capability]| {
        let roster =
            roster(vec![member(1, "Anna", may), member(2, "Ines", READ), member(3, "Ben", SIGN), sheet()]);
        let mut team = Team::default();
        team.take(&Seen {
            roster: &roster,
            me: roster.members[0].id,
            signing: None,
            announced: false,
            now: NOW,
        });
        team.persons.iter().flatten().map(|person| team.may_lose(person)).collect::<Vec<_>>()
    };
    assert_eq!(looked_at_by(SIGN), [false, true, false]);
    assert_eq!(looked_at_by(BOTH), [false, false, false]);
}

#[test]
fn the_list_has_persons_with_their_accounts_and_not_the_sheet() {
    let team = taken(Vec::new(), NOW);
    let persons = team.persons.as_ref().unwrap();
    assert_eq!(persons.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Anna", "Ines"]);
    assert_eq!((persons[0].you, persons[1].you), (true, false));
    assert_eq!(
        (persons[0].account.as_deref(), persons[1].account.as_deref()),
        (Some("anna@b.example"), None)
    );
    assert_eq!(persons[0].stays, Some(Stays::LastSigner));
    assert_eq!(team.checked, Some(NOW));
}

#[test]
fn who_may_not_sign_sees_persons_and_nothing_to_change() {
    let roster = office();
    let mut team = Team::default();
    let me = roster.members[1].id;
    team.take(&Seen { roster: &roster, me, signing: None, announced: false, now: NOW });
    assert!(!team.administers && team.open.is_empty() && team.checked.is_none());
    assert_eq!(team.persons.unwrap().iter().map(|one| one.you).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn an_invitation_waits_is_answered_is_doubted_or_is_too_late() {
    let standing = |invitation: Invitation, now| taken(vec![invitation], now).open.remove(0).standing;
    assert_eq!(standing(invited(None), NOW), Standing::Waiting);
    assert!(matches!(standing(invited(Some(answer(newcomer(7)))), NOW), Standing::Answered(_)));
    let forged = Answered { mac: vec![1; 32], ..answer(newcomer(7)) };
    assert_eq!(standing(invited(Some(forged)), NOW), Standing::Doubtful(Doubt::Foreign));
    let end = NOW.plus(3_600);
    assert_eq!(standing(invited(None), end.minus(1)), Standing::Waiting);
    assert_eq!(standing(invited(None), end), Standing::Expired);
}

#[test]
fn leaving_a_screen_forgets_link_code_and_typed_groups() {
    let mut team = Team { groups: ["A".into(), "B".into()], ..Team::default() };
    team.screen = Screen::Sheet;
    team.drawn = Some(sheet::Drawn::draw(&mut Dice::new(9)));
    team.link = Some(Link { name: "J".into(), text: zeroize::Zeroizing::new("l".into()), expires: NOW });
    team.due = Some(|t| &t.end_hint);
    team.show(Screen::List);
    assert!(team.drawn.is_none() && team.link.is_none() && team.groups[0].is_empty() && team.due.is_none());
}

#[test]
fn the_link_names_the_pin_goes_through_the_door_and_gives_the_same_secret_again() {
    let key = key();
    let body = Form { name: "Jonas".into(), ..Form::default() }.body(&key, ID);
    let granted = (&body).into();
    let through =
        invite::link(Some("https://f.example/door.html"), "https://r.example", "addr", &key, &granted);
    let secret = key.invitation(&granted).to_secret();
    let pin = key.thumbprint();
    assert_eq!(*through, format!("https://f.example/door.html#site=addr&pin={pin}&invite={secret}"));
    let relay = invite::link(None, "https://r.example", "addr", &key, &granted);
    assert!(relay.starts_with("https://r.example/inbox#site=addr&"));
    assert_eq!(body.token, key.invitation(&granted).token_hash());
    assert!(
        !serde_json::to_string(&body).unwrap().contains(&secret.to_string()),
        "the relay gets a hash only"
    );
}

#[test]
fn a_technician_may_sign_without_reading_and_nobody_is_invited_for_nothing() {
    let mut form = Form { name: "Technik".into(), ..Form::default() };
    form.set(Capability::Sign, true);
    form.set(Capability::Read, false);
    assert_eq!(form.body(&key(), ID).may, SIGN);
    assert!(form.is_complete());
    form.set(Capability::Sign, false);
    assert!(!form.is_complete() && !form.may_nothing());
    form.tried = true;
    assert!(form.may_nothing());
    assert_eq!(Form::default().body(&key(), ID).may, READ, "reading is what most people are invited for");
}

#[test]
fn inviting_again_keeps_name_and_capabilities_and_names_whom_it_replaces() {
    let team = taken(Vec::new(), NOW);
    let ines = &team.persons.as_ref().unwrap()[1];
    let body = Form::again(ines).body(&key(), ID);
    assert_eq!((body.name.as_str(), body.may.as_slice(), body.replaces), ("Ines", READ, Some(ines.id)));
}

#[test]
fn debug_shows_neither_links_nor_codes() {
    let link = Link { name: "J".into(), text: zeroize::Zeroizing::new("secret".into()), expires: NOW };
    let mut team = Team { link: Some(link), ..Team::default() };
    team.drawn = Some(sheet::Drawn::draw(&mut Dice::new(9)));
    let shown = format!("{team:?} {:?} {:?}", team.link, team.drawn);
    assert!(!shown.contains("secret") && !shown.contains(team.drawn.unwrap().code.as_str()), "{shown}");
}
