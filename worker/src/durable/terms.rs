//! The site's terms: leased, or asked for.

use super::{
    Namespace,
    call::{Call, ask},
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

/// What a site states at this moment. Its terms are leased from now on, unless it asks for something first: it may be full.
pub(crate) async fn stated(env: &Env, inbox: ObjectId, question: Call) -> Result<Answer, Fault> {
    let asked = LEASES.with_borrow(|leases| leases.ask(now_ms()));
    let answer: Answer = ask(env, Namespace::Inbox, inbox, question).await?;
    if answer.demand.is_none() {
        let terms = Rc::new(answer.terms.clone());
        LEASES.with_borrow_mut(|leases| leases.keep(inbox, &terms, asked));
    }
    Ok(answer)
}

/// A site has published. To be called by its inbox object.
pub(crate) fn changed(inbox: ObjectId) {
    LEASES.with_borrow_mut(|leases| leases.end(inbox));
}
