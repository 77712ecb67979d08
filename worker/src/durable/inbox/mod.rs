//! The inbox object, one per site: what the site published, its accounts and sessions, the index of conversations and
//! the queue of relay mails.

mod abuse;
mod acts;
mod answers;
mod devices;
mod disclose;
mod index;
mod invitations;
mod live;
mod log;
mod login;
mod mail;
mod order;
mod people;
mod proof;
mod publish;
mod push;
mod refusals;
mod reminders;
mod renew;
mod rights;
mod schema;
mod session;
mod setup;
mod sheets;
mod site;
mod socket;
mod status;
mod upkeep;
mod webhooks;

pub(super) use schema::TABLES;
#[cfg(test)]
pub(super) use schema::statements;
pub(crate) use setup::Create;

use super::{Reply, after_alarm, alarm::Alarm, call::Incoming, config, sql::Sql};
use crate::{
    address::{Kind, ObjectId},
    body,
    config::Config,
    fault::Fault,
    load::Load,
    vault::{Vault, What, closed},
};
use einwurf_protocol::{api::staff::Abuse, problem::Code};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use worker::{Env, Response, State};

/// The macro's output does not keep our lints.
mod object {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::pedantic,
        clippy::expect_used,
        reason = "output of the macro"
    )]
    use super::{Here, Incoming, Memory, Reply, after_alarm, answer, live, upkeep};
    use worker::*;

    #[durable_object]
    pub struct Inbox {
        state: State,
        env: Env,
        memory: Memory,
    }

    impl DurableObject for Inbox {
        fn new(state: State, env: Env) -> Self {
            Self { state, env, memory: Memory::default() }
        }

        async fn fetch(&self, req: Request) -> Result<Response> {
            let here = Here::new(&self.state, &self.env, &self.memory);
            let answer = match here {
                Ok(here) => answer(&here, Incoming::of(req)).await,
                Err(fault) => Err(fault),
            };
            answer.or_else(|fault| Reply::problem(fault).into_response())
        }

        async fn alarm(&self) -> Result<Response> {
            let here = Here::new(&self.state, &self.env, &self.memory);
            let reply = match here {
                Ok(here) => upkeep::alarm(&here).await,
                Err(fault) => Err(fault),
            };
            if reply.is_err() {
                self.memory.alarm.forget();
            }
            after_alarm(&self.state, reply).await
        }

        async fn websocket_message(&self, ws: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
            live::heard(&ws);
            Ok(())
        }

        async fn websocket_close(&self, ws: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
            live::left(&ws);
            Ok(())
        }

        async fn websocket_error(&self, _: WebSocket, _: Error) -> Result<()> {
            Ok(())
        }
    }
}

/// What the object remembers while it is in memory.
#[derive(Debug, Default)]
struct Memory {
    /// The mail that is on its way at this moment; messages that arrive now are not in it.
    sending: RefCell<Option<String>>,
    /// How many mails are on their way while somebody waits for the answer.
    talking: Cell<u32>,
    /// Whether everything is known to lie under the present storage secret.
    renewed: Cell<bool>,
    /// Whether the tables are known to be of this build, if there are any.
    tables: Cell<bool>,
    /// Whether they are known to be there.
    made: Cell<bool>,
    /// What was opened lately.
    load: Cell<Load>,
    /// What is asked of visitors, once it was read.
    abuse: Cell<Option<Abuse>>,
    /// Bytes that no member has fetched, and when they were counted, in milliseconds.
    unread: Cell<Option<(u64, u64)>>,
    /// What was not taken and is not written yet.
    refusals: refusals::Counting,
    /// Up to which serial the published facts are known to be those of this deployment.
    deployed: Cell<Option<u64>>,
    alarm: Alarm,
}

/// What every operation needs.
struct Here<'a> {
    state: &'a State,
    env: &'a Env,
    config: Rc<Config>,
    sql: Sql,
    id: ObjectId,
    memory: &'a Memory,
}

impl<'a> Here<'a> {
    fn new(state: &'a State, env: &'a Env, memory: &'a Memory) -> Result<Self, Fault> {
        let id = ObjectId::from_hex(&state.id().to_string()).ok_or(Fault::Internal("object id"))?;
        let config = config(env)?;
        TABLES.follow(state, &memory.tables)?;
        Ok(Self { state, env, config, sql: Sql::of(state).made(memory.made.get()), id, memory })
    }

    fn vault(&self) -> &Vault {
        &self.config.vault
    }

    /// The site's address.
    fn address(&self) -> String {
        self.config.addresses.address(Kind::Site, self.id)
    }

    /// Encrypts for storage, bound to this site.
    fn close(&self, what: What, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        let closed = self.vault().close(what, &self.id.0, plain, crate::random::bytes());
        closed.map_err(|_| Fault::Internal("vault"))
    }

    /// Decrypts from storage.
    fn open(&self, what: What, stored: &[u8]) -> Result<Vec<u8>, Fault> {
        self.vault().open(what, &self.id.0, stored).map_err(closed)
    }
}

/// A request. One that asks for a connection is answered by it.
async fn answer(here: &Here<'_>, request: Incoming) -> Result<Response, Fault> {
    if request.operation() == "live" {
        return live::open(here, &request).await;
    }
    ops(here, request).await?.into_response().map_err(|_| Fault::Internal("response"))
}

async fn ops(here: &Here<'_>, mut request: Incoming) -> Result<Reply, Fault> {
    upkeep::before(here).await?;
    match request.operation().as_str() {
        // Other parts of the relay
        "create" => setup::create(here, &body::json(&request.body().await?)?).await,
        "terms" => site::terms(here, &request),
        "hint" => abuse::hint(here, &request),
        "announce" => index::announce(here, &body::json(&request.body().await?)?).await,
        "erased" => index::erased(here, &body::json(&request.body().await?)?).await,
        "forget" => index::forget(here, &body::json(&request.body().await?)?).await,
        "changed" => live::changed(here, &request),
        "disclose" => disclose::disclose(here, &request),
        "pin" => proof::pin(here),
        "head" => proof::head(here, &request.body().await?).await,
        // Visitors
        "manifest" => site::manifest(here),
        "notice" => site::notice(here, &request),
        "roster" => site::roster(here),
        "status" => status::show(here),
        // Staff
        "setup-start" => setup::start(here, &mut request).await,
        "setup" => setup::complete(here, &mut request).await,
        "login-start" => login::start(here, &mut request).await,
        "login-finish" => login::finish(here, &mut request).await,
        "recovery-start" => login::recovery_start(here),
        "recovery" => login::recover(here, &mut request).await,
        // Invited persons
        "invitation" => invitations::show(here, &request),
        "invitation-start" => invitations::start(here, &mut request).await,
        "invitation-answer" => invitations::answer(here, &mut request).await,
        operation => staff(here, operation, &mut request).await,
    }
}

/// Operations that need a session: 401 without. The body is read first, so that between the look at the session and
/// what is done with it nothing else can happen in this object.
async fn staff(here: &Here<'_>, operation: &str, request: &mut Incoming) -> Result<Reply, Fault> {
    let bytes = request.body().await?;
    let member = session::member(here, request)?;
    match operation {
        "logout" => session::logout(here, &member),
        "list" => {
            push::looked(&here.sql, &member)?;
            index::list(here, request)
        }
        "read" => index::read(here, request, &member).await,
        "mark" => index::mark(here, request, &bytes),
        "act" => acts::act(here, request, &member, &bytes).await,
        "reader" => answers::reader(here, &member),
        "answer" => answers::answer(here, request, &member, &bytes).await,
        "erase" => acts::erase(here, request, &member).await,
        "exported" => acts::exported(here, request, &member, &bytes),
        "copies" => index::copies(here, request, &member),
        "rights" => rights::list(here, &member),
        "rights-open" => rights::open(here, request, &member, &bytes).await,
        "rights-close" => rights::close(here, &member, &bytes),
        "sheets" => sheets::list(here, request, &member),
        "put-sheet" => sheets::put(here, request, &member, &bytes),
        "put-status" => status::put(here, &member, &bytes),
        "log" => log::page(here, request, &member),
        "proof" => proof::of(here, request, &member).await,
        "proofs" => proof::all(here, request, &member).await,
        "health" => site::health(here, &member),
        "abuse" => abuse::show(here),
        "put-abuse" => abuse::put(here, &member, &bytes),
        "mail" => mail::settings(here),
        "put-mail" => mail::put_settings(here, &member, &bytes).await,
        "mail-test" => mail::test(here, &member).await,
        "mail-retry" => mail::retry(here).await,
        "mail-readers" => mail::readers(here, &member),
        "put-mail-wish" => mail::put_wish(here, &member, &bytes),
        "notify" => mail::notify(here, request, &member, &bytes).await,
        "webhooks" => webhooks::list(here, &member),
        "put-webhook" => webhooks::put(here, &member, &bytes).await,
        "webhook-end" => webhooks::end(here, &member, &bytes),
        "webhook-secret" => webhooks::secret(here, &member, &bytes),
        "webhook-test" => webhooks::test(here, &member, &bytes).await,
        "webhook-log" => webhooks::log(here, request, &member),
        "webhook-again" => webhooks::again(here, &member, &bytes).await,
        "push" => push::show(here, &member),
        "push-allow" => push::allow(here, &member, &bytes),
        "push-subscribe" => push::subscribe(here, &member, &bytes),
        "push-end" => push::end(here, &member),
        "site" => site::state(here, &member),
        "publish" => publish::publish(here, &member, &bytes).await,
        "invite" => invitations::invite(here, &member, &bytes),
        "invite-end" => invitations::end(here, &member, &bytes),
        "password-start" => devices::password_start(here, &member, &bytes),
        "put-password" => devices::put_password(here, &member, &bytes),
        "rewrap" => devices::rewrap(here, &member, &bytes),
        "devices" => devices::list(here, &member),
        "device-end" => devices::end(here, &member, &bytes),
        "recovery-checked" => site::recovery_checked(here, &member),
        _ => Err(Code::NotFound.into()),
    }
}
