//! What a webhook is sent: type, time and data (Standard Webhooks). A message travels as it was sealed; of whoever wrote it
//! there is nothing but the conversation's number.

use einwurf_protocol::{
    api::webhooks::Occasion,
    codec::{Writer, to_base64url},
    event::Envelope,
    ids::Cid,
    limits::WEBHOOK_BODY_BYTES,
    time::{DAY, Timestamp},
};
use serde::Serialize;

use crate::address::ObjectId;

/// Label of what ids are made from.
const ID: &str = "einwurf/1 webhook";

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub occasion: Occasion,
    /// In which conversation.
    pub cid: Option<Cid>,
    /// Which of its events, if it is about one.
    pub seq: Option<u64>,
    /// Digest of the grant, or who had it erased.
    pub detail: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Happened {
    /// Its id, the same whenever it is asked for: a receiver that is told twice knows it, and each webhook is told once.
    /// `round` tells several of one kind apart.
    pub fn id(&self, site: ObjectId, round: u64) -> String {
        let cid = self.cid.map(|cid| cid.0.to_vec()).unwrap_or_default();
        let id = Writer::labelled(ID)
            .fixed(&site.0)
            .var(self.occasion.as_str().as_bytes())
            .var(&cid)
            .u64(self.seq.unwrap_or(u64::MAX))
            .var(self.detail.as_deref().unwrap_or_default().as_bytes())
            .u64(round)
            .sha256();
        format!("msg_{}", to_base64url(id.get(..16).unwrap_or(&id)))
    }

    /// The body of the request, with the event as it was sealed. One that were too long would go without it; the receiver
    /// knows the number and can fetch it.
    pub fn body(&self, event: Option<&Envelope>) -> Vec<u8> {
        let body = self.written(event);
        if body.len() <= WEBHOOK_BODY_BYTES { body } else { self.written(None) }
    }

    fn written(&self, event: Option<&Envelope>) -> Vec<u8> {
        let (grant, by) = match self.occasion {
            Occasion::ConsentGiven => (self.detail.as_deref(), None),
            _ => (None, self.detail.as_deref()),
        };
        let (conversation, cid) = (self.cid.map(|cid| cid.code()), self.cid);
        let data = Data { conversation, cid, seq: self.seq, grant, by, event };
        let payload = Payload { occasion: self.occasion, timestamp: iso(self.at), data };
        serde_json::to_vec(&payload).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Payload<'a> {
    #[serde(rename = "type")]
    occasion: Occasion,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cid: Option<Cid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a Envelope>,
}

/// RFC 3339, in UTC.
fn iso(at: Timestamp) -> String {
    let seconds = at.0 % DAY;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}Z", at.date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::{
        event::{Direction, ENC_BYTES, Header, Kind, Opening},
        ids::{Digest, MessageId, Signature, Thumbprint},
        limits::CIPHERTEXT_BYTES,
    };

    fn message() -> Happened {
        let (cid, at) = (Some(Cid([2; 32])), Timestamp(1_795_651_200 + 3_725));
        Happened { occasion: Occasion::MessageCreated, cid, seq: Some(3), detail: None, at }
    }

    fn envelope(ciphertext: usize) -> Envelope {
        let opening = Opening { inbox_key: Digest([1; 32]), enc: vec![0; ENC_BYTES], commitment: [0; 32] };
        let header = Header {
            site: Thumbprint([1; 32]),
            cid: Cid([2; 32]),
            epoch: 0,
            seq: 3,
            direction: Direction::ToStaff,
            kind: Kind::Message,
            message: MessageId([3; 16]),
            author: Thumbprint([4; 32]),
            prev: Digest([5; 32]),
            opening: Some(opening),
        };
        let signature = Signature([6; 64]);
        Envelope { header: header.encode(), nonce: vec![7; 24], ciphertext: vec![8; ciphertext], signature }
    }

    fn json(body: &[u8]) -> serde_json::Value {
        serde_json::from_slice(body).unwrap()
    }

    #[test]
    fn enc_06_a_message_travels_sealed_with_its_number_and_nothing_else() {
        let envelope = envelope(528);
        let body = json(&message().body(Some(&envelope)));
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&body), ["data", "timestamp", "type"]);
        assert_eq!(keys(&body["data"]), ["cid", "conversation", "event", "seq"]);
        assert_eq!(keys(&body["data"]["event"]), ["ciphertext", "header", "nonce", "signature"]);
        assert_eq!(body["type"], "message.created");
        assert_eq!(body["timestamp"], "2026-11-26T01:02:05Z");
        assert_eq!(body["data"]["conversation"], Cid([2; 32]).code());
        let event: Envelope = serde_json::from_value(body["data"]["event"].clone()).unwrap();
        assert_eq!(event, envelope);
    }

    #[test]
    fn the_largest_event_fits_and_a_larger_one_goes_without_its_content() {
        let whole = message().body(Some(&envelope(CIPHERTEXT_BYTES)));
        assert!(whole.len() <= WEBHOOK_BODY_BYTES, "{}", whole.len());
        assert!(json(&whole)["data"]["event"].is_object());
        // What a base64url character more would make of it, at the limit and above.
        let empty = message().body(Some(&envelope(0))).len();
        let room = (WEBHOOK_BODY_BYTES - empty) / 4 * 3;
        let full = message().body(Some(&envelope(room)));
        assert!(full.len() <= WEBHOOK_BODY_BYTES && json(&full)["data"]["event"].is_object());
        let above = message().body(Some(&envelope(room + 3)));
        assert!(json(&above)["data"].get("event").is_none() && json(&above)["data"]["seq"] == 3);
    }

    #[test]
    fn consent_and_erasure_say_which_and_by_whom() {
        let given = Happened {
            occasion: Occasion::ConsentGiven,
            seq: None,
            detail: Some(Digest([9; 32]).to_string()),
            ..message()
        };
        assert_eq!(json(&given.body(None))["data"]["grant"], Digest([9; 32]).to_string());
        let erased =
            Happened { occasion: Occasion::ConversationErased, detail: Some("visitor".into()), ..given };
        let body = json(&erased.body(None));
        assert_eq!((&body["data"]["by"], body["data"].get("grant")), (&"visitor".into(), None));
        let ping = Happened { occasion: Occasion::TestPing, cid: None, detail: None, ..erased };
        assert_eq!(json(&ping.body(None))["data"], serde_json::json!({}));
    }

    #[test]
    fn every_occasion_has_an_id_of_its_own_that_stays() {
        let (here, there) = (ObjectId([1; 32]), ObjectId([2; 32]));
        let first = message().id(here, 0);
        assert_eq!(first, message().id(here, 0));
        assert!(first.len() == 26 && first.starts_with("msg_"), "{first}");
        let others = [
            message().id(there, 0),
            message().id(here, 1),
            Happened { seq: Some(4), ..message() }.id(here, 0),
            Happened { seq: None, ..message() }.id(here, 0),
            Happened { cid: Some(Cid([3; 32])), ..message() }.id(here, 0),
            Happened { occasion: Occasion::MessageAnswered, ..message() }.id(here, 0),
            Happened { detail: Some("x".into()), ..message() }.id(here, 0),
        ];
        let distinct: std::collections::BTreeSet<_> = others.iter().chain([&first]).collect();
        assert_eq!(distinct.len(), others.len() + 1);
        // When it happened is no part of it: an announcement that comes twice may be read twice.
        assert_eq!(Happened { at: Timestamp(0), ..message() }.id(here, 0), first);
    }
}
