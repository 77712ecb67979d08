//! The deliveries of the last days.

use super::{Act, answer};
use crate::{
    app::{App, tr, use_app},
    state::webhooks::{Deed, can_repeat, occasion},
    texts::{Pick, fill},
};
use einwurf_protocol::api::webhooks::{Delivery, Standing};
use leptos::prelude::*;

/// The list, if there is anything in it.
#[component]
pub(super) fn Log() -> impl IntoView {
    let app = use_app();
    let log = Memo::new(move |_| app.admin.webhooks.with(|all| all.log.clone()));
    let more = Memo::new(move |_| app.admin.webhooks.with(|all| all.after.is_some()));
    let list = move |deliveries: Vec<Delivery>| {
        view! {
            <section class="card" aria-labelledby="hook-log">
                <h2 id="hook-log">{tr(|t| &t.hooks_log)}</h2>
                <p class="hint">{tr(|t| &t.hooks_log_lead)}</p>
                <ul class="entries">
                    {deliveries.into_iter().map(|delivery| view! { <Row delivery /> }).collect_view()}
                </ul>
                <div class="buttons">
                    <Act deed=Deed::Refresh words=|t| &t.hooks_refresh />
                    {move || more.get().then(|| view! { <Act deed=Deed::More words=|t| &t.hooks_more /> })}
                </div>
            </section>
        }
    };
    move || Some(log.get()).filter(|log| !log.is_empty()).map(list)
}

#[component]
fn Row(delivery: Delivery) -> impl IntoView {
    let app = use_app();
    let (n, what) = (delivery.n, delivery.occasion);
    let code = delivery.conversation.clone();
    let address = delivery.webhook;
    let url = move || {
        let url = app.admin.webhooks.with(|all| all.get(address).map(|webhook| webhook.url.clone()));
        url.unwrap_or_default()
    };
    let again = can_repeat(&delivery).then(|| {
        view! { <div class="entry-acts"><Act deed=Deed::Again(n) words=|t| &t.hooks_again /></div> }
    });
    let line = move || line(app, &delivery);
    view! {
        <li class="entry">
            <h3>{tr(occasion(what))}{code.map(|code| view! { " "<code>{code}</code> })}</h3>
            <p class="hint">{line}</p>
            <p class="hint wrap">{url}</p>
            {again}
        </li>
    }
}

fn line(app: App, delivery: &Delivery) -> String {
    let standing: Pick = match delivery.standing {
        Standing::Waiting => |t| &t.hooks_waits,
        Standing::Delivered => |t| &t.hooks_delivered,
        Standing::Failed => |t| &t.hooks_given_up,
    };
    let moment = |at| app.date(|dates| dates.moment(at));
    let when = delivery.tried.map_or_else(|| moment(delivery.at), |tried| moment(tried.at));
    let next = delivery.next.map(moment).unwrap_or_default();
    let tries = delivery.attempts.to_string();
    let answer = delivery.tried.map(|tried| answer(app, tried)).unwrap_or_default();
    fill(&app.text(standing), &[("when", &when), ("next", &next), ("tries", &tries), ("answer", &answer)])
}
