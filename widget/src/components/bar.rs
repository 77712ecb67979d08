//! Files on their way, below whatever is on the screen: the text is there already.

use super::{button, icon, missing::missing};
use crate::{
    desk::Desk,
    dom::{El, classed, el},
    state::{Bar, Event, FileEvent},
    texts::fill,
};

/// Where it stands, and what stands there before the second part is loaded.
pub(super) fn frame(desk: Desk) -> El {
    let shown = move || desk.missing().is_some() || desk.see(|model| model.files.bar().is_some());
    let kids = move || if desk.has_later() { desk.later(|later| later.bar(desk)) } else { missing(desk) };
    classed("section", "bar")
        .has("hidden", move || (!shown()).then_some(""))
        .shows(move || desk.has_later().into(), kids)
}

/// What it says of files.
pub(crate) fn bar(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let shown = move || desk.see(|model| model.files.bar());
    let only = move |when: fn(Bar) -> bool| move || (!shown().is_some_and(when)).then_some("");
    let goes = |bar| matches!(bar, Bar::Sending(..) | Bar::Paused(..));
    let percent = move |progress: &El| {
        if let Some(Bar::Sending(.., percent)) = shown() {
            progress.set("value", Some(&percent.to_string()));
        }
    };
    let press = |class, text, event: FileEvent, when| {
        button(desk, class, text, move || Event::File(event.clone())).has("hidden", only(when))
    };
    vec![
        el("p").attr("role", "status").says(move || shown().map_or(String::new(), |bar| sentence(desk, bar))),
        el("progress")
            .attr("max", "100")
            .attr("aria-label", texts.files())
            .has("hidden", only(|bar| matches!(bar, Bar::Sending(..))))
            .live(percent),
        classed("button", "remove")
            .attr("aria-label", texts.close())
            .has("hidden", only(|bar| matches!(bar, Bar::Done(_))))
            .kids([icon::icon(icon::CLOSE)])
            .on("click", move |_| desk.emit(FileEvent::Dismiss.into())),
        classed("div", "pair").has("hidden", only(|bar| !matches!(bar, Bar::Done(_)))).kids([
            press("quiet", texts.bar_stop(), FileEvent::Stop, goes),
            press("main", texts.bar_again(), FileEvent::Again, |bar| matches!(bar, Bar::Failed(_))),
            press("quiet", texts.close(), FileEvent::Dismiss, |bar| matches!(bar, Bar::Failed(_))),
        ]),
    ]
}

fn sentence(desk: Desk, bar: Bar) -> String {
    let texts = desk.texts;
    let counted =
        |text, nth: usize, all: usize| fill(text, &[("nth", &nth.to_string()), ("all", &all.to_string())]);
    match bar {
        Bar::Sending(nth, all, _) if desk.see(|model| model.offline) => counted(texts.bar_paused(), nth, all),
        Bar::Sending(nth, all, _) if desk.see(|model| model.files.are_pictures()) => {
            counted(texts.bar_photo(), nth, all)
        }
        Bar::Sending(nth, all, _) => counted(texts.bar_file(), nth, all),
        Bar::Paused(nth, all) => counted(texts.bar_paused(), nth, all),
        Bar::Failed(_) => texts.bar_failed().to_owned(),
        Bar::Done(_) => texts.bar_done().to_owned(),
    }
}
