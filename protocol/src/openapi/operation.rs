//! What is said of a route.

use crate::{api::header, problem::Code};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// The form of a type.
pub(super) type Form = fn(&mut SchemaGenerator) -> Schema;

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Everybody.
    Nothing,
    /// The token of the visitor who opened the conversation, or is about to.
    Token,
    /// The operator's token.
    Operator,
    /// The set-up link's secret.
    Setup,
    /// An invitation's token.
    Invitation,
    /// A device that proves to have its key.
    Login,
    /// A staff session of a device that proves to have its key.
    Session,
    /// The same, and a login of the last minutes.
    Fresh,
    /// A WebSocket's subprotocols carry the credentials.
    Connection,
}

impl Needs {
    /// Whether a staff session is asked for.
    pub fn is_session(self) -> bool {
        matches!(self, Self::Session | Self::Fresh)
    }
}

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// Nothing.
    Nothing,
    /// JSON.
    Json(Form),
    /// A part of an attachment.
    Part,
}

/// What comes if nothing is wrong.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// 204.
    Nothing,
    /// JSON with this status.
    Json(u16, Form),
    /// 201 with an empty object.
    Created,
    /// 200 with a compact JWS.
    Jose,
    /// 200 with a JSON document whose bytes count, since its digest is known.
    Document,
    /// 200 with a part of an attachment.
    Part,
    /// 101.
    Connection,
}

/// A request header, and whether it has to be there.
#[derive(Debug, Clone, Copy)]
pub struct Header {
    /// In lower case.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// What it is.
    pub says: &'static str,
    /// What it looks like.
    pub pattern: &'static str,
}

const fn required(name: &'static str, says: &'static str, pattern: &'static str) -> Header {
    Header { name, required: true, says, pattern }
}

const ADDRESS: &str = "^[A-Za-z0-9_-]{64}$";
const NUMBER: &str = "^(0|[1-9][0-9]{0,15})$";

/// Address of a site.
pub(super) const SITE: Header = required(header::SITE, "Address of the site.", ADDRESS);
/// Address of a conversation.
pub(super) const CONVERSATION: Header =
    required(header::CONVERSATION, "Address of the conversation.", ADDRESS);
/// The same where it may be left out.
pub(super) const MAYBE: Header = Header { required: false, ..CONVERSATION };
/// A ticket.
pub(super) const TICKET: Header = required(header::TICKET, "A ticket that was not used.", "^[A-Za-z0-9_-]+$");
/// Digest of a notice.
pub(super) const NOTICE: Header = required(header::NOTICE, "Digest of the notice.", "^[A-Za-z0-9_-]{43}$");
/// Id of an attachment.
pub(super) const ATTACHMENT: Header =
    required(header::ATTACHMENT, "Id of the attachment.", "^[A-Za-z0-9_-]{22}$");
/// Number of a part.
pub(super) const PART: Header = required(header::PART, "Number of the part, from 0.", NUMBER);
/// Where a list goes on, by number.
pub(super) const AFTER: Header = Header {
    name: header::AFTER,
    required: false,
    says: "Only what lies after this position.",
    pattern: NUMBER,
};
/// Where a list goes on, by what the page before said.
pub(super) const NEXT: Header = Header {
    name: header::AFTER,
    required: false,
    says: "`after` of the page before, as it came.",
    pattern: "^[!-~]+$",
};
/// Work that was done for it.
pub(super) const WORK: Header = Header {
    name: header::WORK,
    required: false,
    says: "The solution of the challenge that came with the ticket, or with `work-required`, as JSON in base64.",
    pattern: "^[A-Za-z0-9+/]+={0,2}$",
};
/// Code of a conversation.
pub(super) const CODE: Header = Header {
    name: header::CODE,
    required: false,
    says: "Only the conversation with this code.",
    pattern: "^[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}$",
};

/// A route, as the document tells of it.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Method.
    pub method: &'static str,
    /// Path.
    pub path: &'static str,
    /// One sentence.
    pub says: &'static str,
    /// Who may ask.
    pub needs: Needs,
    /// Further request headers.
    pub headers: &'static [Header],
    /// What it carries.
    pub body: Body,
    /// What comes if nothing is wrong.
    pub answer: Answer,
    /// Whether 204 may come instead.
    pub or_nothing: bool,
    /// What may be wrong beside what [`Self::codes`] adds by itself.
    pub faults: &'static [Code],
}

fn form<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

impl Operation {
    const fn new(method: &'static str, path: &'static str, says: &'static str) -> Self {
        Self {
            method,
            path,
            says,
            needs: Needs::Nothing,
            headers: &[],
            body: Body::Nothing,
            answer: Answer::Nothing,
            or_nothing: false,
            faults: &[],
        }
    }

    /// `GET`.
    pub const fn get(path: &'static str, says: &'static str) -> Self {
        Self::new("GET", path, says)
    }

    /// `POST`.
    pub const fn post(path: &'static str, says: &'static str) -> Self {
        Self::new("POST", path, says)
    }

    /// `PUT`.
    pub const fn put(path: &'static str, says: &'static str) -> Self {
        Self::new("PUT", path, says)
    }

    /// `DELETE`.
    pub const fn delete(path: &'static str, says: &'static str) -> Self {
        Self::new("DELETE", path, says)
    }

    /// Who may ask.
    #[must_use]
    pub const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// Further request headers.
    #[must_use]
    pub const fn headers(self, headers: &'static [Header]) -> Self {
        Self { headers, ..self }
    }

    /// It carries JSON.
    #[must_use]
    pub const fn takes<T: JsonSchema>(self) -> Self {
        Self { body: Body::Json(form::<T>), ..self }
    }

    /// It carries a part of an attachment.
    #[must_use]
    pub const fn takes_part(self) -> Self {
        Self { body: Body::Part, ..self }
    }

    /// It is answered with JSON.
    #[must_use]
    pub const fn gives<T: JsonSchema>(self, status: u16) -> Self {
        Self { answer: Answer::Json(status, form::<T>), ..self }
    }

    /// It is answered with something else.
    #[must_use]
    pub const fn answers(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }

    /// 204 may come instead.
    #[must_use]
    pub const fn or_nothing(self) -> Self {
        Self { or_nothing: true, ..self }
    }

    /// What may be wrong in particular.
    #[must_use]
    pub const fn or(self, faults: &'static [Code]) -> Self {
        Self { faults, ..self }
    }

    /// Every code that it may be answered with, by status and name.
    pub fn codes(&self) -> Vec<Code> {
        let mut codes = self.faults.to_vec();
        codes.extend([Code::Internal, Code::Unavailable]);
        if self.needs != Needs::Nothing {
            codes.push(Code::Unauthorized);
        }
        if self.needs == Needs::Fresh {
            codes.extend([Code::Forbidden, Code::ReauthenticationRequired]);
        }
        if !matches!(self.body, Body::Nothing) {
            codes.extend([Code::Malformed, Code::TooLarge]);
        }
        codes.sort_unstable_by_key(|code| (code.status(), code.as_str()));
        codes.dedup();
        codes
    }
}
