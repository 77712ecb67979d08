//! What an object answers: JSON, a document, nothing, or a problem. The edge adds the headers.

use crate::{fault::Fault, headers};
use serde::Serialize;
use worker::{Headers, Response};

/// Between objects only: as 201, but done before.
const REPEATED: u16 = 208;

/// An answer before it has headers.
#[derive(Debug)]
pub(crate) struct Reply {
    status: u16,
    media_type: &'static str,
    body: Vec<u8>,
    /// For the header, in seconds.
    retry_after: Option<u64>,
}

impl Reply {
    /// JSON.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Result<Self, Fault> {
        let body = serde_json::to_vec(value).map_err(|_| Fault::Internal("json"))?;
        Ok(Self { status, media_type: headers::JSON, body, retry_after: None })
    }

    /// 201 without more to say.
    pub(crate) fn created() -> Self {
        Self { status: 201, media_type: headers::JSON, body: b"{}".to_vec(), retry_after: None }
    }

    /// A document as it is.
    pub(crate) fn document(media_type: &'static str, text: &str) -> Self {
        Self { status: 200, media_type, body: text.as_bytes().to_vec(), retry_after: None }
    }

    /// Bytes that only its reader can open.
    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Self { status: 200, media_type: headers::BYTES, body, retry_after: None }
    }

    /// 204
    pub(crate) fn empty() -> Self {
        Self { status: 204, media_type: "", body: Vec::new(), retry_after: None }
    }

    /// A fault as a problem document; its cause goes to the log.
    pub(crate) fn problem(fault: Fault) -> Self {
        if let Some(cause) = fault.cause() {
            log(&cause);
        }
        let problem = fault.problem();
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        Self { status: problem.status, media_type: headers::PROBLEM, body, retry_after: problem.retry_after }
    }

    /// What another object answered, as it is: an answer or a problem.
    pub(crate) async fn passed(mut response: Response) -> Result<Self, Fault> {
        let status = response.status_code();
        if status == 204 {
            return Ok(Self::empty());
        }
        let media_type = if (200..300).contains(&status) { headers::JSON } else { headers::PROBLEM };
        let body = response.bytes().await.map_err(|_| Fault::Unavailable("an object's answer".to_owned()))?;
        let retry_after = response.headers().get("retry-after").ok().flatten();
        let retry_after = retry_after.and_then(|seconds| seconds.parse().ok());
        Ok(Self { status, media_type, body, retry_after })
    }

    /// Whether it is no problem.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer that was given once before, for the object that asked: [`Self::once_more`].
    pub(crate) fn repeated(self) -> Self {
        Self { status: REPEATED, ..self }
    }

    /// Whether nothing was done now: it was refused, or done before.
    pub(crate) fn did_nothing(&self) -> bool {
        (400..500).contains(&self.status) || self.status == REPEATED
    }

    /// For the caller, who gets the first answer again.
    pub(crate) fn once_more(self) -> Self {
        if self.status == REPEATED { Self { status: 201, ..self } } else { self }
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
        if let Some(seconds) = self.retry_after {
            headers.set("retry-after", &seconds.to_string())?;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stf_01_what_is_answered_again_did_nothing_and_is_the_first_answer_to_its_caller() {
        let first = || Reply::json(201, &7).unwrap();
        assert!(!first().did_nothing());
        let again = first().repeated();
        assert!(again.is_success() && again.did_nothing());
        let again = again.once_more();
        assert_eq!((again.status, again.body), (201, first().body));
        assert_eq!(first().once_more().status, 201);
    }

    #[test]
    fn stf_01_what_may_have_been_done_is_not_taken_for_refused() {
        for (status, nothing) in
            [(204, false), (399, false), (400, true), (499, true), (500, false), (503, false)]
        {
            let reply = Reply { status, media_type: "", body: Vec::new(), retry_after: None };
            assert_eq!(reply.did_nothing(), nothing, "{status}");
            assert_eq!(reply.once_more().status, status);
        }
    }
}
