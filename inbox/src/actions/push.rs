//! Notifications of this device: switched on and off by its owner, allowed by the site, kept up from login to login.

use super::{lock::during, reauth::fresh};
use crate::{
    api,
    app::App,
    effects::push,
    state::{
        admin::Said,
        fault::Fault,
        login::Generation,
        push::{Browser, Deed, Notify, Own, Refusal, Step, script, step},
    },
    texts::Pick,
};
use einwurf_protocol::api::push::Push;
use leptos::{prelude::*, task::spawn_local};

/// Answers what somebody does.
pub(super) fn handle(app: App, deed: Deed) {
    if app.admin.notify.with_untracked(Notify::is_busy) {
        return;
    }
    match deed {
        Deed::On => switch_on(app),
        Deed::Off => switch_off(app),
        Deed::Allow => allow(app),
    }
}

/// Asks the relay and looks at the browser.
pub(super) fn load(app: App) {
    app.admin.notify.update(|notify| {
        *notify = Notify { told: notify.told, said: Said::Busy(|t| &t.mail_loading), ..Notify::default() };
    });
    let then = move |outcome: Result<_, Fault>| {
        app.admin.notify.update(|notify| match outcome {
            Ok((relay, browser, own)) => notify.take(relay, browser, own),
            Err(fault) => notify.said = Said::failed(fault),
        });
    };
    during(app, async move |began| look(app, began).await, then);
}

async fn look(app: App, began: Generation) -> Result<(Push, Browser, bool), Fault> {
    let relay = fresh(app, began, api::push).await?;
    let browser = push::browser(app.door.get_value());
    let own = push::own().await;
    let ends = own.is_some() && !relay.allowed;
    if ends {
        push::end().await;
    }
    Ok((relay, browser, own.is_some() && !ends))
}

/// A session begins, or a `resumed` one goes on: the relay hears of a subscription that this browser has. Where there is
/// none, nothing is asked.
pub(super) fn renew(app: App, resumed: bool) {
    if app.door.get_value() {
        return;
    }
    let act = async move |began| {
        push::seen().await;
        if let Some(own) = push::own().await {
            push::speak(&here(app)).await;
            follow(app, began, own, resumed).await?;
        }
        Ok(())
    };
    // What did not work is tried at the next login; the settings say how it is.
    let then = move |_: Result<(), Fault>| app.admin.notify.update(|notify| notify.told = true);
    during(app, act, then);
}

async fn follow(app: App, began: Generation, own: Own, resumed: bool) -> Result<(), Fault> {
    let relay = fresh(app, began, api::push).await?;
    match step(&relay, &own, resumed) {
        Step::End => push::end().await,
        Step::Renew => {
            if let Some(own) = push::renew(&here(app), &relay.key).await {
                tell(app, began, &own).await?;
            }
        }
        Step::Tell => tell(app, began, &own).await?,
    }
    Ok(())
}

async fn tell(app: App, began: Generation, own: &Own) -> Result<(), Fault> {
    fresh(app, began, |access| api::subscribe_push(access, &own.subscription)).await.map(drop)
}

/// Another language: what this device says is in it, too.
pub(super) fn speak(app: App) {
    if !app.door.get_value() {
        spawn_local(async move { push::speak(&here(app)).await });
    }
}

/// Somebody logged out: this browser has no subscription any more, and the relay's ended with the session.
pub(super) fn forget(app: App) {
    if !app.door.get_value() {
        spawn_local(push::end());
    }
}

fn here(app: App) -> String {
    script(app.prefs.with_untracked(|prefs| prefs.language))
}

fn switch_on(app: App) {
    let key = app.admin.notify.with_untracked(|notify| notify.relay.as_ref().map(|relay| relay.key.clone()));
    let Some(key) = key else { return };
    busy(app, |t| &t.push_asking);
    let act = async move |began| {
        // First: browsers ask people only during a click.
        let own = push::subscribe(&here(app), &key).await.map_err(refused)?;
        if let Err(fault) = tell(app, began, &own).await {
            push::end().await;
            let unknown = fault == Fault::Misunderstood;
            return Err(if unknown { Said::Care(|t| &t.push_stranger) } else { Said::failed(fault) });
        }
        Ok(())
    };
    shown(app, act, |t| &t.push_switched_on);
}

fn refused(refusal: Refusal) -> Said {
    Said::Care(match refusal {
        Refusal::Dismissed => |t| &t.push_dismissed,
        Refusal::Failed => |t| &t.push_failed,
    })
}

fn switch_off(app: App) {
    busy(app, |t| &t.push_ending);
    let act = async move |began| {
        // The browser's first: without it nothing is shown, whether the relay can be told or not.
        push::end().await;
        fresh(app, began, api::unsubscribe_push).await.map(drop).map_err(Said::failed)
    };
    shown(app, act, |t| &t.push_switched_off);
}

fn busy(app: App, text: Pick) {
    app.admin.notify.update(|notify| notify.said = Said::Busy(text));
}

/// Does something about this device, looks how it is then, and says what came of it.
fn shown(app: App, act: impl AsyncFnOnce(Generation) -> Result<(), Said> + 'static, done: Pick) {
    let act = async move |began| {
        let outcome = act(began).await;
        (outcome, look(app, began).await)
    };
    let then = move |(outcome, looked): (Result<(), Said>, Result<_, Fault>)| {
        app.admin.notify.update(|notify| {
            if let Ok((relay, browser, own)) = looked {
                let allowed = notify.allowed;
                notify.take(relay, browser, own);
                // A box that somebody ticked meanwhile stays as it is.
                (notify.allowed, notify.told) = (allowed, true);
            }
            notify.said = outcome.map_or_else(|said| said, |()| Said::Good(done));
        });
    };
    during(app, act, then);
}

fn allow(app: App) {
    let allowed = app.admin.notify.with_untracked(|notify| notify.allowed);
    app.admin.notify.update(|notify| notify.site_said = Said::Busy(|t| &t.mail_saving));
    let act = async move |began| {
        fresh(app, began, |access| api::allow_push(access, allowed)).await?;
        look(app, began).await
    };
    let then = move |outcome: Result<_, Fault>| {
        app.admin.notify.update(|notify| match outcome {
            Ok((relay, browser, own)) => {
                notify.take(relay, browser, own);
                notify.site_said = Said::Good(|t| &t.mail_saved);
            }
            Err(fault) => notify.site_said = Said::failed(fault),
        });
    };
    during(app, act, then);
}
