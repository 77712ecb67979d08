//! The live connection (`docs/protocol.md` section 23): while the conversation is on the screen, or was a moment ago, the
//! relay says when there is something to look at. Without it the app asks from time to time.

use super::{Effect, Model, Talk, Tries};

/// A connection that is not needed any more ends after so many seconds.
const AWAY: u32 = 60;
/// So many failures, and it never was there: the page may forbid it. It is tried again when the frame is shown anew.
const TIRED: u32 = 3;

/// What a connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// It is there.
    Open,
    /// There is something to look at.
    Look,
    /// It is not there any more, or never was.
    Closed,
}

/// What is known of the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own; most combinations can be")]
pub(super) struct Wire {
    /// It is wanted.
    wanted: bool,
    /// It is there.
    open: bool,
    /// It was there before.
    known: bool,
    /// Failures since it was there.
    failed: u32,
    /// The frame has been hidden for a while.
    away: bool,
    /// Number of the pause until then.
    timer: u32,
}

impl Wire {
    /// Whether looks are asked for by the relay.
    pub(super) fn is_open(self) -> bool {
        self.open
    }

    fn is_tired(self) -> bool {
        !self.known && self.failed >= TIRED
    }
}

impl Model {
    /// What the connection says.
    pub(super) fn live(&mut self, live: Live) -> Vec<Effect> {
        if !self.wire.wanted {
            return Vec::new();
        }
        match live {
            // Something may have been said since the last look.
            Live::Open => {
                (self.wire.open, self.wire.known, self.wire.failed) = (true, true, 0);
                self.look_soon()
            }
            Live::Look => self.look_soon(),
            Live::Closed => {
                let was_open = std::mem::replace(&mut self.wire.open, false);
                self.wire.failed = self.wire.failed.saturating_add(1);
                let mut effects = self.connect();
                if was_open {
                    effects.extend(self.pause_calmly());
                }
                effects
            }
        }
    }

    fn connect(&self) -> Vec<Effect> {
        let lost = self.wire.failed;
        let seconds = if lost == 0 { 0 } else { Tries { lost, ..Tries::default() }.last_pause() };
        if self.wire.is_tired() { Vec::new() } else { vec![Effect::Connect { seconds }] }
    }

    /// Begins or ends the connection as the state wants it.
    pub(super) fn wire(&mut self) -> Vec<Effect> {
        let talks = self.begun() && self.talk.as_ref().is_some_and(Talk::is_sound) && self.looks();
        let wanted = talks && !self.wire.away;
        if std::mem::replace(&mut self.wire.wanted, wanted) == wanted {
            return Vec::new();
        }
        if wanted {
            return self.connect();
        }
        self.wire = Wire { away: self.wire.away, ..Wire::default() };
        vec![Effect::Disconnect]
    }

    /// The frame was hidden: soon nobody looks any more.
    pub(super) fn leave_screen(&mut self) -> Vec<Effect> {
        if !self.wire.wanted {
            return Vec::new();
        }
        let pause = self.wait(AWAY);
        self.wire.timer = pause.timer;
        vec![Effect::Wait { seconds: AWAY, timer: pause.timer }]
    }

    /// The pause after hiding ended.
    pub(super) fn goes_away(&self, timer: u32) -> bool {
        self.is_hidden() && timer > 0 && self.wire.timer == timer
    }

    pub(super) fn go_away(&mut self) {
        self.wire.away = true;
    }

    /// The frame is shown: a connection that failed is tried again.
    pub(super) fn come_back(&mut self) -> Vec<Effect> {
        let tired = self.wire.wanted && self.wire.is_tired();
        (self.wire.away, self.wire.timer) = (false, 0);
        if tired {
            self.wire.failed = 0;
            return self.connect();
        }
        Vec::new()
    }
}
