//! Place and transfer (LOC-03).

use super::*;
use einwurf_protocol::{manifest::NoticeRef, wording};

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
fn loc_03_a_notice_that_tells_of_another_profiles_place_is_refused() {
    let wordings = [Profile::SelfHosted, Profile::CloudflareOwnProxy, Profile::CloudflareDirect];
    for register in Register::ALL {
        let rendered = |profile| {
            let document = wording::render(register, &LegalFacts { profile, ..facts() }).unwrap();
            notice::parse(&document).unwrap()
        };
        let own = rendered(Profile::SelfHosted);
        let offered = |profile| {
            // Everything else is right: the profile that it names, and what follows from it.
            let mut document = own.clone();
            for (fact, other) in document.facts.iter_mut().zip(rendered(profile).facts) {
                if fact.field == "transfer" {
                    *fact = other;
                }
            }
            let text = serde_json::to_string(&document).unwrap();
            let digest = notice::digest(text.as_bytes());
            let mut publication = publication(|m| m.notices = vec![NoticeRef { register, digest }]);
            publication.notices = vec![text];
            checked(&publication)
        };
        for profile in wordings {
            let refused = offered(profile).err().and_then(|fault| fault.problem().field);
            let expected = (profile != Profile::SelfHosted).then(|| "publication.notices[0]".to_owned());
            assert_eq!(refused, expected, "{register} {profile:?}");
        }
    }
}
