mod keys;
mod place;

use super::*;
use crate::testing::{
    Keys, NOW, ORIGIN, certificate, entry, facts, inbox_key, log_key, member, notice as document, notices,
    publication, publication_by, recovery, roster_of, sealed, sealed_to, setup, site,
};
use einwurf_protocol::{
    api::login::{KeyName, Setup},
    notice::{self, Register},
    roster::{Capability, Member, MemberKind},
    settings::LegalFacts,
};

fn checked_after(
    publication: &Publication,
    sealed: &[SealedKey],
    certificates: &[String],
    before: &Before,
) -> Result<Checked, Fault> {
    let facts = facts();
    let here = Here {
        origin: ORIGIN,
        profile: Profile::SelfHosted,
        host_name: &facts.host_name,
        country: &facts.country,
        log_key: log_key(),
        now: NOW,
    };
    // The relay has the notices of every publication before.
    let stored = |digest: &Digest| {
        let found = notices().into_iter().find(|text| notice::digest(text.as_bytes()) == *digest);
        Ok(found.filter(|_| before.site.is_some()))
    };
    check(&Offer { publication, sealed, certificates }, before, stored, &here)
}

fn checked(publication: &Publication) -> Result<Checked, Fault> {
    checked_after(publication, &sealed(), &[], &Before::default())
}

fn field_of<T: std::fmt::Debug>(result: Result<T, Fault>) -> String {
    result.unwrap_err().problem().field.unwrap()
}

fn field(publication: &Publication) -> String {
    field_of(checked(publication))
}

/// What lies at the relay after [`publication`].
fn before() -> Before {
    let checked = checked(&publication(|_| ())).unwrap();
    Before {
        site: Some(site().thumbprint()),
        next: Some(next().thumbprint()),
        serial: 6,
        roster: publication(|_| ()).roster,
        roster_serial: 1,
        members: checked.roster.members.iter().map(|member| (member.id, member.kind)).collect(),
        inbox_keys: checked.stock.iter().map(|m| (m.inbox_key.id, m.inbox_key.destroyed)).collect(),
        sealed: sealed().iter().map(|key| (key.member, key_name(&key.what))).collect(),
        unused: (1..6).map(|month| inbox_key(month).id).collect(),
        by: Some(member().thumbprint()),
        former: Vec::new(),
    }
}

fn next() -> Keys {
    Keys::new(21)
}

/// The second publication: higher serials, and by default nothing new.
fn second(by: &Keys, roster: &Roster, change: impl Fn(&mut Manifest)) -> Publication {
    publication_by(by, &by.jws(jws::ROSTER, roster), |m| {
        (m.site, m.serial) = (by.thumbprint(), m.serial + 6);
        if by.thumbprint() != site().thumbprint() {
            m.succession.former.push(Former { site: site().thumbprint(), until: NOW });
        }
        change(m);
    })
}

#[test]
fn a_sound_publication_gives_terms_for_every_month() {
    let checked = checked(&publication(|_| ())).unwrap();
    assert_eq!((checked.stock.len(), checked.succeeds, checked.site()), (6, false, site().thumbprint()));
    for (month, manifest) in (0..).zip(&checked.stock) {
        let terms = checked.terms(manifest, "proof".into());
        assert_eq!((terms.site, terms.notices.len(), terms.days), (site().thumbprint(), 2, 90));
        assert_eq!(terms.inbox_key, inbox_key(month).id);
    }
}

#[test]
fn a_manifest_that_does_not_fit_the_relay_or_itself_is_named() {
    let changes: [fn(&mut Manifest); 7] = [
        |m| m.relay.origins = vec!["https://other.example".into()],
        |m| m.relay.log_key = Keys::new(9).public(),
        |m| m.site = Thumbprint([1; 32]),
        |m| m.v = 2,
        |m| (m.nbf, m.exp) = (NOW.minus(40 * 86_400), NOW.minus(2 * 86_400)),
        |m| m.nbf = NOW.plus(2 * 86_400),
        |m| m.inbox_key.public.truncate(1215),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_eq!(field(&publication(change)), "publication.manifests[0]", "{index}");
        let later = publication(|m| {
            if m.serial == 6 {
                change(m);
            }
        });
        if index < 4 || index == 6 {
            assert_eq!(field(&later), "publication.manifests[5]", "{index}");
        }
    }
    let short = publication(|m| {
        m.inbox_key.public.truncate(1215);
        m.inbox_key.id = einwurf_protocol::manifest::inbox_key_id(&m.inbox_key.public);
    });
    assert_eq!(field(&short), "publication.manifests[0]");
    for broken in ["a.b.c", ""] {
        let mut publication = publication(|_| ());
        publication.manifests[0] = broken.into();
        assert_eq!(field(&publication), "publication.manifests[0]");
    }
}

#[test]
fn a_stock_is_one_to_six_manifests_that_hang_together() {
    let mut publication = publication(|_| ());
    publication.manifests.truncate(1);
    assert_eq!(checked(&publication).unwrap().stock.len(), 1);
    publication.manifests.clear();
    assert_eq!(field(&publication), "publication.manifests");
    let mut seven = crate::testing::publication(|_| ());
    seven.manifests.push(seven.manifests[5].clone());
    assert_eq!(field(&seven), "publication.manifests");
    let changes: [fn(&mut Manifest); 5] = [
        |m| m.exp = m.exp.plus(1),
        |m| m.serial = 1,
        |m| m.inbox_key = inbox_key(0),
        |m| m.inbox_key.destroyed = m.exp.minus(1),
        |m| m.code.version = format!("0.1.{}", m.serial),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_eq!(field(&crate::testing::publication(change)), "publication.manifests", "{index}");
    }
}

#[test]
fn a_later_month_may_be_by_nobody_else() {
    let mut publication = publication(|_| ());
    publication.manifests[3] = second(&Keys::new(9), &roster_of(1), |_| ()).manifests[3].clone();
    assert_eq!(field(&publication), "publication.manifests[3]");
}

#[test]
fn another_roster_than_the_manifest_names_is_refused() {
    let by = |keys: &Keys, serial| keys.jws(jws::ROSTER, &roster_of(serial));
    for roster in [by(&site(), 2), by(&Keys::new(9), 1), "a.b.c".into()] {
        assert_eq!(field(&Publication { roster, ..publication(|_| ()) }), "publication.roster");
    }
}

#[test]
fn a_roster_that_cannot_go_on_is_refused() {
    let with = |change: fn(&mut Roster)| {
        let mut roster = roster_of(1);
        change(&mut roster);
        let roster = site().jws(jws::ROSTER, &roster);
        checked(&publication_by(&site(), &roster, |_| ())).map(drop).map_err(|f| f.problem().field.unwrap())
    };
    let refused = Err("publication.roster".to_owned());
    assert_eq!(with(|_| ()), Ok(()));
    assert_eq!(with(|r| drop(r.members.pop())), refused);
    assert_eq!(with(|r| drop(r.members.remove(0))), refused);
    assert_eq!(with(|r| r.members[0].may = vec![Capability::Read]), refused);
    assert_eq!(with(|r| r.members[0].may = vec![Capability::Sign]), refused);
    assert_eq!(with(|r| r.members[1].may = vec![Capability::Read]), refused);
    assert_eq!(with(|r| r.members[0].sealing.truncate(1215)), refused);
    assert_eq!(with(|r| r.members[0].sealing.push(0)), refused);
    assert_eq!(with(|r| r.members[1] = r.members[0].clone()), refused);
}

#[test]
fn visitors_are_told_how_many_persons_read() {
    assert_eq!(field(&publication(|m| m.roster.readers = 2)), "publication.manifests");
    assert_eq!(field(&publication(|m| m.roster.readers = 0)), "publication.manifests");
}

#[test]
fn the_first_roster_has_serial_one_and_each_change_the_next() {
    let of = |serial| {
        let roster = site().jws(jws::ROSTER, &roster_of(serial));
        field(&publication_by(&site(), &roster, |_| ()))
    };
    assert_eq!((of(0), of(2)), ("publication.roster".into(), "publication.roster".into()));
    let after = |roster: &Roster| checked_after(&second(&site(), roster, |_| ()), &[], &[], &before());
    assert!(after(&roster_of(1)).is_ok());
    assert!(after(&roster_of(2)).is_ok());
    assert_eq!(field_of(after(&roster_of(3))), "publication.roster");
    // Somebody else under the serial that devices know already.
    let mut other = roster_of(1);
    other.members[0].name = "Other".into();
    assert_eq!(field_of(after(&other)), "publication.roster");
}

#[test]
fn serials_follow_each_other_and_those_before() {
    let with = |change: &dyn Fn(&mut Manifest)| {
        let checked = checked_after(&second(&site(), &roster_of(1), change), &[], &[], &before());
        checked.map(|checked| checked.stock[0].serial).map_err(|fault| fault.problem().field.unwrap())
    };
    let refused = || Err("publication.manifests".to_owned());
    assert_eq!(with(&|m| m.serial -= 1), refused());
    // An app that was not shown the end of the stock leaves a gap.
    for gap in [0, 1, 4, 5] {
        assert_eq!(with(&|m| m.serial += gap), Ok(7 + gap));
    }
    assert_eq!(with(&|m| m.serial += 6), refused());
    // Nobody could ever publish above these.
    assert_eq!(with(&|m| m.serial += (1 << 53) - 13), refused());
    for odd in 8..=12 {
        let leap = |m: &mut Manifest| m.serial += u64::from(m.serial >= odd);
        assert_eq!(with(&leap), refused(), "{odd}");
    }
}

#[test]
fn nobody_but_the_site_key_or_the_announced_next_one_publishes() {
    let by = |keys: &Keys, before: &Before| {
        let roster = Roster { site: keys.thumbprint(), ..roster_of(2) };
        let own = [member(), recovery()].map(|to| sealed_to(&to, KeyName::Site(keys.thumbprint())));
        checked_after(&second(keys, &roster, |_| ()), &own, &[], before)
    };
    assert_eq!(field_of(by(&Keys::new(9), &before())), "publication.manifests[0]");
    assert!(by(&next(), &before()).unwrap().succeeds);
    assert_eq!(field_of(by(&next(), &Before { next: None, ..before() })), "publication.manifests[0]");
    assert!(!by(&site(), &before()).unwrap().succeeds);
}

#[test]
fn a_site_has_at_most_ten_former_keys() {
    let by_next = |count: u8| {
        let former: Vec<_> =
            (0..count).map(|seed| Former { site: Thumbprint([seed; 32]), until: NOW.minus(9) }).collect();
        let roster = Roster { site: next().thumbprint(), ..roster_of(2) };
        let own = [member(), recovery()].map(|to| sealed_to(&to, KeyName::Site(next().thumbprint())));
        let before = Before { former: former.clone(), ..before() };
        let line = |m: &mut Manifest| drop(m.succession.former.splice(0..0, former.clone()));
        checked_after(&second(&next(), &roster, line), &own, &[], &before).map(drop)
    };
    assert_eq!((by_next(8), by_next(9)), (Ok(()), Ok(())));
    assert_eq!(by_next(10), Err(Code::LimitReached.into()));
}

#[test]
fn the_line_of_former_keys_grows_only_by_the_key_that_is_followed() {
    let stranger = Former { site: Thumbprint([9; 32]), until: NOW };
    let same = |change: fn(&mut Vec<Former>)| {
        let publication = second(&site(), &roster_of(1), |m| change(&mut m.succession.former));
        checked_after(&publication, &[], &[], &before()).map(drop)
    };
    assert_eq!(same(|_| ()), Ok(()));
    assert_eq!(
        field_of(same(|former| former.push(Former { site: Thumbprint([9; 32]), until: NOW }))),
        "publication.manifests[0]"
    );
    let by_next = |change: &dyn Fn(&mut Vec<Former>)| {
        let roster = Roster { site: next().thumbprint(), ..roster_of(2) };
        let own = [member(), recovery()].map(|to| sealed_to(&to, KeyName::Site(next().thumbprint())));
        let publication = second(&next(), &roster, |m| change(&mut m.succession.former));
        checked_after(&publication, &own, &[], &before()).map(drop)
    };
    assert_eq!(by_next(&|_| ()), Ok(()));
    assert_eq!(field_of(by_next(&|former: &mut Vec<_>| former.clear())), "publication.manifests[0]");
    assert_eq!(field_of(by_next(&|former: &mut Vec<_>| former.push(stranger))), "publication.manifests[0]");
    assert_eq!(field_of(by_next(&|former: &mut Vec<_>| former[0] = stranger)), "publication.manifests[0]");
    // When the key before ended is said by who follows it, and it is now.
    for (seconds, sound) in [(86_399, true), (86_400, true), (86_401, false)] {
        for until in [NOW.plus(seconds), NOW.minus(seconds)] {
            assert_eq!(
                by_next(&|former: &mut Vec<Former>| former[0].until = until).is_ok(),
                sound,
                "{seconds}"
            );
        }
    }
}

#[test]
fn notices_and_manifest_name_each_other_exactly() {
    let with = |change: fn(&mut Vec<String>)| {
        let mut publication = publication(|_| ());
        change(&mut publication.notices);
        field(&publication)
    };
    assert_eq!(with(|notices| drop(notices.pop())), "publication.notices");
    assert_eq!(with(Vec::clear), "publication.notices");
    assert_eq!(with(|notices| notices[1].push(' ')), "publication.notices[1]");
    assert_eq!(with(|notices| notices[1] = notices[0].clone()), "publication.notices");
    assert_eq!(with(|notices| notices.push(notices[0].clone())), "publication.notices");
    assert_eq!(
        with(|notices| notices[0] = document(Register::DeInformal, &facts())),
        "publication.notices[0]"
    );
    assert_eq!(field(&publication(|m| m.notices[1].register = Register::DeFormal)), "publication.notices[1]");
    assert_eq!(field(&publication(|m| m.notices.clear())), "publication.notices[0]");
}

#[test]
fn notices_that_the_relay_has_may_be_left_out() {
    let mut publication = second(&site(), &roster_of(1), |_| ());
    publication.notices.clear();
    let with_all = checked_after(&second(&site(), &roster_of(1), |_| ()), &[], &[], &before()).unwrap();
    assert_eq!(checked_after(&publication, &[], &[], &before()).unwrap().notices, with_all.notices);
    // What the stored ones state still has to be what the facts say.
    publication.facts.days = 91;
    assert_eq!(field_of(checked_after(&publication, &[], &[], &before())), "publication.notices");
}

#[test]
fn notices_that_state_other_facts_are_refused() {
    let mut publication = publication(|_| ());
    publication.facts.days = 91;
    assert_eq!(field(&publication), "publication.notices[0]");
    publication.facts = LegalFacts { company: "Andere GmbH".into(), ..facts() };
    assert_eq!(field(&publication), "publication.notices[0]");
}

#[test]
fn pre_07_a_missing_fact_is_named() {
    let facts = LegalFacts { privacy_url: String::new(), ..facts() };
    assert_eq!(field(&Publication { facts, ..publication(|_| ()) }), "publication.facts.privacy_url");
}

#[test]
fn a_setup_that_nobody_could_use_is_refused() {
    let field = |change: fn(&mut Setup)| {
        let mut setup = setup();
        let checked = checked(&setup.publication).unwrap();
        change(&mut setup);
        check_setup(&setup, &checked).map_err(|fault| fault.problem().field.unwrap())
    };
    let broken = |name: &str| Err(name.to_owned());
    assert_eq!(field(|_| ()), Ok(()));
    assert_eq!(field(|s| s.v = 2), broken("v"));
    assert_eq!(field(|s| s.account = "meike".into()), broken("account"));
    assert_eq!(field(|s| s.recipients.clear()), broken("recipients"));
    assert_eq!(field(|s| s.wrapped.member = Thumbprint([1; 32])), broken("wrapped.member"));
    assert_eq!(field(|s| s.wrapped.member = recovery().thumbprint()), broken("wrapped.member"));
    assert_eq!(field(|s| s.wrapped.nonce.clear()), broken("wrapped.nonce"));
    assert_eq!(field(|s| s.wrapped.ciphertext = vec![0; 1_025]), broken("wrapped.ciphertext"));
    for groups in [[1, 0], [1, 1], [8, 9]] {
        let mut setup = setup();
        setup.recovery.groups = groups;
        let refused = check_setup(&setup, &checked(&setup.publication).unwrap());
        assert_eq!(field_of(refused), "recovery", "{groups:?}");
    }
    assert_eq!(field(|s| s.recovery.groups = [7, 8]), Ok(()));
    assert_eq!(field(|s| s.recovery.tag.truncate(31)), broken("recovery"));
    assert_eq!(field(|s| s.recovery.tag.push(0)), broken("recovery"));
}
