//! A message as a mail (RFC 5322, MIME), which mail programs and ticket systems read: one thread for each conversation,
//! the same Message-ID for the same event for ever. Whatever a visitor wrote is text and never a header of its own.

use super::item::{File, Item, Said, What};
use crate::{
    desk::Stop,
    texts::{Texts, printable},
};
use einwurf_protocol::{api::staff::Eraser, codec::to_base64, message::Wish, time::Timestamp};
use mail_builder::{
    MessageBuilder,
    headers::{content_type::ContentType, date::Date, raw::Raw},
    mime::MimePart,
};

/// A name that no mail server has (RFC 2606): what stands before it is found again by `einwurf reply --mail`.
pub(crate) const DOMAIN: &str = "einwurf.invalid";
/// Longest text of a header, in characters.
const HEADER: usize = 120;
/// Longest half of a media type (RFC 6838, section 4.2).
const TYPE: usize = 127;
/// Length of a line of base64.
const PACKED: usize = 76;

/// How mails look.
pub(crate) struct Letters {
    pub(crate) texts: Texts,
    /// To whom they are addressed.
    pub(crate) to: Option<String>,
    /// Where answers go.
    pub(crate) reply_to: Option<String>,
}

impl Letters {
    /// The Message-ID, without angle brackets.
    pub(crate) fn id(item: &Item) -> String {
        format!("{}@{DOMAIN}", item.stem())
    }

    /// The mail.
    pub(crate) fn mail(&self, item: &Item) -> Result<Vec<u8>, Stop> {
        let code = item.cid.code();
        let root = format!("{}@{DOMAIN}", super::item::stem(&item.cid, Some(0)));
        let inbox = format!("inbox@{DOMAIN}");
        let sender = format!("{}@{DOMAIN}", code.to_lowercase());
        let name = self.name(item);
        let mut mail = MessageBuilder::new()
            .from((name.as_str(), sender.as_str()))
            .to(self.to.as_deref().unwrap_or(&inbox))
            .subject(self.subject(item, &code))
            .date(Date::new(i64::try_from(item.at.0).unwrap_or_default()))
            .message_id(Self::id(item))
            .header("Auto-Submitted", Raw::new("no"))
            .header("X-Einwurf-Conversation", Raw::new(code.clone()));
        if item.seq != Some(0) {
            mail = mail.in_reply_to(root.clone()).references(root);
        }
        if let Some(address) = &self.reply_to {
            mail = mail.reply_to(address.as_str());
        }
        mail.text_body = Some(text(self.body(item)));
        let files = item.said().map(|said| said.files.as_slice()).unwrap_or_default();
        mail.attachments =
            Some(files.iter().map(attachment).collect()).filter(|files: &Vec<_>| !files.is_empty());
        mail.write_to_vec().map_err(|_| Stop::left("mail"))
    }

    /// Who it is from, as mail programs show it.
    fn name(&self, item: &Item) -> String {
        let named = item.said().and_then(|said| said.author.as_deref().or(said.name.as_deref())).map(line);
        named.filter(|name| !name.is_empty()).unwrap_or_else(|| self.texts.say("mail-visitor", &[]))
    }

    fn subject(&self, item: &Item, code: &str) -> String {
        let key = match &item.what {
            What::Withdrawn => "subject-withdrawn",
            What::Erased { .. } => "subject-erased",
            _ => "subject",
        };
        let subject = self.texts.say(key, &[("code", code)]);
        match item.said().and_then(|said| said.topic.as_deref()) {
            Some(topic) if !topic.is_empty() => format!("{subject}: {}", line(topic)),
            _ => subject,
        }
    }

    pub(super) fn body(&self, item: &Item) -> String {
        let day = |until: &Timestamp| until.date().to_string();
        match &item.what {
            What::Withdrawn => self.texts.say("body-withdrawn", &[]),
            What::Erased { by, copies_until } => {
                let key = match by {
                    Eraser::Visitor => "body-erased-visitor",
                    Eraser::Staff => "body-erased-staff",
                };
                self.texts.say(key, &[("day", &day(copies_until))])
            }
            What::Message(said) | What::Answer(said) | What::Act(_, said) => self.written(said),
        }
    }

    fn written(&self, said: &Said) -> String {
        let wish = said.wish.map(|wish| {
            self.texts.say(
                match wish {
                    Wish::Here => "wish-here",
                    Wish::Email => "wish-email",
                    Wish::Phone => "wish-phone",
                    Wish::Notice => "wish-notice",
                },
                &[],
            )
        });
        let rows = [
            ("row-name", said.name.clone()),
            ("row-email", said.email.clone()),
            ("row-phone", said.phone.clone()),
            ("row-wish", wish),
            ("row-topic", said.topic.clone()),
            ("row-page", said.page.clone()),
            ("row-missing", (said.missing > 0).then(|| said.missing.to_string())),
        ];
        let rows: Vec<_> = rows
            .into_iter()
            .filter_map(|(key, value)| Some(self.texts.say(key, &[("value", &line(&value?))])))
            .collect();
        if rows.is_empty() { said.text.clone() } else { format!("{}\n\n-- \n{}", said.text, rows.join("\n")) }
    }
}

/// Text for a header: on one line, nothing that controls, not long.
pub(crate) fn line(text: &str) -> String {
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let joined = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    printable(&joined).chars().take(HEADER).collect()
}

/// The text: as it is, or, if there is something in it that is no text on the way, such as a zero or half a line end, packed.
fn text(body: String) -> MimePart<'static> {
    let odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    let lines = body.replace("\r\n", "\n");
    if !lines.contains(odd) {
        return MimePart::new("text/plain", body);
    }
    let kind = ContentType::new("text/plain").attribute("charset", "utf-8");
    MimePart::new(kind, packed(lines.replace('\n', "\r\n").as_bytes())).transfer_encoding("base64")
}

fn attachment(file: &File) -> MimePart<'_> {
    let part = MimePart::new(media_type(file), packed(&file.content));
    part.attachment(file_name(&file.name)).transfer_encoding("base64")
}

/// Base64 in lines (RFC 2045, section 6.8): nobody on the way takes anything in it for anything.
fn packed(bytes: &[u8]) -> Vec<u8> {
    to_base64(bytes).as_bytes().chunks(PACKED).collect::<Vec<_>>().join(&b"\r\n"[..])
}

/// What a visitor's app calls a type is a type, or nothing is said.
fn media_type(file: &File) -> &str {
    let token = |part: &str| {
        (1..=TYPE).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte))
    };
    let fits = file.media_type.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    // A mail inside the mail, or a part of parts, would be read as such.
    let kind = file.media_type.split('/').next().unwrap_or_default();
    let plain = !["message", "multipart"].iter().any(|other| kind.eq_ignore_ascii_case(other));
    if fits && plain { &file.media_type } else { "application/octet-stream" }
}

/// A name that leads into no other folder and hides no ending.
pub(crate) fn file_name(name: &str) -> String {
    let odd = |letter: char| "/\\:*?\"<>|;".contains(letter) || letter == '\u{fffd}';
    let name: String = line(name).chars().map(|letter| if odd(letter) { '_' } else { letter }).collect();
    let name = name.trim_matches(['.', ' ']).to_owned();
    if name.is_empty() { "file".to_owned() } else { name }
}

#[cfg(test)]
mod tests;
