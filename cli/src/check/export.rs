//! An export by staff: each proof alone, then the daily head over all of them.

use super::{empty, grants, log_key, records, vouched, withdrawal};
use crate::{
    file::Export,
    report::{Conversation, End, Fault, Head, Report, Step},
};
use einwurf_protocol::{
    VERSION,
    api::staff::Proof,
    es256::PublicKey,
    event::Event,
    ids::Thumbprint,
    jws,
    manifest::Manifest,
    record::{self, Record, What, record_digest},
};

/// A proof that holds, for the head.
struct Held<'f> {
    proof: &'f Proof,
    records: Vec<Record>,
}

pub(super) fn check(file: &Export, pins: &[Thumbprint]) -> Report {
    let mut report = empty(file.site);
    if let Err(fault) = walk(&mut report, file, pins) {
        report.fault = Some(fault);
    }
    let broken = report.conversations.iter().any(|conversation| conversation.fault.is_some());
    report.holds = report.fault.is_none() && !broken;
    report
}

fn walk(report: &mut Report, file: &Export, pins: &[Thumbprint]) -> Result<(), Fault> {
    let manifest = vouched(file.manifest.as_deref(), &file.site, pins)?;
    let (manifest, key, trust) = log_key(manifest, Some(file.log_key), pins)?;
    report.trust = Some(trust);
    if key != file.log_key {
        return Err(Fault::new(Step::Manifest, None, "the manifest names another log key"));
    }
    let mut held = Vec::new();
    for proof in &file.proofs {
        let mut told = Conversation::of(Some(proof.cid));
        match one(&mut told, file, proof, manifest.as_ref()) {
            Ok(records) => held.push(Held { proof, records }),
            Err(fault) => told.fault = Some(fault),
        }
        report.conversations.push(told);
    }
    report.head =
        file.head.as_deref().map(|head| self::head(head, file, manifest.as_ref(), &held)).transpose()?;
    Ok(())
}

fn one(
    told: &mut Conversation,
    file: &Export,
    proof: &Proof,
    manifest: Option<&Manifest>,
) -> Result<Vec<Record>, Fault> {
    let visitor = grants::visitor(&proof.grants)?;
    if visitor.cid() != proof.cid {
        return Err(Fault::new(Step::Grant, Some(0), "the grant is of another conversation"));
    }
    let site = site(file, proof, manifest)?;
    let granted = grants::verify(&proof.grants, &site, &visitor)?;
    let records = records(&proof.records, &granted, &file.log_key, (&site, &visitor))?;
    told.end = end(proof, &records, &site, &visitor)?;
    told.agreed = grants::agreed(&granted, &records, &file.notices, manifest, false)?;
    Ok(records)
}

/// The site key that the conversation began under: the present one, or a former one that the manifest names.
fn site(file: &Export, proof: &Proof, manifest: Option<&Manifest>) -> Result<Thumbprint, Fault> {
    let fault = |error: String| Fault::new(Step::Record, None, error);
    let first = proof.records.first().ok_or_else(|| fault("there is no record".to_owned()))?;
    let record = jws::verify_json::<Record>(first, jws::RECORD).map_err(|error| fault(error.to_string()))?;
    let named = record.payload.site;
    if is_of(file, manifest, &named) { Ok(named) } else { Err(fault("of another site".to_owned())) }
}

fn is_of(file: &Export, manifest: Option<&Manifest>, site: &Thumbprint) -> bool {
    *site == file.site || manifest.is_some_and(|it| it.succession.has(site))
}

/// A withdrawal is there exactly if a record names it.
fn end(
    proof: &Proof,
    records: &[Record],
    site: &Thumbprint,
    visitor: &PublicKey,
) -> Result<Option<End>, Fault> {
    let fault = |error: String| Fault::new(Step::Withdrawal, None, error);
    let event = proof.withdrawal.as_ref().map(Event::of_remains).transpose();
    let event = event.map_err(|error| fault(error.to_string()))?;
    if let Some(event) = &event {
        withdrawal(event, site, visitor).map_err(|error| fault(error.to_string()))?;
    }
    match (records.last().map(|record| (record.what, record.at)), event) {
        (Some((What::Withdrawal(digest), at)), Some(event)) if event.digest == digest => {
            Ok(Some(End::Withdrawn { at }))
        }
        (Some((What::Withdrawal(_), _)), _) => Err(fault("the withdrawal recorded is not there".to_owned())),
        (_, Some(_)) => Err(fault("no record names the withdrawal".to_owned())),
        (Some((What::Ended(why), at)), None) => Ok(Some(End::Ended { why, at })),
        (_, None) => Ok(None),
    }
}

/// The head is by the log key, under the present site key or the one of its day. Whether it covers what is here until the
/// end of that day is told, and is no fault: proofs end, and what was recorded after midnight is not in it.
fn head(compact: &str, file: &Export, manifest: Option<&Manifest>, held: &[Held<'_>]) -> Result<Head, Fault> {
    let fault = |error: String| Fault::new(Step::Head, None, error);
    let verified =
        jws::verify_json::<record::Head>(compact, jws::HEAD).map_err(|error| fault(error.to_string()))?;
    let record::Head { v, site, day, count, root, .. } = verified.payload;
    if verified.key != file.log_key || !is_of(file, manifest, &site) || v != VERSION {
        return Err(fault("not of this site and log key".to_owned()));
    }
    let mut newest: Vec<_> = held
        .iter()
        .filter_map(|Held { proof, records }| {
            let covered = records.iter().rposition(|record| record.at.date().to_string() <= day)?;
            Some((proof.cid.0, record_digest(proof.records.get(covered)?)))
        })
        .collect();
    newest.sort_by_key(|(cid, _)| *cid);
    let agrees = record::root(newest.into_iter().map(|(_, digest)| digest)) == root;
    Ok(Head { day, count, root, agrees })
}
