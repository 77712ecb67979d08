//! The conversation: what was written, by whom, and how long it is kept.

use super::{attached::attached, button, contact::contact, folded, notice::tick, title, unsent};
use crate::{
    desk::Desk,
    dom::{El, classed, said},
    format,
    state::{Event, Model, Phase, Talk},
    texts::fill,
};
use einwurf_protocol::{
    event::{Direction, Kind},
    notice::{Purpose, Statement},
};
use einwurf_seal::Shown;

pub(super) fn talk(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let news = move || desk.news();
    let thread = classed("ol", "thread").shows(news, move || {
        let entries = desk.talk(|talk| talk.thread.iter().filter_map(|shown| entry(desk, shown)).collect());
        entries.unwrap_or_default()
    });
    let standing = classed("div", "standing")
        .shows(news, move || desk.talk(|talk| standing(desk, talk)).unwrap_or_default());
    let question = classed("div", "question")
        .shows(news, move || desk.see(|model| question(desk, model)).unwrap_or_default());
    let writes = desk.see(Model::may_write);
    let foot =
        writes.then(|| classed("div", "foot").kids([button(desk, "main", texts.write(), || Event::Another)]));
    let scroll = classed("div", "scroll")
        .attr("tabindex", "0")
        .attr("role", "region")
        .attr("aria-label", texts.talk());
    [scroll.kids([title(texts.talk()), standing, thread, question])].into_iter().chain(foot).collect()
}

/// How long it is kept, and what else holds.
fn standing(desk: Desk, talk: &Talk) -> Vec<El> {
    let texts = desk.texts;
    let date = |at| format::date(desk.register, at);
    let deleted = talk.leaves().map(|at| fill(texts.talk_deleted(), &[("date", &date(at))]));
    let held = talk.hold.map(|hold| {
        let text = if talk.for_authority() { texts.held_authority() } else { texts.held() };
        fill(text, &[("date", &date(hold.until))])
    });
    let restricted = talk.restricted.then(|| texts.restricted().to_owned());
    let linked = talk.linked.then(|| texts.talk_linked().to_owned());
    let young = talk.young.then(|| texts.talk_young().to_owned());
    let fault = talk.fault.then(|| classed("p", "note").attr("role", "alert").text(texts.talk_fault()));
    let hints = [young, linked, deleted, held, restricted].into_iter().flatten();
    let ways = talk.fault.then(|| contact(desk));
    let unsent = (talk.fault || talk.young).then(|| desk.see(|model| unsent(desk, model))).flatten();
    fault
        .into_iter()
        .chain(unsent)
        .chain(ways)
        .chain(hints.map(|hint| classed("p", "hint").text(&hint)))
        .collect()
}

fn entry(desk: Desk, shown: &Shown) -> Option<El> {
    if shown.kind == Kind::Withdrawal {
        return None;
    }
    let own = shown.direction == Direction::ToStaff;
    let who =
        if own { desk.texts.you().to_owned() } else { shown.name.clone().unwrap_or_else(|| desk.company()) };
    let text = match &shown.text {
        Some(text) => classed("p", "letter").text(text),
        None => classed("p", "letter erased").text(desk.texts.erased()),
    };
    let when = format::moment(desk.register, shown.at);
    let head = classed("p", "hint").kids([said("b", &who), said("span", &[" · ", &when].concat())]);
    Some(classed("li", if own { "own" } else { "theirs" }).kids([head, text]).kids(attached(desk, shown)))
}

/// A member asks for consent to special categories: box and button, as on the consent screen (KID-02).
fn question(desk: Desk, model: &Model) -> Option<Vec<El>> {
    let (Phase::Talk(Some(consent)), Some(talk)) = (&model.phase, &model.talk) else { return None };
    talk.question()?;
    let notice = model.site.notice.notice();
    let offered = |statement: &&Statement| statement.purpose == Purpose::Special;
    let statement = notice.statements.iter().find(offered)?;
    (consent.notice() == model.site.notice.digest()).then(|| {
        vec![
            tick(desk, statement, |model| model.talk.as_ref().is_some_and(|talk| talk.special)),
            button(desk, "equal", &notice.accept, || Event::Agree),
        ]
    })
}

/// A conversation was kept, and the relay is asked for it.
pub(super) fn opening(desk: Desk) -> Vec<El> {
    let texts = desk.texts;
    let lost = move || desk.see(|model| matches!(model.phase, Phase::Opening { lost: true }));
    let sentence = move || if lost() { texts.opening_lost() } else { texts.opening() }.to_owned();
    let again = button(desk, "main", texts.retry(), || Event::Retry);
    vec![classed("div", "scroll middle").kids([
        title(texts.talk()),
        said("p", "").attr("role", "status").says(sentence),
        again.has("hidden", move || (!lost()).then_some("")),
        folded(texts.opening_other(), [contact(desk)]),
    ])]
}
