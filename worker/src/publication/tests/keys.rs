use super::*;

#[test]
fn everybody_gets_the_keys_that_they_may_hold() {
    let publication = publication(|_| ());
    let with = |sealed: &[SealedKey]| {
        checked_after(&publication, sealed, &[], &Before::default()).map(drop).map_err(|f| f.problem().field)
    };
    assert_eq!(with(&sealed()), Ok(()));
    for missing in 0..sealed().len() {
        let mut rest = sealed();
        rest.remove(missing);
        assert_eq!(with(&rest), Err(Some("sealed".into())), "{missing}");
    }
    let all = |extra| [sealed(), vec![extra]].concat();
    let announced = sealed_to(&member(), KeyName::Site(next().thumbprint()));
    assert_eq!(with(&all(announced)), Ok(()));
    let stranger = sealed_to(&Keys::new(9), KeyName::Site(site().thumbprint()));
    assert_eq!(with(&all(stranger)), Err(Some("sealed[14]".into())));
    for change in [
        (|key| key.enc.truncate(1119)) as fn(&mut SealedKey),
        |key| key.enc.push(0),
        |key| key.ciphertext.truncate(47),
        |key| key.ciphertext.push(0),
    ] {
        let mut keys = sealed();
        change(&mut keys[3]);
        assert_eq!(with(&keys), Err(Some("sealed[3]".into())));
    }
}

#[test]
fn whoever_may_not_read_or_sign_gets_no_key() {
    let mut roster = roster_of(1);
    let other = Keys::new(31);
    let mut third = entry(&other, MemberKind::Person);
    let site_key = KeyName::Site(site().thumbprint());
    for (may, key) in [
        (Capability::Audit, site_key),
        (Capability::Audit, KeyName::Inbox(inbox_key(0).id)),
        (Capability::Read, site_key),
        (Capability::Sign, KeyName::Inbox(inbox_key(0).id)),
    ] {
        third.may = vec![may];
        roster.members.truncate(2);
        roster.members.push(third.clone());
        let readers = roster.reading_persons();
        let compact = site().jws(jws::ROSTER, &roster);
        let publication = publication_by(&site(), &compact, |m| m.roster.readers = readers);
        let keys = [sealed(), vec![sealed_to(&other, key)]].concat();
        let field = field_of(checked_after(&publication, &keys, &[], &Before::default()));
        assert_eq!(field, "sealed[14]", "{may:?}");
    }
}

#[test]
fn keys_that_lie_here_need_not_come_again() {
    let publication = second(&site(), &roster_of(1), |_| ());
    assert!(checked_after(&publication, &[], &[], &before()).is_ok());
    let mut before = before();
    before.sealed.remove(&(recovery().thumbprint(), key_name(&KeyName::Inbox(inbox_key(5).id))));
    assert_eq!(field_of(checked_after(&publication, &[], &[], &before)), "sealed");
    let missing = sealed_to(&recovery(), KeyName::Inbox(inbox_key(5).id));
    assert!(checked_after(&publication, &[missing], &[], &before).is_ok());
}

#[test]
fn ret_01_a_key_is_never_destroyed_earlier_than_was_promised() {
    let with = |change: fn(&mut Manifest)| {
        checked_after(&second(&site(), &roster_of(1), change), &[], &[], &before()).map(drop)
    };
    assert!(with(|_| ()).is_ok());
    let earlier = with(|m| m.inbox_key.destroyed = m.inbox_key.destroyed.minus(1));
    assert_eq!(field_of(earlier), "publication.manifests[0]");
}

#[test]
fn ret_01_no_key_outlives_its_month_and_the_retention_unless_it_was_promised_to() {
    let first = |change: fn(&mut Manifest)| checked(&publication(change)).map(drop);
    assert!(first(|m| m.inbox_key.destroyed = m.inbox_key.destroyed.minus(1)).is_ok());
    assert!(first(|_| ()).is_ok());
    let longer = |m: &mut Manifest| m.inbox_key.destroyed = m.inbox_key.destroyed.plus(1);
    assert_eq!(field_of(first(longer)), "publication.manifests[0]");
    let last = first(|m| {
        if m.serial == 6 {
            m.inbox_key.destroyed = m.inbox_key.destroyed.plus(1);
        }
    });
    assert_eq!(field_of(last), "publication.manifests[5]");
    // A site whose days became fewer keeps the dates that it promised, and gets no later ones.
    let later = |seconds| {
        let change = |m: &mut Manifest| m.inbox_key.destroyed = m.inbox_key.destroyed.plus(seconds);
        let mut before = before();
        before.inbox_keys.values_mut().for_each(|destroyed| *destroyed = destroyed.plus(1));
        checked_after(&second(&site(), &roster_of(1), change), &[], &[], &before).map(drop)
    };
    assert_eq!(field_of(later(0)), "publication.manifests[0]");
    assert!(later(1).is_ok());
    assert_eq!(field_of(later(2)), "publication.manifests[0]");
}

/// The second publication with another roster, after a month whose key nobody but these hold.
fn after_a_former_month(holders: &[Keys], members: &[Member], keys: &[SealedKey]) -> Option<String> {
    let (old, mut before) = (inbox_key(77), before());
    before.inbox_keys.insert(old.id, old.destroyed);
    let name = KeyName::Inbox(old.id);
    before.sealed.extend(holders.iter().map(|keys| (keys.thumbprint(), key_name(&name))));
    let roster = Roster { members: members.to_vec(), ..roster_of(2) };
    let compact = site().jws(jws::ROSTER, &roster);
    let publication = publication_by(&site(), &compact, |m| {
        (m.serial, m.roster.readers) = (m.serial + 6, roster.reading_persons());
    });
    let checked = checked_after(&publication, keys, &[], &before);
    checked.err().map(|fault| fault.problem().field.unwrap())
}

/// Every key of the stock, and the site key, for somebody new.
fn all_for(keys: &Keys) -> Vec<SealedKey> {
    let inbox = (0..6).map(|month| KeyName::Inbox(inbox_key(month).id));
    inbox.chain([KeyName::Site(site().thumbprint())]).map(|name| sealed_to(keys, name)).collect()
}

#[test]
fn a_key_that_the_sheet_alone_has_is_handed_on_and_one_that_a_person_keeps_stops_no_removal() {
    let person = |keys: &Keys| entry(keys, MemberKind::Person);
    let sheet = |keys: &Keys| entry(keys, MemberKind::Recovery);
    let other = || Keys::new(31);
    let old = KeyName::Inbox(inbox_key(77).id);
    let lost = Some("sealed".to_owned());
    // The sheet alone has it, and is replaced by one that does not.
    let (now, new_sheet) = ([person(&member()), sheet(&other())], all_for(&other()));
    assert_eq!(after_a_former_month(&[recovery()], &now, &new_sheet), lost);
    let with_old = [&new_sheet[..], &[sealed_to(&other(), old)]].concat();
    assert_eq!(after_a_former_month(&[recovery()], &now, &with_old), None);
    // A person stays who has it, or the sheet does.
    let stays = [person(&member()), person(&other()), sheet(&recovery())];
    assert_eq!(after_a_former_month(&[recovery()], &stays, &all_for(&other())), None);
    assert_eq!(after_a_former_month(&[member()], &stays, &all_for(&other())), None);
    // It is nobody's already.
    assert_eq!(after_a_former_month(&[], &now, &new_sheet), None);
    // The person who alone has it can be sent away, or kept from reading, all the same.
    let gone = [person(&other()), sheet(&recovery())];
    assert_eq!(after_a_former_month(&[member()], &gone, &all_for(&other())), None);
    let mut blind = stays;
    blind[0].may = vec![Capability::Sign];
    assert_eq!(after_a_former_month(&[member()], &blind, &all_for(&other())), None);
}

#[test]
fn a_new_sheet_opens_all_that_its_maker_can() {
    let other = Keys::new(31);
    let old = KeyName::Inbox(inbox_key(77).id);
    let now = [entry(&member(), MemberKind::Person), entry(&other, MemberKind::Recovery)];
    // The publisher keeps the key; the sheet has to get it all the same.
    assert_eq!(after_a_former_month(&[member()], &now, &all_for(&other)), Some("sealed".into()));
    let with_old = [all_for(&other), vec![sealed_to(&other, old)]].concat();
    assert_eq!(after_a_former_month(&[member()], &now, &with_old), None);
}

#[test]
fn a_key_that_was_destroyed_is_not_stored_again() {
    let known = |id: &Digest| *id == inbox_key(0).id;
    assert!(is_kept(&KeyName::Inbox(inbox_key(0).id), known));
    assert!(!is_kept(&KeyName::Inbox(inbox_key(77).id), known));
    // The announced next site key.
    assert!(is_kept(&KeyName::Site(next().thumbprint()), known));
}

#[test]
fn certificates_are_by_the_site_key_for_a_person_of_the_roster() {
    let with = |certificate: String| {
        let certificates = [crate::testing::certificate(&site(), |_| ()), certificate];
        checked_after(&publication(|_| ()), &sealed(), &certificates, &Before::default())
    };
    let good = certificate(&site(), |c| c.nbf = NOW.plus(86_400));
    let checked = with(good.clone()).unwrap();
    let last = checked.certificates[1].clone();
    assert_eq!((last.member, last.nbf, last.compact), (member().thumbprint(), NOW.plus(86_400), good));
    for bad in [
        certificate(&Keys::new(9), |_| ()),
        certificate(&Keys::new(9), |c| c.site = site().thumbprint()),
        certificate(&site(), |c| c.site = Keys::new(9).thumbprint()),
        certificate(&site(), |c| c.v = 2),
        certificate(&site(), |c| c.key = recovery().public()),
        certificate(&site(), |c| c.key = Keys::new(9).public()),
        certificate(&site(), |c| c.name = "n".repeat(201)),
        certificate(&site(), |c| c.exp = c.exp.plus(1)),
        certificate(&site(), |c| c.exp = c.nbf),
        "a.b.c".into(),
    ] {
        assert_eq!(field_of(with(bad.clone())), "certificates[1]", "{bad}");
    }
    assert!(with(certificate(&site(), |c| c.name = "n".repeat(200))).is_ok());
    let many = vec![String::new(); 601];
    let checked = checked_after(&publication(|_| ()), &sealed(), &many, &Before::default());
    assert_eq!(field_of(checked), "certificates");
}
