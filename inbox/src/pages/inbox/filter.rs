//! A narrower look at the list.

use crate::{
    app::{tr, use_app},
    state::desk::Narrow,
    texts::Pick,
};
use einwurf_protocol::message::Label;
use leptos::prelude::*;

fn name(narrow: &Narrow) -> Pick {
    match narrow {
        Narrow::Mine => |t| &t.narrow_mine,
        Narrow::Nobodys => |t| &t.narrow_nobodys,
        Narrow::Unread => |t| &t.narrow_unread,
        Narrow::Waiting => |t| &t.work_waiting,
        Narrow::Files => |t| &t.narrow_files,
        Narrow::Hidden => |t| &t.narrow_hidden,
        Narrow::All | Narrow::Label(_) | Narrow::Topic(_) => |t| &t.narrow_all,
    }
}

/// What it can be narrowed to now.
#[derive(Clone, PartialEq)]
struct Options {
    labels: Vec<Label>,
    topics: Vec<Label>,
}

impl Options {
    /// By the value of an option: the plain ones by number, then labels, then topics.
    fn choose(&self, value: &str) -> Narrow {
        let number = |text: &str| text.parse::<usize>().ok();
        let of = |list: &[Label], text: &str| number(text).and_then(|at| list.get(at)).cloned();
        let found = match value.split_once(':') {
            Some(("l", at)) => of(&self.labels, at).map(Narrow::Label),
            Some(("t", at)) => of(&self.topics, at).map(Narrow::Topic),
            _ => number(value).and_then(|at| Narrow::PLAIN.get(at)).cloned(),
        };
        found.unwrap_or_default()
    }
}

/// The field.
#[component]
pub(super) fn NarrowField() -> impl IntoView {
    let app = use_app();
    let now = Memo::new(move |_| app.desk.with(|desk| desk.narrow.clone()));
    let options = Memo::new(move |_| {
        app.desk.with(|desk| Options {
            labels: desk.labels(),
            topics: desk.sheets.team.view().topics.iter().map(|topic| topic.name.clone()).collect(),
        })
    });
    let plain = move |(at, narrow): (usize, Narrow)| {
        let words = name(&narrow);
        view! { <option value=at.to_string() prop:selected=move || now.get() == narrow>{tr(words)}</option> }
    };
    let group = move |title: Pick, kind: &'static str, list: Vec<Label>, make: fn(Label) -> Narrow| {
        let option = move |(at, label): (usize, Label)| {
            let narrow = make(label.clone());
            view! { <option value=format!("{kind}:{at}") prop:selected=move || now.get() == narrow>{label.to_string()}</option> }
        };
        (!list.is_empty()).then(|| {
            view! {
                <optgroup label=tr(title)>{list.into_iter().enumerate().map(option).collect_view()}</optgroup>
            }
        })
    };
    let choose = move |event| {
        let narrow = options.with_untracked(|options| options.choose(&event_target_value(&event)));
        app.desk.update(|desk| desk.narrow(narrow));
    };
    view! {
        <label class="narrow">
            <span class="visually-hidden">{tr(|t| &t.narrow_title)}</span>
            <select id="narrow" on:change=choose>
                {Narrow::PLAIN.into_iter().enumerate().map(plain).collect_view()}
                {move || group(|t| &t.narrow_labels, "l", options.get().labels, Narrow::Label)}
                {move || group(|t| &t.narrow_topics, "t", options.get().topics, Narrow::Topic)}
            </select>
        </label>
    }
}
