//! A member's own access: a new password, and the devices that logged in.

use super::{
    focus_soon,
    lock::{during, goes_on},
    reauth::fresh,
};
use crate::{
    api,
    app::App,
    effects::{clock, random},
    state::{
        account::{Changing, Deed, PASSWORD},
        admin::Said,
        fault::Fault,
        login::Generation,
        opaque::{self, Registered},
    },
};
use einwurf_protocol::{
    VERSION,
    api::admin::{Devices, Password, PasswordStart},
    ids::Thumbprint,
};
use einwurf_seal::wrapping_key;
use leptos::prelude::*;
use zeroize::Zeroizing;

/// Answers what somebody does on this page.
pub(super) fn handle(app: App, deed: Deed) {
    match deed {
        Deed::Change => change(app),
        Deed::End(id) => end(app, id),
    }
}

/// Shows whose access it is and fetches the devices.
pub(super) fn load(app: App) {
    let name = app.login.with_untracked(|login| login.account.clone());
    let recovering = app.vault.with_value(|vault| vault.staff.as_ref().is_some_and(|staff| staff.recovering));
    app.admin.account.update(|account| {
        (account.name, account.recovering) = (name, recovering);
        (account.said, account.said_devices) = (Said::Nothing, Said::Nothing);
    });
    fetch(app);
}

fn fetch(app: App) {
    let take = move |answer: Result<Devices, Fault>| {
        app.admin.account.update(|account| match answer {
            Ok(answer) => account.take(answer.devices),
            Err(fault) => account.said_devices = Said::failed(fault),
        });
    };
    during(app, async move |began| fresh(app, began, api::devices).await, take);
}

fn change(app: App) {
    let (fault, idle) =
        app.admin.account.with_untracked(|account| (account.check(), account.changing == Changing::Idle));
    if fault.is_some() {
        app.admin.account.update(|account| account.tried = true);
        return focus_soon(PASSWORD.id);
    }
    if !idle {
        return;
    }
    let password = app.admin.account.with_untracked(|account| account.password.clone());
    let then = move |outcome| match outcome {
        Ok(()) => {
            app.admin.account.update(crate::state::account::Account::changed);
            fetch(app);
        }
        Err(fault) => {
            app.admin.account.update(|account| account.failed(Said::failed(fault)));
            focus_soon("account-care");
        }
    };
    during(app, async move |began| set(app, began, password).await, then);
}

/// A password is set only in the login in which it was typed.
async fn set(app: App, began: Generation, password: Zeroizing<String>) -> Result<(), Fault> {
    let progress = |changing| {
        app.admin.account.update(|account| (account.changing, account.said) = (changing, Said::Nothing));
    };
    progress(Changing::Asking);
    let mut rng = random::rng();
    let (client, registration) = opaque::register(password, &mut rng).map_err(|_| Fault::Device)?;
    let start = PasswordStart { registration };
    let answer = fresh(app, began, |access| api::password_start(access, &start)).await?;
    progress(Changing::Deriving);
    clock::painted().await;
    if !goes_on(app, began) {
        return Err(Fault::Refused);
    }
    let registered = client.finish(&answer.registration, &mut rng).map_err(|_| Fault::Misunderstood)?;
    let (body, root) = body(app, &registered)?;
    fresh(app, began, |access| api::set_password(access, &body)).await?;
    app.vault.update_value(|vault| {
        if let Some(staff) = &mut vault.staff {
            staff.root = root;
        }
    });
    Ok(())
}

/// The member's keys under the new password, for the present site key.
fn body(app: App, registered: &Registered) -> Result<(Password, Thumbprint), Fault> {
    app.vault.with_value(|vault| {
        let staff = vault.staff.as_ref().ok_or(Fault::Refused)?;
        let root = staff.site.key;
        let secret = wrapping_key(&registered.export_key, &root);
        let wrapped = staff.keys.wrap(secret.as_ref(), &mut random::rng());
        Ok((Password { v: VERSION, registration: registered.upload.clone(), wrapped }, root))
    })
}

fn end(app: App, id: Thumbprint) {
    app.admin.account.update(|account| account.said_devices = Said::Busy(|t| &t.mail_saving));
    let then = move |outcome: Result<(), Fault>| {
        app.admin.account.update(|account| {
            account.said_devices = match &outcome {
                Ok(()) => Said::Good(|t| &t.devices_ended),
                Err(fault) => Said::failed(*fault),
            };
        });
        if outcome.is_ok() {
            fetch(app);
            focus_soon("devices-title");
        }
    };
    let act = async move |began| fresh(app, began, |access| api::end_device(access, id)).await.map(drop);
    during(app, act, then);
}
