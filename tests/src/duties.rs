//! What members owe visitors and the law: requests about rights, copies, the log, proofs.

use crate::{http::Reply, random, staff::Staff};
use anyhow::{Context, Result};
use einwurf_protocol::{
    VERSION,
    api::{
        header, path,
        staff::{
            CloseRequest, Entry, Exported, InboxPage, LogEntry, LogPage, OpenRequest, Outcome, Proof, Proofs,
            Right, RightsRequest, RightsRequests,
        },
    },
    es256::PublicKey,
    ids::MessageId,
    jws,
    record::{Record, verify_records},
    time::Timestamp,
};

impl Staff {
    /// A request about one conversation with a body of JSON.
    pub fn about(&self, path: &str, conversation: &str, body: &impl serde::Serialize) -> Result<Reply> {
        let headers = [(header::CONVERSATION, conversation), ("content-type", "application/json")];
        self.call("POST", path, &headers, Some(&serde_json::to_vec(body)?))
    }

    /// The list with a code, whatever it answers.
    pub fn find(&self, code: &str) -> Result<Reply> {
        self.call("GET", path::INBOX, &[(header::CODE, code)], None)
    }

    /// The one conversation with a code.
    pub fn found(&self, code: &str) -> Result<Option<Entry>> {
        let page: InboxPage = self.find(code)?.json()?;
        anyhow::ensure!(page.conversations.len() <= 1 && page.after.is_none(), "a code names one");
        Ok(page.conversations.into_iter().next())
    }

    /// `POST /v1/inbox/copies`.
    pub fn copies_deleted(&self, conversation: &str) -> Result<Reply> {
        self.call("POST", path::INBOX_COPIES, &[(header::CONVERSATION, conversation)], Some(b""))
    }

    /// `POST /v1/inbox/exported`.
    pub fn exported(&self, conversation: &str) -> Result<Reply> {
        self.about(path::INBOX_EXPORTED, conversation, &Exported { v: VERSION })
    }

    /// `POST /v1/inbox/rights` with a fresh id.
    pub fn request(&self, conversation: &str, right: Right, received: Timestamp) -> Result<Reply> {
        self.request_as(conversation, MessageId(random::bytes()), right, received)
    }

    /// The same with an id of the test's choice.
    pub fn request_as(
        &self,
        conversation: &str,
        id: MessageId,
        right: Right,
        received: Timestamp,
    ) -> Result<Reply> {
        self.about(path::INBOX_RIGHTS, conversation, &OpenRequest { v: VERSION, id, right, received })
    }

    /// `POST /v1/inbox/rights/close`.
    pub fn close(&self, id: MessageId, outcome: Outcome) -> Result<Reply> {
        self.json("POST", path::INBOX_RIGHTS_CLOSE, &CloseRequest { id, outcome })
    }

    /// `GET /v1/inbox/rights`.
    pub fn requests(&self) -> Result<Vec<RightsRequest>> {
        let requests: RightsRequests = self.call("GET", path::INBOX_RIGHTS, &[], None)?.json()?;
        Ok(requests.requests)
    }

    /// One page of the log.
    pub fn log_page(&self, after: Option<&str>) -> Result<LogPage> {
        self.paged(path::INBOX_LOG, after)
    }

    /// The whole log, newest first.
    pub fn log(&self) -> Result<Vec<LogEntry>> {
        let mut page = self.log_page(None)?;
        let mut entries = page.entries;
        while let Some(after) = page.after {
            page = self.log_page(Some(&after))?;
            entries.extend(page.entries);
        }
        Ok(entries)
    }

    /// `GET /v1/inbox/proof`, whatever it answers.
    pub fn proof_of(&self, conversation: &str) -> Result<Reply> {
        self.call("GET", path::INBOX_PROOF, &[(header::CONVERSATION, conversation)], None)
    }

    /// The proof of one conversation; none while it is on its way.
    pub fn proof(&self, conversation: &str) -> Result<Option<Proof>> {
        let proofs: Proofs = self.proof_of(conversation)?.json()?;
        Ok(proofs.proofs.into_iter().next())
    }

    /// One page of all proofs.
    pub fn proofs(&self, after: Option<&str>) -> Result<Proofs> {
        self.paged(path::INBOX_PROOFS, after)
    }

    /// The records of a proof, checked as anybody can who has the manifest.
    pub fn checked(&self, proof: &Proof) -> Result<Vec<Record>> {
        let (site, log_key) = (self.pin()?, self.manifest()?.relay.log_key);
        let records = proof.records.iter().map(String::as_str);
        Ok(verify_records(records, &log_key, (&site, &proof.cid))?)
    }
}

/// The payload of a daily head by this key.
pub fn head(compact: &str, log_key: &PublicKey) -> Result<einwurf_protocol::record::Head> {
    let verified = jws::verify_json(compact, jws::HEAD).context("not a head")?;
    anyhow::ensure!(verified.key == *log_key, "by another key");
    Ok(verified.payload)
}
