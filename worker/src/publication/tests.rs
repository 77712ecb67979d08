use super::*;
use crate::testing::{
    Keys, NOW, ORIGIN, facts, log_key, notice as document, publication, roster_of, setup, site,
};
use einwurf_protocol::{api::login::SealedKey, notice::Register};

fn checked(publication: &Publication) -> Result<Checked, Fault> {
    let facts = facts();
    let here = Here {
        origin: ORIGIN,
        profile: Profile::SelfHosted,
        host_name: &facts.host_name,
        country: &facts.country,
        log_key: log_key(),
        now: NOW,
    };
    check(publication, signer(&publication.manifests[0])?, &here)
}

fn field(publication: &Publication) -> String {
    checked(publication).unwrap_err().problem().field.unwrap()
}

#[test]
fn a_sound_publication_gives_the_terms() {
    let checked = checked(&publication(|_| ())).unwrap();
    let terms = checked.terms(90, "proof".into());
    assert_eq!((terms.site, terms.notices.len(), terms.days), (site().thumbprint(), 2, 90));
    assert_eq!(terms.inbox_key, checked.manifest.inbox_key.id);
}

#[test]
fn a_manifest_that_does_not_fit_the_relay_or_itself_is_named() {
    let changes: [fn(&mut Manifest); 9] = [
        |m| m.relay.origins = vec!["https://other.example".into()],
        |m| m.relay.log_key = Keys::new(9).public(),
        |m| m.site = Thumbprint([1; 32]),
        |m| m.v = 2,
        |m| m.exp = m.exp.plus(1),
        |m| (m.nbf, m.exp) = (NOW.minus(40 * 86_400), NOW.minus(2 * 86_400)),
        |m| m.nbf = NOW.plus(2 * 86_400),
        |m| m.inbox_key.public = vec![7; 1216],
        |m| {
            m.inbox_key.public.pop();
            m.inbox_key.id = einwurf_protocol::manifest::inbox_key_id(&m.inbox_key.public);
        },
    ];
    for (index, change) in changes.into_iter().enumerate() {
        assert_eq!(field(&publication(change)), "publication.manifests[0]", "{index}");
    }
    let unsigned = Publication { manifests: vec!["a.b.c".into()], ..publication(|_| ()) };
    assert_eq!(field(&unsigned), "publication.manifests[0]");
}

#[test]
fn another_roster_than_the_manifest_names_is_refused() {
    let by = |keys: &Keys, serial| keys.jws(jws::ROSTER, &roster_of(serial));
    for roster in [by(&site(), 2), by(&Keys::new(9), 1), "a.b.c".into()] {
        assert_eq!(field(&Publication { roster, ..publication(|_| ()) }), "publication.roster");
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
    assert_eq!(
        with(|notices| notices[0] = document(Register::DeInformal, &facts())),
        "publication.notices[0]"
    );
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
fn loc_03_the_place_is_the_one_that_the_relay_was_deployed_with() {
    let with = |facts| field(&Publication { facts, ..publication(|_| ()) });
    assert_eq!(
        with(LegalFacts { profile: Profile::CloudflareDirect, ..facts() }),
        "publication.facts.profile"
    );
    assert_eq!(with(LegalFacts { host_name: "Andere".into(), ..facts() }), "publication.facts.host_name");
    let country = Team { de: "Irland".into(), en: "Ireland".into() };
    assert_eq!(with(LegalFacts { country, ..facts() }), "publication.facts.country");
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
    assert_eq!(field(|s| s.wrapped.nonce.clear()), broken("wrapped.nonce"));
    assert_eq!(field(|s| s.sealed[0].member = Thumbprint([1; 32])), broken("sealed[0]"));
    assert_eq!(field(|s| s.sealed[0].enc.clear()), broken("sealed[0]"));
    assert_eq!(field(|s| s.sealed.clear()), broken("sealed"));
    let site_key_only = |s: &mut Setup| {
        let key = s.sealed.remove(0);
        s.sealed.push(SealedKey { what: KeyName::Site(Thumbprint([1; 32])), ..key });
    };
    assert_eq!(field(site_key_only), broken("sealed"));
}
