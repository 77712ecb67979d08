//! From keystrokes to a message: [`Draft`] → [`Message`]; and [`Payload`], what is sealed.

mod act;

pub use act::{Act, Basis, Reason};

use crate::{
    consent::Choices,
    ids::Digest,
    limits::{EMAIL_BYTES, LABEL_BYTES, NAME_BYTES, PHONE_BYTES, TEXT_BYTES},
};
use serde::{Deserialize, Serialize};

/// What stands in the fields. Only the text is mandatory (MSG-01).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The message.
    pub text: String,
    /// Optional name.
    pub name: String,
    /// Optional e-mail address.
    pub email: String,
    /// Optional phone number.
    pub phone: String,
    /// How the visitor would like the answer.
    pub wish: Option<Wish>,
}

/// How the visitor would like the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// In this conversation.
    Here,
    /// By ordinary e-mail, which is not encrypted end to end.
    Email,
    /// By a call.
    Phone,
    /// In this conversation, and a mail without content says when it is there.
    Notice,
}

/// A trimmed, capped message. Only [`Draft::check`] and opening an envelope make one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Fields", into = "Fields")]
pub struct Message {
    fields: Fields,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wish: Option<Wish>,
}

/// Why a draft is not a message yet. Each maps to one sentence in the visitor's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// Nothing but white space.
    #[error("the text is empty")]
    TextEmpty,
    /// Longer than [`TEXT_BYTES`].
    #[error("the text is too long")]
    TextTooLong,
    /// Longer than [`NAME_BYTES`].
    #[error("the name is too long")]
    NameTooLong,
    /// Not like `name@host`, or longer than [`EMAIL_BYTES`].
    #[error("not an e-mail address")]
    Email,
    /// Without a digit, or longer than [`PHONE_BYTES`].
    #[error("not a phone number")]
    Phone,
    /// An answer by e-mail without an address.
    #[error("an answer by e-mail needs an address")]
    WishNeedsEmail,
    /// A call without a number.
    #[error("a call needs a number")]
    WishNeedsPhone,
}

impl Draft {
    /// Trims and caps every field.
    pub fn check(&self) -> Result<Message, DraftError> {
        let fields = Fields {
            text: self.text.trim().to_owned(),
            name: some(&self.name),
            email: some(&self.email),
            phone: some(&self.phone),
            wish: self.wish,
        };
        fields.check()?;
        Ok(Message { fields })
    }
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Fields {
    fn check(&self) -> Result<(), DraftError> {
        if self.text.trim().is_empty() {
            return Err(DraftError::TextEmpty);
        }
        if self.text.len() > TEXT_BYTES {
            return Err(DraftError::TextTooLong);
        }
        if self.name.as_ref().is_some_and(|name| name.len() > NAME_BYTES) {
            return Err(DraftError::NameTooLong);
        }
        if self.email.as_ref().is_some_and(|email| !is_email(email)) {
            return Err(DraftError::Email);
        }
        if self.phone.as_ref().is_some_and(|phone| !is_phone(phone)) {
            return Err(DraftError::Phone);
        }
        match self.wish {
            Some(Wish::Email | Wish::Notice) if self.email.is_none() => Err(DraftError::WishNeedsEmail),
            Some(Wish::Phone) if self.phone.is_none() => Err(DraftError::WishNeedsPhone),
            _ => Ok(()),
        }
    }
}

/// Like the WHATWG rule for `<input type=email>`, ASCII only, host with a dot.
pub fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= EMAIL_BYTES
        && !local.is_empty()
        && local.bytes().all(atom)
        && host.contains('.')
        && host.split('.').all(label)
}

fn is_phone(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || b" +-/().".contains(&byte);
    text.len() <= PHONE_BYTES && text.bytes().all(allowed) && text.bytes().any(|byte| byte.is_ascii_digit())
}

impl TryFrom<Fields> for Message {
    type Error = DraftError;
    fn try_from(fields: Fields) -> Result<Self, DraftError> {
        fields.check()?;
        Ok(Self { fields })
    }
}

impl From<Message> for Fields {
    fn from(message: Message) -> Self {
        message.fields
    }
}

impl Message {
    /// The text, never empty.
    pub fn text(&self) -> &str {
        &self.fields.text
    }
    /// The name, if given.
    pub fn name(&self) -> Option<&str> {
        self.fields.name.as_deref()
    }
    /// The e-mail address, if given.
    pub fn email(&self) -> Option<&str> {
        self.fields.email.as_deref()
    }
    /// The phone number, if given.
    pub fn phone(&self) -> Option<&str> {
        self.fields.phone.as_deref()
    }
    /// How the visitor would like the answer.
    pub fn wish(&self) -> Option<Wish> {
        self.fields.wish
    }
}

impl std::fmt::Debug for Message {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message(sealed from logs)")
    }
}

impl std::fmt::Debug for Draft {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(sealed from logs)")
    }
}

/// The plaintext of an event, as JSON, padded before it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// Format version, 1.
    pub v: u8,
    /// What was written.
    pub message: Message,
    /// Title of the page that the visitor writes from; only with a grant for [`crate::notice::Purpose::Context`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Label>,
    /// What it is about, of those that [`crate::status::Status`] offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Label>,
    /// Keys of the epoch before, in the first payload of a later epoch: what opens the conversation from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<FormerEpoch>,
    /// Member certificate (compact JWS), in payloads by staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// Files that belong to the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What the grant covers without saying it; in payloads by visitors, if their notice asks for anything of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// The automatic answer that the visitor was shown when this was written ([`crate::status::Status`]); at most
    /// [`crate::limits::AUTOMATIC_BYTES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// What a member did; in events of kind [`crate::event::Kind::Act`], whose `message` says it in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
}

impl Payload {
    /// A visitor's payload with nothing but the message.
    pub fn of(message: Message) -> Self {
        Self {
            v: crate::VERSION,
            message,
            page: None,
            topic: None,
            former: None,
            certificate: None,
            attachments: Vec::new(),
            choices: None,
            told: None,
            act: None,
        }
    }
}

impl std::fmt::Debug for Payload {
    /// Content never reaches a log; neither does the page, nor the name in a certificate.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Payload(sealed from logs)")
    }
}

/// A short text of at most [`LABEL_BYTES`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label(String);

impl std::fmt::Debug for Label {
    /// Content never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Label(sealed from logs)")
    }
}

impl TryFrom<String> for Label {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() <= LABEL_BYTES { Ok(Self(text)) } else { Err("longer than a label may be") }
    }
}

impl std::ops::Deref for Label {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0
    }
}

/// Keys of an epoch, carried inside the first payload of the next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerEpoch {
    /// Its number.
    pub epoch: u32,
    /// Visitor→staff key.
    #[serde(with = "crate::codec::base64url")]
    pub to_staff: Vec<u8>,
    /// Staff→visitor key.
    #[serde(with = "crate::codec::base64url")]
    pub to_visitor: Vec<u8>,
}

impl std::fmt::Debug for FormerEpoch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FormerEpoch({}, keys hidden)", self.epoch)
    }
}

/// A file: where its ciphertext is and how to open it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Drawn at random.
    pub id: crate::ids::MessageId,
    /// XChaCha20-Poly1305 STREAM key, 32 bytes.
    #[serde(with = "crate::codec::base64url")]
    pub key: Vec<u8>,
    /// Length of the plaintext in bytes.
    pub length: u64,
    /// Neutral name (MSG-02).
    pub name: Label,
    /// Media type found by content.
    pub media_type: Label,
    /// Description for those who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// SHA-256 of the whole ciphertext, labelled `einwurf/1 attachment`.
    pub digest: Digest,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, key hidden)", self.id)
    }
}
