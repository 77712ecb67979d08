//! What the visitor sees. Components show the state and emit events; they do nothing themselves.

mod arrived;
mod attached;
mod bar;
mod compose;
mod contact;
mod declined;
mod delivery;
mod files;
mod header;
mod house;
mod icon;
mod leave;
mod letter;
mod missing;
mod moved;
mod notice;
mod papers;
mod reply;
mod stopped;
mod talk;
mod thread;
mod ways;
mod write;
mod young;

pub(crate) use bar::bar;
pub(crate) use header::buttons as rights;

use crate::{
    desk::Desk,
    dom::{El, classed, el},
    state::{Model, Phase, Screen},
};

/// Header, the row of rights, one screen, and a voice for what happens meanwhile.
pub(crate) fn app(desk: Desk) -> [El; 5] {
    let main = el("main").shows(
        move || desk.turn(),
        move || match desk.screen() {
            Screen::Notice(_) => notice::notice(desk),
            Screen::Moved => moved::moved(desk),
            Screen::Declined => declined::declined(desk),
            Screen::TooYoung => young::young(desk),
            _ => desk.later(|later| later.screen(desk)),
        },
    );
    let voice = classed("p", "voice")
        .attr("role", "status")
        .says(move || desk.later(|later| later.voice(desk)).to_owned());
    [header::header(desk), header::rights(desk), main, bar::frame(desk), voice]
}

/// The screens from consent on.
pub(crate) fn later(desk: Desk) -> Vec<El> {
    match desk.screen() {
        Screen::Compose => compose::compose(desk),
        Screen::Delivery => delivery::delivery(desk),
        Screen::Arrived => arrived::arrived(desk),
        Screen::Stopped => stopped::stopped(desk),
        Screen::Opening => talk::opening(desk),
        Screen::Talk => talk::talk(desk),
        Screen::Leave => leave::leave(desk),
        Screen::Leaving => leave::leaving(desk),
        Screen::Ended => leave::ended(desk),
        Screen::Papers(kind, ready) => papers::papers(desk, kind, ready),
        Screen::Notice(_) | Screen::Moved | Screen::Declined | Screen::TooYoung => Vec::new(),
    }
}

/// Said aloud while the focus rests; arriving and stopping move the focus instead. After the first attempt that nobody
/// answered it stays the same, whatever is being tried.
pub(crate) fn voice(desk: Desk) -> &'static str {
    let texts = desk.texts;
    desk.see(|model| match &model.phase {
        Phase::Waiting(..) => texts.waiting(),
        Phase::Sending(delivery) if delivery.tries.lost > 0 => texts.waiting(),
        Phase::Sending(delivery) if delivery.tries.busy.is_some() => texts.waiting(),
        Phase::Sending(delivery) if delivery.tries.working => texts.working(),
        Phase::Sending(_) => texts.sending(),
        Phase::Refreshing(_) => texts.refreshing(),
        Phase::Sealing(_) => texts.sealing(),
        _ if model.talk.as_ref().is_some_and(|talk| talk.fresh) => texts.news(),
        _ => "",
    })
}

/// The heading of a screen: where the focus begins.
fn title(text: &str) -> El {
    el("h1").attr("data-start", "").attr("tabindex", "-1").text(text)
}

/// What was typed and not sent, to be taken elsewhere.
fn unsent(desk: Desk, model: &Model) -> Option<El> {
    let text = &model.draft.text;
    (!text.is_empty()).then(|| typed(desk, text))
}

/// What was typed, to be read and copied.
fn typed(desk: Desk, text: &str) -> El {
    let letter = classed("textarea", "letter").attr("readonly", "");
    letter.attr("aria-label", desk.texts.your_text()).value(text)
}

/// A link that opens in a new window and tells nobody where it was.
fn outward(url: &str) -> El {
    el("a").attr("href", url).attr("target", "_blank").attr("rel", "noopener noreferrer")
}

/// What follows a summary that opens it.
fn folded(summary: &str, kids: impl IntoIterator<Item = El>) -> El {
    el("details").kids([el("summary").text(summary)]).kids(kids)
}

/// A button.
fn button(desk: Desk, class: &str, text: &str, event: impl Fn() -> crate::state::Event + 'static) -> El {
    classed("button", class).text(text).on("click", move |_| desk.emit(event()))
}
