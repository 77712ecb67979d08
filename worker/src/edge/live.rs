//! Live connections: credentials that can be checked without an object are checked here, then the object takes the
//! connection and keeps it.

use super::{
    api::{prove, stamped},
    read::header_of,
};
use crate::{
    address::Kind,
    body::bearer,
    config::Config,
    durable::{Call, Namespace, call},
    fault::Fault,
    live::{PROTOCOLS, credentials},
    route::Route,
};
use einwurf_protocol::{api::header, problem::Code};
use worker::{Env, Method, Request, Response};

/// `GET /v1/live`.
///
/// 1. An upgrade to our subprotocol: 400.
/// 2. Address and token: 401.
/// 3. The conversation object takes the connection: 101, 401, 410.
pub(super) async fn visitor(request: &Request, env: &Env, config: &Config) -> Result<Response, Fault> {
    // 1, 2
    let (upgrade, protocols) = asked(request);
    let [address, token] = credentials(upgrade.as_deref(), protocols.as_deref())?;
    let conversation = config.addresses.resolve(Kind::Conversation, address).ok_or(Code::Unauthorized)?;
    let authorization = format!("Bearer {token}");
    bearer(Some(&authorization))?;
    // 3
    let to_object = Call::new("live").header(header::AUTHORIZATION, authorization).upgrade();
    call(env, Namespace::Conversation, conversation, to_object).await
}

/// `GET /v1/inbox/live`.
///
/// 1. An upgrade to our subprotocol: 400.
/// 2. Address, session and the device's proof: 401.
/// 3. The inbox object takes the connection: 101, 401.
pub(super) async fn staff(request: &Request, env: &Env, config: &Config) -> Result<Response, Fault> {
    // 1, 2
    let (upgrade, protocols) = asked(request);
    let [site, session, proof] = credentials(upgrade.as_deref(), protocols.as_deref())?;
    let inbox = config.addresses.resolve(Kind::Site, site).ok_or(Code::Unauthorized)?;
    let authorization = format!("Bearer {session}");
    bearer(Some(&authorization))?;
    let proven = prove(Route::StaffLive, request, config, (Some(&authorization), Some(proof))).await?;
    // 3
    let to_object = Call::new("live").header(header::AUTHORIZATION, authorization).upgrade();
    call(env, Namespace::Inbox, inbox, stamped(to_object, Some(proven))).await
}

/// What the request upgrades to, and what it offers for that. Only a `GET` upgrades.
fn asked(request: &Request) -> (Option<String>, Option<String>) {
    let upgrade = header_of(request, "upgrade").filter(|_| request.method() == Method::Get);
    (upgrade, header_of(request, PROTOCOLS))
}
