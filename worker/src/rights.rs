//! What staff do with a conversation besides reading it: requests about rights with their dates (GDPR 12(3)), what is
//! logged of whom, and the code by which people name a conversation.

use crate::fault::Fault;
use einwurf_protocol::{
    api::staff::Deed,
    message::Act,
    time::{DAY, Timestamp},
};

/// How long ago a request may have come in, in days: longer ago nothing but the answer is missing.
const RECEIVED_DAYS: u64 = 365;

/// Days before the due date on which staff are reminded.
const REMINDER_DAYS: [u64; 2] = [7, 1];

/// A member who opens a conversation again within this time opened it once.
const OPENED_SECONDS: u64 = 3_600;

/// Characters of a code.
const CODE: usize = 12;

/// When a request came in: 400 if that lies ahead, or longer ago than a year.
pub fn check_received(received: Timestamp, now: Timestamp) -> Result<(), Fault> {
    if received <= now && received >= now.minus(RECEIVED_DAYS * DAY) {
        Ok(())
    } else {
        Err(Fault::malformed("received", "in the future, or longer ago than a year"))
    }
}

/// When staff are reminded first of a request that is due then; that moment may have passed.
pub fn first_reminder(due: Timestamp) -> Timestamp {
    due.minus(REMINDER_DAYS.into_iter().max().unwrap_or_default() * DAY)
}

/// When they are reminded next, after they were at `now`. Reminders that were missed together are one.
pub fn next_reminder(due: Timestamp, now: Timestamp) -> Option<Timestamp> {
    REMINDER_DAYS.into_iter().map(|days| due.minus(days * DAY)).filter(|at| now < *at).min()
}

/// What is logged of an act. One that the relay is not told is between the member and the visitor.
pub fn deed(act: Option<&Act>) -> Deed {
    match act {
        Some(Act::Handover { .. }) => Deed::Handover,
        Some(Act::Hold { .. }) => Deed::Hold,
        Some(Act::Release) => Deed::Release,
        Some(Act::Restrict) => Deed::Restrict,
        Some(Act::Lift) => Deed::Lift,
        Some(Act::Erase { .. }) => Deed::EraseParts,
        Some(Act::Ask) | None => Deed::Ask,
    }
}

/// Whether an act destroys something, so that it needs a fresh login.
pub fn destroys(act: Option<&Act>) -> bool {
    matches!(act, Some(Act::Handover { .. } | Act::Erase { .. }))
}

/// Whether opening is logged, `last` being when the same member was last logged to have opened the same conversation.
pub fn is_opened_anew(last: Option<Timestamp>, now: Timestamp) -> bool {
    last.is_none_or(|last| now >= last.plus(OPENED_SECONDS) || now < last)
}

/// A conversation's code as it is stored, from what somebody typed or was told: case, white space and hyphens do not
/// matter, O is 0, I and L are 1 (`docs/protocol.md` section 14.4).
pub fn read_code(typed: &str) -> Option<String> {
    let significant = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let read: Option<String> = significant.map(character).collect();
    let read = read.filter(|code| code.len() == CODE)?;
    let groups: Vec<&str> = [0..4, 4..8, 8..12].into_iter().filter_map(|place| read.get(place)).collect();
    Some(groups.join("-"))
}

fn character(c: char) -> Option<char> {
    match c.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => None,
        c if c.is_ascii_digit() || c.is_ascii_uppercase() => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{
        ids::Cid,
        message::{Basis, Reason},
    };

    const NOW: Timestamp = Timestamp(1_795_455_720);

    #[test]
    fn rgt_06_a_request_came_in_now_or_within_a_year() {
        let year = 365 * DAY;
        for sound in [NOW, NOW.minus(1), NOW.minus(year - 1), NOW.minus(year)] {
            assert_eq!(check_received(sound, NOW), Ok(()));
        }
        for wrong in [NOW.plus(1), NOW.minus(year + 1), Timestamp(0)] {
            let problem = check_received(wrong, NOW).unwrap_err().problem();
            assert_eq!((problem.status, problem.field.as_deref()), (400, Some("received")));
        }
    }

    #[test]
    fn rgt_06_staff_are_reminded_a_week_and_a_day_before_the_due_date() {
        let due = NOW.plus(30 * DAY);
        let (week, day) = (due.minus(7 * DAY), due.minus(DAY));
        assert_eq!(first_reminder(due), week);
        assert_eq!(next_reminder(due, week), Some(day));
        assert_eq!(next_reminder(due, day.minus(1)), Some(day));
        assert_eq!(next_reminder(due, day), None);
        assert_eq!(next_reminder(due, due.plus(DAY)), None);
    }

    #[test]
    fn rgt_06_each_act_is_logged_as_what_it_is() {
        let (parts, until) = (vec![0], NOW);
        let acts = [
            (Act::Handover { parts: parts.clone(), basis: Basis::Law, until }, Deed::Handover, true),
            (Act::Hold { reason: Reason::Claim, until }, Deed::Hold, false),
            (Act::Release, Deed::Release, false),
            (Act::Restrict, Deed::Restrict, false),
            (Act::Lift, Deed::Lift, false),
            (Act::Erase { parts }, Deed::EraseParts, true),
            (Act::Ask, Deed::Ask, false),
        ];
        for (act, logged, fresh) in acts {
            assert_eq!((deed(Some(&act)), destroys(Some(&act))), (logged, fresh), "{act:?}");
        }
        assert_eq!((deed(None), destroys(None)), (Deed::Ask, false));
    }

    #[test]
    fn stf_01_opening_again_within_an_hour_is_one_opening() {
        assert!(is_opened_anew(None, NOW));
        for (later, anew) in [(0, false), (1, false), (3_599, false), (3_600, true), (3_601, true)] {
            assert_eq!(is_opened_anew(Some(NOW), NOW.plus(later)), anew, "{later}");
        }
        assert!(is_opened_anew(Some(NOW.plus(1)), NOW), "a clock that was ahead hides nothing");
    }

    #[test]
    fn rgt_06_a_code_is_read_as_people_type_it() {
        for seed in 0..=255 {
            let code = Cid([seed; 32]).code();
            for typed in [
                code.clone(),
                code.to_lowercase(),
                code.replace('-', ""),
                format!(" {} ", code.replace('-', " ")),
                code.replace('0', "O").replace('1', "l"),
                code.replace('0', "o").replace('1', "I"),
            ] {
                assert_eq!(read_code(&typed).as_ref(), Some(&code), "{typed}");
            }
        }
        let long = "0".repeat(13);
        for wrong in ["", "0", &long[..11], &long, "UUUU-UUUU-UUUU", "ÄÄÄÄ-ÄÄÄÄ-ÄÄÄÄ", "0000-0000-000%"]
        {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        assert_eq!(read_code(&long[..12]).as_deref(), Some("0000-0000-0000"));
    }
}
