//! The site key changed while somebody was logged in. A session goes on with the key that it began under, and would call
//! everything that comes under the next one broken; only a login follows (`docs/protocol.md` section 4.5).

use crate::state::{
    desk::Content,
    keyring::{Known, Site},
};
use einwurf_protocol::{
    jws,
    limits::CLOCK_SKEW_SECONDS,
    manifest::{Expected, Manifest},
};

/// Whether what the relay publishes is by the next key that the site has announced, is meant for this relay, has begun,
/// is not older than what was seen and names the present key among its former ones.
pub fn is_switched(site: &Site, manifest: &str, known: &Known<'_>) -> bool {
    let Some(next) = site.manifest.succession.next else { return false };
    let Ok(claimed) = jws::verify_read::<Manifest>(manifest, jws::MANIFEST) else { return false };
    let serial = known.serial.max(site.manifest.serial);
    // An expired one has switched, too; the login that follows says so.
    let expected = Expected { pins: &[next], relay: known.relay, now: claimed.payload.nbf, serial };
    Manifest::verify(manifest, &expected).is_ok_and(|manifest| {
        let begun = known.now >= manifest.nbf.minus(CLOCK_SKEW_SECONDS);
        begun && manifest.succession.has(&site.key)
    })
}

/// Whether a conversation looks as if something newer were in force than this session knows.
pub fn is_suspect(content: &Content) -> bool {
    match content {
        Content::Broken | Content::NotMine => true,
        Content::Mine(letter) => !letter.troubles.is_empty(),
        Content::Sealed | Content::Opening | Content::Away(_) | Content::Erased => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        state::{
            fault::Fault,
            keyring::{self, Staff},
            publishing::{Draft, draft, finish},
            site::succession,
        },
        testing::{Dice, KNOWN, NOW, published, site_state, staff},
    };
    use einwurf_protocol::api::admin::SiteState;
    use einwurf_seal::SiteKey;

    /// Publishes, and answers what the relay shows then.
    fn publish(staff: &mut Staff, state: &SiteState, change: impl FnOnce(&mut Draft)) -> SiteState {
        let mut draft = draft(staff, state, &KNOWN).unwrap();
        change(&mut draft);
        let signing = finish(draft, staff, KNOWN.relay, &mut Dice::new(77)).unwrap();
        let state = published(state, &signing.body);
        signing.apply(staff);
        state
    }

    fn next() -> SiteKey {
        SiteKey::generate(&mut Dice::new(900))
    }

    /// What a colleague's session knows: the next key is announced. And the manifest after the switch.
    fn switched() -> (Site, String) {
        let mut staff = staff(1);
        let state =
            publish(&mut staff, &site_state(1), |draft| succession::announce(draft, &next()).unwrap());
        let open = staff.site.clone();
        let state = publish(&mut staff, &state, |draft| succession::switch(draft, &next(), None).unwrap());
        (open, state.stock[0].clone())
    }

    #[test]
    fn an_open_session_learns_that_the_announced_key_is_in_force() {
        let (open, manifest) = switched();
        assert!(is_switched(&open, &manifest, &KNOWN));
        let late = Known { now: NOW.plus(400 * 86_400), ..KNOWN };
        assert!(is_switched(&open, &manifest, &late), "an expired one as well");
    }

    #[test]
    fn nobody_is_locked_out_by_what_the_site_has_not_announced_or_the_next_key_has_not_signed() {
        let (open, manifest) = switched();
        let present = staff(1).site;
        assert!(!is_switched(&present, &manifest, &KNOWN), "no key was announced to this session");
        let same = &site_state(1).stock[0];
        assert!(!is_switched(&open, same, &KNOWN), "the present key is no switch");
        assert!(!is_switched(&open, &site_state(99).stock[0], &KNOWN), "somebody else's site");
        assert!(!is_switched(&open, &format!("{manifest}A"), &KNOWN), "a broken signature");
        assert!(!is_switched(&open, "", &KNOWN));
        let elsewhere = Known { relay: "https://elsewhere.example", ..KNOWN };
        assert!(!is_switched(&open, &manifest, &elsewhere), "meant for another relay");
        let early = Known { now: NOW.minus(CLOCK_SKEW_SECONDS + 1), ..KNOWN };
        assert!(!is_switched(&open, &manifest, &early) && is_switched(&open, &manifest, &KNOWN));
        let ahead = Known { serial: 1_000, ..KNOWN };
        assert!(!is_switched(&open, &manifest, &ahead), "older than what this device has seen");
        assert_eq!(keyring::glance(&present, &manifest, "", &KNOWN), Err(einwurf_staff::Refusal::Chain));
    }

    #[test]
    fn what_does_not_open_or_has_a_flaw_is_a_reason_to_look_at_once() {
        assert!(is_suspect(&Content::Broken) && is_suspect(&Content::NotMine));
        let calm = [Content::Sealed, Content::Opening, Content::Away(Fault::Offline)];
        assert!(!calm.iter().any(is_suspect));
    }
}
