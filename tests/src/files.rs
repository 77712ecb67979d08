//! Files that belong to messages, as far as the relay meets them: declared lengths and parts of ciphertext.

use crate::{http::Reply, random, seed::bearer, staff::Staff, visitor::Visitor};
use anyhow::Result;
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        visitor::{Accepted, Append, AttachmentState, Attachments, Declared, Open},
    },
    codec::Writer,
    event::Envelope,
    ids::{Cid, Digest, MessageId},
    limits::PART_BYTES,
    message::{Attachment, Draft, Label},
};
use einwurf_seal::{Beside, file::FileSealer};

/// A file that nobody could open: the relay does not notice.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What the message says of it.
    pub attachment: Attachment,
    /// What follows in parts.
    pub ciphertext: Vec<u8>,
}

impl Sealed {
    /// One with so many bytes of ciphertext.
    pub fn of(bytes: usize) -> Result<Self> {
        let block = random::bytes::<4_096>();
        Self::around(block.into_iter().cycle().take(bytes).collect())
    }

    /// One with this ciphertext.
    pub fn around(ciphertext: Vec<u8>) -> Result<Self> {
        let attachment = Attachment {
            id: MessageId(random::bytes()),
            key: random::bytes::<32>().to_vec(),
            length: u64::try_from(ciphertext.len())?,
            name: label("bild-1.jpg")?,
            media_type: label("image/jpeg")?,
            description: None,
            digest: Digest(Writer::labelled("einwurf/1 attachment").var(&ciphertext).sha256()),
        };
        Ok(Self { attachment, ciphertext })
    }

    /// One that both sides can open: its name, its type and what it shows.
    pub fn content(cid: &Cid, content: &[u8], says: (&str, &str, &str)) -> Result<Self> {
        let (mut ciphertext, length) = (Vec::new(), u64::try_from(content.len())?);
        let mut sealer = FileSealer::begin(cid, length, &mut ciphertext, &mut random::system())?;
        sealer.update(content, &mut ciphertext)?;
        let file = sealer.finish(&mut ciphertext)?;
        let attachment = Attachment {
            id: file.id,
            key: file.key.to_vec(),
            length,
            name: label(says.0)?,
            media_type: label(says.1)?,
            description: Some(says.2.to_owned()),
            digest: file.digest,
        };
        Ok(Self { attachment, ciphertext })
    }

    /// Its id.
    pub fn id(&self) -> MessageId {
        self.attachment.id
    }

    /// What the relay is told of it.
    pub fn declared(&self) -> Declared {
        Declared { id: self.id(), bytes: self.ciphertext.len() as u64 }
    }

    /// Its parts, in order.
    pub fn parts(&self) -> impl Iterator<Item = (u32, &[u8])> {
        (0..).zip(self.ciphertext.chunks(PART_BYTES))
    }
}

/// What the relay is told of some files.
pub fn declared(files: &[Sealed]) -> Vec<Declared> {
    files.iter().map(Sealed::declared).collect()
}

/// What a message says of some files.
pub fn named(files: &[Sealed]) -> Vec<Attachment> {
    files.iter().map(|file| file.attachment.clone()).collect()
}

fn label(text: &str) -> Result<Label> {
    Label::try_from(text.to_owned()).map_err(anyhow::Error::msg)
}

/// Id and number of a part as headers have them.
fn place(id: MessageId, part: u32) -> (String, String) {
    (id.to_string(), part.to_string())
}

impl Visitor {
    /// The next event with this text and these files.
    pub fn seal_with(&self, text: &str, files: &[Sealed]) -> Result<Envelope> {
        let draft = Draft { text: text.to_owned(), ..Draft::default() };
        let message = self.consent.cover(draft.check()?);
        let attachments = named(files);
        let beside = Beside { attachments: &attachments, ..Beside::default() };
        let id = MessageId(random::bytes());
        Ok(self.conversation.seal(&message, &beside, id, &mut random::system())?)
    }

    /// Opens the conversation with a message and declares its files; no part is sent yet.
    pub fn open_with(&mut self, text: &str, files: &[Sealed]) -> Result<Accepted> {
        let ticket = self.ticket()?.ticket;
        let event = self.seal_with(text, files)?;
        let body = Open { attachments: declared(files), ..self.opening(event.clone()) };
        let accepted = self.post_open(&ticket, &body)?.json()?;
        self.conversation.accepted(&event)?;
        Ok(accepted)
    }

    /// The body that appends `event` and declares files.
    pub fn appending(&self, event: Envelope, files: &[Sealed]) -> Append {
        Append { v: VERSION, event, grant: None, attachments: declared(files) }
    }

    /// Appends a message and declares its files; no part is sent yet.
    pub fn write_with(&mut self, text: &str, files: &[Sealed]) -> Result<Accepted> {
        let event = self.seal_with(text, files)?;
        let accepted = self.post_event(&self.appending(event.clone(), files))?.json()?;
        self.conversation.accepted(&event)?;
        Ok(accepted)
    }

    /// `PUT /v1/attachment` of any bytes.
    pub fn put_part(&self, id: MessageId, part: u32, bytes: &[u8]) -> Result<Reply> {
        self.at_part("PUT", (id, part), Some(bytes))
    }

    /// `PUT /v1/attachment` of every part.
    pub fn put_file(&self, file: &Sealed) -> Result<()> {
        file.parts().try_for_each(|(part, bytes)| self.put_part(file.id(), part, bytes)?.ok().map(drop))
    }

    /// `GET /v1/attachment`.
    pub fn part(&self, id: MessageId, part: u32) -> Result<Reply> {
        self.at_part("GET", (id, part), None)
    }

    fn at_part(&self, method: &str, (id, part): (MessageId, u32), body: Option<&[u8]>) -> Result<Reply> {
        let (id, part) = place(id, part);
        let token = bearer(self.conversation.token());
        let mut headers = self.headers(&token)?;
        headers.extend([(header::ATTACHMENT, id.as_str()), (header::PART, part.as_str())]);
        if body.is_some() {
            headers.push(("content-type", "application/octet-stream"));
        }
        self.http().send(method, path::ATTACHMENT, &headers, body)
    }

    /// `GET /v1/attachments`.
    pub fn attachments(&self) -> Result<Vec<AttachmentState>> {
        Ok(self.get(path::ATTACHMENTS)?.json::<Attachments>()?.attachments)
    }
}

impl Staff {
    /// `PUT /v1/inbox/attachment` of any bytes.
    pub fn put_part(&self, address: &str, id: MessageId, part: u32, bytes: &[u8]) -> Result<Reply> {
        self.at_part("PUT", address, (id, part), Some(bytes))
    }

    /// `PUT /v1/inbox/attachment` of every part.
    pub fn put_file(&self, address: &str, file: &Sealed) -> Result<()> {
        let put = |(part, bytes)| self.put_part(address, file.id(), part, bytes)?.ok().map(drop);
        file.parts().try_for_each(put)
    }

    /// `GET /v1/inbox/attachment`.
    pub fn part(&self, address: &str, id: MessageId, part: u32) -> Result<Reply> {
        self.at_part("GET", address, (id, part), None)
    }

    fn at_part(
        &self,
        method: &str,
        address: &str,
        (id, part): (MessageId, u32),
        body: Option<&[u8]>,
    ) -> Result<Reply> {
        let (id, part) = place(id, part);
        let mut headers = vec![
            (header::CONVERSATION, address),
            (header::ATTACHMENT, id.as_str()),
            (header::PART, part.as_str()),
        ];
        if body.is_some() {
            headers.push(("content-type", "application/octet-stream"));
        }
        self.call(method, path::INBOX_ATTACHMENT, &headers, body)
    }

    /// `GET /v1/inbox/attachments`.
    pub fn attachments(&self, address: &str) -> Result<Vec<AttachmentState>> {
        let headers = [(header::CONVERSATION, address)];
        let reply = self.call("GET", path::INBOX_ATTACHMENTS, &headers, None)?;
        Ok(reply.json::<Attachments>()?.attachments)
    }
}
