//! Staff without a browser: login, list, reading, marking, settings.

use crate::{
    http::{Http, Reply},
    seed::{Site, bearer},
};
use anyhow::{Context, Result, anyhow, bail};
use einwurf_protocol::{
    api::{
        header,
        login::{LoginFinish, LoginStart, LoginStarted, OPAQUE_CONTEXT, Session},
        path,
        staff::{Conversation, Entry, Health, InboxPage, MailSettings, Mark},
    },
    codec::Writer,
    ids::Thumbprint,
    opaque::Suite,
};
use einwurf_seal::{InboxSecret, MemberKeys, Opened, OpenedKey, Thread, open_conversation};
use opaque_ke::{ClientLogin, ClientLoginFinishParameters, CredentialResponse};
use rand_core_06::OsRng;

/// A logged-in member.
pub struct Staff {
    http: Http,
    site: String,
    pin: Thumbprint,
    /// What the login gave.
    pub session: Session,
    inbox_keys: Vec<InboxSecret>,
}

/// An OPAQUE login up to its last message, with the answer of `POST /v1/login/start`.
pub struct Knock {
    /// What the relay answered first.
    pub started: Reply,
    /// The last message, if the password opens what the relay answered.
    pub last: Option<(LoginFinish, Vec<u8>)>,
}

/// Begins a login; `last` is `None` when the client itself sees that account or password is wrong.
pub fn knock(http: &Http, site: &str, account: &str, password: &str) -> Result<Knock> {
    let opaque = |error| anyhow!("OPAQUE: {error}");
    let client = ClientLogin::<Suite>::start(&mut OsRng, password.as_bytes()).map_err(opaque)?;
    let body = LoginStart { account: account.to_owned(), ke1: client.message.serialize().to_vec() };
    let started = http.post(path::LOGIN_START, &[(header::SITE, site)], &body)?;
    let answer: LoginStarted = started.json()?;
    let response = CredentialResponse::deserialize(&answer.ke2).map_err(opaque)?;
    let parameters = ClientLoginFinishParameters { context: Some(OPAQUE_CONTEXT), ..Default::default() };
    let last = client.state.finish(&mut OsRng, password.as_bytes(), response, parameters).ok();
    let last = last.map(|finished| {
        let ke3 = finished.message.serialize().to_vec();
        (LoginFinish { login: answer.login, ke3 }, finished.export_key.to_vec())
    });
    Ok(Knock { started, last })
}

/// What the inbox app wraps a member's keys under: export key and site together (docs/protocol.md, section 14.3).
pub fn wrapping_key(export_key: &[u8], site: &Thumbprint) -> [u8; 32] {
    Writer::labelled("einwurf/1 member wrap").var(export_key).fixed(&site.0).sha256()
}

/// `POST /v1/login/finish`.
pub fn finish(http: &Http, site: &str, body: &LoginFinish) -> Result<Reply> {
    http.post(path::LOGIN_FINISH, &[(header::SITE, site)], body)
}

impl Staff {
    /// Logs in with the site's account and opens the inbox keys.
    pub fn login(http: &Http, site: &Site) -> Result<Self> {
        let knock = knock(http, &site.address, &site.plan.account, &site.plan.password)?;
        let (last, export_key) = knock.last.context("account or password is wrong")?;
        let session: Session = finish(http, &site.address, &last)?.json()?;
        let member = MemberKeys::unwrap(&session.wrapped, &wrapping_key(&export_key, &site.pin))?;
        let mut inbox_keys = Vec::new();
        for sealed in &session.sealed {
            if let OpenedKey::Inbox(key) = member.open_key(sealed, site.pin)? {
                inbox_keys.push(key);
            }
        }
        Ok(Self { http: http.clone(), site: site.address.clone(), pin: site.pin, session, inbox_keys })
    }

    /// Any request with this session.
    pub fn call(
        &self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Reply> {
        let token = bearer(self.session.session);
        let mut headers = vec![(header::SITE, self.site.as_str()), (header::AUTHORIZATION, &token)];
        headers.extend_from_slice(more);
        self.http.send(method, path, &headers, body)
    }

    /// One page of the list.
    pub fn page(&self, after: Option<&str>) -> Result<InboxPage> {
        let after: Vec<_> = after.map(|after| (header::AFTER, after)).into_iter().collect();
        self.call("GET", path::INBOX, &after, None)?.json()
    }

    /// The whole list, newest first.
    pub fn list(&self) -> Result<Vec<Entry>> {
        let mut page = self.page(None)?;
        let mut entries = page.conversations;
        while let Some(after) = page.after {
            page = self.page(Some(&after))?;
            entries.extend(page.conversations);
        }
        Ok(entries)
    }

    /// One conversation as the relay delivers it.
    pub fn fetch(&self, address: &str) -> Result<Conversation> {
        self.call("GET", path::INBOX_CONVERSATION, &[(header::CONVERSATION, address)], None)?.json()
    }

    /// One conversation, verified and opened without a fault.
    pub fn read(&self, address: &str) -> Result<Thread> {
        match open_conversation(self.pin, &self.fetch(address)?, &self.inbox_keys) {
            Opened::Mine(thread) if thread.faults.is_empty() => Ok(thread),
            Opened::Mine(thread) => bail!("faults: {:?}", thread.faults),
            other => bail!("cannot be opened: {other:?}"),
        }
    }

    /// Texts of a conversation in their order.
    pub fn texts(&self, address: &str) -> Result<Vec<String>> {
        let thread = self.read(address)?;
        Ok(thread.entries.iter().map(|entry| entry.payload.message.text().to_owned()).collect())
    }

    /// Marks as read or done.
    pub fn mark(&self, address: &str, mark: &Mark) -> Result<Reply> {
        let body = serde_json::to_vec(mark)?;
        let headers = [(header::CONVERSATION, address), ("content-type", "application/json")];
        self.call("POST", path::INBOX_MARK, &headers, Some(&body))
    }

    /// Is everything running?
    pub fn health(&self) -> Result<Health> {
        self.call("GET", path::INBOX_HEALTH, &[], None)?.json()
    }

    /// Mail settings.
    pub fn mail(&self) -> Result<MailSettings> {
        self.call("GET", path::INBOX_MAIL, &[], None)?.json()
    }

    /// Changes the mail settings.
    pub fn set_mail(&self, settings: &MailSettings) -> Result<Reply> {
        let body = serde_json::to_vec(settings)?;
        self.call("PUT", path::INBOX_MAIL, &[("content-type", "application/json")], Some(&body))
    }

    /// Sends the test mail.
    pub fn test_mail(&self) -> Result<Reply> {
        self.call("POST", path::INBOX_MAIL_TEST, &[], Some(b""))
    }

    /// Ends the session.
    pub fn logout(&self) -> Result<Reply> {
        self.call("POST", path::LOGOUT, &[], Some(b""))
    }
}
