//! The site's terms: leased, or asked for.

use super::{
    Namespace,
    call::{Call, argument, ask},
    now_ms,
};
use crate::{
    address::ObjectId,
    fault::Fault,
    lease::Leases,
    terms::{Answer, Terms},
};
use std::{cell::RefCell, rc::Rc};
use worker::Env;

thread_local! {
    /// Shared by all objects whose code runs in this isolate.
    static LEASES: RefCell<Leases> = const { RefCell::new(Leases::new()) };
}

/// The terms of a site, if they were asked for a moment ago.
pub(crate) fn leased(inbox: ObjectId) -> Option<Rc<Terms>> {
    LEASES.with_borrow(|leases| leases.get(inbox, now_ms()))
}

/// The terms of a site at this moment, and whether a conversation is known to it.
pub(crate) async fn stated(
    env: &Env,
    inbox: ObjectId,
    conversation: Option<ObjectId>,
) -> Result<(Rc<Terms>, bool), Fault> {
    let question = Call::new("terms");
    let question = match conversation {
        Some(object) => question.header(argument::CONVERSATION, object.to_hex()),
        None => question,
    };
    let asked = LEASES.with_borrow(|leases| leases.ask(now_ms()));
    let Answer { terms, known } = ask(env, Namespace::Inbox, inbox, question).await?;
    let terms = Rc::new(terms);
    LEASES.with_borrow_mut(|leases| leases.keep(inbox, &terms, asked));
    Ok((terms, known))
}

/// A site has published. To be called by its inbox object.
pub(crate) fn changed(inbox: ObjectId) {
    LEASES.with_borrow_mut(|leases| leases.end(inbox));
}
