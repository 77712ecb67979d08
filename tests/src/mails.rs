//! What a member does about the relay's mails.

use crate::{http::Reply, staff::Staff};
use anyhow::Result;
use einwurf_protocol::api::{
    path,
    staff::{MailReaders, MailSettings, MailWish},
};

impl Staff {
    /// Mail settings.
    pub fn mail(&self) -> Result<MailSettings> {
        self.call("GET", path::INBOX_MAIL, &[], None)?.json()
    }

    /// Changes the mail settings.
    pub fn set_mail(&self, settings: &MailSettings) -> Result<Reply> {
        self.json("PUT", path::INBOX_MAIL, settings)
    }

    /// Sends the test mail.
    pub fn test_mail(&self) -> Result<Reply> {
        self.call("POST", path::INBOX_MAIL_TEST, &[], Some(b""))
    }

    /// Has the mail server tried at once.
    pub fn retry_mail(&self) -> Result<Reply> {
        self.call("POST", path::INBOX_MAIL_RETRY, &[], Some(b""))
    }

    /// Who gets mails, and when.
    pub fn mail_readers(&self) -> Result<MailReaders> {
        self.call("GET", path::INBOX_MAIL_READERS, &[], None)?.json()
    }

    /// What this member wants of them.
    pub fn wish_mail(&self, wish: &MailWish) -> Result<Reply> {
        self.json("PUT", path::INBOX_MAIL_WISH, wish)
    }
}
