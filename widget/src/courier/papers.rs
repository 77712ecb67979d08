//! What receipt and data are made of (`docs/protocol.md` section 16.5), as JSON.

use super::{Courier, Reach};
use crate::{
    api::{
        Reply, Request,
        answer::{self, Read},
    },
    state::SealFault,
};
use einwurf_protocol::{
    api::visitor::Receipt,
    codec::to_base64url,
    consent::{Consent, Grant},
    event::{Direction, Kind},
    ids::{Digest, Thumbprint},
    json::{self, Object},
    jws,
    manifest::InboxKey,
    message::Attachment,
    time::{DAY, Timestamp},
};
use einwurf_seal::{CryptoRng, Shown};
use std::fmt::Write as _;

/// What the courier does not know itself.
#[derive(Debug)]
pub struct Bag<'a> {
    /// When the paper is made.
    pub now: Timestamp,
    /// The manifest as it was signed.
    pub manifest: &'a str,
    /// Notice documents.
    pub notices: &'a [String],
    /// Answer to `GET /v1/data`, read before.
    pub data: Option<&'a str>,
    /// The opened events, for data.
    pub thread: &'a [Shown],
    /// The private link.
    pub link: Option<&'a str>,
    /// Address of the check page.
    pub check: &'a str,
    /// Where the widget opens.
    pub place: Option<&'a str>,
}

impl Courier {
    /// Whether a message may have reached the relay.
    pub fn is_tried(&self) -> bool {
        self.reach >= Reach::Tried
    }

    /// Draws the conversation, if it is not drawn yet: its receipt has an address, and a link.
    pub fn begin(
        &mut self,
        to: (Thumbprint, &InboxKey),
        rng: &mut impl CryptoRng,
    ) -> Result<Option<Request>, SealFault> {
        if self.conversation.is_none() {
            self.conversation(to, rng).map_err(super::fault)?;
        }
        Ok(self.at.is_none().then(|| self.ticket_request()))
    }

    /// Receipt or data of this conversation.
    pub fn asks(&self, path: &'static str) -> Option<Request> {
        let (conversation, at) = (self.conversation.as_ref()?, self.at.as_ref()?);
        Some(self.address.of(path, at, conversation.token(), None))
    }

    /// The answer to `GET /v1/receipt` as it came, checked to be one.
    pub fn receipt(reply: &Reply) -> Option<String> {
        matches!(answer::got::<Receipt>(reply), Read::Done(_)).then(|| text(reply)).flatten()
    }

    /// The answer to `GET /v1/data` as it came, checked to be JSON.
    pub fn data(reply: &Reply) -> Option<String> {
        (reply.status == 200 && json::parse(&reply.body).is_ok()).then(|| text(reply)).flatten()
    }

    /// A receipt of what was agreed to and not sent yet: the grant as it will be signed, and no record.
    pub fn promise(&self, consent: &Consent, now: Timestamp, days: u32) -> Option<String> {
        let grant = self.conversation.as_ref()?.sign_grant(consent, self.build);
        let deleted = now.plus(u64::from(days) * DAY).0;
        let proof = now.proof_until().0;
        Some(format!(
            r#"{{"grants":["{grant}"],"records":[],"events":[],"deleted":{deleted},"proof_until":{proof}}}"#
        ))
    }

    /// The private link's fragment.
    pub fn fragment(&self, serial: u64) -> Option<String> {
        Some(["bundle=", &to_base64url(&self.bundle(serial)?)].concat())
    }

    /// The bag as JSON, around a receipt.
    pub fn bag(&self, bag: &Bag<'_>, receipt: &str, consent: Option<&Consent>) -> Option<String> {
        let conversation = self.conversation.as_ref()?;
        let notices: Vec<_> = bag.notices.iter().map(|notice| quoted(notice)).collect();
        let mut out = format!(
            r#"{{"now":{},"site":"{}","cid":"{}","manifest":{},"notices":[{}],"check":{},"receipt":{receipt}"#,
            bag.now.0,
            conversation.site(),
            conversation.cid(),
            quoted(bag.manifest),
            notices.join(","),
            quoted(bag.check),
        );
        // What was agreed to and not sent yet is in no grant of the receipt.
        let consent = self.granted.as_ref().or(consent);
        let choices = consent.and_then(|consent| consent.choices(conversation.salt()));
        let choices = choices.and_then(|choices| serde_json::to_string(&choices).ok());
        let link = bag.link.map(quoted);
        let thread = bag.data.map(|_| thread(bag.thread));
        let members = [
            ("choices", choices),
            ("link", link),
            ("where", bag.place.map(quoted)),
            ("data", bag.data.map(str::to_owned)),
            ("thread", thread),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                // Writing to a string does not fail.
                let _ = write!(out, r#","{name}":{value}"#);
            }
        }
        out.push('}');
        Some(out)
    }

    /// Digests of the notices that a receipt's grants name.
    pub fn named(receipt: &str) -> Vec<Digest> {
        let grants =
            json::from_slice::<Object>(receipt.as_bytes()).and_then(|mut receipt| receipt.take("grants"));
        let grants: Vec<String> = grants.unwrap_or_default();
        grants.iter().filter_map(|grant| notice(grant)).collect()
    }
}

fn notice(grant: &str) -> Option<Digest> {
    Some(jws::verify_read::<Grant>(grant, jws::GRANT).ok()?.payload.notice)
}

fn text(reply: &Reply) -> Option<String> {
    String::from_utf8(reply.body.clone()).ok()
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn thread(shown: &[Shown]) -> String {
    let entries: Vec<_> = shown.iter().map(entry).collect();
    ["[", &entries.join(","), "]"].concat()
}

/// A file, without the key that opens it.
fn file(attachment: &Attachment) -> String {
    let Attachment { name, media_type, length, description, .. } = attachment;
    let description = description.as_deref().map(|text| [r#","description":"#, &quoted(text)].concat());
    format!(
        r#"{{"name":{},"type":{},"length":{length}{}}}"#,
        quoted(name),
        quoted(media_type),
        description.unwrap_or_default()
    )
}

/// What the visitor wrote comes with what was sealed beside it.
fn entry(shown: &Shown) -> String {
    let staff = shown.direction == Direction::ToVisitor;
    let from = if staff { "staff" } else { "visitor" };
    let mut out = format!(r#"{{"seq":{},"at":{},"from":"{from}""#, shown.seq, shown.at.0);
    let mut add = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = write!(out, r#","{name}":{}"#, quoted(value));
        }
    };
    add("text", shown.text.as_deref());
    add("act", shown.act.as_deref());
    add("name", shown.name.as_deref());
    let sealed = shown.sealed.as_ref().and_then(|json| json::from_slice::<Object>(json.as_bytes()).ok());
    if let Some(mut payload) = sealed {
        for name in ["page", "topic", "told"] {
            add(name, payload.take::<Option<String>>(name).ok().flatten().as_deref());
        }
        if let Ok(mut message) = payload.take::<Object>("message") {
            for name in ["name", "email", "phone", "wish"] {
                add(name, message.take::<Option<String>>(name).ok().flatten().as_deref());
            }
        }
    }
    if !shown.attachments.is_empty() {
        let files: Vec<_> = shown.attachments.iter().map(file).collect();
        let _ = write!(out, r#","files":[{}]"#, files.join(","));
    }
    if let Some(until) = shown.until {
        let _ = write!(out, r#","until":{}"#, until.0);
    }
    if shown.text.is_none() && shown.kind != Kind::Withdrawal {
        out.push_str(r#","erased":true"#);
    }
    out.push('}');
    out
}
