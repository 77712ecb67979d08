//! The three durable objects and what they share. Read–check–write happens only here, and never with an `await`
//! between the check and the write: an object runs one piece of code at a time.

mod alarm;
mod call;
mod conversation;
mod inbox;
mod outside;
mod proof;
mod reply;
mod sql;
mod tables;
pub(crate) mod terms;
mod verify;

#[cfg(test)]
pub(crate) use conversation::schema::{FILES as CONVERSATION_FILES, SCHEMA as CONVERSATION_SCHEMA};

pub(crate) use call::{Call, Namespace, argument, ask, call, new_id, succeed};
pub(crate) use inbox::Create;
pub(crate) use reply::{Reply, log};
pub(crate) use verify::{derive, verify};

use crate::{config::Config, fault::Fault};
use einwurf_protocol::time::Timestamp;
use std::{cell::OnceCell, rc::Rc};

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> Timestamp {
    Timestamp(now_ms() / 1_000)
}

/// An alarm that failed is set again: the runtime itself gives up after a few tries, debts do not go away by that.
async fn after_alarm(state: &worker::State, done: Result<Reply, Fault>) -> worker::Result<worker::Response> {
    if let Err(fault) = &done {
        log(&format!("alarm: {fault}"));
        state.storage().set_alarm(ALARM_AGAIN).await?;
    }
    Reply::empty().into_response()
}

/// Storage that is away is back soon, or somebody has to look after it.
const ALARM_AGAIN: std::time::Duration = std::time::Duration::from_secs(5);

thread_local! {
    /// Bindings do not change while an isolate lives.
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The configuration, checked at the first request.
pub(crate) fn config(env: &worker::Env) -> Result<Rc<Config>, Fault> {
    if let Some(config) = CONFIG.with(|config| config.get().cloned()) {
        return Ok(config);
    }
    let read = Config::read(|name| env.var(name).ok().map(|value| value.to_string()));
    let config = Rc::new(read.map_err(|error| Fault::Configuration(error.to_string()))?);
    Ok(CONFIG.with(|cell| cell.get_or_init(|| config).clone()))
}
