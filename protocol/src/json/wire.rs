//! The types that a visitor's browser reads, member by member. A member that is missing here does not compile, and a
//! test reads every type both ways.

use super::{Malformed, Object, Read, Value};
use crate::{
    api::{
        staff::StoredGrant,
        visitor::{
            Accepted, AttachmentState, Attachments, Events, Members, Receipt, Remains, StoredEvent, Ticket,
        },
    },
    consent::{By, Choices, Grant, How},
    es256::PublicKey,
    event::Envelope,
    ids::{Digest, MessageId, Secret, Signature, Thumbprint},
    manifest::{
        App, Asset, Code, Display, Former, InboxKey, Manifest, NoticeRef, RelayRef, Revocation, RosterRef,
        Succession,
    },
    message::{Attachment, Label, Reason},
    notice::{AgeChoice, Fact, Link, Mode, Notice, Purpose, Register, Statement, Withdrawal},
    precedence::Hold,
    problem::{self, Problem},
    roster::MemberCertificate,
    settings::Profile,
    status::{Span, Status},
    theme::Theme,
    time::Timestamp,
    work::{Challenge, Parameters},
};

macro_rules! objects {
    ($($type:ident { $($member:ident)* })*) => {$(
        impl Read for $type {
            fn read(value: Value) -> Result<Self, Malformed> {
                let mut object = Object::read(value)?;
                let read = Self { $($member: object.take(stringify!($member))?),* };
                object.end().map(|()| read)
            }
        }
    )*};
}

macro_rules! names {
    ($($type:ident { $($name:literal = $variant:ident)* })*) => {$(
        impl Read for $type {
            fn read(value: Value) -> Result<Self, Malformed> {
                match String::read(value)?.as_str() {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(Malformed),
                }
            }
        }
    )*};
}

macro_rules! identifiers {
    ($($type:ident)*) => {$(
        impl Read for $type {
            fn read(value: Value) -> Result<Self, Malformed> {
                String::read(value)?.parse().map_err(|_| Malformed)
            }
        }
    )*};
}

objects! {
    Manifest { v site serial nbf exp code inbox_key notices roster relay succession display }
    Code { version widget inbox door launcher keeper papers widget_rest attach attach_wasm attach_pdf check }
    App { script wasm style texts }
    Asset { path sri }
    NoticeRef { register digest }
    RosterRef { digest serial readers revoked }
    Revocation { member since }
    RelayRef { origins log_key door }
    Former { site until }
    Succession { next moved_to former }
    Display { name phone email hours response_time accent theme }
    Theme { scheme radius font accent_dark }
    Notice {
        typ register mode profile company days title lead summary facts details_label details links statements age
        accept decline withdrawal
    }
    Fact { field heading text }
    Link { label url }
    Statement { purpose text required }
    AgeChoice { age question old_enough parents not_asked }
    Withdrawal { label ask yes no done pending }
    Challenge { parameters signature }
    Accepted { seq digest at deleted }
    MemberCertificate { v site name key nbf exp }
    Status { v site certificate iat exp open topics automatic }
    Span { from until }
    Attachments { attachments }
    AttachmentState { id seq bytes missing }
    Events { grants events deleted restricted hold }
    Members { event erased at }
    Receipt { grants records events withdrawn erased hold deleted proof_until }
    StoredGrant { grant at }
    Hold { reason since until }
    Grant { v site notice register mode grants choices how build }
    Choices { salt special by }
}

names! {
    Reason { "claim" = Claim "authority" = Authority }
    Mode { "consent" = Consent "request" = Request }
    By { "self" = Visitor "parent" = Parent }
    How { "tick+button" = TickAndButton "button" = Button }
    Purpose {
        "answer" = Answer "special" = Special "remember" = Remember "notify" = Notify "context" = Context
        "guest" = Guest
    }
    Profile {
        "self-hosted" = SelfHosted "cloudflare-own-proxy" = CloudflareOwnProxy
        "cloudflare-direct" = CloudflareDirect
    }
}

identifiers! { Thumbprint Digest MessageId Signature Secret }

impl Read for Register {
    fn read(value: Value) -> Result<Self, Malformed> {
        Self::from_name(&String::read(value)?).ok_or(Malformed)
    }
}

impl Read for Timestamp {
    fn read(value: Value) -> Result<Self, Malformed> {
        u64::read(value).map(Self)
    }
}

impl Read for InboxKey {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let read = Self {
            id: object.take("id")?,
            public: object.bytes("public")?,
            destroyed: object.take("destroyed")?,
        };
        object.end().map(|()| read)
    }
}

impl Read for Ticket {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let read = Self {
            ticket: object.take("ticket")?,
            conversation: object.take("conversation")?,
            expires: object.take("expires")?,
            work: object.take("work")?,
            text_only: object.get("text_only").is_some() && object.take("text_only")?,
        };
        object.end().map(|()| read)
    }
}

impl Read for Parameters {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let read = Self {
            algorithm: object.take("algorithm")?,
            cost: object.take("cost")?,
            expires_at: object.take("expiresAt")?,
            key_length: object.take("keyLength")?,
            key_prefix: object.take("keyPrefix")?,
            nonce: object.take("nonce")?,
            salt: object.take("salt")?,
        };
        object.end().map(|()| read)
    }
}

impl Read for Label {
    fn read(value: Value) -> Result<Self, Malformed> {
        String::read(value)?.try_into().map_err(|_| Malformed)
    }
}

impl Read for Attachment {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let read = Self {
            id: object.take("id")?,
            key: object.bytes("key")?,
            length: object.take("length")?,
            name: object.take("name")?,
            media_type: object.take("media_type")?,
            description: object.take("description")?,
            digest: object.take("digest")?,
        };
        object.end().map(|()| read)
    }
}

impl Read for Envelope {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let read = Self {
            header: object.bytes("header")?,
            nonce: object.bytes("nonce")?,
            ciphertext: object.bytes("ciphertext")?,
            signature: object.take("signature")?,
        };
        object.end().map(|()| read)
    }
}

impl Read for Remains {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let (header, content) = (object.bytes("header")?, object.take("content")?);
        let read = Self { header, content, signature: object.take("signature")? };
        object.end().map(|()| read)
    }
}

impl Read for StoredEvent {
    fn read(value: Value) -> Result<Self, Malformed> {
        Members::read(value)?.try_into().map_err(|_| Malformed)
    }
}

impl Read for PublicKey {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        let ours = object.take::<String>("kty")? == "EC" && object.take::<String>("crv")? == "P-256";
        let mut xy = object.bytes("x")?;
        let first = xy.len();
        xy.extend(object.bytes("y")?);
        object.end()?;
        let xy = xy.try_into().map_err(|_| Malformed)?;
        if ours && first == 32 { Ok(Self::from_bytes(xy)) } else { Err(Malformed) }
    }
}

impl Read for problem::Code {
    fn read(value: Value) -> Result<Self, Malformed> {
        let name = String::read(value)?;
        Self::ALL.iter().find(|code| code.as_str() == name).copied().ok_or(Malformed)
    }
}

/// Members that are not known here may be there: RFC 9457 allows extensions.
impl Read for Problem {
    fn read(value: Value) -> Result<Self, Malformed> {
        let mut object = Object::read(value)?;
        Ok(Self {
            kind: object.take("type")?,
            code: object.take("code")?,
            status: object.take("status")?,
            title: object.take("title")?,
            detail: object.take("detail")?,
            field: object.take("field")?,
            events: object.take("events")?,
            work: object.take("work")?,
            retry_after: object.take("retry_after")?,
        })
    }
}
