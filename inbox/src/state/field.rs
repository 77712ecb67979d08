//! Form fields: what each is called, how it is typed, and what can be wrong with it.

use crate::texts::Pick;
use einwurf_protocol::{
    limits::{LABEL_BYTES, MAIL_RECIPIENTS, PHONE_BYTES, RETENTION_DAYS},
    message::is_email,
    settings::is_https_url,
};

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFault {
    /// Nothing is there.
    Empty,
    /// Longer than it may be, or with braces, which the notice's placeholders use.
    Unfit,
    /// Not an e-mail address.
    Email,
    /// Not a phone number.
    Phone,
    /// Not an `https` address.
    Url,
    /// Not a whole number from 1 to 365.
    Days,
    /// More days than secrecy allows.
    SecrecyDays,
    /// Not confirmed yet.
    Unconfirmed,
    /// Boxes that do not go together with the sector.
    Boxes,
    /// An age that no country has.
    Age,
    /// The relay does not say by whom or where it is run.
    Place,
    /// A relay that secrecy does not allow.
    SecrecyPlace,
    /// Fewer than [`PASSWORD_CHARS`] characters.
    Short,
    /// None, too many, or one that is not an e-mail address.
    Recipients,
    /// Not a port number.
    Port,
    /// Not an address that a door can have.
    Door,
    /// Not another relay's origin.
    Origin,
    /// Not the whole link of an emergency sheet.
    Link,
    /// A recovery code of another length.
    CodeLength,
    /// A character that no recovery code has.
    CodeCharacter,
    /// A recovery code with something mistyped.
    CodeChecksum,
}

impl FieldFault {
    /// Its sentence.
    pub fn sentence(self) -> Pick {
        match self {
            Self::Empty => |t| &t.field_empty,
            Self::Unfit => |t| &t.field_unfit,
            Self::Email => |t| &t.field_email,
            Self::Phone => |t| &t.field_phone,
            Self::Url => |t| &t.field_url,
            Self::Days => |t| &t.field_days,
            Self::SecrecyDays => |t| &t.field_secrecy_days,
            Self::Unconfirmed => |t| &t.field_unconfirmed,
            Self::Boxes => |t| &t.field_boxes,
            Self::Age => |t| &t.field_age,
            Self::Place => |t| &t.field_place,
            Self::SecrecyPlace => |t| &t.field_secrecy_place,
            Self::Short => |t| &t.field_short,
            Self::Recipients => |t| &t.field_recipients,
            Self::Port => |t| &t.field_port,
            Self::Door => |t| &t.field_door,
            Self::Origin => |t| &t.field_origin,
            Self::Link => |t| &t.field_link,
            Self::CodeLength => |t| &t.field_code_length,
            Self::CodeCharacter => |t| &t.field_code_character,
            Self::CodeChecksum => |t| &t.field_code_checksum,
        }
    }
}

/// Shortest password, in characters. Argon2id and the relay's throttling do the rest.
pub const PASSWORD_CHARS: usize = 12;

/// The rule of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Any text that fits a label.
    Text,
    /// The same, or nothing.
    Optional,
    /// An e-mail address.
    Email,
    /// The same, or nothing.
    MaybeEmail,
    /// A phone number.
    Phone,
    /// An `https` address on the internet.
    Url,
    /// An `https` address whose host the relay judges: an operator may allow names that are its own.
    Https,
    /// Days of retention.
    Days,
    /// A new password.
    Password,
    /// E-mail addresses, one a line or separated by commas.
    Recipients,
    /// The same, or nothing.
    MaybeRecipients,
    /// A TCP port.
    Port,
}

impl Rule {
    /// Whether something has to be there.
    pub fn is_required(self) -> bool {
        !matches!(self, Self::Optional | Self::MaybeEmail | Self::MaybeRecipients)
    }

    /// What is wrong with `text`.
    pub fn check(self, text: &str) -> Option<FieldFault> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return self.is_required().then_some(FieldFault::Empty);
        }
        let (fits, fault) = match self {
            Self::Text | Self::Optional => {
                (trimmed.len() <= LABEL_BYTES && !trimmed.contains(['{', '}']), FieldFault::Unfit)
            }
            Self::Email | Self::MaybeEmail => (is_email(trimmed), FieldFault::Email),
            Self::Phone => (is_phone(trimmed), FieldFault::Phone),
            Self::Url => (is_https_url(trimmed), FieldFault::Url),
            Self::Https => {
                (trimmed.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()), FieldFault::Url)
            }
            Self::Days => (days(trimmed).is_some(), FieldFault::Days),
            Self::Password => (text.chars().count() >= PASSWORD_CHARS, FieldFault::Short),
            Self::Recipients | Self::MaybeRecipients => {
                let all = recipients(trimmed);
                let count = (1..=MAIL_RECIPIENTS).contains(&all.len());
                (count && all.iter().all(|one| is_email(one)), FieldFault::Recipients)
            }
            Self::Port => (trimmed.parse::<u16>().is_ok_and(|port| port > 0), FieldFault::Port),
        };
        (!fits).then_some(fault)
    }
}

fn is_phone(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || b" +-/().".contains(&byte);
    text.len() <= PHONE_BYTES && text.bytes().all(allowed) && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Days of retention, if `text` is one.
pub fn days(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|days| (1..=RETENTION_DAYS).contains(days))
}

/// Addresses, one a line or separated by commas or semicolons, in their order and without repeats.
pub fn recipients(text: &str) -> Vec<String> {
    let mut found = Vec::<String>::new();
    for one in text.split([',', ';', '\n']).map(str::trim).filter(|one| !one.is_empty()) {
        if !found.iter().any(|known| known == one) {
            found.push(one.to_owned());
        }
    }
    found
}

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One line.
    Line,
    /// Several lines.
    Area,
    /// A password, hidden until asked for.
    Password,
    /// One line of another input type: `email`, `tel`, `url`, `number`.
    Typed(&'static str),
}

/// All that a form needs to know about a field besides its value.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// Id of the element, and its place in the page.
    pub id: &'static str,
    /// Label.
    pub label: Pick,
    /// A sentence below it.
    pub hint: Option<Pick>,
    /// How it is typed.
    pub kind: Kind,
    /// `autocomplete` token.
    pub autocomplete: &'static str,
    /// Id of a list of suggestions.
    pub list: Option<&'static str>,
    /// The rule.
    pub rule: Rule,
}

impl Spec {
    /// A line of text without hint.
    pub const fn new(id: &'static str, label: Pick, rule: Rule) -> Self {
        let kind = match rule {
            Rule::Email | Rule::MaybeEmail => Kind::Typed("email"),
            Rule::Phone => Kind::Typed("tel"),
            Rule::Url | Rule::Https => Kind::Typed("url"),
            Rule::Days | Rule::Port => Kind::Typed("number"),
            Rule::Password => Kind::Password,
            Rule::Recipients | Rule::MaybeRecipients => Kind::Area,
            Rule::Text | Rule::Optional => Kind::Line,
        };
        Self { id, label, hint: None, kind, autocomplete: "off", list: None, rule }
    }

    /// With a sentence below it.
    #[must_use]
    pub const fn hint(self, hint: Pick) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Which of the person's own data it is.
    #[must_use]
    pub const fn autocomplete(self, token: &'static str) -> Self {
        Self { autocomplete: token, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_names_what_is_wrong() {
        for (rule, text, wanted) in [
            (Rule::Text, "  ", Some(FieldFault::Empty)),
            (Rule::Text, "{name}", Some(FieldFault::Unfit)),
            (Rule::Optional, "", None),
            (Rule::Email, "info@firma", Some(FieldFault::Email)),
            (Rule::Email, " info@firma.example ", None),
            (Rule::Email, "", Some(FieldFault::Empty)),
            (Rule::MaybeEmail, " ", None),
            (Rule::MaybeEmail, "info@firma", Some(FieldFault::Email)),
            (Rule::Phone, "call me", Some(FieldFault::Phone)),
            (Rule::Phone, "+49 (0)30 / 1234-5", None),
            (Rule::Url, "http://firma.example", Some(FieldFault::Url)),
            (Rule::Https, "http://tickets/in", Some(FieldFault::Url)),
            (Rule::Https, "https://tickets/in", None),
            (Rule::Days, "90", None),
            (Rule::Days, "366", Some(FieldFault::Days)),
            (Rule::Days, "ninety", Some(FieldFault::Days)),
            (Rule::Password, "elevenchars", Some(FieldFault::Short)),
            (Rule::Password, "twelve chars", None),
            (Rule::Recipients, "a@b.example, c", Some(FieldFault::Recipients)),
            (Rule::Recipients, "a@b.example\nc@d.example", None),
            (Rule::Port, "0", Some(FieldFault::Port)),
            (Rule::Port, "587", None),
        ] {
            assert_eq!(rule.check(text), wanted, "{rule:?} {text:?}");
        }
    }

    #[test]
    fn one_recipient_too_many_is_refused() {
        let list =
            |count: usize| (0..count).map(|n| format!("a{n}@b.example")).collect::<Vec<_>>().join("\n");
        assert_eq!(Rule::Recipients.check(&list(MAIL_RECIPIENTS)), None);
        assert_eq!(Rule::Recipients.check(&list(MAIL_RECIPIENTS + 1)), Some(FieldFault::Recipients));
    }

    #[test]
    fn a_repeated_recipient_gets_one_mail() {
        assert_eq!(recipients("a@b.example; a@b.example ,c@d.example"), ["a@b.example", "c@d.example"]);
    }
}
