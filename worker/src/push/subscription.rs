//! A subscription: where a browser's push service is, and what is encrypted for it. Read strictly, since whoever subscribes
//! chooses the address that the relay writes to.

use crate::webhook::place::{self, Hosts, Place, Refused};
use einwurf_protocol::{api::push::PushSubscription, limits::PUSH_ENDPOINT_BYTES};
use p256::{
    AffinePoint, PublicKey,
    elliptic_curve::{point::AffineCoordinates, sec1::ToSec1Point as _},
};

/// The authentication secret of a subscription (RFC 8291).
pub const AUTH_BYTES: usize = 16;
/// x and y of a point.
const POINT_BYTES: usize = 64;

/// A subscription that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    endpoint: String,
    /// What is encrypted to.
    pub(super) key: PublicKey,
    pub(super) auth: [u8; AUTH_BYTES],
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription(hidden)")
    }
}

/// A field that is not of its form, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misread(pub &'static str, pub &'static str);

impl Subscription {
    /// From a request. Whether its service is known is another question: [`Self::host`].
    pub fn read(body: &PushSubscription) -> Result<Self, Misread> {
        let endpoint = body.endpoint.clone();
        place::read(&endpoint, PUSH_ENDPOINT_BYTES).map_err(|Refused(why)| Misread("endpoint", why))?;
        let key =
            point(&body.keys.p256dh).ok_or(Misread("keys.p256dh", "not an uncompressed point of P-256"))?;
        let auth = body.keys.auth.as_slice().try_into();
        Ok(Self { endpoint, key, auth: auth.map_err(|_| Misread("keys.auth", "not 16 bytes"))? })
    }

    /// Where it is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The name and port of its service, if the relay writes there: to the usual port, unless it may write to private
    /// networks.
    pub fn host(&self, services: &Hosts) -> Option<&str> {
        let Place { host, port, authority } = place::read(&self.endpoint, PUSH_ENDPOINT_BYTES).ok()?;
        (services.allows(host) && (services.private || port.is_none())).then_some(authority)
    }

    /// For storage, to be encrypted.
    pub fn to_bytes(&self) -> Vec<u8> {
        let point = self.key.to_sec1_point(false);
        [&self.auth, point.as_bytes().get(1..).unwrap_or_default(), self.endpoint.as_bytes()].concat()
    }

    /// What [`Self::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (auth, rest) = bytes.split_first_chunk()?;
        let (xy, endpoint) = rest.split_first_chunk()?;
        let endpoint = String::from_utf8(endpoint.to_vec()).ok()?;
        Some(Self { endpoint, key: of_coordinates(xy)?, auth: *auth })
    }
}

/// As in the protocol crate not from SEC 1 bytes: that would bring the code for compressed points.
fn point(bytes: &[u8]) -> Option<PublicKey> {
    let (4, xy) = bytes.split_first().map(|(form, xy)| (*form, xy))? else { return None };
    of_coordinates(xy.try_into().ok()?)
}

fn of_coordinates(xy: &[u8; POINT_BYTES]) -> Option<PublicKey> {
    let (x, y) = xy.split_at(POINT_BYTES / 2);
    let point = AffinePoint::from_coordinates(x.try_into().ok()?, y.try_into().ok()?);
    PublicKey::from_affine(Option::from(point)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::SERVICES;
    use einwurf_protocol::{api::push::PushKeys, codec::from_base64url};

    /// Of RFC 8291, section 5.
    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    fn body(endpoint: &str) -> PushSubscription {
        let keys = PushKeys { p256dh: from_base64url(KEY).unwrap(), auth: vec![7; 16] };
        PushSubscription { endpoint: endpoint.to_owned(), keys }
    }

    fn services(private: bool) -> Hosts {
        Hosts { private, only: Some(SERVICES.map(str::to_owned).to_vec()) }
    }

    fn is_known(endpoint: &str) -> bool {
        Subscription::read(&body(endpoint)).is_ok_and(|read| read.host(&services(false)).is_some())
    }

    #[test]
    fn endpoints_of_the_browsers_are_known() {
        for endpoint in [
            "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk",
            "https://fcm.googleapis.com/fcm/send/c1:APA91bE",
            "https://fcm.googleapis.com/wp/c1:APA91bE",
            "https://web.push.apple.com/QGuQyavXutnMH",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2f",
        ] {
            assert!(is_known(endpoint), "{endpoint}");
        }
    }

    #[test]
    fn met_05_endpoints_elsewhere_inside_or_in_disguise_are_not() {
        for endpoint in [
            "https://push.example.com/x",
            "https://googleapis.com/x",
            "https://storage.googleapis.com/x",
            "https://fcm.googleapis.com.example.com/x",
            "https://notfcm.googleapis.com/x",
            "https://fcm.googleapis.com@example.com/x",
            "https://user@fcm.googleapis.com/x",
            "https://example.com/fcm.googleapis.com",
            "https://example.com?fcm.googleapis.com",
            "https://example.com\\.fcm.googleapis.com/",
            "https://fcm.googleapis.com:443/x",
            "https://fcm.googleapis.com:8443/x",
            "https://fcm.googleapis.com./x",
            "https://FCM.googleapis.com/x",
            "http://fcm.googleapis.com/x",
            "https://fcm.googleapis.com/#x",
            "https://fcm.googleapis.com/ü",
            "https://169.254.169.254/x",
            "https://[::1]/x",
            "https://localhost/x",
            "",
        ] {
            assert!(!is_known(endpoint), "{endpoint}");
        }
        let test = Subscription::read(&body("https://fcm.googleapis.com:8443/x")).unwrap();
        assert_eq!(test.host(&services(true)), Some("fcm.googleapis.com:8443"), "for tests");
    }

    #[test]
    fn an_endpoint_has_its_longest_length_and_no_more() {
        let of = |length: usize| body(&format!("https://fcm.googleapis.com/{}", "x".repeat(length - 27)));
        for (length, fits) in
            [(PUSH_ENDPOINT_BYTES - 1, true), (PUSH_ENDPOINT_BYTES, true), (PUSH_ENDPOINT_BYTES + 1, false)]
        {
            let read = Subscription::read(&of(length)).map(drop).map_err(|Misread(field, _)| field);
            assert_eq!(read, if fits { Ok(()) } else { Err("endpoint") }, "{length}");
        }
    }

    #[test]
    fn keys_that_are_none_are_refused_by_name() {
        let sound = body("https://fcm.googleapis.com/x");
        let read = |change: &dyn Fn(&mut PushKeys)| {
            let mut body = sound.clone();
            change(&mut body.keys);
            Subscription::read(&body).map(drop).map_err(|Misread(field, _)| field)
        };
        assert_eq!(read(&|_| ()), Ok(()));
        for length in [0, 15, 17, 32] {
            assert_eq!(read(&|keys| keys.auth = vec![7; length]), Err("keys.auth"));
        }
        let point = sound.keys.p256dh.clone();
        let (mut off_the_curve, mut compressed, mut hybrid) = (point.clone(), point.clone(), point.clone());
        off_the_curve[64] ^= 1;
        compressed.truncate(33);
        compressed[0] = 2;
        hybrid[0] = 6;
        let (short, long) = (point[..64].to_vec(), [point.as_slice(), &[0]].concat());
        let nothing = [&[4][..], &[0; 64]].concat();
        let too_large = [&[4][..], &[255; 64]].concat();
        for key in [off_the_curve, compressed, hybrid, short, long, nothing, too_large, vec![0], Vec::new()] {
            assert_eq!(read(&|keys| keys.p256dh.clone_from(&key)), Err("keys.p256dh"), "{key:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let read = Subscription::read(&body("https://fcm.googleapis.com/x")).unwrap();
        assert!(Subscription::from_bytes(&read.to_bytes()).unwrap() == read);
        assert_eq!(Subscription::from_bytes(&read.to_bytes()[..79]), None);
        assert_eq!(format!("{read:?}"), "Subscription(hidden)");
    }
}
