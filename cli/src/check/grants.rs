//! Grants and the notices that they name.

use super::of_grant;
use crate::report::{Agreed, Fault, Step, Text};
use einwurf_protocol::{
    consent::{Choices, Grant, verify_grant},
    es256::PublicKey,
    ids::Thumbprint,
    jws,
    manifest::Manifest,
    notice::{self, Notice, NoticeError, Purpose},
    record::{Record, grant_digest},
};
use std::collections::BTreeSet;

/// A grant that holds.
pub(super) struct Granted<'f> {
    pub(super) compact: &'f str,
    pub(super) grant: Grant,
}

/// The conversation's key is the one that signed the first grant.
pub(super) fn visitor(grants: &[String]) -> Result<PublicKey, Fault> {
    let missing = || Fault::new(Step::Grant, None, "there is no grant");
    let first = jws::verify(grants.first().ok_or_else(missing)?, jws::GRANT);
    first.map(|verified| verified.key).map_err(|error| of_grant(0)(error.into()))
}

pub(super) fn verify<'f>(
    grants: &'f [String],
    site: &Thumbprint,
    visitor: &PublicKey,
) -> Result<Vec<Granted<'f>>, Fault> {
    let verify = |(index, compact): (usize, &'f String)| {
        let grant = verify_grant(compact, site, visitor).map_err(of_grant(index))?;
        Ok(Granted { compact, grant })
    };
    grants.iter().enumerate().map(verify).collect()
}

/// Step 4: each grant with the record that names it, in the same order, and with its notice. A notice may only be missing
/// if not `all` have to be there.
pub(super) fn agreed(
    granted: &[Granted<'_>],
    records: &[Record],
    notices: &[String],
    manifest: Option<&Manifest>,
    all: bool,
) -> Result<Vec<Agreed>, Fault> {
    let recorded = records.iter().filter(|record| super::granted_by(record).is_some());
    let mut agreed = Vec::new();
    for (index, (Granted { compact, grant }, record)) in granted.iter().zip(recorded).enumerate() {
        let fault = |error: &str| Fault::new(Step::Notice, Some(index), error);
        let text = match self::notice(grant, notices).map_err(|error| fault(&error.to_string()))? {
            None if all => return Err(fault("the text that was agreed to is not in the file")),
            Some(notice) if !fits(grant, &notice) => {
                return Err(fault("the grant says something else than its notice asks"));
            }
            notice => notice.map(|it| Text { title: it.title, company: it.company, days: it.days }),
        };
        let code = manifest.map(|manifest| &manifest.code).filter(|code| code.digest() == grant.build);
        agreed.push(Agreed {
            at: record.at,
            grant: grant_digest(compact),
            notice: grant.notice,
            register: grant.register,
            mode: grant.mode,
            grants: grant.grants.clone(),
            build: grant.build,
            version: code.map(|code| code.version.clone()),
            text,
        });
    }
    Ok(agreed)
}

/// The notice that a grant names, if it is there.
pub(super) fn notice(grant: &Grant, notices: &[String]) -> Result<Option<Notice>, NoticeError> {
    let document = notices.iter().find(|text| notice::digest(text.as_bytes()) == grant.notice);
    document.map(|text| notice::parse(text.as_bytes())).transpose()
}

/// Whether choices answer exactly what the notice asks besides, and tick the box for special categories if it is required.
pub(super) fn answers(choices: &Choices, notice: &Notice) -> bool {
    let asked = notice.statements.iter().find(|statement| statement.purpose == Purpose::Special);
    let special = asked.is_some() == choices.special.is_some();
    let ticked = choices.special == Some(true) || !asked.is_some_and(|statement| statement.required);
    special && ticked && notice.age.is_some() == choices.by.is_some()
}

/// Whether the grant answers exactly what the notice asks: no box more, no box less.
fn fits(grant: &Grant, notice: &Notice) -> bool {
    let asked = notice.statements.iter().map(|statement| statement.purpose);
    let tells = asked.clone().any(|purpose| purpose == Purpose::Special) || notice.age.is_some();
    let boxes: BTreeSet<_> =
        asked.filter(|purpose| *purpose != Purpose::Special).chain([Purpose::Answer]).collect();
    grant.register == notice.register
        && grant.mode == notice.mode
        && grant.choices.is_some() == tells
        && grant.grants.keys().copied().eq(boxes)
}
