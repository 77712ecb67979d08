//! What a site asks of visitors for the next message: work, which grows with the message and with what is going on, a
//! pause, or that it comes without files (`docs/protocol.md` section 25). Counted are conversations, never who opens them:
//! no address, and nothing that is derived from one, comes in here (MET-02).

use einwurf_protocol::{
    api::staff::{Abuse, Strictness},
    limits::{
        LIGHT_BYTES, MESSAGE_BITS, MESSAGE_BITS_MOST, MESSAGES_PER_HOUR, MESSAGES_PER_MINUTE,
        OPENING_MINUTES, OPENINGS_PER_MINUTE, SITE_UNREAD_BYTES, UNREAD_WAIT_SECONDS,
    },
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// Parts of a conversation that are counted, so that a moment is not rounded away.
const PARTS: u64 = 60_000;

/// Conversations that were opened and have not drained away yet. They drain at the pace that the site can take: what is
/// left is what came beyond it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    parts: u64,
    /// As of when, in milliseconds.
    at: u64,
}

/// How much a site takes in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(u64);

/// Whether what was found out then, in milliseconds, holds for so long. A clock that was set back ends it.
pub fn holds(at: u64, milliseconds: u64, now: u64) -> bool {
    now.checked_sub(at).is_some_and(|age| age < milliseconds)
}

/// What comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coming {
    /// Whether it opens a conversation.
    pub opens: bool,
    /// Its bytes, with those of its files.
    pub bytes: u64,
    /// Whether it has files.
    pub files: bool,
    /// The bits that its sender worked for; 0 without work.
    pub bits: u8,
}

/// What is asked for before it is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// Work of so many bits.
    Work(u8),
    /// A pause of so many seconds.
    Wait(u64),
    /// To leave the files away.
    TextOnly,
}

/// What a ticket says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Bits of the work for a message of usual length.
    pub bits: u8,
    /// Whether files are left away.
    pub text_only: bool,
}

impl Pace {
    /// Of a site on a relay that is so many times as fast as usual.
    pub fn of(strictness: Strictness, factor: u64) -> Self {
        let usual = OPENINGS_PER_MINUTE.saturating_mul(factor.max(1));
        Self(match strictness {
            Strictness::Relaxed => usual.saturating_mul(8),
            Strictness::Normal => usual,
            Strictness::Strict => usual.div_ceil(4),
        })
    }
}

impl Load {
    fn left(&self, pace: Pace, now: u64) -> u64 {
        // Parts are conversations times milliseconds of a minute: a minute drains as many as the pace.
        self.parts.saturating_sub(now.saturating_sub(self.at).saturating_mul(pace.0))
    }

    /// Conversations beyond the pace, as of now.
    pub fn level(&self, pace: Pace, now: u64) -> u64 {
        self.left(pace, now) / PARTS
    }

    /// One more was opened.
    #[must_use]
    pub fn opened(self, pace: Pace, now: u64) -> Self {
        Self { parts: self.left(pace, now).saturating_add(PARTS), at: now }
    }

    /// By how many bits work is dearer than at rest: none for what a minute takes, then one for every half minute more.
    pub fn dearer(&self, pace: Pace, now: u64) -> u8 {
        let above = self.level(pace, now).saturating_sub(pace.0);
        let steps = above.saturating_mul(2).div_ceil(pace.0.max(1));
        u8::try_from(steps).unwrap_or(u8::MAX).min(MESSAGE_BITS_MOST - MESSAGE_BITS)
    }

    /// Seconds until one more may be opened; 0 for at once.
    pub fn wait(&self, pace: Pace, now: u64) -> u64 {
        let most = pace.0.saturating_mul(OPENING_MINUTES).saturating_mul(PARTS);
        let above = (self.left(pace, now).saturating_add(PARTS)).saturating_sub(most);
        above.div_ceil(pace.0.max(1)).div_ceil(1_000)
    }
}

/// By how many bits work grows with the length of a message: one for a long text, and one more for every fourfold of a
/// mebibyte.
pub fn heavier(bytes: u64) -> u8 {
    const STEPS: [u64; 5] = [LIGHT_BYTES, 262_144, 1_048_576, 4_194_304, 16_777_216];
    u8::try_from(STEPS.iter().filter(|step| bytes > **step).count()).unwrap_or(u8::MAX)
}

/// Bits of the work for a message of so many bytes.
pub fn price(strictness: Strictness, dearer: u8, bytes: u64) -> u8 {
    let more = if strictness == Strictness::Strict { 2 } else { 0 };
    let bits = MESSAGE_BITS.saturating_add(more).saturating_add(dearer).saturating_add(heavier(bytes));
    bits.min(MESSAGE_BITS_MOST)
}

/// Whether a message owes nothing but that there is room: a usual one in a conversation that is open.
pub fn is_light(coming: Coming) -> bool {
    !coming.opens && !coming.files && heavier(coming.bytes) == 0
}

/// What is asked for before something is taken. Whoever worked for half of the price did so while it was that; more than
/// one step behind is not enough any more.
pub fn demand(
    settings: Abuse,
    load: &Load,
    pace: Pace,
    unread: u64,
    coming: Coming,
    now: u64,
) -> Option<Demand> {
    if settings.text_only && coming.files {
        return Some(Demand::TextOnly);
    }
    if unread.saturating_add(coming.bytes) > SITE_UNREAD_BYTES {
        return Some(Demand::Wait(UNREAD_WAIT_SECONDS));
    }
    let wait = if coming.opens { load.wait(pace, now) } else { 0 };
    if wait > 0 {
        return Some(Demand::Wait(wait));
    }
    if !coming.opens && heavier(coming.bytes) == 0 {
        return None;
    }
    let price = price(settings.strictness, load.dearer(pace, now), coming.bytes);
    (coming.bits.saturating_add(1) < price).then_some(Demand::Work(price))
}

/// How many messages of one visitor nobody has to answer within how many seconds, on a relay that is so many times as fast
/// as usual.
pub fn messages(factor: u64) -> [(u64, u64); 2] {
    [(MESSAGES_PER_MINUTE, 60), (MESSAGES_PER_HOUR, 3_600)]
        .map(|(count, seconds)| (count.saturating_mul(factor.max(1)), seconds))
}

/// Seconds until one more message may come, if the one that fills the number was stored `at`; 0 for at once.
pub fn pause(at: Timestamp, seconds: u64, now: Timestamp) -> u64 {
    at.plus(seconds).0.saturating_sub(now.0).min(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_who_writes_too_much_at_once_is_told_when_there_is_room() {
        let at = Timestamp(1_000);
        for (now, wait) in [(1_000, 60), (1_001, 59), (1_059, 1), (1_060, 0), (1_061, 0), (0, 60)] {
            assert_eq!(pause(at, 60, Timestamp(now)), wait, "{now}");
        }
        assert_eq!(messages(1), [(20, 60), (120, 3_600)]);
        assert_eq!((messages(0), messages(3)[0]), (messages(1), (60, 60)));
    }

    #[test]
    fn what_was_found_out_holds_for_its_time_and_not_over_a_clock_that_is_set_back() {
        for (now, held) in
            [(0, false), (4_999, false), (5_000, true), (6_999, true), (7_000, false), (7_001, false)]
        {
            assert_eq!(holds(5_000, 2_000, now), held, "{now}");
        }
    }

    const NOW: u64 = 1_800_000_000_000;
    const MINUTE: u64 = 60_000;

    fn pace() -> Pace {
        Pace::of(Strictness::Normal, 1)
    }

    fn after(count: u64) -> Load {
        (0..count).fold(Load::default(), |load, _| load.opened(pace(), NOW))
    }

    fn settings() -> Abuse {
        Abuse::default()
    }

    fn opens(bits: u8) -> Coming {
        Coming { opens: true, bytes: 4_000, files: false, bits }
    }

    fn asked(load: &Load, coming: Coming) -> Option<Demand> {
        demand(settings(), load, pace(), 0, coming, NOW)
    }

    #[test]
    fn met_02_what_a_minute_takes_makes_work_no_dearer_and_each_half_minute_more_doubles_it() {
        for (count, dearer) in
            [(0, 0), (59, 0), (60, 0), (61, 1), (90, 1), (91, 2), (120, 2), (121, 3), (9_999, 8)]
        {
            assert_eq!(after(count).dearer(pace(), NOW), dearer, "{count}");
        }
    }

    #[test]
    fn what_came_drains_at_the_pace_of_the_site() {
        let load = after(180);
        assert_eq!(load.level(pace(), NOW), 180);
        assert_eq!(load.level(pace(), NOW + MINUTE), 120);
        assert_eq!(load.level(pace(), NOW + MINUTE + 1_000), 119);
        assert_eq!(load.level(pace(), NOW + 3 * MINUTE), 0);
        assert_eq!(load.level(pace(), NOW + 300 * MINUTE), 0);
        assert_eq!(load.level(pace(), NOW - MINUTE), 180, "a clock that goes back drains nothing");
    }

    #[test]
    fn whoever_keeps_to_the_pace_never_pays_more_than_at_rest() {
        let mut load = Load::default();
        for second in 0..3_600 {
            assert_eq!(load.dearer(pace(), NOW + second * 1_000), 0);
            load = load.opened(pace(), NOW + second * 1_000);
        }
    }

    #[test]
    fn new_conversations_wait_from_ten_minutes_worth_on_and_are_told_how_long() {
        let most = OPENINGS_PER_MINUTE * OPENING_MINUTES;
        assert_eq!(after(most - 1).wait(pace(), NOW), 0);
        assert_eq!(after(most).wait(pace(), NOW), 1);
        assert_eq!(after(most + 60).wait(pace(), NOW), 61);
        let full = after(most);
        assert_eq!(full.wait(pace(), NOW + 999), 1);
        assert_eq!(full.wait(pace(), NOW + 1_000), 0, "after the pause that was asked for there is room");
        assert_eq!(asked(&full, opens(MESSAGE_BITS_MOST)), Some(Demand::Wait(1)));
        assert_eq!(asked(&full, Coming { opens: false, ..opens(0) }), None, "what is open goes on");
    }

    #[test]
    fn work_grows_with_the_message() {
        let cases = [
            (0, 0),
            (LIGHT_BYTES, 0),
            (LIGHT_BYTES + 1, 1),
            (262_144, 1),
            (262_145, 2),
            (1 << 20, 2),
            (28_311_552, 5),
        ];
        for (bytes, bits) in cases {
            assert_eq!(heavier(bytes), bits, "{bytes}");
        }
        assert_eq!(price(Strictness::Normal, 0, 0), MESSAGE_BITS);
        assert_eq!(price(Strictness::Strict, 0, 0), MESSAGE_BITS + 2);
        assert_eq!(price(Strictness::Normal, 8, u64::MAX), MESSAGE_BITS_MOST, "never more than the most");
    }

    #[test]
    fn a_first_message_without_work_or_more_than_a_step_behind_is_asked_for_the_present_price() {
        let rest = Load::default();
        assert_eq!(asked(&rest, opens(0)), Some(Demand::Work(MESSAGE_BITS)));
        assert_eq!(asked(&rest, opens(MESSAGE_BITS - 2)), Some(Demand::Work(MESSAGE_BITS)));
        assert_eq!(asked(&rest, opens(MESSAGE_BITS - 1)), None);
        assert_eq!(asked(&rest, opens(MESSAGE_BITS)), None);
        let busy = after(121);
        assert_eq!(
            asked(&busy, opens(MESSAGE_BITS)),
            Some(Demand::Work(MESSAGE_BITS + 3)),
            "kept from before"
        );
        assert_eq!(asked(&busy, opens(MESSAGE_BITS + 2)), None);
    }

    #[test]
    fn a_follow_up_works_for_its_bytes_alone() {
        let follow_up = |bytes| Coming { opens: false, bytes, files: false, bits: 0 };
        assert_eq!(asked(&after(121), follow_up(LIGHT_BYTES)), None);
        assert_eq!(asked(&Load::default(), follow_up(LIGHT_BYTES + 1)), Some(Demand::Work(MESSAGE_BITS + 1)));
    }

    #[test]
    fn a_light_message_owes_nothing_whatever_the_load_and_the_settings() {
        let usual = Coming { bytes: LIGHT_BYTES, ..Coming::default() };
        assert!(is_light(usual));
        assert!(!is_light(Coming { bytes: LIGHT_BYTES + 1, ..usual }));
        assert!(!is_light(Coming { files: true, ..usual }));
        assert!(!is_light(Coming { opens: true, ..usual }));
        let strict = Abuse { text_only: true, strictness: Strictness::Strict };
        assert_eq!(demand(strict, &after(1_000_000), pace(), 0, usual, NOW), None);
    }

    #[test]
    fn text_only_refuses_files_and_nothing_else() {
        let settings = Abuse { text_only: true, ..settings() };
        let ask = |coming| demand(settings, &Load::default(), pace(), 0, coming, NOW);
        assert_eq!(ask(Coming { files: true, ..opens(MESSAGE_BITS_MOST) }), Some(Demand::TextOnly));
        assert_eq!(ask(opens(MESSAGE_BITS)), None);
    }

    #[test]
    fn what_nobody_fetched_has_an_end() {
        let ask = |unread| demand(settings(), &Load::default(), pace(), unread, opens(MESSAGE_BITS), NOW);
        assert_eq!(ask(SITE_UNREAD_BYTES - 4_001), None);
        assert_eq!(ask(SITE_UNREAD_BYTES - 4_000), None);
        assert_eq!(ask(SITE_UNREAD_BYTES - 3_999), Some(Demand::Wait(UNREAD_WAIT_SECONDS)));
    }

    #[test]
    fn strictness_and_the_relays_own_pace_say_what_a_minute_takes() {
        let paces = [
            (Strictness::Relaxed, 1, 480),
            (Strictness::Normal, 1, 60),
            (Strictness::Strict, 1, 15),
            (Strictness::Normal, 0, 60),
            (Strictness::Normal, 10, 600),
        ];
        for (strictness, factor, pace) in paces {
            assert_eq!(Pace::of(strictness, factor), Pace(pace));
        }
    }
}
