//! The live connection (`docs/protocol.md` section 23): what it says, when it counts as dead, when it is tried again.
//! Pure; the socket is in `effects`.

use crate::state::login::Generation;
use einwurf_protocol::{
    api::staff::Changed,
    live::{CLOSE_CREDENTIALS, PONG},
    time::Timestamp,
};
use std::time::Duration;

/// Between two signs of life: the relay wants them at most this often.
pub const BEAT_MILLIS: i32 = 20_000;
/// Between two looks while the connection tells of everything: it may have missed something.
const LOOK_SECONDS: u64 = 60;
/// Before it is opened again, at first and at most.
const PAUSES: (u64, u64) = (1, 30);

/// What the relay said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Something has changed.
    Changed(Changed),
    /// It is still there.
    Pong,
    /// Something that this app does not know: it looks, since that harms nobody.
    Unknown,
}

impl Heard {
    /// What a text means.
    pub fn read(text: &str) -> Self {
        if text == PONG {
            return Self::Pong;
        }
        serde_json::from_str(text).map_or(Self::Unknown, Self::Changed)
    }
}

/// Whether the relay ended the connection because the session does not hold any more.
pub fn is_over(close: u16) -> bool {
    close == CLOSE_CREDENTIALS
}

/// How long to wait before the next try after so many that failed.
pub fn pause(failed: u32) -> Duration {
    let (first, most) = PAUSES;
    Duration::from_secs(first.saturating_mul(1_u64.checked_shl(failed).unwrap_or(most)).min(most))
}

/// What is known of the connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Live {
    /// The login that it belongs to.
    of: Option<Generation>,
    /// It is open.
    up: bool,
    /// A sign of life was asked for.
    asked: bool,
    /// A look is under way, and whether another one is due after it.
    look: Look,
    /// When the last look by the clock began.
    looked: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Look {
    #[default]
    Idle,
    Under,
    Again,
}

/// What is due at a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// There is no connection.
    Nothing,
    /// Ask for a sign of life.
    Ping,
    /// The last one was not answered: end it and open another.
    Dead,
}

impl Live {
    /// A login begins; false if its connection is looked after already.
    pub fn begin(&mut self, of: Generation) -> bool {
        let fresh = self.of != Some(of);
        if fresh {
            *self = Self { of: Some(of), looked: self.looked, ..Self::default() };
        }
        fresh
    }

    /// The connection is open, or not any more.
    pub fn stands(&mut self, up: bool) {
        (self.up, self.asked) = (up, false);
    }

    /// Something was heard, whatever it was.
    pub fn hears(&mut self) {
        self.asked = false;
    }

    /// What is due now.
    pub fn beat(&mut self) -> Beat {
        match (self.up, self.asked) {
            (false, _) => Beat::Nothing,
            (true, true) => Beat::Dead,
            (true, false) => {
                self.asked = true;
                Beat::Ping
            }
        }
    }

    /// Whether the relay is to be asked now, as it is from time to time: seldom while the connection tells of everything.
    pub fn is_due(&mut self, now: Timestamp) -> bool {
        let due = !self.up || self.looked.is_none_or(|looked| now >= looked.plus(LOOK_SECONDS));
        if due {
            self.looked = Some(now);
        }
        due
    }

    /// Something has changed; false if a look is under way, which then is followed by another.
    pub fn look(&mut self) -> bool {
        let idle = self.look == Look::Idle;
        self.look = if idle { Look::Under } else { Look::Again };
        idle
    }

    /// A look has ended; whether another one is due at once.
    pub fn looked(&mut self) -> bool {
        let again = self.look == Look::Again;
        self.look = if again { Look::Under } else { Look::Idle };
        again
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::live::CLOSE_REPLACED;

    #[test]
    fn what_the_relay_says_is_read_and_anything_else_is_a_reason_to_look() {
        assert_eq!(Heard::read(PONG), Heard::Pong);
        assert_eq!(Heard::read("{\"changed\":\"sheets\"}"), Heard::Changed(Changed::Sheets));
        let conversation = "an-address".to_owned();
        let heard = Heard::read("{\"changed\":\"conversation\",\"conversation\":\"an-address\"}");
        assert_eq!(heard, Heard::Changed(Changed::Conversation { conversation }));
        for text in ["", "look", "{}", "{\"changed\":\"all\"}", "<script>"] {
            assert_eq!(Heard::read(text), Heard::Unknown, "{text}");
        }
    }

    #[test]
    fn only_the_relays_word_on_the_session_ends_it() {
        assert!(is_over(4_401));
        assert!(![1_000, 1_006, CLOSE_REPLACED, 4_400].into_iter().any(is_over));
    }

    #[test]
    fn it_is_tried_again_ever_more_slowly_and_never_too_slowly_to_notice_within_a_minute() {
        let seconds: Vec<_> =
            [0, 1, 2, 4, 5, 6, 63, 64, u32::MAX].map(|failed| pause(failed).as_secs()).into();
        assert_eq!(seconds, [1, 2, 4, 16, 30, 30, 30, 30, 30]);
    }

    #[test]
    fn a_silent_connection_is_dead_at_the_next_beat() {
        let mut live = Live::default();
        assert_eq!(live.beat(), Beat::Nothing);
        live.stands(true);
        assert_eq!(live.beat(), Beat::Ping);
        live.hears();
        assert_eq!(live.beat(), Beat::Ping);
        assert_eq!(live.beat(), Beat::Dead);
        live.stands(false);
        assert_eq!(live.beat(), Beat::Nothing);
    }

    #[test]
    fn each_login_has_one_connection() {
        let mut live = Live::default();
        let first = Generation::default();
        assert!(live.begin(first) && !live.begin(first));
        live.stands(true);
        assert!(live.begin(first.next()));
        assert_eq!(live.beat(), Beat::Nothing, "the one before is not this login's");
    }

    #[test]
    fn without_a_connection_every_look_is_due_and_with_one_every_minute() {
        let mut live = Live::default();
        let at = |seconds: u64| Timestamp(1_000 + seconds);
        assert!(live.is_due(at(0)) && live.is_due(at(1)));
        live.stands(true);
        assert!(!live.is_due(at(60)) && live.is_due(at(61)) && !live.is_due(at(62)));
    }

    #[test]
    fn many_changes_at_once_are_two_looks() {
        let mut live = Live::default();
        assert!(live.look());
        assert!(!live.look() && !live.look());
        assert!(live.looked(), "what came during the look is looked at once more");
        assert!(!live.looked());
        assert!(live.look());
    }
}
