//! Calls between the edge and the objects. Ids and credentials travel in headers here, too.

use super::sql::invoke;
use crate::{address::ObjectId, body, config::Config, fault::Fault};
use einwurf_protocol::{ids::Cid, json};
use serde::de::DeserializeOwned;
use worker::{
    Env, Headers, ObjectNamespace, Request, Response,
    js_sys::{Reflect, Uint8Array},
    wasm_bindgen::JsValue,
    web_sys::{self, ReadableStream, RequestInit},
};

/// A class of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// One per conversation.
    Conversation,
    /// One per site.
    Inbox,
    /// One per site.
    Proof,
}

impl Namespace {
    fn binding(self) -> &'static str {
        match self {
            Self::Conversation => "CONVERSATION",
            Self::Inbox => "INBOX",
            Self::Proof => "PROOF",
        }
    }

    fn of(self, env: &Env) -> Result<ObjectNamespace, Fault> {
        env.durable_object(self.binding())
            .map_err(|_| Fault::Configuration(format!("{} is missing", self.binding())))
    }
}

/// A fresh random id. On Cloudflare the object stays in the EU; where that cannot be had, none is made.
pub(crate) fn new_id(env: &Env, config: &Config, namespace: Namespace) -> Result<ObjectId, Fault> {
    id(env, config, namespace, "newUniqueId", &JsValue::UNDEFINED)
}

/// The id that a name has, whoever asks for it; the object stays in the EU like any other.
pub(super) fn named(env: &Env, config: &Config, namespace: Namespace, name: &str) -> Result<ObjectId, Fault> {
    id(env, config, namespace, "idFromName", &name.into())
}

/// The `worker` crate knows jurisdictions for random ids only.
fn id(
    env: &Env,
    config: &Config,
    namespace: Namespace,
    how: &str,
    what: &JsValue,
) -> Result<ObjectId, Fault> {
    let made = || {
        let mut objects = Reflect::get(env.as_ref(), &namespace.binding().into())?;
        if config.is_cloudflare() {
            objects = invoke(&objects, "jurisdiction", &"eu".into())?;
        }
        invoke(&invoke(&objects, how, what)?, "toString", &JsValue::UNDEFINED)
    };
    let made = made().map_err(|_| Fault::Unavailable("no object id in this jurisdiction".to_owned()))?;
    made.as_string().as_deref().and_then(ObjectId::from_hex).ok_or(Fault::Internal("object id"))
}

/// A request to an object.
#[derive(Debug)]
pub(crate) struct Call {
    operation: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// In place of a body: one that comes.
    passed: Option<ReadableStream>,
    upgrade: bool,
}

impl Call {
    /// Names the operation.
    pub(crate) fn new(operation: &'static str) -> Self {
        Self { operation, headers: Vec::new(), body: Vec::new(), passed: None, upgrade: false }
    }

    /// With an argument.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a body.
    pub(crate) fn body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    /// With the body of another request, which nobody has read.
    pub(crate) fn passing(self, body: ReadableStream) -> Self {
        Self { passed: Some(body), ..self }
    }

    /// With a body of JSON.
    pub(crate) fn json(self, value: &impl serde::Serialize) -> Result<Self, Fault> {
        Ok(self.body(serde_json::to_vec(value).map_err(|_| Fault::Internal("json"))?))
    }

    /// That asks for a connection. It has no body.
    pub(crate) fn upgrade(self) -> Self {
        Self { upgrade: true, ..self }.header("upgrade", "websocket")
    }

    /// `worker::RequestInit` would add what Cloudflare does to pictures, for every call.
    fn request(self) -> worker::Result<Request> {
        let headers = Headers::new();
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        let init = RequestInit::new();
        init.set_method(if self.upgrade { "GET" } else { "POST" });
        init.set_headers(headers.as_ref());
        if let Some(stream) = &self.passed {
            init.set_body(stream);
        } else if !self.body.is_empty() {
            init.set_body(&Uint8Array::from(self.body.as_slice()));
        }
        let url = ["https://object/", self.operation].concat();
        Ok(web_sys::Request::new_with_str_and_init(&url, &init)?.into())
    }
}

/// Calls an object; its answer may be a problem.
pub(crate) async fn call(
    env: &Env,
    namespace: Namespace,
    id: ObjectId,
    call: Call,
) -> Result<Response, Fault> {
    let objects = namespace.of(env)?;
    let away = |error: worker::Error| Fault::Unavailable(format!("{}: {error}", namespace.binding()));
    let request = call.request().map_err(away)?;
    let stub = objects.id_from_string(&id.to_hex()).and_then(|id| id.get_stub()).map_err(away)?;
    stub.fetch_with_request(request).await.map_err(away)
}

/// Calls an object and reads its JSON; a problem is an error.
pub(crate) async fn ask<T: DeserializeOwned>(
    env: &Env,
    namespace: Namespace,
    id: ObjectId,
    request: Call,
) -> Result<T, Fault> {
    let mut response = succeed(env, namespace, id, request).await?;
    let bytes = response.bytes().await.map_err(|_| Fault::Unavailable(namespace.binding().to_owned()))?;
    json::typed(&bytes).map_err(|_| Fault::Internal("an object's answer"))
}

/// Calls an object that has to succeed.
pub(crate) async fn succeed(
    env: &Env,
    namespace: Namespace,
    id: ObjectId,
    request: Call,
) -> Result<Response, Fault> {
    let response = call(env, namespace, id, request).await?;
    match response.status_code() {
        200..=299 => Ok(response),
        404 => Err(einwurf_protocol::problem::Code::NotFound.into()),
        410 => Err(einwurf_protocol::problem::Code::Gone.into()),
        status => Err(Fault::Unavailable(format!("{} answered {status}", namespace.binding()))),
    }
}

/// Names of headers between the parts of the relay.
pub(crate) mod argument {
    /// Object id of the site's inbox object, in hexadecimal.
    pub(crate) const INBOX: &str = "x-inbox";
    /// Object id of a conversation, in hexadecimal.
    pub(crate) const CONVERSATION: &str = "x-conversation";
    /// Thumbprint of the device whose proof of possession the edge checked. A request of the outside cannot set it: the
    /// edge copies only headers that it names.
    pub(crate) const DEVICE: &str = "x-device";
    /// From which position on.
    pub(crate) const FROM: &str = "x-from";
    /// How many at most.
    pub(crate) const LIMIT: &str = "x-limit";
    /// A conversation, by its id.
    pub(crate) const CID: &str = "x-cid";
    /// What is about to be taken ([`crate::load::Coming`]), as JSON.
    pub(crate) const COMING: &str = "x-coming";
    /// What was refused meanwhile where the inbox object does not see it ([`crate::refusals::Refusals`]).
    pub(crate) const REFUSED: &str = "x-refused";
    /// What a proof of this minute is told from others by; missing for an older one.
    pub(crate) const PROOF: &str = "x-proof";
}

/// An object's view of a request.
pub(crate) struct Incoming {
    request: Request,
    body: Option<Vec<u8>>,
}

impl Incoming {
    pub(crate) fn of(request: Request) -> Self {
        Self { request, body: None }
    }

    /// The operation.
    pub(crate) fn operation(&self) -> String {
        self.request.path().trim_start_matches('/').to_owned()
    }

    /// An argument.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// An object id among the arguments.
    pub(crate) fn id(&self, name: &str) -> Result<ObjectId, Fault> {
        self.header(name).as_deref().and_then(ObjectId::from_hex).ok_or(Fault::Internal("object id"))
    }

    /// Which conversation is asked for, by its id.
    pub(crate) fn cid(&self) -> Result<Cid, Fault> {
        self.header(argument::CID).and_then(|text| text.parse().ok()).ok_or(Fault::Internal("cid"))
    }

    /// The body: 400 if it did not come whole. Asking again waits for nothing.
    pub(crate) async fn body(&mut self) -> Result<Vec<u8>, Fault> {
        if let Some(body) = &self.body {
            return Ok(body.clone());
        }
        let body = self.request.bytes().await.map_err(|_| body::cut_off())?;
        self.body = Some(body.clone());
        Ok(body)
    }
}
