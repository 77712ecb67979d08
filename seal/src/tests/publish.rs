//! What a site publishes: first, at a login months later, with somebody new, without somebody, under another site key.

use super::{
    rng::{Drawn, drawn},
    support::NOW,
};
use crate::{
    InboxSecret, MemberKeys, OpenedKey, RecoveryCode, SealError, SiteKey,
    publish::{Before, Says, Signed, sign},
};
use einwurf_protocol::{
    api::login::{KeyName, SealedKey},
    ids::{Digest, Thumbprint},
    jws,
    limits::RETENTION_DAYS,
    manifest::{
        App, Asset, Code, Display, Expected, Former, Manifest, NoticeRef, RelayRef, Revocation, Succession,
    },
    notice::Register,
    roster::{self, Capability, MemberCertificate, MemberKind, Roster},
    stock,
    theme::{RADIUS, Theme},
    time::Timestamp,
};

const DAY: u64 = 86_400;
const RELAY: &str = "https://relay.example";
const ALL: [Capability; 3] = [Capability::Sign, Capability::Read, Capability::Audit];

/// A site with its admin and its recovery code, published.
struct Site {
    rng: Drawn,
    key: SiteKey,
    says: Says,
    admin: MemberKeys,
    recovery: MemberKeys,
    signed: Signed,
}

/// What the relay has of a publication, read and verified.
struct Published {
    stock: Vec<Manifest>,
    roster: Roster,
}

fn says(members: Vec<roster::Member>) -> Says {
    let asset = || Asset { path: "/r/x".into(), sri: "sha384-x".into() };
    let app =
        || App { script: asset(), wasm: asset(), style: asset(), texts: [(Register::En, asset())].into() };
    let log_key = SiteKey::generate(&mut drawn("log")).public();
    Says {
        code: Code {
            version: "0.1.0".into(),
            widget: app(),
            inbox: app(),
            door: asset(),
            launcher: asset(),
            keeper: asset(),
            papers: asset(),
            widget_rest: asset(),
            attach: asset(),
            attach_wasm: asset(),
            attach_pdf: asset(),
            check: asset(),
        },
        notices: vec![NoticeRef { register: Register::En, digest: Digest([8; 32]) }],
        relay: RelayRef { origins: vec![RELAY.into()], log_key, door: None },
        succession: Succession::default(),
        display: Display {
            name: "Beispiel".into(),
            phone: String::new(),
            email: "post@beispiel.example".into(),
            hours: String::new(),
            response_time: [("en".to_owned(), "one day".to_owned())].into(),
            accent: "#0f5c5c".into(),
            theme: None,
        },
        members,
        revoked: Vec::new(),
        days: 90,
    }
}

fn site(name: &str) -> Site {
    let mut rng = drawn(name);
    let (key, admin) = (SiteKey::generate(&mut rng), MemberKeys::generate(&mut rng));
    let recovery = MemberKeys::from_recovery(&RecoveryCode::generate(&mut rng));
    let says = says(vec![
        admin.member("Ines", MemberKind::Person, &ALL),
        recovery.member("", MemberKind::Recovery, &[Capability::Sign, Capability::Read]),
    ]);
    let signed = sign(&key, &says, None, NOW, &mut rng).unwrap();
    Site { rng, key, says, admin, recovery, signed }
}

fn published(signed: &Signed, site: Thumbprint) -> Published {
    let verify = |compact: &String| {
        let nbf = jws::verify_json::<Manifest>(compact, jws::MANIFEST).unwrap().payload.nbf;
        Manifest::verify(compact, &Expected { pins: &[site], relay: RELAY, now: nbf, serial: 0 }).unwrap()
    };
    let stock: Vec<_> = signed.manifests.iter().map(verify).collect();
    let roster = Roster::verify(&signed.roster, &site, stock[0].roster.serial).unwrap();
    assert_eq!(stock::check(&stock), Ok(()));
    assert!(stock.iter().all(|manifest| manifest.roster.digest == roster::digest(&signed.roster)));
    assert_eq!(stock[0].roster.readers, roster.reading_persons());
    Published { stock, roster }
}

impl Site {
    fn published(&self) -> Published {
        published(&self.signed, self.key.thumbprint())
    }

    fn again(&mut self, now: Timestamp, held: &[InboxSecret], change: impl FnOnce(&mut Says)) -> Signed {
        let Published { stock, roster } = self.published();
        change(&mut self.says);
        let before = Before { stock: &stock, roster: &roster, held };
        sign(&self.key, &self.says, Some(&before), now, &mut self.rng).unwrap()
    }
}

fn for_member<'s>(sealed: &'s [SealedKey], member: &MemberKeys) -> Vec<&'s SealedKey> {
    sealed.iter().filter(|key| key.member == member.id()).collect()
}

fn opened(sealed: &[SealedKey], member: &MemberKeys, site: Thumbprint) -> Vec<KeyName> {
    let open = |key: &&SealedKey| match member.open_key(key, site).unwrap() {
        OpenedKey::Site(key) => KeyName::Site(key.thumbprint()),
        OpenedKey::Inbox(key) => KeyName::Inbox(key.id()),
    };
    for_member(sealed, member).iter().map(open).collect()
}

fn keys(stock: &[Manifest]) -> Vec<KeyName> {
    stock.iter().map(|manifest| KeyName::Inbox(manifest.inbox_key.id)).collect()
}

#[test]
fn a_first_publication_is_a_whole_stock_that_admin_and_recovery_code_open() {
    let site = site("first");
    let Published { stock, roster } = site.published();
    assert_eq!((stock[0].nbf, stock[0].serial, stock[5].serial, roster.serial), (NOW, 1, 6, 1));
    assert_eq!(stock::until(&stock), Some(NOW.plus(193 * DAY)));
    let pin = site.key.thumbprint();
    let mut expected = keys(&stock);
    expected.push(KeyName::Site(pin));
    for member in [&site.admin, &site.recovery] {
        assert_eq!(opened(&site.signed.sealed, member, pin), expected);
    }
    for manifest in &stock {
        assert_eq!(manifest.inbox_key.destroyed, manifest.exp.plus(90 * DAY));
    }
}

#[test]
fn every_month_has_a_certificate_for_every_person_and_none_for_the_code() {
    let site = site("certificates");
    let Published { stock, .. } = site.published();
    let pin = site.key.thumbprint();
    assert_eq!(site.signed.certificates.len(), 6);
    for (compact, month) in site.signed.certificates.iter().zip(&stock) {
        let certificate = MemberCertificate::verify(compact, (&pin, &[]), month.exp, &[]).unwrap();
        assert_eq!((certificate.nbf, certificate.key.thumbprint()), (month.nbf, site.admin.id()));
    }
}

#[test]
fn a_login_a_month_later_adds_one_month_and_one_key() {
    let mut site = site("later");
    let old = site.published();
    let held = std::mem::take(&mut site.signed.drawn);
    let signed = site.again(NOW.plus(40 * DAY), &held, |_| ());
    let new = published(&signed, site.key.thumbprint());
    assert_eq!(keys(&new.stock)[..5], keys(&old.stock)[1..], "months that stood before keep their keys");
    assert_eq!(signed.drawn.len(), 1);
    assert_eq!(signed.sealed.len(), 2, "the fresh key, to the admin and the code");
    // One more than the last of the former stock, had its end not been shown.
    assert_eq!((new.stock[0].nbf, new.stock[0].serial), (NOW.plus(31 * DAY), 8));
    assert_eq!(new.roster, old.roster);
    assert_eq!(signed.roster, site.signed.roster, "nothing changed, so that devices have nothing to tell");
}

#[test]
fn a_stock_whose_end_was_hidden_gives_no_serial_away_twice() {
    let mut site = site("hidden end");
    let whole = site.published();
    let held = std::mem::take(&mut site.signed.drawn);
    let before = Before { stock: &whole.stock[..1], roster: &whole.roster, held: &held };
    let signed = sign(&site.key, &site.says, Some(&before), NOW, &mut site.rng).unwrap();
    let new = published(&signed, site.key.thumbprint());
    let hidden = whole.stock.iter().map(|manifest| manifest.serial).max();
    assert!(new.stock[0].serial > hidden.unwrap(), "an older manifest would count as newer");
}

#[test]
fn days_one_below_at_and_one_above_what_a_site_may_have() {
    for (days, expected) in [(0, false), (1, true), (RETENTION_DAYS, true), (RETENTION_DAYS + 1, false)] {
        let mut site = site("days");
        site.says.days = days;
        let signed = sign(&site.key, &site.says, None, NOW, &mut site.rng).map(drop);
        let refused = if expected { Ok(()) } else { Err(SealError::Retention) };
        assert_eq!(signed, refused, "{days}");
    }
}

#[test]
fn a_theme_that_apps_do_not_understand_is_not_signed_and_one_from_elsewhere_is_not_signed_again() {
    let mut site = site("theme");
    let sound = Theme { scheme: "dark".into(), radius: RADIUS, font: "Lato".into(), accent_dark: None };
    let odd = Theme { font: "url(//evil.example)".into(), ..sound.clone() };
    site.says.display.theme = Some(odd.clone());
    assert_eq!(sign(&site.key, &site.says, None, NOW, &mut site.rng).map(drop), Err(SealError::Theme));
    site.says.display.theme = Some(sound.clone());
    site.signed = sign(&site.key, &site.says, None, NOW, &mut site.rng).unwrap();
    let Published { stock, roster } = site.published();
    let carried = |manifest: &Manifest| Says::of(manifest, &roster, 90).display.theme;
    assert_eq!(carried(&stock[0]), Some(sound));
    let mut foreign = stock[0].clone();
    foreign.display.theme = Some(odd);
    assert_eq!(carried(&foreign), None, "so that the site can renew its stock");
}

#[test]
fn after_two_hundred_days_one_login_repairs_everything() {
    let mut site = site("holiday");
    let held = std::mem::take(&mut site.signed.drawn);
    let now = NOW.plus(200 * DAY);
    let signed = site.again(now, &held, |_| ());
    let new = published(&signed, site.key.thumbprint());
    assert_eq!((new.stock[0].nbf, stock::until(&new.stock)), (now, Some(now.plus(193 * DAY))));
    assert_eq!(signed.drawn.len(), 6);
}

#[test]
fn shorter_retention_destroys_no_key_earlier_and_longer_one_later() {
    for (days, expected) in [(30, 90), (365, 365)] {
        let mut site = site("retention");
        let held = std::mem::take(&mut site.signed.drawn);
        let new = site.again(NOW, &held, |says| says.days = days);
        for manifest in published(&new, site.key.thumbprint()).stock {
            assert_eq!(manifest.inbox_key.destroyed, manifest.exp.plus(expected * DAY), "{days}");
        }
    }
}

#[test]
fn a_new_reader_gets_every_key_that_the_inviter_holds_and_nobody_else_gets_one_again() {
    let mut site = site("joins");
    let held = std::mem::take(&mut site.signed.drawn);
    let new = MemberKeys::generate(&mut drawn("bernd"));
    let entry = new.member("Bernd", MemberKind::Person, &[Capability::Read]);
    let signed = site.again(NOW, &held, |says| says.members.push(entry));
    let after = published(&signed, site.key.thumbprint());
    assert_eq!(opened(&signed.sealed, &new, site.key.thumbprint()), keys(&after.stock));
    assert_eq!(signed.sealed.len(), 6);
    assert!(signed.drawn.is_empty());
    assert_eq!((after.roster.serial, after.stock[0].roster.readers), (2, 2));
    assert_eq!(signed.certificates.len(), 12);
}

#[test]
fn whoever_signs_without_reading_adds_a_reader_by_new_keys() {
    let mut site = site("technician");
    let old = site.published();
    let new = MemberKeys::generate(&mut drawn("bernd"));
    let entry = new.member("Bernd", MemberKind::Person, &[Capability::Read]);
    let signed = site.again(NOW, &[], |says| says.members.push(entry));
    let after = published(&signed, site.key.thumbprint());
    assert_eq!(signed.drawn.len(), 6);
    assert!(keys(&after.stock).iter().all(|key| !keys(&old.stock).contains(key)));
    assert_eq!(opened(&signed.sealed, &new, site.key.thumbprint()), keys(&after.stock));
}

#[test]
fn somebody_who_signs_and_does_not_read_gets_the_site_key_and_no_inbox_key() {
    let mut site = site("signs only");
    let held = std::mem::take(&mut site.signed.drawn);
    let technician = MemberKeys::generate(&mut drawn("technician"));
    let entry = technician.member("Technik", MemberKind::Person, &[Capability::Sign]);
    let signed = site.again(NOW, &held, |says| says.members.push(entry));
    let pin = site.key.thumbprint();
    assert_eq!(opened(&signed.sealed, &technician, pin), [KeyName::Site(pin)]);
    assert_eq!(published(&signed, pin).stock[0].roster.readers, 1);
}

#[test]
fn stf_05_without_a_reader_every_key_is_new_and_none_is_sealed_to_who_left() {
    let mut site = site("leaves");
    let held = std::mem::take(&mut site.signed.drawn);
    let former = MemberKeys::generate(&mut drawn("bernd"));
    let entry = former.member("Bernd", MemberKind::Person, &[Capability::Read]);
    site.signed = site.again(NOW, &held, |says| says.members.push(entry));
    let with = site.published();
    let left = NOW.plus(10 * DAY);
    let signed = site.again(left, &held, |says| says.remove(&former.id(), left));
    let without = published(&signed, site.key.thumbprint());
    assert!(keys(&without.stock).iter().all(|key| !keys(&with.stock).contains(key)));
    assert!(for_member(&signed.sealed, &former).is_empty());
    let revoked = [Revocation { member: former.id(), since: left }];
    assert!(without.stock.iter().all(|manifest| manifest.roster.revoked == revoked));
    assert_eq!(without.stock[0].nbf, NOW, "the present month goes on with another key");
    assert!(without.stock[0].inbox_key.destroyed >= with.stock[0].inbox_key.destroyed);
}

#[test]
fn a_revocation_stays_until_no_certificate_signed_ahead_can_hold() {
    let mut site = site("revocation");
    let held = std::mem::take(&mut site.signed.drawn);
    let member = Thumbprint([7; 32]);
    site.says.revoked.push(Revocation { member, since: NOW });
    // Five months to the last beginning, its certificate, and a day of clock difference.
    let longest = (5 * 31 + 45 + 1) * DAY;
    for (seconds, stays) in [(longest - 1, true), (longest, false), (longest + 1, false)] {
        let signed = site.again(NOW.plus(seconds), &held, |_| ());
        let revoked = &published(&signed, site.key.thumbprint()).stock[0].roster.revoked;
        assert_eq!(!revoked.is_empty(), stays, "{seconds}");
    }
}

#[test]
fn the_next_site_key_takes_over_roster_months_and_keys() {
    let mut site = site("next");
    let old = site.published();
    let held = std::mem::take(&mut site.signed.drawn);
    let next = SiteKey::generate(&mut drawn("next key"));
    site.key = next.clone();
    let before = Before { stock: &old.stock, roster: &old.roster, held: &held };
    let signed = sign(&next, &site.says, Some(&before), NOW.plus(DAY), &mut site.rng).unwrap();
    let new = published(&signed, next.thumbprint());
    assert_eq!(keys(&new.stock), keys(&old.stock));
    assert_eq!((new.stock[0].serial, new.roster.serial), (7, 2));
    let until = NOW.plus(DAY);
    assert_eq!(new.stock[0].succession.former, [Former { site: old.roster.site, until }]);
    let expected = [KeyName::Site(next.thumbprint())];
    assert_eq!(opened(&signed.sealed, &site.admin, next.thumbprint()), expected);
    assert_eq!(opened(&signed.sealed, &site.recovery, next.thumbprint()), expected);
    assert!(old.stock.iter().all(|manifest| manifest.site != next.thumbprint()));
}
