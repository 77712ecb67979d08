//! The rights of visitors: acts, erasure, requests, log, proofs.

use super::{Access, Call};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{
            CloseRequest, Exported, InboxPage, LogPage, OpenRequest, PostAct, Proofs, RightsRequest,
            RightsRequests,
        },
        visitor::Accepted,
    },
};
use serde::de::{DeserializeOwned, IgnoredAny};

fn of<T: DeserializeOwned>(
    method: &'static str,
    path: &'static str,
    access: &Access,
    address: &str,
) -> Call<T> {
    Call::new(method, path).session(access).with(header::CONVERSATION, address)
}

fn page<T: DeserializeOwned>(path: &'static str, access: &Access, after: Option<&str>) -> Call<T> {
    let call = Call::get(path).session(access);
    match after {
        Some(after) => call.with(header::AFTER, after),
        None => call,
    }
}

/// The conversation with this code, if there is one.
pub fn find(access: &Access, code: &str) -> Call<InboxPage> {
    Call::get(path::INBOX).session(access).with(header::CODE, code)
}

/// An act, with the event that tells the visitor.
pub fn act(access: &Access, address: &str, body: &PostAct) -> Call<Accepted> {
    of("POST", path::INBOX_ACTS, access, address).json(body)
}

/// Erases a conversation.
pub fn erase(access: &Access, address: &str) -> Call<IgnoredAny> {
    of("POST", path::INBOX_ERASE, access, address)
}

/// Copies of an erased conversation are deleted.
pub fn copies(access: &Access, address: &str) -> Call<IgnoredAny> {
    of("POST", path::INBOX_COPIES, access, address)
}

/// A copy is taken out.
pub fn exported(access: &Access, address: &str) -> Call<IgnoredAny> {
    of("POST", path::INBOX_EXPORTED, access, address).json(&Exported { v: VERSION })
}

/// Requests by visitors.
pub fn requests(access: &Access) -> Call<RightsRequests> {
    Call::get(path::INBOX_RIGHTS).session(access)
}

/// Takes a request down.
pub fn take_down(access: &Access, address: &str, body: &OpenRequest) -> Call<RightsRequest> {
    of("POST", path::INBOX_RIGHTS, access, address).json(body)
}

/// Closes one.
pub fn close(access: &Access, body: &CloseRequest) -> Call<IgnoredAny> {
    Call::post(path::INBOX_RIGHTS_CLOSE).session(access).json(body)
}

/// What members did.
pub fn log(access: &Access, after: Option<&str>) -> Call<LogPage> {
    page(path::INBOX_LOG, access, after)
}

/// The proof of one conversation.
pub fn proof(access: &Access, address: &str) -> Call<Proofs> {
    of("GET", path::INBOX_PROOF, access, address)
}

/// The proofs of all.
pub fn proofs(access: &Access, after: Option<&str>) -> Call<Proofs> {
    page(path::INBOX_PROOFS, access, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::ids::Secret;

    #[test]
    fn met_03_codes_and_addresses_travel_in_headers_and_never_in_paths() {
        let access = Access { site: "site-address".into(), secret: Secret([3; 32]) };
        let call = find(&access, "5BCD-0000-1111");
        assert_eq!(call.path, "/v1/inbox");
        assert!(call.headers.contains(&("einwurf-code", "5BCD-0000-1111".to_owned())) && call.proves);
        let call = erase(&access, "conversation-address");
        assert!(call.headers.contains(&("einwurf-conversation", "conversation-address".to_owned())));
        assert_eq!((call.method, call.path, call.proves), ("POST", "/v1/inbox/erase", true));
    }
}
