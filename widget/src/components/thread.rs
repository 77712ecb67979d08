//! What was written, by whom and when. What is there already stays as it is, so that a reader is told of each new entry
//! once (A11-03).

use super::{attached::attached, outward};
use crate::{
    desk::Desk,
    dom::{El, classed, el, said},
    format,
    scope::Scope,
};
use einwurf_protocol::{
    event::{Direction, Kind},
    links::{Span, spans},
};
use einwurf_seal::Shown;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// An entry on the screen.
struct Entry {
    shown: Shown,
    day: String,
    el: El,
    scope: Rc<Scope>,
}

/// All that the relay has.
pub(super) fn thread(desk: Desk) -> El {
    let (entries, last) = (RefCell::new(Vec::new()), Cell::new(None));
    let rows = classed("ol", "thread").live(move |list| {
        let version = Some(desk.news());
        if last.replace(version) != version {
            desk.talk(|talk| take(desk, list, &mut entries.borrow_mut(), &talk.thread));
        }
        entries.borrow().iter().for_each(|entry: &Entry| entry.scope.run());
    });
    el("div").attr("role", "log").attr("aria-label", desk.texts.talk()).kids([rows])
}

fn take(desk: Desk, list: &El, entries: &mut Vec<Entry>, thread: &[Shown]) {
    let shown: Vec<_> = thread.iter().filter(|shown| shown.kind != Kind::Withdrawal).collect();
    let follows = list.is_near_end();
    for gone in entries.drain(shown.len().min(entries.len())..) {
        gone.el.remove();
    }
    let mut before = String::new();
    for (place, shown) in shown.into_iter().enumerate() {
        match entries.get_mut(place) {
            Some(entry) if looks_alike(&entry.shown, shown) => entry.shown.clone_from(shown),
            Some(entry) => {
                let fresh = Entry::new(desk, shown, &before);
                entry.el.replace(&fresh.el);
                *entry = fresh;
            }
            None => {
                let fresh = Entry::new(desk, shown, &before);
                list.append(&fresh.el);
                entries.push(fresh);
            }
        }
        before = entries.get(place).map(|entry| entry.day.clone()).unwrap_or_default();
    }
    if follows {
        list.reveal_end();
    }
}

/// Whether both are shown in the same way: what this tab wrote is read back with more than is shown of it.
fn looks_alike(before: &Shown, now: &Shown) -> bool {
    let Shown { seq, at, text, name, act, attachments, told, .. } = before;
    (*seq, *at, text, name, act, attachments, told)
        == (now.seq, now.at, &now.text, &now.name, &now.act, &now.attachments, &now.told)
}

impl Entry {
    fn new(desk: Desk, shown: &Shown, before: &str) -> Self {
        let scope = Rc::new(Scope::default());
        let day = format::date(desk.register, shown.at);
        let separator = (day != before).then(|| classed("p", "day").text(&day));
        let own = shown.direction == Direction::ToStaff;
        let el = scope.within(|| {
            classed("li", if own { "own" } else { "theirs" })
                .kids(separator)
                .kids([head(desk, shown), text(desk, shown)])
                .kids(attached(desk, shown))
                .kids(shown.told.as_deref().map(|told| automatic(desk, told)))
        });
        // Who wrote it needs not be told of it.
        let el = if own { el.attr("aria-live", "off") } else { el };
        Self { shown: shown.clone(), day, el, scope }
    }
}

fn head(desk: Desk, shown: &Shown) -> El {
    let texts = desk.texts;
    let time = [" · ", &format::time(desk.register, shown.at)].concat();
    let head = classed("p", "hint");
    if shown.direction == Direction::ToStaff {
        let mark =
            classed("span", "arrived-mark").attr("role", "img").attr("aria-label", texts.arrived_mark());
        return head.kids([said("b", texts.you()), said("span", &time), mark]);
    }
    let name = shown.name.clone().unwrap_or_else(|| desk.company());
    let answered = (shown.kind == Kind::Message)
        .then(|| classed("span", "voice").text(&[" ", texts.answered()].concat()));
    head.kids([said("b", &name)]).kids(answered).kids([said("span", &time)])
}

fn text(desk: Desk, shown: &Shown) -> El {
    match &shown.text {
        Some(text) => classed("p", "letter").kids(spans(text).iter().map(span)),
        None => classed("p", "letter erased").text(desk.texts.erased()),
    }
}

/// An address that can be followed shows in full where it leads, whichever way the text around it is written.
fn span(span: &Span<'_>) -> El {
    match &span.href {
        Some(href) => {
            outward(href).attr("rel", "noopener noreferrer nofollow").attr("dir", "ltr").text(span.text)
        }
        None => said("span", span.text),
    }
}

/// What nobody wrote says so (MSG-07).
pub(super) fn automatic(desk: Desk, told: &str) -> El {
    classed("div", "note automatic").kids([said("b", desk.texts.automatic()), said("p", told)])
}
