//! What came of loading, storing and trying what a card of the settings says.

use crate::{
    components::{Alert, Tone},
    state::{fault::Fault, mail::MailStatus},
    texts::Pick,
};
use leptos::prelude::*;

/// A place for each tone, since each is spoken in its own way.
#[component]
pub(super) fn Said(
    /// Ids of what is calm, good, and asks for care.
    ids: [&'static str; 3],
    /// The sentence, and how grave it is.
    said: Signal<Option<(Tone, Pick)>>,
) -> impl IntoView {
    let [calm, good, care] = ids;
    let of = move |tone: Tone| {
        Signal::derive(move || said.get().filter(|(known, _)| *known == tone).map(|(_, text)| text))
    };
    view! {
        <Alert id=calm tone=Tone::Calm text=of(Tone::Calm) />
        <Alert id=good tone=Tone::Good text=of(Tone::Good) />
        <Alert id=care tone=Tone::Care text=of(Tone::Care) />
    }
}

/// The sentence for a status; `refused` is the one for what the relay did not take, unless the card has a place for it.
pub(super) fn said(status: &MailStatus, refused: Option<Pick>) -> Option<(Tone, Pick)> {
    Some(match status {
        MailStatus::Idle => return None,
        MailStatus::Loading => (Tone::Calm, |t| &t.mail_loading),
        MailStatus::Saving => (Tone::Calm, |t| &t.mail_saving),
        MailStatus::Testing => (Tone::Calm, |t| &t.mail_testing),
        MailStatus::Saved => (Tone::Good, |t| &t.mail_saved),
        MailStatus::Sent => (Tone::Good, |t| &t.mail_sent),
        MailStatus::Failed(fault) => (Tone::Care, Fault::sentence(*fault)),
        MailStatus::Refused(_) | MailStatus::Rejected(_) => (Tone::Care, refused?),
    })
}
