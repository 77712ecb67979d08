//! What an object answers: JSON, a document, nothing, or a problem. The edge adds the headers.

use crate::{fault::Fault, headers};
use serde::Serialize;
use worker::{Headers, Response};

/// An answer before it has headers.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    media_type: &'static str,
    body: Vec<u8>,
}

impl Reply {
    /// JSON.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Self, Fault> {
        let body = serde_json::to_vec(value).map_err(|_| Fault::Internal("json"))?;
        Ok(Self { status, media_type: headers::JSON, body })
    }

    /// A document as it is.
    pub(crate) fn document(media_type: &'static str, text: &str) -> Self {
        Self { status: 200, media_type, body: text.as_bytes().to_vec() }
    }

    /// 204
    pub(crate) fn empty() -> Self {
        Self { status: 204, media_type: "", body: Vec::new() }
    }

    /// A fault as a problem document; its cause goes to the log.
    pub(crate) fn problem(fault: Fault) -> Self {
        if let Some(cause) = fault.cause() {
            log(&cause);
        }
        let problem = fault.problem();
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        Self { status: problem.status, media_type: headers::PROBLEM, body }
    }

    /// What another object answered, as it is: an answer or a problem.
    pub(crate) async fn passed(mut response: Response) -> Result<Self, Fault> {
        let status = response.status_code();
        if status == 204 {
            return Ok(Self::empty());
        }
        let media_type = if (200..300).contains(&status) { headers::JSON } else { headers::PROBLEM };
        let body = response.bytes().await.map_err(|_| Fault::Unavailable("an object's answer".to_owned()))?;
        Ok(Self { status, media_type, body })
    }

    /// Whether it is no problem.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the caller was told that nothing was done.
    pub(crate) fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status)
    }

    /// The bytes of its body.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// For the runtime.
    pub(crate) fn into_response(self) -> worker::Result<Response> {
        let headers = Headers::new();
        if self.status == 204 {
            return Ok(Response::builder().with_status(204).with_headers(headers).empty());
        }
        headers.set("content-type", self.media_type)?;
        Ok(Response::builder().with_status(self.status).with_headers(headers).fixed(self.body))
    }
}

impl From<Result<Self, Fault>> for Reply {
    fn from(result: Result<Self, Fault>) -> Self {
        result.unwrap_or_else(Self::problem)
    }
}

/// The relay's log: causes of faults, never anything of a request.
pub(crate) fn log(cause: &str) {
    worker::console_error!("{}", cause);
}
