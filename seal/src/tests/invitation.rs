//! Invitations and the question for two groups of the recovery code.

use super::rng::drawn;
use crate::{Granted, InvitationSecret, MemberKeys, RecoveryCode, SealError, SiteKey};
use einwurf_protocol::{
    ids::{MessageId, Thumbprint},
    roster::{Capability, Member, MemberKind},
};

const ACCOUNT: &str = "bernd@fensterbau.example";

fn granted(id: u8) -> Granted<'static> {
    Granted { id: MessageId([id; 16]), name: "Bernd", may: &[Capability::Read], replaces: None }
}

fn made() -> (SiteKey, InvitationSecret, Member) {
    let site = SiteKey::generate(&mut drawn("invitation: site"));
    let secret = site.invitation(&granted(3));
    let member = MemberKeys::generate(&mut drawn("invitation: bernd"));
    (site, secret, member.member("Bernd", MemberKind::Person, &[Capability::Read]))
}

#[test]
fn every_holder_of_the_site_key_makes_the_same_secret_and_it_survives_the_link() {
    let (site, secret, member) = made();
    let pin = site.thumbprint();
    let again = InvitationSecret::from_secret(&site.invitation(&granted(3)).to_secret());
    assert_eq!(again.authenticate(&pin, ACCOUNT, &member), secret.authenticate(&pin, ACCOUNT, &member));
    assert_eq!(again.code(&pin, ACCOUNT, &member), secret.code(&pin, ACCOUNT, &member));
    assert_eq!(again.token_hash(), secret.token_hash());
}

#[test]
fn the_relay_that_knows_the_token_knows_neither_secret_nor_code() {
    let (site, secret, member) = made();
    let relay = InvitationSecret::from_secret(&secret.token());
    let pin = site.thumbprint();
    assert_ne!(relay.authenticate(&pin, ACCOUNT, &member), secret.authenticate(&pin, ACCOUNT, &member));
    assert_ne!(relay.code(&pin, ACCOUNT, &member), secret.code(&pin, ACCOUNT, &member));
    assert_ne!(secret.token(), secret.to_secret());
}

#[test]
fn another_key_account_site_or_invitation_has_another_authentication_and_code() {
    let (site, secret, member) = made();
    let pin = site.thumbprint();
    let stranger = MemberKeys::generate(&mut drawn("invitation: stranger"));
    let stranger = stranger.member("Bernd", MemberKind::Person, &[Capability::Read]);
    let mixed = Member { sealing: stranger.sealing.clone(), ..member.clone() };
    let other = site.invitation(&granted(4));
    let good = (secret.authenticate(&pin, ACCOUNT, &member), secret.code(&pin, ACCOUNT, &member));
    for (what, mac, code) in [
        ("keys", secret.authenticate(&pin, ACCOUNT, &stranger), secret.code(&pin, ACCOUNT, &stranger)),
        ("one key", secret.authenticate(&pin, ACCOUNT, &mixed), secret.code(&pin, ACCOUNT, &mixed)),
        (
            "account",
            secret.authenticate(&pin, "x@y.example", &member),
            secret.code(&pin, "x@y.example", &member),
        ),
        (
            "site",
            secret.authenticate(&Thumbprint([1; 32]), ACCOUNT, &member),
            secret.code(&Thumbprint([1; 32]), ACCOUNT, &member),
        ),
        ("invitation", other.authenticate(&pin, ACCOUNT, &member), other.code(&pin, ACCOUNT, &member)),
    ] {
        assert_ne!(mac, good.0, "{what}");
        assert_ne!(code, good.1, "{what}");
    }
}

#[test]
fn whoever_changes_what_an_invitation_grants_makes_another_secret_of_it() {
    let (site, secret, _) = made();
    let replaced = Thumbprint([5; 32]);
    for (what, changed) in [
        ("name", Granted { name: "Bernd ", ..granted(3) }),
        ("more", Granted { may: &[Capability::Sign, Capability::Read], ..granted(3) }),
        ("other", Granted { may: &[Capability::Audit], ..granted(3) }),
        ("nothing", Granted { may: &[], ..granted(3) }),
        ("replaces", Granted { replaces: Some(replaced), ..granted(3) }),
    ] {
        assert_ne!(site.invitation(&changed).token_hash(), secret.token_hash(), "{what}");
    }
    let again = Granted { may: &[Capability::Read, Capability::Read], ..granted(3) };
    assert_eq!(site.invitation(&again).token_hash(), secret.token_hash(), "the same, however it is listed");
}

#[test]
fn the_code_is_three_groups_and_the_secret_is_not_in_debug() {
    let (site, secret, member) = made();
    let code = secret.code(&site.thumbprint(), ACCOUNT, &member);
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);
    assert_eq!(format!("{secret:?}"), "InvitationSecret(hidden)");
}

#[test]
fn two_groups_of_the_sheet_are_known_again_however_they_are_typed() {
    let mut rng = drawn("recovery check");
    let site = SiteKey::generate(&mut rng);
    for _ in 0..40 {
        let code = RecoveryCode::generate(&mut rng);
        let check = code.check(&site, &mut rng);
        let [first, second] = check.groups;
        assert!(first < second && second < 9, "{:?}", check.groups);
        let text = code.to_text();
        let word = |group: u8| text.split('-').nth(usize::from(group)).unwrap().to_owned();
        let (one, two) = (word(first), word(second));
        assert_eq!(site.fits(&check, [&one, &two]), Ok(true));
        let typed = format!(" {} ", one.to_lowercase().replace('0', "o").replace('1', "l"));
        assert_eq!(site.fits(&check, [&typed, &two]), Ok(true));
        if one != two {
            assert_eq!(site.fits(&check, [&two, &one]), Ok(false));
        }
        assert_eq!(site.fits(&check, ["0000", &two]), Ok(one == "0000"));
        let other = SiteKey::generate(&mut rng);
        assert_eq!(other.fits(&check, [&one, &two]), Ok(false), "only holders of the site key can ask");
        assert_eq!(site.fits(&check, [&one[..3], &two]), Err(SealError::RecoveryLength));
        assert_eq!(site.fits(&check, ["U000", &two]), Err(SealError::RecoveryCharacter));
    }
}

#[test]
fn a_login_by_recovery_code_is_bound_to_site_and_challenge() {
    use einwurf_protocol::{api::login::recovery_input, ids::Digest};
    let keys = MemberKeys::from_recovery(&RecoveryCode::generate(&mut drawn("recovery login")));
    let signature = keys.sign_recovery("site-a", &Digest([1; 32]));
    let public = keys.member("", MemberKind::Recovery, &[]).signing;
    assert!(public.verifies(&recovery_input("site-a", &Digest([1; 32])), &signature));
    assert!(!public.verifies(&recovery_input("site-b", &Digest([1; 32])), &signature));
    assert!(!public.verifies(&recovery_input("site-a", &Digest([2; 32])), &signature));
}
