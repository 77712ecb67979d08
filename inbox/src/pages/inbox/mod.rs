//! The inbox: list, conversation, details. On phones one at a time.

mod answer;
mod bulk;
mod canned;
mod changes;
mod details;
mod files;
mod filter;
mod health;
mod list;
mod moved;
mod notes;
mod reading;
mod row;
mod summary;
mod thread;
mod unread;
mod work;

use crate::app::use_app;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn Inbox() -> impl IntoView {
    let app = use_app();
    let open = Memo::new(move |_| app.desk.with(|desk| desk.open.is_some()));
    let reads = Memo::new(move |_| app.reads.get());
    let conversations = move || {
        view! {
            <main id="main" class="inbox" class:inbox-reading=open>
                <list::List />
                <reading::Reading />
            </main>
        }
    };
    move || if reads.get() { conversations().into_any() } else { view! { <unread::Unread /> }.into_any() }
}
