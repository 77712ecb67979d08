//! The log: who did what when.

use super::{api, during, fresh};
use crate::{
    app::{App, Page},
    state::{admin::Said, fault::Fault},
};
use einwurf_protocol::api::staff::LogPage;
use leptos::prelude::*;

/// The page.
pub(super) fn show(app: App) {
    super::show(app, Page::Log);
    app.log.update(|log| log.said = Said::Nothing);
    app.vault.with_value(|vault| {
        if let Some(staff) = &vault.staff {
            app.log.update(|log| log.know(&staff.site.roster));
        }
    });
    load(app, None);
}

/// Further entries.
pub(super) fn more(app: App) {
    let (after, busy) = app.log.with_untracked(|log| (log.after.clone(), log.said.is_busy()));
    if let Some(after) = after.filter(|_| !busy) {
        app.log.update(|log| log.said = Said::Busy(|t| &t.admin_loading));
        load(app, Some(after));
    }
}

fn load(app: App, after: Option<String>) {
    let further = after.is_some();
    let then = move |answer: Result<LogPage, Fault>| {
        app.log.update(|log| match answer {
            Ok(page) => log.take(page, further),
            Err(fault) => log.said = Said::failed(fault),
        });
    };
    let act = async move |began| fresh(app, began, |access| api::log(access, after.as_deref())).await;
    during(app, act, then);
}
