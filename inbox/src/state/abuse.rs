//! What a site asks of visitors before it takes a message.

use super::mail::MailStatus;
use crate::texts::Pick;
use einwurf_protocol::api::staff::{Abuse, AbuseState, Why};

/// The form, and what is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbuseForm {
    /// As it is on the screen.
    pub settings: Abuse,
    /// What the relay said last.
    pub now: Option<AbuseState>,
    /// What is going on with the form.
    pub status: MailStatus,
}

impl Default for AbuseForm {
    fn default() -> Self {
        Self { settings: Abuse::default(), now: None, status: MailStatus::Loading }
    }
}

impl AbuseForm {
    /// The form for what the relay has.
    pub fn of(now: AbuseState) -> Self {
        Self { settings: now.settings, now: Some(now), status: MailStatus::Idle }
    }

    /// Whether anything comes beyond what the site takes in passing.
    pub fn is_quiet(&self) -> bool {
        self.now.as_ref().is_none_or(|now| now.work <= 1 && now.wait == 0)
    }

    /// Somebody changed something.
    pub fn change(&mut self, change: impl FnOnce(&mut Abuse)) {
        change(&mut self.settings);
        if self.status == MailStatus::Saved {
            self.status = MailStatus::Idle;
        }
    }
}

/// Why something was not taken, in words.
pub fn why(why: Why) -> Pick {
    match why {
        Why::Ticket => |t| &t.guard_ticket,
        Why::Work => |t| &t.guard_unworked,
        Why::Pace => |t| &t.guard_pace,
        Why::Visitor => |t| &t.guard_visitor,
        Why::Unread => |t| &t.guard_full,
        Why::Files => |t| &t.guard_files,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::api::staff::Strictness;

    fn state(work: u32, wait: u64) -> AbuseState {
        AbuseState {
            settings: Abuse::default(),
            work,
            opened: 70,
            wait,
            unread_bytes: 0,
            refused: Vec::new(),
        }
    }

    #[test]
    fn it_is_quiet_until_work_is_dearer_or_somebody_waits() {
        for (work, wait, quiet) in [(1, 0, true), (2, 0, false), (1, 1, false)] {
            assert_eq!(AbuseForm::of(state(work, wait)).is_quiet(), quiet, "{work} {wait}");
        }
    }

    #[test]
    fn what_is_changed_is_not_saved_any_more() {
        let mut form = AbuseForm { status: MailStatus::Saved, ..AbuseForm::of(state(1, 0)) };
        form.change(|settings| settings.strictness = Strictness::Strict);
        assert_eq!((form.status, form.settings.strictness), (MailStatus::Idle, Strictness::Strict));
    }
}
