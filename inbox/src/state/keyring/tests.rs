//! Logins at honest relays, and at relays that show something else than the site has signed.

use super::*;
use crate::testing::{Dice, EXPORT_KEY, KNOWN, NOW, founded, session, session_of, staff};
use einwurf_protocol::{
    api::login::{SealedKey, Session},
    limits::{CLOCK_SKEW_SECONDS, MANIFEST_SECONDS, STOCK_STEP_SECONDS},
    manifest::{Former, Manifest},
    roster::{Capability, MemberKind},
};
use einwurf_seal::{
    InboxSecret, MemberKeys, SiteKey,
    publish::{Before, Says, sign},
    seal_key_for, wrapping_key,
};
use einwurf_staff::Refusal;

fn refused(session: &Session, known: &Known<'_>) -> Refusal {
    unlock(session, EXPORT_KEY, known).unwrap_err()
}

/// The site of seed 1 after its signer changed something, as the relay shows it to the first member.
fn changed(change: impl FnOnce(&mut Says)) -> Session {
    let ((keys, _), staff) = (founded(1), staff(1));
    let mut says = Says::of(&staff.site.manifest, &staff.site.roster, 90);
    change(&mut says);
    let before = Before { stock: &staff.site.stock, roster: &staff.site.roster, held: &staff.inbox_keys };
    let signed = sign(&keys.site, &says, Some(&before), NOW, &mut Dice::new(7)).unwrap();
    Session { stock: signed.manifests, roster: signed.roster, ..session() }
}

#[test]
fn the_right_password_opens_keys_that_fit_the_stock() {
    let staff = unlock(&session(), EXPORT_KEY, &KNOWN).unwrap();
    let held: Vec<_> = staff.inbox_keys.iter().map(InboxSecret::id).collect();
    let named: Vec<_> = staff.site.stock.iter().map(|month| month.inbox_key.id).collect();
    assert_eq!(held, named);
    assert_eq!(staff.site_key().map(SiteKey::thumbprint), Some(staff.site.key));
    assert!(!staff.site.expired && !staff.is_to_rewrap());
}

#[test]
fn another_export_key_opens_nothing() {
    assert_eq!(unlock(&session(), b"other", &KNOWN).unwrap_err(), Refusal::Keys);
    let without = Session { wrapped: None, ..session() };
    assert_eq!(refused(&without, &KNOWN), Refusal::Keys);
}

#[test]
fn a_site_put_in_its_place_is_refused_even_if_it_is_consistent_in_itself() {
    let (genuine, foreign) = (session(), session_of(99));
    // The relay keeps the member's wrapped keys and swaps everything that it could have made itself.
    let swapped = Session { wrapped: genuine.wrapped, member: genuine.member, ..foreign };
    assert_eq!(refused(&swapped, &KNOWN), Refusal::Keys);
}

#[test]
fn a_line_that_the_members_site_key_did_not_sign_leads_nowhere() {
    let (genuine, foreign) = (session(), session_of(99));
    // The foreign site claims to follow the genuine one, whose manifests name no next key.
    for former in [vec![genuine.stock[0].clone()], foreign.stock.clone(), Vec::new()] {
        let swapped = Session { wrapped: genuine.wrapped.clone(), former, ..foreign.clone() };
        assert!(matches!(refused(&swapped, &KNOWN), Refusal::Keys | Refusal::Chain));
    }
}

#[test]
fn a_foreign_roster_an_older_manifest_and_another_relay_are_named_as_a_breach() {
    let swapped = Session { roster: session_of(99).roster, ..session() };
    assert_eq!(refused(&swapped, &KNOWN), Refusal::Chain);
    for (serial, opens) in [(1, true), (2, false)] {
        let known = Known { serial, ..KNOWN };
        assert_eq!(unlock(&session(), EXPORT_KEY, &known).is_ok(), opens, "{serial}");
    }
    let moved = Known { relay: "https://other.example", ..KNOWN };
    assert_eq!(refused(&session(), &moved), Refusal::Chain);
}

#[test]
fn a_roster_older_than_seen_or_another_of_the_same_serial_is_a_breach() {
    let newer = changed(|says| says.members[0].name = "Anna B.".into());
    let seen = unlock(&newer, EXPORT_KEY, &KNOWN).unwrap().site.seen();
    assert_eq!(seen.serial, 2);
    let known = Known { roster: Some(seen), ..KNOWN };
    assert!(unlock(&newer, EXPORT_KEY, &known).is_ok());
    assert_eq!(refused(&session(), &known), Refusal::Chain, "older");
    let other = changed(|says| says.members[0].name = "Anna C.".into());
    assert_eq!(refused(&other, &known), Refusal::Chain, "the same serial, another digest");
}

#[test]
fn visitors_are_told_as_many_readers_as_there_are() {
    let ((keys, _), staff) = (founded(1), staff(1));
    let lie = |readers| {
        let mut stock = staff.site.stock.clone();
        for month in &mut stock {
            month.roster.readers = readers;
        }
        let stock = stock.iter().map(|month| keys.site.sign_manifest(month)).collect();
        unlock(&Session { stock, ..session() }, EXPORT_KEY, &KNOWN)
    };
    assert!(lie(1).is_ok());
    for readers in [0, 2] {
        assert_eq!(lie(readers).unwrap_err(), Refusal::Chain);
    }
}

#[test]
fn every_month_of_the_stock_is_verified_not_only_the_present_one() {
    let foreign = session_of(99);
    for month in 1..6 {
        let mut stock = session().stock;
        stock[month] = foreign.stock[month].clone();
        assert_eq!(refused(&Session { stock, ..session() }, &KNOWN), Refusal::Chain, "{month}");
    }
    let mut swapped = session().stock;
    swapped.swap(1, 2);
    assert_eq!(refused(&Session { stock: swapped, ..session() }, &KNOWN), Refusal::Chain);
}

#[test]
fn a_month_shown_early_is_refused_and_an_honest_one_holds_to_its_end() {
    let early = Session { stock: session().stock.split_off(1), ..session() };
    let begins = NOW.plus(STOCK_STEP_SECONDS);
    let tolerated = begins.minus(CLOCK_SKEW_SECONDS);
    for (now, opens) in [(tolerated.minus(1), false), (tolerated, true), (begins, true)] {
        let known = Known { now, ..KNOWN };
        assert_eq!(unlock(&early, EXPORT_KEY, &known).is_ok(), opens, "{now:?}");
    }
    let ends = begins.plus(4 * STOCK_STEP_SECONDS + MANIFEST_SECONDS + CLOCK_SKEW_SECONDS);
    for (now, expired) in [(ends, false), (ends.plus(1), true)] {
        let known = Known { now, ..KNOWN };
        assert_eq!(unlock(&session(), EXPORT_KEY, &known).unwrap().site.expired, expired);
    }
}

#[test]
fn who_may_sign_but_not_read_logs_in_without_inbox_keys() {
    let technician = changed(|says| says.members[0].may = vec![Capability::Sign]);
    let staff = unlock(&technician, EXPORT_KEY, &KNOWN).unwrap();
    assert!(staff.inbox_keys.is_empty() && staff.site_key().is_some());
}

#[test]
fn a_reader_to_whom_the_relay_gives_no_key_is_told() {
    let robbed = Session { sealed: Vec::new(), ..session() };
    assert_eq!(refused(&robbed, &KNOWN), Refusal::Keys);
}

#[test]
fn who_is_not_on_the_roster_any_more_does_not_get_in() {
    let removed = changed(|says| {
        let id = says.members[0].id;
        says.remove(&id, NOW);
    });
    assert_eq!(refused(&removed, &KNOWN), Refusal::Chain);
}

#[test]
fn a_site_key_of_the_relays_own_making_is_not_taken() {
    let (mut dice, staff) = (Dice::new(3), staff(1));
    let foreign = SiteKey::generate(&mut dice);
    let sealed = seal_key_for(&staff.member, &foreign, foreign.thumbprint(), &mut dice).unwrap();
    let given = Session { sealed: session().sealed.into_iter().chain([sealed]).collect(), ..session() };
    let staff = unlock(&given, EXPORT_KEY, &KNOWN).unwrap();
    assert_eq!(staff.site_keys.len(), 1);
    assert!(staff.site_key_of(foreign.thumbprint()).is_none());
}

#[test]
fn a_link_that_names_another_site_stops_the_login() {
    let pinned = Known { pin: Some(staff(1).site.key), ..KNOWN };
    assert!(unlock(&session(), EXPORT_KEY, &pinned).is_ok());
    let other = Known { pin: Some(staff(2).site.key), ..KNOWN };
    assert_eq!(refused(&session(), &other), Refusal::Chain);
}

#[test]
fn whoever_kept_a_former_key_does_not_lead_a_device_back_to_it() {
    let ((keys, _), staff) = (founded(1), staff(1));
    let next = SiteKey::generate(&mut Dice::new(8)).thumbprint();
    // The device has seen the next key. With the former one, its stock is signed again as if it had come after.
    let stock = staff.site.stock.iter().cloned().map(|mut month| {
        month.serial += 100;
        month.succession.former = vec![Former { site: next, until: NOW }];
        keys.site.sign_manifest(&month)
    });
    let back = Session { stock: stock.collect(), former: Vec::new(), ..session() };
    assert!(unlock(&back, EXPORT_KEY, &KNOWN).is_ok(), "consistent in itself");
    assert_eq!(refused(&back, &Known { pin: Some(next), ..KNOWN }), Refusal::Chain);
}

#[test]
fn after_a_change_of_the_site_key_the_former_root_still_leads_to_the_present_key() {
    let ((keys, _), staff) = (founded(1), staff(1));
    let next = SiteKey::generate(&mut Dice::new(8));
    let announced = changed(|says| says.succession.next = Some(next.thumbprint()));
    let mut says = Says::of(&staff.site.manifest, &staff.site.roster, 90);
    says.code.version = "0.2.0".into();
    let announcing = unlock(&announced, EXPORT_KEY, &KNOWN).unwrap();
    let before =
        Before { stock: &announcing.site.stock, roster: &announcing.site.roster, held: &staff.inbox_keys };
    let signed = sign(&next, &says, Some(&before), NOW, &mut Dice::new(9)).unwrap();
    let mine = |sealed: &SealedKey| sealed.member == staff.member.id;
    let sealed = announced.sealed.into_iter().chain(signed.sealed.into_iter().filter(mine)).collect();
    let former = vec![announced.stock[0].clone()];
    let switched = Session { stock: signed.manifests, roster: signed.roster, former, sealed, ..session() };
    let opened = unlock(&switched, EXPORT_KEY, &KNOWN).unwrap();
    assert_eq!(opened.site.reads, [keys.site.thumbprint(), next.thumbprint()]);
    assert!(opened.is_to_rewrap() && opened.site_key().is_some());
    assert_eq!(opened.inbox_keys.len(), 6, "sealed under the former key, and still ours");
    // Wrapped anew, the present key is the root; conversations of the former one still open.
    let secret = wrapping_key(EXPORT_KEY, &next.thumbprint());
    let wrapped = Some(opened.keys.wrap(secret.as_ref(), &mut Dice::new(10)));
    let rewrapped = Session { wrapped, ..switched.clone() };
    let again = unlock(&rewrapped, EXPORT_KEY, &KNOWN).unwrap();
    assert!(!again.is_to_rewrap());
    assert_eq!(again.site, opened.site);
    // A relay that invents a predecessor of its own: only those that the present key names count.
    let relay = SiteKey::generate(&mut Dice::new(11));
    let mut invented = staff.site.manifest.clone();
    (invented.site, invented.succession.next) = (relay.thumbprint(), Some(next.thumbprint()));
    let lied = Session { former: vec![relay.sign_manifest(&invented)], ..rewrapped };
    assert_eq!(unlock(&lied, EXPORT_KEY, &KNOWN).unwrap().site.reads, opened.site.reads);
    // Without the manifest that names the next key, nothing leads there.
    assert_eq!(refused(&Session { former: Vec::new(), ..switched }, &KNOWN), Refusal::Keys);
}

#[test]
fn the_sheet_opens_the_site_that_its_link_names_and_no_other() {
    let (keys, body) = founded(1);
    let recovered = || MemberKeys::from_recovery(&keys.recovery);
    let id = recovered().id();
    let sealed = body.sealed.into_iter().filter(|sealed| sealed.member == id).collect();
    let answer = Session { member: id, wrapped: None, sealed, certificate: None, ..session() };
    let pinned = |pin| Known { pin, ..KNOWN };
    let staff = recover(&answer, recovered(), &pinned(Some(keys.site.thumbprint()))).unwrap();
    assert!(staff.recovering && staff.member.kind == MemberKind::Recovery && staff.site_key().is_some());
    for pin in [None, Some(founded(2).0.site.thumbprint())] {
        assert_eq!(recover(&answer, recovered(), &pinned(pin)).unwrap_err(), Refusal::Chain);
    }
}

#[test]
fn debug_shows_neither_session_nor_keys() {
    let staff = staff(1);
    let shown = format!("{staff:?}");
    assert!(shown.contains("hidden") && !shown.contains(&staff.session.to_string()), "{shown}");
}

#[test]
fn a_look_during_a_session_sees_a_new_roster_and_nothing_older() {
    let staff = staff(1);
    let newer = changed(|says| says.members[0].name = "Anna B.".into());
    let look =
        |shown: &Session, known: &Known<'_>| glance(&staff.site, &shown.stock[0], &shown.roster, known);
    assert_eq!(look(&session(), &KNOWN), Ok(None));
    let site = look(&newer, &KNOWN).unwrap().unwrap();
    assert_eq!((site.roster.serial, site.roster.members[0].name.as_str()), (2, "Anna B."));
    let known = Known { serial: site.manifest.serial, roster: Some(site.seen()), ..KNOWN };
    assert_eq!(look(&newer, &known).unwrap().unwrap(), site);
    assert_eq!(look(&session(), &known), Err(Refusal::Chain), "an older one");
    assert_eq!(look(&session_of(99), &KNOWN), Err(Refusal::Chain), "a foreign one");
    let mixed = Session { roster: newer.roster.clone(), ..session() };
    assert_eq!(look(&mixed, &KNOWN), Err(Refusal::Chain), "a roster that the manifest does not name");
}

#[test]
fn a_look_during_a_session_does_not_follow_to_the_announced_next_key() {
    let next = SiteKey::generate(&mut Dice::new(8));
    let announced = changed(|says| says.succession.next = Some(next.thumbprint()));
    let staff = unlock(&announced, EXPORT_KEY, &KNOWN).unwrap();
    let by_next = next.sign_manifest(&Manifest { site: next.thumbprint(), ..staff.site.manifest.clone() });
    assert_eq!(glance(&staff.site, &by_next, &announced.roster, &KNOWN), Ok(None));
    let foreign = SiteKey::generate(&mut Dice::new(9));
    let forged =
        foreign.sign_manifest(&Manifest { site: foreign.thumbprint(), ..staff.site.manifest.clone() });
    assert_eq!(glance(&staff.site, &forged, &announced.roster, &KNOWN), Err(Refusal::Chain));
}
