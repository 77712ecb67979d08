//! What the relay can know of a sheet (`docs/protocol.md` section 21) before it stores it: its form and its length.

use crate::{body, fault::Fault};
use einwurf_protocol::{
    api::staff::PutSheet,
    limits::{SHEET_BYTES, SHEETS_PAGE, TEAM_SHEET_BYTES},
    problem::Code,
};

/// Nonce and tag: nothing shorter opens.
const SHORTEST: usize = 24 + 16;

/// Whose sheet it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Of a conversation.
    Conversation,
    /// The team's own.
    Team,
}

/// The body of `PUT /v1/inbox/sheets`: 400, 413.
pub fn put(bytes: &[u8], whose: Whose) -> Result<PutSheet, Fault> {
    let put: PutSheet = body::json(bytes)?;
    body::version(put.v)?;
    let most = match whose {
        Whose::Conversation => SHEET_BYTES,
        Whose::Team => TEAM_SHEET_BYTES,
    };
    match put.sealed.len() {
        length if length < SHORTEST => Err(Fault::malformed("sealed", "shorter than nonce and tag")),
        length if length > most => Err(Code::TooLarge.into()),
        _ => Ok(put),
    }
}

/// How many are looked up for a page: one more says that there are more.
pub const LOOKED_UP: u64 = SHEETS_PAGE as u64 + 1;

/// A page of what was looked up, and whether there are more.
pub fn page<T>(mut found: Vec<T>) -> (Vec<T>, bool) {
    let page = usize::try_from(SHEETS_PAGE).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    (found, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Route;
    use einwurf_protocol::ids::Digest;

    fn body(v: u8, length: usize) -> Vec<u8> {
        let put = PutSheet { v, base: 0, inbox_key: Digest([1; 32]), sealed: vec![7; length] };
        serde_json::to_vec(&put).unwrap()
    }

    #[test]
    fn a_sheet_is_as_long_as_its_kind_may_be() {
        for (whose, most) in [(Whose::Conversation, SHEET_BYTES), (Whose::Team, TEAM_SHEET_BYTES)] {
            for (length, taken) in [(most - 1, true), (most, true), (most + 1, false)] {
                assert_eq!(put(&body(1, length), whose).is_ok(), taken, "{whose:?} {length}");
            }
            assert_eq!(put(&body(1, most + 1), whose), Err(Code::TooLarge.into()));
        }
    }

    #[test]
    fn the_longest_sheet_fits_the_body_of_its_route() {
        assert!(body(1, TEAM_SHEET_BYTES).len() < Route::PutSheet.body_cap());
    }

    #[test]
    fn a_page_is_full_and_says_whether_there_are_more() {
        let most = SHEETS_PAGE as usize;
        for (found, shown, more) in [(0, 0, false), (most - 1, most - 1, false), (most, most, false)] {
            assert_eq!(page(vec![(); found]), (vec![(); shown], more));
        }
        assert_eq!(page((0..LOOKED_UP).collect()), ((0..LOOKED_UP - 1).collect(), true));
    }

    #[test]
    fn what_cannot_be_a_sheet_is_named() {
        let field = |bytes: &[u8]| put(bytes, Whose::Team).unwrap_err().problem().field;
        assert_eq!(field(&body(1, SHORTEST - 1)).as_deref(), Some("sealed"));
        assert!(put(&body(1, SHORTEST), Whose::Team).is_ok());
        assert!(put(&body(1, SHORTEST + 1), Whose::Team).is_ok());
        assert_eq!(field(&body(2, 100)).as_deref(), Some("v"));
        assert_eq!(field(b"[]").as_deref(), Some("body"));
    }
}
