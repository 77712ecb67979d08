//! Routes of the API: credentials that can be checked without an object are checked here, everything else goes to the
//! object that knows.

use super::read::{body, capped, conversation, header_of, site};
use crate::{
    address::{Kind, ObjectId, Ticket},
    admit::Opening,
    body::bearer,
    config::Config,
    durable::{Call, Namespace, Reply, argument, ask, call, new_id, now, succeed, verify},
    fault::Fault,
    possession::{Asked, Needed, Proof, Proven},
    random,
    route::Route,
    terms::Answer,
};
use einwurf_protocol::{
    api::{header, login::NewSite, visitor},
    es256::PublicKey,
    ids::Secret,
    limits::TICKET_SECONDS,
    problem::Code,
};
use p256::elliptic_curve::subtle::ConstantTimeEq;
use worker::{Env, Request, Response};

/// What a route needs.
struct Door<'a> {
    request: &'a Request,
    env: &'a Env,
    config: &'a Config,
    /// The device that proved to have its key, where a route asks for it.
    device: Option<Proven>,
}

/// Answers a route.
pub(super) async fn answer(
    route: Route,
    request: &Request,
    env: &Env,
    config: &Config,
) -> Result<Response, Fault> {
    let cap = route.body_cap();
    let room = if cap == 0 { None } else { Some(capped(request, cap)?) };
    let device = device(route, request, config).await?;
    let door = Door { request, env, config, device };
    let bytes = match room {
        Some(room) => body(request, room).await?,
        None => Vec::new(),
    };
    match route {
        Route::Relay => finish(&relay(config)?),
        Route::Ticket => finish(&ticket(&door)?),
        Route::NewSite => finish(&new_site(&door).await?),
        Route::Open => open(&door, bytes).await,
        Route::Append | Route::Events | Route::Receipt | Route::Data => follow(&door, route, bytes).await,
        Route::Manifest | Route::Notice | Route::Roster => {
            let inbox = site(request, config).ok_or(Code::NotFound)?;
            door.inbox(inbox, operation(route), &[header::NOTICE], bytes).await
        }
        Route::Read
        | Route::Mark
        | Route::Act
        | Route::Erase
        | Route::Copies
        | Route::Exported
        | Route::OpenRight
        | Route::Proof => in_conversation(&door, route, bytes).await,
        _ => {
            let inbox = site(request, config).ok_or(Code::Unauthorized)?;
            let names = [header::AUTHORIZATION, header::AFTER, header::CODE];
            door.inbox(inbox, operation(route), &names, bytes).await
        }
    }
}

/// The device of a request that must come with a proof of possession: 401 without a good one.
async fn device(route: Route, request: &Request, config: &Config) -> Result<Option<Proven>, Fault> {
    let needed = route.possession();
    if needed == Needed::Nothing {
        return Ok(None);
    }
    let proof = Proof::read(header_of(request, header::POSSESSION).as_deref())?;
    let (method, path) = (request.method().to_string(), request.path());
    let authorization = header_of(request, header::AUTHORIZATION);
    let origins: Vec<&str> = config.origins().collect();
    let asked = Asked {
        method: &method,
        path: &path,
        origins: &origins,
        authorization: authorization.as_deref(),
        now: now(),
    };
    proof.verify(needed, &asked, verify).await.map(Some)
}

/// The object's operation behind a route.
fn operation(route: Route) -> &'static str {
    match route {
        Route::Manifest => "manifest",
        Route::Notice => "notice",
        Route::Roster => "roster",
        Route::Open => "open",
        Route::Append => "append",
        Route::Events => "events",
        Route::Receipt => "receipt",
        Route::Data => "data",
        Route::SetupStart => "setup-start",
        Route::Setup => "setup",
        Route::LoginStart => "login-start",
        Route::LoginFinish => "login-finish",
        Route::Logout => "logout",
        Route::List => "list",
        Route::Read => "read",
        Route::Mark => "mark",
        Route::Act => "act",
        Route::Erase => "erase",
        Route::Copies => "copies",
        Route::Exported => "exported",
        Route::Rights => "rights",
        Route::OpenRight => "rights-open",
        Route::CloseRight => "rights-close",
        Route::Log => "log",
        Route::Proof => "proof",
        Route::Proofs => "proofs",
        Route::Health => "health",
        Route::MailSettings => "mail",
        Route::PutMailSettings => "put-mail",
        Route::MailTest => "mail-test",
        Route::Site => "site",
        Route::Publish => "publish",
        Route::Invite => "invite",
        Route::EndInvitation => "invite-end",
        Route::PasswordStart => "password-start",
        Route::PutPassword => "put-password",
        Route::Rewrap => "rewrap",
        Route::Devices => "devices",
        Route::EndDevice => "device-end",
        Route::RecoveryChecked => "recovery-checked",
        Route::RecoveryStart => "recovery-start",
        Route::Recover => "recovery",
        Route::Invitation => "invitation",
        Route::InvitationStart => "invitation-start",
        Route::AnswerInvitation => "invitation-answer",
        Route::Relay | Route::Ticket | Route::NewSite => "",
    }
}

fn finish(answer: &(u16, serde_json::Value)) -> Result<Response, Fault> {
    let (status, value) = answer;
    Reply::json(*status, value)?.into_response().map_err(|_| Fault::Internal("response"))
}

fn value(value: &impl serde::Serialize) -> Result<serde_json::Value, Fault> {
    serde_json::to_value(value).map_err(|_| Fault::Internal("json"))
}

impl Door<'_> {
    /// A call with the named headers of the request.
    fn call(&self, operation: &'static str, names: &[&'static str], bytes: Vec<u8>) -> Call {
        let call = Call::new(operation).body(bytes);
        let call = match self.device {
            Some(Proven { device, recent }) => {
                let call = call.header(argument::DEVICE, device.to_string());
                recent.into_iter().fold(call, |call, proof| call.header(argument::PROOF, proof.to_string()))
            }
            None => call,
        };
        names.iter().fold(call, |call, name| match header_of(self.request, name) {
            Some(value) => call.header(name, value),
            None => call,
        })
    }

    async fn inbox(
        &self,
        inbox: ObjectId,
        operation: &'static str,
        names: &[&'static str],
        bytes: Vec<u8>,
    ) -> Result<Response, Fault> {
        call(self.env, Namespace::Inbox, inbox, self.call(operation, names, bytes)).await
    }

    fn bearer(&self) -> Result<Secret, Fault> {
        bearer(header_of(self.request, header::AUTHORIZATION).as_deref())
    }
}

/// `GET /v1/relay`: 200
fn relay(config: &Config) -> Result<(u16, serde_json::Value), Fault> {
    let info = visitor::RelayInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: config.profile,
        host_name: config.host_name.clone(),
        country: config.country.clone(),
    };
    Ok((200, value(&info)?))
}

/// `POST /v1/tickets`: an id is drawn, no object is touched. 201, 404
///
/// With the address of a conversation, the ticket is for the same address again: whoever waited too long goes on with what
/// was sealed and shown. Nobody takes over a conversation by it, since its object opens once; 401 for an address that
/// this relay did not issue.
fn ticket(door: &Door<'_>) -> Result<(u16, serde_json::Value), Fault> {
    let Door { request, env, config, .. } = door;
    let inbox = site(request, config).ok_or(Code::NotFound)?;
    let conversation = match header_of(request, header::CONVERSATION) {
        Some(_) => conversation(request, config).ok_or(Code::Unauthorized)?,
        None => new_id(env, config, Namespace::Conversation)?,
    };
    let expires = now().plus(TICKET_SECONDS);
    let addresses = &config.addresses;
    let ticket = visitor::Ticket {
        ticket: addresses.ticket(inbox, Ticket { conversation, expires }),
        conversation: addresses.address(Kind::Conversation, conversation),
        expires,
    };
    Ok((201, value(&ticket)?))
}

/// `POST /v1/conversations`. What is refused here makes no object.
///
/// 1. Site, token and ticket: 404, 401.
/// 2. The body: 400, 403 `consent-required`.
/// 3. The signatures of grant and event: 400.
/// 4. The site's terms, and whether the conversation is known to it; grant, place, notice, key: 404, 400, 409, 503.
/// 5. The conversation object keeps it: 201; of a ticket that was used, the same message is answered again, 401, 409.
async fn open(door: &Door<'_>, bytes: Vec<u8>) -> Result<Response, Fault> {
    let Door { request, env, config, .. } = door;
    // 1
    let inbox = site(request, config).ok_or(Code::NotFound)?;
    door.bearer()?;
    let ticket = header_of(request, header::TICKET).ok_or(Code::Unauthorized)?;
    let conversation =
        config.addresses.check_ticket(inbox, &ticket, now()).ok_or(Code::Unauthorized)?.conversation;
    // 2
    let opening = Opening::parse(&bytes)?;
    // 3
    let opening = opening.verify(verify).await?;
    // 4
    let question = Call::new("terms").header(argument::CONVERSATION, conversation.to_hex());
    let Answer { terms, known } = ask(env, Namespace::Inbox, inbox, question).await?;
    let to_object = match opening.check(&terms) {
        Ok(verified) => door.call("open", &[header::AUTHORIZATION], Vec::new()).json(&verified)?,
        // It may have been accepted before notice or key changed; its author has a right to the first answer.
        Err(_) if known => door.call("reopen", &[header::AUTHORIZATION], bytes),
        Err(fault) => return Err(fault),
    };
    // 5
    call(env, Namespace::Conversation, conversation, to_object.header(argument::INBOX, inbox.to_hex())).await
}

/// `POST` and `GET /v1/events`, receipt, data: the address is checked here. 401
async fn follow(door: &Door<'_>, route: Route, bytes: Vec<u8>) -> Result<Response, Fault> {
    let conversation = conversation(door.request, door.config).ok_or(Code::Unauthorized)?;
    door.bearer()?;
    let request = door.call(operation(route), &[header::AUTHORIZATION, header::AFTER], bytes);
    call(door.env, Namespace::Conversation, conversation, request).await
}

/// Staff routes on one conversation: the session is checked before the address. 401, 404
async fn in_conversation(door: &Door<'_>, route: Route, bytes: Vec<u8>) -> Result<Response, Fault> {
    let inbox = site(door.request, door.config).ok_or(Code::Unauthorized)?;
    let request = door.call(operation(route), &[header::AUTHORIZATION], bytes);
    let request = match conversation(door.request, door.config) {
        Some(conversation) => request.header(argument::CONVERSATION, conversation.to_hex()),
        None => request,
    };
    call(door.env, Namespace::Inbox, inbox, request).await
}

/// `POST /v1/sites`.
///
/// 1. The operator's token: 401.
/// 2. A proof object with its log key.
/// 3. An inbox object that knows it, waiting for its set-up.
/// 4. Address, secret and link, shown once: 201.
async fn new_site(door: &Door<'_>) -> Result<(u16, serde_json::Value), Fault> {
    let Door { env, config, .. } = door;
    // 1
    let token = door.bearer()?;
    if !bool::from(token.0.ct_eq(&config.operator_token.0)) {
        return Err(Code::Unauthorized.into());
    }
    // 2
    let proof = new_id(env, config, Namespace::Proof)?;
    let log_key: PublicKey = ask(env, Namespace::Proof, proof, Call::new("create")).await?;
    // 3
    let inbox = new_id(env, config, Namespace::Inbox)?;
    let setup = Secret(random::bytes());
    let create = serde_json::json!({ "proof": proof.to_hex(), "log_key": log_key, "setup": setup });
    succeed(env, Namespace::Inbox, inbox, Call::new("create").json(&create)?).await?;
    // 4
    let site = config.addresses.address(Kind::Site, inbox);
    let link = format!("{}/inbox#site={site}&setup={setup}", config.origin);
    Ok((201, value(&NewSite { site, setup, link })?))
}
