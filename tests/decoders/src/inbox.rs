//! What members' devices and other parts of the relay send to a site's inbox object.

use crate::text;
use einwurf_protocol::{
    api::{
        push::PushSubscription,
        staff::{MailSettings, MailWish, Quiet},
    },
    codec::to_base64,
    ids::MessageId,
    json,
    limits::PUSH_ENDPOINT_BYTES,
    time::Timestamp,
};
use einwurf_worker::{
    address::{AddressKey, ObjectId},
    challenge::{Purpose, work_of},
    login::{LoginServer, finish, record},
    mail::{reply::shown, wishes},
    push::{PLAIN, SERVICES, encrypt::prepare, subscription::Subscription},
    random,
    refusals::Refusals,
    webhook::place::Hosts,
};
use p256::SecretKey;
use std::sync::OnceLock;

const DAY_MS: u64 = 86_400_000;
/// A noon, and what the clock of the tests' zone is ahead.
const NOON: u64 = 20_000 * DAY_MS + DAY_MS / 2;

/// What a browser gives: it leads to a known service, to every reader of addresses the same one, is stored in one form, and
/// whatever is sent to it is of one length.
pub(crate) fn push(bytes: &[u8]) {
    if let Some(read) = Subscription::from_bytes(bytes) {
        assert_eq!(read.to_bytes(), bytes, "two forms of one subscription");
    }
    let Ok(body) = json::typed::<PushSubscription>(bytes) else { return };
    let Ok(read) = Subscription::read(&body) else { return };
    assert!(read.endpoint() == body.endpoint && body.endpoint.len() <= PUSH_ENDPOINT_BYTES);
    assert!(Subscription::from_bytes(&read.to_bytes()).is_some_and(|again| again == read), "not stored");
    assert!(!format!("{read:?}").contains(&body.endpoint), "an endpoint in a log");
    let services = Hosts { private: false, only: Some(SERVICES.map(str::to_owned).to_vec()) };
    let Some(host) = read.host(&services) else { return };
    let url = url::Url::parse(read.endpoint());
    // The tables of Unicode are not in this reader: it knows no name beyond ASCII.
    assert!(url.is_ok() || host.contains("xn--"), "{host} is no address");
    assert!(
        url.as_ref().ok().is_none_or(|url| url.host_str() == Some(host) && url.port().is_none()),
        "{host}"
    );
    let bare =
        |url: &url::Url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    assert!(url.as_ref().ok().is_none_or(bare));
    let below = |name: &&str| host == *name || host.ends_with(&format!(".{name}"));
    assert!(SERVICES.iter().any(below), "{host} is no push service");
    let Ok(sender) = SecretKey::from_slice(&[7; 32]) else { return };
    let prepared = prepare(&read, &sender, [1; 16], PLAIN);
    assert_eq!(prepared.plain, b"einwurf\x02");
    let tag = [0; 16];
    assert_eq!(prepared.body(&[&b"einwurf\x02"[..], &tag].concat()).len(), 16 + 4 + 1 + 65 + 8 + 16);
}

/// What members and settings want of mails: the moment that is found is never before the one asked about, is not in quiet
/// hours, and is at most a day away.
pub(crate) fn wishes(bytes: &[u8]) {
    if let Some(text) = text(bytes) {
        assert!(wishes::minute_of(text).is_none_or(|minute| minute < 1_440));
        let shown = shown(text);
        assert!(
            shown.chars().count() <= 300 && !shown.contains(['\u{61c}', '\u{2028}', '\u{202e}', '\n', '\0'])
        );
    }
    if let Ok(settings) = json::typed::<MailSettings>(bytes) {
        let refused = wishes::refused(&settings.wishes, &settings.recipients, |_| false);
        let known = |address: &String| settings.recipients.contains(address);
        assert!(refused.is_some() || settings.wishes.iter().all(|wish| known(&wish.address)));
        let readers = wishes::readers(&settings.recipients, &settings.wishes, Vec::new(), |_| false);
        assert!(readers.iter().all(|reader| known(&reader.address)), "somebody that nobody named");
    }
    let Ok(wish) = json::typed::<MailWish>(bytes) else { return };
    if wishes::malformed(&wish).is_some() {
        return;
    }
    let seed = bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let at = NOON + seed % (3 * DAY_MS);
    // Clocks stand still, or are put on or back by an hour some hours later.
    for change in [0, 60, 1_380] {
        moment(&wish, at, change);
    }
}

fn moment(wish: &MailWish, at: u64, change: u64) {
    let changed = at + DAY_MS / 8;
    let local = |_: &str, at: u64| {
        let shift = if at >= changed { change } else { 0 };
        u16::try_from((at / 60_000 + 60 + shift) % 1_440).ok()
    };
    let found = wishes::free(wish.quiet.as_ref(), at, local);
    assert!(found >= at && found <= at + DAY_MS + DAY_MS / 12, "{} before or far behind", found.abs_diff(at));
    assert!(wish.quiet.is_some() || found == at);
    let minute = local("", found).unwrap_or_default();
    let still =
        |quiet: &Quiet| found > at && minute != quiet.until && minute.abs_diff(quiet.until) % 1_380 > 60;
    assert!(change != 0 || !wish.quiet.as_ref().is_some_and(still), "it ends at another time: {minute}");
}

/// What other parts of the relay counted has one form; work that nobody asked for is worth nothing.
pub(crate) fn counters(bytes: &[u8]) {
    if let Some(text) = text(bytes) {
        let read = Refusals::read(text);
        assert_eq!(Refusals::read(&read.header()), read);
        let mut twice = read;
        twice.join(read);
        assert!(twice.each().count() == read.each().count() && twice.is_empty() == read.is_empty());
    }
    let Some(work) = work_of(&to_base64(bytes)) else { return };
    let (key, site) = (AddressKey::new([7; 32]), ObjectId([1; 32]));
    for purpose in [Purpose::Opening(site, site), Purpose::Message(site, MessageId([2; 16]))] {
        assert!(purpose.claims(&key, Timestamp(0), &work).is_none(), "work that nobody asked for");
    }
}

/// Messages of a login: whatever is sent, nobody who does not know the password is let in, and nothing of the form tells
/// whether there is such an account.
pub(crate) fn login(bytes: &[u8]) {
    static SERVER: OnceLock<LoginServer> = OnceLock::new();
    let server = SERVER.get_or_init(|| LoginServer::generate(&mut random::Rng));
    let _ = server.register("a@b.example", bytes);
    let stored = record(bytes).ok();
    if let Ok(started) = server.start("a@b.example", None, bytes, &mut random::Rng) {
        assert!(finish(&started.state, bytes).is_err(), "in without a password");
    }
    if let Some(stored) = &stored {
        assert_eq!(stored, bytes, "two forms of one record");
    }
    if let Ok(read) = LoginServer::from_bytes(bytes) {
        assert!(bytes.starts_with(&read.to_bytes()), "another form");
    }
}
