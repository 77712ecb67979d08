//! Writing in the conversation: the field is right there, and what was sent waits above it until it has arrived.

use super::{
    button,
    compose::{fault, invalid, room, special},
    delivery::busy,
    files::files,
    stopped,
    thread::automatic,
};
use crate::{
    desk::Desk,
    dom::{El, classed, entered, said, value_of},
    state::{Event, Field, Model, Phase},
};
use std::cell::Cell;

/// What has not arrived yet.
pub(super) fn unsent(desk: Desk) -> El {
    let texts = desk.texts;
    let waiting = classed("ol", "thread unsent").shows(
        move || desk.news(),
        move || {
            desk.talk(|talk| {
                let queue = talk.outbox.queue.iter();
                queue.map(|delivery| item(desk, delivery.message.inner().text())).collect()
            })
            .unwrap_or_default()
        },
    );
    let trouble = move || desk.talk(|talk| talk.outbox.trouble).flatten();
    let why = move || trouble().map_or(String::new(), |trouble| desk.named(stopped::words(texts, trouble).0));
    let parts = [
        waiting,
        classed("p", "hint").attr("role", "status").says(move || waits(desk)),
        classed("p", "fault").attr("role", "alert").says(why),
        button(desk, "quiet", texts.retry(), || Event::Retry)
            .has("hidden", move || trouble().is_none().then_some("")),
    ];
    // What was just sent comes into view, and so does why it waits.
    let before = Cell::new((0, false));
    classed("div", "standing").kids(parts).live(move |standing| {
        let queue = desk.talk(|talk| talk.outbox.queue.len()).unwrap_or_default();
        let said = trouble().is_some() || !waits(desk).is_empty();
        let (shorter, spoke) = before.replace((queue, said));
        if shorter < queue || (said && !spoke) {
            standing.reveal();
        }
    })
}

fn item(desk: Desk, text: &str) -> El {
    let head = classed("p", "hint")
        .kids([said("b", desk.texts.you()), said("span", &[" · ", desk.texts.unsent()].concat())]);
    classed("li", "own").kids([head, classed("p", "letter").text(text)])
}

/// While nobody answers: whose fault it is, and that nothing is lost.
fn waits(desk: Desk) -> String {
    let tries = desk.talk(|talk| talk.outbox.tries()).unwrap_or_default();
    match (tries.busy, tries.working) {
        (Some(until), _) => busy(desk, until),
        (None, true) => desk.texts.working_body().to_owned(),
        (None, false) => unanswered(desk).to_owned(),
    }
}

fn unanswered(desk: Desk) -> &'static str {
    let texts = desk.texts;
    desk.see(|model| {
        let Some(talk) = &model.talk else { return "" };
        match (talk.outbox.is_lost(), model.offline, talk.outbox.queue.len()) {
            (false, ..) => "",
            (true, true, 0 | 1) => texts.offline(),
            (true, true, _) => texts.offline_many(),
            (true, false, _) => texts.unanswered(),
        }
    })
}

/// The field and its button; where the consent is not in force any more, the way to a fresh one.
pub(super) fn field(desk: Desk) -> El {
    let kind = |model: &Model| match (&model.phase, model.may_write()) {
        (_, false) => 0,
        (Phase::Talk(Some(_)), true) => 1,
        _ => 2,
    };
    classed("div", "foot").has("hidden", move || (desk.see(kind) == 0).then_some("")).shows(
        move || desk.see(kind),
        move || match desk.see(kind) {
            0 => Vec::new(),
            1 => writing(desk),
            _ => vec![button(desk, "main", desk.texts.write(), || Event::Another)],
        },
    )
}

fn writing(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let field = Field::Text;
    let input = classed("textarea", "letter")
        .attr("id", field.id())
        .attr("rows", "2")
        .attr("aria-describedby", "fault-text")
        .attr("aria-keyshortcuts", "Control+Enter Meta+Enter")
        .has("aria-invalid", move || invalid(desk, field))
        .live(move |input| desk.see(|model| input.keep_value(&model.draft.text)))
        .on("input", move |event| desk.emit(Event::Input(field, value_of(event))))
        .on("keydown", move |event| {
            if entered(event) {
                desk.emit(Event::Send);
            }
        });
    let told = move || desk.see(|model| model.told().map(str::to_owned));
    vec![
        classed("div", "told").shows(
            move || u32::from(told().is_some()),
            move || told().map(|told| automatic(desk, &told)).into_iter().collect(),
        ),
        classed("p", "note").says(move || desk.see(|model| special(desk, model)).to_owned()),
        said("label", texts.compose_title()).attr("class", "voice").attr("for", field.id()),
        input,
        classed("p", "hint room").attr("role", "status").says(move || room(desk)),
        fault(desk, field),
        files(desk),
        button(desk, "main", texts.send(), || Event::Send),
    ]
}

/// Why closing was answered by a sentence.
pub(super) fn warning(desk: Desk) -> El {
    use crate::state::Warning;
    let sentence = move || match desk.see(|model| model.warned.filter(|_| !model.is_hidden())) {
        Some(Warning::NoWay) => desk.texts.warn_way(),
        Some(Warning::Unsent) => desk.texts.warn_unsent(),
        None => "",
    };
    classed("p", "note warning").attr("role", "alert").says(move || sentence().to_owned())
}
