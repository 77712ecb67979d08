//! Keys of site and members: how they are wrapped, sealed, signed with.

use super::{
    rng::{Drawn, drawn},
    support::{NOW, flipped, talk, texts},
};
use crate::{InboxSecret, MemberKeys, OpenedKey, RecoveryCode, SealError, SiteKey, SiteSecret, seal_key_for};
use einwurf_protocol::{
    api::login::{KeyName, SealedKey},
    jws,
    manifest::inbox_key_id,
    roster::{Capability, Member, MemberCertificate, MemberKind, Roster},
};

const EXPORT_KEY: [u8; 64] = [7; 64];

fn reader(keys: &MemberKeys) -> Member {
    keys.member("Ines", MemberKind::Person, &[Capability::Sign, Capability::Read])
}

fn made() -> (Drawn, SiteKey, InboxSecret, MemberKeys) {
    let mut rng = drawn("keys");
    let (site, inbox) = (SiteKey::generate(&mut rng), InboxSecret::generate(&mut rng));
    let member = MemberKeys::generate(&mut rng);
    (rng, site, inbox, member)
}

#[test]
fn an_inbox_key_is_named_by_its_public_half() {
    let (_, _, inbox, _) = made();
    let entry = inbox.entry(NOW);
    assert_eq!((entry.public.len(), entry.id), (1216, inbox_key_id(&entry.public)));
    assert_eq!((entry.id, entry.public, entry.destroyed), (inbox.id(), inbox.public(), NOW));
}

#[test]
fn a_roster_by_the_site_key_verifies() {
    let (_, site, _, member) = made();
    let roster = Roster { v: 1, site: site.thumbprint(), serial: 3, members: vec![reader(&member)] };
    let signed = site.sign_roster(&roster);
    assert_eq!(Roster::verify(&signed, &site.thumbprint(), 3).unwrap(), roster);
    let member = &roster.members[0];
    assert_eq!((member.id, member.sealing.len()), (member.signing.thumbprint(), 1216));
}

#[test]
fn a_certificate_by_the_site_key_verifies_as_nothing_else() {
    let (_, site, _, member) = made();
    let key = reader(&member).signing;
    let (v, name, exp) = (1, "Ines".to_owned(), NOW);
    let certificate = MemberCertificate { v, site: site.thumbprint(), name, key, nbf: NOW, exp };
    let signed = site.sign_certificate(&certificate);
    let verified = jws::verify_json::<MemberCertificate>(&signed, jws::MEMBER).unwrap();
    assert_eq!((verified.key, verified.payload), (site.public(), certificate));
    assert!(jws::verify(&signed, jws::ROSTER).is_err());
}

#[test]
fn signatures_are_deterministic() {
    // RFC 6979, A.2.5, message "sample" with SHA-256.
    let scalar = hex::decode("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721").unwrap();
    let signer = crate::signer::Signer::from_bytes(&scalar.try_into().unwrap()).unwrap();
    let expected = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716\
                    F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
    assert_eq!(hex::encode_upper(signer.sign(b"sample").0), expected);
}

#[test]
fn a_scalar_outside_the_group_is_no_key() {
    for bad in [[0; 32], [0xff; 32]] {
        assert!(crate::signer::Signer::from_bytes(&bad).is_none());
    }
}

#[test]
fn wrapped_keys_open_with_the_same_export_key() {
    let (mut rng, _, _, member) = made();
    let wrapped = member.wrap(&EXPORT_KEY, &mut rng);
    let again = MemberKeys::unwrap(&wrapped, &EXPORT_KEY).unwrap();
    assert_eq!((again.id(), again.sealing_public()), (member.id(), member.sealing_public()));
    let other = MemberKeys::unwrap(&wrapped, &[8; 64]).unwrap_err();
    assert_eq!(other, SealError::Wrapped);
}

#[test]
fn wrapped_keys_with_a_flipped_bit_or_another_member_do_not_open() {
    let (mut rng, _, _, member) = made();
    let wrapped = member.wrap(&EXPORT_KEY, &mut rng);
    let mut bad = Vec::new();
    for bit in (0..wrapped.ciphertext.len() * 8).step_by(31) {
        bad.push(einwurf_protocol::api::login::Wrapped {
            ciphertext: flipped(&wrapped.ciphertext, bit),
            ..wrapped.clone()
        });
    }
    for bit in 0..24 * 8 {
        let nonce = flipped(&wrapped.nonce, bit);
        bad.push(einwurf_protocol::api::login::Wrapped { nonce, ..wrapped.clone() });
    }
    let other = MemberKeys::generate(&mut rng).id();
    bad.push(einwurf_protocol::api::login::Wrapped { member: other, ..wrapped.clone() });
    let nonce = wrapped.nonce[1..].to_vec();
    bad.push(einwurf_protocol::api::login::Wrapped { nonce, ..wrapped.clone() });
    bad.push(einwurf_protocol::api::login::Wrapped { ciphertext: Vec::new(), ..wrapped });
    for bad in bad {
        assert_eq!(MemberKeys::unwrap(&bad, &EXPORT_KEY).unwrap_err(), SealError::Wrapped, "{bad:?}");
    }
}

#[test]
fn keys_of_another_member_wrapped_under_this_name_do_not_open() {
    let (mut rng, _, _, member) = made();
    let other = MemberKeys::generate(&mut rng);
    let wrapped = other.wrap_as(member.id(), &EXPORT_KEY, &mut rng);
    assert_eq!(MemberKeys::unwrap(&wrapped, &EXPORT_KEY).unwrap_err(), SealError::Wrapped);
}

#[test]
fn sealed_keys_reach_the_member() {
    let (mut rng, site, inbox, member) = made();
    let of = site.thumbprint();
    let sealed = seal_key_for(&reader(&member), &site, of, &mut rng).unwrap();
    assert_eq!((sealed.member, sealed.what), (member.id(), KeyName::Site(of)));
    let OpenedKey::Site(key) = member.open_key(&sealed, of).unwrap() else { panic!("a site key") };
    assert_eq!(key.thumbprint(), of);
    let sealed = seal_key_for(&reader(&member), &inbox, of, &mut rng).unwrap();
    let OpenedKey::Inbox(key) = member.open_key(&sealed, of).unwrap() else { panic!("an inbox key") };
    assert_eq!((key.id(), key.public()), (inbox.id(), inbox.public()));
}

#[test]
fn an_inbox_key_from_the_recovery_code_opens_a_conversation() {
    let mut talk = talk("recovered");
    talk.write("one");
    let site = talk.site.thumbprint();
    let code = RecoveryCode::generate(&mut talk.rng);
    let entry = MemberKeys::from_recovery(&code).member("", MemberKind::Recovery, &[Capability::Read]);
    let sealed = seal_key_for(&entry, &talk.inbox.remove(0), site, &mut talk.rng).unwrap();
    let opened = MemberKeys::from_recovery(&code).open_key(&sealed, site).unwrap();
    let OpenedKey::Inbox(key) = opened else { panic!("an inbox key") };
    talk.inbox.push(key);
    assert_eq!(texts(&talk.thread()), ["one"]);
}

#[test]
fn enc_02_what_the_relay_keeps_holds_no_private_byte_string() {
    let (mut rng, site, inbox, member) = made();
    let of = site.thumbprint();
    let wrapped = member.wrap(&EXPORT_KEY, &mut rng);
    let sealed = [
        seal_key_for(&reader(&member), &site, of, &mut rng).unwrap(),
        seal_key_for(&reader(&member), &inbox, of, &mut rng).unwrap(),
    ];
    let kept = [wrapped.ciphertext.as_slice(), &wrapped.nonce].into_iter();
    let kept: Vec<u8> = kept
        .chain(sealed.iter().flat_map(|key| [&key.enc[..], &key.ciphertext]))
        .flatten()
        .copied()
        .collect();
    let secrets = [site.secret(), inbox.secret(), member.signing.to_bytes(), member.sealing_seed()];
    for secret in secrets {
        assert!(!kept.windows(8).any(|window| secret.windows(8).any(|part| part == window)));
    }
}

#[test]
fn enc_03_a_sealed_key_that_was_redirected_swapped_or_changed_does_not_open() {
    let (mut rng, site, inbox, member) = made();
    let of = site.thumbprint();
    let good = seal_key_for(&reader(&member), &inbox, of, &mut rng).unwrap();
    let stranger = MemberKeys::generate(&mut rng);
    let elsewhere = SiteKey::generate(&mut rng).thumbprint();
    assert_eq!(stranger.open_key(&good, of).unwrap_err(), SealError::SealedKey);
    assert_eq!(member.open_key(&good, elsewhere).unwrap_err(), SealError::SealedKey);
    let other = InboxSecret::generate(&mut rng);
    for bad in [
        SealedKey { member: stranger.id(), ..good.clone() },
        SealedKey { what: other.name(), ..good.clone() },
        SealedKey { what: KeyName::Site(einwurf_protocol::ids::Thumbprint(inbox.id().0)), ..good.clone() },
        SealedKey { enc: flipped(&good.enc, 9), ..good.clone() },
        SealedKey { enc: good.enc[1..].to_vec(), ..good.clone() },
        SealedKey { ciphertext: flipped(&good.ciphertext, 9), ..good.clone() },
        SealedKey { ciphertext: Vec::new(), ..good.clone() },
    ] {
        assert_eq!(member.open_key(&bad, of).unwrap_err(), SealError::SealedKey, "{bad:?}");
    }
}

/// A key under the name of another: what a member who may seal could try on a colleague.
struct Misnamed(KeyName, SiteKey);

impl SiteSecret for Misnamed {
    fn name(&self) -> KeyName {
        self.0
    }
    fn secret(&self) -> zeroize::Zeroizing<[u8; 32]> {
        self.1.secret()
    }
}

#[test]
fn a_key_sealed_under_the_name_of_another_does_not_open() {
    let (mut rng, site, inbox, member) = made();
    let of = site.thumbprint();
    let other = SiteKey::generate(&mut rng);
    for name in [inbox.name(), site.name()] {
        let sealed = seal_key_for(&reader(&member), &Misnamed(name, other.clone()), of, &mut rng).unwrap();
        assert_eq!(member.open_key(&sealed, of).unwrap_err(), SealError::SealedKey);
    }
}

#[test]
fn a_roster_entry_without_a_sealing_key_is_told_so() {
    let (mut rng, site, inbox, member) = made();
    let broken = Member { sealing: vec![0; 3], ..reader(&member) };
    let sealed = seal_key_for(&broken, &inbox, site.thumbprint(), &mut rng);
    assert_eq!(sealed.unwrap_err(), SealError::MemberKey);
}
