//! What members do with each other and with visitors: answers, sheets, when somebody is there, the mail about an answer.

use crate::{
    clock::now,
    files::{Sealed, declared, named},
    http::{Headers, Reply},
    random,
    staff::Staff,
    visitor::Visitor,
};
use anyhow::{Context, Result, bail};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{Notify, PostAnswer, PutSheet, PutStatus, SheetStored, Sheets, StoredSheet},
        visitor::Accepted,
    },
    ids::{Cid, MessageId},
    manifest::Former,
    message::Draft,
    notice::Register,
    sheet::{Sheet, TeamSheet},
    status::{Span, Status},
    time::DAY,
};
use einwurf_seal::{Author, InboxSecret, Opened, open_sheet, seal_sheet};
use serde::{Serialize, de::DeserializeOwned};

impl Staff {
    /// An answer after the conversation as it is now, with what it says of its files.
    pub fn sealed_answer(&self, address: &str, text: &str, files: &[Sealed]) -> Result<PostAnswer> {
        let Opened::Mine(thread) = self.open(&self.fetch(address)?)? else { bail!("not mine") };
        let certificate = self.certificate()?.to_owned();
        let author = Author { keys: &self.member, certificate: &certificate };
        let words = Draft { text: text.to_owned(), ..Draft::default() }.check()?;
        let id = MessageId(random::bytes());
        let event = thread.pen.answer(&author, words, named(files), id, &mut random::system())?;
        Ok(PostAnswer { v: VERSION, event, certificate, attachments: declared(files) })
    }

    /// `POST /v1/inbox/answers` with anything as its body.
    pub fn post_answer(&self, address: &str, body: &impl Serialize) -> Result<Reply> {
        self.about(path::INBOX_ANSWERS, address, body)
    }

    /// Answers the visitor.
    pub fn answer(&self, address: &str, text: &str) -> Result<Accepted> {
        self.answer_with(address, text, &[])
    }

    /// Answers with files, whose parts are not sent yet.
    pub fn answer_with(&self, address: &str, text: &str, files: &[Sealed]) -> Result<Accepted> {
        self.post_answer(address, &self.sealed_answer(address, text, files)?)?.json()
    }

    /// The member's certificate.
    pub fn certificate(&self) -> Result<&str> {
        self.session.certificate.as_deref().context("no certificate in the session")
    }

    /// The inbox key in force, if the member holds it.
    pub fn inbox_key(&self) -> Result<&InboxSecret> {
        let id = self.manifest()?.inbox_key.id;
        self.inbox_keys.iter().find(|key| key.id() == id).context("the member does not hold the inbox key")
    }

    /// `GET /v1/inbox/sheets` after a version, whatever it answers.
    pub fn ask_sheets(&self, after: Option<&str>) -> Result<Reply> {
        let after: Vec<_> = after.map(|after| (header::AFTER, after)).into_iter().collect();
        self.call("GET", path::INBOX_SHEETS, &after, None)
    }

    /// `GET /v1/inbox/sheets` after a version.
    pub fn sheets(&self, after: u64) -> Result<Sheets> {
        self.ask_sheets(Some(&after.to_string()))?.json()
    }

    /// `PUT /v1/inbox/sheets` with anything as its body, of a conversation or of the team.
    pub fn put_sheet(&self, address: Option<&str>, body: &impl Serialize) -> Result<Reply> {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(address.map(|address| (header::CONVERSATION, address)));
        self.call("PUT", path::INBOX_SHEETS, &headers, Some(&serde_json::to_vec(body)?))
    }

    /// A sheet after the version `base`, sealed under the inbox key in force.
    pub fn sealed_sheet(&self, base: u64, cid: Option<Cid>, sheet: &impl Serialize) -> Result<PutSheet> {
        let key = self.inbox_key()?;
        let sealed = seal_sheet(key, cid, sheet, &mut random::system())?;
        Ok(PutSheet { v: VERSION, base, inbox_key: key.id(), sealed })
    }

    /// Stores the sheet of a conversation after the version `base`.
    pub fn note(&self, address: &str, base: u64, sheet: &Sheet) -> Result<u64> {
        let body = self.sealed_sheet(base, Some(sheet.cid), sheet)?;
        Ok(self.put_sheet(Some(address), &body)?.json::<SheetStored>()?.version)
    }

    /// Stores the team's own sheet after the version `base`.
    pub fn share(&self, base: u64, sheet: &TeamSheet) -> Result<u64> {
        let body = self.sealed_sheet(base, None, sheet)?;
        Ok(self.put_sheet(None, &body)?.json::<SheetStored>()?.version)
    }

    /// Opens a sheet.
    pub fn opened<T: DeserializeOwned>(&self, cid: Option<Cid>, stored: &StoredSheet) -> Result<T> {
        let key = self.inbox_keys.iter().find(|key| key.id() == stored.inbox_key).context("another key")?;
        Ok(open_sheet(key, cid, &stored.sealed)?)
    }

    /// A status by this member from now on: somebody is there for the next hour, and it holds for a month.
    pub fn status(&self) -> Result<Status> {
        let iat = now();
        Ok(Status {
            v: VERSION,
            site: self.pin()?,
            certificate: self.certificate()?.to_owned(),
            iat,
            exp: iat.plus(30 * DAY),
            open: vec![Span { from: iat, until: iat.plus(3_600) }],
            topics: Vec::new(),
            automatic: [(Register::DeFormal, "Wir antworten morgen.".to_owned())].into(),
        })
    }

    /// `PUT /v1/inbox/status` of anything.
    pub fn put_status(&self, status: Option<String>) -> Result<Reply> {
        self.json("PUT", path::INBOX_STATUS, &PutStatus { v: VERSION, status })
    }

    /// Signs and stores a status.
    pub fn say(&self, status: &Status) -> Result<Reply> {
        self.put_status(Some(self.member.sign_status(status)))
    }

    /// `POST /v1/inbox/notify`.
    pub fn notify(&self, address: &str, email: &str, register: Register) -> Result<Reply> {
        let body = Notify { v: VERSION, email: email.to_owned(), register };
        self.about(path::INBOX_NOTIFY, address, &body)
    }
}

impl Visitor {
    /// `GET /v1/status`, whatever it answers.
    pub fn ask_status(&self) -> Result<Reply> {
        let headers: Headers<'_> = &[(header::SITE, &self.site.site)];
        self.http().get(path::STATUS, headers)
    }

    /// The status, verified as the widget does it.
    pub fn status(&self) -> Result<Status> {
        let compact = self.ask_status()?.ok()?.text();
        let former: &[Former] = &self.manifest.succession.former;
        Ok(Status::verify(&compact, (&self.manifest.site, former), &self.manifest.roster.revoked)?)
    }
}
