//! What a visitor reads: the conversation, the proof of consent, everything that the relay holds.

use super::{
    super::{
        Namespace, Reply,
        call::{Call, Incoming, argument, ask},
        now,
        sql::{Sql, add},
    },
    alive,
    files::Files,
    meta::Meta,
    store::Store,
    token,
};
use crate::{
    disclosure::{CONVERSATION, Disclosed, FILES, How},
    fault::Fault,
};
use einwurf_protocol::{
    api::{
        header,
        staff::Proof,
        visitor::{Data, Receipt},
    },
    problem::Code,
};
use worker::{Env, State};

/// `GET /v1/events`: what lies after a position. 401, 410
pub(super) fn events(state: &State, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let meta = store.opened_by(&token(request)?)?;
    alive(&meta)?;
    let after = request.header(header::AFTER);
    let after = after.map(|text| text.parse().map_err(|_| Fault::header(header::AFTER))).transpose()?;
    Reply::json(200, &store.events(&meta, after)?)
}

/// `GET /v1/receipt`: also after the end. 401, 503
pub(super) async fn receipt(state: &State, env: &Env, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let token = token(request)?;
    let meta = store.opened_by(&token)?;
    let proof = proof(env, &meta).await?;
    // Much may have happened while the proof was asked for.
    let meta = store.opened_by(&token)?;
    Reply::json(200, &receipt_of(&store, &meta, proof)?)
}

/// `GET /v1/data`: 401, 410, 503
pub(super) async fn data(state: &State, env: &Env, request: &Incoming) -> Result<Reply, Fault> {
    let store = Store::of(state);
    let token = token(request)?;
    let meta = store.opened_by(&token)?;
    alive(&meta)?;
    let (proof, mut stored) = (proof(env, &meta).await?, Disclosed::new());
    for (namespace, object) in [(Namespace::Inbox, meta.inbox), (Namespace::Proof, meta.proof)] {
        let call = about(Call::new("disclose"), &meta).header(argument::CONVERSATION, state.id().to_string());
        stored.extend(ask::<Disclosed>(env, namespace, object, call).await?);
    }
    let meta = store.opened_by(&token)?;
    alive(&meta)?;
    stored.extend(own(&Sql::of(state))?);
    let conversation = store.events(&meta, None)?;
    Reply::json(200, &Data { conversation, receipt: receipt_of(&store, &meta, proof)?, stored })
}

fn about(call: Call, meta: &Meta) -> Call {
    call.header(argument::CID, meta.known.chain.cid.to_string())
}

/// What the proof object has; nothing yet if the first record is still on its way.
async fn proof(env: &Env, meta: &Meta) -> Result<Option<Proof>, Fault> {
    let call = about(Call::new("receipt"), meta);
    match ask(env, Namespace::Proof, meta.proof, call).await {
        Ok(proof) => Ok(Some(proof)),
        Err(Fault::Refused(Code::NotFound)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn receipt_of(store: &Store, meta: &Meta, proof: Option<Proof>) -> Result<Receipt, Fault> {
    let proof_until = proof.as_ref().map_or_else(|| now().proof_until(), |proof| proof.until);
    let (grants, records) = proof.map(|proof| (proof.grants, proof.records)).unwrap_or_default();
    let events = store.remains()?;
    let (withdrawn, erased, deleted) = (meta.withdrawn, meta.erased, meta.end());
    let hold = meta.hold.filter(|hold| now() < hold.until);
    Ok(Receipt { grants, records, events, withdrawn, erased, hold, deleted, proof_until })
}

/// Every value of this object that is not in the answer under a name of its own.
fn own(sql: &Sql) -> Result<Disclosed, Fault> {
    let mut disclosed = Disclosed::new();
    let files = if Files(sql).exist()? { FILES } else { &[] };
    for (table, columns) in CONVERSATION.iter().chain(files) {
        let (mut shown, mut values) = (Vec::new(), Vec::new());
        for (name, how) in *columns {
            match how {
                How::Stored => values.push((*name).to_owned()),
                How::Length => values.push(format!("length({name})")),
                How::Conversation | How::Nothing(_) => continue,
            }
            shown.push(*name);
        }
        if !shown.is_empty() {
            let rows = sql.rows(&format!("SELECT {} FROM {table}", values.join(", ")), Vec::new())?;
            add(&mut disclosed, &format!("conversation.{table}"), &shown, &rows);
        }
    }
    Ok(disclosed)
}
