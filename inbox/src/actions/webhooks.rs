//! Webhooks: making, changing, trying, removing, delivering again.

use super::{focus_soon, lock::during, reauth::fresh};
use crate::{
    api::{self, Access, Call},
    app::App,
    effects::random,
    state::{
        admin::Said,
        fault::Fault,
        login::Generation,
        webhooks::{ADDRESS, Deed, Form},
    },
    texts::Pick,
};
use einwurf_protocol::{
    api::webhooks::{Deliveries, Outcome, PutWebhook, WebhookSecret},
    ids::MessageId,
};
use leptos::prelude::*;
use rand_core::Rng as _;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Answers what somebody does on this page.
pub(super) fn handle(app: App, deed: Deed) {
    let busy = app.admin.webhooks.with_untracked(|webhooks| webhooks.said.is_busy());
    match deed {
        _ if busy => {}
        Deed::New => open(app, Some(Form::new(new_id()))),
        Deed::Edit(id) => open(app, app.admin.webhooks.with_untracked(|all| all.get(id).map(Form::of))),
        Deed::Drop => open(app, None),
        Deed::Save => save(app),
        Deed::Switch(id, on) => switch(app, id, on),
        Deed::Test(id) => test(app, id),
        Deed::Renew(id) => renew(app, id),
        Deed::CopySecret => {
            if let Some(secret) = app.admin.webhooks.with_untracked(|all| all.secret.clone()) {
                super::copy(app, secret);
            }
        }
        Deed::HideSecret => {
            app.admin.webhooks.update(|all| all.secret = None);
            focus_soon("hooks-title");
        }
        Deed::Remove(id) => remove(app, id),
        Deed::Keep => {
            app.admin.webhooks.update(|all| all.removing = None);
            focus_soon("hooks-title");
        }
        Deed::Again(n) => again(app, n),
        Deed::More => more(app),
        Deed::Refresh => {
            app.admin.webhooks.update(|all| all.said = Said::Nothing);
            fetch(app);
        }
    }
}

fn new_id() -> MessageId {
    let mut id = [0; 16];
    random::rng().fill_bytes(&mut id);
    MessageId(id)
}

/// Fetches the webhooks and the newest deliveries.
pub(super) fn load(app: App) {
    app.admin.webhooks.set(crate::state::webhooks::Webhooks::default());
    fetch(app);
}

fn fetch(app: App) {
    let act = async move |began| {
        let list = fresh(app, began, api::webhooks).await?;
        let log = fresh(app, began, |access| api::deliveries(access, None)).await?;
        Ok((list.webhooks, log))
    };
    let then = move |outcome: Result<(Vec<_>, Deliveries), Fault>| {
        app.admin.webhooks.update(|all| match outcome {
            Ok((list, log)) => {
                all.list = Some(list);
                all.take(log, false);
            }
            Err(fault) => all.said = Said::failed(fault),
        });
    };
    during(app, act, then);
}

fn open(app: App, form: Option<Form>) {
    let focus = if form.is_some() { ADDRESS.id } else { "hooks-title" };
    app.admin.webhooks.update(|all| (all.form, all.said, all.removing) = (form, Said::Nothing, None));
    focus_soon(focus);
}

fn save(app: App) {
    let Some(form) = app.admin.webhooks.with_untracked(|all| all.form.clone()) else { return };
    let Some(put) = form.put() else {
        app.admin.webhooks.update(|all| all.form.iter_mut().for_each(|form| form.tried = true));
        return focus_soon(if form.check().is_some() { ADDRESS.id } else { "hook-types" });
    };
    if form.known {
        return change(app, put, |t| &t.hooks_saved);
    }
    let act = async move |began| fresh(app, began, |access| api::make_webhook(access, &put)).await;
    busy(app, |t| &t.mail_saving);
    during(app, act, move |outcome| shown(app, outcome));
}

/// A new secret, which is shown until somebody has put it where it belongs.
fn shown(app: App, outcome: Result<WebhookSecret, Fault>) {
    match outcome {
        Ok(WebhookSecret { secret }) => {
            app.admin.webhooks.update(|all| {
                (all.secret, all.form, all.said) = (Some(Zeroizing::new(secret)), None, Said::Nothing);
            });
            fetch(app);
            focus_soon("hook-secret-title");
        }
        Err(fault) => failed(app, fault),
    }
}

/// An address that the relay does not take is said like that; whatever was typed stays.
fn failed(app: App, fault: Fault) {
    let said = match fault {
        Fault::Misunderstood => Said::Care(|t| &t.hooks_unfit),
        other => Said::failed(other),
    };
    app.admin.webhooks.update(|all| all.said = said);
    focus_soon("hooks-care");
}

fn busy(app: App, text: Pick) {
    app.admin.webhooks.update(|all| all.said = Said::Busy(text));
}

fn change(app: App, put: PutWebhook, done: Pick) {
    act(app, move |access| api::change_webhook(access, &put), done);
}

/// A call that is done or not, after which everything is looked at again.
fn act<T: DeserializeOwned + 'static>(app: App, call: impl Fn(&Access) -> Call<T> + 'static, done: Pick) {
    busy(app, |t| &t.mail_saving);
    let act = async move |began: Generation| fresh(app, began, call).await.map(drop);
    during(app, act, move |outcome| match outcome {
        Ok(()) => {
            app.admin
                .webhooks
                .update(|all| (all.form, all.removing, all.said) = (None, None, Said::Good(done)));
            fetch(app);
            focus_soon("hooks-title");
        }
        Err(fault) => failed(app, fault),
    });
}

fn switch(app: App, id: MessageId, on: bool) {
    let form = app.admin.webhooks.with_untracked(|all| all.get(id).map(Form::of));
    if let Some(put) = form.and_then(|form| Form { on, ..form }.put()) {
        change(app, put, if on { |t| &t.hooks_switched_on } else { |t| &t.hooks_switched_off });
    }
}

fn test(app: App, id: MessageId) {
    busy(app, |t| &t.hooks_testing);
    let act = async move |began| fresh(app, began, |access| api::test_webhook(access, id)).await;
    during(app, act, move |outcome| match outcome {
        Ok(tried) => {
            let said = if tried.outcome == Outcome::Delivered {
                Said::Good(|t| &t.hooks_tested)
            } else {
                Said::Care(|t| &t.hooks_test_failed)
            };
            app.admin.webhooks.update(|all| all.said = said);
            fetch(app);
        }
        Err(fault) => failed(app, fault),
    });
}

fn renew(app: App, id: MessageId) {
    busy(app, |t| &t.mail_saving);
    let act = async move |began| fresh(app, began, |access| api::renew_webhook(access, id)).await;
    during(app, act, move |outcome| shown(app, outcome));
}

fn remove(app: App, id: MessageId) {
    if app.admin.webhooks.with_untracked(|all| all.removing == Some(id)) {
        return act(app, move |access| api::end_webhook(access, id), |t| &t.hooks_removed);
    }
    app.admin.webhooks.update(|all| all.removing = Some(id));
    focus_soon("hook-remove");
}

fn again(app: App, n: u64) {
    let call = move |access: &Access| api::redeliver(access, n);
    busy(app, |t| &t.mail_saving);
    let act = async move |began| fresh(app, began, call).await.map(drop);
    during(app, act, move |outcome| match outcome {
        Ok(()) => {
            app.admin.webhooks.update(|all| all.said = Said::Good(|t| &t.hooks_again_done));
            fetch(app);
        }
        Err(fault) => failed(app, fault),
    });
}

fn more(app: App) {
    let Some(after) = app.admin.webhooks.with_untracked(|all| all.after.clone()) else { return };
    let act = async move |began| fresh(app, began, |access| api::deliveries(access, Some(&after))).await;
    during(app, act, move |outcome| match outcome {
        Ok(page) => app.admin.webhooks.update(|all| all.take(page, true)),
        Err(fault) => failed(app, fault),
    });
}
