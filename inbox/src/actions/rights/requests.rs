//! Requests by visitors: taking them down, closing them.

use super::{address, api, arrived, care, clock, during, focus_soon, fresh, id_of, missing, say};
use crate::{
    app::{App, Page},
    state::{admin::Said, fault::Fault, rights::Sending},
};
use einwurf_protocol::{
    VERSION,
    api::staff::{CloseRequest, OpenRequest, Outcome, RightsRequest, RightsRequests},
    ids::MessageId,
};
use leptos::prelude::*;

/// The page.
pub(super) fn show(app: App) {
    super::show(app, Page::Requests);
    app.requests.update(|requests| requests.said = Said::Nothing);
    load(app);
}

pub(super) fn load(app: App) {
    let then = move |answer: Result<RightsRequests, Fault>| {
        app.requests.update(|requests| match answer {
            Ok(answer) => requests.list = Some(answer.requests),
            Err(fault) => requests.said = Said::failed(fault),
        });
    };
    during(app, async move |began| fresh(app, began, api::requests).await, then);
}

/// Takes a request down.
pub(super) fn take_down(app: App) {
    let now = clock::relay_now();
    let (cid, right, received, busy) = app
        .rights
        .with_untracked(|rights| (rights.cid, rights.right, rights.received_at(now), rights.said.is_busy()));
    let Some((cid, address)) = cid.and_then(|cid| address(app, cid).map(|address| (cid, address))) else {
        return;
    };
    if busy {
        return;
    }
    let received = match received {
        Ok(received) => received,
        Err(lack) => return missing(app, lack),
    };
    let id = id_of(app, Sending::Request(right, received));
    say(app, Said::Busy(|t| &t.rights_sending));
    let body = OpenRequest { v: VERSION, id, right, received };
    let then = move |answer: Result<RightsRequest, Fault>| match answer {
        Ok(_) => {
            arrived(app, cid, |t| &t.request_taken);
            load(app);
        }
        Err(fault) => care(app, cid, fault),
    };
    let act = async move |began| fresh(app, began, |access| api::take_down(access, &address, &body)).await;
    during(app, act, then);
}

/// Closes a request.
pub(super) fn close(app: App, id: MessageId, outcome: Outcome) {
    if app.requests.with_untracked(|requests| requests.closing.is_some()) {
        return;
    }
    app.requests.update(|requests| (requests.closing, requests.said) = (Some(id), Said::Nothing));
    let body = CloseRequest { id, outcome };
    let then = move |answer: Result<(), Fault>| {
        app.requests.update(|requests| {
            requests.closing = None;
            requests.said = match answer {
                Ok(()) => Said::Good(|t| &t.request_closed),
                Err(fault) => Said::failed(fault),
            };
        });
        focus_soon("title");
        load(app);
    };
    let act = async move |began| fresh(app, began, |access| api::close(access, &body)).await.map(drop);
    during(app, act, then);
}
