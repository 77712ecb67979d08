//! Routes of the API: credentials that can be checked without an object are checked here, everything else goes to the
//! object that knows.

use super::{
    live,
    read::{body, capped, conversation, header_of, site},
    toll::{self, Toll},
};
use crate::{
    address::{Kind, ObjectId},
    admit::Opening,
    body::{Capped, bearer},
    config::Config,
    durable::{Call, Create, Namespace, Reply, argument, ask, call, new_id, now, succeed, terms, verify},
    fault::Fault,
    possession::{Asked, Needed, Proof, Proven},
    random,
    route::Route,
    terms::Answer,
};
use einwurf_protocol::{
    api::{header, login::NewSite, staff::Why, visitor},
    es256::PublicKey,
    ids::Secret,
    problem::Code,
};
use p256::elliptic_curve::subtle::ConstantTimeEq;
use worker::{Env, Request, Response};

/// What a route needs.
pub(super) struct Door<'a> {
    pub(super) request: &'a Request,
    pub(super) env: &'a Env,
    pub(super) config: &'a Config,
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
    match route {
        Route::Live => return live::visitor(request, env, config).await,
        Route::StaffLive => return live::staff(request, env, config).await,
        _ => (),
    }
    let cap = route.body_cap();
    let room = if cap == 0 { None } else { Some(capped(request, cap)?) };
    let device = device(route, request, config).await?;
    let door = Door { request, env, config, device };
    let bytes = match room {
        Some(room) if route == Route::Append => return append(&door, room).await,
        Some(room) => body(request, room).await?,
        None => Vec::new(),
    };
    match route {
        Route::Relay => finish(relay(config)?),
        Route::Ticket => finish(toll::ticket(&door).await?),
        Route::NewSite => finish(new_site(&door).await?),
        Route::Open => open(&door, bytes).await,
        Route::Events | Route::Receipt | Route::Data | Route::PutPart | Route::Part | Route::Attachments => {
            follow(&door, route, bytes).await
        }
        Route::PutStaffPart | Route::StaffPart | Route::StaffAttachments => files(&door, route, bytes).await,
        Route::Manifest | Route::Notice | Route::Roster | Route::Status => {
            let inbox = site(request, config).ok_or(Code::NotFound)?;
            door.inbox(inbox, operation(route), &[header::NOTICE], bytes).await
        }
        Route::Read
        | Route::Mark
        | Route::Act
        | Route::Answer
        | Route::Erase
        | Route::Copies
        | Route::Exported
        | Route::OpenRight
        | Route::PutSheet
        | Route::Notify
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
    if route.possession() == Needed::Nothing {
        return Ok(None);
    }
    let of = |name| header_of(request, name);
    let (authorization, proof) = (of(header::AUTHORIZATION), of(header::POSSESSION));
    prove(route, request, config, (authorization.as_deref(), proof.as_deref())).await.map(Some)
}

/// The device that a proof is of, if it is about this request and the credential beside it: 401.
pub(super) async fn prove(
    route: Route,
    request: &Request,
    config: &Config,
    (authorization, proof): (Option<&str>, Option<&str>),
) -> Result<Proven, Fault> {
    let proof = Proof::read(proof)?;
    let (method, path) = (request.method().to_string(), request.path());
    let origins: Vec<&str> = config.origins().collect();
    let asked = Asked { method: &method, path: &path, origins: &origins, authorization, now: now() };
    proof.verify(route.possession(), &asked, verify).await
}

/// A call that names the device.
pub(super) fn stamped(call: Call, device: Option<Proven>) -> Call {
    let Some(Proven { device, recent }) = device else { return call };
    let call = call.header(argument::DEVICE, device.to_string());
    recent.into_iter().fold(call, |call, proof| call.header(argument::PROOF, proof.to_string()))
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
        Route::PutPart => "put-part",
        Route::Part => "part",
        Route::Attachments => "attachments",
        Route::Status => "status",
        Route::Answer => "answer",
        Route::PutStaffPart => "staff-put-part",
        Route::StaffPart => "staff-part",
        Route::StaffAttachments => "staff-attachments",
        Route::Sheets => "sheets",
        Route::PutSheet => "put-sheet",
        Route::PutStatus => "put-status",
        Route::Notify => "notify",
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
        Route::Abuse => "abuse",
        Route::PutAbuse => "put-abuse",
        Route::PutMailSettings => "put-mail",
        Route::MailTest => "mail-test",
        Route::MailRetry => "mail-retry",
        Route::MailReaders => "mail-readers",
        Route::PutMailWish => "put-mail-wish",
        Route::Webhooks => "webhooks",
        Route::PutWebhook => "put-webhook",
        Route::EndWebhook => "webhook-end",
        Route::WebhookSecret => "webhook-secret",
        Route::WebhookTest => "webhook-test",
        Route::WebhookLog => "webhook-log",
        Route::WebhookAgain => "webhook-again",
        Route::Push => "push",
        Route::AllowPush => "push-allow",
        Route::Subscribe => "push-subscribe",
        Route::Unsubscribe => "push-end",
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
        Route::Relay | Route::Openapi | Route::Ticket | Route::NewSite | Route::Live | Route::StaffLive => "",
    }
}

fn finish(reply: Reply) -> Result<Response, Fault> {
    reply.into_response().map_err(|_| Fault::Internal("response"))
}

impl Door<'_> {
    /// A call with the named headers of the request.
    fn call(&self, operation: &'static str, names: &[&'static str], bytes: Vec<u8>) -> Call {
        let call = stamped(Call::new(operation).body(bytes), self.device);
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
fn relay(config: &Config) -> Result<Reply, Fault> {
    let info = visitor::RelayInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profile: config.profile,
        host_name: config.host_name.clone(),
        country: config.country.clone(),
    };
    Reply::json(200, &info)
}

/// `POST /v1/conversations`. What is refused here makes no object.
///
/// 1. Site, token and ticket: 404, 401.
/// 2. The body: 400, 403 `consent-required`.
/// 3. Work: 428.
/// 4. The signatures of grant and event: 400.
/// 5. The site's terms, and whether the conversation is known to it; grant, place, notice, key: 404, 400, 409, 503. What
///    the site asks for such a message at this moment: 403 `text-only`, 428, 429.
/// 6. The conversation object keeps it: 201; of a ticket that was used, the same message is answered again, 401, 409.
async fn open(door: &Door<'_>, bytes: Vec<u8>) -> Result<Response, Fault> {
    let Door { request, env, config, .. } = door;
    // 1
    let inbox = site(request, config).ok_or(Code::NotFound)?;
    door.bearer()?;
    let ticket = header_of(request, header::TICKET).unwrap_or_default();
    let Some(ticket) = config.addresses.check_ticket(inbox, &ticket, now()) else {
        toll::refused(inbox, Why::Ticket);
        return Err(Code::Unauthorized.into());
    };
    let conversation = ticket.conversation;
    // 2
    let opening = Opening::parse(&bytes)?;
    // 3
    let toll = Toll { door, inbox, ticket };
    let coming = toll.paid(&opening, bytes.len()).await?;
    // 4
    let opening = opening.verify(verify).await?;
    // 5
    let question = Call::new("terms").header(argument::CONVERSATION, conversation.to_hex());
    let question = question.header(argument::COMING, serde_json::to_string(&coming).unwrap_or_default());
    let Answer { terms, known, demand } = terms::stated(env, inbox, question).await?;
    let to_object = match (opening.check(&terms), demand) {
        (Ok(_), Some(demand)) => return Err(toll.owed(demand)),
        (Ok(verified), None) => {
            let open = if known { "open-known" } else { "open" };
            door.call(open, &[header::AUTHORIZATION], Vec::new()).json(&verified)?
        }
        // It may have been accepted before notice or key changed; its author has a right to the first answer.
        (Err(_), _) if known => door.call("reopen", &[header::AUTHORIZATION], bytes),
        (Err(fault), _) => return Err(fault),
    };
    // 6
    call(env, Namespace::Conversation, conversation, to_object.header(argument::INBOX, inbox.to_hex())).await
}

/// `POST /v1/events`: the address is checked here, 401. What is refused here is read first, so that the answer arrives. All
/// else passes as it comes if its length was announced: the object reads it, and HTTP ends it there.
async fn append(door: &Door<'_>, room: Capped) -> Result<Response, Fault> {
    let Door { request, env, config, .. } = door;
    let known = conversation(request, config).ok_or(Fault::from(Code::Unauthorized));
    let known = door.bearer().and(known);
    let to_object = door.call(operation(Route::Append), &[header::AUTHORIZATION, header::WORK], Vec::new());
    let to_object = match request.inner().body() {
        Some(stream) if room.is_announced() && known.is_ok() => to_object.passing(stream),
        _ => to_object.body(body(request, room).await?),
    };
    call(env, Namespace::Conversation, known?, to_object).await
}

/// `GET /v1/events`, receipt, data, attachments: the address is checked here. 401
async fn follow(door: &Door<'_>, route: Route, bytes: Vec<u8>) -> Result<Response, Fault> {
    let conversation = conversation(door.request, door.config).ok_or(Code::Unauthorized)?;
    door.bearer()?;
    let names: &[_] = match route {
        Route::Events => &[header::AUTHORIZATION, header::AFTER],
        Route::PutPart | Route::Part => &[header::AUTHORIZATION, header::ATTACHMENT, header::PART],
        _ => &[header::AUTHORIZATION],
    };
    let request = door.call(operation(route), names, bytes);
    call(door.env, Namespace::Conversation, conversation, request).await
}

/// Staff's way to files. The inbox object only says whether the session may read; megabytes do not pass through it, since
/// all of a site would wait for them.
///
/// 1. The session, with `read`: 401, 403.
/// 2. The address: 404.
/// 3. The conversation object does it, if it is of this site.
async fn files(door: &Door<'_>, route: Route, bytes: Vec<u8>) -> Result<Response, Fault> {
    let Door { request, env, config, .. } = door;
    // 1
    let inbox = site(request, config).ok_or(Code::Unauthorized)?;
    let may = door.inbox(inbox, "reader", &[header::AUTHORIZATION], Vec::new()).await?;
    if may.status_code() != 204 {
        return Ok(may);
    }
    // 2
    let conversation = conversation(request, config).ok_or(Code::NotFound)?;
    // 3
    let to_object = door.call(operation(route), &[header::ATTACHMENT, header::PART], bytes);
    let to_object = to_object.header(argument::INBOX, inbox.to_hex());
    call(env, Namespace::Conversation, conversation, to_object).await
}

/// Staff routes on one conversation: the session is checked before the address. 401, 404
async fn in_conversation(door: &Door<'_>, route: Route, bytes: Vec<u8>) -> Result<Response, Fault> {
    let inbox = site(door.request, door.config).ok_or(Code::Unauthorized)?;
    let request = door.call(operation(route), &[header::AUTHORIZATION], bytes);
    // Without an address a sheet is the team's. One that leads nowhere is not none.
    let request = match header_of(door.request, header::CONVERSATION) {
        Some(_) => {
            let object =
                conversation(door.request, door.config).map_or_else(|| "-".to_owned(), ObjectId::to_hex);
            request.header(argument::CONVERSATION, object)
        }
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
async fn new_site(door: &Door<'_>) -> Result<Reply, Fault> {
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
    let create = Create { proof: proof.to_hex(), log_key, setup };
    succeed(env, Namespace::Inbox, inbox, Call::new("create").json(&create)?).await?;
    // 4
    let site = config.addresses.address(Kind::Site, inbox);
    let Create { setup, .. } = create;
    let link = format!("{}/inbox#site={site}&setup={setup}", config.origin);
    Reply::json(201, &NewSite { site, setup, link })
}
