//! Sheets and the status.

use super::{Access, Call};
use einwurf_protocol::api::{
    header, path,
    staff::{PutSheet, PutStatus, SheetStored, Sheets},
};

/// Sheets that changed after a version.
pub fn sheets(access: &Access, after: u64) -> Call<Sheets> {
    Call::get(path::INBOX_SHEETS).session(access).with(header::AFTER, &after.to_string())
}

/// Stores the sheet of a conversation, by its address, or the team's.
pub fn put_sheet(access: &Access, conversation: Option<&str>, body: &PutSheet) -> Call<SheetStored> {
    let call = Call::new("PUT", path::INBOX_SHEETS).session(access).json(body);
    match conversation {
        Some(address) => call.with(header::CONVERSATION, address),
        None => call,
    }
}

/// When somebody is there.
pub fn put_status(access: &Access, body: &PutStatus) -> Call<serde::de::IgnoredAny> {
    Call::new("PUT", path::INBOX_STATUS).session(access).json(body)
}
