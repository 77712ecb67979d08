//! How to reach a visitor, as the visitor said.

use einwurf_protocol::message::{Message, Wish};

/// What the visitor said about themselves; never verified.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// How the answer should come.
    pub wish: Option<Wish>,
}

impl Contact {
    /// A later message may add to or correct what an earlier one said.
    pub(super) fn learn(&mut self, message: &Message) {
        let newer = |new: Option<&str>, old: &mut Option<String>| {
            if let Some(new) = new {
                *old = Some(new.to_owned());
            }
        };
        newer(message.name(), &mut self.name);
        newer(message.email(), &mut self.email);
        newer(message.phone(), &mut self.phone);
        self.wish = message.wish().or(self.wish);
    }

    /// `mailto:` without anything that the visitor could have smuggled in; the address is ASCII by its type.
    pub fn mailto(&self) -> Option<String> {
        self.email.as_ref().map(|email| format!("mailto:{}", percent(email, b"@.-_")))
    }

    /// `tel:` with digits and a leading plus only (RFC 3966).
    pub fn tel(&self) -> Option<String> {
        let digits = |phone: &String| {
            let kept =
                phone.char_indices().filter(|(at, one)| one.is_ascii_digit() || (*at == 0 && *one == '+'));
            format!("tel:{}", kept.map(|(_, one)| one).collect::<String>())
        };
        self.phone.as_ref().map(digits)
    }
}

fn percent(text: &str, plain: &[u8]) -> String {
    text.bytes()
        .map(|byte| {
            let keep = byte.is_ascii_alphanumeric() || plain.contains(&byte);
            if keep { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect()
}
