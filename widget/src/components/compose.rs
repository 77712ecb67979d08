//! Writing. Only the text is mandatory (MSG-01).

use super::{
    button,
    files::files,
    house::{presence, topic},
    reply::reply,
    thread::automatic,
};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said, value_of},
    format,
    state::{Event, Field, Model, Phase},
    texts::{Texts, fill},
};
use einwurf_protocol::{limits::TEXT_BYTES, message::DraftError, notice::Purpose};

/// From here on the room that is left is shown.
const SHOWN_BELOW: usize = 2_000;

pub(super) fn compose(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let label = said("label", texts.compose_title()).attr("for", Field::Text.id());
    let scroll = classed("div", "scroll sheet").kids([
        el("h1").kids([label]),
        presence(desk),
        text(desk),
        classed("p", "hint room").attr("role", "status").says(move || room(desk)),
        fault(desk, Field::Text),
        classed("p", "note").attr("id", "special").text(desk.see(|model| special(desk, model))),
        files(desk),
        classed("p", "hint").attr("id", "hint").text(texts.composer_hint()),
        told(desk),
        topic(desk),
        reply(desk),
        classed("p", "hint").text(&emergency(desk)),
    ]);
    vec![scroll, classed("div", "foot").kids([button(desk, "main", texts.send(), || Event::Send)])]
}

fn text(desk: Desk) -> El {
    let field = Field::Text;
    classed("textarea", "letter")
        .attr("id", field.id())
        .attr("data-start", "")
        .attr("required", "")
        .attr("aria-describedby", "hint special fault-text")
        .has("aria-invalid", move || invalid(desk, field))
        .value(&desk.see(|model| model.draft.text.clone()))
        .on("input", move |event| desk.emit(Event::Input(field, value_of(event))))
}

/// The automatic answer, while nobody is there.
fn told(desk: Desk) -> El {
    let told = move || desk.see(|model| model.told().map(str::to_owned));
    classed("div", "told").shows(
        move || u32::from(told().is_some()),
        move || told().map(|told| automatic(desk, &told)).into_iter().collect(),
    )
}

/// Without consent to special categories, a word about them (KID-02).
pub(super) fn special(desk: Desk, model: &Model) -> &'static str {
    let offered =
        model.site.notice.notice().statements.iter().any(|statement| statement.purpose == Purpose::Special);
    let granted = model.consent().is_some_and(|consent| consent.grants(Purpose::Special));
    if offered && !granted { desk.texts.special_hint() } else { "" }
}

/// What is wrong with a field, next to it.
pub(super) fn fault(desk: Desk, field: Field) -> El {
    let shown = move || desk.see(fault_of).filter(|fault| Field::of(*fault) == field);
    classed("p", "fault")
        .attr("id", field.fault_id())
        .attr("role", "alert")
        .says(move || shown().map_or("", |fault| sentence(desk.texts, fault)).to_owned())
}

pub(super) fn invalid(desk: Desk, field: Field) -> Option<&'static str> {
    let fault = desk.see(fault_of)?;
    (Field::of(fault) == field).then_some("true")
}

pub(super) fn fault_of(model: &Model) -> Option<DraftError> {
    if let Phase::Compose(composing) = &model.phase { composing.fault } else { model.unfit() }
}

fn sentence(texts: &'static Texts, fault: DraftError) -> &'static str {
    match fault {
        DraftError::TextEmpty => texts.fault_empty(),
        DraftError::TextTooLong => texts.fault_long(),
        DraftError::NameTooLong => texts.fault_name(),
        DraftError::Email => texts.fault_email(),
        DraftError::Phone => texts.fault_phone(),
        DraftError::WishNeedsEmail => texts.fault_wish_email(),
        DraftError::WishNeedsPhone => texts.fault_wish_phone(),
    }
}

/// Counted in hundreds, so that it is not said aloud with every letter.
pub(super) fn room(desk: Desk) -> String {
    let left = desk.see(|model| TEXT_BYTES.saturating_sub(model.draft.text.len()));
    let Some(hundreds) = u32::try_from(left / 100).ok().filter(|_| left < SHOWN_BELOW) else {
        return String::new();
    };
    let (form, count) =
        (format::form(desk.register, hundreds * 100), format::number(desk.register, hundreds * 100));
    fill(desk.texts.room_left(&form), &[("count", &count)])
}

fn emergency(desk: Desk) -> String {
    desk.see(|model| match response_time(desk, model) {
        Some(time) => fill(desk.texts.emergency(), &[("response_time", time)]),
        None => desk.texts.emergency_only().to_owned(),
    })
}

/// "one working day", if the site says so in this language.
pub(super) fn response_time(desk: Desk, model: &Model) -> Option<&str> {
    let times = &model.site.manifest.display.response_time;
    times.get(desk.register.lang()).map(String::as_str).filter(|time| !time.is_empty())
}
