//! Requests to the relay and what their answers mean. Building and reading are pure; `effects::http` sends.

mod admin;
mod answers;
mod push;
mod rights;
mod sheets;
mod webhooks;

use crate::state::fault::Fault;
use einwurf_protocol::{
    api::{
        header,
        login::{
            LoginFinish, LoginStart, LoginStarted, RecoveryFinish, RecoveryStarted, Session, Setup,
            SetupStart, SetupStarted,
        },
        path,
        staff::{
            Abuse, AbuseState, Conversation, Health, InboxPage, MailReaders, MailSettings, MailWish, Mark,
        },
        visitor::RelayInfo,
    },
    ids::Secret,
    possession::Request,
    problem::Problem,
};
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;

pub use admin::*;
pub use answers::*;
pub use push::*;
pub use rights::*;
pub use sheets::*;
pub use webhooks::*;

/// A request whose answer is a `T`.
#[derive(Debug, Clone)]
pub struct Call<T> {
    /// HTTP method.
    pub method: &'static str,
    /// Path; identifiers never stand in it (MET-03).
    pub path: &'static str,
    /// Headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Option<String>,
    /// A proof of possession by this device's key travels along (`docs/protocol.md` section 15.3).
    pub proves: bool,
    answer: PhantomData<fn() -> T>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nothing came back.
    Offline,
    /// The relay says what is wrong.
    Problem(Box<Problem>),
    /// Something came back that is not of this protocol.
    Form,
    /// This browser cannot prove that a request comes from this device.
    Device,
}

impl Failure {
    /// As a person meets it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Offline => Fault::Offline,
            Self::Problem(problem) => Fault::of(problem.code),
            Self::Form => Fault::Misunderstood,
            Self::Device => Fault::Device,
        }
    }
}

impl<T: DeserializeOwned> Call<T> {
    fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path, headers: Vec::new(), body: None, proves: false, answer: PhantomData }
    }

    fn get(path: &'static str) -> Self {
        Self::new("GET", path)
    }

    fn post(path: &'static str) -> Self {
        Self::new("POST", path)
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn bearer(self, access: &Access) -> Self {
        self.with(header::SITE, &access.site)
            .with(header::AUTHORIZATION, &format!("Bearer {}", access.secret))
    }

    fn session(self, access: &Access) -> Self {
        self.bearer(access).proven()
    }

    fn proven(self) -> Self {
        Self { proves: true, ..self }
    }

    fn json(mut self, body: &impl Serialize) -> Self {
        // The protocol's types have string keys only, so this cannot fail; an empty body would be refused.
        self.body = Some(serde_json::to_string(body).unwrap_or_default());
        self.with("content-type", "application/json")
    }

    fn header(&self, wanted: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
    }

    /// The site that is asked, by its address.
    pub fn site(&self) -> Option<&str> {
        self.header(header::SITE)
    }

    /// What a proof of possession is about; `url` is the whole address.
    pub fn request<'a>(&'a self, url: &'a str) -> Request<'a> {
        let token = self.header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        Request { method: self.method, url, token }
    }

    /// Reads an answer.
    pub fn read(&self, status: u16, body: &[u8]) -> Result<T, Failure> {
        if !(200..300).contains(&status) {
            let problem = serde_json::from_slice(body).map_err(|_| match status {
                500.. => Failure::Offline,
                _ => Failure::Form,
            })?;
            return Err(Failure::Problem(Box::new(problem)));
        }
        let body = if body.is_empty() { b"null" } else { body };
        serde_json::from_slice(body).map_err(|_| Failure::Form)
    }
}

/// Who asks: the site, and a session or a set-up secret.
#[derive(Clone)]
pub struct Access {
    /// Address of the site.
    pub site: String,
    /// The bearer token.
    pub secret: Secret,
}

/// The relay's profile.
pub fn relay() -> Call<RelayInfo> {
    Call::get(path::RELAY)
}

/// First step of the set-up.
pub fn setup_start(access: &Access, body: &SetupStart) -> Call<SetupStarted> {
    Call::post(path::SETUP_START).bearer(access).json(body)
}

/// Publishes the site and uses up the link.
pub fn setup(access: &Access, body: &Setup) -> Call<serde::de::IgnoredAny> {
    Call::post(path::SETUP).bearer(access).json(body)
}

/// First step of a login.
pub fn login_start(site: &str, body: &LoginStart) -> Call<LoginStarted> {
    Call::post(path::LOGIN_START).with(header::SITE, site).proven().json(body)
}

/// Last step of a login.
pub fn login_finish(site: &str, body: &LoginFinish) -> Call<Session> {
    Call::post(path::LOGIN_FINISH).with(header::SITE, site).proven().json(body)
}

/// First step of a login by recovery code.
pub fn recovery_start(site: &str) -> Call<RecoveryStarted> {
    Call::post(path::RECOVERY_START).with(header::SITE, site)
}

/// Its last step.
pub fn recovery_finish(site: &str, body: &RecoveryFinish) -> Call<Session> {
    Call::post(path::RECOVERY).with(header::SITE, site).proven().json(body)
}

/// Ends the session.
pub fn log_out(access: &Access) -> Call<serde::de::IgnoredAny> {
    Call::post(path::LOGOUT).session(access)
}

/// A page of the list.
pub fn inbox(access: &Access, after: Option<&str>) -> Call<InboxPage> {
    let call = Call::get(path::INBOX).session(access);
    match after {
        Some(after) => call.with(header::AFTER, after),
        None => call,
    }
}

/// One conversation.
pub fn conversation(access: &Access, address: &str) -> Call<Conversation> {
    Call::get(path::INBOX_CONVERSATION).session(access).with(header::CONVERSATION, address)
}

/// Read, done, open again.
pub fn mark(access: &Access, address: &str, mark: &Mark) -> Call<serde::de::IgnoredAny> {
    Call::post(path::INBOX_MARK).session(access).with(header::CONVERSATION, address).json(mark)
}

/// Is everything running?
pub fn health(access: &Access) -> Call<Health> {
    Call::get(path::INBOX_HEALTH).session(access)
}

/// Mail settings.
pub fn mail(access: &Access) -> Call<MailSettings> {
    Call::get(path::INBOX_MAIL).session(access)
}

/// Stores mail settings.
pub fn set_mail(access: &Access, settings: &MailSettings) -> Call<serde::de::IgnoredAny> {
    Call::new("PUT", path::INBOX_MAIL).session(access).json(settings)
}

/// Sends a test mail.
pub fn test_mail(access: &Access) -> Call<serde::de::IgnoredAny> {
    Call::post(path::INBOX_MAIL_TEST).session(access)
}

/// What is asked of visitors, and what is going on.
pub fn abuse(access: &Access) -> Call<AbuseState> {
    Call::get(path::INBOX_ABUSE).session(access)
}

/// Stores what is asked of visitors.
pub fn set_abuse(access: &Access, settings: Abuse) -> Call<serde::de::IgnoredAny> {
    Call::new("PUT", path::INBOX_ABUSE).session(access).json(&settings)
}

/// Has the mail server tried at once.
pub fn retry_mail(access: &Access) -> Call<serde::de::IgnoredAny> {
    Call::post(path::INBOX_MAIL_RETRY).session(access)
}

/// Who gets mails, and when.
pub fn mail_readers(access: &Access) -> Call<MailReaders> {
    Call::get(path::INBOX_MAIL_READERS).session(access)
}

/// Stores when mails arrive.
pub fn wish_mail(access: &Access, wish: &MailWish) -> Call<serde::de::IgnoredAny> {
    Call::new("PUT", path::INBOX_MAIL_WISH).session(access).json(wish)
}

#[cfg(test)]
mod tests {
    use super::*;
    use einwurf_protocol::problem::Code as ProblemCode;

    fn access() -> Access {
        Access { site: "site-address".into(), secret: Secret([3; 32]) }
    }

    #[test]
    fn met_03_identifiers_and_secrets_travel_in_headers_and_never_in_paths() {
        let call = conversation(&access(), "conversation-address");
        assert_eq!(call.path, "/v1/inbox/conversation");
        let names: Vec<_> = call.headers.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["einwurf-site", "authorization", "einwurf-conversation"]);
    }

    #[test]
    fn every_session_travels_with_a_proof_about_its_own_token() {
        let call = health(&access());
        assert!(call.proves && call.site() == Some("site-address"));
        let url = "https://relay.example/v1/inbox/health";
        let request = call.request(url);
        assert_eq!((request.method, request.url), ("GET", url));
        assert_eq!(request.token, Some(Secret([3; 32]).to_string().as_str()));
        let start = LoginStart { account: "a@b.example".into(), ke1: vec![1], work: None };
        let start = login_start("site-address", &start);
        assert!(start.proves && start.request(url).token.is_none());
    }

    #[test]
    fn a_problem_is_read_by_its_code_and_anything_else_is_a_matter_of_form() {
        let call = health(&access());
        let problem = serde_json::to_vec(&Problem::new(ProblemCode::Unauthorized)).unwrap();
        assert_eq!(call.read(401, &problem).unwrap_err().fault(), Fault::Refused);
        assert_eq!(call.read(404, b"<html>").unwrap_err(), Failure::Form);
        assert_eq!(call.read(502, b"bad gateway").unwrap_err(), Failure::Offline);
        assert_eq!(call.read(200, b"{}").unwrap_err(), Failure::Form);
    }

    #[test]
    fn an_answer_without_a_body_is_an_answer() {
        assert!(log_out(&access()).read(204, b"").is_ok());
    }

    #[test]
    fn every_problem_code_has_a_sentence() {
        for code in ProblemCode::ALL {
            let _: crate::texts::Pick = Fault::of(*code).sentence();
        }
    }
}
