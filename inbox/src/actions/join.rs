//! Answering an invitation.

use super::{
    focus_soon,
    lock::{during, goes_on},
};
use crate::{
    api::{self, Access, Failure},
    app::App,
    effects::{clock, http, random},
    state::{
        fault::Fault,
        join::{Answering, Offer, Phase, answer as make, offer},
        login::{self, Generation},
        opaque,
    },
};
use einwurf_protocol::{api::admin::InvitationStart, problem::Code};
use einwurf_seal::InvitationSecret;
use leptos::prelude::*;

/// Looks up what the link offers. Consumes nothing.
pub fn load(app: App) {
    app.join.update(|join| join.phase = Phase::Loading);
    let then = move |looked| {
        app.join.update(|join| match looked {
            Ok(offer) => (join.offer, join.phase) = (Some(offer), Phase::Form),
            Err(fault) => join.phase = Phase::Closed(fault),
        });
        focus_soon("title");
    };
    during(app, async move |_| look(app).await, then);
}

/// What answers at the relay, and the secret of the link.
fn access(app: App) -> Result<(Access, InvitationSecret), Fault> {
    let site = app.prefs.with_untracked(|prefs| prefs.site.clone()).ok_or(Fault::LinkUsed)?;
    let secret = app.vault.with_value(|vault| vault.invite.clone()).ok_or(Fault::LinkUsed)?;
    Ok((Access { site, secret: secret.token() }, secret))
}

/// The link is the only credential here: refused means used up, ended or taken back.
fn fault(failure: &Failure) -> Fault {
    match failure.fault() {
        Fault::Refused | Fault::Unknown => Fault::LinkUsed,
        other => other,
    }
}

async fn look(app: App) -> Result<Offer, Fault> {
    let (access, _) = access(app)?;
    let relay = app.relay.get_value();
    let shown = http::send(&relay, api::invitation(&access)).await.map_err(|failure| fault(&failure))?;
    offer(shown, app.pin.get_value(), &relay, clock::now())
}

/// Makes the keys and answers.
pub(super) fn answer(app: App) {
    let first = app.join.with_untracked(|join| join.faults().first().map(|(spec, _)| spec.id));
    if let Some(first) = first {
        app.join.update(|join| join.tried = true);
        focus_soon(first);
        return;
    }
    if app.join.with_untracked(|join| join.phase != Phase::Form) {
        return;
    }
    app.join.update(|join| (join.phase, join.fault) = (Phase::Working, None));
    let then = move |sent| match sent {
        Ok(code) => {
            app.login.update(|login| {
                login.account = app.join.with_untracked(|join| login::account(&join.account));
            });
            app.vault.update_value(|vault| (vault.invite, vault.answering) = (None, None));
            app.join.update(|join| join.answered(code));
            focus_soon("title");
        }
        Err(Fault::LinkUsed) => app.join.update(|join| join.phase = Phase::Closed(Fault::LinkUsed)),
        Err(fault) => {
            app.join.update(|join| (join.phase, join.fault) = (Phase::Form, Some(fault)));
            focus_soon("join-fault");
        }
    };
    during(app, async move |began| send(app, began).await, then);
}

/// Nothing of it is kept, and nothing sent, once somebody left the page.
async fn send(app: App, began: Generation) -> Result<String, Fault> {
    clock::painted().await;
    let (access, secret) = access(app)?;
    let relay = app.relay.get_value();
    let (offer, account, password) = app
        .join
        .with_untracked(|join| (join.offer.clone(), login::account(&join.account), join.password.clone()));
    let offer = offer.ok_or(Fault::LinkUsed)?;
    // Whatever was sent once is sent again as it was: its acknowledgement may have been lost.
    let kept =
        app.vault.with_value(|vault| vault.answering.clone().filter(|kept| kept.is_for(&account, &password)));
    if let Some(kept) = kept {
        return deliver(&relay, &access, &kept).await;
    }
    let typed = (account.clone(), password.clone());
    let mut rng = random::rng();
    let (client, registration) = opaque::register(password, &mut rng).map_err(|_| Fault::Device)?;
    let start = InvitationStart { account: account.clone(), registration };
    let started = http::send(&relay, api::invitation_start(&access, &start)).await;
    let started = started.map_err(|failure| fault(&failure))?;
    clock::painted().await;
    if !goes_on(app, began) {
        return Err(Fault::LinkUsed);
    }
    let registered = client.finish(&started.registration, &mut rng).map_err(|_| Fault::Misunderstood)?;
    let (body, code) = make(&offer, &secret, &account, &registered, &mut rng);
    let answering = Answering { account: typed.0, password: typed.1, body, code };
    app.vault.update_value(|vault| vault.answering = Some(answering.clone()));
    deliver(&relay, &access, &answering).await
}

async fn deliver(relay: &str, access: &Access, answering: &Answering) -> Result<String, Fault> {
    match http::send(relay, api::answer_invitation(access, &answering.body)).await {
        Ok(_) => Ok(answering.code.clone()),
        Err(Failure::Problem(problem)) if problem.code == Code::Conflict => Err(Fault::Taken),
        Err(failure) => Err(fault(&failure)),
    }
}
