//! Rosters, good and bad.

use super::{
    Files, file,
    manifests::{manifest, site},
    read,
};
use crate::{MemberKeys, SiteKey, tests::rng::drawn};
use einwurf_protocol::{
    ids::Thumbprint,
    roster::{Capability, MemberKind, Roster, RosterError},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    jws: String,
    site: Thumbprint,
    serial: u64,
    expect: String,
}

fn roster() -> Roster {
    let mut rng = drawn("vectors: roster");
    let person = MemberKeys::generate(&mut rng);
    let code = MemberKeys::generate(&mut rng);
    let members = vec![
        person.member(
            "Ines Beispiel",
            MemberKind::Person,
            &[Capability::Sign, Capability::Read, Capability::Audit],
        ),
        code.member("", MemberKind::Recovery, &[Capability::Sign, Capability::Read]),
    ];
    Roster { v: 1, site: site().thumbprint(), serial: 4, members }
}

fn all() -> Vec<Vector> {
    let stranger = SiteKey::generate(&mut drawn("vectors: stranger"));
    let vector = |name: &str, expect: &str, jws: String| Vector {
        name: name.into(),
        jws,
        site: site().thumbprint(),
        serial: 4,
        expect: expect.into(),
    };
    let signed = |roster: &Roster| site().sign_roster(roster);
    let mut swapped = roster();
    let foreign = swapped.members[1].signing;
    swapped.members[0].signing = foreign;
    let mut no_key = serde_json::to_value(roster()).expect("JSON");
    no_key["members"][0]["sealing"] = "not base64url!".into();
    let no_key = site().0.sign_json(einwurf_protocol::jws::ROSTER, &no_key);
    let good = vector("good", "ok", signed(&roster()));
    vec![
        Vector { serial: 3, name: "good-serial-above-floor".into(), ..good.clone() },
        Vector { serial: 5, name: "serial-below-floor".into(), expect: "other".into(), ..good.clone() },
        good,
        vector("signed-by-a-stranger", "site", stranger.sign_roster(&roster())),
        vector("of-another-site", "site", signed(&Roster { site: stranger.thumbprint(), ..roster() })),
        vector("version-2", "site", signed(&Roster { v: 2, ..roster() })),
        vector("member-id-of-another-key", "member", signed(&swapped)),
        vector("sealing-key-no-base64", "jws", no_key),
        vector("typ-manifest", "jws", site().sign_manifest(&manifest())),
        vector(
            "typ-roster-payload-manifest",
            "jws",
            site().0.sign_json(einwurf_protocol::jws::ROSTER, &manifest()),
        ),
    ]
}

pub(super) fn made() -> Files {
    all().iter().map(|vector| file("rosters", &vector.name, vector)).collect()
}

#[test]
fn enc_03_every_roster_vector_gets_its_answer() {
    for vector in read::<Vector>("rosters") {
        let answer = match Roster::verify(&vector.jws, &vector.site, vector.serial) {
            Ok(_) => "ok",
            Err(RosterError::Jws(_)) => "jws",
            Err(RosterError::Site) => "site",
            Err(RosterError::Other) => "other",
            Err(RosterError::Member) => "member",
        };
        assert_eq!(answer, vector.expect, "{}", vector.name);
    }
}
