//! What comes before a follow-up is stored: work for a long one, a pause where nobody answers or fetches.

use super::{
    super::{
        call::{Call, Incoming, argument},
        config, derive, now,
        terms::stated,
    },
    meta::Meta,
    store::Store,
};
use crate::{
    address::ObjectId,
    admit::{Admitted, SignedFollowUp},
    challenge::{Purpose, work_of, worked},
    fault::Fault,
    load, random,
    refusals::Refusals,
    terms::{Answer, Terms},
};
use einwurf_protocol::{
    api::header,
    limits::{TICKET_SECONDS, UNREAD_BYTES, UNREAD_WAIT_SECONDS},
};
use worker::{Env, State};

/// By how much the limits of this relay are beyond the usual ones.
pub(super) fn factor(env: &Env) -> Result<u64, Fault> {
    config(env).map(|config| config.pace)
}

/// The site's terms at this moment, if it takes such a message: 403 `text-only`, 428, 429.
pub(super) async fn terms(
    state: &State,
    env: &Env,
    (meta, request, length): (&Meta, &Incoming, usize),
    follow_up: &SignedFollowUp,
    refused: Refusals,
) -> Result<Terms, Fault> {
    let key = &config(env)?.addresses;
    let id = ObjectId::from_hex(&state.id().to_string()).ok_or(Fault::Internal("object id"))?;
    let purpose = Purpose::Message(id, follow_up.event.header.message);
    let bits = match request.header(header::WORK).as_deref().and_then(work_of) {
        Some(work) => worked(purpose, key, now(), &work, derive).await.unwrap_or_default(),
        None => 0,
    };
    let coming = serde_json::to_string(&follow_up.coming(length, bits)).unwrap_or_default();
    let question = Call::new("terms").header(argument::COMING, coming);
    let question = question.header(argument::REFUSED, refused.header());
    let Answer { terms, demand, .. } = stated(env, meta.inbox, question).await?;
    let expires = now().plus(TICKET_SECONDS);
    let fault = demand.map(|demand| purpose.demanded(demand, key, expires, random::bytes()));
    fault.map_or(Ok(terms), Err)
}

/// Whether the visitor wrote no more than members can follow: 429 with the pause. Looked at are two events, however many
/// there are.
pub(super) fn room(store: &Store, meta: &Meta, admitted: &Admitted, factor: u64) -> Result<(), Fault> {
    let next = admitted.event.header.seq;
    for (count, seconds) in load::messages(factor) {
        let Some(back) = next.checked_sub(count).filter(|back| *back >= meta.answered) else { continue };
        let Some(at) = store.at(back)? else { continue };
        let pause = load::pause(at, seconds, now());
        if pause > 0 {
            return Err(Fault::Wait(pause));
        }
    }
    if meta.unread.saturating_add(super::meta::size(admitted)) > UNREAD_BYTES {
        return Err(Fault::Wait(UNREAD_WAIT_SECONDS));
    }
    Ok(())
}
