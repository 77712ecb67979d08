//! When somebody's mail that messages wait may go: at once, gathered for some time, or at the end of their quiet hours.
//! What the clock of a place shows is an argument.

use crate::access::account;
use einwurf_protocol::{
    api::staff::{AddressWish, Arrives, MailReader, MailWish, Quiet},
    limits::DIGEST_MINUTES,
};

/// Minutes of a day.
const DAY: u16 = 1_440;
/// In milliseconds.
const MINUTE_MS: u64 = 60_000;
/// The longest name of a time zone; the longest there is has 30 characters.
const ZONE_BYTES: usize = 64;

/// When a mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// With those for everybody else.
    Now,
    /// Alone, at this time in milliseconds.
    At(u64),
    /// Not at all.
    Never,
}

/// When the mail about a message goes that arrives now. `local`: the minute of the day that a zone's clocks show.
pub fn when(wish: Option<&MailWish>, now: u64, local: impl Fn(&str, u64) -> Option<u16>) -> When {
    let Some(wish) = wish else { return When::Now };
    let gathered = match wish.arrives {
        Arrives::Never => return When::Never,
        Arrives::AtOnce => now,
        Arrives::Digest { minutes } => now.saturating_add(u64::from(minutes) * MINUTE_MS),
    };
    let free = free(wish.quiet.as_ref(), gathered, local);
    if free == now { When::Now } else { When::At(free) }
}

/// The first moment from `at` on that is not in quiet hours.
pub fn free(quiet: Option<&Quiet>, at: u64, local: impl Fn(&str, u64) -> Option<u16>) -> u64 {
    let Some(quiet) = quiet else { return at };
    let clock = |at| local(&quiet.zone, at);
    // A zone that is not known here keeps nothing back.
    let Some(minute) = clock(at).filter(|minute| is_quiet(quiet, *minute)) else { return at };
    let to_go = u64::from((quiet.until + DAY - minute) % DAY);
    let end = (at / MINUTE_MS + to_go) * MINUTE_MS;
    // Clocks may have been changed on the way: then it ends an hour earlier or later.
    let shown = clock(end).unwrap_or(quiet.until);
    match (shown + DAY - quiet.until) % DAY {
        0 => end,
        late if late < DAY / 2 => end.saturating_sub(u64::from(late) * MINUTE_MS).max(at),
        early => end.saturating_add(u64::from(DAY - early) * MINUTE_MS),
    }
}

fn is_quiet(quiet: &Quiet, minute: u16) -> bool {
    let Quiet { from, until, .. } = *quiet;
    if from < until { (from..until).contains(&minute) } else { minute >= from || minute < until }
}

/// The first field that is not of its form. Whether there is such a zone is not asked here.
pub fn malformed(wish: &MailWish) -> Option<&'static str> {
    if matches!(wish.arrives, Arrives::Digest { minutes } if !DIGEST_MINUTES.contains(&minutes)) {
        return Some("arrives.minutes");
    }
    let Quiet { from, until, zone } = wish.quiet.as_ref()?;
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    [
        ("quiet.from", *from < DAY),
        ("quiet.until", *until < DAY && until != from),
        ("quiet.zone", (1..=ZONE_BYTES).contains(&zone.len()) && zone.bytes().all(named)),
    ]
    .into_iter()
    .find_map(|(field, sound)| (!sound).then_some(field))
}

/// The first field of what the settings say for addresses that is not of its form: one that is named twice, or is no
/// recipient, or one of a member, who says it personally.
pub fn refused(
    wishes: &[AddressWish],
    recipients: &[String],
    is_member: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    wishes.iter().enumerate().find_map(|(at, AddressWish { address, wish })| {
        let twice = wishes.iter().take(at).any(|other| other.address == *address);
        let unknown = !recipients.contains(address);
        if twice || unknown || is_member(address) { Some("wishes.address") } else { malformed(wish) }
    })
}

/// Everybody who gets mails that messages wait: whom the settings name, and members who said so. What a member says comes
/// before what the settings say.
pub fn readers(
    recipients: &[String],
    wishes: &[AddressWish],
    said: Vec<MailReader>,
    is_member: impl Fn(&str) -> bool,
) -> Vec<MailReader> {
    let of = |address: &String| said.iter().any(|reader| reader.address == account(address));
    let named = recipients.iter().filter(|address| !of(address)).map(|address| {
        let member = is_member(address);
        let wish = wishes.iter().find(|wish| wish.address == *address && !member);
        MailReader { address: address.clone(), wish: wish.map(|wish| wish.wish.clone()), member }
    });
    let named: Vec<_> = named.collect();
    named.into_iter().chain(said).collect()
}

/// Hour and minute of a clock: `06:30`.
pub fn minute_of(clock: &str) -> Option<u16> {
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000;
    /// A day on which nothing special happens, at midnight UTC.
    const DAY_MS: u64 = 20_000 * 24 * HOUR;

    fn wish(arrives: Arrives, quiet: Option<(u16, u16)>) -> MailWish {
        let quiet = quiet.map(|(from, until)| Quiet { from, until, zone: "Etc/UTC".into() });
        MailWish { arrives, quiet }
    }

    #[expect(clippy::unnecessary_wraps, reason = "of the form that is asked for")]
    fn utc(_: &str, at: u64) -> Option<u16> {
        Some(u16::try_from(at / MINUTE_MS % 1_440).unwrap())
    }

    #[test]
    fn without_a_wish_and_at_once_it_goes_with_the_others() {
        assert_eq!(when(None, DAY_MS, utc), When::Now);
        assert_eq!(when(Some(&wish(Arrives::AtOnce, None)), DAY_MS, utc), When::Now);
        assert_eq!(when(Some(&wish(Arrives::Never, None)), DAY_MS, utc), When::Never);
        let digest = wish(Arrives::Digest { minutes: 30 }, None);
        assert_eq!(when(Some(&digest), DAY_MS, utc), When::At(DAY_MS + 30 * MINUTE_MS));
    }

    #[test]
    fn quiet_hours_begin_and_end_in_their_minute() {
        let night = wish(Arrives::AtOnce, Some((20 * 60, 7 * 60)));
        let end = DAY_MS + 7 * HOUR;
        for (at, goes) in [
            (DAY_MS, When::At(end)),
            (end - 1, When::At(end)),
            (end, When::Now),
            (end + 1, When::Now),
            (DAY_MS + 20 * HOUR - 1, When::Now),
            (DAY_MS + 20 * HOUR, When::At(end + 24 * HOUR)),
        ] {
            assert_eq!(when(Some(&night), at, utc), goes, "{at}");
        }
        let lunch = wish(Arrives::AtOnce, Some((12 * 60, 13 * 60)));
        assert_eq!(when(Some(&lunch), DAY_MS + 12 * HOUR + 1, utc), When::At(DAY_MS + 13 * HOUR));
        assert_eq!(when(Some(&lunch), DAY_MS, utc), When::Now);
    }

    #[test]
    fn a_digest_that_would_fall_into_quiet_hours_comes_at_their_end() {
        let wish = wish(Arrives::Digest { minutes: 60 }, Some((20 * 60, 7 * 60)));
        let seven = DAY_MS + 7 * HOUR;
        assert_eq!(when(Some(&wish), DAY_MS + 19 * HOUR, utc), When::At(seven + 24 * HOUR));
        assert_eq!(when(Some(&wish), DAY_MS + 19 * HOUR - 1, utc), When::At(DAY_MS + 20 * HOUR - 1));
    }

    #[test]
    fn where_clocks_are_changed_meanwhile_the_end_is_the_one_on_the_clock() {
        let night = Quiet { from: 20 * 60, until: 7 * 60, zone: "Somewhere".into() };
        let change = DAY_MS + 2 * HOUR;
        // An hour forward, and an hour back.
        let forward = |_: &str, at: u64| utc("", if at < change { at } else { at + HOUR });
        assert_eq!(free(Some(&night), DAY_MS, forward), DAY_MS + 6 * HOUR);
        let back = |_: &str, at: u64| utc("", if at < change { at } else { at - HOUR });
        assert_eq!(free(Some(&night), DAY_MS, back), DAY_MS + 8 * HOUR);
    }

    #[test]
    fn a_zone_that_is_not_known_keeps_nothing_back() {
        let night = wish(Arrives::AtOnce, Some((0, 1_439)));
        assert_eq!(when(Some(&night), DAY_MS, |_, _| None), When::Now);
    }

    #[test]
    fn every_field_has_its_limits() {
        let of = |arrives, quiet: Option<(u16, u16)>| malformed(&wish(arrives, quiet));
        for (minutes, fault) in [
            (4, Some("arrives.minutes")),
            (5, None),
            (6, None),
            (1_439, None),
            (1_440, None),
            (1_441, Some("arrives.minutes")),
        ] {
            assert_eq!(of(Arrives::Digest { minutes }, None), fault, "{minutes}");
        }
        for (quiet, fault) in [
            ((0, 1), None),
            ((1_439, 0), None),
            ((1_440, 0), Some("quiet.from")),
            ((0, 1_440), Some("quiet.until")),
            ((7, 7), Some("quiet.until")),
        ] {
            assert_eq!(of(Arrives::AtOnce, Some(quiet)), fault, "{quiet:?}");
        }
        for (zone, sound) in [
            ("Europe/Berlin", true),
            ("America/Argentina/ComodRivadavia", true),
            ("", false),
            ("Europe/Berlin\r\n", false),
            ("Zürich", false),
            (&"z".repeat(63), true),
            (&"z".repeat(64), true),
            (&"z".repeat(65), false),
        ] {
            let mut wish = wish(Arrives::AtOnce, Some((0, 1)));
            wish.quiet.as_mut().unwrap().zone = zone.into();
            assert_eq!(malformed(&wish), (!sound).then_some("quiet.zone"), "{zone:?}");
        }
    }

    fn of(address: &str, arrives: Arrives) -> AddressWish {
        AddressWish { address: address.into(), wish: wish(arrives, None) }
    }

    fn is_anna(address: &str) -> bool {
        account(address) == "anna@b.example"
    }

    #[test]
    fn the_settings_speak_for_recipients_that_are_no_members_each_once() {
        let recipients = ["office@b.example", "fax@b.example", "Anna@b.example"].map(str::to_owned);
        let refused = |wishes: &[AddressWish]| refused(wishes, &recipients, is_anna);
        let (office, fax) = (of("office@b.example", Arrives::Never), of("fax@b.example", Arrives::AtOnce));
        assert_eq!(refused(&[]), None);
        assert_eq!(refused(&[office.clone(), fax.clone()]), None);
        assert_eq!(refused(&[office.clone(), fax, office.clone()]), Some("wishes.address"), "twice");
        assert_eq!(refused(&[of("other@b.example", Arrives::Never)]), Some("wishes.address"));
        assert_eq!(refused(&[of("Anna@b.example", Arrives::Never)]), Some("wishes.address"));
        for (minutes, fault) in
            [(4, Some("arrives.minutes")), (5, None), (1_440, None), (1_441, Some("arrives.minutes"))]
        {
            let digest = of("fax@b.example", Arrives::Digest { minutes });
            assert_eq!(refused(&[office.clone(), digest]), fault, "{minutes}");
        }
    }

    #[test]
    fn what_a_member_says_comes_before_what_the_settings_say() {
        let recipients = ["office@b.example", "fax@b.example", "Anna@b.example"].map(str::to_owned);
        let settings = [of("office@b.example", Arrives::Never), of("Anna@b.example", Arrives::Never)];
        let reader = |address: &str, arrives: Option<Arrives>, member| MailReader {
            address: address.into(),
            wish: arrives.map(|arrives| wish(arrives, None)),
            member,
        };
        let office =
            [reader("office@b.example", Some(Arrives::Never), false), reader("fax@b.example", None, false)];
        // Settings from before she was a member keep nothing from her.
        let all = readers(&recipients, &settings, Vec::new(), is_anna);
        assert_eq!(all, [&office[..], &[reader("Anna@b.example", None, true)]].concat());
        let anna = reader("anna@b.example", Some(Arrives::Digest { minutes: 60 }), true);
        let all = readers(&recipients, &settings, vec![anna.clone()], is_anna);
        assert_eq!(
            all,
            [&office[..], std::slice::from_ref(&anna)].concat(),
            "one mail for each, however it is written"
        );
        // Whoever is no recipient gets mail by saying so, and nobody else does.
        assert_eq!(readers(&[], &settings, vec![anna.clone()], is_anna), [anna]);
    }

    #[test]
    fn a_clock_is_read() {
        for (clock, minute) in [
            ("00:00", Some(0)),
            ("06:30", Some(390)),
            ("23:59", Some(1_439)),
            ("24:00", None),
            ("", None),
            ("x:y", None),
        ] {
            assert_eq!(minute_of(clock), minute, "{clock}");
        }
    }
}
